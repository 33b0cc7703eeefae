"""Choosing under uncertainty: what an option is worth, what it may cost, and what knowing an input would add.

``utility[k, o]`` is what option o is worth in sample k, all samples weighing the same.

    expected         E[u_o]
    maximin          the option whose smallest u is largest
    regret           max_o' u_o' - u_o, sample by sample; minimax regret picks the smallest largest regret
    EVPI             E[max_o u_o] - max_o E[u_o]                 knowing everything before the choice
    EVPPI of x       E[max_o E[u_o | x]] - max_o E[u_o]          knowing x before the choice

E[u | x] is a mean over a class of the sorted x: about n^(1/3) equally filled classes, 64 at most, samples of the same
x never parted. The maximum of noisy means is biased upwards, so that an input that does not matter would seem
worth knowing. Therefore the choice is made by nine tenths of the samples and valued in the other tenth, each tenth in
turn, for both terms of the difference. What is left is a small bias downwards: now and then the choice is not the best.

References
----------
Savage 1951 (regret); Raiffa & Schlaifer 1961 (value of information); Strong & Oakley 2013 (biases of EVPPI by classes).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.results.study import Curve, InformationValue
from solver.study.intervals import likelihood

PARTS = 10
MOST_CLASSES = 64
CURVE_CLASSES = 20


def expected(utility: np.ndarray) -> np.ndarray:
    """Return the mean of each option."""
    return np.asarray(np.mean(utility, axis=0))


def maximin(utility: np.ndarray) -> int:
    """Return the option whose worst sample is best (the first of equals)."""
    return int(np.argmax(np.min(utility, axis=0)))


def regrets(utility: np.ndarray) -> np.ndarray:
    """Return what is lost by each option against the best one of each sample, shaped like the utility (exact as it)."""
    return np.asarray(utility.max(axis=1, keepdims=True) - utility)


def minimax_regret(utility: np.ndarray) -> int:
    """Return the option whose largest regret is smallest (the first of equals)."""
    return int(np.argmin(regrets(utility).max(axis=0)))


def perfect_information(utility: np.ndarray) -> float:
    """Return what knowing everything before the choice would be worth (EVPI)."""
    return float(np.max(utility, axis=1).mean() - expected(utility).max())


def information_values(utility: np.ndarray, points: np.ndarray, names: Sequence[str]) -> tuple[InformationValue, ...]:
    """Return what knowing each input before the choice would be worth (EVPPI), the most valuable first.

    Parameters
    ----------
    utility : (n, options).
    points : (n, d), the inputs of each sample.
    names : the path of each input.
    """
    utility = np.asarray(utility, float)
    found = [InformationValue(name, *_value(utility, points[:, j])) for j, name in enumerate(names)]
    return tuple(sorted(found, key=lambda v: -v.value))


def curve(values: np.ndarray, holds: np.ndarray, name: str) -> Curve:
    """Return how likely it holds in equally filled classes of an input, with Wilson's intervals."""
    classes = _classes(values, min(CURVE_CLASSES, _how_many(len(values))))
    rows = [classes == k for k in np.unique(classes)]
    found = [likelihood(int(holds[row].sum()), int(row.sum())) for row in rows]
    return Curve(
        name,
        tuple(float(np.median(values[row])) for row in rows),
        tuple(f.estimate for f in found),
        tuple(f.low for f in found),
        tuple(f.high for f in found),
    )


def _how_many(samples: int) -> int:
    """Return the number of classes: finer with more samples, but each of them fuller too."""
    return int(np.clip(round(samples ** (1 / 3)), 2, MOST_CLASSES))


def _classes(values: np.ndarray, most: int) -> np.ndarray:
    """Return the class of each value, in their order; the classes are equally filled but for ties."""
    values = np.asarray(values, float)
    distinct = np.unique(values)
    if len(distinct) <= most:
        return np.searchsorted(distinct, values)
    edges = np.sort(values)[len(values) * np.arange(1, most) // most]
    return np.searchsorted(np.unique(edges), values, side="right")


def _value(utility: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    """Return the EVPPI of an input and its standard error."""
    n = len(values)
    classes = _classes(values, _how_many(n))
    part = np.empty(n, int)
    # Every tenth sample along the input, so that each class has all parts in it.
    part[np.argsort(values, kind="stable")] = np.arange(n) % PARTS
    informed = _chosen(utility, classes, part)
    uninformed = _chosen(utility, np.zeros(n, int), part)
    everyone = np.arange(n)
    gain = utility[everyone, informed] - utility[everyone, uninformed]
    error = float(gain.std(ddof=1) / np.sqrt(n)) if n > 1 else 0.0
    return max(float(gain.mean()), 0.0), error


def _chosen(utility: np.ndarray, classes: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Return the option for each sample that is best in its class by the samples of all other parts."""
    cell = classes * PARTS + part
    count = (int(classes.max()) + 1) * PARTS
    sums = np.stack([np.bincount(cell, weights=u, minlength=count) for u in utility.T])
    sums = sums.reshape(len(sums), -1, PARTS)
    return np.asarray((sums.sum(axis=2, keepdims=True) - sums).argmax(axis=0)[classes, part])
