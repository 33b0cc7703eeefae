"""What answers about a stage game share: the game of a part, profiles and probabilities as students write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from classroom.part import Part, plain
from classroom.texts import named, spelled
from games.files.findings import suggestion
from games.files.numbers import Refusal, exact
from games.normal_form import NormalFormGame, Profile
from solver.stage.concepts import stage

ROUNDING = Fraction(1, 1000)
"""Probabilities that add up to 1 within this are taken as rounded and divided by their sum."""


def game_of(part: Part) -> NormalFormGame:
    """Return the stage game that a part asks about."""
    file = part.facts.game(str(part.spec["game"]))
    return stage(file, part.told("state") or None)[1]


def written(profile: Profile) -> str:
    """Return a profile as a student writes it."""
    return ", ".join(profile)


def entries(answer: Any, between: str, what: str) -> dict[str, Any]:
    """Return a table, or a text of "name<between>value; …", by name.

    Raises
    ------
    Refusal : it is neither, or names something twice.
    """
    if isinstance(answer, Mapping):
        return dict(answer)
    out: dict[str, str] = {}
    for entry in filter(str.strip, plain(answer).split(";")):
        name, sign, below = entry.rpartition(between) if between == ":" else entry.partition(between)
        if not sign or name.strip() in out:
            raise Refusal(
                f"'{entry.strip()[:60]}' is no {what}, or is named twice", f"write {what}s with ';' between them"
            )
        out[name.strip()] = below.strip()
    return out


def probabilities(given: Mapping[str, Any], names: Sequence[str], whose: str) -> tuple[Fraction, ...]:
    """Return a probability for every name, 0 where none is given.

    Raises
    ------
    Refusal : an unknown name, a number that is no probability, or a sum other than 1.
    """
    for name in given:
        if name not in names:
            raise Refusal(f"{whose}: '{str(name)[:60]}' is unknown", suggestion(str(name)[:60], names))
    shares = tuple(probability(given.get(name, 0)) for name in names)
    total = sum(shares, Fraction(0))
    if abs(total - 1) > ROUNDING:
        raise Refusal(f"{whose}: the probabilities add up to {spelled(total)}, not 1", "they are shares of one whole")
    return tuple(share / total for share in shares)


def probability(value: Any) -> Fraction:
    """Return a number in [0, 1]; a percentage is one."""
    text = plain(value)
    number = exact(text.removesuffix("%").strip(), "a probability") / (100 if text.endswith("%") else 1)
    if not 0 <= number <= 1:
        raise Refusal(f"{spelled(number)} is no probability", "it lies between 0 and 1")
    return number


def temptations(game: NormalFormGame, profile: Profile) -> Iterator[str]:
    """Yield every way in which a player gains by leaving a profile alone, in words and numbers."""
    for i, player in enumerate(game.players):
        here = game.payoffs[profile][i]
        for action, other in game.deviations(profile, i):
            there = game.payoffs[other][i]
            if there > here:
                gets = f"{named(player)} gets {spelled(here)}, and would get {spelled(there)} with '{action}'"
                yield f"at ({written(profile)}) {gets}"
