"""Bounds on what n players reach without money: a set that holds every equilibrium payoff, and payoffs that are some.

With public randomisation the equilibrium payoffs are the largest family of convex sets with V = B(V),

    B(W)(s) = co U_a { v = (1-delta) g(s,a) + delta sum_s' q w(s') : w(s') in W(s'), v_i >= c_i(s,a) },

c_i the value of i's best deviation when min W_i follows.

*Outer*: W is kept as half-spaces { w : d_l . w <= c_l(s) } for fixed directions d_l; starting from all that is feasible
and replacing c_l(s) by the support of B(W) keeps every equilibrium payoff inside, whenever one stops. *Inner*: from the
points that B generates in the same directions, what they generate again, until they generate themselves; then an
automaton is built from them and checked in rationals, and the exact values of its nodes are the inner bound. Neither
is the set; the gap between them is told.

References: Judd, Yeltekin & Conklin, Econometrica 71 (2003); Yeltekin, Cai & Judd, Operations Research 65 (2017), for
several states.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from games.errors import refuse
from games.stochastic import StochasticGame
from solver.repeated.automata import checked
from solver.results.repeated import Automaton, BoundState, HalfSpace, Node, PayoffBounds
from solver.tables import GameTable, game_table

Floats = NDArray[np.float64]
MOST_ROUNDS = 400
SETTLED = 1e-7
OUTWARD = 1e-9
"""Added to every level, in units of the largest payoff: what the floats of a linear programme may be off by."""
INWARD = 1e-7
"""By how much the incentives of the inner bound are tightened, so that rounding its lotteries cannot break them."""
DIGITS, SIMPLE = 10**12, 1000
TILT = 0.02
ALL_SIGNS = 3
"""Up to so many players every direction of signs is tried: 26 of them for three."""
NOTHING = "no equilibrium in pure strategies: the outer bound is empty"
NO_INNER = "no set was found that sustains itself: nothing is certain from inside"


@dataclass(frozen=True, eq=False)
class _Ready:
    """A game in floats with its discount factors, directions (one a row) and scale."""

    table: GameTable
    discount: Floats
    directions: Floats
    scale: float


@dataclass(frozen=True, eq=False)
class _Inner:
    """Points by state, each with the row that generates it and the chances of the points that follow."""

    points: list[Floats]
    rows: list[NDArray[np.intp]]
    lotteries: list[list[dict[int, Floats]]]


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
    ready = _Ready(table, np.array([float(d) for d in discount]), directions(len(game.players)), scale)
    levels, rounds, converged = _outer(ready, max_rounds)
    notes: tuple[str, ...] = ()
    plan: Automaton | None = None
    if levels is None:
        states = tuple(BoundState(s, (), (), Fraction(0)) for s in game.states)
        notes = (NOTHING,)
    else:
        # Without a margin where the incentives allow it (points, segments), else with one that rounding cannot eat up.
        plan = _verified(game, discount, ready, _inner(ready, levels, max_rounds, 0.0))
        if plan is None:
            plan = _verified(game, discount, ready, _inner(ready, levels, max_rounds, INWARD))
        if plan is None:
            plan = _verified(game, discount, ready, _stage_equilibria(ready))
        notes = () if plan else (NO_INNER,)
        states = tuple(_state(game, ready, levels, plan, s) for s in range(len(game.states)))
    proof = "inner exact, outer within 1e-9" if plan or levels is None else "outer within 1e-9"
    told = (
        f"within {OUTWARD:g}: {proof}" if converged else f"none: cut off after {rounds} rounds; the bounds still hold"
    )
    return PayoffBounds(
        title, game.players, dict(zip(game.players, discount, strict=True)), game.states[start], states, None, rounds,
        converged, told, notes,
    )  # fmt: skip


def directions(players: int) -> Floats:
    """Return the directions in which bounds are found: all signs for few players, else axes, pairs and the sum."""
    if players <= ALL_SIGNS:
        return np.array([d for d in product((-1.0, 0.0, 1.0), repeat=players) if any(d)])
    axes = np.eye(players)
    pairs = [axes[i] + axes[j] for i in range(players) for j in range(i)]
    ones = np.ones((1, players))
    return np.concatenate([axes, -axes, ones, -ones, np.array(pairs), ones - 2 * axes, 2 * axes - ones])


def _deviations(ready: _Ready, worst: Floats) -> Floats:
    """Return what i's best deviation from every row is worth if ``worst[i, s']`` follows."""
    out = np.empty_like(ready.table.payoffs)
    for i, delta in enumerate(ready.discount):
        out[i] = ready.table.best(i, ready.table.worth(ready.table.payoffs[i], delta, worst[i]))
    return out


def _outer(ready: _Ready, max_rounds: int) -> tuple[Floats | None, int, bool]:
    """Return the levels by state and direction (None: empty), the rounds taken, and whether nothing moves any more."""
    d, states, players = ready.directions, len(ready.table.shape), len(ready.discount)
    low, high = ready.table.payoffs.min(axis=1), ready.table.payoffs.max(axis=1)
    levels = np.tile(np.maximum(d * low, d * high).sum(axis=1), (states, 1))
    alive = np.ones(ready.table.payoffs.shape[1], bool)
    down = [int(np.flatnonzero((d == -np.eye(players)[i]).all(axis=1))[0]) for i in range(players)]
    for rounds in range(1, max_rounds + 1):
        deviations = _deviations(ready, -levels[:, down].T)
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


def _next(ready: _Ready, row: int) -> tuple[NDArray[np.intp], Floats]:
    following = ready.table.next[row]
    return following.indices.astype(np.intp), following.data


def _supports(ready: _Ready, levels: Floats, row: int, deviations: Floats) -> Floats | None:
    """Return the support, in every direction, of what a row generates from the outer set; None if nothing."""
    d, players = ready.directions, len(ready.discount)
    reached, chance = _next(ready, row)
    now = (1 - ready.discount) * ready.table.payoffs[:, row]
    inside = sparse.csr_matrix(np.kron(np.eye(len(reached)), d))
    ahead = sparse.hstack([sparse.diags(ready.discount * q) for q in chance])
    block = sparse.vstack([inside, -ahead])
    limit = np.concatenate([levels[reached].ravel(), now - deviations + OUTWARD * ready.scale])
    best = _stacked(-(d @ ahead.toarray()), block, limit, None, len(reached) * players)
    return None if best is None else d @ now + np.einsum("lj,lj->l", d @ ahead.toarray(), best)


def _stacked(costs: Floats, block: Any, limit: Floats, equal: Any, width: int) -> Floats | None:
    """Return the minimisers of several costs over one polytope, solved as one separable programme; None if empty."""
    bounds = (None, None) if equal is None else (0, None)
    if linprog(np.zeros(width), block, limit, *(equal or (None, None)), bounds).status == 2:
        return None
    count = len(costs)
    matrix = sparse.kron(sparse.eye(count), block, format="csr")
    sides: tuple[Any, Any] = (None, None)
    if equal is not None:
        sides = (sparse.kron(sparse.eye(count), equal[0], format="csr"), np.tile(equal[1], count))
    found = linprog(costs.ravel(), matrix, np.tile(limit, count), *sides, bounds)
    return None if found.x is None else np.asarray(found.x).reshape(count, width)


def _inner(ready: _Ready, levels: Floats, max_rounds: int, margin: float) -> _Inner | None:
    """Return points that generate themselves, or None: those generated in all directions, again and again."""
    states = len(ready.table.shape)
    # Tilted at random (but always the same way), each direction has one farthest point, so that points settle.
    d = ready.directions + TILT * np.random.default_rng(0).standard_normal(ready.directions.shape)
    ready = replace(ready, directions=d)
    points: list[Floats] = [_corners(ready, levels, s) for s in range(states)]
    for _ in range(max_rounds):
        worst = np.array([[own[:, i].min() for own in points] for i in range(len(ready.discount))])
        deviations = _deviations(ready, worst) + (margin or -OUTWARD) * ready.scale * (ready.discount > 0)[:, None]
        found: list[list[Any]] = [[None] * len(d) for _ in range(states)]
        for k in range(ready.table.payoffs.shape[1]):
            s = int(ready.table.state[k])
            made = _generated(ready, points, k, deviations[:, k])
            for l, one in enumerate(made or ()):  # noqa: E741
                if found[s][l] is None or d[l] @ one[0] > d[l] @ found[s][l][0] + 1e-12 * ready.scale:
                    found[s][l] = (*one, k)
        if any(one is None for own in found for one in own):
            return None
        fresh = [_distinct(own, ready.scale) for own in found]
        new = [np.array([one[0] for one in own]) for own in fresh]
        if all(_moved(d, a, b) <= 0.01 * INWARD * ready.scale for a, b in zip(points, new, strict=True)):
            nearest = [
                np.abs(a[:, None] - b[None]).max(axis=2).argmin(axis=1) for a, b in zip(points, new, strict=True)
            ]
            lotteries = [
                [{t: _moved_to(x, nearest[t], len(new[t])) for t, x in one[1].items()} for one in own] for own in fresh
            ]
            return _Inner(new, [np.array([one[2] for one in own]) for own in fresh], lotteries)
        points = new
    return None


def _stage_equilibria(ready: _Ready) -> _Inner | None:
    """Return the pure equilibria of the stage game, each repeated for ever (one state)."""
    table = ready.table
    best = np.array([table.best(i, own) for i, own in enumerate(table.payoffs)])
    rows = np.flatnonzero((best == table.payoffs).all(axis=0))
    if len(table.shape) > 1 or not len(rows):
        return None
    return _Inner([table.payoffs[:, rows].T], [rows], [[{0: one} for one in np.eye(len(rows))]])


def _moved_to(shares: Floats, where: NDArray[np.intp], size: int) -> Floats:
    """Return a lottery over old points as one over the new points that they have become."""
    out = np.zeros(size)
    np.add.at(out, where, shares)
    return out


def _moved(d: Floats, one: Floats, other: Floats) -> float:
    return float(np.abs((d @ one.T).max(axis=1) - (d @ other.T).max(axis=1)).max())


def _corners(ready: _Ready, levels: Floats, s: int) -> Floats:
    """Return points of the outer set in every direction."""
    d = ready.directions
    found = _stacked(-d, sparse.csr_matrix(d), levels[s] + OUTWARD * ready.scale, None, d.shape[1])
    return ready.table.payoffs.T if found is None else found


def _distinct(own: list[Any], scale: float) -> list[Any]:
    kept: list[Any] = []
    for one in own:
        if all(np.abs(one[0] - other[0]).max() > 1e-11 * scale for other in kept):
            kept.append(one)
    return kept


def _generated(
    ready: _Ready, points: list[Floats], row: int, deviations: Floats
) -> list[tuple[Floats, dict[int, Floats]]] | None:
    """Return, by direction, the farthest payoff that a row generates from the points, with its lotteries."""
    d = ready.directions
    reached, chance = _next(ready, row)
    now = (1 - ready.discount) * ready.table.payoffs[:, row]
    ahead = np.hstack([(ready.discount[:, None] * q) * points[t].T for t, q in zip(reached, chance, strict=True)])
    sizes = [len(points[t]) for t in reached]
    sums = sparse.csr_matrix(np.repeat(np.eye(len(sizes)), sizes, axis=1))
    equal = (sums, np.ones(len(sizes)))
    best = _stacked(-(d @ ahead), sparse.csr_matrix(-ahead), now - deviations, equal, sum(sizes))
    if best is None:
        return None
    cuts = np.cumsum(sizes)[:-1]
    return [(now + ahead @ x, {int(t): own for t, own in zip(reached, np.split(x, cuts), strict=True)}) for x in best]


def _verified(
    game: StochasticGame, discount: tuple[Fraction, ...], ready: _Ready, inner: _Inner | None
) -> Automaton | None:
    """Return the points as an automaton whose deviations were all tried in rationals; None if one gains."""
    if inner is None:
        return None
    names = [[f"{s}.{k}" for k in range(len(own))] for s, own in enumerate(inner.points)]
    nodes = []
    for s, state in enumerate(game.states):
        breach = {
            player: {
                game.states[t]: {names[t][int(np.argmin(own[:, i]))]: Fraction(1)} for t, own in enumerate(inner.points)
            }
            for i, player in enumerate(game.players)
        }
        for k in range(len(inner.rows[s])):
            chosen = game.stages[s].named(ready.table.profile(int(inner.rows[s][k])))
            profile = dict(zip(game.players, chosen, strict=True))
            follow = {game.states[t]: _rounded(x, names[t]) for t, x in inner.lotteries[s][k].items()}
            nodes.append(Node(names[s][k], state, {}, profile, {}, follow, breach, {}))
    found = checked(game, discount, {nodes[0].name: Fraction(1)}, nodes)
    return found if found is not None and found.slack >= 0 else None


def _rounded(shares: Floats, names: list[str]) -> dict[str, Fraction]:
    kept = [max(Fraction(float(share)).limit_denominator(SIMPLE), Fraction(0)) for share in shares]
    if max(abs(float(k) - float(share)) for k, share in zip(kept, shares, strict=True)) > 1e-9:
        kept = [Fraction(max(round(float(share) * DIGITS), 0), DIGITS) for share in shares]
    total = sum(kept)
    return {name: share / total for name, share in zip(names, kept, strict=True) if share}


def _state(game: StochasticGame, ready: _Ready, levels: Floats, plan: Automaton | None, s: int) -> BoundState:
    outer = tuple(
        HalfSpace(tuple(Fraction(x) for x in d), float(level))
        for d, level in zip(ready.directions, levels[s], strict=True)
    )
    inner = tuple(tuple(node.values.values()) for node in (plan.nodes if plan else ()) if node.state == game.states[s])
    if not inner:
        return BoundState(game.states[s], (), outer, float("inf"))
    points = np.array([[float(x) for x in v] for v in inner])
    reach = (ready.directions @ points.T).max(axis=1)
    gap = float(((levels[s] - reach) / np.linalg.norm(ready.directions, axis=1)).max())
    return BoundState(game.states[s], tuple(dict.fromkeys(inner)), outer, gap)
