"""That no equilibrium payoff lies outside rational sets W = B(W) (``solver.repeated.recursion``): an exact proof.

Move every side of W outward, X_t = { v : n_j . v <= b_j + t e_j }, with n_j also up, down, left, right and across
the line of payments, so that X_1 contains the sets V that the iteration from outside has reached. If for some k < 1

    B(X_t) is inside X_kt for all t in (0, 1]

then V = B(V) is inside X_1, X_k, X_k^2, ... and so inside their intersection W. Checking t = 0, 1/2 and 1 is enough.
Threats and levels are convex in t (least coordinates of sets with a convex graph, maxima of linear functions), and a
convex or concave function that is linear at 0, 1/2, 1 is linear on [0, 1]. With linear levels the pieces' graphs are
convex and their support functions concave: those along the n_j are checked to be linear too, so it is enough that they
start at b_j at most and end at b_j + k e_j at most. With payments the same is done twice: act(t) is bounded by sides
like those of act(0) that rise linearly, and what payments make of such sets has a convex graph again. The rates e come
from a power iteration in floats.

Only "V is inside X_1" rests on floats: by construction X_1 exceeds what they found by a margin far above rounding.
This proof is this project's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import chain
from typing import Any

from solver.exact import rational
from solver.repeated.outside import Outer, spread
from solver.repeated.polygons import Polygon, Vertex, above, add, clip, hull, lowest, support
from solver.repeated.recursion import Generated, Recursion, Sets, generate

Line = tuple[Vertex, Any]
"""An outward normal n and the level b of the side n . v = b."""
REACHES = (1e-2, 1e-3, 1e-5, 1e-7)
"""How far out X_1 is tried, in units of the payoffs' spread."""


def nothing_outside(fast: Recursion, exact: Recursion, sets: Sets, outer: Outer) -> bool:
    """Return whether a fixed point W of B is proven to contain every equilibrium payoff."""
    unit = spread(fast)
    sides = tuple(_sides(p, exact.payment or (1, 1)) for p in sets)
    floats, pace = _floats(sets), _pace(fast)
    for reach in REACHES:
        rates = _rates(fast, floats, sides, outer.rows, reach * unit, pace)
        if rates is None:
            continue
        outward = tuple(tuple(rational(Fraction(reach * unit * e)) for e in r) for r in rates)
        inside = all(
            support(p, _plain(n)) <= float(b) + 0.99 * float(e)
            for p, lines, r in zip(outer.sets, sides, outward, strict=True)
            for (n, b), e in (zip(lines, r, strict=True) if p else ())
        )
        if not inside:
            continue
        if _contracts(exact, sets, sides, outward, outer.rows, rational((1 + Fraction(pace)) / 2)):
            return True
    return False


def _floats(sets: Sets) -> Sets:
    return tuple(tuple((float(x), float(y)) for x, y in p) for p in sets)


def _pace(fast: Recursion) -> float:
    """Return the k < 1 aimed at: close to 1, since any will do."""
    return 1 - (1 - max(*map(float, fast.discount), 0.5)) / 10


def _sides(p: Polygon, payment: Vertex) -> tuple[Line, ...]:
    """Return the outward normals n and levels b of a polygon's sides, of the axes, and of the line of payments."""
    if not p:
        return ()
    edges = [(b[0] - a[0], b[1] - a[1]) for a, b in zip((p[-1], *p[:-1]), p, strict=True)] if len(p) > 1 else []
    normals = [(dy / (abs(dx) + abs(dy)), -dx / (abs(dx) + abs(dy))) for dx, dy in edges]
    one = rational(1)
    normals += [(one, 0 * one), (-one, 0 * one), (0 * one, one), (0 * one, -one)]
    share = one * payment[0] / (payment[0] + payment[1])
    normals += [(one - share, share), (share - one, -share)]
    return tuple((n, support(p, n)) for n in dict.fromkeys(normals))


def _plain(n: Vertex) -> Vertex:
    return float(n[0]), float(n[1])


def _grown(p: Polygon, lines: Sequence[Line], outward: Sequence[Any]) -> Polygon:
    """Return { v : n . v <= b + e } for every side."""
    if not p:
        return ()
    low, high = lowest(p), (max(x for x, _ in p), max(y for _, y in p))
    far = max(map(abs, outward)) * 2
    box = hull([(low[0] - far, low[1] - far), (high[0] + far, low[1] - far), (high[0] + far, high[1] + far),
                (low[0] - far, high[1] + far)])  # fmt: skip
    for (n, b), e in zip(lines, outward, strict=True):
        box = clip(box, (-n[0], -n[1]), -b - e)
    return hull(box)


def _rates(
    fast: Recursion, sets: Sets, sides: Sequence[Sequence[Line]], rows: Sequence[int], reach: float, pace: float
) -> list[list[float]] | None:
    """Return how fast each side moves so that B moves it by at most ``pace`` of that, or None where none was found."""
    lines = tuple(tuple((_plain(n), float(b)) for n, b in found) for found in sides)
    rates = [[1.0] * len(found) for found in lines]
    for _ in range(60):
        grown = tuple(_grown(p, f, [reach * e for e in r]) for p, f, r in zip(sets, lines, rates, strict=True))
        made = generate(fast, grown, rows, 1e-13 * reach).sets
        moved = [[(support(p, n) - b) / reach for n, b in f] for p, f in zip(made, lines, strict=True)]
        wanted = [[max(1.0, m / pace) for m in row] for row in moved]
        excess = max((w / e for w, e in zip(chain(*wanted), chain(*rates), strict=True)), default=0.0)
        if excess <= 1.001:
            return rates
        rates = [[max(w, e) for w, e in zip(a, b, strict=True)] for a, b in zip(wanted, rates, strict=True)]
        if max(chain(*rates)) > 1e3:
            return None
    return None


def _contracts(
    exact: Recursion, sets: Sets, sides: Sequence[Sequence[Line]], outward: Sequence[Sequence[Any]],
    rows: Sequence[int], pace: Any,
) -> bool:  # fmt: skip
    """Return whether B(X_t) is inside X_{pace t} for t in (0, 1], by the three points 0, 1/2, 1."""
    family = [
        tuple(_grown(p, f, [t * e for e in r]) for p, f, r in zip(sets, sides, outward, strict=True)) for t in _times()
    ]
    if family[0] != sets:
        return False
    made = [generate(exact, x, rows) for x in family]
    if not _linear_threats(family, made, rows):
        return False
    by_state: list[list[list[Polygon]]] = [[] for _ in sets]
    for row in rows:
        by_state[exact.table.state[row]].append([m.pieces[row] for m in made])
    return all(
        _stays(exact, lines, [pace * e for e in r], pieces, act)
        for act, lines, r, pieces in zip(made[0].act, sides, outward, by_state, strict=True)
        if lines
    )


def _linear_threats(family: Sequence[Sets], made: Sequence[Generated], rows: Sequence[int]) -> bool:
    """Return whether the threats and the rows' levels at 1/2 are the means of those at 0 and 1."""
    for zero, mid, one in zip(*family, strict=True):
        if zero and any(a + c != 2 * b for a, b, c in zip(lowest(zero), lowest(mid), lowest(one), strict=True)):
            return False
    return all(a[r] + c[r] == 2 * b[r] for a, b, c in zip(*(m.levels for m in made), strict=True) for r in rows)


def _stays(
    exact: Recursion, lines: Sequence[Line], rise: Sequence[Any], pieces: Sequence[Sequence[Polygon]], act: Polygon
) -> bool:
    """Return whether what the pieces of one state generate stays under every side's level b + t rise."""
    if exact.payment is None:
        heights = [_heights(pieces, n) for n, _ in lines]
        return all(h is not None and _under(h, b, e) for h, (_, b), e in zip(heights, lines, rise, strict=True))
    around = tuple(dict([*_sides(act, exact.payment), *((n, support(act, n)) for n, _ in lines)]).items())
    found = [_heights(pieces, n) for n, _ in around]
    climb = [h[1] - h[0] for h in found if h is not None]
    if len(climb) < len(around) or any(h is None or h[0] != b for h, (_, b) in zip(found, around, strict=True)):
        return False
    paid = [_spread_out(act, around, [t * c for c in climb], exact.payment) for t in _times()]
    ends = [_heights([paid], n) for n, _ in lines]
    return all(h is not None and _under(h, b, e) for h, (_, b), e in zip(ends, lines, rise, strict=True))


def _times() -> tuple[Any, Any, Any]:
    half = rational(Fraction(1, 2))
    return 0 * half, half, 2 * half


def _under(heights: tuple[Any, Any], level: Any, rise: Any) -> bool:
    return bool(heights[0] <= level and heights[1] <= level + rise)


def _heights(pieces: Sequence[Sequence[Polygon]], n: Vertex) -> tuple[Any, Any] | None:
    """Return the largest support at t = 0 and at t = 1, or None where one piece's is not linear between them.

    Pieces grow with t, so one that is empty at 1 is empty before.
    """
    most: list[tuple[Any, Any]] = []
    for zero, mid, one in pieces:
        if not one:
            continue
        if not zero or not mid:
            return None
        low, middle, high = support(zero, n), support(mid, n), support(one, n)
        if low + high != 2 * middle:
            return None
        most.append((low, high))
    return (max(h for h, _ in most), max(h for _, h in most)) if most else None


def _spread_out(act: Polygon, around: Sequence[Line], climb: Sequence[Any], payment: Vertex) -> Polygon:
    """Return what payments make of { v : n . v <= b + climb }, the refuser's worst falling as fast as its sides."""
    larger = _grown(act, around, climb)
    fall = {n: b + c for (n, b), c in zip(around, climb, strict=True)}
    one = rational(1)
    low = -fall[(-one, 0 * one)], -fall[(0 * one, -one)]
    first, second = payment
    wide = add(larger, ((-first, second), (first, -second)))
    return hull(above(above(wide, 0, low[0]), 1, low[1]))
