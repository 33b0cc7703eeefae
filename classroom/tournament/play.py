"""Matches played turn by turn, many at once: every array has one entry for each match.

All automata of one role are laid behind each other in one table, so that a period of a thousand matches is a few
look-ups. Random numbers come from one generator that is passed in: the same seed gives the same matches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from classroom.tournament.arena import Array, Tables
from classroom.tournament.machine import Machine

MOST_AT_ONCE = 100_000


@dataclass(frozen=True, eq=False)
class Line:
    """The automata of one role behind each other: node k of automaton i is the global node ``first[i] + k``.

    ``action[node * states + state]``; ``to`` and ``below`` have a row for every (node, me, partner, state) and a column
    for every branch of the widest lottery: the branch is the number of entries in ``below`` that a draw reaches.
    """

    start_to: Array
    start_below: Array
    action: Array
    to: Array
    below: Array


@dataclass(frozen=True, eq=False)
class Played:
    """Mean payoffs and rates of sharing, ``[match, role]``."""

    payoffs: Array
    shares: Array


def line(machines: Sequence[Machine]) -> Line:
    """Return the tables of some machines of one role."""
    first = np.cumsum([0, *(m.start.size for m in machines[:-1])])
    starts = [_branches(m.start[None], k) for m, k in zip(machines, first, strict=True)]
    moves = [_branches(m.move.reshape(-1, m.start.size), k) for m, k in zip(machines, first, strict=True)]
    return Line(*_joined(starts), np.concatenate([m.action.ravel() for m in machines]), *_joined(moves))


def _branches(chances: Array, first: int) -> tuple[Array, Array]:
    """Return, for rows of probabilities, the nodes that are possible and what lies below each in the running sum."""
    widest = int((chances > 0).sum(axis=1).max())
    order = np.argsort(chances <= 0, axis=1, kind="stable")[:, :widest]
    running = np.cumsum(np.take_along_axis(chances, order, axis=1), axis=1)
    # A draw is below 1: what no rounding may reach is never counted.
    below = np.where(np.take_along_axis(chances, order, axis=1)[:, 1:] > 0, running[:, :-1], 2.0)
    return order + first, below


def _joined(parts: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    widest = max(to.shape[1] for to, _ in parts)
    to = [np.pad(t, ((0, 0), (0, widest - t.shape[1]))) for t, _ in parts]
    below = [np.pad(b, ((0, 0), (0, widest - 1 - b.shape[1])), constant_values=2.0) for _, b in parts]
    return np.concatenate(to), np.concatenate(below)


def turns(
    lines: tuple[Line, Line], pairs: tuple[Array, Array], tables: Tables, noise: float, generator: np.random.Generator
) -> Iterator[tuple[Array, Array, Array]]:
    """Yield every period of some matches without end: (states, actions of one, actions of the other), 0 is sharing.

    Parameters
    ----------
    pairs : for every match, the index of the automaton in either role.
    """
    size, states = len(pairs[0]), len(tables.payoffs)
    one, other = (_drawn(li.start_to, li.start_below, p, generator) for li, p in zip(lines, pairs, strict=True))
    state = np.full(size, tables.start)
    following = np.cumsum(tables.next.reshape(-1, states), axis=1)
    # Divided by its end, which is then 1: a state that cannot follow is not reached by rounding either.
    following = (following / following[:, -1:])[:, :-1]
    while True:
        a, b = lines[0].action[one * states + state], lines[1].action[other * states + state]
        if noise:
            a, b = a ^ (generator.random(size) < noise), b ^ (generator.random(size) < noise)
        yield state, a, b
        one = _drawn(lines[0].to, lines[0].below, ((one * 2 + a) * 2 + b) * states + state, generator)
        other = _drawn(lines[1].to, lines[1].below, ((other * 2 + b) * 2 + a) * states + state, generator)
        if states > 1:
            reached = following[(state * 2 + a) * 2 + b]
            state = (generator.random(size)[:, None] >= reached).sum(axis=1)


def _drawn(to: Array, below: Array, rows: Array, generator: np.random.Generator) -> Array:
    if to.shape[1] == 1:
        return to[rows, 0]
    branch = (generator.random(len(rows))[:, None] >= below[rows]).sum(axis=1)
    return to[rows, branch]


def played(
    lines: tuple[Line, Line], pairs: tuple[Array, Array], tables: Tables, noise: float, weights: Array,
    generator: np.random.Generator,
) -> Played:  # fmt: skip
    """Return what some matches come to, ``weights[period, role]`` being the weight of a period (columns sum to 1)."""
    blocks = [slice(k, k + MOST_AT_ONCE) for k in range(0, len(pairs[0]), MOST_AT_ONCE)]
    parts = [_some(lines, (pairs[0][b], pairs[1][b]), tables, noise, weights, generator) for b in blocks]
    return Played(np.concatenate([p.payoffs for p in parts]), np.concatenate([p.shares for p in parts]))


def _some(
    lines: tuple[Line, Line], pairs: tuple[Array, Array], tables: Tables, noise: float, weights: Array,
    generator: np.random.Generator,
) -> Played:  # fmt: skip
    size = len(pairs[0])
    payoffs, shares = np.zeros((size, 2)), np.zeros((size, 2))
    earned = tables.payoffs.reshape(-1, 2)
    both = 1 - np.stack(np.divmod(np.arange(len(earned)) % 4, 2), axis=1)
    periods = islice(turns(lines, pairs, tables, noise, generator), len(weights))
    for weight, (state, a, b) in zip(weights, periods, strict=True):
        outcome = (state * 2 + a) * 2 + b
        payoffs += weight * earned[outcome]
        shares += weight * both[outcome]
    return Played(payoffs, shares)
