"""Moodle XML as others read it: moodle-xml-parser (choices and gaps), amc2moodle (numbers, choices and open answers).

amc2moodle is under the GPL and is run as the separate program that it is.
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from classroom.export.forms import Blanks, Distributed, Numeric, Open, Options
from classroom.export.markup import decimal
from classroom.export.moodle import written
from classroom.export.question import Question
from classroom.part import Part
from peers.exported import asked, chosen, exported, points, selections, shown

pytestmark = [pytest.mark.peer, pytest.mark.filterwarnings("ignore")]
MOODLE2AMC = Path(sys.executable).with_name("moodle2amc")


def plain(text: str) -> str:
    """Return a text as it is read: without the marks around it, and with the characters that HTML stands for."""
    return html.unescape(re.sub(r"</?(p|em|code)>", "", text)).strip()


def options(question: Question) -> tuple[Any, ...]:
    assert isinstance(question.form, Options)
    return question.form.options


@pytest.fixture(scope="module")
def parsed() -> Mapping[str, Any]:
    """Its questions by name."""
    parser = pytest.importorskip("moodle_xml_parser.parser", reason="moodle-xml-parser is not installed")
    read = parser.parse_string(written(exported()))
    return {one.name: one for one in read["multichoice"] + read["cloze"]}


def test_moodle_xml_parser_reads_every_choice_with_its_options_and_feedback(parsed: Mapping[str, Any]) -> None:
    ours = [question for question, _ in asked() if isinstance(question.form, Options)]
    assert len(ours) == sum(one.type == "multichoice" for one in parsed.values())
    for question in ours:
        read = parsed[question.heading]
        assert [plain(one.answer) for one in read.options] == [shown(option.text) for option in options(question)]
        assert [plain(one.feedback) for one in read.options] == [shown(*option.says) for option in options(question)]
        assert (read.single, read.shuffle_answers) == (not question.form.several, not question.form.several)
        assert read.default_grade == question.points


def test_the_fractions_that_it_reads_add_up_to_what_accord_gives(parsed: Mapping[str, Any]) -> None:
    """Moodle adds up the fractions of what is chosen, and cuts off below 0 and above 1."""
    for question, part in asked():
        if isinstance(question.form, Options):
            worth = {plain(one.answer): one.score_fraction / 100 for one in parsed[question.heading].options}
            for selection in selections(question.form):
                share = min(max(sum(worth[shown(text)] for text in selection), 0), 1)
                expected = points(part, chosen(question.form, selection))
                assert share * question.points == pytest.approx(float(expected), abs=1e-6), selection


def test_moodle_xml_parser_reads_a_gap_for_every_probability(parsed: Mapping[str, Any]) -> None:
    ours = [q for q, _ in asked() if isinstance(q.form, Blanks) and len(q.form.keys) == 1]
    assert len(ours) == sum(one.type == "cloze" for one in parsed.values()) > 0
    for question in ours:
        assert isinstance(question.form, Blanks)
        gaps = parsed[question.heading].gaps
        assert {gap.sub_type for gap in gaps} == {"NUMERICAL"}
        assert [[(option.answer, option.score) for option in gap.options] for gap in gaps] == [
            [(f"{decimal(value)}:0.001", 100), (f"{decimal(value)}:0.005", 50)] for value in question.form.keys[0]
        ]


def nonzero() -> tuple[tuple[Question, Part], ...]:
    """The questions of the variants that it can read: it takes the logarithm of every key, and stops at a key of 0."""
    zero = {
        (question.exercise, question.seed)
        for question, _ in asked()
        if isinstance(question.form, Numeric) and question.form.expected[0].value == 0
    }
    return tuple((q, part) for q, part in asked() if (q.exercise, q.seed) not in zero)


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """What amc2moodle makes of each question, by the words of its name."""
    if not MOODLE2AMC.exists():
        pytest.skip("amc2moodle is not installed")
    folder = tmp_path_factory.mktemp("amc")
    readable = {(question.exercise, question.seed) for question, _ in nonzero()}
    bank = written([one for one in exported() if (one.name, one.seed) in readable])
    (folder / "bank.xml").write_text(bank, encoding="utf-8")
    command = [MOODLE2AMC, "bank.xml", "-o", "sheet.tex"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if "MagickWand" in ran.stderr:
        pytest.skip("amc2moodle lacks ImageMagick's library (apt-get install libmagickwand-6.q16-6)")
    found = defaultdict(list)
    text = (folder / "sheet.tex").read_text(encoding="utf-8")
    for name, body in re.findall(r"\\begin{question\w*}{([^}]*)}(.*?)\\end{question", text, re.DOTALL):
        found[words(name)].append(body)
    return found


def words(name: str) -> str:
    return " ".join(re.findall(r"\w+", name))


def test_amc2moodle_reads_every_question_but_the_cloze_ones(sheets: Mapping[str, list[str]]) -> None:
    ours = [q for q, _ in nonzero() if not (isinstance(q.form, Blanks) and len(q.form.keys) == 1)]
    assert {name: len(bodies) for name, bodies in sheets.items()} == {words(q.heading): 1 for q in ours}


def test_amc2moodle_reads_the_key_the_tolerance_and_what_rounding_too_early_gets(
    sheets: Mapping[str, list[str]],
) -> None:
    ours = [(q, q.form) for q, _ in nonzero() if isinstance(q.form, Numeric)]
    assert len(ours) > 20
    for question, form in ours:
        (body,) = sheets[words(question.heading)]
        found = re.search(r"\\AMCnumericChoices{(.*?)}{(.*?)}", body)
        assert found is not None
        read = dict(entry.split(" = ") for entry in found[2].split(", "))
        assert found[1] == decimal(form.expected[0].value)
        unit = Fraction(1, 10 ** int(read["decimals"]))
        assert int(read["exact"]) * unit == form.expected[0].tolerance
        # A whole number cannot be rounded too early: nothing near it counts half.
        rough = [one for one in form.expected[1:] if one.share]
        near = (int(read["approx"]) * unit, Fraction(read["scoreapprox"])) if "approx" in read else None
        assert near == ((rough[-1].tolerance, rough[-1].share) if rough else None)


def test_amc2moodle_reads_which_options_are_right_and_which_answers_are_open(sheets: Mapping[str, list[str]]) -> None:
    for question, _ in nonzero():
        for body in sheets.get(words(question.heading), []):
            marks = re.findall(r"\\(correct|wrong)choice{<p>(.*?)</p>}", body)
            if isinstance(question.form, Options):
                expected = [(("wrong", "correct")[option.right], shown(option.text)) for option in options(question)]
                assert [(mark, plain(text)) for mark, text in marks] == expected
            assert ("\\AMCOpen" in body) == isinstance(question.form, Open | Blanks | Distributed)
