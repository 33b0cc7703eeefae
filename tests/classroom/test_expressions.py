"""What the arithmetic of templates comes to."""

from __future__ import annotations

from fractions import Fraction

from classroom import expressions


def test_a_root_of_a_square_is_exact_and_any_other_is_right_to_twelve_decimals() -> None:
    assert expressions.value("sqrt(9 / 4)", {}, "here") == Fraction(3, 2)
    root = expressions.value("sqrt(x)", {"x": Fraction(2)}, "here")
    assert 0 <= 2 - root**2 < Fraction(1, 10**11)
