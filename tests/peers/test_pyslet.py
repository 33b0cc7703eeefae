"""pyslet (a QTI 2.1 reader and response processor): it reads the package, and gives the points that accord gives."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from classroom.answers import distribution, strategies
from classroom.answers.kinds import KINDS
from classroom.answers.of_game import game_of
from classroom.export.forms import Blanks, Distributed, Numeric, Open, Options
from classroom.export.qti import package
from classroom.export.question import Question
from classroom.part import Part
from peers.exported import asked, chosen, exported, numbers, points, selections, shown

# Its own modules warn on newer Pythons.
pytestmark = [pytest.mark.peer, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def qti() -> Iterator[Any]:
    logging.disable(logging.ERROR)
    yield pytest.importorskip("pyslet.qtiv2.xml", reason="pyslet is not installed")
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def package_read(qti: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    from pyslet.imscpv1p2 import ContentPackage

    file = tmp_path_factory.mktemp("qti") / "package.zip"
    file.write_bytes(package(exported()))
    read = ContentPackage(str(file))
    yield read
    read.Close()


@pytest.fixture(scope="module")
def items(qti: Any) -> Mapping[str, Any]:
    """The items as it reads them, by identifier."""
    packed = zipfile.ZipFile(io.BytesIO(package(exported())))
    return {Path(name).stem: _item(qti, packed.read(name)) for name in packed.namelist() if name.startswith("items/")}


def _item(qti: Any, text: bytes) -> Any:
    document = qti.QTIDocument()
    document.read(src=io.BytesIO(text))
    return document.root


def _session(qti: Any, item: Any, responses: Mapping[str, Any], tries: int = 1) -> Any:
    session = qti.variables.ItemSessionState(item)
    session.begin_session()
    session.map["numAttempts"].set_value(tries)
    for name, value in responses.items():
        declared = item.get_declaration(name)
        session.map[name] = qti.variables.Value.new_value(declared.cardinality, declared.baseType)
        session.map[name].set_value(value)
    session.end_attempt()
    return session


def _score(qti: Any, item: Any, responses: Mapping[str, Any]) -> float:
    return float(_session(qti, item, responses)["SCORE"].value)


def _by_form(kind: type) -> Iterator[tuple[Question, Part]]:
    return ((question, part) for question, part in asked() if isinstance(question.form, kind))


def test_the_package_has_a_test_and_every_item(package_read: Any) -> None:
    resources = package_read.manifest.root.Resources.Resource
    kinds = [resource.type for resource in resources]
    assert kinds.count("imsqti_test_xmlv2p1") == 1
    assert kinds.count("imsqti_item_xmlv2p1") == len(kinds) - 1 == len(asked())


def test_a_test_form_has_all_parts_of_one_variant_of_every_exercise(qti: Any) -> None:
    document = qti.QTIDocument()
    document.read(src=io.BytesIO(zipfile.ZipFile(io.BytesIO(package(exported()))).read("test.xml")))
    form = list(qti.tests.TestForm(document.root))
    taken = [question for question, _ in asked() if question.identifier in form]
    exercises = {one.name for one in exported()}
    assert len({(question.exercise, question.seed) for question in taken}) == len(exercises)
    assert len(taken) == sum(len(one.parts) for one in {one.name: one for one in exported()}.values())


def test_its_correct_responses_get_all_points_and_the_solution(qti: Any, items: Mapping[str, Any]) -> None:
    for question, _ in asked():
        item = items[question.identifier]
        if not isinstance(question.form, Open):
            right = {d.identifier: d.get_correct_value().value for d in item.ResponseDeclaration}
            session = _session(qti, item, right)
            assert session["SCORE"].value == session["MAXSCORE"].value == question.points
            assert list(session["FEEDBACK"].value) == ["RIGHT"] and session["HELP"].value == "SOLUTION"


def test_numbers_get_the_points_that_accord_gives(qti: Any, items: Mapping[str, Any]) -> None:
    tried = 0
    for question, part in _by_form(Numeric):
        assert isinstance(question.form, Numeric)
        for value in numbers(question.form):
            score = _score(qti, items[question.identifier], {"RESPONSE": float(value)})
            assert score == pytest.approx(float(points(part, value)), abs=1e-6), (question.identifier, value)
            tried += 1
    assert tried > 500


def test_every_selection_gets_the_points_that_accord_gives(qti: Any, items: Mapping[str, Any]) -> None:
    for question, part in _by_form(Options):
        form = question.form
        assert isinstance(form, Options)
        names = {option.text: f"OPTION_{k}" for k, option in enumerate(form.options)}
        for selection in selections(form):
            marks = [names[text] for text in selection]
            score = _score(qti, items[question.identifier], {"RESPONSE": marks if form.several else marks[0]})
            assert score == pytest.approx(float(points(part, chosen(form, selection))), abs=1e-6), selection


def test_every_equilibrium_counts_and_the_usual_mistakes_do_not(qti: Any, items: Mapping[str, Any]) -> None:
    counts = []
    for question, part in _by_form(Blanks):
        keys, game = strategies.keys(part), game_of(part)
        counts.append(len(keys))
        wrong = [strategies.read(part, text) for _, text in strategies.mistaken(part)]
        for answer in [*keys, *wrong]:
            free = [share for own in answer for share in own[:-1]]
            score = _score(qti, items[question.identifier], {f"RESPONSE_{k}": float(v) for k, v in enumerate(free)})
            assert score == float(points(part, strategies.written(game, answer))), answer
    assert max(counts) == 3


def test_any_correlated_equilibrium_counts_and_nothing_else_does(qti: Any, items: Mapping[str, Any]) -> None:
    shares: set[float] = set()
    for question, part in _by_form(Distributed):
        assert isinstance(question.form, Distributed)
        for answer in _distributions(part):
            responses = {f"RESPONSE_{k}": float(share) for k, share in enumerate(answer)}
            score = _score(qti, items[question.identifier], responses)
            assert score == float(points(part, distribution.written_out(game_of(part), answer))), answer
            shares.add(score / question.points)
    assert shares == {0, 0.5, 1}


def _distributions(part: Part) -> Iterator[tuple[Fraction, ...]]:
    """Yield the key, the usual mistakes, and all distributions in eighths."""
    yield distribution.read(part, distribution.key(part))
    yield from (distribution.read(part, text) for _, text in distribution.mistaken(part))
    eighths = [Fraction(k, 8) for k in range(9)]
    yield from (weights for weights in product(eighths, repeat=4) if sum(weights) == 1)


def test_a_usual_mistake_is_told_what_accord_tells(qti: Any, items: Mapping[str, Any]) -> None:
    told = 0
    packed = zipfile.ZipFile(io.BytesIO(package(exported())))
    for question, part in _by_form(Numeric):
        texts = _feedback(packed.read(f"items/{question.identifier}.xml"))
        for name, text in KINDS[part.kind].mistaken(part):
            session = _session(qti, items[question.identifier], {"RESPONSE": float(Fraction(text))})
            expected = KINDS[part.kind].mark(part, Fraction(text)).says
            assert [texts[one] for one in session["FEEDBACK"].value] == [shown(*expected)], (question.identifier, name)
            told += 1
    assert told > 100


def _feedback(text: bytes) -> dict[str, str]:
    root = ElementTree.fromstring(text)
    return {e.get("identifier", ""): "".join(e.itertext()) for e in root.iter() if e.tag.endswith("}modalFeedback")}


def test_each_wrong_try_gets_the_next_hint_and_the_last_one_the_solution(qti: Any, items: Mapping[str, Any]) -> None:
    for question, _ in asked():
        for tries in range(1, len(question.hints) + 2):
            found = _session(qti, items[question.identifier], {}, tries)["HELP"].value
            assert found == ("SOLUTION" if tries > len(question.hints) else f"HINT_{tries}")
