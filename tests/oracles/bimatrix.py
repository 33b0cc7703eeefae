"""All extreme equilibria of a two-player game by brute force, in Fractions; shares nothing with the solver.

Every vertex of { (x, v) : x >= 0, sum x = 1, B'x <= v } is the solution of as many tight constraints as there are
unknowns: all choices are solved one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

Matrix = Sequence[Sequence[Fraction]]
Mixed = tuple[Fraction, ...]


def solved(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """Return the solution of a square system (last column: right-hand side), or None if it is singular."""
    work = [list(row) for row in rows]
    size = len(work)
    for p in range(size):
        found = next((k for k in range(p, size) if work[k][p]), None)
        if found is None:
            return None
        work[p], work[found] = work[found], work[p]
        work[p] = [v / work[p][p] for v in work[p]]
        for k in range(size):
            if k != p and work[k][p]:
                work[k] = [a - work[k][p] * b for a, b in zip(work[k], work[p], strict=True)]
    return [row[-1] for row in work]


def vertices(replies: Matrix) -> set[Mixed]:
    """Return the vertices' strategies x of the player whose opponent earns ``replies[d]`` . x by action d."""
    size = len(replies[0])
    rows = [[Fraction(int(k == j)) for k in range(size)] + [Fraction(0), Fraction(0)] for j in range(size)]
    rows += [[*map(Fraction, own), Fraction(-1), Fraction(0)] for own in replies]
    total = [Fraction(1)] * size + [Fraction(0), Fraction(1)]
    found = set()
    for tight in combinations(rows, size):
        point = solved([total, *tight])
        if point is None:
            continue
        x, value = point[:-1], point[-1]
        earned = [sum(a * p for a, p in zip(own, x, strict=True)) for own in replies]
        if min(x) >= 0 and max(earned) <= value:
            found.add(tuple(x))
    return found


def is_equilibrium(a: Matrix, b: Matrix, x: Mixed, y: Mixed) -> bool:
    """Return whether (x, y) is one, by the definition: everything that is played is a best reply."""
    rows = [sum(v * q for v, q in zip(own, y, strict=True)) for own in a]
    columns = [sum(b[i][j] * x[i] for i in range(len(x))) for j in range(len(y))]
    best = all(not p or v == max(rows) for p, v in zip(x, rows, strict=True))
    return best and all(not q or v == max(columns) for q, v in zip(y, columns, strict=True))


def extreme_equilibria(a: Matrix, b: Matrix) -> set[tuple[Mixed, Mixed]]:
    """Return all extreme equilibria; ``a`` and ``b`` by [row][column]."""
    xs, ys = vertices([list(column) for column in zip(*b, strict=True)]), vertices(a)
    return {(x, y) for x in xs for y in ys if is_equilibrium(a, b, x, y)}


def maximal_subsets(pairs: set[tuple[Mixed, Mixed]]) -> set[frozenset[tuple[Mixed, Mixed]]]:
    """Return the maximal sets X' x Y' of equilibria, by trying every set of x's."""
    xs = sorted({x for x, _ in pairs})
    return set(_maximal(_blocks(pairs, xs)))


def _blocks(pairs: set[tuple[Mixed, Mixed]], xs: list[Mixed]) -> set[frozenset[tuple[Mixed, Mixed]]]:
    out = set()
    for count in range(1, len(xs) + 1):
        for chosen in combinations(xs, count):
            ys = [y for y in {y for _, y in pairs} if all((x, y) in pairs for x in chosen)]
            if ys:
                out.add(frozenset((x, y) for x in chosen for y in ys))
    return out


def _maximal(blocks: set[frozenset[tuple[Mixed, Mixed]]]) -> Iterator[frozenset[tuple[Mixed, Mixed]]]:
    for block in blocks:
        if not any(block < other for other in blocks):
            yield block
