"""Texts as the markup that Moodle and QTI both know, and nothing that a template could smuggle in.

Of Markdown, in which exercises are written, what they use: paragraphs, lists ("- "), tables of pipes, *stress*, `code`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import ceil, floor
from xml.etree.ElementTree import Element, SubElement

from classroom.export.question import Question

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INLINE = re.compile(r"`([^`]+)`|(?<![\w*])\*(?=\S)([^*]*[^*\s])\*(?![\w*])")
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


def line(tag: str, text: str) -> Element:
    """Return an element with a text of one line: *stress* and `code` are set as what they are."""
    made = element(tag)
    inside: Element | None = None
    for k, piece in enumerate(_INLINE.split(" ".join(text.split()))):
        if k % 3 == 0 and piece:
            inside = _append(made, inside, piece)
        elif piece:
            inside = below(made, "code" if k % 3 == 1 else "em", piece)
    return made


def _append(made: Element, last: Element | None, text: str) -> Element | None:
    if last is None:
        made.text = allowed(text)
    else:
        last.tail = allowed(text)
    return last


def paragraphs(text: str) -> Iterator[Element]:
    """Yield the blocks of a text, parted by empty lines: paragraphs, lists and tables."""
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [one.strip() for one in block.splitlines() if one.strip()]
        if not lines:
            continue
        if all(one.startswith("|") for one in lines):
            yield _table(lines)
        elif all(one.startswith("- ") for one in lines):
            points = element("ul")
            points.extend(line("li", one[2:]) for one in lines)
            yield points
        else:
            yield line("p", block)


def _table(lines: Sequence[str]) -> Element:
    """Return a table of pipes: its first row is the heading, and so is its first column; the rule below it is not."""
    rows = [[cell.strip() for cell in one.strip("|").split("|")] for one in lines if set(one) - set("|-: ")]
    made = element("table", **{"class": "table table-bordered w-auto"})
    below(below(made, "thead"), "tr").extend(line("th", cell) for cell in rows[0])
    body = below(made, "tbody")
    for first, *others in rows[1:]:
        below(body, "tr").extend([line("th", first), *(line("td", cell) for cell in others)])
    return made


def told(lines: Iterable[str]) -> Iterator[Element]:
    """Yield one paragraph a line of feedback."""
    return (line("p", one) for one in lines)


def asked(question: Question, how: str) -> Iterator[Element]:
    """Yield what a student sees before answering: the story, what earlier parts asked, the question, how to answer.

    Earlier parts are told because a platform may ask one part of a variant without the others.
    """
    yield from paragraphs(question.story)
    if question.before:
        yield element("p", f"This is part {question.label}. The parts before it ask:")
        yield from told(question.before)
    ask = element("p")
    ask.append(line("strong", question.ask))
    yield ask
    last = element("p")
    below(last, "em", how)
    yield last


def worked(question: Question) -> Iterator[Element]:
    """Yield the worked solution."""
    for step in question.steps:
        yield from paragraphs(step.text)
        if step.formula:
            formula = element("p")
            below(formula, "code", step.formula)
            yield formula


def marking(question: Question, by_hand: bool) -> Iterator[Element]:
    """Yield the teacher's notes: how to mark an open answer, a right answer, how it is found, the hints."""
    if by_hand:
        yield element("p", question.marking)
    yield element("p", "A right answer:")
    yield element("pre", question.key)
    yield element("p", "Worked solution:")
    yield from worked(question)
    yield element("p", "Hints, from the gentlest on:")
    yield from told(question.hints)


def decimal(value: Fraction) -> str:
    """Return a number in decimals, as both formats and every platform read it: 0.4285714286, -3."""
    return _written(round(value * 10**DECIMALS))


def outward(low: Fraction, high: Fraction) -> tuple[str, str]:
    """Return the bounds of an interval in decimals, rounded so that no number of it is left out."""
    return _written(floor(low * 10**DECIMALS)), _written(ceil(high * 10**DECIMALS))


def _written(scaled: int) -> str:
    whole, rest = divmod(abs(scaled), 10**DECIMALS)
    text = f"{whole}.{rest:0{DECIMALS}d}".rstrip("0").rstrip(".")
    return f"-{text}" if scaled < 0 else text
