"""Mixing that makes the other side indifferent: the one linear system behind supports, proposals and stable strategies.

sum_s payoffs[r][s] x_s = v   for every reply r,        sum_s x_s = 1
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from solver.exact import fraction, rational, solve_square

Mixed = tuple[Fraction, ...]


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


def on_supports(rows: Any, columns: Any, played: Sequence[int], replied: Sequence[int]) -> tuple[Mixed, Mixed] | None:
    """Return the strategies on two supports of one size that make each other's actions equally good, or None.

    ``rows`` are the row player's payoffs by [row][column], ``columns`` the column player's by [column][row].
    """
    if len(played) != len(replied) or not played:
        return None
    x, y = _positive(columns, replied, played), _positive(rows, played, replied)
    if x is None or y is None:
        return None
    return _spread(x, played, len(rows)), _spread(y, replied, len(columns))


def _positive(payoffs: Any, replies: Sequence[int], support: Sequence[int]) -> Mixed | None:
    weights = solved(payoffs, replies, support)
    return None if weights is None or any(p < 0 for p in weights) else tuple(map(fraction, weights))


def _spread(shares: Mixed, support: Sequence[int], size: int) -> Mixed:
    out = [Fraction(0)] * size
    for share, k in zip(shares, support, strict=True):
        out[k] = share
    return tuple(out)


def _rational(value: Any) -> Any:
    return rational(value) if isinstance(value, int) else value
