"""Dual numbers: a rational and, in floats, its derivatives by the coordinates of the sets that it was made from.

    (v, s) * (w, t) = (v w, v t + w s),    (v, s) / (w, t) = (v / w, (s - (v / w) t) / w)

Any code written over ordered numbers then returns its derivative too. Comparisons look at the value alone, so the
derivative is that of the branch taken.

References: Griewank & Walther, Evaluating Derivatives (2nd ed., 2008), on the forward mode.
"""

from __future__ import annotations

from typing import Any


class Dual:
    """A number ``value`` with the derivatives ``slope`` (an array of floats)."""

    __slots__ = ("slope", "value")

    def __init__(self, value: Any, slope: Any) -> None:
        self.value, self.slope = value, slope

    def __add__(self, other: Any) -> Dual:
        value, slope = _parts(other)
        return Dual(self.value + value, self.slope + slope)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __sub__(self, other: Any) -> Dual:
        value, slope = _parts(other)
        return Dual(self.value - value, self.slope - slope)

    def __rsub__(self, other: Any) -> Dual:
        value, slope = _parts(other)
        return Dual(value - self.value, slope - self.slope)

    def __mul__(self, other: Any) -> Dual:
        value, slope = _parts(other)
        return Dual(self.value * value, float(self.value) * slope + float(value) * self.slope)

    def __truediv__(self, other: Any) -> Dual:
        value, slope = _parts(other)
        share = self.value / value
        return Dual(share, (self.slope - float(share) * slope) / float(value))

    def __abs__(self) -> Dual:
        return self if self.value >= 0 else -self

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: Any) -> bool:
        return bool(self.value == _parts(other)[0])

    def __lt__(self, other: Any) -> bool:
        return bool(self.value < _parts(other)[0])

    def __le__(self, other: Any) -> bool:
        return bool(self.value <= _parts(other)[0])

    def __gt__(self, other: Any) -> bool:
        return bool(self.value > _parts(other)[0])

    def __ge__(self, other: Any) -> bool:
        return bool(self.value >= _parts(other)[0])

    __radd__, __rmul__ = __add__, __mul__


def _parts(number: Any) -> tuple[Any, Any]:
    return (number.value, number.slope) if isinstance(number, Dual) else (number, 0.0)
