"""What a move makes of sets between half-spaces: the dual programme of its farthest point in a direction n.

    minimise   n . now + sum_d z_d (now_i - now_i(d)) + u + sum (terms of z and y) x levels
    subject to sum_j y_kj n_j = weight x (n + sum_d z_d e_i(d))  for every set k that follows,   z, y >= 0

(``solver.proof.payoff_sets`` has moves, and this bound; u bounds what payments add.) Its corners do not depend on the
levels: floats find one, rationals say what it is and what it proves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
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
        return [*out, -dot(n, self.move.money)] if any(self.move.money) else out

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
        solved = found is not None and all(dot(row, shares) == x for row, x in zip(rows, right, strict=True))
        if solved and all(x >= 0 for x in shares):
            return {c: x for c, x in zip(used, shares, strict=True) if x}
        return self._made_up(near, self.right(n)) if n is not None else None

    def _made_up(self, near: Floats, right: Sequence[Fraction]) -> Corner:
        """Return multipliers rounded, and what is then missing made up along the axes (and by what payments add)."""
        out = {int(c): Fraction(float(near[c])).limit_denominator(DIGITS) for c in np.flatnonzero(near > USED)}
        for number, (row, x) in enumerate(zip(self.matrix, right, strict=True)):
            rest = x - worth(row, out)
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


def worth(cost: Sequence[Fraction], corner: Corner) -> Fraction:
    """Return what multipliers are worth at a cost by column."""
    return sum((x * cost[c] for c, x in corner.items()), Fraction(0))


def dot(n: Sequence[Fraction], v: Sequence[Fraction]) -> Fraction:
    """Return n . v."""
    return sum((x * y for x, y in zip(n, v, strict=True)), Fraction(0))


def _product(a: Sequence[Any], b: Sequence[Any]) -> Any:
    return sum(x * y for x, y in zip(a, b, strict=True))
