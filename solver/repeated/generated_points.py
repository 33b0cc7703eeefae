"""What B generates from points, for n players in floats: the farthest point in each direction, and how it comes about.

A point is kept with the row that generates it and the lotteries over points that follow it, so that it can become a
node of an automaton (``inner_bounds``). ``from_outside`` starts from an outer bound and goes on until the points that
are generated are those that they were generated from.

References: Judd, Yeltekin & Conklin, Econometrica 71 (2003).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from solver.tables import GameTable

Floats = NDArray[np.float64]
OUTWARD = 1e-9
"""In units of the largest payoff: what the floats of a linear programme may be off by."""
INWARD = 1e-7
"""By how much incentives are tightened, so that rounding the lotteries cannot break them."""
TILT = 0.02


@dataclass(frozen=True, eq=False)
class Ready:
    """A game in floats with its discount factors, directions (one a row) and scale."""

    table: GameTable
    discount: Floats
    directions: Floats
    scale: float

    def deviations(self, worst: Floats) -> Floats:
        """Return what i's best deviation from every row is worth if ``worst[i, s']`` follows."""
        out = np.empty_like(self.table.payoffs)
        for i, delta in enumerate(self.discount):
            out[i] = self.table.best(i, self.table.worth(self.table.payoffs[i], delta, worst[i]))
        return out

    def next(self, row: int) -> tuple[NDArray[np.intp], Floats]:
        """Return the states that may follow a row, and their chances."""
        following = self.table.next[row]
        return following.indices.astype(np.intp), following.data


@dataclass(frozen=True, eq=False)
class Made:
    """A point with the row that generates it, and for each state that may follow a lottery over points by number."""

    row: int
    value: Floats
    follow: Mapping[int, Mapping[int, float]]


Points = Sequence[Made]


def generated_best(ready: Ready, points: list[Floats], margin: float) -> list[list[Made | None]]:
    """Return, by state and direction, the farthest point that B generates; lotteries are over a state's own points."""
    d = ready.directions
    worst = np.array([[own[:, i].min() for own in points] for i in range(len(ready.discount))])
    deviations = ready.deviations(worst) + margin * ready.scale * (ready.discount > 0)[:, None]
    best: list[list[Made | None]] = [[None] * len(d) for _ in points]
    for k in range(ready.table.payoffs.shape[1]):
        s = int(ready.table.state[k])
        for l, one in enumerate(_generated(ready, points, k, deviations[:, k])):  # noqa: E741
            there = best[s][l]
            if there is None or d[l] @ one.value > d[l] @ there.value + 1e-12 * ready.scale:
                best[s][l] = one
    return best


def _generated(ready: Ready, points: list[Floats], row: int, deviations: Floats) -> Iterator[Made]:
    """Yield, by direction, the farthest point that a row generates; nothing where it generates none."""
    d = ready.directions
    reached, chance = ready.next(row)
    now = (1 - ready.discount) * ready.table.payoffs[:, row]
    ahead = np.hstack([(ready.discount[:, None] * q) * points[t].T for t, q in zip(reached, chance, strict=True)])
    sizes = [len(points[t]) for t in reached]
    sums = sparse.csr_matrix(np.repeat(np.eye(len(sizes)), sizes, axis=1))
    best = farthest(-(d @ ahead), sparse.csr_matrix(-ahead), now - deviations, (sums, np.ones(len(sizes))), sum(sizes))
    cuts = np.cumsum(sizes)[:-1]
    for x in () if best is None else best:
        shares = {int(t): dict(enumerate(own.tolist())) for t, own in zip(reached, np.split(x, cuts), strict=True)}
        yield Made(row, now + ahead @ x, shares)


def farthest(costs: Floats, block: Any, limit: Floats, equal: Any, width: int) -> Floats | None:
    """Return the minimisers of several costs over one polytope, solved as one separable programme; None if empty."""
    bounds = (None, None) if equal is None else (0, None)
    count = len(costs)
    matrix = sparse.kron(sparse.eye(count), block, format="csr")
    sides: tuple[Any, Any] = (None, None)
    if equal is not None:
        sides = (sparse.kron(sparse.eye(count), equal[0], format="csr"), np.tile(equal[1], count))
    found = linprog(costs.ravel(), matrix, np.tile(limit, count), *sides, bounds)
    return None if found.x is None else np.asarray(found.x).reshape(count, width)


def from_outside(ready: Ready, levels: Floats, max_rounds: int, margin: float) -> list[Made] | None:
    """Return points that generate themselves, or None: those generated in all directions, again and again."""
    states = len(ready.table.shape)
    # Tilted at random (but always the same way), each direction has one farthest point, so that points settle.
    tilted = ready.directions + TILT * np.random.default_rng(0).standard_normal(ready.directions.shape)
    ready = replace(ready, directions=tilted)
    points: list[Floats] = [_corners(ready, levels, s) for s in range(states)]
    for _ in range(max_rounds):
        best = generated_best(ready, points, margin or -OUTWARD)
        if any(one is None for own in best for one in own):
            return None
        fresh = [distinct([one for one in own if one is not None], ready.scale) for own in best]
        new = [np.array([one.value for one in own]) for own in fresh]
        if all(_moved(tilted, a, b) <= 0.01 * INWARD * ready.scale for a, b in zip(points, new, strict=True)):
            return _onto_themselves(points, new, fresh)
        points = new
    return None


def _onto_themselves(points: list[Floats], new: list[Floats], fresh: list[list[Made]]) -> list[Made]:
    """Return the points with their lotteries over old points read as lotteries over what these have become."""
    starts = np.concatenate([[0], np.cumsum([len(own) for own in new])])
    nearest = [np.abs(a[:, None] - b[None]).max(axis=2).argmin(axis=1) for a, b in zip(points, new, strict=True)]
    out = []
    for made in (one for own in fresh for one in own):
        follow: dict[int, dict[int, float]] = {}
        for t, shares in made.follow.items():
            follow[t] = {}
            for k, share in shares.items():
                place = int(starts[t] + nearest[t][k])
                follow[t][place] = follow[t].get(place, 0.0) + share
        out.append(replace(made, follow=follow))
    return out


def _moved(d: Floats, one: Floats, other: Floats) -> float:
    return float(np.abs((d @ one.T).max(axis=1) - (d @ other.T).max(axis=1)).max())


def _corners(ready: Ready, levels: Floats, s: int) -> Floats:
    """Return points of the outer set in every direction."""
    d = ready.directions
    found = farthest(-d, sparse.csr_matrix(d), levels[s] + OUTWARD * ready.scale, None, d.shape[1])
    return ready.table.payoffs.T if found is None else found


def distinct(own: list[Made], scale: float) -> list[Made]:
    kept: list[Made] = []
    for one in own:
        if all(np.abs(one.value - other.value).max() > 1e-11 * scale for other in kept):
            kept.append(one)
    return kept
