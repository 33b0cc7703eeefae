"""The picture of a robustness study: tornado, likelihood curves, boxes, and what could be signed, one below another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, PercentFormatter

from games.files.labels import label
from report.canvas import (
    COLOURS,
    NOTHING,
    SIDE,
    Entry,
    entitle,
    folded,
    key,
    label_axes,
    note,
    panel,
    subtitle,
)
from report.plot_boxes import FAILS, HOLDS, boxes
from report.study import likely, sure
from report.study_tables import scale
from report.words import amount, share
from solver.results.study import Bar, Curve, Option, Robustness

NAME = 34
"""Width of the names beside the bars, in letters."""
MOST_BARS, MOST_CURVES, MOST_OPTIONS = 10, 4, 6
FLIP: dict[str, Any] = {"color": "black", "marker": "D", "markersize": 7, "linestyle": "none"}
SUBTITLE = 24
"""Room of a subtitle above the data, in points."""
Part = tuple[float, float, Callable[[Robustness, Any], None]]
"""A part of the sheet: its height, the room of the names below it (inches), and how it is drawn."""


def robustness_sheet(result: Robustness, axes: Any) -> None:
    """Draw a robustness study into axes and, below them, as many more as it has parts."""
    parts = _parts(result)
    top = 0.0
    for k, (height, below, draw) in enumerate(parts):
        here = panel(axes, top, height, fresh=k > 0)
        draw(result, here)
        if k == 0:
            where = (
                "in every state" if set(result.states) == set(result.by_state) else f"when {', '.join(result.states)}"
            )
            said = f"Holds in {sure(result.likelihood)} {where}. At the likely values: {likely(result)}."
            entitle(here, result.title, said, SUBTITLE)
        top += height + below
    if not parts:
        entitle(axes, result.title, f"Holds in {sure(result.likelihood)}")
        axes.set_axis_off()
        note(axes, "Nothing but the likelihood was computed.")


def _parts(result: Robustness) -> list[Part]:
    """Return the parts that the study has, each with the room it needs."""
    names = _names(result)
    row = max([0.52, *(0.1 + 0.17 * len(name.split("\n")) for name in names)])
    curves = (min(len(result.curves), MOST_CURVES) + 1) // 2
    options = min(len(result.options), MOST_OPTIONS)
    parts: list[tuple[bool, Part]] = [
        (bool(names), (0.3 + row * len(names), 1.25, _tornado)),
        (bool(curves), (2.5 * curves - 0.9, 1.15, _curves)),
        (bool(result.boxes), (3.2, 1.25, boxes)),
        (bool(options), (0.5 + 0.62 * options, 1.0, _options)),
    ]
    return [part for there, part in parts if there]


def _tornado(result: Robustness, axes: Any) -> None:
    """Draw what each number does alone: blue where the slack is positive, orange and hatched where it is negative."""
    bars = result.tornado[:MOST_BARS]
    low, high = scale(bars)
    room = 0.16 * ((high - low) or 1.0)
    for row, bar in enumerate(bars):
        _bar(axes, row, bar)
    axes.axvline(0, color="black", linewidth=1.4)
    axes.set_xlim(low - room, high + room)
    label_axes(axes, "slack: the share by which every payoff may be off (below 0 it fails)", "")
    axes.set_yticks(range(len(bars)), _names(result))
    axes.set_ylim(len(bars) - 0.4, -0.6)
    subtitle(axes, "What decides it: each number alone, from end to end")
    flips = [(Line2D([], [], **FLIP), "here the verdict flips")] if any(b.flips_at is not None for b in bars) else []
    words = [(Patch(**HOLDS), "it holds"), (Patch(**FAILS), "it fails"), *flips]
    words.append((NOTHING, "beside a bar: the ends of the number's range"))
    left = len(result.tornado) - len(bars)
    key(axes, [*words, (NOTHING, f"and {left} more that decide less")] if left else words)


def _names(result: Robustness) -> list[str]:
    """Return what stands beside the bars: the number, and where it flips the verdict."""
    return [f"{folded(label(bar.input), NAME)}\n{_flip(bar)}" for bar in result.tornado[:MOST_BARS]]


def _bar(axes: Any, row: int, bar: Bar) -> None:
    if not bar.ends:
        return
    (left, left_value), (right, right_value) = bar.ends[0], bar.ends[-1]
    if left < 0:
        axes.barh(row, min(right, 0.0) - left, left=left, height=0.56, **FAILS)
    if right > 0:
        axes.barh(row, right - max(left, 0.0), left=max(left, 0.0), height=0.56, **HOLDS)
    for at, value, side, shift in ((left, left_value, "right", -4), (right, right_value, "left", 4)):
        axes.annotate(
            amount(value), (at, row), (shift, 0), textcoords="offset points", ha=side, va="center", fontsize=8.5,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        )  # fmt: skip
    if bar.flips_at is not None:
        axes.plot(0, row, zorder=5, **FLIP)


def _flip(bar: Bar) -> str:
    if bar.flips_at is not None:
        return f"flips at {amount(bar.flips_at)}"
    return "flips nowhere" if bar.nearest_flip is None else f"flips outside: at {amount(bar.nearest_flip)}"


def _curves(result: Robustness, axes: Any) -> None:
    """Draw how likely it is to hold as one number moves: two small pictures side by side, as many rows as needed."""
    curves = result.curves[:MOST_CURVES]
    rows = (len(curves) + 1) // 2
    axes.set_axis_off()
    subtitle(axes, "How likely it is to hold, as one number moves")
    tall = axes.get_position().height * SIDE
    each = (tall - 0.95 * (rows - 1)) / rows
    for k, curve in enumerate(curves):
        left, down = k % 2 * 0.55, k // 2 * (each + 0.95)
        bottom = 1 - (down + each) / tall
        _curve(result, curve, axes.inset_axes((left, bottom, 0.45, each / tall)))
    look: list[Entry] = [
        (Line2D([], [], color=COLOURS[0], marker="o", markersize=4), "share of the samples in which it holds"),
        (Patch(facecolor="#d9d9d9"), "95 % interval"),
        (Line2D([], [], color="black", linestyle=":"), "likely value"),
        (Line2D([], [], color="black", linestyle="--"), "alone it flips here"),
    ]
    flips = {bar.input for bar in result.tornado if bar.flips_at is not None}
    key(axes, look if flips & {curve.input for curve in curves} else look[:3])


def _curve(result: Robustness, curve: Curve, axes: Any) -> None:
    axes.fill_between(curve.at, curve.low, curve.high, color="#d9d9d9", linewidth=0)
    axes.plot(curve.at, curve.likelihood, color=COLOURS[0], marker="o", markersize=4, linewidth=1.8, clip_on=False)
    for one in result.inputs:
        if one.path == curve.input:
            axes.axvline(float(one.likely), color="black", linestyle=":", linewidth=1.1)
    for bar in result.tornado:
        if bar.input == curve.input and bar.flips_at is not None:
            axes.axvline(bar.flips_at, color="black", linestyle="--", linewidth=1.1)
    label_axes(axes, "", "")
    axes.set_xlabel(folded(label(curve.input), 26), fontsize=9)
    axes.tick_params(labelsize=8.5)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, symbol=" %"))


def _options(result: Robustness, axes: Any) -> None:
    """Draw what each arrangement is worth: on average, and at worst."""
    options = result.options[:MOST_OPTIONS]
    for row, option in enumerate(options):
        axes.plot([option.worst, option.mean], [row, row], color="#8a8a8a", linewidth=2, zorder=1)
        axes.plot(option.worst, row, color=COLOURS[4], marker="v", markersize=8, linestyle="none", clip_on=False)
        axes.plot(option.mean, row, color=COLOURS[0], marker="o", markersize=8, linestyle="none", clip_on=False)
    subtitle(axes, "Which arrangement to sign")
    label_axes(axes, f"{result.units} a {result.period}, all together", "")
    axes.set_yticks(range(len(options)), [f"{folded(o.name, NAME)}\n{folded(_mark(result, o), NAME)}" for o in options])
    axes.set_ylim(len(options) - 0.4, -0.6)
    said: list[Entry] = [
        (Line2D([], [], color=COLOURS[0], marker="o", markersize=8, linestyle="none"), "mean over the samples"),
        (Line2D([], [], color=COLOURS[4], marker="v", markersize=8, linestyle="none"), "worst sample"),
    ]
    key(axes, said)


def _mark(result: Robustness, option: Option) -> str:
    """Return how sure an arrangement is, and by which rules it is the one to sign."""
    rules = ((result.maximin, "best worst case"), (result.minimax_regret, "least regret"))
    marks = [words for name, words in rules if name == option.name]
    return ", ".join([f"holds in {share(option.likelihood.estimate)}", *marks])
