"""The picture of a population that learns: the share of every action over time."""

from __future__ import annotations

from typing import Any

from matplotlib.lines import Line2D

from report.canvas import COLOURS, MARKERS, NOTHING, STYLES, Entry, entitle, key, label_axes
from report.layout import MOST_ROWS
from report.numbers import written
from report.words import amount
from solver.results.stage import ReplicatorPath

TURNS = 8
TINY = 1e-12
NARROW = 0.3
"""Shares that stay within a range of this width are shown enlarged."""


def paths(result: ReplicatorPath, axes: Any) -> None:
    """Draw the replicator dynamic."""
    last, shown = result.shares[-1], _shown(result)
    times, every = result.times[:shown], max(shown // 8, 1)
    entries: list[Entry] = []
    for k in sorted(range(len(result.actions)), key=lambda k: -last[k]):
        look = {"color": COLOURS[k % len(COLOURS)], "linestyle": STYLES[k % len(STYLES)], "linewidth": 2.0}
        look |= {"marker": MARKERS[k % len(MARKERS)], "markersize": 6}
        path = [row[k] for row in result.shares[:shown]]
        axes.plot(times, path, markevery=(k * every // len(last), every), clip_on=False, **look)
        entries.append((Line2D([], [], **look), f"{written(last[k], '3f')}  {result.actions[k]}"))
    left = len(entries) - MOST_ROWS
    if left > 0:
        entries[MOST_ROWS:] = [(NOTHING, f"and {left} more")]
    where = f" in {result.state}" if result.state not in ("", "always") else ""
    entitle(axes, result.title, f"Shares of the actions in a population under the replicator dynamic{where}")
    until = f" (the path goes on to {amount(result.times[-1])})" if shown < len(result.times) else ""
    label_axes(axes, f"time{until}", "share of the population")
    _range(axes, result)
    axes.set_xlim(times[0], times[-1])
    key(axes, entries, f"share at time {amount(result.times[-1])} ({'at rest' if result.at_rest else 'still moving'})")


def _shown(result: ReplicatorPath) -> int:
    """Return how many points of the path to draw: all, or the first turns of one that goes round and round."""
    for k in range(len(result.actions)):
        path = [row[k] for row in result.shares]
        turns = [i for i in range(1, len(path) - 1) if (path[i] - path[i - 1]) * (path[i + 1] - path[i]) < -TINY]
        if len(turns) > 2 * TURNS:
            return turns[TURNS] + 1
    return len(result.times)


def _range(axes: Any, result: ReplicatorPath) -> None:
    low, high = min(map(min, result.shares)), max(map(max, result.shares))
    if high - low >= NARROW:
        axes.set_ylim(0, 1)
        return
    axes.set_ylim(max(0.0, low - 0.1 * (high - low) - 1e-3), min(1.0, high + 0.1 * (high - low) + 1e-3))
    axes.set_ylabel("share of the population (enlarged)")
