"""Where what is played in the best contract of a stochastic game changes as the discount factor rises.

With several states values move between the switches too, and patience may hurt: a deviation that leads to a better
state is worth more to a patient player. So nothing is assumed to be monotone. A *regime* is what is played and what
punishes; it still stands at another discount factor if all of it is still allowed there and still reaches the joint
value and the punishments of the contract. A grid finds regimes that differ, bisection where the first one ends, and
rationals decide at both ends of what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from games.stochastic import StochasticGame
from solver.exact import EXACT, FAST
from solver.repeated.contract import MAX_EXACT, contract_states, size
from solver.repeated.elimination import ContractSolution, punished_values, solve_contract, values_of
from solver.results.repeated import PatienceSwitches, Switch
from solver.tables import GameTable, game_table

RESOLUTION = Fraction(1, 100)
WIDTH = Fraction(1, 10**9)
SIMPLE = 1000
"""Largest denominator of a fraction that is tried as the switch itself."""
MOST = 12
"""Switches looked for between two points of the grid."""
NARROW = "regimes that last for less than the grid's width of {} may be missed"
TOO_LARGE = "too large for rationals: decided in floats"


@dataclass(frozen=True, eq=False)
class Regime:
    """A solution at one discount factor (``solution.exists`` False: there is no equilibrium)."""

    delta: Fraction
    solution: ContractSolution


def switches(game: StochasticGame, title: str = "") -> PatienceSwitches:
    """Return the discount factors at which what is played, or what punishes, changes."""
    fast = game_table(game, FAST)
    exact = game_table(game, EXACT) if size(game) <= MAX_EXACT // 10 else None
    grid = [k * RESOLUTION for k in range(int(1 / RESOLUTION))]
    regime = _at(fast, grid[0])
    found = [_switch(game, exact or fast, Fraction(0), Fraction(0), "play")]
    for low, high in pairwise(grid):
        for _ in range(MOST):
            if stands(fast, regime, _at(fast, high)):
                break
            before, after, after_regime = _narrowed(fast, exact, regime, max(low, regime.delta), high)
            found.append(_switch(game, exact or fast, before, after, _kind(fast, regime, after_regime)))
            regime = after_regime
    notes = (NARROW.format(float(RESOLUTION)),) + (() if exact is not None else (TOO_LARGE,))
    proof = f"within {float(WIDTH):g}: each switch found lies in its interval"
    return PatienceSwitches(title, game.players, tuple(found), RESOLUTION, proof, notes)


def _at(table: GameTable, delta: Fraction) -> Regime:
    return Regime(delta, solve_contract(table, table.arithmetic.number(delta)))


def stands(table: GameTable, regime: Regime, there: Regime, punishments: bool = True) -> bool:
    """Return whether a regime still stands at another discount factor, whose own solution is given."""
    old, new = regime.solution, there.solution
    if not (old.exists and new.exists):
        return old.exists == new.exists
    delta = table.arithmetic.number(there.delta)
    rows = [old.play, *old.punish] if punishments else [old.play]
    if not all(new.allowed[r].all() for r in rows):
        return False
    if not _same(table, values_of(table, delta, table.payoffs.sum(axis=0), old.play), new.joint):
        return False
    return not punishments or all(
        _same(table, punished_values(table, delta, i, own), new.punishment[i]) for i, own in enumerate(old.punish)
    )


def _same(table: GameTable, one: Any, other: Any) -> bool:
    if table.arithmetic.exact:
        return bool((one == other).all())
    return bool(np.allclose(one, other, rtol=0, atol=1e-9 * max(1.0, float(np.abs(table.payoffs).max()))))


def _narrowed(
    fast: GameTable, exact: GameTable | None, regime: Regime, low: Fraction, high: Fraction
) -> tuple[Fraction, Fraction, Regime]:
    """Return an interval in which a regime ends, and the regime that stands at its upper end."""
    low, high = _bisected(lambda d: stands(fast, regime, _at(fast, d)), low, high)
    table = exact or fast
    old = Regime(regime.delta, _at(table, regime.delta).solution) if exact else regime
    for margin in (0, 1, 10, 1000):
        # Floats may be off by a rounding error; rationals decide on a wider interval if need be.
        a, b = max(low - margin * WIDTH, regime.delta), min(high + margin * WIDTH, 1 - WIDTH)
        if stands(table, old, _at(table, a)) and not stands(table, old, _at(table, b)):
            break
    else:
        return low, high, _at(fast, high)
    for simple in _simple(a, b):
        there = _at(table, simple)
        just_below = _at(table, simple - WIDTH / 1000) if simple > a else old
        if not stands(table, old, there) and stands(table, old, just_below):
            return simple, simple, _at(fast, simple)
    a, b = _bisected(lambda d: stands(table, old, _at(table, d)), a, b)
    return a, b, _at(fast, b)


def _bisected(holds: Callable[[Fraction], bool], low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Return where a property that holds at ``low`` and not at ``high`` ends, as an interval of at most ``WIDTH``."""
    while high - low > WIDTH:
        middle = ((low + high) / 2).limit_denominator(10**12)
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low, high


def _simple(low: Fraction, high: Fraction) -> Iterator[Fraction]:
    middle = (low + high) / 2
    candidate = middle.limit_denominator(SIMPLE)
    if low <= candidate <= high:
        yield candidate


def _kind(table: GameTable, before: Regime, after: Regime) -> str:
    """Say whether what is played changes, or only what punishes."""
    return "punishment" if stands(table, before, after, punishments=False) else "play"


def _switch(game: StochasticGame, table: GameTable, low: Fraction, high: Fraction, kind: str) -> Switch:
    there = _at(table, high).solution
    states = contract_states(game, table, there) if there.exists else ()
    return Switch(low, high, "play" if kind == "play" else "punishment", states)
