"""Gambit (pygambit 16.7 and 17.0): the same extreme equilibria, none of its others missed, the same files."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from fractions import Fraction as F
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.three_players import regret
from strategies import game_files

from cli import main
from games.files.gambit import read_nfg, write_nfg
from games.normal_form import NormalFormGame
from peers.drawn import game_of, near, one_state_games, plain, two_player_games
from peers.gambit import actions, payoffs, players, probabilities, strategic
from solver.stage.bimatrix import extreme_equilibria
from solver.stage.equilibria import equilibria
from solver.stage.verify import judged

pytestmark = pytest.mark.peer
GAMES = one_state_games()


@pytest.fixture(scope="module")
def gambit() -> Any:
    return pytest.importorskip("pygambit")


def read(gambit: Any, source: Any) -> Any:
    try:
        return gambit.read_nfg(source)
    except ValueError as problem:
        if "must be unique" in str(problem):
            pytest.xfail("Gambit 16.7 gives strategies the names 1, 2, … first, and the game's own clash with them")
        raise


def given_to(gambit: Any, text: str) -> Any:
    return read(gambit, io.BytesIO(text.encode()))


def asked(gambit: Any, game: NormalFormGame, method: str, number: Any = float, **options: Any) -> list[Any]:
    """The equilibria by one of Gambit's methods, as tuples of probabilities."""
    theirs = given_to(gambit, write_nfg(renamed(game, "x{}".format), "asked"))
    found = getattr(gambit.nash, method)(theirs, **options).equilibria
    return [probabilities(theirs, e, number) for e in found]


def renamed(game: NormalFormGame, name: Callable[[int], str]) -> NormalFormGame:
    """A game whose players and actions are called by name(0), name(1), …"""
    players, *actions = (tuple(map(name, range(len(own)))) for own in (game.players, *game.actions))
    payoffs = dict(zip(product(*actions), (game.payoffs[p] for p in game.profiles()), strict=True))
    return NormalFormGame(players, tuple(actions), payoffs)


def agrees(gambit: Any, game: NormalFormGame) -> bool:
    ours, theirs = extreme_equilibria(game), asked(gambit, game, "enummixed_solve", F, rational=True)
    assert ours is not None
    assert all(judged(game, pair).regret == 0 for pair in ours.pairs)
    return set(ours.pairs) == set(theirs)


@pytest.mark.parametrize("block", range(20))
def test_enummixed_lists_the_same_extreme_equilibria_of_1000_games(gambit: Any, block: int) -> None:
    assert all(agrees(gambit, game) for game in two_player_games(50, block))


@pytest.mark.parametrize("name", [name for name, game in GAMES.items() if len(game.players) == 2])
def test_enummixed_lists_the_same_extreme_equilibria_of_games_that_ship(gambit: Any, name: str) -> None:
    assert agrees(gambit, GAMES[name])


@pytest.mark.parametrize(("sizes", "count"), [((2, 2, 2), 12), ((3, 2, 2), 6), ((3, 3, 2), 2), ((2, 2, 2, 2), 2)])
def test_no_equilibrium_of_several_players_that_enumpoly_finds_is_missed(
    gambit: Any, sizes: tuple[int, ...], count: int
) -> None:
    for seed in range(count):
        game = game_of(sizes, seed)
        ours = plain(equilibria(game).equilibria)
        assert all(near(one, ours) for one in asked(gambit, game, "enumpoly_solve"))
        assert all(regret(game, one) < 1e-9 * 10**6 for one in ours)


@pytest.mark.parametrize("name", GAMES)
@pytest.mark.parametrize("form", ["nfg", "nfg-outcomes"])
def test_gambit_reads_what_accord_converts(gambit: Any, name: str, form: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["convert", name, "--to", form, "-o", str(tmp_path / "game.nfg")])
    assert done.exit_code == 0, done.output
    theirs, game = read(gambit, tmp_path / "game.nfg"), GAMES[name]
    assert (players(theirs), actions(theirs), payoffs(theirs)) == (game.players, game.actions, game.payoffs)


# What Gambit 16.7 takes as a name: printable ASCII, no space at an end and none twice. A number may clash (see
# ``read``), and it reads a backslash before another, before a quote or at the end as something else.
LETTERS = st.characters(min_codepoint=33, max_codepoint=126)
ENDINGS = st.text(LETTERS, max_size=4).filter(lambda text: not re.search(r'\\(?=[\\"]|$)', text))


@given(game_files(states=1), ENDINGS, st.sampled_from(["payoffs", "outcomes"]))
@settings(max_examples=300, deadline=None)
def test_gambit_reads_names_and_numbers_of_every_kind_exactly(gambit: Any, file: Any, ending: str, form: Any) -> None:
    stage = renamed(file.game.stages[0], lambda k: f"a {k}{ending}")
    theirs = given_to(gambit, write_nfg(stage, "t", form))
    assert payoffs(theirs) == stage.payoffs
    assert read_nfg(theirs.to_nfg(), "theirs.nfg") == ("t", stage)


def test_accord_reads_a_game_that_gambit_made(gambit: Any) -> None:
    made = strategic(gambit).from_dict({"row": [[3, 0], [5, 1]], "column": [[3, 5], [0, 1]]}, title="dilemma")
    title, game = read_nfg(made.to_nfg(), "made.nfg")
    assert title == "dilemma" and game.players == ("row", "column")
    assert [game.payoffs[p] for p in game.profiles()] == [(3, 3), (0, 5), (5, 0), (1, 1)]
