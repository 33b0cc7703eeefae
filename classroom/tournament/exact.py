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

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import ceil, log

import numpy as np

from classroom.tournament.arena import Array, Tables
from classroom.tournament.machine import Machine

MOST_POINTS = 1_000
TAIL = 1e-12


@dataclass(frozen=True, eq=False)
class Frequencies:
    """How often each outcome occurs, ``outcomes[state, a, b]`` (sum 1), and a bound on the sum of its errors."""

    outcomes: Array
    error: float


def averaged(one: Machine, other: Machine, tables: Tables, noise: float, periods: int) -> Frequencies:
    """Return the expected frequencies of outcomes over so many periods."""
    step, played = _chain(one, other, tables, noise)
    x, total = _start(one, other, tables), 0.0
    for _ in range(periods):
        total, x = total + x, step(x)
    rounding = float(np.finfo(float).eps) * periods * len(tables.payoffs) * one.start.size * other.start.size
    return Frequencies(_outcomes(total / periods, played), rounding)


def discounted(one: Machine, other: Machine, tables: Tables, noise: float, delta: float) -> Frequencies:
    """Return the expected frequencies of outcomes, period t having the weight (1 - delta) delta^t."""
    step, played = _chain(one, other, tables, noise)
    start = _start(one, other, tables)
    if start.size <= MOST_POINTS:
        matrix = _matrix(one, other, tables, played)
        x = np.linalg.solve(np.eye(start.size) - delta * matrix.T, (1 - delta) * start.ravel()).reshape(start.shape)
    else:
        x, point = np.zeros_like(start), (1 - delta) * start
        for _ in range(ceil(log(TAIL, delta)) if delta else 1):
            x, point = x + point, delta * step(point)
    residual = (1 - delta) * start + delta * step(x) - x
    return Frequencies(_outcomes(x, played), float(np.abs(residual).sum()) / (1 - delta))


def _start(one: Machine, other: Machine, tables: Tables) -> Array:
    x = np.zeros((len(tables.payoffs), one.start.size, other.start.size))
    x[tables.start] = np.outer(one.start, other.start)
    return x


def _outcomes(x: Array, played: Array) -> Array:
    return np.einsum("sij,sijab->sab", x, played)


def _chain(one: Machine, other: Machine, tables: Tables, noise: float) -> tuple[Callable[[Array], Array], Array]:
    """Return one step of the chain as a function, and ``played[s, i, j, a, b]``: what is carried out at each point."""
    played = np.einsum("isa,jsb->sijab", _trembling(one, noise), _trembling(other, noise))
    if played.size // 4 <= MOST_POINTS:
        matrix = _matrix(one, other, tables, played)
        return lambda x: (x.ravel() @ matrix).reshape(x.shape), played
    return partial(_step, one, other, tables, played), played


def _trembling(machine: Machine, noise: float) -> Array:
    """Return the probability that each action is carried out: ``[node, state, action]``."""
    chosen = np.eye(2)[machine.action]
    return (1 - noise) * chosen + noise * (1 - chosen)


def _matrix(one: Machine, other: Machine, tables: Tables, played: Array) -> Array:
    """Return P, points in the order (state, node, node)."""
    joint = np.einsum("sijab,sabt->sijabt", played, tables.next)
    moved = np.einsum("sijabt,iabsk->sijabtk", joint, one.move)
    matrix = np.einsum("sijabtk,jbasl->sijtkl", moved, other.move)
    size = int(np.prod(matrix.shape[:3]))
    return matrix.reshape(size, size)


def _step(one: Machine, other: Machine, tables: Tables, played: Array, x: Array) -> Array:
    """Return x P without P: node by node, so that large automata need little memory."""
    weights = x[..., None, None] * played
    moved = np.einsum("sijab,iabsk->sjabk", weights, one.move, optimize=True)
    both = np.einsum("sjabk,jbasl->sabkl", moved, other.move, optimize=True)
    return np.einsum("sabkl,sabt->tkl", both, tables.next, optimize=True)
