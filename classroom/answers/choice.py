"""One option among several, by its name or its number in the list.

``otherwise`` is what is said of a wrong option that is none of the usual mistakes; {answer} is the option.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from classroom.offline.mark import RIGHT, Mark, wrong
from classroom.part import Part, plain
from games.files.findings import suggestion
from games.files.numbers import Refusal

required = ("answer", "options")
fields = ("otherwise", "shuffled")


def how(part: Part) -> str:
    """Return how to answer."""
    return "one of these, by its words or its number: " + "; ".join(options(part))


def options(part: Part) -> tuple[str, ...]:
    """Return the options: a list of texts, or the name of a list among the facts; shuffled by the seed if so asked."""
    given = part.spec["options"]
    listed = part.listed(given) if isinstance(given, str) else given
    told = [part.text(option) for option in listed]
    if part.spec.get("shuffled"):
        told.sort(key=lambda text: sha256(f"{part.where}/{part.seed}/{text}".encode()).digest())
    return tuple(told)


def read(part: Part, answer: Any) -> str:
    """Return the option that an answer names.

    Raises
    ------
    Refusal : it names none.
    """
    return option(plain(answer), options(part))


def option(text: str, known: tuple[str, ...]) -> str:
    """Return the option that a text names, whatever its capitals."""
    for one in known:
        if text.casefold() == one.casefold():
            return one
    if text.isdecimal() and 1 <= int(text[:4]) <= len(known):
        return known[int(text[:4]) - 1]
    raise Refusal(f"'{text[:60]}' is none of the options", suggestion(text[:60], known))


def mark(part: Part, answer: str) -> Mark:
    """Return the mark of an option."""
    if answer == key(part):
        return RIGHT
    for mistake, value in part.mistakes():
        if answer == str(value):
            return wrong(mistake["name"], part.text(mistake["says"], answer=answer))
    return wrong(f"chose '{answer}'", part.text(part.spec.get("otherwise", ""), answer=answer))


def key(part: Part) -> str:
    """Return the right option."""
    found = str(part.value(part.spec["answer"]))
    return option(found, options(part))


def mistaken(part: Part) -> Iterator[tuple[str, str]]:
    """Yield the wrong options, each under its diagnosis."""
    for one in options(part):
        if one != key(part):
            yield mark(part, one).mistake, one


def behaved(part: Part) -> bool:
    """Return whether the key is among the options, and no usual mistake leads to it."""
    return key(part) in options(part) and all(str(value) != key(part) for _, value in part.mistakes())
