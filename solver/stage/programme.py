"""Linear programmes of stage games: floats find a basis, rationals decide what it is worth.

minimise  cost x   subject to   matrix x >= right,   x >= 0 (free where said)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from solver.exact import Array, fraction
from solver.lp import ExactProgram, solve
from solver.refined import proven
from solver.results import Number
from solver.sparse import from_dense

WITHIN = "within 1e-9"


@dataclass(frozen=True)
class Optimum:
    """A solution with its value: Fractions where a rational vertex and its duals prove it optimal (``proof`` exact).

    ``duals``: those of the rows, none below 0; empty where they prove nothing.
    """

    x: tuple[Number, ...]
    value: Number
    proof: str
    duals: tuple[Fraction, ...] = ()


def minimum(cost: Array, matrix: Array, right: Array, free: Sequence[int] = ()) -> Optimum | None:
    """Return the minimum over { x : matrix x >= right }, x >= 0 except in the ``free`` columns; None if infeasible.

    All arrays hold FLINT rationals (``solver.exact``).
    """
    low: Array = np.array([cost[0] * 0] * len(cost), dtype=object)
    low[list(free)] = None
    high: Array = np.full(len(cost), None, dtype=object)
    program = ExactProgram(cost, from_dense(matrix), right, low, high)
    answer = solve(program.floats())
    if answer.status == "infeasible":
        return None
    exact = proven(program, answer)
    if exact is not None and exact.optimal:
        duals = tuple(map(fraction, exact.row_duals))
        return Optimum(tuple(map(fraction, exact.x)), fraction(exact.objective), "exact", duals)
    return Optimum(tuple(map(float, answer.x)), float(answer.objective), WITHIN)


def tidy(shares: Sequence[Number]) -> tuple[Number, ...]:
    """Return probabilities as they are where exact, else cleaned of rounding errors and summing to 1."""
    if all(isinstance(share, Fraction) for share in shares):
        return tuple(shares)
    kept: Any = np.clip([float(share) for share in shares], 0.0, None)
    kept[kept < 1e-12] = 0.0
    return tuple(float(share) for share in kept / kept.sum())
