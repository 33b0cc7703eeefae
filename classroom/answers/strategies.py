"""An equilibrium of a stage game in mixed strategies: any that is one counts, decided by its exact regret.

    "row: share 1/3, withhold 2/3; column: share 1/2, withhold 1/2"

    regret_i = max_d g_i(d, x_-i) − g_i(x),      an equilibrium iff it is 0 for everybody

Probabilities that were rounded to three decimals count where they are those of an equilibrium that is asked for; half
where they were rounded to two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain
from typing import Any

from classroom.answers.of_game import entries, game_of, known, probabilities
from classroom.offline.mark import CLOSE, RIGHT, Mark, named, spelled, wrong
from classroom.offline.stage import ROUGH, ROUNDING
from classroom.part import Part
from games.normal_form import NormalFormGame
from solver.results.stage import Equilibrium, StageEquilibria
from solver.stage.equilibria import equilibria
from solver.stage.pure import as_mixed
from solver.stage.verify import judged

required = ("game",)
fields = ("state", "only")
"""``only`` = "mixed": an equilibrium in which somebody plays more than one action."""
Strategies = tuple[tuple[Fraction, ...], ...]
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")
"""A comma between two actions: one between two digits is a decimal comma."""
_SPACE = re.compile(r" +%$")


def how(part: Part) -> str:
    """Return how to answer."""
    game = game_of(part)
    each = "; ".join(
        f"{player}: " + ", ".join(f"{action} 1/{len(own)}" for action in own)
        for player, own in zip(game.players, game.actions, strict=True)
    )
    return (
        f"a probability for every action, as in '{each}', in fractions or to three decimals; any equilibrium counts"
        + _only(part)
    )


def _only(part: Part) -> str:
    return " in which somebody mixes" if part.spec.get("only") == "mixed" else ""


def read(part: Part, answer: Any) -> Strategies:
    """Return the strategies that an answer states, one a player.

    Raises
    ------
    Refusal : a name that the game does not have, or what is no probability distribution.
    """
    game = game_of(part)
    given = {known(name, game.players, "player"): own for name, own in entries(answer, ":", "strategy").items()}
    return tuple(
        probabilities(_weights(given.get(player, {})), own, player)
        for player, own in zip(game.players, game.actions, strict=True)
    )


def _weights(given: Any) -> Mapping[str, Any]:
    if isinstance(given, Mapping):
        return given
    pairs = [_SPACE.sub("%", part.strip()).rpartition(" ") for part in _COMMA.split(str(given)) if part.strip()]
    return {name.strip(" ="): value for name, _, value in pairs}


def mark(part: Part, answer: Strategies) -> Mark:
    """Return the mark of strategies; where they are none, who gains by which action."""
    game = game_of(part)
    if part.spec.get("only") == "mixed" and all(max(own) == 1 for own in answer):
        return wrong("pure", "Everybody plays one action here; asked for is an equilibrium in which somebody mixes.")
    found = judged(game, answer)
    away = _away(part, answer)
    if found.regret == 0 or away <= ROUNDING:
        return RIGHT
    if away <= ROUGH * ROUNDING:
        return CLOSE
    return wrong(_diagnosis(part, answer), *_reasons(game, found))


def _away(part: Part, answer: Strategies) -> Fraction:
    """Return by how much a probability differs from those of the nearest equilibrium that is asked for."""
    own = list(chain.from_iterable(answer))
    return min(max(abs(a - b) for a, b in zip(own, chain.from_iterable(one), strict=True)) for one in keys(part))


def _reasons(game: NormalFormGame, found: Equilibrium) -> Iterator[str]:
    """Yield for every player who would rather do something else what it gains by it."""
    for i, player in enumerate(game.players):
        earned, best, action = _best(game, found, i)
        if best > earned:
            yield (
                f"Against what you let the others play, {named(player)} expects {spelled(earned)} from your mix "
                f"and {spelled(best)} from '{action}' alone."
            )


def _best(game: NormalFormGame, found: Equilibrium, i: int) -> tuple[Fraction, Fraction, str]:
    own = game.players[i]
    each = dict.fromkeys(game.actions[i], Fraction(0))
    for profile in game.profiles():
        weight = Fraction(1)
        for j, player in enumerate(game.players):
            weight *= 1 if j == i else Fraction(found.strategies[player][profile[j]])
        each[profile[i]] += weight * game.payoffs[profile][i]
    action = max(each, key=lambda name: each[name])
    return Fraction(found.payoffs[own]), each[action], action


def _diagnosis(part: Part, answer: Strategies) -> str:
    game = game_of(part)
    same_size = len(game.players) == 2 and len(game.actions[0]) == len(game.actions[1])
    if same_size and judged(game, answer[::-1]).regret == 0:
        return "made each player indifferent itself, not the other"
    if all(len(set(own)) == 1 for own in answer):
        return "mixed evenly"
    if all(max(own) == 1 for own in answer):
        return "no equilibrium in pure strategies"
    turned = tuple(own[::-1] for own in answer)
    return "gave the probabilities to the wrong actions" if judged(game, turned).regret == 0 else "not an equilibrium"


def key(part: Part) -> str:
    """Return an equilibrium."""
    return written(game_of(part), keys(part)[0])


def keys(part: Part) -> tuple[Strategies, ...]:
    """Return the equilibria that are asked for, of those that the solver lists."""
    only_mixed = part.spec.get("only") == "mixed"
    return tuple(one for one in _all(part) if not only_mixed or any(max(own) < 1 for own in one))


def _all(part: Part) -> tuple[Strategies, ...]:
    game = game_of(part)
    return tuple(
        tuple(tuple(Fraction(share) for share in one.strategies[player].values()) for player in game.players)
        for one in _solved(part).equilibria
    )


def _solved(part: Part) -> StageEquilibria:
    return part.once("equilibria", lambda: equilibria(game_of(part)))


def written(game: NormalFormGame, strategies: Sequence[Sequence[Fraction]]) -> str:
    """Return strategies as a student writes them."""
    return "; ".join(
        f"{player}: " + ", ".join(f"{action} {share}" for action, share in zip(actions, own, strict=True))
        for player, actions, own in zip(game.players, game.actions, strategies, strict=True)
    )


def mistaken(part: Part) -> Iterator[tuple[str, str]]:
    """Yield systematically wrong strategies, each under its diagnosis."""
    game, right = game_of(part), keys(part)
    even = tuple(tuple(Fraction(1, len(own)) for _ in own) for own in game.actions)
    tried: list[Strategies] = [even, *(one[::-1] for one in right), *(tuple(own[::-1] for own in one) for one in right)]
    tried += [as_mixed(game, profile) for profile in game.profiles()]
    for one in dict.fromkeys(tried):
        fits = all(len(own) == len(names) for own, names in zip(one, game.actions, strict=True))
        found = mark(part, one) if fits else RIGHT
        if found is not RIGHT:
            yield found.mistake, written(game, one)


def behaved(part: Part) -> bool:
    """Return whether the game is not degenerate, has an equilibrium as asked for, and its fractions are short."""
    found = _solved(part)
    chosen = keys(part)
    short = all(share.denominator <= 60 for one in chosen for own in one for share in own)
    return bool(chosen) and short and found.degenerate is not True and found.complete
