"""From all that can be paid down to the payoffs of equilibrium, in few steps that a checker can follow.

Sets of payoffs are kept between half-spaces with fixed normals (``solver.proof.payoff_sets``). Levels that fall as the
moves make them fall, less a little, are the stations. Between two of them, or a station and the goal, one step is
tried, with the multipliers (``solver.repeated.move_duals``) best for levels in between. Where it fails the way is
halved.

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

from solver.proof.payoff_sets import Move, Vector
from solver.repeated.move_duals import USED, Corner, Dual, Floats, Levels, Step, dot, worth

MIXED = (0.5, 1.0, 0.1, 0.01, 0.0)
"""How far from the lower levels to the upper those lie for which multipliers are tried."""
ROOM = (1e-2, 1e-4, 1e-6, 1e-9)
"""By how much stations lie above what was found, times 1 - delta, in units of the payoffs' spread."""
MANY = 150
"""Moves from which on the way begins along the axes alone."""
MOST = 3000
"""Stations after which the search ends."""


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
    """The way down for moves and directions, the axes and their reverses first.

    ``unit`` is the payoffs' spread, ``patience`` the largest discount factor.
    """

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
        stations = self._along_axes(top)
        turn = len(stations) - 1
        last = self._on(stations, goal)
        way = self._way(stations, 0, turn)
        if (way[-1][1] if way else top) == stations[turn].levels:
            way += self._way(stations, turn, len(stations) - 1)
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

    def _along_axes(self, top: Levels) -> list[Station]:
        """Return stations from the top on; where moves are many those along the axes alone, until they rest.

        Threats that rise leave few moves to be bounded in all other directions.
        """
        stations = [self._station(top, [{} for _ in self.ways], few=True)]
        while sum(map(len, self.ways)) > MANY and (below := self._below(stations[-1], ROOM[0])) is not None:
            stations.append(self._station(below, stations[-1].refuted, few=True))
        stations[-1] = self._station(stations[-1].levels, stations[-1].refuted)
        return stations

    def _on(self, stations: list[Station], goal: Levels | None) -> list[Step] | None:
        """Add stations until they rest, or one from which a step leads to the goal; return its bounds, or None."""
        for room in ROOM:
            count, next_try = 0, 0
            while len(stations) < MOST:
                below = self._below(stations[-1], room)
                if goal is not None and (count == next_try or below is None):
                    next_try = max(1, 2 * next_try)
                    last = self._bounds(stations[-1], goal)
                    if last is not None:
                        return last
                if below is None:
                    break
                stations.append(self._station(below, stations[-1].refuted))
                count += 1
        return None

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

    def _station(self, levels: Levels, refuted: Sequence[dict[int, Step]], few: bool = False) -> Station:
        """Return the station at some levels, where what made nothing above makes nothing either.

        ``few``: what is made is only asked along the axes, the first directions of every set.
        """
        now, made = [dict(parts) for parts in refuted], []
        for k, own in enumerate(self.duals):
            count = 2 * len(self.normals[k][0]) if few else len(levels[k])
            most = [-np.inf] * count
            for m in set(range(len(own))) - set(now[k]) if levels[k] else ():
                values = self._values(k, m, levels, count)
                if isinstance(values, dict):
                    now[k][m] = values
                else:
                    most = [max(pair) for pair in zip(most, values, strict=True)]
            made.append(most + [np.inf] * (len(levels[k]) - count))
        gone = {k for k, parts in enumerate(now) if len(parts) == len(self.ways[k]) or not levels[k]}
        while more := {k for k, own in enumerate(self.ways) if any(t in gone for w in own for t, _ in w.next)} - gone:
            gone |= more
        return Station(levels, tuple(now), made, frozenset(gone))

    def _values(self, k: int, m: int, levels: Levels, count: int) -> list[float] | Step:
        """Return the levels of what a move makes in the first directions, or what refutes that it makes anything."""
        dual, directions = self.duals[k][m], self.normals[k][:count]
        cost = np.array(dual.cost(levels), dtype=float)
        status, corners = dual.best(directions, cost / self.unit)
        if corners:
            return [float(dot(n, dual.move.now)) + float(cost @ x) for n, x in zip(directions, corners, strict=True)]
        found = dual.nothing(cost / self.unit) if status else None
        corner = None if found is None else dual.corner(found, None)
        if corner is None or worth(dual.cost(levels), corner) >= 0:
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
                now = dot(self.normals[k][j], dual.move.now)
                if now + worth(high, corner) < above[k][j] and now + worth(low, corner) <= below[k][j]:
                    out[j] = dual.told(corner)
        return out if len(out) == len(falling) else None

    def _corner(self, k: int, m: int, j: int, near: Floats) -> Corner | None:
        key = (k, m, j, tuple(np.flatnonzero(near > USED)))
        if key not in self.known:
            self.known[key] = self.duals[k][m].corner(near, self.normals[k][j])
        return self.known[key]
