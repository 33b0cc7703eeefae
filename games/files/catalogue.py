"""The scenarios that ship, each with the question that it answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from games.files.documents import library, read_document, shipped


@dataclass(frozen=True)
class Entry:
    """A scenario that ships: its name on the command line, its title and its question."""

    name: str
    title: str
    question: str


@dataclass(frozen=True)
class Catalogue:
    """All scenarios and games that ship, by name; a game's ``question`` is its source."""

    entries: tuple[Entry, ...]
    games: tuple[Entry, ...] = ()


def catalogue() -> Catalogue:
    """Return the scenarios and games that ship."""
    return Catalogue(tuple(_entries(shipped(), "question")), tuple(_entries(library(), "source")))


def _entries(names: Iterable[str], asks: str) -> Iterator[Entry]:
    for name in names:
        _, document = read_document(name)
        yield Entry(name, str(document.get("title", "")), str(document.get(asks, "")))
