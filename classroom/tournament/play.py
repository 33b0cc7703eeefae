"""Matches played turn by turn, many at once: every array has one entry for each match.

All automata of one role are laid behind each other in one table, so that a period of a thousand matches is a few
look-ups. Random numbers come from one generator that is passed in: the same seed gives the same matches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from classroom.tournament.arena import Array, Tables
from classroom.tournament.machine import Machine

AT_ONCE = 8_000
"""Matches that are played side by side: their arrays then fit a processor's cache."""


@dataclass(frozen=True, eq=False)
class Line:
    """The automata of one role behind each other: node k of automaton i is the global node ``first[i] + k``.

    ``action[node * states + state]``; ``to`` and ``below`` have a row for every (node, state, action of the first role,
    action of the second) and a column for every branch of the widest lottery: the branch is the number of entries in
    ``below`` that a draw reaches. ``start_to`` and ``start_below`` have a row for every automaton.
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


def line(machines: Sequence[Machine], role: int) -> Line:
    """Return the tables of some machines that were made for this role."""
    first = np.cumsum([0, *(m.start.size for m in machines[:-1])])
    # From [node, me, partner, state] to [node, state, action of the first role, action of the second].
    order = (0, 3, 1, 2, 4) if role == 0 else (0, 3, 2, 1, 4)
    moves = [m.move.transpose(order).reshape(-1, m.start.size) for m in machines]
    starts = [_branches(m.start[None], k) for m, k in zip(machines, first, strict=True)]
    branches = [_branches(move, k) for move, k in zip(moves, first, strict=True)]
    return Line(*_joined(starts), np.concatenate([m.action.ravel() for m in machines]), *_joined(branches))


def _branches(chances: Array, first: int) -> tuple[Array, Array]:
    """Return, for rows of probabilities, the nodes that are possible and what lies below each in the running sum."""
    widest = int((chances > 0).sum(axis=1).max())
    order = np.argsort(chances <= 0, axis=1, kind="stable")[:, :widest]
    sorted_chances = np.take_along_axis(chances, order, axis=1)
    # A draw is below 1, so that it never counts an entry of 2: a branch that is not there.
    below = np.where(sorted_chances[:, 1:] > 0, np.cumsum(sorted_chances, axis=1)[:, :-1], 2.0)
    return order + first, below


def _joined(parts: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    widest = max(to.shape[1] for to, _ in parts)
    to = [np.pad(t, ((0, 0), (0, widest - t.shape[1]))) for t, _ in parts]
    below = [np.pad(b, ((0, 0), (0, widest - 1 - b.shape[1])), constant_values=2.0) for _, b in parts]
    return np.concatenate(to), np.concatenate(below)


def turns(
    lines: tuple[Line, Line], pairs: tuple[Array, Array], tables: Tables, noise: float, generator: np.random.Generator
) -> Iterator[Array]:
    """Yield every period of some matches without end, as the outcome of each: 4 state + 2 a + b, 0 is sharing.

    Parameters
    ----------
    pairs : for every match, the index of the automaton in either role.
    """
    states, size = len(tables.payoffs), len(pairs[0])
    one, other = (_drawn(li.start_to, li.start_below, p, generator) for li, p in zip(lines, pairs, strict=True))
    following = np.cumsum(tables.next.reshape(-1, states), axis=1)
    # Divided by its end, which is then 1: a state that cannot follow is not reached by rounding either.
    following = (following / following[:, -1:])[:, :-1]
    state = np.full(size, tables.start)
    while True:
        a, b = lines[0].action[one * states + state], lines[1].action[other * states + state]
        if noise:
            a, b = np.stack((a, b)) ^ (generator.random((2, size)) < noise)
        outcome = (state * 2 + a) * 2 + b
        yield outcome
        one = _drawn(lines[0].to, lines[0].below, one * (4 * states) + outcome, generator)
        other = _drawn(lines[1].to, lines[1].below, other * (4 * states) + outcome, generator)
        if states > 1:
            state = (generator.random(size)[:, None] >= following[outcome]).sum(axis=1)


def _drawn(to: Array, below: Array, rows: Array, generator: np.random.Generator) -> Array:
    if to.shape[1] == 1:
        return to[:, 0].take(rows)
    branch = (generator.random(len(rows))[:, None] >= below[rows]).sum(axis=1)
    return to[rows, branch]


def played(
    lines: tuple[Line, Line], pairs: tuple[Array, Array], tables: Tables, noise: float, weights: Array,
    generator: np.random.Generator, tick: Callable[[int], object] = int,
) -> Played:  # fmt: skip
    """Return what some matches come to, ``weights[period, role]`` being the weight of a period (columns sum to 1).

    ``tick`` is told how many more matches are done.
    """
    states, size = len(tables.payoffs), len(pairs[0])
    share = 1 - np.stack(np.divmod(np.arange(4 * states) % 4, 2), axis=1)
    worth = np.concatenate([tables.payoffs.reshape(-1, 2), share], axis=1)
    totals = np.zeros((size, 4))
    for block in (slice(k, k + AT_ONCE) for k in range(0, size, AT_ONCE)):
        total, matches = totals[block], (pairs[0][block], pairs[1][block])
        periods = islice(turns(lines, matches, tables, noise, generator), len(weights))
        for weight, outcome in zip(weights, periods, strict=True):
            total += (worth * np.tile(weight, 2)).take(outcome, axis=0)
        tick(len(total))
    return Played(totals[:, :2], totals[:, 2:])
