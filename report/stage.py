"""Answers about stage games in words and tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import isinf
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from report.layout import MOST_ROWS, left_out, listed, section, table
from report.numbers import short, written
from report.words import amount
from solver.results import Number
from solver.results.stage import (
    CorrelatedEquilibrium,
    Dominance,
    Evolution,
    Minmax,
    Reduction,
    ReplicatorPath,
    StageEquilibria,
    Strategy,
)

LONGEST = 9
INVISIBLE = 1e-12
LARGE = 1e6
NUMERAL = tuple("0123456789+-.")
EVERYDAY = 12
"""Fractions with a larger denominator mean little to most readers: their decimals stand beside them."""
PATH_ROWS = 12


def exactly(value: Number | None) -> str:
    """Return a short exact number as it is, and any other one rounded."""
    if isinstance(value, (int, Fraction)) and short(value) and len(str(value)) <= LONGEST:
        return str(value)
    if value is None or isinf(value):
        return "-"
    number = float(value)
    if 0 < abs(number) < INVISIBLE:
        return "~0"
    return written(number, "0f" if abs(number) >= LARGE else "6g")


def about(value: Number | None) -> str:
    """Return a number, and what a fraction that is no everyday one comes to."""
    rare = isinstance(value, Fraction) and value.denominator > EVERYDAY and "/" in exactly(value)
    return f"{exactly(value)} (about {amount(value)})" if rare else exactly(value)


def mixture(strategy: Mapping[str, Number]) -> str:
    """Return a mixed strategy in words: '1/3 hawk, 2/3 dove', or just the action that is played.

    A name that begins like a number is quoted beside its probability: "1/3 '2', 2/3 '5'".
    """
    played = [(name, share) for name, share in strategy.items() if share]
    if len(played) == 1:
        return played[0][0]
    return ", ".join(f"{exactly(share)} {repr(name) if name[:1] in NUMERAL else name}" for name, share in played)


def heading(title: str, state: str) -> Text:
    """Return the line that says which game this is about."""
    where = f" (in {state})" if state and state != "always" else ""
    return Text(f"{title}{where}", style="bold")


def sure(proof: str, notes: Iterable[str] = ()) -> Iterable[RenderableType]:
    """Yield how sure an answer is, and what should be known beside it."""
    words = "Checked in exact numbers." if proof == "exact" else f"Proof: {proof}."
    yield Text(words, style="dim")
    for note in notes:
        yield Padding(Text(f"- {note}."), (0, 0, 0, 2))


def _equilibria(result: StageEquilibria) -> Iterable[RenderableType]:
    yield heading(result.title, result.state)
    count = len(result.equilibria)
    yield Text(_how_many(result))
    if count:
        yield _equilibrium_table(result)
    if left_out(count, f"{MOST_ROWS} shown"):
        yield Text(left_out(count, f"{MOST_ROWS} shown") + ".", style="dim")
    if len(result.components) and count > 1:
        sets = "; ".join("{" + ", ".join(str(k + 1) for k in c) + "}" for c in result.components[:MOST_ROWS])
        yield Text(f"Components (maximal Nash subsets), by number: {sets}")
    yield from sure(result.proof, (n.rstrip(".") for n in result.notes))


def _how_many(result: StageEquilibria) -> str:
    """Say how many equilibria there are, and whether these are all."""
    count, kind = len(result.equilibria), "pure equilibri" if result.concept == "pure" else "equilibri"
    if not count:
        return f"There is no {kind}um." if result.complete else f"No {kind}um was found; there may be some."
    if result.degenerate:
        found = f"{count} extreme {kind}{'um' if count == 1 else 'a'} of a degenerate game"
    else:
        found = f"{count} {kind}{'um' if count == 1 else 'a'}"
    rest = "and no other" if count == 1 else "and these are all"
    return f"{found}, {rest}." if result.complete else f"{found} found; there may be more."


def _equilibrium_table(result: StageEquilibria) -> RenderableType:
    """Return a row for each equilibrium; the payoffs of many players share a column."""
    each = len(result.players) <= 2
    rows = table("", *result.players, *([f"{player} gets" for player in result.players] if each else ["they get"]))
    for k, one in enumerate(result.equilibria[:MOST_ROWS]):
        strategies = [mixture(one.strategies[p]) for p in result.players]
        gets = [exactly(one.payoffs[p]) for p in result.players]
        rows.add_row(str(k + 1), *strategies, *(gets if each else [", ".join(gets)]))
    return rows


OBJECTIVES = {
    "welfare": "with the largest sum of payoffs: {value}",
    "egalitarian": "that is best for whoever gets least: {value}",
    "best": "that is best for {player}: {value}",
    "worst": "that is worst for {player}: {value}",
}


def _correlated(result: CorrelatedEquilibrium) -> Iterable[RenderableType]:
    yield heading(result.title, result.state)
    kind = "coarse correlated" if result.concept == "coarse" else "correlated"
    what, _, player = result.objective.partition(":")
    which = OBJECTIVES[what].format(player=player, value=about(result.value))
    yield Text(f"The {kind} equilibrium {which}.")
    rows = table("probability", *result.players)
    shown = sorted(result.distribution.items(), key=lambda item: -float(item[1]))
    for profile, share in shown[:MOST_ROWS]:
        rows.add_row(exactly(share), *profile)
    yield from section("What is recommended", rows, left_out(len(shown), f"{MOST_ROWS} shown"))
    gets = ", ".join(f"{player} {exactly(value)}" for player, value in result.payoffs.items())
    yield Text(f"Expected payoffs: {gets}.")
    yield from sure(result.proof, result.notes)


def _minmax(result: Minmax) -> Iterable[RenderableType]:
    yield heading(result.title, result.state)
    yield Text("How low the others can hold each player, who replies best:")
    rows = table("player", "play", "value", "by playing", "best reply")
    for point in result.points:
        low = "" if point.low == point.value else f" (at least {exactly(point.low)})"
        ways = [f"{'' if share == 1 else exactly(share) + ' '}{'/'.join(p)}" for p, share in point.against.items()]
        rows.add_row(point.player, point.kind, exactly(point.value) + low, listed(ways, 4), point.reply)
    yield rows
    yield from sure(result.proof, result.notes)


def _dominance(result: Dominance) -> Iterable[RenderableType]:
    yield heading(result.title, result.state)
    yield from _reduction(result.strict, "Strict dominance")
    yield from _reduction(result.weak, "Weak dominance")
    yield from sure(result.proof, result.notes)


def _reduction(reduction: Reduction, title: str) -> Iterable[RenderableType]:
    if not reduction.steps:
        yield Text(f"{title}: nothing goes.")
        return
    left = "; ".join(f"{player}: {listed(actions, 4)}" for player, actions in reduction.remaining.items())
    rows = table("round", "player", "drops", "which is dominated by")
    for step in reduction.steps[:MOST_ROWS]:
        rows.add_row(str(step.round), step.player, step.action, mixture(step.by))
    yield from section(f"{title} leaves {left}", rows, left_out(len(reduction.steps), f"{MOST_ROWS} steps shown"))


def _evolution(result: Evolution) -> Iterable[RenderableType]:
    yield heading(result.title, result.state)
    stable = [s for s in result.strategies if s.stable]
    count = len(stable)
    yield Text(f"{count or 'No'} evolutionarily stable strateg{'y' if count == 1 else 'ies'}.")
    rows = table("symmetric equilibrium", "value", "stable", "can be invaded by")
    for one in result.strategies[:MOST_ROWS]:
        invader = "-" if one.invader is None else mixture(one.invader)
        rows.add_row(mixture(one.strategy), exactly(one.payoff), "yes" if one.stable else "no", invader)
    if result.strategies:
        yield rows
    yield from sure(result.proof, result.notes)


def _replicator(result: ReplicatorPath) -> Iterable[RenderableType]:
    yield heading(result.title, result.state)
    last = _shares(dict(zip(result.actions, result.shares[-1], strict=True)))
    yield Text(f"At time {amount(result.times[-1])}: {last}{'; at rest' if result.at_rest else '; still moving'}.")
    rows = table("time", *result.actions)
    step = max(1, (len(result.times) - 1) // PATH_ROWS)
    for time, shares in list(zip(result.times, result.shares, strict=True))[::step]:
        rows.add_row(amount(time), *(written(share, "3f") for share in shares))
    yield rows
    yield from sure(result.proof, result.notes)


def _shares(strategy: Strategy) -> str:
    return ", ".join(f"{float(share):.3f} {name}" for name, share in strategy.items() if float(share) >= 5e-4)


TELLINGS: Mapping[type, Callable[[Any], Iterable[RenderableType]]] = {
    StageEquilibria: _equilibria,
    CorrelatedEquilibrium: _correlated,
    Minmax: _minmax,
    Dominance: _dominance,
    Evolution: _evolution,
    ReplicatorPath: _replicator,
}
