"""The arrangement programme of many samples: the same rows and columns, with one number a sample in every place.

    slack[r] = constant[r] + sum_j coefficient[r, j] x[j]        for each sample

Given levels are judged in all samples at once (``slacks``). How far every payoff may be off while every incentive still
holds, the *margin*, is ``solver.study.margins``'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from solver.sharing.program import program
from solver.sharing.rows import OWED, Program, Row, guarded
from solver.sharing.situation import Awake, Situation
from solver.study.column import TIE, Batch, Bools, Column, Floats, Ints

Levels = Mapping[str, Sequence[Fraction]]
NIL = 1e-14
"""A slack of this share of what it was computed from is a tie. Larger ones could be real: they are decided exactly."""


@dataclass(frozen=True, eq=False)
class Stack:
    """A programme over samples.

    ``constant[r, b]``; ``value[k, b]`` stands in row ``row[k]`` and column ``column[k]``; ``rounding[r, b]`` is the
    size of what a constant was computed from; ``unit[r, b]`` is how much a slack moves if its actor's payoffs are off
    by their scale (1 for limits; 0 for what is due later by who minds no later period); ``low`` and ``high`` [j, b]
    bound the columns; ``worth`` [1 + j, b] is the joint value at the start without instruments, and what a unit of
    every column adds to it.
    """

    program: Program
    constant: Floats
    row: list[int]
    column: list[int]
    value: Floats
    rounding: Floats
    unit: Floats
    low: Floats
    high: Floats
    worth: Floats

    @property
    def rows(self) -> list[Row]:
        """Return what each row says."""
        return self.program.rows

    def some(self, samples: Ints) -> Stack:
        """Return the stack of some of the samples."""
        names = ("constant", "value", "rounding", "unit", "low", "high", "worth")
        return replace(self, **{name: getattr(self, name)[:, samples] for name in names})

    @property
    def touched(self) -> Bools:
        """Return which rows some instrument moves [r, b]."""
        out = np.zeros(self.constant.shape, bool)
        for k, value in zip(self.row, self.value, strict=True):
            out[k] |= value != 0
        return out

    @property
    def counts(self) -> Bools:
        """Return which rows set the margin [r, b], as ``solver.sharing.optimum.margins`` has it.

        What holds and is moved by no instrument must only go on holding: it would set the margin whatever is shared.
        """
        incentive = np.array([row.incentive for row in self.rows], bool)
        alone = not self.program.columns
        return np.asarray(incentive[:, None] & (self.unit > 0) & (self.touched | (self.constant < 0) | alone))

    @property
    def divisor(self) -> Floats:
        """Return what a row is divided by to be of the size of the others: its unit, where it has one."""
        return np.where(self.unit > 0, self.unit, 1.0)

    def slacks(self, x: Floats) -> Floats:
        """Return the slack of every row [r, b] at levels x [j, b]; what is zero but for rounding is zero.

        A row that guards what is owed says nothing where nothing is: its slack is infinite.
        """
        out, size = self.constant.copy(), np.abs(self.constant)
        for r, j, value in zip(self.row, self.column, self.value, strict=True):
            moved = value * x[j]
            out[r] += moved
            size[r] += np.abs(moved)
        out[np.abs(out) <= NIL * np.maximum(size, self.rounding)] = 0.0
        for r, row in enumerate(self.rows):
            if row.stage in OWED:
                owed = (x[sorted(guarded(self.program, row))] > 0).any(axis=0)
                out[r] = np.where(owed, out[r], np.inf)
        return out

    def given(self, levels: Levels) -> Floats:
        """Return levels by instrument and state as columns [j, b]; a switch is on where its level is not zero."""
        out = np.zeros((len(self.program.columns), self.constant.shape[1]))
        for j, column in enumerate(self.program.columns):
            level = floats(
                levels[self.program.situation.partnership.instruments[column.instrument].name][column.states[0]]
            )
            out[j] = level > 0 if column.switch else level
        return out

    def within(self, x: Floats) -> Bools:
        """Return in which samples levels lie within their caps (and are those that the file proposes)."""
        room = TIE * (1 + np.abs(x))
        return np.asarray(((x >= self.low - room) & (x <= self.high + room)).all(axis=0))

    def joint(self, x: Floats) -> Floats:
        """Return the sum of the actors' values at the start [b]."""
        return np.asarray(self.worth[0] + (self.worth[1:] * x).sum(axis=0))


def scales(situation: Situation, samples: int) -> Floats:
    """Return each actor's largest absolute payoff [i, b] (1 where all are 0), as ``Situation.scale`` does."""
    out = np.zeros((len(situation.partnership.actors), samples))
    for game in (situation.target, situation.sanction.game):
        for i, row in enumerate(game.payoffs):
            for payoff in row:
                out[i] = np.maximum(out[i], np.abs(floats(payoff)))
        for deviation in game.deviations:
            out[deviation.actor] = np.maximum(out[deviation.actor], np.abs(floats(deviation.payoff)))
    return np.where(out == 0, 1.0, out)


def stack(situation: Situation, awake: Awake, numbers: Batch) -> Stack:
    """Return the arrangement programme of a batch of samples for sharing in the ``awake`` states."""
    made = program(situation, awake, numbers)
    entries = list(_entries(made))
    constants = made.constants()
    width, samples = len(made.columns), numbers.samples
    scale, unit = scales(situation, samples), np.ones((len(constants), samples))
    for k, row in enumerate(made.rows):
        if row.incentive:
            unit[k] = floats(row.exposure) * scale[row.actor]
    return Stack(
        made,
        _rows([floats(constant, NIL) for constant in constants], samples),
        [r for r, _, _ in entries],
        [j for _, j, _ in entries],
        _table([value for _, _, value in entries], samples),
        _rows([c.scale if isinstance(c, Column) else abs(c) for c in constants], samples),
        unit,
        _table([-np.inf if bound is None else bound for bound in made.low], samples).reshape(width, samples),
        _table([np.inf if bound is None else bound for bound in made.high], samples).reshape(width, samples),
        _worth(made, samples),
    )


def _worth(made: Program, samples: int) -> Floats:
    out, start = np.zeros((1 + len(made.columns), samples)), made.situation.start
    for block in made.values:
        out[0] += floats(block.constant[start])
        for j, coefficient in zip(block.columns, block.coefficient[start], strict=True):
            out[1 + j] += floats(coefficient)
    return out


def _entries(made: Program) -> Iterator[tuple[int, int, object]]:
    at = 0
    for block in made.blocks:
        for row in block.coefficient:
            for j, value in zip(block.columns, row, strict=True):
                if isinstance(value, Column) or value != 0:
                    yield at, int(j), value
            at += 1


def floats(value: object, tie: float = TIE) -> Floats:
    """Return a column's floats, those that are rounding alone as zero, or a number's single one."""
    if isinstance(value, Column):
        return np.where(np.abs(value.values) <= tie * value.scale, 0.0, value.values)
    return np.asarray(float(value))  # type: ignore[arg-type]


def _table(values: Any, samples: int) -> Floats:
    return _rows([floats(value) for value in values], samples)


def _rows(values: Any, samples: int) -> Floats:
    out = np.empty((len(values), samples))
    for k, value in enumerate(values):
        out[k] = value
    return out
