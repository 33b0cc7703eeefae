"""The payoff sets from outside: B applied again and again, in floats, until nothing moves.

W_0 contains every equilibrium payoff and W_{n+1} = B(W_n) (``solver.repeated.recursion``), so every W_n does; rows
whose piece is empty stay empty and are dropped. A move of h now is answered by about delta h in the next step, hence

    error = delta / (1 - delta) * (last move)

an estimate, not a bound: near a critical discount factor a slow creep may end in a fall. What is claimed to be exact
rests on ``solver.repeated.enclosure`` instead. Floats are outward by a tolerance: a point that misses an incentive by
rounding is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from solver.repeated.polygons import loosened, moved
from solver.repeated.recursion import Recursion, Sets, everything, generate, without_the_doomed

KEPT = 1e-13
"""How far outside a constraint a point may be and is still kept, in units of the payoffs' spread."""
STILL = 4 * KEPT
"""A move as small as this may be a point kept in one step and cut in the next."""

STALLED = 1000
"""Rounds in which no move was smaller than the smallest before: rounding alone moves the sets to and fro."""


@dataclass(frozen=True)
class Outer:
    """Sets that contain every equilibrium payoff, the rows still alive, and how the iteration stands."""

    sets: Sets
    rows: tuple[int, ...]
    rounds: int
    step: float


def spread(ready: Recursion) -> float:
    """Return the size of the payoffs, the unit of every tolerance."""
    amounts = [float(max(g) - min(g)) for g in ready.table.payoffs]
    cap = float(ready.payment[0] / (1 - ready.discount[0])) if ready.payment else 0.0
    return max(*amounts, cap, 1e-300)


def beginning(ready: Recursion) -> Outer:
    """Return the sets before the first step."""
    return Outer(everything(ready), tuple(range(len(ready.table.state))), 0, float("inf"))


def shrink(ready: Recursion, outer: Outer, error: float, max_rounds: int) -> Outer:
    """Return the sets after as many steps as it takes to get the estimated error below ``error`` (or to be cut off).

    While the error asked for allows it, sides too short to matter are dropped outward: with a share (1-delta)/10 of it
    in every step, all of them together move the sets by a tenth of it.
    """
    unit, factor = spread(ready), float(max(ready.discount))
    enough = max(error * (1 - factor) / max(factor, 1e-300), STILL * unit)
    loose = error * (1 - factor) / 10 if error > 1e-7 * unit else 0.0
    outer = replace(outer, step=max(outer.step, 2 * enough) if outer.rounds else outer.step)
    least, stalled = float("inf"), 0
    while outer.step > enough and outer.rounds < max_rounds and any(outer.sets) and stalled < STALLED:
        outer = _round(ready, outer, unit, loose)
        least, stalled = (outer.step, 0) if outer.step < least else (least, stalled + 1)
    return outer


def _round(ready: Recursion, outer: Outer, unit: float, loose: float) -> Outer:
    found = generate(ready, outer.sets, outer.rows, KEPT * unit)
    sets = without_the_doomed(ready, found.sets)
    if loose:
        sets = tuple(loosened(p, loose) for p in sets)
    pairs = list(zip(outer.sets, sets, strict=True))
    # Measuring sets whose vertices do not correspond takes longer than the step itself.
    measured = outer.rounds % 8 == 0 or all(len(p) == len(q) for p, q in pairs)
    step = max(moved(p, q, unit / 100) for p, q in pairs) if measured else float("inf")
    alive = tuple(r for r, piece in found.pieces.items() if piece and sets[ready.table.state[r]])
    return Outer(sets, alive, outer.rounds + 1, step)


def estimated_error(ready: Recursion, outer: Outer) -> float:
    """Return delta / (1 - delta) times the last move."""
    factor = float(max(ready.discount))
    return outer.step * factor / (1 - factor)
