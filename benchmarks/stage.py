"""All equilibria of n x n games, n = 3 … 9: ours against nashpy, QuantEcon, lrsnash and Gambit.

    python benchmarks/stage.py [--games 5] [--largest 9] [--seconds 60]

The same games, payoffs drawn evenly from whole numbers below a million, so that nearly all are nondegenerate. Every
method runs in a process of its own, which is stopped after so many seconds for a size. ``found`` are the equilibria
that are ours too (ours are exact and complete), ``lost`` those of ours that a method does not list in the games that it
finished, ``wrong`` what it lists beside them. Peers join in where they are installed: ``pip install QuantEcon
pygambit``, ``apt-get install lrslib`` (its time holds the start of a process, some 5 ms).
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from games.normal_form import NormalFormGame
from solver.stage.equilibria import equilibria

SMALLEST = 3
WITHIN = 1e-6
REPEATS, ENOUGH = 10, 0.5
"""A game is solved so many times, or for so many seconds, and the shortest time counts: for everybody alike."""
Matrix = list[list[int]]
Answer = list[tuple[float, ...]]
"""Equilibria, the probabilities of both players in one row."""
Method = Callable[[Matrix, Matrix], Answer]
COLUMNS = "{:>7}  {:32} {:>12} {:>11} {:>7} {:>6} {:>6}  {}"


@dataclass
class Timed:
    """What a method told before it was stopped."""

    answers: list[Answer] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def game(size: int, seed: int) -> tuple[Matrix, Matrix]:
    """Return the payoffs of a random game by [row][column]."""
    draw = random.Random(1000 * size + seed)
    a, b = ([[draw.randrange(10**6) for _ in range(size)] for _ in range(size)] for _ in range(2))
    return a, b


def ours(a: Matrix, b: Matrix) -> Answer:
    names = tuple(map(str, range(len(a))))
    payoffs = {(i, j): (Fraction(a[int(i)][int(j)]), Fraction(b[int(i)][int(j)])) for i in names for j in names}
    told = equilibria(NormalFormGame(("row", "column"), (names, names), payoffs))
    assert told.complete
    return [tuple(float(p) for own in e.strategies.values() for p in own.values()) for e in told.equilibria]


def nashpy(method: str, a: Matrix, b: Matrix) -> Answer:
    import nashpy

    # Shifted to at least 1, as its vertex enumeration needs.
    found = getattr(nashpy.Game(np.array(a) + 1.0, np.array(b) + 1.0), method)()
    return [(*map(float, x), *map(float, y)) for x, y in found]


def quantecon(method: str, a: Matrix, b: Matrix) -> Answer:
    import quantecon.game_theory as gt

    rows, columns = np.array(a, dtype=float), np.array(b, dtype=float)
    players = gt.Player(rows), gt.Player(np.ascontiguousarray(columns.T))
    return [(*map(float, x), *map(float, y)) for x, y in getattr(gt, method)(gt.NormalFormGame(players))]


def lrsnash(a: Matrix, b: Matrix) -> Answer:
    size = len(a)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game"
        blocks = ["\n".join(" ".join(map(str, row)) for row in matrix) for matrix in (a, b)]
        path.write_text(f"{size} {size}\n\n" + "\n\n".join(blocks) + "\n")
        told = subprocess.run(["lrsnash", str(path)], capture_output=True, text=True, check=True).stdout
    return list(_listed(told, size))


def _listed(told: str, size: int) -> Iterator[tuple[float, ...]]:
    """Yield its pairs: strategies of player 2, then one of player 1 that fits them all; the last number is a payoff."""
    replies: list[list[float]] = []
    before = ""
    for line in told.splitlines():
        player, *numbers = line.split() or [""]
        if player in ("1", "2"):
            own = [float(Fraction(number)) for number in numbers[:size]]
            if player == "1":
                yield from ((*own, *reply) for reply in replies)
            else:
                replies = [*(replies if before == "2" else []), own]
        before = player or before


def gambit(a: Matrix, b: Matrix) -> Answer:
    import pygambit

    # Objects up to version 16, names alone from 17 on.
    named = hasattr(pygambit, "StrategicGame")
    theirs = (pygambit.StrategicGame if named else pygambit.Game).from_arrays(np.array(a), np.array(b))
    found = pygambit.nash.enummixed_solve(theirs, rational=True).equilibria
    if named:
        return [tuple(float(e[p][s]) for p in theirs.players for s in theirs.get_strategies(p)) for e in found]
    return [tuple(float(e[s]) for p in theirs.players for s in p.strategies) for e in found]


def methods() -> dict[str, Method]:
    """Return what is installed here, ours first."""
    out: dict[str, Method] = {"accord": ours}
    for name in ("support_enumeration", "vertex_enumeration", "lemke_howson_enumeration"):
        out[f"nashpy {name}"] = partial(nashpy, name)
    if importlib.util.find_spec("quantecon"):
        for name in ("support_enumeration", "vertex_enumeration"):
            out[f"QuantEcon {name}"] = partial(quantecon, name)
    if shutil.which("lrsnash"):
        out["lrsnash"] = lrsnash
    if importlib.util.find_spec("pygambit"):
        out["Gambit enummixed"] = gambit
    return out


def timed(solve: Method, games: list[tuple[Matrix, Matrix]], seconds: float) -> Timed:
    """Return the answers and the seconds of the games that a method solves in the time that it has for all of them."""
    here, there = Pipe(duplex=False)
    child = Process(target=_run, args=(solve, games, there), daemon=True)
    child.start()
    there.close()
    out = Timed()
    try:
        # Imports and compilation are no part of the time.
        end = time.monotonic() + seconds if here.poll(120) and here.recv() == "ready" else 0.0
        while len(out.answers) < len(games) and here.poll(max(end - time.monotonic(), 0.0)):
            answer, took = here.recv()
            out.answers.append(answer)
            out.seconds.append(took)
    except EOFError:
        pass
    # nashpy's Lemke-Howson may go round in circles for ever.
    child.kill()
    child.join()
    return out


def _run(solve: Method, games: list[tuple[Matrix, Matrix]], answer: Connection) -> None:
    warnings.simplefilter("ignore")
    solve(*game(SMALLEST, 0))
    answer.send("ready")
    for one in games:
        best, spent, found = float("inf"), 0.0, []
        for _ in range(REPEATS):
            start = time.perf_counter()
            found = solve(*one)
            took = time.perf_counter() - start
            best, spent = min(best, took), spent + took
            if spent > ENOUGH:
                break
        answer.send((found, best))


def compared(expected: list[Answer], told: list[Answer]) -> tuple[int, int, int]:
    """Return how many equilibria were found, lost and wrong, each counted once."""
    found = lost = wrong = 0
    for mine, theirs in zip(expected, told, strict=False):
        right = [any(_near(one, other) for other in theirs) for one in mine]
        found, lost = found + sum(right), lost + len(right) - sum(right)
        wrong += len({tuple(round(p, 5) for p in one) for one in theirs if not any(_near(one, e) for e in mine)})
    return found, lost, wrong


def _near(one: Any, other: Any) -> bool:
    return len(one) == len(other) and all(abs(p - q) < WITHIN for p, q in zip(one, other, strict=True))


def main(games: int, largest: int, seconds: float) -> None:
    print(COLUMNS.format("size", "method", "ms a game", "times ours", "found", "lost", "wrong", ""))
    for size in range(SMALLEST, largest + 1):
        drawn = [game(size, seed) for seed in range(games)]
        expected: Timed | None = None
        for name, solve in methods().items():
            told = timed(solve, drawn, seconds)
            if expected is None:
                expected = told
                assert len(told.answers) == games, "ours did not end in time"
            done = len(told.answers)
            note = "" if done == games else f"{done} of {games} games in {seconds:g} s"
            if not done:
                print(COLUMNS.format(f"{size} x {size}", name, "", "", "", "", "", note), flush=True)
                continue
            mean, mine = sum(told.seconds) / done, sum(expected.seconds[:done]) / done
            counts = compared(expected.answers, told.answers)
            row = (f"{size} x {size}", name, f"{mean * 1e3:.2f}", f"{mean / mine:.1f}", *counts, note)
            print(COLUMNS.format(*row), flush=True)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    options.add_argument("--games", type=int, default=5, help="games of each size (5)")
    options.add_argument("--largest", type=int, default=9, help="number of actions up to which sizes go (9)")
    options.add_argument("--seconds", type=float, default=60.0, help="seconds that a method has for a size (60)")
    main(**vars(options.parse_args()))
