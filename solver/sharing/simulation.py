"""Playing an agreement out: random paths of its chain, and how long it lasts on them.

All plays advance together, one draw a period for each: the next state is where the cumulated row passes a uniform
number. Beside every simulated figure stands the computed one (``solver.sharing.lifetime``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from games.partnership import Scenario
from solver.results.sharing import Simulation
from solver.sharing.decision import Decision, decide
from solver.sharing.lifetime import HORIZONS, lifetime, path_chain
from solver.sharing.standing import standing

Floats = NDArray[np.float64]
CELLS = 5_000_000
"""Plays x periods drawn at a time, which bounds the memory."""


def simulate(scenario: Scenario, periods: int, runs: int, paths: int = 3, seed: int = 0) -> Simulation:
    """Return random plays of what the verdict on a scenario says will be played.

    Parameters
    ----------
    periods : length of each play. runs : number of plays. paths : how many to return in full. seed : of the generator.
    """
    decision = decide(scenario.partnership)
    ready, generator = decision.situation, np.random.default_rng(seed)
    chain, on = path_chain(ready, decision.awake), np.array(decision.awake)
    if ready.partnership.lapse == "end":
        chain = np.where(on[:, None], chain, np.eye(len(chain)))
    payoffs = standing(ready, decision.awake, decision.levels).path
    survive = 1.0 - float(ready.partnership.ends)
    lengths, awake, total = [], 0.0, np.zeros(len(payoffs))
    shown, kept = np.zeros((0, periods), int), np.zeros((0, periods), bool)
    alive_periods = 0.0
    batch = max(CELLS // periods, 1)
    for first in range(0, runs, batch):
        plays = _plays(chain, ready.start, min(batch, runs - first), periods, generator)
        alive = _alive(plays.shape, survive, generator)
        lengths.append(_unbroken(on[plays] & alive))
        awake += float((on[plays] & alive).sum())
        alive_periods += float(alive.sum())
        total += payoffs[:, plays[alive]].sum(axis=1)
        more = max(paths - len(shown), 0)
        shown, kept = np.vstack([shown, plays[:more]]), np.vstack([kept, (on[plays] & alive)[:more]])
    length = np.concatenate(lengths)
    cut_length, cut_share = _computed(chain, on, survive, ready.start, periods)
    names = [state.name for state in ready.states]
    return Simulation(
        title=ready.partnership.title, period=ready.partnership.period, verdict=decision.verdict, seed=seed,
        runs=runs, periods=periods,
        paths=tuple(tuple(names[s] for s in play) for play in shown),
        awake=tuple(tuple(map(bool, play)) for play in kept),
        mean_length=float(length.mean()), mean_length_error=float(length.std(ddof=1) / np.sqrt(runs)),
        unbroken={k: float((length > k).mean()) for k in HORIZONS if k < periods},
        awake_share=awake / alive_periods,
        payoffs=dict(zip(ready.partnership.names, (total / alive_periods).tolist(), strict=True)),
        expected_mean_length=cut_length, expected_awake_share=cut_share,
        expected=lifetime(ready, decision.awake), notes=_notes(decision, length, periods),
    )  # fmt: skip


def _computed(chain: Floats, on: NDArray[np.bool_], survive: float, start: int, periods: int) -> tuple[float, float]:
    """Return the mean unbroken length cut off after ``periods``, and the share awake of the periods alive till then."""
    mass = np.eye(len(chain))[start]
    unbroken, alive = mass * on, 1.0
    length, awake, lived = 0.0, 0.0, 0.0
    for _ in range(periods):
        length += float(unbroken.sum())
        awake += alive * float(mass[on].sum())
        lived += alive
        mass, unbroken, alive = mass @ chain, survive * (unbroken @ chain) * on, alive * survive
    return length, awake / lived


def _plays(chain: Floats, start: int, runs: int, periods: int, generator: np.random.Generator) -> NDArray[np.int_]:
    """Return ``runs`` x ``periods`` state indices."""
    cumulated = np.cumsum(chain, axis=1)
    out = np.full((runs, periods), start)
    for t in range(1, periods):
        draw = generator.random(runs)[:, None]
        out[:, t] = np.minimum((cumulated[out[:, t - 1]] <= draw).sum(axis=1), len(chain) - 1)
    return out


def _alive(shape: tuple[int, ...], survive: float, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Return whether no end from outside has come yet, by play and period."""
    if survive == 1:
        return np.ones(shape, bool)
    ends = generator.random(shape) >= survive
    ends[:, 0] = False
    return np.asarray(~np.logical_or.accumulate(ends, axis=1))


def _unbroken(awake: NDArray[np.bool_]) -> NDArray[np.int_]:
    """Return how many periods each play was awake before its first break (its length if there was none)."""
    broken = ~awake
    return np.asarray(np.where(broken.any(axis=1), broken.argmax(axis=1), awake.shape[1]))


def _notes(decision: Decision, length: NDArray[np.int_], periods: int) -> tuple[str, ...]:
    notes = []
    cut = float((length == periods).mean())
    if cut == 1:
        notes.append(f"no play slept or ended within the {periods} periods")
    elif cut > 0:
        notes.append(
            f"{100 * cut:.3g} % of the plays were still unbroken when they were cut off after {periods} periods, "
            "so the simulated mean length is too short"
        )
    if decision.verdict == "fails":
        notes.append("the verdict is that it fails, so what is played out is life without the agreement")
    return tuple(notes)
