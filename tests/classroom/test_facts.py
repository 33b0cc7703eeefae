"""What a template can say beyond arithmetic: tables of payoffs, plans that are valued, points that are in reach."""

from __future__ import annotations

from fractions import Fraction

import pytest
from rich.console import Console

from classroom import expressions, template
from classroom.answers import choice, number, plan
from classroom.facts import Facts
from classroom.part import Part
from classroom.telling import variant_told
from classroom.variants import variant
from games.errors import ScenarioError

DILEMMA = {
    "kind": "game",
    "players": ["A", "B"],
    "discount": "1/2",
    "states": {
        "always": {
            "actions": {"A": ["share", "withhold"], "B": ["share", "withhold"]},
            "payoffs": [[["{R}", "{R}"], [-1, 6]], [[6, -1], [0, 0]]],
        }
    },
}
GRIM = {
    "start": "together",
    "nodes": {
        "together": {"play": {"A": "share", "B": "share"}, "breach": "apart"},
        "apart": {"play": {"A": "withhold", "B": "withhold"}},
    },
}


def _facts(solved: dict[str, dict[str, object]] | None = None) -> Facts:
    return Facts("a", {"R": Fraction(4)}, {}, solved or {}, {"pool": DILEMMA})


def test_a_table_shows_the_numbers_that_the_solver_reads() -> None:
    assert expressions.value("tables.pool", _facts(), "a").splitlines() == [
        "| A \\ B    | share | withhold |",
        "|----------|-------|----------|",
        "| share    | 4, 4  | −1, 6    |",
        "| withhold | 6, −1 | 0, 0     |",
    ]


def test_a_plan_that_a_template_states_is_valued_by_the_solver() -> None:
    facts = _facts({"grim": {"command": "plan", "game": "pool", "plan": GRIM}})
    # At 1/2 a breach is worth 6/2 + 0 against the 4 of sharing; sharing alone in 'apart' is worth −1/2 against 0.
    assert facts["grim"]["values"] == {"A": 4, "B": 4}
    assert facts["grim"]["slack"] == Fraction(1, 2)
    assert facts["grim"]["nodes"][1]["values"]["A"] == 0


def test_a_plan_with_an_unknown_node_is_refused_where_it_stands() -> None:
    facts = _facts({"grim": {"command": "plan", "game": "pool", "plan": {**GRIM, "start": "nowhere"}}})
    with pytest.raises(ScenarioError, match=r"a: solved\.grim"):
        facts["grim"]


@pytest.mark.parametrize(("breach", "forgives"), [("apart", False), ("once", True)])
def test_a_plan_forgives_if_play_comes_back_after_every_breach(breach: str, forgives: bool) -> None:
    nodes = {
        "together": {"play": {"A": "share", "B": "share"}, "breach": breach},
        breach: {"play": {"A": "withhold", "B": "withhold"}, "next": "together" if forgives else breach},
    }
    condition = {"name": "no way back", "holds": "forgives", "says": "It does not come back."}
    part = Part("a", "plan", {"game": "pool", "conditions": [condition]}, _facts())
    mark = plan.mark(part, plan.read(part, {"start": "together", "nodes": nodes}))
    assert mark.mistake == ("" if forgives else "no way back")


@pytest.mark.parametrize(("point", "within"), [("1, 1", True), ("2, 2", True), ("3, 0", True), ("3, 2", False)])
def test_a_point_is_inside_a_polygon_or_on_its_edge(point: str, within: bool) -> None:
    assert expressions.value(f"inside({point}, [[0, 0], [4, 0], [0, 4]])", {}, "a") is within


@pytest.mark.parametrize(("answer", "mistake"), [("3", ""), ("3.01", "no whole number"), ("4", "other")])
def test_nothing_between_whole_numbers_is_close(answer: str, mistake: str) -> None:
    part = Part("a", "number", {"answer": "3", "whole": True}, _facts())
    assert number.mark(part, number.read(part, answer)).mistake == mistake


def test_a_choice_says_something_of_every_wrong_option() -> None:
    otherwise = "With '{answer}' it earns less than {R}."
    spec = {"options": ["share", "withhold"], "answer": "'share'", "otherwise": otherwise}
    part = Part("a", "choice", spec, _facts())
    assert choice.mark(part, "withhold").says == ("With 'withhold' it earns less than 4.",)


def test_every_template_that_ships_names_its_source() -> None:
    assert all(any(mark.isdigit() for mark in one.source) for one in template.templates())


def test_the_screen_breaks_the_lines_of_a_story_and_not_those_of_its_table() -> None:
    one = variant(template.read("best-replies"), 0)
    console = Console(width=100, color_system=None)
    with console.capture() as capture:
        for line in variant_told(one):
            console.print(line)
    assert expressions.value("tables.month", one.facts, "a") in capture.get()
