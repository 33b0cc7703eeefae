"""Scenario discovery: where in the sampled space it mostly fails (or holds), as boxes told in words.

With n samples of which c are such cases, and m samples in the box of which k are such,

    coverage = k / c,    density = k / m,    mass = m / n.

``solver.study.peeling`` finds a box; the samples in it are set aside and the next one is looked for among the others
(*covering*), up to three, while a box is dense: at least half-way from the base rate c / n to 1, among all samples.

Some box looks dense in any noise, so one with s limits is told only if chance would hardly find any as good: the chance
that so many of its samples are such cases at the base rate, times the number of boxes with s limits that the samples
can tell apart, at most n^s times the ways to choose s of 2d sides (Bonferroni), is below .05.

An input's *quasi-p-value*: without its limits the box would hold m' samples of which k' are such cases; the chance
that of m samples drawn with the rate k' / m' at least k are such. What reaches .05 is opened.

References
----------
Bryant & Lempert 2010, sections 3.2 and 3.4; Friedman & Fisher 1999, section 9 (covering).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, log

import numpy as np

from games.files.labels import label
from solver.results.study import Box
from solver.study import peeling

MOST_BOXES = 3
LEAST_COVERAGE = 0.05
BY_CHANCE = 0.05


def boxes(
    points: np.ndarray, cases: np.ndarray, names: Sequence[str], likely: Sequence[float] | None = None
) -> tuple[Box, ...]:
    """Return up to three boxes in which nearly all samples are such cases, the one that covers most found first.

    No cases, or all of them, have no box. Time grows with samples x inputs: 20,000 samples are plenty.

    Parameters
    ----------
    points : (n, d), one row a sample.
    cases : (n,), which samples are such (those that fail, or those that hold).
    names : the path of each column.
    likely : the likely value of each column, told beside its limits.
    """
    points, cases = np.asarray(points, float), np.asarray(cases, bool)
    if not cases.any() or cases.all():
        return ()
    sides = peeling.sided(points)
    dense = peeling.threshold(float(cases.mean()))
    left = np.ones(len(cases), bool)
    found: list[Box] = []
    while len(found) < MOST_BOXES and cases[left].any():
        limits = peeling.best_box(sides[left], cases[left], dense)
        if limits is None:
            break
        limits, support = _supported(sides, cases, limits)
        within = peeling.inside(sides, limits)
        box = _told(limits, within, cases, names, likely, support)
        fresh = (cases & within & left).sum() / cases.sum()
        lucky = _lucky(int((limits > peeling.OPEN).sum()), within[left], cases[left], len(names))
        if not support or box.density < dense or fresh < LEAST_COVERAGE or lucky:
            break
        found.append(box)
        left &= ~within
    return tuple(found)


def _lucky(limited: int, within: np.ndarray, cases: np.ndarray, inputs: int) -> bool:
    """Return whether chance may find a box as good with as many limited sides."""
    from scipy.stats import binom

    tail = binom.logsf((cases & within).sum() - 1, within.sum(), cases.mean())
    return bool(tail + log(comb(2 * inputs, limited)) + limited * log(len(cases)) >= log(BY_CHANCE))


def _supported(sides: np.ndarray, cases: np.ndarray, limits: np.ndarray) -> tuple[np.ndarray, dict[int, float]]:
    """Return the limits without those that chance would find as well, and the quasi-p-values of the others."""
    d = len(limits) // 2
    limits = limits.copy()
    while True:
        limited = [j for j in range(d) if max(limits[j], limits[j + d]) > peeling.OPEN]
        support = {j: _by_chance(sides, cases, limits, j) for j in limited}
        weakest = max(support, key=lambda j: support[j], default=None)
        if weakest is None or support[weakest] < BY_CHANCE:
            return limits, support
        limits[[weakest, weakest + d]] = peeling.OPEN


def _by_chance(sides: np.ndarray, cases: np.ndarray, limits: np.ndarray, j: int) -> float:
    """Return the quasi-p-value of the limits of input j."""
    from scipy.stats import binom

    others = limits.copy()
    others[[j, j + len(limits) // 2]] = peeling.OPEN
    here, wide = cases[peeling.inside(sides, limits)], cases[peeling.inside(sides, others)]
    return float(binom.sf(here.sum() - 1, len(here), wide.mean())) if len(here) else 1.0


def _told(
    limits: np.ndarray, within: np.ndarray, cases: np.ndarray, names: Sequence[str],
    likely: Sequence[float] | None, support: dict[int, float],
) -> Box:  # fmt: skip
    """Return a box with its figures over all samples and its limits in words."""
    d = len(names)
    ends = {j: (_open(limits[j]), _open(-limits[j + d])) for j in sorted(support, key=lambda j: support[j])}
    hits = int((cases & within).sum())
    return Box(
        {names[j]: pair for j, pair in ends.items()},
        hits / int(cases.sum()),
        hits / max(int(within.sum()), 1),
        float(within.mean()),
        " and ".join(_words(names[j], pair, likely[j] if likely is not None else None) for j, pair in ends.items()),
        {names[j]: support[j] for j in ends},
    )


def _open(limit: float) -> float | None:
    return float(limit) if np.isfinite(limit) else None


def _words(name: str, ends: tuple[float | None, float | None], likely: float | None) -> str:
    """Return the limits of one input as a part of a sentence."""
    low, high = ends
    if low is not None and high is not None:
        where = f"between {low:.3g} and {high:.3g}"
    else:
        where = f"above {low:.3g}" if low is not None else f"below {high:.3g}"
    return f"{label(name)} {where}" + (f" (likely {likely:.3g})" if likely is not None else "")
