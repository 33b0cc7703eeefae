"""The classroom in words and in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from classroom.answers.kinds import KINDS, asked
from classroom.class_marks import RIGHT, ClassMarks
from classroom.marking import Marked, MarkedPart, hints
from classroom.offline.mark import spelled
from classroom.solution import Solution
from classroom.template import Template, shipped
from classroom.variants import Variant
from report.data import fields
from report.layout import MOST_ROWS, left_out, remarks, section, table
from report.text import tell
from report.words import share


@dataclass(frozen=True)
class Course:
    """The exercises that ship, in the order of the course."""

    exercises: tuple[Template, ...]
    proof: str = "exact"


@dataclass(frozen=True)
class Hint:
    """One hint of a part, and how many there are."""

    exercise: str
    seed: int
    part: str
    number: int
    of: int
    text: str
    proof: str = "exact"


def register() -> None:
    """Teach ``report.text`` and ``report.data`` the results of the classroom."""
    tell.register(Course, course_told)
    fields.register(Course, course_listed)
    tell.register(Variant, variant_told)
    fields.register(Variant, variant_listed)
    tell.register(Marked, marked_told)
    fields.register(Marked, marked_listed)
    tell.register(Hint, hint_told)
    fields.register(Hint, hint_listed)
    tell.register(Solution, solution_told)
    fields.register(Solution, solution_listed)
    tell.register(ClassMarks, classmarks_told)
    fields.register(ClassMarks, classmarks_listed)


def hint(variant: Variant, label: str, number: int) -> Hint:
    """Return a hint of a part (the last one where there are fewer)."""
    known = hints(variant.parts[variant.template.place(label)])
    number = min(number, len(known))
    return Hint(variant.name, variant.seed, label, number, len(known), known[number - 1])


def _indented(text: str, style: str = "", by: int = 3) -> Padding:
    return Padding(Text(text, style), (0, 0, 0, by))


def course_told(result: Course) -> Iterable[RenderableType]:
    """Yield the parts of the telling, in order."""
    rows = table("week", "exercise", "topic", "min", numeric=("week", "min"), whole=("exercise",))
    for one in result.exercises:
        rows.add_row(str(one.week), Text(one.name, style="bold"), one.topic, str(one.minutes))
    yield rows
    yield Text("accord teach new EXERCISE --seed 7 asks one of them; --seed is any number, --student a name.", "dim")


def variant_told(result: Variant) -> Iterable[RenderableType]:
    """Yield the parts of the telling, in order."""
    yield from _heading(result.template.title, result.name, result.seed)
    yield from _story(result.story)
    for part in result.parts:
        yield Text("")
        yield Text.assemble((f"{part.label}. ", "bold"), part.told("ask"), (f" [{_points(part.points)}]", "dim"))
        how, options = asked(part)
        yield _indented(how, "dim")
        if options:
            yield Padding(_listed((f"{number}.", option) for number, option in enumerate(options, 1)), (0, 0, 0, 3))


def _heading(title: str, name: str, seed: int) -> Iterator[RenderableType]:
    yield Text(title, style="bold")
    yield Text(f"{name}, variant {seed}", style="dim")
    yield Text("")


def _story(text: str) -> Iterator[RenderableType]:
    """Yield paragraphs: single line breaks are spaces, as the screen breaks its lines; tables and lists keep theirs."""
    for k, part in enumerate(text.split("\n\n")):
        if k:
            yield Text("")
        if part.startswith("- "):
            yield _listed(("-", line.removeprefix("- ")) for line in part.splitlines())
        else:
            yield Text(part if part.startswith("|") else " ".join(part.split()))


def _listed(entries: Iterable[tuple[str, str]]) -> Table:
    """Return entries one below the other, each behind its mark."""
    grid = Table.grid(padding=(0, 1))
    for mark, text in entries:
        grid.add_row(mark, Text(text))
    return grid


def _points(points: Fraction | int) -> str:
    return f"{spelled(points)} point" + ("" if points == 1 else "s")


def marked_told(result: Marked) -> Iterable[RenderableType]:
    """Yield the parts of the telling, in order."""
    yield from _heading(result.title, result.exercise, result.seed)
    for part in result.parts:
        yield Text.assemble((f"{part.label}. ", "bold"), _verdict(part), f"   {spelled(part.points)} of {part.most}")
        for line in part.says:
            yield _indented(line)
    yield Text("")
    whose = f"{result.student}: " if result.student else ""
    yield Text(f"{whose}{spelled(result.points)} of {_points(result.most)}", style="bold")
    unsaid = next((part.label for part in result.parts if part.mistake == "other" and not part.says), "")
    if unsaid and result.exercise in shipped():
        yield Text(f"A hint: accord teach hint {result.exercise} --seed {result.seed} --part {unsaid}", style="dim")
    yield from remarks(result.notes)


def _verdict(part: MarkedPart) -> tuple[str, str]:
    if not part.mistake:
        return "right", "green"
    words = {"other": "wrong", "not answered": "not answered", "unreadable": "unreadable"}
    return words.get(part.mistake, f"wrong: {part.mistake}"), "yellow" if part.points else "red"


def hint_told(result: Hint) -> Iterable[RenderableType]:
    """Yield the parts of the telling, in order."""
    yield Text.assemble((f"{result.part}. ", "bold"), f"hint {result.number} of {result.of}: {result.text}")


def solution_told(result: Solution) -> Iterable[RenderableType]:
    """Yield the parts of the telling, in order."""
    yield from _heading(result.title, result.exercise, result.seed)
    yield from _story(result.story)
    for part in result.parts:
        yield Text("")
        yield Text.assemble((f"{part.label}. ", "bold"), part.ask)
        for step in part.steps:
            yield _indented(step.text)
            if step.formula:
                yield _indented(step.formula, "cyan", 6)
        yield _indented("Answer: " + part.answer.replace("\n", "\n        "), "bold")
    yield Text("")
    yield Text(f"Source: {result.source}", style="dim")


def classmarks_told(result: ClassMarks) -> Iterable[RenderableType]:
    """Yield the parts of the telling, in order."""
    rows = table("student", "exercise", "points", "of", "by part", numeric=("points", "of"))
    for one in result.marks[:MOST_ROWS]:
        by_part = " ".join(spelled(part.points) for part in one.parts)
        rows.add_row(one.student or "-", one.exercise, spelled(one.points), str(one.most), by_part)
    count = len(result.marks)
    told = f"{count} marked; {share(result.mean)} of the points on average. {left_out(count, f'{MOST_ROWS} shown')}"
    yield from section("Results", rows, told.strip())
    mistakes = table("exercise", "part", "outcome", "students", "share", numeric=("students", "share"))
    for one_outcome in result.outcomes:
        style = "green" if one_outcome.outcome == RIGHT else ""
        name = Text(one_outcome.outcome, style=style)
        mistakes.add_row(
            one_outcome.exercise, one_outcome.part, name, str(one_outcome.students), share(one_outcome.share)
        )
    yield from section("What was right, and which mistakes were made", mistakes)
    yield from remarks((*result.notes, *result.refused))


def course_listed(result: Course) -> dict[str, Any]:
    """Return the fields of the JSON document."""
    kept = ("name", "title", "topic", "goal", "source", "week", "minutes")
    return {"proof": result.proof, "exercises": [{key: getattr(one, key) for key in kept} for one in result.exercises]}


def variant_listed(result: Variant) -> dict[str, Any]:
    """Return the fields of the JSON document."""
    parts = [
        {
            "part": part.label,
            "kind": part.kind,
            "points": part.points,
            "ask": part.told("ask"),
            "how": KINDS[part.kind].how(part),
            **({"options": list(asked(part)[1])} if "options" in part.spec else {}),
        }
        for part in result.parts
    ]
    return {
        "proof": "exact",
        "exercise": result.name,
        "title": result.template.title,
        "seed": result.seed,
        "story": result.story,
        "parts": parts,
    }


def marked_listed(result: Marked) -> dict[str, Any]:
    """Return the fields of the JSON document."""
    parts = [
        {
            "part": p.label,
            "points": str(p.points),
            "of": p.most,
            "right": not p.mistake,
            "mistake": p.mistake,
            "says": list(p.says),
        }
        for p in result.parts
    ]
    return {
        "proof": result.proof, "exercise": result.exercise, "seed": result.seed, "student": result.student,
        "points": str(result.points), "of": result.most, "parts": parts, "notes": list(result.notes),
    }  # fmt: skip


def hint_listed(result: Hint) -> dict[str, Any]:
    """Return the fields of the JSON document."""
    return {key: getattr(result, key) for key in ("proof", "exercise", "seed", "part", "number", "of", "text")}


def solution_listed(result: Solution) -> dict[str, Any]:
    """Return the fields of the JSON document."""
    parts = [
        {
            "part": p.label,
            "ask": p.ask,
            "steps": [{"text": s.text, "formula": s.formula} for s in p.steps],
            "answer": p.answer,
        }
        for p in result.parts
    ]
    return {
        "proof": result.proof,
        "exercise": result.exercise,
        "seed": result.seed,
        "source": result.source,
        "parts": parts,
    }


def classmarks_listed(result: ClassMarks) -> dict[str, Any]:
    """Return the fields of the JSON document."""
    counted = [
        {
            "exercise": o.exercise,
            "part": o.part,
            "outcome": o.outcome,
            "students": o.students,
            "share": round(o.share, 4),
        }
        for o in result.outcomes
    ]
    return {
        "proof": result.proof,
        "marks": [fields(one) for one in result.marks],
        "outcomes": counted,
        "refused": list(result.refused),
        "notes": list(result.notes),
    }
