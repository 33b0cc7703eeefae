"""The patient rule induction method (PRIM): boxes in which nearly all samples are such cases.

Every input has two sides, written alike: a sample is in the box iff ``S >= limit`` in all 2d columns of
``S = [X, -X]``, and a limit of minus infinity is open. A box is found in four steps.

1. *Peel*: of all sides, raise the limit that cuts off at most the share ALPHA (or the ties at the edge) and gains most:
   density gained per share of samples lost. Go on until the box is pure or holds less than LEAST of the samples.
2. *Choose*: of the boxes at least half-way from the base rate to purity, the one with the largest harmonic mean of
   coverage and density, ``F = 2 cases inside / (all cases + samples inside)``: neither few cases found surely nor many
   found among much else. That box, and every eighth of the trajectory, since peels that serve two boxes at once end in
   neither of them, go on to
3. *Move* each limit in turn to where F is largest with all others held, until none moves (or, while a box is not dense
   enough, to where it is densest). This undoes what peels cut too deep (the *pasting* of the method), takes off what
   they left, and opens what is not needed. The best box that comes of it is kept.
4. *Open* limits, the least needed first, while that costs less than a hundredth of F.

References
----------
Friedman & Fisher 1999; Bryant & Lempert 2010 (coverage, density, quasi-p-values); Kwakkel & Jaxa-Rozen 2016 (the gain
per sample lost, which is fair to discrete inputs).
"""

from __future__ import annotations

import numpy as np

ALPHA = 0.05
LEAST = 0.02
FEWEST = 10
HALFWAY = 0.5
CHEAP = 0.01
MOST_MOVES = 50
EVERY = 8
OPEN = -np.inf


def threshold(base: float) -> float:
    """Return the density that makes a box worth telling: half-way from the base rate to 1."""
    return base + HALFWAY * (1 - base)


def sided(points: np.ndarray) -> np.ndarray:
    """Return the 2d columns of which a box limits each from below."""
    return np.hstack([points, -points])


def inside(sides: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Return which samples lie in a box."""
    return np.asarray((sides >= limits).all(axis=1))


def best_box(sides: np.ndarray, cases: np.ndarray, dense: float) -> np.ndarray | None:
    """Return the limits of the best box found (2d,), or None where none is dense enough."""
    path = _trajectory(sides, cases)
    chosen = max(path, key=lambda limits: _score(sides, cases, limits, dense))
    moved = [_moved(sides, cases, limits, dense) for limits in [chosen, *path[::EVERY]]]
    best = max(moved, key=lambda limits: _score(sides, cases, limits, dense))
    return _opened(sides, cases, best, dense) if _score(sides, cases, best, dense) > 0 else None


def _trajectory(sides: np.ndarray, cases: np.ndarray) -> list[np.ndarray]:
    """Return the limits after each peel."""
    limits = np.full(sides.shape[1], OPEN)
    path = [limits]
    least = max(FEWEST, LEAST * len(cases))
    while len(cases) and not cases.all():
        raised = _edges(sides)
        stays = sides >= raised
        count = stays.sum(axis=0)
        found = cases.astype(float) @ stays
        density, lost = cases.mean(), len(cases) - count
        allowed = (count >= least) & (lost > 0)
        if not allowed.any():
            break
        gain = np.where(allowed, (found / np.maximum(count, 1) - density) / np.maximum(lost, 1), OPEN)
        peel = int(np.argmax(gain))
        limits = limits.copy()
        limits[peel] = raised[peel]
        path.append(limits)
        sides, cases = sides[stays[:, peel]], cases[stays[:, peel]]
    return path


def _edges(sides: np.ndarray) -> np.ndarray:
    """Return the new limit of each side: the ALPHA quantile, or the next value where that takes nothing away."""
    edge = np.quantile(sides, ALPHA, axis=0, method="higher")
    lowest = sides.min(axis=0)
    above = np.where(sides > lowest, sides, np.inf).min(axis=0)
    return np.asarray(np.where(edge > lowest, edge, above))


def _score(sides: np.ndarray, cases: np.ndarray, limits: np.ndarray, dense: float) -> float:
    """Return F of a box; how far it is from being dense or large enough, below 0, if it is not."""
    within = inside(sides, limits)
    return float(_f(float(cases[within].sum()), float(within.sum()), float(cases.sum()), len(cases), dense))


def _f(found: np.ndarray | float, count: np.ndarray | float, cases: float, samples: int, dense: float) -> np.ndarray:
    found, count = np.asarray(found, float), np.asarray(count, float)
    density = found / np.maximum(count, 1)
    large = count >= max(FEWEST, LEAST * samples)
    return np.where(large, np.where(density >= dense, 2 * found / (cases + count), density - 1), -1.0)


def _moved(
    sides: np.ndarray, cases: np.ndarray, limits: np.ndarray, dense: float, movable: np.ndarray | None = None
) -> np.ndarray:
    """Return the limits after each (or each movable one) went where F is largest, the others held, until none moves."""
    limits, best = limits.copy(), _score(sides, cases, limits, dense)
    for _ in range(MOST_MOVES):
        before = best
        for side in range(len(limits)) if movable is None else movable:
            limit, score = _place(sides, cases, limits, side, dense)
            # Of equally good places it is the widest, half-way to the next sample.
            if score >= best:
                limits[side], best = limit, score
        if best <= before:
            break
    return limits


def _place(sides: np.ndarray, cases: np.ndarray, limits: np.ndarray, side: int, dense: float) -> tuple[float, float]:
    """Return the limit of one side at which F is largest, and F there."""
    others = limits.copy()
    others[side] = OPEN
    within = inside(sides, others)
    values, hits = sides[within, side], cases[within]
    order = np.argsort(-values, kind="stable")
    values = values[order]
    found, count = np.cumsum(hits[order]), np.arange(1, len(values) + 1)
    # A limit cannot part samples with the same value.
    last = np.append(values[1:] < values[:-1], True)
    scores = np.where(last, _f(found, count, float(cases.sum()), len(cases), dense), -1.0)
    k = int(len(scores) - 1 - np.argmax(scores[::-1]))
    if k == len(scores) - 1:
        return OPEN, float(scores[k])
    middle = values[k + 1] + (values[k] - values[k + 1]) / 2
    return float(middle if middle > values[k + 1] else values[k]), float(scores[k])


def _opened(sides: np.ndarray, cases: np.ndarray, limits: np.ndarray, dense: float) -> np.ndarray:
    """Return the limits without those whose opening costs next to nothing."""
    limits = limits.copy()
    while True:
        score = _score(sides, cases, limits, dense)
        closed = np.flatnonzero(limits > OPEN)
        costs = []
        for side in closed:
            fewer = limits.copy()
            fewer[side] = OPEN
            costs.append(1 - _score(sides, cases, fewer, dense) / score)
        if len(closed) <= 1 or min(costs) > CHEAP:
            return limits
        limits[closed[int(np.argmin(costs))]] = OPEN
        limits = _moved(sides, cases, limits, dense, np.flatnonzero(limits > OPEN))
