"""TOML or JSON text -> document, with exact numbers; what cannot be parsed is named by line, column and cause."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from games.errors import Problem, ScenarioError, refuse
from games.files.findings import Finding, problems
from games.files.numbers import Unreadable, described, literal, shortened, whole_literal

MAX_DEPTH = 60
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|(end of document))\)$")
_DEEP_KEY = re.compile(rf"^[ \t]*\[*(?:[\w-]+\.){{{MAX_DEPTH},}}", re.MULTILINE)
_TOML_WORDS = {
    "Invalid value": ("expects a value here", 'texts need quotes: key = "text"'),
    "Cannot overwrite a value": ("this key is given twice", "remove one of the two"),
    "Cannot declare": ("this table is given twice", "join the two under one heading"),
    "Cannot mutate immutable": ("this adds to a table that was closed", "write all of it in one place"),
    "Invalid statement": ("expects key = value or a [heading]", ""),
    "Expected '=' after a key": ("expects '=' after the key", "names with spaces or dots need quotes"),
    "Invalid initial character for a key": ("a key is missing here", "names with spaces or accents need quotes"),
    "Unclosed array": ("a list is not closed", "add ']'"),
    "Unclosed inline table": ("a table is not closed", "close it with '}' on the same line"),
    "Invalid inline table": ("a table is not closed", "close it with '}' on the same line"),
    "Expected newline or end": ("expects the end of the line", "one key = value on each line"),
    "Illegal character": ("this text is not closed", "texts end with the quote they begin with"),
    "Unterminated string": ("this text is not closed", "texts end with the quote they begin with"),
    'Expected "\'"': ("this text is not closed", "texts end with the quote they begin with"),
    "Found invalid character": ("this text is not closed", "texts end with the quote they begin with"),
    "Invalid hex value": ("a backslash inside quotes", "write two of them, or use single quotes"),
    "Unescaped '\\'": ("a backslash inside quotes", "write two of them, or use single quotes"),
    "Duplicate inline table key": ("this key is given twice", "remove one of the two"),
    "Expected ']'": ("a heading is not closed", "add ']'"),
    "Expected ']]'": ("a heading is not closed", "add ']]'"),
}


def parse(text: str, name: str, form: str) -> dict[str, Any]:
    """Return the document of a text. ``form`` is "json", "toml" or "" (looked up in the text).

    Raises
    ------
    ScenarioError : empty, not TOML or JSON, a key given twice, nested too deep.
    """
    if not text.strip():
        raise refuse(name, "the file is empty", "accord init writes a scenario to start from")
    is_json = form == "json" or (form != "toml" and _looks_like_json(text))
    try:
        document = _json(text, name) if is_json else _toml(text, name)
    except RecursionError:
        raise refuse(name, "tables or lists are nested too deep", f"at most {MAX_DEPTH} levels") from None
    if not isinstance(document, dict):
        raise refuse(name, f"expects a table at the top, found {described(document)}", "begin with { and end with }")
    _check_depth(document, name)
    return document


def _looks_like_json(text: str) -> bool:
    """Return whether a text without a telling file name is JSON; a leading [ may also be a TOML heading."""
    start = text.lstrip()
    return start.startswith("{") or bool(re.match(r"\[\s*[{\"\d\]]", start))


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        if _DEEP_KEY.search(text):
            # tomllib takes time quadratic in the parts of a key.
            raise RecursionError
        return tomllib.loads(text, parse_float=literal)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(_toml_problem(str(error), text, name)) from None
    except ValueError:
        # An integer of thousands of digits, or a date like 2024-13-45, leaves tomllib as a bare ValueError.
        line = next((n for n, row in enumerate(text.splitlines(), 1) if re.search(r"\d{4000}", row)), 0)
        where = f"{name}: line {line}" if line else name
        raise refuse(where, "a number or date that cannot be read", "shorten the number, or quote the date") from None


def _toml_problem(message: str, text: str, name: str) -> Problem:
    place = _PLACE.search(message)
    lines = text.splitlines()
    line = int(place[1]) if place and place[1] else len(lines)
    column = int(place[2]) if place and place[2] else len(lines[-1]) + 1
    what, hint = next(
        ((w, h) for start, (w, h) in _TOML_WORDS.items() if message.startswith(start)),
        ("this is not TOML", shortened(_PLACE.sub("", message), 80)),
    )
    shown = shortened(lines[min(line, len(lines)) - 1].strip(), 60)
    return Problem(f"{name}: line {line}, column {column}", f"{what}: {shown}" if shown else what, hint)


def _json(text: str, name: str) -> Any:
    repeated: dict[int, tuple[dict[str, Any], list[str]]] = {}

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            repeated[id(made)] = (made, [key for key, count in counts.items() if count > 1])
        return made

    try:
        document = json.loads(
            text, object_pairs_hook=table, parse_float=literal, parse_int=whole_literal, parse_constant=Unreadable
        )
    except json.JSONDecodeError as error:
        raise ScenarioError(_json_problem(error, text, name)) from None
    if repeated:
        found = [
            Finding((*path, key), "this key is given twice", "remove one of the two")
            for path, value in walk(document)
            for key in repeated.get(id(value), ({}, []))[1]
        ]
        raise ScenarioError(problems(document, name, found) or [Problem(name, "a key is given twice")])
    return document


def _json_problem(error: json.JSONDecodeError, text: str, name: str) -> Problem:
    words = {
        "Expecting property name": ("expects a key in double quotes", "a comma before } is one too many"),
        "Expecting value": ("expects a value", 'texts need double quotes: "key": "text"'),
        "Expecting ',' delimiter": ("expects a comma, or the end of the table or list", ""),
        "Expecting ':' delimiter": ("expects ':' after the key", ""),
        "Unterminated string": ("this text is not closed", "texts end with a double quote"),
        "Extra data": ("the file goes on after its end", "one table from { to } is the whole file"),
        "Illegal trailing comma": ("a comma too many", "remove it"),
        "Invalid control character": ("a line break inside quotes", "write \\n"),
        "Invalid \\": ("a backslash inside quotes", "write two of them"),
    }
    what, hint = next(((w, h) for start, (w, h) in words.items() if error.msg.startswith(start)), ("not JSON", ""))
    lines = text.splitlines()
    shown = shortened(lines[min(error.lineno, len(lines)) - 1].strip(), 60)
    return Problem(f"{name}: line {error.lineno}, column {error.colno}", f"{what}: {shown}" if shown else what, hint)


def walk(document: object) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield every table and list with its path, without recursion: a file may be nested deeper than Python's stack."""
    waiting: list[tuple[tuple[str | int, ...], object]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
        if pairs is None:
            continue
        yield path, value
        if len(path) <= MAX_DEPTH:
            waiting.extend(((*path, key), below) for key, below in pairs)


def _check_depth(document: dict[str, Any], name: str) -> None:
    if any(len(path) > MAX_DEPTH for path, _ in walk(document)):
        raise refuse(name, "tables or lists are nested too deep", f"at most {MAX_DEPTH} levels")
