"""Affine forms over unknowns, and the one inequality that every impossibility rests on.

If S_1 .. S_m are affine forms that must all be >= 0, and y_k >= 0, then every x in a box that satisfies them has
sum_k y_k S_k(x) >= 0. So where the largest value of that sum over the box is negative nothing satisfies them all
(Farkas 1902), and the smallest value over the box of f - sum_k y_k S_k is a lower bound on f (weak duality).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

ZERO, ONE = Fraction(0), Fraction(1)
Unknown = tuple[str, ...]
Amount = Any
"""A Fraction, or a Form where some instrument levels are unknown."""
Bounds = tuple[Fraction | None, Fraction | None]
Row = Sequence[tuple[int, Fraction]]


class Form:
    """constant + sum of coefficients times unknowns; the constant stands under the empty name ()."""

    __slots__ = ("terms",)

    def __init__(self, terms: dict[Unknown, Fraction]) -> None:
        self.terms = terms

    def __add__(self, other: Amount) -> Form:
        terms = dict(self.terms)
        for name, value in (other.terms if isinstance(other, Form) else {(): other}).items():
            terms[name] = terms.get(name, ZERO) + value
        return Form(terms)

    def __mul__(self, factor: Fraction) -> Form:
        return Form({name: value * factor for name, value in self.terms.items()})

    def __neg__(self) -> Form:
        return self * -ONE

    def __sub__(self, other: Amount) -> Form:
        return self + (-other if isinstance(other, Form) else -Fraction(other))

    def __rsub__(self, other: Fraction) -> Form:
        return -self + other

    def __truediv__(self, divisor: Fraction) -> Form:
        return self * (1 / divisor)

    __radd__, __rmul__ = __add__, __mul__


def terms(amount: Amount) -> Mapping[Unknown, Fraction]:
    """Return the terms of an amount, whether or not it has unknowns."""
    return amount.terms if isinstance(amount, Form) else {(): amount}


def combined(parts: Iterable[tuple[Amount, Fraction]]) -> Form:
    """Return the sum of amounts times factors."""
    out: dict[Unknown, Fraction] = {}
    for amount, factor in parts:
        for name, value in terms(amount).items():
            out[name] = out.get(name, ZERO) + value * factor
    return Form(out)


def least(amount: Amount, bounds: Callable[[Unknown], Bounds]) -> Fraction | None:
    """Return the smallest value of an amount over a box (None: it has none); a bound of None is infinite."""
    total = ZERO
    for name, value in terms(amount).items():
        low, high = bounds(name) if name else (ONE, ONE)
        end = low if value > 0 else high
        if value and end is None:
            return None
        total += value * end if value and end is not None else ZERO
    return total


class Solver:
    """Solves V = b + delta Q V for many b: sparse Gaussian elimination, done once, in Fractions."""

    def __init__(self, rows: Sequence[Row], delta: Fraction) -> None:
        matrix: list[dict[int, Fraction]] = []
        for s, row in enumerate(rows):
            entries = {s: ONE}
            for t, p in row:
                entries[t] = entries.get(t, ZERO) - delta * p
            matrix.append(entries)
        self.steps: list[tuple[int, int, Fraction]] = []
        self.upper = matrix
        # The matrix is strictly diagonally dominant (delta < 1), so every pivot on the diagonal is nonzero.
        for pivot in range(len(matrix)):
            for below in range(pivot + 1, len(matrix)):
                entry = matrix[below].pop(pivot, ZERO)
                if entry:
                    factor = entry / matrix[pivot][pivot]
                    self.steps.append((below, pivot, factor))
                    for t, value in matrix[pivot].items():
                        if t > pivot:
                            matrix[below][t] = matrix[below].get(t, ZERO) - factor * value

    def solve(self, right: Sequence[Amount]) -> list[Amount]:
        """Return the solution for one right-hand side."""
        out = list(right)
        for below, pivot, factor in self.steps:
            out[below] = out[below] - out[pivot] * factor
        for s in reversed(range(len(out))):
            known = sum((out[t] * value for t, value in self.upper[s].items() if t > s), ZERO)
            out[s] = (out[s] - known) / self.upper[s][s]
        return out


def expected(row: Row, values: Sequence[Amount]) -> Amount:
    """Return the expected value after a transition."""
    return sum((values[s] * p for s, p in row), ZERO)
