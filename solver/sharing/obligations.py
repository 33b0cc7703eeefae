"""Obligations of size zero: who owes nothing has nothing to keep back.

The rows that guard what is owed (withhold, deliver, up front) bind in a linear programme even where nothing is owed.
That can matter where sharing harms those who stay out: an actor that would rather see the partnership end keeps to it
all the same, as long as it is not asked to give. So those rows are *conditional*: owe something and be guarded, or owe
nothing and be free. Wherever a proof rests on one, the other side is tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from solver.sharing.aims import Best, best
from solver.sharing.optimum import TOLERANCE, Optimum, as_float, holds, most_robust
from solver.sharing.refutation import Met, Tree, Unproven, bound, refutation
from solver.sharing.rows import Program, Row, released, unguarded

MAX_TRIED = 12
UNPROVEN = "none: the best of the arrangements tried"


@dataclass(frozen=True, eq=False)
class Sustained:
    """A programme with its most robust point: one that holds, if any does; ``proof`` is how sure a "none" is.

    ``tree`` is the proof itself.
    """

    program: Program
    optimum: Optimum
    proof: str
    tree: Tree = None

    @property
    def holds(self) -> bool:
        """Return whether the point holds."""
        return holds(self.program, self.optimum)


def pressing(program: Program, optimum: Optimum) -> Iterator[Row]:
    """Yield the conditional rows on which an answer rests: those with a positive dual.

    With instruments that are on or off duals prove nothing about other switches, so every conditional row counts.
    """
    switched = any(column.switch for column in program.columns)
    limit = 0.0 if optimum.exact else TOLERANCE
    for row, dual in zip(program.rows, optimum.row_duals, strict=False):
        if row.conditional:
            # Duals are in units of one over payoff: weighed so, they do not depend on the unit.
            weight = float(row.exposure * program.situation.scale[row.actor]) or 1.0
            if switched or as_float(dual) * weight > limit:
                yield row


def sustained(program: Program) -> Sustained:
    """Return an arrangement programme that can be met, or the given one with the proof that none can."""
    root = most_robust(program)
    if holds(program, root):
        return Sustained(program, root, "exact")
    try:
        tree, proof = refutation(program, root)
    except Met as met:
        found = most_robust(met.program)
        if holds(met.program, found):
            return Sustained(met.program, found, "exact")
        return Sustained(program, root, "none: floating point could not tell whether an arrangement holds")
    except Unproven as why:
        return Sustained(program, root, str(why))
    return Sustained(program, root, proof, tree)


def chosen(root: Program, program: Program, aim: str, payer: str | None) -> tuple[Best, Program]:
    """Return the best arrangement for an aim, and the programme in which it was found.

    ``program`` is ``root`` or what ``sustained`` made of it. That no other choice of what is owed does better is proven
    by the programme without any conditional row; where that bound is not reached, single rows are tried without, and
    the answer says that it is the best of those tried. For the cheapest it is proven case by case.
    """
    found = best(program, aim, payer)
    if found is None:
        # The aim has no best point (an unbounded gain, say), but there are arrangements: the most robust is one.
        found = best(program, "robust")
    assert found is not None
    if aim == "cheapest" and program.arithmetic.exact:
        return _cheapest_of_all(root, found, program, payer)
    for _ in range(MAX_TRIED):
        if program is root and not any(pressing(program, found.optimum)):
            return found, program
        easiest = best(unguarded(root), aim, payer)
        if easiest is not None and not _better(aim, easiest, found):
            return found, program
        rows = list(pressing(program, found.optimum))[:MAX_TRIED]
        tried = [(child, best(child, aim, payer)) for child in (released(program, row) for row in rows) if child]
        finer = [(child, other) for child, other in tried if other is not None and _better(aim, other, found)]
        if not finer:
            return replace(found, exact=False, doubt=UNPROVEN), program
        program, found = finer[0]
    return replace(found, exact=False, doubt=UNPROVEN), program


def _cheapest_of_all(root: Program, found: Best, program: Program, payer: str | None) -> tuple[Best, Program]:
    """Return the cheapest arrangement, whatever is on and whatever is owed, with the proof that none is cheaper."""
    for _ in range(MAX_TRIED):
        if found.exact and program is root and not any(pressing(program, found.optimum)):
            return found, program
        try:
            _, proof = bound(root, "cheapest", payer, found.value)
        except Met as met:
            better = best(met.program, "cheapest", payer)
            if better is None or not _better("cheapest", better, found):
                break
            found, program = better, met.program
        except Unproven as why:
            return replace(found, exact=False, doubt=str(why)), program
        else:
            return replace(found, exact=proof == "exact"), program
    return replace(found, exact=False, doubt=UNPROVEN), program


def _better(aim: str, one: Best, other: Best) -> bool:
    """Return whether one arrangement serves an aim better than another, beyond rounding."""
    gain = as_float(other.value) - as_float(one.value)
    gain = gain if aim == "cheapest" else -gain
    return gain > TOLERANCE * (1 + abs(as_float(one.value)))
