"""One variant of an exercise: its numbers, drawn by a seed, and its parts.

Draws are read off SHA-256 of the exercise's name, the seed and the attempt: a seed gives the same numbers on every
machine and in every year. A draw that breaks a condition of the template, or that would make an answer long or
ambiguous (``behaved`` of its kind of answer), is drawn again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any

from classroom import expressions
from classroom.answers.kinds import KINDS
from classroom.facts import Facts
from classroom.part import Part
from classroom.template import Template
from classroom.texts import filled
from games.errors import refuse
from games.files.numbers import Refusal, exact

ATTEMPTS = 5_000
SEEDS = 2**32


@dataclass(frozen=True, eq=False)
class Variant:
    """An exercise with its numbers."""

    template: Template
    seed: int
    facts: Facts
    story: str
    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        """Return the name of the exercise."""
        return self.template.name


def seed_of(student: str) -> int:
    """Return the seed of a student's number or name: the same for every exercise, and no two likely alike."""
    return int.from_bytes(sha256(f"student/{student.strip().casefold()}".encode()).digest()[:4])


def variant(template: Template, seed: int) -> Variant:
    """Return the variant of an exercise for a seed.

    Raises
    ------
    ScenarioError : the template's conditions leave nothing to be drawn.
    """
    failed = ""
    for attempt in range(ATTEMPTS):
        facts = Facts(template.name, drawn(template, seed, attempt), template.values, template.solved, template.games)
        try:
            parts = _parts(template, facts, seed)
            if all(_met(condition, facts) for condition in template.conditions) and all(map(_behaved, parts)):
                return Variant(template, seed, facts, filled(template.story, facts, template.name), parts)
        except ZeroDivisionError:
            failed = ", and the last that failed divides by zero"
        except Refusal as problem:
            failed = f", and the last that failed comes to what cannot be used: {problem.what}"
    hint = "widen the ranges, or leave a condition out"
    raise refuse(f"{template.name}: conditions", f"none of {ATTEMPTS} draws meets them all{failed}", hint)


def drawn(template: Template, seed: int, attempt: int = 0) -> dict[str, Any]:
    """Return the parameters of one attempt to draw a variant."""
    return {
        name: _one(table, f"{template.name}/{seed}/{attempt}/{name}", f"{template.name}: parameters.{name}")
        for name, table in template.parameters.items()
    }


def _one(table: Mapping[str, Any], key: str, where: str) -> Any:
    number = int.from_bytes(sha256(key.encode()).digest()[:8])
    if "among" in table:
        among = table["among"]
        return among[number % len(among)] if isinstance(among[0], str) else exact(among[number % len(among)])
    try:
        low, high, step = (exact(table[k]) for k in ("from", "to", "step")) if "step" in table else (
            exact(table["from"]), exact(table["to"]), Fraction(1))  # fmt: skip
    except (KeyError, Refusal) as problem:
        raise refuse(where, f"is no range: {problem}", "{ from = 1, to = 9 } or { among = [1, 2, 5] }") from None
    if step <= 0 or high < low:
        raise refuse(where, "is no range that goes up", "{ from = 1, to = 9 }, with a step above 0")
    return low + step * (number % (int((high - low) / step) + 1))


def _met(condition: str, facts: Facts) -> bool:
    return bool(expressions.value(condition, facts, f"{facts.name}: conditions"))


def _parts(template: Template, facts: Facts, seed: int) -> tuple[Part, ...]:
    all_of_them = dict(zip(template.labels, template.parts, strict=True))
    return tuple(
        Part(label, str(spec["kind"]), spec, facts, {k: other for k, other in all_of_them.items() if k != label}, seed)
        for label, spec in all_of_them.items()
    )


def _behaved(part: Part) -> bool:
    return KINDS[part.kind].behaved(part)
