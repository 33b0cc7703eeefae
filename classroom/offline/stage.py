"""Answers about a game played once, judged by what each player could do instead.

profiles       nobody gains by another action: the set of all such profiles
strategies     max_d g_i(d, x_-i) = g_i(x) for everybody; rounded to three decimals counts, to two decimals half
distribution   sum over a_-i of p(a) [g_i(a) - g_i(d, a_-i)] >= 0 for every player, advice and other action
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import ceil, floor, prod
from typing import Any

from classroom.offline.core import MARKERS, Part, Unreadable, entries, number, plain
from classroom.offline.mark import CLOSE, RIGHT, Mark, named, spelled, wrong

ROUNDING = Fraction(1, 1000)
"""Probabilities that add up to 1 within this are taken as rounded and divided by their sum."""
ROUGH = 5
"""Probabilities within so many roundings of an equilibrium, two decimals, were rounded too early."""
SLACK = Fraction(2, 1000)
"""An answer rounded to three decimals may miss a payoff or an incentive by this share of the largest payoff."""
SIMPLE = 60
"""The probabilities of the equilibria asked for have no larger denominators."""
Strategies = tuple[tuple[Fraction, ...], ...]
Profile = tuple[str, ...]


class Game:
    """A game played once: who plays, what each can do, and what each gets, all exact."""

    def __init__(self, table: Part) -> None:
        self.players: list[str] = table["players"]
        self.actions: list[list[str]] = table["actions"]
        self.profiles: list[Profile] = list(product(*self.actions))
        rows = (tuple(map(Fraction, row)) for row in table["payoffs"])
        self.payoffs = dict(zip(self.profiles, rows, strict=True))

    def deviations(self, profile: Profile, i: int) -> Iterator[tuple[str, Profile]]:
        """Yield the other actions of a player, and where each leads."""
        for action in self.actions[i]:
            if action != profile[i]:
                yield action, (*profile[:i], action, *profile[i + 1 :])

    def each(self, mixed: Strategies, i: int) -> dict[str, Fraction]:
        """Return what each action of a player expects against the others' strategies."""
        out = dict.fromkeys(self.actions[i], Fraction(0))
        chances = [dict(zip(names, own, strict=True)) for names, own in zip(self.actions, mixed, strict=True)]
        for profile in self.profiles:
            others = prod((chances[j][a] for j, a in enumerate(profile) if j != i), start=Fraction(1))
            out[profile[i]] += others * self.payoffs[profile][i]
        return out

    def earned(self, mixed: Strategies, i: int) -> tuple[Fraction, Fraction, str]:
        """Return what a player expects, the most it could, and by which action."""
        each = self.each(mixed, i)
        best = max(each, key=lambda action: each[action])
        return sum((p * v for p, v in zip(mixed[i], each.values(), strict=True)), Fraction(0)), each[best], best

    def is_equilibrium(self, mixed: Strategies) -> bool:
        """Return whether nobody expects more from another strategy."""
        return all(own == most for own, most, _ in (self.earned(mixed, i) for i in range(len(self.players))))


def mark_profiles(part: Part, answer: Any) -> Mark:
    """Return the mark of a set of profiles; what is no equilibrium is said with a deviation that pays."""
    game = Game(part["game"])
    given = list(answer) if isinstance(answer, list) else re.split(r";|(?<=\)),", plain(answer).strip("{} "))
    named = [str(one) for one in given if str(one).strip()]
    none = [one.strip().casefold() for one in named] == ["none"]
    found = frozenset() if none else frozenset(_profile(game, one) for one in named)
    right = frozenset(p for p in game.profiles if not list(_temptations(game, p)))
    if found == right:
        return RIGHT
    says = [f"Not an equilibrium: {next(_temptations(game, one))}." for one in sorted(found - right)[:3]]
    if right - found:
        says.append("There is an equilibrium that you do not name." if found or says else "There is one.")
    kept = len(found & right) - len(found - right)
    share = max(Fraction(kept, len(right)), Fraction(0)) if right else Fraction(0)
    return wrong(_kind_of_profiles(game, found, right), *says, share=share)


def _profile(game: Game, text: str) -> Profile:
    names = [name.strip().casefold() for name in text.strip().strip("() ").split(",")]
    for profile in game.profiles:
        if [action.casefold() for action in profile] == names:
            return profile
    raise Unreadable(f"'{text[:40]}' is no profile of this game")


def _temptations(game: Game, profile: Profile) -> Iterator[str]:
    for i, player in enumerate(game.players):
        here = game.payoffs[profile][i]
        for action, other in game.deviations(profile, i):
            if game.payoffs[other][i] > here:
                there = spelled(game.payoffs[other][i])
                gets = f"{named(player)} gets {spelled(here)}, and would get {there} with '{action}'"
                yield f"at ({', '.join(profile)}) {gets}"


def _kind_of_profiles(game: Game, found: frozenset[Profile], right: frozenset[Profile]) -> str:
    most = max(sum(payoffs) for payoffs in game.payoffs.values())
    if found == {profile for profile in game.profiles if sum(game.payoffs[profile]) == most}:
        return "took what is best together for an equilibrium"
    swappable = len(game.players) == 2 and game.actions[0] == game.actions[1]
    if swappable and found == {profile[::-1] for profile in right}:
        return "swapped the players"
    return "too few" if found < right else "too many" if found > right else "not an equilibrium"


def probabilities(given: Mapping[str, Any], names: Sequence[str], whose: str) -> tuple[Fraction, ...]:
    """Return a probability for every name, 0 where none is given; they add up to 1."""
    own = {known(name, names, whose): share for name, share in given.items()}
    shares = tuple(number(own.get(name, 0)) for name in names)
    if not all(0 <= share <= 1 for share in shares) or abs(sum(shares, Fraction(0)) - 1) > ROUNDING:
        raise Unreadable(f"{whose}: these are no probabilities that add up to 1")
    return tuple(share / sum(shares) for share in shares)


def known(name: str, names: Sequence[str], whose: str) -> str:
    """Return the one of the names that is meant, whatever its capitals."""
    for one in names:
        if name == one or (name.casefold() == one.casefold() and name not in names):
            return one
    raise Unreadable(f"{whose}: '{name[:40]}' is unknown")


def mark_strategies(part: Part, answer: Any) -> Mark:
    """Return the mark of strategies; where they are none, who gains by which action."""
    game = Game(part["game"])
    mixed = _strategies(game, answer)
    if part["only_mixed"] and all(max(own) == 1 for own in mixed):
        return wrong("pure", "Everybody plays one action here; asked for is an equilibrium in which somebody mixes.")
    only_mixed = bool(part["only_mixed"])
    if game.is_equilibrium(mixed) or _rounds(game, mixed, ROUNDING, only_mixed):
        return RIGHT
    if _rounds(game, mixed, ROUGH * ROUNDING, only_mixed):
        return CLOSE
    return wrong(_kind_of_strategies(game, mixed), *_reasons(game, mixed))


def _strategies(game: Game, answer: Any) -> Strategies:
    given = {known(name, game.players, "player"): own for name, own in entries(answer, "strategy")}
    return tuple(
        probabilities(_weights(given.get(player, {})), own, player)
        for player, own in zip(game.players, game.actions, strict=True)
    )


def _weights(given: Any) -> Mapping[str, Any]:
    if isinstance(given, Mapping):
        return given
    # A comma between two digits is a decimal comma.
    pairs = [part.strip().replace(" %", "%").rpartition(" ") for part in re.split(r"(?<!\d),|,(?!\d)", str(given))]
    return {name.strip(" ="): value for name, _, value in pairs if value}


def _rounds(game: Game, mixed: Strategies, reach: Fraction, only_mixed: bool) -> bool:
    """Return whether an equilibrium in simple fractions lies within reach of strategies."""
    near = product(*(_rounded(own, reach) for own in mixed))
    return any(game.is_equilibrium(one) for one in near if not only_mixed or any(max(own) < 1 for own in one))


def _rounded(own: Iterable[Fraction], reach: Fraction) -> list[tuple[Fraction, ...]]:
    """Return the mixes of simple fractions that a mix may be rounded from."""
    near = [set(_simple(p - reach, p + reach)) for p in own]
    return [mix for mix in product(*map(sorted, near)) if sum(mix) == 1 and min(mix) >= 0]


def _simple(low: Fraction, high: Fraction) -> Iterator[Fraction]:
    for d in range(1, SIMPLE + 1):
        yield from (Fraction(k, d) for k in range(ceil(d * low), floor(d * high) + 1))


def _reasons(game: Game, mixed: Strategies) -> Iterator[str]:
    for i, player in enumerate(game.players):
        own, most, action = game.earned(mixed, i)
        if most > own:
            yield (
                f"Against what you let the others play, {named(player)} expects {spelled(own)} from your mix "
                f"and {spelled(most)} from '{action}' alone."
            )


def _kind_of_strategies(game: Game, mixed: Strategies) -> str:
    same_size = len(game.players) == 2 and len(game.actions[0]) == len(game.actions[1])
    if same_size and game.is_equilibrium(mixed[::-1]):
        return "made each player indifferent itself, not the other"
    if all(len(set(own)) == 1 for own in mixed):
        return "mixed evenly"
    if all(max(own) == 1 for own in mixed):
        return "no equilibrium in pure strategies"
    turned = game.is_equilibrium(tuple(own[::-1] for own in mixed))
    return "gave the probabilities to the wrong actions" if turned else "not an equilibrium"


def mark_distribution(part: Part, answer: Any) -> Mark:
    """Return the mark of a distribution over profiles, with the advice that somebody would not follow."""
    game = Game(part["game"])
    names = [", ".join(profile) for profile in game.profiles]
    given = {", ".join(n.strip() for n in name.strip("() ").split(",")): v for name, v in entries(answer, "profile")}
    shares = dict(zip(game.profiles, probabilities(given, names, "the distribution"), strict=True))
    tolerance = SLACK * max(abs(g) for payoffs in game.payoffs.values() for g in payoffs)
    worst = min(obedience(game.players, game.actions, game.payoffs, shares), key=lambda entry: entry[0])
    if worst[0] < -tolerance:
        return wrong(_kind_of_distribution(game, shares), worst[1])
    together = sum((share * sum(game.payoffs[p]) for p, share in shares.items()), Fraction(0))
    if part["at_least"] is not None and together < Fraction(part["at_least"]) - tolerance:
        least = spelled(Fraction(part["at_least"]))
        obeyed = f"Nobody gains by disobeying, but together they expect {spelled(together)}, not {least}."
        return wrong("obeyed, but worth too little", obeyed, share=Fraction(1, 2))
    return RIGHT


def obedience(
    players: Sequence[str],
    actions: Sequence[Sequence[str]],
    payoffs: Mapping[Profile, Sequence[Fraction]],
    shares: Mapping[Profile, Fraction],
) -> Iterator[tuple[Fraction, str]]:
    """Yield every obedience constraint of a game: its slack, and what it says in words and numbers."""
    yield Fraction(0), ""
    for i, player in enumerate(players):
        for told, action in product(actions[i], actions[i]):
            here = [profile for profile in shares if profile[i] == told and shares[profile]]
            chance = sum((shares[profile] for profile in here), Fraction(0))
            if action == told or not chance:
                continue
            obeying = sum((shares[p] * payoffs[p][i] for p in here), Fraction(0))
            leaving = sum((shares[p] * payoffs[*p[:i], action, *p[i + 1 :]][i] for p in here), Fraction(0))
            words = (
                f"Told to play '{told}', {named(player)} expects {spelled(obeying / chance)} by obeying "
                f"and {spelled(leaving / chance)} by playing '{action}'."
            )
            yield obeying - leaving, words


def _kind_of_distribution(game: Game, shares: Mapping[Profile, Fraction]) -> str:
    if max(shares.values()) == 1:
        return "a single profile that is no equilibrium"
    if len(set(shares.values())) == 1:
        return "all profiles equally often"
    most = max(sum(payoffs) for payoffs in game.payoffs.values())
    inside = all(sum(game.payoffs[profile]) == most for profile, share in shares.items() if share)
    return "only the best profiles together, which are not obeyed" if inside else "advice that is not followed"


MARKERS |= {"profiles": mark_profiles, "strategies": mark_strategies, "distribution": mark_distribution}
