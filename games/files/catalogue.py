"""What ships: the scenarios, each with the question that it answers, and the games, each with its source."""

from __future__ import annotations

from dataclasses import dataclass

from games.files.documents import library, read_document, shipped


@dataclass(frozen=True)
class Entry:
    """A scenario that ships."""

    name: str
    title: str
    question: str


@dataclass(frozen=True)
class GameEntry:
    """A game that ships."""

    name: str
    title: str
    source: str


@dataclass(frozen=True)
class Catalogue:
    """All scenarios and games that ship, by name."""

    entries: tuple[Entry, ...]
    games: tuple[GameEntry, ...] = ()


def catalogue() -> Catalogue:
    """Return the scenarios and games that ship."""
    scenarios = (Entry(name, *_said(name, "question")) for name in shipped())
    games = (GameEntry(name, *_said(name, "source")) for name in library())
    return Catalogue(tuple(scenarios), tuple(games))


def _said(name: str, key: str) -> tuple[str, str]:
    _, document = read_document(name)
    return str(document.get("title", "")), str(document.get(key, ""))
