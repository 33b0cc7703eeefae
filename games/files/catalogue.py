"""The scenarios that ship, each with the question that it answers."""

from __future__ import annotations

from dataclasses import dataclass

from games.files.documents import read_document, shipped


@dataclass(frozen=True)
class Entry:
    """A scenario that ships: its name on the command line, its title and its question."""

    name: str
    title: str
    question: str


@dataclass(frozen=True)
class Catalogue:
    """All scenarios that ship, by name."""

    entries: tuple[Entry, ...]


def catalogue() -> Catalogue:
    """Return the scenarios that ship."""
    found = []
    for name in sorted(shipped()):
        _, document = read_document(name)
        found.append(Entry(name, str(document.get("title", "")), str(document.get("question", ""))))
    return Catalogue(tuple(found))
