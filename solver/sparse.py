"""Sparse exact matrices, and the exact solution of sparse systems of linear equations.

A system B x = b is first ordered into blocks that can be solved one after another (a maximum matching of equations to
unknowns, then strong components: the Dulmage-Mendelsohn form). A small or dense block goes to FLINT, which lifts its
solution p-adically; a large sparse one is eliminated pivot by pivot, each time in the row or column with the fewest
entries, until what remains is dense. Permutations and exact arithmetic alone: the solution is the solution.

References: Duff, Erisman & Reid, Direct Methods for Sparse Matrices (2nd ed., 2017), ch. 6 and 7; Markowitz 1957.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components, maximum_bipartite_matching

from solver.exact import EXACT, Array, ball, rational, solve_square

Entries = dict[int, Any]
"""The entries of a row (or column) that are not zero, by position."""
ZERO = rational(0)
SMALL, DENSE = 16, 4
"""A block goes to FLINT as it is up to this size, or where at least one entry in ``DENSE`` is not zero."""


@dataclass(frozen=True, eq=False)
class Sparse:
    """A matrix of FLINT rationals, row by row, with ``width`` columns."""

    rows: tuple[Entries, ...]
    width: int

    @property
    def shape(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return len(self.rows), self.width

    def times(self, x: Array) -> Array:
        """Return the product with a column x."""
        out = EXACT.zeros(len(self.rows))
        for k, row in enumerate(self.rows):
            out[k] = total([a * x[j] for j, a in row.items() if x[j]])
        return out

    def transposed_times(self, y: Array) -> Array:
        """Return the product of a row y with the matrix."""
        terms: dict[int, list[Any]] = {}
        for row, weight in zip(self.rows, y, strict=True):
            if weight:
                for j, a in row.items():
                    terms.setdefault(j, []).append(weight * a)
        out = EXACT.zeros(self.width)
        for j, found in terms.items():
            out[j] = total(found)
        return out

    def some(self, rows: Iterable[int]) -> Sparse:
        """Return some of the rows."""
        return Sparse(tuple(self.rows[k] for k in rows), self.width)

    def part(self, rows: Iterable[int], columns: Sequence[int] | NDArray[np.int_]) -> Sparse:
        """Return some rows, with some columns numbered anew from 0."""
        place = {int(j): k for k, j in enumerate(columns)}
        chosen = tuple({place[j]: a for j, a in self.rows[k].items() if j in place} for k in rows)
        return Sparse(chosen, len(columns))

    def transposed(self) -> Sparse:
        """Return the matrix with rows and columns exchanged."""
        out: list[Entries] = [{} for _ in range(self.width)]
        for k, row in enumerate(self.rows):
            for j, a in row.items():
                out[j][k] = a
        return Sparse(tuple(out), len(self.rows))


def holds(matrix: Sparse, x: Array, right: Array) -> bool:
    """Return whether matrix x >= right: decided by intervals where these are sure, else in rationals."""
    balls = [ball(v) for v in x]
    for row, side in zip(matrix.rows, right, strict=True):
        slack = sum((ball(a) * balls[j] for j, a in row.items()), -ball(side))
        if slack < 0 or (not slack > 0 and total([a * x[j] for j, a in row.items()]) < side):
            return False
    return True


def from_dense(matrix: Array) -> Sparse:
    """Return a dense array of FLINT rationals as a sparse matrix."""
    return Sparse(tuple(entries(row) for row in matrix), matrix.shape[1])


def entries(row: Array, columns: Iterable[int] | None = None) -> Entries:
    """Return the entries of a dense row that are not zero, by position (or by the column that each stands for)."""
    where = range(len(row)) if columns is None else columns
    return {int(j): a for j, a in zip(where, row, strict=True) if a}


def total(terms: list[Any]) -> Any:
    """Return a sum, added in pairs: partial sums of rationals with unlike denominators would grow long."""
    while len(terms) > 1:
        rest = terms[-1:] if len(terms) % 2 else []
        terms = [a + b for a, b in zip(terms[::2], terms[1::2], strict=False)] + rest
    return terms[0] if terms else ZERO


def solve_sparse(rows: Sequence[Entries], right: Sequence[Any]) -> list[Any] | None:
    """Return the exact solution of a square sparse rational system, or None if it is singular."""
    if len(rows) <= SMALL:
        return _solve_block(rows, right)
    blocks = _blocks(rows)
    if blocks is None:
        return None
    x: list[Any] = [None] * len(right)
    for equations, unknowns in blocks:
        place = {j: k for k, j in enumerate(unknowns)}
        mine = [{place[j]: a for j, a in rows[r].items() if j in place} for r in equations]
        # The other unknowns in these equations stand in blocks that come before, so they are known.
        rest = [right[r] - total([a * x[j] for j, a in rows[r].items() if j not in place]) for r in equations]
        solved = _solve_block(mine, rest)
        if solved is None:
            return None
        for j, value in zip(unknowns, solved, strict=True):
            x[j] = value
    return x


def _blocks(rows: Sequence[Entries]) -> list[tuple[list[int], list[int]]] | None:
    """Return (equations, unknowns) of every block in the order of solving, or None if there is no matching."""
    size = len(rows)
    lengths = [len(row) for row in rows]
    if not all(lengths):
        return None
    across = np.array([j for row in rows for j in row], int)
    pattern = sparse.csr_matrix((np.ones(len(across)), across, np.cumsum([0, *lengths])), shape=(size, size))
    equation: NDArray[Any] = maximum_bipartite_matching(pattern, perm_type="row")
    if (equation < 0).any():
        return None
    count, label = connected_components(pattern[equation], connection="strong")
    unknowns: list[list[int]] = [[] for _ in range(count)]
    needs: dict[int, set[int]] = {b: set() for b in range(count)}
    for j in range(size):
        unknowns[label[j]].append(j)
        needs[label[j]].update(int(label[k]) for k in rows[equation[j]])
    for b, before in needs.items():
        before.discard(b)
    return [([int(equation[j]) for j in unknowns[b]], unknowns[b]) for b in TopologicalSorter(needs).static_order()]


def _solve_block(rows: Sequence[Entries], right: Sequence[Any]) -> list[Any] | None:
    if len(rows) <= SMALL or DENSE * sum(map(len, rows)) >= len(rows) ** 2:
        return solve_square([[row.get(j, 0) for j in range(len(rows))] for row in rows], right)
    return _Elimination(rows, right).solution()


class _Elimination:
    """Gaussian elimination in a sparse system: ``rows`` and ``right`` change until what is left is dense."""

    def __init__(self, rows: Sequence[Entries], right: Sequence[Any]) -> None:
        self.rows, self.right = [dict(row) for row in rows], list(right)
        self.columns = [set(column) for column in Sparse(tuple(rows), len(rows)).transposed().rows]
        self.open = (set(range(len(rows))), set(range(len(rows))))
        self.pivots: list[tuple[int, int]] = []
        # (entries, 0 for a row or 1 for a column, position); entries may have changed since, so they are counted again.
        self.queue = [(len(line), kind, k) for kind in (0, 1) for k, line in enumerate((self.rows, self.columns)[kind])]
        heapify(self.queue)

    def solution(self) -> list[Any] | None:
        """Return the solution, or None if the system is singular."""
        size = sum(map(len, self.rows))
        while DENSE * size < len(self.open[0]) ** 2:
            row, column = self._shortest()
            if row < 0 or column < 0:
                return None
            size += self._eliminate(row, column)
        return self._substituted()

    def _shortest(self) -> tuple[int, int]:
        """Return (row, column) of an entry in the shortest line, crossed by the shortest; -1 where a line is empty."""
        while True:
            count, kind, k = heappop(self.queue)
            line: Any = self.columns[k] if kind else self.rows[k]
            if k in self.open[kind] and len(line) == count:
                across: Any = self.rows if kind else self.columns
                other = min(line, key=lambda m: (len(across[m]), m), default=-1)
                return (other, k) if kind else (k, other)

    def _eliminate(self, row: int, column: int) -> int:
        """Clear a column with a row, and return by how much the number of entries left has grown."""
        mine = self.rows[row]
        pivot = mine[column]
        for j in mine:
            self.columns[j].discard(row)
        grown = -len(mine)
        rest = [(j, a / pivot) for j, a in mine.items() if j != column]
        for k in self.columns[column]:
            line = self.rows[k]
            before, factor = len(line), line.pop(column)
            for j, a in rest:
                value = line.get(j, 0) - factor * a
                if value:
                    line[j] = value
                    self.columns[j].add(k)
                else:
                    line.pop(j, None)
                    self.columns[j].discard(k)
            self.right[k] -= factor * self.right[row] / pivot
            grown += len(line) - before
            heappush(self.queue, (len(line), 0, k))
        for j, _ in rest:
            heappush(self.queue, (len(self.columns[j]), 1, j))
        self.open[0].discard(row)
        self.open[1].discard(column)
        self.pivots.append((row, column))
        return grown

    def _substituted(self) -> list[Any] | None:
        """Return the solution from the dense rest and, backwards, from the pivots."""
        rows, columns = sorted(self.open[0]), sorted(self.open[1])
        rest = solve_square([[self.rows[r].get(j, 0) for j in columns] for r in rows], [self.right[r] for r in rows])
        if rest is None:
            return None
        x = dict(zip(columns, rest, strict=True))
        for row, column in reversed(self.pivots):
            known = total([a * x[j] for j, a in self.rows[row].items() if j != column])
            x[column] = (self.right[row] - known) / self.rows[row][column]
        return [x[j] for j in range(len(self.rows))]
