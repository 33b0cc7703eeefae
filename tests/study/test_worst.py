"""The worst point of a box."""

from __future__ import annotations

import numpy as np
import pytest

from solver.study.worst import worst_case


def model(function):
    return lambda x: (function(x), function(x) >= 0)


@pytest.mark.parametrize("d", [3, 10, 15])
def test_a_function_affine_in_each_input_is_smallest_at_a_corner(d):
    """The product of (1 + w_j x_j) with w_j of either sign over [0, 1]^d: each factor alone is smallest at an end."""
    weights = np.where(np.arange(d) % 2 == 0, 0.5, -0.4)
    x, slack = worst_case(
        model(lambda x: (1 + weights * x).prod(axis=1)), np.zeros(d), np.ones(d), np.full((1, d), 0.5)
    )
    assert x.tolist() == (weights < 0).astype(float).tolist()
    assert slack == pytest.approx(0.6 ** (weights < 0).sum())


def test_a_minimum_inside_is_found_to_six_digits():
    x, _ = worst_case(
        model(lambda x: (x[:, 0] - 0.3) ** 2 + (x[:, 1] - 0.7) ** 2 + 0.5 * x[:, 0] * x[:, 1]),
        np.zeros(2), np.ones(2), np.array([[0.5, 0.5]]),
    )  # fmt: skip
    # First-order conditions: 2 (a - .3) + b / 2 = 0 and 2 (b - .7) + a / 2 = 0.
    expected = np.linalg.solve([[2, 0.5], [0.5, 2]], [0.6, 1.4])
    assert x == pytest.approx(expected, abs=1e-6)


def test_where_the_file_allows_no_corner_the_worst_allowed_point_is_told():
    def barred(x):
        return np.where(x.sum(axis=1) <= 1, -x[:, 0], np.nan), np.full(len(x), True)

    x, slack = worst_case(barred, np.full(2, 0.25), np.ones(2), np.array([[0.3, 0.3]]))
    assert (x.tolist(), slack) == (pytest.approx([0.75, 0.25], abs=1e-6), pytest.approx(-0.75, abs=1e-6))


def test_where_no_point_is_allowed_the_slack_is_no_number():
    _, slack = worst_case(lambda x: (np.full(len(x), np.nan), np.full(len(x), False)), *np.eye(2), np.zeros((1, 2)))
    assert np.isnan(slack)


def test_the_same_point_comes_out_every_time():
    function = model(lambda x: np.sin(7 * x).sum(axis=1))
    start = np.random.default_rng(0).random((20, 14))
    one, other = (worst_case(function, np.zeros(14), np.ones(14), start) for _ in range(2))
    assert one[0].tolist() == other[0].tolist() and one[1] == other[1]
    # sin(7 x) is -1 at 7 x = 3 pi / 2, the only minimum in [0, 1].
    assert one[1] == pytest.approx(-14, abs=1e-9)
