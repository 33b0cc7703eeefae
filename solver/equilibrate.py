"""A linear programme brought to a size that HiGHS takes as it is: rows and columns multiplied by powers of two.

HiGHS drops coefficients of 1e-9 and below without a word, and refuses those of 1e15 and above. Amounts in whole euros
reach both: beside payoffs of 5e9, one euro that is passed on is 2e-10 of them. With R and C diagonal,

    A' = R A C,   b' = R b,   c' = C c,   x = C x',   y = R y',   d = d' / C

have the same bases, and powers of two round nothing.

References: Curtis & Reid 1972, On the automatic scaling of matrices for Gaussian elimination (geometric means).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from solver.lp import LinearProgram, LpAnswer

Floats = NDArray[np.float64]
SMALL, LARGE = 1e-7, 1e12
"""Programmes whose coefficients all lie between are taken as they are."""
NOISE = 1e-13
"""Coefficients of this share of the largest in their row are what rounding left of 0: they are not scaled by."""
ROUNDS = 4


@dataclass(frozen=True, eq=False)
class Factors:
    """The powers of two that rows and columns are multiplied by."""

    rows: Floats
    columns: Floats


def factors(program: LinearProgram) -> Factors | None:
    """Return what brings a programme's coefficients nearer to 1; None where they need none."""
    matrix = program.matrix.tocoo()
    size = np.abs(matrix.data)
    largest = np.zeros(matrix.shape[0])
    np.maximum.at(largest, matrix.row, size)
    there = size > NOISE * largest[matrix.row]
    row, column, size = matrix.row[there], matrix.col[there], size[there]
    if not size.size or (size.min() >= SMALL and size.max() <= LARGE):
        return None
    log, rows, columns = np.log2(size), np.zeros(matrix.shape[0]), np.zeros(matrix.shape[1])
    whole = np.zeros(len(columns), bool) if program.integer is None else program.integer
    for _ in range(ROUNDS):
        columns = np.where(whole, 0.0, -_middle(log + rows[row], column, len(columns)))
        rows = -_middle(log + columns[column], row, len(rows))
    return Factors(2.0 ** np.rint(rows), 2.0 ** np.rint(columns))


def _middle(log: Floats, place: NDArray[np.intp], count: int) -> Floats:
    """Return the middle between the smallest and the largest number in each place; 0 where there is none."""
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, place, log)
    np.maximum.at(high, place, log)
    some = low <= high
    return np.where(some, (np.where(some, low, 0.0) + np.where(some, high, 0.0)) / 2, 0.0)


def scaled(program: LinearProgram, by: Factors) -> LinearProgram:
    """Return the programme with its rows and columns multiplied."""
    matrix = program.matrix.multiply(by.rows[:, None]).multiply(by.columns[None, :]).tocsr()
    return replace(
        program, cost=program.cost * by.columns, matrix=matrix, right=program.right * by.rows,
        low=program.low / by.columns, high=program.high / by.columns,
    )  # fmt: skip


def restored(answer: LpAnswer, by: Factors) -> LpAnswer:
    """Return the answer of a scaled programme as that of the programme itself."""
    return replace(
        answer, x=answer.x * by.columns, row_duals=answer.row_duals * by.rows,
        column_duals=answer.column_duals / by.columns,
    )  # fmt: skip
