"""The picture of a grid: slack along one axis, a map of who breaks where on two, small maps side by side on three."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isnan
from typing import Any

from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from games.errors import refuse
from games.files.labels import label
from report.canvas import NOTHING, SIDE, Entry, entitle, folded, key, label_axes, note, panel
from report.layout import MOST_ROWS
from report.outcomes import OTHER, Outcome, complete, counted, numeric, outcome, runs, shown, signs
from report.words import share
from solver.results.study import Axis, Point, SampleWord, Sweep

SHADES: dict[SampleWord, tuple[str, ...]] = {
    "holds": ("#56B4E9",),
    "holds_with_sharing": ("#bfe0f5",),
    "holds_in_some_states": ("#fbe9bd", "#f2cd72", "#E69F00"),
    "fails": ("#f3c3a3", "#e38d5b", "#c9c9c9", "#eed0e0"),
    "unsearched": ("#e6e6e6",),
    "refused": ("#ffffff",),
    "outside": ("#ffffff",),
}
MARKS: dict[SampleWord, tuple[str, ...]] = {
    "holds": ("",),
    "holds_with_sharing": ("..",),
    "holds_in_some_states": ("////", "---", "||", "//..", "--.."),
    "fails": ("\\\\\\\\", "xxxx", "oo", "++", "**", "\\\\..", "xx.."),
    "unsearched": ("..//",),
    "refused": ("OO",),
    "outside": ("",),
}
MOST_PANELS = 6
MOST_DOTS = 60
"""Points up to which each is marked on a line."""
STEADY = ("holds", "holds_with_sharing")
MOST_UPRIGHT = 4
WORD = 18
"""Width of a word beside an axis, in letters."""
Look = Mapping[Outcome, dict[str, Any]]
Cells = Mapping[tuple[Any, ...], Point]


def sweep_sheet(result: Sweep, axes: Any) -> None:
    """Draw a grid of scenarios.

    Raises
    ------
    ScenarioError : it has more axes than a page can show.
    """
    if not 1 <= len(result.axes) <= 3:
        what = f"a picture shows up to three axes, and this grid has {len(result.axes)}"
        raise refuse("--plot", what, "hold the others at one value")
    found = counted(result.points)
    looks = _looks(found)
    entries = _key(found, looks, len(result.points))
    part = "" if complete(result) else f" ({len(result.points):,} scenarios so far)"
    if len(result.axes) == 1:
        _line(result, axes, looks, signs(found))
        line = "-" if numeric(result.axes[0]) else "none"
        entries.append(
            (Line2D([], [], color="black", linewidth=1.8, linestyle=line, marker="o", markersize=4), "slack")
        )
        entitle(axes, result.title, f"What happens along {label(result.axes[0].path)}{part}")
    elif len(result.axes) == 2:
        first, second = result.axes
        walls = _map(axes, first, second, {p.at: p for p in result.points}, looks, signs(found))
        entries += _border(walls)
        entitle(axes, result.title, f"Who breaks where{part}")
    else:
        entries += _small_maps(result, axes, looks, part)
    if not result.points:
        note(axes, "No scenario was judged yet.")
    key(axes, entries)


def _looks(found: Sequence[tuple[Outcome, int]]) -> Look:
    """Return colour and hatch of each outcome: blue where it holds, yellow in some states, red or grey where not."""
    seen: dict[SampleWord, int] = {}
    out: dict[Outcome, dict[str, Any]] = {}
    for one, _ in found:
        k = seen.setdefault(one.verdict, 0)
        seen[one.verdict] += 1
        shades, marks = SHADES[one.verdict], MARKS[one.verdict]
        look = {"facecolor": shades[k % len(shades)], "hatch": marks[k % len(marks)]}
        out[one] = {**look, "edgecolor": "#4a4a4a", "linewidth": 0}
    return out


def _key(found: Sequence[tuple[Outcome, int]], looks: Look, count: int) -> list[Entry]:
    sign = signs(found)
    entries: list[Entry] = [
        (Patch(**{**looks[one], "linewidth": 0.8}), f"[{sign[one]}] {one.words}: {share(often / count)}")
        for one, often in found[:MOST_ROWS]
    ]
    left = len(found) - MOST_ROWS
    return [*entries, (NOTHING, f"and {left} more")] if left > 0 else entries


def _border(walls: bool) -> list[Entry]:
    words = "it holds in every state on one side only: [#] and [+]"
    return [(Line2D([], [], color="black", linewidth=2.2), words)] if walls else []


def _places(axis: Axis) -> tuple[list[float], list[float]]:
    """Return where the values of an axis lie, and the edges of their cells: half way to the next one."""
    words = not numeric(axis)
    spots = [float(k if words or isinstance(value, str) else value) for k, value in enumerate(axis.values)]
    inner = [(a + b) / 2 for a, b in pairwise(spots)]
    if not inner:
        return spots, [spots[0] - 0.5, spots[0] + 0.5]
    return spots, [2 * spots[0] - inner[0], *inner, 2 * spots[-1] - inner[-1]]


def _ticks(axes: Any, axis: Axis, side: str) -> None:
    """Write the words of an axis that holds words."""
    if not numeric(axis):
        words = [folded(shown(value), WORD) for value in axis.values]
        slanted = {"rotation": 35, "ha": "right"} if side == "x" and len(words) > MOST_UPRIGHT else {}
        getattr(axes, f"set_{side}ticks")(range(len(words)), words, **slanted)


def _line(result: Sweep, axes: Any, looks: Look, sign: Mapping[Outcome, str]) -> None:
    """Draw the slack along one axis over bands of what happens."""
    (axis,) = result.axes
    spots, edges = _places(axis)
    judged = Axis(axis.path, axis.values[: len(result.points)])
    for what, first, last in runs(judged, result.points):
        axes.axvspan(edges[first], edges[last + 1], zorder=0, **looks[what])
        _sign(axes, (edges[first] + edges[last + 1]) / 2, 0.97, sign[what], transform=axes.get_xaxis_transform())
    known = [(x, p.slack) for x, p in zip(spots, result.points, strict=False) if not isnan(p.slack)]
    style = "-" if numeric(axis) else "none"
    marker = {"marker": "o", "markersize": 3.5 if numeric(axis) else 7} if len(known) <= MOST_DOTS else {}
    back = {"color": "white", "linewidth": 4.5, "linestyle": style}
    front = {"color": "black", "linewidth": 1.8, "linestyle": style, **marker}
    for look in (back, front):
        axes.plot([x for x, _ in known], [y for _, y in known], **look)
    axes.axhline(0, color="black", linewidth=1.0, linestyle="--")
    axes.set_xlim(edges[0], edges[-1])
    axes.margins(y=0.12)
    label_axes(axes, label(axis.path), "slack with every state kept (below 0: impossible)")
    _ticks(axes, axis, "x")


def _sign(axes: Any, x: float, y: float, sign: str, **where: Any) -> None:
    """Write the sign of an outcome into its area."""
    if sign != OTHER:
        pale = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
        axes.text(x, y, sign, ha="center", va="center", fontsize=9, bbox=pale, zorder=6, **where)


def _map(axes: Any, first: Axis, second: Axis, cells: Cells, looks: Look, sign: Mapping[Outcome, str]) -> bool:
    """Draw two axes as a map, and a line where it ceases to hold in every state; return whether there is one."""
    (_, across), (_, up) = _places(first), _places(second)
    widest: dict[Outcome, list[tuple[int, float, float]]] = {}
    for row, value in enumerate(second.values):
        for what, begin, end in _stretches(first, value, cells):
            left, right = across[begin], across[end + 1]
            box = Rectangle((left, up[row]), right - left, up[row + 1] - up[row], antialiased=False, **looks[what])
            axes.add_patch(box)
            widest.setdefault(what, []).append((end - begin, (left + right) / 2, (up[row] + up[row + 1]) / 2))
    for what, places in widest.items():
        most = [place for place in places if place[0] == max(places)[0]]
        _sign(axes, *most[len(most) // 2][1:], sign[what])
    walls = _walls(first, second, cells, across, up)
    axes.add_collection(LineCollection(walls, colors="black", linewidths=2.2, zorder=5))
    axes.set_xlim(min(across), max(across))
    axes.set_ylim(*((max(up), min(up)) if not numeric(second) else (min(up), max(up))))
    label_axes(axes, label(first.path), label(second.path))
    _ticks(axes, first, "x")
    _ticks(axes, second, "y")
    return bool(walls)


def _stretches(first: Axis, value: Any, cells: Cells) -> list[tuple[Outcome, int, int]]:
    """Return from where to where (indices) the same happens in one row of a map; cells not yet judged are left out."""
    out: list[tuple[Outcome, int, int]] = []
    for k, across in enumerate(first.values):
        point = cells.get((across, value))
        if point is None:
            continue
        what = outcome(point)
        same = bool(out) and out[-1][0] == what and out[-1][2] == k - 1
        out[-1:] = [(what, out[-1][1], k)] if same else [*out[-1:], (what, k, k)]
    return out


def _walls(
    first: Axis, second: Axis, cells: Cells, across: Sequence[float], up: Sequence[float]
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the edges between cells where it holds in every state and cells where it does not."""
    out = []

    def steady(k: int, row: int) -> bool | None:
        point = cells.get((first.values[k], second.values[row])) if k < len(first.values) else None
        return None if point is None else point.verdict in STEADY

    for row in range(len(second.values)):
        for k in range(len(first.values)):
            here = steady(k, row)
            if {here, steady(k + 1, row)} == {True, False}:
                out.append(((across[k + 1], up[row]), (across[k + 1], up[row + 1])))
            if row + 1 < len(second.values) and {here, steady(k, row + 1)} == {True, False}:
                out.append(((across[k], up[row + 1]), (across[k + 1], up[row + 1])))
    return out


def _small_maps(result: Sweep, axes: Any, looks: Look, part: str) -> list[Entry]:
    """Draw three axes: a small map for each value of the one with the fewest, two side by side."""
    side = min(range(3), key=lambda k: (len(result.axes[k].values), k))
    split = result.axes[side]
    first, second = (axis for k, axis in enumerate(result.axes) if k != side)
    values = split.values if len(split.values) <= MOST_PANELS else _some(split.values)
    sign, walls = signs(counted(result.points)), False
    axes.set_axis_off()
    entitle(axes, result.title, f"Who breaks where, by {label(split.path)}{part}")
    rows = (len(values) + 1) // 2
    panel(axes, 0.0, 2.9 * rows - 0.7, fresh=False)
    tall = axes.get_position().height * SIDE
    for k, value in enumerate(values):
        inner = axes.inset_axes((k % 2 * 0.56, 1 - (k // 2 * 2.9 + 2.2) / tall, 0.44, 1.9 / tall))
        cells = {p.at[:side] + p.at[side + 1 :]: p for p in result.points if p.at[side] == value}
        walls = _map(inner, first, second, cells, looks, sign) or walls
        inner.set_title(folded(shown(value), 2 * WORD), loc="left", fontsize=9)
        inner.set_xlabel(folded(label(first.path), 26), fontsize=8.5)
        inner.set_ylabel(folded(label(second.path), 26), fontsize=8.5)
        inner.tick_params(labelsize=8)
    left = len(split.values) - len(values)
    more: list[Entry] = [(NOTHING, f"{len(values)} of {len(split.values)} values are shown")] if left else []
    return [*_border(walls), *more]


def _some(values: Sequence[Any]) -> list[Any]:
    """Return a few of many values, evenly spread, both ends among them."""
    last = len(values) - 1
    return [values[round(k * last / (MOST_PANELS - 1))] for k in range(MOST_PANELS)]
