"""From a set of states to an arrangement that provably holds in them, or the answer that there is none.

Floats or an exact vertex find the levels; ``solver.proof.checker`` decides. Where the levels found miss by a rounding
error they are moved towards the most robust ones, which lie inside, until the exact check passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from solver.exact import fraction
from solver.proof.checker import Claim, Finding, check
from solver.results import Number
from solver.sharing.aims import Best, best
from solver.sharing.optimum import (
    MAX_BRANCHES,
    TOLERANCE,
    Optimum,
    Sustained,
    arrangement_program,
    as_float,
    spread,
    sustained,
)
from solver.sharing.rows import Program, released
from solver.sharing.situation import Awake, Situation

Levels = dict[str, tuple[Fraction, ...]]
STEPS = (0.0, 1e-9, 1e-7, 1e-5, 1e-3, 0.1, 1.0)
DECIMALS = 12


@dataclass(frozen=True, eq=False)
class Arranged:
    """Levels that hold, with the exact finding about them and the programme they came from."""

    awake: Awake
    levels: Levels
    finding: Finding
    program: Program
    best: Best
    proof: str

    @property
    def value(self) -> Number:
        """Return the aim's value: exact where the programme was, else a float."""
        value = self.best.value
        exact = self.program.arithmetic.exact and not isinstance(value, float)
        return fraction(value) if exact else float(value)


@dataclass(frozen=True, eq=False)
class Impossible:
    """No arrangement holds: the largest margin is ``margin`` < 0 (None: the hard limits contradict each other)."""

    awake: Awake
    program: Program
    optimum: Optimum
    margin: float | None
    proof: str


def as_it_stands(situation: Situation, awake: Awake) -> Levels:
    """Return the proposed levels (0 where the file proposes none) in the awake states."""
    return {
        b.name: tuple(
            b.level[state.level] if on and b.level is not None else Fraction(0)
            for state, on in zip(situation.states, awake, strict=True)
        )
        for b in situation.partnership.instruments
    }


def examine(situation: Situation, awake: Awake, levels: Levels) -> Finding:
    """Return the exact finding about given levels."""
    return check(Claim(situation.partnership, awake, levels, situation.sanction.game.policy))


def arrange(
    situation: Situation, awake: Awake, aim: str = "cheapest", payer: str | None = None
) -> Arranged | Impossible:
    """Return the best arrangement for an aim in the awake states, checked exactly, or why there is none."""
    found = sustained(arrangement_program(situation, awake))
    if not found.holds:
        return _impossible(found)
    chosen, program = _chosen(found.program, aim, payer)
    # A vertex in floats is off by a rounding error, so only an exact one is tried as it is.
    for step in STEPS if program.arithmetic.exact else STEPS[1:]:
        levels = spread(program, _between(program, chosen.x, found.optimum.x, step))
        finding = examine(situation, awake, levels)
        if finding.holds:
            return Arranged(awake, levels, finding, program, chosen, _proof(chosen, step))
        if not program.columns:
            break
    proof = "exact" if not program.columns else "none: floating point found levels that the exact check refused"
    return Impossible(awake, program, found.optimum, as_float(found.optimum.t), proof)


def _chosen(program: Program, aim: str, payer: str | None) -> tuple[Best, Program]:
    """Return the best arrangement for an aim, released from obligations of size zero that stand in its way.

    Where nothing is owed and the row that guards it binds, leaving both out can only make the answer better.
    """
    chosen = best(program, aim, payer)
    for _ in range(MAX_BRANCHES):
        looser = next(_idle(program, chosen), None) if chosen is not None else None
        better = best(looser, aim, payer) if looser is not None else None
        if looser is None or better is None:
            break
        program, chosen = looser, better
    if chosen is None:
        # The aim has no best point (an unbounded gain, say), but there are arrangements: the most robust is one.
        chosen = best(program, "robust")
    assert chosen is not None
    return chosen, program


def _idle(program: Program, chosen: Best) -> Iterator[Program]:
    """Yield the programme without a binding row that guards an obligation of size zero."""
    for row, dual in zip(program.rows, chosen.optimum.row_duals, strict=False):
        looser = released(program, row) if as_float(dual) > TOLERANCE else None
        if looser is not None and all(
            as_float(x) == 0 for x, a, b in zip(chosen.x, program.high, looser.high, strict=True) if a is not b
        ):
            yield looser


def _between(program: Program, x: Any, inner: Any, step: float) -> Any:
    """Return the point a step of the way from x to the robust point, rounded to decimals unless both are exact."""
    if step == 0 and program.arithmetic.exact:
        return x
    values = [(1 - step) * as_float(a) + step * as_float(b) for a, b in zip(x, inner, strict=True)]
    return program.arithmetic.array(
        [Fraction(round(max(v, 0.0), DECIMALS)).limit_denominator(10**DECIMALS) for v in values]
    )


def _proof(chosen: Best, step: float) -> str:
    """Say what was proven: that it holds, always exactly; that it is best, exactly or within a tolerance."""
    return "exact" if chosen.exact and step == 0 else f"within {max(step, 1e-9):.0e}".replace("e-0", "e-")


def _impossible(found: Sustained) -> Impossible:
    program, optimum = found.program, found.optimum
    margin = as_float(optimum.t) if optimum.found else None
    return Impossible(program.awake, program, optimum, margin, "exact" if found.exact else "within 1e-9")


def is_empty(levels: Levels) -> bool:
    """Return whether nothing is given anywhere."""
    return not any(any(row) for row in levels.values())


def asleep_only(situation: Situation) -> Awake:
    """Return the set in which sharing never happens."""
    return tuple(bool(flag) for flag in np.zeros(len(situation.states), bool))
