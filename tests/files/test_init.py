"""``accord init``: questions along the chain, and a file that evaluates whatever the answers were."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from cli import main
from games.files.draft import QUESTIONS, draft, quoted
from games.files.interview import accepted, taken
from games.files.scenario import build, read
from games.files.syntax import parse
from games.partnership import Scenario
from solver.sharing.decision import decide
from solver.sharing.evaluate import evaluate

ROOT = Path(__file__).resolve().parent.parent.parent
STEPS = ("Challenge and urgency", "Interests of each side", "Alignment", "Benefits", "Renewal")
DEFAULTS = {q.key: q.default for q in QUESTIONS}
BY_KEY = {q.key: q for q in QUESTIONS}
YES_NO = [q.key for q in QUESTIONS if q.kind == "yes"]
NUMBERS = [q.key for q in QUESTIONS if q.kind in ("number", "share")]


def init(file: Path, replies: Mapping[str, str | list[str]] = {}, *flags: str) -> Result:  # never changed
    """Answer the questions by their keys; a list is typed one after another, no reply takes the default."""
    lines = []
    for question in QUESTIONS:
        reply = replies.get(question.key, "")
        lines += reply if isinstance(reply, list) else [reply]
    return CliRunner().invoke(main, ["init", str(file), *flags], input="\n".join(lines) + "\n")


def drafted(**answers: str) -> Scenario:
    return build(parse(draft({**DEFAULTS, **answers}), "draft.toml", "toml"), "draft.toml")


# -- the chain


def test_the_questions_follow_the_chain():
    assert tuple(dict.fromkeys(q.step for q in QUESTIONS)) == STEPS


def test_every_default_is_an_answer_that_is_accepted():
    before: dict[str, str] = {}
    for question in QUESTIONS:
        assert accepted(question, question.default, before) == ""
        before[question.key] = taken(question, question.default)
    assert before == DEFAULTS


def test_taking_every_default_gives_a_file_that_evaluates(tmp_path):
    run = init(tmp_path / "mine.toml")
    assert run.exit_code == 0, run.stderr
    assert run.stdout == "", "questions go to stderr"
    assert all(step in run.stderr for step in STEPS)
    assert "accord evaluate" in run.stderr
    assert evaluate(read(str(tmp_path / "mine.toml"))).verdict != "fails"


def test_yes_asks_nothing_and_writes_the_same(tmp_path):
    init(tmp_path / "asked.toml")
    run = CliRunner().invoke(main, ["init", str(tmp_path / "mine.toml"), "--yes"], input="")
    assert run.exit_code == 0
    assert "?" not in run.stderr
    assert (tmp_path / "mine.toml").read_bytes() == (tmp_path / "asked.toml").read_bytes()


def test_answers_arrive_in_the_file(tmp_path):
    replies = {"title": "Floods", "holder": "water board", "user": "city", "cost": "0.7", "patience": "0.8",
               "every": "9", "fades": "yes", "period": "year"}  # fmt: skip
    assert init(tmp_path / "mine.toml", replies).exit_code == 0
    partnership = read(str(tmp_path / "mine.toml")).partnership
    assert (partnership.title, partnership.period, partnership.names) == ("Floods", "year", ("water board", "city"))
    assert partnership.renewal is not None
    assert partnership.renewal.every == 9
    document = tomllib.loads((tmp_path / "mine.toml").read_text(encoding="utf-8"))
    assert document["discount"] == 0.8
    assert {t["name"]: t.get("base") for t in document["actors"]["water board"]["terms"]}["operating cost"] == 0.7


@pytest.mark.parametrize("urgency", BY_KEY["urgency"].choices)
def test_every_combination_of_yes_and_no_loads_and_evaluates(urgency):
    for combination in itertools.product(("yes", "no"), repeat=len(YES_NO)):
        scenario = drafted(urgency=urgency, every="3", **dict(zip(YES_NO, combination, strict=True)))
        assert len(scenario.partnership.instruments) == combination[YES_NO.index("money")].count("yes") + (
            combination[YES_NO.index("dashboard")] == "yes"
        )
        levers = {lever.name for lever in scenario.levers}
        assert len(levers) == sum(combination[YES_NO.index(key)] == "yes" for key in ("aggregation", "mandate"))
        assert decide(scenario.partnership).verdict
        if urgency == "steady" and scenario.partnership.renewal is None:
            assert evaluate(scenario).verdict


@pytest.mark.parametrize("lever", ["aggregation", "mandate in the shadow"])
def test_the_levers_of_a_draft_can_be_pulled(tmp_path, lever):
    file = tmp_path / "mine.toml"
    init(file, {"aggregation": "yes", "mandate": "yes", "holder": "a.b", "user": 'the "office"'})
    run = CliRunner().invoke(main, ["evaluate", str(file), "--with", lever])
    assert run.exit_code == 0, run.stderr
    assert f"with {lever}" in run.stdout


# -- replies that cannot be used


@pytest.mark.parametrize("key", NUMBERS)
@pytest.mark.parametrize(
    "reply",
    ["much", "nan", "inf", "-inf", "1e400", "1e5", "-1", "0,4", "1/3", "--", "0.4 euro", "1" * 30, "0x1f", "½", " "],
)
def test_what_is_not_a_number_is_asked_again(key, reply):
    assert accepted(BY_KEY[key], reply, DEFAULTS), f"{key} took {reply!r}"


@pytest.mark.parametrize("reply", ["1", "1.0", "1.5", "90", "-0.1"])
def test_patience_lies_below_one(reply):
    assert accepted(BY_KEY["patience"], reply, DEFAULTS)


@pytest.mark.parametrize("reply", ["0", "61", "2.5", "-3"])
def test_renewal_comes_every_whole_number_of_periods(reply):
    assert accepted(BY_KEY["every"], reply, DEFAULTS)


@pytest.mark.parametrize("key", YES_NO)
def test_yes_or_no_is_asked_again(key):
    assert accepted(BY_KEY[key], "perhaps", DEFAULTS)
    for reply, meant in (("Y", "yes"), ("yes", "yes"), ("N", "no"), (" NO ", "no")):
        assert accepted(BY_KEY[key], reply, DEFAULTS) == ""
        assert taken(BY_KEY[key], reply) == meant


def test_a_bad_reply_is_told_and_asked_again_and_the_good_one_counts(tmp_path):
    replies = {
        "period": ["fortnight", "week"],
        "user": ["operator", "  ", "ministry"],
        "gain": ["nan", "1e400", "much", "0.9"],
        "patience": ["1", "0.95"],
        "money": ["maybe", "n"],
    }
    run = init(tmp_path / "mine.toml", replies)
    assert run.exit_code == 0, run.stderr
    assert "different names" in run.stderr
    assert "'much' is not a number" in run.stderr
    assert "yes or no" in run.stderr
    assert "Traceback" not in run.stderr
    partnership = read(str(tmp_path / "mine.toml")).partnership
    assert (partnership.period, partnership.names) == ("week", ("operator", "ministry"))
    assert [b.name for b in partnership.instruments] == ["feedback dashboard"]
    assert {float(a.discount) for a in partnership.actors} == {0.95}


@pytest.mark.parametrize("key", NUMBERS)
@pytest.mark.parametrize("reply", ["0", "0.5", "0.0000001", "0.0000000000000001", "1000000", "1_000", "5.", ".5", "+1"])
def test_a_number_that_is_accepted_gives_a_file_that_loads(key, reply):
    if accepted(BY_KEY[key], reply, DEFAULTS) == "":
        answers = {key: taken(BY_KEY[key], reply), "fades": "yes", "mandate": "yes"}
        assert drafted(**answers).partnership.title


# -- names

NAMES = [
    "a", "the operator", "a.b", "a.terms.b", 'the "big" one', "l'opérateur", "データ", "1", "-", "true", "x = 1", "#5",
    "[x]", "back\\slash", "{a}", "it's, well", "share", "urgency", "actors", "🦊",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("key", ["holder", "user"])
def test_any_short_name_gives_a_file_that_loads_under_that_name(tmp_path, key, name):
    answers = {key: name, "aggregation": "yes", "mandate": "yes", "fades": "yes"}
    run = init(tmp_path / "mine.toml", answers)
    assert run.exit_code == 0, run.stderr
    assert name in read(str(tmp_path / "mine.toml")).partnership.names


@pytest.mark.parametrize(("name", "other"), [('the "big" one', "a.b"), ("[/x]", "🦊")])
def test_odd_names_evaluate_too(tmp_path, name, other):
    file = tmp_path / "mine.toml"
    init(file, {"holder": name, "user": other, "fades": "yes", "title": f"About {name} and {other}"})
    run = CliRunner().invoke(main, ["evaluate", str(file)])
    assert run.exit_code == 0, run.stderr
    assert name in run.stdout and other in run.stdout


@pytest.mark.parametrize("name", ["x" * 41, "a\tb", "a\x07b", "\u200b"])
def test_names_that_cannot_be_shown_are_asked_again(name):
    assert accepted(BY_KEY["holder"], name, {})


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_text_is_quoted_so_that_toml_reads_it_back(text):
    assert tomllib.loads(f"text = {quoted(text)}")["text"] == text


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_any_name_that_is_accepted_gives_a_file_that_loads(name):
    if accepted(BY_KEY["holder"], name, {}) == "":
        kept = taken(BY_KEY["holder"], name)
        if kept != DEFAULTS["user"]:
            assert drafted(holder=kept, mandate="yes", fades="yes").partnership.names[0] == kept


# -- files


def test_a_file_that_is_there_is_kept(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("precious")
    run = init(file)
    assert run.exit_code == 2
    assert "--force" in run.stderr
    assert file.read_text() == "precious"


def test_force_replaces_it(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("old")
    assert init(file, {}, "--force").exit_code == 0
    assert read(str(file)).partnership.title == DEFAULTS["title"]


def test_a_missing_folder_is_refused_before_the_questions(tmp_path):
    run = init(tmp_path / "no" / "mine.toml")
    assert run.exit_code == 2
    assert QUESTIONS[0].words not in run.stderr, "seventeen answers, and then they are lost"


def test_input_that_ends_midway_leaves_no_file(tmp_path):
    run = CliRunner().invoke(main, ["init", str(tmp_path / "mine.toml")], input="Floods\n\n\n")
    assert run.exit_code == 130
    assert "Traceback" not in run.stderr
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT there")
def test_an_interruption_midway_leaves_no_file(tmp_path):
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), "init", str(tmp_path / "mine.toml")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        assert process.stdin is not None
        process.stdin.write(b"Floods\n\n\n")
        process.stdin.flush()
        time.sleep(1.5)  # three answers are in, and it waits for the fourth
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert QUESTIONS[3].words.encode() in told
    assert process.returncode == 130
    assert b"Traceback" not in told
    assert os.listdir(tmp_path) == []
