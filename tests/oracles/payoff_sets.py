"""One period of a two-player game by brute force: what it makes of sets of payoffs; shares nothing with the solver.

One period turns sets of payoffs W(s) into

    V(s) = co of the union over profiles a of { v = (1-d) g(s,a) + d E w : w(s') in W(s'), v_i >= deviation_i(s,a) }
    deviation_i(s,a) = max over actions of i of (1-d_i) g_i + d_i E min W_i(s')
    W(s) = { v + t (1-d_1, -(1-d_2)) : v in V(s), |t| <= cap, every player at or above min V_i(s) }

V(s) is empty where a profile, whichever it is, may lead to a state without equilibrium: play after every history must
be one. The equilibrium payoffs are the largest W. A set is a list of points whose hull is meant; every pair of points
is tried, so nothing is clipped. Exact where the points are.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from games.stochastic import StochasticGame

Point = tuple[Any, Any]
Sets = list[list[Point]]
"""For each state, points whose hull is meant; none: no equilibrium."""

TIE = 1e-13
"""What still counts as a tie between floating-point payoffs; exact ones are compared exactly."""


def extreme(points: Sequence[Point]) -> list[Point]:
    """Return the extreme points of the hull, counter-clockwise."""
    some = sorted(set(points))
    if len(some) < 3:
        return some
    chains = []
    for way in (some, some[::-1]):
        chain: list[Point] = []
        for p in way:
            while len(chain) > 1 and turn(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        chains.append(chain[:-1])
    return chains[0] + chains[1]


def turn(a: Point, b: Point, c: Point) -> Any:
    """Return twice the area of a triangle: positive if it turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def lowest(points: Sequence[Point]) -> Point:
    """Return each player's smallest payoff."""
    return min(p[0] for p in points), min(p[1] for p in points)


def beyond(points: Sequence[Point], vertices: Sequence[Point]) -> float:
    """Return how far the farthest of ``points`` is from the hull of ``vertices`` (0: all are in it)."""
    if not points:
        return 0.0
    if not vertices:
        return float("inf")
    normals = facet_normals(vertices)
    over = np.array(points, dtype=float) @ normals.T - levels(vertices, normals)
    return max(0.0, float(over.max()))


def facet_normals(vertices: Sequence[Point]) -> Any:
    """Return unit vectors that contain every facet's normal of the hull, and the axes; ``vertices`` in order."""
    corners = np.array(vertices, dtype=float)
    along = np.roll(corners, -1, axis=0) - corners
    along = along[np.hypot(*along.T) > 0]
    across = np.stack([along[:, 1], -along[:, 0]], axis=1)
    rows = np.concatenate([along, -along, across, -across, np.eye(2), -np.eye(2)])
    return rows / np.hypot(*rows.T)[:, None]


def levels(vertices: Sequence[Point], directions: Any) -> Any:
    """Return max direction . v for each direction."""
    return (np.array(vertices, dtype=float) @ directions.T).max(axis=0)


def after_one_period(game: StochasticGame, discount: Sequence[Any], cap: Any, sets: Sets, room: Any = 0) -> Sets:
    """Return what play reaches when these payoffs may follow, payments included; exact if everything given is.

    ``room``: by how much a constraint may be missed, in payoff units.
    """
    after: Sets = []
    for s, stage in enumerate(game.stages):
        played = stage.profiles() if all(sets[t] for t in _successors(game, s)) else ()
        points = extreme([v for profile in played for v in kept_up(game, discount, sets, s, profile, room)])
        after.append(paid(points, discount, cap, room))
    return after


def _successors(game: StochasticGame, s: int) -> set[int]:
    """Return the states that may follow, whatever is played: play after any history must be an equilibrium."""
    return {t for row in game.next[s].values() for t, q in row.items() if q}


def kept_up(
    game: StochasticGame, discount: Sequence[Any], sets: Sets, s: int, profile: tuple[str, ...], room: Any = 0
) -> list[Point]:
    """Return points whose hull are the payoffs of playing a profile first."""
    stage = game.stages[s]
    tempting = []
    for i in (0, 1):
        moves = (profile, *(moved for _, moved in stage.deviations(profile, i)))
        tempting.append(max(
            (1 - discount[i]) * stage.payoffs[moved][i]
            + discount[i] * sum(q * lowest(sets[t])[i] for t, q in game.next[s][moved].items() if q)
            for moved in moves
        ))  # fmt: skip
    now = [(1 - d) * g for d, g in zip(discount, stage.payoffs[profile], strict=True)]
    ahead = [(discount[0] * x, discount[1] * y) for x, y in _expected(game.next[s][profile], sets)]
    return above([(now[0] + x, now[1] + y) for x, y in ahead], (tempting[0] - room, tempting[1] - room))


def _expected(row: Any, sets: Sets) -> list[Point]:
    total: list[Point] = [(0, 0)]
    for t, q in row.items():
        if q:
            total = extreme([(x + q * u, y + q * v) for (x, y), (u, v) in product(total, sets[t])])
    return total


def above(points: Sequence[Point], low: Point) -> list[Point]:
    """Return points whose hull is the part of the hull at or above ``low``: every pair across a line is tried."""
    slack = 0 if _exact(points, low) else TIE
    found = [p for p in points if p[0] >= low[0] - slack and p[1] >= low[1] - slack]
    for i, j in ((0, 1), (1, 0)):
        line = [p[j] for p in points if p[i] == low[i]]
        under, over = [p for p in points if p[i] < low[i]], [p for p in points if p[i] > low[i]]
        line += [p[j] + (q[j] - p[j]) * (low[i] - p[i]) / (q[i] - p[i]) for p, q in product(under, over)]
        if line and max(line) >= low[j] - slack:
            found += [(low[0], y) if i == 0 else (y, low[1]) for y in (max(*line, low[j]), max(min(line), low[j]))]
    return found


def _exact(points: Sequence[Point], low: Point) -> bool:
    return all(isinstance(x, Fraction | int) for p in (*points, low) for x in p)


def paid(points: list[Point], discount: Sequence[Any], cap: Any, room: Any = 0) -> list[Point]:
    """Return the extreme payoffs once one may pay the other up to ``cap``, nobody to below its worst."""
    if not points or not cap:
        return points
    one, two = (cap * (1 - d) for d in discount)
    low = lowest(points)
    moved = [(x + k * one, y - k * two) for x, y in points for k in (-1, 1)]
    return extreme(above(moved, (low[0] - room, low[1] - room)))


def from_above(
    game: StochasticGame, discount: Sequence[Fraction], cap: Fraction, until: Sets, near: float, rounds: int = 1500
) -> float:
    """Return how far sets that contain every equilibrium payoff are from ``until``: period after period from all that
    can be paid, until they are ``near`` or ``rounds`` are over.

    Slow, and the last resort where too few directions leave too much room. Room beats what thinning takes away.
    """
    size = max(abs(float(x)) for stage in game.stages for own in stage.payoffs.values() for x in own) + float(cap)
    sets: Sets = [[(-size, -size), (size, -size), (size, size), (-size, size)] for _ in game.states]
    apart = float("inf")
    for _ in range(rounds):
        sets = [
            thinned(own, 1e-12)
            for own in after_one_period(game, [float(d) for d in discount], float(cap), sets, 1e-10)
        ]  # fmt: skip
        apart = max(beyond(own, known) for own, known in zip(sets, until, strict=True))
        if apart < near:
            break
    return apart


def thinned(corners: list[Point], least: float) -> list[Point]:
    """Return the corners, counter-clockwise, without those that stand out by less than ``least``."""
    kept: list[Point] = []
    for k, p in enumerate(corners):
        before, after = kept[-1] if kept else corners[-1], corners[(k + 1) % len(corners)]
        length = max(abs(after[0] - before[0]), abs(after[1] - before[1]))
        if len(corners) < 3 or not length or abs(turn(before, p, after)) > least * length:
            kept.append(p)
    return kept or corners
