"""What stands in a raw game's tables: numbers, names, and lists nested by the players' actions.

Everything reads as far as it can and notes what is wrong at its place, so that one pass finds it all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from games.files.findings import Finding, Path, suggestion
from games.files.numbers import Refusal, described, exact, shortened, shown
from games.normal_form import Profile
from games.stochastic import Row

Read = TypeVar("Read")
MAX_FOUND = 100


@dataclass(frozen=True)
class Played:
    """Who plays, and what each can do: the shape of a table with an entry for every profile."""

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]


@dataclass
class Reading:
    """What was found wrong so far, and how much more than anybody reads; lives only while a document is read."""

    found: list[Finding] = field(default_factory=list)
    more: int = 0

    @property
    def count(self) -> int:
        """Return how many problems were met."""
        return len(self.found) + self.more

    def wrong(self, path: Path, what: str, hint: str = "") -> None:
        """Note a problem."""
        if len(self.found) < MAX_FOUND:
            self.found.append(Finding(path, what, hint))
        else:
            self.more += 1


def number(reading: Reading, path: Path, value: object) -> Fraction:
    """Return an exact number, 0 where there is none."""
    try:
        return exact(value)
    except Refusal as refusal:
        reading.wrong(path, refusal.what, refusal.hint)
        return Fraction(0)


def text(reading: Reading, path: Path, value: object) -> str:
    """Return a text, empty where there is none."""
    if isinstance(value, str):
        return value
    reading.wrong(path, f"expects a text, found {described(value)}", "texts stand in quotes")
    return ""


def name_problem(name: object) -> tuple[str, str] | None:
    """Return what is wrong with a name and what repairs it, or nothing."""
    if not isinstance(name, str):
        return f"expects a name, found {described(name)}", "names stand in quotes"
    if not name.strip():
        return "a name may not be empty", "give it a name"
    if name != name.strip() or not name.isprintable():
        what = f"the name {shortened(name)!r} begins or ends with a space, or holds characters that cannot be seen"
        return what, "use letters, digits and spaces between them"
    return None


def names(reading: Reading, path: Path, value: object, noun: str) -> tuple[str, ...] | None:
    """Return distinct names from a list."""
    if not isinstance(value, list) or not value:
        found = "an empty list" if value == [] else described(value)
        reading.wrong(path, f"expects a list of {noun}s, found {found}", 'for example ["a", "b"]')
        return None
    before, seen = reading.count, set[str]()
    for k, name in enumerate(value):
        problem = name_problem(name)
        if problem:
            reading.wrong((*path, k), *problem)
        elif name in seen:
            reading.wrong((*path, k), f"the {noun} '{shortened(name)}' is there twice", "give each its own name")
        else:
            seen.add(name)
    return tuple(value) if reading.count == before else None


def keys(reading: Reading, path: Path, table: Mapping[str, Any], known: Collection[str], noun: str) -> None:
    """Note every key of a table that is not known."""
    for key in table:
        if key not in known:
            reading.wrong((*path, key), f"unknown {noun} '{shortened(key)}'", suggestion(key, known))


def nested(
    reading: Reading,
    path: Path,
    value: object,
    played: Played,
    leaf: Callable[[Path, object], Read],
    done: Profile = (),
) -> Iterator[tuple[Profile, Read]]:
    """Yield (profile, leaf) of a table that is nested by the players' actions, as deep as there are players."""
    if len(done) == len(played.players):
        yield done, leaf(path, value)
        return
    player, own = played.players[len(done)], played.actions[len(done)]
    if not isinstance(value, list) or len(value) != len(own):
        many = "1 entry" if len(own) == 1 else f"{len(own)} entries"
        what = f"expects a list of {many}, one for each action of '{player}', found {_list_or(value)}"
        reading.wrong(path, what, "a table is nested by the players, in their order")
        return
    for k, action in enumerate(own):
        yield from nested(reading, (*path, k), value[k], played, leaf, (*done, action))


def vector(reading: Reading, path: Path, value: object, players: tuple[str, ...]) -> tuple[Fraction, ...]:
    """Return one payoff for each player."""
    if not isinstance(value, list) or len(value) != len(players):
        what = f"expects a list of {len(players)} payoffs, one for each player, found {_list_or(value)}"
        reading.wrong(path, what, f"in the order {', '.join(players)}")
        return ()
    return tuple(number(reading, (*path, i), one) for i, one in enumerate(value))


def row(reading: Reading, path: Path, value: object, states: Mapping[str, int]) -> Row:
    """Return the probabilities of the next state's index; ``states`` gives the index of each name."""
    if not isinstance(value, Mapping):
        what = f"expects the probability of each next state, found {described(value)}"
        reading.wrong(path, what, f"for example {{ {next(iter(states))} = 1 }}")
        return {}
    before = reading.count
    keys(reading, path, value, states, "state")
    chances = {state: number(reading, (*path, state), chance) for state, chance in value.items()}
    for state, chance in chances.items():
        if not 0 <= chance <= 1:
            reading.wrong((*path, state), f"{shown(chance)} is not a probability", "probabilities are in [0, 1]")
    total = sum(chances.values(), Fraction(0))
    if reading.count == before and total != 1:
        repair = f"add {shown(1 - total)} to" if total < 1 else f"take {shown(total - 1)} from"
        reading.wrong(path, f"probabilities sum to {total}, not 1", f"{repair} one entry")
    return {states[state]: chance for state, chance in chances.items() if chance and state in states}


def _list_or(value: object) -> str:
    return f"a list of {len(value)}" if isinstance(value, list) else described(value)
