"""A naive exact judge of a signed agreement, to hold the solver against.

It shares no formula with the solver. It writes the agreement down as a machine and plays it:

    node (PATH, s)   the agreement is on          node (t, s)   t periods of the sanction are left, this one included
    node (GONE, s)   it is over for good: the sanction is played for ever

In every node everybody's actions, what is given, and the next node are explicit. An actor's value solves

    value(node) = (1 - discount) payoff(node) + discount sum over s' of p(s') value(next, s')

by Gaussian elimination in Fractions. A *slack* is the value of a node minus the value of one single deviation there,
after which the machine runs on. The agreement holds if no slack, over all actors and nodes, reachable or not, is
negative, and nobody is better off by not joining.

Where the contract leaves room: an asleep state does not cut a sanction of T periods short; "gone" nodes are judged (in
every state) if the sanction is for ever or an asleep state ends the agreement, and not at all otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np

from games.partnership import Actor, Funder, Instrument, Partnership, Policy
from games.translate import Row, actions, met, profile_payoffs, start, states, target_policy, unit_value

Levels = Mapping[str, Sequence[Fraction]]
Mode = str | int
Node = tuple[Mode, int]
Profile = tuple[str, ...]
Delivered = Callable[[Instrument], bool]
Deviation = tuple[str, Profile, Delivered, Mode]
"""Its name, the actions then played, what is still delivered, and the mode that follows."""
PATH, GONE = "path", "gone"
ZERO = Fraction(0)


@dataclass(frozen=True)
class Verdictish:
    """The smallest ``slack`` and ``where`` it is, whether the hard limits are kept, and the path's values.

    ``values[actor][s]`` is per period, for each state index; ``slacks`` holds every constraint by its description.
    """

    slack: Fraction
    limits_ok: bool
    where: str
    values: dict[str, tuple[Fraction, ...]]
    slacks: dict[str, Fraction]
    broken_limits: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Return whether the agreement is self-enforcing, within its limits and worth joining."""
        return self.slack >= 0 and self.limits_ok


@dataclass
class Machine:
    """The agreement written out as an automaton."""

    partnership: Partnership
    awake: Sequence[bool]
    levels: Levels
    sigma: Policy
    periods: int | None

    def __post_init__(self) -> None:
        self.states = states(self.partnership)
        self.stage = cache(self._stage)
        self.target = target_policy(self.partnership)
        self.sanctioned: Mode = GONE if self.periods is None else self.periods
        modes: list[Mode] = [PATH, *range(self.periods or 0, 0, -1), GONE]
        self.nodes: list[Node] = [(mode, s) for mode in modes for s in range(len(self.states))]
        assert not any(on and s.ended for on, s in zip(self.awake, self.states, strict=True)), "ended, yet awake"

    def on(self, node: Node) -> bool:
        """Return whether the agreement is on and awake in a node."""
        return node[0] == PATH and self.awake[node[1]]

    def plays(self, node: Node) -> Profile:
        """Return the actions prescribed in a node."""
        return self.target[node[1]] if self.on(node) else self.sigma[node[1]]

    def next_mode(self, node: Node) -> Mode:
        """Return the mode of the next period if everybody conforms in a node."""
        mode, s = node
        if isinstance(mode, int):
            return mode - 1 if mode > 1 else PATH
        ends = mode == PATH and not self.awake[s] and self.partnership.lapse == "end"
        return GONE if ends else mode

    def given(self, s: int) -> list[tuple[Instrument, Fraction]]:
        """Return the instruments that the agreement has delivered in a state, with their levels."""
        levels = ((b, self.levels[b.name][s]) for b in self.partnership.instruments if self.awake[s])
        return [(b, x) for b, x in levels if x]

    def _stage(self, s: int, profile: Profile) -> tuple[tuple[Fraction, ...], Row]:
        """Return the payoffs without instruments, and the (state, probability) pairs that follow."""
        return profile_payoffs(self.partnership, self.states[s], profile)

    def payoff(self, i: int, node: Node, profile: Profile, delivered: Delivered) -> Fraction:
        """Return actor i's payoff in one period at the actions played, with the instruments that are delivered."""
        s, name = node[1], self.partnership.names[i]
        played = dict(zip(self.partnership.names, profile, strict=True))
        total = self.stage(s, profile)[0][i]
        for b, x in self.given(s) if node[0] == PATH else []:
            if not delivered(b):
                continue
            if b.giver == name:
                total -= cost(b, x, self.states[s].level)
            if name in b.receivers and met(b.needs, played, b.at_least):
                total += unit_value(self.partnership, b, self.states[s]) * x
        return total

    def values(self, discount: Fraction, payoffs: Sequence[Fraction]) -> dict[Node, Fraction]:
        """Return the value of every node for somebody who earns ``payoffs`` (in the order of the nodes)."""
        index = {node: k for k, node in enumerate(self.nodes)}
        rows = []
        for node, earned in zip(self.nodes, payoffs, strict=True):
            row = [ZERO] * (len(self.nodes) + 1)
            row[index[node]] += 1
            for s, p in self.stage(node[1], self.plays(node))[1]:
                row[index[self.next_mode(node), s]] -= discount * p
            row[-1] = (1 - discount) * earned
            rows.append(row)
        return dict(zip(self.nodes, solve(rows), strict=True))

    def actor_payoffs(self, i: int) -> list[Fraction]:
        """Return what actor i earns in each node if everybody conforms."""
        return [self.payoff(i, node, self.plays(node), everything) for node in self.nodes]

    def deviations(self, i: int, node: Node) -> Iterator[Deviation]:
        """Yield every one-shot deviation of actor i in a node."""
        me, here, s = self.partnership.actors[i], self.plays(node), node[1]
        others = [a for a in actions(self.partnership, me, self.states[s]) if a != here[i]]
        swapped = [(f"plays '{a}'", (*here[:i], a, *here[i + 1 :])) for a in others]
        if not self.on(node):
            yield from ((name, profile, everything, self.next_mode(node)) for name, profile in swapped)
            return

        def but(by_all: Sequence[str], by_others: str) -> Delivered:
            return lambda b: b.enforceable or b.timing in by_all or (b.timing == by_others and b.giver != me.name)

        owed = {b.timing for b, _ in self.given(s) if b.giver == me.name and not b.enforceable}
        if "up front" in owed:
            yield "refuses up front", self.sigma[s], but((), "up front"), self.next_mode((self.sanctioned, s))
        if "simultaneous" in owed:
            swapped.append(("withholds at the same time", here))
        for name, profile in swapped:
            yield name, profile, but(["up front"], "simultaneous"), self.sanctioned
        if "on delivery" in owed:
            yield "withholds on delivery", here, but(["up front", "simultaneous"], "on delivery"), self.sanctioned


def everything(instrument: Instrument) -> bool:
    """Return that an instrument is delivered: nobody withholds."""
    return True


def cost(instrument: Instrument, level: Fraction, urgency_level: int) -> Fraction:
    """Return what a level of an instrument costs its giver."""
    return instrument.cost[urgency_level] * level + instrument.fixed_cost if level else ZERO


def solve(rows: list[list[Fraction]]) -> list[Fraction]:
    """Return the solution of a square linear system, each row with its right-hand side at the end."""
    rows = [row[:] for row in rows]
    for k in range(len(rows)):
        pivot = next(r for r in range(k, len(rows)) if rows[r][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] if x else x for x in rows[k]]
        for r in range(len(rows)):
            if r != k and (factor := rows[r][k]):
                rows[r] = [x - factor * y if y else x for x, y in zip(rows[r], rows[k], strict=True)]
    return [row[-1] for row in rows]


def worst(
    partnership: Partnership, awake: Sequence[bool], levels: Levels, sigma: Policy, periods: int | None
) -> Verdictish:
    """Return the smallest slack of an agreement over every deviation and joining, in payoff units per period."""
    machine = Machine(partnership, awake, levels, sigma, periods)
    slacks: dict[str, Fraction] = {}
    values: dict[str, tuple[Fraction, ...]] = {}
    first = start(partnership)
    gone_counts = periods is None or (partnership.lapse == "end" and not all(awake))
    for i, actor in enumerate(partnership.actors):
        value = machine.values(actor.discount, machine.actor_payoffs(i))
        values[actor.name] = tuple(value[PATH, s] for s in range(len(machine.states)))
        for node in [node for node in machine.nodes if node[0] != GONE or gone_counts]:
            for name, profile, delivered, then in machine.deviations(i, node):
                now = machine.payoff(i, node, profile, delivered)
                later = sum((p * value[then, s] for s, p in machine.stage(node[1], profile)[1]), ZERO)
                deviating = (1 - actor.discount) * now + actor.discount * later
                slacks[f"{actor.name} {name} in ({node[0]}, {machine.states[node[1]].name})"] = value[node] - deviating
        level = machine.states[first].level
        outside = value[GONE, first] if actor.outside_value is None else actor.outside_value[level]
        slacks[f"{actor.name} joins"] = value[PATH, first] - outside
    where = min(slacks, key=lambda name: slacks[name])
    broken = tuple(broken_limits(machine))
    return Verdictish(slacks[where], not broken, where, values, slacks, broken)


def broken_limits(machine: Machine) -> Iterator[str]:
    """Yield every hard limit that the levels break."""
    p = machine.partnership
    for b in p.instruments:
        yield from _broken_levels(machine, b)
    for s, state in enumerate(machine.states):
        for name, capacity in p.capacities.items():
            if sum(x for b, x in machine.given(s) if b.uses == name) > capacity[state.level]:
                yield f"{name}: capacity in {state.name}"
    for i, actor in enumerate(p.actors):
        for node, earned in zip(machine.nodes, machine.actor_payoffs(i), strict=True):
            if actor.floor is not None and machine.on(node) and earned < actor.floor:
                yield f"{actor.name}: floor in {machine.states[node[1]].name}"
    givers: list[Actor | Funder] = [*p.actors, *p.funders]
    for giver in givers:
        yield from _broken_budgets(machine, giver)


def _broken_levels(machine: Machine, b: Instrument) -> Iterator[str]:
    used = [(state, machine.levels[b.name][s]) for s, state in enumerate(machine.states) if machine.awake[s]]
    if not b.contingent and len({x for _, x in used}) > 1:
        yield f"{b.name}: one level for all states"
    for state, x in used:
        if x < 0 or (b.cap is not None and x > b.cap[state.level]) or 0 < x < b.minimum:
            yield f"{b.name}: level {x} in {state.name}"


def _broken_budgets(machine: Machine, giver: Actor | Funder) -> Iterator[str]:
    spent = [ZERO] * len(machine.nodes)
    for k, (_, s) in enumerate(machine.nodes[: len(machine.states)]):
        level = machine.states[s].level
        spent[k] = sum((cost(b, x, level) for b, x in machine.given(s) if b.giver == giver.name), ZERO)
        if giver.budget is not None and machine.awake[s] and spent[k] > giver.budget[level]:
            yield f"{giver.name}: budget in {machine.states[s].name}"
    if giver.expected_budget is None:
        return
    if machine.values(giver.discount, spent)[PATH, start(machine.partnership)] > giver.expected_budget:
        yield f"{giver.name}: expected budget"


def value_by_simulation(
    partnership: Partnership, awake: Sequence[bool], levels: Levels, sigma: Policy, periods: int | None,
    origin: Node | None = None, runs: int = 2_000, length: int = 200, seed: int = 0,
) -> dict[str, tuple[float, float]]:  # fmt: skip
    """Return each actor's value at a node (by default the start) and its standard error, by random walks.

    The last period of a walk is taken to last for ever, so choose ``length`` so that discount ** length is small.
    """
    machine = Machine(partnership, awake, levels, sigma, periods)
    index = {node: k for k, node in enumerate(machine.nodes)}
    chain = np.zeros((len(index), len(index)))
    for node, k in index.items():
        for s, p in machine.stage(node[1], machine.plays(node))[1]:
            chain[k, index[machine.next_mode(node), s]] += float(p)
    cumulative, random = chain.cumsum(axis=1), np.random.default_rng(seed)
    payoffs = [np.array([float(g) for g in machine.actor_payoffs(i)]) for i in range(len(partnership.actors))]
    at = np.full(runs, index[origin or (PATH, start(partnership))])
    totals = np.zeros((len(payoffs), runs))
    for t in range(length):
        for i, actor in enumerate(partnership.actors):
            last = t + 1 == length
            totals[i] += float(actor.discount**t * (1 if last else 1 - actor.discount)) * payoffs[i][at]
        at = np.minimum((random.random((runs, 1)) > cumulative[at]).sum(axis=1), len(index) - 1)
    errors = totals.std(axis=1) / runs**0.5
    return {a.name: (float(totals[i].mean()), float(errors[i])) for i, a in enumerate(partnership.actors)}
