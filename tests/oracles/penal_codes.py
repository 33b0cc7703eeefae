"""Equilibrium payoffs from inside: simple penal codes found one by one, and what they keep up; no solver.

Every point found is an equilibrium payoff, so a set that lacks one misses something. Floating point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from games.stochastic import StochasticGame
from oracles.payoff_sets import Point, Sets, after_one_period, beyond, extreme, thinned

SLACK = 1e-11
"""What rounding may cost in an inequality, in payoff units."""


def penal_codes(game: StochasticGame, discount: Sequence[Fraction], most: int = 1300) -> Iterator[list[Point]]:
    """Yield payoffs by state of equilibria of the simplest kind, tried out one by one.

    A path plays one pure policy for a period and another for ever; a code is a path to punish each player with. What
    nobody leaves, the code's own paths included, when player i is answered by path i, is an equilibrium (Abreu 1988).
    Where there are more than ``most`` paths only those with one policy are tried.
    """
    policies = list(product(*(tuple(stage.profiles()) for stage in game.stages)))
    ever = np.array([_for_ever(game, discount, policy) for policy in policies])
    same = np.arange(len(policies))
    then = np.tile(same, len(same)) if len(same) ** 2 <= most else same
    first = np.repeat(same, len(same)) if len(same) ** 2 <= most else same
    start = np.array([
        [_now(game, discount, policies[k], i) + float(discount[i]) * _chances(game, policies[k]) @ ever[m, i]
         for i in (0, 1)]
        for k, m in zip(first, then, strict=True)
    ])  # fmt: skip
    a, b = (_held(game, discount, i, policies, (first, then), (start[:, i], ever[:, i])) for i in (0, 1))
    own = np.ones(len(first), dtype=bool)
    while not all(kept := [bool((a[k] & own).any() and (b[k] & own).any()) for k in own.nonzero()[0]]):
        own[own.nonzero()[0][~np.array(kept)]] = False
    a, b, start = a[np.ix_(own, own)], b[np.ix_(own, own)], start[own]
    codes = np.diag(a)[:, None] & b & a.T & np.diag(b)[None, :]
    # What stays on its path when the players are answered by a code's two paths; numbers, as they multiply faster.
    stays = ((a.astype(np.float32) @ codes.astype(np.float32)) * b).any(axis=1)
    for k in np.flatnonzero(stays):
        yield [(float(x), float(y)) for x, y in start[k].T]


def _chances(game: StochasticGame, policy: Sequence[tuple[str, ...]]) -> Any:
    return np.array([[float(game.next[s][p].get(t, 0)) for t in range(len(policy))] for s, p in enumerate(policy)])


def _now(game: StochasticGame, discount: Sequence[Fraction], policy: Sequence[tuple[str, ...]], i: int) -> Any:
    return (1 - float(discount[i])) * np.array([float(game.stages[s].payoffs[p][i]) for s, p in enumerate(policy)])


def _for_ever(game: StochasticGame, discount: Sequence[Fraction], policy: Sequence[tuple[str, ...]]) -> list[Any]:
    ahead, one = _chances(game, policy), np.eye(len(policy))
    return [np.linalg.solve(one - float(d) * ahead, _now(game, discount, policy, i)) for i, d in enumerate(discount)]


def _held(game: StochasticGame, discount: Any, i: int, policies: Any, path: Any, value: Any) -> Any:
    """Return for each path, and each path that answers a deviation of player i, whether it stays on the first."""
    (first, then), (start, ever) = path, value
    held = np.ones((len(first),) * 2, dtype=bool)
    for s, stage in enumerate(game.stages):
        for played in stage.profiles():
            worst = np.full(len(first), -np.inf)
            for _, moved in stage.deviations(played, i):
                policy = [moved if t == s else next(g.profiles()) for t, g in enumerate(game.stages)]
                gain = _now(game, discount, policy, i)[s]
                worst = np.maximum(worst, gain + float(discount[i]) * start @ _chances(game, policy)[s])
            for stage_of, payoff in ((first, start[:, s]), (then, ever[then, s])):
                here = np.array([policies[k][s] == played for k in stage_of])
                held[here] &= payoff[here, None] >= worst[None, :] - SLACK
    return held


def inside(
    game: StochasticGame, discount: Sequence[Fraction], cap: Fraction = Fraction(0), rounds: int = 60,
    start: Sets | None = None,
) -> Sets:  # fmt: skip
    """Return points that are all equilibrium payoffs: simple penal codes, and what they keep up, and so on.

    ``start``: sets to begin with instead (then what is returned is only as true as they are).
    """
    found: Sets = start or [[] for _ in game.states]
    if start is None:
        for values in penal_codes(game, discount):
            found = [[*own, v] for own, v in zip(found, values, strict=True)]
    deltas = [float(d) for d in discount]
    for _ in range(rounds):
        grown = after_one_period(game, deltas, float(cap), found)
        grown = [thinned(extreme(own + old), SLACK) for own, old in zip(grown, found, strict=True)]
        if max(beyond(new, old) if new else 0 for new, old in zip(grown, found, strict=True)) < SLACK:
            return grown
        found = grown
    return found
