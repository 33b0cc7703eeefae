"""Answers about repeated and stochastic games in words and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from report.layout import MOST_ROWS, WIDTH, left_out, packed, section, table
from report.numbers import written
from report.stage import about, exactly, heading, mixture, sure
from solver.results import Number
from solver.results.repeated import (
    Automaton,
    Contract,
    ContractState,
    Lottery,
    Node,
    PatienceSteps,
    PatienceSwitches,
    PayoffBounds,
    PayoffSets,
    Point,
    SmallestCap,
    Step,
)

MOST_CORNERS = 24
"""Vertices shown of a set; --json has them all."""
FEW = 8
"""Nodes up to which a plan of several states shows where each leads; beyond that --json has it."""
ROUNDING = 1e-8
CERTAIN = 28
"""Width of the points that are reached for certain, in letters."""
NOBODY = "No equilibrium in pure strategies."


def factor(discount: Mapping[str, Number] | Number) -> str:
    """Return discount factors in words."""
    if not isinstance(discount, Mapping):
        return exactly(discount)
    if len(set(discount.values())) == 1:
        return exactly(next(iter(discount.values())))
    return ", ".join(f"{player} {exactly(value)}" for player, value in discount.items())


def played(profile: Mapping[str, str]) -> str:
    """Return a profile in words: one action where all do the same."""
    actions = list(profile.values())
    return f"all {actions[0]}" if len(set(actions)) == 1 and len(actions) > 1 else " / ".join(actions)


def each(values: Mapping[str, Number]) -> str:
    """Return a number for each player."""
    return ", ".join(f"{player} {exactly(value)}" for player, value in values.items())


def _contract(result: Contract) -> Iterable[RenderableType]:
    yield heading(result.title, "")
    if not result.states:
        yield Text(f"{NOBODY} Even unlimited payments cannot keep any play up at discount {factor(result.discount)}.")
    else:
        start = next(s for s in result.states if s.state == result.start)
        yield Text(
            f"With unlimited voluntary payments, discount {factor(result.discount)}: together they reach "
            f"{about(start.joint)} a period; nobody can be held below {each(start.punishment)}."
        )
        yield _contract_table(result.states)
        yield from plan(result.plan)
    yield from sure(result.proof, result.notes)


def _contract_table(states: tuple[ContractState, ...]) -> RenderableType:
    rows = table("state", "together", "played", "held down to")
    for state in states[:MOST_ROWS]:
        rows.add_row(state.state, exactly(state.joint), played(state.profile), each(state.punishment))
    return rows


def plan(result: Automaton | None) -> Iterable[RenderableType]:
    """Yield an automaton: who pays what, what is played, and where play goes."""
    if result is None:
        return
    small = len(result.nodes) <= FEW or len({node.state for node in result.nodes}) == 1
    money = any(node.payments for node in result.nodes)
    rows = table("at", *(["pays up front"] if money else []), "plays", *(["goes on to"] if small else []))
    for node in result.nodes[:MOST_ROWS]:
        paying, following = [_payments(node)] if money else [], [_following(node)] if small else []
        rows.add_row(node.name, *paying, played(node.profile) if node.profile else "as drawn", *following)
    rule = "Whoever breaks it is punished from the next period on"
    rule += "; whoever refuses to pay, at once." if money else "."
    rows_left = left_out(len(result.nodes), f"{MOST_ROWS} nodes shown")
    yield from section("The play that does it", rows, f"{rule} {rows_left}".strip())
    yield Text(f"Play starts at: {mixture(result.start)}. It is worth {each(result.values)}.")
    if money:
        yield Text(f"The largest payment in one period is {exactly(result.cap)}.")
    yield Text(_margin(result))


def _margin(result: Automaton) -> str:
    """Say whether anybody gains by a deviation, and how much is lost by the least bad one."""
    if result.slack >= 0:
        return f"Nobody gains by any deviation; the smallest margin is {exactly(result.slack)}."
    if result.slack >= -ROUNDING:
        return f"Up to the rounding of its lotteries ({exactly(-result.slack)}) nobody gains by any deviation."
    return f"Not an equilibrium: {result.worst}, and gains {exactly(-result.slack)}."


def _payments(node: Node) -> str:
    paying = [f"{player} {exactly(sum_)}" for player, sum_ in node.payments.items() if sum_ > 0]
    return ", ".join(paying) or "-"


def _rounded(lottery: Lottery) -> Lottery:
    """Return a lottery without the ends that only rounding has put into it."""
    return {name: share for name, share in lottery.items() if share > ROUNDING}


def _following(node: Node) -> str:
    if node.then:
        return f"at once to {mixture(_rounded(node.then))}"
    ways = {state: mixture(_rounded(lottery)) for state, lottery in node.next.items()}
    if len(set(ways.values())) == 1:
        return next(iter(ways.values()))
    return "\n".join(ways.values())


def _automaton(result: Automaton) -> Iterable[RenderableType]:
    yield from plan(result)
    yield from sure(result.proof)


def _point(point: Point) -> str:
    return "(" + ", ".join(exactly(value) for value in point) + ")"


def _money(transfers: Number) -> str:
    return f"with payments of at most {exactly(transfers)} a period" if transfers else "without money"


def _sets(result: PayoffSets) -> Iterable[RenderableType]:
    yield heading(result.title, "")
    start = next((s for s in result.states if s.state == result.start), None)
    how = f"{_money(result.transfers)}, discount {factor(result.discount)}"
    if start is None or not start.vertices:
        yield Text(f"{how[0].upper()}{how[1:]}: no equilibrium in pure strategies.")
    else:
        most = max(map(sum, start.vertices))
        best = [vertex for vertex in start.vertices if sum(vertex) == most]
        least = [min(v[i] for v in start.vertices) for i in range(len(result.players))]
        # The plan begins at the most equal of them, unless it was asked for another payoff.
        begins = tuple(result.plan.values.values()) if result.plan else best[0]
        shown = begins if len(best) > 1 and sum(begins) == most else best[0]
        where, low = (each(dict(zip(result.players, point, strict=True))) for point in (shown, least))
        yield Text(
            f"{how[0].upper()}{how[1:]}: together they reach {about(most)} a period, "
            f"{'for example ' if len(best) > 1 else ''}at {where}; nobody can be held below {low}."
        )
    if any(state.vertices for state in result.states):
        yield _vertex_table(result)
    yield from plan(result.plan)
    if not result.converged:
        yield Text("The iteration was cut off: these sets are only an outer bound.", style="bold")
    yield from sure(result.proof, result.notes)


def _vertex_table(result: PayoffSets) -> RenderableType:
    rows = table("state", f"vertices ({', '.join(result.players)}), counter-clockwise")
    room = max(WIDTH - 3 - max(len(state.state) for state in result.states[:MOST_ROWS]), WIDTH // 2)
    for state in result.states[:MOST_ROWS]:
        corners = [_point(vertex) for vertex in state.vertices[:MOST_CORNERS]]
        more = [f"… {len(state.vertices)} in all"] if len(state.vertices) > MOST_CORNERS else []
        rows.add_row(state.state, packed([*corners, *more], room) or "none")
    return rows


def _bounds(result: PayoffBounds) -> Iterable[RenderableType]:
    yield heading(result.title, "")
    inside = any(state.inner for state in result.states)
    what = "equilibrium reaches what lies between two bounds" if inside else "nothing but an outer bound was found"
    yield Text(f"Without money, discount {factor(result.discount)}: {what}.")
    rows = table("state", "together, at least", "at most", "gap", "reached for certain")
    for state in result.states[:MOST_ROWS]:
        total = [h.level for h in state.outer if len(set(h.direction)) == 1 and h.direction[0] > 0]
        scale = [h.direction[0] for h in state.outer if len(set(h.direction)) == 1 and h.direction[0] > 0]
        most = exactly(float(total[0]) / float(scale[0])) if total else "-"
        least = exactly(max(map(sum, state.inner))) if state.inner else "-"
        some = packed([*map(_point, state.inner[:4]), *(["…"] if len(state.inner) > 4 else [])], CERTAIN)
        rows.add_row(state.state, least, most, exactly(state.gap), some or "nothing")
    yield rows
    yield from plan(result.plan)
    yield from sure(result.proof, result.notes)


def _smallest(result: SmallestCap) -> Iterable[RenderableType]:
    yield heading(result.title, "")
    yield Text(_cap_words(result))
    yield from sure(result.proof, result.notes)


def _cap_words(result: SmallestCap) -> str:
    """Say how much money it takes, and what there is without."""
    at, without = f"discount {factor(result.discount)}", result.without
    reached = "there is no equilibrium in pure strategies" if without is None else f"they reach {about(without)}"
    if result.cap is None:
        if without is None:
            return f"No payments are enough at {at}."
        return f"At {at} no payments are enough to reach more than {about(result.joint)}; without money {reached}."
    if result.cap == 0:
        return f"No payments are needed at {at}: without money {reached} together, as much as with any payments."
    return (
        f"Payments of at most {about(result.cap)} a period are enough to reach {about(result.joint)} together, "
        f"at {at}; smaller ones are not. Without money {reached}."
    )


def _steps(result: PatienceSteps) -> Iterable[RenderableType]:
    yield heading(result.title, "")
    if not result.steps:
        yield Text("No discount factor sustains anything in pure strategies.")
    else:
        most = highest(result.steps)
        since = f"from discount {about(most.start)} on" if most.start else "at every discount factor"
        yield Text(f"With unlimited payments they reach at most {about(most.joint)} together, {since}.")
        yield from _step_table("Unlimited voluntary payments, harshest punishments", result.steps)
    if result.reversion:
        yield from _step_table("No money, reversion to the worst stage equilibrium", result.reversion)
    yield from sure(result.proof, result.notes)


def highest(steps: tuple[Step, ...]) -> Step:
    """Return the first step with the largest joint value: later ones are shared more equally, or punish harder."""
    return next(step for step in steps if step.joint == steps[-1].joint)


def _step_table(title: str, steps: tuple[Step, ...]) -> Iterable[RenderableType]:
    rows = table("discount from", "together", "held down to", "played")
    for step in steps[:MOST_ROWS]:
        rows.add_row(exactly(step.start), exactly(step.joint), each(step.punishment), played(step.profile))
    yield from section(title, rows, left_out(len(steps), f"{MOST_ROWS} steps shown"))


def _switches(result: PatienceSwitches) -> Iterable[RenderableType]:
    yield heading(result.title, "")
    count = len(result.switches) - 1
    what = (
        ("changes once" if count == 1 else f"changes {count} times")
        if count > 0
        else "is the same at every discount factor"
    )
    yield Text(f"What is played with unlimited payments {what}.")
    rows = table("discount", "what changes", "state", "together", "played")
    for number, switch in enumerate(result.switches[:MOST_ROWS]):
        begin = exactly(switch.discount) if switch.low == switch.discount else written(float(switch.discount), "9g")
        begin = f"{'from' if switch.inclusive else 'above'} {begin}"
        if not switch.states:
            rows.add_row(begin, switch.kind if number else "-", "-", "-", "no equilibrium")
        for k, state in enumerate(switch.states):
            head = (begin, switch.kind if number else "-") if not k else ("", "")
            rows.add_row(*head, state.state, exactly(state.joint), played(state.profile))
    yield rows
    yield from sure(result.proof, result.notes)


TELLINGS: Mapping[type, Callable[[Any], Iterable[RenderableType]]] = {
    Automaton: _automaton,
    Contract: _contract,
    PayoffSets: _sets,
    PayoffBounds: _bounds,
    SmallestCap: _smallest,
    PatienceSteps: _steps,
    PatienceSwitches: _switches,
}
