"""nashpy 0.0.43: its vertex enumeration agrees; what its other methods find is ours too, or is no equilibrium.

Support enumeration drops equilibria of nondegenerate games (it tests floats with >= and ==), and Lemke-Howson goes
wrong or round in circles: so nashpy proposes, and only what is verified counts (``solver.stage.proposals``).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest
from oracles.bimatrix import extreme_equilibria as by_force
from small_games import tables

from games.normal_form import NormalFormGame
from peers.drawn import Strategies, near, same, square_games
from solver.stage.bimatrix import extreme_equilibria

pytestmark = [
    pytest.mark.peer,
    # Said of an even number of equilibria, none included: its own loss, since these games are nondegenerate.
    pytest.mark.filterwarnings("ignore:\\s*An even number of:RuntimeWarning"),
]
SECONDS = 2
"""Given to a Lemke-Howson path; one that ends takes some milliseconds."""
_PATHS = """
import json, signal, sys
import nashpy, numpy
def stop(*_): raise TimeoutError
signal.signal(signal.SIGALRM, stop)
for a, b in json.load(sys.stdin):
    game = nashpy.Game(numpy.array(a), numpy.array(b))
    for label in range(len(a) + len(a[0])):
        signal.alarm(%d)
        try:
            found = [list(map(float, s)) for s in game.lemke_howson(label)]
        except Exception as problem:
            found = type(problem).__name__
        signal.alarm(0)
        print(json.dumps(found), flush=True)
"""


def matrices(game: NormalFormGame) -> list[list[list[float]]]:
    return [[list(map(float, row)) for row in table] for table in tables(game)]


def enumerated(game: NormalFormGame, method: str) -> list[Strategies]:
    nashpy = pytest.importorskip("nashpy")
    return list(getattr(nashpy.Game(*map(np.array, matrices(game))), method)())


def ours(game: NormalFormGame) -> list[Strategies]:
    found = extreme_equilibria(game)
    assert found is not None
    return list(found.pairs)


def gain(game: NormalFormGame, found: Strategies) -> float:
    """The most that anybody gains by another action, in floats; infinite where these are no strategies."""
    (a, b), (x, y) = map(np.array, matrices(game)), map(np.array, found)
    if len(x) != len(a) or len(y) != len(a[0]) or not np.isfinite([*x, *y]).all() or min(*x, *y) < -1e-9:
        return float("inf")
    if abs(x.sum() - 1) > 1e-6 or abs(y.sum() - 1) > 1e-6:
        return float("inf")
    return float(max((a @ y).max() - x @ a @ y, (x @ b).max() - x @ b @ y))


def counted(game: NormalFormGame, found: Iterable[Strategies]) -> Counter[str]:
    """How many of nashpy's answers are among ours, and how many are no equilibria."""
    mine, tally = ours(game), Counter[str]()
    for one in found:
        wrong = gain(game, one) > 1e-6 * max(map(max, matrices(game)[0]))
        assert wrong != near(one, mine), (matrices(game), one)
        tally["wrong" if wrong else "right"] += 1
    return tally


@pytest.mark.parametrize("real", [False, True])
@pytest.mark.parametrize(("size", "count"), [(2, 60), (3, 60), (4, 30), (5, 6)])
def test_vertex_enumeration_finds_the_same_equilibria(size: int, count: int, real: bool) -> None:
    for game in square_games(size, count, real):
        assert same(ours(game), enumerated(game, "vertex_enumeration"))


@pytest.mark.parametrize("real", [False, True])
@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_what_support_enumeration_finds_is_among_ours(size: int, real: bool) -> None:
    """195 of our 302 in games of whole numbers, 297 of 308 in games of reals; none that is no equilibrium."""
    for game in square_games(size, 40, real):
        assert not counted(game, enumerated(game, "support_enumeration"))["wrong"]


def test_the_equilibria_that_support_enumeration_drops_are_equilibria() -> None:
    """By the brute-force oracle, exactly."""
    for game in square_games(3, 40):
        dropped = [one for one in ours(game) if not near(one, enumerated(game, "support_enumeration"))]
        assert {tuple(map(tuple, one)) for one in dropped} <= by_force(*tables(game))


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_lemke_howson_ends_at_one_of_ours_or_at_no_equilibrium_or_nowhere(size: int) -> None:
    """Of 800 paths 784 end at one of ours, 6 at no equilibrium (all 6 x 6 but one), and 10 go on for ever."""
    pytest.importorskip("nashpy")
    games = list(square_games(size, 20))
    child = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _PATHS % SECONDS], input=json.dumps([matrices(g) for g in games]),
        capture_output=True, text=True, check=True, timeout=20 * 2 * size * (SECONDS + 1),
    )  # fmt: skip
    ends = [json.loads(line) for line in child.stdout.splitlines()]
    assert len(ends) == len(games) * 2 * size
    tally = Counter[str]()
    for k, end in enumerate(ends):
        tally += Counter([end]) if isinstance(end, str) else counted(games[k // (2 * size)], [end])
    assert tally["right"] > len(ends) / 2, tally
