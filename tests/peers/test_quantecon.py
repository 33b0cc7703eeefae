"""QuantEcon: the same equilibria of nondegenerate games, and the end of every Lemke-Howson path is one of ours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_games import tables

from games.normal_form import NormalFormGame
from peers.drawn import near, same, square_games, two_player_games
from solver.stage.bimatrix import extreme_equilibria

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def gt() -> Any:
    return pytest.importorskip("quantecon.game_theory")


def given_to(gt: Any, game: NormalFormGame) -> Any:
    a, b = (np.array([[float(v) for v in row] for row in table]) for table in tables(game))
    return gt.NormalFormGame((gt.Player(a), gt.Player(np.ascontiguousarray(b.T))))


def ours(game: NormalFormGame) -> Any:
    found = extreme_equilibria(game)
    assert found is not None
    return found.pairs


@pytest.mark.parametrize("real", [False, True])
@pytest.mark.parametrize("method", ["vertex_enumeration", "support_enumeration"])
@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_both_enumerations_find_the_same_equilibria(gt: Any, size: int, method: str, real: bool) -> None:
    for game in square_games(size, 50, real):
        assert same(ours(game), getattr(gt, method)(given_to(gt, game)))


@pytest.mark.parametrize("block", range(10))
def test_every_lemke_howson_path_ends_at_one_of_ours_in_500_games(gt: Any, block: int) -> None:
    """Degenerate ones too: it breaks ties lexicographically, so that a path ends at a pair of vertices."""
    for game in two_player_games(50, 300 + block):
        theirs, mine = given_to(gt, game), ours(game)
        for label in range(sum(map(len, game.actions))):
            end, how = gt.lemke_howson(theirs, init_pivot=label, full_output=True)
            assert how.converged and near(end, mine)
