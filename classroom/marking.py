"""Answers marked part by part: what each is worth, which mistake it is the result of, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from classroom.answers.kinds import KINDS
from classroom.offline.mark import Mark
from classroom.part import Part
from classroom.variants import Variant
from games.files.findings import suggestion
from games.files.numbers import Refusal

UNREADABLE, MISSING = "unreadable", "not answered"


@dataclass(frozen=True)
class MarkedPart:
    """The mark of one part: points of the most there are, and the mistake by name (empty: right)."""

    label: str
    points: Fraction
    most: int
    mistake: str
    says: tuple[str, ...]


@dataclass(frozen=True)
class Marked:
    """A student's marked answers to one exercise."""

    exercise: str
    title: str
    seed: int
    student: str
    parts: tuple[MarkedPart, ...]
    notes: tuple[str, ...] = ()
    proof: str = "exact"

    @property
    def points(self) -> Fraction:
        """Return the points of all parts."""
        return sum((part.points for part in self.parts), Fraction(0))

    @property
    def all_right(self) -> bool:
        """Return whether every part is right."""
        return not any(part.mistake for part in self.parts)

    @property
    def most(self) -> int:
        """Return the most points that there are."""
        return sum(part.most for part in self.parts)


def marked(variant: Variant, answers: Mapping[str, Any], student: str = "") -> Marked:
    """Return the marks of answers by part letter; a part that is left out gets none."""
    known = [part.label for part in variant.parts]
    notes = tuple(
        f"there is no part '{str(label)[:40]}' ({suggestion(str(label)[:40], known)}): it was not marked"
        for label in list(answers)[:20]
        if label not in known
    )
    parts = tuple(marked_part(replace(part, given=answers), answers.get(part.label, "")) for part in variant.parts)
    return Marked(variant.name, variant.template.title, variant.seed, student, parts, notes)


def marked_part(part: Part, answer: Any) -> MarkedPart:
    """Return the mark of one answer; one that cannot be read is wrong, and what would repair it is said."""
    if answer == "" or answer is None:
        return MarkedPart(part.label, Fraction(0), part.points, MISSING, ())
    try:
        mark = KINDS[part.kind].mark(part, KINDS[part.kind].read(part, answer))
    except Refusal as problem:
        hint = f"Answer with {KINDS[part.kind].how(part)}."
        said = f"This cannot be read: {problem.what}" + (f" ({problem.hint})" if problem.hint else "") + "."
        mark = Mark(Fraction(0), UNREADABLE, (_visible(said), hint))
    return MarkedPart(part.label, mark.share * part.points, part.points, mark.mistake, mark.says)


def _visible(text: str) -> str:
    """Return a text without what steers a screen or turns its writing round: the student chose some of the words."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def hints(part: Part) -> tuple[str, ...]:
    """Return the hints of a part, from the gentlest on."""
    return tuple(part.text(hint) for hint in part.spec["hints"])
