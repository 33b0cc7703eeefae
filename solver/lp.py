"""Linear and mixed-integer programmes: the only room that knows PuLP and HiGHS.

Every programme here is a minimisation

    minimise  c x   subject to   A x >= b,   l <= x <= u,   some x integer

so that signs of duals are the same in every version: the dual y of A x >= b is >= 0 and says how much the objective
falls when its row is relaxed by one unit. ``solve`` answers in floats; ``solve_exactly`` solves the basis that floats
have found in rationals and says whether it is feasible and optimal there. A maximisation is turned by its caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import highspy
import numpy as np
import pulp
from numpy.typing import NDArray
from scipy import sparse

from solver.equilibrate import factors, restored, scaled
from solver.exact import EXACT, Array
from solver.sparse import Sparse, holds, solve_sparse, total

Floats = NDArray[np.float64]
Status = Literal["optimal", "infeasible", "unbounded", "stopped"]
TIME_LIMIT = 300.0
ZERO = 1e-9


@dataclass(frozen=True, eq=False)
class LinearProgram:
    """minimise ``cost`` x subject to ``matrix`` x >= ``right``, ``low`` <= x <= ``high``.

    ``matrix`` is a scipy CSR matrix of floats; bounds may be infinite; ``integer`` marks integer columns; with
    ``equal`` every row is an equation.
    """

    cost: Floats
    matrix: sparse.csr_matrix
    right: Floats
    low: Floats
    high: Floats
    integer: NDArray[np.bool_] | None = None
    equal: bool = False


@dataclass(frozen=True, eq=False)
class LpAnswer:
    """What HiGHS said: status, solution, duals (>= 0 for rows), and which rows and columns are basic."""

    status: Status
    x: Floats
    objective: float
    row_duals: Floats
    column_duals: Floats
    basic_columns: NDArray[np.bool_]
    basic_rows: NDArray[np.bool_]
    at_high: NDArray[np.bool_]


_STATUS: dict[Any, Status] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
    highspy.HighsModelStatus.kModelEmpty: "optimal",
}


def solve(program: LinearProgram) -> LpAnswer:
    """Return the float answer of HiGHS, which is given the programme in numbers of a size that it takes."""
    by = factors(program)
    return _solved(program) if by is None else restored(_solved(scaled(program, by)), by)


def _solved(program: LinearProgram) -> LpAnswer:
    """Return the float answer of HiGHS, called in process through PuLP."""
    problem = pulp.LpProblem("arrangement", pulp.LpMinimize)
    matrix, width = program.matrix, len(program.cost)
    used = np.union1d(np.flatnonzero(program.cost), matrix.indices)
    whole = program.integer if program.integer is not None else np.zeros(width, bool)
    columns = {
        j: problem.add_variable(
            f"x{j}", _bound(program.low[j]), _bound(program.high[j]), "Integer" if whole[j] else "Continuous"
        )
        for j in used.tolist()
    }
    priced = [j for j in columns if program.cost[j]]
    problem += _sum(columns, priced, program.cost[priced].tolist())
    kept = []
    for k in range(matrix.shape[0]):
        here = slice(matrix.indptr[k], matrix.indptr[k + 1])
        if here.start == here.stop:
            if program.right[k] > ZERO:
                return _at_rest("infeasible", program)
            continue
        kept.append(k)
        row = _sum(columns, matrix.indices[here].tolist(), matrix.data[here].tolist())
        side = float(program.right[k])
        problem += (row == side) if program.equal else (row >= side)
    if not columns:
        return _at_rest("optimal", program)
    problem.solve(pulp.HiGHS(msg=False, threads=1, timeLimit=TIME_LIMIT))
    if problem.solverModel.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        # Presolve could not tell which of the two; the simplex method can.
        problem.solve(pulp.HiGHS(msg=False, threads=1, timeLimit=TIME_LIMIT, presolve="off"))
    return _read(problem.solverModel, [v.name for v in problem.variables()], program, np.array(kept, int))


def _sum(columns: dict[int, Any], where: list[int], coefficients: list[float]) -> Any:
    """Return an expression term by term: ten times faster than ``lpSum`` of products, and the same in PuLP 3 and 4."""
    out = pulp.lpSum([])
    for j, coefficient in zip(where, coefficients, strict=True):
        out.addterm(columns[j], coefficient)
    return out


def _bound(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _at_rest(status: Status, program: LinearProgram) -> LpAnswer:
    """Return an answer in which no row binds: every column rests at its bound nearest to zero."""
    rows, width = program.matrix.shape
    x = np.clip(np.zeros(width), program.low, program.high)
    none, nothing = np.zeros(width, bool), np.zeros(width)
    return LpAnswer(status, x, 0.0, np.zeros(rows), nothing, none, np.ones(rows, bool), (x == program.high) & (x != 0))


def _read(highs: Any, names: list[str], program: LinearProgram, kept: NDArray[np.int_]) -> LpAnswer:
    """Return HiGHS's own solution object, in the order of our columns and rows (PuLP's copies differ by version).

    ``names`` are the columns in PuLP's order. One that stands in no row and costs nothing was kept from PuLP, whose
    versions differ on it; it rests at its bound nearest to zero.
    """
    rows, width = program.matrix.shape
    status = _STATUS.get(highs.getModelStatus(), "stopped")
    if status != "optimal":
        return _at_rest(status, program)
    solution, basis = highs.getSolution(), highs.getBasis()
    place = {name: k for k, name in enumerate(names)}
    there = np.array([j for j in range(width) if f"x{j}" in place], int)
    order = [place[f"x{j}"] for j in there]
    x, reduced, duals = np.clip(np.zeros(width), program.low, program.high), np.zeros(width), np.zeros(rows)
    x[there] = np.array(solution.col_value)[order]
    basic_columns, at_high, basic_rows = np.zeros(width, bool), np.zeros(width, bool), np.ones(rows, bool)
    if solution.dual_valid:
        reduced[there] = np.array(solution.col_dual)[order]
        duals[kept] = np.array(solution.row_dual)
    if basis.valid:
        basic, upper = highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kUpper
        # Each look at ``col_status`` copies it whole.
        status_of = list(basis.col_status)
        basic_columns[there] = [status_of[k] == basic for k in order]
        at_high[there] = [status_of[k] == upper for k in order]
        basic_rows[kept] = [s == basic for s in basis.row_status]
    objective = float(highs.getObjectiveValue())
    return LpAnswer(status, x, objective, duals, reduced, basic_columns, basic_rows, at_high)


@dataclass(frozen=True, eq=False)
class ExactProgram:
    """The same programme in rationals: arrays of FLINT rationals and a sparse matrix; an infinite bound is None."""

    cost: Array
    matrix: Sparse
    right: Array
    low: Array
    high: Array

    def floats(self) -> LinearProgram:
        """Return the programme in floats."""
        low, high = _bounds(self.low, -np.inf), _bounds(self.high, np.inf)
        return LinearProgram(_floats(self.cost), _csr(self.matrix), _floats(self.right), low, high)


@dataclass(frozen=True, eq=False)
class ExactAnswer:
    """A vertex in rationals with its duals; ``optimal`` says whether the duals prove it so."""

    x: Array
    objective: Any
    row_duals: Array
    column_duals: Array
    optimal: bool


def to_float(value: Any) -> float:
    """Return a FLINT rational (or any number) as the nearest float."""
    return float(value) if isinstance(value, (int, float)) else int(value.p) / int(value.q)


def _csr(matrix: Sparse) -> sparse.csr_matrix:
    columns = [sorted(row) for row in matrix.rows]
    values = [to_float(row[j]) for row, mine in zip(matrix.rows, columns, strict=True) for j in mine]
    ends = np.cumsum([0, *map(len, columns)])
    return sparse.csr_matrix((values, [j for mine in columns for j in mine], ends), shape=matrix.shape, dtype=float)


def _floats(values: Array) -> Floats:
    return np.array([to_float(v) for v in values.flat], float).reshape(values.shape)


def _bounds(values: Array, absent: float) -> Floats:
    return np.array([absent if v is None else to_float(v) for v in values.flat], float)


def solve_exactly(program: ExactProgram, answer: LpAnswer) -> ExactAnswer | None:
    """Return the rational vertex of the basis in ``answer``, or None where it is singular or infeasible.

    The non-basic columns stand at a bound and the non-basic rows hold with equality; what remains is a square linear
    system. Feasibility and the signs of the duals are then decided exactly.
    """
    if not len(program.cost):
        feasible = all(r <= 0 for r in program.right)
        none = EXACT.zeros(0)
        return ExactAnswer(none, EXACT.zeros(1)[0], EXACT.zeros(len(program.right)), none, True) if feasible else None
    basic, tight = np.flatnonzero(answer.basic_columns), np.flatnonzero(~answer.basic_rows)
    if len(basic) != len(tight):
        return None
    x = EXACT.zeros(len(program.cost))
    resting = np.flatnonzero(~answer.basic_columns)
    for j in resting:
        bound = program.high[j] if answer.at_high[j] else program.low[j]
        x[j] = x[j] if bound is None else bound
    square = program.matrix.part(tight, basic)
    rest = program.right[tight] - program.matrix.some(tight).times(x)
    solved = solve_sparse(square.rows, list(rest))
    priced = solve_sparse(square.transposed().rows, list(program.cost[basic]))
    if solved is None or priced is None:
        return None
    x[basic] = solved
    if not _feasible(program, x, np.flatnonzero(answer.basic_rows)):
        return None
    duals, reduced = EXACT.zeros(len(program.right)), EXACT.zeros(len(x))
    duals[tight] = priced
    # Basic columns were solved to have no reduced cost, as the tight rows to have no slack.
    reduced[resting] = program.cost[resting] - program.matrix.part(tight, resting).transposed_times(duals[tight])
    objective = total([c * v for c, v in zip(program.cost, x, strict=True) if c and v])
    return ExactAnswer(x, objective, duals, reduced, _optimal(program, duals, reduced, x))


def _feasible(program: ExactProgram, x: Array, loose: NDArray[np.int_]) -> bool:
    """Return whether x lies within its bounds and satisfies the rows that are not known to be tight."""
    inside = all(low is None or v >= low for v, low in zip(x, program.low, strict=True)) and all(
        high is None or v <= high for v, high in zip(x, program.high, strict=True)
    )
    return inside and holds(program.matrix.some(loose), x, program.right[loose])


def _optimal(program: ExactProgram, duals: Array, reduced: Array, x: Array) -> bool:
    """Return whether the duals prove x optimal: y >= 0, and reduced costs push only against bounds."""
    if any(y < 0 for y in duals):
        return False
    return all(
        (d <= 0 or v == low) and (d >= 0 or v == high)
        for d, v, low, high in zip(reduced, x, program.low, program.high, strict=True)
    )
