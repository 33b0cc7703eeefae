"""Bounds on what n players reach without money: a set that holds every equilibrium payoff, and payoffs that are some.

With public randomisation the equilibrium payoffs are the largest family of convex sets with V = B(V),

    B(W)(s) = co U_a { v = (1-delta) g(s,a) + delta sum_s' q w(s') : w(s') in W(s'), v_i >= c_i(s,a) },

c_i the value of i's best deviation when min W_i follows.

*Outer*: W is kept as half-spaces { w : d_l . w <= c_l(s) } for fixed directions d_l; starting from all that is feasible
and replacing c_l(s) by the support of B(W) keeps every equilibrium payoff inside, whenever one stops. *Inner*: an
automaton that is checked in rationals (``inner_bounds``); the exact values of its nodes are the inner bound. Then the
outer one is found again with the normals of the inner one's sides among its directions. Neither is the set; the gap
between them is told.

References: Judd, Yeltekin & Conklin, Econometrica 71 (2003); Yeltekin, Cai & Judd, Operations Research 65 (2017), for
several states.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import ConvexHull

from games.errors import refuse
from games.stochastic import StochasticGame
from solver.repeated.generated_points import OUTWARD, Ready, farthest
from solver.repeated.inner_bounds import STEP, gaps, inner_automaton, values_in
from solver.results import rounded_up
from solver.results.repeated import Automaton, BoundState, HalfSpace, PayoffBounds
from solver.tables import game_table

Floats = NDArray[np.float64]
MOST_ROUNDS = 400
SETTLED = 1e-7
ALL_SIGNS = 3
"""Up to so many players every direction of signs is tried: 26 of them for three."""
MOST_NORMALS = 60
FLAT = 1e-7
"""A width below which points lie in a plane, in units of the largest payoff."""
NOTHING = "no equilibrium in pure strategies: the outer bound is empty"
NO_INNER = "no set was found that sustains itself: nothing is certain from inside"


def payoff_bounds(
    game: StochasticGame, discount: tuple[Fraction, ...], title: str = "", start: int = 0,
    max_rounds: int = MOST_ROUNDS,
) -> PayoffBounds:  # fmt: skip
    """Return an inner and an outer bound on the equilibrium payoffs of any number of players and states.

    Raises
    ------
    ScenarioError : a discount factor outside [0, 1).
    """
    for player, delta in zip(game.players, discount, strict=True):
        if not 0 <= delta < 1:
            raise refuse("--delta", f"{delta} for '{player}' is not in [0, 1)", "0 or more and below 1")
    table = game_table(game)
    scale = max(float(np.abs(table.payoffs).max()), 1e-300)
    ready = Ready(table, np.array([float(d) for d in discount]), directions(len(game.players)), scale)
    levels, rounds, converged = _outer(ready, _everything(ready), max_rounds)
    notes: tuple[str, ...] = ()
    plan: Automaton | None = None
    if levels is None:
        states = tuple(BoundState(s, (), (), Fraction(0)) for s in game.states)
        notes = (NOTHING,)
    else:
        plan = inner_automaton(game, discount, ready, levels, max_rounds)
        if plan is not None and converged:
            ready, levels, rounds, converged = _sharpened(game, ready, levels, plan, rounds, max_rounds)
        notes = () if plan else (NO_INNER,)
        states = tuple(_state(game, ready, levels, plan, s) for s in range(len(game.states)))
    told = _proof(states, plan is not None or levels is None, converged, rounds)
    return PayoffBounds(
        title, game.players, dict(zip(game.players, discount, strict=True)), game.states[start], states, None, rounds,
        converged, told, notes,
    )  # fmt: skip


def _proof(states: tuple[BoundState, ...], inside: bool, converged: bool, rounds: int) -> str:
    """Return how far the bounds are apart; none where only the outer one was found, or is not at rest."""
    if not converged:
        return f"none: cut off after {rounds} rounds; the bounds still hold"
    if not inside:
        return "none: only the outer bound was found, within 1e-9"
    gap = max(float(state.gap) for state in states)
    return f"within {rounded_up(max(gap, OUTWARD))}: inner points exact, outer bound within 1e-9"


def directions(players: int) -> Floats:
    """Return the directions in which bounds are found: all signs for few players, else axes, pairs and the sum."""
    if players <= ALL_SIGNS:
        return np.array([d for d in product((-1.0, 0.0, 1.0), repeat=players) if any(d)])
    axes = np.eye(players)
    pairs = [axes[i] + axes[j] for i in range(players) for j in range(i)]
    ones = np.ones((1, players))
    return np.concatenate([axes, -axes, ones, -ones, np.array(pairs), ones - 2 * axes, 2 * axes - ones])


def _everything(ready: Ready) -> Floats:
    """Return the levels of a box that holds all payoffs."""
    low, high, d = ready.table.payoffs.min(axis=1), ready.table.payoffs.max(axis=1), ready.directions
    return np.tile(np.maximum(d * low, d * high).sum(axis=1), (len(ready.table.shape), 1))


def _sharpened(
    game: StochasticGame, ready: Ready, levels: Floats, plan: Automaton, rounds: int, max_rounds: int
) -> tuple[Ready, Floats, int, bool]:
    """Return the outer bound with the normals of the inner one's sides among its directions, if these are apart."""
    points = [values_in(plan, state) for state in game.states]
    if max(gaps(ready, levels, points)) <= STEP * ready.scale:
        return ready, levels, rounds, True
    normals = [n for own in points for n in _normals(own, FLAT * ready.scale)]
    more = replace(ready, directions=np.unique(np.round([*ready.directions, *normals], 12), axis=0))
    start = np.minimum.reduce([_everything(more), _reach(ready, levels, more.directions)])
    found, more_rounds, converged = _outer(more, start, max_rounds)
    return (ready, levels, rounds, True) if found is None else (more, found, rounds + more_rounds, converged)


def _reach(ready: Ready, levels: Floats, wanted: Floats) -> Floats:
    """Return the supports of an outer bound in other directions."""
    out = []
    for own in levels:
        limit = own + OUTWARD * ready.scale
        best = farthest(-wanted, sparse.csr_matrix(ready.directions), limit, None, wanted.shape[1])
        out.append(
            np.full(len(wanted), np.inf) if best is None else (wanted * best).sum(axis=1) + OUTWARD * ready.scale
        )
    return np.array(out)


def _normals(points: Floats, flat: float) -> list[Floats]:
    """Return the outward unit normals of the sides of a hull; where it is flat, both ways across it too."""
    middle = points.mean(axis=0)
    _, widths, axes = np.linalg.svd(points - middle)
    rank = int((widths > flat).sum())
    out = [sign * axis for axis in axes[rank:] for sign in (1.0, -1.0)]
    if rank == 1:
        out += [axes[0], -axes[0]]
    if rank > 1:
        sides = ConvexHull((points - middle) @ axes[:rank].T).equations
        out += [side[:-1] @ axes[:rank] for side in sides[:MOST_NORMALS]]
    return out


def _outer(ready: Ready, levels: Floats, max_rounds: int) -> tuple[Floats | None, int, bool]:
    """Return the levels by state and direction (None: empty), the rounds taken, and whether nothing moves any more."""
    d, states, players = ready.directions, len(ready.table.shape), len(ready.discount)
    alive = np.ones(ready.table.payoffs.shape[1], bool)
    down = [int(np.flatnonzero((d == -np.eye(players)[i]).all(axis=1))[0]) for i in range(players)]
    for rounds in range(1, max_rounds + 1):
        deviations = ready.deviations(-levels[:, down].T)
        found = np.full((states, len(d)), -np.inf)
        for k in np.flatnonzero(alive):
            best = _supports(ready, levels, int(k), deviations[:, k])
            if best is None:
                alive[k] = False
            else:
                found[ready.table.state[k]] = np.maximum(found[ready.table.state[k]], best)
        if np.isinf(found).any():
            # A state with nothing left makes every row that may lead there impossible, and so all of them in the end.
            return None, rounds, True
        found = np.minimum(levels, found + OUTWARD * ready.scale)
        moved, levels = float(np.abs(levels - found).max()), found
        if moved <= SETTLED * ready.scale:
            return levels, rounds, True
    return levels, max_rounds, False


def _supports(ready: Ready, levels: Floats, row: int, deviations: Floats) -> Floats | None:
    """Return the support, in every direction, of what a row generates from the outer set; None if nothing."""
    d, players = ready.directions, len(ready.discount)
    reached, chance = ready.next(row)
    now = (1 - ready.discount) * ready.table.payoffs[:, row]
    inside = sparse.csr_matrix(np.kron(np.eye(len(reached)), d))
    ahead = sparse.hstack([sparse.diags(ready.discount * q) for q in chance])
    block = sparse.vstack([inside, -ahead])
    limit = np.concatenate([levels[reached].ravel(), now - deviations + OUTWARD * ready.scale])
    best = farthest(-(d @ ahead.toarray()), block, limit, None, len(reached) * players)
    return None if best is None else d @ now + np.einsum("lj,lj->l", d @ ahead.toarray(), best)


def _state(game: StochasticGame, ready: Ready, levels: Floats, plan: Automaton | None, s: int) -> BoundState:
    outer = tuple(
        HalfSpace(tuple(Fraction(x) for x in d), float(level))
        for d, level in zip(ready.directions, levels[s], strict=True)
    )
    if plan is None:
        return BoundState(game.states[s], (), outer, float("inf"))
    inner = tuple(tuple(node.values.values()) for node in plan.nodes if node.state == game.states[s])
    (gap,) = gaps(ready, levels[[s]], [values_in(plan, game.states[s])])
    return BoundState(game.states[s], tuple(dict.fromkeys(inner)), outer, gap)
