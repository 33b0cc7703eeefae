"""What a scenario does not know exactly: the numbers that are ranges there, and those that move together.

A study reads a *standing* document: with the mechanisms that are on pulled, so that a range which one of them brings
is found at the place it changes, and a number that one of them settles is uncertain no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from games.errors import ScenarioError, refuse
from games.files.findings import problems, suggestion
from games.files.levers import found, named, pulled
from games.files.numbers import central, is_range, range_parts
from games.files.outline import ROOT, Kinds, holds_number, step


@dataclass(frozen=True)
class Input:
    """A number of the file that is a range there.

    ``path`` as mechanisms write it (``actors.operator.terms.privacy risk.base``), the ``distribution`` and its
    parameters by name, and the ``likely`` value at which it is read elsewhere.
    """

    path: str
    distribution: str
    numbers: Mapping[str, Fraction]
    likely: Fraction


@dataclass(frozen=True)
class Group:
    """Inputs that move together: ``rank`` is Spearman's rank correlation of every two of them."""

    inputs: tuple[str, ...]
    rank: Fraction


def standing(document: Mapping[str, Any], active: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the document with the mechanisms that are on pulled, and no others in it.

    What they cost stays at its place and counts, while their changes are made once and for all: a value that is put
    into the document afterwards stays there.

    Parameters
    ----------
    active : names of the mechanisms that are on; None: those that the file names in ``with``.

    Raises
    ------
    ScenarioError : an unknown mechanism, or a change that leads nowhere.
    """
    names = list(dict.fromkeys(document.get("with", ()) if active is None else active))
    mechanisms = document.get("mechanisms", {})
    for name in names:
        if name not in mechanisms:
            hint = suggestion(name, mechanisms) or "the file has no mechanisms"
            raise refuse("--with", f"unknown mechanism '{name}'", hint)
    on = {name: mechanisms[name] for name in names}
    changed, astray = pulled(document, {name: one.get("changes", {}) for name, one in on.items()})
    if astray:
        raise ScenarioError(problems(document, str(document.get("title", "")), astray))
    left = {name: {key: part for key, part in one.items() if key != "changes"} for name, one in on.items()}
    uncertain = {path for path, _ in ranges(changed)} if "correlations" in changed else set()
    return regrouped({**changed, "with": names, "mechanisms": left}, lambda path: path in uncertain)


def regrouped(document: Mapping[str, Any], kept: Callable[[str], bool]) -> dict[str, Any]:
    """Return a document in whose correlated groups only those paths are left that are ``kept``."""
    if "correlations" not in document:
        return dict(document)
    left = [{**table, "inputs": list(filter(kept, table["inputs"]))} for table in document["correlations"]]
    return {**document, "correlations": [table for table in left if len(table["inputs"]) > 1]}


def inputs(document: Mapping[str, Any]) -> tuple[Input, ...]:
    """Return the ranges of a document that was read without a problem, in the order of the file.

    Raises
    ------
    ScenarioError : a range whose path could also mean another part of the file.
    """
    return tuple(_input(document, path, value) for path, value in ranges(document))


def ranges(here: Any, path: str = "", kinds: Kinds = ROOT) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield path and content of every range; only where a number may stand, so that no name looks like one."""
    if is_range(here) and holds_number(kinds):
        yield path.removeprefix("."), here
    elif isinstance(here, Mapping):
        for key, below in here.items():
            yield from ranges(below, f"{path}.{key}", step(kinds, key))
    elif isinstance(here, list):
        for name, below in named(here):
            yield from ranges(below, f"{path}.{name}", step(kinds, 0))


def _input(document: Mapping[str, Any], path: str, value: Mapping[str, Any]) -> Input:
    if found(document, path) is not value:
        raise refuse(path, "could mean two parts of the file", "names may hold dots, but not so that paths coincide")
    distribution, numbers = range_parts(value)
    return Input(path, distribution, numbers, central(value, lambda number: number))


def groups(document: Mapping[str, Any], uncertain: Sequence[Input]) -> tuple[Group, ...]:
    """Return which of the inputs move together, in the order of the file.

    Of a group some may be settled (by a mechanism that is on, by a value put); the rest move together still.
    """
    known = {one.path for one in uncertain}
    made = []
    for table in document.get("correlations", ()):
        members = tuple(path for path in table["inputs"] if path in known)
        if len(members) > 1:
            made.append(Group(members, central(table["rank"], lambda number: number)))
    return tuple(made)
