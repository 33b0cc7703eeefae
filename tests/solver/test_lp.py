"""Linear programmes against answers known by hand, and against their own optimality conditions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from solver.exact import EXACT, fraction
from solver.lp import ExactAnswer, ExactProgram, LinearProgram, solve, solve_exactly
from solver.sparse import from_dense

F = Fraction
INF = float("inf")


def floats(cost, rows, right, low=None, high=None, integer=None):  # type: ignore[no-untyped-def]
    width = len(cost)
    matrix = sparse.csr_matrix(np.array(rows, float).reshape(len(right), width))
    return LinearProgram(
        np.array(cost, float), matrix, np.array(right, float),
        np.zeros(width) if low is None else np.array(low, float),
        np.full(width, INF) if high is None else np.array(high, float),
        None if integer is None else np.array(integer, bool),
    )  # fmt: skip


def exact(cost, rows, right, high=None):  # type: ignore[no-untyped-def]
    width = len(cost)
    bounds = [None] * width if high is None else [None if h is None else flint.fmpq(h) for h in high]
    low = [flint.fmpq(0)] * width
    return ExactProgram(
        EXACT.array([F(c) for c in cost]),
        from_dense(EXACT.array([[F(a) for a in row] for row in rows]).reshape(len(right), width)),
        EXACT.array([F(b) for b in right]), np.array(low, object), np.array(bounds, object),
    )  # fmt: skip


def solved(program: ExactProgram) -> ExactAnswer:
    answer = solve(program.floats())
    assert answer.status == "optimal"
    vertex = solve_exactly(program, answer)
    assert vertex is not None
    return vertex


def test_the_textbook_s_glass_works_make_two_doors_and_six_windows() -> None:
    """Hillier & Lieberman, Wyndor Glass: max 3 x + 5 y, x <= 4, 2 y <= 12, 3 x + 2 y <= 18; duals 0, 3/2, 1."""
    vertex = solved(exact([-3, -5], [[-1, 0], [0, -2], [-3, -2]], [-4, -12, -18]))
    assert [fraction(v) for v in vertex.x] == [2, 6]
    assert fraction(vertex.objective) == -36
    assert [fraction(y) for y in vertex.row_duals] == [0, F(3, 2), 1]
    assert vertex.optimal


def test_thirds_stay_thirds() -> None:
    vertex = solved(exact([1, 1], [[3, 1], [1, 3]], [1, 1]))
    assert [fraction(v) for v in vertex.x] == [F(1, 4), F(1, 4)]
    assert fraction(solved(exact([1], [[3]], [1])).x[0]) == F(1, 3)


def test_a_degenerate_vertex_is_found_and_proven() -> None:
    """Three rows meet at (1, 1); Beale's example cycles under the plain rule, and is 1/20 at its optimum."""
    vertex = solved(exact([1, 1], [[1, 0], [0, 1], [1, 1]], [1, 1, 2]))
    assert [fraction(v) for v in vertex.x] == [1, 1]
    assert vertex.optimal
    rows = [[F(-1, 4), 60, F(1, 25), -9], [F(-1, 2), 90, F(1, 50), -3], [0, 0, -1, 0]]
    beale = solved(exact([F(-3, 4), 150, F(-1, 50), 6], rows, [0, 0, -1]))
    assert fraction(beale.objective) == F(-1, 20)
    assert beale.optimal


@pytest.mark.parametrize(
    ("rows", "right", "status"),
    [([[1], [-1]], [1, 0], "infeasible"), ([[1], [-1]], [1, -1], "optimal"), ([[1]], [1], "optimal")],
)
def test_what_cannot_be_met_is_said(rows: list[list[int]], right: list[int], status: str) -> None:
    assert solve(floats([1], rows, right)).status == status


def test_what_falls_for_ever_is_not_called_optimal() -> None:
    assert solve(floats([-1], [[1]], [1])).status == "unbounded"
    assert solve(floats([-1], [[1]], [1], high=[3])).x[0] == pytest.approx(3)


def test_whole_numbers_are_kept_whole() -> None:
    """min x + y with 2 x + 2 y >= 3: 1.5 in fractions, 2 in whole numbers."""
    assert solve(floats([1, 1], [[2, 2]], [3])).objective == pytest.approx(1.5)
    whole = solve(floats([1, 1], [[2, 2]], [3], integer=[True, True]))
    assert whole.objective == pytest.approx(2)
    assert whole.x == pytest.approx(np.rint(whole.x))


def test_a_column_in_no_row_rests_at_the_bound_nearest_to_zero() -> None:
    program = floats([1, 0, 0], [[1, 0, 0]], [2], low=[0, -1, 3], high=[9, 5, 7])
    assert solve(program).x == pytest.approx([2, 0, 3])


def test_a_column_in_no_row_but_with_a_price_is_not_forgotten() -> None:
    assert solve(floats([1, 1], [[1, 0]], [2], low=[0, 4])).objective == pytest.approx(6)


@pytest.mark.parametrize(("right", "status"), [(0, "optimal"), (-1, "optimal"), (1, "infeasible")])
def test_a_row_of_zeros_is_true_or_false(right: int, status: str) -> None:
    answer = solve(floats([1], [[0], [1]], [right, 2]))
    assert answer.status == status
    if status == "optimal":
        assert answer.x == pytest.approx([2])
        assert answer.row_duals == pytest.approx([0, 1])


def test_no_columns_are_feasible_iff_nothing_is_asked() -> None:
    for right, feasible in ((0, True), (1, False)):
        none = EXACT.zeros(0)
        program = ExactProgram(none, from_dense(EXACT.zeros(1, 0)), EXACT.array([F(right)]), none, none)
        assert (solve_exactly(program, solve(program.floats())) is not None) == feasible


def test_columns_that_nothing_uses_are_solved_exactly_too() -> None:
    vertex = solved(exact([0, 0], [[0, 0]], [-1]))
    assert [fraction(v) for v in vertex.x] == [0, 0]


small = st.integers(-3, 5)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    st.integers(1, 4).flatmap(
        lambda n: st.tuples(
            st.lists(st.integers(1, 6), min_size=n, max_size=n),
            st.lists(st.lists(small, min_size=n, max_size=n), min_size=1, max_size=4),
        )
    ),
    st.lists(st.integers(-2, 6), min_size=4, max_size=4),
)
def test_exact_vertices_agree_with_scipy_and_their_duals_price_the_rows(
    programme: tuple[list[int], list[list[int]]], rights: list[int]
) -> None:
    cost, rows = programme
    right = rights[: len(rows)]
    program = exact(cost, rows, right, high=[7] * len(cost))
    answer = solve(program.floats())
    other = linprog(cost, -np.array(rows), [-b for b in right], bounds=[(0, 7)] * len(cost))
    assert (answer.status == "optimal") == (other.status == 0)
    if answer.status != "optimal":
        return
    vertex = solve_exactly(program, answer)
    assert vertex is not None and vertex.optimal
    assert float(fraction(vertex.objective)) == pytest.approx(other.fun, abs=1e-9)
    assert all(y >= 0 for y in vertex.row_duals)
    step = F(1, 1000)
    for k, dual in enumerate(vertex.row_duals):
        for sign in (-1, 1):
            asked = list(map(F, right))
            asked[k] += sign * step
            moved = solve(replace(program, right=EXACT.array(asked)).floats())
            if moved.status == "optimal":
                # The optimum is convex in the right-hand side, and the dual is one of its slopes.
                assert moved.objective - other.fun >= sign * float(step * fraction(dual)) - 1e-8
