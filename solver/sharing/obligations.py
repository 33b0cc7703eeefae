"""Obligations of size zero: who owes nothing has nothing to keep back.

The rows that guard what is owed (withhold, deliver, up front) bind in a linear programme even where nothing is owed.
That can matter where sharing harms those who stay out: an actor that would rather see the partnership end keeps to it
all the same, as long as it is not asked to give. So those rows are *conditional*: owe something and be guarded, or owe
nothing and be free. Wherever a proof rests on one, the other side is tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from solver.results import weakest
from solver.sharing.aims import Best, best
from solver.sharing.optimum import TOLERANCE, Optimum, as_float, holds, most_robust
from solver.sharing.rows import Program, Row, half_open, released, unguarded

MAX_BRANCHES, MAX_TRIED = 64, 12
UNPROVEN = "none: the best of the arrangements tried"


@dataclass(frozen=True, eq=False)
class Sustained:
    """A programme with its most robust point: one that holds, if any does; ``proof`` is how sure a "none" is."""

    program: Program
    optimum: Optimum
    proof: str

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
            weight = float(row.exposure * program.situation.scale[row.actor])
            if switched or as_float(dual) * weight > limit:
                yield row


def sustained(program: Program) -> Sustained:
    """Return an arrangement programme that can be met, or the given one if none can.

    Where no point holds, first without any conditional row and with half-open switches: if not even then, that is the
    proof. Otherwise every conditional row that the proof rests on is tried without: nothing owed there, no row.
    """
    root = most_robust(program)
    if holds(program, root):
        return Sustained(program, root, "exact")
    easiest = most_robust(half_open(unguarded(program)))
    if not holds(program, easiest):
        return Sustained(program, root, _doubt(easiest))
    return _branched(program, root)


def _branched(program: Program, root: Optimum) -> Sustained:
    """Return the first of the programmes without some conditional rows that can be met, or that none can."""
    doubts = {_doubt(root)}
    nodes = [(program, root, frozenset[Row]())]
    seen = {frozenset[Row]()}
    while nodes and len(seen) < MAX_BRANCHES:
        node, optimum, without = nodes.pop()
        rows = [row for row in pressing(node, optimum) if without | {row} not in seen]
        if not rows:
            continue
        easier = most_robust(unguarded(node))
        if not holds(node, easier):
            doubts.add(_doubt(easier))
            continue
        for row in rows:
            child = released(node, row)
            if child is None:
                continue
            seen.add(without | {row})
            found = most_robust(child)
            if holds(child, found):
                return Sustained(child, found, "exact")
            doubts.add(_doubt(found))
            nodes.append((child, found, without | {row}))
    if nodes:
        doubts.add("none: the search over what is owed was cut off")
    return Sustained(program, root, weakest(doubts))


def _doubt(optimum: Optimum) -> str:
    """Return how sure it is that a programme cannot be met."""
    if optimum.status == "stopped":
        return "none: the solver stopped at its limit"
    return "exact" if optimum.exact else "within 1e-9"


def chosen(root: Program, program: Program, aim: str, payer: str | None) -> tuple[Best, Program]:
    """Return the best arrangement for an aim, and the programme in which it was found.

    ``program`` is ``root`` or what ``sustained`` made of it. That no other choice of what is owed does better is proven
    by the programme without any conditional row; where that bound is not reached, single rows are tried without, and
    the answer says that it is the best of those tried.
    """
    found = best(program, aim, payer)
    if found is None:
        # The aim has no best point (an unbounded gain, say), but there are arrangements: the most robust is one.
        found = best(program, "robust")
    assert found is not None
    for _ in range(MAX_TRIED):
        if program is root and not any(pressing(program, found.optimum)):
            return found, program
        bound = best(unguarded(root), aim, payer)
        if bound is not None and not _better(aim, bound, found):
            return found, program
        rows = list(pressing(program, found.optimum))[:MAX_TRIED]
        tried = [(child, best(child, aim, payer)) for child in (released(program, row) for row in rows) if child]
        finer = [(child, other) for child, other in tried if other is not None and _better(aim, other, found)]
        if not finer:
            return replace(found, exact=False, doubt=UNPROVEN), program
        program, found = finer[0]
    return replace(found, exact=False, doubt=UNPROVEN), program


def _better(aim: str, one: Best, other: Best) -> bool:
    """Return whether one arrangement serves an aim better than another, beyond rounding."""
    gain = as_float(other.value) - as_float(one.value)
    gain = gain if aim == "cheapest" else -gain
    return gain > TOLERANCE * (1 + abs(as_float(one.value)))
