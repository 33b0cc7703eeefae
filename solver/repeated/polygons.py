"""Convex polygons in the plane, over floats, exact rationals or any other ordered numbers.

A polygon is the tuple of its vertices, counter-clockwise from the leftmost (of these, the lowest), no three on a line.
Nothing () is the empty set, one vertex a point, two a segment: all of them ordinary.

    hull      co{p_1, ..., p_m}               Andrew's monotone chain
    add       P (+) Q = {p + q}               edges merged by direction
    clip      {p in P : n . p >= level}       one pass around the boundary
    loosened  a simpler polygon around P
    distance  max_{p in P} min_{q in Q} |p - q|

``tolerance`` is a length, 0 for exact numbers: vertices closer than that to the line through their neighbours are
dropped, and points that miss a half-plane by no more than that are kept.

References: de Berg et al., Computational Geometry (3rd ed.), sections 1.1 and 13.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from math import hypot
from typing import Any

Vertex = tuple[Any, Any]
Polygon = tuple[Vertex, ...]


def hull(points: Iterable[Vertex], tolerance: Any = 0) -> Polygon:
    """Return the convex hull of some points."""
    ordered = sorted(set(points))
    if len(ordered) < 2:
        return tuple(ordered)
    lower, upper = _chain(ordered, tolerance), _chain(ordered[::-1], tolerance)
    if len(lower) == len(upper) == 2 and tolerance and _close(lower[0], lower[1], tolerance):
        return (lower[0],)
    ring = [*lower[:-1], *upper[:-1]]
    return _without_flat_ends(ring, len(lower) - 1, tolerance) if tolerance else tuple(ring)


def _without_flat_ends(ring: list[Vertex], last: int, tolerance: Any) -> Polygon:
    """Return the ring without its leftmost and its rightmost vertex where they lie inside a side up to rounding."""
    for k in (last, 0):
        if len(ring) > 2 and not _turns(ring[k - 1], ring[k], ring[(k + 1) % len(ring)], tolerance):
            del ring[k]
    first = ring.index(min(ring))
    return (*ring[first:], *ring[:first])


def _chain(ordered: Sequence[Vertex], tolerance: Any) -> list[Vertex]:
    out: list[Vertex] = []
    for p in ordered:
        while len(out) > 1:
            # The usual case of ``_turns``, without the call: much of the time of many questions is spent here.
            (ox, oy), (ax, ay) = out[-2], out[-1]
            px, py = p[0] - ox, p[1] - oy
            turn = (ax - ox) * py - (ay - oy) * px
            if turn > 0 and (
                not tolerance or turn > tolerance * (abs(px) + abs(py)) or _turns(out[-2], out[-1], p, tolerance)
            ):
                break
            out.pop()
        out.append(p)
    return out


def _turns(o: Vertex, a: Vertex, p: Vertex, tolerance: Any) -> bool:
    """Return whether o, a, p turn left at a; up to the tolerance a point between the other two does not."""
    ax, ay, px, py = a[0] - o[0], a[1] - o[1], p[0] - o[0], p[1] - o[1]
    turn = ax * py - ay * px
    if not turn > 0:
        return False
    if not tolerance or turn > tolerance * (abs(px) + abs(py)):
        return True
    # Where points are left of one another by rounding alone, the way back along an edge is a turn of 180 degrees.
    return bool(ax * (px - ax) + ay * (py - ay) < -tolerance * (abs(px) + abs(py)))


def _close(p: Vertex, q: Vertex, tolerance: Any) -> bool:
    return bool(abs(p[0] - q[0]) <= tolerance and abs(p[1] - q[1]) <= tolerance)


def add(p: Polygon, q: Polygon) -> Polygon:
    """Return the Minkowski sum {x + y : x in p, y in q}; its neighbouring edges may be parallel up to rounding."""
    if len(p) == 1 or not p:
        p, q = q, p
    if not q:
        return ()
    if len(q) == 1:
        return translate(p, q[0])
    out, i, j = [], 0, 0
    (px, py), (qx, qy) = p[0], q[0]
    while i < len(p) or j < len(q):
        out.append((px + qx, py + qy))
        (pnx, pny), (qnx, qny) = p[(i + 1) % len(p)], q[(j + 1) % len(q)]
        turn = 1 if j == len(q) else -1 if i == len(p) else (pnx - px) * (qny - qy) - (pny - py) * (qnx - qx)
        if not turn < 0:
            px, py, i = pnx, pny, i + 1
        if not turn > 0:
            qx, qy, j = qnx, qny, j + 1
    return tuple(out)


def combine(weights: Sequence[Any], polygons: Sequence[Polygon]) -> Polygon:
    """Return sum_k weights[k] polygons[k] for positive weights."""
    return reduce(add, (scale(p, (w, w)) for w, p in zip(weights, polygons, strict=True)))


def translate(p: Polygon, by: Vertex) -> Polygon:
    """Return p moved by a vector."""
    dx, dy = by
    return tuple([(x + dx, y + dy) for x, y in p])


def scale(p: Polygon, by: Vertex) -> Polygon:
    """Return p with its coordinates multiplied by two positive numbers."""
    sx, sy = by
    return tuple([(sx * x, sy * y) for x, y in p])


def above(p: Polygon, axis: int, level: Any, tolerance: Any = 0) -> Polygon:
    """Return {v in p : v[axis] >= level}, boundary in order but from any vertex on."""
    heights = [v[axis] - level for v in p]
    return _cut(p, heights, tolerance)


def clip(p: Polygon, normal: Vertex, level: Any, tolerance: Any = 0) -> Polygon:
    """Return {v in p : normal . v >= level}, boundary in order but from any vertex on."""
    nx, ny = normal
    return _cut(p, [nx * x + ny * y - level for x, y in p], tolerance)


def _cut(p: Polygon, heights: Sequence[Any], tolerance: Any) -> Polygon:
    if not p or min(heights) >= -tolerance:
        return p
    out = []
    before, height = p[-1], heights[-1]
    for v, h in zip(p, heights, strict=True):
        inside = h >= -tolerance
        if inside != (height >= -tolerance) and (h if inside else height) > tolerance:
            share = height / (height - h)
            out.append((before[0] + share * (v[0] - before[0]), before[1] + share * (v[1] - before[1])))
        if inside:
            out.append(v)
        before, height = v, h
    return tuple(dict.fromkeys(out))


def loosened(p: Polygon, most: float) -> Polygon:
    """Return a polygon around p (floats) with fewer vertices: short sides give way to the corner of their neighbours.

    No point of it is farther than ``most`` from p; a side whose neighbour has just gone stays.
    """
    if len(p) < 5:
        return p
    out, k = [], 0
    while k < len(p):
        corner = _corner(p[k - 1], p[k], p[(k + 1) % len(p)], p[(k + 2) % len(p)], most) if 0 < k < len(p) - 2 else None
        out.append(corner or p[k])
        k += 2 if corner else 1
    return tuple(out)


def _corner(a: Vertex, b: Vertex, c: Vertex, d: Vertex, most: float) -> Vertex | None:
    """Return where the sides a-b and d-c, drawn on, meet beyond b-c, if that is near."""
    (px, py), (qx, qy), (rx, ry) = _side(a, b), _side(c, d), _side(b, c)
    turn = px * qy - py * qx
    if turn <= 0 or not (px * ry - py * rx > 0 and rx * qy - ry * qx > 0):
        return None
    along = (rx * qy - ry * qx) / turn
    height = along * hypot(px, py)
    return (b[0] + along * px, b[1] + along * py) if height <= most else None


def _side(a: Vertex, b: Vertex) -> Vertex:
    return b[0] - a[0], b[1] - a[1]


def lowest(p: Polygon) -> Vertex:
    """Return the least coordinates (min x, min y) of a polygon that is not empty."""
    return min(x for x, _ in p), min(y for _, y in p)


def support(p: Polygon, normal: Vertex) -> Any:
    """Return max normal . v over a polygon that is not empty."""
    nx, ny = normal
    return max(nx * x + ny * y for x, y in p)


def encloses(p: Polygon, v: Vertex) -> bool:
    """Return whether a point lies in a polygon."""
    x, y = v
    if len(p) < 3:
        return hull((*p, v)) == p
    sides = zip((p[-1], *p[:-1]), p, strict=True)
    return all((bx - ax) * (y - ay) >= (by - ay) * (x - ax) for (ax, ay), (bx, by) in sides)


def distance(p: Polygon, q: Polygon) -> float:
    """Return how far the farthest point of p is from q (infinite where q alone is empty), in floats.

    References
    ----------
    The distance to a convex set is convex, so a vertex of p attains the maximum.
    """
    if not p:
        return 0.0
    if not q:
        return float("inf")
    edges = [(float(x), float(y)) for x, y in q]
    return max(_from_point((float(x), float(y)), edges) for x, y in p)


def moved(before: Polygon, after: Polygon, near: float) -> float:
    """Return how far the farthest point of a set is from the set that it shrank to.

    Vertex by vertex where they correspond and are ``near``; that is no less.
    """
    if before and len(before) == len(after):
        apart = max(max(abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in zip(before, after, strict=True))
        if apart < near:
            return float(apart)
    return distance(before, after)


def _from_point(v: tuple[float, float], q: Sequence[tuple[float, float]]) -> float:
    nearest, outside = float("inf"), len(q) < 3
    for k, (bx, by) in enumerate(q):
        ax, ay = q[k - 1]
        dx, dy, ex, ey = bx - ax, by - ay, v[0] - ax, v[1] - ay
        outside = outside or dx * ey - dy * ex < 0
        length = dx * dx + dy * dy
        along = min(max((ex * dx + ey * dy) / length, 0.0), 1.0) if length else 0.0
        nearest = min(nearest, hypot(ex - along * dx, ey - along * dy))
    return nearest if outside else 0.0
