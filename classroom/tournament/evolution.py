"""The ecological run: what earns more this generation is more frequent in the next.

    p_i(t+1) = p_i(t) f_i / sum_j p_j(t) f_j,    f_i = sum_j M_ij p_j(t)

M_ij is what strategy i earns from j. Strategies neither learn nor mutate (Axelrod, The Evolution of Cooperation, 1984,
chapter 2). Payoffs must not be negative: where one is, all are lifted so that the smallest is 0; that slows the pace.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classroom.tournament.results import Ecology


def ecology(payoffs: Sequence[Sequence[float]], generations: int) -> Ecology:
    """Return the shares of strategies over so many generations, from an even mixture.

    Parameters
    ----------
    payoffs : what each strategy (row) earns from each (column) per period.
    """
    matrix = np.array(payoffs, dtype=float)
    lifted = max(0.0, -float(matrix.min()))
    matrix = matrix + lifted
    shares = np.full(len(matrix), 1 / len(matrix))
    path = [shares]
    for _ in range(generations):
        grown = shares * (matrix @ shares)
        # Where nobody earns anything, nobody gains on the others.
        shares = grown / grown.sum() if grown.sum() > 0 else shares
        path.append(shares)
    return Ecology(generations, tuple(tuple(map(float, row)) for row in path), lifted)
