"""What a sheet or a notebook shows beside its words: payoff matrices, and who gains and gives what in a partnership.

Shown is a game that a part names, since answers are in terms of its actions or instruments, and that the story does
not show already; never another one: a template may hold games that its solution needs and its question must not show.
A story shows a table by pipes, as Markdown has it; a first cell "row \\ column" makes it a payoff matrix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from classroom.offline.mark import spelled
from classroom.part import Part
from classroom.variants import Variant
from games.normal_form import NormalFormGame
from games.partnership import Actor, Instrument, Partnership, Pool, Term
from games.stochastic import StochasticGame

_MOVES = "this period → next"
MOST_STATES = 4
MOST_CELLS = 36
"""Larger games are not shown: no student reads them."""
CORNER = " \\ "


POINT = "- "
"""What each point of a list begins with."""


@dataclass(frozen=True)
class Table:
    """A table of texts; ``head`` names the columns. A payoff matrix has "row player \\ column player" at its corner."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""

    @property
    def players(self) -> tuple[str, str] | None:
        """Return the row player and the column player of a payoff matrix (None: it is another table)."""
        row, sign, column = self.head[0].partition(CORNER)
        return (row, column) if sign else None


def blocks(story: str) -> Iterator[str | Table]:
    """Yield the paragraphs, tables and lists of a text; a list is a text with a line for each point."""
    for blank, lines in groupby(story.splitlines(), key=lambda line: not line.strip()):
        if not blank:
            for sign, block in groupby(lines, key=_sign):
                found = [line.strip() for line in block]
                yield _table(found) if sign == "|" else ("\n" if sign else " ").join(found)


def _sign(line: str) -> str:
    """Return what a line of a table or of a list begins with (empty: it is of a paragraph)."""
    return next((sign for sign in ("|", POINT) if line.lstrip().startswith(sign)), "")


def _table(lines: Sequence[str]) -> Table:
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    head, *rest = rows
    return Table(head, tuple(row for row in rest if set("".join(row)) - set("-: ")))


def drawn(variant: Variant) -> tuple[Table, ...]:
    """Return the tables of the games that the parts of a variant name, without those that the story shows."""
    shown = {block.head + block.rows[0][:1] for block in blocks(variant.story) if isinstance(block, Table)}
    names = dict.fromkeys(str(part.spec["game"]) for part in variant.parts if "game" in part.spec)
    tables = [
        _titled(table, variant.facts.game(name).title if len(names) > 1 else "")
        for name in names
        for table in _of_game(variant, name)
    ]
    return tuple(table for table in tables if table.head + table.rows[0][:1] not in shown)


def _titled(table: Table, title: str) -> Table:
    return replace(table, caption=". ".join(filter(None, (title, table.caption))))


def _of_game(variant: Variant, name: str) -> Iterator[Table]:
    scenario = variant.facts.scenario(name, optional=True)
    if scenario is not None:
        yield from _of_partnership(scenario.partnership)
        return
    game = variant.facts.game(name).game
    if len(game.players) == 2 and len(game.states) <= MOST_STATES:
        for state, stage in zip(game.states, game.stages, strict=True):
            if len(stage.payoffs) <= MOST_CELLS:
                caption = f"In state {state}" if len(game.states) > 1 else ""
                yield matrix(stage, caption)
        yield from _moves(game)


def matrix(game: NormalFormGame, caption: str = "") -> Table:
    """Return the payoff matrix of a game of two: in each cell what the row player earns, then the column player."""
    down, across = game.actions
    rows = tuple((own, *(", ".join(map(spelled, game.payoffs[own, other])) for other in across)) for own in down)
    return Table((CORNER.join(game.players), *across), rows, caption)


def _moves(game: StochasticGame) -> Iterator[Table]:
    """Yield the chances of the next state, where these do not depend on what is played."""
    rows = []
    for state, moves in zip(game.states, game.next, strict=True):
        chances = {tuple(sorted(row.items())) for row in moves.values()}
        if len(game.states) == 1 or len(chances) > 1:
            return
        rows.append((state, *(spelled(dict(next(iter(chances))).get(t, 0)) for t in range(len(game.states)))))
    yield Table((_MOVES, *game.states), tuple(rows), "How the state moves")


def _of_partnership(partnership: Partnership) -> Iterator[Table]:
    """Yield what everybody gains and bears, what can be given, and how urgency moves."""
    levels = partnership.urgency.names if len(partnership.urgency.names) > 1 else ("amount",)
    terms = [_term(actor, term, partnership) for actor in partnership.actors for term in actor.terms]
    weights = "; ".join(f"{actor.name} {spelled(actor.discount)}" for actor in partnership.actors)
    yield Table(("whose", "gain or cost", "when", *levels), tuple(terms), f"Weight of the next period: {weights}")
    if partnership.pools:
        yield Table(("pool", "filled by", "is"), tuple(map(_pool, partnership.pools)), "What they fill together")
    if partnership.instruments:
        head = ("from", "to", "what", "costs a unit", "is worth a unit", "due", "at most")
        yield Table(head, tuple(_instrument(b) for b in partnership.instruments), _given(levels))
    if len(levels) > 1:
        rows = zip(levels, partnership.urgency.transitions, strict=True)
        moves = tuple((level, *map(spelled, row)) for level, row in rows)
        yield Table((_MOVES, *levels), moves, "How urgency moves")


def _term(actor: Actor, term: Term, partnership: Partnership) -> tuple[str, ...]:
    sign = 1 if term.kind == "interest" else -1
    amounts = [term.base + term.urgency_slope * level.urgency for level in partnership.urgency.levels]
    when = "; ".join(f"{name}: {' or '.join(actions)}" for name, actions in term.when.items())
    if term.pool:
        when = "; ".join(filter(None, [when, f"times the pool '{term.pool}'"]))
    fades = f", × {spelled(term.retention)} a period of age" if term.retention != 1 else ""
    signed = [sign * abs(amount) if sign < 0 else amount for amount in amounts]
    return (actor.name, term.name + fades, when or "always", *map(spelled, signed))


def _given(levels: Sequence[str]) -> str:
    return "What can be given" + (f" (where it differs: {' / '.join(levels)})" if len(levels) > 1 else "")


def _pool(pool: Pool) -> tuple[str, ...]:
    parts = (
        f"{name}: {action} {spelled(amount)}"
        for name, actions in pool.contributions.items()
        for action, amount in actions.items()
        if amount
    )
    joined = {
        "sum": "the sum",
        "min": "the smallest",
        "max": "the largest",
        "threshold": f"1 from a sum of {spelled(pool.threshold)} on, else 0",
        "power": f"the sum to the power {spelled(pool.exponent)}",
    }
    return (pool.name, "; ".join(parts), joined[pool.form])


def _instrument(given: Instrument) -> tuple[str, ...]:
    return (
        given.giver,
        ", ".join(given.receivers),
        given.name,
        _by_level(given.cost),
        _by_level(given.value),
        given.timing,
        "—" if given.cap is None else _by_level(given.cap),
    )


def _by_level(amounts: Sequence[Fraction]) -> str:
    return " / ".join(spelled(amount) for amount in (amounts[:1] if len(set(amounts)) == 1 else amounts))


def markdown(table: Table) -> str:
    """Return a table by pipes."""
    cells = [table.head, ("---",) * len(table.head), *table.rows]
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]
    return "\n".join([f"*{table.caption}*\n" if table.caption else "", *lines]).strip()


def states_of(part: Part) -> tuple[str, ...]:
    """Return the states of the game that a part names."""
    return part.facts.game(str(part.spec["game"])).game.states
