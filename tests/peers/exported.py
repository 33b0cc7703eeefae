"""What is handed to other people's readers: all exercises that ship, and one of every kind, over seeds."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import chain, combinations

from exercises_of_every_kind import variants

from classroom import template
from classroom.answers.kinds import KINDS
from classroom.export.forms import Blanks, Numeric, Open, Options
from classroom.export.markup import line
from classroom.export.question import Question, questions
from classroom.marking import marked_part
from classroom.part import Part
from classroom.variants import Variant, variant

SEEDS = 4


@cache
def exported() -> tuple[Variant, ...]:
    shipped = tuple(variant(one, seed) for one in template.templates() for seed in range(SEEDS))
    return shipped + variants(SEEDS)


def asked() -> tuple[tuple[Question, Part], ...]:
    """Return every exported question with the part that it is made from."""
    parts = [part for one in exported() for part in one.parts]
    return tuple(zip(questions(exported()), parts, strict=True))


def shown(*texts: str) -> str:
    """Return what is read of texts: stress and code without their marks."""
    return "".join("".join(line("p", text).itertext()) for text in texts)


def points(part: Part, answer: object) -> Fraction:
    """Return what accord gives for an answer."""
    return marked_part(part, answer).points


def selections(form: Options) -> Iterator[frozenset[str]]:
    """Yield everything that can be chosen: every set of options, or every option; "none of these" alone."""
    named = [option.text for option in form.options][: -1 if form.several else None]
    most = len(named) if form.several else 1
    yield from map(frozenset, chain.from_iterable(combinations(named, k) for k in range(1, most + 1)))
    if form.several:
        yield frozenset([form.options[-1].text])


def chosen(form: Options, selection: frozenset[str]) -> str:
    """Return a selection as a student writes it to accord."""
    return "none" if form.several and form.options[-1].text in selection else "; ".join(sorted(selection))


def numbers(form: Numeric) -> Iterator[Fraction]:
    """Yield numbers that fit each expected one well, and that miss each well."""
    for one in form.expected:
        within = form.expected[0].tolerance
        yield from (one.value, one.value + within / 2, one.value - within / 2)
        yield from (one.value + 7 * within, one.value - 7 * within, one.value * 17 / 10 + Fraction(37, 100))


def tried(question: Question, part: Part) -> Iterator[tuple[dict[str, str | list[str]], Fraction]]:
    """Yield responses to a question as QTI names them, each with the points that accord gives."""
    form = question.form
    if isinstance(form, Numeric):
        yield from (({"RESPONSE": str(float(value))}, points(part, value)) for value in numbers(form))
    elif isinstance(form, Options):
        names = {option.text: f"OPTION_{k}" for k, option in enumerate(form.options)}
        for selection in selections(form):
            marks = [names[text] for text in sorted(selection)]
            yield {"RESPONSE": marks if form.several else marks[0]}, points(part, chosen(form, selection))
    elif not isinstance(form, Open):
        kind = KINDS[part.kind]
        for text in [kind.key(part), *(text for _, text in kind.mistaken(part))]:
            answer = kind.read(part, text)
            shares = [share for own in answer for share in own[:-1]] if isinstance(form, Blanks) else answer
            yield {f"RESPONSE_{k}": str(float(share)) for k, share in enumerate(shares)}, points(part, text)
