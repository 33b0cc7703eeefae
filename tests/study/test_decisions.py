"""Choosing among options: textbook numbers and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, qmc

from solver.study.decisions import (
    curve,
    expected,
    information_values,
    maximin,
    minimax_regret,
    perfect_information,
    regrets,
)  # fmt: skip

A_OR_B = np.array([[100.0, 20.0], [-40.0, 20.0]])
"""A pays 100 or -40 at even odds, B 20 always."""


def test_the_textbook_choice():
    """E[A] = 30 > 20, EVPI = (100 + 20) / 2 - 30 = 30; the largest regret of A is 60, of B 80; the worst of B is 20."""
    assert expected(A_OR_B).tolist() == [30, 20]
    assert perfect_information(A_OR_B) == 30
    assert regrets(A_OR_B).tolist() == [[0, 80], [60, 0]]
    assert minimax_regret(A_OR_B) == 0
    assert maximin(A_OR_B) == 1


def test_knowing_the_coin_is_worth_as_much_as_knowing_everything():
    coin = np.arange(1000) % 2
    [found] = information_values(A_OR_B[coin], coin[:, None], ["coin"])
    assert (found.input, found.value) == ("coin", pytest.approx(30))


def normal(samples, d, seed=0):
    return norm.ppf(qmc.Sobol(d, rng=np.random.default_rng(seed)).random(samples))


@pytest.mark.parametrize(("mu", "s"), [(0.0, 1.0), (0.5, 1.0), (-0.3, 2.0)])
def test_a_normal_prospect_against_nothing_has_the_closed_form(mu, s):
    """EVPPI(x) = s phi(mu/s) + mu Phi(mu/s) - max(mu, 0) for u = x ~ N(mu, s) against 0."""
    x = mu + s * normal(2**13, 1)
    [found] = information_values(np.hstack([x, 0 * x]), x, ["x"])
    assert found.value == pytest.approx(s * norm.pdf(mu / s) + mu * norm.cdf(mu / s) - max(mu, 0), abs=0.01 * s)
    assert found.value == pytest.approx(perfect_information(np.hstack([x, 0 * x])), abs=0.01 * s)


def test_knowing_one_of_two_inputs_is_worth_its_own_part():
    """u = 1 + x + 2 y against 0: E[u | x] = 1 + x is N(1, 1), E[u | y] is N(1, 2)."""
    points = normal(2**14, 2)
    utility = np.stack([1 + points @ [1, 2], np.zeros(len(points))], axis=1)
    found = {v.input: v for v in information_values(utility, points, ["x", "y"])}
    for name, s in (("x", 1), ("y", 2)):
        closed = s * norm.pdf(1 / s) + norm.cdf(1 / s) - 1
        assert abs(found[name].value - closed) < 3 * found[name].error + 0.005
    assert list(found) == ["y", "x"], "the most valuable first"


@pytest.mark.parametrize("seed", range(5))
def test_an_input_that_does_not_matter_is_worth_nothing_within_its_error(seed):
    """The best of the class means by themselves, without a split of the samples, would make it seem worth knowing."""
    random = np.random.default_rng(seed)
    utility, x = random.normal(0, 1, size=(512, 2)), np.arange(512.0)
    naive = utility.reshape(8, 64, 2).mean(axis=1).max(axis=1).mean() - expected(utility).max()
    [found] = information_values(utility, x[:, None], ["idle"])
    assert found.value <= 2 * found.error < 0.15
    assert found.value < naive


def test_where_one_option_is_always_best_nothing_is_worth_knowing():
    x = np.random.default_rng(0).random((500, 1))
    [found] = information_values(np.hstack([x + 1, x]), x, ["x"])
    assert (found.value, found.error) == (0, 0)


def test_the_values_of_a_discrete_input_are_never_parted():
    """Three values, of which the middle one is rare: B pays only there."""
    x = np.repeat([0.0, 1.0, 2.0], [480, 40, 480])
    utility = np.stack([np.zeros(1000), np.where(x == 1, 100.0, -1.0)], axis=1)
    [found] = information_values(utility, x[:, None], ["x"])
    # Without knowing, B is worth .04 * 100 - .96 = 3.04; knowing, A is taken elsewhere: 4.
    assert found.value == pytest.approx(0.96)


def test_the_curve_of_a_threshold_steps_at_it():
    x = qmc.Sobol(1, rng=np.random.default_rng(0)).random(2**12)[:, 0]
    found = curve(x, x > 0.5, "x")
    assert found.input == "x"
    assert found.likelihood == tuple(float(at > 0.5) for at in found.at)
    assert found.at == pytest.approx([(k + 0.5) / len(found.at) for k in range(len(found.at))], abs=0.01)
    assert all(low <= p <= high for low, p, high in zip(found.low, found.likelihood, found.high, strict=True))


def test_the_curve_of_an_input_with_two_values_has_two_points():
    x = np.repeat([0.0, 1.0], [30, 70])
    found = curve(x, np.arange(100) % 2 == 0, "x")
    assert (found.at, found.likelihood) == ((0.0, 1.0), (0.5, 0.5))
