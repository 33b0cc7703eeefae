"""What is wrong in a document, by path; and how paths, names and suggestions are worded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from games.errors import Problem
from games.files.numbers import shortened

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """A problem at a path of the document (keys, and indices of lists)."""

    path: Path
    what: str
    hint: str = ""


def meant(name: str, names: Collection[str]) -> str:
    """Return the name that was probably meant, or nothing."""
    return _closest(name, tuple(names))


@lru_cache
def _closest(name: str, names: tuple[str, ...]) -> str:
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    return close[0] if close else ""


def suggestion(name: str, names: Collection[str]) -> str:
    """Return the hint for a name that nobody knows: the closest one, or all of them."""
    close = meant(name, names)
    if close:
        return f"did you mean '{close}'?"
    shown = [shortened(n) for n in list(names)[:12]]
    more = f", … ({len(names)} in all)" if len(names) > len(shown) else ""
    return "one of " + ", ".join(shown) + more if shown else ""


def unknown(path: Path, name: object, names: Collection[str] | None, noun: str, missing: str = "") -> Iterator[Finding]:
    """Yield a finding if a name is not among the names; nothing where either could not be read."""
    if names is None or not isinstance(name, str) or name in names:
        return
    hint = suggestion(name, names) or missing or f"the file has no {noun}"
    yield Finding(path, f"unknown {noun} '{shortened(name)}'", hint)


def dotted(document: object, path: Path) -> str:
    """Return a path for people: items of a list by their name, or by #1, #2, …"""
    parts, here = [], document
    for key in path:
        below = _below(here, key)
        name = below.get("name") if isinstance(below, dict) and isinstance(key, int) else None
        parts.append(name if isinstance(name, str) and name else f"#{key + 1}" if isinstance(key, int) else key)
        here = below
    return ".".join(shortened(part, 80) for part in parts)


def _below(here: object, key: str | int) -> object:
    if isinstance(here, dict):
        return here.get(key)
    if isinstance(here, list) and isinstance(key, int) and key < len(here):
        return here[key]
    return None


def indexed(document: object, path: Path) -> str:
    """Return a path into nested tables for people, as they would index it: states.calm.payoffs[1][0]."""
    keys = [f"[{key}]" if isinstance(key, int) else f".{shortened(key, 80)}" for key in path]
    return "".join(keys).removeprefix(".")


def problems(
    document: object, name: str, findings: Iterable[Finding], worded: Callable[[object, Path], str] = dotted
) -> list[Problem]:
    """Return findings as problems, each once, in the order of the file; ``worded`` is how a path is shown."""
    order = _Order()
    distinct = dict.fromkeys(findings)
    return [
        Problem(f"{name}: {worded(document, f.path)}" if f.path else name, f.what, f.hint)
        for f in sorted(distinct, key=lambda f: order.of(document, f.path))
    ]


class _Order:
    """Where paths stand in a document. Remembers the tables it has numbered: there may be a thousand findings."""

    def __init__(self) -> None:
        self._numbered: dict[int, dict[str, int]] = {}

    def of(self, document: object, path: Sequence[str | int]) -> tuple[int, ...]:
        places, here = [], document
        for key in path:
            if isinstance(here, dict):
                if id(here) not in self._numbered:
                    self._numbered[id(here)] = {k: i for i, k in enumerate(here)}
                numbers = self._numbered[id(here)]
                places.append(numbers.get(str(key), len(numbers)))
            else:
                places.append(key if isinstance(key, int) else 0)
            here = _below(here, key)
        return tuple(places)
