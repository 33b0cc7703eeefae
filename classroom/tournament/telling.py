"""Tournaments in words and tables for a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from classroom.tournament.results import Ecology, Length, Match, Tournament
from report.data import fields
from report.layout import MOST_ROWS, remarks, section, table
from report.numbers import number, written
from report.text import tell
from report.words import amount, share

IN_A_ROW = 30
"""Periods of a match in one line."""
SIGNS = "123456789abcdefghijklmnopqrstuvwxyz"
GONE = 0.0005
"""A share below this is told as none."""


def register() -> None:
    """Teach ``report.text`` and ``report.data`` what tournaments and matches are."""
    tell.register(Tournament, told)
    fields.register(Tournament, listed)
    tell.register(Match, match_told)
    fields.register(Match, match_listed)


def told(result: Tournament) -> Iterable[RenderableType]:
    """Yield the parts of a tournament's telling, in order."""
    yield Text(result.title, style="bold")
    twin = " and its own twin" if result.twins else ""
    yield Text(f"{len(result.standings)} strategies, each in both roles against every other{twin}.")
    yield Text(f"{_lasting(result.length)} {_noisy(result)} {_found(result)}", style="dim")
    yield Text("")
    yield from _ranking(result)
    if result.ecology is not None:
        yield from _evolution(result, result.ecology)
    yield from remarks(result.notes)


def _lasting(length: Length) -> str:
    if length.discount is None:
        return f"{length.periods} periods a match."
    one, other = (amount(factor) for factor in length.discount)
    return f"Matches without end, discounted by {one if one == other else f'{one} and {other}'}."


def _noisy(result: Tournament) -> str:
    return f"Noise: {amount(result.noise)} of all actions go wrong." if result.noise else "No noise."


def _found(result: Tournament) -> str:
    if not result.repetitions:
        return "Expected payoffs, computed."
    return f"Simulated {result.repetitions} times, seed {result.seed}; ± is a standard error."


def _ranking(result: Tournament) -> Iterable[RenderableType]:
    roles = [f"as {role}" for role in result.roles]
    apart = any(abs(s.as_first - s.as_second) > 1e-9 for s in result.standings) and not result.repetitions
    columns = ["score", *(["±"] if result.repetitions > 1 else []), *(roles if apart else []), "shares", "wins"]
    rows = table("", "strategy", *columns, numeric=["", *columns])
    for s in result.standings:
        cells = [written(s.score, "3f")]
        cells += [written(s.error, "3f")] if s.error is not None else []
        cells += [written(s.as_first, "3f"), written(s.as_second, "3f")] if apart else []
        rows.add_row(str(s.rank), s.title, *cells, share(s.shares), str(s.wins))
    first, second = (pair[0] for pair in result.actions)
    sharing = f"'{first}'" if first == second else f"'{first}' or '{second}'"
    legend = (
        f"score: payoff per period, the mean over all its matches. shares: how often it plays {sharing}. "
        "wins: the others from whom it earns more than they earn from it."
    )
    yield from section("Ranking", rows, legend)


def _evolution(result: Tournament, ecology: Ecology) -> Iterable[RenderableType]:
    last = ecology.shares[-1]
    moments = sorted({round(ecology.generations * part) for part in (0, 0.02, 0.1, 0.3, 1)})
    headings = [str(moment) for moment in moments]
    rows = table("share after so many generations", *headings, numeric=headings)
    order = sorted(range(len(last)), key=lambda i: -round(last[i], 12))
    alive = [i for i in order if max(ecology.shares[moment][i] for moment in moments[1:]) >= GONE]
    for i in alive[:MOST_ROWS]:
        rows.add_row(result.standings[i].title, *(_percent(ecology.shares[moment][i]) for moment in moments))
    gone = sum(value < GONE for value in last)
    words = "What earns more in one generation is more frequent in the next, in proportion (Axelrod 1984, chapter 2)."
    words += f" {gone} of {len(last)} died out: less than {_percent(GONE)} is left." if gone else ""
    words += f" {amount(ecology.lifted)} was added to all payoffs, so that none is negative." if ecology.lifted else ""
    yield from section("Evolution", rows, words)


def _percent(value: float) -> str:
    return "-" if value < GONE else f"{written(100 * value, '1f')} %" if value > GONE else "0.05 %"


def listed(result: Tournament) -> dict[str, Any]:
    """Return the fields of a tournament as JSON; matrices in the order of the ranking."""
    length, ecology = result.length, result.ecology
    return {
        "proof": result.proof,
        "title": result.title,
        "roles": list(result.roles),
        "sharing": [pair[0] for pair in result.actions],
        "states": list(result.states),
        "periods": length.periods,
        "discount": None if length.discount is None else [number(factor) for factor in length.discount],
        "noise": number(result.noise),
        "repetitions": result.repetitions,
        "seed": result.seed,
        "twins": result.twins,
        "standings": [{k: number(v) if isinstance(v, float) else v for k, v in asdict(s).items()}
                      for s in result.standings],
        "payoffs": {"first": _numbers(result.first), "second": _numbers(result.second)},
        "evolution": None if ecology is None else {
            "generations": ecology.generations,
            "lifted": number(ecology.lifted),
            "shares": _numbers(ecology.shares),
        },
        "notes": list(result.notes),
    }  # fmt: skip


def _numbers(matrix: Iterable[Iterable[float]]) -> list[list[Any]]:
    return [[number(value) for value in row] for row in matrix]


def match_told(result: Match) -> Iterable[RenderableType]:
    """Yield the parts of a match's telling: a line for the states and one for either role, period by period."""
    yield Text(result.title, style="bold")
    pairs = zip(result.strategies, result.roles, strict=True)
    yield Text(" against ".join(f"{title} (as {role})" for title, role in pairs))
    noise = f"noise {amount(result.noise)}" if result.noise else "no noise"
    yield Text(f"{len(result.path)} periods, {noise}, seed {result.seed}.", style="dim")
    yield Text("")
    several = len(result.states) > 1
    for start in range(0, len(result.path), IN_A_ROW):
        part = slice(start, start + IN_A_ROW)
        rows = Table.grid(padding=(0, 1))
        rows.add_row(Text("from period"), Text(str(start + 1)))
        if several:
            rows.add_row(Text("state"), Text(" ".join(SIGNS[k % len(SIGNS)] for k in result.path[part])))
        for role, name in enumerate(result.roles):
            rows.add_row(Text(name), Text(" ".join("S" if pair[role] else "." for pair in result.shared[part])))
        yield Padding(rows, (0, 0, 1, 1))
    yield from _key(result, several)
    yield from remarks(result.notes)


def _key(result: Match, several: bool) -> Iterable[RenderableType]:
    words = [f"{name} earns {written(value, '3f')} per period" for name, value in
             zip(result.roles, result.payoffs, strict=True)]  # fmt: skip
    yield Text(f"S shares, . withholds. {', '.join(words)}.")
    if several:
        yield Text(f"States: {', '.join(f'{SIGNS[k % len(SIGNS)]} {name}' for k, name in enumerate(result.states))}.")
    yield Text("")


def match_listed(result: Match) -> dict[str, Any]:
    """Return the fields of a match as JSON."""
    return {
        "proof": "none: simulated",
        "title": result.title,
        "roles": list(result.roles),
        "strategies": list(result.strategies),
        "noise": number(result.noise),
        "seed": result.seed,
        "periods": [
            {
                "state": result.states[state],
                "actions": [result.actions[role][state][not shared] for role, shared in enumerate(pair)],
            }
            for state, pair in zip(result.path, result.shared, strict=True)
        ],
        "payoffs": [number(value) for value in result.payoffs],
        "notes": list(result.notes),
    }
