"""lrsnash (Debian package lrslib): the same extreme equilibria, neither fewer nor more."""

from __future__ import annotations

import shutil
import subprocess
from fractions import Fraction as F
from pathlib import Path

import pytest
from small_games import tables

from games.normal_form import NormalFormGame
from peers.drawn import hard_games, one_state_games, two_player_games
from solver.stage.bimatrix import extreme_equilibria

GAMES = {name: game for name, game in one_state_games().items() if len(game.players) == 2}
pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(shutil.which("lrsnash") is None, reason="lrsnash is not installed (apt-get install lrslib)"),
]


def asked(game: NormalFormGame, file: Path) -> list[tuple[tuple[F, ...], ...]]:
    """Its list: strategies of player 2, then one of player 1 that fits them all; the last number is a payoff."""
    rows, columns = map(len, game.actions)
    blocks = ["\n".join(" ".join(map(str, row)) for row in matrix) for matrix in tables(game)]
    file.write_text(f"{rows} {columns}\n\n" + "\n\n".join(blocks) + "\n")
    told = subprocess.run(["lrsnash", str(file)], capture_output=True, text=True, check=True, timeout=120).stdout
    found, replies, before = [], [], ""
    for line in told.splitlines():
        player, *numbers = line.split() or [""]
        if player == "2":
            replies = [*(replies if before == "2" else []), tuple(map(F, numbers[:columns]))]
        elif player == "1":
            found += [(tuple(map(F, numbers[:rows])), y) for y in replies]
        before = player or before
    assert f"Number of equilibria found: {len(found)}\n" in told
    return found


def agrees(game: NormalFormGame, file: Path) -> bool:
    ours, theirs = extreme_equilibria(game), asked(game, file)
    assert ours is not None and len(set(theirs)) == len(theirs)
    return set(ours.pairs) == set(theirs)


@pytest.mark.parametrize("block", range(20))
def test_lrsnash_lists_the_same_extreme_equilibria_of_1000_games(block: int, tmp_path: Path) -> None:
    assert all(agrees(game, tmp_path / "game") for game in two_player_games(50, 100 + block))


@pytest.mark.parametrize("name", GAMES)
def test_lrsnash_lists_the_same_extreme_equilibria_of_games_that_ship(name: str, tmp_path: Path) -> None:
    assert agrees(GAMES[name], tmp_path / "game")


@pytest.mark.parametrize("seed", range(3))
def test_lrsnash_lists_the_same_extreme_equilibria_of_larger_games(seed: int, tmp_path: Path) -> None:
    assert all(agrees(game, tmp_path / "game") for game in two_player_games(10, 200 + seed, most=8))


@pytest.mark.parametrize("block", range(8))
def test_lrsnash_lists_the_same_extreme_equilibria_of_400_games_that_are_hard_for_floats(
    block: int, tmp_path: Path
) -> None:
    assert all(agrees(game, tmp_path / "game") for game in hard_games(50, block))
