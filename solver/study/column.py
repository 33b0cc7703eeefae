"""A number that differs between samples, and the arithmetic of arrays of such numbers.

One scenario is compiled once for many samples: where its file holds a number, a ``Column`` holds one float a sample,
and everything from reading the file to the arrangement programme runs as it does for one scenario, element by element.
A *question* (is it positive, are two equal) must have the same answer in every sample; where it has not, ``Divided``
says in which samples it is yes, and ``in_groups`` asks the two parts again, each by itself. So a batch answers exactly
what its samples would answer one by one, and no second model of a partnership is needed.

Floats round, so two numbers count as equal where they differ by less than rounding can: ``TIE`` times the size of what
they were computed from, which every column carries along as its ``scale``, a float a sample: one sample with huge
numbers must not blur the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from games.files.numbers import Varying
from solver.exact import Arithmetic, Array

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]
T = TypeVar("T")
TIE = 1e-12
SHARP = 2e4
"""What is computed from numbers so many times its size has lost too many digits for floats to answer questions by."""


class Divided(Exception):
    """A question has different answers: ``yes`` marks the samples in which it is answered with yes."""

    def __init__(self, yes: Bools) -> None:
        super().__init__("samples differ")
        self.yes = yes


class Blurred(Exception):
    """Floats have lost too many digits in all of these samples: each must be decided exactly."""


def in_groups(samples: int, answer: Callable[[Ints], T]) -> Iterator[tuple[Ints, T]]:
    """Yield the samples in groups that answer every question alike, each with its ``answer``."""
    waiting = [np.arange(samples)] if samples else []
    while waiting:
        here = waiting.pop()
        try:
            found = answer(here)
        except Divided as divided:
            waiting += [here[~divided.yes], here[divided.yes]]
        else:
            yield here, found


class Column(Varying):
    """One float a sample; ``scale`` bounds the size of what each was computed from.

    Without a scale the numbers are ``given``: they are what they are, and a discount factor just below 1 is below 1.
    """

    __slots__ = ("given", "scale", "values")

    def __init__(self, values: Floats, scale: Floats | None = None) -> None:
        self.values = values
        self.given = scale is None
        self.scale = np.abs(values) if scale is None else scale

    def __add__(self, other: Any) -> Any:
        pair = _pair(other)
        return NotImplemented if pair is None else Column(self.values + pair[0], self.scale + pair[1])

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        pair = _pair(other)
        return NotImplemented if pair is None else Column(self.values - pair[0], self.scale + pair[1])

    def __rsub__(self, other: Any) -> Any:
        pair = _pair(other)
        return NotImplemented if pair is None else Column(pair[0] - self.values, self.scale + pair[1])

    def __mul__(self, other: Any) -> Any:
        pair = _pair(other)
        return NotImplemented if pair is None else Column(self.values * pair[0], self.scale * pair[1])

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        pair = _pair(other)
        return NotImplemented if pair is None else _quotient((self.values, self.scale), pair)

    def __rtruediv__(self, other: Any) -> Any:
        pair = _pair(other)
        return NotImplemented if pair is None else _quotient(pair, (self.values, self.scale))

    def __pow__(self, other: Any) -> Any:
        pair = _pair(other)
        return NotImplemented if pair is None else _computed(self.values ** pair[0])

    def __rpow__(self, other: Any) -> Any:
        pair = _pair(other)
        return NotImplemented if pair is None else _computed(pair[0] ** self.values)

    def __neg__(self) -> Column:
        return Column(-self.values, None if self.given else self.scale)

    def __abs__(self) -> Column:
        return Column(np.abs(self.values), None if self.given else self.scale)

    def __lt__(self, other: Any) -> Any:
        return _asked(self, other, lambda difference: difference < 0)

    def __le__(self, other: Any) -> Any:
        return _asked(self, other, lambda difference: difference <= 0)

    def __gt__(self, other: Any) -> Any:
        return _asked(self, other, lambda difference: difference > 0)

    def __ge__(self, other: Any) -> Any:
        return _asked(self, other, lambda difference: difference >= 0)

    def __eq__(self, other: object) -> Any:
        return _asked(self, other, lambda difference: difference == 0)

    def __bool__(self) -> bool:
        return bool(self != 0)

    # Two columns are looked up by which they are: asking whether they are equal could divide the samples.
    __hash__ = object.__hash__

    @property
    def denominator(self) -> int:
        """Return the denominator, for those who ask whether it is a whole number: the same value in all samples."""
        return self._only().denominator

    def __int__(self) -> int:
        return int(self._only())

    def __float__(self) -> float:
        return float(self._only())

    def __str__(self) -> str:
        return f"{self.values[0]:g}"

    def _only(self) -> Fraction:
        """Return the value, where all samples have the same."""
        same = self.values == self.values[0]
        if not same.all():
            raise Divided(same)
        return Fraction(repr(float(self.values[0])))


def _pair(other: Any) -> tuple[Any, Any] | None:
    """Return the values and the scale of a number; None for what is no number."""
    if isinstance(other, Column):
        return other.values, other.scale
    if isinstance(other, (int, float, Fraction, np.floating, np.integer)):
        value = float(other)
        return value, abs(value)
    return None


def _computed(values: Floats) -> Column:
    return Column(values, np.abs(values))


def _quotient(above: tuple[Any, Any], below: tuple[Any, Any]) -> Column:
    size = np.abs(below[0])
    if not np.all(size):
        raise ZeroDivisionError("a sample divides by zero")
    # An error in the divisor counts as often as the divisor is smaller than what it was computed from.
    lost = np.maximum(1.0, below[1] / size)
    _sharp(lost > SHARP)
    return Column(above[0] / below[0], above[1] / size * lost)


def _sharp(blurred: Any) -> None:
    """Go on where no sample is blurred; else part those that are from the others."""
    if np.all(blurred):
        raise Blurred
    if np.any(blurred):
        raise Divided(blurred)


def _asked(one: Column, other: object, question: Callable[[Floats], Bools]) -> Any:
    """Return the answer to a question about the difference of two numbers, if it is the same in all samples."""
    pair = _pair(other)
    if pair is None:
        return NotImplemented
    difference = one.values - pair[0]
    if not (one.given and getattr(other, "given", True)):
        difference = np.where(np.abs(difference) <= TIE * (one.scale + pair[1]), 0.0, difference)
    yes = question(difference)
    if yes.all():
        return True
    if not yes.any():
        return False
    raise Divided(yes)


@dataclass(frozen=True)
class Batch(Arithmetic):
    """Arrays of columns with so many ``samples``: numpy object arrays, as those of rationals are."""

    samples: int = 1

    def array(self, values: Any) -> Array:
        """Return numbers (nested sequences allowed) as an array of columns."""
        source = np.array(values, dtype=object)
        out = np.empty(source.size, dtype=object)
        for k, value in enumerate(source.flat):
            out[k] = self.number(value)
        return out.reshape(source.shape)

    def zeros(self, *shape: int) -> Array:
        """Return zeros: plain ones, which cost nothing to add to."""
        return np.full(shape, 0.0, dtype=object)

    def eye(self, size: int) -> Array:
        """Return an identity matrix."""
        return np.eye(size).astype(object)

    def number(self, value: Any) -> Any:
        """Return one number: a column as it is, and what is the same in all samples as a float."""
        return value if isinstance(value, Column) else float(value)

    def product(self, left: Array, right: Array) -> Array:
        """Return the product of two matrices; plain zeros cost nothing."""
        out = self.zeros(len(left), right.shape[1])
        for i, k in np.argwhere(_there(left)):
            for j in np.flatnonzero(_there(right[k])):
                out[i, j] = out[i, j] + left[i, k] * right[k, j]
        return out

    def inverse(self, matrix: Array) -> Array:
        """Return the inverse of a square matrix of each sample."""
        return self.solve(matrix, self.eye(len(matrix)))

    def solve(self, matrix: Array, right: Array) -> Array:
        """Return X with matrix X = right in each sample."""
        given = self.stacked(right)
        found = np.asarray(np.linalg.solve(self.stacked(matrix), given), float)
        _sharp(_largest(found) > SHARP * _largest(given))
        return self._columns(found)

    def stacked(self, array: Array) -> Floats:
        """Return an array of columns as floats, the samples first."""
        out = np.empty((self.samples, *array.shape))
        for place in np.ndindex(array.shape):
            value = array[place]
            out[(slice(None), *place)] = value.values if isinstance(value, Column) else value
        return out

    def _columns(self, stacked: Floats) -> Array:
        out = np.empty(stacked.shape[1:], dtype=object)
        scale = _largest(stacked) * max(stacked.shape[1:], default=1)
        for place in np.ndindex(out.shape):
            out[place] = Column(np.ascontiguousarray(stacked[(slice(None), *place)]), scale)
        return out


def _largest(stacked: Floats) -> Floats:
    """Return the largest size of a number in each sample's array."""
    return np.asarray(np.abs(stacked).max(axis=tuple(range(1, stacked.ndim)), initial=0.0))


def _there(array: Array) -> Bools:
    """Return which entries are not plain zeros (a column that is zero everywhere counts as there)."""
    found = [isinstance(value, Column) or value != 0 for value in array.flat]
    return np.array(found, bool).reshape(array.shape)
