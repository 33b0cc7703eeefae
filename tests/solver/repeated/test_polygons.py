"""Polygons: points, segments and nothing are as ordinary as areas, in rationals and in floats."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.repeated.polygons import (
    Polygon,
    Vertex,
    above,
    add,
    clip,
    combine,
    distance,
    hull,
    loosened,
    lowest,
    scale,
    support,
    translate,
)

POINTS = st.lists(st.tuples(*[st.integers(-6, 6).map(F)] * 2), max_size=9)
NORMALS = st.tuples(st.integers(-3, 3).map(F), st.integers(-3, 3).map(F))
SQUARE = hull([(F(0), F(0)), (F(2), F(0)), (F(2), F(2)), (F(0), F(2))])


def turn(o: Vertex, a: Vertex, b: Vertex) -> F:
    return F((a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]))


def holds(p: Polygon, v: Vertex) -> bool:
    return hull((*p, v)) == p


@given(POINTS)
def test_a_hull_is_counter_clockwise_without_three_on_a_line_and_holds_its_points(points: list[Vertex]) -> None:
    p = hull(points)
    assert set(p) <= set(points) and bool(p) == bool(points)
    assert hull(p) == p and all(holds(p, v) for v in points)
    if len(p) > 2:
        assert all(turn(p[k - 2], p[k - 1], p[k]) > 0 for k in range(len(p)))
        assert p[0] == min(p)


@given(POINTS, POINTS)
def test_a_sum_is_the_hull_of_all_sums(first: list[Vertex], second: list[Vertex]) -> None:
    p, q = hull(first), hull(second)
    assert hull(add(p, q)) == hull([(a + c, b + d) for a, b in p for c, d in q])
    assert hull(add(p, q)) == hull(add(q, p))


@given(POINTS, POINTS, NORMALS)
def test_the_support_of_a_sum_is_the_sum_of_the_supports(a: list[Vertex], b: list[Vertex], normal: Vertex) -> None:
    p, q = hull(a), hull(b)
    if p and q:
        assert support(add(p, q), normal) == support(p, normal) + support(q, normal)


@given(POINTS, NORMALS, st.integers(-9, 9).map(F), POINTS)
def test_a_clipped_set_holds_just_the_points_above_the_line(
    points: list[Vertex], normal: Vertex, level: F, tried: list[Vertex]
) -> None:
    p = hull(points)
    cut = hull(clip(p, normal, level))
    assert all(normal[0] * x + normal[1] * y >= level for x, y in cut)
    for v in [*p, *tried]:
        expected = holds(p, v) and normal[0] * v[0] + normal[1] * v[1] >= level if p else False
        assert (bool(cut) and holds(cut, v)) == expected


@pytest.mark.parametrize("axis", [0, 1])
@given(points=POINTS, level=st.integers(-7, 7).map(F))
def test_above_is_the_clip_along_an_axis(axis: int, points: list[Vertex], level: F) -> None:
    p = hull(points)
    assert hull(above(p, axis, level)) == hull(clip(p, (F(1 - axis), F(axis)), level))


def test_a_line_through_a_vertex_leaves_that_vertex() -> None:
    assert clip(SQUARE, (F(1), F(1)), F(4)) == ((F(2), F(2)),)
    assert clip(SQUARE, (F(1), F(1)), F(4) + F(1, 10**9)) == ()


def test_nothing_stays_nothing() -> None:
    assert add((), SQUARE) == () == add(SQUARE, ()) == translate((), (F(1), F(1))) == clip((), (F(1), F(0)), F(0))
    assert distance((), SQUARE) == 0 and distance(SQUARE, ()) == float("inf")


def test_weights_that_sum_to_one_leave_a_set_as_it_is() -> None:
    assert hull(combine([F(1, 3), F(2, 3)], [SQUARE, SQUARE])) == SQUARE
    assert scale(SQUARE, (F(1, 2), F(3))) == hull([(F(0), F(0)), (F(1), F(0)), (F(1), F(6)), (F(0), F(6))])
    assert lowest(translate(SQUARE, (F(-1), F(5)))) == (F(-1), F(5))


def test_a_distance_is_that_of_the_farthest_point() -> None:
    assert distance(SQUARE, ((F(0), F(0)),)) == pytest.approx(8**0.5)
    assert distance(((F(1), F(1)),), SQUARE) == 0
    assert distance(((F(3), F(1)), (F(1), F(1))), SQUARE) == 1


@pytest.mark.parametrize("upright", [0.0, 1e-15, -1e-15])
def test_rounding_does_not_cost_a_corner(upright: float) -> None:
    # Points on an upright side, left of one another by rounding alone.
    points = [(3.0, 3.0), (3.0 + upright, 9.75), (3.0 - upright, 4.5), (9.0, 9.0), (9.75, 3.0), (3.0 + upright, 8.25)]
    found = hull(points, 1e-12)
    assert len(found) == 4
    assert {(round(x, 9), round(y, 9)) for x, y in found} == {(3.0, 3.0), (3.0, 9.75), (9.0, 9.0), (9.75, 3.0)}


@given(st.lists(st.tuples(*[st.floats(-5, 5)] * 2), min_size=1, max_size=40), st.floats(0.001, 0.5))
def test_a_loosened_set_is_a_little_larger_and_has_no_more_vertices(points: list[Vertex], most: float) -> None:
    p = hull(points, 1e-12)
    q = loosened(p, most)
    assert len(q) <= len(p) and distance(p, q) < 1e-9 and distance(q, p) <= most + 1e-9
