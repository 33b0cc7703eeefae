"""The game that strategies meet in: two players, two actions in every state, the first of them called sharing.

Of a partnership, the calm states are those of the least urgency and the crisis states those of the greatest. A game
file says nothing of urgency: its states are taken to be written from calm to crisis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from classroom.tournament.strategy import CALM, CRISIS, SHARE, WITHHOLD
from games.errors import refuse
from games.files.documents import read_source
from games.files.game_file import GameFile, game_of_text
from games.files.scenario import build
from games.files.syntax import parse
from games.stochastic import StochasticGame
from games.translate import states

IN_ORDER = "of a game file the first state counts as calm, the last as crisis"
Array = Any
Pair = tuple[str, str]


@dataclass(frozen=True)
class Arena:
    """A game for automata.

    Parameters
    ----------
    actions : ``actions[role][state]`` names what counts as sharing there, and what as withholding.
    urgency : the word for each state, ``CALM`` or ``CRISIS``; empty between the two.
    """

    title: str
    game: StochasticGame
    start: int
    actions: tuple[tuple[Pair, ...], tuple[Pair, ...]]
    urgency: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def roles(self) -> Pair:
        """Return the names of the two players."""
        one, other = self.game.players
        return one, other


@dataclass(frozen=True, eq=False)
class Tables:
    """An arena in numbers: ``payoffs[state, a, b, role]`` per period and ``next[state, a, b, state]``; 0 is sharing."""

    payoffs: Array
    next: Array
    start: int


def read_arena(file: str, active: Sequence[str] | None = None) -> Arena:
    """Return the arena of a file: a path, "-", or the name of a game or scenario that ships.

    Parameters
    ----------
    active : names of a partnership's mechanisms that are on; None: those that the file names.

    Raises
    ------
    ScenarioError : everything that is wrong with the file, or a game that automata of this kind cannot play.
    """
    name, text, suffix = read_source(file)
    found = game_of_text(text, name, suffix, active)
    levels = [Fraction(k) for k in range(len(found.game.states))]
    if len(levels) > 1:  # a game of Gambit's has one state
        document = parse(text, name, suffix)
        if document.get("kind", "partnership") == "partnership":
            partnership = build(document, name, active).partnership
            levels = [partnership.urgency.levels[state.level].urgency for state in states(partnership)]
        else:
            found = replace(found, notes=(*found.notes, IN_ORDER))
    return arena(found, levels)


def arena(file: GameFile, levels: list[Fraction]) -> Arena:
    """Return the arena of a game whose states have these levels of urgency.

    Raises
    ------
    ScenarioError : there are not two players with two actions in every state.
    """
    game = file.game
    if len(game.players) != 2:
        what = f"{len(game.players)} players, and a tournament is for two"
        raise refuse(file.name, what, "smart-meters, navigation-roads and prisoners-dilemma have two")
    for state, stage in zip(game.states, game.stages, strict=True):
        for player, own in zip(game.players, stage.actions, strict=True):
            if len(own) != 2:
                what = f"'{player}' has {len(own)} actions in {state}, and strategy files know two: share and withhold"
                raise refuse(file.name, what, "leave two, or play another game")
    one, other = ([_named(stage.actions[role]) for stage in game.stages] for role in (0, 1))
    low, high = min(levels), max(levels)
    words = [CALM if u == low else CRISIS if u == high else "" for u in levels]
    return Arena(file.title, game, file.start, (tuple(one), tuple(other)), tuple(words), file.notes)


def _named(own: tuple[str, ...]) -> Pair:
    """Return the action that counts as sharing and the other one: by name where it has one, else in their order."""
    first, second = own
    return (second, first) if second == SHARE or first == WITHHOLD else (first, second)


def tables(arena: Arena) -> Tables:
    """Return the numbers of an arena, sharing first."""
    count = len(arena.game.states)
    payoffs, following = np.zeros((count, 2, 2, 2)), np.zeros((count, 2, 2, count))
    for s, (stage, rows) in enumerate(zip(arena.game.stages, arena.game.next, strict=True)):
        for a, one in enumerate(arena.actions[0][s]):
            for b, other in enumerate(arena.actions[1][s]):
                payoffs[s, a, b] = [float(v) for v in stage.payoffs[one, other]]
                for t, chance in rows[one, other].items():
                    following[s, a, b, t] = float(chance)
    return Tables(payoffs, following, arena.start)
