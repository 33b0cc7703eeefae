"""The best relational contract: elimination of joint actions that no payments can keep up (``model.md`` section 5).

With unlimited voluntary payments between risk-neutral players, perfect monitoring and one discount factor delta,

    U(s)    = max over allowed a of (1-delta) G(s,a) + delta E[U | s,a],                 G the sum of the payoffs
    v_i(s)  = min over allowed a of c_i(s,a),
    c_i(s,a) = max_d { (1-delta) g_i(s,(d,a_-i)) + delta E[v_i | s,(d,a_-i)] }           i's best deviation

and a stays allowed iff (1-delta) G(s,a) + delta E[U | s,a] >= sum_i c_i(s,a). What is left when nothing goes any more
is everything that equilibrium can play; if a state has nothing left there is no equilibrium in pure strategies.
Bellman equations are solved by policy iteration, linear systems only, so that patience near 1 costs nothing.

One code for floats and rationals: floats for large games, rationals to decide.

References: Goldluecke & Kranz, Journal of Economic Theory 147 (2012), for one state, and Economic Theory 66 (2018), for
several; Hoffman & Karp, Management Science 12 (1966), for policy iteration in games.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg

from solver.exact import EXACT, Array
from solver.tables import GameTable, Ints

TOLERANCE = 1e-10
"""In floats, of the largest payoff: what may be missing where rationals would find equality."""
MAX_ROUNDS = 10_000
DENSE = 60
"""States up to which a full matrix is solved faster than a sparse one."""


@dataclass(frozen=True, eq=False)
class ContractSolution:
    """What the elimination leaves.

    ``joint[s]`` and ``punishment[i, s]`` are U and v_i; ``play[s]`` and ``punish[i, s]`` the rows of the table that
    reach them; ``allowed`` marks the rows that are left. ``exists`` False: some state has none; ``converged`` False:
    the elimination was cut off after ``rounds``.
    """

    exists: bool
    joint: Array
    punishment: Array
    play: Ints
    punish: Ints
    allowed: NDArray[np.bool_]
    rounds: int
    converged: bool


@dataclass(frozen=True, eq=False)
class _Bellman:
    """A table with its discount factor, and what is compared up to which tolerance."""

    table: GameTable
    delta: Any
    tolerance: Any

    def values(self, payoffs: Array, rows: Ints) -> Array:
        """Return the values of playing one row per state for ever."""
        following = self.table.next[rows]
        size, weighted = len(rows), payoffs[rows] * (1 - self.delta)
        if self.table.arithmetic.exact:
            system = self.table.arithmetic.eye(size) - self.delta * following
            return EXACT.solve(system, weighted[:, None])[:, 0]
        if size <= DENSE:
            return np.asarray(np.linalg.solve(np.eye(size) - self.delta * following.toarray(), weighted))
        system = sparse.identity(size, format="csc") - self.delta * following.tocsc()
        return np.asarray(linalg.spsolve(system, weighted))

    def ahead(self, payoffs: Array, values: Array) -> Array:
        """Return for every row what it is worth if ``values`` follow."""
        return self.table.worth(payoffs, self.delta, values)

    def improved(self, amounts: Array, current: Ints, rows: Ints, starts: Ints) -> Ints | None:
        """Return the policy with a better row where there is one among ``rows`` (of each state), or None."""
        best = np.maximum.reduceat(amounts[rows], starts)
        better = np.flatnonzero(best > amounts[current] + self.tolerance)
        if not len(better):
            return None
        out, ends = current.copy(), np.append(starts[1:], len(rows))
        for s in better:
            segment = rows[starts[s] : ends[s]]
            out[s] = segment[np.argmax(amounts[segment])]
        return out


def solve_contract(table: GameTable, delta: Any, max_rounds: int = MAX_ROUNDS) -> ContractSolution:
    """Return the best relational contract of a game in the arithmetic of its table.

    Parameters
    ----------
    delta : the common discount factor in [0, 1), a number of that arithmetic.
    """
    joint_payoffs = table.payoffs.sum(axis=0)
    scale = _tolerance(table)
    bellman = _Bellman(table, delta, scale)
    players, states = len(table.payoffs), len(table.shape)
    allowed = np.ones(table.payoffs.shape[1], dtype=bool)
    play, punish = table.first[:-1].copy(), np.tile(table.first[:-1], (players, 1))
    joint, values = table.arithmetic.zeros(states), table.arithmetic.zeros(players, states)
    for rounds in range(1, max_rounds + 1):
        rows = np.flatnonzero(allowed)
        starts = np.searchsorted(table.state[rows], np.arange(states))
        if len(np.unique(table.state[rows])) < states:
            return ContractSolution(False, joint, values, play, punish, allowed, rounds, True)
        joint, play = _best_play(bellman, joint_payoffs, _within(play, rows, starts, allowed), rows, starts)
        tempted = table.arithmetic.zeros(len(allowed))
        for i in range(players):
            first = _within(punish[i], rows, starts, allowed)
            values[i], punish[i], best = _punishment(bellman, i, first, rows, starts)
            tempted = tempted + best
        short = bellman.ahead(joint_payoffs, joint) < tempted - scale * players
        if not (allowed & short).any():
            return ContractSolution(True, joint, values, play, punish, allowed, rounds, True)
        allowed = allowed & ~short
    return ContractSolution(True, joint, values, play, punish, allowed, max_rounds, False)


def _within(policy: Ints, rows: Ints, starts: Ints, allowed: NDArray[np.bool_]) -> Ints:
    """Return a policy that plays allowed rows only: the old one where it still may."""
    return np.where(allowed[policy], policy, rows[starts])


def _best_play(bellman: _Bellman, payoffs: Array, play: Ints, rows: Ints, starts: Ints) -> tuple[Array, Ints]:
    """Return the largest joint values and the policy that reaches them."""
    while True:
        values = bellman.values(payoffs, play)
        better = bellman.improved(bellman.ahead(payoffs, values), play, rows, starts)
        if better is None:
            return values, play
        play = better


def _punishment(bellman: _Bellman, i: int, punish: Ints, rows: Ints, starts: Ints) -> tuple[Array, Ints, Array]:
    """Return v_i, the punishing policy, and c_i for every row: the punishers improve against i's best replies."""
    table, reply = bellman.table, punish.copy()
    while True:
        values, reply = _best_replies(bellman, i, punish, reply)
        best = table.best(i, bellman.ahead(table.payoffs[i], values))
        better = bellman.improved(-best, punish, rows, starts)
        if better is None:
            return values, punish, best
        moved = better != punish
        punish, reply = better, np.where(moved, better, reply)


def _best_replies(bellman: _Bellman, i: int, punish: Ints, reply: Ints) -> tuple[Array, Ints]:
    """Return i's values and best replies (as rows) when the others play ``punish`` for ever."""
    (order, starts), group = bellman.table.groups[i], bellman.table.group[i][punish]
    ends = np.append(starts[1:], len(order))
    rows = np.concatenate([order[starts[g] : ends[g]] for g in group])
    firsts = np.concatenate([[0], np.cumsum(ends[group] - starts[group])[:-1]]).astype(np.intp)
    payoffs = bellman.table.payoffs[i]
    while True:
        values = bellman.values(payoffs, reply)
        better = bellman.improved(bellman.ahead(payoffs, values), reply, rows, firsts)
        if better is None:
            return values, reply
        reply = better


def values_of(table: GameTable, delta: Any, payoffs: Array, rows: Ints) -> Array:
    """Return the values of playing one row in each state for ever."""
    return _Bellman(table, delta, 0).values(payoffs, rows)


def punished_values(table: GameTable, delta: Any, player: int, punish: Ints) -> Array:
    """Return a player's values when the others play one row in each state for ever and it replies best."""
    return _best_replies(_Bellman(table, delta, _tolerance(table)), player, punish, punish.copy())[0]


def _tolerance(table: GameTable) -> Any:
    return 0 if table.arithmetic.exact else TOLERANCE * max(float(np.abs(table.payoffs).max()), 1e-300)
