"""What answers about a stage game share: the game of a part, profiles and probabilities as students write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from classroom.offline.mark import named, spelled
from classroom.offline.stage import ROUNDING
from classroom.part import Part, number, plain
from games.files.findings import suggestion
from games.files.numbers import Refusal
from games.normal_form import NormalFormGame, Profile
from solver.stage.concepts import stage


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
                f"'{entry.strip()[:60]}' is no {what}, or is named twice", f"write ';' between one {what} and the next"
            )
        out[name.strip()] = below.strip()
    return out


def probabilities(given: Mapping[str, Any], names: Sequence[str], whose: str) -> tuple[Fraction, ...]:
    """Return a probability for every name, 0 where none is given.

    Raises
    ------
    Refusal : an unknown name, a number that is no probability, or a sum other than 1.
    """
    own = {known(name, names, whose): share for name, share in given.items()}
    shares = tuple(probability(own.get(name, 0)) for name in names)
    total = sum(shares, Fraction(0))
    if abs(total - 1) > ROUNDING:
        raise Refusal(f"{whose}: the probabilities add up to {spelled(total)}, not 1", "they are shares of one whole")
    return tuple(share / total for share in shares)


def known(name: str, names: Sequence[str], whose: str) -> str:
    """Return the one of the names that a student means, whatever its capitals.

    Raises
    ------
    Refusal : it is none of them.
    """
    for one in names:
        if name == one or (name.casefold() == one.casefold() and name not in names):
            return one
    raise Refusal(f"{whose}: '{name[:60]}' is unknown", suggestion(name[:60], names))


def probability(value: Any) -> Fraction:
    """Return a number in [0, 1]; a percentage is one."""
    found = number(value, "a probability")
    if not 0 <= found <= 1:
        raise Refusal(f"{spelled(found)} is no probability", "it lies between 0 and 1")
    return found


def temptations(game: NormalFormGame, profile: Profile) -> Iterator[str]:
    """Yield every way in which a player gains by leaving a profile alone, in words and numbers."""
    for i, player in enumerate(game.players):
        here = game.payoffs[profile][i]
        for action, other in game.deviations(profile, i):
            there = game.payoffs[other][i]
            if there > here:
                gets = f"{named(player)} gets {spelled(here)}, and would get {spelled(there)} with '{action}'"
                yield f"at ({written(profile)}) {gets}"
