"""The picture of where it mostly fails or holds: boxes over the two numbers that limit most of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter

from games.files.labels import label
from report.canvas import HATCHES, NOTHING, Entry, key, label_axes, subtitle
from report.numbers import written
from report.words import share
from solver.results.study import Box, Robustness

HOLDS: dict[str, Any] = {"facecolor": "#a9d6f2", "edgecolor": "#333333", "linewidth": 0.8}
FAILS: dict[str, Any] = {"facecolor": "#f3c3a3", "edgecolor": "#333333", "linewidth": 0.8, "hatch": "////"}
MOST_BOXES = 3
NEAR = 0.07
"""Limits nearer to each other than this share of a range get one number between them."""


def boxes(result: Robustness, axes: Any) -> None:
    """Draw boxes over the two numbers that limit most of them, from end to end of their ranges."""
    found = result.boxes[:MOST_BOXES]
    paths = _sides(result, found)
    spans = {one.path: (float(one.low), float(one.high)) for one in result.inputs}
    across, up = (_span(spans, found, path) for path in paths)
    marks: tuple[list[float], list[float]] = ([*across], [*up])
    for k, box in enumerate(found):
        if not set(paths) & set(box.limits):
            continue
        sides = [_limits(box, path, span) for path, span in zip(paths, (across, up), strict=True)]
        _box(axes, k, sides, _look(result, k))
        for numbers, ends in zip(marks, sides, strict=True):
            numbers.extend(ends)
    axes.set_xlim(*across)
    axes.set_ylim(*up)
    for spine in axes.spines.values():
        spine.set_visible(True)
    subtitle(axes, f"Where it mostly {result.box_kind}, within the ranges of two numbers")
    label_axes(axes, *(label(path) for path in paths))
    for side in (axes.xaxis, axes.yaxis):
        side.set_major_formatter(FuncFormatter(lambda value, _: written(value, "3g")))
    axes.xaxis.set_major_locator(FixedLocator(_apart(marks[0])))
    axes.yaxis.set_major_locator(FixedLocator(_apart(marks[1]) if paths[1] else []))
    key(axes, [_told(result, k, box, paths) for k, box in enumerate(found)])


def _look(result: Robustness, k: int) -> dict[str, Any]:
    shade = HOLDS if result.box_kind == "holds" else FAILS
    return {**shade, "hatch": HATCHES[k + 1], "linewidth": 1.4}


def _box(axes: Any, k: int, sides: Sequence[tuple[float, float]], look: dict[str, Any]) -> None:
    """Draw one box, a smaller one over a larger one, with its number in its upper left corner."""
    (left, right), (bottom, top) = sides
    order = 1 + 1 / (1 + (right - left) * (top - bottom))
    axes.add_patch(Rectangle((left, bottom), right - left, top - bottom, zorder=order, **look))
    pale = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    where: dict[str, Any] = {"textcoords": "offset points", "ha": "left", "va": "top", "fontsize": 9}
    axes.annotate(str(k + 1), (left, top), (5, -5), bbox=pale, zorder=order + 0.01, **where)


def _told(result: Robustness, k: int, box: Box, paths: Sequence[str]) -> Entry:
    """Return a box's line of the key; one that neither of the two numbers limits is told and not drawn."""
    what = "holds" if result.box_kind == "holds" else "fails"
    there = bool(set(paths) & set(box.limits))
    words = (
        f"[{k + 1}] {box.words}: {share(box.coverage)} of all that {what}; {share(box.density)} of what lies there does"
    )
    return (Patch(**_look(result, k)), words) if there else (NOTHING, f"{words} (limits other numbers: not drawn)")


def _sides(result: Robustness, boxes: Sequence[Box]) -> tuple[str, str]:
    """Return the two inputs to draw: those that limit most boxes, then those that decide most."""
    limited = [path for box in boxes for path in box.limits]
    ranked = sorted(dict.fromkeys(limited), key=lambda path: -limited.count(path))
    others = [bar.input for bar in result.tornado] + [one.path for one in result.inputs]
    paths = [*dict.fromkeys([*ranked, *others]), "", ""]
    return paths[0], paths[1]


def _span(spans: dict[str, tuple[float, float]], boxes: Sequence[Box], path: str) -> tuple[float, float]:
    """Return the range of an input, wide enough for all limits (of a distribution without ends they may lie beyond)."""
    ends = [*spans.get(path, (0.0, 1.0))]
    ends += [end for box in boxes for end in box.limits.get(path, ()) if end is not None]
    return (min(ends), max(ends)) if min(ends) < max(ends) else (min(ends) - 0.5, max(ends) + 0.5)


def _limits(box: Box, path: str, span: tuple[float, float]) -> tuple[float, float]:
    low, high = box.limits.get(path, (None, None))
    return (span[0] if low is None else low, span[1] if high is None else high)


def _apart(values: Sequence[float]) -> list[float]:
    """Return numbers for an axis, those that would be written over each other left out."""
    out: list[float] = []
    room = NEAR * (max(values) - min(values))
    for value in values:
        if all(abs(value - other) > room for other in out):
            out.append(value)
    return sorted(out)
