"""Play with payments up to a cap, as automata whose deviations another program tries one by one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import pytest
from hypothesis import strategies as st
from oracles.automata import slacks
from small_games import shipped
from strategies import stochastic_games

from games.errors import ScenarioError
from games.stochastic import StochasticGame
from solver.repeated.contract import contract
from solver.repeated.paid_plans import paid_plan
from solver.repeated.payoff_sets import payoff_sets
from tests.examples import examples


def reached(game: StochasticGame, discount: tuple[F, F], cap: F, start: int = 0, at: tuple[F, F] | None = None) -> None:
    """Check the plan of every vertex of the start state (or of one point) against the independent check."""
    found = payoff_sets(game, discount, cap)
    sets = [state.vertices for state in found.states]
    if found.proof != "exact" or not all(sets):
        return
    for aim in sets[start] if at is None else (at,):
        plan = paid_plan(game, discount, sets, cap, start, aim)
        assert plan is not None and plan.proof == "exact"
        assert tuple(plan.values.values()) == tuple(aim)
        assert plan.cap <= cap
        assert plan.slack == min(slacks(game, discount, plan), default=F(0)) >= 0


@pytest.mark.parametrize(
    "cap", ["1/10", pytest.param("1/2", marks=pytest.mark.slow), "1", pytest.param("5", marks=pytest.mark.slow), "40"]
)
@pytest.mark.parametrize(
    ("name", "delta"),
    [("two-state-dilemma", "7/10"), ("prisoners-dilemma", "1/3"), ("mutual-gift", "1/5"), ("boom-pricing", "8/13")],
)
def test_every_vertex_is_reached_within_the_cap(name: str, delta: str, cap: str) -> None:
    reached(shipped(name), (F(delta), F(delta)), F(cap))


@examples(
    stochastic_games(states=2, players=2),
    st.sampled_from([(F(1, 2), F(1, 2)), (F(4, 5), F(4, 5)), (F(3, 10), F(1, 2))]),
    st.sampled_from([F(1, 4), F(1), F(6)]),
    few=5,
    many=15,
)
def test_random_games(game: StochasticGame, discount: tuple[F, F], cap: F) -> None:
    reached(game, discount, cap)
    reached(game, discount, cap, start=len(game.states) - 1)


def test_with_much_money_any_split_of_the_contract_is_reached() -> None:
    game, delta = shipped("two-state-dilemma"), F(7, 10)
    best = contract(game, delta, plan=False).states[0]
    low, joint = best.punishment["row"], best.joint
    assert isinstance(low, F) and isinstance(joint, F)
    reached(game, (delta, delta), F(30), at=(low, joint - low))
    reached(game, (delta, delta), F(30), at=(low + F(1, 3), joint - low - F(1, 3)))


def test_a_point_beyond_the_set_is_refused() -> None:
    game = shipped("two-state-dilemma")
    sets = [state.vertices for state in payoff_sets(game, (F(7, 10),) * 2, F(1, 2)).states]
    with pytest.raises(ScenarioError, match="is not an equilibrium payoff"):
        paid_plan(game, (F(7, 10),) * 2, sets, F(1, 2), 0, (F(5), F(5)))


def test_more_money_than_could_be_divided_and_tiny_payoffs_change_nothing() -> None:
    """The dilemma of T=3, R=2, P=0, S=-1 in billionths: with money the two share 4 of them at delta 1/2."""
    stage = shipped("two-state-dilemma").stages[0]
    small = replace(stage, payoffs={p: tuple(v / 10**9 for v in own) for p, own in stage.payoffs.items()})
    game = StochasticGame(("always",), (small,), ({p: {0: F(1)} for p in small.profiles()},))
    found = payoff_sets(game, (F(1, 2), F(1, 2)), F(1))
    four = F(4, 10**9)
    assert found.proof == "exact" and found.states[0].vertices == ((0, 0), (four, 0), (0, four))
    reached(game, (F(1, 2), F(1, 2)), F(1))
