"""All equilibria of n x n games, n = 3 … 9: ours against nashpy's three methods, side by side in one run.

    python benchmarks/stage.py [GAMES]        GAMES per size (default 5); each method has 60 seconds for a size

The same games, payoffs drawn evenly from whole numbers below a million. "found" counts equilibria over all games of a
size; ours are exact and complete. ``lrsnash`` (Debian's lrslib) and pygambit join in where they are installed.
"""

from __future__ import annotations

import importlib.util
import random
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from fractions import Fraction
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import nashpy
import numpy as np

from games.normal_form import NormalFormGame
from solver.stage.equilibria import equilibria

SIZES = range(3, 10)
SECONDS = 60.0
Matrices = tuple[list[list[int]], list[list[int]]]


def game(size: int, seed: int) -> Matrices:
    """Return the payoffs of a random game by [row][column]."""
    draw = random.Random(1000 * size + seed)
    a, b = ([[draw.randrange(10**6) for _ in range(size)] for _ in range(size)] for _ in range(2))
    return a, b


def ours(a: list[list[int]], b: list[list[int]]) -> int:
    names = tuple(map(str, range(len(a))))
    payoffs = {(i, j): (Fraction(a[int(i)][int(j)]), Fraction(b[int(i)][int(j)])) for i in names for j in names}
    return len(equilibria(NormalFormGame(("row", "column"), (names, names), payoffs)).equilibria)


def by_nashpy(method: str) -> Callable[..., int]:
    def solve(a: list[list[int]], b: list[list[int]]) -> int:
        # Shifted to at least 1, as its vertex enumeration needs.
        found = getattr(nashpy.Game(np.array(a) + 1.0, np.array(b) + 1.0), method)()
        return len({(tuple(np.round(x, 6)), tuple(np.round(y, 6))) for x, y in found})

    return solve


def lrsnash(a: list[list[int]], b: list[list[int]]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game"
        rows = "\n".join(" ".join(map(str, row)) for matrix in (a, b) for row in [*matrix, []])
        path.write_text(f"{len(a)} {len(a)}\n\n{rows}")
        out = subprocess.run(["lrsnash", str(path)], capture_output=True, text=True, check=True).stdout
    return int(out.split("Number of equilibria found:")[1].split()[0])


def gambit(a: list[list[int]], b: list[list[int]]) -> int:
    import pygambit

    return len(pygambit.nash.enummixed_solve(pygambit.Game.from_arrays(np.array(a), np.array(b))).equilibria)


def timed(solve: Callable[..., int], games: list[Matrices]) -> tuple[float, int] | None:
    """Return the seconds a game and the equilibria found; None if the time is over."""
    here, there = Pipe()
    child = Process(target=_run, args=(solve, games, there), daemon=True)
    child.start()
    found = here.recv() if here.poll(SECONDS) else None
    # nashpy's Lemke-Howson may go round in circles for ever.
    child.kill()
    return found


def _run(solve: Callable[..., int], games: list[Matrices], answer: Connection) -> None:
    solve(*game(3, 0))
    start = time.perf_counter()
    count = sum(solve(*one) for one in games)
    answer.send(((time.perf_counter() - start) / len(games), count))


def main(games: int) -> None:
    warnings.simplefilter("ignore")
    methods = {m: by_nashpy(m) for m in ("support_enumeration", "vertex_enumeration", "lemke_howson_enumeration")}
    if shutil.which("lrsnash"):
        methods["lrsnash"] = lrsnash
    if importlib.util.find_spec("pygambit"):
        methods["gambit enummixed"] = gambit
    for size in SIZES:
        drawn = [game(size, seed) for seed in range(games)]
        mine = timed(ours, drawn)
        assert mine is not None
        print(f"{size} x {size}  ours {mine[0] * 1e3:9.2f} ms a game, {mine[1]} found")
        for name, solve in methods.items():
            found = timed(solve, drawn)
            told = "over a minute" if found is None else f"{found[0] / mine[0]:8.1f} times ours, {found[1]} found"
            print(f"       {name:26} {told}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
