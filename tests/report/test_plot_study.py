"""Pictures of studies: every flip, limit and outcome has its words, colours are never alone, the same bytes again."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from fractions import Fraction as F
from itertools import combinations
from math import nan
from pathlib import Path

import matplotlib
import pytest
from studies import CHANCE, PATIENCE, RISK, ROBUST, SWEEPS, grid, judged, one_axis, three_axes, two_axes, two_words

from games.errors import ScenarioError
from games.files.labels import label
from report.canvas import settings, sheet
from report.outcomes import Outcome, counted
from report.plot import draw, figure
from report.plot_sweep import MOST_PANELS, _looks
from solver.results.study import Axis, Point, Sweep

TEXT = "{http://www.w3.org/2000/svg}text"


def written(result: object, folder: Path) -> str:
    """Every word of a result's picture as it is written, numbers of the axes included."""
    file = folder / "picture.svg"
    figure(result, str(file))
    return " ".join(" ".join(" ".join(node.itertext()).split()) for node in ET.parse(file).iter(TEXT))


def shown(result: object) -> str:
    """Every word of a result's picture, without the numbers of its axes: nothing is rendered."""
    with settings(""):
        drawing, axes = sheet()
        draw(result, axes)
        return " ".join(" ".join(word.get_text().split()) for word in drawing.findobj(matplotlib.text.Text))


@pytest.mark.parametrize("kind", ["svg", "png"])
@pytest.mark.parametrize("result", [ROBUST, two_axes(6, 4)], ids=["robust", "sweep"])
def test_the_same_answer_gives_the_same_bytes(result, kind, tmp_path):
    files = [tmp_path / f"{name}.{kind}" for name in ("one", "other")]
    for file in files:
        assert figure(result, str(file)) == ()
    assert files[0].read_bytes() == files[1].read_bytes()


# -- robustness


def test_an_end_that_the_file_does_not_allow_is_not_drawn():
    first = ROBUST.tornado[0]
    bars = (replace(first, high=F(77), slack_at_high=nan), replace(first, slack_at_low=nan, slack_at_high=nan))
    told = shown(replace(ROBUST, tornado=bars))
    assert "77" not in told.split() and label(first.input) in told


def test_the_sheet_names_what_decides_and_where_it_flips():
    told = shown(ROBUST)
    assert all(f"flips {where}" in told for where in ("at 0.52", "at 0.8123", "outside: at 0.1", "nowhere"))
    assert "here the verdict flips" in told
    assert all(label(bar.input) in told for bar in ROBUST.tornado)
    assert "Holds in 71 % of 4,096 samples (95 % interval 70 to 72 %) when raised, crisis" in told


def test_the_limits_of_a_box_stand_on_the_axes_and_its_words_in_the_key(tmp_path):
    told = written(ROBUST, tmp_path)
    assert re.search(r"0\.2 0\.51 0\.7 ", told)
    assert re.search(r"0\.8 0\.93 0\.95 ", told)
    assert "operator: privacy risk above 0.51 and" in told


def test_what_to_sign_is_marked():
    assert "the robust one holds in 70 %, best worst case, least regret" in shown(ROBUST)


TITLES = {
    "tornado": "What decides it",
    "curves": "How likely it is to hold",
    "boxes": "Where it mostly fails",
    "options": "Which arrangement to sign",
}


@pytest.mark.parametrize("part", TITLES)
def test_a_part_that_was_not_computed_is_not_drawn(part):
    told = shown(replace(ROBUST, **{part: ()}))
    assert TITLES[part] not in told
    assert all(title in told for name, title in TITLES.items() if name != part)
    assert ROBUST.title in told


def test_a_study_with_a_likelihood_alone_says_so():
    told = shown(replace(ROBUST, tornado=(), curves=(), boxes=(), options=()))
    assert "Nothing but the likelihood was computed." in told


def test_a_box_with_one_limit_is_drawn_against_the_number_that_decides_most(tmp_path):
    box = replace(ROBUST.boxes[0], limits={CHANCE: (0.15, None)}, words="chance raised to crisis above 0.15")
    told = written(replace(ROBUST, boxes=(box,), curves=(), options=()), tmp_path)
    assert told.count(label(RISK)) == 2, "beside its bar, and up the box"
    assert "0.1 0.15 0.2" in told


def test_a_box_that_limits_neither_of_the_two_numbers_is_told_and_not_drawn(tmp_path):
    other = replace(ROBUST.boxes[0], limits={CHANCE: (0.15, None)}, words="chance raised to crisis above 0.15")
    told = written(replace(ROBUST, boxes=(*ROBUST.boxes, other), curves=(), options=()), tmp_path)
    assert "[2] chance raised to crisis above 0.15" in told
    assert "not drawn" in told
    assert "0.15 0.2" not in told


def test_a_study_of_one_number_has_a_picture(tmp_path):
    box = replace(ROBUST.boxes[0], limits={RISK: (0.51, None)}, words="operator: privacy risk above 0.51", support={})
    alone = replace(ROBUST, inputs=ROBUST.inputs[:1], tornado=ROBUST.tornado[:1], boxes=(box,), curves=(), options=())
    assert "0.2 0.51 0.7" in written(alone, tmp_path)


def test_a_fixed_number_has_a_picture_too(tmp_path):
    """Ranges and bars without width leave nothing to scale by."""
    inputs = tuple(replace(one, low=one.likely, high=one.likely) for one in ROBUST.inputs)
    bars = tuple(replace(bar, slack_at_low=0.0, slack_at_high=0.0) for bar in ROBUST.tornado)
    assert ROBUST.title in written(replace(ROBUST, inputs=inputs, tornado=bars, curves=(), options=()), tmp_path)


# -- grids


@pytest.mark.parametrize("made", SWEEPS.values(), ids=SWEEPS.keys())
def test_every_outcome_of_a_grid_is_in_the_key_and_every_axis_has_its_label(made):
    result = made()
    told = shown(result)
    assert all(one.words.split(" (")[0] in told for one, _ in counted(result.points))
    assert all(label(axis.path) in told for axis in result.axes)


def test_the_border_is_drawn_only_where_there_is_one():
    words = "it holds in every state on one side only"
    assert words in shown(two_axes())
    failing = tuple(Point(p.at, "fails", (), -1.0, "office", "calm", "x") for p in two_axes().points)
    assert words not in shown(replace(two_axes(), points=failing))


def test_outcomes_are_told_apart_without_colour():
    """Any two of them differ in hatch, or in lightness by a tenth of the scale (Rec. 709)."""
    found = [
        *((Outcome(word), 1) for word in ("holds", "holds_with_sharing", "refused")),
        *((Outcome("holds_in_some_states", (f"s{k}",), "a", "b"), 1) for k in range(4)),
        *((Outcome("fails", (), f"actor {k}", "b"), 1) for k in range(7)),
    ]

    def lightness(colour: str) -> float:
        red, green, blue = matplotlib.colors.to_rgb(colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for one, other in combinations(_looks(found).values(), 2):
        apart = abs(lightness(one["facecolor"]) - lightness(other["facecolor"])) > 0.1
        assert one["hatch"] != other["hatch"] or apart


def test_three_axes_are_small_maps_and_many_of_them_are_thinned():
    told = shown(three_axes())
    assert "by level at the start" in told
    axes = (Axis(PATIENCE, tuple(F(k, 20) for k in range(8))), Axis(RISK, tuple(F(k, 10) for k in range(9))))
    third = Axis(CHANCE, tuple(F(k, 10) for k in range(10)))
    points = tuple(judged(0.1, a, b, c) for a in axes[0].values for b in axes[1].values for c in third.values)
    assert f"{MOST_PANELS} of 8 values are shown" in shown(grid((*axes, third), points))


def test_more_axes_than_a_page_has_are_refused(tmp_path):
    axes = tuple(Axis(path, (F(0), F(1))) for path in (RISK, PATIENCE, CHANCE, "discount"))
    with pytest.raises(ScenarioError, match="up to three axes, and this grid has 4"):
        figure(grid(axes, ()), str(tmp_path / "x.png"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("left", [0, 3])
@pytest.mark.parametrize("made", [one_axis, two_words, three_axes])
def test_a_grid_that_was_interrupted_is_drawn_as_far_as_it_goes(made, left):
    result = made()
    told = shown(replace(result, points=result.points[:left]))
    assert ("No scenario was judged yet." in told) == (left == 0)
    assert f"({left} scenarios so far)" in told


def test_a_point_without_slack_is_left_out_of_the_line():
    values = (F(1, 2), F(3, 4))
    points = (Point((values[0],), "refused", (), nan, "", "", ""), judged(0.3, values[1]))
    result: Sweep = grid((Axis(PATIENCE, values),), points)
    assert "sanction not believed" in shown(result)
