"""Ranges are found at their places, and values are put there exactly."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.errors import ScenarioError
from games.files.documents import read_document, shipped
from games.files.levers import change
from games.files.numbers import central, is_range
from games.files.plug import plugged
from games.files.scenario import build, read
from games.files.uncertain import Input, inputs, standing

RANGE = {"low": F(1, 10), "likely": F(2, 10), "high": F(6, 10)}
COST = "mechanisms.aggregation.cost.operator"
RISK = "actors.operator.terms.privacy risk.base"
WITH_LEVERS = [(name, active) for name in shipped() for active in [(), *((one.name,) for one in read(name).levers)]]


def mobility() -> dict[str, Any]:
    """Return a shipped document; its ranges may be settled one by one, so none moves with another."""
    return {key: part for key, part in read_document("mobility-pandemic")[1].items() if key != "correlations"}


def shapes(document: Mapping[str, Any]) -> list[str]:
    return [one.path for one in inputs(document)]


@pytest.mark.parametrize(("name", "active"), WITH_LEVERS)
def test_the_standing_document_is_the_partnership_with_its_mechanisms_on(name: str, active: tuple[str, ...]) -> None:
    _, document = read_document(name)
    assert build(standing(document, active), name).partnership == build(document, name, active).partnership


def test_what_several_mechanisms_cost_counts_in_the_standing_document() -> None:
    active = ("reframing", "aggregation")
    made = build(standing(mobility(), active), "m").partnership
    assert made == build(mobility(), "m", active).partnership
    assert {t.name for a in made.actors for t in a.terms} >= {"reframing (cost)", "aggregation (cost)"}


def test_an_unknown_mechanism_is_refused() -> None:
    with pytest.raises(ScenarioError, match="did you mean 'aggregation'"):
        standing(mobility(), ["agregation"])


@pytest.mark.parametrize(
    "path",
    [
        "ends", "actors.operator.discount", "actors.operator.terms.opportunity cost.urgency_slope",
        "urgency.levels.raised", "urgency.transitions.calm.raised", "actors.office.budget", "actors.office.budget.calm",
        "instruments.feedback dashboard.value", "instruments.feedback dashboard.cap", "actors.office.floor",
    ],
)  # fmt: skip
def test_a_range_is_found_wherever_a_number_may_stand(path: str) -> None:
    likely = F(22, 1000)  # what stands in the row of probabilities
    document = change(bare(mobility()), path, {"low": F(0), "likely": likely, "high": F(1, 5)})
    build(document, "m")
    assert [(one.path, one.likely, one.numbers["high"]) for one in inputs(document)] == [(path, likely, F(1, 5))]


def test_a_range_of_what_a_mechanism_costs_counts_while_that_is_on() -> None:
    document = bare(mobility())
    document["mechanisms"]["aggregation"]["cost"]["operator"] = RANGE
    assert shapes(standing(document, [])) == []
    assert shapes(standing(document, ["aggregation"])) == ["mechanisms.aggregation.cost.operator"]
    assert build(document, "m", ["aggregation"]).notes == ("1 number is a range, read at its likely value",)
    assert build(document, "m").notes == ()


def bare(document: Any) -> Any:
    """Return a document with every range replaced by its central value."""
    if is_range(document):
        return central(document, lambda number: number)
    if isinstance(document, dict):
        return {key: bare(below) for key, below in document.items()}
    return [bare(below) for below in document] if isinstance(document, list) else document


def test_a_range_of_a_mechanism_is_found_where_it_is_put_once_that_is_on() -> None:
    document = bare(mobility())
    document["mechanisms"]["aggregation"]["changes"][RISK] = RANGE
    assert shapes(standing(document, [])) == []
    assert shapes(standing(document, ["aggregation"])) == [RISK]


def test_a_number_that_a_mechanism_settles_is_uncertain_no_more() -> None:
    document = change(bare(mobility()), RISK, RANGE)
    assert shapes(standing(document, [])) == [RISK]
    assert shapes(standing(document, ["aggregation"])) == []


def test_names_that_look_like_ranges_are_none() -> None:
    document = {
        "title": "t", "discount": F(9, 10), "actors": {"likely": {}, "distribution": {"discount": RANGE}},
        "pools": {"p": {"action": "take part", "weights": {"likely": F(1)}}},
    }  # fmt: skip
    build(document, "t")
    assert inputs(document) == (Input("actors.distribution.discount", "triangular", RANGE, F(2, 10)),)


def test_a_path_with_two_meanings_is_refused() -> None:
    terms = [{"name": "risk", "base": RANGE}, {"name": "risk.base", "base": F(1)}]
    document = {"title": "t", "discount": F(9, 10), "actors": {"a": {"terms": terms}, "b": {}}}
    with pytest.raises(ScenarioError, match="could mean two parts"):
        inputs(document)


def test_an_item_without_a_name_is_found_by_its_number() -> None:
    _, document = read_document("payments-nowcasting")
    document["urgency"]["cuts"] = [{"low": F(20), "likely": F(25), "high": F(30)}, F(60)]
    assert "urgency.cuts.#1" in shapes(document)
    assert plugged(document, {"urgency.cuts.#1": F(21)})["urgency"]["cuts"] == [F(21), F(60)]


# -- values put into rows of probabilities ------------------------------------------------------------------------

ROW = "urgency.transitions.raised."  # { calm = 0.070, raised = 0.812, crisis = 0.118 }


def row(values: Mapping[str, Any]) -> dict[str, Any]:
    document = bare(mobility())
    return plugged(document, {ROW + name: value for name, value in values.items()})["urgency"]["transitions"]["raised"]


def test_the_other_entries_of_a_row_keep_their_proportions() -> None:
    # By hand: 0.4 is left for 0.070 + 0.118 = 0.188.
    changed = row({"raised": F(6, 10)})
    assert changed == {"calm": F(70, 188) * F(4, 10), "raised": F(6, 10), "crisis": F(118, 188) * F(4, 10)}


@given(st.lists(st.fractions(F(1, 1000), F(1, 3), max_denominator=1000), min_size=1, max_size=3))
def test_a_row_sums_to_one_whatever_is_put_into_it(values: list[F]) -> None:
    assert sum(row(dict(zip(("calm", "raised", "crisis"), values, strict=False))).values()) == 1


def test_a_row_that_is_put_whole_is_divided_by_its_sum() -> None:
    assert row({"calm": 1, "raised": 2, "crisis": 5}) == {"calm": F(1, 8), "raised": F(2, 8), "crisis": F(5, 8)}


def test_the_likely_values_of_a_row_leave_it_as_it_is() -> None:
    assert row({"calm": F(7, 100), "crisis": F(118, 1000)}) == bare(mobility())["urgency"]["transitions"]["raised"]


def test_a_range_in_a_row_that_is_not_put_counts_at_its_central_value() -> None:
    document = bare(mobility())
    document["urgency"]["transitions"]["raised"]["calm"] = {"low": 0, "likely": F(7, 100), "high": F(1, 10)}
    changed = plugged(document, {ROW + "raised": F(6, 10)})["urgency"]["transitions"]["raised"]
    assert changed == row({"raised": F(6, 10)})


def test_a_level_that_could_not_follow_before_may_be_put() -> None:
    changed = plugged(bare(mobility()), {"urgency.transitions.calm.crisis": F(1, 2)})["urgency"]["transitions"]["calm"]
    assert changed == {"calm": F(489, 1000), "raised": F(11, 1000), "crisis": F(1, 2)}


def test_a_row_of_which_nothing_is_left_is_refused() -> None:
    document = {"urgency": {"transitions": {"calm": {"calm": F(1), "crisis": F(0)}}}}
    assert plugged(document, {"urgency.transitions.calm.calm": 1}) == document
    with pytest.raises(ScenarioError, match=r"calm: nothing else in this row makes up for the probability 9/10"):
        plugged(document, {"urgency.transitions.calm.calm": F(9, 10)})
    with pytest.raises(ScenarioError, match="sum to 0"):
        plugged(document, {"urgency.transitions.calm.calm": 0, "urgency.transitions.calm.crisis": 0})
    with pytest.raises(ScenarioError, match=r"calm\.calm: expects a number, found the text 'often'"):
        plugged(document, {"urgency.transitions.calm.calm": "often"})


def test_values_are_put_anywhere_else_as_they_are_and_the_document_stays() -> None:
    document = standing(mobility(), ["aggregation"])
    values = {RISK: F(3), "urgency.start": "calm", "agreement.sanction.suspend": 6, COST: F(1)}
    made = build(plugged(document, values), "m").partnership
    assert (made.urgency.start, made.sanction.periods) == (0, 6)
    terms = {term.name: term.base for term in made.actor("operator").terms}
    assert (terms["privacy risk"], terms["aggregation (cost)"]) == (3, 1)
    assert document == standing(mobility(), ["aggregation"])


def test_a_value_for_a_mechanism_that_is_off_is_refused() -> None:
    for path in (COST, "mechanisms.aggregation.text", "with", "actors.nobody.discount"):
        with pytest.raises(ScenarioError, match=r"leads nowhere|cannot be changed"):
            plugged(standing(mobility(), []), {path: F(1)})
