"""A correlated equilibrium: any distribution over profiles from which nobody who obeys gains by disobeying.

    "share, share: 1/3; share, withhold: 1/3; withhold, share: 1/3"

    sum over a_-i of p(a) [g_i(a) − g_i(d, a_-i)] >= 0     every player i, advice a_i, disobedience d   (Aumann 1974)

``at_least`` asks for a joint payoff (of ``of``, where one player is meant) that a plain equilibrium may not reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from classroom.answers.of_game import entries, game_of, probabilities, written
from classroom.offline.mark import RIGHT, Mark, spelled, wrong
from classroom.offline.stage import SLACK, obedience
from classroom.part import Part
from games.normal_form import NormalFormGame
from solver.results.stage import CorrelatedEquilibrium
from solver.stage.correlated import correlated

required = ("game",)
fields = ("state", "at_least")
Distribution = tuple[Fraction, ...]


def how(part: Part) -> str:
    """Return how to answer."""
    first = written(next(game_of(part).profiles()))
    return (
        f"probabilities of profiles, as in '{first}: 1/2; …', in fractions or to three decimals, 0 where none is "
        "given; any correlated equilibrium counts"
        + (" that gives both together at least what is asked" if "at_least" in part.spec else "")
    )


def read(part: Part, answer: Any) -> Distribution:
    """Return the distribution that an answer states, in the order of the game's profiles.

    Raises
    ------
    Refusal : a profile that the game does not have, or what is no distribution.
    """
    names = [written(profile) for profile in game_of(part).profiles()]
    given = {
        ", ".join(n.strip() for n in name.strip("() ").split(",")): v
        for name, v in entries(answer, ":", "profile").items()
    }
    return probabilities(given, names, "the distribution")


def mark(part: Part, answer: Distribution) -> Mark:
    """Return the mark of a distribution, with the advice that somebody would not follow."""
    game = game_of(part)
    tolerance = SLACK * max(abs(g) for payoffs in game.payoffs.values() for g in payoffs)
    shares = dict(zip(game.profiles(), answer, strict=True))
    worst = min(obedience(game.players, game.actions, game.payoffs, shares), key=lambda entry: entry[0])
    if worst[0] < -tolerance:
        return wrong(_diagnosis(game, answer), worst[1])
    if "at_least" in part.spec:
        least, reached = Fraction(part.value(part.spec["at_least"])), joint(game, answer)
        if reached < least - tolerance:
            obeyed = f"Nobody gains by disobeying, but together they expect {spelled(reached)}, not {spelled(least)}."
            return wrong("obeyed, but worth too little", obeyed, share=Fraction(1, 2))
    return RIGHT


def _diagnosis(game: NormalFormGame, answer: Distribution) -> str:
    if max(answer) == 1:
        return "a single profile that is no equilibrium"
    if len(set(answer)) == 1:
        return "all profiles equally often"
    most = max(sum(payoffs) for payoffs in game.payoffs.values())
    best = [sum(game.payoffs[profile]) == most for profile in game.profiles()]
    inside = all(is_best for share, is_best in zip(answer, best, strict=True) if share)
    return "only the best profiles together, which are not obeyed" if inside else "advice that is not followed"


def joint(game: NormalFormGame, answer: Distribution) -> Fraction:
    """Return what all players together expect."""
    return sum((share * sum(game.payoffs[p]) for share, p in zip(answer, game.profiles(), strict=True)), Fraction(0))


def key(part: Part) -> str:
    """Return the correlated equilibrium that is best for all together."""
    game = game_of(part)
    found = _best(part).distribution
    return written_out(game, tuple(Fraction(found.get(profile, 0)) for profile in game.profiles()))


def _best(part: Part) -> CorrelatedEquilibrium:
    return part.once("correlated", lambda: correlated(game_of(part), "welfare"))


def written_out(game: NormalFormGame, answer: Distribution) -> str:
    """Return a distribution as a student writes it."""
    return "; ".join(f"{written(p)}: {share}" for p, share in zip(game.profiles(), answer, strict=True) if share)


def mistaken(part: Part) -> Iterator[tuple[str, str]]:
    """Yield systematically wrong distributions, each under its diagnosis."""
    game = game_of(part)
    profiles = list(game.profiles())
    size = len(profiles)
    tried: list[Distribution] = [tuple(Fraction(1, size) for _ in profiles)]
    tried += [tuple(Fraction(int(j == k)) for j in range(size)) for k in range(size)]
    tried += [tuple(Fraction(int(j != k), size - 1) for j in range(size)) for k in range(size)]
    tried += [tuple(Fraction(int(j in (k, m)), 2) for j in range(size)) for k in range(size) for m in range(k)]
    for one in dict.fromkeys(tried):
        found = mark(part, one)
        if found is not RIGHT:
            yield found.mistake, written_out(game, one)


def behaved(part: Part) -> bool:
    """Return whether the best distribution has short fractions."""
    found = _best(part)
    shares = [Fraction(share) for share in found.distribution.values()]
    return found.proof == "exact" and all(share.denominator <= 60 for share in shares)
