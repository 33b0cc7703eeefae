"""Samples: their distributions, their correlations, and that they come out the same however they are cut up."""

from __future__ import annotations

import math
from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from games.errors import ScenarioError
from games.files.uncertain import Group, Input
from solver.study.sampling import EDGE, Design, ends, quantile, quantiles, sample_block, unit_block

LOW, LIKELY, HIGH = F(1, 5), F(2, 5), F(1)
ENDS = {"low": LOW, "likely": LIKELY, "high": HIGH}


def made(path: str, distribution: str = "triangular", **numbers: F) -> Input:
    return Input(path, distribution, numbers or ENDS, LIKELY)


EVERY = (
    made("triangular"),
    made("pert", "pert"),
    made("uniform", "uniform", low=LOW, high=HIGH),
    made("normal", "normal", mean=F(2), sd=F(1, 2)),
    made("beta", "beta", alpha=F(2), beta=F(3)),
    made("constant", low=LOW, likely=LOW, high=LOW),
)
TIED = (Group(("triangular", "normal", "beta"), F(3, 5)),)


def design(method: str = "sobol", seed: int = 7, samples: int = 300, inputs=EVERY, groups=TIED) -> Design:
    return Design(inputs, groups, method, seed, samples)


@pytest.mark.parametrize("method", ["sobol", "lhs"])
@pytest.mark.parametrize("cuts", [(0, 1, 2, 64, 300), (0, 97, 203, 300), (0, 256, 300)])
def test_a_design_comes_out_the_same_however_it_is_cut_up(method: str, cuts: tuple[int, ...]) -> None:
    whole = sample_block(design(method), 0, 300)
    parts = [sample_block(design(method), a, b - a) for a, b in pairwise(cuts)]
    assert np.array_equal(np.vstack(parts), whole)


@pytest.mark.parametrize("method", ["sobol", "lhs"])
def test_another_seed_gives_other_samples_and_zero_is_a_seed_too(method: str) -> None:
    blocks = [sample_block(design(method, seed), 0, 50) for seed in (0, 0, 1)]
    assert np.array_equal(blocks[0], blocks[1])
    assert not np.isclose(blocks[0][:, 0], blocks[2][:, 0]).any()


def test_samples_of_sobol_do_not_depend_on_how_many_there_will_be() -> None:
    assert np.array_equal(sample_block(design(samples=50), 0, 50), sample_block(design(samples=5000), 0, 50))


def test_points_lie_strictly_inside_the_cube_and_one_in_every_cell() -> None:
    for method in ("sobol", "lhs"):
        points = unit_block(design(method, samples=256), 0, 256)
        assert ((points > 0) & (points < 1)).all()
        # Both are stratified: of n points one lies in every n-th of every axis.
        assert (np.sort((points * 256).astype(int), axis=0) == np.arange(256)[:, None]).all()


MEANS = {
    # The textbook's moments: triangular (a + m + b) / 3, PERT (a + 4 m + b) / 6, beta alpha / (alpha + beta).
    "triangular": F(16, 30), "pert": F(28, 60), "uniform": F(6, 10), "normal": F(2), "beta": F(2, 5), "constant": LOW,
}  # fmt: skip
VARIANCES = {
    "triangular": (LOW**2 + LIKELY**2 + HIGH**2 - LOW * LIKELY - LOW * HIGH - LIKELY * HIGH) / 18,
    "pert": (F(28, 60) - LOW) * (HIGH - F(28, 60)) / 7,
    "uniform": (HIGH - LOW) ** 2 / 12, "normal": F(1, 4), "beta": F(6, 150), "constant": F(0),
}  # fmt: skip


@pytest.mark.parametrize("method", ["sobol", "lhs"])
def test_every_distribution_has_the_moments_of_its_formula(method: str) -> None:
    block = sample_block(design(method, samples=8192), 0, 8192)
    for k, one in enumerate(EVERY):
        assert block[:, k].mean() == pytest.approx(float(MEANS[one.path]), abs=2e-3), one.path
        assert block[:, k].var() == pytest.approx(float(VARIANCES[one.path]), abs=4e-3), one.path


def test_the_quantiles_are_those_of_the_closed_forms() -> None:
    # Triangular: F(m) = (m - a) / (b - a); below it x = a + sqrt(p (b - a) (m - a)).
    assert quantile(EVERY[0], 0.25) == pytest.approx(0.4)
    assert quantile(EVERY[0], 0.09) == pytest.approx(0.2 + math.sqrt(0.09 * 0.8 * 0.2))
    assert quantile(EVERY[2], 0.25) == pytest.approx(0.4)
    assert quantile(EVERY[3], 0.975) == pytest.approx(2 + 1.959963984540054 / 2)


def test_no_sample_leaves_its_range() -> None:
    shares = np.array([0, EDGE, 0.5, 1 - EDGE, 1])
    thirds = {"low": F(1, 3), "likely": F(1, 3), "high": F(2, 3)}
    for one in (*EVERY[:3], made("thirds", **thirds), made("late", "pert", **(thirds | {"likely": F(2, 3)}))):
        found = quantiles(one, shares)
        low, high = (float(end) for end in ends(one))
        assert ((low <= found) & (found <= high)).all()
        assert (np.diff(found) >= 0).all()


def test_ends_are_exact_where_there_are_some_and_five_percent_points_where_not() -> None:
    assert ends(EVERY[0]) == (LOW, HIGH)
    assert ends(EVERY[3]) == pytest.approx((2 - 1.6448536269514722 / 2, 2 + 1.6448536269514722 / 2))


@pytest.mark.parametrize("rank", [F(9, 10), F(3, 5), F(-2, 5)])
def test_a_group_has_the_rank_correlation_that_the_file_asks_for(rank: F) -> None:
    groups = (Group(("triangular", "normal", "beta"), rank),)
    block = sample_block(design(samples=4096, groups=groups), 0, 4096)
    found = stats.spearmanr(block[:, :5]).statistic
    for i in range(5):
        for j in range(i):
            expected = float(rank) if {i, j} <= {0, 3, 4} else 0
            assert found[i, j] == pytest.approx(expected, abs=0.03)


def test_a_correlated_input_keeps_its_own_distribution() -> None:
    apart = sample_block(design(samples=4096, groups=()), 0, 4096)
    together = sample_block(design(samples=4096), 0, 4096)
    for k in (0, 3, 4):
        assert stats.ks_2samp(together[:, k], apart[:, k]).statistic < 0.02


def test_what_cannot_be_sampled_is_refused_in_words() -> None:
    with pytest.raises(ScenarioError, match="nothing to sample"):
        design(inputs=(), groups=())
    with pytest.raises(ScenarioError, match="21202 numbers are ranges, more than the 21201"):
        design(inputs=EVERY[:1] * 21202)
    for samples in (0, 2**30 + 1):
        with pytest.raises(ScenarioError, match="--samples"):
            design(samples=samples)
