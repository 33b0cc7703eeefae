"""Students' answers: one file a student, or a class's table. They are data: read within limits, never carried out.

An answer file is TOML or JSON: ``exercise``, ``seed`` or ``student``, and ``[answers]`` by part letter. It may name an
exercise that ships, not a path: only the teacher's command line names files. A table is CSV (comma, semicolon or tab),
one row a student: the columns ``student`` and the letters of the parts, perhaps ``seed`` and ``exercise``.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from classroom.answers.kinds import KINDS
from classroom.template import shipped
from classroom.variants import SEEDS, Variant, seed_of
from games.errors import ScenarioError, refuse
from games.files.documents import read_source
from games.files.findings import suggestion
from games.files.numbers import described, shortened
from games.files.syntax import parse

MOST_BYTES = 256 * 1024
MOST_CLASS_BYTES = 32 * 1024 * 1024
MOST_ROWS = 20_000
MOST_CELL = 32_000
_FIELDS = ("exercise", "seed", "student", "answers")


@dataclass(frozen=True, eq=False)
class Answers:
    """One student's answers to one variant; ``where`` is the place they were read from, for messages."""

    where: str
    exercise: str
    seed: int
    student: str
    by_part: Mapping[str, Any]


def blank(variant: Variant, student: str = "") -> str:
    """Return an answer file to be filled in: every question and how to answer it as a comment."""
    lines = [
        f"# {variant.template.title} ({variant.name}, variant {variant.seed})",
        "# Fill in the answers, then: accord teach check THIS-FILE",
        f'exercise = "{variant.name}"',
        f"seed     = {variant.seed}",
        *([f"student  = {_quoted(student)}"] if student else []),
        "",
        "[answers]",
    ]
    for part in variant.parts:
        lines += _comment(f"{part.label}. {part.told('ask')}") + _comment(f"   ({KINDS[part.kind].how(part)})")
        lines += [f"{part.label} = ''''''" if part.kind in ("plan", "proposal") else f'{part.label} = ""']
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in text.splitlines()]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def read(file: str, exercise: str | None = None, seed: int | None = None) -> Answers:
    """Return the answers of one student's file.

    Parameters
    ----------
    exercise, seed : what the command line says, which counts more than what the file says.

    Raises
    ------
    ScenarioError : it is too large, no TOML or JSON, or does not say what it answers.
    """
    name, text, suffix = read_source(file, MOST_BYTES)
    document = parse(text, name, suffix if suffix in ("toml", "json") else "")
    for key in document:
        if key not in _FIELDS:
            raise refuse(f"{name}: {shortened(key)}", "unknown field", suggestion(shortened(key), _FIELDS))
    answers = document.get("answers")
    if not isinstance(answers, dict):
        raise refuse(f"{name}: answers", "are missing", 'begin them with [answers], then for example a = "3/7"')
    student = _text(document.get("student", ""), f"{name}: student")
    named = exercise or _exercise(document.get("exercise"), f"{name}: exercise")
    return Answers(name, named, _seed(seed, document.get("seed"), student, name), student, answers)


def read_class(
    file: str, exercise: str | None = None, seed: int | None = None, refused: list[str] | None = None
) -> Iterator[Answers]:
    """Yield the answers of a class's table, row by row; a row that cannot be read is put among the ``refused``.

    Parameters
    ----------
    exercise : what all of them answered, where the table has no column ``exercise``.
    seed : of the variant that all had; None: by the column ``seed``, or each student's own.

    Raises
    ------
    ScenarioError : it is too large, no table, or has no column of students.
    """
    name, text, _ = read_source(file, MOST_CLASS_BYTES)
    rows = _rows(name, text)
    heading = [cell.strip().casefold() for cell in next(rows, [])]
    if "student" not in heading or len(set(heading)) < len(heading):
        hint = "the first line names the columns: student,a,b,c"
        raise refuse(f"{name}: line 1", "expects columns of different names, one of them 'student'", hint)
    if exercise is None and "exercise" not in heading:
        raise refuse(
            name, "does not say which exercise was answered", "name it with --exercise, or in a column 'exercise'"
        )
    for count, row in enumerate(rows, 2):
        if count > MOST_ROWS:
            raise refuse(name, f"has more than {MOST_ROWS} rows", "split it")
        if any(map(str.strip, row)):
            try:
                yield _row(f"{name}: row {count}", dict(zip(heading, row, strict=False)), exercise, seed)
            except ScenarioError as problem:
                if refused is None:
                    raise
                refused.append(str(problem))


def _rows(name: str, text: str) -> Iterator[list[str]]:
    """Yield the rows of a CSV text, whatever separates its columns."""
    csv.field_size_limit(MOST_CELL)
    first = text.lstrip("\ufeff").partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        yield from csv.reader(StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator, strict=True)
    except csv.Error as fault:
        raise refuse(
            name, f"is no table: {fault}", f"a cell has at most {MOST_CELL} characters and quotes are closed"
        ) from None


def _row(where: str, cells: Mapping[str, str], exercise: str | None, seed: int | None) -> Answers:
    student = _text(cells.get("student", "").strip(), where)
    named = cells.get("exercise", "").strip()
    given = cells.get("seed", "").strip()
    own = int(given) if given.isascii() and given.isdecimal() and len(given) < 12 else given or None
    answers = {key: cell for key, cell in cells.items() if key not in ("student", "exercise", "seed") and cell.strip()}
    chosen = exercise if not named and exercise else _exercise(named, f"{where}: exercise")
    if not student and seed is None and own is None:
        raise refuse(f"{where}: student", "is missing, and so is the seed of a variant", "say whose answers these are")
    return Answers(where, chosen, _seed(seed, own, student, where), student, answers)


def _exercise(given: object, where: str) -> str:
    """Return the name of an exercise that ships; a student's file names no other."""
    if not isinstance(given, str) or given not in shipped():
        hint = suggestion(shortened(str(given)), shipped()) if given else 'for example exercise = "critical-discount"'
        raise refuse(where, f"names no exercise that ships: {described(given)}" if given else "is missing", hint)
    return given


def _seed(asked: int | None, given: object, student: str, where: str) -> int:
    """Return the seed: the command line's, the file's, or the student's own."""
    if asked is not None:
        return asked
    if given is None and student:
        return seed_of(student)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < SEEDS:
        raise refuse(
            f"{where}: seed", f"expects the number of the variant, found {described(given)}", "for example seed = 7"
        )
    return given


def _text(given: object, where: str) -> str:
    if not isinstance(given, str) or len(given) > 200 or not given.isprintable():
        raise refuse(where, "expects the student's name or number, a short text", 'for example student = "s1234567"')
    return given


def is_class(file: str) -> bool:
    """Return whether a file is a class's table, by its name."""
    return Path(file).suffix.lower() in (".csv", ".tsv")


def students(file: str) -> tuple[str, ...]:
    """Return the students of a list: one a line, or the column ``student`` of a table.

    Raises
    ------
    ScenarioError : it cannot be read, is empty, or names somebody twice.
    """
    name, text, _ = read_source(file, MOST_CLASS_BYTES)
    rows = [row for row in _rows(name, text) if any(map(str.strip, row))]
    heading = [cell.strip().casefold() for cell in rows[0]] if rows else []
    column = heading.index("student") if "student" in heading else 0
    names = [_text(row[column].strip(), name) for row in rows["student" in heading :] if len(row) > column]
    if not names:
        raise refuse(name, "names nobody", "one student a line")
    twice = [one for one, count in Counter(one.casefold() for one in names).items() if count > 1]
    if twice:
        raise refuse(name, f"names '{twice[0]}' twice (capitals do not count)", "add a number, or an initial")
    return tuple(names)
