"""A basis that floats have missed by a hair, found by iterative refinement and decided in rationals.

HiGHS calls a basis optimal within 1e-7, so the vertex may be infeasible or not quite optimal in rationals. What is
missing at (x, y) is computed exactly, magnified until it is of size one, and solved in floats again,

    minimise  up' (c - A' y) z + up' y s   subject to   A z - s = up (b - A x + s0),   up (l - x) <= z <= up (u - x)

with s0 >= 0 the slack at x and s >= -up s0. Every basis of the magnified programme is one of the first, and each round
knows (x, y) better by as many digits as floats have.

References: Gleixner, Steffy & Wolter 2016, Iterative refinement for linear programming, INFORMS J. Computing 28.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import log2
from typing import Any

import numpy as np
from scipy import sparse

from solver.exact import EXACT, Array
from solver.lp import ExactAnswer, ExactProgram, LinearProgram, LpAnswer, solve, solve_exactly, to_float

ROUNDS, LEAP, CAP = 8, 40, 1e8
"""Most rounds, by how many binary digits more than the last one a round may magnify, and the highest price in it."""


@dataclass(frozen=True, eq=False)
class _Point:
    """An approximate solution x with its duals y in rationals, its basis, and how far (binary digits) to magnify."""

    x: Array
    y: Array
    basis: LpAnswer
    primal: int = 0
    dual: int = 0


def proven(program: ExactProgram, answer: LpAnswer) -> ExactAnswer | None:
    """Return the rational vertex of the basis in ``answer``, or of a better one where rationals do not call it optimal.

    None where no basis that was found is feasible; ``optimal`` says whether the duals prove it optimal.
    """
    vertex = solve_exactly(program, answer)
    if (vertex is not None and vertex.optimal) or answer.status != "optimal" or not len(program.cost):
        return vertex
    floats = program.floats()
    point = _Point(_rationals(answer.x), _rationals(answer.row_duals), answer)
    if vertex is not None:
        point = _Point(vertex.x, vertex.row_duals, answer)
    for _ in range(ROUNDS):
        closer = _closer(program, floats, point)
        if closer is None:
            break
        point = closer
        found = solve_exactly(program, point.basis)
        if found is not None:
            # A feasible vertex is a better point than floats come to, and the last word if it is optimal.
            vertex, point = found, replace(point, x=found.x, y=found.row_duals)
            if found.optimal:
                break
    return vertex


def _closer(program: ExactProgram, floats: LinearProgram, point: _Point) -> _Point | None:
    """Return the point after one more round, or None where the magnified programme has no answer."""
    x, y, zero = point.x, point.y, program.cost[0] * 0
    slack = program.matrix.times(x) - program.right
    spare = np.where(point.basis.basic_rows, np.array([max(s, zero) for s in slack], object), zero)
    missing, reduced = spare - slack, program.cost - program.matrix.transposed_times(y)
    primal = _digits([*map(abs, missing), *_outside(program, x)], point.primal)
    dual = _digits(_unpriced(point, reduced), point.dual)
    up, upward = EXACT.number(Fraction(2) ** primal), EXACT.number(Fraction(2) ** dual)
    rows, width = program.matrix.shape
    low, high = _moved(program.low, x, up, -np.inf), _moved(program.high, x, up, np.inf)
    # Errors are at most 1 now. A price far above them keeps its column where it is all the same where it is cut.
    prices = np.clip(_floats(np.concatenate([reduced, y]) * upward), -CAP, CAP)
    answer = solve(LinearProgram(
        prices, sparse.csr_matrix(sparse.hstack([floats.matrix, -sparse.eye(rows)])), _floats(missing * up),
        np.concatenate([low, _floats(-spare * up)]), np.concatenate([high, np.full(rows, np.inf)]), equal=True,
    ))  # fmt: skip
    if answer.status != "optimal":
        return None
    # An equation whose own place in the basis is taken stands for its slack: the two columns differ in sign alone.
    basis = replace(
        answer, x=answer.x[:width], column_duals=answer.column_duals[:width], at_high=answer.at_high[:width],
        basic_columns=answer.basic_columns[:width], basic_rows=answer.basic_columns[width:] | answer.basic_rows,
    )  # fmt: skip
    return _Point(x + _rationals(basis.x) / up, y + _rationals(basis.row_duals) / upward, basis, primal, dual)


def _unpriced(point: _Point, reduced: Array) -> list[Any]:
    """Return by how much duals have the wrong sign for where their rows and columns stand."""
    basis = point.basis
    rows = [abs(y) if basic else -y for y, basic in zip(point.y, basis.basic_rows, strict=True)]
    columns = [
        abs(d) if basic else d if top else -d
        for d, basic, top in zip(reduced, basis.basic_columns, basis.at_high, strict=True)
    ]
    return rows + columns


def _outside(program: ExactProgram, x: Array) -> list[Any]:
    """Return by how much x lies beyond its bounds, where it has any."""
    below = [low - v for v, low in zip(x, program.low, strict=True) if low is not None]
    return below + [v - high for v, high in zip(x, program.high, strict=True) if high is not None]


def _digits(errors: list[Any], before: int) -> int:
    """Return how many binary digits the largest error is to be magnified by: to about one, and as before if it is 0."""
    largest = to_float(max(errors, default=0))
    return min(max(int(-log2(largest)), 0), before + LEAP) if largest > 0 else before


def _moved(bounds: Array, x: Array, up: Any, absent: float) -> Array:
    return np.array([absent if b is None else to_float((b - v) * up) for b, v in zip(bounds, x, strict=True)], float)


def _floats(values: Array) -> Array:
    return np.array([to_float(v) for v in values], float)


def _rationals(values: Array) -> Array:
    return EXACT.array([Fraction(float(v)) for v in values])
