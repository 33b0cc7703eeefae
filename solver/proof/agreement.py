"""The exact decision: does an arrangement hold? Fractions, from the scenario's own decimals, without the solver.

A claim names the states in which the agreement is awake, the level of every instrument in every state, and what is
played after a breach. The checker plays every period out: who gives what at which stage, who has received what when
somebody breaks the agreement, and where play goes from there. It shares no code with what it judges; it imports
``games`` and the standard library only. Inequalities: ``model.md`` section 4.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from games import translate
from games.partnership import Actor, Instrument, Partnership, Policy
from games.translate import Deviation, LocalGame, Row
from solver.proof.penal import PenalCode, faults, replies

ZERO, ONE = Fraction(0), Fraction(1)
STAGES = ("up front", "simultaneous", "on delivery")
Levels = Mapping[str, Sequence[Fraction]]
Vector = list[Fraction]


@dataclass(frozen=True)
class Inequality:
    """One thing that an actor could do instead, and why it does not.

    ``gain_now`` is what it gains in the period, ``loss_later`` the present value of what it loses afterwards, both in
    payoff units of that period; ``slack`` = (1 - discount factor) (loss_later - gain_now), per period. For ``join``
    they are the outside value and the value of the agreement. Positions are indices of actors and states.
    """

    stage: str
    actor: int
    state: int
    deviation: str
    gain_now: Fraction
    loss_later: Fraction
    slack: Fraction


@dataclass(frozen=True)
class Finding:
    """What the checker found: every inequality, every limit that is broken, and the exact values by actor and state."""

    inequalities: tuple[Inequality, ...]
    broken: tuple[str, ...]
    values: tuple[tuple[Fraction, ...], ...]

    @property
    def holds(self) -> bool:
        """Return whether every inequality and every limit is satisfied, exactly."""
        return not self.broken and all(inequality.slack >= 0 for inequality in self.inequalities)


@dataclass(frozen=True)
class Claim:
    """An arrangement that is claimed to hold: where it is awake, its levels by state, and the play of its sanction.

    ``penal``: how a breach is answered where the sanction is the harshest one; ``sanction`` is then what is played
    where the agreement sleeps.
    """

    partnership: Partnership
    awake: tuple[bool, ...]
    levels: Levels
    sanction: Policy
    penal: PenalCode | None = None


def check(claim: Claim) -> Finding:
    """Return whether an arrangement is self-enforcing in every state, decided in exact rational arithmetic."""
    path = _Path(claim)
    inequalities: list[Inequality] = []
    values = [path.values(i) for i in range(len(claim.partnership.actors))]
    for i in range(len(values)):
        inequalities += path.incentives(i, values[i])
    return Finding(tuple(inequalities), tuple(_broken(path)), tuple(map(tuple, values)))


class _Path:
    """The play that a claim describes, with the two games it is made of; lives only inside ``check``."""

    def __init__(self, claim: Claim) -> None:
        self.claim, self.partnership = claim, claim.partnership
        self.states = translate.states(self.partnership)
        self.start = translate.start(self.partnership)
        self.target = translate.local_game(self.partnership, translate.target_policy(self.partnership))
        self.apart = translate.local_game(self.partnership, claim.sanction)
        self.everything_off = not any(any(levels) for levels in claim.levels.values())
        self.ends = self.partnership.lapse == "end"
        size = len(self.states)
        self.rows = [_row(self.target if claim.awake[s] else self.apart, s) for s in range(size)]
        self.alone = [_row(self.apart, s) for s in range(size)]
        self._solvers: dict[tuple[bool, Fraction], Solver] = {}
        self._asked: dict[int, dict[str, str]] = {}
        self.open_to = _by_actor_and_state(self.target)
        self.apart_open_to = _by_actor_and_state(self.apart)
        self.mine: dict[str, list[Instrument]] = {}
        for instrument in self.partnership.instruments:
            for name in (instrument.giver, *instrument.receivers):
                self.mine.setdefault(name, []).append(instrument)

    def played(self, game: LocalGame, state: int) -> dict[str, str]:
        return dict(zip(self.partnership.names, game.policy[state], strict=True))

    def solver(self, path: bool, delta: Fraction) -> Solver:
        """Return the solver of V = (1 - delta) g + delta Q V on the path, or when everybody stays apart."""
        if (path, delta) not in self._solvers:
            rows = self.rows if path else self.alone
            if path and self.ends:
                rows = [row if awake else () for row, awake in zip(rows, self.claim.awake, strict=True)]
            self._solvers[path, delta] = Solver(rows, delta)
        return self._solvers[path, delta]

    def values(self, i: int) -> Vector:
        """Return V_i by state."""
        actor = self.partnership.actors[i]
        scale = 1 - actor.discount
        payoffs = []
        left = self.apart_values(i) if self.ends else []
        for s, awake in enumerate(self.claim.awake):
            if awake:
                payoffs.append(scale * (self.target.payoffs[i][s] + self.flow(actor.name, s, None, self.asked(s))))
            else:
                payoffs.append(left[s] if self.ends else scale * self.apart.payoffs[i][s])
        return self.solver(True, actor.discount).solve(payoffs)

    def apart_values(self, i: int) -> Vector:
        """Return actor i's value by state once everybody has walked away for good."""
        actor = self.partnership.actors[i]
        return self.solver(False, actor.discount).solve([(1 - actor.discount) * g for g in self.apart.payoffs[i]])

    def asked(self, state: int) -> dict[str, str]:
        if state not in self._asked:
            self._asked[state] = self.played(self.target, state)
        return self._asked[state]

    def flow(self, name: str, state: int, breach: str | None, played: Mapping[str, str]) -> Fraction:
        """Return what instruments bring an actor in one awake period.

        ``breach`` None: all is delivered. Otherwise the stage at which the actor breaks the agreement: others have
        delivered what was due up to then, the actor only what was due before; a court enforces the rest.
        """
        if self.everything_off:
            return ZERO
        total = ZERO
        moment = len(STAGES) if breach is None else STAGES.index(breach)
        for instrument in self.mine.get(name, ()):
            level = self.claim.levels[instrument.name][state]
            if level == 0:
                continue
            due = STAGES.index(instrument.timing)
            if instrument.giver == name:
                if due < moment or instrument.enforceable:
                    total -= instrument.cost[self.states[state].level] * level + instrument.fixed_cost
            elif (due <= moment or instrument.enforceable) and translate.met(
                instrument.needs, played, instrument.at_least
            ):
                total += translate.unit_value(self.partnership, instrument, self.states[state]) * level
        return total

    def owes(self, name: str, state: int, timing: str) -> bool:
        """Return whether an actor must give something in a state that no court makes it give."""
        return any(
            b.giver == name and b.timing == timing and not b.enforceable and self.claim.levels[b.name][state] > 0
            for b in self.mine.get(name, ())
        )

    def incentives(self, i: int, values: Vector) -> Iterator[Inequality]:
        """Yield everything that actor i could do instead, in every state."""
        everywhere = range(len(self.states))
        forever = self.apart_values(i)
        phases = self.phases(i, values, forever)
        for after, _ in pairwise(phases):
            yield from self.apart_incentives(i, after, "sanction", everywhere)
        if len(phases) == 1 or self.ends:
            yield from self.apart_incentives(i, forever, "sanction", everywhere)
        for s, awake in enumerate(self.claim.awake):
            if awake:
                yield from self.breaches(i, s, values, phases[-1])
        if not self.ends:
            asleep = [s for s, awake in enumerate(self.claim.awake) if not awake]
            yield from self.apart_incentives(i, values, "asleep", asleep)
        actor = self.partnership.actors[i]
        outside = forever[self.start]
        if actor.outside_value is not None:
            outside = actor.outside_value[self.states[self.start].level]
        now = values[self.start]
        yield Inequality("join", i, self.start, "not join", outside, now, now - outside)

    def phases(self, i: int, values: Vector, forever: Vector) -> list[Vector]:
        """Return actor i's values with 0, 1, ... T periods of sanction left; only the last, when it is for ever."""
        if self.claim.penal is not None:
            return [list(self.claim.penal.values[i])]
        periods = self.partnership.sanction.periods
        if periods is None:
            return [forever]
        delta, out = self.partnership.actors[i].discount, [values]
        for _ in range(periods):
            ahead = out[-1]
            rows = zip(self.apart.payoffs[i], self.alone, strict=True)
            out.append([(1 - delta) * g + delta * _expected(row, ahead) for g, row in rows])
        return out

    def breaches(self, i: int, s: int, values: Vector, after: Vector) -> Iterator[Inequality]:
        """Yield the breaches open to actor i in an awake state; ``after`` is its value when the sanction begins."""
        actor, asked = self.partnership.actors[i], self.asked(s)
        conform = self.target.payoffs[i][s] + self.flow(actor.name, s, None, asked)
        ahead = _expected(self.rows[s], values)

        def breach(stage: str, deviation: str, gets: Fraction, later: Fraction) -> Inequality:
            return _weighed(actor, stage, (i, s), deviation, gets - conform, ahead - later)

        for deviation in self.open_to.get((i, s), ()):
            played = ChainMap({actor.name: deviation.action}, asked)
            gets = deviation.payoff + self.flow(actor.name, s, "simultaneous", played)
            yield breach("act", deviation.action, gets, _expected(self.target.rows[deviation.row], after))
        for timing, stage, what in (
            ("simultaneous", "withhold", "withhold what is due"),
            ("on delivery", "deliver", "not deliver"),
        ):
            if self.owes(actor.name, s, timing):
                gets = self.target.payoffs[i][s] + self.flow(actor.name, s, timing, asked)
                yield breach(stage, what, gets, _expected(self.rows[s], after))
        if self.owes(actor.name, s, "up front"):
            for apart, payoff, later in self.refused(i, s, after):
                gets = payoff + self.flow(actor.name, s, "up front", apart)
                yield breach("up front", "not deliver up front", gets, later)

    def refused(self, i: int, s: int, after: Vector) -> Iterator[tuple[Mapping[str, str], Fraction, Fraction]]:
        """Yield what may be played in the period in which actor i gave nothing up front, its payoff, and its value
        from the next period on."""
        if self.claim.penal is not None:
            for reply in replies(self.partnership, self.claim.penal, i, s):
                played = dict(zip(self.partnership.names, reply.profile, strict=True))
                yield played, reply.payoff, _expected(reply.row, after)
            return
        delta, payoff = self.partnership.actors[i].discount, self.apart.payoffs[i][s]
        yield self.played(self.apart, s), payoff, (after[s] - (1 - delta) * payoff) / delta if delta else ZERO

    def apart_incentives(self, i: int, ahead: Vector, stage: str, where: Sequence[int]) -> Iterator[Inequality]:
        """Yield the ways to leave the sanction's play in some states, where ``ahead`` follows come what may."""
        actor = self.partnership.actors[i]
        for s in where:
            for deviation in self.apart_open_to.get((i, s), ()):
                gain = deviation.payoff - self.apart.payoffs[i][s]
                loss = ZERO
                if deviation.row != self.apart.row[s]:
                    loss = _expected(self.alone[s], ahead) - _expected(self.apart.rows[deviation.row], ahead)
                yield _weighed(actor, stage, (i, s), deviation.action, gain, loss)


def _by_actor_and_state(game: LocalGame) -> dict[tuple[int, int], list[Deviation]]:
    out: dict[tuple[int, int], list[Deviation]] = {}
    for deviation in game.deviations:
        out.setdefault((deviation.actor, deviation.state), []).append(deviation)
    return out


def _weighed(
    actor: Actor, stage: str, where: tuple[int, int], deviation: str, gain: Fraction, lost: Fraction
) -> Inequality:
    """Return the inequality of a gain now against a loss ``lost`` of normalised value from the next period on."""
    delta = actor.discount
    slack = delta * lost - (1 - delta) * gain
    return Inequality(stage, *where, deviation, gain, delta / (1 - delta) * lost, slack)


def _row(game: LocalGame, state: int) -> Row:
    return game.rows[game.row[state]]


def _expected(row: Row, values: Sequence[Fraction]) -> Fraction:
    return sum((p * values[s] for s, p in row), ZERO)


class Solver:
    """Solves V = b + delta Q V for many b: sparse Gaussian elimination, done once, in Fractions."""

    def __init__(self, rows: Sequence[Row], delta: Fraction) -> None:
        matrix: list[dict[int, Fraction]] = []
        for s, row in enumerate(rows):
            entries = {s: ONE}
            for t, p in row:
                entries[t] = entries.get(t, ZERO) - delta * p
            matrix.append(entries)
        self.steps: list[tuple[int, int, Fraction]] = []
        self.upper = matrix
        # The matrix is strictly diagonally dominant (delta < 1), so every pivot on the diagonal is nonzero.
        for pivot in range(len(matrix)):
            for below in range(pivot + 1, len(matrix)):
                entry = matrix[below].pop(pivot, ZERO)
                if entry:
                    factor = entry / matrix[pivot][pivot]
                    self.steps.append((below, pivot, factor))
                    for t, value in matrix[pivot].items():
                        if t > pivot:
                            matrix[below][t] = matrix[below].get(t, ZERO) - factor * value

    def solve(self, right: Sequence[Fraction]) -> Vector:
        """Return the solution for one right-hand side."""
        out = list(right)
        for below, pivot, factor in self.steps:
            out[below] -= factor * out[pivot]
        for s in reversed(range(len(out))):
            known = sum((value * out[t] for t, value in self.upper[s].items() if t > s), ZERO)
            out[s] = (out[s] - known) / self.upper[s][s]
        return out


def _broken(path: _Path) -> Iterator[str]:
    """Yield, in words, every hard limit that the levels break."""
    partnership, levels = path.partnership, path.claim.levels
    if partnership.sanction.harshest != (path.claim.penal is not None):
        yield "the sanction claimed is not the one of the partnership"
    elif path.claim.penal is not None:
        yield from faults(partnership, path.claim.penal)
    for instrument in partnership.instruments:
        yield from _broken_levels(path, instrument, levels[instrument.name])
    for s, awake in enumerate(path.claim.awake):
        if awake:
            yield from _broken_in(path, s)
    for giver in partnership.parties:
        if giver.expected_budget is not None:
            spent = [(1 - giver.discount) * _spent(path, giver.name, s) for s in range(len(path.states))]
            if path.solver(True, giver.discount).solve(spent)[path.start] > giver.expected_budget:
                yield f"expected budget of {giver.name}"


def _broken_in(path: _Path, s: int) -> Iterator[str]:
    """Yield the capacities, budgets and floors that the levels break in one state."""
    partnership, levels = path.partnership, path.claim.levels
    level, name = path.states[s].level, path.states[s].name
    for capacity, limit in partnership.capacities.items():
        if sum((levels[b.name][s] for b in partnership.instruments if b.uses == capacity), ZERO) > limit[level]:
            yield f"capacity '{capacity}' in {name}"
    for giver in partnership.parties:
        if giver.budget is not None and _spent(path, giver.name, s) > giver.budget[level]:
            yield f"budget of {giver.name} in {name}"
    for i, actor in enumerate(partnership.actors):
        if actor.floor is not None:
            got = path.target.payoffs[i][s] + path.flow(actor.name, s, None, path.asked(s))
            if got < actor.floor:
                yield f"floor of {actor.name} in {name}"


def _broken_levels(path: _Path, instrument: Instrument, levels: Sequence[Fraction]) -> Iterator[str]:
    awake = [s for s, on in enumerate(path.claim.awake) if on]
    for s, level in enumerate(levels):
        where = f"'{instrument.name}' in {path.states[s].name}"
        if level < 0 or (level > 0 and not path.claim.awake[s]):
            yield f"level of {where}"
        if instrument.cap is not None and level > instrument.cap[path.states[s].level]:
            yield f"cap of {where}"
        if 0 < level < instrument.minimum:
            yield f"minimum of {where}"
    if not instrument.contingent and len({levels[s] for s in awake}) > 1:
        yield f"'{instrument.name}' varies, and may not"


def _spent(path: _Path, giver: str, state: int) -> Fraction:
    total = ZERO
    for instrument in path.mine.get(giver, ()):
        level = path.claim.levels[instrument.name][state]
        if instrument.giver == giver and level > 0:
            total += instrument.cost[path.states[state].level] * level + instrument.fixed_cost
    return total
