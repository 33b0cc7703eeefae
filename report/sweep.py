"""The telling of a grid of scenarios: intervals on one axis, a map on two, counts on more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import isnan

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from games.files.labels import label
from report.layout import MOST_ROWS, left_out, remarks, section, table
from report.outcomes import RANKS, WORDS, across, complete, counted, numeric, outcome, runs, shown, signs
from report.words import amount, share
from solver.results.study import Axis, Point, SampleWord, Sweep

WIDEST = 60
"""Cells of a map across; a finer grid is thinned."""
TALLEST = 30
MOST_SIGNS = 15
BORDERS = 8
SLICES = 8
FEW = 4
"""Columns of a table of words against words."""


def sweep(result: Sweep) -> Iterable[RenderableType]:
    """Yield the telling of a grid of scenarios."""
    yield Text(result.title, style="bold")
    size = " x ".join(str(len(axis.values)) for axis in result.axes)
    part = "" if complete(result) else " so far"
    grid = f" ({size})" if len(result.axes) > 1 else ""
    yield Text(f"{len(result.points):,} scenarios{part}{grid}: {_totals(result.points)}.")
    yield Text("")
    if not complete(result):
        yield from _slices(result)
    elif len(result.axes) == 1:
        yield from _line(result)
    elif len(result.axes) == 2 and numeric(result.axes[0]):
        yield from _map(result)
    elif len(result.axes) == 2 and numeric(result.axes[1]):
        yield from _map(turned(result))
    elif len(result.axes) == 2 and len(result.axes[1].values) <= FEW:
        yield from _cross(result)
    else:
        yield from _slices(result)
    yield from remarks(result.notes)
    yield Text(f"Proof: {result.proof}.", style="dim")
    if result.study:
        yield Text(f"Kept in {result.study}; the same command goes on from there.", style="dim")


def turned(result: Sweep) -> Sweep:
    """Return a grid of two axes with these exchanged, as it is read across the page."""
    first, second = result.axes
    rows = across(result.points, len(second.values))
    points = tuple(
        Point((p.at[1], p.at[0]), p.verdict, p.states, p.slack, p.actor, p.state, p.deviation)
        for column in zip(*rows, strict=True)
        for p in column
    )
    return Sweep(result.title, result.period, result.units, (second, first), points, result.study, result.proof)


def _totals(points: Sequence[Point]) -> str:
    """Return how many points have each verdict, the best first."""
    counts = {word: sum(p.verdict == word for p in points) for word in RANKS}
    said = {**WORDS, "holds_in_some_states": "holds in some states"}
    return ", ".join(f"{said[word]} in {count:,}" for word, count in counts.items() if count) or "none was judged"


def _line(result: Sweep) -> Iterable[RenderableType]:
    """Yield one axis: from where to where the same happens, and how near it is there."""
    (axis,) = result.axes
    rows = table(
        "from - to" if numeric(axis) else "value", "what happens", "smallest slack", numeric=("smallest slack",)
    )
    stretches = (
        runs(axis, result.points) if numeric(axis) else [(outcome(p), k, k) for k, p in enumerate(result.points)]
    )
    for what, first, last in stretches[: 2 * MOST_ROWS]:
        ends = list(dict.fromkeys((shown(axis.values[first]), shown(axis.values[last]))))
        least = min((p.slack for p in result.points[first : last + 1] if not isnan(p.slack)), default=None)
        rows.add_row(" - ".join(ends), what.words, amount(least))
    count = len(stretches)
    shown_of = left_out(count, f"the first {2 * MOST_ROWS}") if count > 2 * MOST_ROWS else ""
    yield from section(f"By {label(axis.path)}", rows, shown_of)


def _map(result: Sweep) -> Iterable[RenderableType]:
    """Yield two axes: a map in characters, its legend, and where the border runs."""
    first, second = result.axes
    found = counted(result.points)
    sign = signs(found)
    columns = _thinned(len(first.values), WIDEST)
    upward = -1 if numeric(second) else 1
    levels = _thinned(len(second.values), TALLEST)[::upward]
    by_column = across(result.points, len(second.values))
    wide = max(len(shown(second.values[k])) for k in levels)
    gap = " " if len(columns) <= WIDEST // 2 else ""
    yield Text(f"{label(second.path)} (up) against {label(first.path)} (across)", style="bold")
    for k in levels:
        cells = gap.join(sign[outcome(by_column[c][k])] for c in columns)
        yield Padding(Text(f"{shown(second.values[k]):>{wide}} | {cells}", no_wrap=True), (0, 0, 0, 1))
    yield Padding(Text(f"{'':{wide}} + {_foot(first, columns, len(gap) + 1)}", no_wrap=True), (0, 0, 1, 1))
    for one, count in found[:MOST_SIGNS]:
        yield Padding(Text(f"{sign[one]}  {one.words}: {share(count / len(result.points))}"), (0, 0, 0, 2))
    if len(found) > MOST_SIGNS:
        yield Padding(Text(f"and {len(found) - MOST_SIGNS} more; all of them with --json", style="dim"), (0, 0, 0, 2))
    if len(columns) * len(levels) < len(result.points):
        yield Padding(Text("The map shows part of a finer grid; all of it with --json.", style="dim"), (0, 0, 0, 2))
    yield Text("")
    yield from _borders(first, second, by_column)


def _foot(axis: Axis, columns: Sequence[int], step: int) -> str:
    """Return the line below a map: the values at both ends and, where there is room, in the middle."""
    width = (len(columns) - 1) * step + 1
    left, right = shown(axis.values[columns[0]]), shown(axis.values[columns[-1]])
    if len(columns) == 1:
        return left
    middle = shown(axis.values[columns[len(columns) // 2]])
    room = width - len(left) - len(right)
    if room < len(middle) + 4:
        return f"{left}{' ' * max(room, 3)}{right}"
    start = len(columns) // 2 * step - len(middle) // 2
    line = f"{left}{' ' * (start - len(left))}{middle}"
    return f"{line}{' ' * (width - len(line) - len(right))}{right}"


def _thinned(count: int, most: int) -> list[int]:
    """Return at most so many of the first whole numbers, evenly spread, both ends among them."""
    if count <= most:
        return list(range(count))
    return [round(k * (count - 1) / (most - 1)) for k in range(most)]


def _borders(first: Axis, second: Axis, by_column: Sequence[Sequence[Point]]) -> Iterable[RenderableType]:
    """Yield at which values of the axis across the verdict changes, for some values of the axis up."""
    rows = table(label(second.path), f"along {label(first.path)}")
    for k in _thinned(len(second.values), BORDERS):
        rows.add_row(shown(second.values[k]), _verdicts(first, [column[k] for column in by_column]))
    yield from section("Where the border runs", rows)


def _verdicts(axis: Axis, points: Sequence[Point]) -> str:
    """Return the verdicts along an axis with their intervals: '0.5 - 0.71 fails | 0.72 - 0.99 holds'."""
    said = {**WORDS, "holds_in_some_states": "in some states", "holds_with_sharing": "with sharing"}
    out: list[tuple[SampleWord, int, int]] = []
    for k, point in enumerate(points):
        same = bool(out) and out[-1][0] == point.verdict
        out[-1:] = [(point.verdict, out[-1][1], k)] if same else [*out[-1:], (point.verdict, k, k)]
    ends = [list(dict.fromkeys((shown(axis.values[a]), shown(axis.values[b])))) for _, a, b in out]
    words = [f"{' - '.join(pair)} {said[verdict]}" for pair, (verdict, _, _) in zip(ends, out, strict=True)]
    return " | ".join(words)


def _slices(result: Sweep) -> Iterable[RenderableType]:
    """Yield counts by verdict for each value of each axis, or for stretches of many values."""
    used = [word for word in RANKS if any(p.verdict == word for p in result.points)]
    said = {
        **WORDS, "holds_in_some_states": "some states", "holds_with_sharing": "with sharing", "refused": "refused",
        "unsearched": "unsearched", "outside": "not allowed",
    }  # fmt: skip
    for side, axis in enumerate(result.axes):
        columns = [said[word] for word in used]
        rows = table("value", *columns, numeric=columns)
        index = {value: k for k, value in enumerate(axis.values)}
        for group in _groups(axis):
            inside = [p for p in result.points if index[p.at[side]] in group]
            ends = list(dict.fromkeys((shown(axis.values[group[0]]), shown(axis.values[group[-1]]))))
            rows.add_row(" - ".join(ends), *(str(sum(p.verdict == word for p in inside)) for word in used))
        yield from section(f"By {label(axis.path)}", rows)
    if result.points:
        yield Text("What happens", style="bold")
    for one, count in counted(result.points)[:MOST_SIGNS]:
        yield Padding(Text(f"{share(count / len(result.points)):>5}  {one.words}"), (0, 0, 0, 2))
    yield Text("")


def _cross(result: Sweep) -> Iterable[RenderableType]:
    """Yield what happens at every pair of words, as a table."""
    first, second = result.axes
    rows = table(label(first.path), *(shown(value) for value in second.values), numeric=())
    for value, row in zip(first.values, across(result.points, len(second.values)), strict=True):
        rows.add_row(shown(value), *(outcome(point).words for point in row))
    yield from section(f"By {label(first.path)} and {label(second.path)}", rows)


def _groups(axis: Axis) -> list[range]:
    """Return the values of an axis one by one, or, if they are many numbers, in stretches of about the same length."""
    count = len(axis.values)
    if count <= MOST_ROWS or not numeric(axis):
        return [range(k, k + 1) for k in range(count)]
    ends = [round(k * count / SLICES) for k in range(SLICES + 1)]
    return [range(a, b) for a, b in pairwise(ends)]
