"""Optimising over an arrangement programme: floats find the vertex, rationals decide it.

Every aim needs at most one variable t beside the instrument levels x (a margin, a smallest gain, a share of the
ideal point), so a question is a ``cost`` on x, an optional ``Bonus`` t, and extra rows over (x, t).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from scipy import sparse

from solver.exact import EXACT, FAST, Array, fraction, rational
from solver.lp import ExactProgram, LinearProgram, LpAnswer, Status, solve, to_float
from solver.refined import proven
from solver.sharing.program import program
from solver.sharing.rows import Program, Row
from solver.sharing.situation import Awake, Situation
from solver.sparse import Entries, Sparse

EXACT_WORK = 10_000_000
"""Largest columns (once per party that they touch) x states^2 for which the programme is built in rationals.

Each actor's values have states x columns entries, whose length grows with the states: (I - delta Q)^-1 is rational.
About half a second and 100 MiB at 3 million; beyond the limit, floats.
"""
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Bonus:
    """A further variable t: its coefficient in every row of the programme, its cost and its bounds."""

    column: Array
    cost: int
    low: Any = None
    high: Any = None


@dataclass(frozen=True, eq=False)
class Extra:
    """A further row ``coefficient`` (x, t) >= ``right``: its entries by column, t being the last where there is one."""

    coefficient: Entries
    right: Any


@dataclass(frozen=True, eq=False)
class Optimum:
    """An optimal point: ``x`` and ``t`` in the programme's arithmetic, the objective, and the duals of all rows.

    ``exact``: the vertex was solved in rationals and its duals prove it optimal.
    """

    status: Status
    x: Array
    t: Any
    objective: Any
    row_duals: Array
    column_duals: Array
    exact: bool

    @property
    def found(self) -> bool:
        """Return whether there is an optimal point."""
        return self.status == "optimal"


def arrangement_program(situation: Situation, awake: Awake) -> Program:
    """Return the programme, in rationals unless it is too large for them."""
    touched = sum(awake) * sum((1 + b.on_off) * (1 + len(b.receivers)) for b in situation.partnership.instruments)
    return program(situation, awake, EXACT if touched * len(situation.states) ** 2 <= EXACT_WORK else FAST)


def optimise(
    program: Program, cost: Array | None = None, bonus: Bonus | None = None, extras: Sequence[Extra] = ()
) -> Optimum:
    """Return the point that minimises ``cost`` x (+ the cost of t) over the programme and the extra rows."""
    exact = _assembled(program, cost, bonus, extras)
    switches = np.array([c.switch for c in program.columns] + [False] * (bonus is not None), bool)
    floats = exact.floats() if isinstance(exact, ExactProgram) else exact
    answer = solve(replace(floats, integer=switches) if switches.any() else floats)
    if answer.status == "optimal" and switches.any():
        exact, answer = _switched(exact, floats, switches, np.rint(answer.x))
    if answer.status != "optimal":
        return Optimum(
            answer.status, answer.x[: len(program.columns)], None, None, EXACT.zeros(0), EXACT.zeros(0), False
        )
    if isinstance(exact, ExactProgram):
        vertex = proven(exact, answer)
        if vertex is not None:
            best = vertex.optimal and not switches.any()
            return _optimum(program, bonus, vertex.x, vertex.objective, vertex.row_duals, vertex.column_duals, best)
    x, duals, reduced = answer.x, answer.row_duals, answer.column_duals
    if program.arithmetic.exact:
        x, duals, reduced = (_nearby(values) for values in (x, duals, reduced))
        return _optimum(program, bonus, x, rational(Fraction(answer.objective)), duals, reduced, False)
    return _optimum(program, bonus, x, answer.objective, duals, reduced, False)


def _optimum(
    program: Program, bonus: Bonus | None, x: Array, objective: Any, rows: Array, columns: Array, exact: bool
) -> Optimum:
    width = len(program.columns)
    return Optimum("optimal", x[:width], x[width] if bonus else None, objective, rows, columns[:width], exact)


def _nearby(values: Array) -> Array:
    return EXACT.array([Fraction(float(v)).limit_denominator(10**9) for v in values])


def _assembled(
    program: Program, cost: Array | None, bonus: Bonus | None, extras: Sequence[Extra]
) -> ExactProgram | LinearProgram:
    """Return the programme with its objective, further variable and further rows, in its own arithmetic."""
    numbers = program.arithmetic
    width = len(program.columns) + (bonus is not None)
    costs = numbers.zeros(width)
    if cost is not None:
        costs[: len(program.columns)] = cost
    low, high = list(program.low), list(program.high)
    if bonus is not None:
        costs[-1] = numbers.number(Fraction(bonus.cost))
        low.append(bonus.low)
        high.append(bonus.high)
    right = np.concatenate([-program.constants(), _rights(numbers, extras)])
    if numbers.exact:
        rows = program.entries(program.blocks)
        if bonus is not None:
            rows = [{**row, width - 1: a} if a else row for row, a in zip(rows, bonus.column, strict=True)]
        matrix = Sparse((*rows, *(extra.coefficient for extra in extras)), width)
        return ExactProgram(costs, matrix, right, np.array(low, object), np.array(high, object))
    fast = program.sparse(program.blocks)
    if bonus is not None:
        fast = sparse.hstack([fast, sparse.csr_matrix(bonus.column[:, None])])
    more = [(k, j, a) for k, extra in enumerate(extras) for j, a in extra.coefficient.items()]
    at, across, values = zip(*more, strict=True) if more else ((), (), ())
    further = sparse.csr_matrix((values, (at, across)), shape=(len(extras), width), dtype=float)
    fast = sparse.csr_matrix(sparse.vstack([fast, further]))
    below, above = (
        np.array([edge if v is None else v for v in side], float) for side, edge in ((low, -np.inf), (high, np.inf))
    )
    return LinearProgram(costs, fast, right, below, above)


def _rights(numbers: Any, extras: Sequence[Extra]) -> Array:
    out: Array = numbers.zeros(len(extras))
    for k, extra in enumerate(extras):
        out[k] = extra.right
    return out


def _switched(
    exact: ExactProgram | LinearProgram, floats: LinearProgram, switches: Array, values: Array
) -> tuple[ExactProgram | LinearProgram, LpAnswer]:
    """Return the linear programme with its switches fixed where the mixed-integer answer put them, and its answer."""
    low, high = floats.low.copy(), floats.high.copy()
    low[switches] = high[switches] = values[switches]
    answer = solve(replace(floats, low=low, high=high))
    if not isinstance(exact, ExactProgram):
        return replace(floats, low=low, high=high), answer
    exact_low, exact_high = exact.low.copy(), exact.high.copy()
    for j in np.flatnonzero(switches):
        exact_low[j] = exact_high[j] = rational(int(values[j]))
    return replace(exact, low=exact_low, high=exact_high), answer


def margins(program: Program) -> Bonus:
    """Return the margin eps as a variable: every incentive must hold with every payoff off by eps x its scale.

    An incentive that holds and that no instrument touches (a sleeping actor's, say) must only go on holding: it would
    otherwise set the margin whatever is shared.
    """
    weights = []
    for block in program.blocks:
        touched = (block.coefficient != 0).any(axis=1)
        for row, constant, moves in zip(block.rows, block.constant, touched, strict=True):
            counts = row.incentive and (moves or constant < 0 or not program.columns)
            weights.append(-row.exposure * program.situation.scale[row.actor] if counts else Fraction(0))
    numbers = program.arithmetic
    return Bonus(numbers.array(weights), cost=-1, high=numbers.number(Fraction(1)))


def untouched(program: Program) -> tuple[float, Row] | None:
    """Return the smallest margin among the incentives that hold and that no instrument touches, and whose it is."""
    found = [
        (as_float(constant) / float(row.exposure * program.situation.scale[row.actor]), row)
        for block in program.blocks
        for row, constant, moves in zip(block.rows, block.constant, (block.coefficient != 0).any(axis=1), strict=True)
        if row.incentive and row.exposure and constant >= 0 and not moves
    ]
    return min(found, key=lambda f: f[0], default=None)


def most_robust(program: Program) -> Optimum:
    """Return the arrangement with the largest margin; its ``t`` is negative iff no arrangement holds."""
    return optimise(program, bonus=margins(program))


def holds(program: Program, optimum: Optimum) -> bool:
    """Return whether the largest margin is not negative: exactly where it was solved so, else within 1e-9."""
    return optimum.found and (optimum.t >= 0 if program.arithmetic.exact else optimum.t >= -TOLERANCE)


def spread(program: Program, x: Array) -> dict[str, tuple[Fraction, ...]]:
    """Return the levels by instrument and state as Fractions (floats are read as they are)."""
    size = len(program.situation.states)
    levels = {b.name: [Fraction(0)] * size for b in program.situation.partnership.instruments}
    for column, value in zip(program.columns, x, strict=True):
        if column.switch:
            continue
        name = program.situation.partnership.instruments[column.instrument].name
        for s in column.states:
            levels[name][s] = fraction(value) if program.arithmetic.exact else Fraction(float(value))
    return {name: tuple(row) for name, row in levels.items()}


def join_rows(program: Program) -> list[int]:
    """Return the positions of the rows V_i(s0) - outside_i, one an actor: what each gains from the agreement."""
    return [k for k, row in enumerate(program.rows) if row.stage == "join"]


def as_float(value: Any) -> float:
    """Return a programme's number as a float."""
    return to_float(value)
