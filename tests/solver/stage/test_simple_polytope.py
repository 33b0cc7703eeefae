"""The walk over arrays takes the steps of the walk in whole numbers, or gives no answer."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.stage import simple_polytope
from solver.stage.polytope import vertices
from solver.stage.simple_polytope import simple_walk

Matrix = list[list[int]]


def drawn(m: int, n: int, most: int, seed: int) -> Matrix:
    draw = random.Random(seed)
    return [[draw.randint(1, most) for _ in range(n)] for _ in range(m)]


def in_whole_numbers(matrix: Matrix) -> tuple[list[int], bool]:
    """The basic variables of every vertex by the walk in integers, and whether the polytope is simple."""
    found = vertices(matrix, 10**6)
    everything = (1 << len(matrix) + len(matrix[0])) - 1
    return sorted(everything & ~v.labels for v in found.vertices), found.simple


@pytest.mark.parametrize("most", [10**2, 10**6, 2**53])
@pytest.mark.parametrize("shape", [(2, 5), (5, 2), (4, 6), (6, 6), (7, 7)])
def test_both_walks_visit_the_same_vertices(shape: tuple[int, int], most: int) -> None:
    for seed in range(5):
        matrix = drawn(*shape, most, seed)
        bases, simple = in_whole_numbers(matrix)
        walk = simple_walk(matrix, 10**6)
        if simple:
            assert walk is not None and walk.complete and sorted(walk.bases.tolist()) == bases
        else:
            assert walk is None


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 6), st.integers(0, 10**6))
def test_small_payoffs_full_of_ties_are_never_answered_wrongly(m: int, n: int, most: int, seed: int) -> None:
    matrix = drawn(m, n, most, seed)
    bases, simple = in_whole_numbers(matrix)
    walk = simple_walk(matrix, 10**6)
    assert walk is None if not simple else walk is not None and sorted(walk.bases.tolist()) == bases


def test_what_differs_by_less_than_rounding_is_left_to_whole_numbers() -> None:
    # The two rows tie at x = (1, 0) up to one part in 2**52: a float cannot tell, and does not guess.
    nearly = [[2**52, 1], [2**52 - 1, 7], [3, 2**51]]
    assert simple_walk(nearly, 100) is None
    assert in_whole_numbers(nearly)[1]


def test_payoffs_beyond_a_float_or_too_many_labels_are_left_to_whole_numbers() -> None:
    assert simple_walk([[2**60, 1], [1, 2**60 - 1]], 100) is None
    assert simple_walk(drawn(40, 40, 100, 0), 100) is None


def test_a_walk_that_is_cut_off_says_so() -> None:
    walk = simple_walk(drawn(6, 6, 1000, 1), 10)
    assert walk is not None and not walk.complete


def test_checking_step_by_step_or_all_at_once_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = drawn(7, 7, 10**6, 3)
    at_once = simple_walk(matrix, 10**6)
    monkeypatch.setattr(simple_polytope, "PART", 7)
    in_parts = simple_walk(matrix, 10**6)
    assert at_once is not None and in_parts is not None and np.array_equal(at_once.bases, in_parts.bases)


def test_the_error_bound_holds() -> None:
    # The tableaus of random bases against exact ones: the true error is never above the bound.
    from fractions import Fraction

    matrix = drawn(4, 4, 10**3, 5)
    whole = np.hstack([np.array(matrix, float) / 1024, np.eye(4), np.ones((4, 1))])
    basis = np.array([[0, 1, 6, 7], [0, 2, 3, 5], [4, 1, 2, 3]])
    tableaus = np.array([np.linalg.solve(whole[:, own], whole) for own in basis]) * (1 + 1e-13)
    level = simple_polytope._Level(np.zeros(3, int), basis, tableaus, basis)
    bounds = simple_polytope._error(whole, level)
    assert bounds is not None
    for own, tableau, bound in zip(basis, tableaus, bounds, strict=True):
        exact = _solved([[Fraction(float(v)) for v in row] for row in whole], list(own))
        error = max(abs(Fraction(float(tableau[i, j])) - exact[i][j]) for i in range(4) for j in range(9))
        assert 0 < error <= Fraction(float(bound)) < Fraction(1, 10**9)


def _solved(whole: list[list], basis: list[int]) -> list[list]:
    """Return B^-1 A by elimination in Fractions."""
    rows = [[row[j] for j in basis] + row for row in whole]
    for p in range(4):
        at = next(k for k in range(p, 4) if rows[k][p])
        rows[p], rows[at] = rows[at], rows[p]
        rows[p] = [v / rows[p][p] for v in rows[p]]
        for k in range(4):
            if k != p:
                rows[k] = [a - rows[k][p] * b for a, b in zip(rows[k], rows[p], strict=True)]
    return [row[4:] for row in rows]
