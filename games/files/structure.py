"""Document -> models. What does not fit is named in plain words, marked as refused, and read around."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from games.files.fields import BROKEN
from games.files.findings import Finding, Path, meant, suggestion
from games.files.numbers import Refusal, described, shown
from games.files.outline import at, fields
from games.files.shape import Document

_EXPECTED = {
    "model_type": "a table",
    "dict_type": "a table",
    "list_type": "a list",
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a whole number",
}


def structured(document: Any) -> tuple[Document | None, list[Finding]]:
    """Return a document as models, BROKEN in the places that were refused, and what was refused.

    None stands for the models where nothing could be read.
    """
    try:
        return Document.model_validate(document), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
    first: dict[Path, Finding] = {}
    for one in errors:
        finding = _finding(one)
        first.setdefault(finding.path, finding)
    try:
        return Document.model_validate(_marked(document, errors)), list(first.values())
    except ValidationError:
        return None, list(first.values())


def plain_path(loc: Iterable[str | int]) -> Path:
    """Return the path in the file of a path of pydantic's: without the alternatives of unions."""
    return tuple(key for key in loc if not (isinstance(key, str) and (key.startswith("|") or key == "[key]")))


def _finding(error: Any) -> Finding:
    path = plain_path(error["loc"])
    return _unknown_preset(path, error) if error["type"].startswith("union_tag") else Finding(path, *_words(error))


def _words(error: Any) -> tuple[str, str]:
    """Return what was found and the hint, in our own words: pydantic's never reach a user."""
    kind, loc, value = error["type"], error["loc"], error["input"]
    refusal = error.get("ctx", {}).get("error")
    if isinstance(refusal, Refusal):
        return refusal.what, refusal.hint
    if kind == "extra_forbidden":
        hint = suggestion(str(loc[-1]), fields(at(loc[:-1])))
        return "unknown field", hint.replace("one of", "the fields here are")
    if kind == "literal_error":
        return _not_among(value, re.findall(r"'([^']*)'", error["ctx"]["expected"]))
    if kind == "missing":
        return "is missing", _example(loc)
    expected = f"expects {_EXPECTED[kind]}, found" if kind in _EXPECTED else "cannot be used here:"
    return f"{expected} {described(value)}", _example(loc)


def _not_among(value: object, names: Sequence[str]) -> tuple[str, str]:
    if not names:
        return f"expects 1, found {described(value)}", "this version of accord reads version 1"
    if not isinstance(value, str):
        return f"expects one of {', '.join(names)}, found {described(value)}", ""
    close = meant(value, names)
    what = f"'{value}' is none of {', '.join(names)}"
    return what, f"did you mean '{close}'?" if close else ""


def _unknown_preset(path: Path, error: Any) -> Finding:
    presets = re.findall(r"'\|([^']*)'", error.get("ctx", {}).get("expected_tags", ""))
    names = presets or ["markov", "constant", "pulse", "waves", "ramp", "pulse on a ramp", "empirical"]
    table = error["input"]
    return Finding((*path, "preset"), *_not_among(table.get("preset") if isinstance(table, dict) else table, names))


def _example(loc: Sequence[str | int]) -> str:
    """Return the hint that shows a field as it could be written."""
    plain = [key for key in loc if key != "[key]"]
    while plain and str(plain[-1]).startswith("|"):
        plain.pop()
    key = plain[-1] if plain else ""
    field = fields(at(plain[:-1])).get(str(key)) if plain else None
    return f"for example: {key} = {inline(field.examples[0])}" if field and field.examples else ""


def inline(value: Any) -> str:
    """Return a value as TOML on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{written_key(key)} = {inline(below)}" for key, below in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return shown(Fraction(str(value))) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def written_key(key: str) -> str:
    """Return a key as TOML, in quotes where it needs them."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)


def _marked(document: Any, errors: Iterable[Any]) -> Any:
    """Return a copy without unknown fields, and BROKEN where something was refused or is missing."""
    marked = deepcopy(document)
    for error in errors:
        path = plain_path(error["loc"])
        if "[key]" in error["loc"]:
            # With one name unreadable, nothing can be said about which names the table holds.
            path = path[:-1]
        if error["type"] == "extra_forbidden":
            _put(marked, path, remove=True)
        else:
            _put(marked, (*path, "preset") if error["type"].startswith("union_tag") else path)
    return marked


def _put(document: Any, path: Path, *, remove: bool = False) -> None:
    here = document
    for depth, key in enumerate(path):
        inside = isinstance(here, dict) or (isinstance(here, list) and isinstance(key, int) and key < len(here))
        if not inside:
            return
        below = here.get(key) if isinstance(here, dict) else here[int(key)]
        if depth + 1 == len(path) or not isinstance(below, dict | list):
            if remove:
                here.pop(key, None)
            else:
                here[key] = BROKEN
            return
        here = below
