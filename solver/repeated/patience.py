"""Which discount factor sustains what, with unlimited payments and, in a repeated game, without any.

One state. Let c_i(a) be player i's payoff from its best deviation, L(a) = sum_i c_i(a) - G(a) the players' gains from
deviating, and for a level l of such gains

    U(l) = max { G(a) : L(a) <= l },    v_i(l) = min { c_i(a) : L(a) <= l },    r(l) = l / (U(l) - sum_i v_i(l)).

The elimination (``elimination``) leaves the profiles up to the largest l with r(l) <= delta/(1-delta): finitely many
levels, so the answer is a step function of delta, with steps at r/(1+r) (as in Goldluecke & Kranz 2012).
Without money, reversion to the stage equilibrium that is worst for the deviator, worth e_i, sustains a from

    delta(a) = max_i [c_i(a) - g_i(a)] / [c_i(a) - e_i]                              (Friedman 1971)

if delta is common to all; if not, each player's own delta must reach its own ratio. Of plays that reach the same
together, the one whose smallest payoff is largest is told; without money it may take more patience, and then is a step
of its own.
Several states: neither values nor what is played need be monotone in delta; see ``switches``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
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
DIFFERENT = "the file's discount factors differ ({}), and what is told is for one factor common to all"
AT_OWN = "at the file's own factors reversion without money reaches {} together, by {}"


def patience(game: StochasticGame, title: str = "", start: int = 0) -> PatienceSteps | PatienceSwitches:
    """Return what each discount factor in [0, 1) sustains, exactly for one state, by refinement for several."""
    if len(game.states) > 1:
        found = switches(game, title)
        return replace(found, notes=(*found.notes, *_different(game)))
    stage = game.stages[0]
    steps, reversion = tuple(_merged(_with_money(stage))), tuple(_reversion(stage))
    notes = (*(() if reversion else (NO_PURE,)), *_different(game))
    return PatienceSteps(title, game.players, steps, reversion, "exact", notes)


def _different(game: StochasticGame) -> tuple[str, ...]:
    """Return what to know where a file's discount factors differ: the common one, and what their own ones sustain."""
    if game.discount is None or len(set(game.discount)) == 1:
        return ()
    own = ", ".join(f"{player} {delta}" for player, delta in zip(game.players, game.discount, strict=True))
    notes = (DIFFERENT.format(own),)
    best = max(_kept(game.stages[0], game.discount), default=None) if len(game.states) == 1 else None
    if best is None:
        return notes
    joint, _, behind = best
    return (*notes, AT_OWN.format(joint, " / ".join(_named(game.stages[0], -behind))))


def _with_money(stage: NormalFormGame) -> Iterator[Step]:
    """Yield the steps with unlimited payments, the most patient first."""
    payoffs, unit = integer_payoffs(stage)
    best = over_own_actions(payoffs)
    gains = (best.sum(axis=0) - payoffs.sum(axis=0)).ravel()
    joint, tempted = payoffs.sum(axis=0).ravel(), best.reshape(len(best), -1)
    smallest = payoffs.min(axis=0).ravel()
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
            best_ones = order[: k + 1][joint[order[: k + 1]] == most[k]]
            play = best_ones[int(np.argmax(smallest[best_ones]))]
            low = [v * unit for v in least[:, k]]
            yield _step(stage, ratio / (1 + ratio), Fraction(int(most[k])) * unit, low, play)


def _reversion(stage: NormalFormGame) -> Iterator[Step]:
    """Yield the steps without money under reversion to the worst stage equilibria, by rising discount factor."""
    flat, best, worst, unit = _grim(stage)
    found = sorted((max(needs), -joint, -smallest, k) for needs, joint, smallest, k in _sustained(flat, best, worst))
    reached: tuple[int, int] | None = None
    for delta, joint, smallest, k in found:
        if reached is None or (-joint, -smallest) > reached:
            reached = (-joint, -smallest)
            yield _step(stage, delta, -joint * unit, [w * unit for w in worst], k)


def _kept(stage: NormalFormGame, discount: tuple[Fraction, ...]) -> Iterator[tuple[Fraction, int, int]]:
    """Yield (joint payoff, smallest payoff in whole numbers, minus the profile) for all that reversion sustains."""
    flat, best, worst, unit = _grim(stage)
    for needs, joint, smallest, k in _sustained(flat, best, worst):
        if all(need <= delta for need, delta in zip(needs, discount, strict=True)):
            yield joint * unit, smallest, -k


def _grim(stage: NormalFormGame) -> tuple[Whole, Whole, list[int], Fraction]:
    """Return payoffs and best payoffs by player and profile, and each player's worst stage equilibrium, if any."""
    payoffs, unit = integer_payoffs(stage)
    best = over_own_actions(payoffs).reshape(len(payoffs), -1)
    flat = payoffs.reshape(len(payoffs), -1)
    stable = (best == flat).all(axis=0)
    return flat, best, [int(own.min()) for own in flat[:, stable]] if stable.any() else [], unit


def _sustained(flat: Whole, best: Whole, worst: list[int]) -> Iterator[tuple[list[Fraction], int, int, int]]:
    """Yield (each player's threshold, joint payoff, smallest payoff, profile) for all that some patience sustains."""
    if not worst:
        return
    low = np.array(worst, dtype=object)[:, None]
    possible = ((flat > low) | (best == flat) & (flat >= low)).all(axis=0)
    for k in np.flatnonzero(possible):
        gains = [(int(b - g), int(b - w)) for g, b, w in zip(flat[:, k], best[:, k], worst, strict=True)]
        needs = [Fraction(g, span) if g else Fraction(0) for g, span in gains]
        yield needs, int(flat[:, k].sum()), int(flat[:, k].min()), int(k)


def _step(stage: NormalFormGame, start: Fraction, joint: Fraction, low: list[Fraction], row: int) -> Step:
    profile = dict(zip(stage.players, _named(stage, row), strict=True))
    return Step(start, joint, dict(zip(stage.players, map(Fraction, low), strict=True)), profile)


def _named(stage: NormalFormGame, row: int) -> tuple[str, ...]:
    return stage.named(map(int, np.unravel_index(row, [len(names) for names in stage.actions])))


def _merged(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield steps by rising discount factor, those that change no value left out."""
    before: tuple[object, ...] | None = None
    for step in reversed(list(steps)):
        now = (step.joint, step.punishment)
        if now != before:
            yield step
            before = now
