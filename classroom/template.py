"""An exercise template: one TOML file with a story, parameter ranges, games, and parts that are asked and marked.

parameters   drawn by the seed: { from = 1, to = 9, step = "1/2" } or { among = ["a", "b"] }
conditions   what a draw must meet, cheapest first; a draw that fails one is drawn again
games        documents as accord reads them, with places for values in their texts: "{T}";
             or { base = "mobility-pandemic", changes = { "path" = "{x}" } }
solved       questions to accord by name: { command = "patience", game = "talks" }
values       expressions by name, over all of these
parts        what is asked: its kind says how it is answered and marked
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from classroom.answers.kinds import KINDS
from games.errors import Problem, ScenarioError, refuse
from games.files.documents import is_file, read_text
from games.files.findings import suggestion
from games.files.numbers import described
from games.files.syntax import parse

SHIPPED = Path(__file__).parent / "exercises"
Table = Mapping[str, Any]

_TEXTS = ("title", "topic", "goal", "source", "story")
_FIELDS = {*_TEXTS, "week", "minutes", "parameters", "conditions", "games", "solved", "values", "parts"}
_PART_FIELDS = {"ask", "kind", "points", "hints", "steps", "mistakes"}
_MISTAKE_FIELDS = {"name", "answer", "says", "credit"}
_STEP_FIELDS = {"text", "formula", "name"}


@dataclass(frozen=True, eq=False)
class Template:
    """An exercise as its file states it: texts with places for values, and tables that ``variants`` works out."""

    name: str
    title: str
    topic: str
    goal: str
    source: str
    story: str
    week: int
    minutes: int
    parameters: Mapping[str, Table]
    conditions: tuple[str, ...]
    games: Mapping[str, Table]
    solved: Mapping[str, Table]
    values: Mapping[str, str]
    parts: tuple[Table, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the letters of the parts."""
        return tuple(ascii_lowercase[: len(self.parts)])

    def place(self, label: str) -> int:
        """Return where a part stands.

        Raises
        ------
        ScenarioError : there is no part of this letter.
        """
        if label not in self.labels:
            raise refuse(self.name, f"has no part '{label}'", suggestion(label, self.labels))
        return self.labels.index(label)


def shipped() -> dict[str, Path]:
    """Return the templates that ship, by name."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"), key=lambda path: path.stem)}


def templates() -> tuple[Template, ...]:
    """Return the templates that ship, in the order of the course."""
    return tuple(sorted(map(read, shipped()), key=lambda t: (t.week, t.name)))


def read(exercise: str) -> Template:
    """Return a template: one that ships, by name, or a file.

    Raises
    ------
    ScenarioError : no such exercise, or everything that its file lacks.
    """
    path, known = Path(exercise), shipped()
    if exercise in known:
        path = known[exercise]
    elif not is_file(path):
        raise refuse(exercise, "no exercise of that name ships, and there is no such file", suggestion(exercise, known))
    return template(parse(read_text(path, exercise), exercise, "toml"), path.stem)


def template(document: Table, name: str) -> Template:
    """Return the template of a document.

    Raises
    ------
    ScenarioError : everything that it lacks.
    """
    lacking = [Problem(f"{name}: {where}", what, hint) for where, what, hint in _lacks(document)]
    if lacking:
        raise ScenarioError(lacking)
    texts: dict[str, Any] = {key: str(document[key]).strip() for key in _TEXTS}
    tables: dict[str, Any] = {key: document.get(key, {}) for key in ("parameters", "games", "solved", "values")}
    rest: dict[str, Any] = {key: tuple(document.get(key, ())) for key in ("conditions", "parts")}
    return Template(name=name, week=document["week"], minutes=document["minutes"], **texts, **tables, **rest)


def _lacks(document: Table) -> Iterator[tuple[str, str, str]]:
    """Yield what a document lacks to be a template: where, what, and the smallest repair."""
    yield from _unknown("", document, _FIELDS)
    yield from _heading_lacks(document)
    parts = document.get("parts")
    if not isinstance(parts, list) or not parts or len(parts) > len(ascii_lowercase):
        yield "parts", "an exercise asks at least one thing, and at most 26", "begin one with [[parts]]"
        return
    for label, part in zip(ascii_lowercase, parts, strict=False):
        if isinstance(part, dict):
            yield from _part_lacks(f"parts.{label}", part)
        else:
            yield f"parts.{label}", f"expects a table, found {described(part)}", "begin it with [[parts]]"


def _heading_lacks(document: Table) -> Iterator[tuple[str, str, str]]:
    for key in _TEXTS:
        if not isinstance(document.get(key), str) or not document[key].strip():
            yield key, "is missing or no text", f'for example: {key} = "…"'
    for key in ("week", "minutes"):
        if not isinstance(document.get(key), int):
            yield key, "is missing or no whole number", f"for example: {key} = 3"
    for key in ("parameters", "games", "solved", "values"):
        if not isinstance(document.get(key, {}), dict):
            yield key, f"expects a table, found {described(document[key])}", f"begin it with [{key}]"


def _part_lacks(where: str, part: Table) -> Iterator[tuple[str, str, str]]:
    kind = part.get("kind")
    if kind not in KINDS:
        yield f"{where}.kind", f"'{kind}' is no kind of answer", f"one of {', '.join(KINDS)}"
        return
    yield from _unknown(where, part, {*_PART_FIELDS, *KINDS[kind].fields, *KINDS[kind].required})
    for key in ("ask", *KINDS[kind].required):
        if key not in part:
            yield f"{where}.{key}", "is missing", f"a part of kind '{kind}' says its {key}"
    for key in ("hints", "steps"):
        if not isinstance(part.get(key), list) or not part[key]:
            yield (
                f"{where}.{key}",
                "are missing",
                f"a student needs at least one; write [[parts.{key}]] or {key} = [ … ]",
            )
    yield from _shape_lacks(where, part, kind == "plan")
    for k, mistake in enumerate(part.get("mistakes", ()), 1):
        yield from _entry(
            f"{where}.mistakes #{k}", mistake, _MISTAKE_FIELDS, ("name", "answer", "says"), kind == "plan"
        )
    for k, step in enumerate(part.get("steps", ()), 1):
        yield from _entry(f"{where}.steps #{k}", step, _STEP_FIELDS, ("text",))


def _shape_lacks(where: str, part: Table, plan: bool) -> Iterator[tuple[str, str, str]]:
    """Yield the fields of a part that are there and of another shape than is read."""
    points, answer = part.get("points", 1), part.get("answer", "")
    if isinstance(points, bool) or not isinstance(points, int) or points < 1:
        yield f"{where}.points", f"expects a whole number from 1 on, found {described(points)}", "points = 2"
    if not plan and isinstance(answer, dict | list):
        yield f"{where}.answer", f"expects an expression, found {described(answer)}", 'answer = "T - R"'
    if plan and not _is_plan(answer):
        hint = "[parts.answer] with start, and [parts.answer.nodes.NAME] below it"
        yield f"{where}.answer", "expects a plan: a table of start and nodes", hint
    if not isinstance(part.get("options", []), str | list):
        yield f"{where}.options", f"expects a list, found {described(part['options'])}", 'options = ["yes", "no"]'
    for name in ("shuffled", "whole"):
        if not isinstance(part.get(name, False), bool):
            yield f"{where}.{name}", f"expects true or false, found {described(part[name])}", f"{name} = true"


def _is_plan(answer: Any) -> bool:
    nodes = answer.get("nodes") if isinstance(answer, dict) else None
    return isinstance(nodes, dict) and "start" in answer and all(isinstance(node, dict) for node in nodes.values())


def _entry(
    where: str, table: Any, known: set[str], needed: tuple[str, ...], plan: bool = False
) -> Iterator[tuple[str, str, str]]:
    if not isinstance(table, dict):
        yield where, f"expects a table, found {described(table)}", f"with {', '.join(needed)}"
        return
    yield from _unknown(where, table, known)
    for key in needed:
        if not isinstance(table.get(key), dict if key == "answer" and plan else str):
            yield f"{where}.{key}", "is missing or not what a part of this kind has", f'for example: {key} = "…"'


def _unknown(where: str, table: Table, known: set[str]) -> Iterator[tuple[str, str, str]]:
    for key in table:
        if key not in known:
            yield f"{where}.{key}".lstrip("."), "unknown field", suggestion(key, sorted(known))
