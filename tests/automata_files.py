"""Strategies and arenas for the tests of tournaments."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache

from classroom.tournament.arena import Arena, arena, read_arena
from classroom.tournament.machine import Machine, machine
from classroom.tournament.reading import shipped
from classroom.tournament.strategy import SHARE, WITHHOLD, Node, Rule, Strategy
from games.files.game_file import GameFile, repeated
from games.normal_form import NormalFormGame

ONE = Fraction(1)
WORDS = {"C": SHARE, "D": WITHHOLD}


@cache
def ours() -> dict[str, Strategy]:
    """Return the strategies that ship, by name."""
    return {strategy.name: strategy for strategy in shipped()}


@cache
def dilemma() -> Arena:
    """Return the dilemma with Axelrod's payoffs."""
    return read_arena("prisoners-dilemma")


def machines(arena: Arena, *names: str) -> list[Machine]:
    """Return strategies that ship in the roles in which they are named."""
    return [machine(ours()[name], arena, role) for role, name in enumerate(names)]


def symmetric(share: str, withhold: str, rows: Iterable[Iterable[int]]) -> Arena:
    """Return the arena of a symmetric game from its row player's payoffs."""
    names = (share, withhold)
    table = [[Fraction(v) for v in row] for row in rows]
    payoffs = {(names[i], names[j]): (table[i][j], table[j][i]) for i in (0, 1) for j in (0, 1)}
    stage = NormalFormGame(("row", "column"), (names, names), payoffs)
    return arena(GameFile("drawn", "drawn", "", repeated(stage)), [Fraction(0)])


def mealy(
    name: str, transitions: Iterable[tuple[int, str, int, str]], initial_state: int, initial_action: str
) -> Strategy:
    """Return the strategy of a table (state, what the partner did, next state, next action), as machines are published.

    A node is a state with the action that it was entered with.
    """
    rows = list(transitions)
    entered = {(initial_state, initial_action), *((to, action) for _, _, to, action in rows)}

    def called(state: int, action: str) -> str:
        return f"{state} {action}"

    nodes = {
        called(state, action): Node(
            {"other": WORDS[action]},
            tuple(Rule({called(to, then): ONE}, partner=WORDS[seen]) for at, seen, to, then in rows if at == state),
        )
        for state, action in sorted(entered)
    }
    return Strategy(name, name, "", {called(initial_state, initial_action): ONE}, nodes)
