"""Sobol' indices against closed forms and against scipy's own."""

from __future__ import annotations

import numpy as np
import pytest

from solver.study.sensitivity import indices

SINGLE = [[0], [1], [2]]
# Ishigami & Homma 1990 with a = 7, b = .1; the closed forms: Saltelli et al. 2008, section 4.5 (four digits).
FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)


def ishigami(u):
    x = (2 * u - 1) * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


@pytest.mark.parametrize("seed", range(5))
def test_ishigami_is_within_a_hundredth_at_two_to_the_fourteenth(seed):
    found = indices(ishigami, SINGLE, 14, seed)
    assert found.first == pytest.approx(FIRST, abs=0.01)
    assert found.total == pytest.approx(TOTAL, abs=0.01)
    assert (found.samples, found.dropped) == (2**14, 0)


def test_the_total_lies_within_its_error():
    found = indices(ishigami, SINGLE, 11, 0)
    assert all(abs(t - truth) <= e for t, truth, e in zip(found.total, TOTAL, found.error, strict=True))
    assert all(0 < e < 0.1 for e in found.error)


def test_a_group_explains_what_its_members_explain_together():
    """x0 and x2 of Ishigami: all but x1's 0.4424, and x1 meets neither."""
    found = indices(ishigami, [[0, 2], [1]], 13, 0)
    assert found.first == pytest.approx((1 - 0.4424, 0.4424), abs=0.01)
    assert found.total == pytest.approx((1 - 0.4424, 0.4424), abs=0.01)


def test_scipys_indices_are_the_same():
    """Sobol's g function, a = (0, 1, 4.5, 9), which scipy's documentation uses too."""
    from scipy.stats import sobol_indices, uniform

    a = np.array([0, 1, 4.5, 9])

    def g(u):
        return ((np.abs(4 * u - 2) + a) / (1 + a)).prod(axis=1)

    theirs = sobol_indices(func=lambda x: g(x.T), n=2**13, dists=[uniform(0, 1)] * 4, rng=np.random.default_rng(1))
    ours = indices(g, [[0], [1], [2], [3]], 13, 0)
    assert ours.first == pytest.approx(theirs.first_order, abs=0.01)
    assert ours.total == pytest.approx(theirs.total_order, abs=0.01)


@pytest.mark.parametrize("value", [0.0, 1e6, 0.1])
def test_a_constant_is_explained_by_nothing(value):
    found = indices(lambda u: np.full(len(u), value), SINGLE, 6, 0)
    assert found.first == found.total == found.error == (0.0, 0.0, 0.0)


def test_a_shift_far_away_changes_nothing():
    there = indices(lambda u: ishigami(u) + 1e6, SINGLE, 10, 0)
    here = indices(ishigami, SINGLE, 10, 0)
    assert there.total == pytest.approx(here.total, abs=1e-6)


def test_points_without_a_slack_are_dropped_by_the_row_and_counted():
    """Half of x2's range is barred; x0 + x1 is still explained half by each."""
    found = indices(lambda u: np.where(u[:, 2] < 0.5, u[:, 0] + u[:, 1], np.nan), SINGLE, 13, 0)
    assert found.dropped == pytest.approx(3 / 4 * 2**13, rel=0.02), "A's or B's point is barred in 3 of 4 rows"
    assert found.samples + found.dropped == 2**13
    assert found.first == pytest.approx((0.5, 0.5, 0), abs=0.02)


def test_where_all_is_barred_nothing_is_explained():
    found = indices(lambda u: np.full(len(u), np.nan), SINGLE, 5, 0)
    assert (found.first, found.samples, found.dropped) == ((0.0, 0.0, 0.0), 0, 32)


def test_the_same_seed_gives_the_same_indices():
    assert indices(ishigami, SINGLE, 8, 3) == indices(ishigami, SINGLE, 8, 3)
    assert indices(ishigami, SINGLE, 8, 3) != indices(ishigami, SINGLE, 8, 4)
