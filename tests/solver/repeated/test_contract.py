"""Relational contracts with unlimited payments: published answers, a brute-force oracle, and checked plans."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.automata import slacks
from oracles.contracts import contract as by_force
from small_games import again, shipped
from strategies import stochastic_games

from benchmarks.contracts import reserves
from games.errors import ScenarioError
from games.normal_form import NormalFormGame
from games.stochastic import StochasticGame
from solver.exact import EXACT
from solver.repeated.contract import contract
from solver.repeated.elimination import solve_contract
from solver.results.repeated import Contract
from solver.tables import game_table


def answer(name: str, delta: F) -> Contract:
    return contract(shipped(name), delta)


def told(found: Contract) -> tuple[object, ...]:
    return tuple((s.joint, *s.punishment.values()) for s in found.states)


@pytest.mark.parametrize(
    ("delta", "joint", "low"),
    [(F(0), 14, 7), (F(1, 4) - F(1, 10**9), 14, 7), (F(1, 4), 18, 0), (F(1, 3) - F(1, 10**9), 18, 0), (F(1, 3), 20, 0)],
)
def test_cournot_reaches_more_at_a_quarter_and_at_a_third(delta: F, joint: int, low: int) -> None:
    """Abreu 1988; Kranz, Interactively Solving Repeated Games (2012), section 3.2: 14, 18 from .25, 20 from .3333."""
    assert told(answer("cournot-abreu", delta)) == ((joint, low, low),)


@pytest.mark.parametrize(
    ("delta", "joint"), [(F(1, 10), F(36, 100)), (F(3, 10), F(84, 100)), (F(45, 100), F(99, 100)), (F(1, 2), F(1))]
)
def test_mutual_gifts_hold_with_equality_at_their_thresholds(delta: F, joint: F) -> None:
    """Own algebra: (1-d) e^2/2 <= d (e - e^2/2) iff d >= e/2, with equality at it. Kranz's vignette: .6 at .3."""
    at, below = answer("mutual-gift", delta), answer("mutual-gift", delta - F(1, 10**9))
    assert at.states[0].joint == joint > below.states[0].joint  # type: ignore[operator]
    assert at.proof == "exact"


def test_the_two_state_dilemma_at_seven_tenths() -> None:
    """Joint 204/37 and 240/37, punishments 28/37 and 46/37; dyngame prints 5.51, 6.49, .76 and 1.24."""
    assert told(answer("two-state-dilemma", F(7, 10))) == (
        (F(204, 37), F(28, 37), F(28, 37)), (F(240, 37), F(46, 37), F(46, 37))
    )  # fmt: skip


def test_the_two_state_dilemma_cooperates_from_root_97_minus_7_over_8() -> None:
    """The threshold d solves 4 d^2 + 7 d = 3, decided in rationals; dyngame cooperates at .357 and not at .356."""
    low, high = F(356107225, 10**9), F(356107226, 10**9)
    assert 4 * low * low + 7 * low < 3 < 4 * high * high + 7 * high
    assert answer("two-state-dilemma", low).states[0].profile["row"] == "defect"
    assert answer("two-state-dilemma", high).states[0].profile["row"] == "cooperate"


@given(game=stochastic_games(), delta=st.sampled_from([F(0), F(1, 4), F(1, 2), F(2, 3), F(9, 10)]))
@settings(max_examples=60, deadline=None)
def test_the_elimination_agrees_with_trying_all_policies(game: StochasticGame, delta: F) -> None:
    found, known = contract(game, delta), by_force(game, delta)
    if known is None:
        assert not found.states
    else:
        joint, low = known
        assert told(found) == tuple((joint[s], *(v[s] for v in low)) for s in range(len(game.states)))


@given(game=stochastic_games(players=3, states=1), delta=st.sampled_from([F(1, 4), F(1, 2), F(9, 10)]))
@settings(max_examples=30, deadline=None)
def test_three_players_are_solved_like_two(game: StochasticGame, delta: F) -> None:
    found, known = contract(game, delta), by_force(game, delta)
    assert (known is None) == (not found.states)
    if known is not None:
        assert told(found) == ((known[0][0], *(v[0] for v in known[1])),)


@given(game=stochastic_games(), delta=st.sampled_from([F(1, 4), F(1, 2), F(2, 3), F(9, 10)]))
@settings(max_examples=60, deadline=None)
def test_the_plan_is_an_equilibrium_and_worth_what_is_claimed(game: StochasticGame, delta: F) -> None:
    found = contract(game, delta)
    if not found.states:
        return
    plan = found.plan
    assert plan is not None and plan.slack >= 0
    assert min(slacks(game, (delta,) * 2, plan), default=F(0)) == plan.slack
    assert sum(plan.values.values()) == found.states[0].joint
    assert all(sum(node.payments.values()) == 0 for node in plan.nodes)
    punish = {node.name: node for node in plan.nodes if node.name.startswith("punish")}
    for state in found.states:
        for player, low in state.punishment.items():
            name = f"punish {player}" + (f" in {state.state}" if len(game.states) > 1 else "")
            assert name not in punish or punish[name].values[player] == low


@given(game=stochastic_games(), delta=st.sampled_from([F(1, 4), F(2, 3)]))
@settings(max_examples=30, deadline=None)
def test_floats_find_what_rationals_decide(game: StochasticGame, delta: F) -> None:
    fast = solve_contract(game_table(game), float(delta))
    exact = solve_contract(game_table(game, EXACT), EXACT.number(delta))
    assert fast.exists == exact.exists
    if fast.exists:
        assert [float(int(v.p) / int(v.q)) for v in exact.joint] == pytest.approx(list(fast.joint), abs=1e-9)


@given(game=stochastic_games(states=1), delta=st.sampled_from([F(1, 4), F(2, 3)]), shift=st.integers(-4, 4))
@settings(max_examples=30, deadline=None)
def test_scaling_all_payoffs_and_shifting_one_players_moves_values_and_nothing_else(
    game: StochasticGame, delta: F, shift: int
) -> None:
    stage = game.stages[0]
    moved = {p: (a * F(3, 7) + shift, b * F(3, 7)) for p, (a, b) in stage.payoffs.items()}
    changed = NormalFormGame(stage.players, stage.actions, moved)
    other = contract(StochasticGame(game.states, (changed,), game.next), delta)
    found = contract(game, delta)
    assert len(found.states) == len(other.states)
    for one, two in zip(found.states, other.states, strict=True):
        assert two.joint == one.joint * F(3, 7) + shift


def test_matching_pennies_has_no_equilibrium_in_pure_strategies() -> None:
    found = answer("matching-pennies", F(1, 2))
    assert found.states == () and found.plan is None and found.converged


@pytest.mark.parametrize("delta", [F(1), F(-1, 10), F(3, 2)])
def test_a_discount_factor_outside_its_range_is_refused(delta: F) -> None:
    with pytest.raises(ScenarioError, match=r"not in \[0, 1\)"):
        answer("chicken", delta)


def test_an_elimination_that_is_cut_off_says_so() -> None:
    solution = solve_contract(game_table(shipped("cournot-abreu")), 0.1, max_rounds=1)
    assert not solution.converged


def test_a_split_of_the_joint_value_is_reached_exactly_and_one_out_of_reach_is_refused() -> None:
    game = shipped("cournot-abreu")
    plan = contract(game, F(1, 3), at=(F(18), F(2))).plan
    assert plan is not None and tuple(plan.values.values()) == (18, 2) and plan.slack >= 0
    for at in ((F(18), F(3)), (F(21), F(-1)), (F(20),)):
        with pytest.raises(ScenarioError, match="--at"):
            contract(game, F(1, 3), at=at)


@pytest.mark.slow
def test_cournot_with_reserves_has_441_states_and_the_published_joint_value() -> None:
    """Goldluecke & Kranz 2018, section 4.3: dyngame prints 60.33 at empty reserves, delta 2/3; 181/3 is ours."""
    table = reserves()
    assert table.payoffs.shape == (2, 53_361)
    solution = solve_contract(table, 2 / 3)
    assert solution.exists and solution.joint[0] == pytest.approx(181 / 3, abs=1e-8)


def test_grim_with_money_needs_less_patience_than_without() -> None:
    """The dilemma 9,9/1,10/10,1/3,3: with payments (10+10-18)/(...): from 1/7, as without money on the diagonal."""
    game = again([[9, 1], [10, 3]])
    assert contract(game, F(1, 7)).states[0].joint == 18
    assert contract(game, F(1, 7) - F(1, 10**9)).states[0].joint == 6


def test_a_state_without_equilibrium_matters_only_where_play_may_come_to_it() -> None:
    """Matching pennies has no pure equilibrium; from the dilemma (T=3, R=2, P=0, S=-1) nothing leads there."""
    dilemma, pennies = shipped("two-state-dilemma").stages[0], shipped("matching-pennies").stages[0]
    stay = tuple({p: {s: F(1)} for p in stage.profiles()} for s, stage in enumerate((dilemma, pennies)))
    game = StochasticGame(("dilemma", "pennies"), (dilemma, pennies), stay)
    found = contract(game, F(1, 2))
    assert [(s.state, s.joint) for s in found.states] == [("dilemma", 4)]
    assert found.plan is not None and found.plan.slack >= 0 and "pennies" in found.notes[-1]
    assert not contract(game, F(1, 2), start=1).states
    # One deviation that leads there is enough: its subgame has no equilibrium.
    leads = ({p: {int(p == dilemma.named((1, 0))): F(1)} for p in dilemma.profiles()}, stay[1])
    assert not contract(replace(game, next=leads), F(1, 2)).states
