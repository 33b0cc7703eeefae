"""Samples of a scenario's uncertain inputs: a low-discrepancy design, moved together where inputs are correlated.

A design is points u of the unit cube, Sobol' points scrambled at random or one Latin hypercube, turned into numbers
in two steps. Inputs of a group with Spearman rank correlation r get the Gaussian copula of the Pearson
correlation 2 sin(pi r / 6) (Pearson 1907); each input then gets the quantile of its own distribution. Any part of a
design can be made by itself, and comes out the same to the last bit: a study is cut up and resumed as it likes.

References
----------
Matoušek (1998), On the L2-discrepancy for anchored boxes, J. Complexity 14 (the scrambling).
Malcolm, Roseboom, Clark & Fazar (1959), Operations Research 7 (PERT: a beta distribution with shape 4).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from math import pi, sin

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from games.errors import refuse
from games.files.numbers import A_RANGE
from games.files.uncertain import Group, Input
from solver.results import Number
from solver.results.study import Method

Floats = NDArray[np.float64]
BITS = 30
MOST_SAMPLES = 2**BITS
MOST_INPUTS = int(qmc.Sobol.MAXDIM)
PERT_SHAPE = 4
TAIL = 0.05
# Nearer to 0 or 1 the quantiles of a beta distribution cannot be found any more.
EDGE = 2.0**-40
NEARLY = 1 - 1e-12


@dataclass(frozen=True)
class Design:
    """Which samples a study takes: ``samples`` points by a ``method``, the same ones for the same ``seed``.

    Raises
    ------
    ScenarioError : nothing to sample, or more than the method can.
    """

    inputs: tuple[Input, ...]
    groups: tuple[Group, ...]
    method: Method
    seed: int
    samples: int

    def __post_init__(self) -> None:
        if not self.inputs:
            raise refuse("the scenario", "has no number that is a range, so there is nothing to sample", A_RANGE)
        if len(self.inputs) > MOST_INPUTS:
            what = f"{len(self.inputs)} numbers are ranges, more than the {MOST_INPUTS} that can be sampled"
            raise refuse("the scenario", what, "give those that matter least as plain numbers")
        if not 1 <= self.samples <= MOST_SAMPLES:
            raise refuse("--samples", f"{self.samples} is not from 1 to {MOST_SAMPLES}", "for example 1024")


def unit_block(design: Design, first: int, count: int) -> Floats:
    """Return ``count`` points of the unit cube from number ``first`` on, strictly inside: shape (count, inputs)."""
    if design.method == "lhs":
        return _hypercube(len(design.inputs), design.seed, design.samples)[first : first + count].copy()
    sobol = qmc.Sobol(len(design.inputs), scramble=True, bits=BITS, seed=np.random.default_rng(design.seed))
    with warnings.catch_warnings():
        # It warns of a first draw that is no power of two; a study chooses its number of samples as a whole.
        warnings.simplefilter("ignore", UserWarning)
        points = sobol.fast_forward(first).random(count) if first else sobol.random(count)
    # The points are corners of cells 2^-BITS wide. Their middles are never 0, which a normal would send to infinity.
    return np.asarray(points + 0.5 / 2**BITS)


@lru_cache(maxsize=1)
def _hypercube(inputs: int, seed: int, samples: int) -> Floats:
    """Return a whole Latin hypercube: each of its parts depends on all of it."""
    points: Floats = qmc.LatinHypercube(inputs, seed=np.random.default_rng(seed)).random(samples)
    return np.clip(points, EDGE, 1 - EDGE)


def sample_block(design: Design, first: int, count: int) -> Floats:
    """Return the inputs of ``count`` samples from number ``first`` on: shape (count, inputs)."""
    return values(design, unit_block(design, first, count))


def values(design: Design, points: Floats) -> Floats:
    """Return the inputs at points of the unit cube, correlated and distributed as the design says."""
    points = points.copy()
    place = {one.path: k for k, one in enumerate(design.inputs)}
    for group in design.groups:
        columns = [place[path] for path in group.inputs]
        points[:, columns] = _together(points[:, columns], float(group.rank))
    return np.column_stack([quantiles(one, points[:, k]) for k, one in enumerate(design.inputs)])


def _together(points: Floats, rank: float) -> Floats:
    """Return points whose every two columns have a rank correlation, each column uniform as before."""
    size = points.shape[1]
    pearson = max(-NEARLY, min(NEARLY, 2 * sin(pi * rank / 6)))
    factor = np.linalg.cholesky(np.full((size, size), pearson) + (1 - pearson) * np.eye(size))
    normal = ndtri(points)
    moved = np.zeros_like(normal)
    # Column by column, not as a matrix product: that rounds differently in blocks of different sizes.
    for i in range(size):
        for j in range(i + 1):
            moved[:, i] += factor[i, j] * normal[:, j]
    correlated: Floats = np.clip(ndtr(moved), EDGE, 1 - EDGE)
    return correlated


def quantiles(one: Input, shares: Floats) -> Floats:
    """Return the values of an input below which these shares of its distribution lie, never beyond its ends."""
    numbers = {name: float(number) for name, number in one.numbers.items()}
    if one.distribution == "normal":
        return np.asarray(stats.norm.ppf(shares, numbers["mean"], numbers["sd"]))
    if one.distribution == "beta":
        return np.asarray(stats.beta.ppf(shares, numbers["alpha"], numbers["beta"]))
    low, high = numbers["low"], numbers["high"]
    width = high - low
    if width == 0:
        return np.full(np.shape(shares), low)
    if one.distribution == "uniform":
        found = low + width * np.asarray(shares)
    elif one.distribution == "triangular":
        found = stats.triang.ppf(shares, (numbers["likely"] - low) / width, low, width)
    else:
        left, right = numbers["likely"] - low, high - numbers["likely"]
        shapes = 1 + PERT_SHAPE * left / width, 1 + PERT_SHAPE * right / width
        found = stats.beta.ppf(shares, *shapes, low, width)
    return np.clip(found, low, high)


def quantile(one: Input, share: float) -> float:
    """Return the value of an input below which this share of its distribution lies."""
    return float(quantiles(one, np.array([share]))[0])


def ends(one: Input) -> tuple[Number, Number]:
    """Return the ends of a range; where its distribution names none, its 5 % and 95 % points."""
    if "low" in one.numbers:
        return one.numbers["low"], one.numbers["high"]
    return quantile(one, TAIL), quantile(one, 1 - TAIL)
