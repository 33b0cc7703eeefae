"""The best relational contract of a game with 441 states and 53,361 joint actions: Cournot with reserves.

    python benchmarks/contracts.py

Two firms hold reserves of 0 … 20 each and produce up to what they hold; the price is 20 less what both produce, at
least 0; each reserve then grows by 3 or 4, even odds, up to 20. Discount factor 2/3. The example of Goldluecke & Kranz,
Economic Theory 66 (2018), section 4.3; their R package dyngame prints 60.33 for the joint value at empty reserves.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from scipy import sparse

from solver.repeated.elimination import solve_contract
from solver.tables import GameTable

CAPACITY = 20


def reserves(capacity: int = CAPACITY) -> GameTable:
    """Return the game, built from arrays."""
    shape, payoffs, columns, chances, ends = [], [], [], [], [0]
    grown = [[(min(left + more, capacity), 0.5) for more in (3, 4)] for left in range(capacity + 1)]
    for one in range(capacity + 1):
        for two in range(capacity + 1):
            shape.append((one + 1, two + 1))
            for q1 in range(one + 1):
                for q2 in range(two + 1):
                    price = max(0, 20 - q1 - q2)
                    payoffs.append((price * q1, price * q2))
                    for a, p in grown[one - q1]:
                        for b, q in grown[two - q2]:
                            columns.append(a * (capacity + 1) + b)
                            chances.append(p * q)
                    ends.append(len(columns))
    following = sparse.csr_matrix((chances, columns, ends), shape=(len(payoffs), len(shape)))
    following.sum_duplicates()
    return GameTable(tuple(shape), np.array(payoffs, float).T.copy(), following)


def main() -> None:
    table = reserves()
    start = time.perf_counter()
    solution = solve_contract(table, 2 / 3)
    seconds = time.perf_counter() - start
    print(f"{len(table.shape)} states, {table.payoffs.shape[1]} joint actions: {seconds:.2f} s")
    print(f"{solution.rounds} rounds; joint value at empty reserves {solution.joint[0]:.8f} (dyngame prints 60.33)")


if __name__ == "__main__":
    main()
