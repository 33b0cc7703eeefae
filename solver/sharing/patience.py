"""Thresholds of patience: which discount factors sustain the agreement.

What holds at one discount factor need not hold at every larger one: with several states the value of the sanction and
the value of sharing both move. So the answer is a set of intervals, found on a grid, refined by bisection, and decided
in rationals at its ends: a simple fraction where the threshold is one, else an upper bound within 1e-9.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from games.errors import ScenarioError
from games.partnership import Partnership
from solver.exact import FAST, fraction
from solver.results.sharing import Threshold
from solver.sharing.arrangement import Arranged, Levels, arrange, examine
from solver.sharing.harshest import penal_code
from solver.sharing.obligations import sustained
from solver.sharing.optimum import TOLERANCE, arrangement_program, untouched
from solver.sharing.program import program
from solver.sharing.sanctions import WalkAway, policy_values, profitable, walk_away
from solver.sharing.situation import Awake, Situation, with_discounts
from solver.sharing.standing import Standing, slacks, standing

Floats = NDArray[np.float64]
NEAR_ONE = [0.98, 0.99, 0.995, 0.999, 0.9999, 0.99999, 0.999999]
GRID = np.concatenate([np.arange(0, 98, 2) / 100, NEAR_ONE])
COARSE = np.concatenate([np.arange(0, 100, 5) / 100, NEAR_ONE[:2], NEAR_ONE[3:]])
"""The grid where each point takes a linear programme."""
HALVINGS = 44
SIMPLE = 10_000
"""Largest denominator of a fraction that is offered to the exact check as the threshold itself."""
DECIMALS = 10**9
ROUNDING = 1e-12
"""How far below zero a slack in floats may be where it is zero in rationals."""


def rediscounted(situation: Situation, discount: dict[str, Fraction]) -> Situation:
    """Return the situation at other discount factors; payoffs stay, the sanction is checked again.

    Raises
    ------
    ScenarioError : no sanction is an equilibrium at these discount factors.
    """
    partnership = with_discounts(situation.partnership, discount)
    game = situation.sanction.game
    values = policy_values(partnership, game)
    if next(profitable(partnership, game, values), None) is None:
        exact = tuple(tuple(map(fraction, row)) for row in values)
        sanction = WalkAway(game, exact, situation.sanction.outside)
    else:
        sanction = walk_away(partnership)
    penal = penal_code(partnership) if situation.penal is not None else None
    return replace(situation, partnership=partnership, sanction=sanction, penal=penal)


def common_threshold(situation: Situation, awake: Awake) -> Threshold:
    """Return the discount factors, one for all actors, at which some arrangement of the instruments holds."""

    def margin(delta: Fraction, exactly: bool) -> float:
        try:
            there = rediscounted(situation, dict.fromkeys(situation.partnership.names, delta))
        except ScenarioError:
            return -1.0
        compiled = arrangement_program(there, awake) if exactly else program(there, awake, FAST)
        found = sustained(compiled)
        if not found.optimum.found:
            return -1.0
        if not exactly:
            return float(found.optimum.t)
        if found.optimum.exact or not compiled.columns:
            other = untouched(found.program)
            return min(_sign(fraction(found.optimum.t)), 1.0 if other is None else float(other[0] > 0))
        return 1.0 if isinstance(arrange(there, awake), Arranged) else -1.0

    margins = np.array([margin(Fraction(float(d)), False) for d in COARSE])
    edges = [
        _crossing(lambda d: margin(Fraction(d), False), float(COARSE[k]), float(COARSE[k + 1]))
        if (margins[k] >= -ROUNDING) != (margins[k + 1] >= -ROUNDING)
        else None
        for k in range(len(COARSE) - 1)
    ]
    return _intervals(margins >= -ROUNDING, edges, lambda d: margin(d, True))


def _crossing(margin: Callable[[float], float], low: float, high: float) -> float:
    """Return where a margin crosses zero between two discount factors that it separates."""
    if abs(margin(low)) <= ROUNDING:
        return low
    if abs(margin(high)) <= ROUNDING:
        return high
    return float(brentq(margin, low, high, xtol=1e-14, rtol=1e-14))


def in_common(thresholds: Sequence[Threshold]) -> Threshold:
    """Return the discount factors at which everybody's own threshold is met (levels given, so nobody's moves)."""
    found = thresholds[0].intervals
    for threshold in thresholds[1:]:
        found = tuple((max(a, c), min(b, d)) for a, b in found for c, d in threshold.intervals if max(a, c) < min(b, d))
    if not found:
        return Threshold(None, False)
    value = found[0][0]
    exact = value == 0 or any(t.exact and t.value == value for t in thresholds)
    return Threshold(value, exact, found)


def _intervals(
    flags: NDArray[np.bool_], edges: Sequence[float | None], exact_sign: Callable[[Fraction], float]
) -> Threshold:
    """Return the threshold from what holds on the grid and the switches between its points."""
    intervals: list[tuple[Fraction, Fraction]] = []
    low: Fraction | None = Fraction(0) if flags[0] else None
    first_exact = True
    for edge in edges:
        if edge is None:
            continue
        decided, exact = _decided(edge, exact_sign)
        if low is None:
            low = decided
            first_exact = exact if not intervals else first_exact
        else:
            intervals.append((low, decided))
            low = None
    if low is not None:
        intervals.append((low, Fraction(1)))
    if not intervals:
        return Threshold(None, False)
    return Threshold(intervals[0][0], first_exact, tuple(intervals))


def _decided(edge: float, exact_sign: Callable[[Fraction], float]) -> tuple[Fraction, bool]:
    """Return the simple fraction at which the margin is exactly zero, or a decimal on the side where it holds."""
    simple, unit = Fraction(edge).limit_denominator(SIMPLE), Fraction(1, DECIMALS)
    if abs(float(simple) - edge) <= TOLERANCE and exact_sign(simple) == 0:
        sides = [exact_sign(simple + side) >= 0 for side in (-unit, unit) if 0 <= simple + side < 1]
        if len(set(sides)) == 2 or simple == 0:
            return simple, True
    nearest = round(Fraction(edge) / unit) * unit
    for steps in (0, 1, -1, 2, -2, 10, -10, 100, -100, 10**4, -(10**4)):
        if 0 <= nearest + steps * unit < 1 and exact_sign(nearest + steps * unit) >= 0:
            return nearest + steps * unit, False
    return nearest, False


def actor_thresholds(situation: Situation, awake: Awake, levels: Levels) -> dict[str, Threshold]:
    """Return, for each actor, the discount factors of its own at which it keeps to the levels given.

    The harshest sanction is defined for one discount factor in common, so with it everybody's moves together.
    """
    if situation.penal is not None:
        return _together(situation, awake, levels)
    stand = standing(situation, awake, levels)
    count = len(situation.partnership.actors)
    scale = _scale(situation)
    flags = np.array([slacks(stand, np.full(count, d)) >= -ROUNDING * scale for d in GRID])
    edges = _refined(stand, flags)
    out = {}
    for i, actor in enumerate(situation.partnership.actors):
        check = _actor_sign(situation, awake, levels, i) if count <= 12 else _float_sign(stand, i)
        out[actor.name] = _intervals(flags[:, i], edges[i], check)
    return out


def _together(situation: Situation, awake: Awake, levels: Levels) -> dict[str, Threshold]:
    """Return each actor's thresholds in the discount factor that all share."""
    names = situation.partnership.names

    def margins(delta: float) -> Floats:
        try:
            there = rediscounted(situation, dict.fromkeys(names, Fraction(delta).limit_denominator(DECIMALS)))
        except ScenarioError:
            return np.full(len(names), -1.0)
        return slacks(standing(there, awake, levels), np.full(len(names), delta))

    def sign(i: int, delta: Fraction) -> float:
        try:
            finding = examine(rediscounted(situation, dict.fromkeys(names, delta)), awake, levels)
        except ScenarioError:
            return -1.0
        return _sign(min(e.slack for e in finding.inequalities if e.actor == i))

    found = np.array([margins(float(d)) for d in COARSE])
    out = {}
    for i, name in enumerate(names):
        flags = found[:, i] >= -ROUNDING * _scale(situation)[i]
        edges = [
            _crossing(lambda d, i=i: float(margins(d)[i]), float(COARSE[k]), float(COARSE[k + 1]))  # type: ignore[misc]
            if flags[k] != flags[k + 1]
            else None
            for k in range(len(COARSE) - 1)
        ]
        out[name] = _intervals(flags, edges, lambda d, i=i: sign(i, d))  # type: ignore[misc]
    return out


def _refined(stand: Standing, flags: NDArray[np.bool_]) -> list[list[float | None]]:
    """Return the switches of every actor between grid points, all actors bisected together."""
    count, scale = flags.shape[1], _scale(stand.situation)
    edges: list[list[float | None]] = [[None] * (len(GRID) - 1) for _ in range(count)]
    changes = [np.flatnonzero(flags[:-1, i] != flags[1:, i]) for i in range(count)]
    for turn in range(max((len(c) for c in changes), default=0)):
        who = np.array([i for i in range(count) if len(changes[i]) > turn])
        where = np.array([changes[i][turn] for i in who])
        low, high = np.zeros(count), np.zeros(count)
        low[who], high[who] = GRID[where], GRID[where + 1]
        at_low = np.zeros(count, bool)
        at_low[who] = flags[where, who]
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            same = (slacks(stand, middle) >= -ROUNDING * scale) == at_low
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        for i, k in zip(who, where, strict=True):
            edges[i][k] = float(low[i] if at_low[i] else high[i])
    return edges


def _scale(situation: Situation) -> Floats:
    return np.array([float(scale) for scale in situation.scale])


def _sign(value: Fraction) -> float:
    return float((value > 0) - (value < 0))


def _actor_sign(situation: Situation, awake: Awake, levels: Levels, i: int) -> Callable[[Fraction], float]:
    """Return the exact sign of actor i's smallest slack as a function of its discount factor."""

    def sign(delta: Fraction) -> float:
        partnership: Partnership = with_discounts(situation.partnership, {situation.partnership.names[i]: delta})
        finding = examine(replace(situation, partnership=partnership), awake, levels)
        return _sign(min(e.slack for e in finding.inequalities if e.actor == i))

    return sign


def _float_sign(stand: Standing, i: int) -> Callable[[Fraction], float]:
    """Return the sign in floats (many actors); never 0, so that nothing is called exact."""
    count, scale = len(stand.situation.partnership.actors), _scale(stand.situation)

    def sign(delta: Fraction) -> float:
        return 1.0 if slacks(stand, np.full(count, float(delta)))[i] >= -ROUNDING * scale[i] else -1.0

    return sign
