"""Correlated equilibria, minmax, dominance, evolution and games of several players: published answers and laws."""

from __future__ import annotations

from fractions import Fraction as F
from math import sqrt

import pytest
from hypothesis import given, settings
from small_games import bimatrix, stage
from strategies import bimatrix_games

from games.errors import ScenarioError
from games.normal_form import NormalFormGame
from solver.stage.correlated import correlated
from solver.stage.dominance import dominance
from solver.stage.equilibria import equilibria
from solver.stage.evolution import evolution, replicator
from solver.stage.minmax import minmax


def test_the_best_correlated_equilibrium_of_chicken_beats_every_mixed_one() -> None:
    """The game of Aumann 1974; (6,6) with x, (2,7) and (7,2) with y each: 6x + 2y >= 7x, so x = 1/2: 5 1/4 to both."""
    best = correlated(stage("chicken"))
    assert best.value == F(21, 2) and best.proof == "exact"
    assert set(best.payoffs.values()) == {F(21, 4)}
    assert all(sum(e.payoffs.values()) < best.value for e in equilibria(stage("chicken")).equilibria)


@pytest.mark.parametrize(
    ("objective", "value"), [("egalitarian", F(21, 4)), ("best:row", F(7)), ("worst:row", F(2)), ("welfare", F(21, 2))]
)
def test_objectives_over_correlated_equilibria_of_chicken(objective: str, value: F) -> None:
    """Its correlated payoffs are the hull of (7,2), (2,7), (14/3,14/3) and (21/4,21/4): own check."""
    assert correlated(stage("chicken"), objective).value == value


def obeys(game: NormalFormGame, shares: dict[tuple[str, ...], F], coarse: bool) -> bool:
    """The inequalities of the definition, one by one."""
    for i, own in enumerate(game.actions):
        for told in [None] if coarse else own:
            heard = {p: q for p, q in shares.items() if told is None or p[i] == told}
            keeps = sum(q * game.payoffs[p][i] for p, q in heard.items())
            for d in own:
                if sum(q * game.payoffs[(*p[:i], d, *p[i + 1 :])][i] for p, q in heard.items()) > keeps:
                    return False
    return sum(shares.values()) == 1


@given(game=bimatrix_games())
@settings(max_examples=40, deadline=None)
def test_correlated_equilibria_obey_every_inequality_and_coarse_ones_reach_no_less(game: NormalFormGame) -> None:
    fine, coarse = correlated(game), correlated(game, coarse=True)
    assert fine.proof == coarse.proof == "exact"
    assert obeys(game, dict(fine.distribution), False) and obeys(game, dict(coarse.distribution), True)
    assert coarse.value >= fine.value >= max(sum(e.payoffs.values()) for e in equilibria(game).equilibria)


def test_an_unknown_objective_or_player_is_refused_with_the_ones_there_are() -> None:
    for objective in ("happiness", "best:nobody", "best:"):
        with pytest.raises(ScenarioError, match="--objective"):
            correlated(stage("chicken"), objective)


def test_two_punishers_who_correlate_hold_the_third_lower() -> None:
    """Pure 1, mixed 3/4 (each mixes evenly), correlated 1/2: closed form in the file's source."""
    third = {p.kind: p for p in minmax(stage("minmax-3")).points if p.player == "third"}
    assert (third["pure"].value, third["mixed"].value, third["correlated"].value) == (1, F(3, 4), F(1, 2))
    assert third["mixed"].proof.startswith("within 0.25: ") and third["mixed"].low == F(1, 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [("matching-pennies", 0), ("rock-paper-scissors", 0), ("chicken", 2), ("dilemma-32", 25), ("shapley", F(1, 3))],
)
def test_mixed_minmax_of_two_players_is_the_value_of_the_zero_sum_game(name: str, value: F) -> None:
    points = minmax(stage(name)).points
    assert {p.value for p in points if p.kind == "mixed"} == {value}
    assert all(p.proof == "exact" for p in points)


@given(game=bimatrix_games())
@settings(max_examples=40, deadline=None)
def test_minmax_payoffs_are_ordered_and_every_equilibrium_gives_no_less(game: NormalFormGame) -> None:
    by = {(p.player, p.kind): p.value for p in minmax(game).points}
    for player in game.players:
        assert by[player, "correlated"] <= by[player, "mixed"] <= by[player, "pure"]
        assert all(e.payoffs[player] >= by[player, "mixed"] for e in equilibria(game).equilibria)


def test_iterated_strict_dominance_solves_the_dilemma_and_the_public_good() -> None:
    assert dominance(stage("prisoners-dilemma")).strict.remaining == {"row": ("defect",), "column": ("defect",)}
    assert dominance(stage("public-good-10")).strict.remaining == {"row": ("1",), "column": ("1",)}


def test_weak_dominance_solves_the_travellers_dilemma() -> None:
    """Basu 1994: (2, 2) is the only equilibrium. The highest claim left is weakly dominated by the one below it."""
    assert dominance(stage("travellers-dilemma")).weak.remaining == {"row": ("2",), "column": ("2",)}


def test_a_mixture_dominates_where_no_action_does() -> None:
    """Own numbers: half of the first and half of the last row earn 2 against 1, whatever the column."""
    game = bimatrix([[4, 0], [1, 1], [0, 4]], [[0, 0], [0, 0], [0, 0]])
    step = dominance(game).strict.steps[0]
    assert step.action == "r1" and set(step.by) == {"r0", "r2"}
    barely = bimatrix([[2, 0], [1, 1], [0, 2]], [[0, 0], [0, 0], [0, 0]])
    assert not dominance(barely).strict.steps and not dominance(barely).weak.steps


def test_a_dominating_mixture_has_few_actions_and_small_denominators() -> None:
    """By hand, claims 2 to 5 left: '2' earns 2, 4, 4, 4, '4' earns 0, 1, 4, 6 and '5' earns 0, 1, 2, 5 against them.

    So any share of '2' above 0 and below 1/2 does, and 1/3 is the simplest.
    """
    steps = dominance(stage("travellers-dilemma")).strict.steps
    assert next(s.by for s in steps if s.action == "5") == {"2": F(1, 3), "4": F(2, 3)}
    assert max(len(s.by) for s in steps) <= 3
    assert max(share.denominator for s in steps for share in map(F, s.by.values())) <= 20


@given(game=bimatrix_games())
@settings(max_examples=40, deadline=None)
def test_every_action_that_goes_is_dominated_by_what_is_told(game: NormalFormGame) -> None:
    found = dominance(game)
    for reduction in (found.strict, found.weak):
        for step in reduction.steps:
            gone = {(s.player, s.action) for s in reduction.steps if s.round < step.round}
            all_of = dict(zip(game.players, game.actions, strict=True))
            rest = {player: [a for a in own if (player, a) not in gone] for player, own in all_of.items()}
            i = game.players.index(step.player)
            gains = []
            for other in rest[game.players[1 - i]]:
                played = {a: game.payoffs[(a, other) if i == 0 else (other, a)][i] for a in rest[step.player]}
                gains.append(sum(F(share) * played[a] for a, share in step.by.items()) - played[step.action])
            assert sum(map(F, step.by.values())) == 1 and step.action not in step.by
            assert min(gains) > 0 if reduction.strict else (min(gains) >= 0 and max(gains) > 0)


@given(game=bimatrix_games())
@settings(max_examples=40, deadline=None)
def test_no_equilibrium_plays_what_strict_dominance_removed(game: NormalFormGame) -> None:
    left = dominance(game).strict.remaining
    for one in equilibria(game).equilibria:
        assert all(not share or action in left[p] for p in game.players for action, share in one.strategies[p].items())


@pytest.mark.parametrize(
    ("name", "stable"),
    [
        ("hawk-dove", [{"hawk": F(1, 2), "dove": F(1, 2)}]),
        ("rock-paper-scissors", []),
        ("prisoners-dilemma", [{"cooperate": 0, "defect": 1}]),
    ],
)  # fmt: skip
def test_evolutionarily_stable_strategies_of_the_textbooks(name: str, stable: list[dict[str, F]]) -> None:
    """Maynard Smith 1982, chapter 2: hawks with chance V/C; rock-paper-scissors has none."""
    assert [dict(s.strategy) for s in evolution(stage(name)).strategies if s.stable] == stable


@pytest.mark.parametrize(("reward", "stable"), [(F(-1, 10), True), (F(0), False), (F(1, 10), False)])
def test_rock_paper_scissors_is_stable_iff_a_tie_costs_something(reward: F, stable: bool) -> None:
    """Where z sums to 0, z'Az = reward * z'z, since the rest of A is skew: stable iff a tie costs something."""
    game = bimatrix([[reward, -1, 1], [1, reward, -1], [-1, 1, reward]])
    mixed = evolution(game).strategies[-1]
    assert set(mixed.strategy.values()) == {F(1, 3)} and mixed.stable is stable
    if mixed.invader is not None:
        x, y = (list(s.values()) for s in (mixed.strategy, mixed.invader))
        a = [[game.payoffs[r, c][0] for c in game.actions[1]] for r in game.actions[0]]
        against = [sum(a[i][j] * y[j] for j in range(3)) for i in range(3)]
        assert sum(x[i] * against[i] for i in range(3)) <= sum(y[i] * against[i] for i in range(3))


def test_a_game_that_is_not_symmetric_is_refused_and_says_where() -> None:
    with pytest.raises(ScenarioError, match="not symmetric: 'ballet' against 'ballet'"):
        evolution(stage("battle-of-the-sexes"))


def test_the_replicator_dynamic_ends_at_half_hawks() -> None:
    path = replicator(stage("hawk-dove"), (0.9, 0.1))
    assert path.at_rest and path.shares[-1][0] == pytest.approx(0.5, abs=1e-6)
    assert all(sum(row) == pytest.approx(1) for row in path.shares)


def test_each_of_three_volunteers_waits_with_the_root_of_one_half() -> None:
    """Diekmann 1985: each refuses with probability (cost/value) ** (1/(n-1)) = sqrt(1/2)."""
    found = equilibria(stage("volunteers-dilemma-3"))
    waits = [[s["wait"] for s in e.strategies.values()] for e in found.equilibria]
    assert any(all(float(w) == pytest.approx(sqrt(0.5)) for w in own) for own in waits)
    assert sum(set(own) <= {F(0), F(1)} for own in waits) == 3
    assert not found.complete and all(float(e.regret) < 1e-9 for e in found.equilibria)


def test_naus_game_has_three_pure_equilibria() -> None:
    """Nau, Gomez Canovas & Hansen 2004, section 5; in Gambit's catalogue as ijgt/nau2004/sec5."""
    assert len(equilibria(stage("nau-3"), pure_only=True).equilibria) == 3
