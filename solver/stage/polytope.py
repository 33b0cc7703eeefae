"""The vertices of a best-response polytope, in whole numbers.

For a matrix C > 0 with m rows and n columns the polytope P = { x >= 0 in R^n : C x <= 1 } is bounded and holds the
origin. A vertex other than the origin, divided by its sum, is a mixed strategy x of the player who chooses columns, and
the row player's payoff against it is 1 over that sum. Its *labels* are the columns that are not played (x_j = 0) and
the rows that are best replies (slack 0).

A dictionary of a basis B is kept in integers, with its determinant as common denominator (Edmonds; Avis's lrs): after a
pivot every entry is divided by the determinant before, which leaves no remainder. The right-hand side is perturbed by
(e, e^2, ...), so that ties in the ratio test are broken lexicographically: then the polytope is simple, every vertex
has such a basis, and walking along the edges from the origin visits them all. Only bases not seen before are pivoted
to: one pivot a basis.

References: von Stengel, Equilibrium computation for two-player games, in Algorithmic Game Theory (2007), sections 3.3
(labels), 3.5 (integer pivoting) and 3.6 (ties); Avis, Rosenberg, Savani & von Stengel, Economic Theory 42 (2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

Matrix = Sequence[Sequence[int]]


@dataclass(frozen=True, order=True)
class Vertex:
    """A vertex: whole numbers x proportional to the mixed strategy, and its labels as bits.

    Bit j < n: column j is not played. Bit n + i: row i is a best reply.
    """

    x: tuple[int, ...]
    labels: int


@dataclass(frozen=True)
class Vertices:
    """All vertices but the origin; ``complete`` False: cut off; ``simple`` False: one has too many labels."""

    vertices: tuple[Vertex, ...]
    complete: bool
    simple: bool


@dataclass(frozen=True)
class Dictionary:
    """A basis with its dictionary: row k says det x_basis[k] = rhs - sum_j entry_j x_cobasis[j].

    A row holds its n entries, the right-hand side, and the coefficients of the perturbation e_1..e_m. Variables
    0..n-1 are the columns of the matrix, n..n+m-1 the slacks of its rows.
    """

    rows: list[list[int]]
    det: int
    basis: tuple[int, ...]
    cobasis: tuple[int, ...]

    def leaving(self, j: int) -> int:
        """Return the row whose variable leaves when column j enters: the lexicographically smallest ratio."""
        rows, n, best = self.rows, len(self.cobasis), -1
        for k, row in enumerate(rows):
            entry = row[j]
            if entry <= 0:
                continue
            if best < 0:
                best = k
                continue
            other = rows[best]
            rival = other[j]
            for c in range(n, len(row)):
                difference = row[c] * rival - other[c] * entry
                if difference:
                    if difference < 0:
                        best = k
                    break
        return best

    def pivoted(self, k: int, j: int) -> Dictionary:
        """Return the dictionary after the variable of column j entered and that of row k left."""
        pivot_row, det, out = self.rows[k], self.det, []
        pivot = pivot_row[j]
        for i, row in enumerate(self.rows):
            factor = row[j]
            if i == k:
                new = pivot_row.copy()
                new[j] = det
            elif factor:
                new = [(a * pivot - factor * b) // det for a, b in zip(row, pivot_row, strict=True)]
                new[j] = -factor
            else:
                new = [a * pivot // det for a in row]
            out.append(new)
        basis, cobasis = self.basis, self.cobasis
        return Dictionary(
            out, pivot, (*basis[:k], cobasis[j], *basis[k + 1 :]), (*cobasis[:j], basis[k], *cobasis[j + 1 :])
        )

    def values(self) -> tuple[int, ...]:
        """Return det x at this basis."""
        n = len(self.cobasis)
        x = [0] * n
        for row, variable in zip(self.rows, self.basis, strict=True):
            if variable < n:
                x[variable] = row[n]
        return tuple(x)

    def labels(self) -> int:
        """Return the variables that are zero, as bits."""
        n = len(self.cobasis)
        out = (1 << (n + len(self.rows))) - 1
        for row, variable in zip(self.rows, self.basis, strict=True):
            if row[n]:
                out &= ~(1 << variable)
        return out


def origin(matrix: Matrix) -> Dictionary:
    """Return the dictionary of x = 0 for { x >= 0 : matrix x <= 1 }; the matrix has positive entries."""
    m, n = len(matrix), len(matrix[0])
    rows = [[*row, 1, *(int(i == k) for i in range(m))] for k, row in enumerate(matrix)]
    return Dictionary(rows, 1, tuple(range(n, n + m)), tuple(range(n)))


def vertices(matrix: Matrix, most: int) -> Vertices:
    """Return the vertices of { x >= 0 : matrix x <= 1 }, at most ``most`` bases visited."""
    queue = [origin(matrix)]
    seen = {frozenset(queue[0].cobasis)}
    found: dict[tuple[int, ...], int] = {}
    simple, complete = True, True
    while queue and complete:
        following = []
        for here in queue:
            x, labels = _reduced(here.values()), here.labels()
            simple = simple and labels.bit_count() == len(here.cobasis)
            if any(x):
                found[x] = labels
            for j in range(len(here.cobasis)):
                k = here.leaving(j)
                if k < 0:
                    continue
                key = frozenset((*here.cobasis[:j], *here.cobasis[j + 1 :], here.basis[k]))
                if key not in seen:
                    seen.add(key)
                    following.append((here, k, j))
        complete = len(seen) <= most
        queue = [here.pivoted(k, j) for here, k, j in following] if complete else []
    return Vertices(tuple(Vertex(x, labels) for x, labels in found.items()), complete, simple)


def _reduced(x: tuple[int, ...]) -> tuple[int, ...]:
    """Return whole numbers in lowest terms, so that one vertex reads the same from each of its bases."""
    divisor = gcd(*x)
    return tuple(value // divisor for value in x) if divisor > 1 else x
