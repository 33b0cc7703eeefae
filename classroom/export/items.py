"""One part of a variant as a QTI 2.1 assessment item, marked by its own response processing.

SCORE       the points, by the stated rule of the kind of answer
FEEDBACK    what is said of the answer: "RIGHT", or the usual mistakes that it is the result of
HELP        after the k-th wrong try the k-th hint; after a right answer, or when there are no hints left, the solution

The teacher's notes are a rubric that candidates do not see. Open answers are scored by a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from xml.etree.ElementTree import Element

from classroom.export.forms import Open
from classroom.export.markup import asked, below, element, marking, paragraphs, told, worked
from classroom.export.processing import at_least, cases, constant, of, put, variable
from classroom.export.question import Question
from classroom.export.responses import RIGHT, declared, interaction, remarks, rules

SPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
SOLUTION = "SOLUTION"


def item(question: Question) -> Element:
    """Return the assessment item of a question."""
    fixed = {"adaptive": "false", "timeDependent": "false"}
    made = element("assessmentItem", xmlns=SPACE, identifier=question.identifier, title=question.heading, **fixed)
    made.extend(declared(question.form, question.points))
    made.extend(_outcomes(question))
    body = below(made, "itemBody")
    body.extend(asked(question, question.how))
    body.extend(interaction(question.form))
    notes = below(body, "rubricBlock", view="author scorer tutor")
    notes.extend(marking(question, by_hand=isinstance(question.form, Open)))
    processing = below(made, "responseProcessing")
    processing.extend(rules(question.form, question.points))
    processing.append(_help(question))
    made.extend(_said(question))
    return made


def _outcomes(question: Question) -> Iterator[Element]:
    most = str(question.points)
    yield _outcome("SCORE", "float", "" if isinstance(question.form, Open) else "0", normalMaximum=most)
    yield _outcome("MAXSCORE", "float", most)
    yield _outcome("FEEDBACK", "identifier", cardinality="multiple")
    yield _outcome("HELP", "identifier")


def _outcome(name: str, kind: str, default: str = "", cardinality: str = "single", **more: str) -> Element:
    made = element("outcomeDeclaration", identifier=name, cardinality=cardinality, baseType=kind, **more)
    if default:
        below(below(made, "defaultValue"), "value", default)
    return made


def _help(question: Question) -> Element:
    """Return the rule that shows a hint after a wrong try, and the solution when nothing is left to try for."""
    done = [put("HELP", "identifier", SOLUTION)]
    several = [(at_least(variable("SCORE"), Fraction(question.points)), done)]
    for k in range(1, len(question.hints) + 1):
        tries = of("match", variable("numAttempts"), constant("integer", str(k)))
        several.append((tries, [put("HELP", "identifier", f"HINT_{k}")]))
    return cases(several, [put("HELP", "identifier", SOLUTION)])


def _said(question: Question) -> Iterator[Element]:
    """Yield every feedback, each shown alone when a rule has named it."""
    said = {RIGHT: ("Right.",)} if not isinstance(question.form, Open) else {}
    for name, lines in (said | remarks(question.form)).items():
        yield _feedback("FEEDBACK", name, told(lines))
    for k, hint in enumerate(question.hints, 1):
        yield _feedback("HELP", f"HINT_{k}", paragraphs(hint))
    yield _feedback("HELP", SOLUTION, worked(question))


def _feedback(outcome: str, name: str, content: Iterator[Element]) -> Element:
    made = element("modalFeedback", outcomeIdentifier=outcome, identifier=name, showHide="show")
    made.extend(content)
    return made
