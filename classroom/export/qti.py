"""A QTI 2.1 content package: an item for each part of each variant, and a test that gives a student one variant.

imsmanifest.xml      what is in the package
test.xml             a section an exercise, of which one variant is drawn for each student, with all its parts
items/NAME.xml       a part: ``items`` writes it

The package is stored and not compressed: compressors differ from machine to machine, and the same variants give the
same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from itertools import groupby
from xml.etree.ElementTree import Element, tostring

from classroom.export.items import SPACE, item
from classroom.export.markup import below, element
from classroom.export.question import Question, exercise_identifier, questions
from classroom.variants import Variant

PACKAGING = "http://www.imsglobal.org/xsd/imscp_v1p1"
NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can state: when a package was written is nobody's business."""
READABLE = 0o644 << 16


def package(variants: Sequence[Variant]) -> bytes:
    """Return the content package of variants as a zip archive, the same bytes for the same variants.

    Raises
    ------
    ScenarioError : a variant is there twice.
    """
    asked = questions(variants)
    files = {"imsmanifest.xml": _manifest(asked), "test.xml": _test(asked)}
    files |= {_file(question): item(question) for question in asked}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        for name, tree in files.items():
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.create_system, entry.external_attr = 3, READABLE
            packed.writestr(entry, tostring(tree, encoding="utf-8", xml_declaration=True))
    return archive.getvalue()


def _file(question: Question) -> str:
    return f"items/{question.identifier}.xml"


def _name(asked: Sequence[Question]) -> str:
    """Return the name of a selection of questions, so that two packages are told apart."""
    return sha256("\n".join(question.identifier for question in asked).encode()).hexdigest()[:12]


def _manifest(asked: Sequence[Question]) -> Element:
    manifest = element("manifest", xmlns=PACKAGING, identifier=f"accord-package-{_name(asked)}")
    about = below(manifest, "metadata")
    below(about, "schema", "QTIv2.1 Package")
    below(about, "schemaversion", "1.0.0")
    below(manifest, "organizations")
    resources = below(manifest, "resources")
    test = _resource(resources, "test", "imsqti_test_xmlv2p1", "test.xml")
    for question in asked:
        below(test, "dependency", identifierref=f"item-{question.identifier}")
        _resource(resources, f"item-{question.identifier}", "imsqti_item_xmlv2p1", _file(question))
    return manifest


def _resource(resources: Element, identifier: str, kind: str, href: str) -> Element:
    made = below(resources, "resource", identifier=identifier, type=kind, href=href)
    below(made, "file", href=href)
    return made


def _test(asked: Sequence[Question]) -> Element:
    """Return the test; its score is the sum of its items' scores."""
    titles = list(dict.fromkeys(question.title for question in asked))
    title = titles[0] if len(titles) == 1 else f"{len(titles)} exercises"
    test = element("assessmentTest", xmlns=SPACE, identifier=f"accord-test-{_name(asked)}", title=title)
    below(test, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    part = below(test, "testPart", identifier="exercises", navigationMode="nonlinear", submissionMode="individual")
    for exercise, of_exercise in groupby(asked, key=lambda question: question.exercise):
        _exercise(part, exercise, list(of_exercise))
    score = below(below(test, "outcomeProcessing"), "setOutcomeValue", identifier="SCORE")
    below(below(score, "sum"), "testVariables", variableIdentifier="SCORE")
    return test


def _exercise(part: Element, exercise: str, asked: Sequence[Question]) -> None:
    """Add the section of an exercise: one of its variants is drawn, and all parts of that one are asked."""
    name = exercise_identifier(exercise)
    section = below(part, "assessmentSection", identifier=name, title=asked[0].title, visible="false")
    below(section, "selection", select="1")
    for seed, of_variant in groupby(asked, key=lambda question: question.seed):
        variant = below(
            section, "assessmentSection", identifier=f"{name}-{seed}", title=asked[0].title, visible="true"
        )  # fmt: skip
        for question in of_variant:
            ref = below(variant, "assessmentItemRef", identifier=question.identifier, href=_file(question))
            tries = len(question.hints) + 1
            below(ref, "itemSessionControl", maxAttempts=str(tries), showFeedback="true", showSolution="false")
