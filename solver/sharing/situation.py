"""A partnership made ready for questions: its states, its local games, and the sanction that backs it.

Compiled once in exact numbers; every question about an arrangement starts here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from games import translate
from games.agreement import Agreement, agreement
from games.partnership import Partnership
from games.translate import LocalGame, State
from solver.exact import EXACT, FAST, Arithmetic, Array
from solver.proof.penal import PenalCode
from solver.sharing.harshest import penal_code
from solver.sharing.sanctions import WalkAway, walk_away

Awake = tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class Situation:
    """What is asked for (``target``), what follows a breach (``sanction``), and the states in which both are played."""

    partnership: Partnership
    states: tuple[State, ...]
    start: int
    target: LocalGame
    sanction: WalkAway
    penal: PenalCode | None = None

    @property
    def everywhere(self) -> Awake:
        """Return the largest set of states in which sharing could be asked for: all that no hazard has ended."""
        return tuple(not state.ended for state in self.states)

    @cached_property
    def agreement(self) -> Agreement:
        """Return the game of the agreement: all that counts for the checker."""
        return agreement(self.partnership, self.target, self.sanction.game)

    def tables(self, numbers: Arithmetic) -> Compiled:
        """Return the tables in an arithmetic, compiled once."""
        if numbers not in self._tables:
            self._tables[numbers] = compiled(self, numbers)
        return self._tables[numbers]

    @cached_property
    def _tables(self) -> dict[Arithmetic, Compiled]:
        return {}

    @property
    def fast(self) -> Compiled:
        """Return the tables in floats."""
        return self.tables(FAST)

    @cached_property
    def scale(self) -> tuple[Fraction, ...]:
        """Return each actor's largest absolute payoff in the tables (1 if all are 0)."""
        largest = [Fraction(0)] * len(self.partnership.actors)
        for game in (self.target, self.sanction.game):
            for i, row in enumerate(game.payoffs):
                largest[i] = max(largest[i], *map(abs, row))
            for deviation in game.deviations:
                largest[deviation.actor] = max(largest[deviation.actor], abs(deviation.payoff))
        return tuple(value or Fraction(1) for value in largest)


def situation(partnership: Partnership, numbers: Arithmetic = EXACT) -> Situation:
    """Return the partnership with its states, target and sanction compiled.

    Raises
    ------
    ScenarioError : the sanction is not an equilibrium of the game without instruments.
    """
    target = translate.local_game(partnership, translate.target_policy(partnership))
    return Situation(
        partnership, translate.states(partnership), translate.start(partnership), target,
        walk_away(partnership, numbers),
        penal_code(partnership) if partnership.sanction.harshest else None,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Table:
    """A local game as arrays: ``payoffs[i, s]``, ``next[s, s']``, and per deviation its payoff and row of ``rows``."""

    payoffs: Array
    next: Array
    rows: Array
    dev_payoff: Array


@dataclass(frozen=True, eq=False)
class Compiled:
    """Both local games in one arithmetic, with discount factors and the walk-away values ``walk[i, s]``.

    ``punished[i, s]`` is actor i's value once a breach of its own has been answered for good.
    """

    arithmetic: Arithmetic
    discount: Array
    target: Table
    sanction: Table
    walk: Array
    punished: Array


def _table(game: LocalGame, size: int, arithmetic: Arithmetic) -> Table:
    rows = arithmetic.zeros(len(game.rows), size)
    for k, row in enumerate(game.rows):
        for s, p in row:
            rows[k, s] = arithmetic.number(p)
    deviations = arithmetic.array([d.payoff for d in game.deviations])
    return Table(arithmetic.array(game.payoffs), rows[list(game.row)], rows, deviations)


def compiled(situation: Situation, arithmetic: Arithmetic) -> Compiled:
    """Return the situation's tables as arrays of one arithmetic."""
    size = len(situation.states)
    return Compiled(
        arithmetic,
        arithmetic.array([actor.discount for actor in situation.partnership.actors]),
        _table(situation.target, size, arithmetic),
        _table(situation.sanction.game, size, arithmetic),
        arithmetic.array(situation.sanction.values),
        arithmetic.array(situation.penal.values if situation.penal else situation.sanction.values),
    )


def with_levels_open(partnership: Partnership) -> Partnership:
    """Return the partnership with every proposed level left open."""
    return replace(partnership, instruments=tuple(replace(b, level=None) for b in partnership.instruments))


def with_discounts(partnership: Partnership, discount: Mapping[str, Fraction]) -> Partnership:
    """Return the partnership with the discount factors of the actors named replaced."""
    actors = tuple(replace(a, discount=discount.get(a.name, a.discount)) for a in partnership.actors)
    return replace(partnership, actors=actors)
