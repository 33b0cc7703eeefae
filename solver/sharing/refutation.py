"""Why no arrangement holds, or none is cheaper: a tree of questions whose leaves are combinations of constraints.

A leaf is a dual solution: multipliers >= 0 on constraints whose weighted sum no levels within their bounds can make
positive (Farkas), or whose sum bounds the cost from below. Where an instrument that is on or off stands in between, or
where a combination rests on a row that guards what is owed (``solver.sharing.obligations``), a question parts the
arrangements in two. Floats find the duals, rationals decide them; ``solver.proof.trees`` verifies the tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from solver.exact import fraction
from solver.proof.trees import missing
from solver.sharing.aims import price, shares
from solver.sharing.optimum import TOLERANCE, Bonus, Optimum, optimise
from solver.sharing.rows import OWED, Block, Program, Row, half_open, released, unguarded

MAX_NODES = 400
GAIN = "gain"
"""The stage of a row that says of an actor that its gain is above the value of the aim that is bounded."""
Question = tuple[str, ...]
Guard = tuple[str, int, int]


@dataclass(frozen=True, eq=False)
class Leaf:
    """A combination of rows of a programme: each with its multiplier > 0."""

    program: Program
    rows: tuple[tuple[Row, Fraction], ...]


@dataclass(frozen=True, eq=False)
class Ask:
    """A question, and the trees for yes and for no; ``guard`` is what a row guards, where that is the question."""

    question: Question
    yes: Tree
    no: Tree
    guard: Guard | None = None


Tree = Leaf | Ask | None
"""None: a case that needs no proof."""


@dataclass(frozen=True, eq=False)
class Met(Exception):
    """There is an arrangement after all: the programme without some guards in which a point holds, and the point."""

    program: Program
    optimum: Optimum


class Unproven(Exception):
    """The tree was cut off; says why."""


@dataclass(eq=False)
class _Search:
    """What all nodes of a tree share: the aim that is bounded ("": nothing may hold), and how sure it all is."""

    aim: str = ""
    payer: str | None = None
    value: Any = None
    left: int = MAX_NODES
    proof: str = "exact"


def refutation(program: Program, root: Optimum | None = None) -> tuple[Tree, str]:
    """Return the proof that no arrangement holds, and how sure it is.

    Parameters
    ----------
    root : the most robust point of the programme, where it is known already: its duals are tried first.

    Raises
    ------
    Met : one does.
    Unproven : the tree was cut off.
    """
    search = _Search()
    known = root if root is not None and root.found and not _has_switches(program) else None
    return _node(search, program, frozenset(), known), search.proof


def bound(program: Program, aim: str, payer: str | None, value: Any) -> tuple[Tree, str]:
    """Return the proof that no arrangement is better than ``value`` for an aim, and how sure it is.

    Parameters
    ----------
    aim : ``cheapest`` (what ``payer`` gives; None: everybody) or ``fairest`` (the smallest gain).

    Raises
    ------
    Met : one is.
    Unproven : the tree was cut off.
    """
    search = _Search(aim, payer, value)
    return _node(search, program, frozenset()), search.proof


def _has_switches(program: Program) -> bool:
    return any(column.switch for column in program.columns)


def _node(search: _Search, program: Program, owing: frozenset[Guard], known: Optimum | None = None) -> Tree:
    """Return the tree below a node; in ``owing`` it is answered that something is owed."""
    search.left -= 1
    if search.left < 0:
        raise Unproven("none: the search over what is on and what is owed was cut off")
    relaxed = half_open(program)
    found, excluded = _excluded(search, relaxed) if known is None else (known, known.t < -_slip(program))
    if not found.found:
        raise Unproven("none: the solver stopped at its limit")
    if not excluded:
        return _switched(search, program, found, owing)
    if not found.exact:
        search.proof = "within 1e-9"
    leaf = Leaf(program, tuple(_used(relaxed, found)))
    for row, _ in leaf.rows:
        if row.conditional and row.guard not in owing and cut(program, row) is None:
            return _parted(search, program, row, owing)
    return leaf


def _excluded(search: _Search, program: Program) -> tuple[Optimum, bool]:
    """Return the point whose duals exclude a programme (without switches), or one that is left in it."""
    slip = _slip(program)
    if search.aim:
        best, short = _best(search, program)
        if best.found:
            return best, bool(short <= slip * (1 + abs(search.value)))
    found = optimise(program, bonus=_all_rows(program))
    return found, found.found and bool(found.t < -slip)


def _best(search: _Search, program: Program) -> tuple[Optimum, Any]:
    """Return the best point of a programme without switches, and by how much it is better than the value."""
    if search.aim == "cheapest":
        found = optimise(program, price(program, search.payer))
        return found, search.value - found.objective if found.found else None
    one = program.arithmetic.number(Fraction(1))
    bonus, extras = shares(program, [one] * len(program.situation.partnership.actors))
    found = optimise(program, bonus=bonus, extras=extras)
    return found, found.t - search.value if found.found else None


def _slip(program: Program) -> Any:
    return 0 if program.arithmetic.exact else TOLERANCE


def _all_rows(program: Program) -> Bonus:
    """Return a variable t with slack >= weight t in every row, limits too: the largest t is negative iff none holds."""
    scale = program.situation.scale
    weights = [-row.exposure * (scale[row.actor] if row.incentive else 1) for row in program.rows]
    return Bonus(program.arithmetic.array(weights), cost=-1, high=program.arithmetic.number(Fraction(1)))


def _used(program: Program, found: Optimum) -> Iterator[tuple[Row, Fraction]]:
    start, actors = program.situation.start, program.situation.partnership.actors
    gains = [Row(GAIN, i, start, "") for i in range(len(actors))]
    for row, dual in zip([*program.rows, *gains], found.row_duals, strict=False):
        if dual > _slip(program):
            yield row, as_fraction(dual)


def _switched(search: _Search, program: Program, found: Optimum, owing: frozenset[Guard]) -> Tree:
    """Part a node at a switch that stands between off and on; if there is none, the point is an arrangement."""
    slip = _slip(program)
    between = [j for j, c in enumerate(program.columns) if c.switch and slip < found.x[j] < 1 - slip]
    if not between:
        raise Met(program, found)
    half = program.arithmetic.number(Fraction(1, 2))
    j = min(between, key=lambda j: abs(found.x[j] - half))
    situation, column = program.situation, program.columns[j]
    instrument = situation.partnership.instruments[column.instrument]
    where = [situation.states[column.states[0]].name] if instrument.contingent else []
    yes, no = (_fixed(program, j, program.arithmetic.number(Fraction(on))) for on in (1, 0))
    return Ask(("on", instrument.name, *where), _node(search, yes, owing), _node(search, no, owing))


def _fixed(program: Program, j: int, value: Any) -> Program:
    low, high = list(program.low), list(program.high)
    low[j] = high[j] = value
    return replace(program, low=tuple(low), high=tuple(high))


def _parted(search: _Search, program: Program, row: Row, owing: frozenset[Guard]) -> Tree:
    """Part a node by whether an actor owes anything that a row guards."""
    freed = released(program, row)
    no = None if freed is None else _node(search, freed, owing)
    yes = _node(search, program, owing | {row.guard})
    return Ask(("owed", row.stage, *names(program, row)), yes, no, row.guard)


def in_words(tree: Tree) -> str:
    """Return in words why nothing holds in the first of a tree's cases; "" where there is nothing to say."""
    if isinstance(tree, Ask):
        return in_words(tree.yes) or in_words(tree.no)
    if tree is None or not tree.rows:
        return ""
    program, places, parts = tree.program, _places(tree.program), []
    total, coefficients = Fraction(0), dict[int, Fraction]()
    for row, y in tree.rows:
        block, k = places[row]
        constant = as_fraction(block.constant[k])
        parts.append(((row.stage, *names(program, row), *([row.deviation, ""] if row.incentive else [])), constant, y))
        total += constant * y
        for j, a in zip(block.columns, block.coefficient[k], strict=True):
            coefficients[j] = coefficients.get(j, Fraction(0)) + as_fraction(a) * y
    for j, weight in coefficients.items():
        end = program.high[j] if weight > 0 else program.low[j]
        total += weight * as_fraction(end) if end is not None else 0
    return missing(parts, -total)


def as_fraction(value: Any) -> Fraction:
    """Return a programme's number as a Fraction."""
    return Fraction(value) if isinstance(value, float) else fraction(value)


def names(program: Program, row: Row) -> tuple[str, str]:
    """Return whose row it is, and its state, in words."""
    situation = program.situation
    who = situation.partnership.actors[row.actor].name if row.actor >= 0 else row.deviation
    return who, situation.states[row.state].name


def cut(program: Program, row: Row) -> Leaf | None:
    """Return why a row that guards what is owed follows from the actor's other rows where nothing is; None if not."""
    freed = released(program, replace(row, conditional=True))
    if freed is None:
        return None
    mine = tuple(b for b in unguarded(freed).blocks if any(other.actor == row.actor for other in b.rows))
    own = half_open(replace(freed, blocks=tuple(_without_guards(b) for b in mine)))
    block, k = _places(program)[row]
    slack = program.arithmetic.zeros(len(program.columns))
    slack[block.columns] = block.coefficient[k]
    found = optimise(own, slack)
    follows = found.found and found.objective + block.constant[k] >= -_slip(program)
    if found.status == "infeasible":
        found, follows = optimise(own, bonus=_all_rows(own)), True
    sure = found.exact or not program.arithmetic.exact
    return Leaf(own, tuple(_used(own, found))) if follows and sure else None


def _without_guards(block: Any) -> Any:
    kept = [k for k, row in enumerate(block.rows) if row.stage not in OWED]
    rows = tuple(block.rows[k] for k in kept)
    return replace(block, rows=rows, constant=block.constant[kept], coefficient=block.coefficient[kept])


def _places(program: Program) -> dict[Row, tuple[Block, int]]:
    """Return where each row of a programme stands."""
    return {row: (block, k) for block in program.blocks for k, row in enumerate(block.rows)}
