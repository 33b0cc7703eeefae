"""Texts as the markup that Moodle and QTI both know: paragraphs, code, and nothing that a template could smuggle in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from classroom.export.question import Question

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DECIMALS = 10


def element(tag: str, text: str = "", **attributes: str) -> Element:
    """Return an element; a character that XML does not allow becomes "�"."""
    made = Element(tag, {name: allowed(value) for name, value in attributes.items()})
    made.text = allowed(text) if text else None
    return made


def below(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """Return a new last child of an element."""
    child = SubElement(parent, tag, {name: allowed(value) for name, value in attributes.items()})
    child.text = allowed(text) if text else None
    return child


def allowed(text: str) -> str:
    """Return a text without the characters that XML does not allow."""
    return _NOT_XML.sub("�", text)


def paragraphs(text: str) -> Iterator[Element]:
    """Yield the paragraphs of a text; an empty line parts them."""
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.strip():
            yield element("p", " ".join(block.split()))


def told(lines: Iterable[str]) -> Iterator[Element]:
    """Yield one paragraph a line of feedback."""
    return (element("p", line) for line in lines)


def asked(question: Question, how: str) -> Iterator[Element]:
    """Yield what a student sees before answering: the story, what earlier parts asked, the question, how to answer.

    Earlier parts are told because a platform may ask one part of a variant without the others.
    """
    yield from paragraphs(question.story)
    if question.before:
        yield element("p", f"This is part {question.label}. The parts before it ask:")
        yield from told(question.before)
    ask = element("p")
    below(ask, "strong", " ".join(question.ask.split()))
    yield ask
    last = element("p")
    below(last, "em", how)
    yield last


def worked(question: Question) -> Iterator[Element]:
    """Yield the worked solution."""
    for step in question.steps:
        yield element("p", step.text)
        if step.formula:
            formula = element("p")
            below(formula, "code", step.formula)
            yield formula


def marking(question: Question) -> Iterator[Element]:
    """Yield what a teacher needs to mark an open answer: the command, a right answer, how it is found, the hints."""
    yield element("p", question.marking)
    yield element("p", "A right answer:")
    yield element("pre", question.key)
    yield element("p", "Worked solution:")
    yield from worked(question)
    yield element("p", "Hints to give, from the gentlest on:")
    yield from told(question.hints)


def decimal(value: Fraction) -> str:
    """Return a number in decimals, as both formats and every platform read it: 0.4285714286, -3."""
    scaled = round(value * 10**DECIMALS)
    whole, rest = divmod(abs(scaled), 10**DECIMALS)
    text = f"{whole}.{rest:0{DECIMALS}d}".rstrip("0").rstrip(".")
    return f"-{text}" if scaled < 0 else text
