"""Worked solutions: step by step, each formula with its letters, with the variant's numbers, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from classroom import expressions
from classroom.answers.kinds import KINDS
from classroom.offline.mark import spelled
from classroom.part import Part
from classroom.variants import Variant


@dataclass(frozen=True)
class Step:
    """One step: its words, and its formula in letters, in numbers and its value (empty: words alone)."""

    text: str
    formula: str = ""


@dataclass(frozen=True)
class SolvedPart:
    """One part with its steps and a right answer, as a student writes it."""

    label: str
    ask: str
    steps: tuple[Step, ...]
    answer: str


@dataclass(frozen=True)
class Solution:
    """The worked solution of a variant."""

    exercise: str
    title: str
    seed: int
    story: str
    source: str
    parts: tuple[SolvedPart, ...]
    proof: str = "exact"


def solution(variant: Variant) -> Solution:
    """Return the worked solution of a variant."""
    parts = tuple(
        SolvedPart(part.label, part.told("ask"), tuple(steps(part)), KINDS[part.kind].key(part))
        for part in variant.parts
    )
    template = variant.template
    return Solution(variant.name, template.title, variant.seed, variant.story, template.source, parts)


def steps(part: Part) -> Iterator[Step]:
    """Yield the steps of a part's solution."""
    for step in part.spec["steps"]:
        yield Step(part.text(step["text"]), _worked(part, step) if "formula" in step else "")


def outcome(part: Part) -> Any:
    """Return what the last formula of a part's solution comes to (None: it has none); it must be the key."""
    formulas = [step["formula"] for step in part.spec["steps"] if "formula" in step]
    return part.value(formulas[-1]) if formulas else None


def _worked(part: Part, step: Any) -> str:
    """Return a formula as "name = letters = numbers = value", without what would be said twice."""
    text, value = step["formula"], spelled(part.value(step["formula"]))
    letters = expressions.formula(text)
    numbers = expressions.formula(text, part.facts, spelled)
    sides = [step["name"], letters, numbers, value] if "name" in step else [letters, numbers, value]
    return " = ".join(dict.fromkeys(sides))
