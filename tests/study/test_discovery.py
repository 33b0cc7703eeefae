"""Boxes that were planted are found, and nothing where nothing was planted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from solver.study.discovery import boxes

NAMES = [f"x{j}" for j in range(5)]
N = 4096
POINTS = qmc.Sobol(5, rng=np.random.default_rng(1)).random(N)
RESOLUTION = 0.005
"""A few times the distance between neighbours among the 1,200 samples that a limit is judged by."""


def planted(**limits):
    """Return which points lie between the limits given for x0, x1, ..."""
    rows = np.full(N, True)
    for name, (low, high) in limits.items():
        column = POINTS[:, int(name[1:])]
        rows &= (column > low) & (column < high)
    return rows


def near(found, expected):
    assert found.keys() == expected.keys()
    for name, pair in expected.items():
        assert found[name] == tuple(end if end is None else pytest.approx(end, abs=RESOLUTION) for end in pair)


def test_a_planted_box_is_found_and_told_in_words():
    [box] = boxes(POINTS, planted(x0=(0.2, 0.5), x3=(0.6, 1)), NAMES)
    near(box.limits, {"x0": (0.2, 0.5), "x3": (0.6, None)})
    assert (box.coverage, box.density) == (pytest.approx(1, abs=0.01), pytest.approx(1, abs=0.01))
    assert box.mass == pytest.approx(0.3 * 0.4, abs=0.005)
    assert box.words == "x0 between 0.2 and 0.5 and x3 above 0.6"
    assert all(p < 1e-9 for p in box.support.values())


def test_two_planted_boxes_are_found_one_after_the_other():
    cases = planted(x0=(0, 0.3), x1=(0, 0.4)) | planted(x0=(0.7, 1), x2=(0.6, 1))
    found = boxes(POINTS, cases, NAMES)
    assert len(found) == 2
    for box in found:
        left = "x1" in box.limits
        near(box.limits, {"x0": (None, 0.3), "x1": (None, 0.4)} if left else {"x0": (0.7, None), "x2": (0.6, None)})
        assert (box.coverage, box.density) == (pytest.approx(0.5, abs=0.01), 1)
    assert {"x1" in box.limits for box in found} == {True, False}


def test_an_angle_takes_two_boxes_that_may_overlap():
    """x0 < .3 or x1 < .3: each arm covers .3 of .51."""
    found = boxes(POINTS, planted(x0=(0, 0.3)) | planted(x1=(0, 0.3)), NAMES)
    assert sorted(list(box.limits) for box in found) == [["x0"], ["x1"]]
    for box in found:
        near(box.limits, {name: (None, 0.3) for name in box.limits})
        assert (box.coverage, box.density) == (pytest.approx(0.3 / 0.51, abs=0.01), 1)


def test_a_box_whose_edge_is_noisy_is_found_with_its_density():
    """.9 of the samples in the box and .05 outside: coverage .18 * .9 / (.18 * .9 + .82 * .05) = .798."""
    rate = np.where(planted(x0=(0, 0.3), x1=(0, 0.6)), 0.9, 0.05)
    [box] = boxes(POINTS, np.random.default_rng(0).random(N) < rate, NAMES)
    assert box.limits.keys() == {"x0", "x1"}
    assert box.limits["x0"] == (None, pytest.approx(0.3, abs=0.02))
    assert box.limits["x1"] == (None, pytest.approx(0.6, abs=0.02))
    assert (box.density, box.coverage) == (pytest.approx(0.9, abs=0.03), pytest.approx(0.798, abs=0.03))


def test_an_input_of_few_values_is_limited_between_them():
    points = POINTS.copy()
    points[:, 0], points[:, 4] = np.floor(3 * points[:, 0]), 1
    [box] = boxes(points, (points[:, 0] == 1) & (points[:, 1] > 0.5), NAMES)
    near(box.limits, {"x0": (0.5, 1.5), "x1": (0.5, None)})


def test_the_likely_values_stand_beside_the_limits_and_paths_are_told_in_words():
    names = ["actors.operator.discount", *NAMES[1:]]
    [box] = boxes(POINTS, planted(x0=(0, 0.25)), names, likely=[0.4] * 5)
    assert box.words == "operator: discount factor below 0.25 (likely 0.4)"
    assert set(box.limits) == {"actors.operator.discount"}


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_no_cases_or_nothing_else_have_no_box(rate):
    assert boxes(POINTS, np.full(N, bool(rate)), NAMES) == ()


@pytest.mark.parametrize(("samples", "inputs"), [(100, 3), (500, 3), (1000, 3), (1000, 8)])
def test_in_mere_noise_no_box_is_told(samples, inputs):
    """Without the correction for the number of boxes, 5 to 9 of 30 such draws with three inputs had one."""
    for seed in range(8):
        random = np.random.default_rng(seed)
        points = random.random((samples, inputs))
        assert boxes(points, random.random(samples) < 0.3, [str(j) for j in range(inputs)]) == ()


def test_the_order_of_the_inputs_does_not_matter():
    cases = planted(x0=(0.2, 0.5), x3=(0.6, 1))
    [one], [other] = boxes(POINTS, cases, NAMES), boxes(POINTS[:, ::-1], cases, NAMES[::-1])
    assert one.limits == other.limits
