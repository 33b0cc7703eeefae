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

from benchmarks.actors import partnership, textbook
from solver.equilibrate import factors
from solver.exact import EXACT, fraction, rational, solve_square
from solver.lp import ExactAnswer, ExactProgram, LinearProgram, solve, solve_exactly
from solver.refined import proven
from solver.sharing.aims import best
from solver.sharing.optimum import arrangement_program, most_robust
from solver.sharing.situation import situation
from solver.sparse import Sparse, from_dense, holds, solve_sparse

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


def test_a_row_that_floats_miss_by_a_hair_is_met_in_rationals() -> None:
    """x >= 1 and x >= 1 + 10^-k: below HiGHS's tolerance, both bases are feasible to it, but only one is."""
    for k in (8, 9, 12, 15):
        hair = 1 + F(1, 10**k)
        program = exact([1, 1], [[1, 0], [hair, F(-1, 7)], [1, 0]], [1, 1, hair])
        vertex = proven(program, solve(program.floats()))
        assert vertex is not None and vertex.optimal
        assert fraction(vertex.x[0]) == hair


def test_a_price_that_floats_miss_by_a_hair_is_seen_in_rationals() -> None:
    """One column is cheaper than the other by 10^-k alone."""
    for k in (8, 9, 12, 15, 20):
        cheaper = 1 - F(1, 10**k)
        for cost in ([1, cheaper], [cheaper, 1]):
            program = exact(cost, [[1, 1]], [1])
            vertex = proven(program, solve(program.floats()))
            assert vertex is not None and vertex.optimal
            assert fraction(vertex.objective) == cheaper


def test_a_wrong_basis_is_mended() -> None:
    """The glass works again, from the basis in which nothing is made, and from one that no plant can work."""
    program = exact([-3, -5], [[-1, 0], [0, -2], [-3, -2]], [-4, -12, -18])
    answer = solve(program.floats())
    for basic_rows, columns in (([True, True, True], [False, False]), ([False, True, False], [True, True])):
        wrong = replace(answer, basic_rows=np.array(basic_rows), basic_columns=np.array(columns))
        vertex = proven(program, wrong)
        assert vertex is not None and vertex.optimal
        assert [fraction(v) for v in vertex.x] == [2, 6]


def dense(rows: list[dict[int, Fraction]]) -> list[list[Fraction]]:
    return [[row.get(j, F(0)) for j in range(len(rows))] for row in rows]


def rationals(rows: list[dict[int, Fraction]]) -> list[dict[int, flint.fmpq]]:
    return [{j: rational(a) for j, a in row.items()} for row in rows]


@st.composite
def systems(draw: st.DrawFn) -> list[dict[int, Fraction]]:
    """Draw square systems: blocks on the diagonal, a few full rows and columns, and a shuffle of the rows."""
    size = draw(st.integers(1, 40))
    block, full = draw(st.integers(1, 6)), draw(st.integers(0, 2))
    source = draw(st.randoms(use_true_random=False))
    rows: list[dict[int, Fraction]] = []
    for k in range(size):
        near = range(k - k % block, min(k - k % block + block, size))
        where = set(range(size)) if k < full else {*near, *range(full)}
        found = {j: F(source.randint(-4, 5), source.randint(1, 6)) for j in where if source.random() < 0.8}
        rows.append({j: a for j, a in found.items() if a})
    source.shuffle(rows)
    return rows


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(systems())
def test_sparse_systems_are_solved_as_flint_solves_them_dense(rows: list[dict[int, Fraction]]) -> None:
    right = [flint.fmpq(k % 5 - 2, 1 + k % 3) for k in range(len(rows))]
    expected = solve_square([[rational(a) for a in row] for row in dense(rows)], right)
    assert solve_sparse(rationals(rows), right) == expected


def test_a_bordered_system_is_eliminated_block_by_block() -> None:
    """100 blocks of 3 that share one full row and one full column: what floats say, and 0 residuals in rationals."""
    rows: list[dict[int, Fraction]] = [{j: F(1 + j % 7, 1 + j % 3) for j in range(301)}]
    for k in range(1, 301):
        first = 1 + (k - 1) // 3 * 3
        rows.append({0: F(1, k), **{j: F(1 + (k * j) % 5, 3) for j in range(first, first + 3)}, k: F(9)})
    right = [rational(F(k % 4)) for k in range(301)]
    x = solve_sparse(rationals(rows), right)
    assert x is not None
    assert list(Sparse(tuple(rationals(rows)), 301).times(np.array(x, object))) == right
    floating = np.linalg.solve(np.array(dense(rows), float), [k % 4 for k in range(301)])
    assert [float(fraction(v)) for v in x] == pytest.approx(floating)


@pytest.mark.parametrize("size", [1, 3, 60])
def test_a_singular_system_has_no_solution(size: int) -> None:
    """An empty row; an unknown in no equation; and, the pattern being full, a row that others add up to."""
    one = [{j: F(1) for j in {k, (k + 1) % size}} for k in range(size)]
    right = [flint.fmpq(1)] * size
    assert solve_sparse(rationals([*one[:-1], {}]), right) is None
    assert solve_sparse(rationals([{0: F(1)}] * size), right) is None or size == 1
    if size > 2:
        # x_k - x_(k+1) all round: their sum is 0, though every equation has an unknown of its own.
        ring = [{k: F(1), (k + 1) % size: F(-1)} for k in range(size)]
        assert solve_sparse(rationals(ring), right) is None
        assert solve_sparse(rationals([*ring[:-1], {**ring[-1], 0: F(1)}]), right) is not None


@given(systems(), st.integers(-1, 1))
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_what_holds_is_decided_to_the_last_digit(rows: list[dict[int, Fraction]], step: int) -> None:
    """Right-hand sides at, and 10^-40 beside, what the rows come to: intervals alone cannot tell."""
    matrix = Sparse(tuple(rationals(rows)), len(rows))
    x = EXACT.array([F(k, 7) - 2 for k in range(len(rows))])
    right = matrix.times(x)
    right[-1] = right[-1] + rational(F(step, 10**40))
    assert holds(matrix, x, right) == (step <= 0)


def test_a_partnership_of_forty_is_arranged_exactly() -> None:
    """480 payments to 39 holders over 12 levels: cheapest and most robust, each with duals that prove it."""
    ready = situation(partnership(40))
    program = arrangement_program(ready, ready.everywhere)
    assert program.arithmetic.exact and len(program.columns) == 468
    robust, cheapest = most_robust(program), best(program, "cheapest")
    assert robust.exact and all(slack >= 0 for slack in program.slacks(robust.x))
    assert cheapest is not None and cheapest.exact
    assert float(fraction(cheapest.value)) == pytest.approx(textbook(ready), rel=1e-7)


def test_a_long_chain_of_states_is_priced_exactly() -> None:
    """In 60 levels duals fall below 1e-20, where no float can tell their sign: refined until they are certain."""
    levels = 60
    ready = situation(partnership(3, levels))
    program = arrangement_program(ready, ready.everywhere)
    found = most_robust(program)
    assert program.arithmetic.exact and found.exact
    assert 0 < min(float(fraction(y)) for y in found.row_duals if y) < 1e-12


@pytest.mark.parametrize("unit", [1.0, 2.0**-33, 2.0**-40, 2.0**60])
def test_a_programme_may_be_counted_in_any_unit(unit: float) -> None:
    """Max t, unit x - t >= 0, -unit x - t >= -1: t = 1/2. HiGHS drops 1e-9 and below and refuses 1e15 and above."""
    answer = solve(floats([0, -1], [[unit, -1], [-unit, -1]], [0, -1], [-INF, -INF], [INF, INF]))
    assert answer.status == "optimal"
    assert [answer.x[0] * unit, answer.x[1], *answer.row_duals] == pytest.approx([1 / 2] * 4, abs=1e-9)


def test_a_coefficient_that_rounding_left_is_not_what_a_programme_is_scaled_by() -> None:
    program = floats([1, 1], [[1, 1e-17], [0, 1]], [1, 1])
    assert factors(program) is None
