"""All equilibria of two-player games, against a brute-force oracle that shares no code, and published answers."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction as F
from functools import partial

import pytest
from hypothesis import given, settings
from oracles.bimatrix import extreme_equilibria as by_force
from oracles.bimatrix import maximal_subsets
from oracles.bimatrix import vertices as force_vertices
from small_games import bimatrix, stage, tables
from strategies import bimatrix_games

from games.normal_form import NormalFormGame
from solver.results.stage import StageEquilibria
from solver.stage.bimatrix import extreme_equilibria
from solver.stage.equilibria import equilibria, one_equilibrium

Mixed = tuple[F, ...]
Pairs = set[tuple[Mixed, Mixed]]


def pairs(game: NormalFormGame) -> Pairs:
    found = extreme_equilibria(game)
    assert found is not None
    assert len(set(found.pairs)) == len(found.pairs)
    return set(found.pairs)


def agrees(game: NormalFormGame) -> bool:
    return pairs(game) == by_force(*tables(game))


def whole(size: int, seed: int, spread: int) -> NormalFormGame:
    draw = random.Random(seed)
    a, b = ([[draw.randint(-spread, spread) for _ in range(size)] for _ in range(size)] for _ in range(2))
    return bimatrix(a, b)


def real(size: int, seed: int) -> NormalFormGame:
    draw = random.Random(seed)
    a, b = ([[F(draw.random()) for _ in range(size)] for _ in range(size)] for _ in range(2))
    return bimatrix(a, b)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(8))
def test_no_equilibrium_of_400_random_games_is_missed_or_invented(block: int) -> None:
    assert all(agrees(real(3, seed)) for seed in range(50 * block, 50 * block + 50))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(8))
def test_no_equilibrium_of_400_whole_number_games_is_missed_or_invented(block: int) -> None:
    assert all(agrees(whole(3, seed, 4)) for seed in range(50 * block, 50 * block + 50))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
@pytest.mark.parametrize("size", [4, 5])
def test_no_equilibrium_of_100_larger_whole_number_games_is_missed_or_invented(size: int, block: int) -> None:
    assert all(agrees(whole(size, seed, 9)) for seed in range(10 * block, 10 * block + 10))


@given(game=bimatrix_games())
@settings(max_examples=150, deadline=None)
def test_small_whole_payoffs_make_degenerate_games_and_all_extreme_equilibria_are_found(game: NormalFormGame) -> None:
    assert agrees(game)


@given(game=bimatrix_games())
@settings(max_examples=60, deadline=None)
def test_components_are_the_maximal_nash_subsets(game: NormalFormGame) -> None:
    found = extreme_equilibria(game)
    assert found is not None
    if found.degenerate:
        sets = {frozenset(found.pairs[k] for k in component) for component in found.components}
        assert sets == maximal_subsets(set(found.pairs))
    else:
        assert all(len(component) == 1 for component in maximal_subsets(set(found.pairs)))


def degenerate(seed: int) -> NormalFormGame:
    """A game of up to 5 x 5 with rows or columns twice, zero payoffs, few different payoffs, or a single action."""
    draw = random.Random(seed)
    m, n = draw.choice([(1, 5), (5, 1), (2, 5), (4, 4), (5, 3), (5, 5)])
    spread = draw.choice([0, 1, 1, 2])
    a, b = ([[draw.randint(-spread, spread) for _ in range(n)] for _ in range(m)] for _ in range(2))
    for table in (a, b):
        if draw.random() < 0.5:
            table[-1] = table[0]
        if draw.random() < 0.5:
            for row in table:
                row[-1] = row[0]
        if draw.random() < 0.2:
            table[draw.randrange(m)] = [0] * n
    return bimatrix(a, b)


def drawn(seed: int) -> NormalFormGame:
    """One game of each kind in turn."""
    kinds = (real(3, seed), whole(3, seed, 4), whole(4, seed, 9), whole(5, seed, 9), degenerate(seed))
    return kinds[seed % len(kinds)]


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_no_equilibrium_of_200_games_degenerate_on_purpose_is_missed_or_invented(block: int) -> None:
    assert all(agrees(degenerate(seed)) for seed in range(20 * block, 20 * block + 20))


Move = Callable[[Mixed, Mixed], tuple[Mixed, Mixed]]
Structure = tuple[Pairs, set[frozenset[tuple[Mixed, Mixed]]]]


def structure(game: NormalFormGame, move: Move = lambda x, y: (x, y)) -> Structure:
    """The equilibria, moved, and the components that hold more than one: without any order."""
    found = extreme_equilibria(game)
    assert found is not None
    at = [move(*pair) for pair in found.pairs]
    return set(at), {frozenset(at[k] for k in own) for own in found.components if len(own) > 1}


SCALES = [(F(1, 7), F(1, 7)), (F(10**6), F(10**6)), (F(1, 7), F(10**6)), (F(10**6), F(1))]


@pytest.mark.parametrize("block", range(10))
def test_scaling_and_shifting_payoffs_change_nothing(block: int) -> None:
    for game in map(drawn, range(20 * block, 20 * block + 20)):
        for one, two in SCALES:
            scaled = {p: (one * a + 3, two * b - F(5, 3)) for p, (a, b) in game.payoffs.items()}
            assert structure(NormalFormGame(game.players, game.actions, scaled)) == structure(game)


@pytest.mark.parametrize("block", range(10))
def test_swapping_players_swaps_strategies(block: int) -> None:
    for game in map(drawn, range(20 * block, 20 * block + 20)):
        rows, columns = game.actions
        swapped = {(c, r): (b, a) for (r, c), (a, b) in game.payoffs.items()}
        other = NormalFormGame(game.players, (columns, rows), swapped)
        assert structure(other) == structure(game, lambda x, y: (y, x))


@pytest.mark.parametrize("block", range(10))
def test_relabelling_actions_relabels_strategies(block: int) -> None:
    draw = random.Random(block)
    for game in map(drawn, range(20 * block, 20 * block + 20)):
        rows, columns = (draw.sample(range(len(own)), len(own)) for own in game.actions)
        order = tuple(tuple(own[k] for k in by) for own, by in zip(game.actions, (rows, columns), strict=True))
        other = NormalFormGame(game.players, order, game.payoffs)
        assert structure(other) == structure(game, partial(reordered, rows, columns))


def reordered(rows: list[int], columns: list[int], x: Mixed, y: Mixed) -> tuple[Mixed, Mixed]:
    return tuple(x[k] for k in rows), tuple(y[k] for k in columns)


def has_spare_best_replies(game: NormalFormGame) -> bool:
    """Whether some vertex has more pure best replies than actions played (von Stengel 2007)."""
    a, b = tables(game)
    for replies in (a, [list(column) for column in zip(*b, strict=True)]):
        for x in force_vertices(replies):
            earned = [sum(v * p for v, p in zip(own, x, strict=True)) for own in replies]
            if earned.count(max(earned)) > sum(map(bool, x)):
                return True
    return False


@pytest.mark.parametrize("games", [30, pytest.param(100, marks=pytest.mark.slow)])
def test_a_game_is_called_degenerate_iff_it_is(games: int) -> None:
    assert extreme_equilibria(bimatrix([[0, 0], [0, 1]], [[0, 0], [0, 1]])).degenerate  # type: ignore[union-attr]
    for game in map(drawn, range(games)):
        assert extreme_equilibria(game).degenerate == has_spare_best_replies(game)  # type: ignore[union-attr]


def test_giving_actions_and_players_other_names_changes_no_number() -> None:
    for game in map(drawn, range(40)):
        own = tuple(tuple(f"other {name}" for name in actions) for actions in game.actions)
        named = {tuple(f"other {name}" for name in p): payoffs for p, payoffs in game.payoffs.items()}
        assert structure(NormalFormGame(("a", "b"), own, named)) == structure(game)


@pytest.mark.parametrize(
    ("name", "count", "components"),
    [
        ("von-stengel-75", 75, 0),  # von Stengel 1997, 1999
        ("winkels", 12, 7),  # 12: Gambit's winkels.nfg; 7: oracles.bimatrix
        ("long-paths", 1, 0),  # Savani & von Stengel 2006
        ("von-stengel-3x2", 3, 0),  # von Stengel 2007, eq. (3.3)
        ("chicken", 3, 0),  # Aumann 1974
        ("battle-of-the-sexes", 3, 0),  # Osborne 2004, chapter 4
        ("matching-pennies", 1, 0),
        ("prisoners-dilemma", 1, 0),
        ("shapley", 1, 0),  # Shapley 1964: the mixed one alone
        ("rock-paper-scissors", 1, 0),
    ],
)
def test_published_numbers_of_equilibria(name: str, count: int, components: int) -> None:
    found = equilibria(stage(name))
    assert found.complete and len(found.equilibria) == count and len(found.components) == components
    assert all(e.regret == 0 and isinstance(e.regret, F) for e in found.equilibria)


def coordination(size: int) -> NormalFormGame:
    return bimatrix([[int(i == j) for j in range(size)] for i in range(size)])


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_pure_coordination_has_two_to_the_n_minus_one_equilibria(size: int) -> None:
    """Quint & Shubik 1997: every choice of rows is the support of one."""
    assert len(pairs(coordination(size))) == 2**size - 1


def test_the_mixed_equilibrium_of_battle_of_the_sexes_plays_two_thirds() -> None:
    """Osborne 2004, chapter 4: (2/3, 1/3) and (1/3, 2/3), worth 2/3 to each."""
    mixed = equilibria(stage("battle-of-the-sexes")).equilibria[-1]
    assert list(mixed.strategies["row"].values()) == [F(2, 3), F(1, 3)]
    assert list(mixed.strategies["column"].values()) == [F(1, 3), F(2, 3)]
    assert set(mixed.payoffs.values()) == {F(2, 3)}


def test_duplicate_rows_zero_payoffs_and_single_actions_are_ordinary_games() -> None:
    for a, b in (
        ([[1, 2], [1, 2], [0, 3]], [[2, 1], [2, 1], [1, 1]]),
        ([[0, 0, 0]] * 3, [[0, 0, 0]] * 3),
        ([[3, 1, 2]], [[1, 1, 0]]),
        ([[3], [1], [3]], [[0], [0], [7]]),
        ([[5]], [[-1]]),
    ):
        game = bimatrix(a, b)
        assert agrees(game)
    assert equilibria(bimatrix([[0, 0]] * 2, [[0, 0]] * 2)).degenerate is True


def large(size: int) -> StageEquilibria:
    draw = random.Random(size)
    a, b = ([[draw.randint(0, 10**6) for _ in range(size)] for _ in range(size)] for _ in range(2))
    return equilibria(bimatrix(a, b))


@pytest.mark.slow
def test_a_game_too_large_to_enumerate_has_some_equilibria_and_says_that_there_may_be_more() -> None:
    found = large(24)
    assert not found.complete and found.equilibria and found.notes
    assert all(e.regret == 0 for e in found.equilibria)


@pytest.mark.parametrize("name", ["long-paths", "winkels", "von-stengel-75", "minimum-effort"])
def test_one_equilibrium_is_one_of_all(name: str) -> None:
    found = one_equilibrium(stage(name))
    assert found is not None and found.regret == 0
