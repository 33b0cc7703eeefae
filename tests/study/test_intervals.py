"""Shares with intervals, and the words for a path."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from games.errors import ScenarioError
from solver.study.intervals import likelihood


@pytest.mark.parametrize(("k", "n"), [(0, 10), (3, 10), (10, 10), (700, 1000)])
def test_the_interval_is_wilsons_own_formula(k, n):
    """Wilson 1927: centre (p + z^2/2n) / (1 + z^2/n), half width z sqrt(p(1-p)/n + z^2/4n^2) / (1 + z^2/n)."""
    z, p = 1.959963984540054, k / n
    centre, half = (
        (p + z * z / (2 * n)) / (1 + z * z / n),
        z * sqrt(p * (1 - p) / n + (z / n) ** 2 / 4) / (1 + z * z / n),
    )
    found = likelihood(k, n)
    assert (found.estimate, found.samples) == (p, n)
    assert (found.low, found.high) == pytest.approx((centre - half, centre + half), abs=1e-12)
    assert 0 <= found.low <= p <= found.high <= 1


def test_the_true_share_lies_within_in_about_95_of_100_cases():
    """Of 400 draws at p = .3, n = 500, the number of misses is binomial: at most 34 with probability .999."""
    drawn = np.random.default_rng(0).binomial(500, 0.3, 400)
    missed = sum(not found.low <= 0.3 <= found.high for found in (likelihood(int(k), 500) for k in drawn))
    assert 6 <= missed <= 34


def test_no_samples_are_refused_in_words():
    with pytest.raises(ScenarioError, match="samples"):
        likelihood(0, 0)
