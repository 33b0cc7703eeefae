"""Exact rational arrays: numpy object arrays of FLINT rationals, so that one piece of code serves both arithmetics.

Fast arithmetic finds, exact arithmetic decides. Everything in ``solver.sharing.program`` is written once, over numpy
arrays; whether their entries are floats or rationals is decided by the ``Arithmetic`` it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def rational(value: Fraction | int) -> Any:
    """Return a FLINT rational equal to ``value``."""
    return flint.fmpq(value.numerator, value.denominator)


def ball(value: Any) -> Any:
    """Return an interval of floats that surely holds a FLINT rational; it compares only where that is sure."""
    return flint.arb(value)


def fraction(value: Any) -> Fraction:
    """Return the Fraction equal to a FLINT rational (or to an int or Fraction)."""
    if isinstance(value, (int, Fraction)):
        return Fraction(value)
    return Fraction(int(value.p), int(value.q))


@dataclass(frozen=True)
class Arithmetic:
    """The numbers that arrays are made of: floats (``exact`` False) or rationals."""

    exact: bool

    def array(self, values: Any) -> Array:
        """Return Fractions (nested sequences allowed) as an array of these numbers."""
        source = np.array(values, dtype=object)
        convert = rational if self.exact else float
        return _filled([convert(v) for v in source.flat], source.shape, object if self.exact else float)

    def zeros(self, *shape: int) -> Array:
        """Return zeros."""
        return np.full(shape, flint.fmpq(0), dtype=object) if self.exact else np.zeros(shape)

    def eye(self, size: int) -> Array:
        """Return an identity matrix."""
        out = self.zeros(size, size)
        out[np.arange(size), np.arange(size)] = flint.fmpq(1) if self.exact else 1.0
        return out

    def number(self, value: Fraction) -> Any:
        """Return one number."""
        return rational(value) if self.exact else float(value)

    def plain(self, value: Any) -> Any:
        """Return one of these numbers as the nouns of ``games`` hold it."""
        return fraction(value) if self.exact else value

    def product(self, left: Array, right: Array) -> Array:
        """Return the product of two matrices; in rationals zeros cost nothing, in the factor that has more of them."""
        if not self.exact:
            return np.asarray(left @ right)
        out = self.zeros(len(left), right.shape[1])
        if np.count_nonzero(left) < np.count_nonzero(right):
            for i, k in np.argwhere(left):
                out[i] = out[i] + left[i, k] * right[k]
        else:
            for k, j in np.argwhere(right):
                out[:, j] = out[:, j] + left[:, k] * right[k, j]
        return out

    def inverse(self, matrix: Array) -> Array:
        """Return the inverse of a square matrix."""
        if not self.exact:
            return np.asarray(np.linalg.inv(matrix))
        size = len(matrix)
        inverse = flint.fmpq_mat(size, size, list(matrix.flat)).inv()
        return _filled(list(inverse.entries()), (size, size), object)

    def solve(self, matrix: Array, right: Array) -> Array:
        """Return X with matrix X = right, many right-hand sides at once (matrix non-singular)."""
        if not self.exact:
            return np.asarray(np.linalg.solve(matrix, right))
        rows, columns = right.shape
        solved = flint.fmpq_mat(rows, rows, list(matrix.flat)).solve(flint.fmpq_mat(rows, columns, list(right.flat)))
        return _filled(list(solved.entries()), (rows, columns), object)


def _filled(values: list[Any], shape: tuple[int, ...], kind: type) -> Array:
    """Return an array of the values; numpy must not look into them for shapes of its own."""
    out: Array = np.empty(len(values), dtype=kind)
    for k, value in enumerate(values):
        out[k] = value
    return out.reshape(shape)


FAST, EXACT = Arithmetic(False), Arithmetic(True)


def solve_square(matrix: Sequence[Sequence[Any]], right: Sequence[Any]) -> list[Any] | None:
    """Return the exact solution of a square rational system, or None if it is singular."""
    size = len(right)
    if size == 0:
        return []
    try:
        left = flint.fmpq_mat(size, size, [entry for row in matrix for entry in row])
        return list(left.solve(flint.fmpq_mat(size, 1, list(right))).entries())
    except ZeroDivisionError:
        return None
