"""The best arrangement by other means: the oracle's own slacks, found by differences, handed to ``scipy``.

Slacks are affine in the levels as long as it does not change *which* instruments are given, since whoever gives
nothing has nothing to withhold. So every set of given instruments (a *support*) has a polyhedron of its own, read off
the oracle at one point and one step along each level, in exact fractions; the best over all supports is best.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog, minimize

from games.partnership import Partnership, Policy
from games.translate import start, states
from tests.oracle import PATH, Machine, cost, worst

Floats = NDArray[np.float64]
Levels = dict[str, tuple[Fraction, ...]]
TOLERANCE = 1e-7
ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Agreement:
    """A partnership with the states in which it is awake and the play of its sanction."""

    partnership: Partnership
    awake: tuple[bool, ...]
    sigma: Policy

    def columns(self) -> list[tuple[str, tuple[int, ...]]]:
        """Return the levels to be chosen: an instrument in one state, or in all awake ones if it may not vary."""
        on = [s for s, awake in enumerate(self.awake) if awake]
        return [
            (b.name, group)
            for b in self.partnership.instruments
            for group in ([(s,) for s in on] if b.contingent else [tuple(on)] if on else [])
        ]

    def levels(self, x: Sequence[Fraction]) -> Levels:
        """Return levels by instrument and state."""
        out = {b.name: [ZERO] * len(self.awake) for b in self.partnership.instruments}
        for (name, group), level in zip(self.columns(), x, strict=True):
            for s in group:
                out[name][s] = level
        return {name: tuple(row) for name, row in out.items()}

    def measured(self, x: Sequence[Fraction]) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
        """Return everything that may not be negative at these levels, and what each giver gives on average."""
        p, levels = self.partnership, self.levels(x)
        machine = Machine(p, self.awake, levels, self.sigma, p.sanction.periods)
        limits = dict(worst(p, self.awake, levels, self.sigma, p.sanction.periods).slacks)
        limits |= _limits(machine)
        costs = {}
        for giver in p.parties:
            spent = [ZERO] * len(machine.nodes)
            for s, state in enumerate(machine.states):
                spent[s] = sum((cost(b, x, state.level) for b, x in machine.given(s) if b.giver == giver.name), ZERO)
                if giver.budget is not None:
                    limits[f"budget of {giver.name} in {s}"] = giver.budget[state.level] - spent[s]
            costs[giver.name] = machine.values(giver.discount, spent)[PATH, start(p)]
            if giver.expected_budget is not None:
                limits[f"expected budget of {giver.name}"] = giver.expected_budget - costs[giver.name]
        return limits, costs


def _limits(machine: Machine) -> dict[str, Fraction]:
    """Return what is left of every floor and capacity."""
    left = {}
    for i, actor in enumerate(machine.partnership.actors):
        for node, earned in zip(machine.nodes, machine.actor_payoffs(i), strict=True):
            if actor.floor is not None and machine.on(node):
                left[f"floor of {actor.name} in {node[1]}"] = earned - actor.floor
    for name, capacity in machine.partnership.capacities.items():
        for s, state in enumerate(machine.states):
            used = sum((x for b, x in machine.given(s) if b.uses == name), ZERO)
            left[f"capacity {name} in {s}"] = capacity[state.level] - used
    return left


@dataclass(frozen=True)
class Polyhedron:
    """The levels x of one support that hold: ``constant`` + ``slope`` x >= 0 within ``bounds``; gains and costs."""

    constant: Floats
    slope: Floats
    bounds: tuple[tuple[float, float | None], ...]
    gain0: Floats
    gain: Floats
    cost0: dict[str, float]
    cost: dict[str, Floats]

    def best(self, objective: Floats, more: Sequence[tuple[Floats, float]] = ()) -> tuple[float, Floats] | None:
        """Return the least ``objective`` x and where it is, under further rows a x + b >= 0; None if nothing holds.

        With one entry too many in the objective the last variable is a free t.
        """
        width, wide = len(self.bounds), len(objective)
        left = np.hstack([self.slope, np.zeros((len(self.slope), wide - width))])
        rows = np.vstack([left, *[a[None, :] for a, _ in more]])
        right = np.append(self.constant, [b for _, b in more])
        bounds = [*self.bounds, *[(None, None)] * (wide - width)]
        if not wide:
            return (0.0, np.zeros(0)) if (right >= -TOLERANCE).all() else None
        answer = linprog(objective, -rows, right, bounds=bounds, method="highs")
        if answer.status == 3:
            return -np.inf, np.full(wide, np.nan)
        return (float(answer.fun), answer.x) if answer.status == 0 else None

    def largest_share(self, weights: Floats, fixed: dict[int, float] | None = None) -> float | None:
        """Return the largest t with gain_i >= weight_i t (gain_i >= a number where that is ``fixed``)."""
        known = fixed or {}
        rows = [
            (np.append(g, 0.0 if i in known else -weights[i]), g0 - known.get(i, 0.0))
            for i, (g, g0) in enumerate(zip(self.gain, self.gain0, strict=True))
        ]
        found = self.best(np.append(np.zeros(len(self.bounds)), -1.0), rows)
        return None if found is None else -found[0]

    def leximin(self) -> tuple[float, ...] | None:
        """Return the gains, smallest first, whose smallest is largest, then the next, by testing each in turn."""
        count, fixed = len(self.gain0), dict[int, float]()
        while len(fixed) < count:
            level = self.largest_share(np.ones(count), fixed)
            if level is None:
                return None
            if not np.isfinite(level):
                return None
            least = [fixed.get(i, level) - 1e-9 for i in range(count)]
            floor = list(zip(self.gain, self.gain0 - np.array(least), strict=True))
            stuck = []
            for i in sorted(set(range(count)) - set(fixed)):
                most = self.best(-self.gain[i], floor)
                if most is not None and self.gain0[i] - most[0] <= level + 1e-6:
                    stuck.append(i)
            fixed |= dict.fromkeys(stuck, level)
            assert stuck
        return tuple(sorted(fixed.values()))

    def log_product(self) -> float | None:
        """Return the largest sum of the logarithms of the gains (None where somebody cannot gain)."""
        level = self.largest_share(np.ones(len(self.gain0)))
        if level is None or level < 1e-6:
            return None
        rows = [(np.append(g, -1.0), g0) for g, g0 in zip(self.gain, self.gain0, strict=True)]
        found = self.best(np.append(np.zeros(len(self.bounds)), -1.0), rows)
        assert found is not None

        def lost(x: Floats) -> float:
            return -float(np.log(np.maximum(self.gain0 + self.gain @ x, 1e-12)).sum())

        inside = [{"type": "ineq", "fun": lambda x: self.constant + self.slope @ x, "jac": lambda x: self.slope}]
        if not len(self.bounds):
            return -lost(np.zeros(0))
        answer = minimize(
            lost, found[1][:-1], method="SLSQP", bounds=self.bounds, constraints=inside,
            jac=lambda x: -((1 / np.maximum(self.gain0 + self.gain @ x, 1e-12)) @ self.gain),
            options={"ftol": 1e-13, "maxiter": 300},
        )  # fmt: skip
        return -float(answer.fun)


def polyhedra(agreement: Agreement) -> Iterator[Polyhedron]:
    """Yield the polyhedron of every support."""
    p = agreement.partnership
    columns, here = agreement.columns(), states(p)
    by_name = {b.name: b for b in p.instruments}
    choices = [
        (False, True) if by_name[name].on_off or (by_name[name].giver in p.names and not by_name[name].enforceable)
        else (True,)
        for name, _ in columns
    ]  # fmt: skip
    for support in product(*choices):
        base = [Fraction(int(on)) for on in support]
        at, spent = agreement.measured(base)
        slope, cost_slope = np.zeros((len(at), len(columns))), {name: np.zeros(len(columns)) for name in spent}
        for j, on in enumerate(support):
            if on:
                moved, costs = agreement.measured([x + (k == j) for k, x in enumerate(base)])
                assert moved.keys() == at.keys()
                slope[:, j] = [float(moved[key] - at[key]) for key in at]
                for name in spent:
                    cost_slope[name][j] = float(costs[name] - spent[name])
        x0 = np.array(support, float)
        constant = np.array([float(v) for v in at.values()]) - slope @ x0
        bounds = tuple(
            _bounds(by_name[name].cap, by_name[name].minimum, [here[s].level for s in group]) if on else (0.0, 0.0)
            for (name, group), on in zip(columns, support, strict=True)
        )
        if any(high is not None and high < low for low, high in bounds):
            continue
        joins = [list(at).index(f"{name} joins") for name in p.names]
        yield Polyhedron(
            constant, slope, bounds, constant[joins], slope[joins],
            {name: float(v) - float(cost_slope[name] @ x0) for name, v in spent.items()}, cost_slope,
        )  # fmt: skip


def _bounds(cap: Sequence[Fraction] | None, minimum: Fraction, levels: list[int]) -> tuple[float, float | None]:
    return float(minimum), None if cap is None else float(min(cap[level] for level in levels))


def best_of(agreement: Agreement, judge: Callable[[Polyhedron], float | None]) -> float | None:
    """Return the largest of what ``judge`` says of every support's polyhedron (None: it says nothing of any)."""
    return max((v for v in map(judge, polyhedra(agreement)) if v is not None), default=None)


def feasible(agreement: Agreement) -> bool:
    """Return whether any levels hold."""
    return any(one.best(np.zeros(len(one.bounds))) is not None for one in polyhedra(agreement))


def cheapest(agreement: Agreement, payer: str | None = None) -> float | None:
    """Return the least that the payer (or all givers together) must give on average from the start."""

    def judge(one: Polyhedron) -> float | None:
        paying = [payer] if payer else list(one.cost)
        found = one.best(np.array(sum((one.cost[name] for name in paying), np.zeros(len(one.bounds)))))
        return None if found is None else -(found[0] + sum(one.cost0[name] for name in paying))

    best = best_of(agreement, judge)
    return None if best is None else -best
