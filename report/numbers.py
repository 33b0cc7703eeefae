"""Numbers as they are written: exact ones in JSON are strings ("1/3"), approximate ones JSON numbers."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import inf
from typing import Any

from solver.results import Number

MOST_BITS = 3_000


def number(value: Number | None) -> str | float | None:
    """Return an exact number as a string and an approximate one as a JSON number (12 significant digits).

    One without a bound is null: JSON knows no infinity.
    """
    if value is None or value in (inf, -inf):
        return None
    return str(value) if isinstance(value, (Fraction, int)) and short(value) else float(f"{float(value):z.12g}")


def short(value: Fraction | int) -> bool:
    """Return whether an exact number can be written down; one with a thousand digits is told as an approximate one."""
    return max(value.numerator.bit_length(), value.denominator.bit_length()) <= MOST_BITS


def written(value: float, form: str) -> str:
    """Return a float in a format ("6g"), with no minus before a zero and no zero before an exponent: 0.000, 1e-9."""
    return f"{value:z.{form}}".replace("e-0", "e-")


def numbers(table: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a (nested) mapping with its numbers written so."""
    return {str(k): numbers(v) if isinstance(v, Mapping) else number(v) for k, v in table.items()}
