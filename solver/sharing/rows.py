"""The nouns of an arrangement programme: variables, constraints, and the blocks of numbers they come in."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from scipy import sparse

from solver.exact import Arithmetic, Array
from solver.sharing.situation import Awake, Situation
from solver.sparse import Entries, entries

UP_FRONT, ACT, DELIVER = 0, 1, 2
STAGE = {"up front": UP_FRONT, "simultaneous": ACT, "on delivery": DELIVER}


@dataclass(frozen=True)
class Column:
    """A variable: the level of an instrument in some states (all awake ones if it may not vary), or its switch."""

    instrument: int
    states: tuple[int, ...]
    switch: bool = False


@dataclass(frozen=True)
class Row:
    """What a constraint says: whose incentive, in which state, at which stage, against which deviation.

    ``stage`` is one of ``INCENTIVES``, or, for limits, ``budget``, ``expected budget``, ``capacity``, ``floor``,
    ``minimum`` or ``off``. ``number`` tells apart periods of a sanction, or replies to a refusal. ``exposure`` is how
    much the slack moves if all payoffs are off by one. ``conditional``: it guards what is owed, and could bind where
    nothing is.
    """

    stage: str
    actor: int
    state: int
    deviation: str
    exposure: Fraction = Fraction(2)
    conditional: bool = False
    number: int = 0

    @property
    def guard(self) -> tuple[str, int, int]:
        """Return what a conditional row guards: its stage, actor and state."""
        return self.stage, self.actor, self.state

    @property
    def incentive(self) -> bool:
        """Return whether this is an actor's incentive (not a hard limit of the instruments)."""
        return self.stage in INCENTIVES


INCENTIVES = ("act", "withhold", "deliver", "up front", "asleep", "sanction", "join")


@dataclass(frozen=True, eq=False)
class Block:
    """Rows of one actor: slack = ``constant`` + ``coefficient`` x[``columns``]."""

    rows: tuple[Row, ...]
    constant: Array
    coefficient: Array
    columns: Array


@dataclass(frozen=True, eq=False)
class Program:
    """All constraints of an arrangement, as blocks, with each actor's values V_i(s) = ``value0`` + ``value`` x.

    ``low`` and ``high`` bound the columns (None: no bound). ``spending[g]`` is the cost that giver g gives in each
    state, and ``weights[g]`` turns such amounts by state into g's discounted average from the start.
    """

    situation: Situation
    awake: Awake
    arithmetic: Arithmetic
    columns: tuple[Column, ...]
    low: tuple[Any, ...]
    high: tuple[Any, ...]
    blocks: tuple[Block, ...]
    values: tuple[Block, ...]
    spending: dict[str, Block]
    weights: dict[str, Array]

    @property
    def rows(self) -> list[Row]:
        """Return what each constraint says, in the order of the matrix."""
        return [row for block in self.blocks for row in block.rows]

    def constants(self) -> Array:
        """Return the slacks at x = 0."""
        parts = [block.constant for block in self.blocks]
        return np.concatenate(parts) if parts else self.arithmetic.zeros(0)

    def entries(self, blocks: tuple[Block, ...]) -> list[Entries]:
        """Return the coefficients of some blocks that are not zero, row by row, by column."""
        return [entries(row, block.columns) for block in blocks for row in block.coefficient]

    def sparse(self, blocks: tuple[Block, ...]) -> sparse.csr_matrix:
        """Return the coefficients of some blocks of floats as a sparse matrix over all columns."""
        data, rows, columns, k = [], [], [], 0
        for block in blocks:
            height, width = len(block.constant), len(block.columns)
            data.append(np.asarray(block.coefficient, float).ravel())
            rows.append(np.repeat(np.arange(k, k + height), width))
            columns.append(np.tile(block.columns, height))
            k += height
        if not data:
            return sparse.csr_matrix((0, len(self.columns)))
        entries = (np.concatenate(data), (np.concatenate(rows), np.concatenate(columns)))
        matrix = sparse.csr_matrix(entries, shape=(k, len(self.columns)))
        matrix.eliminate_zeros()
        return matrix

    def slacks(self, x: Array) -> Array:
        """Return the slack of every constraint at x."""
        parts = [b.constant + b.coefficient @ x[b.columns] for b in self.blocks]
        return np.concatenate(parts) if parts else self.arithmetic.zeros(0)


def restricted(program: Program, states: Set[int]) -> Program:
    """Return the programme with the incentives of some states alone (joining and averages from the start left out)."""
    return _kept(program, lambda row: row.state in states and row.stage not in ("join", "expected budget"))


OWED = {"withhold": "simultaneous", "deliver": "on delivery", "up front": "up front"}
"""The stages at which an actor can keep back what it owes, with the timing of what is owed."""


def guarded(program: Program, row: Row) -> set[int]:
    """Return the columns that a row of a stage in ``OWED`` guards: what its actor owes there that no court enforces."""
    partnership = program.situation.partnership
    name, timing = partnership.actors[row.actor].name, OWED[row.stage]
    owed = set()
    for j, column in enumerate(program.columns):
        b = partnership.instruments[column.instrument]
        if b.giver == name and b.timing == timing and not b.enforceable and row.state in column.states:
            owed.add(j)
    return owed


def released(program: Program, row: Row) -> Program | None:
    """Return the programme in which an actor owes nothing at one stage in one state, and so has nothing to withhold.

    None where the row does not depend on what is owed, or where a level is proposed that must be given.
    """
    if not row.conditional:
        return None
    owed = guarded(program, row)
    if any(program.low[j] > 0 for j in owed):
        return None
    zero = program.arithmetic.number(Fraction(0))
    high = tuple(zero if j in owed else bound for j, bound in enumerate(program.high))
    return replace(_kept(program, lambda other: other.guard != row.guard), high=high)


def unguarded(program: Program) -> Program:
    """Return the programme without the rows that guard what is owed and could bind where nothing is: a relaxation."""
    return _kept(program, lambda row: not row.conditional)


def half_open(program: Program) -> Program:
    """Return the programme in which every switch may stand anywhere between off and on: a relaxation."""
    return replace(program, columns=tuple(replace(column, switch=False) for column in program.columns))


def _kept(program: Program, wanted: Callable[[Row], bool]) -> Program:
    blocks = []
    for block in program.blocks:
        kept = [k for k, row in enumerate(block.rows) if wanted(row)]
        rows = tuple(block.rows[k] for k in kept)
        blocks.append(Block(rows, block.constant[kept], block.coefficient[kept], block.columns))
    return replace(program, blocks=tuple(blocks))
