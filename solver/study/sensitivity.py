"""What explains the slack: Sobol' indices, of single inputs or of groups that vary together.

With U uniform on the unit cube, f(U) the slack and U_g the columns of group g,

    first_g = Var(E[f | U_g]) / Var(f)              what the group explains alone
    total_g = E[Var(f | all but U_g)] / Var(f)      what it explains together with all others

Two matrices A and B of n rows are the halves of one scrambled Sobol' sequence; A_g is A with the columns of g from B.
By Jansen's estimators,

    first_g = 1 - mean((f(B) - f(A_g))^2) / (2 Var(f)),    total_g = mean((f(A) - f(A_g))^2) / (2 Var(f)),

which are shares of a variance and therefore cut off below at 0. n (2 + number of groups) points are asked for.

References
----------
Saltelli, Annoni, Azzini, Campolongo, Ratto & Tarantola 2010, table 2 (b, c and f); Jansen 1999; Jacques, Lavergne &
Devictor 2006 (groups).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 200
NEGLIGIBLE = 1e-24
"""A variance below this share of the mean square is rounding: the slack is constant."""


@dataclass(frozen=True)
class Indices:
    """Indices by group; ``error`` is the half width of a 95 % interval of ``total``.

    ``samples`` rows were used; ``dropped`` were left out, as the slack is no number at one of their points.
    """

    first: tuple[float, ...]
    total: tuple[float, ...]
    error: tuple[float, ...]
    samples: int
    dropped: int


def indices(
    model_slack: Callable[[np.ndarray], np.ndarray], groups: Sequence[Sequence[int]], log2n: int, seed: int
) -> Indices:
    """Return the Sobol' indices of the slack by group of columns.

    Parameters
    ----------
    model_slack : from points of the unit cube, one a row (correlation is the model's to put in), to slacks.
    groups : the columns of each group; every column 0 ... d-1 lies in exactly one.
    log2n : the rows are 2 to this power.
    seed : of the scrambling, and of the bootstrap behind ``error``, which takes rows for independent and so errs on
        the wide side.
    """
    from scipy.stats import qmc

    d = sum(map(len, groups))
    points = qmc.Sobol(2 * d, rng=np.random.default_rng(seed)).random_base2(log2n)
    a, b = points[:, :d], points[:, d:]
    outcomes = [model_slack(a), model_slack(b)]
    for columns in groups:
        mixed = a.copy()
        mixed[:, list(columns)] = b[:, list(columns)]
        outcomes.append(model_slack(mixed))
    found = np.array(outcomes, float)
    kept = np.isfinite(found).all(axis=0)
    found = found[:, kept]
    n = int(kept.sum())
    if n < 2:
        nothing = (0.0,) * len(groups)
        return Indices(nothing, nothing, nothing, n, len(kept) - n)
    squares = _squares(found)
    equally = np.full((1, n), 1 / n)
    first, total = _estimates(squares, equally)
    error = _half_widths(squares, np.random.default_rng([seed, 1]))
    return Indices(_listed(first[0]), _listed(total[0]), _listed(error), n, len(kept) - n)


def _squares(found: np.ndarray) -> np.ndarray:
    """Return what is averaged, one row each: f, f^2, then the halved squared differences of first and of total."""
    fa, fb, mixed = found[0], found[1], found[2:]
    middle = found[:2].mean()
    size = max(float(np.mean(found[:2] ** 2)), np.finfo(float).tiny)
    constant = np.var(found[:2]) <= NEGLIGIBLE * size
    fa, fb, mixed = (0 * v if constant else v - middle for v in (fa, fb, mixed))
    return np.vstack([(fa + fb) / 2, (fa**2 + fb**2) / 2, (fb - mixed) ** 2 / 2, (fa - mixed) ** 2 / 2])


def _estimates(squares: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return first and total, one row for each row of weights on the samples."""
    means = weights @ squares.T
    variance = (means[:, 1] - means[:, 0] ** 2)[:, None]
    groups = (len(squares) - 2) // 2
    unexplained, total = means[:, 2 : 2 + groups], means[:, 2 + groups :]
    safe = np.where(variance > 0, variance, np.inf)
    first = np.where(variance > 0, 1 - unexplained / safe, 0.0)
    return np.clip(first, 0, None), np.clip(total / safe, 0, None)


def _half_widths(squares: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return half the width of the middle 95 % of the totals over resamples of the rows."""
    n = squares.shape[1]
    totals = [
        _estimates(squares, np.bincount(random.integers(n, size=n), minlength=n)[None, :] / n)[1][0]
        for _ in range(RESAMPLES)
    ]
    low, high = np.percentile(totals, [2.5, 97.5], axis=0)
    return np.asarray((high - low) / 2)


def _listed(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(v) for v in values)
