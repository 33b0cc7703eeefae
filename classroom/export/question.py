"""One part of a variant as a question for a learning platform, with a name that stays the same for ever."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from classroom.answers.kinds import KINDS
from classroom.export.forms import Form, form, how, how_openly
from classroom.marking import hints
from classroom.solution import Step, steps
from classroom.variants import Variant
from games.errors import refuse

MARKING = (
    "Mark with 'accord teach check' (exercise {name}, seed {seed}, part {label}): any answer that works counts, "
    "so another one than the one below may be right."
)
_NO_NAME = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True)
class Question:
    """One part of a variant. ``story``, ``before`` and ``ask`` are all that a student sees before answering.

    ``how_openly`` says how to answer where a platform cannot mark the form. ``key`` and ``marking`` are the teacher's.
    """

    identifier: str
    exercise: str
    title: str
    topic: str
    seed: int
    label: str
    points: int
    story: str
    before: tuple[str, ...]
    ask: str
    how: str
    how_openly: str
    hints: tuple[str, ...]
    steps: tuple[Step, ...]
    key: str
    marking: str
    form: Form

    @property
    def heading(self) -> str:
        """Return the name under which a teacher finds it."""
        return f"{self.title} ({self.seed}{self.label})"


def questions(variants: Sequence[Variant]) -> tuple[Question, ...]:
    """Return the questions of variants, in their order.

    Raises
    ------
    ScenarioError : a variant is there twice: a platform would take one for the other.
    """
    seen: set[str] = set()
    for one in variants:
        name = identifier(one)
        if name in seen:
            raise refuse(f"{one.name}: seed {one.seed}", "is there twice", "name each exercise and each seed once")
        seen.add(name)
    return tuple(_question(one, k) for one in variants for k in range(len(one.parts)))


def identifier(variant: Variant) -> str:
    """Return the name of a variant on every platform: letters, digits, "-" and "_", the same for ever."""
    return f"{exercise_identifier(variant.name)}-{variant.seed}"


def exercise_identifier(name: str) -> str:
    """Return the name of an exercise on every platform; what had to be replaced is told apart by a hash."""
    plain = _NO_NAME.sub("_", name)
    if plain != name or not plain[:1].isalpha():
        plain = f"x{plain}-{sha256(name.encode()).hexdigest()[:8]}"
    return plain


def _question(variant: Variant, k: int) -> Question:
    part, template = variant.parts[k], variant.template
    asked = form(part)
    return Question(
        identifier=f"{identifier(variant)}-{part.label}",
        exercise=variant.name,
        title=template.title,
        topic=template.topic,
        seed=variant.seed,
        label=part.label,
        points=part.points,
        story=variant.story,
        before=tuple(f"{other.label}) {other.told('ask')}" for other in variant.parts[:k]),
        ask=part.told("ask"),
        how=how(part, asked),
        how_openly=how_openly(part),
        hints=hints(part),
        steps=tuple(steps(part)),
        key=KINDS[part.kind].key(part),
        marking=MARKING.format(name=variant.name, seed=variant.seed, label=part.label),
        form=asked,
    )
