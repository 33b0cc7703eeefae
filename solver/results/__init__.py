"""The vocabulary between solver and report: every answer, and how sure it is.

A ``Fraction`` is exact, a ``float`` is approximate; ``proof`` says which claim rests on what.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor, log10
from typing import Any

Number = Fraction | float


def noted(result: Any, notes: tuple[str, ...]) -> Any:
    """Return a result with what should be known of its file after its own notes."""
    return replace(result, notes=(*result.notes, *notes)) if notes else result


def spelled(tolerance: Fraction | float) -> str:
    """Return a tolerance as it is told everywhere, in one digit: 1e-9."""
    return f"{float(tolerance):.0e}".replace("e-0", "e-")


def rounded_up(gap: Fraction | float) -> str:
    """Return a gap between two bounds in two digits, rounded up."""
    size = Fraction(10) ** (1 - floor(log10(gap)))
    return f"{float(ceil(Fraction(gap) * size) / size):.2g}".replace("e-0", "e-")


def weakest(proofs: Iterable[str]) -> str:
    """Return the weakest of some proofs: none, then the widest tolerance, then exact."""
    return max(proofs, key=_weakness, default="exact")


def _weakness(proof: str) -> tuple[int, float]:
    if proof.startswith("within "):
        return 1, float(proof.split()[1].rstrip(":,"))
    return (0, 0.0) if proof == "exact" else (2, 0.0)
