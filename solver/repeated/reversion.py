"""Rules that are played for ever because every deviation is answered by the rule that is worst for the deviator.

A rule says what is played in each state. It is an equilibrium by itself if no deviation gains that returns to it; the
threat of those that are keeps up further rules. Friedman 1971, for several states too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from solver.repeated.generated_points import Floats, Made, Ready

MOST_RULES = 4_000


def reversion(ready: Ready, room: float) -> Iterator[Made]:
    """Yield rules played for ever: the equilibria among them, and what their threat keeps up with some room."""
    table, states = ready.table, len(ready.table.shape)
    count = prod(int(n) for n in np.diff(table.first))
    if count > MOST_RULES:
        return
    rules = np.array(list(product(*(range(table.first[s], table.first[s + 1]) for s in range(states)))), dtype=np.intp)
    values = np.array([_values(ready, rule) for rule in rules])
    stable = [k for k, rule in enumerate(rules) if _kept(_needed(ready, values[k], room), rule, values[k])]
    if not stable:
        return
    needed = _needed(ready, values[stable].min(axis=0), room)
    kept = [k for k, rule in enumerate(rules) if k in stable or _kept(needed, rule, values[k])]
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


def _needed(ready: Ready, worst: Floats, room: float) -> Floats:
    """Return, by player and row, what it must be worth to keep to the row if ``worst`` follows a deviation."""
    tempted = ready.deviations(worst)
    pairs = zip(ready.table.payoffs, ready.discount, worst, strict=True)
    stay = np.array([ready.table.worth(own, delta, after) for own, delta, after in pairs])
    # Nobody is asked for room where it has no better action at all.
    return np.where(tempted <= stay, tempted + min(room, 0.0), tempted + room)


def _kept(needed: Floats, rule: NDArray[np.intp], values: Floats) -> bool:
    return bool((values >= needed[:, rule]).all())
