"""Every incentive and every limit of an agreement, in exact numbers (inequalities: ``model.md`` section 4).

The states in which the agreement is awake, the level of every instrument in every state, and what is played after a
breach are given. Every period is played out: who gives what at which stage, who has received what when somebody breaks
the agreement, and where play goes from there. Levels may be unknown; what comes out is then affine in them. This shares
no code with what it judges: ``games`` and the standard library only.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from games.agreement import Agreement, Gift
from games.translate import Deviation, LocalGame
from solver.proof.forms import ONE, ZERO, Amount, Form, Row, Solver, Unknown, expected
from solver.proof.penal import PenalCode, faults, replies

STAGES = ("up front", "simultaneous", "on delivery")
OWED = {"withhold": "simultaneous", "deliver": "on delivery", "up front": "up front"}
"""The stages at which an actor can keep back what it owes, with the timing of what is owed."""
Levels = Mapping[str, Sequence[Fraction]]
Vector = list[Amount]


@dataclass(frozen=True)
class Inequality:
    """One thing that an actor could do instead, and why it does not.

    ``gain_now`` is what it gains in the period, ``loss_later`` the present value of what it loses afterwards, both in
    payoff units of that period; ``slack`` = (1 - discount factor) (loss_later - gain_now), per period. For ``join``
    they are the outside value and the value of the agreement. Positions are indices of actors and states; ``number``
    tells apart periods of a sanction, or replies to a refusal. Amounts are forms where levels are unknown.
    """

    stage: str
    actor: int
    state: int
    deviation: str
    gain_now: Amount
    loss_later: Amount
    slack: Amount
    number: int = 0


@dataclass(frozen=True)
class Limit:
    """A hard limit of the instruments, named by what it is, whose it is and the state: slack >= 0."""

    stage: str
    who: str
    state: int
    slack: Amount

    @property
    def words(self) -> str:
        """Return what is limited."""
        return f"{self.stage} of '{self.who}'"


@dataclass(frozen=True)
class Finding:
    """What was found: every inequality, every limit that is broken, and the exact values by actor and state."""

    inequalities: tuple[Inequality, ...]
    broken: tuple[str, ...]
    values: tuple[tuple[Fraction, ...], ...]

    @property
    def holds(self) -> bool:
        """Return whether every inequality and every limit is satisfied, exactly."""
        return not self.broken and all(inequality.slack >= 0 for inequality in self.inequalities)


@dataclass(frozen=True)
class Claim:
    """An arrangement: where it is awake, and its levels by state (None: unknown).

    ``penal``: how a breach is answered where the sanction is the harshest one; what is played apart is then what is
    played where the agreement sleeps.
    """

    game: Agreement
    awake: tuple[bool, ...]
    levels: Levels | None
    penal: PenalCode | None = None


def check(claim: Claim) -> Finding:
    """Return whether an arrangement is self-enforcing in every state, decided in exact rational arithmetic."""
    play = Play(claim)
    inequalities = tuple(e for i in range(len(claim.game.actors)) for e in play.incentives(i))
    return Finding(inequalities, tuple(_broken(play)), tuple(tuple(play.values(i)) for i in range(len(play.all_mine))))


class Play:
    """The play that a claim describes, with the two games it is made of."""

    def __init__(self, claim: Claim) -> None:
        self.claim, self.game = claim, claim.game
        self.target, self.apart = self.game.target, self.game.apart
        size = range(len(self.game.states))
        self.on = [s for s in size if claim.awake[s]]
        self.rows = [_row(self.target if claim.awake[s] else self.apart, s) for s in size]
        self.alone = [_row(self.apart, s) for s in size]
        touching: dict[str, list[Gift]] = {name: [] for name in self.game.giving}
        for gift in self.game.gifts:
            for name in (gift.giver, *gift.receivers):
                touching[name].append(gift)
        self.all_mine = [touching[name] for name in self.game.actors]
        self.levels = {b.name: [self._level(b, s) if claim.awake[s] else ZERO for s in size] for b in self.game.gifts}
        self._solvers: dict[tuple[bool, Fraction], Solver] = {}
        self._values: dict[int, Vector] = {}

    def _level(self, gift: Gift, state: int) -> Amount:
        if self.claim.levels is not None:
            return self.claim.levels[gift.name][state]
        return Form({unknown("level", gift, self.game.states[state]): ONE})

    def switch(self, gift: Gift, state: int) -> Amount:
        """Return 1 where an instrument is on, 0 where it is off."""
        if self.claim.levels is not None or not self.claim.awake[state]:
            return Fraction(self.levels[gift.name][state] > 0)
        return Form({unknown("on", gift, self.game.states[state]): ONE})

    @cached_property
    def asked(self) -> list[dict[str, str]]:
        """Return what is asked of everybody in every state."""
        return [dict(zip(self.game.actors, profile, strict=True)) for profile in self.target.policy]

    @cached_property
    def open_to(self) -> dict[tuple[int, int], list[Deviation]]:
        """Return the deviations from what is asked by actor and state."""
        return _by_actor_and_state(self.target)

    @cached_property
    def apart_open_to(self) -> dict[tuple[int, int], list[Deviation]]:
        """Return the deviations from what is played apart by actor and state."""
        return _by_actor_and_state(self.apart)

    def solver(self, path: bool, delta: Fraction) -> Solver:
        """Return the solver of V = (1 - delta) g + delta Q V on the path, or when everybody stays apart."""
        if (path, delta) not in self._solvers:
            rows = self.rows if path else self.alone
            if path and self.game.ends:
                rows = [row if awake else () for row, awake in zip(rows, self.claim.awake, strict=True)]
            self._solvers[path, delta] = Solver(rows, delta)
        return self._solvers[path, delta]

    def values(self, i: int) -> Vector:
        """Return V_i by state."""
        if i not in self._values:
            scale = 1 - self.game.discount[i]
            left = self.apart_values(i) if self.game.ends else []
            payoffs: Vector = []
            for s, awake in enumerate(self.claim.awake):
                if awake:
                    payoffs.append((self.flow(i, s, None, self.asked[s]) + self.target.payoffs[i][s]) * scale)
                else:
                    payoffs.append(left[s] if self.game.ends else scale * self.apart.payoffs[i][s])
            self._values[i] = self.solver(True, self.game.discount[i]).solve(payoffs)
        return self._values[i]

    def apart_values(self, i: int) -> Vector:
        """Return actor i's value by state once everybody has walked away for good."""
        delta = self.game.discount[i]
        return self.solver(False, delta).solve([(1 - delta) * g for g in self.apart.payoffs[i]])

    def spent(self, gift: Gift, state: int) -> Amount:
        """Return what an instrument costs its giver in a period."""
        cost = self.levels[gift.name][state] * gift.cost[state]
        return cost + self.switch(gift, state) * gift.fixed_cost if gift.fixed_cost else cost

    def flow(self, i: int, state: int, breach: str | None, played: Mapping[str, str]) -> Amount:
        """Return what instruments bring an actor in one awake period.

        ``breach`` None: all is delivered. Otherwise the stage at which the actor breaks the agreement: others have
        delivered what was due up to then, the actor only what was due before; a court enforces the rest.
        """
        total: Amount = ZERO
        moment = len(STAGES) if breach is None else STAGES.index(breach)
        for gift in self.all_mine[i]:
            level, due = self.levels[gift.name][state], STAGES.index(gift.timing)
            if not _may_be_given(level):
                continue
            if gift.giver == self.game.actors[i]:
                if due < moment or gift.enforceable:
                    total = total - self.spent(gift, state)
            elif (due <= moment or gift.enforceable) and _met(gift, played):
                total = total + level * gift.value[state]
        return total

    def owed(self, i: int, state: int, timing: str) -> list[Gift]:
        """Return what an actor must (or may have to) give in a state that no court makes it give."""
        return [
            b
            for b in self.all_mine[i]
            if b.giver == self.game.actors[i]
            and b.timing == timing
            and not b.enforceable
            and _may_be_given(self.levels[b.name][state])
        ]

    def incentives(self, i: int) -> Iterator[Inequality]:
        """Yield everything that actor i could do instead, in every state."""
        everywhere, values, forever = range(len(self.game.states)), self.values(i), self.apart_values(i)
        phases = self.phases(i, values, forever)
        for number, (after, _) in enumerate(pairwise(phases)):
            yield from self.apart_incentives(i, after, "sanction", everywhere, number)
        if len(phases) == 1 or self.game.ends:
            yield from self.apart_incentives(i, forever, "sanction", everywhere, len(phases))
        for s in self.on:
            yield from self.breaches(i, s, values, phases[-1])
        if not self.game.ends:
            yield from self.apart_incentives(i, values, "asleep", [s for s in everywhere if not self.claim.awake[s]])
        start, outside = self.game.start, self.game.outside[i]
        outside = forever[start] if outside is None else outside
        yield Inequality("join", i, start, "not join", outside, values[start], values[start] - outside)

    def phases(self, i: int, values: Vector, forever: Vector) -> list[Vector]:
        """Return actor i's values with 0, 1, ... T periods of sanction left; only the last, when it is for ever."""
        if self.claim.penal is not None:
            return [list(self.claim.penal.values[i])]
        if self.game.suspended is None:
            return [forever]
        delta, out = self.game.discount[i], [values]
        for _ in range(self.game.suspended):
            rows = zip(self.apart.payoffs[i], self.alone, strict=True)
            out.append([expected(row, out[-1]) * delta + (1 - delta) * g for g, row in rows])
        return out

    def breaches(self, i: int, s: int, values: Vector, after: Vector) -> Iterator[Inequality]:
        """Yield the breaches open to actor i in an awake state; ``after`` is its value when the sanction begins."""
        asked = self.asked[s]
        conform = self.flow(i, s, None, asked) + self.target.payoffs[i][s]
        ahead = expected(self.rows[s], values)

        def breach(stage: str, deviation: str, gets: Amount, later: Amount, number: int = 0) -> Inequality:
            return self.weighed(stage, (i, s), deviation, gets - conform, ahead - later, number)

        for deviation in self.open_to.get((i, s), ()):
            played = ChainMap({self.game.actors[i]: deviation.action}, asked)
            gets = self.flow(i, s, "simultaneous", played) + deviation.payoff
            yield breach("act", deviation.action, gets, expected(self.target.rows[deviation.row], after))
        for stage, what in (("withhold", "withhold what is due"), ("deliver", "not deliver")):
            if self.owed(i, s, OWED[stage]):
                gets = self.flow(i, s, OWED[stage], asked) + self.target.payoffs[i][s]
                yield breach(stage, what, gets, expected(self.rows[s], after))
        if self.owed(i, s, "up front"):
            for number, (apart, payoff, later) in enumerate(self.refused(i, s, after)):
                gets = self.flow(i, s, "up front", apart) + payoff
                yield breach("up front", "not deliver up front", gets, later, number)

    def refused(self, i: int, s: int, after: Vector) -> Iterator[tuple[Mapping[str, str], Fraction, Amount]]:
        """Yield what may be played in the period in which actor i gave nothing up front, its payoff, and its value
        from the next period on."""
        if self.claim.penal is not None and self.game.penal is not None:
            for reply in replies(self.game.penal, self.claim.penal, i, s):
                played = dict(zip(self.game.actors, reply.profile, strict=True))
                yield played, reply.payoff, expected(reply.row, after)
            return
        delta, payoff = self.game.discount[i], self.apart.payoffs[i][s]
        played = dict(zip(self.game.actors, self.apart.policy[s], strict=True))
        yield played, payoff, (after[s] - (1 - delta) * payoff) / delta if delta else ZERO

    def apart_incentives(
        self, i: int, ahead: Vector, stage: str, where: Sequence[int], number: int = 0
    ) -> Iterator[Inequality]:
        """Yield the ways to leave the sanction's play in some states, where ``ahead`` follows come what may."""
        for s in where:
            for deviation in self.apart_open_to.get((i, s), ()):
                gain, lost = deviation.payoff - self.apart.payoffs[i][s], ZERO
                if deviation.row != self.apart.row[s]:
                    lost = expected(self.alone[s], ahead) - expected(self.apart.rows[deviation.row], ahead)
                yield self.weighed(stage, (i, s), deviation.action, gain, lost, number)

    def weighed(
        self, stage: str, where: tuple[int, int], deviation: str, gain: Amount, lost: Amount, number: int
    ) -> Inequality:
        """Return the inequality of a gain now against a loss ``lost`` of normalised value from the next period on."""
        delta = self.game.discount[where[0]]
        slack = lost * delta - gain * (1 - delta)
        return Inequality(stage, *where, deviation, gain, lost * (delta / (1 - delta)), slack, number)

    def average(self, giver: str, amounts: Vector) -> Amount:
        """Return the average of amounts by state from the start on, discounted as a giver does."""
        delta = self.game.giving[giver]
        return self.solver(True, delta).solve([amount * (1 - delta) for amount in amounts])[self.game.start]

    def given(self, giver: str) -> Vector:
        """Return what a giver gives in each state, in its own cost."""
        mine = [b for b in self.game.gifts if b.giver == giver]
        return [sum((self.spent(b, s) for b in mine), ZERO) for s in range(len(self.game.states))]

    def limits(self) -> Iterator[Limit]:
        """Yield every budget, capacity, floor and switch, each as an amount that must not be negative."""
        yield from self._budgets()
        for name, limit in self.game.capacities.items():
            for s in self.on:
                used = sum((self.levels[b.name][s] for b in self.game.gifts if b.uses == name), ZERO)
                yield Limit("capacity", name, s, limit[s] - used)
        for i, floor in enumerate(self.game.floors):
            for s in self.on if floor is not None else ():
                got = self.flow(i, s, None, self.asked[s]) + self.target.payoffs[i][s]
                yield Limit("floor", self.game.actors[i], s, got - floor)
        for gift in self.game.gifts:
            for s in self.on if gift.on_off else ():
                level, on = self.levels[gift.name][s], self.switch(gift, s)
                yield Limit("minimum", gift.name, s, level - on * gift.minimum)
                yield Limit("off", gift.name, s, on * _cap(gift, self.on, s) - level)

    def _budgets(self) -> Iterator[Limit]:
        for giver in self.game.giving:
            spent = self.given(giver)
            if giver in self.game.budgets:
                for s in self.on:
                    yield Limit("budget", giver, s, self.game.budgets[giver][s] - spent[s])
            if giver in self.game.expected:
                left = self.game.expected[giver] - self.average(giver, spent)
                yield Limit("expected budget", giver, self.game.start, left)


def unknown(kind: str, gift: Gift, state: str) -> Unknown:
    """Return the name of an unknown level or switch: one for all states where a contract cannot tell them apart."""
    return (kind, gift.name, state) if gift.contingent else (kind, gift.name)


def _cap(gift: Gift, on: Sequence[int], s: int) -> Fraction:
    """Return the most that can be given: what is proposed, where anything is."""
    most = gift.cap if gift.level is None else gift.level
    assert most is not None
    return most[s] if gift.contingent else min(most[t] for t in on)


def _may_be_given(level: Amount) -> bool:
    return isinstance(level, Form) or level != 0


def _met(gift: Gift, played: Mapping[str, str]) -> bool:
    """Return whether enough of what an instrument needs is played."""
    hits = sum(played[name] in actions for name, actions in gift.needs.items())
    return hits >= (len(gift.needs) if gift.at_least is None else gift.at_least)


def _by_actor_and_state(game: LocalGame) -> dict[tuple[int, int], list[Deviation]]:
    out: dict[tuple[int, int], list[Deviation]] = {}
    for deviation in game.deviations:
        out.setdefault((deviation.actor, deviation.state), []).append(deviation)
    return out


def _row(game: LocalGame, state: int) -> Row:
    return game.rows[game.row[state]]


def _broken(play: Play) -> Iterator[str]:
    """Yield, in words, every hard limit that given levels break."""
    game = play.game
    if (game.penal is None) != (play.claim.penal is None):
        yield "the sanction claimed is not the one of the partnership"
    elif play.claim.penal is not None and game.penal is not None:
        yield from faults(game.penal, play.claim.penal)
    for gift in game.gifts:
        yield from _broken_levels(play, gift, play.claim.levels[gift.name] if play.claim.levels else ())
    for limit in play.limits():
        if limit.slack < 0:
            yield f"{limit.words} in {game.states[limit.state]}"


def _broken_levels(play: Play, gift: Gift, levels: Sequence[Fraction]) -> Iterator[str]:
    for s, level in enumerate(levels):
        where = f"'{gift.name}' in {play.game.states[s]}"
        if level < 0 or (level > 0 and not play.claim.awake[s]):
            yield f"level of {where}"
        if gift.cap is not None and level > gift.cap[s]:
            yield f"cap of {where}"
    if not gift.contingent and len({levels[s] for s in play.on}) > 1:
        yield f"'{gift.name}' varies, and may not"
