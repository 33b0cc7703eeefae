"""One part of a variant as a QTI 2.1 assessment item, marked by its own response processing.

SCORE       the points, by the stated rule of the kind of answer
FEEDBACK    what is said of the answer: "RIGHT", or the usual mistakes that it is the result of
HELP        after the k-th wrong try the k-th hint; after a right answer, or when there are no hints left, the solution

The teacher's notes are a rubric that candidates do not see. Open answers are scored by a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import singledispatch
from xml.etree.ElementTree import Element

from classroom.export.markup import asked, below, decimal, element, marking, paragraphs, told, worked
from classroom.export.question import Blanks, Form, Numeric, Open, Options, Question

SPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
RIGHT, SOLUTION = "RIGHT", "SOLUTION"


def item(question: Question) -> Element:
    """Return the assessment item of a question."""
    fixed = {"adaptive": "false", "timeDependent": "false"}
    made = element("assessmentItem", xmlns=SPACE, identifier=question.identifier, title=question.heading, **fixed)
    made.extend(_declared(question.form, question.points))
    made.extend(_outcomes(question))
    body = below(made, "itemBody")
    body.extend(asked(question, question.how))
    body.extend(_interaction(question.form))
    notes = below(body, "rubricBlock", view="author scorer tutor")
    notes.extend(marking(question))
    rules = below(made, "responseProcessing")
    rules.extend(_rules(question.form, question.points))
    rules.append(_help(question))
    made.extend(_said(question))
    return made


def _outcomes(question: Question) -> Iterator[Element]:
    most = str(question.points)
    score = element(
        "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float", normalMaximum=most
    )
    if not isinstance(question.form, Open):
        below(below(score, "defaultValue"), "value", "0")
    yield score
    greatest = element("outcomeDeclaration", identifier="MAXSCORE", cardinality="single", baseType="float")
    below(below(greatest, "defaultValue"), "value", most)
    yield greatest
    yield element("outcomeDeclaration", identifier="FEEDBACK", cardinality="multiple", baseType="identifier")
    yield element("outcomeDeclaration", identifier="HELP", cardinality="single", baseType="identifier")


@singledispatch
def _declared(form: Form, points: int) -> Iterator[Element]:
    """Yield the declarations of the responses."""
    raise NotImplementedError


@singledispatch
def _interaction(form: Form) -> Iterator[Element]:
    """Yield what the candidate answers with."""
    raise NotImplementedError


@singledispatch
def _rules(form: Form, points: int) -> Iterator[Element]:
    """Yield the rules that set SCORE and FEEDBACK."""
    raise NotImplementedError


@singledispatch
def remarks(form: Form) -> dict[str, tuple[str, ...]]:
    """Return what may be said of an answer, by the identifier of the feedback."""
    raise NotImplementedError


def _number(name: str, value: Fraction) -> Element:
    made = element("responseDeclaration", identifier=name, cardinality="single", baseType="float")
    below(below(made, "correctResponse"), "value", decimal(value))
    return made


def _field(label: str, name: str) -> Element:
    line = element("p", label + " ")
    below(line, "textEntryInteraction", responseIdentifier=name, expectedLength="12")
    return line


def _close(name: str, value: Fraction, tolerance: Fraction) -> Element:
    """Return whether a response is within the tolerance, as two bounds.

    QTI's own word for it, "equal" with an absolute tolerance, means the same, but of two platforms tried one does not
    know it and the other misreads it.
    """
    made = element("and")
    for sign, bound in (("gte", value - tolerance), ("lte", value + tolerance)):
        compared = below(made, sign)
        below(compared, "variable", identifier=name)
        below(compared, "baseValue", decimal(bound), baseType="float")
    return made


def _set(name: str, kind: str, value: str) -> Element:
    made = element("setOutcomeValue", identifier=name)
    below(made, "baseValue", value, baseType=kind)
    return made


def _say(name: str) -> Element:
    """Return the rule that adds a remark to those that are already said."""
    made = element("setOutcomeValue", identifier="FEEDBACK")
    all_of_them = below(made, "multiple")
    below(all_of_them, "variable", identifier="FEEDBACK")
    below(all_of_them, "baseValue", name, baseType="identifier")
    return made


def _cases(cases: Sequence[tuple[Element, Sequence[Element]]], otherwise: Sequence[Element] = ()) -> Element:
    """Return a condition with its cases in order; the first that is met decides."""
    made = element("responseCondition")
    for k, (condition, rules) in enumerate(cases):
        case = below(made, "responseElseIf" if k else "responseIf")
        case.append(condition)
        case.extend(rules)
    if otherwise:
        below(made, "responseElse").extend(otherwise)
    return made


@_declared.register
def _(form: Numeric, points: int) -> Iterator[Element]:
    yield _number("RESPONSE", form.expected[0].value)


@_interaction.register
def _(form: Numeric) -> Iterator[Element]:
    yield _field("Your answer:", "RESPONSE")


@_rules.register
def _(form: Numeric, points: int) -> Iterator[Element]:
    cases = []
    for k, one in enumerate(form.expected):
        rules = [_set("SCORE", "float", decimal(one.share * points)), _say(f"MISTAKE_{k}" if k else RIGHT)]
        cases.append((_close("RESPONSE", one.value, one.tolerance), rules if one.says or not k else rules[:1]))
    yield _cases(cases)


@remarks.register
def _(form: Numeric) -> dict[str, tuple[str, ...]]:
    return {f"MISTAKE_{k}": one.says for k, one in enumerate(form.expected) if k and one.says}


@_declared.register
def _(form: Options, points: int) -> Iterator[Element]:
    """Yield one declaration: each right option is worth its share of the points; of several, a wrong one costs it."""
    cardinality = "multiple" if form.several else "single"
    made = element("responseDeclaration", identifier="RESPONSE", cardinality=cardinality, baseType="identifier")
    correct = below(made, "correctResponse")
    worth = below(made, "mapping", lowerBound="0", upperBound=str(points), defaultValue="0")
    each = Fraction(points, sum(option.right for option in form.options))
    for k, option in enumerate(form.options):
        if option.right:
            below(correct, "value", f"OPTION_{k}")
        value = each if option.right else -each if form.several else Fraction(0)
        below(worth, "mapEntry", mapKey=f"OPTION_{k}", mappedValue=decimal(value))
    yield made


@_interaction.register
def _(form: Options) -> Iterator[Element]:
    most = "0" if form.several else "1"
    made = element("choiceInteraction", responseIdentifier="RESPONSE", shuffle="true", maxChoices=most)
    for k, option in enumerate(form.options):
        # "None of these" stays at the end.
        stays = "true" if form.several and k == len(form.options) - 1 else "false"
        below(made, "simpleChoice", option.text, identifier=f"OPTION_{k}", fixed=stays)
    yield made


@_rules.register
def _(form: Options, points: int) -> Iterator[Element]:
    right = element("match")
    below(right, "variable", identifier="RESPONSE")
    below(right, "correct", identifier="RESPONSE")
    mapped = element("setOutcomeValue", identifier="SCORE")
    below(mapped, "mapResponse", identifier="RESPONSE")
    yield _cases([(right, [_set("SCORE", "float", str(points)), _say(RIGHT)])], [mapped])
    for k, option in enumerate(form.options):
        if option.says:
            chosen = element("member" if form.several else "match")
            below(chosen, "baseValue", f"OPTION_{k}", baseType="identifier")
            below(chosen, "variable", identifier="RESPONSE")
            yield _cases([(chosen, [_say(f"CHOSE_{k}")])])
    for k, (chosen_together, _says) in enumerate(form.sets):
        yield _cases([(_exactly(form, chosen_together), [_say(f"TOGETHER_{k}")])])


def _exactly(form: Options, chosen: frozenset[str]) -> Element:
    made = element("match")
    below(made, "variable", identifier="RESPONSE")
    together = below(made, "multiple")
    for k, option in enumerate(form.options):
        if option.text in chosen:
            below(together, "baseValue", f"OPTION_{k}", baseType="identifier")
    return made


@remarks.register
def _(form: Options) -> dict[str, tuple[str, ...]]:
    said = {f"CHOSE_{k}": option.says for k, option in enumerate(form.options) if option.says}
    return said | {f"TOGETHER_{k}": says for k, (_, says) in enumerate(form.sets)}


@_declared.register
def _(form: Blanks, points: int) -> Iterator[Element]:
    for k, value in enumerate(form.keys[0]):
        yield _number(f"RESPONSE_{k}", value)


@_interaction.register
def _(form: Blanks) -> Iterator[Element]:
    for k, (player, action) in enumerate(form.names):
        yield _field(f"Probability with which {player} plays '{action}':", f"RESPONSE_{k}")


@_rules.register
def _(form: Blanks, points: int) -> Iterator[Element]:
    """Yield one condition: any of the right answers counts."""
    right = [([_set("SCORE", "float", str(points)), _say(RIGHT)], key) for key in form.keys]
    wrong = [([_say(f"MISTAKE_{k}")], values) for k, (values, says) in enumerate(form.mistaken) if says]
    yield _cases([(_all_close(form, values), rules) for rules, values in right + wrong])


def _all_close(form: Blanks, values: Sequence[Fraction]) -> Element:
    made = element("and")
    made.extend(_close(f"RESPONSE_{k}", value, form.tolerance) for k, value in enumerate(values))
    return made


@remarks.register
def _(form: Blanks) -> dict[str, tuple[str, ...]]:
    return {f"MISTAKE_{k}": says for k, (_, says) in enumerate(form.mistaken) if says}


@_declared.register
def _(form: Open, points: int) -> Iterator[Element]:
    yield element("responseDeclaration", identifier="RESPONSE", cardinality="single", baseType="string")


@_interaction.register
def _(form: Open) -> Iterator[Element]:
    yield element("extendedTextInteraction", responseIdentifier="RESPONSE", expectedLines="15", format="preformatted")


@_rules.register
def _(form: Open, points: int) -> Iterator[Element]:
    return iter(())


@remarks.register
def _(form: Open) -> dict[str, tuple[str, ...]]:
    return {}


def _help(question: Question) -> Element:
    """Return the rule that shows a hint after a wrong try, and the solution when nothing is left to try for."""
    full = element("gte")
    below(full, "variable", identifier="SCORE")
    below(full, "baseValue", str(question.points), baseType="float")
    cases = [(full, [_set("HELP", "identifier", SOLUTION)])]
    for k in range(1, len(question.hints) + 1):
        tries = element("match")
        below(tries, "variable", identifier="numAttempts")
        below(tries, "baseValue", str(k), baseType="integer")
        cases.append((tries, [_set("HELP", "identifier", f"HINT_{k}")]))
    return _cases(cases, [_set("HELP", "identifier", SOLUTION)])


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
