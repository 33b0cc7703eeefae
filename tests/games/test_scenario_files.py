"""What a scenario file may hold, what is refused, and in which words."""

from __future__ import annotations

import copy
import io
import json
import subprocess
import sys
import time
import tomllib
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.errors import ScenarioError
from games.files.documents import read_document, shipped
from games.files.levers import change
from games.files.scenario import build, read
from games.files.schema import json_schema
from games.files.syntax import parse
from games.partnership import Renewal, Sanction
from tests.examples import examples

MOBILITY = """
title = "Mobility data"
question = "Sign now?"
period = "month"
with = []

[urgency]
levels = { calm = 0.15, crisis = 0.75 }
transitions = { calm = { calm = 0.9, crisis = 0.1 }, crisis = { calm = "1/3", crisis = "2/3" } }
start = "crisis"

[actors.operator]
discount = 0.85
actions = ["share", "withhold"]
[[actors.operator.terms]]
name = "recognition"
when = { operator = "share" }
urgency_slope = 1.2
retention = 0.9
[[actors.operator.terms]]
name = "privacy risk"
base = { low = 0.2, likely = 0.4, high = 0.9 }
kind = "risk"
when = { operator = ["share"], office = "take part" }
pool = "data"

[actors.office]
discount = 0.9
budget = { calm = 1, crisis = 2 }

[pools.data]
action = "share"

[[instruments]]
name = "dashboard"
from = "office"
to = "operator"
cost = 0.3
value = { calm = 0.5, crisis = 0.9 }
cap = 1
needs = { operator = "share" }
uses = "server"
level = 0.5
[[instruments]]
name = "fee"
from = "fund"
to = ["operator", "office"]
money = true
timing = "up front"

[funders.fund]
budget = 3

[capacities]
server = 2

[renewal]
by = "operator"
cost = 0.2
every = 3

[hazards.breach]
chance = 0.01
when = { operator = "share" }

[agreement]
target = { operator = { calm = "withhold", crisis = "share" } }
sanction = { suspend = 6 }

[mechanisms.aggregation]
text = "share aggregates"
changes = { "actors.operator.terms.privacy risk.base" = 0.1, "instruments.fee.enforceable" = true }
cost = { operator = 0.05 }
[mechanisms.insurance]
changes = { "agreement.lapse" = "end" }
"""
SMALL = {"title": "t", "discount": F(9, 10), "actors": {"a": {}, "b": {}}}


def document(text: str = MOBILITY) -> dict[str, Any]:
    return parse(text, "mobility.toml", "toml")


def put(path: str, value: Any, base: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a document with a value at a path of keys and indices, whether or not it makes sense there."""
    changed = copy.deepcopy(document() if base is None else base)
    *keys, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    here: Any = changed
    for key in keys:
        here = here.setdefault(key, {}) if isinstance(here, dict) else here[key]
    here[last] = value
    return changed


def problems(given_document: Any, active: list[str] | None = None) -> dict[str, str]:
    """Return what is wrong by place, for a document that must be refused."""
    with pytest.raises(ScenarioError) as caught:
        build(given_document, "mobility.toml", active)
    found = {p.where.removeprefix("mobility.toml: "): f"{p.what} | {p.hint}" for p in caught.value.problems}
    assert len(found) == len(caught.value.problems), caught.value
    assert not any(word in str(caught.value) for word in ("pydantic", "Input should", "valid", "Error", "object at"))
    return found


def message(file: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_document(file)
    return str(caught.value)


def test_a_whole_file_becomes_the_nouns_it_describes():
    scenario = build(document(), "mobility.toml")
    p = scenario.partnership
    operator = p.actor("operator")
    assert p.urgency.transitions[1] == (F(1, 3), F(2, 3)) and p.urgency.start == 1
    assert operator.discount == F(17, 20) and operator.outside == "withhold"
    assert operator.terms[1].when == {"operator": ("share",), "office": ("take part",)}
    assert operator.terms[1].base == F(2, 5)
    assert p.actor("office").budget == (1, 2) and p.actor("office").actions == ("take part", "walk away")
    assert p.target == {"operator": ("withhold", "share"), "office": ("take part", "take part")}
    assert p.pools[0].contributions == {"operator": {"share": 1}}
    assert p.instruments[0].value == (F(1, 2), F(9, 10)) and p.instruments[1].cost == (1, 1)
    assert p.funders[0].discount == F(9, 10) and p.capacities == {"server": (2, 2)}
    assert p.renewal == Renewal(cap=3, by="operator", cost={"operator": F(1, 5)}, every=3)
    assert p.sanction == Sanction(6) and p.hazards[0].chance == (F(1, 100), F(1, 100))
    assert scenario.notes == ("1 number is a range, read at its likely value",)
    assert scenario.question == "Sign now?"


def test_a_lever_is_the_partnership_with_one_more_mechanism():
    scenario = build(document(), "mobility.toml")
    aggregation, insurance = scenario.levers
    operator = aggregation.partnership.actor("operator")
    assert (aggregation.name, aggregation.cost) == ("aggregation", {"operator": F(1, 20)})
    assert operator.terms[1].base == F(1, 10) and aggregation.partnership.instruments[1].enforceable
    assert (operator.terms[2].name, operator.terms[2].kind) == ("aggregation (cost)", "cost")
    assert operator.terms[2].when == {"operator": ("share",)}
    assert insurance.partnership.lapse == "end" and len(insurance.partnership.actor("operator").terms) == 2
    both = build(document(), "mobility.toml", ["aggregation"])
    assert both.partnership == aggregation.partnership and both.active == ("aggregation",)
    assert [lever.name for lever in both.levers] == ["insurance"]
    assert both.levers[0].partnership.actor("operator").terms == operator.terms
    assert build(put("with", ["aggregation"]), "mobility.toml") == both


def test_toml_and_json_of_the_same_content_are_the_same_scenario():
    plain = tomllib.loads(MOBILITY)
    assert build(parse(json.dumps(plain), "x.json", "json"), "x") == build(document(), "x")
    assert build(plain, "x") == build(document(), "x")


def test_decimals_are_exact_and_ends_shortens_every_horizon():
    scenario = build(put("ends", F(1, 10)), "x")
    assert [a.discount for a in scenario.partnership.actors] == [F(153, 200), F(81, 100)]
    assert scenario.partnership.funders[0].discount == F(81, 100)


def test_the_smallest_file_needs_a_title_and_two_actors():
    p = build(SMALL, "x").partnership
    assert (
        p.urgency.names == ("steady",) and p.renewal is None and p.target == {"a": ("take part",), "b": ("take part",)}
    )


@pytest.mark.parametrize(
    ("retention", "cap"), [("0.1", 2), ("0.5", 7), ("0.9", 44), ("0", 1)]
)  # smallest k with r^k <= 1/100
def test_what_fades_without_renewal_is_followed_until_a_hundredth_is_left(retention, cap):
    p = build(put("actors/a/terms", [{"name": "t", "retention": retention}], SMALL), "x").partnership
    assert p.renewal == Renewal(cap=cap)


PRESETS: list[tuple[dict[str, Any], int]] = [
    ({"preset": "constant", "level": F(1, 2)}, 1),
    ({"levels": {"only": 0}}, 1),
    ({"preset": "pulse", "peak": 1, "plateau": 3, "half_life": 2}, 5),
    ({"preset": "waves", "trough": 0, "crest": 1, "low": 2, "rise": 2, "high": 2, "fall": 2}, 4),
    ({"preset": "ramp", "low": 0, "high": 1, "steps": 4, "pace": 2}, 4),
    ({"preset": "pulse on a ramp", "ramp": {"low": 0, "high": 1, "steps": 2, "pace": 2},
      "pulse": {"peak": 1, "plateau": 3, "half_life": 2, "steps": 1}}, 6),
]  # fmt: skip


@pytest.mark.parametrize(("urgency", "levels"), PRESETS)
def test_every_preset_is_read(urgency, levels):
    assert len(build(put("urgency", urgency, SMALL), "x").partnership.urgency.levels) == levels


def test_an_empirical_series_is_found_beside_the_file_and_counted(tmp_path):
    (tmp_path / "s.csv").write_text("month,value\n1,10\n2,90\n3,20\n")
    urgency = {"preset": "empirical", "file": "s.csv", "column": "value", "names": ["low", "high"], "cuts": [50]}
    levels = build(put("urgency", urgency, SMALL), str(tmp_path / "x.toml")).partnership.urgency.levels
    assert [level.urgency for level in levels] == [F(3, 20), F(9, 10)]
    for key, value, where, words in [
        ("file", "no.csv", "urgency.file", "no file 'no.csv'"),
        ("column", "vale", "urgency.column", "did you mean 'value'?"),
        ("cuts", [95], "urgency.names.high", "no value of the series"),
        ("cuts", [50, 60], "urgency.cuts", "2 cuts for 2 names"),
    ]:
        with pytest.raises(ScenarioError, match=words.replace("?", r"\?")) as caught:
            build(put("urgency", urgency | {key: value}, SMALL), "x", folder=tmp_path)
        assert caught.value.problems[0].where == f"x: {where}"
    (tmp_path / "s.csv").write_text("month,value\n1,10\n2,none\n")
    with pytest.raises(ScenarioError, match="line 3: expects a number, found the text 'none'"):
        build(put("urgency", urgency, SMALL), "x", folder=tmp_path)


def test_the_message_of_a_bad_row_is_the_promised_one():
    with pytest.raises(ScenarioError) as caught:
        build(put("urgency/transitions/crisis", {"calm": F(1, 10), "crisis": F(8, 10)}), "mobility.toml")
    assert str(caught.value) == (
        "mobility.toml: urgency.transitions.crisis: probabilities sum to 9/10, not 1\n  hint: add 1/10 to one entry"
    )


# Each: where something is planted, what, the place that must be named, and words of its message.
PLANTED: list[tuple[str, Any, str, str]] = [
    ("actors/operator/discount", 1, "actors.operator.discount", "1 is not in [0, 1)"),
    ("actors/office/discount", "abc", "actors.office.discount", "expects a number, found the text 'abc'"),
    ("actors/office/floor", {"low": 1, "high": 2}, "actors.office.floor", "lacks 'likely'"),
    ("instruments/0/value", {"low": 1, "high": 2}, "instruments.dashboard.value", "lacks 'likely'"),
    ("actors/office/budget", {"calm": 1}, "actors.office.budget", "leaves out level 'crisis'"),
    ("actors/operator/terms/0/urgency_slop", 1, "actors.operator.terms.recognition.urgency_slop", "'urgency_slope'?"),
    ("actors/operator/terms/0/base", True, "actors.operator.terms.recognition.base", "expects a number, found true"),
    ("actors/operator/terms/0/when", "share", "actors.operator.terms.recognition.when", "expects a table"),
    ("actors/operator/terms/1/when", {"operator": "shar"}, "actors.operator.terms.privacy risk.when.operator",
     "did you mean 'share'?"),
    ("actors/operator/terms/1/pool", "dato", "actors.operator.terms.privacy risk.pool", "did you mean 'data'?"),
    ("actors/operator/terms/1/kind", "rsk", "actors.operator.terms.privacy risk.kind", "did you mean 'risk'?"),
    ("actors/operator/outside", "withold", "actors.operator.outside", "did you mean 'withhold'?"),
    ("instruments/0/cap", {"calm": 1, "crisis": -1}, "instruments.dashboard.cap.crisis", "-1 is negative"),
    ("instruments/0/from", "offce", "instruments.dashboard.from", "did you mean 'office'?"),
    ("instruments/0/uses", "servr", "instruments.dashboard.uses", "did you mean 'server'?"),
    ("instruments/0/level", 2, "instruments.dashboard.level", "above the cap"),
    ("instruments/0/cost", [1], "instruments.dashboard.cost", "expects a number, found a list"),
    ("instruments/1/cost", 2, "instruments.fee.cost", "money costs 1"),
    ("instruments/1/timing", "upfront", "instruments.fee.timing", "did you mean 'up front'?"),
    ("renewal/by", "operater", "renewal.by", "did you mean 'operator'?"),
    ("hazards/breach/chance", F(-1, 10), "hazards.breach.chance", "-0.1 is not in [0, 1)"),
    ("agreement/lapse", "stop", "agreement.lapse", "none of sleep, end"),
    ("agreement/target/office", "share", "agreement.target.office", "has no action 'share'"),
    ("urgency/start", "crises", "urgency.start", "did you mean 'crisis'?"),
    ("urgency/transitions/calm", {"calm": F(11, 10), "crisis": F(-1, 10)}, "urgency.transitions.calm", "negative"),
    ("titel", "x", "titel", "did you mean 'title'?"),
    ("mechanisms/insurance/cost", {"ofice": 1}, "mechanisms.insurance.cost.ofice", "did you mean 'office'?"),
    ("with", ["agregation"], "with.#1", "did you mean 'aggregation'?"),
]  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.sets(st.sampled_from(range(len(PLANTED)))).filter(bool))
def test_any_set_of_mistakes_is_reported_in_one_pass_and_nothing_else(chosen):
    planted = document()
    for index in chosen:
        planted = put(*PLANTED[index][:2], planted)
    found = problems(planted)
    assert set(found) == {PLANTED[index][2] for index in chosen}
    assert all(PLANTED[index][3] in found[PLANTED[index][2]] for index in chosen)


ALONE: list[tuple[str, Any, str, str]] = [
    ("actors", 3, "actors", "expects a table, found the number 3"),
    ("actors/operator", [], "actors.operator", "expects a table, found a list"),
    ("actors/operator/terms", {}, "actors.operator.terms", "expects a list, found a table"),
    ("actors/operator/actions", "share", "actors.operator.actions", "expects a list"),
    ("actors/operator/actions", ["share", "withhold", "share"], "actors.operator.actions.#3", "second action"),
    ("actors/operator/actions", ["share", "x + renew", "withhold"], "actors.operator.actions.#2", "may not end"),
    ("actors/office/terms", [{"name": "x"}, {"name": "x"}], "actors.office.terms.x", "second term"),
    ("instruments/1/name", 3, "instruments.#2.name", "expects a name"),
    ("instruments/0/name", "fee", "instruments.fee", "second instrument"),
    ("instruments/0/to", "office", "instruments.dashboard.to", "give to itself"),
    ("instruments/0/at_least", 2, "instruments.dashboard.at_least", "2 of 1 needs"),
    ("funders/office", {}, "funders.office", "is an actor too"),
    ("urgency", 3, "urgency", "expects a table"),
    ("urgency", {"preset": "pulze"}, "urgency.preset", "did you mean 'pulse'?"),
    ("urgency", {"preset": "ramp", "low": 0, "high": 1, "steps": 1000000, "pace": 2}, "urgency.steps", "1000"),
    ("urgency/levels", {"likely": 0, "calm": 1}, "urgency.levels.likely", "no level may have this name"),
    ("urgency/transitions/calm", {"calm": F(9, 10), "crsis": F(1, 10)}, "urgency.transitions.calm.crsis", "'crisis'?"),
    ("renewal/cap", 1000000, "renewal.cap", "more than 1000"),
    ("renewal/every", 1000000, "renewal.every", "more than 1000"),
    ("renewal/cap", 1, "renewal.cap", "below every - 1 = 2"),
    ("renewal/refreshes", [], "renewal.refreshes", "leaves out 'recognition', which fades"),
    ("mechanisms/insurance/changes", {"actors.ofice.discount": 1}, "mechanisms.insurance.changes.actors.ofice.discount",
     "did you mean 'office'?"),
    ("mechanisms/insurance/changes", {"actors.office.discount": 2}, "mechanisms.insurance", "2 is not in [0, 1)"),
    ("mechanisms/insurance/changes", {"actors.office.discont": 0}, "mechanisms.insurance.changes.actors.office.discont",
     "did you mean 'discount'?"),
    ("title", None, "title", "is null"),
    ("schema", 2, "schema", "expects 1"),
    ("kind", "game", "kind", "this command reads partnerships"),
    ("actors/operator/terms/0/name", " x", "actors.operator.terms. x.name", "begins or ends with a space"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "where", "words"), PLANTED + ALONE, ids=lambda v: str(v)[:40])
def test_a_mistake_is_one_message_at_its_place(path, value, where, words):
    found = problems(put(path, value))
    assert list(found) == [where] and words in found[where]


def test_without_its_mistake_each_file_is_accepted():
    for path, value, *_ in PLANTED:
        assert build(document(), "x") and problems(put(path, value))


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e400", "1e999999999", "1e13", "1e-13", "9" * 5000])
@pytest.mark.parametrize("form", ["toml", "json"])
def test_a_number_of_no_use_is_refused_before_it_is_built(number, form):
    if form == "toml":
        text = MOBILITY.replace("urgency_slope = 1.2", f"urgency_slope = {number}")
    else:
        spelt = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(number, number)
        text = json.dumps(tomllib.loads(MOBILITY)).replace('"urgency_slope": 1.2', f'"urgency_slope": {spelt}')
    started = time.monotonic()
    with pytest.raises(ScenarioError) as caught:
        build(parse(text, "x", form), "x")
    assert len(caught.value.problems) == 1 and len(str(caught.value)) < 200
    assert "recognition.urgency_slope" in str(caught.value) or "line" in str(caught.value)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"low": 1, "likely": 3, "high": 2}, "not ascending"),
        ({"low": 1, "likely": 2}, "lacks 'high'"),
        ({"distribution": "gauss", "mean": 1, "sd": 1}, "unknown distribution"),
        ({"distribution": "normal", "mean": 1, "sd": 0}, "must be positive"),
        ("1/0", "divides by zero"),
        ("50%", "expects a number, found the text '50%'"),
    ],
)
def test_a_range_that_is_none_is_refused(value, words):
    found = problems(put("actors/operator/terms/0/base", value))
    assert words in found["actors.operator.terms.recognition.base"]


@pytest.mark.parametrize(
    ("value", "central"),
    [
        ({"low": 1, "likely": 2, "high": 6}, F(2)),
        ({"distribution": "uniform", "low": 1, "high": 2}, F(3, 2)),
        ({"distribution": "beta", "alpha": 1, "beta": 3}, F(1, 4)),
        ({"distribution": "normal", "mean": "1/3", "sd": 1}, F(1, 3)),
        ("1/3", F(1, 3)),
    ],
)
def test_a_range_is_read_at_its_central_value(value, central):
    p = build(put("actors/operator/terms/0/base", value), "x").partnership
    assert p.actor("operator").terms[0].base == central


def test_a_missing_discount_a_missing_title_and_a_lonely_actor_are_each_named():
    assert problems({"actors": {"a": {"discont": 1}}}).keys() == {
        "title",
        "actors",
        "actors.a.discount",
        "actors.a.discont",
    }


def test_an_unknown_name_on_the_command_line_is_refused():
    assert "did you mean 'insurance'?" in problems(document(), ["insuranc"])["--with"]


def test_a_change_copies_what_it_changes_and_nothing_else():
    before = document()
    after = change(before, "actors.operator.terms.privacy risk.base", F(7))
    assert before == document() and after["actors"]["operator"]["terms"][1]["base"] == 7
    assert after["instruments"] is before["instruments"]
    assert change(before, "urgency.transitions.calm.crisis", F(1))["urgency"]["transitions"]["calm"]["crisis"] == 1
    assert change(SMALL, "agreement.target.a", "walk away")["agreement"] == {"target": {"a": "walk away"}}
    dotted = {"actors": {"st. john": {"discount": 0}, "st": {}}}
    assert change(dotted, "actors.st. john.discount", 1)["actors"]["st. john"] == {"discount": 1}
    for path in ("with", "mechanisms.x", "actors.nobody.discount", "title.x", "instruments.fe.cap", ""):
        with pytest.raises(ScenarioError):
            change(before, path, 1)


SYNTAX = [
    ("x.toml", "", "the file is empty"),
    ("x.toml", "# only a comment\n", "title: is missing"),
    ("x.toml", 'title = "a"\ntitle = "b"\n', "line 2, column 12: this key is given twice"),
    ("x.toml", "[a]\n[a]\n", "line 2, column 3: this table is given twice"),
    ("x.toml", 'title = "a\n', "line 1, column 11: this text is not closed"),
    ("x.toml", "title = abc\n", "line 1, column 9: expects a value here"),
    ("x.toml", "a = " + "[" * 100_000, "nested too deep"),
    ("x.toml", "a = " + "[" * 70 + "]" * 70, "nested too deep"),
    ("x.toml", "a." * 100_000 + "a = 1", "nested too deep"),
    ("x.json", '{"title": 1, "title": 2}', "x.json: title: this key is given twice"),
    ("x.json", '{"actors": {"a": {"b": 1, "b": 1}}}', "actors.a.b: this key is given twice"),
    ("x.json", "[1, 2]", "expects a table at the top, found a list"),
    ("x.json", '{"a": 1,}', "line 1, column "),
    ("x.json", '{"a": abc}', "line 1, column 7: expects a value"),
    ("x.json", '{"a":' * 100_000, "nested too deep"),
    ("x.json", "[" * 100_000, "nested too deep"),
    ("x", '{"title": 1, "title": 2}', "title: this key is given twice"),
]


@pytest.mark.parametrize(("name", "text", "words"), SYNTAX, ids=lambda v: str(v)[:30])
def test_what_cannot_be_parsed_is_named_by_its_place(tmp_path, monkeypatch, name, text, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(text)
    with pytest.raises(ScenarioError) as caught:
        read(name)
    assert words in str(caught.value) and len(caught.value.problems) <= 2


def test_what_is_no_file_is_named_with_what_could_be_meant(tmp_path, monkeypatch):
    assert "is a directory" in message(str(tmp_path))
    assert "no such file" in message("no-such-file.toml")
    assert "no such file" in message("x\0y") and "no such file" in message("x" * 5000)
    (tmp_path / "latin.toml").write_bytes(b'title = "a"\nperiod = "\xe9"\n')
    assert "line 2: not UTF-8 text" in message(str(tmp_path / "latin.toml"))
    monkeypatch.setattr("games.files.documents.SHIPPED", tmp_path)
    (tmp_path / "mobility.toml").write_text(MOBILITY)
    assert set(shipped()) == {"latin", "mobility"}
    assert read_document("mobility")[0] == "mobility.toml"
    assert "did you mean 'mobility'?" in message("mobilty")


@pytest.mark.parametrize("text", [MOBILITY, json.dumps(tomllib.loads(MOBILITY)), "\ufeff" + MOBILITY])
def test_standard_input_may_be_toml_or_json(monkeypatch, text):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert read("-") == build(document(), "x")


def test_the_schema_accepts_what_is_accepted_and_refuses_what_does_not_fit():
    jsonschema = pytest.importorskip("jsonschema")
    checker = jsonschema.Draft202012Validator(json_schema())
    jsonschema.Draft202012Validator.check_schema(json_schema())
    good = tomllib.loads(MOBILITY)
    assert not list(checker.iter_errors(good))
    for urgency, _ in PRESETS:
        assert not list(checker.iter_errors(json.loads(json.dumps(put("urgency", urgency, good), default=float))))
    for path, value in [("titel", "x"), ("actors/office/discount", "abc"), ("instruments/0/cost", [1]), ("actors", 3)]:
        assert list(checker.iter_errors(put(path, value, good)))


@examples(st.data(), few=45, many=150)
def test_whatever_stands_anywhere_is_read_or_refused_in_words(data):
    junk = st.recursive(
        st.none() | st.booleans() | st.integers() | st.fractions() | st.text(max_size=5) | st.dates(),
        lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    )
    changed: Any = document()
    here = changed
    for _ in range(data.draw(st.integers(0, 4))):
        keys = list(here) if isinstance(here, dict) else range(len(here))
        further = [key for key in keys if isinstance(here[key], dict | list) and here[key]]
        if not further:
            break
        here = here[data.draw(st.sampled_from(further))]
    key = data.draw(st.sampled_from(list(here) if isinstance(here, dict) else range(len(here))))
    here[key] = data.draw(junk)
    try:
        build(changed, "mobility.toml")
    except ScenarioError as error:
        assert error.problems and all(p.what for p in error.problems)
        assert not any(word in str(error) for word in ("pydantic", "Input should", "BROKEN", "Traceback"))


def test_a_thousand_actors_load_in_a_few_seconds():
    actors = {
        f"actor {i}": {"terms": [{"name": f"t{k}", "base": k, "when": {f"actor {i}": "take part"}} for k in range(4)]}
        for i in range(1000)
    }
    started = time.monotonic()
    assert len(build(SMALL | {"actors": actors}, "x").partnership.actors) == 1000
    assert time.monotonic() - started < 5


def test_pydantic_is_loaded_by_the_files_room_alone():
    code = "import games.translate, sys; assert 'pydantic' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_actor_may_not_bear_a_word_of_the_answers() -> None:
    from games.files.draft import QUESTIONS, draft

    answers = {question.key: question.default for question in QUESTIONS}
    named = parse(draft({**answers, "holder": "common"}), "x.toml", "toml")
    with pytest.raises(ScenarioError, match="is a word of the answers"):
        build(named, "x.toml")
