"""A stochastic game as flat tables: one row for every (state, profile), so that every question is an array operation.

Row k stands for state ``state[k]`` and one profile there; states come in order and, within a state, the last player's
action changes fastest. A player's *deviations* from row k are the rows of the same state in which the others do the
same: its group. Maxima over deviations are maxima over groups. Games that start life as arrays enter here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from games.normal_form import NormalFormGame
from games.stochastic import StochasticGame
from solver.exact import FAST, Arithmetic, Array

Ints = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class GameTable:
    """``payoffs[i, k]`` and ``next[k, s']`` (a scipy CSR matrix of floats, or a dense array of rationals).

    ``shape[s]`` holds the number of actions of each player in state s.
    """

    shape: tuple[tuple[int, ...], ...]
    payoffs: Array
    next: Any
    arithmetic: Arithmetic = FAST

    @cached_property
    def first(self) -> Ints:
        """Return the first row of every state, and the number of rows at the end."""
        return np.concatenate([[0], np.cumsum([prod(m) for m in self.shape])]).astype(np.intp)

    @cached_property
    def state(self) -> Ints:
        """Return every row's state."""
        return np.repeat(np.arange(len(self.shape)), np.diff(self.first))

    @cached_property
    def groups(self) -> tuple[tuple[Ints, Ints], ...]:
        """Return for each player the rows ordered by group, and where each group starts in that order."""
        return tuple(self._groups(i) for i in range(len(self.payoffs)))

    @cached_property
    def group(self) -> tuple[Ints, ...]:
        """Return for each player the group of every row."""
        return tuple(self._group(order, starts) for order, starts in self.groups)

    def _group(self, order: Ints, starts: Ints) -> Ints:
        out = np.empty(len(order), dtype=np.intp)
        out[order] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(order))))
        return out

    def _groups(self, player: int) -> tuple[Ints, Ints]:
        order, starts, at = [], [], 0
        for s, counts in enumerate(self.shape):
            rows = np.arange(self.first[s], self.first[s + 1]).reshape(counts)
            order.append(np.moveaxis(rows, player, -1).ravel())
            starts.append(at + np.arange(0, rows.size, counts[player]))
            at += rows.size
        return np.concatenate(order), np.concatenate(starts)

    def best(self, player: int, amounts: Array) -> Array:
        """Return for each row the most of ``amounts`` that ``player`` finds among its own actions there."""
        order, starts = self.groups[player]
        return np.asarray(np.maximum.reduceat(amounts[order], starts)[self.group[player]])

    def expected(self, values: Array) -> Array:
        """Return for each row the mean of ``values[s']`` (or of each column) over the next state."""
        return np.asarray(self.next @ values)

    def worth(self, payoffs: Array, delta: Any, after: Array) -> Array:
        """Return for each row (1 - delta) ``payoffs`` + delta E ``after``: what it is worth if ``after`` follows."""
        return np.asarray(payoffs * (1 - delta) + delta * self.expected(after))

    @cached_property
    def reaches(self) -> tuple[frozenset[int], ...]:
        """Return for each state the states that one step may lead to, whatever is played."""
        out: list[set[int]] = [set() for _ in self.shape]
        for row, t in zip(*self.next.nonzero(), strict=True):
            out[self.state[row]].add(int(t))
        return tuple(map(frozenset, out))

    def leading_to(self, states: set[int]) -> set[int]:
        """Return the states from which some play leads to one of some states, these among them."""
        grown = states | {s for s, after in enumerate(self.reaches) if after & states}
        return states if grown == states else self.leading_to(grown)

    def profile(self, row: int) -> tuple[int, ...]:
        """Return the actions' indices at a row."""
        s = int(self.state[row])
        return tuple(int(a) for a in np.unravel_index(row - self.first[s], self.shape[s]))


def game_table(game: StochasticGame, arithmetic: Arithmetic = FAST) -> GameTable:
    """Return a stochastic game as a table of floats or of rationals."""
    stages = game.stages
    payoffs = np.concatenate([stage_payoffs(stage, arithmetic).reshape(len(game.players), -1) for stage in stages], 1)
    shape = tuple(tuple(map(len, stage.actions)) for stage in stages)
    rows = [after[profile] for stage, after in zip(stages, game.next, strict=True) for profile in stage.profiles()]
    return GameTable(shape, payoffs, _transitions(rows, len(stages), arithmetic), arithmetic)


def _transitions(rows: Sequence[Any], states: int, arithmetic: Arithmetic) -> Any:
    if arithmetic.exact:
        out = arithmetic.zeros(len(rows), states)
        for k, row in enumerate(rows):
            for s, p in row.items():
                out[k, s] = arithmetic.number(p)
        return out
    lengths = [len(row) for row in rows]
    values = [float(p) for row in rows for p in row.values()]
    columns = [s for row in rows for s in row]
    return sparse.csr_matrix((values, columns, np.concatenate([[0], np.cumsum(lengths)])), shape=(len(rows), states))


def stage_payoffs(stage: NormalFormGame, arithmetic: Arithmetic = FAST) -> Array:
    """Return a stage game's payoffs as an array of shape (n, m_1, …, m_n)."""
    flat = arithmetic.array([stage.payoffs[profile] for profile in stage.profiles()])
    return flat.T.reshape(len(stage.players), *map(len, stage.actions))


def integer_payoffs(stage: NormalFormGame) -> tuple[Array, Fraction]:
    """Return whole numbers of shape (n, m_1, …, m_n) (Python integers) and the unit they are counted in."""
    rows = [stage.payoffs[profile] for profile in stage.profiles()]
    denominator = lcm(*(value.denominator for row in rows for value in row))
    whole = [[value.numerator * (denominator // value.denominator) for value in row] for row in rows]
    flat: Array = np.array(whole, dtype=object)
    return flat.T.reshape(len(stage.players), *map(len, stage.actions)), Fraction(1, denominator)


def over_own_actions(payoffs: Array) -> Array:
    """Return for every player and profile the most that the player gets there by any action of its own."""
    return np.stack([np.broadcast_to(own.max(axis=i, keepdims=True), own.shape) for i, own in enumerate(payoffs)])
