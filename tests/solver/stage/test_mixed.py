"""Games of three players: every equilibrium of an oracle that shares no code, none invented, and published counts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
from oracles.three_players import all_equilibria, regret

from games.normal_form import NormalFormGame
from solver.stage.equilibria import equilibria


def generic(sizes: tuple[int, int, int], seed: int) -> NormalFormGame:
    draw = random.Random(f"{sizes} {seed}")
    actions = tuple(tuple(f"{own}{k}" for k in range(size)) for own, size in zip("abc", sizes, strict=True))
    payoffs = {p: tuple(F(draw.randint(-(10**6), 10**6)) for _ in sizes) for p in product(*actions)}
    return NormalFormGame(("first", "second", "third"), actions, payoffs)


def flat(found: Sequence[Sequence[Sequence[float]]]) -> np.ndarray:
    return np.array(sorted([p for own in one for p in own] for one in found))


def agrees(game: NormalFormGame) -> bool:
    expected = flat(all_equilibria(game))
    told = equilibria(game)
    assert not told.complete
    ours = [[[float(p) for p in own.values()] for own in e.strategies.values()] for e in told.equilibria]
    assert all(regret(game, one) < 1e-3 for one in ours)
    found = flat(ours)
    return found.shape == expected.shape and np.abs(found - expected).max() < 1e-6


@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 2, 2), (2, 3, 2), (3, 3, 2), (4, 3, 2)])
def test_the_oracle_finds_an_odd_number_of_equilibria_without_regret(sizes: tuple[int, int, int]) -> None:
    """Wilson 1971: every generic game has an odd number."""
    for seed in range(10):
        game = generic(sizes, seed)
        found = all_equilibria(game)
        assert len(found) % 2 == 1 and all(regret(game, one) < 1e-3 for one in found)


@pytest.mark.parametrize("seed", range(3))
def test_no_equilibrium_of_a_small_game_of_three_is_missed_or_invented(seed: int) -> None:
    assert agrees(generic((2, 2, 2), seed))


@pytest.mark.slow
@pytest.mark.parametrize(("sizes", "seed"), [((2, 2, 2), k) for k in range(30)] + [((3, 2, 2), k) for k in range(10)])
def test_no_equilibrium_of_40_games_of_three_is_missed_or_invented(sizes: tuple[int, int, int], seed: int) -> None:
    assert agrees(generic(sizes, seed))


def test_all_nine_equilibria_of_mckelvey_and_mclennans_game_are_found() -> None:
    """McKelvey & McLennan 1996, the payoffs as in the documentation of QuantEcon's ``hc_solve``."""
    paid = {(0, 0, 0): (9, 8, 12), (1, 1, 0): (9, 8, 2), (0, 1, 1): (3, 4, 6), (1, 0, 1): (3, 4, 4)}
    actions = tuple((f"{own}0", f"{own}1") for own in "abc")
    chosen = zip(product(*actions), product((0, 1), repeat=3), strict=True)
    payoffs = {p: tuple(map(F, paid.get(k, (0, 0, 0)))) for p, k in chosen}
    found = equilibria(NormalFormGame(("a", "b", "c"), actions, payoffs))
    assert len(found.equilibria) == 9 and found.proof == "exact" and all(e.regret == 0 for e in found.equilibria)
