"""Payoffs that two players reach in equilibrium: published sets, symmetries, and proofs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from small_games import shipped

from games.errors import ScenarioError
from games.normal_form import NormalFormGame
from games.stochastic import StochasticGame
from solver.repeated import one_state
from solver.repeated.payoff_sets import equilibrium_payoffs, payoff_sets
from solver.repeated.polygons import distance, hull
from solver.results.repeated import PayoffSets
from tests.examples import examples

Matrix = Sequence[Sequence[Any]]
DILEMMA = [[9, 1], [10, 3]], [[9, 10], [1, 3]]
PENNIES = [[1, -1], [-1, 1]], [[-1, 1], [1, -1]]
SANNIKOV = [[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]]


def stage(one: Matrix, two: Matrix) -> NormalFormGame:
    rows, columns = tuple(f"r{k}" for k in range(len(one))), tuple(f"c{k}" for k in range(len(one[0])))
    payoffs = {(a, b): (F(one[i][j]), F(two[i][j])) for i, a in enumerate(rows) for j, b in enumerate(columns)}
    return NormalFormGame(("row", "column"), (rows, columns), payoffs)


def repeated(one: Matrix, two: Matrix) -> StochasticGame:
    game = stage(one, two)
    return StochasticGame(("s",), (game,), ({profile: {0: F(1)} for profile in game.profiles()},))


def two_states() -> StochasticGame:
    """Return the two-state dilemma of Abreu, Brooks & Sannikov (2020), as written out in dyngame."""
    poor = stage([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
    rich = stage([[4, 1], [5, 2]], [[4, 5], [1, 2]])
    same, mixed = (("r0", "c0"), ("r1", "c1")), {0: F(1, 2), 1: F(1, 2)}
    after_poor = {p: {0: F(1, 3), 1: F(2, 3)} if p in same else mixed for p in poor.profiles()}
    after_rich = {p: {0: F(2, 3), 1: F(1, 3)} if p in same else mixed for p in rich.profiles()}
    return StochasticGame(("poor", "rich"), (poor, rich), (after_poor, after_rich))


def solved(game: StochasticGame, delta: F) -> PayoffSets:
    return payoff_sets(game, (delta, delta))


def vertices(game: StochasticGame, delta: F) -> tuple[tuple[Any, ...], ...]:
    found = solved(game, delta)
    assert found.proof == "exact" and found.error == 0 and found.converged
    return found.states[0].vertices


GAMES = st.integers(2, 3).flatmap(
    lambda m: st.integers(2, 3).flatmap(
        lambda n: st.tuples(
            *[st.lists(st.lists(st.integers(-4, 6), min_size=n, max_size=n), min_size=m, max_size=m)] * 2
        )
    )
)
DELTAS = st.sampled_from([F(1, 10), F(3, 10), F(1, 2), F(7, 10), F(9, 10)])


# --- published sets


def test_abreu_and_sannikov_2014_example() -> None:
    # The vertices are those of QuantEcon's test_repeated_game.py.
    found = solved(repeated(*SANNIKOV), F(3, 10))
    expected = [
        (7.33770472, 10.9826253), (1.12568240, 2.8), (7.33770472, 0),
        (7.86308964, 0), (19.7917977, 2.8), (15.5630896, 9.1),
    ]  # fmt: skip
    assert distance(found.states[0].vertices, hull(expected)) < 1e-7
    assert distance(hull(expected), found.states[0].vertices) < 1e-7
    assert len(found.states[0].vertices) == 6
    # Its coordinates are irrational: a rational set a little smaller is proven to generate itself.
    assert found.proof == "within 1e-9" and 0 < found.error < 1e-9


@pytest.mark.parametrize("delta", [F(1, 4), F(1, 4) + F(1, 10**6), F(1, 2), F(99, 100)])
def test_a_dilemma_from_one_quarter_on(delta: F) -> None:
    assert vertices(repeated(*DILEMMA), delta) == ((3, 3), (F(39, 4), 3), (9, 9), (3, F(39, 4)))


@pytest.mark.parametrize("delta", [F(1, 7), F(1, 5), F(247, 1000)])
def test_a_dilemma_from_one_seventh_on_is_a_segment(delta: F) -> None:
    assert vertices(repeated(*DILEMMA), delta) == ((3, 3), (9, 9))


def test_a_dilemma_just_below_one_quarter_is_an_area_with_irrational_corners() -> None:
    # The corners (z, 3) and (3, z) keep each other up: z = 9.58901643 at .248 (also QuantEcon); gone at .247.
    found = solved(repeated(*DILEMMA), F(31, 125))
    assert found.proof == "within 1e-9"
    assert [(round(float(x), 8), round(float(y), 8)) for x, y in found.states[0].vertices] == [
        (3, 3), (9.58901643, 3), (9, 9), (3, 9.58901643)
    ]  # fmt: skip


@pytest.mark.parametrize("delta", [F(0), F(1, 10), F(1, 7) - F(1, 10**6)])
def test_a_dilemma_below_one_seventh_is_a_point(delta: F) -> None:
    assert vertices(repeated(*DILEMMA), delta) == ((3, 3),)


def test_the_two_state_dilemma() -> None:
    found = solved(two_states(), F(7, 10))
    assert found.proof == "exact"
    assert found.states[0].vertices == (
        (F(28, 37), F(28, 37)), (F(16553, 4810), F(28, 37)), (F(211, 65), F(8, 5)),
        (F(102, 37), F(102, 37)), (F(8, 5), F(211, 65)), (F(28, 37), F(16553, 4810)),
    )  # fmt: skip
    assert max(x + y for x, y in found.states[1].vertices) == F(240, 37)


@pytest.mark.parametrize("delta", [F(0), F(1, 2), F(99, 100)])
def test_matching_pennies_has_no_pure_equilibrium(delta: F) -> None:
    assert vertices(repeated(*PENNIES), delta) == ()


def test_without_a_future_what_is_left_are_the_pure_nash_equilibria() -> None:
    chicken = [[6, 2], [7, 0]], [[6, 7], [2, 0]]
    assert vertices(repeated(*chicken), F(0)) == ((2, 7), (7, 2))


def test_a_state_without_equilibrium_leaves_none_where_it_may_be_reached() -> None:
    pennies, dilemma, calm = stage(*PENNIES), stage(*DILEMMA), stage([[1]], [[1]])
    # Only a deviation (r1, c0) leads from the dilemma to matching pennies: that subgame has no equilibrium.
    to_pennies = {p: {0: F(1)} if p == ("r1", "c0") else {1: F(1)} for p in dilemma.profiles()}
    game = StochasticGame(
        ("pennies", "dilemma", "calm"), (pennies, dilemma, calm),
        ({p: {0: F(1)} for p in pennies.profiles()}, to_pennies, {("r0", "c0"): {2: F(1)}}),
    )  # fmt: skip
    found = solved(game, F(1, 2))
    assert [s.vertices for s in found.states] == [(), (), ((1, 1),)]


# --- properties


@examples(GAMES, DELTAS, few=8, many=25)
def test_the_set_generates_itself_by_linear_programming(matrices: tuple[Matrix, Matrix], delta: F) -> None:
    found = solved(repeated(*matrices), delta)
    points = np.array(found.states[0].vertices, dtype=float)
    if not len(points) or found.proof.startswith("none"):
        return
    for angle in np.linspace(0, 2 * np.pi, 12, endpoint=False):
        normal = np.array([np.cos(angle), np.sin(angle)])
        assert _generated_support(matrices, [float(delta)] * 2, points, normal) == pytest.approx(
            float((points @ normal).max()), abs=1e-7
        )


def _generated_support(matrices: tuple[Matrix, Matrix], deltas: Sequence[float], points: Any, normal: Any) -> float:
    """Return max normal . v over B(co points): one linear programme for every profile, weights on the points."""
    one, two = (np.array(m, dtype=float) for m in matrices)
    delta = np.array(deltas)
    low, best = points.min(axis=0), float("-inf")
    for i, j in np.ndindex(one.shape):
        now = (1 - delta) * np.array([one[i, j], two[i, j]])
        least = (1 - delta) * np.array([one[:, j].max(), two[i].max()]) + delta * low
        answer = linprog(
            -(points * delta) @ normal, A_ub=-(points * delta).T, b_ub=now - least + 1e-9,
            A_eq=np.ones((1, len(points))), b_eq=[1],
        )  # fmt: skip
        if answer.status == 0:
            best = max(best, float(now @ normal - answer.fun))
    return best


@settings(max_examples=25, deadline=None)
@given(GAMES, DELTAS, st.sampled_from([F(1), F(2), F(5), F(10**6), F(1, 10**6)]), st.integers(-7, 7))
def test_positive_affine_payoffs_move_the_set_and_change_nothing_else(
    matrices: tuple[Matrix, Matrix], delta: F, times: F, plus: int
) -> None:
    one, two = matrices
    before = solved(repeated(one, two), delta)
    after = solved(repeated([[times * x + plus for x in row] for row in one], two), delta)
    assert before.proof.split()[0] == after.proof.split()[0]
    back = hull([((x - plus) / times, y) for x, y in ((F(x), F(y)) for x, y in after.states[0].vertices)])
    told = before.states[0].vertices
    assert distance(back, told) < 1e-8 > distance(told, back)
    if before.proof == "exact":
        assert back == hull(told)


@pytest.mark.parametrize(
    ("name", "delta"),
    [("cournot-abreu-sannikov", F(3, 10)), pytest.param("mutual-gift", F(1, 2), marks=pytest.mark.slow)],
)
def test_one_player_paid_in_millions_is_no_harder(name: str, delta: F) -> None:
    game = shipped(name)
    (one,) = game.stages
    found = payoff_sets(game, (delta, delta))
    told = np.array(found.states[0].vertices, dtype=float)
    for times in (F(10**6), F(1, 10**6)):
        dear = replace(one, payoffs={p: (times * x, y) for p, (x, y) in one.payoffs.items()})
        scaled = payoff_sets(replace(game, stages=(dear,)), (delta, delta))
        assert found.proof.split()[0] == scaled.proof.split()[0] != "none:"
        back = np.array(scaled.states[0].vertices, dtype=float)
        assert back / [float(times), 1.0] == pytest.approx(told, rel=1e-9, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(GAMES, DELTAS)
def test_swapping_the_players_and_reordering_actions_mirrors_the_set(matrices: tuple[Matrix, Matrix], delta: F) -> None:
    one, two = matrices
    before = solved(repeated(one, two), delta)
    columns = range(len(one[0]))
    swapped = solved(
        repeated([[r[j] for r in two[::-1]] for j in columns], [[r[j] for r in one[::-1]] for j in columns]), delta
    )
    mirror = hull([(y, x) for x, y in before.states[0].vertices])
    assert distance(mirror, swapped.states[0].vertices) < 1e-8 > distance(swapped.states[0].vertices, mirror)


@settings(max_examples=25, deadline=None)
@given(GAMES)
def test_patience_only_adds_payoffs_in_a_repeated_game(matrices: tuple[Matrix, Matrix]) -> None:
    # Abreu, Pearce & Stacchetti 1990, on monotonicity in patience, with public randomisation.
    sets = [solved(repeated(*matrices), d).states[0].vertices for d in (F(1, 5), F(1, 2), F(4, 5))]
    assert all(distance(small, large) < 1e-8 for small, large in pairwise(sets))


@examples(GAMES, DELTAS, few=8, many=25)
def test_a_second_state_just_like_the_first_changes_nothing(matrices: tuple[Matrix, Matrix], delta: F) -> None:
    game = stage(*matrices)
    after = {p: {0: F(1, 3), 1: F(2, 3)} for p in game.profiles()}
    alone, twice = (
        solved(repeated(*matrices), delta),
        solved(StochasticGame(("a", "b"), (game, game), (after, after)), delta),
    )
    for state in twice.states:
        assert distance(state.vertices, alone.states[0].vertices) < 1e-7
        assert distance(alone.states[0].vertices, state.vertices) < 1e-7


@examples(GAMES, few=5, many=10)
def test_where_patience_differs_the_set_generates_itself_by_linear_programming(matrices: tuple[Matrix, Matrix]) -> None:
    found = payoff_sets(repeated(*matrices), (F(3, 10), F(1, 2)))
    points = np.array(found.states[0].vertices, dtype=float)
    if not len(points) or found.proof.startswith("none"):
        return
    for angle in np.linspace(0, 2 * np.pi, 12, endpoint=False):
        normal = np.array([np.cos(angle), np.sin(angle)])
        generated, told = _generated_support(matrices, [0.3, 0.5], points, normal), float((points @ normal).max())
        # All of it is generated. What the programme's own slack adds may be more where a boundary stands upright.
        assert told - 1e-7 <= generated <= told + float(found.error) + 1e-3


@settings(max_examples=25, deadline=None)
@given(GAMES, DELTAS)
def test_few_profiles_and_all_at_once_are_the_same_operator(matrices: tuple[Matrix, Matrix], delta: F) -> None:
    payoffs = np.array(matrices, dtype=float)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(one_state, "FEW", 0)
        arrays = equilibrium_payoffs(payoffs, float(delta)).vertices
        patch.setattr(one_state, "FEW", 100)
        plain = equilibrium_payoffs(payoffs, float(delta)).vertices
    exact = solved(repeated(*matrices), delta).states[0].vertices
    assert distance(arrays, plain) < 1e-9 > distance(plain, arrays)
    assert distance(exact, arrays) < 1e-8 > distance(arrays, exact)


def test_thinning_does_not_change_the_set() -> None:
    payoffs = np.random.default_rng(3).integers(0, 50, (2, 30, 30)).astype(float)
    with pytest.MonkeyPatch.context() as patch:
        thinned = equilibrium_payoffs(payoffs, 0.4).vertices
        patch.setattr(one_state, "MANY", 10**9)
        full = equilibrium_payoffs(payoffs, 0.4).vertices
    assert distance(thinned, full) < 1e-9 > distance(full, thinned)


# --- honesty


def test_a_cut_off_iteration_says_so() -> None:
    found = payoff_sets(two_states(), (F(7, 10), F(7, 10)), max_rounds=5)
    assert not found.converged and found.proof.startswith("none: cut off after 5 rounds")
    assert found.states[0].vertices and found.error > 0


def test_a_set_that_rounding_alone_keeps_up_is_not_called_an_equilibrium_set() -> None:
    found = solved(repeated(*DILEMMA), F(1, 7) - F(1, 10**14))
    assert found.proof.startswith("none")


def test_the_array_entry_knows_no_future_too() -> None:
    payoffs = np.array(DILEMMA, dtype=float)
    assert equilibrium_payoffs(payoffs, 0.0).vertices == ((3.0, 3.0),)
    assert len(equilibrium_payoffs(payoffs, 0.3).vertices) == 4
    assert equilibrium_payoffs(np.array(PENNIES, dtype=float), 0.5).vertices == ()
    assert equilibrium_payoffs(np.zeros((2, 2, 2)), 0.5).vertices == ((0.0, 0.0),)


@pytest.mark.parametrize("delta", [F(1), F(3, 2), F(-1, 10)])
def test_a_discount_factor_outside_its_range_is_refused(delta: F) -> None:
    with pytest.raises(ScenarioError, match=r"discount.column: .* is not in \[0, 1\)"):
        payoff_sets(repeated(*DILEMMA), (F(1, 2), delta))
    with pytest.raises(ScenarioError, match="discount"):
        equilibrium_payoffs(np.array(DILEMMA, dtype=float), float(delta))


def test_other_questions_it_cannot_answer_are_refused() -> None:
    game = repeated(*DILEMMA)
    with pytest.raises(ScenarioError, match="transfers"):
        payoff_sets(game, (F(1, 2), F(1, 2)), F(-1))
    with pytest.raises(ScenarioError, match="start"):
        payoff_sets(game, (F(1, 2), F(1, 2)), start=1)
    three = NormalFormGame(("a", "b", "c"), (("x",),) * 3, {("x",) * 3: (F(0),) * 3})
    with pytest.raises(ScenarioError, match="3 players, not 2"):
        payoff_sets(StochasticGame(("s",), (three,), ({("x",) * 3: {0: F(1)}},)), (F(1, 2),) * 3)
    with pytest.raises(ScenarioError, match="shape"):
        equilibrium_payoffs(np.zeros((3, 2, 2)), 0.5)


# --- against QuantEcon


@pytest.mark.peer
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("seed", range(20))
def test_quantecon_finds_the_same_set(seed: int) -> None:
    gt = pytest.importorskip("quantecon.game_theory")
    rng = np.random.default_rng(seed)
    one, two = rng.integers(-10, 30, (2, 4, 5)).astype(float)
    ours = equilibrium_payoffs(np.stack([one, two]), 0.5).vertices
    game = gt.NormalFormGame((gt.Player(one), gt.Player(np.ascontiguousarray(two.T))))
    if len(ours) < 3:
        # Qhull can draw neither a point nor a segment, and QuantEcon reports "no equilibrium" as an error.
        with pytest.raises((ValueError, RuntimeError)):
            gt.RepeatedGame(game, 0.5).equilibrium_payoffs()
        return
    found = gt.RepeatedGame(game, 0.5).equilibrium_payoffs()
    theirs = hull([tuple(map(float, v)) for v in found.points[found.vertices]])
    assert distance(ours, theirs) < 1e-8 > distance(theirs, ours)
