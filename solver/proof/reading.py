"""What the checker reads a certificate with: exact numbers, nothing missing and nothing that it would pass over."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from games.errors import ScenarioError
from games.stochastic import StochasticGame
from games.tables import read_game_table, read_number

Told = tuple[str, list[str]]
"""A claim in words, and the reasons why it is true, each of them verified."""


class Refuted(Exception):
    """The certificate does not prove its claim; says in words what is wrong."""


def fields(part: Any, *names: str) -> list[Any]:
    """Return the named fields of a part, in this order: all must be there, and no others."""
    if not isinstance(part, Mapping) or set(part) != set(names):
        found = ", ".join(map(str, part)) if isinstance(part, Mapping) else type(part).__name__
        raise Refuted(f"expected the fields {', '.join(names)}, found {found or 'none'}")
    return [part[name] for name in names]


def exact(text: Any) -> Fraction:
    """Return the exact number that was written."""
    try:
        return read_number(text)
    except ScenarioError as fault:
        raise Refuted(fault.problems[0].what) from None


def game_of(table: Any) -> StochasticGame:
    """Return the game that a certificate carries."""
    fields(table, "kind", "players", "discount", "states")
    for state in table["states"]:
        fields(state, "name", "actions", "payoffs", "next")
    game = read_game_table(table)
    if len(set(game.states)) < len(game.states) or len(set(game.players)) < len(game.players):
        raise Refuted("two states or two players of the game have the same name")
    return game
