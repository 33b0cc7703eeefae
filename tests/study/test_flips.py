"""Where a verdict flips, against thresholds in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from solver.study.flips import pairs, tornado


@dataclass(frozen=True)
class Input:
    path: str
    likely: float


def model(function, allowed=lambda x: np.full(len(x), True)):
    def answered(x):
        slack = np.where(allowed(x), function(x), np.nan)
        return slack, slack >= 0

    return answered


def one(function, likely, low, high, **more):
    [bar] = tornado(model(function, **more), [Input("a", likely)], [(low, high)])
    return bar


def test_a_threshold_within_the_range_is_found_to_the_precision_of_floats():
    bar = one(lambda x: x[:, 0] - 1 / 3, 0.5, 0.2, 0.9)
    assert bar.flips_at == pytest.approx(1 / 3, rel=1e-15)
    assert bar.nearest_flip == bar.flips_at
    assert bar.distance == pytest.approx((0.5 - 1 / 3) / 0.7)
    assert (bar.holds_at_low, bar.holds_at_high) == (False, True)
    assert (bar.slack_at_low, bar.slack_at_high) == pytest.approx((0.2 - 1 / 3, 0.9 - 1 / 3))


def test_the_flip_told_is_a_value_at_which_it_holds():
    """5/6 itself holds (a tie), the float below does not; from either side the same value is told."""
    threshold = 5 / 6
    for likely in (0.7, 0.9):
        assert one(lambda x: x[:, 0] - threshold, likely, 0.5, 1.0).flips_at == threshold


def test_of_two_flips_in_the_range_the_nearer_one_counts():
    """(x - .2)(x - .7) changes its sign at .2 and at .7."""
    function = lambda x: (x[:, 0] - 0.2) * (x[:, 0] - 0.7)  # noqa: E731
    assert one(function, 0.3, 0.0, 1.0).flips_at == pytest.approx(0.2)
    assert one(function, 0.6, 0.0, 1.0).flips_at == pytest.approx(0.7)


def test_the_ends_may_agree_while_it_flips_in_between():
    bar = one(lambda x: np.abs(x[:, 0] - 0.5) - 0.1, 0.1, 0.0, 1.0)
    assert bar.holds_at_low and bar.holds_at_high
    assert bar.flips_at == pytest.approx(0.4)


def test_a_flip_beyond_the_range_is_told_with_its_distance_in_widths():
    bar = one(lambda x: x[:, 0] + 3, 0.5, 0.0, 1.0)
    assert bar.flips_at is None
    assert (bar.nearest_flip, bar.distance) == (pytest.approx(-3), pytest.approx(3.5))


@pytest.mark.parametrize(("threshold", "found"), [(10.9, True), (11.1, False)])
def test_ten_widths_beyond_the_range_the_search_ends(threshold, found):
    bar = one(lambda x: threshold - x[:, 0], 0.5, 0.0, 1.0)
    assert (bar.nearest_flip is not None) is found


@pytest.mark.parametrize(("threshold", "found"), [(0.9999, True), (1.0001, False)])
def test_a_flip_where_the_file_allows_no_such_value_is_none(threshold, found):
    """A discount factor stays below 1; a flip just below is seen, however coarse the steps."""
    bar = one(lambda x: threshold - x[:, 0], 0.5, 0.4, 0.6, allowed=lambda x: (x[:, 0] >= 0) & (x[:, 0] < 1))
    assert bar.flips_at is None
    assert bar.nearest_flip == (pytest.approx(threshold) if found else None)


def test_a_range_without_width_moves_nothing():
    bar = one(lambda x: x[:, 0], 0.5, 0.5, 0.5)
    assert (bar.flips_at, bar.nearest_flip, bar.distance) == (None, None, None)


@pytest.mark.parametrize("jump", [0.0, 0.25, -1.5])
def test_a_jump_at_a_round_number_is_told_as_that_number(jump):
    bar = one(lambda x: np.where(x[:, 0] >= jump, 1.0, -1.0), jump + np.pi / 10, jump - 0.3, jump + 1.0)
    assert bar.flips_at == jump


def test_bars_are_sorted_by_how_near_they_flip_and_then_by_how_far_they_swing():
    """Each input's flip lies 1 / weight from the likely value, which is beyond ten widths for the last two."""
    weights = {"idle": 0.01, "far": 0.9, "near": 4.0, "wide": 0.05}
    found = tornado(
        model(lambda x: 1 + (x - 0.5) @ np.array(list(weights.values()))),
        [Input(name, 0.5) for name in weights],
        [(0.0, 1.0)] * 4,
    )
    assert [b.input for b in found] == ["near", "far", "wide", "idle"]
    assert [b.distance for b in found] == [pytest.approx(1 / 4.0), pytest.approx(1 / 0.9), None, None]


def test_all_inputs_are_refined_in_the_same_calls():
    calls = []

    def counted(x):
        calls.append(len(x))
        return x.sum(axis=1) - 1, x.sum(axis=1) >= 1

    tornado(counted, [Input(str(k), 0.5) for k in range(30)], [(0.0, 1.0)] * 30)
    assert len(calls) < 20, "a number that does not grow with the inputs"


def test_two_inputs_that_flip_only_together_are_a_pair_at_their_worst_corner():
    """1.5 - a - b: at the likely (.5, .5) it is .5; one alone at 1 leaves 0, which holds, both leave -.5."""
    inputs = [Input("a", 0.5), Input("b", 0.5), Input("c", 0.5)]
    ends = [(0.0, 1.0)] * 3
    answered = model(lambda x: 1.5 - x[:, 0] - x[:, 1] + 0.01 * x[:, 2])
    bars = tornado(answered, inputs, ends)
    assert [b.flips_at for b in bars] == [None] * 3
    [pair] = pairs(answered, inputs, ends, bars)
    assert (set(pair.inputs), pair.values) == ({"a", "b"}, (1.0, 1.0))
    assert pair.slack == pytest.approx(-0.495)


def test_an_input_that_flips_alone_is_in_no_pair():
    inputs = [Input("a", 0.5), Input("b", 0.5)]
    ends = [(0.0, 1.0)] * 2
    answered = model(lambda x: 0.6 - x[:, 0] - 0.01 * x[:, 1])
    bars = tornado(answered, inputs, ends)
    assert pairs(answered, inputs, ends, bars) == ()


def test_where_the_likely_case_fails_a_pair_is_one_that_makes_it_hold():
    inputs = [Input("a", 0.5), Input("b", 0.5)]
    ends = [(0.0, 1.0)] * 2
    answered = model(lambda x: x[:, 0] + x[:, 1] - 1.75)
    [pair] = pairs(answered, inputs, ends, tornado(answered, inputs, ends))
    assert (pair.values, pair.slack) == ((1.0, 1.0), pytest.approx(0.25))


def test_where_nothing_flips_nothing_is_asked_about_flips():
    def answered(x):
        assert len(x)
        return np.ones(len(x)), np.ones(len(x), bool)

    [bar] = tornado(answered, [Input("a", 0.5)], [(0.0, 1.0)])
    assert (bar.flips_at, bar.nearest_flip, bar.distance) == (None, None, None)


def test_no_inputs_have_no_bars():
    assert tornado(model(lambda x: x[:, 0]), [], []) == ()
