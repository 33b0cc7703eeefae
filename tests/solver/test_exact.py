"""Exact arrays, sparse systems and exact vertices, each against its definition in Fractions.

Every line of ``solver.{exact,sparse,lp,refined}`` is held by a test here or in ``test_lp.py``:
``benchmarks/mutation.py``.
"""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction as F
from itertools import product
from typing import Any

import flint
import numpy as np
import pytest
from scipy import sparse

from solver import lp, refined
from solver import sparse as systems
from solver.exact import EXACT, FAST, Arithmetic, fraction, rational, solve_square
from solver.lp import ExactProgram, LinearProgram, LpAnswer, solve, solve_exactly, to_float
from solver.refined import proven
from solver.sparse import Sparse, entries, from_dense, holds, solve_sparse, total

Table = list[list[F]]
INF = float("inf")


def table(source: random.Random, rows: int, columns: int, share: float = 0.7) -> Table:
    """Random fractions, some of them 0."""

    def number() -> F:
        return F(source.randint(-5, 5), source.randint(1, 4)) if source.random() < share else F(0)

    return [[number() for _ in range(columns)] for _ in range(rows)]


def told(array: Any) -> Any:
    """An array of any numbers as nested lists of Fractions."""
    if isinstance(array, (list, tuple, np.ndarray)):
        return [told(part) for part in array]
    return F(array) if isinstance(array, float) else fraction(array)


def times(left: Table, right: Table) -> Table:
    return [
        [sum((a * b for a, b in zip(row, column, strict=True)), F(0)) for column in zip(*right, strict=True)]
        for row in left
    ]


# Arrays


def test_rationals_and_fractions_are_the_same_numbers() -> None:
    for value in (F(0), F(-7, 3), F(10**40, 7)):
        assert fraction(rational(value)) == value and isinstance(fraction(rational(value)), F)
    assert (rational(3), fraction(3), fraction(F(1, 2))) == (flint.fmpq(3), F(3), F(1, 2))


@pytest.mark.parametrize("numbers", [FAST, EXACT])
def test_arrays_have_the_numbers_and_the_shape_that_they_are_given(numbers: Arithmetic) -> None:
    kind = flint.fmpq if numbers.exact else float
    for values in ([F(1, 2), F(-3)], [[F(1), F(2), F(3)], [F(0), F(1, 4), F(5)]], []):
        made = numbers.array(values)
        assert told(made) == values and made.shape == np.array(values, object).shape
        assert made.dtype == (object if numbers.exact else float)
        assert all(isinstance(v, kind) for v in made.flat)
    assert told(numbers.zeros(2, 3)) == [[0, 0, 0], [0, 0, 0]] and isinstance(numbers.zeros(1)[0], kind)
    assert told(numbers.eye(3)) == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert all(isinstance(v, kind) for v in numbers.eye(2).flat)
    assert fraction(numbers.number(F(3, 2))) == F(3, 2) if numbers.exact else numbers.number(F(3, 2)) == 1.5
    assert isinstance(numbers.number(F(3, 2)), kind)


@pytest.mark.parametrize("shape", [(2, 3, 4), (4, 3, 1), (1, 5, 2), (3, 3, 3)])
@pytest.mark.parametrize("shares", [(0.9, 0.2), (0.2, 0.9)])
def test_products_inverses_and_solutions_are_those_of_the_textbook(
    shape: tuple[int, int, int], shares: tuple[float, float]
) -> None:
    source = random.Random(repr((shape, shares)))
    left, right = table(source, *shape[:2], shares[0]), table(source, *shape[1:], shares[1])
    made = EXACT.product(EXACT.array(left), EXACT.array(right))
    assert told(made) == times(left, right)
    assert all(isinstance(v, flint.fmpq) for v in made.flat)
    assert FAST.product(FAST.array(left), FAST.array(right)) == pytest.approx(np.array(times(left, right), float))
    square = [[x + 20 * (i == j) for j, x in enumerate(row)] for i, row in enumerate(table(source, shape[0], shape[0]))]
    one = [[F(i == j) for j in range(shape[0])] for i in range(shape[0])]
    assert times(square, told(EXACT.inverse(EXACT.array(square)))) == one
    assert FAST.inverse(FAST.array(square)) @ np.array(square, float) == pytest.approx(np.array(one, float))
    solved = told(EXACT.solve(EXACT.array(square), EXACT.array(table(source, shape[0], shape[2]))))
    assert (len(solved), len(solved[0])) == (shape[0], shape[2])
    for k in range(shape[2]):
        b = [row[k] for row in times(square, solved)]
        x = solve_square(EXACT.array(square), EXACT.array(b))
        assert x is not None and told(x) == [row[k] for row in solved]


def test_columns_are_solved_at_once() -> None:
    left, right = [[F(2), F(1)], [F(1), F(3)]], [[F(1), F(0), F(5)], [F(0), F(1), F(5)]]
    x = told(EXACT.solve(EXACT.array(left), EXACT.array(right)))
    assert x == [[F(3, 5), F(-1, 5), 2], [F(-1, 5), F(2, 5), 1]]


def test_a_singular_square_has_no_solution_and_an_empty_one_an_empty_one() -> None:
    assert solve_square([[rational(1), rational(2)], [rational(2), rational(4)]], [rational(1), rational(2)]) is None
    assert solve_square([], []) == []
    assert told(solve_square([[rational(2)]], [rational(3)])) == [F(3, 2)]


# Sparse matrices


def test_a_sparse_matrix_is_the_dense_one() -> None:
    source = random.Random(7)
    for rows, width in ((3, 5), (4, 4), (2, 1), (1, 3)):
        dense = table(source, rows, width, 0.5)
        matrix = from_dense(EXACT.array(dense))
        assert matrix.shape == (rows, width)
        assert [{j: fraction(a) for j, a in row.items()} for row in matrix.rows] == [
            {j: a for j, a in enumerate(row) if a} for row in dense
        ]
        x, y = table(source, 1, width, 0.6)[0], table(source, 1, rows, 0.6)[0]
        assert told(matrix.times(EXACT.array(x))) == [row[0] for row in times(dense, [[v] for v in x])]
        assert told(matrix.transposed_times(EXACT.array(y))) == times([y], dense)[0]
        turned = matrix.transposed()
        assert turned.shape == (width, rows)
        assert [{j: fraction(a) for j, a in row.items()} for row in turned.rows] == [
            {i: dense[i][j] for i in range(rows) if dense[i][j]} for j in range(width)
        ]
        assert [dict(row) for row in matrix.some([rows - 1, 0]).rows] == [matrix.rows[rows - 1], matrix.rows[0]]
        assert matrix.some([0]).shape == (1, width)
        chosen = list(range(width))[::-2]
        part = matrix.part([0], np.array(chosen))
        assert part.shape == (1, len(chosen))
        assert {k: fraction(a) for k, a in part.rows[0].items()} == {
            k: dense[0][j] for k, j in enumerate(chosen) if dense[0][j]
        }


def test_entries_stand_at_their_places_or_at_the_columns_they_stand_for() -> None:
    row = EXACT.array([F(0), F(2), F(3)])
    assert {j: fraction(a) for j, a in entries(row).items()} == {1: 2, 2: 3}
    assert {j: fraction(a) for j, a in entries(row, [7, 5, 9]).items()} == {5: 2, 9: 3}
    assert all(type(j) is int for j in entries(row, np.array([7, 5, 9])))


def test_sums_are_sums_of_any_length() -> None:
    for count in range(9):
        assert fraction(total([rational(F(k + 1, k + 2)) for k in range(count)])) == sum(
            (F(k + 1, k + 2) for k in range(count)), F(0)
        )


def test_what_holds_is_decided_row_by_row() -> None:
    matrix = from_dense(EXACT.array([[F(1), F(1)], [F(1, 3), F(0)]]))
    x = EXACT.array([F(1), F(2)])
    for right, true in (
        ([F(3), F(1, 3)], True),
        ([F(2), F(0)], True),
        ([F(3) + F(1, 10**40), F(0)], False),
        ([F(0), F(1)], False),
    ):
        assert holds(matrix, x, EXACT.array(right)) == true


def bordered(source: random.Random, size: int, block: int, full: int) -> list[dict[int, F]]:
    """A large sparse system: blocks on the diagonal that share a few full rows and columns, its rows shuffled."""
    rows = []
    for k in range(size):
        near = range(k - k % block, min(k - k % block + block, size))
        where = {*range(size)} if k < full else {*near, *range(full)}
        rows.append({j: F(source.randint(1, 5) * source.choice((-1, 1)), source.randint(1, 4)) for j in where if
                     j == k or source.random() < 0.7})  # fmt: skip
    source.shuffle(rows)
    return rows


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("size", [1, 5, 16, 17, 40, 70])
def test_a_sparse_system_is_solved_or_has_no_solution(seed: int, size: int) -> None:
    """The residual is 0; no solution is said where FLINT's determinant of the whole is 0."""
    source = random.Random(1000 * size + seed)
    rows = bordered(source, size, 1 + seed % 5, seed % 3)
    if seed % 4 == 3 and size > 1:
        rows[0] = {j: 2 * a for j, a in rows[1].items()}
    mine = [{j: rational(a) for j, a in row.items()} for row in rows]
    right = [rational(F(k % 7 - 3, 1 + k % 2)) for k in range(size)]
    x = solve_sparse(mine, right)
    determinant = flint.fmpq_mat(size, size, [row.get(j, flint.fmpq(0)) for row in mine for j in range(size)]).det()
    assert (x is None) == (determinant == 0)
    if x is not None:
        assert list(Sparse(tuple(mine), size).times(np.array(x, object))) == right


def ring(size: int, source: random.Random) -> list[dict[int, F]]:
    """One large block: each equation has its own unknown, the next, and perhaps another."""
    rows = [{k: F(source.randint(3, 9)), (k + 1) % size: F(source.choice((-1, 1, 2)))} for k in range(size)]
    for row in rows:
        if source.random() < 0.5:
            row.setdefault(source.randrange(size), F(1, source.randint(1, 3)))
    return rows


@pytest.mark.parametrize("seed", range(6))
def test_elimination_keeps_count_of_what_is_left(seed: int) -> None:
    source = random.Random(seed)
    size = 40
    rows = [{j: rational(a) for j, a in row.items()} for row in ring(size, source)]
    right = [rational(F(k % 3)) for k in range(size)]
    work = systems._Elimination(rows, right)
    count = sum(map(len, rows))
    for _ in range(25):
        lines = [len(work.rows[r]) for r in work.open[0]] + [len(work.columns[c]) for c in work.open[1]]
        row, column = work._shortest()
        assert column in work.rows[row] and row in work.columns[column]
        assert min(len(work.rows[row]), len(work.columns[column])) == min(lines)
        if len(work.rows[row]) == min(lines):
            fewest = min(len(work.columns[c]) for c in work.rows[row])
            other = min(len(work.rows[r]) for r in work.columns[column])
            assert len(work.columns[column]) == fewest or len(work.rows[row]) == other
        grown = work._eliminate(row, column)
        count += grown
        assert row not in work.open[0] and column not in work.open[1]
        assert count == sum(len(work.rows[r]) for r in work.open[0])
        for c in work.open[1]:
            assert work.columns[c] == {r for r in work.open[0] if c in work.rows[r]}
        assert all(set(work.rows[r]) <= work.open[1] and all(work.rows[r].values()) for r in work.open[0])
    x = work._substituted()
    assert x is not None and list(Sparse(tuple(rows), size).times(np.array(x, object))) == right


def test_elimination_stops_where_what_is_left_is_dense_and_where_a_line_is_empty() -> None:
    rows = [{j: rational(a) for j, a in row.items()} for row in ring(40, random.Random(1))]
    work = systems._Elimination(rows, [rational(1)] * 40)
    assert work.solution() is not None
    left = sum(len(work.rows[r]) for r in work.open[0])
    assert systems.DENSE * left >= len(work.open[0]) ** 2 and 0 < len(work.pivots) < 40
    for empty in ("row", "column"):
        broken = [dict(row) for row in rows]
        if empty == "row":
            broken[3] = {}
        else:
            broken = [{j: a for j, a in row.items() if j != 3} for row in broken]
        assert systems._Elimination(broken, [rational(1)] * 40).solution() is None
    twin = [dict(row) for row in rows]
    twin[5] = dict(twin[4])
    assert systems._Elimination(twin, [rational(1)] * 40).solution() is None


def test_only_what_is_large_and_sparse_is_eliminated_pivot_by_pivot() -> None:
    """Up to 16 equations, and where one entry in four is not 0, FLINT solves the block as it is."""
    source = random.Random(5)

    def eliminated(size: int, full: int) -> bool:
        rows = [{j: rational(a) for j, a in row.items()} for row in ring(size, source)]
        for k in range(size):
            rows[k] = {(k + j) % size: rational(source.randint(3, 9)) for j in range(full)}
        with pytest.MonkeyPatch.context() as patch:
            asked: list[int] = []
            kept = systems._Elimination
            patch.setattr(systems, "_Elimination", lambda *system: asked.append(len(system[0])) or kept(*system))
            assert solve_sparse(rows, [rational(1)] * size) is not None or full > 2
        return asked == [size]

    assert [eliminated(*case) for case in ((16, 2), (17, 2), (20, 5), (20, 4), (24, 6), (24, 5))] == [
        False, True, False, True, False, True
    ]  # fmt: skip


def test_blocks_are_solved_in_an_order_in_which_all_is_known() -> None:
    source = random.Random(3)
    rows = [{k: rational(2), **{j: rational(1) for j in range(k) if source.random() < 0.2}} for k in range(20)]
    rows[7][8], rows[8][7] = rational(1), rational(1)
    source.shuffle(rows)
    blocks = systems._blocks(rows)
    assert blocks is not None
    known: set[int] = set()
    for equations, unknowns in blocks:
        assert len(equations) == len(unknowns)
        for r in equations:
            assert set(rows[r]) <= known | set(unknowns)
        known |= set(unknowns)
    assert known == set(range(20)) and sorted(r for equations, _ in blocks for r in equations) == list(range(20))
    assert sorted(len(unknowns) for _, unknowns in blocks) == [1] * 18 + [2]
    assert systems._blocks([*rows[:-1], {}]) is None
    assert systems._blocks([{0: rational(1)}] * 20) is None


# Programmes


def program(
    cost: list[Any], rows: Table, right: list[Any], low: list[Any] | None = None, high: list[Any] | None = None
) -> ExactProgram:
    """min cost x, rows x >= right, low <= x <= high (low 0, high None unless told)."""
    width = len(cost)

    def bounds(values: list[Any]) -> Any:
        out = np.empty(width, object)
        out[:] = [None if v is None else rational(F(v)) for v in values]
        return out

    return ExactProgram(
        EXACT.array([F(c) for c in cost]),
        from_dense(EXACT.array([[F(a) for a in row] for row in rows]).reshape(len(right), width)),
        EXACT.array([F(b) for b in right]), bounds(low or [0] * width), bounds(high or [None] * width),
    )  # fmt: skip


def test_a_programme_in_floats_is_the_same_programme() -> None:
    exact = program([F(1, 3), -2], [[0, F(1, 2)], [0, 0], [3, -1]], [1, F(-1, 4), 0], [None, F(1, 8)], [5, None])
    floats = exact.floats()
    assert floats.cost.tolist() == [1 / 3, -2] and floats.right.tolist() == [1, -0.25, 0]
    assert floats.low.tolist() == [-INF, 0.125] and floats.high.tolist() == [5, INF]
    assert floats.matrix.toarray().tolist() == [[0, 0.5], [0, 0], [3, -1]] and floats.matrix.shape == (3, 2)
    assert floats.matrix.indptr.tolist() == [0, 1, 1, 3] and floats.matrix.has_sorted_indices
    assert not floats.equal and floats.integer is None
    assert [to_float(v) for v in (rational(F(1, 4)), 3, 0.5)] == [0.25, 3.0, 0.5]
    assert isinstance(to_float(3), float)
    huge = F(10**400 + 1, 10**399)
    assert to_float(rational(huge)) == 10.0


def vertices(exact: ExactProgram) -> dict[tuple[tuple[int, ...], tuple[int, ...]], LpAnswer]:
    """All ways to choose as many basic columns as there are tight rows, with other columns at either bound."""
    rows, width = exact.matrix.shape
    out = {}
    for columns in product([False, True], repeat=width):
        for loose in product([False, True], repeat=rows):
            if sum(columns) == rows - sum(loose):
                for at_high in product([False, True], repeat=width):
                    zero = np.zeros(width)
                    out[columns, loose, at_high] = LpAnswer(
                        "optimal", zero, 0.0, np.zeros(rows), zero,
                        np.array(columns, bool), np.array(loose, bool), np.array(at_high, bool),
                    )  # fmt: skip
    return out  # type: ignore[return-value]


@pytest.mark.parametrize("seed", range(14))
def test_the_vertex_of_every_basis_is_judged_by_definition(seed: int) -> None:
    """Feasible by each row and bound; optimal iff no feasible vertex is better; duals price rows and columns."""
    source = random.Random(seed)
    width, rows = source.choice([(1, 1), (2, 2), (2, 1), (1, 2)])
    matrix = [[F(source.randint(-2, 3)) for _ in range(width)] for _ in range(rows)]
    cost, right = [F(source.randint(-2, 4)) for _ in range(width)], [F(source.randint(-3, 3)) for _ in range(rows)]
    low = [source.choice([F(0), F(-1), F(1, 2)]) for _ in range(width)]
    high = [v + source.choice([1, 2]) for v in low]
    exact = program(cost, matrix, right, low, high)
    found = {}
    for basis, answer in vertices(exact).items():
        vertex = solve_exactly(exact, answer)
        if vertex is None:
            continue
        x = told(vertex.x)
        assert all(a <= v <= b for a, v, b in zip(low, x, high, strict=True))
        slack = [
            sum((a * v for a, v in zip(row, x, strict=True)), F(0)) - b for row, b in zip(matrix, right, strict=True)
        ]
        assert min(slack) >= 0
        assert all(s == 0 for s, loose in zip(slack, basis[1], strict=True) if not loose)
        assert fraction(vertex.objective) == sum((c * v for c, v in zip(cost, x, strict=True)), F(0))
        y, d = told(vertex.row_duals), told(vertex.column_duals)
        assert all(v == 0 for v, loose in zip(y, basis[1], strict=True) if loose)
        assert d == [c - sum((v * row[j] for v, row in zip(y, matrix, strict=True)), F(0)) for j, c in enumerate(cost)]
        found[basis] = (fraction(vertex.objective), vertex.optimal)
    assert found or solve(exact.floats()).status == "infeasible"
    if found:
        least = min(value for value, _ in found.values())
        assert solve(exact.floats()).objective == pytest.approx(float(least))
        assert any(best for value, best in found.values())
        assert all(value == least for value, best in found.values() if best)
        vertex = proven(exact, solve(exact.floats()))
        assert vertex is not None and vertex.optimal and fraction(vertex.objective) == least


def test_a_basis_of_another_size_or_a_singular_one_has_no_vertex() -> None:
    exact = program([1, 1], [[1, 1], [1, 1]], [1, 1])
    zero, both = np.zeros(2), np.array([True, True])
    answer = LpAnswer("optimal", zero, 0.0, zero, zero, both, ~both, ~both)
    assert solve_exactly(exact, answer) is None
    assert solve_exactly(exact, replace(answer, basic_columns=np.array([True, False]))) is None
    one = replace(answer, basic_columns=np.array([True, False]), basic_rows=np.array([True, False]))
    assert solve_exactly(exact, one) is not None


def test_a_column_without_a_bound_rests_at_zero() -> None:
    exact = program([0, 1], [[1, 1]], [-3], [None, None], [None, 4])
    loose = LpAnswer(
        "optimal", np.zeros(2), 0.0, np.zeros(1), np.zeros(2), np.zeros(2, bool), np.ones(1, bool), np.zeros(2, bool)
    )
    vertex = solve_exactly(exact, loose)
    assert vertex is not None and told(vertex.x) == [0, 0] and not vertex.optimal
    high = solve_exactly(exact, replace(loose, at_high=np.array([True, True])))
    assert high is not None and told(high.x) == [0, 4] and not high.optimal


def floats(
    cost: list[float], rows: list[list[float]], right: list[float], low: list[float], high: list[float], **more: Any
) -> LinearProgram:
    matrix = sparse.csr_matrix(np.array(rows, float).reshape(len(right), len(cost)))
    return LinearProgram(
        np.array(cost, float), matrix, np.array(right, float), np.array(low, float), np.array(high, float), **more
    )


def test_an_answer_tells_its_basis_and_its_prices() -> None:
    """min x + 2 y - z, x + y >= 3, y + z >= 1, x <= 2, z <= 5: x = 2 and z = 5 at their bounds, y = 1; by hand."""
    answer = solve(floats([1, 2, -1], [[1, 1, 0], [0, 1, 1]], [3, 1], [0, 0, 0], [2, INF, 5]))
    assert (answer.status, answer.objective) == ("optimal", pytest.approx(-1))
    assert answer.x == pytest.approx([2, 1, 5])
    assert answer.row_duals == pytest.approx([2, 0]) and answer.column_duals == pytest.approx([-1, 0, -1])
    assert answer.basic_columns.tolist() == [False, True, False] and answer.basic_rows.tolist() == [False, True]
    assert answer.at_high.tolist() == [True, False, True]


def test_equations_hold_with_equality() -> None:
    answer = solve(floats([1, 1], [[1, 2]], [4], [0, 0], [INF, 1], equal=True))
    assert answer.x == pytest.approx([2, 1])
    assert solve(floats([-1, -1], [[1, 2]], [4], [0, 0], [INF, INF], equal=True)).x == pytest.approx([4, 0])


def test_what_rests_stands_at_its_bound_nearest_to_zero() -> None:
    """Three columns in no row: between -1 and 5, from 3 on, and up to -2."""
    for right, status in ((-1, "optimal"), (0, "optimal"), (1, "infeasible"), (1e-12, "optimal")):
        answer = solve(floats([0, 0, 0], [[0, 0, 0]], [right], [-1, 3, -INF], [5, 7, -2]))
        assert answer.status == status and answer.x.tolist() == [0, 3, -2] and answer.objective == 0
        assert answer.at_high.tolist() == [False, False, True] and answer.basic_rows.tolist() == [True]
        assert not answer.basic_columns.any() and not answer.row_duals.any() and not answer.column_duals.any()
    zero = solve(floats([0], [[0]], [0], [-1], [0]))
    assert zero.at_high.tolist() == [False]


def test_whole_columns_alone_are_whole() -> None:
    """min x + y, 2 x + 2 y >= 3, x whole: 1.5, and with y <= 1/4 only x = 2 or (5/4 rounded up)."""
    halves = floats([1, 2], [[2, 2]], [3], [0, 0], [INF, 0.25], integer=np.array([True, False]))
    assert solve(halves).x == pytest.approx([2, 0])
    assert solve(replace(halves, integer=np.array([False, True]))).x == pytest.approx([1.5, 0])


def test_infeasible_and_unbounded_are_told_apart_and_said() -> None:
    assert solve(floats([1], [[1], [-1]], [2, -1], [0], [INF])).status == "infeasible"
    assert solve(floats([-1], [[1]], [2], [0], [INF])).status == "unbounded"
    assert solve(floats([-1, 0], [[1, -1]], [0], [0, 0], [INF, INF])).status == "unbounded"


def test_what_presolve_cannot_tell_apart_the_simplex_method_does() -> None:
    """Whole numbers, and y without end: HiGHS says at first that it is unbounded or infeasible."""
    whole = np.ones(2, bool)
    asked = floats([3, -2], [[2, 1], [0, 1]], [2, -3], [0, 0], [INF, INF], integer=whole)
    assert solve(asked).status == "unbounded"


def test_a_programme_that_takes_too_long_is_stopped() -> None:
    source = random.Random(1)
    rows = [[float(source.randint(1, 99)) for _ in range(30)] for _ in range(20)]
    asked = floats([1.0] * 30, rows, [1000.5] * 20, [0.0] * 30, [9.0] * 30, integer=np.ones(30, bool))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lp, "TIME_LIMIT", 0.0)
        assert solve(asked).status == "stopped"


def test_a_row_of_zeros_may_ask_for_no_more_than_rounding() -> None:
    for right, status in ((0.9e-9, "optimal"), (1.1e-9, "infeasible")):
        assert solve(floats([1], [[0]], [right], [0], [INF])).status == status


def test_rows_without_entries_are_left_out_and_the_others_keep_their_places() -> None:
    answer = solve(floats([3, 1], [[0, 0], [1, 0], [0, 0], [0, 1]], [-1, 2, 0, 4], [0, 0], [INF, INF]))
    assert answer.row_duals == pytest.approx([0, 3, 0, 1])
    assert answer.basic_rows.tolist() == [True, False, True, False] and answer.objective == pytest.approx(10)


# Refined


def test_errors_are_magnified_to_about_one_by_no_more_than_a_leap() -> None:
    assert refined._digits([], 3) == 3
    assert refined._digits([rational(0), rational(-1)], 3) == 3
    assert refined._digits([rational(F(1, 1024)), rational(F(1, 2**20))], 0) == 10
    assert refined._digits([rational(F(1, 2**60))], 0) == refined.LEAP == 40
    assert refined._digits([rational(F(1, 2**60))], 30) == 60
    assert refined._digits([rational(8)], 5) == 0
    assert refined._digits([rational(1)], 5) == 0


def test_what_lies_beyond_its_bounds_is_told_by_how_much() -> None:
    exact = program([1, 1, 1], [[1, 1, 1]], [0], [0, None, 2], [1, 5, None])
    assert sorted(told(refined._outside(exact, EXACT.array([F(3), F(7), F(1)])))) == sorted([-3, 1, 2, 2])


def test_bounds_are_moved_and_magnified() -> None:
    exact = program([1, 1], [[1, 1]], [0], [0, None], [3, 4])
    x, up = EXACT.array([F(1), F(2)]), rational(8)
    assert refined._moved(exact.low, x, up, -INF).tolist() == [-8, -INF]
    assert refined._moved(exact.high, x, up, INF).tolist() == [16, 16]


def test_prices_of_the_wrong_sign_are_told_by_how_much() -> None:
    """A basic row or column must have no price; others none below 0, at an upper bound none above."""
    one = np.ones(1)
    for row_basic, column_basic, top, wrong in (
        (True, True, False, [2, 3]), (False, True, False, [2, 3]),
        (False, False, False, [2, 3]), (False, False, True, [2, -3]),
    ):  # fmt: skip
        basis = LpAnswer(
            "optimal", one, 0.0, one, one, np.array([column_basic]), np.array([row_basic]), np.array([top])
        )
        point = refined._Point(EXACT.array([F(0)]), EXACT.array([F(-2)]), basis)
        assert told(refined._unpriced(point, EXACT.array([F(-3)]))) == wrong
    basis = replace(basis, basic_columns=np.array([False]), basic_rows=np.array([True]), at_high=np.array([False]))
    point = refined._Point(EXACT.array([F(0)]), EXACT.array([F(2)]), basis)
    assert told(refined._unpriced(point, EXACT.array([F(3)]))) == [2, -3]


@pytest.mark.parametrize("digits", [9, 12, 20, 30, 60])
def test_what_floats_miss_is_found_however_small(digits: int) -> None:
    """Rows, bounds and prices that differ by 10^-digits: the optimum is that of the rationals, by hand."""
    hair = F(1, 10**digits)
    for cost, rows, right, high, best in (
        ([1, 1], [[1, 0], [1, 0]], [1, 1 + hair], None, 1 + hair),
        ([1, 1 - hair], [[1, 1]], [1], None, 1 - hair),
        ([1, 2], [[1, 1]], [1], [1 - hair, None], 1 + hair),
        ([1 + hair, 1], [[1, 1], [1, -1]], [2, -2 + hair], None, 2 + hair * hair / 2),
    ):
        exact = program(cost, rows, right, None, high)
        vertex = proven(exact, solve(exact.floats()))
        assert vertex is not None and vertex.optimal and fraction(vertex.objective) == best


def test_each_round_knows_the_point_better_by_as_many_digits_as_floats_have() -> None:
    """min x + y, 3 x + y >= 1, x + 3 y >= 1: (1/4, 1/4) with duals (1/4, 1/4), from a point a thousandth away."""
    exact = program([1, 1], [[3, 1], [1, 3]], [1, 1])
    answer, quarter, near = solve(exact.floats()), F(1, 4), F(1, 1000)
    point = refined._Point(
        EXACT.array([quarter + near, quarter - near]), EXACT.array([quarter - near, quarter + near]), answer
    )
    for digits in (12, 20, 28):
        closer = refined._closer(exact, exact.floats(), point)
        assert closer is not None
        point = closer
        for found in (told(point.x), told(point.y)):
            assert all(abs(v - quarter) < F(1, 10**digits) for v in found)
        assert point.primal > 0 and point.dual > 0


def test_a_column_without_bounds_is_refined_too() -> None:
    """min x + y, x free, x >= -3 - 10^-12 and x >= -3 + 10^-12: -3 + 10^-12."""
    hair = F(1, 10**12)
    exact = program([1, 1], [[1, 0], [1, 0]], [-3 - hair, -3 + hair], [None, 0])
    vertex = proven(exact, solve(exact.floats()))
    assert vertex is not None and vertex.optimal and told(vertex.x) == [-3 + hair, 0]


def test_a_round_without_an_answer_is_the_last() -> None:
    exact = program([-3, -5], [[-1, 0], [0, -2], [-3, -2]], [-4, -12, -18])
    answer = solve(exact.floats())
    wrong = replace(answer, basic_columns=np.ones(2, bool), basic_rows=np.array([True, False, True]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(refined, "solve", lambda asked: replace(answer, status="stopped"))
        assert proven(exact, wrong) is None


def test_arrays_of_unlike_lengths_are_refused() -> None:
    exact = program([1, 1], [[1, 0], [0, 1]], [1, 1], [0, 0], [2, 2])
    answer, long = solve(exact.floats()), EXACT.array([F(1)] * 3)
    point = refined._Point(long, long, answer)
    assert (point.primal, point.dual) == (0, 0)
    two = EXACT.array([F(1)] * 2)
    for broken in (
        lambda: lp._feasible(replace(exact, low=long), two, np.array([], int)),
        lambda: lp._feasible(replace(exact, high=long), two, np.array([], int)),
        lambda: lp._optimal(exact, two, EXACT.zeros(3), two),
        lambda: lp._sum({0: None}, [], [1.0]),
        lambda: refined._unpriced(point, two),
        lambda: refined._unpriced(replace(point, y=two), long),
        lambda: refined._outside(replace(exact, high=long), long),
        lambda: refined._outside(replace(exact, low=long), long),
        lambda: refined._moved(two, long, rational(1), INF),
        lambda: systems.holds(exact.matrix, two, long),
        lambda: exact.matrix.transposed_times(long),
        lambda: entries(long, [0, 1]),
    ):
        with pytest.raises(ValueError):
            broken()


def test_what_is_not_optimal_is_not_refined_and_nothing_is_asked_of_no_columns() -> None:
    exact = program([1], [[1], [-1]], [2, -1])
    answer = solve(exact.floats())
    assert answer.status == "infeasible" and proven(exact, answer) is None
    none = program([], [], [])
    assert proven(none, solve(none.floats())) is not None
    for right, feasible in (([-1], True), ([0], True), ([1], False), ([-1, 1], False)):
        asked = ExactProgram(
            none.cost, Sparse(({},) * len(right), 0), EXACT.array([F(b) for b in right]), none.low, none.high
        )
        vertex = solve_exactly(asked, lp.solve(asked.floats()))
        assert (vertex is not None) == feasible
        if vertex is not None:
            assert (
                vertex.optimal and len(vertex.x) == 0 and len(vertex.row_duals) == len(right) and vertex.objective == 0
            )


def test_a_far_basis_is_mended_in_rounds() -> None:
    """From the basis in which nothing is made: the magnified programme finds the plan of the glass works."""
    exact = program([-3, -5], [[-1, 0], [0, -2], [-3, -2]], [-4, -12, -18])
    answer = solve(exact.floats())
    wrong = replace(answer, basic_columns=np.zeros(2, bool), basic_rows=np.ones(3, bool), at_high=np.zeros(2, bool))
    vertex = proven(exact, wrong)
    assert vertex is not None and vertex.optimal and told(vertex.x) == [2, 6]
