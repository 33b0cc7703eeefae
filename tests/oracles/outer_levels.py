"""Equilibrium payoffs from outside, by linear programming duality in fixed directions; shares nothing with the solver.

A set is the list of its levels, max direction . v, and what it stands for is all that lies below them. One period
(``oracles.payoff_sets``) is taken over such sets again and again, down from all that can be paid. Every level is the
value of a linear programme in two unknowns, read off its dual: the cheapest nonnegative combination of two directions.
So nothing that equilibrium reaches is ever left out, and more directions leave less in by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from games.stochastic import StochasticGame

EMPTY = 1e-10
"""Levels that contradict each other by more than this, in payoff units, belong to no set."""
ROOM = 1e-12
"""What is left to rounding in every level, so that outer bounds are outer bounds."""
CLOSE = 1e-5
"""Directions closer than this, in radians, are one."""


class Directions:
    """Unit vectors closed under reversal, with the axes; sets are levels along them.

    ``rows[k]`` is a direction; ``back[k]`` the index of its reverse; ``down[i]`` the index of player i's axis,
    reversed.
    """

    def __init__(self, more: Any = (), count: int = 64) -> None:
        around = 2 * np.pi * np.arange(count // 2) / count
        some = [np.eye(2), np.stack([np.cos(around), np.sin(around)], axis=1)]
        if len(more):
            some.append(np.array(more, dtype=float) / np.hypot(*np.array(more, dtype=float).T)[:, None])
        angles: list[float] = []
        for angle in np.concatenate([np.arctan2(rows[:, 1], rows[:, 0]) for rows in some]) % np.pi:
            apart = np.abs(np.array(angles) - angle)
            # Closer ones say the same, and divide by next to nothing.
            if not len(apart) or np.minimum(apart, np.pi - apart).min() > CLOSE:
                angles.append(float(angle))
        half = np.array([(np.cos(angle), np.sin(angle)) for angle in sorted(angles)])
        half[np.abs(half) < 1e-15] = 0
        self.rows = np.concatenate([half, -half])
        self.back = np.roll(np.arange(len(self.rows)), len(half))
        self.down = [int(np.argmax(self.rows @ axis)) for axis in -np.eye(2)]
        self._with_axis = [self._shares(self.rows, np.broadcast_to(axis, self.rows.shape)) for axis in -np.eye(2)]

    def _shares(self, wanted: Any, axis: Any) -> tuple[Any, Any]:
        """Return for wanted[k] and each direction the shares (of the axis, of the direction) that add up to it."""
        turn = axis[:, None, 0] * self.rows[None, :, 1] - axis[:, None, 1] * self.rows[None, :, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            first = (wanted[:, None, 0] * self.rows[None, :, 1] - wanted[:, None, 1] * self.rows[None, :, 0]) / turn
            second = (axis[:, None, 0] * wanted[:, None, 1] - axis[:, None, 1] * wanted[:, None, 0]) / turn
        good = (np.abs(turn) > 1e-12) & (first >= 0) & (second >= 0)
        return np.where(good, first, np.nan), np.where(good, second, np.nan)

    def cut(self, level: Any, low: Any) -> Any:
        """Return the levels of { w : rows . w <= level, w >= low }, each a dual optimum; NaN: the set is empty.

        ``level`` must be attained everywhere. Then an optimal dual basis either is the direction itself or contains
        one of the two new constraints.
        """
        if np.isposinf(low).any():
            return np.full(len(level), np.nan)
        for i, d in enumerate(self.down):
            bound = min(level[d], ROOM - low[i])
            axis, own = self._with_axis[i]
            # Large shares magnify rounding: room for it keeps every level above the truth.
            values = axis * (bound + ROOM) + own * (level + ROOM)
            level = np.minimum(level, np.nanmin(values, axis=1, initial=np.inf))
            level[d] = bound
            if (level + level[self.back] < -EMPTY).any():
                return np.full(len(level), np.nan)
        return level

    def scaled(self, discount: Any) -> Any:
        """Return the matrix that turns levels of a set into the levels of the set times ``discount`` by player."""
        wanted = self.rows * discount
        matrix = np.zeros((len(self.rows),) * 2)
        for k, o in enumerate(wanted):
            if not np.hypot(*o):
                continue
            ahead = self.rows @ o
            turn = self.rows[:, 0] * o[1] - self.rows[:, 1] * o[0]
            same = np.flatnonzero((np.abs(turn) < 1e-12 * np.hypot(*o)) & (ahead > 0))
            if len(same):
                matrix[k, same[0]] = ahead[same[0]]
                continue
            # The nearest directions on both sides.
            right, left = (int(np.argmax(np.where(side & (ahead > 0), ahead, -1))) for side in (turn > 0, turn < 0))
            matrix[k, [right, left]] = np.linalg.solve(self.rows[[right, left]].T, o)
        return matrix


def outside(
    game: StochasticGame, discount: Sequence[Fraction], cap: Fraction = Fraction(0),
    directions: Directions | None = None, rounds: int = 5000, rest: float = 1e-12,
) -> Any:  # fmt: skip
    """Return for each state levels along the directions that no equilibrium payoff exceeds; NaN: no equilibrium."""
    along = directions or Directions()
    deltas = np.array([float(d) for d in discount])
    payoffs = np.array([[float(x) for x in g] for stage in game.stages for g in stage.payoffs.values()])
    paying = float(cap) * (1 - deltas) * [1, -1]
    # What is received in every period for ever is the whole cap.
    size = np.abs(payoffs).max() + float(cap)
    level = np.tile(size * np.abs(along.rows).sum(axis=1), (len(game.states), 1))
    ahead = along.scaled(deltas)
    for _ in range(rounds):
        new = np.array([_levels(game, deltas, along, ahead, level, s) for s in range(len(level))])
        if cap:
            new = np.array([
                along.cut(own + np.abs(along.rows @ paying), -own[along.down]) if np.isfinite(own).all() else own
                for own in new
            ])  # fmt: skip
        # Both are outer bounds: the smaller of the two is one.
        new = np.where(np.isnan(new), np.nan, np.minimum(new, level))
        moved = np.nanmax(np.where(np.isnan(new) & np.isnan(level), 0, np.where(np.isnan(new), 1, level - new)))
        level = new
        if moved < rest:
            break
    return level


def _levels(game: StochasticGame, deltas: Any, along: Directions, ahead: Any, level: Any, s: int) -> Any:
    stage, best = game.stages[s], np.full(len(along.rows), np.nan)
    if any(np.isnan(level[t]).any() for row in game.next[s].values() for t, q in row.items() if q):
        return best
    lowest_ahead = {
        (p, i): (1 - deltas[i]) * float(stage.payoffs[p][i])
        + deltas[i] * sum(float(q) * -level[t][along.down[i]] for t, q in game.next[s][p].items() if q)
        for p in stage.profiles()
        for i in (0, 1)
    }
    for profile in stage.profiles():
        moves = [[profile, *(moved for _, moved in stage.deviations(profile, i))] for i in (0, 1)]
        low = np.array([max(lowest_ahead[m, i] for m in moves[i]) for i in (0, 1)])
        mean = sum(float(q) * level[t] for t, q in game.next[s][profile].items() if q)
        now = (1 - deltas) * np.array([float(x) for x in stage.payoffs[profile]])
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = np.where(deltas > 0, (low - now) / deltas, np.where(low > now + EMPTY, np.inf, -np.inf))
        best = np.fmax(best, along.rows @ now + ahead @ along.cut(mean, needed))
    return best
