"""The arrangement programme: which instrument levels x make a policy self-enforcing (``model.md`` section 4).

Everything an actor weighs is linear in x once the values are eliminated. With N_i(s) the net flow of instruments to
actor i on the path, Q the transitions of the policy and delta its discount factor,

    V_i = (1 - delta) (I - delta Q)^-1 (g_i + N_i x)

and every incentive has one form, whatever the stage at which the actor could break the agreement:

    V_i(s)  >=  (1 - delta) [ g_i(s, played) + what it still receives and gives ] + delta E P_i(next)

Stages are up front (0), act (1), on delivery (2). Whoever breaks the agreement at stage k has received what is
delivered up to and including k, since that is delivered in the same breath, and has given what is due before k; later
nobody gives, except what a court enforces. What is received counts only if its needs are met by the actions played.

Written once over arrays: floats to find, rationals to decide (``solver.exact``).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from games import translate
from games.partnership import Instrument
from solver.exact import Arithmetic, Array
from solver.proof.penal import replies
from solver.sharing.limits import average, giver, limits, spending
from solver.sharing.rows import ACT, DELIVER, STAGE, UP_FRONT, Block, Column, Program, Row
from solver.sharing.situation import Awake, Compiled, Situation


class Builder:
    """The parts of a programme for one set of awake states: columns, flows, values and incentives.

    ``program`` puts them together; ``limits`` and ``standing`` take what they need.
    """

    def __init__(self, situation: Situation, awake: Awake, arithmetic: Arithmetic) -> None:
        self.situation, self.awake, self.arithmetic = situation, awake, arithmetic
        self.partnership = situation.partnership
        self.tables: Compiled = situation.tables(arithmetic)
        self.columns, self.low, self.high = _columns(situation, awake, arithmetic)
        self.size = len(situation.states)
        self.on = [s for s, a in enumerate(awake) if a]
        on = np.array(awake)
        table, asleep = self.tables.target, self.tables.sanction
        self.payoffs = np.where(on[None, :], table.payoffs, asleep.payoffs)
        self.next = np.where(on[:, None], table.next, asleep.next)
        self.ends = self.partnership.lapse == "end" and not all(
            a or s.ended for a, s in zip(awake, situation.states, strict=True)
        )
        if self.ends:
            self.next = self.next * np.where(on, 1, 0)[:, None]
        self._inverse: dict[Any, Array] = {}
        self._asked: dict[int, dict[str, str]] = {}
        self.touching = _touching(self.partnership.instruments, self.columns)
        self.here: dict[tuple[str, int], list[tuple[int, int]]] = {}
        for name, mine in self.touching.items():
            for k, j in enumerate(mine):
                for s in self.columns[j].states:
                    self.here.setdefault((name, s), []).append((k, j))
        self.deviations = _by_actor(situation.target, len(self.partnership.actors))
        self.sleeping = _by_actor(situation.sanction.game, len(self.partnership.actors))

    def resolvent(self, delta: Any) -> Array:
        """Return (1 - delta) (I - delta Q)^-1 under the policy."""
        if delta not in self._inverse:
            eye = self.arithmetic.eye(self.size)
            self._inverse[delta] = self.arithmetic.inverse(eye - delta * self.next) * (1 - delta)
        return self._inverse[delta]

    def flow(self, actor: str, stage: int | None, profile: Mapping[str, str], state: int, mine: list[int]) -> Array:
        """Return what one unit of each column in ``mine`` brings ``actor`` in a state.

        ``stage`` None is the path; otherwise the stage at which the actor breaks the agreement.
        """
        out = self.arithmetic.zeros(len(mine))
        for k, j in self.here.get((actor, state), []):
            column = self.columns[j]
            instrument = self.partnership.instruments[column.instrument]
            due = STAGE[instrument.timing]
            if instrument.giver == actor:
                given = stage is None or due < stage or instrument.enforceable
                if given:
                    cost = instrument.fixed_cost if column.switch else instrument.cost[self.level(state)]
                    out[k] = out[k] - self.arithmetic.number(cost)
            elif not column.switch:
                received = stage is None or due <= stage or instrument.enforceable
                if received and translate.met(instrument.needs, profile, instrument.at_least):
                    worth = translate.unit_value(self.partnership, instrument, self.situation.states[state])
                    out[k] = out[k] + self.arithmetic.number(worth)
        return out

    def level(self, state: int) -> int:
        return self.situation.states[state].level

    def punished(self, state: int) -> dict[str, str]:
        """Return what the sanction plays in a state, by actor."""
        return dict(zip(self.partnership.names, self.situation.sanction.game.policy[state], strict=True))

    def refused(self, i: int, state: int, after: tuple[Array, Array]) -> Any:
        """Yield what may be played in the period in which actor i gave nothing up front, and what it is worth to i."""
        penal = self.situation.penal
        if penal is None:
            yield self.punished(state), (after[0][state], after[1][state])
            return
        number, delta = self.arithmetic.number, self.tables.discount[i]
        game = self.situation.agreement.penal
        assert game is not None
        for reply in replies(game, penal, i, state):
            ahead = sum((number(p) * after[0][t] for t, p in reply.row), delta * 0)
            played = dict(zip(self.partnership.names, reply.profile, strict=True))
            yield played, ((1 - delta) * number(reply.payoff) + delta * ahead, after[1][state])

    def path_flows(self, i: int, mine: list[int]) -> Array:
        """Return N_i[s, j], the flows on the path."""
        out = self.arithmetic.zeros(self.size, len(mine))
        if mine:
            name = self.partnership.actors[i].name
            for s in self.on:
                out[s] = self.flow(name, None, self.play(s), s, mine)
        return out

    def play(self, state: int) -> dict[str, str]:
        """Return what the target asks for in a state, by actor (kept, since every actor's rows need it)."""
        if state not in self._asked:
            self._asked[state] = dict(zip(self.partnership.names, self.situation.target.policy[state], strict=True))
        return self._asked[state]

    def actor_values(self, i: int) -> tuple[Array, Array, list[int]]:
        """Return V_i as (constant by state, coefficients by state and column, columns)."""
        mine = self.touching.get(self.partnership.actors[i].name, [])
        delta = self.tables.discount[i]
        resolvent = self.resolvent(delta)
        base = self.payoffs[i]
        if self.ends:
            base = np.where(np.array(self.awake), base, self.tables.walk[i] / (1 - delta))
        return resolvent @ base, self.arithmetic.product(resolvent, self.path_flows(i, mine)), mine

    def sanction_values(self, i: int, value0: Array, value: Array) -> list[tuple[Array, Array]]:
        """Return P_i with 0, 1, ... T periods of sanction left (or just the last, for ever), linear in x."""
        periods = self.partnership.sanction.periods
        if periods is None:
            return [(self.tables.punished[i], self.arithmetic.zeros(*value.shape))]
        delta, table = self.tables.discount[i], self.tables.sanction
        phases = [(value0, value)]
        for _ in range(periods):
            constant, coefficient = phases[-1]
            ahead0, ahead = table.next @ constant, self.arithmetic.product(table.next, coefficient)
            phases.append(((1 - delta) * table.payoffs[i] + delta * ahead0, delta * ahead))
        return phases

    def actor_block(self, i: int, value0: Array, value: Array, mine: list[int]) -> Block:
        """Return every incentive of one actor."""
        phases = self.sanction_values(i, value0, value)
        rows = [*self._breaches(i, value0, value, mine, phases[-1])]
        if self.partnership.lapse == "sleep":
            rows += self._asleep(i, "asleep", (value0, value), (value0, value), lambda s: not self.awake[s])
        for number, (before, after) in enumerate(pairwise(phases)):
            rows += self._asleep(i, "sanction", after, before, lambda s: True, number)
        rows.append(self._join(i, value0, value))
        constants = self.arithmetic.zeros(len(rows))
        coefficients = self.arithmetic.zeros(len(rows), len(mine))
        for k, (_, constant, coefficient) in enumerate(rows):
            constants[k], coefficients[k] = constant, coefficient
        return Block(tuple(row for row, _, _ in rows), constants, coefficients, np.array(mine, int))

    def _breaches(self, i: int, value0: Array, value: Array, mine: list[int], after: tuple[Array, Array]) -> Any:
        """Yield (row, constant, coefficients) for every way in which an actor can break the agreement."""
        table, name, delta = self.tables.target, self.partnership.actors[i].name, self.tables.discount[i]
        ahead0, ahead = table.rows @ after[0], self.arithmetic.product(table.rows, after[1])
        game = self.situation.target

        def breach(row: Row, stage: int, profile: Mapping[str, str], payoff: Any, later: tuple[Any, Any]) -> Any:
            s = row.state
            broken = self.flow(name, stage, profile, s, mine)
            return row, value0[s] - payoff - later[0], value[s] - (1 - delta) * broken - later[1]

        for d in self.deviations[i]:
            deviation = game.deviations[d]
            if self.awake[deviation.state]:
                row = Row("act", i, deviation.state, deviation.action)
                k = deviation.row
                profile = ChainMap({name: deviation.action}, self.play(deviation.state))
                now = (1 - delta) * table.dev_payoff[d]
                yield breach(row, ACT, profile, now, (delta * ahead0[k], delta * ahead[k]))
        owed = self._owed(name, mine)
        loose = bool(owed) and not self._stays_anyway(i, mine, after)
        softer = 2 * self.partnership.actors[i].discount
        for s in self.on:
            k, now = game.row[s], (1 - delta) * table.payoffs[i, s]
            later = (delta * ahead0[k], delta * ahead[k])
            if ACT in owed:
                yield breach(
                    Row("withhold", i, s, "withhold what is due", softer, loose), ACT, self.play(s), now, later
                )
            if DELIVER in owed:
                yield breach(Row("deliver", i, s, "not deliver", softer, loose), DELIVER, self.play(s), now, later)
            if UP_FRONT in owed:
                for number, (profile, value_there) in enumerate(self.refused(i, s, after)):
                    row = Row("up front", i, s, "not deliver up front", conditional=loose, number=number)
                    yield breach(row, UP_FRONT, profile, delta * 0, value_there)

    def _owed(self, actor: str, mine: list[int]) -> set[int]:
        """Return the stages at which an actor owes something that no court enforces."""
        instruments = (self.partnership.instruments[self.columns[j].instrument] for j in mine)
        return {STAGE[b.timing] for b in instruments if b.giver == actor and not b.enforceable}

    def _stays_anyway(self, i: int, mine: list[int], after: tuple[Array, Array]) -> bool:
        """Return whether acting rightly already makes an actor better off than under the sanction, in every state.

        That is so if in every awake state leaving alone, while the others still share, would be worth no less than the
        sanction (sharing does not harm those who stay out). Then the rows that guard what is owed hold at zero owed.
        """
        if self.partnership.sanction.periods is not None or self.situation.penal is not None:
            return False
        table, name, delta = self.tables.target, self.partnership.actors[i].name, self.tables.discount[i]
        ahead, safe = table.rows @ after[0], set[int]()
        for d in self.deviations[i]:
            deviation = self.situation.target.deviations[d]
            s = deviation.state
            worth = (1 - delta) * table.dev_payoff[d] + delta * ahead[deviation.row]
            if not self.awake[s] or s in safe or worth < after[0][s]:
                continue
            gets = self.flow(name, ACT, ChainMap({name: deviation.action}, self.play(s)), s, mine)
            apart = self.flow(name, UP_FRONT, self.punished(s), s, mine)
            if (gets >= 0).all() and (gets >= apart).all():
                safe.add(s)
        return safe.issuperset(self.on)

    def _asleep(
        self, i: int, stage: str, here: tuple[Array, Array], ahead: tuple[Array, Array], where: Any, number: int = 0
    ) -> Any:
        """Yield the incentives to keep to the sanction's play in a state where ``ahead`` follows, come what may."""
        table, game, delta = self.tables.sanction, self.situation.sanction.game, self.tables.discount[i]
        for d in self.sleeping[i]:
            deviation = game.deviations[d]
            if where(deviation.state):
                following = table.rows[deviation.row]
                constant = here[0][deviation.state] - (1 - delta) * table.dev_payoff[d] - delta * (following @ ahead[0])
                coefficient = here[1][deviation.state] - delta * (following @ ahead[1])
                yield Row(stage, i, deviation.state, deviation.action, number=number), constant, coefficient

    def _join(self, i: int, value0: Array, value: Array) -> Any:
        actor, s = self.partnership.actors[i], self.situation.start
        if actor.outside_value is None:
            outside, exposure = self.tables.walk[i, s], Fraction(2)
        else:
            outside, exposure = self.arithmetic.number(actor.outside_value[self.level(s)]), Fraction(1)
        return Row("join", i, s, "not join", exposure), value0[s] - outside, value[s]


def program(situation: Situation, awake: Awake, arithmetic: Arithmetic) -> Program:
    """Return the arrangement programme for sharing in the ``awake`` states and sleeping (or ending) elsewhere."""
    build = Builder(situation, awake, arithmetic)
    blocks, values = [], []
    for i in range(len(situation.partnership.actors)):
        value0, value, mine = build.actor_values(i)
        blocks.append(build.actor_block(i, value0, value, mine))
        values.append(Block((), value0, value, np.array(mine, int)))
    spent = spending(build)
    weights = {name: average(build, giver(build, name).discount) for name in spent}
    return Program(
        situation, awake, arithmetic, build.columns, build.low, build.high,
        (*blocks, *limits(build, spent)), tuple(values), spent, weights,
    )  # fmt: skip


def _columns(
    situation: Situation, awake: Awake, arithmetic: Arithmetic
) -> tuple[tuple[Column, ...], tuple[Any, ...], tuple[Any, ...]]:
    """Return the variables with their bounds; a switch follows each level that is on or off."""
    found: list[tuple[Column, Any, Any]] = []
    on = [s for s, a in enumerate(awake) if a]
    zero, one = arithmetic.number(Fraction(0)), arithmetic.number(Fraction(1))
    for b, instrument in enumerate(situation.partnership.instruments):
        groups = [(s,) for s in on] if instrument.contingent else [tuple(on)] if on else []
        for group in groups:
            levels = [situation.states[s].level for s in group]
            low, high = zero, None
            if instrument.level is not None:
                low = high = arithmetic.number(instrument.level[levels[0]])
            elif instrument.cap is not None:
                high = arithmetic.number(min(instrument.cap[level] for level in levels))
            found.append((Column(b, group), low, high))
            if instrument.on_off:
                found.append((Column(b, group, True), zero, one))
    return tuple(c for c, _, _ in found), tuple(low for _, low, _ in found), tuple(high for _, _, high in found)


def _touching(instruments: tuple[Instrument, ...], columns: tuple[Column, ...]) -> dict[str, list[int]]:
    """Return, by party, the columns that it gives or receives."""
    out: dict[str, list[int]] = {}
    for j, column in enumerate(columns):
        instrument = instruments[column.instrument]
        for name in (instrument.giver, *instrument.receivers):
            out.setdefault(name, []).append(j)
    return out


def _by_actor(game: translate.LocalGame, actors: int) -> list[list[int]]:
    out: list[list[int]] = [[] for _ in range(actors)]
    for d, deviation in enumerate(game.deviations):
        out[deviation.actor].append(d)
    return out
