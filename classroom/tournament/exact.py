"""What two automata earn on average, noise included, without playing: their product is a Markov chain.

A point of the chain is (state, node of one, node of the other). With P its transition matrix and x_0 its start, the
share of periods spent at each point is

    x = (1 - delta) sum_t delta^t x_0 P^t      that is  x = (1 - delta) x_0 + delta x P        (discounted)
    x = 1/N sum_{t < N} x_0 P^t                                                                (N periods)

and the frequency of every outcome, hence every payoff, is linear in x. Solved in floats; of the discounted chain the
residual r bounds the error: |x - x*|_1 <= |r|_1 / (1 - delta). A chain too large to solve is followed instead, step by
step, until less than ``TAIL`` of the weight is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log

import numpy as np

from classroom.tournament.arena import Array, Tables
from classroom.tournament.machine import Machine

MOST_POINTS = 100
"""Of a chain that is written out as a matrix. From here on linear algebra runs in threads, which cost more than they
save in thousands of small systems, and a chain is as quick to follow."""
TAIL = 1e-12


@dataclass(frozen=True, eq=False)
class Frequencies:
    """How often each outcome occurs, ``outcomes[state, a, b]`` (sum 1), and a bound on the sum of its errors."""

    outcomes: Array
    error: float


@dataclass(frozen=True, eq=False)
class Chain:
    """The product of two automata, in the factors of its transition matrix.

    ``start[state, node, node]``; ``played[state, a, b, node, node]`` is the probability of what is carried out at a
    point; ``one[state, a, b, to, node]`` and ``other[state, a, b, node, to]`` move the automata, ``next`` the state.
    """

    start: Array
    played: Array
    one: Array
    other: Array
    next: Array

    def after(self, x: Array) -> Array:
        """Return x P, without P."""
        return np.tensordot(self.next, self.one @ (self.played * x[:, None, None]) @ self.other, ((0, 1, 2), (0, 1, 2)))

    def matrix(self) -> Array:
        """Return P, points in the order (state, node, node)."""
        moved = np.einsum("sabij,sabki,sabjl->sabijkl", self.played, self.one, self.other)
        size = self.start.size
        return np.einsum("sabijkl,sabt->sijtkl", moved, self.next).reshape(size, size)

    def outcomes(self, x: Array) -> Array:
        """Return the frequency of every outcome where x is that of every point."""
        return (self.played * x[:, None, None]).sum(axis=(3, 4))


def product(one: Machine, other: Machine, tables: Tables, noise: float) -> Chain:
    """Return the chain of two automata whose actions go wrong with a probability."""
    start = np.zeros((len(tables.payoffs), one.start.size, other.start.size))
    start[tables.start] = np.outer(one.start, other.start)
    played = np.einsum("isa,jsb->sabij", _trembling(one, noise), _trembling(other, noise))
    return Chain(start, played, one.move.transpose(3, 1, 2, 4, 0), other.move.transpose(3, 2, 1, 0, 4), tables.next)


def _trembling(machine: Machine, noise: float) -> Array:
    """Return the probability that each action is carried out: ``[node, state, action]``."""
    chosen = np.eye(2)[machine.action]
    return (1 - noise) * chosen + noise * (1 - chosen)


def averaged(one: Machine, other: Machine, tables: Tables, noise: float, periods: int) -> Frequencies:
    """Return the expected frequencies of outcomes over so many periods."""
    chain = product(one, other, tables, noise)
    x, total = chain.start, np.zeros_like(chain.start)
    matrix = chain.matrix() if x.size <= MOST_POINTS else None
    for _ in range(periods):
        total += x
        x = chain.after(x) if matrix is None else (x.ravel() @ matrix).reshape(x.shape)
    rounding = float(np.finfo(float).eps) * periods * x.size
    return Frequencies(chain.outcomes(total / periods), rounding)


def discounted(one: Machine, other: Machine, tables: Tables, noise: float, delta: float) -> Frequencies:
    """Return the expected frequencies of outcomes, period t having the weight (1 - delta) delta^t."""
    chain = product(one, other, tables, noise)
    first = (1 - delta) * chain.start
    if first.size <= MOST_POINTS:
        x = np.linalg.solve(np.eye(first.size) - delta * chain.matrix().T, first.ravel()).reshape(first.shape)
    else:
        x, point = np.zeros_like(first), first
        for _ in range(ceil(log(TAIL, delta)) if delta else 1):
            x, point = x + point, delta * chain.after(point)
    residual = first + delta * chain.after(x) - x
    return Frequencies(chain.outcomes(x), float(np.abs(residual).sum()) / (1 - delta))
