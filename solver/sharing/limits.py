"""Hard limits of an arrangement: budgets, capacities, liability floors and switches.

None of them is an incentive: no patience and no sanction moves them.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from games.partnership import Actor, Funder
from solver.exact import Array
from solver.sharing.rows import Block, Row

if TYPE_CHECKING:
    from solver.sharing.program import Builder

NOBODY = -1


def spending(build: Builder) -> dict[str, Block]:
    """Return what each giver spends in each state, by name, over the columns that it gives."""
    out = {}
    for name in dict.fromkeys(instrument.giver for instrument in build.partnership.instruments):
        mine = [j for j in build.touching.get(name, []) if _instrument(build, j).giver == name]
        spent = build.arithmetic.zeros(build.size, len(mine))
        for k, j in enumerate(mine):
            column, instrument = build.columns[j], _instrument(build, j)
            for s in column.states:
                cost = instrument.fixed_cost if column.switch else instrument.cost[build.level(s)]
                spent[s, k] = build.arithmetic.number(cost)
        out[name] = Block((), build.arithmetic.zeros(build.size), spent, np.array(mine, int))
    return out


def limits(build: Builder, spent: dict[str, Block]) -> Iterator[Block]:
    """Yield the limits as blocks of rows with slack >= 0."""
    yield from _budgets(build, spent)
    yield from _capacities(build)
    yield from _floors(build)
    yield from _switches(build)


def giver(build: Builder, name: str) -> Actor | Funder:
    """Return the actor or funder with this name."""
    return next(party for party in build.partnership.parties if party.name == name)


def average(build: Builder, discount: Fraction) -> Array:
    """Return the weights (1 - delta) sum_t delta^t Pr(s at t) that average amounts by state s from the start."""
    return np.asarray(build.resolvent(build.arithmetic.number(discount))[build.situation.start])


def _instrument(build: Builder, column: int) -> Any:
    return build.partnership.instruments[build.columns[column].instrument]


def _block(build: Builder, rows: list[tuple[Row, Any, Array]], columns: Array) -> Iterator[Block]:
    if rows:
        constants, coefficients = build.arithmetic.zeros(len(rows)), build.arithmetic.zeros(len(rows), len(columns))
        for k, (_, constant, coefficient) in enumerate(rows):
            constants[k], coefficients[k] = constant, coefficient
        yield Block(tuple(row for row, _, _ in rows), constants, coefficients, columns)


def _budgets(build: Builder, spent: dict[str, Block]) -> Iterator[Block]:
    for name, block in spent.items():
        party = giver(build, name)
        rows: list[tuple[Row, Any, Array]] = []
        if party.budget is not None:
            for s in build.on:
                limit = build.arithmetic.number(party.budget[build.level(s)])
                rows.append((Row("budget", NOBODY, s, name), limit, -block.coefficient[s]))
        if party.expected_budget is not None:
            limit = build.arithmetic.number(party.expected_budget)
            expected = average(build, party.discount) @ block.coefficient
            rows.append((Row("expected budget", NOBODY, build.situation.start, name), limit, -expected))
        yield from _block(build, rows, block.columns)


def _capacities(build: Builder) -> Iterator[Block]:
    for name, capacity in build.partnership.capacities.items():
        columns = [j for j, c in enumerate(build.columns) if _instrument(build, j).uses == name and not c.switch]
        rows = []
        for s in build.on:
            used = build.arithmetic.array([-Fraction(int(s in build.columns[j].states)) for j in columns])
            limit = build.arithmetic.number(capacity[build.level(s)])
            rows.append((Row("capacity", NOBODY, s, name), limit, used))
        yield from _block(build, rows, np.array(columns, int))


def _floors(build: Builder) -> Iterator[Block]:
    for i, actor in enumerate(build.partnership.actors):
        if actor.floor is None:
            continue
        mine = build.touching.get(actor.name, [])
        flows, floor = build.path_flows(i, mine), build.arithmetic.number(actor.floor)
        rows = [(Row("floor", i, s, actor.name), build.payoffs[i, s] - floor, flows[s]) for s in build.on]
        yield from _block(build, rows, np.array(mine, int))


def _switches(build: Builder) -> Iterator[Block]:
    """Yield minimum y <= x <= cap y for every level x with its switch y (the column that follows it)."""
    zero, one = build.arithmetic.number(Fraction(0)), build.arithmetic.number(Fraction(1))
    for j, column in enumerate(build.columns):
        if not column.switch:
            continue
        instrument, s = _instrument(build, j), column.states[0]
        low = build.arithmetic.number(instrument.minimum)
        rows = [(Row("minimum", NOBODY, s, instrument.name), zero, np.array([one, -low]))]
        if build.high[j - 1] is not None:
            rows.append((Row("off", NOBODY, s, instrument.name), zero, np.array([-one, build.high[j - 1]])))
        yield from _block(build, rows, np.array([j - 1, j]))
