"""From a set of states to an arrangement that provably holds in them, or the answer that there is none.

Floats or an exact vertex find the levels; ``solver.proof.agreement`` decides. Where the levels found miss by a rounding
error they are moved towards the most robust ones, which lie inside, until the exact check passes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from solver.exact import fraction
from solver.proof.agreement import Claim, Finding, check
from solver.results import Number, spelled
from solver.sharing.aims import Best, price
from solver.sharing.obligations import chosen, sustained
from solver.sharing.optimum import Optimum, arrangement_program, as_float, spread
from solver.sharing.refutation import Tree
from solver.sharing.rows import Program
from solver.sharing.situation import Awake, Situation

Levels = dict[str, tuple[Fraction, ...]]
STEPS = (0.0, 1e-9, 1e-7, 1e-5, 1e-3, 0.1, 1.0)
SMALL = 1e-7
DECIMALS = 12


@dataclass(frozen=True, eq=False)
class Arranged:
    """Levels that hold, with the exact finding about them and the programme they came from.

    ``root`` is the programme of all arrangements, ``program`` the part of it (what is owed by whom) that they lie in.
    """

    awake: Awake
    levels: Levels
    finding: Finding
    program: Program
    best: Best
    proof: str
    root: Program
    aim: str
    payer: str | None

    @property
    def value(self) -> Number:
        """Return the aim's value: exact where the programme was, else a float."""
        value = self.best.value
        exact = self.program.arithmetic.exact and not isinstance(value, float)
        return fraction(value) if exact else float(value)


@dataclass(frozen=True, eq=False)
class Impossible:
    """No arrangement holds: the largest margin is ``margin`` < 0 (None: the hard limits contradict each other).

    ``tree`` says why, ``proof`` how sure that is.
    """

    awake: Awake
    program: Program
    optimum: Optimum
    margin: float | None
    proof: str
    tree: Tree = None


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
    return check(Claim(situation.agreement, awake, levels, situation.penal))


def costs(program: Program, levels: Levels) -> dict[str, Number]:
    """Return what each giver gives per period on average from the start, in its own cost."""
    found: dict[str, Number] = {}
    states, instruments = program.situation.states, program.situation.partnership.instruments
    for name in program.spending:
        spent = [Fraction(0)] * len(states)
        for b in instruments:
            for s, level in enumerate(levels[b.name]):
                if b.giver == name and level > 0:
                    spent[s] += b.cost[states[s].level] * level + b.fixed_cost
        weights = program.weights[name]
        if program.arithmetic.exact:
            found[name] = sum((fraction(w) * c for w, c in zip(weights, spent, strict=True)), Fraction(0))
        else:
            found[name] = Fraction(float(sum(float(w) * float(c) for w, c in zip(weights, spent, strict=True))))
    return found


def arrange(
    situation: Situation, awake: Awake, aim: str = "cheapest", payer: str | None = None
) -> Arranged | Impossible:
    """Return the best arrangement for an aim in the awake states, checked exactly, or why there is none."""
    root = arrangement_program(situation, awake)
    found = sustained(root)
    if not found.holds:
        margin = as_float(found.optimum.t) if found.optimum.found else None
        return Impossible(awake, found.program, found.optimum, margin, found.proof, found.tree)
    best, program = chosen(root, found.program, aim, payer)
    # A vertex in floats is off by a rounding error, so only an exact one is tried as it is.
    for step in STEPS if program.arithmetic.exact else STEPS[1:]:
        point = _between(program, best.x, found.optimum.x, step)
        levels = spread(program, point)
        finding = examine(situation, awake, levels)
        if finding.holds:
            value = best.value if step == 0 or aim != "cheapest" else price(program, payer) @ point
            return Arranged(
                awake,
                levels,
                finding,
                program,
                replace(best, x=point, value=value),
                _proof(best, step),
                root,
                aim,
                payer,
            )
        if not program.columns:
            break
    proof = "exact" if not program.columns else "none: floating point found levels that the exact check refused"
    return Impossible(awake, program, found.optimum, as_float(found.optimum.t), proof)


def _between(program: Program, x: Any, inner: Any, step: float) -> Any:
    """Return the point a step of the way from x to the robust point, rounded to decimals unless both are exact."""
    if step == 0 and program.arithmetic.exact:
        return x
    values = [(1 - step) * as_float(a) + step * as_float(b) for a, b in zip(x, inner, strict=True)]
    return program.arithmetic.array(
        [Fraction(round(max(v, 0.0), DECIMALS)).limit_denominator(10**DECIMALS) for v in values]
    )


def _proof(best: Best, step: float) -> str:
    """Say what was proven of being the best (that it holds is always decided exactly)."""
    if best.doubt:
        return best.doubt
    if step > SMALL:
        return "none: moved inwards from the best point until the exact check passed"
    return "exact" if best.exact and step == 0 else f"within {spelled(max(step, 1e-9))}"


def is_empty(levels: Levels) -> bool:
    """Return whether nothing is given anywhere."""
    return not any(any(row) for row in levels.values())


def asleep_only(situation: Situation) -> Awake:
    """Return the set in which sharing never happens."""
    return (False,) * len(situation.states)
