"""Exports to learning platforms: whole, escaped, the same every time, and nothing given away before answering."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections import Counter
from fractions import Fraction
from functools import cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from exercises_of_every_kind import AWKWARD, exercises, variants

from classroom import template
from classroom.answers.kinds import KINDS
from classroom.export import moodle, qti
from classroom.export.forms import Distributed, Numeric, Open, Options
from classroom.export.items import SPACE
from classroom.export.markup import decimal
from classroom.export.question import exercise_identifier, questions
from classroom.marking import marked_part
from classroom.variants import Variant, variant
from games.errors import ScenarioError

Q = f"{{{SPACE}}}"


FEW = ("critical-discount", "penal-code", "propose-a-split")


@cache
def everything() -> tuple[Variant, ...]:
    return tuple(variant(template.read(name), 1) for name in FEW) + variants(1)


@cache
def bank() -> Element:
    return ElementTree.fromstring(moodle.written(everything()))


@cache
def packed() -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(qti.package(everything())))
    return {name: archive.read(name) for name in archive.namelist()}


def in_bank(kind: str) -> list[Element]:
    return [one for one in bank().iter("question") if one.get("type") == kind]


def items() -> dict[str, Element]:
    return {n: ElementTree.fromstring(text) for n, text in packed().items() if n.startswith("items/")}


def test_every_part_is_one_question_and_one_item() -> None:
    parts = sum(len(one.parts) for one in everything())
    assert sum(one.get("type") != "category" for one in bank().iter("question")) == len(items()) == parts


def test_between_them_the_kinds_of_answers_use_every_type_of_question() -> None:
    kinds = {part.kind for one in everything() for part in one.parts}
    assert kinds == set(KINDS)
    assert Counter(one.get("type") for one in bank().iter("question")).keys() == {
        "category",
        "numerical",
        "multichoice",
        "cloze",
        "essay",
    }


def test_each_part_of_an_exercise_has_a_category_of_its_own_and_a_slash_in_a_name_leads_nowhere() -> None:
    named = [one.findtext("category/text", "") for one in in_bank("category")]
    assert len(set(named)) == len(named) == sum(len(one.parts) for one in everything())
    odd = variant(template.template(dict(_document(), title="either/or"), "odd"), 1)
    (path,) = re.findall(r"<category>\s*<text>(.*?)</text>", moodle.written([odd]))
    assert path == "$course$/top/odd: either//or/part a"


def _document() -> dict[str, object]:
    one = exercises()[0]
    return {
        **{key: getattr(one, key) for key in ("topic", "goal", "source", "story", "week", "minutes", "parameters")},
        "title": "A title",
        "parts": [one.parts[1]],
    }


def test_the_same_variants_give_the_same_bytes_and_no_time_is_in_them() -> None:
    again = [variant(one.template, one.seed) for one in variants(2)]
    assert qti.package(variants(2)) == qti.package(again)
    assert moodle.written(variants(2)) == moodle.written(again)
    archive = zipfile.ZipFile(io.BytesIO(qti.package(again)))
    assert {entry.date_time for entry in archive.infolist()} == {qti.NO_TIME}


def test_a_variant_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ScenarioError, match="twice"):
        moodle.written([*variants(1), variants(1)[0]])


@pytest.mark.parametrize("name", ["two words", "ä", "2nd", "a/b", "x", ""])
def test_identifiers_are_ones_that_xml_allows_and_stay_apart(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z][\w-]*", exercise_identifier(name), re.ASCII)
    assert exercise_identifier(name) not in {exercise_identifier(other) for other in ("two-words", "a_b", "_", "nd")}


def test_awkward_texts_are_shown_as_they_are_written() -> None:
    shown = AWKWARD.replace("\u0007", "�")
    for body in (one.find(f"{Q}itemBody") for name, one in items().items() if "numbers" in name):
        assert body is not None and shown in "".join(body.itertext())
        assert not list(body.iter(f"{Q}script"))
    text = next(one.findtext("questiontext/text", "") for one in in_bank("numerical") if "A & B" in _name(one))
    assert "<p>Ist „a &lt; b“ &amp; 'c' &gt; d? ]]&gt; &lt;script&gt;alert(1)&lt;/script&gt; � δ ≥ ½</p>" in text


def test_tables_lists_stress_and_code_are_set_as_what_they_are() -> None:
    text = next(one.findtext("questiontext/text", "") for one in in_bank("numerical") if "A & B" in _name(one))
    assert "<tr><th>row \\ column</th><th>a</th><th>b &amp; c</th></tr></thead>" in text
    assert re.search(r"<tbody><tr><th>up</th><td>1, 2</td><td>3, \d</td></tr></tbody></table><ul><li>", text)
    assert re.search(r"T is <em>really</em> \d, and 2 \* T \* 3 and a\*b\*c are products;</li>", text)
    assert re.search(r"<li><code>key = \d</code> is code.</li></ul>", text)
    body = items()["items/numbers-0-a.xml"]
    assert [len(list(body.iter(f"{Q}{tag}"))) for tag in ("table", "th", "td", "li")] == [1, 4, 2, 2]


def _name(one: Element) -> str:
    return one.findtext("name/text", "")


def test_every_usual_mistake_with_a_number_has_its_feedback_and_its_credit() -> None:
    for one, ours in zip(everything(), _numerical_by_variant(), strict=True):
        for part in one.parts:
            if part.kind == "number":
                answers = ours[part.label]
                for name, text in KINDS["number"].mistaken(part):
                    mark = marked_part(part, text)
                    value = part.value(part.spec["answer"]) if name == "rounded too early" else Fraction(text)
                    said = [a for a in answers[1:] if a.findtext("text") == decimal(Fraction(value))][-1]
                    assert said.get("fraction") == moodle.fraction(mark.points / part.points)
                    assert re.sub(r"</?p>", "", said.findtext("feedback/text", "")) == "".join(
                        text.replace("<", "&lt;").replace(">", "&gt;") for text in mark.says
                    )


def _numerical_by_variant() -> list[dict[str, list[Element]]]:
    by_id = {one.findtext("idnumber"): list(one.iter("answer")) for one in in_bank("numerical")}
    return [
        {q.label: by_id[q.identifier] for q in questions([one]) if isinstance(q.form, Numeric)} for one in everything()
    ]


@pytest.mark.parametrize(
    ("share", "written"),
    [("1", "100"), ("0", "0"), ("1/3", "33.33333"), ("-1/7", "-14.28571"), ("11/25", "40"), ("5/6", "83.33333")],
)
def test_fractions_are_the_ones_that_moodle_knows(share: str, written: str) -> None:
    """The grades that Moodle's question editor offers; others are refused when a bank is imported."""
    assert moodle.fraction(Fraction(share)) == written


def test_before_answering_a_student_sees_neither_key_nor_solution() -> None:
    for question in questions(everything()):
        body = items()[f"items/{question.identifier}.xml"].find(f"{Q}itemBody")
        assert body is not None
        (notes,) = body.findall(f"{Q}rubricBlock")
        assert "candidate" not in notes.get("view", "").split() and question.key in "".join(notes.itertext())
        body.remove(notes)
        seen = ["".join(body.itertext()), _moodle_text(question.identifier)]
        if isinstance(question.form, Numeric | Open):
            key = rf"(?<![\d/.]){re.escape(question.key)}(?![\d/.])"
            in_the_template = len(re.findall(key, " ".join([question.story, *question.before, question.ask])))
            for text in seen:
                shown = html.unescape(re.sub("<.*?>", " ", text) if "<p>" in text else text)
                assert len(re.findall(key, shown)) <= in_the_template, question.identifier
        for step in question.steps:
            assert all(step.text not in text for text in seen)


def _moodle_text(identifier: str) -> str:
    """Return what Moodle shows before an answer, without what it puts a field in place of."""
    (one,) = (one for one in bank().iter("question") if one.findtext("idnumber") == identifier)
    return re.sub(r"{\d+:NUMERICAL:.*?}", "", one.findtext("questiontext/text", ""))


def test_open_answers_have_the_key_and_the_way_to_mark_them_for_the_teacher_alone() -> None:
    ours = [question for question in questions(everything()) if isinstance(question.form, Open | Distributed)]
    assert {"proposal", "plan", "distribution"} <= {p.kind for one in everything() for p in one.parts}
    for question in ours:
        (one,) = (one for one in in_bank("essay") if one.findtext("idnumber") == question.identifier)
        notes = one.findtext("graderinfo/text", "")
        assert "accord teach check" in notes and f"seed {question.seed}" in notes
        for line in question.key.splitlines():
            assert line.replace("&", "&amp;") in notes
            assert line not in _moodle_text(question.identifier)
        assert not list(one.iter("answer"))


def test_of_several_options_the_right_ones_add_up_to_all_points_and_none_is_an_option() -> None:
    several = [one for one in in_bank("multichoice") if one.findtext("single") == "false"]
    assert several
    for one in several:
        shares = [float(answer.get("fraction", "")) for answer in one.iter("answer")]
        assert sum(share for share in shares if share > 0) == pytest.approx(100, abs=1e-4)
        assert {abs(share) for share in shares} == {max(shares)}
        assert one.findall("answer/text")[-1].text == "<p>none of these</p>"


def test_more_right_options_than_moodle_has_fractions_for_are_marked_by_hand() -> None:
    texts = [str(k) for k in range(12)]
    part = {"kind": "selection", "ask": "Which?", "hints": ["h"], "steps": [{"text": "s"}], "options": texts}
    for right, kind in ((10, "multichoice"), (11, "essay")):
        many = dict(_document(), parts=[part | {"answer": repr(texts[:right])}])
        one = ElementTree.fromstring(moodle.written([variant(template.template(many, "many"), 1)]))
        assert [q.get("type") for q in one.iter("question")] == ["category", kind]


def test_a_game_with_one_equilibrium_is_a_cloze_and_one_with_several_is_marked_by_hand_in_moodle_only() -> None:
    by_id = {one.findtext("idnumber"): one.get("type") for one in bank().iter("question")}
    stage = [question for question in questions(variants(1)) if question.exercise == "stage games"]
    found = []
    for question in stage:
        fields = list(items()[f"items/{question.identifier}.xml"].iter(f"{Q}textEntryInteraction"))
        found.append((by_id[question.identifier], len(fields)))
    choices, gaps, by_hand = [("multichoice", 0)] * 2, ("cloze", 2), [("essay", 4)] * 2
    assert found == [*choices, gaps, ("essay", 2), gaps, *by_hand]


def test_the_manifest_names_every_file_and_the_test_every_item() -> None:
    manifest, test = (ElementTree.fromstring(packed()[name]) for name in ("imsmanifest.xml", "test.xml"))
    named = {e.get("href") for e in manifest.iter() if e.tag.endswith("}file")}
    assert named == packed().keys() - {"imsmanifest.xml"}
    assert {e.get("href") for e in test.iter(f"{Q}assessmentItemRef")} == items().keys()
    identifiers = [e.get("identifier") for e in [*manifest.iter(), *test.iter()] if e.get("identifier")]
    assert len(identifiers) == len(set(identifiers)) + 1  # SCORE is declared, and set


ORDERS = {
    "assessmentItem": "responseDeclaration outcomeDeclaration itemBody responseProcessing modalFeedback",
    "responseDeclaration": "defaultValue correctResponse mapping",
    "responseCondition": "responseIf responseElseIf responseElse",
    "assessmentTest": "outcomeDeclaration testPart outcomeProcessing",
    "assessmentSection": "selection assessmentSection assessmentItemRef",
    "manifest": "metadata organizations resources",
}


def test_what_is_inside_an_element_comes_in_the_order_of_the_schema() -> None:
    """The sequences of imsqti_v2p1.xsd and imscp_v1p1.xsd, which no package of this project's registries ships."""
    seen = set()
    for text in packed().values():
        for one in ElementTree.fromstring(text).iter():
            name = one.tag.split("}")[1]
            if name in ORDERS:
                found = [child.tag.split("}")[1] for child in one]
                assert found == sorted(found, key=ORDERS[name].split().index), name
                seen.add(name)
    assert seen == ORDERS.keys()


def test_every_feedback_that_a_rule_names_exists_and_every_one_that_exists_is_named() -> None:
    for name, one in items().items():
        said = {(e.get("outcomeIdentifier"), e.get("identifier")) for e in one.iter(f"{Q}modalFeedback")}
        assert said == _named(one), name


def _named(one: Element) -> set[tuple[str | None, str | None]]:
    """Return the feedback that the rules of an item name, by outcome."""
    return {
        (rule.get("identifier"), base.text)
        for rule in one.iter(f"{Q}setOutcomeValue")
        for base in rule.iter(f"{Q}baseValue")
        if base.get("baseType") == "identifier"
    }


def test_no_option_says_more_than_the_others_before_it_is_chosen() -> None:
    for question in questions(everything()):
        if isinstance(question.form, Options):
            body = items()[f"items/{question.identifier}.xml"].find(f"{Q}itemBody")
            assert body is not None
            shown = [e.attrib.keys() for e in body.iter(f"{Q}simpleChoice")]
            assert all(keys == shown[0] for keys in shown)


@pytest.mark.slow
@pytest.mark.parametrize("name", template.shipped())
def test_every_exercise_that_ships_leaves_whole_with_a_feedback_for_every_rule(name: str) -> None:
    several = [variant(template.read(name), seed) for seed in range(5)]
    parts = sum(len(one.parts) for one in several)
    read = ElementTree.fromstring(moodle.written(several))
    assert sum(one.get("type") != "category" for one in read.iter("question")) == parts
    archive = zipfile.ZipFile(io.BytesIO(qti.package(several)))
    trees = [ElementTree.fromstring(archive.read(name)) for name in archive.namelist()[2:]]
    assert len(trees) == parts
    for one in trees:
        said = {(e.get("outcomeIdentifier"), e.get("identifier")) for e in one.iter(f"{Q}modalFeedback")}
        assert said == _named(one)
