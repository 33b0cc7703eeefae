"""How long an agreement lasts: expected length, time awake, and the chance that it is still alive.

The play of the agreement is a Markov chain over states. With h the chance per period of an end from outside, the
expected number of periods until it first sleeps or ends solves m = 1 + (1 - h) Q_AA m over the awake states A.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.results.sharing import Lifetime
from solver.sharing.situation import Awake, Situation

HORIZONS = (1, 3, 6, 12, 24, 60, 120)
Floats = NDArray[np.float64]


def path_chain(situation: Situation, awake: Awake) -> Floats:
    """Return the transition matrix of the agreement's play (floats, rows sum to 1)."""
    on = np.array(awake)[:, None]
    return np.where(on, situation.fast.target.next, situation.fast.sanction.next)


def lifetime(situation: Situation, awake: Awake) -> Lifetime:
    """Return how long the agreement lasts from the start state."""
    chain, on = path_chain(situation, awake), np.array(awake)
    survive = 1.0 - float(situation.partnership.ends)
    ended = np.array([state.ended for state in situation.states])
    over = ended if situation.partnership.lapse == "sleep" else ~on
    first = _first_awake(chain, on, over, situation.start)
    lengths = [_mean_length(chain, on, survive, s) for s in np.flatnonzero(first).tolist()]
    length = None
    if None not in lengths:
        # On average over where it first wakes, given that it does.
        weights = first[first > 0] / max(first.sum(), 1e-300)
        length = float(sum(w * m for w, m in zip(weights, lengths, strict=True) if m))
    return Lifetime(
        _wait(chain, on, over, situation.start),
        length,
        _awake_share(chain, on, over, situation.start),
        _still(chain, ~over, survive, situation.start),
        _still(chain, on, survive, situation.start),
    )


def _first_awake(chain: Floats, on: NDArray[np.bool_], over: NDArray[np.bool_], start: int) -> Floats:
    """Return the chance of each state to be the first one awake (no end from outside counted while it sleeps)."""
    first = np.zeros(len(chain))
    if on[start] or over[start]:
        first[start] = float(on[start])
        return first
    asleep = np.flatnonzero(_reachable(chain * ~on[:, None] * ~over[:, None], start) & ~on & ~over)
    inside = chain[np.ix_(asleep, asleep)]
    # States that sleep for ever make the system singular; least squares gives them no chance to wake.
    reached = np.linalg.lstsq(np.eye(len(asleep)) - inside, chain[asleep] * on, rcond=None)[0]
    return np.asarray(np.clip(reached[asleep.tolist().index(start)], 0.0, 1.0))


def _wait(chain: Floats, on: NDArray[np.bool_], over: NDArray[np.bool_], start: int) -> float | None:
    """Return the mean number of periods asleep before it is first awake; None if it may never be."""
    return (
        _mean_length(chain, ~on & ~over, 1.0, start) if _first_awake(chain, on, over, start).sum() > 1 - 1e-9 else None
    )


def _mean_length(chain: Floats, inside: NDArray[np.bool_], survive: float, start: int) -> float | None:
    """Return the mean number of periods spent inside a set before first leaving it; None if that may never come."""
    if not inside[start]:
        return 0.0
    kept = survive * chain * inside[:, None] * inside[None, :]
    reach = _reachable(kept, start)
    leaks = reach & (kept.sum(axis=1) < 1 - 1e-12)
    # From every state that it can be in, an end must be possible, or the mean is infinite.
    if any(not (_reachable(kept, s) & leaks).any() for s in map(int, np.flatnonzero(reach))):
        return None
    where = np.flatnonzero(reach).tolist()
    system = np.eye(len(where)) - kept[np.ix_(where, where)]
    return float(np.linalg.solve(system, np.ones(len(where)))[where.index(start)])


def _reachable(chain: Floats, start: int) -> NDArray[np.bool_]:
    seen = np.zeros(len(chain), bool)
    seen[start] = True
    for _ in range(len(chain)):
        grown = seen | (seen.astype(float) @ chain > 0)
        if (grown == seen).all():
            break
        seen = grown
    return seen


def _awake_share(chain: Floats, on: NDArray[np.bool_], over: NDArray[np.bool_], start: int) -> float:
    """Return the long-run share of periods awake (while no end from outside comes); what is over stays over."""
    stays = np.where(over[:, None], np.eye(len(chain)), chain)
    # The Cesaro mean is the limit of (1 - b)(I - b Q)^-1 as b -> 1; at b = 1 - 1e-9 it is right to about 1e-6.
    b = 1 - 1e-9
    system = np.eye(len(chain)) - b * stays
    share = (1 - b) * np.linalg.solve(system, (on & ~over).astype(float))
    return 0.0 if over[start] or share[start] < 1e-6 else float(min(share[start], 1.0))


def _still(chain: Floats, inside: NDArray[np.bool_], survive: float, start: int) -> dict[int, float]:
    """Return, for each horizon k, the chance of never having left ``inside`` in periods 0..k."""
    mass = np.zeros(len(chain))
    mass[start] = float(inside[start])
    out = {}
    for k in range(1, HORIZONS[-1] + 1):
        mass = survive * (mass @ chain) * inside
        if k in HORIZONS:
            out[k] = float(mass.sum())
    return out
