"""How a payoff is made of others: draws over the vertices of the sets that follow, and a payment, in rationals.

    target = sum_k draw_k . set_k + t money,    every draw a probability over the vertices of its set,    |t| <= 1

For two players the sets' sum is a polygon (money adds a segment) and every corner of it the sum of one vertex of each
set: the draws are the shares of a triangle of corners around the target. For more a linear programme finds them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from solver.exact import EXACT, fraction, rational
from solver.repeated.polygons import Polygon, Vertex, add, encloses, hull
from solver.stage.programme import minimum

Vector = tuple[Fraction, ...]
Draws = list[dict[int, Fraction]]
"""For each set the shares of its vertices by index; those that are zero are left out."""


def draws(target: Vector, sets: Sequence[Sequence[Vector]], money: Vector) -> tuple[Draws, Fraction] | None:
    """Return draws over the vertices of sets, and t, that make a payoff; None where there are none.

    Parameters
    ----------
    target : n numbers. sets : the vertices of each set, n numbers each. money : what t = 1 adds; (0, …) without money.
    """
    if len(target) != 2:
        found = _by_programme(target, sets)
        return None if found is None else (found, Fraction(0))
    paid = [money, tuple(-x for x in money)] if any(money) else [money]
    split = _by_corners(target, [*sets, paid])
    if split is None:
        return None
    *out, last = split
    return out, last.get(0, Fraction(0)) - last.get(1, Fraction(0)) if any(money) else Fraction(0)


def _by_corners(target: Vector, sets: Sequence[Sequence[Vector]]) -> Draws | None:
    polygons = [hull((rational(x), rational(y)) for x, y in own) for own in sets]
    total = polygons[0]
    for other in polygons[1:]:
        total = hull(add(total, other))
    at = (rational(target[0]), rational(target[1]))
    if not encloses(total, at):
        return None
    out: Draws = [{} for _ in sets]
    for k, share in _triangle(total, at):
        n = _outward(total, k)
        for shares, own in zip(out, sets, strict=True):
            best = max(range(len(own)), key=lambda v: n[0] * rational(own[v][0]) + n[1] * rational(own[v][1]))
            shares[best] = shares.get(best, Fraction(0)) + share
    return out


def _triangle(p: Polygon, at: Vertex) -> Iterator[tuple[int, Fraction]]:
    """Yield corners of a polygon and their positive shares, which add up to a point in it."""
    x, y = at[0] - p[0][0], at[1] - p[0][1]
    if len(p) < 3:
        along = (p[-1][0] - p[0][0], p[-1][1] - p[0][1])
        length = along[0] * along[0] + along[1] * along[1]
        share = fraction((x * along[0] + y * along[1]) / length) if len(p) > 1 else Fraction(0)
        found = {0: 1 - share, len(p) - 1: share} if len(p) > 1 else {0: Fraction(1)}
        yield from ((k, one) for k, one in found.items() if one)
        return
    for k in range(1, len(p) - 1):
        (ax, ay), (bx, by) = ((v[0] - p[0][0], v[1] - p[0][1]) for v in p[k : k + 2])
        area = ax * by - ay * bx
        first, second = fraction((x * by - y * bx) / area), fraction((ax * y - ay * x) / area)
        if first >= 0 and second >= 0 and first + second <= 1:
            found = {0: 1 - first - second, k: first, k + 1: second}
            yield from ((which, one) for which, one in found.items() if one)
            return


def _outward(p: Polygon, k: int) -> Vertex:
    """Return a direction in which this corner alone lies farthest out: the sum of its sides' normals."""
    if len(p) < 3:
        return p[k][0] - p[k - 1][0], p[k][1] - p[k - 1][1]
    (ax, ay), (cx, cy) = p[k - 1], p[(k + 1) % len(p)]
    return cy - ay, ax - cx


def _by_programme(target: Vector, sets: Sequence[Sequence[Vector]]) -> Draws | None:
    columns = [(k, v) for k, own in enumerate(sets) for v in own]
    rows: list[list[Any]] = [[v[i] for _, v in columns] for i in range(len(target))]
    rows += [[Fraction(k == which) for k, _ in columns] for which in range(len(sets))]
    right = [*target, *(Fraction(1) for _ in sets)]
    matrix = EXACT.array([*rows, *([-x for x in row] for row in rows)])
    found = minimum(EXACT.array([Fraction(0)] * len(columns)), matrix, EXACT.array([*right, *(-x for x in right)]))
    if found is None or not all(isinstance(x, Fraction) for x in found.x):
        return None
    shares = iter(found.x)
    return [{n: Fraction(x) for n, x in enumerate(next(shares) for _ in own) if x} for own in sets]
