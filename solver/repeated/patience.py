"""Which discount factor sustains what, with unlimited payments and, in a repeated game, without any.

One state. Let c_i(a) be player i's payoff from its best deviation, L(a) = sum_i c_i(a) - G(a) the players' gains from
deviating, and for a level l of such gains

    U(l) = max { G(a) : L(a) <= l },    v_i(l) = min { c_i(a) : L(a) <= l },    r(l) = l / (U(l) - sum_i v_i(l)).

The elimination (``elimination``) leaves the profiles up to the largest l with r(l) <= delta/(1-delta): finitely many
levels, so the answer is a step function of delta, with steps at r/(1+r) (as in Goldluecke & Kranz 2012).
Without money, reversion to the stage equilibrium that is worst for the deviator, worth e_i, sustains a from

    delta(a) = max_i [c_i(a) - g_i(a)] / [c_i(a) - e_i]                              (Friedman 1971)

Several states: neither values nor what is played need be monotone in delta; see ``switches``.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from games.normal_form import NormalFormGame
from games.stochastic import StochasticGame
from solver.repeated.switches import switches
from solver.results.repeated import PatienceSteps, PatienceSwitches, Step
from solver.tables import integer_payoffs, over_own_actions

Whole = NDArray[np.object_]
NO_PURE = "the stage game has no equilibrium in pure strategies to revert to"


def patience(game: StochasticGame, title: str = "", start: int = 0) -> PatienceSteps | PatienceSwitches:
    """Return what each discount factor in [0, 1) sustains, exactly for one state, by refinement for several."""
    if len(game.states) > 1:
        return switches(game, title)
    stage = game.stages[0]
    reversion = tuple(_merged(_reversion(stage)))
    return PatienceSteps(
        title, game.players, tuple(_merged(_with_money(stage))), reversion, "exact", () if reversion else (NO_PURE,)
    )


def _with_money(stage: NormalFormGame) -> Iterator[Step]:
    """Yield the steps with unlimited payments, the most patient first."""
    payoffs, unit = integer_payoffs(stage)
    best = over_own_actions(payoffs)
    gains = (best.sum(axis=0) - payoffs.sum(axis=0)).ravel()
    joint, tempted = payoffs.sum(axis=0).ravel(), best.reshape(len(best), -1)
    order = np.argsort(gains, kind="stable")
    most = np.maximum.accumulate(joint[order])
    least = np.minimum.accumulate(tempted[:, order], axis=1)
    lowest: Fraction | None = None
    for k in range(len(order) - 1, -1, -1):
        level = int(gains[order[k]])
        if k + 1 < len(order) and gains[order[k + 1]] == level:
            continue
        surplus = int(most[k]) - sum(map(int, least[:, k]))
        if level and surplus <= 0:
            continue
        ratio = Fraction(level, surplus) if level else Fraction(0)
        if lowest is None or ratio < lowest:
            lowest = ratio
            play = order[: k + 1][int(np.argmax(joint[order[: k + 1]]))]
            yield _step(
                stage, ratio / (1 + ratio), Fraction(int(most[k])) * unit, [v * unit for v in least[:, k]], play
            )


def _reversion(stage: NormalFormGame) -> Iterator[Step]:
    """Yield the steps without money under reversion to the worst stage equilibria, the most patient first."""
    payoffs, unit = integer_payoffs(stage)
    best = over_own_actions(payoffs).reshape(len(payoffs), -1)
    flat = payoffs.reshape(len(payoffs), -1)
    stable = (best == flat).all(axis=0)
    if not stable.any():
        return
    worst = [int(flat[i, stable].min()) for i in range(len(flat))]
    found = sorted(_sustained(flat, best, worst))
    steps: list[Step] = []
    for delta, _, k in found:
        joint = Fraction(int(flat[:, k].sum())) * unit
        if not steps or joint > steps[-1].joint:
            steps.append(_step(stage, delta, joint, [Fraction(w) * unit for w in worst], k))
    yield from reversed(steps)


def _sustained(flat: Whole, best: Whole, worst: list[int]) -> Iterator[tuple[Fraction, int, int]]:
    """Yield (threshold, minus the joint payoff, profile) for every profile that some patience sustains."""
    low = np.array(worst, dtype=object)[:, None]
    possible = ((flat > low) | (best == flat) & (flat >= low)).all(axis=0)
    for k in np.flatnonzero(possible):
        gains = [(int(b - g), int(b - w)) for g, b, w in zip(flat[:, k], best[:, k], worst, strict=True)]
        yield max(Fraction(g, span) if g else Fraction(0) for g, span in gains), -int(flat[:, k].sum()), int(k)


def _step(stage: NormalFormGame, start: Fraction, joint: Fraction, low: list[Fraction], row: int) -> Step:
    chosen = np.unravel_index(row, [len(names) for names in stage.actions])
    profile = dict(zip(stage.players, stage.named(map(int, chosen)), strict=True))
    return Step(start, joint, dict(zip(stage.players, map(Fraction, low), strict=True)), profile)


def _merged(steps: Iterator[Step]) -> Iterator[Step]:
    """Yield steps by rising discount factor, those that change nothing left out."""
    before: Step | None = None
    for step in reversed(list(steps)):
        if before is None or (step.joint, step.punishment) != (before.joint, before.punishment):
            yield step
            before = step
