"""A class's answers marked: a result sheet, and how often each mistake was made in each part."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO

from classroom import template
from classroom.answer_files import Answers
from classroom.marking import Marked, marked
from classroom.offline.mark import spelled
from classroom.variants import Variant, seed_of, variant
from games.errors import ScenarioError

RIGHT = "right"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Outcome:
    """How many students' answers to a part had one outcome: right, or a mistake by name."""

    exercise: str
    part: str
    outcome: str
    students: int
    share: float


@dataclass(frozen=True)
class ClassMarks:
    """The marks of a class, what could not be marked and why, and the outcomes by part, the most frequent first."""

    marks: tuple[Marked, ...]
    refused: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()
    proof: str = "exact"

    @property
    def all_right(self) -> bool:
        """Return whether every answer of everybody is right."""
        return not self.refused and all(one.all_right for one in self.marks)

    @property
    def mean(self) -> float:
        """Return the mean share of the points; 0 where nothing was marked."""
        return sum(float(one.points) / one.most for one in self.marks) / max(len(self.marks), 1)


def class_marks(rows: Iterable[Answers]) -> ClassMarks:
    """Return the marks of a class; a row that cannot be marked is named and left out."""
    marks, refused = [], []
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if row.student and (row.exercise, row.student) in seen:
            refused.append(f"{row.where}: '{row.student}' was marked already; the first answers count")
            continue
        seen.add((row.exercise, row.student))
        try:
            marks.append(marked(_variant(row.exercise, row.seed), row.by_part, row.student))
        except ScenarioError as problem:
            refused.append(f"{row.where}: {problem}")
    return ClassMarks(tuple(marks), tuple(refused), tuple(outcomes(marks)), tuple(_strangers(marks)))


def _strangers(marks: Sequence[Marked]) -> Iterator[str]:
    """Yield who answered another variant than the one of that name, in a class in which others answered their own."""
    own = [bool(one.student) and one.seed == seed_of(one.student) for one in marks]
    for one, is_own in zip(marks, own, strict=True):
        if one.student and not is_own and any(own):
            yield f"{one.student} answered variant {one.seed} of {one.exercise}, not the one of that name"


@lru_cache(maxsize=256)
def _variant(exercise: str, seed: int) -> Variant:
    return variant(_template(exercise), seed)


@lru_cache(maxsize=256)
def _template(exercise: str) -> template.Template:
    return template.read(exercise)


def outcomes(marks: Iterable[Marked]) -> Iterator[Outcome]:
    """Yield how often each part had each outcome, the most frequent first."""
    by_part: dict[tuple[str, str], Counter[str]] = {}
    for one in marks:
        for part in one.parts:
            by_part.setdefault((one.exercise, part.label), Counter())[part.mistake or RIGHT] += 1
    for (exercise, label), counts in sorted(by_part.items()):
        for outcome, count in counts.most_common():
            yield Outcome(exercise, label, outcome, count, count / counts.total())


def sheet(result: ClassMarks) -> str:
    """Return a result sheet as CSV: a row a student, points and diagnosis by part; no cell is a formula."""
    labels = sorted({part.label for one in result.marks for part in one.parts})
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["student", "exercise", "seed", "points", "of", *labels, *(f"{label}: diagnosis" for label in labels)]
    )
    for one in result.marks:
        parts = {part.label: part for part in one.parts}
        # Decimals, not fractions: a spreadsheet adds them up, and takes 1/3 for a day in March.
        points = [spelled(parts[label].points, "4") if label in parts else "" for label in labels]
        said = [(parts[label].mistake or RIGHT) if label in parts else "" for label in labels]
        row = [one.student, one.exercise, str(one.seed), spelled(one.points, "4"), str(one.most), *points, *said]
        writer.writerow(map(cell, row))
    return out.getvalue()


def cell(text: str) -> str:
    """Return a text as a cell that a spreadsheet shows and does not carry out."""
    return f"'{text}" if text.startswith(_FORMULA) else text
