"""Studies in words and in JSON: what was asked is told in its order, a map shows what happens, documents stream.

The results are made by hand (``tests/studies.py``). After a wanted change of words, rewrite the golden page and read
the difference before committing it::

    PYTHONPATH=.:tests python tests/report/test_study.py
    git diff tests/golden
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from fractions import Fraction as F
from itertools import product
from math import nan
from pathlib import Path
from typing import Any

import pytest
from studies import (
    CHANCE,
    PATIENCE,
    RISK,
    ROBUST,
    SWEEPS,
    WORTH,
    grid,
    judged,
    one_axis,
    three_axes,
    two_axes,
    two_words,
)

from games.files.labels import label
from report.data import document
from report.data_study import sweep_lines
from report.layout import WIDTH
from report.outcomes import WORDS, counted
from report.study import sure
from report.study_tables import BAR, drawn
from report.sweep import turned
from report.text import render
from solver.results.study import Axis, Bar, Likelihood, Point, Robustness, Sweep

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "robust-mobility.txt"
HEADER = {"schema": 1, "command": "sweep"}
TITLES = {
    "tornado": "What decides it",
    "pairs": "Two numbers that flip it together",
    "leavers": "Who leaves first",
    "boxes": "Where it mostly fails",
    "value_of_information": "What is worth finding out",
    "options": "Which arrangement to sign",
    "worst_case": "The worst that the ranges allow",
    "whole_box": "One arrangement for the whole box",
    "sensitivity": "What makes the slack vary",
    "notes": "Notes",
}


def words(result: object) -> str:
    """The text of a result, on one line."""
    return " ".join(render(result).split())


def bar(low: float, high: float) -> Bar:
    return Bar("x", F(0), F(1), F(2), low, high, low >= 0, high >= 0, None, None, None)


# -- robustness


def test_golden_page_of_a_robustness_study():
    assert render(ROBUST) == GOLDEN.read_text(encoding="utf-8"), "to rewrite: see the top of this file"


def test_the_parts_are_told_in_the_order_in_which_a_decision_needs_them():
    told = render(ROBUST)
    at = [told.index(title) for title in TITLES.values()]
    assert at == sorted(at)


@pytest.mark.parametrize("part", TITLES)
def test_a_part_that_was_not_computed_is_left_out(part):
    nothing: Any = {"leavers": {}, "worst_case": None, "whole_box": None}.get(part, ())
    told = render(replace(ROBUST, **{part: nothing}))
    assert TITLES[part] not in told
    assert all(title in told for name, title in TITLES.items() if name != part)


def test_the_headline_says_how_sure_it_is_of_what_and_where():
    assert (
        words(ROBUST)
        .split("walk away when it is over? ")[1]
        .startswith(
            "HOLDS in 71 % of 4,096 samples (95 % interval 70 to 72 %) when raised, crisis In every state: 2.1 %"
        )
    )


def test_where_every_state_is_meant_the_headline_says_so_once():
    told = words(replace(ROBUST, states=("calm", "raised", "crisis"), verdict="holds_with_sharing"))
    assert "(95 % interval 70 to 72 %) in every state" in told
    assert "In every state:" not in told


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Likelihood(0.5, 0.25, 0.75, 12), "50 % of 12 samples (95 % interval 25 to 75 %)"),
        (Likelihood(0.7123, 0.7094, 0.7152, 10**5), "71.2 % of 100,000 samples (95 % interval 70.9 to 71.5 %)"),
        (Likelihood(0.7123, 0.7118, 0.7128, 10**6), "71.23 % of 1,000,000 samples (95 % interval 71.18 to 71.28 %)"),
        (Likelihood(0.0, 0.0, 0.04, 99), "0 % of 99 samples (95 % interval 0 to 4 %)"),
        (Likelihood(0.999, 0.97, 1.0, 99), ">99 % of 99 samples (95 % interval 97 to 100 %)"),
    ],
)
def test_a_likelihood_has_the_digits_that_its_interval_deserves(found, said):
    assert sure(found) == said


@pytest.mark.parametrize(
    ("low", "high", "cells"),
    [
        (-1.0, 1.0, "---------|#########"),
        (1.0, -1.0, "---------|#########"),
        (0.5, 1.0, "         |    #####"),
        (-1.0, -1.0, "-        |         "),
        (0.0, 0.0, "         |         "),
        (-1.0, float("nan"), "-        |         "),
        (float("nan"), float("nan"), "         |         "),
    ],
)
def test_a_bar_shows_on_which_side_of_zero_its_ends_lie(low, high, cells):
    assert drawn(bar(low, high), -1.0, 1.0) == cells
    assert len(cells) == BAR


def test_where_the_verdict_flips_and_how_far_away_is_told_for_every_number():
    rows = render(ROBUST).split("What decides it")[1]
    assert re.search(r"operator: .* 0\.52 +0\.34$", rows, re.MULTILINE)
    assert re.search(r"feedback .* \(0\.1\) +0\.75$", rows, re.MULTILINE)
    assert re.search(r"chance raised .* nowhere +-$", rows, re.MULTILINE)


def test_numbers_are_called_by_their_labels_and_not_by_their_paths():
    told = words(ROBUST)
    assert not [path for path in (RISK, PATIENCE, WORTH, CHANCE) if path in told]
    assert all(label(path) in told for path in (RISK, PATIENCE))


def test_a_limit_that_noise_would_give_too_is_said_to_be_one():
    assert "By chance, perhaps: the limit of operator: discount factor." in words(ROBUST)
    (box,) = ROBUST.boxes
    assert "By chance" not in words(replace(ROBUST, boxes=(replace(box, support={RISK: 0.001}),)))


def test_information_within_its_error_is_not_sold():
    assert "chance raised to crisis" not in render(ROBUST).split("worth finding out")[1].split("Which arrangement")[0]
    (_, noise) = ROBUST.value_of_information
    assert "No single number" in words(replace(ROBUST, value_of_information=(noise,)))


def test_an_arrangement_that_holds_in_the_whole_box_is_told_as_one():
    assert ROBUST.whole_box is not None
    told = words(replace(ROBUST, whole_box=replace(ROBUST.whole_box, holds=True, slack=0.013)))
    assert "Holds wherever in their ranges the numbers lie, with a slack of 0.013 or more." in told


def test_many_states_numbers_and_long_names_fit():
    name = "actors.the national statistical office of a country with a very long name.terms.goodwill of all.base"
    many = replace(
        ROBUST,
        tornado=tuple(replace(ROBUST.tornado[0], input=name) for _ in range(30)),
        by_state={f"crisis, age {k}": k / 40 for k in range(40)},
        options=tuple(replace(one, name=one.name * 3) for one in ROBUST.options * 9),
        sensitivity=tuple(replace(ROBUST.sensitivity[0], inputs=(name, name)) for _ in range(30)),
    )
    told = render(many)
    assert max(map(len, told.splitlines())) <= WIDTH
    assert told.count("of 30; all of them with --json") == 2
    assert "(the weakest 5 of 40)" in told


# -- grids


@pytest.mark.parametrize("made", SWEEPS.values(), ids=SWEEPS.keys())
def test_every_grid_is_told_in_plain_text_that_fits(made):
    told = render(made())
    assert max(map(len, told.splitlines())) <= WIDTH
    assert told == render(made())
    assert "\x1b" not in told


def test_one_axis_is_told_by_the_intervals_in_which_the_same_happens():
    """The slack is 2 delta - 1.6: all states from 0.8 on, one from 0.7, with nothing shared from 0.9 (``judged``)."""
    rows = [re.split(r"  +", line.strip()) for line in render(one_axis()).splitlines()]
    told = {row[0]: row[1] for row in rows if len(row) == 3}
    assert told["0.8 - 0.9"] == "holds with sharing"
    assert told["0.92 - 0.98"] == "holds"
    assert told["0.62 - 0.7"] == "fails (operator leaves in crisis)"


def test_the_map_has_a_sign_for_every_point_and_the_legend_a_line_for_every_sign():
    result = two_axes()
    told = render(result)
    cells = Counter("".join(re.findall(r"^ +[\d.]+ \| (.*)$", told, re.MULTILINE)).replace(" ", ""))
    assert sorted(cells.values()) == sorted(count for _, count in counted(result.points))
    assert all(re.search(rf"^  {re.escape(sign)}  \w", told, re.MULTILINE) for sign in cells)
    assert cells["#"] == sum(p.verdict == "holds" for p in result.points)


def test_the_map_has_small_numbers_below_and_left():
    """Little patience and much risk (above, left) fail; much patience and little risk (below, right) hold."""
    lines = re.findall(r"^ +[\d.]+ \| (.*)$", render(two_axes()), re.MULTILINE)
    assert (lines[0][0], lines[-1][-1]) == ("A", "#")
    assert "A  fails (office leaves in crisis)" in render(two_axes())


def test_a_fine_map_is_thinned_and_says_so():
    told = render(two_axes(200, 90))
    assert max(map(len, told.splitlines())) <= WIDTH
    assert "The map shows part of a finer grid" in told
    assert "The map shows part" not in render(two_axes())


def test_an_axis_with_one_value_is_written_once():
    assert re.search(r"^ +\+ 0\.9$", render(grid((Axis(PATIENCE, (F(9, 10),)), Axis(RISK, (F(0), F(1)))),
                     (judged(0.1, F(9, 10), F(0)), judged(-0.1, F(9, 10), F(1))))), re.MULTILINE)  # fmt: skip


def test_where_the_border_runs_is_told_row_by_row():
    assert "0.5 - 0.9591 fails | 0.98 in some states" in words(two_axes())


def test_a_grid_turned_twice_is_the_same_and_once_the_other_way_round():
    result = two_axes(5, 3)
    assert turned(turned(result)) == result
    at = {p.at[::-1]: p.slack for p in result.points}
    assert {p.at: p.slack for p in turned(result).points} == at
    assert [p.at for p in turned(result).points[:5]] == [(F(0), v) for v in result.axes[0].values]


def test_words_against_words_are_a_table_of_what_happens():
    row = next(line for line in render(two_words()).splitlines() if line.startswith(" crisis"))
    assert re.split(r"  +", row.strip()) == ["crisis", "holds", "holds with sharing"]


def test_counts_by_slice_add_up_to_all_points():
    told = render(three_axes())
    for title in ("By level at the start", "By operator: discount factor", "By operator: privacy risk"):
        body = told.split(title)[1].split("\n\n")[1]
        rows = [line.split() for line in body.splitlines()[2:]]
        assert sum(int(n) for row in rows for n in row[-4:]) == len(three_axes().points)


@pytest.mark.parametrize("made", SWEEPS.values(), ids=SWEEPS.keys())
@pytest.mark.parametrize("left", [0, 1, 5])
def test_a_grid_that_was_interrupted_tells_what_it_has(made, left):
    result = made()
    told = render(replace(result, points=result.points[:left]))
    assert f"{left} scenarios so far" in told
    assert max(map(len, told.splitlines())) <= WIDTH


def test_outcomes_beyond_the_alphabet_share_a_sign_and_are_counted():
    values = tuple(F(k) for k in range(40))
    points = tuple(Point((v, w), "fails", (), -1.0, f"actor {v}", "calm", "x") for v in values for w in (F(0), F(1)))
    told = render(grid((Axis(PATIENCE, values), Axis(RISK, (F(0), F(1)))), points))
    assert "and 25 more; all of them with --json" in told
    assert "?" in told


def test_a_sanction_that_nobody_would_believe_has_a_sign_and_no_slack():
    values = (F(1, 2), F(3, 4))
    points = (Point((values[0],), "refused", (), nan, "", "", ""), judged(0.3, values[1]))
    told = render(grid((Axis(PATIENCE, values),), points))
    assert re.search(r"0\.5 +sanction not believed +-$", told, re.MULTILINE)


@pytest.mark.parametrize("verdict", ["unsearched", "outside"])
def test_every_verdict_that_a_grid_may_have_is_told(verdict):
    values = (F(1, 2), F(3, 4))
    for axes in ((PATIENCE,), (PATIENCE, RISK), (PATIENCE, RISK, WORTH)):
        sides = tuple(Axis(path, values) for path in axes)
        points = tuple(Point(at, verdict, (), nan, "", "", "") for at in product(values, repeat=len(axes)))
        assert WORDS[verdict].split()[-1] in render(grid(sides, points))


def test_samples_of_which_not_all_sets_of_states_were_searched_are_told():
    assert "50 % do not hold as asked" in words(replace(ROBUST, verdicts={"unsearched": 0.5, "holds": 0.5}))


# -- JSON


def test_robust_answers_with_the_fields_of_the_contract():
    found = json.loads(document(ROBUST, "robust"))
    assert list(found)[:3] == ["schema", "command", "proof"]
    assert found["likelihood"] == {"estimate": 0.7097, "low": 0.6956, "high": 0.7234, "samples": 4096}
    first = found["tornado"][0]
    assert (first["input"], first["low"], first["high"], first["flips_at"]) == (RISK, "1/5", "7/10", 0.52)
    assert found["boxes"][0]["limits"] == {RISK: [0.51, None], PATIENCE: [None, 0.93]}
    assert found["value_of_information"][0] == {"input": RISK, "value": 0.041, "error": 0.003}
    assert set(found) - {"schema", "command"} == {part.name for part in fields(Robustness)}


@pytest.mark.parametrize("made", SWEEPS.values(), ids=SWEEPS.keys())
def test_sweep_answers_with_the_fields_of_the_contract(made):
    result = made()
    found = json.loads(document(result, "sweep"))
    assert list(found)[:3] == ["schema", "command", "proof"]
    assert [axis["path"] for axis in found["axes"]] == [axis.path for axis in result.axes]
    assert len(found["points"]) == len(result.points)
    for told, point in zip(found["points"], result.points, strict=True):
        assert list(told["at"]) == [axis.path for axis in result.axes]
        assert list(told["at"].values()) == [v if isinstance(v, str) else str(v) for v in point.at]
        assert (told["verdict"], told["states"], told["actor"]) == (point.verdict, list(point.states), point.actor)
        assert {"slack", "state", "deviation"} <= set(told)


@pytest.mark.parametrize("made", SWEEPS.values(), ids=SWEEPS.keys())
def test_every_line_of_a_point_is_a_document_of_its_own(made):
    lines = document(made(), "sweep").splitlines()
    points = [json.loads(line.removesuffix(",")) for line in lines[1:-1]]
    assert points == json.loads("".join(lines))["points"]


def test_a_grid_without_points_is_a_document_too():
    assert json.loads("".join(sweep_lines(HEADER, replace(one_axis(), points=()))))["points"] == []


def test_points_are_written_while_they_are_computed():
    result, asked = one_axis(), []

    def computed() -> Iterator[Point]:
        for point in result.points:
            asked.append(point)
            yield point

    written = sweep_lines(HEADER, replace(result, points=()), computed())
    next(written)
    assert len(asked) == 0
    assert json.loads(next(written))["at"] == {PATIENCE: "1/2"}
    assert len(asked) == 1


def test_what_json_cannot_hold_is_null():
    point = Point((F(1, 2),), "refused", (), nan, "", "", "")
    result: Sweep = grid((Axis(PATIENCE, (F(1, 2),)),), (point,))
    assert json.loads(document(result, "sweep"))["points"][0]["slack"] is None


if __name__ == "__main__":
    GOLDEN.write_text(render(ROBUST), encoding="utf-8", newline="\n")
    print(GOLDEN)
