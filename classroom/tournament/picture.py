"""The picture of a tournament: shares over the generations, or, where nothing evolves, the scores."""

from __future__ import annotations

from typing import Any

from matplotlib.lines import Line2D

from classroom.tournament.results import Ecology, Tournament
from classroom.tournament.telling import GONE
from report.canvas import COLOURS, MARKERS, NOTHING, STYLES, Entry, entitle, folded, key, label_axes
from report.layout import MOST_ROWS
from report.numbers import written
from report.plot import draw
from report.words import amount

LABEL = 40


def register() -> None:
    """Teach ``report.plot`` to draw a tournament."""
    draw.register(Tournament, drawn)


def drawn(result: Tournament, axes: Any) -> None:
    """Draw a tournament."""
    if result.ecology is None:
        _scores(result, axes)
    else:
        _shares(result, result.ecology, axes)


def _scores(result: Tournament, axes: Any) -> None:
    standings = result.standings[::-1]
    heights = range(len(standings))
    errors = [2 * (s.error or 0.0) for s in standings]
    look = {"color": COLOURS[0], "marker": MARKERS[0], "linestyle": "none", "markersize": 6}
    axes.errorbar([s.score for s in standings], heights, xerr=errors, **look)
    bars = "; bars: two standard errors to either side" if any(errors) else ""
    entitle(axes, result.title, f"Scores of the strategies, the mean over all matches{bars}")
    label_axes(axes, "payoff per period", "")
    axes.set_yticks(heights, [folded(s.title, LABEL) for s in standings], fontsize=9)
    axes.grid(axis="x", linewidth=0.4)
    axes.figure.set_figheight(max(axes.figure.get_figheight(), 0.26 * len(standings)))


def _shares(result: Tournament, ecology: Ecology, axes: Any) -> None:
    last, entries = ecology.shares[-1], list[Entry]()
    times = range(len(ecology.shares))
    order = sorted(range(len(last)), key=lambda i: (-round(last[i], 12), i))
    every = max(len(times) // 8, 1)
    for rank, i in enumerate(order):
        path = [row[i] for row in ecology.shares]
        if rank >= MOST_ROWS or last[i] < GONE:
            axes.plot(times, path, color="#b0b0b0", linewidth=0.8, zorder=1)
            continue
        look = {"color": COLOURS[rank % len(COLOURS)], "linestyle": STYLES[rank % len(STYLES)], "linewidth": 2.0}
        look |= {"marker": MARKERS[rank % len(MARKERS)], "markersize": 6}
        axes.plot(times, path, markevery=(rank * every // len(last), every), clip_on=False, **look)
        entries.append((Line2D([], [], **look), f"{written(last[i], '3f')}  {result.standings[i].title}"))
    left = len(order) - len(entries)
    if left:
        entries.append((NOTHING, f"and {left} more, in grey"))
    entitle(axes, result.title, "Shares of the strategies in a population where what earns more spreads")
    label_axes(axes, "generation", "share of the population")
    axes.set_xlim(0, len(times) - 1 or 1)
    axes.set_ylim(bottom=0)
    key(axes, entries, f"share after {amount(float(ecology.generations))} generations")
