"""Payoffs that n players reach for certain without money: automata that are found in floats and checked in rationals.

Points come from rules that the threat of reversion keeps up (``reversion``), from what an outer bound generates
(``generated_points``), and by growth: to points that generate themselves what B generates from them is added, with
incentives a little tighter than needed, so that rounding cannot break them. A node stands for every point; a deviation
leads to the node that is worst for the deviator. ``automata`` solves their values and tries every deviation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from games.stochastic import StochasticGame
from solver.repeated.automata import MAX_NODES, checked
from solver.repeated.generated_points import INWARD, Floats, Made, Points, Ready, distinct, from_outside, generated_best
from solver.repeated.reversion import reversion
from solver.results.repeated import Automaton, Node

STEP = 1e-5
"""By how much a new point must lie further out, in units of the largest payoff."""
TIGHT = -1e-12
"""Incentives that hold with equality are tried first, then only those with room."""
DIGITS, SIMPLE = 10**12, 1000
GROWTH = 12


def inner_automaton(
    game: StochasticGame, discount: tuple[Fraction, ...], ready: Ready, levels: Floats, max_rounds: int
) -> Automaton | None:
    """Return an automaton, checked exactly, whose nodes' values lie as far out as was found; None if none was."""

    def gap(found: Automaton) -> float:
        return max(gaps(ready, levels, [values_in(found, state) for state in game.states]))

    plan: Automaton | None = None
    base: list[Made] = []
    for room in (TIGHT, INWARD):
        base = list(reversion(ready, room * ready.scale))
        plan = _first(game, discount, ready, [_grown(ready, base), base])
        if plan is not None:
            break
    for margin in (0.0, INWARD):
        if plan is not None and gap(plan) <= STEP * ready.scale:
            break
        points = from_outside(ready, levels, max_rounds, margin)
        if points is not None:
            both = _joined(base if plan is not None else [], points)
            other = _first(game, discount, ready, [_grown(ready, both), both, points])
            plan = min((p for p in (plan, other) if p is not None), key=gap, default=None)
    return plan


def values_in(plan: Automaton, state: str) -> Floats:
    """Return the values of an automaton's nodes in a state, one a row."""
    return np.array([[float(x) for x in node.values.values()] for node in plan.nodes if node.state == state])


def gaps(ready: Ready, levels: Floats, points: Sequence[Floats]) -> list[float]:
    """Return, by state, the largest distance between an outer bound and points in any direction tried."""
    norms, pairs = np.linalg.norm(ready.directions, axis=1), zip(levels, points, strict=True)
    return [float(((own - (ready.directions @ p.T).max(axis=1)) / norms).max()) for own, p in pairs]


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


def _grown(ready: Ready, points: Points) -> list[Made]:
    """Return the points with what they generate, and what that generates."""
    out, states, d = list(points), len(ready.table.shape), ready.directions
    for _ in range(GROWTH if out else 0):
        numbers = [[k for k, p in enumerate(out) if ready.table.state[p.row] == s] for s in range(states)]
        if not all(numbers) or len(out) > MAX_NODES:
            break
        by_state = [np.array([out[k].value for k in own]) for own in numbers]
        best = generated_best(ready, by_state, INWARD)
        fresh: list[Made] = []
        for s, own in enumerate(best):
            reach = (d @ by_state[s].T).max(axis=1)
            further = [one for one, r, n in zip(own, reach, d, strict=True)
                       if one is not None and n @ one.value > r + STEP * ready.scale]  # fmt: skip
            fresh += distinct(further, ready.scale)
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
