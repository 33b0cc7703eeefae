"""[urgency] -> an urgency process; every row that is wrong, and nothing that only follows from it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from io import StringIO
from pathlib import Path as FilePath
from typing import Any

from games import urgency
from games.errors import Problem, ScenarioError
from games.files.documents import SHIPPED, is_file, read_text
from games.files.fields import BROKEN, sound
from games.files.findings import Finding, Path, meant, suggestion, unknown
from games.files.numbers import Refusal, exact
from games.files.shape_urgency import Constant, Empirical, Markov, Pulse, PulseLevels, PulseOnRamp, Ramp, Table, Waves
from games.translate import MAX_STATES
from games.urgency import UrgencyProcess

MAX_LEVELS = 1_000
RESERVED = ("likely", "distribution")
HERE: Path = ("urgency",)
Chain = tuple[UrgencyProcess | None, tuple[str, ...] | None, list[Finding]]


def chain(shape: Any, folders: Iterable[FilePath]) -> Chain:
    """Return the process, the names of its levels and what is wrong; None for what cannot be told.

    Parameters
    ----------
    shape : the [urgency] table as models, None where the file has none, BROKEN where it was refused.
    folders : where an empirical series is looked for.
    """
    if shape is None:
        process = urgency.constant(Fraction(0))
        return process, process.names, []
    if isinstance(shape, Markov):
        return _markov(shape)
    if shape is BROKEN or not _all_sound(shape):
        return None, None, []
    found = list(_too_many(shape))
    if found:
        return None, None, found
    try:
        process = _preset(shape, folders)
    except ScenarioError as error:
        return None, None, [_finding(p.where, p.what, p.hint) for p in error.problems]
    return process, process.names, []


def _all_sound(table: Table) -> bool:
    values = [getattr(table, name) for name in type(table).model_fields]
    return all(_all_sound(value) if isinstance(value, Table) else sound(value) for value in values)


def _finding(where: str, what: str, hint: str, inside: Path = ()) -> Finding:
    head, *rest = where.split(".", 2)
    return Finding((head, *inside, *rest), what, hint)


def _too_many(shape: Any) -> Iterator[Finding]:
    """Yield a finding for more levels than can be solved, before a single one is made."""
    parts = [shape.ramp, shape.pulse] if isinstance(shape, PulseOnRamp) else [shape]
    count = 1
    for part in parts:
        count *= getattr(part, "steps", 1) + (2 if isinstance(part, PulseLevels) else 0)
    yield from _size(count, (*HERE, "steps") if len(parts) == 1 else HERE)


def _size(count: int, path: Path) -> Iterator[Finding]:
    if count > MAX_STATES:
        yield Finding(path, f"{count} levels make more than {MAX_STATES} states", "use fewer levels")
    elif count > MAX_LEVELS:
        yield Finding(path, f"{count} levels, more than {MAX_LEVELS}", "use fewer levels")


def _preset(shape: Any, folders: Iterable[FilePath]) -> UrgencyProcess:
    if isinstance(shape, Constant):
        return urgency.constant(shape.level, shape.name)
    if isinstance(shape, Waves):
        return urgency.waves(
            shape.trough, shape.crest, shape.low, shape.rise, shape.high, shape.fall, shape.start
        )  # fmt: skip
    if isinstance(shape, Pulse):
        return _pulse(shape)
    if isinstance(shape, Ramp):
        return urgency.ramp(shape.low, shape.high, shape.steps, shape.pace)
    if isinstance(shape, Empirical):
        return _empirical(shape, folders)
    slow = _inside("ramp", lambda: urgency.ramp(shape.ramp.low, shape.ramp.high, shape.ramp.steps, shape.ramp.pace))
    return urgency.stack(slow, _inside("pulse", lambda: _pulse(shape.pulse)))


def _pulse(shape: PulseLevels) -> UrgencyProcess:
    return urgency.pulse(
        shape.peak, shape.plateau, shape.half_life, shape.calm, shape.onset, shape.steps, shape.start
    )  # fmt: skip


def _inside(part: str, made: Callable[[], UrgencyProcess]) -> UrgencyProcess:
    try:
        return made()
    except ScenarioError as error:
        renamed = [Problem(p.where.replace("urgency.", f"urgency.{part}.", 1), p.what, p.hint) for p in error.problems]
        raise ScenarioError(renamed) from None


def _markov(shape: Markov) -> Chain:
    if shape.levels is BROKEN:
        return None, None, []
    names = tuple(shape.levels)
    found = list(_bad_levels(names))
    if found:
        return None, None, found
    found += _bad_rows(shape, names)
    found += unknown((*HERE, "start"), shape.start, names, "level")
    levels = {name: Fraction(0) if u is BROKEN else u for name, u in shape.levels.items()}
    try:
        process = urgency.markov(levels, _usable_rows(shape, names), names[0])
    except ScenarioError as error:
        return None, names, found + [_finding(p.where, p.what, p.hint) for p in error.problems]
    start = names.index(shape.start) if shape.start in names else 0
    return UrgencyProcess(process.levels, process.transitions, start), names, found


def _bad_levels(names: tuple[str, ...]) -> Iterator[Finding]:
    here = (*HERE, "levels")
    if not names:
        yield Finding(here, "no level is named", "for example: levels = { calm = 0.2 }")
    yield from _size(len(names), here)
    for name in RESERVED:
        if name in names:
            yield Finding((*here, name), "no level may have this name", "numbers by level would read as a range")


def _bad_rows(shape: Markov, names: tuple[str, ...]) -> Iterator[Finding]:
    here = (*HERE, "transitions")
    if shape.transitions is BROKEN:
        return
    rows = shape.transitions
    if rows is None:
        if len(names) > 1:
            yield Finding(here, "is missing", "give each level a row: calm = { calm = 0.9, crisis = 0.1 }")
        return
    for name, row in rows.items():
        yield from unknown((*here, name), name, names, "level")
        for below in row if sound(row) else ():
            yield from unknown((*here, name, below), below, names, "level")
    misspelt = {meant(name, names) for name in rows if name not in names}
    for name in names:
        if name not in rows and name not in misspelt and len(names) > 1:
            yield Finding((*here, name), "is missing", f"if it stays for ever: {name} = {{ {name} = 1 }}")


def _usable_rows(shape: Markov, names: tuple[str, ...]) -> dict[str, dict[str, Fraction]]:
    """Return the rows, and in place of one that is refused already a row that stays, so that nothing follows."""
    rows: Any = shape.transitions if sound(shape.transitions) and shape.transitions else {}
    stays = {name: {name: Fraction(1)} for name in names}
    usable = {
        name: row
        for name, row in rows.items()
        if name in names and row is not BROKEN and all(k in names and p is not BROKEN for k, p in row.items())
    }
    return stays | usable


def _empirical(shape: Empirical, folders: Iterable[FilePath]) -> UrgencyProcess:
    if len(set(shape.names)) < len(shape.names):
        raise ScenarioError(_problem("names", "a level is named twice", "rename one"))
    if any(name in RESERVED for name in shape.names):
        raise ScenarioError(_problem("names", f"no level may be called {' or '.join(RESERVED)}", "rename it"))
    series = _series(shape, folders)
    return urgency.empirical(series, shape.names, shape.cuts, shape.scale, shape.start)


def _problem(field: str, what: str, hint: str = "") -> Problem:
    return Problem(f"urgency.{field}", what, hint)


def _series(shape: Empirical, folders: Iterable[FilePath]) -> list[Fraction]:
    places = [folder / shape.file for folder in (*folders, SHIPPED)]
    path = next((place for place in places if is_file(place)), None)
    if path is None:
        raise ScenarioError(_problem("file", f"no file '{shape.file}'", f"looked in {places[0].parent}"))
    try:
        text = read_text(path, f"'{shape.file}'")
    except ScenarioError as error:
        one = error.problems[0]
        raise ScenarioError(_problem("file", f"{one.where}: {one.what}", one.hint)) from None
    return _column(text, shape)


def _column(text: str, shape: Empirical) -> list[Fraction]:
    table = csv.DictReader(StringIO(text))
    try:
        columns, rows = list(table.fieldnames or ()), [(table.line_num, row) for row in table]
    except csv.Error as error:
        raise ScenarioError(_problem("file", f"'{shape.file}' is not a CSV file: {error}")) from None
    if shape.column not in columns:
        hint = suggestion(shape.column, columns) or "the first line names the columns"
        raise ScenarioError(_problem("column", f"'{shape.file}' has no column '{shape.column}'", hint))
    if not rows:
        raise ScenarioError(_problem("file", f"'{shape.file}' has no line of values"))
    values = []
    for line, row in rows:
        try:
            values.append(exact((row[shape.column] or "").strip()))
        except Refusal as refusal:
            what = f"'{shape.file}' line {line}: {refusal.what}"
            raise ScenarioError(_problem("column", what, "every line needs a number")) from None
    return values
