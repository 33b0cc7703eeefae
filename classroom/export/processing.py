"""The words of QTI 2.1's response processing that the items use: conditions, comparisons, outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from xml.etree.ElementTree import Element

from classroom.export.markup import below, decimal, element, outward

Case = tuple[Element, Sequence[Element]]


def cases(several: Sequence[Case], otherwise: Sequence[Element] = ()) -> Element:
    """Return a rule with its cases in order: the first whose condition is met decides what is done."""
    made = element("responseCondition")
    for k, (condition, done) in enumerate(several):
        case = below(made, "responseElseIf" if k else "responseIf")
        case.append(condition)
        case.extend(done)
    if otherwise:
        below(made, "responseElse").extend(otherwise)
    return made


def put(outcome: str, kind: str, value: str) -> Element:
    """Return the rule that sets an outcome."""
    made = element("setOutcomeValue", identifier=outcome)
    made.append(constant(kind, value))
    return made


def score(points: Fraction) -> Element:
    """Return the rule that gives points."""
    return put("SCORE", "float", decimal(points))


def say(remark: str) -> Element:
    """Return the rule that adds a remark to those that are already made."""
    made = element("setOutcomeValue", identifier="FEEDBACK")
    below(made, "multiple").extend([variable("FEEDBACK"), constant("identifier", remark)])
    return made


def variable(name: str) -> Element:
    """Return the value of a variable."""
    return element("variable", identifier=name)


def constant(kind: str, value: str) -> Element:
    """Return a value."""
    return element("baseValue", value, baseType=kind)


def of(operator: str, *operands: Element) -> Element:
    """Return an operator with its operands."""
    made = element(operator)
    made.extend(operands)
    return made


def at_least(value: Element, bound: Fraction) -> Element:
    """Return whether a value is at least a bound."""
    return of("gte", value, constant("float", decimal(bound)))


def close(value: Element, to: Fraction, tolerance: Fraction) -> Element:
    """Return whether a value is within the tolerance, as two bounds.

    QTI's own word, "equal" with an absolute tolerance, means the same; but of two programs that were tried, one does
    not know the tolerance and the other misreads it.
    """
    low, high = outward(to - tolerance, to + tolerance)
    return of("and", *(of(sign, value, constant("float", bound)) for sign, bound in (("gte", low), ("lte", high))))


def weighted(names: Iterable[str], weights: Iterable[Fraction]) -> Element:
    """Return the weighted sum of variables."""
    pairs = zip(names, weights, strict=True)
    return of("sum", *(of("product", variable(name), constant("float", decimal(w))) for name, w in pairs))
