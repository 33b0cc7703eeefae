"""One match, to look at period by period."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import islice

import numpy as np

from classroom.tournament.arena import Arena, tables
from classroom.tournament.machine import machine
from classroom.tournament.play import line, turns
from classroom.tournament.results import Match
from classroom.tournament.strategy import Strategy
from games.errors import refuse
from games.files.findings import suggestion

PERIODS = 60


def one_match(
    arena: Arena, pair: tuple[Strategy, Strategy], noise: Fraction = Fraction(0), seed: int = 0, periods: int = PERIODS
) -> Match:
    """Return a match of two strategies, the first of them in the first role.

    Raises
    ------
    ScenarioError : a strategy that does not fit the game.
    """
    numbers = tables(arena)
    one, other = (line([machine(strategy, arena, role)], role) for role, strategy in enumerate(pair))
    alone = np.zeros(1, dtype=np.int64)
    played = turns((one, other), (alone, alone), numbers, float(noise), np.random.default_rng(seed))
    outcomes = np.array([int(outcome[0]) for outcome in islice(played, periods)])
    mean = numbers.payoffs.reshape(-1, 2)[outcomes].mean(axis=0)
    return Match(
        arena.title, arena.roles, (pair[0].title, pair[1].title), arena.actions, arena.game.states, noise, seed,
        tuple(int(k) for k in outcomes // 4), tuple((k % 4 < 2, k % 2 == 0) for k in outcomes.tolist()),
        (float(mean[0]), float(mean[1])), arena.notes,
    )  # fmt: skip


def named(strategies: Sequence[Strategy], names: str) -> tuple[Strategy, Strategy]:
    """Return the two strategies that a text like "tit-for-tat,bully" names by their files.

    Raises
    ------
    ScenarioError : there are not two names, or one that nobody has.
    """
    known = {strategy.name: strategy for strategy in strategies}
    asked = [name.strip() for name in names.split(",")]
    if len(asked) != 2:
        raise refuse("--match", f"names {len(asked)} strategies, not two", "for example --match tit-for-tat,bully")
    for name in asked:
        if name not in known:
            raise refuse("--match", f"no strategy '{name}' takes part", suggestion(name, sorted(known)))
    return known[asked[0]], known[asked[1]]
