"""The margin of many samples: how far every payoff may be off while some arrangement still holds.

    maximise t   subject to   slack(x) >= t unit  for the incentives,  slack(x) >= 0  for the limits,  low <= x <= high

It is negative exactly where no arrangement holds (``solver.sharing.optimum.most_robust``). Neighbouring samples mostly
have the same optimal *basis*: the rows that are tight and the columns that are free. So one sample's programme is
solved, its basis is tried in all other samples at once (one batched linear solve), and where it is feasible and its
duals have the right signs it is optimal there too. A block of samples needs as many programmes as there are bases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from solver.lp import LinearProgram, LpAnswer, solve
from solver.study.column import Bools, Floats, Ints
from solver.study.stack import Stack

MOST_NUMBERS = 10_000_000
"""Of a stack written out in full: more samples than that are taken in parts."""
NEAR = 1e-9
"""Within this of zero (as a share of the payoffs' scale) floats do not decide."""


@dataclass(frozen=True, eq=False)
class Margins:
    """The margin of each sample (-inf: the limits contradict each other), and one arrangement that leaves it [j, b].

    ``rests`` [r, b]: the conditional rows on which it rests; ``doubtful`` [b]: HiGHS found no basis that is optimal
    within ``NEAR``; ``programmes``: how many were solved.
    """

    margin: Floats
    x: Floats
    rests: Bools
    doubtful: Bools
    programmes: int


@dataclass(frozen=True, eq=False)
class _Scaled:
    """A stack in units of its actors' payoffs, t its last column: ``matrix[b, r, j]`` z >= ``right[b, r]``.

    Column j of sample b is counted in 1 / ``size[b, j]``: an euro is next to nothing beside payoffs of billions.
    """

    matrix: Floats
    right: Floats
    low: Floats
    high: Floats
    cost: Floats
    size: Floats


def margins(stack: Stack) -> Margins:
    """Return the largest margin in every sample."""
    height, samples = stack.constant.shape
    few = max(1, MOST_NUMBERS // (height * (stack.low.shape[0] + 1) or 1))
    if samples <= few:
        return _margins(stack)
    parts = [_margins(stack.some(np.arange(k, min(k + few, samples)))) for k in range(0, samples, few)]
    return Margins(
        np.concatenate([p.margin for p in parts]),
        np.concatenate([p.x for p in parts], axis=1),
        np.concatenate([p.rests for p in parts], axis=1),
        np.concatenate([p.doubtful for p in parts]),
        sum(p.programmes for p in parts),
    )


def _margins(stack: Stack) -> Margins:
    scaled = _scaled(stack)
    samples, height, width = scaled.matrix.shape
    margin, x = np.full(samples, -np.inf), np.zeros((width - 1, samples))
    rests, doubtful = np.zeros((height, samples), bool), np.zeros(samples, bool)
    conditional = np.array([row.conditional for row in stack.rows], bool)
    open_, programmes = np.arange(samples), 0
    while open_.size:
        here = open_[len(open_) // 2]
        answer = solve(_one(scaled, int(here)))
        programmes += 1
        done = open_ == here
        doubtful[here] = answer.status != "infeasible"
        if answer.status == "optimal":
            margin[here], x[:, here] = answer.x[-1], answer.x[:-1] / scaled.size[here, :-1]
            rests[:, here] = conditional & (answer.row_duals > NEAR)
            fits, z, duals = _tried(scaled, open_, answer)
            found = open_[fits]
            margin[found], x[:, found] = z[fits, -1], (z[fits] / scaled.size[found])[:, :-1].T
            rests[:, found] = (conditional[None, :] & (duals[fits] > NEAR)).T
            doubtful[found] = False
            done |= fits
        open_ = open_[~done]
    return Margins(margin, x, rests, doubtful, programmes)


def _scaled(stack: Stack) -> _Scaled:
    """Return the programme that the margin solves, each incentive divided by its unit, each limit by its largest."""
    height, samples = stack.constant.shape
    width = stack.low.shape[0]
    matrix = np.zeros((samples, height, width + 1))
    divisor = stack.divisor
    for r, j, value in zip(stack.row, stack.column, stack.value, strict=True):
        matrix[:, r, j] = value / divisor[r]
    right = (-stack.constant / divisor).T
    matrix[:, :, -1] = -stack.counts.T.astype(float)
    incentive = np.array([row.incentive for row in stack.rows], bool)
    size = _size(np.abs(matrix[:, incentive]).max(axis=1, initial=0.0))
    matrix /= size[:, None, :]
    limits = _size(np.abs(matrix[:, ~incentive]).max(axis=2, initial=0.0))
    matrix[:, ~incentive] /= limits[:, :, None]
    right[:, ~incentive] /= limits
    low = np.concatenate([stack.low, np.full((1, samples), -np.inf)]).T
    high = np.concatenate([stack.high, np.ones((1, samples))]).T
    cost = np.zeros(width + 1)
    cost[-1] = -1
    return _Scaled(matrix, right, low * size, high * size, cost, size)


def _size(largest: Floats) -> Floats:
    """Return the powers of two next to some numbers, which round nothing; 1 for 0."""
    return np.exp2(np.rint(np.log2(np.where(largest > 0, largest, 1.0))))


def _one(scaled: _Scaled, b: int) -> LinearProgram:
    matrix = sparse.csr_matrix(scaled.matrix[b])
    return LinearProgram(scaled.cost, matrix, scaled.right[b], scaled.low[b], scaled.high[b])


def _tried(scaled: _Scaled, where: Ints, answer: LpAnswer) -> tuple[Bools, Floats, Floats]:
    """Return in which samples an answer's basis is optimal, with the points and the duals that it gives there."""
    basic, tight = np.flatnonzero(answer.basic_columns), np.flatnonzero(~answer.basic_rows)
    matrix, right = scaled.matrix[where], scaled.right[where]
    low, high = scaled.low[where], scaled.high[where]
    samples, height, width = matrix.shape
    none = np.zeros(samples, bool)
    if len(basic) != len(tight):
        return none, np.zeros((samples, width)), np.zeros((samples, height))
    z = np.where(answer.at_high, high, low)
    z[~np.isfinite(z)] = 0.0
    z[:, basic] = 0.0
    square = matrix[:, tight][:, :, basic]
    aside = right[:, tight] - np.einsum("brj,bj->br", matrix[:, tight], z)
    costs = np.broadcast_to(scaled.cost[basic], (samples, len(basic)))
    try:
        z[:, basic] = np.linalg.solve(square, aside[..., None])[..., 0]
        priced = np.linalg.solve(np.swapaxes(square, 1, 2), costs[..., None])[..., 0]
    except np.linalg.LinAlgError:
        return none, z, np.zeros((samples, height))
    duals = np.zeros((samples, height))
    duals[:, tight] = priced
    feasible = (np.einsum("brj,bj->br", matrix, z) - right >= -NEAR * (1 + np.abs(right))).all(axis=1)
    feasible &= ((z >= low - NEAR * (1 + np.abs(z))) & (z <= high + NEAR * (1 + np.abs(z)))).all(axis=1)
    reduced = scaled.cost - np.einsum("brj,br->bj", matrix, duals)
    size = NEAR * (1 + np.abs(matrix).max(axis=1))
    fixed = low == high
    signs = np.where(answer.at_high, reduced <= size, reduced >= -size) | fixed
    signs[:, basic] = True
    return feasible & (duals >= -NEAR).all(axis=1) & signs.all(axis=1), z, duals
