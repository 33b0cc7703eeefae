"""One equilibrium of a two-player game by the Lemke-Howson path, in whole numbers, or in floats for large games.

From the artificial equilibrium (0, 0) one label is dropped; each pivot picks up one and the other polytope drops it in
turn, until the label dropped first comes back. With the lexicographic ratio test no basis repeats, so the path ends in
every game, degenerate or not; its length can be exponential, so the pivots are counted.

References: Lemke & Howson 1964; von Stengel, Equilibrium computation for two-player games, in Algorithmic Game Theory
(2007), sections 3.4 to 3.6; exponential length: Savani & von Stengel 2006.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.stage.bimatrix import mixed
from solver.stage.indifference import Mixed
from solver.stage.polytope import Dictionary, Matrix, origin

MOST_PIVOTS = 20_000


def lemke_howson(rows: Matrix, columns: Matrix, label: int, most: int = MOST_PIVOTS) -> tuple[Mixed, Mixed] | None:
    """Return the equilibrium at the end of the path that drops ``label``, or None if it is cut off.

    ``rows`` are the row player's payoffs by [row][column], ``columns`` the column player's by [column][row], all
    positive. Labels 0..m-1 are the rows, m..m+n-1 the columns.
    """
    m, n = len(rows), len(columns)
    # side 0: the row player's strategies x, with the columns' slacks; side 1: y, with the rows' slacks.
    sides = [origin(columns), origin(rows)]
    names = (list(range(m + n)), [*range(m, m + n), *range(m)])
    side, entering = (0 if label < m else 1), label
    for _ in range(most):
        table: Dictionary = sides[side]
        j = table.cobasis.index(names[side].index(entering))
        k = table.leaving(j)
        leaving = names[side][table.basis[k]]
        sides[side] = table.pivoted(k, j)
        if leaving == label:
            return mixed(sides[0].values()), mixed(sides[1].values())
        side, entering = 1 - side, leaving
    return None


def supports_in_floats(
    rows: Matrix, columns: Matrix, label: int, most: int = MOST_PIVOTS
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return the supports at the end of the path in floats: a proposal, since rounding may lead it astray."""
    m, n = len(rows), len(columns)
    tables = [_tableau(columns), _tableau(rows)]
    names = (np.arange(m + n), np.concatenate([np.arange(m, m + n), np.arange(m)]))
    bases = [np.arange(m, m + n), np.arange(n, n + m)]
    side, entering = (0 if label < m else 1), label
    for _ in range(most):
        table, own = tables[side], names[side]
        j = int(np.flatnonzero(own == entering)[0])
        column = table[:, j]
        ratios = np.where(column > 1e-11, table[:, -1] / np.where(column > 1e-11, column, 1.0), np.inf)
        k = int(np.argmin(ratios))
        leaving = int(own[bases[side][k]])
        table[k] /= table[k, j]
        factors = table[:, j].copy()
        factors[k] = 0.0
        table -= np.outer(factors, table[k])
        bases[side][k] = j
        if leaving == label:
            return _support(bases[0], m), _support(bases[1], n)
        side, entering = 1 - side, leaving
    return None


def _tableau(matrix: Matrix) -> NDArray[np.float64]:
    """Return matrix x + slack = 1 with entries scaled to at most 1."""
    scale = max(map(max, matrix))
    entries = np.array([[entry / scale for entry in row] for row in matrix])
    return np.hstack([entries, np.eye(len(entries)), np.ones((len(entries), 1))])


def _support(basis: NDArray[np.int_], size: int) -> tuple[int, ...]:
    return tuple(sorted(int(variable) for variable in basis if variable < size))
