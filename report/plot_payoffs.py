"""The picture of payoffs: what is possible for two players, and what equilibrium reaches with and without money.

Where it is a matter of patience, colours run from dark (impatient) to light. Sets that are the same are drawn once and
said to be the same; one that is a point is a ring, and one that is empty is said to be empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from string import ascii_lowercase
from typing import Any

import matplotlib
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from report.canvas import MARKERS, NOTHING, STYLES, Entry, entitle, key, label_axes, note
from report.layout import listed
from solver.results.repeated import PayoffPicture, Region

Dots = list[tuple[float, float]]
SAME = 1e-6
"""Sets that differ by no more than this share of the picture's width are one set."""
NOBODY = "No equilibrium in pure strategies."
UNEQUAL = 5
"""Axes whose ranges differ by more than this factor get scales of their own."""
MOST_POINTS = 10
TRIANGLE: dict[str, Any] = {"color": "black", "marker": "^", "markersize": 6}
GREY = {"feasible": ("#f1f1f1", "#9a9a9a", ""), "rational": ("#e2e2e2", "#5a5a5a", "////")}
RING = {"none": ("o", 11), "capped": ("s", 15), "unlimited": ("D", 18)}
KINDS = ("feasible", "rational", "none", "capped", "unlimited")
EMPTY = {"feasible": "empty", "rational": "nothing"}
SHORT = {
    "feasible": "all that is feasible", "rational": "all that is individually rational", "none": "without money",
    "capped": "with these payments",
}  # fmt: skip
BAND = {
    "rational": (3.0, 1.0),
    "feasible": (1.2, 1.0),
    "none": (9.0, 0.45),
    "capped": (5.0, 0.7),
    "unlimited": (2.6, 1.0),
}
"""Width and opacity of a set that is a segment: without money a broad band, with unlimited money a line with ends."""


@dataclass(frozen=True)
class Set:
    """A region as it is drawn: one kind of money, all the discount factors at which it is the same."""

    region: Region
    dots: Dots
    discounts: tuple[str, ...]
    first: int

    @property
    def label(self) -> str:
        """What the key says of it."""
        at = f", discount {', '.join(self.discounts)}" if self.discounts else ""
        small = {0: f": {EMPTY.get(self.region.kind, 'no equilibrium in pure strategies')}", 1: ": one point"}
        return f"{self.region.label}{at}{small.get(len(self.dots), '')}"


def payoff_picture(result: PayoffPicture, axes: Any) -> None:
    """Draw a picture of payoffs."""
    width = _scales(axes, result)
    sets = _sets(result.regions, width)
    factors = list(dict.fromkeys(r.discount for r in result.regions if r.discount))
    shades = matplotlib.colormaps["viridis"]([0.08 + 0.56 * k / max(len(factors) - 1, 1) for k in range(len(factors))])
    entries: list[Entry] = []
    largest = sorted(range(len(sets)), key=lambda k: (sets[k].region.kind not in GREY, -_area(sets[k].dots)))
    for k, one in enumerate(sets):
        same = next((SHORT[o.region.kind] for o in sets[:k] if one.dots and _alike(o.dots, one.dots, width)), "")
        label = f"{one.label}, the same as {same}" if same else one.label
        order = 1 + largest.index(k) / len(sets)
        colour, step = (shades[one.first], one.first) if one.discounts else ("", 0)
        entries.append((_drawn(axes, one, colour, step, order), label))
    entries += _points(axes, result)
    entitle(axes, result.title, _below(result))
    unit = f" ({result.units})" if result.units else ""
    label_axes(axes, *(f"{player}: payoff per period{unit}" for player in result.players))
    reached = [one for one in sets if one.region.kind not in GREY]
    if reached and not any(one.dots for one in reached):
        note(axes, NOBODY)
    if axes.get_aspect() == "auto":
        entries.append((NOTHING, "The two axes have scales of their own."))
    key(axes, entries)


def _below(result: PayoffPicture) -> str:
    where = f", when play starts in “{result.state}”" if result.state else ""
    return f"What the two can expect if they play for ever{where}"


def _scales(axes: Any, result: PayoffPicture) -> float:
    """Set the range and the aspect of the axes; return the width of what is shown."""
    dots = [dot for region in result.regions for dot in _dots(region)]
    dots += [(float(x), float(y)) for _, (x, y) in result.points]
    dots = dots or [(0.0, 0.0)]
    lows, highs = [min(c) for c in zip(*dots, strict=True)], [max(c) for c in zip(*dots, strict=True)]
    width = max(high - low for low, high in zip(lows, highs, strict=True)) or 2.0
    spans = [(high - low) or width / 2 for low, high in zip(lows, highs, strict=True)]
    if max(spans) <= UNEQUAL * min(spans):
        axes.set_aspect("equal", adjustable="box", anchor="NW")
    for low, high, span, limits in zip(lows, highs, spans, (axes.set_xlim, axes.set_ylim), strict=True):
        middle, half = (low + high) / 2, span / 2 + 0.07 * width if max(spans) <= UNEQUAL * min(spans) else 0.57 * span
        limits(middle - half, middle + half)
    return width


def _dots(region: Region) -> Dots:
    return [(float(x), float(y)) for x, y in region.vertices]


def _sets(regions: Sequence[Region], width: float) -> list[Set]:
    """Return the sets to draw: those of one kind that are the same at several discount factors only once."""
    out: list[Set] = []
    factors = list(dict.fromkeys(r.discount for r in regions if r.discount))
    for region in regions:
        dots = _dots(region)
        for k, one in enumerate(out):
            if one.region.label == region.label and _alike(one.dots, dots, width):
                out[k] = replace(one, discounts=(*one.discounts, region.discount))
                break
        else:
            at = (region.discount,) if region.discount else ()
            out.append(Set(region, dots, at, factors.index(region.discount) if at else 0))
    return sorted(out, key=lambda one: KINDS.index(one.region.kind))


def _alike(one: Dots, other: Dots, width: float) -> bool:
    def inside(a: Dots, b: Dots) -> bool:
        return all(any(abs(p[0] - q[0]) + abs(p[1] - q[1]) <= SAME * width for q in b) for p in a)

    return inside(one, other) and inside(other, one)


def _area(dots: Dots) -> float:
    return sum(p[0] * q[1] - q[0] * p[1] for p, q in zip(dots, dots[1:] + dots[:1], strict=True)) / 2


def _drawn(axes: Any, one: Set, colour: Any, step: int, order: float) -> Any:
    """Draw one set and return its sign in the key: a patch, a line with two ends, a ring, or nothing."""
    kind, xs, ys = one.region.kind, [p[0] for p in one.dots], [p[1] for p in one.dots]
    style = STYLES[step % len(STYLES)]
    if not one.dots:
        return NOTHING
    if kind in GREY:
        shade, edge, hatch = GREY[kind]
        look: dict[str, Any] = {"facecolor": shade, "edgecolor": edge, "hatch": hatch, "linewidth": 1.0}
        colour, style = edge, "-"
    else:
        filled = matplotlib.colors.to_rgba(colour, 0.22 if kind == "none" else 0.0)
        look = {"facecolor": filled, "edgecolor": colour, "hatch": "\\\\" if kind == "capped" else "", "linewidth": 1.8}
        look["linestyle"] = style
    if len(xs) == 1:
        marker, size = RING.get(kind, ("o", 6))
        ring: dict[str, Any] = {"marker": marker, "markersize": size, "markerfacecolor": "none", "markeredgewidth": 2.0}
        axes.plot(xs, ys, color=colour, linestyle="none", zorder=3 + order, clip_on=False, **ring)
        return Line2D([], [], color=colour, linestyle="none", **{**ring, "markersize": min(size, 12)})
    if len(xs) == 2:
        broad, dense = BAND[kind]
        thick = {"color": colour, "linestyle": style, "linewidth": broad, "alpha": dense, "solid_capstyle": "butt"}
        if kind == "unlimited":
            thick |= {"marker": MARKERS[step % len(MARKERS)], "markersize": 7}
        axes.plot(xs, ys, zorder=2 + order, **thick)
        return Line2D([], [], **thick)
    axes.fill(xs, ys, zorder=order, **look)
    return Patch(**look)


def _points(axes: Any, result: PayoffPicture) -> list[Entry]:
    """Mark the equilibria of one period by letters, and return what the letters stand for."""
    at: dict[tuple[float, float], list[str]] = {}
    for name, (x, y) in result.points:
        at.setdefault((float(x), float(y)), []).append(name)
    if not at:
        return []
    entries: list[Entry] = [(Line2D([], [], linestyle="none", **TRIANGLE), "pure equilibria of one period, by letter:")]
    for letter, (dot, names) in zip(cycle(ascii_lowercase), at.items(), strict=False):
        axes.plot(*dot, zorder=6, clip_on=False, **TRIANGLE)
        axes.annotate(
            letter, dot, (-9, -9), textcoords="offset points", ha="center", va="center", fontsize=9, zorder=7,
            bbox={"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
        )  # fmt: skip
        entries.append((NOTHING, f"{letter}: {listed(names, 3)}"))
    return entries if len(at) <= MOST_POINTS else [*entries[: MOST_POINTS + 1], (NOTHING, "and more")]
