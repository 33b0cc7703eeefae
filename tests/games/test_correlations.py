"""[[correlations]]: which ranges move together, and what is refused of it."""

from __future__ import annotations

import json
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest

from games.errors import ScenarioError
from games.files.levers import change
from games.files.plug import plugged
from games.files.scenario import build
from games.files.uncertain import Group, groups, inputs, standing
from solver.study.comparison import compare

RANGE = {"low": F(1), "likely": F(2), "high": F(3)}
COST, GAIN, SLOPE = "actors.a.terms.cost.base", "actors.a.terms.gain.base", "actors.a.terms.gain.urgency_slope"
LATER = "actors.b.discount"


def scenario(*correlations: dict[str, Any]) -> dict[str, Any]:
    terms = [{"name": "cost", "base": RANGE}, {"name": "gain", "base": RANGE, "urgency_slope": RANGE}]
    return {
        "title": "t", "discount": F(1, 2), "actors": {"a": {"terms": terms}, "b": {"discount": F(1, 3)}},
        "correlations": list(correlations),
        "mechanisms": {
            "settled": {"changes": {COST: F(2)}},
            "doubtful": {"changes": {LATER: {"low": 0, "likely": F(1, 3), "high": F(1, 2)}}},
        },
    }  # fmt: skip


def moving(*paths: str, rank: F = F(3, 5)) -> dict[str, Any]:
    return {"inputs": list(paths), "rank": rank}


def found(document: dict[str, Any], *active: str) -> tuple[Group, ...]:
    build(document, "t", active)
    pulled = standing(document, active)
    return groups(pulled, inputs(pulled))


def test_a_group_is_read_as_it_is_written() -> None:
    assert found(scenario(moving(COST, GAIN))) == (Group((COST, GAIN), F(3, 5)),)


def test_a_range_that_a_mechanism_settles_leaves_its_group() -> None:
    document = scenario(moving(COST, GAIN, SLOPE))
    assert found(document, "settled") == (Group((GAIN, SLOPE), F(3, 5)),)
    assert found(scenario(moving(COST, GAIN)), "settled") == ()


def test_a_value_that_is_put_leaves_its_group() -> None:
    document = standing(scenario(moving(COST, GAIN, SLOPE)), [])
    assert found(plugged(document, {COST: F(2)})) == (Group((GAIN, SLOPE), F(3, 5)),)
    assert found(plugged(document, {COST: F(2), GAIN: F(2)})) == ()


def test_the_standing_document_is_read_as_a_file_is() -> None:
    document = standing(scenario(moving(COST, GAIN), moving(SLOPE, LATER)), ["settled"])
    assert build(document, "t").active == ("settled",)
    assert document["correlations"] == []


def test_a_range_that_a_mechanism_brings_joins_its_group() -> None:
    document = scenario(moving(COST, LATER))
    assert found(document) == ()
    assert found(document, "doubtful") == (Group((COST, LATER), F(3, 5)),)


def test_comparing_tries_a_settled_range_in_spite_of_its_group(tmp_path: Path) -> None:
    files = []
    for name, cost in (("uncertain", RANGE), ("settled", F(2))):
        document = change(scenario(moving(GAIN, SLOPE)) | {"mechanisms": {}}, COST, cost)
        if name == "uncertain":
            document["correlations"] = [moving(COST, GAIN, SLOPE)]
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(json.dumps(document, default=str), encoding="utf-8")
    found = compare(list(map(str, files)))
    ((difference,),) = found.differences
    assert (difference.path, difference.verdict) == (COST, found.evaluations[1].verdict)


@pytest.mark.parametrize(
    ("groups", "where", "what", "hint"),
    [
        ([moving(COST, GAIN + "s")], "#1.inputs.#2", f"'{GAIN}s' leads nowhere", f"did you mean '{GAIN}'"),
        ([moving(COST, "discount")], "#1.inputs.#2", "'discount' is the number 0.5, not a range", "a range is { low"),
        ([moving(COST, "actors.a")], "#1.inputs.#2", "'actors.a' is a table, not a range", "a range is { low"),
        ([moving(COST, GAIN), moving(SLOPE, GAIN)], "#2.inputs.#2", "moves with others already", "one group"),
        ([moving(COST, COST)], "#1.inputs.#2", "moves with others already", "once"),
        ([moving(COST)], "#1.inputs", "names 1 range", "at least two"),
        ([moving()], "#1.inputs", "names no ranges", "at least two"),
        ([moving(COST, GAIN, rank=F(1))], "#1.rank", "1 is not in", "0 is no correlation"),
        # Three ranges: 2 sin(pi r / 6) = -1/2 at r = -0.4826.
        ([moving(COST, GAIN, SLOPE, rank=F(-483, 1000))], "#1.rank", "-0.483 is too low", "at least -0.482"),
        ([moving(COST, GAIN, rank=RANGE)], "#1.rank", "expects a number, found a table", ""),
    ],
)  # fmt: skip
def test_a_group_that_cannot_be_is_refused(groups: list[dict[str, Any]], where: str, what: str, hint: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        build(scenario(*groups), "t")
    (problem,) = refused.value.problems
    assert problem.where == f"t: correlations.{where}"
    assert what in problem.what and hint in problem.hint


def test_two_may_move_against_each_other_as_strongly_as_they_like() -> None:
    assert found(scenario(moving(COST, GAIN, rank=F(-999, 1000))))
    assert found(scenario(moving(COST, GAIN, SLOPE, rank=F(-482, 1000))))


def test_no_mechanism_changes_what_moves_together() -> None:
    with pytest.raises(ScenarioError, match="'correlations' cannot be changed"):
        change(scenario(), "correlations", [])


def test_whatever_else_is_wrong_is_told_beside_it() -> None:
    document = scenario({"inputs": [COST, {"base": 1}], "rank": F(1, 2)}, moving(COST, "ends"))
    document["renewal"] = {"refreshes": ["gains"]}
    document["actors"]["a"]["terms"][1]["name"] = 7
    document["mechanisms"]["settled"]["changes"]["actors.nobody.discount"] = F(1, 2)
    with pytest.raises(ScenarioError) as refused:
        build(document, "t")
    assert [problem.where for problem in refused.value.problems] == [
        "t: actors.a.terms.#2.name",
        "t: correlations.#1.inputs.#2",
        "t: correlations.#2.inputs.#1",
        "t: correlations.#2.inputs.#2",
        "t: mechanisms.settled.changes.actors.nobody.discount",
    ]
