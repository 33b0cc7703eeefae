"""Changes by path: what a mechanism does to a document, and what comparing and fixing do to it.

A path is written with dots. Names may contain dots and spaces themselves (the longest key that fits is taken), and
an item of a list is found by its name (by #1, #2, … where it has none): ``actors.operator.terms.privacy risk.base``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from games.errors import ScenarioError, refuse
from games.files.findings import Finding, suggestion
from games.files.numbers import described
from games.files.outline import ROOT, Kinds, fields, holds_tables, open_table, step

FIXED = ("$schema", "schema", "kind", "with", "mechanisms", "correlations")


def change(document: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of a document with another value at a path; what lies beside the path is shared, not copied.

    Raises
    ------
    ScenarioError : the path leads nowhere, or to something that a change may not touch.
    """
    head = path.partition(".")[0]
    if head in FIXED:
        raise refuse(path, f"'{head}' cannot be changed", "change a part of the partnership itself")
    return put(document, path, value)


def put(document: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy as ``change`` does, of any part of the document: a study also moves what a mechanism costs.

    Raises
    ------
    ScenarioError : the path leads nowhere.
    """
    changed: dict[str, Any] = _changed(document, path, value, path, ROOT)
    return changed


def found(document: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a path.

    Raises
    ------
    ScenarioError : the path leads nowhere.
    """
    here, rest = document, path
    while rest:
        below = here if isinstance(here, Mapping) else dict(named(here)) if isinstance(here, list) else {}
        key = _longest(rest, below)
        if key is None:
            raise _nowhere(path, rest, below)
        here, rest = below[key], rest[len(key) + 1 :]
    return here


def named(items: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the name of every item of a list, as paths have it, and the item: #1, #2, … where it has none."""
    for index, item in enumerate(items):
        name = item.get("name") if isinstance(item, Mapping) else None
        yield name if isinstance(name, str) else f"#{index + 1}", item


def _changed(here: Any, rest: str, value: Any, path: str, kinds: Kinds) -> Any:
    if isinstance(here, list):
        return _changed_item(here, rest, value, path, kinds)
    if not isinstance(here, Mapping):
        done = path[: -len(rest) - 1]
        raise refuse(path, f"'{done}' is {described(here)}, not a table", f"change '{done}' as a whole")
    key = _longest(rest, here) or _longest(rest, fields(kinds)) or _new_name(rest, kinds)
    if key is None:
        raise _nowhere(path, rest, [*here, *fields(kinds)])
    below, further = step(kinds, key), rest[len(key) + 1 :]
    if not further:
        return {**here, key: value}
    if key not in here and not holds_tables(below):
        raise refuse(path, f"leads nowhere: there is no '{key}' yet", f"add '{key}' to the file first")
    return {**here, key: _changed(here.get(key, {}), further, value, path, below)}


def _changed_item(here: list[Any], rest: str, value: Any, path: str, kinds: Kinds) -> list[Any]:
    names = [name for name, _ in named(here)]
    key = _longest(rest, names)
    if key is None:
        raise _nowhere(path, rest, names)
    index, further = names.index(key), rest[len(key) + 1 :]
    item = _changed(here[index], further, value, path, step(kinds, index)) if further else value
    return [*here[:index], item, *here[index + 1 :]]


def _longest(rest: str, keys: Iterable[str]) -> str | None:
    """Return the longest key with which a path begins."""
    return max((key for key in keys if rest == key or rest.startswith(key + ".")), key=len, default=None)


def _new_name(rest: str, kinds: Kinds) -> str | None:
    """Return the last part of a path as a new name, where names are free and values plain (a level, a weight)."""
    return rest if open_table(kinds) else None


def _nowhere(path: str, rest: str, names: Iterable[str]) -> ScenarioError:
    """Return the error for a path that stops fitting at its next name."""
    known, name = list(dict.fromkeys(names)), rest.partition(".")[0]
    return refuse(path, f"leads nowhere: there is no '{name}'", suggestion(name, known) or "nothing stands there yet")


def pulled(
    document: Mapping[str, Any], mechanisms: Mapping[str, Mapping[str, Any]]
) -> tuple[Mapping[str, Any], list[Finding]]:
    """Return the document with the changes of mechanisms made, and the changes that could not be made."""
    found = []
    for name, changes in mechanisms.items():
        for path, value in changes.items():
            try:
                document = change(document, path, value)
            except ScenarioError as error:
                where = ("mechanisms", name, "changes", path)
                found += [Finding(where, problem.what, problem.hint) for problem in error.problems]
    return document, found
