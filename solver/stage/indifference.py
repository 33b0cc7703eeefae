"""Mixing that makes the other side indifferent: the one linear system behind supports, proposals and stable strategies.

sum_s payoffs[r][s] x_s = v   for every reply r,        sum_s x_s = 1
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from solver.exact import rational, solve_square


def system(payoffs: Any, replies: Sequence[int], support: Sequence[int]) -> tuple[list[list[Any]], list[Any]]:
    """Return the equations in (x on the support, v): their rows and right-hand sides, in rationals."""
    size = len(support)
    rows = [[*(_rational(payoffs[r][s]) for s in support), rational(-1)] for r in replies]
    rows.append([*[rational(1)] * size, rational(0)])
    return rows, [rational(0)] * len(replies) + [rational(1)]


def solved(payoffs: Any, replies: Sequence[int], support: Sequence[int]) -> list[Any] | None:
    """Return x on the support, of any sign, or None where the equations are singular (as many replies as actions)."""
    found = solve_square(*system(payoffs, replies, support))
    return None if found is None else found[:-1]


def _rational(value: Any) -> Any:
    return rational(value) if isinstance(value, int) else value
