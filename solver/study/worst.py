"""The worst point of a box: corners first, then a search along the coordinates.

    minimise slack(x)  over  low <= x <= high

A slack that is affine in each input alone is smallest at a corner, and with few inputs all corners are tried. From the
worst points known, each coordinate is then moved over a grid, all of them in one model call; where none improves the
grid shrinks to a quarter. The slack is a minimum of smooth margins, so that a point that no coordinate improves is
rarely a mere kink; still, what is found is the worst point *found*, and an upper bound of the true minimum.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from solver.study.flips import Model

MOST_CORNERS = 12
CHUNK = 4096
POINTS = 8
GRID = np.linspace(-1, 1, 17)
FINEST = 1e-9
MOST_ROUNDS = 200


def worst_case(model: Model, lows: np.ndarray, highs: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the point of smallest slack found in the box, and the slack there (NaN: the file allows no point tried).

    Parameters
    ----------
    lows, highs : (d,), the ends of the box.
    start : (n, d), points to begin from beside the corners: the worst samples, say. They are moved into the box.
    """
    start = np.clip(np.atleast_2d(start), lows, highs)
    if len(lows) <= MOST_CORNERS:
        start = np.concatenate([np.array(list(product(*zip(lows, highs, strict=True)))), start])
    slack = np.concatenate([_slack(model, start[k : k + CHUNK]) for k in range(0, len(start), CHUNK)])
    best = np.argsort(slack, kind="stable")[:POINTS]
    points, slack = _searched(model, lows, highs, start[best], slack[best])
    worst = int(np.argmin(slack))
    return points[worst], float(slack[worst]) if np.isfinite(slack[worst]) else float("nan")


def _slack(model: Model, points: np.ndarray) -> np.ndarray:
    """Return the slack of points, infinite where the file does not allow them."""
    slack = np.asarray(model(points)[0], float)
    return np.where(np.isnan(slack), np.inf, slack)


def _searched(
    model: Model, lows: np.ndarray, highs: np.ndarray, points: np.ndarray, slack: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the points moved along one coordinate at a time for as long as that makes them worse, and their slack."""
    points, slack = points.copy(), slack.copy()
    count, d = points.shape
    reach = np.ones(count)
    everyone = np.arange(count)
    for _ in range(MOST_ROUNDS):
        tried = np.broadcast_to(points[:, None, None, :], (count, d, len(GRID), d)).copy()
        moves = reach[:, None, None] * GRID * (highs - lows)[:, None]
        for j in range(d):
            tried[:, j, :, j] = np.clip(points[:, j, None] + moves[:, j], lows[j], highs[j])
        found = _slack(model, tried.reshape(-1, d)).reshape(count, -1)
        where = found.argmin(axis=1)
        lowest = found[everyone, where]
        better = lowest < slack
        points[better] = tried.reshape(count, -1, d)[everyone, where][better]
        slack = np.where(better, lowest, slack)
        reach = np.where(better, reach, reach / 4)
        if not better.any() and reach.max() < FINEST:
            break
    return points, slack
