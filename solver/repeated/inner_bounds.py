"""Payoffs that n players reach for certain without money: automata that are found in floats and checked in rationals.

*Reversion.* A rule (what is played in each state, for ever) is kept up if nobody gains by a deviation that is answered
by the rule that is an equilibrium by itself and worst for the deviator. *From outside.* The points that B generates
(``bounds``) from the outer bound, then what these generate, until they generate themselves. *Growth.* To points that
generate themselves add what B generates from them, with incentives a little tighter than needed, so that rounding
cannot break them.

All are automata: a node for every point, with the lotteries over nodes that follow it; a deviation leads to the node
that is worst for the deviator. ``automata`` solves their values and tries every deviation in rationals.

References: Friedman 1971; Judd, Yeltekin & Conklin, Econometrica 71 (2003).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from games.stochastic import StochasticGame
from solver.repeated.automata import MAX_NODES, checked
from solver.results.repeated import Automaton, Node
from solver.tables import GameTable

Floats = NDArray[np.float64]
OUTWARD = 1e-9
"""In units of the largest payoff: what the floats of a linear programme may be off by."""
INWARD = 1e-7
"""By how much incentives are tightened, so that rounding the lotteries cannot break them."""
STEP = 1e-5
"""By how much a new point must lie further out."""
TIGHT = -1e-12
"""Incentives that hold with equality are tried first, then only those with room."""
DIGITS, SIMPLE = 10**12, 1000
TILT = 0.02
GROWTH = 12
MOST_RULES = 4_000


@dataclass(frozen=True, eq=False)
class Ready:
    """A game in floats with its discount factors, directions (one a row) and scale."""

    table: GameTable
    discount: Floats
    directions: Floats
    scale: float

    def deviations(self, worst: Floats) -> Floats:
        """Return what i's best deviation from every row is worth if ``worst[i, s']`` follows."""
        out = np.empty_like(self.table.payoffs)
        for i, delta in enumerate(self.discount):
            out[i] = self.table.best(i, self.table.worth(self.table.payoffs[i], delta, worst[i]))
        return out

    def next(self, row: int) -> tuple[NDArray[np.intp], Floats]:
        """Return the states that may follow a row, and their chances."""
        following = self.table.next[row]
        return following.indices.astype(np.intp), following.data


@dataclass(frozen=True, eq=False)
class Made:
    """A point with the row that generates it, and for each state that may follow a lottery over points by number."""

    row: int
    value: Floats
    follow: Mapping[int, Mapping[int, float]]


Points = Sequence[Made]


def inner_automaton(
    game: StochasticGame, discount: tuple[Fraction, ...], ready: Ready, levels: Floats, max_rounds: int
) -> Automaton | None:
    """Return an automaton, checked exactly, whose nodes' values lie as far out as was found; None if none was."""
    plan: Automaton | None = None
    base: list[Made] = []
    for room in (TIGHT, INWARD):
        base = list(_reversion(ready, room * ready.scale))
        plan = _first(game, discount, ready, [_grown(ready, base), base])
        if plan is not None:
            break
    for margin in (0.0, INWARD):
        if plan is not None and _gap(ready, levels, plan) <= STEP * ready.scale:
            break
        points = _from_outside(ready, levels, max_rounds, margin)
        if points is not None:
            both = _joined(base if plan is not None else [], points)
            other = _first(game, discount, ready, [_grown(ready, both), both, points])
            plan = min((p for p in (plan, other) if p is not None), key=lambda p: _gap(ready, levels, p), default=None)
    return plan


def _gap(ready: Ready, levels: Floats, plan: Automaton) -> float:
    names = list(dict.fromkeys(node.state for node in plan.nodes))
    if len(names) < len(levels):
        return float("inf")
    values = np.array([[float(x) for x in node.values.values()] for node in plan.nodes])
    best = (ready.directions @ values.T).max(axis=1)
    return float((levels.max(axis=0) - best).max())


def _first(
    game: StochasticGame, discount: tuple[Fraction, ...], ready: Ready, tried: Sequence[Points]
) -> Automaton | None:
    """Return the first of some families of points that is an equilibrium in rationals."""
    for points in tried:
        if {int(ready.table.state[p.row]) for p in points} == set(range(len(game.states))):
            found = _verified(game, discount, ready, _needed(ready, points))
            if found is not None:
                return found
    return None


# --- reversion


def _reversion(ready: Ready, room: float) -> Iterator[Made]:
    """Yield rules played for ever: the equilibria among them, and what their threat keeps up with some room."""
    table, states = ready.table, len(ready.table.shape)
    count = prod(int(n) for n in np.diff(table.first))
    if count > MOST_RULES:
        return
    rules = np.array(list(product(*(range(table.first[s], table.first[s + 1]) for s in range(states)))), dtype=np.intp)
    values = np.array([_values(ready, rule) for rule in rules])
    stable = [k for k in range(len(rules)) if _holds(ready, rules[k], values[k], values[k], room)]
    if not stable:
        return
    worst = values[stable].min(axis=0)
    kept = [k for k in range(len(rules)) if k in stable or _holds(ready, rules[k], values[k], worst, room)]
    for place, k in enumerate(kept):
        for s, row in enumerate(rules[k]):
            after = {int(t): {place * states + int(t): 1.0} for t in ready.next(int(row))[0]}
            yield Made(int(row), values[k][:, s], after)


def _values(ready: Ready, rule: NDArray[np.intp]) -> Floats:
    """Return what a rule is worth, by player and state."""
    after = ready.table.next[rule].toarray()
    return np.array([
        np.linalg.solve(np.eye(len(rule)) - delta * after, (1 - delta) * own[rule])
        for delta, own in zip(ready.discount, ready.table.payoffs, strict=True)
    ])  # fmt: skip


def _holds(ready: Ready, rule: NDArray[np.intp], values: Floats, worst: Floats, room: float) -> bool:
    tempted = ready.deviations(worst)[:, rule]
    # Nobody is asked for room where it has no better action at all.
    here = np.array(
        [
            ready.table.worth(own, d, w)[rule]
            for own, d, w in zip(ready.table.payoffs, ready.discount, worst, strict=True)
        ]
    )
    return bool(((values >= tempted + room) | (values >= tempted) & (tempted <= here)).all())


# --- from outside


def _from_outside(ready: Ready, levels: Floats, max_rounds: int, margin: float) -> list[Made] | None:
    """Return points that generate themselves, or None: those generated in all directions, again and again."""
    states = len(ready.table.shape)
    # Tilted at random (but always the same way), each direction has one farthest point, so that points settle.
    tilted = ready.directions + TILT * np.random.default_rng(0).standard_normal(ready.directions.shape)
    ready = replace(ready, directions=tilted)
    points: list[Floats] = [_corners(ready, levels, s) for s in range(states)]
    for _ in range(max_rounds):
        best = _generated_best(ready, points, margin or -OUTWARD)
        if any(one is None for own in best for one in own):
            return None
        fresh = [_distinct([one for one in own if one is not None], ready.scale) for own in best]
        new = [np.array([one.value for one in own]) for own in fresh]
        if all(_moved(tilted, a, b) <= 0.01 * INWARD * ready.scale for a, b in zip(points, new, strict=True)):
            return _onto_themselves(points, new, fresh)
        points = new
    return None


def _onto_themselves(points: list[Floats], new: list[Floats], fresh: list[list[Made]]) -> list[Made]:
    """Return the points with their lotteries over old points read as lotteries over what these have become."""
    starts = np.concatenate([[0], np.cumsum([len(own) for own in new])])
    nearest = [np.abs(a[:, None] - b[None]).max(axis=2).argmin(axis=1) for a, b in zip(points, new, strict=True)]
    out = []
    for made in (one for own in fresh for one in own):
        follow: dict[int, dict[int, float]] = {}
        for t, shares in made.follow.items():
            follow[t] = {}
            for k, share in shares.items():
                place = int(starts[t] + nearest[t][k])
                follow[t][place] = follow[t].get(place, 0.0) + share
        out.append(replace(made, follow=follow))
    return out


def _moved(d: Floats, one: Floats, other: Floats) -> float:
    return float(np.abs((d @ one.T).max(axis=1) - (d @ other.T).max(axis=1)).max())


def _corners(ready: Ready, levels: Floats, s: int) -> Floats:
    """Return points of the outer set in every direction."""
    d = ready.directions
    found = farthest(-d, sparse.csr_matrix(d), levels[s] + OUTWARD * ready.scale, None, d.shape[1])
    return ready.table.payoffs.T if found is None else found


def _distinct(own: list[Made], scale: float) -> list[Made]:
    kept: list[Made] = []
    for one in own:
        if all(np.abs(one.value - other.value).max() > 1e-11 * scale for other in kept):
            kept.append(one)
    return kept


# --- growth


def _grown(ready: Ready, points: Points) -> list[Made]:
    """Return the points with what they generate, and what that generates."""
    out, states, d = list(points), len(ready.table.shape), ready.directions
    for _ in range(GROWTH if out else 0):
        numbers = [[k for k, p in enumerate(out) if ready.table.state[p.row] == s] for s in range(states)]
        if not all(numbers) or len(out) > MAX_NODES:
            break
        by_state = [np.array([out[k].value for k in own]) for own in numbers]
        best = _generated_best(ready, by_state, INWARD)
        fresh: list[Made] = []
        for s, own in enumerate(best):
            reach = (d @ by_state[s].T).max(axis=1)
            further = [one for one, r, n in zip(own, reach, d, strict=True)
                       if one is not None and n @ one.value > r + STEP * ready.scale]  # fmt: skip
            fresh += _distinct(further, ready.scale)
        if not fresh:
            break
        out += [
            replace(one, follow={t: {numbers[t][k]: x for k, x in own.items()} for t, own in one.follow.items()})
            for one in fresh
        ]
        out = _needed(ready, out)
    return out


def _joined(one: Points, other: Points) -> list[Made]:
    """Return two families as one."""
    by = len(one)
    return [
        *one,
        *(replace(p, follow={t: {k + by: x for k, x in own.items()} for t, own in p.follow.items()}) for p in other),
    ]


def _needed(ready: Ready, points: Points) -> list[Made]:
    """Return the points that lie farthest out in some direction or are worst for somebody, and all they lead to."""
    states = np.array([int(ready.table.state[p.row]) for p in points])
    values = np.array([p.value for p in points])
    waiting: list[int] = []
    for s in np.unique(states):
        own = np.flatnonzero(states == s)
        waiting += own[(ready.directions @ values[own].T).argmax(axis=1)].tolist()
        waiting += own[values[own].argmin(axis=0)].tolist()
    kept: set[int] = set()
    while waiting:
        k = waiting.pop()
        if k not in kept:
            kept.add(k)
            waiting += [other for own in points[k].follow.values() for other, share in own.items() if share > 0]
    place = {k: n for n, k in enumerate(sorted(kept))}
    return [
        replace(
            points[k], follow={t: {place[m]: x for m, x in own.items() if x > 0} for t, own in points[k].follow.items()}
        )
        for k in sorted(kept)
    ]


# --- what B generates


def _generated_best(ready: Ready, points: list[Floats], margin: float) -> list[list[Made | None]]:
    """Return, by state and direction, the farthest point that B generates; lotteries are over a state's own points."""
    d = ready.directions
    worst = np.array([[own[:, i].min() for own in points] for i in range(len(ready.discount))])
    deviations = ready.deviations(worst) + margin * ready.scale * (ready.discount > 0)[:, None]
    best: list[list[Made | None]] = [[None] * len(d) for _ in points]
    for k in range(ready.table.payoffs.shape[1]):
        s = int(ready.table.state[k])
        for l, one in enumerate(_generated(ready, points, k, deviations[:, k])):  # noqa: E741
            there = best[s][l]
            if there is None or d[l] @ one.value > d[l] @ there.value + 1e-12 * ready.scale:
                best[s][l] = one
    return best


def _generated(ready: Ready, points: list[Floats], row: int, deviations: Floats) -> Iterator[Made]:
    """Yield, by direction, the farthest point that a row generates; nothing where it generates none."""
    d = ready.directions
    reached, chance = ready.next(row)
    now = (1 - ready.discount) * ready.table.payoffs[:, row]
    ahead = np.hstack([(ready.discount[:, None] * q) * points[t].T for t, q in zip(reached, chance, strict=True)])
    sizes = [len(points[t]) for t in reached]
    sums = sparse.csr_matrix(np.repeat(np.eye(len(sizes)), sizes, axis=1))
    best = farthest(-(d @ ahead), sparse.csr_matrix(-ahead), now - deviations, (sums, np.ones(len(sizes))), sum(sizes))
    cuts = np.cumsum(sizes)[:-1]
    for x in () if best is None else best:
        shares = {int(t): dict(enumerate(own.tolist())) for t, own in zip(reached, np.split(x, cuts), strict=True)}
        yield Made(row, now + ahead @ x, shares)


def farthest(costs: Floats, block: Any, limit: Floats, equal: Any, width: int) -> Floats | None:
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


# --- the decision


def _verified(game: StochasticGame, discount: tuple[Fraction, ...], ready: Ready, points: Points) -> Automaton | None:
    """Return the points as an automaton whose deviations were all tried in rationals; None if one gains."""
    states = [int(ready.table.state[p.row]) for p in points]
    names = [f"{k}" for k in range(len(points))]
    worst = {
        player: {
            game.states[t]: {
                names[min((k for k, s in enumerate(states) if s == t), key=lambda k: points[k].value[i])]: Fraction(1)
            }
            for t in range(len(game.states))
        }
        for i, player in enumerate(game.players)
    }
    nodes = []
    for name, s, p in zip(names, states, points, strict=True):
        profile = dict(zip(game.players, game.stages[s].named(ready.table.profile(p.row)), strict=True))
        follow = {game.states[t]: _rounded(own, names) for t, own in p.follow.items()}
        nodes.append(Node(name, game.states[s], {}, profile, {}, follow, worst, {}))
    found = checked(game, discount, {names[0]: Fraction(1)}, nodes)
    return found if found is not None and found.slack >= 0 else None


def _rounded(shares: Mapping[int, float], names: Sequence[str]) -> dict[str, Fraction]:
    kept = {k: max(Fraction(x).limit_denominator(SIMPLE), Fraction(0)) for k, x in shares.items()}
    if any(abs(float(kept[k]) - x) > 1e-9 for k, x in shares.items()):
        kept = {k: Fraction(max(round(x * DIGITS), 0), DIGITS) for k, x in shares.items()}
    total = sum(kept.values())
    return {names[k]: share / total for k, share in kept.items() if share}
