"""The fast check of given levels: all actors at once, each with a discount factor of its own.

With levels fixed, actor i's incentives depend on its own discount factor alone, so a whole vector of thresholds is
refined together: one batched linear solve a step. The clear version, and the oracle of this one, is
``solver.proof.agreement``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.exact import FAST
from solver.proof.penal import replies
from solver.sharing.arrangement import Levels
from solver.sharing.program import Builder
from solver.sharing.rows import ACT, STAGE, UP_FRONT
from solver.sharing.situation import Awake, Situation

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Standing:
    """Payoffs of an agreement with its levels given, instruments included, as arrays over actors and states.

    ``path[i, s]`` is what i earns on the path; ``broken`` has one row per way to break the agreement: (actor, state,
    payoff in that period, transition row, 1 if the sanction begins in the period itself).
    """

    situation: Situation
    awake: Awake
    path: Floats
    next: Floats
    actors: NDArray[np.int_]
    states: NDArray[np.int_]
    payoffs: Floats
    rows: Floats
    at_once: NDArray[np.bool_]


def standing(situation: Situation, awake: Awake, levels: Levels) -> Standing:
    """Return the arrays for given levels."""
    build = Builder(situation, awake, FAST)
    x = np.array([float(levels[_name(build, j)][c.states[0]]) for j, c in enumerate(build.columns)])
    for j, column in enumerate(build.columns):
        if column.switch:
            x[j] = float(x[j] > 0)
    target, sleep = situation.fast.target, situation.fast.sanction
    path = build.payoffs.copy()
    found: list[tuple[int, int, float, Floats, bool]] = []
    for i, actor in enumerate(situation.partnership.actors):
        mine = build.touching.get(actor.name, [])
        given = x[mine]
        path[i] += build.path_flows(i, mine) @ given
        for d in build.deviations[i]:
            deviation = situation.target.deviations[d]
            if awake[deviation.state]:
                flow = 0.0
                if given.any():
                    played = {**build.play(deviation.state), actor.name: deviation.action}
                    flow = float(build.flow(actor.name, ACT, played, deviation.state, mine) @ given)
                found.append((i, deviation.state, target.dev_payoff[d] + flow, target.rows[deviation.row], False))
        if given.any():
            found += _withheld(build, i, mine, given)
    columns = list(zip(*found, strict=True)) if found else [()] * 5
    rows = np.array(columns[3]).reshape(len(found), len(awake))
    return Standing(
        situation, awake, path, np.where(np.array(awake)[:, None], target.next, sleep.next),
        np.array(columns[0], int), np.array(columns[1], int), np.array(columns[2], float), rows,
        np.array(columns[4], bool),
    )  # fmt: skip


def _name(build: Any, j: int) -> str:
    return str(build.partnership.instruments[build.columns[j].instrument].name)


def _withheld(build: Any, i: int, mine: list[int], given: Floats) -> list[tuple[int, int, float, Floats, bool]]:
    """Return the breaches at which an actor plays its part and keeps what it owes, where it owes something."""
    table, name = build.tables.target, build.partnership.actors[i].name
    out = []
    for s in map(int, np.flatnonzero(build.awake)):
        owed = {
            stage
            for stage, instrument in ((STAGE[b.timing], b) for b in _instruments(build, mine, given, s))
            if instrument.giver == name and not instrument.enforceable
        }
        for stage in sorted(owed - {UP_FRONT}):
            flow = float(build.flow(name, stage, build.play(s), s, mine) @ given)
            out.append((i, s, table.payoffs[i, s] + flow, table.next[s], False))
        if UP_FRONT in owed:
            for profile, payoff, row in _refusals(build, i, s):
                flow = float(build.flow(name, UP_FRONT, profile, s, mine) @ given)
                out.append((i, s, payoff + flow, row, True))
    return out


def _refusals(build: Builder, i: int, s: int) -> Iterator[tuple[Mapping[str, str], float, Floats]]:
    """Yield what may be played in the period in which actor i gave nothing up front, its payoff, and what follows."""
    penal, partnership = build.situation.penal, build.partnership
    if penal is None:
        yield build.punished(s), float(build.tables.sanction.payoffs[i, s]), build.tables.sanction.next[s]
        return
    game = build.situation.agreement.penal
    assert game is not None
    for reply in replies(game, penal, i, s):
        row = np.zeros(build.size)
        for t, p in reply.row:
            row[t] = float(p)
        yield dict(zip(partnership.names, reply.profile, strict=True)), float(reply.payoff), row


def _instruments(build: Any, mine: list[int], given: Floats, state: int) -> list[Any]:
    return [
        build.partnership.instruments[build.columns[j].instrument]
        for j, level in zip(mine, given, strict=True)
        if level > 0 and state in build.columns[j].states and not build.columns[j].switch
    ]


def discounted(next_: Floats, payoffs: Floats, discount: Floats) -> Floats:
    """Return normalised values V[i, s] = (1 - delta_i) (I - delta_i Q)^-1 g_i for all actors at once."""
    out = np.empty_like(payoffs)
    for delta in np.unique(discount):
        same = discount == delta
        system = np.eye(len(next_)) - delta * next_
        out[same] = (1 - delta) * np.linalg.solve(system, payoffs[same].T).T
    return out


def slacks(standing: Standing, discount: Floats) -> Floats:
    """Return each actor's smallest slack over all its incentives (joining included) at its discount factor."""
    situation = standing.situation
    sanction, partnership = situation.fast.sanction, situation.partnership
    delta = discount[:, None]
    walk = discounted(sanction.next, sanction.payoffs, discount)
    if partnership.lapse == "end" and not all(standing.awake):
        on = np.array(standing.awake)
        values = discounted(standing.next * on[:, None], np.where(on, standing.path, walk / (1 - delta)), discount)
    else:
        values = discounted(standing.next, standing.path, discount)
    out = _join(standing, values, walk)
    everywhere, asleep = np.ones(len(standing.awake), bool), ~np.array(standing.awake)
    now = before = _answered(situation, walk) if partnership.sanction.periods is None else values
    for _ in range(partnership.sanction.periods or 0):
        now, before = (1 - delta) * sanction.payoffs + delta * (now @ sanction.next.T), now
        _leaving(standing, discount, (now, before), everywhere, out)
    if partnership.sanction.periods is None or partnership.lapse == "end":
        _leaving(standing, discount, (walk, walk), everywhere, out)
    if partnership.lapse == "sleep":
        _leaving(standing, discount, (values, values), asleep, out)
    i, s, d = standing.actors, standing.states, discount[standing.actors]
    # A breach up front is in the first period of the sanction itself, so one period fewer is left after it.
    after = np.where(standing.at_once[:, None], before[i], now[i])
    ahead = np.einsum("ks,ks->k", standing.rows, after)
    slack = values[i, s] - (1 - d) * standing.payoffs - d * ahead
    np.minimum.at(out, i, slack)
    return out


def _answered(situation: Situation, walk: Floats) -> Floats:
    """Return each actor's value once its breach is answered for good (the harshest: at the situation's discounts)."""
    return walk if situation.penal is None else situation.fast.punished


def _join(standing: Standing, values: Floats, walk: Floats) -> Floats:
    situation = standing.situation
    outside = walk[:, situation.start].copy()
    level = situation.states[situation.start].level
    for i, actor in enumerate(situation.partnership.actors):
        if actor.outside_value is not None:
            outside[i] = float(actor.outside_value[level])
    return np.asarray(values[:, situation.start] - outside)


def _leaving(
    standing: Standing, discount: Floats, phase: tuple[Floats, Floats], where: NDArray[np.bool_], out: Floats
) -> None:
    """Lower ``out`` wherever someone would leave the sanction's play in a phase (its values now, and next period).

    A deviation that moves no state was judged once for all discount factors when the sanction was.
    """
    game, table = standing.situation.sanction.game, standing.situation.fast.sanction
    here, ahead = phase
    for k, deviation in enumerate(game.deviations):
        i, s = deviation.actor, deviation.state
        if deviation.row != game.row[s] and where[s]:
            other = (1 - discount[i]) * table.dev_payoff[k] + discount[i] * float(table.rows[deviation.row] @ ahead[i])
            out[i] = min(out[i], float(here[i, s]) - other)


def joint_value(situation: Situation, awake: Awake) -> Floats:
    """Return the sum of the actors' values by state without instruments."""
    target, sleep = situation.fast.target, situation.fast.sanction
    on = np.array(awake)
    payoffs = np.where(on, target.payoffs, sleep.payoffs)
    next_ = np.where(on[:, None], target.next, sleep.next)
    discount = np.array([float(a.discount) for a in situation.partnership.actors])
    return np.asarray(discounted(next_, payoffs, discount).sum(axis=0))
