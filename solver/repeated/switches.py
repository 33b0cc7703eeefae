"""Where what is played in the best contract of a stochastic game changes as the discount factor rises.

With several states values move between the switches too, and patience may hurt: a deviation that leads to a better
state is worth more to a patient player. So nothing is assumed to be monotone. A *regime* is what is played and what
punishes; it still stands at another discount factor if all of it is still allowed there and still reaches the joint
value and the punishments of the contract. Of plays that reach the same joint value the one whose smallest payoff is
largest is told, and a regime ends where there is a fairer one. A grid finds regimes that differ, bisection where the
first one ends, and rationals decide at both ends of what is left: a regime may end *at* a discount factor, or still
stand there and end just above.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.stochastic import StochasticGame
from solver.exact import EXACT, FAST
from solver.repeated.contract import MAX_EXACT, contract_states, size
from solver.repeated.elimination import ContractSolution, punished_values, solve_contract, values_of
from solver.results import spelled
from solver.results.repeated import PatienceSwitches, Switch
from solver.tables import GameTable, game_table

RESOLUTION = Fraction(1, 100)
WIDTH = Fraction(1, 10**9)
STEP = WIDTH / 1000
"""How far below and above a fraction rationals decide whether a regime ends at it."""
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


@dataclass(frozen=True, eq=False)
class _End:
    """Where a regime ends, in (``low``, ``high``] or exactly at both, and the regime that follows.

    If ``after`` belongs to a larger discount factor, the old regime still stands at ``high``.
    """

    low: Fraction
    high: Fraction
    after: Regime


def switches(game: StochasticGame, title: str = "") -> PatienceSwitches:
    """Return the discount factors at which what is played, or what punishes, changes."""
    fast = game_table(game, FAST)
    exact = game_table(game, EXACT) if size(game) <= MAX_EXACT // 10 else None
    grid = [k * RESOLUTION for k in range(int(1 / RESOLUTION))]
    regime = regime_at(fast, grid[0])
    found = [_switch(game, exact or fast, _End(Fraction(0), Fraction(0), regime), "play")]
    for low, high in pairwise(grid):
        for _ in range(MOST):
            if stands(fast, regime, regime_at(fast, high)):
                break
            end = _narrowed(fast, exact, regime, max(low, regime.delta), high)
            found.append(_switch(game, exact or fast, end, _kind(exact or fast, regime, end.after)))
            regime = end.after
    notes = (NARROW.format(float(RESOLUTION)),) + (() if exact is not None else (TOO_LARGE,))
    proof = f"within {spelled(WIDTH)}: each switch found lies in its interval"
    return PatienceSwitches(title, game.players, tuple(found), RESOLUTION, proof, notes)


def regime_at(table: GameTable, delta: Fraction) -> Regime:
    """Return what is played and what punishes at a discount factor."""
    factor = table.arithmetic.number(delta)
    return Regime(delta, _fairest(table, factor, solve_contract(table, factor)))


def _fairest(table: GameTable, delta: Any, found: ContractSolution) -> ContractSolution:
    """Return a solution that plays, of all that reaches the joint values, what has the largest smallest payoffs."""
    if not found.exists:
        return found
    reached = table.worth(table.payoffs.sum(axis=0), delta, found.joint)
    smallest, play = table.payoffs.min(axis=0), found.play.copy()
    for k in np.flatnonzero(found.allowed & _near(table, reached, found.joint[table.state])):
        s = table.state[k]
        if smallest[k] > smallest[play[s]]:
            play[s] = k
    return replace(found, play=play)


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
    smallest = table.payoffs.min(axis=0)
    if not (smallest[old.play] >= smallest[new.play]).all():
        return False
    return not punishments or all(
        _same(table, punished_values(table, delta, i, own), new.punishment[i]) for i, own in enumerate(old.punish)
    )


def _same(table: GameTable, one: Any, other: Any) -> bool:
    return bool(_near(table, one, other).all())


def _near(table: GameTable, one: Any, other: Any) -> NDArray[np.bool_]:
    if table.arithmetic.exact:
        return np.asarray(one == other, dtype=bool)
    close = np.isclose(one, other, rtol=0, atol=1e-9 * max(1.0, float(np.abs(table.payoffs).max())))
    return np.asarray(close, dtype=bool)


def _narrowed(fast: GameTable, exact: GameTable | None, regime: Regime, low: Fraction, high: Fraction) -> _End:
    """Return where a regime ends, exactly if that is at a simple fraction, else in an interval."""
    low, high = _bisected(lambda d: stands(fast, regime, regime_at(fast, d)), low, high)
    table = exact or fast
    old = Regime(regime.delta, regime_at(table, regime.delta).solution) if exact else regime
    for margin in (0, 1, 10, 1000):
        # Floats may be off by a rounding error; rationals decide on a wider interval if need be.
        a, b = max(low - margin * WIDTH, regime.delta), min(high + margin * WIDTH, 1 - WIDTH)
        if stands(table, old, regime_at(table, a)) and not stands(table, old, regime_at(table, b)):
            break
    else:
        return _End(low, high, regime_at(table, high))
    found = _exactly(exact, old, a, b) if exact else None
    if found is None:
        a, b = _bisected(lambda d: stands(table, old, regime_at(table, d)), a, b)
        found = _End(a, b, regime_at(table, b))
    return found


def _exactly(table: GameTable, old: Regime, low: Fraction, high: Fraction) -> _End | None:
    """Return the end of a regime at the simplest fraction of an interval, if that is where it ends."""
    simple = ((low + high) / 2).limit_denominator(SIMPLE)
    if not low <= simple <= high:
        return None
    there, above = regime_at(table, simple), regime_at(table, simple + STEP)
    if stands(table, old, there):
        return None if stands(table, old, above) else _End(simple, simple, above)
    return _End(simple, simple, there) if simple == low or stands(table, old, regime_at(table, simple - STEP)) else None


def _bisected(holds: Callable[[Fraction], bool], low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Return where a property that holds at ``low`` and not at ``high`` ends, as an interval of at most ``WIDTH``."""
    while high - low > WIDTH:
        middle = ((low + high) / 2).limit_denominator(10**12)
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low, high


def _kind(table: GameTable, before: Regime, after: Regime) -> str:
    """Say whether what is played changes, or only what punishes."""
    return "punishment" if stands(table, before, after, punishments=False) else "play"


def _switch(game: StochasticGame, table: GameTable, end: _End, kind: str) -> Switch:
    inclusive = end.after.delta <= end.high
    there = regime_at(table, end.high).solution if inclusive else _just_above(table, end)
    states = contract_states(game, table, there) if there.exists else ()
    return Switch(end.low, end.high, "play" if kind == "play" else "punishment", states, inclusive)


def _just_above(table: GameTable, end: _End) -> ContractSolution:
    """Return the regime after a switch with the values to which its own tend as the discount factor falls to it."""
    found, delta = end.after.solution, table.arithmetic.number(end.high)
    if not found.exists:
        return found
    low = np.array([punished_values(table, delta, i, own) for i, own in enumerate(found.punish)])
    return replace(found, joint=values_of(table, delta, table.payoffs.sum(axis=0), found.play), punishment=low)
