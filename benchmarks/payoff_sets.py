"""How long the payoffs of all equilibria take, against QuantEcon, for n x n games of n = 10 to 320 actions a player.

    python benchmarks/payoff_sets.py [N ...]

Cournot duopolies (quantities 0 to 60 on a grid, price 90 - x - y) and random payoffs, delta = 1/2, no money, floats on
both sides. QuantEcon's ``RepeatedGame.equilibrium_payoffs("abreu_sannikov")`` is warmed up first (numba compiles). It
is run as it comes ("QE") and told the pure minmax payoffs to start from ("QE u": ``u_init``), where ours starts. Both
must find the same set within 1e-6 of the payoffs' spread, measured both ways. Where the set is a point or a segment, or
empty, QuantEcon stops with an error (Qhull draws areas only): the last column says so, and its time is that to the
error. Each game runs in a process of its own, since QuantEcon 0.11.4 writes past an array on Cournot games from n = 80
on (``NUMBA_BOUNDSCHECK=1`` shows it), which may abort the process when it ends.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import quantecon.game_theory as gt
from numpy.typing import NDArray

from solver.repeated.payoff_sets import equilibrium_payoffs
from solver.repeated.polygons import distance, hull

DELTA = 0.5
Payoffs = NDArray[np.float64]


def cournot(count: int) -> Payoffs:
    """Return a duopoly's profits."""
    amounts = np.linspace(0, 60, count)
    one = (90 - amounts[:, None] - amounts[None, :]) * amounts[:, None]
    return np.stack([one, one.T])


def random(count: int) -> Payoffs:
    """Return payoffs drawn from [0, 1), the seed being the size."""
    return np.random.default_rng(count).random((2, count, count))


def quantecon(payoffs: Payoffs, start: Payoffs | None = None) -> Any:
    """Return QuantEcon's hull, or its error's name."""
    players = gt.Player(payoffs[0]), gt.Player(np.ascontiguousarray(payoffs[1].T))
    options = {} if start is None else {"u_init": start}
    try:
        found = gt.RepeatedGame(gt.NormalFormGame(players), DELTA).equilibrium_payoffs("abreu_sannikov", options)
    except Exception as error:
        return type(error).__name__
    return hull([(float(x), float(y)) for x, y in found.points[found.vertices]])


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return the best time of up to five runs in a second or so, and the answer."""
    best, spent, found = float("inf"), 0.0, None
    for _ in range(5):
        begin = time.perf_counter()
        found = run()
        took = time.perf_counter() - begin
        best, spent = min(best, took), spent + took
        if spent > 1:
            break
    return best, found


def agreement(ours: Any, theirs: Any, unit: float) -> str:
    """Return whether two sets are the same; a difference stops the benchmark."""
    if isinstance(theirs, str):
        return f"QuantEcon: {theirs}"
    apart = max(distance(ours, theirs), distance(theirs, ours)) / unit
    assert apart < 1e-6, apart
    return f"same within {apart:.0e}"


def measure(name: str, count: int) -> None:
    """Print one line."""
    quantecon(cournot(5))
    quantecon(cournot(5), np.zeros(2))
    payoffs = GAMES[name](count)
    minmax = np.array([payoffs[0].max(axis=0).min(), payoffs[1].max(axis=1).min()])
    ours, limit = timed(lambda: equilibrium_payoffs(payoffs, DELTA))
    plain, first = timed(lambda: quantecon(payoffs))
    helped, second = timed(lambda: quantecon(payoffs, minmax))
    unit = float(np.ptp(payoffs))
    same = {agreement(limit.vertices, theirs, unit) for theirs in (first, second)}
    print(
        f"{name:>8}{count:>5}{len(limit.vertices):>9}{limit.rounds:>7}{ours:>10.4f}"
        f"{plain:>10.4f}{plain / ours:>7.1f}{helped:>10.4f}{helped / ours:>7.1f}  {', '.join(sorted(same))}",
        flush=True,
    )


def main(sizes: list[int]) -> None:
    """Print a table; a set that differs stops it."""
    heads = (("game", 8), ("n", 5), ("vertices", 9), ("rounds", 7), ("ours s", 10), ("QE s", 10), ("ratio", 7))
    print("".join(f"{head:>{width}}" for head, width in (*heads, ("QE u s", 10), ("ratio", 7))), flush=True)
    for name in GAMES:
        for count in sizes:
            done = subprocess.run(
                [sys.executable, __file__, "--one", name, str(count)], check=False, stdout=subprocess.PIPE, text=True
            )
            print(done.stdout, end="", flush=True)
            if not done.stdout:
                raise SystemExit(f"{name} {count} was not measured")


GAMES: dict[str, Callable[[int], Payoffs]] = {"cournot": cournot, "random": random}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(sys.argv[2], int(sys.argv[3]))
    else:
        main([int(n) for n in sys.argv[1:]] or [10, 20, 40, 80, 160, 320])
