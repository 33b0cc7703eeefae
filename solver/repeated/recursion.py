"""One step of the recursion that equilibrium payoffs obey (two players, pure actions, public randomisation).

A family of convex sets W(s), one a state, is mapped to B(W). With the threats u_i(s) = min W_i(s),

    level_i(s, a) = max_d (1-delta_i) g_i(s, (d, a_-i)) + delta_i sum_s' q(s' | s, (d, a_-i)) u_i(s')
    piece(s, a)   = { (1-delta) g(s, a) + delta sum_s' q(s' | s, a) W(s') : v_i >= level_i(s, a) }
    act(s)        = co U_a piece(s, a)                                      payoffs at the action stage
    B(W)(s)       = { act(s) (+) T : v_i >= min act_i(s) }                  payoffs before payments

Sums of sets are Minkowski sums and delta acts on each coordinate. T = {((1-delta_1) t, -(1-delta_2) t) : |t| <= cap} is
what can be paid at the start of a period (cap 0: B = act); whoever refuses is answered by its worst act(s). B grows
with W and with the cap. Its largest fixed point is the family of equilibrium payoffs: W in B(W) is inside it
(self-generation), and B applied again and again to any larger family falls to it. Where one state's set is empty, so is
that of every state from which it may be reached, since its subgame has no equilibrium.

The numbers are those of the table (floats or rationals), or ``solver.repeated.duals`` over rationals.

References: Abreu, Pearce & Stacchetti, Econometrica 58 (1990); Goldluecke & Kranz, Journal of Economic Theory 147
(2012), for payments; Abreu, Brooks & Sannikov, Econometrica 88 (2020), for several states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np

from games.stochastic import StochasticGame
from solver.exact import Arithmetic, Array
from solver.repeated.polygons import Polygon, Vertex, above, add, clip, combine, hull, lowest, scale, translate
from solver.tables import GameTable, game_table

Sets = tuple[Polygon, ...]
Lottery = tuple[tuple[int, ...], tuple[Any, ...]]
"""The states that may come next and their probabilities, all positive."""


@dataclass(frozen=True, eq=False)
class Recursion:
    """A two-player game made ready: its table, the discount factors, and (1-delta_i) cap (None: no money)."""

    table: GameTable
    discount: Vertex
    payment: Vertex | None = None

    @cached_property
    def now(self) -> tuple[Array, Array]:
        """Return (1-delta_i) g_i for each player and row."""
        one, two = ((1 - d) * g for d, g in zip(self.discount, self.table.payoffs, strict=True))
        return one, two

    @cached_property
    def here(self) -> tuple[Vertex, ...]:
        """Return the same as a list of points."""
        return tuple(zip(self.now[0].tolist(), self.now[1].tolist(), strict=True))

    @cached_property
    def _drawn(self) -> tuple[tuple[Lottery, ...], tuple[int, ...]]:
        known: dict[Lottery, int] = {}
        drawn = [known.setdefault(row, len(known)) for row in map(self._row, range(len(self.table.state)))]
        return tuple(known), tuple(drawn)

    def _row(self, row: int) -> Lottery:
        if self.table.arithmetic.exact:
            probabilities = dict(enumerate(self.table.next[row]))
        else:
            first, last = self.table.next.indptr[row : row + 2]
            columns, values = self.table.next.indices[first:last], self.table.next.data[first:last]
            probabilities = {int(s): float(p) for s, p in zip(columns, values, strict=True)}
        kept = {s: p for s, p in sorted(probabilities.items()) if p > 0}
        return tuple(kept), tuple(kept.values())

    @property
    def lotteries(self) -> tuple[Lottery, ...]:
        """Return the different rows of transition probabilities."""
        return self._drawn[0]

    @property
    def lottery(self) -> tuple[int, ...]:
        """Return for each row which of ``lotteries`` follows it."""
        return self._drawn[1]


@dataclass(frozen=True)
class Generated:
    """B(W) and what it was made from: the levels of each player by row, the pieces by row, and act by state."""

    levels: tuple[Sequence[Any], Sequence[Any]]
    pieces: Mapping[int, Polygon]
    act: Sets
    sets: Sets


def recursion(game: StochasticGame, discount: Sequence[Fraction], cap: Fraction, arithmetic: Arithmetic) -> Recursion:
    """Return a game made ready over floats or rationals."""
    first, second = (arithmetic.number(d) for d in discount)
    money = arithmetic.number(cap)
    payment = ((1 - first) * money, (1 - second) * money) if cap else None
    return Recursion(game_table(game, arithmetic), (first, second), payment)


def generate(ready: Recursion, sets: Sets, rows: Sequence[int], tolerance: Any = 0) -> Generated:
    """Return B(W) over the given rows; the sets of all states that they lead to must not be empty."""
    levels = _levels(ready, sets)
    after: dict[int, Polygon] = {}
    pieces = {}
    for row in rows:
        draw = ready.lottery[row]
        if draw not in after:
            states, probabilities = ready.lotteries[draw]
            after[draw] = scale(combine(probabilities, [sets[s] for s in states]), ready.discount)
        moved = translate(after[draw], ready.here[row])
        pieces[row] = above(above(moved, 0, levels[0][row], tolerance), 1, levels[1][row], tolerance)
    by_state: list[list[Polygon]] = [[] for _ in sets]
    for row, piece in pieces.items():
        by_state[ready.table.state[row]].append(piece)
    # The hull's tolerance eats into the set at every step, so it is far below the one that keeps boundary points.
    fine = tolerance / 100 if tolerance else 0
    act = tuple(hull(chain.from_iterable(found), fine) for found in by_state)
    return Generated(levels, pieces, act, tuple(paid(p, ready.payment, tolerance, fine) for p in act))


def _levels(ready: Recursion, sets: Sets) -> tuple[list[Any], list[Any]]:
    """Return what each player can secure by its best deviation at every row."""
    out = []
    for i in (0, 1):
        worst = [lowest(p)[i] if p else 0 for p in sets]
        later = [ready.discount[i] * sum(q * worst[s] for s, q in zip(*draw, strict=True)) for draw in ready.lotteries]
        amounts = ready.now[i] + np.array([later[k] for k in ready.lottery], dtype=ready.now[i].dtype)
        out.append(ready.table.best(i, amounts).tolist())
    return out[0], out[1]


def paid(act: Polygon, payment: Vertex | None, tolerance: Any = 0, fine: Any = 0) -> Polygon:
    """Return the payoffs before payments from those at the action stage."""
    if not act or payment is None:
        return act
    first, second = payment
    spread = add(act, ((-first, second), (first, -second)))
    low = lowest(act)
    return hull(above(above(spread, 0, low[0], tolerance), 1, low[1], tolerance), fine)


def without_the_doomed(ready: Recursion, sets: Sets) -> Sets:
    """Return the sets with those of every state emptied from which an empty one may be reached."""
    empty = ready.table.leading_to({s for s, p in enumerate(sets) if not p})
    return tuple(() if s in empty else p for s, p in enumerate(sets))


def everything(ready: Recursion) -> Sets:
    """Return sets that contain every equilibrium payoff, the same in all states.

    Nobody gets less than its least payoff (in a single state, than its pure minmax), since it may refuse every payment,
    nor more than its largest plus the cap; with one discount factor payments cancel in the joint value.
    """
    one, two = (g.tolist() for g in ready.table.payoffs)
    caps = [p / (1 - d) for p, d in zip(ready.payment or (0, 0), ready.discount, strict=True)]
    # A single state's pure minmax bounds what its player gets for ever; with several states it does not.
    floor = [ready.table.best(i, g) if len(ready.table.shape) == 1 else g for i, g in enumerate(ready.table.payoffs)]
    low, high = (min(floor[0].tolist()), min(floor[1].tolist())), (max(one) + caps[0], max(two) + caps[1])
    box = hull([low, (high[0], low[1]), high, (low[0], high[1])])
    if ready.discount[0] == ready.discount[1]:
        box = hull(clip(box, (-1, -1), -max(a + b for a, b in zip(one, two, strict=True))))
    return (box,) * len(ready.table.shape)
