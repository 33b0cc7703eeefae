"""What joins two parts of a file: names that must exist, tables that must cover every level."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from games.files.fields import BROKEN, sound
from games.files.findings import Finding, Path, meant, unknown
from games.files.numbers import A_RANGE
from games.files.shape import Actor, Document

Names = Collection[str] | None
Levels = tuple[str, ...] | None
T = TypeVar("T")


@dataclass(frozen=True)
class Known:
    """The names that a file defines; None where they could not be read, so that nothing is said about them."""

    actors: Names
    actions: Mapping[str, Names]
    givers: Names
    levels: Levels
    pools: Names
    capacities: Names
    mechanisms: Names


def known(document: Document, levels: Levels) -> Known:
    """Return the names that a document defines."""
    actors, funders = document.actors, document.funders
    return Known(
        actors=_names(actors),
        actions={} if actors is BROKEN else {name: _actions(actor) for name, actor in actors.items()},
        givers=None if BROKEN in (actors, funders) else dict.fromkeys([*actors, *funders]),
        levels=levels,
        pools=_names(document.pools),
        capacities=_names(document.capacities),
        mechanisms=_names(document.mechanisms),
    )


def _names(table: Mapping[str, Any]) -> Names:
    return None if table is BROKEN else table.keys()


def _actions(actor: Actor) -> Names:
    return None if actor is BROKEN or not sound(actor.actions) else tuple(actor.actions)


def tables(path: Path, value: Mapping[str, T]) -> Iterator[tuple[Path, str, T]]:
    """Yield path, name and content of the tables that could be read."""
    if value is not BROKEN:
        yield from (((*path, name), name, below) for name, below in value.items() if below is not BROKEN)


def items(path: Path, value: Iterable[T]) -> Iterator[tuple[Path, T]]:
    """Yield path and content of the items that could be read."""
    if value is not BROKEN:
        yield from (((*path, index), below) for index, below in enumerate(value) if below is not BROKEN)


def repeated(path: Path, names: Iterable[object], noun: str) -> Iterator[Finding]:
    """Yield a finding for each name that stands in a list before."""
    seen = set()
    for index, name in enumerate(names):
        if isinstance(name, str) and name in seen:
            yield Finding((*path, index), f"a second {noun} is called '{name}'", "rename one of them, or remove it")
        seen.add(name)


def trigger(path: Path, value: Mapping[str, Any], names: Known) -> Iterator[Finding]:
    """Yield what is wrong with the actions that a trigger names."""
    for below, actor, actions in tables(path, value):
        yield from unknown(below, actor, names.actors, "actor")
        if not actions:
            yield Finding(below, "names no action", f'for example: {actor} = "share"')
        for action in actions:
            yield from has_action(below, actor, action, names)


def has_action(path: Path, actor: str, action: object, names: Known) -> Iterator[Finding]:
    """Yield a finding if an actor that exists has no such action."""
    for finding in unknown(path, action, names.actions.get(actor), "action"):
        yield Finding(path, f"{actor} has no action '{action}'", finding.hint)


def by_level(path: Path, value: object, levels: Levels) -> Iterator[Finding]:
    """Yield the levels that a table by level names too much or leaves out."""
    if not isinstance(value, Mapping) or levels is None:
        return
    if set(value) == {"low", "high"} and not set(value) & set(levels):
        yield Finding(path, "the range lacks 'likely'", A_RANGE)
        return
    for name in value:
        yield from unknown((*path, name), name, levels, "level")
    misspelt = {meant(name, levels) for name in value if name not in levels}
    absent = [name for name in levels if name not in value and name not in misspelt]
    if absent:
        quoted = ", ".join(f"'{name}'" for name in absent[:6])
        yield Finding(path, f"leaves out {'level' if len(absent) == 1 else 'the levels'} {quoted}",
                      "name every level, or give one value for all")  # fmt: skip


def spread(value: Any, levels: tuple[str, ...]) -> tuple[Any, ...] | None:
    """Return a value by level in the order of the levels; None if there is none."""
    if value is None:
        return None
    return tuple(value[name] for name in levels) if isinstance(value, Mapping) else (value,) * len(levels)


def readable(value: Any, levels: Levels) -> dict[str, Fraction]:
    """Return the numbers by level that could be read."""
    if value is None or value is BROKEN or levels is None:
        return {}
    numbers = value if isinstance(value, Mapping) else dict.fromkeys(levels, value)
    return {name: numbers[name] for name in levels if numbers.get(name, BROKEN) is not BROKEN}
