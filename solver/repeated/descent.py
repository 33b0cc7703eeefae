"""From all that can be paid down to the payoffs of equilibrium, in few steps that a checker can follow.

Sets of payoffs are kept between half-spaces with fixed normals n_j. What a move makes of them
(``solver.proof.payoff_sets``) has the dual programme, for the direction n,

    minimise   n . now + sum_d z_d (now_i - now_i(d)) + u + sum (terms of z and y) x levels
    subject to sum_j y_kj n_j = weight x (n + sum_d z_d e_i(d))  for every set k that follows,   z, y >= 0

Its corners do not depend on the levels: floats find one, rationals decide what it proves (u bounds what payments add).
Levels that fall as the moves make them fall, less a little, are the stations. Between two of them, or a station and
the goal, one step is tried, with the corners best for levels in between. Where it fails the way is halved.

References: Judd, Yeltekin & Conklin, Econometrica 71 (2003), for the stations; the steps are this project's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from solver.exact import fraction, rational, solve_square
from solver.proof.payoff_sets import Move, Vector

Floats = NDArray[np.float64]
Levels = list[list[Fraction]]
Corner = dict[int, Fraction]
"""Multipliers that are not zero, by column."""
Step = dict[str, Any]
MIXED = (0.5, 1.0, 0.1, 0.01, 0.0)
"""How far from the lower levels to the upper those lie for which multipliers are tried."""
ROOM = (1e-2, 1e-4, 1e-6, 1e-9)
"""By how much stations lie above what was found, times 1 - delta, in units of the payoffs' spread."""
MOST = 3000
"""Stations after which the search ends."""
USED = 1e-9
"""A smaller multiplier is rounding."""
DIGITS = 10**12
TIGHT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True, eq=False)
class Dual:
    """The dual programme of one move: ``matrix`` x = ``weights`` x direction (and the money it moves), x >= 0.

    Columns: a multiplier for each deviation, one for each direction of each set that follows, two for payments.
    """

    move: Move
    normals: Sequence[Sequence[Vector]]

    @cached_property
    def columns(self) -> list[tuple[int, int, Fraction]]:
        """Return set, direction and chance of each multiplier of a half-space."""
        return [(t, j, q) for t, q in self.move.next for j in range(len(self.normals[t]))]

    @cached_property
    def matrix(self) -> list[list[Fraction]]:
        """Return the equations' left sides; payments, if any, last."""
        move, players = self.move, range(len(self.move.now))
        paid = any(move.money)
        rows = []
        for t, _ in move.next:
            for i in players:
                own = [-move.weight[i] if d[0] == i else Fraction(0) for d in move.instead]
                own += [self.normals[k][j][i] if k == t else Fraction(0) for k, j, _ in self.columns]
                rows.append(own + [Fraction(0)] * (2 * paid))
        if paid:
            own = [move.money[d[0]] for d in move.instead] + [Fraction(0)] * len(self.columns)
            rows.append([*own, Fraction(-1), Fraction(1)])
        return rows

    @cached_property
    def floats(self) -> Floats:
        return np.array(self.matrix, dtype=float)

    def right(self, n: Vector) -> list[Fraction]:
        """Return the equations' right sides for a direction."""
        out = [w * x for _ in self.move.next for w, x in zip(self.move.weight, n, strict=True)]
        return [*out, -_dot(n, self.move.money)] if any(self.move.money) else out

    def cost(self, levels: Levels) -> list[Fraction]:
        """Return what each multiplier adds to the bound at some levels."""
        move = self.move
        tempted = [
            move.now[i] - now + move.weight[i] * sum((q * levels[t][i] for t, q in row), Fraction(0))
            for i, now, row in move.instead
        ]
        ahead = [q * levels[t][j] for t, j, q in self.columns]
        return tempted + ahead + [Fraction(1)] * (2 * any(move.money))

    def best(self, directions: Sequence[Vector], cost: Floats) -> tuple[int, list[Floats]]:
        """Return how the programme ends in these directions, all in one, and its corners if it has some."""
        count = len(directions)
        left = sparse.kron(sparse.eye(count), self.floats, format="csr")
        right = [float(x) for n in directions for x in self.right(n)]
        found = linprog(np.tile(cost, count), A_eq=left, b_eq=right, bounds=(0, None), options=TIGHT)
        return found.status, [] if found.status else list(found.x.reshape(count, -1))

    def nothing(self, cost: Floats) -> Floats | None:
        """Return multipliers, those of deviations summing to 1, that refute that the move makes anything, or None."""
        count = len(self.move.instead)
        if not count:
            return None
        once = np.concatenate([np.ones(count), np.zeros(len(cost) - count)])
        right = np.append(np.zeros(len(self.floats)), 1.0)
        found = linprog(cost, A_eq=np.vstack([self.floats, once]), b_eq=right, bounds=(0, None))
        return found.x if found.status == 0 and found.fun < 0 else None

    def corner(self, near: Floats, n: Vector | None) -> Corner | None:
        """Return the rational solution of the equations with the multipliers that floats use, or None.

        ``n`` None: no direction, and the multipliers of deviations sum to 1.
        """
        used = np.flatnonzero(near > USED).tolist()
        rows = [[row[c] for c in used] for row in self.matrix]
        right = self.right((Fraction(0),) * len(self.move.now) if n is None else n)
        if n is None:
            rows.append([Fraction(int(c < len(self.move.instead))) for c in used])
            right = [*right, Fraction(1)]
        columns = [list(map(rational, own)) for own in zip(*rows, strict=True)]
        target = list(map(rational, right))
        # Columns of a corner are independent, so the square system of their products has one solution.
        found = solve_square([[_product(a, b) for b in columns] for a in columns],
                             [_product(a, target) for a in columns])  # fmt: skip
        shares = list(map(fraction, found or ()))
        solved = found is not None and all(_dot(row, shares) == x for row, x in zip(rows, right, strict=True))
        if solved and all(x >= 0 for x in shares):
            return {c: x for c, x in zip(used, shares, strict=True) if x}
        return self._made_up(near, self.right(n)) if n is not None else None

    def _made_up(self, near: Floats, right: Sequence[Fraction]) -> Corner:
        """Return multipliers rounded, and what is then missing made up along the axes (and by what payments add)."""
        out = {int(c): Fraction(float(near[c])).limit_denominator(DIGITS) for c in np.flatnonzero(near > USED)}
        for number, (row, x) in enumerate(zip(self.matrix, right, strict=True)):
            rest = x - _worth(row, out)
            sign = 1 if rest > 0 else -1
            place = next(c for c, y in enumerate(row) if y == sign and c in self._alone(number))
            out[place] = out.get(place, Fraction(0)) + abs(rest)
        return {c: x for c, x in out.items() if x > 0}

    def _alone(self, number: int) -> set[int]:
        """Return the multipliers, not of deviations, that are in one equation only."""
        others = [row for k, row in enumerate(self.matrix) if k != number]
        return {c for c in range(len(self.move.instead), len(self.matrix[0])) if not any(row[c] for row in others)}

    def told(self, corner: Corner) -> Step:
        """Return multipliers as a certificate has them."""
        count = len(self.move.instead)
        ahead = [(*self.columns[c - count], x) for c, x in corner.items() if 0 <= c - count < len(self.columns)]
        return {
            "tempted": [[c, str(x)] for c, x in corner.items() if c < count],
            "ahead": [[[j, str(x)] for k, j, _, x in ahead if k == t] for t, _ in self.move.next],
        }


@dataclass(frozen=True, eq=False)
class Station:
    """Levels that equilibrium does not exceed (none: nothing is left); by set the moves that make something there, with
    what refutes the others, and the levels of what they make."""

    levels: Levels
    refuted: tuple[dict[int, Step], ...]
    made: list[list[float]]
    gone: frozenset[int]


@dataclass(eq=False)
class Descent:
    """The way down for moves and directions; ``unit`` is the payoffs' spread, ``patience`` the largest delta."""

    ways: Sequence[Sequence[Move]]
    normals: Sequence[Sequence[Vector]]
    unit: float
    patience: float
    known: dict[Any, Corner | None] = field(default_factory=dict)
    hard: list[tuple[int, int]] = field(default_factory=list)
    """The moves that made steps fail, those that did so last first: tried first."""

    @cached_property
    def duals(self) -> list[list[Dual]]:
        return [[Dual(move, self.normals) for move in own] for own in self.ways]

    def steps(self, top: Levels, goal: Levels | None) -> tuple[list[Step], Levels] | None:
        """Return steps from the top to the goal (None: as far down as it goes), and the levels there; None: no way."""
        stations, last = [self._station(top, [{} for _ in self.ways])], None
        for room in ROOM:
            count, next_try = 0, 0
            while last is None and len(stations) < MOST:
                below = self._below(stations[-1], room)
                if goal is not None and (count == next_try or below is None):
                    next_try = max(1, 2 * next_try)
                    last = self._bounds(stations[-1], goal)
                if below is None or last is not None:
                    break
                stations.append(self._station(below, stations[-1].refuted))
                count += 1
        way = self._way(stations, 0, len(stations) - 1)
        end = way[-1][1] if way else top
        if goal is not None:
            if last is None or end != stations[-1].levels:
                return None
            way.append((stations[-1], goal, last))
        out: list[Step] = []
        told: list[set[int]] = [set() for _ in self.ways]
        for station, levels, bounds in way:
            never = []
            for k, parts in enumerate(station.refuted):
                never += [[k, m, part] for m, part in sorted(parts.items()) if m not in told[k]]
                told[k] |= set(parts)
            out.append({"never": never, "levels": [list(map(str, own)) for own in levels], "bounds": bounds})
        return out, end if goal is None else goal

    def _way(self, stations: list[Station], first: int, last: int) -> list[tuple[Station, Levels, list[Step]]]:
        """Return few steps from one station to another, or to the last before it that floats are fine enough for."""
        if first == last:
            return []
        bounds = self._bounds(stations[first], stations[last].levels)
        if bounds is not None:
            return [(stations[first], stations[last].levels, bounds)]
        if last == first + 1:
            return []
        middle = (first + last) // 2
        way = self._way(stations, first, middle)
        arrived = bool(way) and way[-1][1] is stations[middle].levels
        return way + self._way(stations, middle, last) if arrived else way

    def _station(self, levels: Levels, refuted: Sequence[dict[int, Step]]) -> Station:
        """Return the station at some levels, where what made nothing above makes nothing either."""
        now, made = [dict(parts) for parts in refuted], []
        for k, own in enumerate(self.duals):
            most = [-np.inf] * len(levels[k])
            for m in set(range(len(own))) - set(now[k]) if levels[k] else ():
                values = self._values(k, m, levels)
                if isinstance(values, dict):
                    now[k][m] = values
                else:
                    most = [max(pair) for pair in zip(most, values, strict=True)]
            made.append(most)
        gone = {k for k, parts in enumerate(now) if len(parts) == len(self.ways[k]) or not levels[k]}
        while more := {k for k, own in enumerate(self.ways) if any(t in gone for w in own for t, _ in w.next)} - gone:
            gone |= more
        return Station(levels, tuple(now), made, frozenset(gone))

    def _values(self, k: int, m: int, levels: Levels) -> list[float] | Step:
        """Return the levels of what a move makes, or what refutes that it makes anything."""
        dual, directions = self.duals[k][m], self.normals[k]
        cost = np.array(dual.cost(levels), dtype=float)
        status, corners = dual.best(directions, cost / self.unit)
        if corners:
            return [float(_dot(n, dual.move.now)) + float(cost @ x) for n, x in zip(directions, corners, strict=True)]
        found = dual.nothing(cost / self.unit) if status else None
        corner = None if found is None else dual.corner(found, None)
        if corner is None or _worth(dual.cost(levels), corner) >= 0:
            return [np.inf] * len(directions)
        return dual.told(corner)

    def _below(self, at: Station, room: float) -> Levels | None:
        """Return the next station's levels, short decimals a little above what is made, or None: they rest here."""
        out: Levels = []
        for k, (own, found) in enumerate(zip(at.levels, at.made, strict=True)):
            lower: list[Fraction] = []
            spares = [room * self.unit * (1 - self.patience) * float(sum(map(abs, n))) for n in self.normals[k]]
            for spare, level, value in zip(spares, own, found, strict=True) if k not in at.gone else ():
                grid = Fraction(10) ** floor(log10(spare / 4))
                falls = value + spare < float(level)
                lower.append(min(level, ceil(Fraction(value + spare) / grid) * grid) if falls else level)
            out.append(lower)
        return out if out != at.levels else None

    def _bounds(self, at: Station, goal: Levels) -> list[Step] | None:
        """Return the multipliers of one step from a station to other levels, or None where there are none."""
        if {k for k, own in enumerate(goal) if not own} != at.gone:
            return None
        falling = [[j for j, x in enumerate(own) if x != at.levels[k][j]] for k, own in enumerate(goal)]
        asked = [(k, m) for k, js in enumerate(falling) for m in range(len(self.ways[k]))
                 if js and m not in at.refuted[k]]  # fmt: skip
        parts: dict[tuple[int, int], dict[int, Step]] = {}
        for k, m in [*(pair for pair in self.hard if pair in set(asked)), *asked]:
            found = parts.get((k, m)) or self._parts(k, m, falling[k], at.levels, goal)
            if found is None:
                self.hard = [(k, m), *(pair for pair in self.hard if pair != (k, m))]
                return None
            parts[k, m] = found
        moves = [[m for own, m in asked if own == k] for k in range(len(goal))]
        return [parts[k, m][j] for k, js in enumerate(falling) for j in js for m in moves[k]]

    def _parts(self, k: int, m: int, falling: Sequence[int], above: Levels, below: Levels) -> dict[int, Step] | None:
        """Return by direction multipliers whose bound is below the upper levels and the lower ones, there."""
        dual, out = self.duals[k][m], dict[int, Step]()
        high, low = dual.cost(above), dual.cost(below)
        ends = np.array([high, low], dtype=float) / self.unit
        for mix in MIXED:
            open_ = [j for j in falling if j not in out]
            if not open_:
                break
            _, corners = dual.best([self.normals[k][j] for j in open_], mix * ends[0] + (1 - mix) * ends[1])
            for j, near in zip(open_, corners, strict=False):
                corner = self._corner(k, m, j, near)
                if corner is None:
                    continue
                now = _dot(self.normals[k][j], dual.move.now)
                if now + _worth(high, corner) < above[k][j] and now + _worth(low, corner) <= below[k][j]:
                    out[j] = dual.told(corner)
        return out if len(out) == len(falling) else None

    def _corner(self, k: int, m: int, j: int, near: Floats) -> Corner | None:
        key = (k, m, j, tuple(np.flatnonzero(near > USED)))
        if key not in self.known:
            self.known[key] = self.duals[k][m].corner(near, self.normals[k][j])
        return self.known[key]


def _worth(cost: Sequence[Fraction], corner: Corner) -> Fraction:
    return sum((x * cost[c] for c, x in corner.items()), Fraction(0))


def _dot(n: Sequence[Fraction], v: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(n, v, strict=True)), Fraction(0))


def _product(a: Sequence[Any], b: Sequence[Any]) -> Any:
    return sum(x * y for x, y in zip(a, b, strict=True))
