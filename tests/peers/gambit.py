"""What pygambit says of its games and equilibria: objects up to version 16, names alone from 17 on."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any


def players(theirs: Any) -> tuple[str, ...]:
    """The players' names."""
    return tuple(getattr(player, "label", player) for player in theirs.players)


def actions(theirs: Any) -> tuple[tuple[str, ...], ...]:
    """The names of every player's strategies."""
    if hasattr(theirs, "get_strategies"):
        return tuple(tuple(theirs.get_strategies(player)) for player in theirs.players)
    return tuple(tuple(s.label for s in player.strategies) for player in theirs.players)


def payoffs(theirs: Any) -> dict[tuple[str, ...], tuple[Fraction, ...]]:
    """The payoffs of every profile, exactly."""
    who, named = players(theirs), product(*actions(theirs))
    if hasattr(theirs, "get_payoffs"):
        each = ((p, theirs.get_payoffs(dict(zip(who, p, strict=True)))) for p in named)
    else:
        each = ((p, theirs[p]) for p in named)
    return {p: tuple(Fraction(paid[player]) for player in who) for p, paid in each}


def probabilities(theirs: Any, equilibrium: Any, number: Any = float) -> tuple[tuple[Any, ...], ...]:
    """An equilibrium as one row of numbers for each player."""
    if hasattr(theirs, "get_strategies"):
        each = zip(theirs.players, actions(theirs), strict=True)
        return tuple(tuple(number(equilibrium[player][s]) for s in own) for player, own in each)
    return tuple(tuple(number(equilibrium[s]) for s in player.strategies) for player in theirs.players)


def strategic(pygambit: Any) -> Any:
    """The class of games in strategic form."""
    return getattr(pygambit, "StrategicGame", pygambit.Game)
