"""Play as automata, bounds for many players, and the word of an independent check of every deviation."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as F
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.automata import slacks
from small_games import again, shipped
from strategies import stochastic_games

from games.errors import ScenarioError
from games.stochastic import StochasticGame
from solver.repeated.automata import checked
from solver.repeated.bounds import payoff_bounds
from solver.repeated.payoff_sets import payoff_sets
from solver.repeated.plans import plan
from solver.results.repeated import Automaton, Node


def grim(game: StochasticGame, delta: F, keep: int = 0, leave: int = -1) -> Automaton:
    """Everybody's action ``keep`` in every state, until somebody leaves it; ``leave`` for ever after."""
    nodes = []
    for name, action in (("keep", keep), ("punish", leave)):
        for state, stage in zip(game.states, game.stages, strict=True):
            profile = {p: own[action] for p, own in zip(game.players, stage.actions, strict=True)}
            after = {t: {f"{name} {t}": F(1)} for t in game.states}
            breach = {p: {t: {f"punish {t}": F(1)} for t in game.states} for p in game.players}
            nodes.append(Node(f"{name} {state}", state, {}, profile, {}, after, breach, {}))
    found = checked(game, (delta,) * len(game.players), {f"keep {game.states[0]}": F(1)}, nodes)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "delta"),
    [
        ("boom-pricing", "8/13"),  # 2/(3 + 1/4), after Rotemberg & Saloner 1986
        ("dilemma-32", "18/25"), ("dilemma-40", "2/5"), ("dilemma-48", "2/25"),  # (T-R)/(T-P), Friedman 1971
        ("public-good-linear-3", "1/2"),  # (1-m)/(m(n-1))
        ("dilemma-9-10", "1/7"),
        ("timing-dilemma", "5/6"),
        ("urgency-independent", "20/29"),  # .689655
    ],
)  # fmt: skip
def test_grim_is_an_equilibrium_from_its_critical_discount_factor_on(name: str, delta: str) -> None:
    game = shipped(name)
    actions = (1, 0) if name == "public-good-linear-3" else (0, -1)
    assert grim(game, F(delta), *actions).slack == 0
    below = grim(game, F(delta) - F(1, 10**12), *actions)
    assert below.slack < 0 and below.worst
    assert grim(game, F(delta) + F(1, 1000), *actions).slack >= 0


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("urgency-fleeting", ".702328", ".702329"), ("urgency-lasting", ".761082", ".761084")],
)
def test_grim_under_urgency_that_comes_and_goes(name: str, low: str, high: str) -> None:
    """Closed forms of the design's cases; averaging the states first would give .470588, and is wrong."""
    assert grim(shipped(name), F(low) - F(1, 10**5)).slack < 0 <= grim(shipped(name), F(high)).slack


def test_tit_for_tat_is_subgame_perfect_only_at_one_discount_factor() -> None:
    """In the dilemma (2,2)/(-1,3)/(0,0): who defects gets 3, -1, 3, ..., so (3 - d) / (1 + d) = 2, only at 1/3."""
    game = again([[2, -1], [3, 0]])
    c, d = game.stages[0].actions[0]
    s = game.states[0]
    names = {(c, c): "both", (c, d): "row pays", (d, c): "column pays", (d, d): "neither"}

    def node(own: tuple[str, str]) -> Node:
        profile = dict(zip(game.players, own, strict=True))

        def after(played: tuple[str, str]) -> dict[str, dict[str, F]]:
            return {s: {names[played[1], played[0]]: F(1)}}

        turned = {c: d, d: c}
        breach = {"row": after((turned[own[0]], own[1])), "column": after((own[0], turned[own[1]]))}
        return Node(names[own], s, {}, profile, {}, after(own), breach, {})

    def slack(delta: F) -> F:
        found = checked(game, (delta, delta), {"both": F(1)}, [node(own) for own in names])
        assert found is not None
        return F(found.slack)

    assert slack(F(1, 3)) == 0 and slack(F(1, 3) - F(1, 100)) < 0 and slack(F(1, 3) + F(1, 100)) < 0


CASES = [
    ("dilemma-9-10", F(1, 4)), ("dilemma-9-10", F(1, 7)), ("dilemma-9-10", F(1, 8)), ("two-state-dilemma", F(7, 10)),
    ("prisoners-dilemma", F(9, 10)), ("cournot-abreu", F(1, 3)), ("chicken", F(1, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "delta"), CASES)
def test_every_vertex_of_a_rational_set_is_reached_exactly_by_a_plan(name: str, delta: F) -> None:
    game = shipped(name)
    found = payoff_sets(game, (delta, delta))
    sets = [s.vertices for s in found.states]
    assert found.proof == "exact"
    for vertex in sets[0]:
        made = plan(game, (delta, delta), sets, 0, vertex)
        assert made is not None and made.slack >= 0 and made.proof == "exact"
        assert tuple(made.values.values()) == vertex
        assert min(slacks(game, (delta, delta), made)) == made.slack


def test_irrational_vertices_are_reached_up_to_rounding_and_the_plan_says_so() -> None:
    game, delta = shipped("cournot-abreu-sannikov"), (F(3, 10),) * 2
    found = payoff_sets(game, delta)
    made = plan(game, delta, [s.vertices for s in found.states], 0)
    assert made is not None and made.slack >= -F(1, 10**8) and made.proof.startswith("within")
    assert sum(made.values.values()) == pytest.approx(24.6630896, abs=1e-6)


def test_rounding_alone_brings_no_vertex_into_a_lottery() -> None:
    game, delta = shipped("cournot-abreu-sannikov"), (F(3, 10),) * 2
    made = plan(game, delta, [s.vertices for s in payoff_sets(game, delta).states], 0)
    assert made is not None and made.proof.startswith("within") and made.slack >= -F(1, 10**7)
    after = [leads for node in made.nodes for leads in (node.next, *node.breach.values())]
    lotteries = [made.start, *(lottery for leads in after for lottery in leads.values())]
    assert min(F(share) for lottery in lotteries for share in lottery.values()) >= F(1, 10**6)
    assert min(slacks(game, delta, made)) == made.slack


def test_a_payoff_inside_the_set_is_a_lottery_and_one_outside_is_refused() -> None:
    game, delta = shipped("dilemma-9-10"), (F(1, 4),) * 2
    sets = [s.vertices for s in payoff_sets(game, delta).states]
    made = plan(game, delta, sets, 0, (F(7), F(7)))
    assert made is not None and tuple(made.values.values()) == (7, 7) and made.slack >= 0
    for at in ((F(10), F(10)), (F(1),)):
        with pytest.raises(ScenarioError, match="--at"):
            plan(game, delta, sets, 0, at)


@pytest.mark.parametrize(
    ("name", "delta", "values"),
    [
        ("prisoners-dilemma", F(1, 3), (F(5, 2), F(5, 2))),  # the segment from (4, 1) to (1, 4), threats 1 each
        ("boom-pricing", F(1, 2), (F(7, 32), F(7, 32))),  # one undercuts for ever, and which one is drawn
        ("prisoners-dilemma", F(9, 10), (F(3), F(3))),  # nothing else reaches 6
    ],
)
def test_of_the_payoffs_with_the_largest_sum_a_plan_begins_at_the_most_equal(
    name: str, delta: F, values: tuple[F, ...]
) -> None:
    game = shipped(name)
    made = plan(game, (delta,) * 2, [s.vertices for s in payoff_sets(game, (delta,) * 2).states], 0)
    assert made is not None and made.slack >= 0 and made.proof == "exact"
    assert tuple(made.values.values()) == values
    assert min(slacks(game, (delta,) * 2, made)) == made.slack


@given(game=stochastic_games(states=1), delta=st.sampled_from([F(1, 3), F(1, 2), F(4, 5)]))
@settings(max_examples=25, deadline=None)
def test_no_draw_between_two_vertices_with_the_largest_sum_is_more_equal(game: StochasticGame, delta: F) -> None:
    found = payoff_sets(game, (delta, delta))
    own = found.states[0].vertices
    made = plan(game, (delta, delta), [own], 0)
    if made is None or found.proof != "exact":
        return
    most, threats = max(map(sum, own)), [min(v[i] for v in own) for i in (0, 1)]
    best = [v for v in own if sum(v) == most]

    def gain(v: Sequence[object]) -> F:
        return min(F(x) - F(w) for x, w in zip(v, threats, strict=True))

    values = tuple(made.values.values())
    assert sum(values) == most
    for a, b, share in product(best, best, (F(k, 8) for k in range(9))):
        assert gain(values) >= gain([share * x + (1 - share) * y for x, y in zip(a, b, strict=True)])


@given(game=stochastic_games(), delta=st.sampled_from([F(1, 3), F(1, 2), F(4, 5)]))
@settings(max_examples=25, deadline=None)
def test_plans_of_random_games_are_equilibria(game: StochasticGame, delta: F) -> None:
    found = payoff_sets(game, (delta, delta))
    made = plan(game, (delta, delta), [s.vertices for s in found.states], 0)
    if made is None:
        return
    assert (made.slack >= 0) if made.proof == "exact" else (made.slack >= -F(1, 10**7))
    assert min(slacks(game, (delta, delta), made)) == made.slack


@pytest.mark.parametrize(
    ("delta", "joint"),
    [
        (F(1, 2) - F(1, 50), 3),
        (F(1, 2) + F(1, 50), F(9, 2)),
        pytest.param(F(7, 10), F(9, 2), marks=pytest.mark.slow),
    ],
)
def test_bounds_of_the_linear_public_good_close_on_what_is_known(delta: F, joint: F) -> None:
    """All keep (3 together) below (1-m)/(m(n-1)) = 1/2, all give (4 1/2) above."""
    found = payoff_bounds(shipped("public-good-linear-3"), (delta,) * 3).states[0]
    assert float(max(map(sum, found.inner))) == pytest.approx(float(joint), abs=1e-6)
    assert found.gap < 1e-4


def test_what_reversion_keeps_up_with_nothing_to_spare_is_in_the_inner_bound() -> None:
    """All give at exactly 1/2, and Aumann's (2, 2, 2) where 2 >= 3/5 x 3: by hand (docs/concepts/bounds.md)."""
    half = payoff_bounds(shipped("public-good-linear-3"), (F(1, 2),) * 3).states[0]
    assert (F(3, 2),) * 3 in half.inner
    game = payoff_bounds(shipped("aumann-3"), (F(2, 5),) * 3).states[0]
    assert (2, 2, 2) in game.inner and game.gap < 0.1


@pytest.mark.slow
@pytest.mark.parametrize(("name", "delta"), [*CASES, ("cournot-abreu-sannikov", F(3, 10))])
def test_bounds_of_two_players_hold_the_exact_set_between_them(name: str, delta: F) -> None:
    game = shipped(name)
    sets = payoff_sets(game, (delta, delta)).states
    for exact, bound in zip(sets, payoff_bounds(game, (delta, delta)).states, strict=True):
        for half in bound.outer:
            reach = [max(sum(float(a) * float(b) for a, b in zip(half.direction, v, strict=True)) for v in points)
                     for points in (exact.vertices, bound.inner) if points]  # fmt: skip
            assert all(r <= float(half.level) + 1e-7 for r in reach)
            assert len(reach) < 2 or reach[1] <= reach[0] + 1e-7


def test_no_equilibrium_in_pure_strategies_is_an_answer() -> None:
    found = payoff_bounds(shipped("matching-pennies"), (F(1, 2),) * 2)
    assert all(not s.inner and not s.outer for s in found.states) and found.notes


def test_bounds_that_were_cut_off_say_so() -> None:
    found = payoff_bounds(shipped("prisoners-dilemma"), (F(9, 10),) * 2, max_rounds=2)
    assert not found.converged and found.proof.startswith("none: cut off")
