"""All equilibria of generic three-player games in which the third has two actions; shares nothing with the solver.

Let the third player play its first action with probability t. On supports of the first two players that have

    k and k actions       what makes each of them indifferent fixes the other's strategy, as polynomials y(t) and x(t);
                          the third is indifferent iff its gain x(t)' C y(t) is 0, of degree 2(k - 1);
    k + 1 and k actions   the first is indifferent only where a determinant in t is 0, of degree k; then x is fixed by
                          the other two players' indifference.

Polynomials are interpolated in Fractions, their roots are found in floats, and the regret of every candidate is
computed from the definition. Other sizes have no equilibrium in a generic game. The number of equilibria of a generic
game is odd (Wilson 1971): a check of what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import prod
from typing import Any

import numpy as np

from games.normal_form import NormalFormGame
from oracles.bimatrix import solved

Vector = list[Any]
Cube = list[list[list[Any]]]
"""A player's payoffs by [first][second][third]."""


def all_equilibria(game: NormalFormGame) -> list[tuple[Vector, ...]]:
    """Return every equilibrium of a generic m x n x 2 game, as three lists of probabilities in floats."""
    rows, columns, thirds = game.actions
    assert len(thirds) == 2
    a, b, c = ([[[game.payoffs[r, s, t][i] for t in thirds] for s in columns] for r in rows] for i in range(3))
    turned = [[[own[i][j] for i in range(len(rows))] for j in range(len(columns))] for own in (b, a, c)]
    scale = max(1.0, *(abs(float(v)) for own in game.payoffs.values() for v in own))
    found = []
    for k, more in product(range(1, min(len(rows), len(columns)) + 1), (0, 1)):
        found += _on_sizes(a, b, c, k + more, k)
        if more:
            found += [(x, y, z) for y, x, z in _on_sizes(*turned, k + more, k)]
    return [x for x in found if regret(game, x) <= 1e-9 * scale]


def regret(game: NormalFormGame, strategies: Sequence[Sequence[Any]]) -> float:
    """Return the most that anybody gains by another action, profile by profile, in floats."""
    worst = 0.0
    for i, own in enumerate(strategies):
        each = [0.0] * len(own)
        for chosen in product(*(range(len(x)) for x in strategies)):
            weight = prod(float(x[k]) for j, (x, k) in enumerate(zip(strategies, chosen, strict=True)) if j != i)
            each[chosen[i]] += weight * float(game.payoffs[game.named(chosen)][i])
        worst = max(worst, max(each) - sum(float(p) * v for p, v in zip(own, each, strict=True)))
    return worst


def _on_sizes(a: Cube, b: Cube, c: Cube, first: int, second: int) -> Iterator[tuple[Vector, Vector, Vector]]:
    """Yield candidates on supports of so many actions of the first two players, first = second or second + 1."""
    for rows in combinations(range(len(a)), first):
        for columns in combinations(range(len(a[0])), second):
            for x, y, t in _on_support(a, b, c, rows, columns):
                if _positive(x) and _positive(y):
                    yield _spread(x, rows, len(a)), _spread(y, columns, len(a[0])), [float(t), 1.0 - float(t)]


def _on_support(
    a: Cube, b: Cube, c: Cube, rows: Sequence[int], columns: Sequence[int]
) -> Iterator[tuple[Vector, Vector, Any]]:
    def at(own: Cube, t: Any) -> list[Vector]:
        return [[t * own[i][j][0] + (1 - t) * own[i][j][1] for j in columns] for i in rows]

    def replies(t: Any) -> Vector:
        """y that makes the first player's actions equally good (of its k + 1, all but the last)."""
        return _null(_differences(at(a, t))[: len(columns) - 1])

    def others(t: Any) -> list[Vector]:
        return _differences([list(own) for own in zip(*at(b, t), strict=True)])

    def gains(y: Vector) -> Vector:
        return [sum((c[i][j][0] - c[i][j][1]) * q for j, q in zip(columns, y, strict=True)) for i in rows]

    if len(rows) == len(columns):

        def gain(t: Any) -> Any:
            return sum(p * v for p, v in zip(_null(others(t)), gains(replies(t)), strict=True))

        for t in (Fraction(0), Fraction(1), *_roots(gain, 2 * len(rows) - 2)):
            yield _null(others(t)), replies(t), t
    else:
        for t in _roots(lambda t: _determinant(_differences(at(a, t))), len(columns)):
            y = replies(t)
            yield _null([*others(t), gains(y)]), y, t


def _roots(polynomial: Callable[[Fraction], Fraction], degree: int) -> list[float]:
    """Return the roots between 0 and 1."""
    nodes = [Fraction(k, degree + 1) for k in range(degree + 1)]
    coefficients = solved([[*(t**k for k in range(degree, -1, -1)), Fraction(polynomial(t))] for t in nodes])
    assert coefficients is not None
    scale = max(map(abs, coefficients)) or 1
    told = [float(v / scale) for v in coefficients]
    roots = [float(r.real) for r in np.roots(told) if abs(r.imag) < 1e-9]
    slope = np.polyder(told)
    roots = [r - float(np.polyval(told, r) / (np.polyval(slope, r) or 1.0)) for r in roots]
    return [r for r in roots if 0 < r < 1]


def _differences(matrix: list[Vector]) -> list[Vector]:
    return [[v - w for v, w in zip(own, matrix[0], strict=True)] for own in matrix[1:]]


def _null(matrix: list[Vector]) -> Vector:
    """Return the vector that k - 1 rows of k entries map to 0: their minors, signs alternating."""
    size = len(matrix) + 1
    return [(-1) ** j * _determinant([[*own[:j], *own[j + 1 :]] for own in matrix]) for j in range(size)]


def _determinant(matrix: list[Vector]) -> Any:
    if not matrix:
        return 1
    head, *rest = matrix
    return sum((-1) ** j * v * _determinant([[*own[:j], *own[j + 1 :]] for own in rest]) for j, v in enumerate(head))


def _positive(weights: Vector) -> bool:
    return all(v > 0 for v in weights) or all(v < 0 for v in weights)


def _spread(weights: Vector, support: Sequence[int], size: int) -> Vector:
    out, total = [0.0] * size, sum(weights)
    for weight, k in zip(weights, support, strict=True):
        out[k] = float(weight / total)
    return out
