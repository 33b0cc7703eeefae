"""Where a verdict flips: one input at a time (a tornado), and two inputs together.

Let x be the likely point, and x(j, v) the same with input j at v. The flip of input j is the v nearest to x_j with
``holds(x(j, v)) != holds(x)``. Each side is walked on a grid outwards from x_j, first to the end of the range and then
to ten widths beyond it or to where the file allows no further (NaN slack); the first step over which the verdict
changes is cut into 32, and that step again, until a line through its slacks tells where the flip is; around there,
halving does the rest. All sides of all inputs are narrowed at once: a call of the model costs more than its points do,
but those within 1e-9 of a flip, which are decided in rationals one by one. A verdict that flips twice between two
neighbours on the grid is not seen.

References
----------
Howard 1988, Decision analysis: practice and promise (tornado); Saltelli & Annoni 2010 (one at a time is not enough).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isnan, nan
from typing import Protocol

import numpy as np

from solver.results import Number
from solver.results.study import Bar, PairFlip

Model = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""From points, one a row, to (slack, holds): how far each is from breaking, and whether it holds (ties exactly)."""

Bracket = tuple[np.ndarray, np.ndarray]
"""The values, one a side, that a change lies between: before it and after it."""
Asked = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""From values, a row a side, and which sides these are, to the slack at each and whether it is as before the change."""

STEPS = 32
WIDTHS_BEYOND = 10
STRAIGHT = 2.0**-24
"""A step of this share of an input's size is short enough for a line through the slacks."""
EXACT = 2.0**-36
"""A flip is known within this share of its input's size: ten digits of it."""
STRONGEST = 20
MOST_PAIRS = 20


class Uncertain(Protocol):
    """What a tornado needs to know of an input."""

    @property
    def path(self) -> str: ...

    @property
    def likely(self) -> Number: ...


@dataclass(frozen=True, eq=False)
class _Sides:
    """The 2d sides of d inputs: side k moves ``column[k]`` from ``start[k]`` to ``end[k]``, and on to ``beyond[k]``.

    ``size[k]`` is that of the input, which precision is a share of.
    """

    column: np.ndarray
    start: np.ndarray
    end: np.ndarray
    beyond: np.ndarray
    size: np.ndarray


def tornado(model: Model, inputs: Sequence[Uncertain], ends: Sequence[tuple[Number, Number]]) -> tuple[Bar, ...]:
    """Return a bar for each input, the nearest flips first, then the largest swings of the slack.

    A flip is told as the last value at which the partnership holds: the threshold, within ``EXACT``.

    Parameters
    ----------
    model : see ``Model``; a NaN slack says that the file does not allow the point.
    ends : the ends (low, high) of each input's range, around its likely value.
    """
    if not inputs:
        return ()
    likely = np.array([float(i.likely) for i in inputs])
    low, high = (np.array([float(e[k]) for e in ends]) for k in (0, 1))
    slack, holds = _slices(model, likely, np.stack([low, high], axis=1))
    flips = _flips(model, likely, low, high)
    bars = [
        Bar(
            i.path, ends[j][0], i.likely, ends[j][1], float(slack[j, 0]), float(slack[j, 1]),
            bool(holds[j, 0]), bool(holds[j, 1]), *_told(flips[j], likely[j], low[j], high[j]),
        )
        for j, i in enumerate(inputs)
    ]  # fmt: skip
    return tuple(sorted(bars, key=_strength))


def pairs(
    model: Model, inputs: Sequence[Uncertain], ends: Sequence[tuple[Number, Number]], bars: Sequence[Bar]
) -> tuple[PairFlip, ...]:
    """Return the pairs of inputs that flip the verdict at a corner of their ranges though neither does so alone.

    The farthest beyond the flip first, at most 20; each pair at its farthest corner. Only the 20 strongest bars that
    do not flip within their range are paired.
    """
    place = {i.path: j for j, i in enumerate(inputs)}
    quiet = [place[b.input] for b in bars if b.flips_at is None][:STRONGEST]
    tried = [(i, j, a, b) for i, j in combinations(quiet, 2) for a in (0, 1) for b in (0, 1)]
    if not tried:
        return ()
    likely = [float(i.likely) for i in inputs]
    points = np.array([likely] * (len(tried) + 1))
    for row, (i, j, a, b) in zip(points, tried, strict=False):
        row[i], row[j] = float(ends[i][a]), float(ends[j][b])
    slack, holds = model(points)
    # The likely point is the last row. Where it fails, the corner that holds best is the farthest one.
    sign = 1 if holds[-1] else -1
    farthest: dict[tuple[int, int], PairFlip] = {}
    for k in np.argsort(sign * slack[:-1], kind="stable"):
        i, j, a, b = tried[k]
        if holds[k] != holds[-1] and not np.isnan(slack[k]) and (i, j) not in farthest:
            farthest[i, j] = PairFlip((inputs[i].path, inputs[j].path), (ends[i][a], ends[j][b]), float(slack[k]))
    return tuple(farthest.values())[:MOST_PAIRS]


def _slices(model: Model, likely: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return slack and holds, shaped like values, of the likely point with input j at values[j, k]."""
    return _asked(model, likely, np.repeat(np.arange(len(values)), values.shape[1]), values)


def _asked(model: Model, likely: np.ndarray, columns: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return slack and holds, shaped like values, of the likely point with one input (columns[k]) moved in each."""
    if not values.size:
        return np.zeros(values.shape), np.zeros(values.shape, bool)
    points = np.tile(likely, (values.size, 1))
    points[np.arange(values.size), columns] = values.ravel()
    slack, holds = model(points)
    return np.asarray(slack, float).reshape(values.shape), np.asarray(holds, bool).reshape(values.shape)


def _flips(model: Model, likely: np.ndarray, low: np.ndarray, high: np.ndarray) -> list[list[float]]:
    """Return the nearest flip on each side of each input, where there is one."""
    width = high - low
    d = len(likely)
    sides = _Sides(
        np.repeat(np.arange(d), 2),
        np.repeat(likely, 2),
        np.stack([low, high], axis=1).ravel(),
        np.stack([low - WIDTHS_BEYOND * width, high + WIDTHS_BEYOND * width], axis=1).ravel(),
        np.repeat(np.maximum(width, np.abs([low, high]).max(axis=0)), 2),
    )
    slack, holds = model(likely[None, :])
    at_likely = bool(holds[0])
    if np.isnan(slack[0]):
        return [[] for _ in range(d)]
    bracket, found = _brackets(model, likely, sides, at_likely)
    size, columns = sides.size[found], sides.column[found]

    def asked(values: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        slack, holds = _asked(model, likely, np.repeat(columns[rows], values.shape[1]), values)
        return slack, holds == at_likely

    bracket = _cut(asked, bracket, STRAIGHT * size, STEPS)
    bracket = _around(asked, bracket, _on_the_line(asked, bracket), EXACT * size)
    bracket = _cut(asked, bracket, EXACT * size, 2)
    # Where a round number is the last at which it holds, that is told, not a number next to it.
    inner, outer = _narrowed(asked, bracket, _roundest(*bracket)[:, None], np.arange(len(size)))
    flips: list[list[float]] = [[] for _ in range(d)]
    for k, value in zip(np.flatnonzero(found), inner if at_likely else outer, strict=True):
        flips[k // 2].append(float(value))
    return flips


def _brackets(model: Model, likely: np.ndarray, sides: _Sides, at_likely: bool) -> tuple[Bracket, np.ndarray]:
    """Return the steps over which the sides flip that do (a mask, last)."""
    last = _allowed(model, likely, sides)
    share = np.linspace(0, 1, STEPS + 1)
    within = np.clip(sides.end, np.minimum(sides.start, last), np.maximum(sides.start, last))
    grid = np.concatenate(
        [
            sides.start[:, None] + share * (within - sides.start)[:, None],
            within[:, None] + share[1:] * (last - within)[:, None],
        ],
        axis=1,
    )
    slack, holds = _asked(model, likely, np.repeat(sides.column, grid.shape[1]), grid)
    changed = (holds != at_likely) & ~np.isnan(slack)
    found = changed.any(axis=1)
    first = changed.argmax(axis=1)[found]
    rows = np.flatnonzero(found)
    return (grid[rows, first - 1], grid[rows, first]), found


def _allowed(model: Model, likely: np.ndarray, sides: _Sides) -> np.ndarray:
    """Return how far each side can be walked: to ten widths beyond the range, or the last value the file allows."""
    share = np.linspace(0, 1, 2 * STEPS + 1)
    grid = sides.start[:, None] + share * (sides.beyond - sides.start)[:, None]
    slack, _ = _asked(model, likely, np.repeat(sides.column, grid.shape[1]), grid)
    barred = np.isnan(slack)
    found = barred.any(axis=1)
    first = np.maximum(barred.argmax(axis=1)[found], 1)
    rows = np.flatnonzero(found)

    def asked(values: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        slack, _ = _asked(model, likely, np.repeat(sides.column[rows[of]], values.shape[1]), values)
        return slack, ~np.isnan(slack)

    # What a file allows ends at a round number more often than not: 0, 1, a budget.
    bracket = grid[rows, first - 1], grid[rows, first]
    last = sides.beyond.copy()
    within = EXACT * sides.size[found]
    last[found], _ = _cut(asked, _around(asked, bracket, _roundest(*bracket), within), within, STEPS)
    return last


def _roundest(inner: np.ndarray, outer: np.ndarray) -> np.ndarray:
    """Return for each bracket a number in it with the fewest decimals."""
    low, high = _ordered((inner, outer))
    found = np.full_like(low, nan)
    for decimals in range(17):
        number = np.ceil(low * 10.0**decimals) / 10.0**decimals
        found = np.where(np.isnan(found) & (number <= high), number, found)
    return np.asarray(np.where(np.isnan(found), low, found), float)


def _on_the_line(asked: Asked, bracket: Bracket) -> np.ndarray:
    """Return where a line through the slacks at both ends is 0; the middle where it is not between them."""
    inner, outer = bracket
    slack, _ = asked(np.stack(bracket, axis=1), np.arange(len(inner)))
    with np.errstate(all="ignore"):
        share = slack[:, 0] / (slack[:, 0] - slack[:, 1])
    return np.asarray(inner + np.where((share > 0) & (share < 1), share, 0.5) * (outer - inner), float)


def _around(asked: Asked, bracket: Bracket, values: np.ndarray, off: np.ndarray) -> Bracket:
    """Return brackets narrowed by asking at a value, and a little and a little more before and beyond it."""
    inner, outer = bracket
    steps = np.array([-8, -1, 0, 1, 8]) * (off * np.sign(outer - inner))[:, None]
    points = np.clip(values[:, None] + steps, *(end[:, None] for end in _ordered(bracket)))
    return _narrowed(asked, bracket, points, np.arange(len(inner)))


def _cut(asked: Asked, bracket: Bracket, within: np.ndarray, parts: int) -> Bracket:
    """Return brackets cut into so many parts, and the part with the change again, until all are short enough."""
    share = np.linspace(0, 1, parts + 1)[1:-1]
    inner, outer = (end.copy() for end in bracket)
    while True:
        open_ = np.flatnonzero((np.abs(outer - inner) > within) & (np.nextafter(inner, outer) != outer))
        if not len(open_):
            return inner, outer
        here = inner[open_], outer[open_]
        points = here[0][:, None] + share * (here[1] - here[0])[:, None]
        inner[open_], outer[open_] = _narrowed(asked, here, points, open_)


def _narrowed(asked: Asked, bracket: Bracket, points: np.ndarray, sides: np.ndarray) -> Bracket:
    """Return brackets narrowed to the first change over points in them, a row a bracket, from inside outwards."""
    _, same = asked(points, sides)
    ends = np.column_stack([bracket[0], points, bracket[1]])
    rows, first = np.arange(len(points)), np.column_stack([same, np.zeros(len(points), bool)]).argmin(axis=1)
    return ends[rows, first], ends[rows, first + 1]


def _ordered(bracket: Bracket) -> Bracket:
    return np.minimum(*bracket), np.maximum(*bracket)


def _told(
    flips: list[float], likely: float, low: float, high: float
) -> tuple[float | None, float | None, float | None]:
    """Return (flips_at, nearest_flip, distance) of a bar."""
    if not flips:
        return None, None, None
    nearest = min(flips, key=lambda v: abs(v - likely))
    distance = abs(nearest - likely) / (high - low)
    return (nearest if low <= nearest <= high else None), nearest, distance


def _strength(bar: Bar) -> tuple[float, float]:
    """Return the key that sorts bars: near flips first, then large swings of the slack."""
    swing = abs(bar.slack_at_high - bar.slack_at_low)
    distance = nan if bar.distance is None else bar.distance
    return (float("inf") if isnan(distance) else distance, 0.0 if isnan(swing) else -swing)
