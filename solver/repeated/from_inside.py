"""Rational sets that generate themselves, a little inside the sets found from outside.

Where patience differs, sets mostly have vertices without number, and no fixed point can be written down. A finite set
inside is enough to say how far the outside can be from the truth. Points are tried that may stand for the vertices v:

    v - h d         with d = (I - J)^-1 (v - m), m the middle and J the derivative of B: where all vertices move so, B
                    moves them by h d less h (v - m), not as far
    fractions       with small denominators that v cannot be told from, on which an incentive may hold with equality;
                    also in one coordinate alone

and rationals decide: every vertex of their hulls W that is not in B(W) is dropped, again and again. B grows with W
(``solver.repeated.recursion``), so what is dropped would fail in every smaller set too, and what is left is the largest
set that generates itself among the hulls of these points.

Reference: Abreu, Pearce & Stacchetti, Econometrica 58 (1990), on self-generation. The rest is this project's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from solver.exact import rational
from solver.repeated.fixed_points import evaluated, from_centre, newton
from solver.repeated.outside import Outer, spread
from solver.repeated.polygons import Polygon, Vertex, distance, encloses, hull
from solver.repeated.recursion import Recursion, Sets, generate

SIMPLE, LONGER = 10**4, 10**6
"""Denominators of fractions that are taken to be the vertex itself, and of the longest that are tried."""
NEAR = 1e-11
"""How near they must be; in units of the payoffs' spread, like all that follow."""
TRIED = ((1000, 1e-8), (SIMPLE, NEAR), (LONGER, NEAR))
SHORT, ROUGHLY = 20, 5e-3
"""Denominators and distances of fractions that are tried in the end."""
FINE = 1e-12
"""Vertices that stand out by less are left out."""
REACHES = (1e-11, 1e-9, 1e-7, 1e-5, 1e-3)
"""How far the vertex that moves most is moved."""
ROUNDS = 60
"""Rounds of dropping; where so many are needed little is left."""
GROWTH, MOST, DIGITS = 40, 100, 1_000
"""Steps of growth, and the vertices and bits of a number beyond which it stops."""
GOOD = 1e-6
"""An error that is small enough not to look for a smaller one."""


def kept_up(fast: Recursion, exact: Recursion, outer: Outer) -> tuple[float, Sets] | None:
    """Return how far the sets from outside are from rational sets W in B(W), and W; None where none was found."""
    unit = spread(fast)
    sets = tuple(hull((_exactly(x), _exactly(y)) for x, y in hull(p, FINE * unit)) for p in outer.sets)
    best: tuple[float, Sets] | None = None
    for points in _tries(exact, sets, outer, unit):
        found = _supported(exact, points, outer)
        if found is None:
            continue
        error = _apart(outer, found)
        if error > GOOD * unit:
            found = _grown(exact, found, outer)
            error = _apart(outer, found)
        if best is None or error < best[0]:
            best = error, found
        if best is not None and best[0] <= GOOD * unit:
            break
    return best


def _apart(outer: Outer, sets: Sets) -> float:
    return max(map(distance, outer.sets, sets))


def _grown(exact: Recursion, sets: Sets, outer: Outer) -> Sets:
    """Return what sets that generate themselves generate, again and again: these generate themselves too."""
    for _ in range(GROWTH):
        made = generate(exact, sets, outer.rows).sets
        if made == sets or sum(map(len, made)) > MOST or _digits(made) > DIGITS:
            break
        sets = made
    return sets


def _digits(sets: Sets) -> int:
    """Return the length of the longest denominator, in bits: corners of corners take ever more of them."""
    return max((int(c.q).bit_length() for p in sets for v in p for c in v), default=0)


def _tries(exact: Recursion, sets: Sets, outer: Outer, unit: float) -> Iterator[list[list[Vertex]]]:
    """Yield, by state, points that may stand for the vertices; simple fractions alone last."""
    steps = _steps(exact, sets, outer, NEAR * unit)
    for reach in REACHES if steps is not None else ():
        by, far = iter(steps or ()), rational(Fraction(reach * unit))
        moved = [[tuple(c - far * next(by) for c in v) for v in p] for p in sets]
        yield [
            _distinct(
                [[m, _standing_for(c, unit)] for m, c in zip(w, v, strict=True)] for w, v in zip(own, p, strict=True)
            )
            for own, p in zip(moved, sets, strict=True)
        ]
    yield [_distinct([[_short(c, unit), _standing_for(c, unit)] for c in v] for v in p) for p in sets]


def _distinct(vertices: Iterable[list[list[Any]]]) -> list[Vertex]:
    """Return every pair of what may stand for the coordinates of some vertex."""
    return list(dict.fromkeys((x, y) for own in vertices for x, y in product(*own) if x is not None and y is not None))


def _standing_for(value: Any, unit: float) -> Any:
    """Return a short fraction that is near a number, or else a longer one that is nearer, or None."""
    for most, near in TRIED:
        found = _simple(value, most, near * unit)
        if found is not None:
            return found
    return None


def _short(value: Any, unit: float) -> Any:
    """Return a very short fraction: where a boundary stands upright what was found from outside is far from exact."""
    return _simple(value, SHORT, ROUGHLY * unit)


def _exactly(value: float) -> Any:
    return rational(Fraction(float(value)))


def _simple(value: Any, most: int, near: float) -> Any:
    """Return the fraction with a small denominator that a number cannot be told from, or None."""
    number = Fraction(int(value.p), int(value.q))
    found = number.limit_denominator(most)
    return rational(found) if abs(found - number) <= near else None


def _steps(exact: Recursion, sets: Sets, outer: Outer, near: float) -> list[Any] | None:
    """Return d by coordinate, the largest of size 1; simple fractions stay. None where a set has gone."""
    made = evaluated(exact, sets, outer.rows, rational(Fraction(100 * near)))
    if made is None:
        return None
    outward = []
    for p in sets:
        for v, away in from_centre(p):
            stays = all(_simple(c, SIMPLE, near) is not None for c in v)
            outward += [0 * c if stays else c for c in away]
    size = max(map(abs, outward), default=rational(1))
    found = newton(outward, made[1], size or rational(1))
    largest = max(map(abs, found), default=rational(1))
    return [step / (largest or rational(1)) for step in found]


def _supported(exact: Recursion, points: list[list[Vertex]], outer: Outer) -> Sets | None:
    """Return the largest sets that generate themselves among the hulls of the points given, decided in rationals."""
    for _ in range(ROUNDS):
        sets: Sets = tuple(map(hull, points))
        if not all(sets):
            return None
        made = generate(exact, sets, outer.rows).sets
        gone = [_outside(p, q) for p, q in zip(sets, made, strict=True)]
        if not any(gone):
            return sets
        points = [[v for v in own if v not in lost] for own, lost in zip(points, gone, strict=True)]
    return None


def _outside(p: Polygon, q: Polygon) -> set[Vertex]:
    return {v for v in p if not encloses(q, v)}
