"""The vertices of a best-response polytope that is simple: floats walk, bounds on their errors decide.

The polytope P = { x >= 0 : C x <= 1 } and its walk are those of ``polytope``, but all bases at one distance from the
origin are pivoted at once, in floats: T = B^-1 [C I 1] for each of them. With E = B T - A, A = [C I 1], and the slack
columns of T and E written T_I and E_I,

    |T - B^-1 A| <= ||B^-1|| max |E|,     ||B^-1|| <= ||T_I|| / (1 - ||E_I||)          (norms: the largest row sum)

and E is computed up to a known multiple of the rounding unit (Higham 2002, section 3.1). Every vertex must have its
basic variables above that bound, and every ratio test a winner by more than it leaves open: then each step is the one
that exact numbers would take, P is simple, and the list is complete. Where anything is too close to call there is no
answer, and whole numbers decide (``polytope``).

References: Rump, Acta Numerica 19 (2010), on verified solutions of linear systems; Higham, Accuracy and Stability of
Numerical Algorithms (2nd ed., 2002).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.stage.polytope import Matrix

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Masks = NDArray[np.int64]
MOST_LABELS = 62
"""Labels are bits of one machine integer."""
LARGEST = 2**53
"""Whole numbers up to which a float is exact."""
UNIT = 2.0**-53
CLOSE = 1e-12
"""Relative room for the rounding of the comparisons themselves."""
PART = 500
"""Bases after which the steps so far are checked."""


@dataclass(frozen=True, eq=False)
class SimpleWalk:
    """The basic variables of every vertex but the origin, as bits; ``complete`` False: the walk was cut off."""

    bases: Masks
    complete: bool


@dataclass(frozen=True, eq=False)
class _Level:
    """Some bases: their variables as bits, the variable of every row, the tableaus, and for each variable outside the
    basis the row that leaves when it enters (0 for those inside, where it means nothing)."""

    masks: Masks
    basis: Ints
    tableaus: Floats
    leaving: Ints


@np.errstate(all="ignore")
def simple_walk(matrix: Matrix, most: int) -> SimpleWalk | None:
    """Return the vertices of { x >= 0 : matrix x <= 1 }, at most ``most`` of them, or None: not known to be simple.

    Variables 0..n-1 are the columns of the matrix (positive whole numbers), n..n+m-1 the slacks of its rows.
    """
    m, n = len(matrix), len(matrix[0])
    largest = max(map(max, matrix))
    if m + n > MOST_LABELS or largest > LARGEST:
        return None
    # A power of two changes no digit. Where a step divides by zero, no bound on its error is found either.
    scaled = np.array(matrix, dtype=float) / 2.0 ** largest.bit_length()
    whole = np.hstack([scaled, np.eye(m), np.ones((m, 1))])
    here = _level(_bits(np.arange(n, n + m)).sum(keepdims=True), np.arange(n, n + m)[None, :], whole[None, :, :])
    before, found, count, open_levels = here.masks[:0], [here.masks[:0]], 0, []
    while len(here.masks):
        open_levels.append(here)
        if sum(len(level.masks) for level in open_levels) >= PART:
            if not all(_sure(whole, part) for part in _parts(open_levels)):
                return None
            open_levels = []
        after = _next(here, before, most - count)
        if after is None:
            return SimpleWalk(np.concatenate(found), False)
        found.append(after.masks)
        before, here, count = here.masks, after, count + len(after.masks)
    if not all(_sure(whole, part) for part in _parts(open_levels)):
        return None
    return SimpleWalk(np.concatenate(found), True)


def _bits(variables: Ints) -> Masks:
    return np.left_shift(np.int64(1), variables)


def _level(masks: Masks, basis: Ints, tableaus: Floats) -> _Level:
    """Return bases with what leaves: the smallest ratio, up to rounding."""
    table, right = tableaus[:, :, :-1], tableaus[:, :, -1:]
    # Where a column has nothing above rounding the largest of the inverted ratios is wrong, and found out later.
    return _Level(masks, basis, tableaus, (table / right).argmax(axis=1))


def _next(level: _Level, before: Masks, most: int) -> _Level | None:
    """Return the bases one pivot away that are at a larger distance, or None where they are more than ``most``."""
    outside = np.ones(level.leaving.shape, dtype=bool)
    outside[np.arange(len(outside))[:, None], level.basis] = False
    at, entering = outside.nonzero()
    row = level.leaving[at, entering]
    masks = level.masks[at] ^ _bits(entering) ^ _bits(level.basis[at, row])
    order = masks.argsort()
    ordered = masks[order]
    fresh = np.append(True, ordered[1:] != ordered[:-1])
    for known in (before, level.masks):
        fresh &= np.append(known, -1)[known.searchsorted(ordered)] != ordered
    kept = order[fresh]
    if len(kept) > most:
        return None
    at, entering, row = at[kept], entering[kept], row[kept]
    each = np.arange(len(at))
    old = level.tableaus[at]
    pivot = old[each, row] / old[each, row, entering][:, None]
    tableaus = old - old[each, :, entering][:, :, None] * pivot[:, None, :]
    tableaus[each, row] = pivot
    basis = level.basis[at]
    basis[each, row] = entering
    return _level(ordered[fresh], basis, tableaus)


def _parts(levels: Sequence[_Level]) -> Iterator[_Level]:
    """Yield some hundred bases at a time, so that what is computed of them stays near the processor."""
    if not levels:
        return
    joined = levels[0] if len(levels) == 1 else _Level(
        np.concatenate([level.masks for level in levels]), np.concatenate([level.basis for level in levels]),
        np.concatenate([level.tableaus for level in levels]), np.concatenate([level.leaving for level in levels]),
    )  # fmt: skip
    for k in range(0, len(joined.masks), PART):
        part = slice(k, k + PART)
        yield _Level(joined.masks[part], joined.basis[part], joined.tableaus[part], joined.leaving[part])


def _sure(whole: Floats, level: _Level) -> bool:
    """Return whether the vertices have no further labels, and exact ratios would be smallest in the same rows."""
    error = _error(whole, level)
    if error is None:
        return False
    table, right, off = level.tableaus[:, :, :-1], level.tableaus[:, :, -1:], error[:, None, None]
    if (right <= 2 * off).any():
        return False
    first = level.leaving[:, None, :]
    entry, amount = np.take_along_axis(table, first, axis=1), np.take_along_axis(right, first, axis=1)
    # right_first / entry_first < right_k / table_k for every other row k, whatever the errors are.
    wins = (amount + off) * np.maximum(table + off, 0.0) < (right - off) * (entry - off) * (1 - CLOSE)
    np.put_along_axis(wins, first, entry > 2 * off, axis=1)
    decided = np.asarray(wins.all(axis=1))
    decided[np.arange(len(decided))[:, None], level.basis] = True
    return bool(decided.all())


def _error(whole: Floats, level: _Level) -> Floats | None:
    """Return a bound on the error of every entry of each tableau, or None where there is none."""
    m, width = whole.shape
    columns = whole.T[level.basis].transpose(0, 2, 1)
    rest = np.abs(columns @ level.tableaus - whole)
    rounding = (m + 3) * UNIT * (np.abs(columns) @ np.abs(level.tableaus) + np.abs(whole))
    rest = (rest + rounding) * (1 + CLOSE)
    slacks = slice(width - 1 - m, width - 1)
    loss = rest[:, :, slacks].sum(axis=2).max(axis=1)
    if not (loss < 0.5).all():
        return None
    inverse = np.abs(level.tableaus[:, :, slacks]).sum(axis=2).max(axis=1) / (1 - loss)
    return np.asarray(inverse * rest.max(axis=(1, 2)) * (1 + CLOSE))
