"""Payments up to a cap: from no money to free money, and how much it takes."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.errors import ScenarioError
from games.normal_form import NormalFormGame
from games.stochastic import StochasticGame
from solver.repeated.capped import enough_money, simplest
from solver.repeated.contract import contract
from solver.repeated.payoff_sets import payoff_sets, smallest_cap
from solver.repeated.polygons import distance
from tests.examples import examples

SANNIKOV = [[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]]
COURNOT = [[10, 3, 0], [15, 7, -4], [7, 5, -15]]
PENNIES = [[1, -1], [-1, 1]], [[-1, 1], [1, -1]]
ROWS = st.lists(st.lists(st.integers(-4, 6), min_size=2, max_size=2), min_size=2, max_size=2)


def game_of(one: Any, two: Any, second: tuple[Any, Any] | None = None) -> StochasticGame:
    """Return a repeated game, or with a second stage a stochastic game that moves towards it after (0, 0)."""
    stages = []
    for x, y in ((one, two), second) if second else ((one, two),):
        rows, columns = tuple(f"r{k}" for k in range(len(x))), tuple(f"c{k}" for k in range(len(x[0])))
        payoffs = {(a, b): (F(x[i][j]), F(y[i][j])) for i, a in enumerate(rows) for j, b in enumerate(columns)}
        stages.append(NormalFormGame(("row", "column"), (rows, columns), payoffs))
    count = len(stages)

    def after(profile: tuple[str, ...]) -> dict[int, F]:
        if count == 1:
            return {0: F(1)}
        return {0: F(1, 4), 1: F(3, 4)} if profile == ("r0", "c0") else {0: F(1, 2), 1: F(1, 2)}

    names = ("first", "second")[:count]
    return StochasticGame(names, tuple(stages), tuple({p: after(p) for p in s.profiles()} for s in stages))


def cournot() -> StochasticGame:
    return game_of(COURNOT, [list(column) for column in zip(*COURNOT, strict=True)])


@examples(ROWS, ROWS, ROWS, ROWS, few=5, many=15)
def test_money_that_nobody_needs_to_cap_is_free_money(one: Any, two: Any, three: Any, four: Any) -> None:
    game, delta = game_of(one, two, (three, four)), F(3, 5)
    capped = payoff_sets(game, (delta, delta), enough_money(game, delta))
    free = contract(game, delta, plan=False)
    assert capped.proof == free.proof == "exact" or not capped.states[0].vertices
    if not free.states:
        assert all(not s.vertices for s in capped.states)
        return
    for state, best in zip(capped.states, free.states, strict=True):
        low = best.punishment["row"], best.punishment["column"]
        assert max(x + y for x, y in state.vertices) == best.joint
        corners = {(best.joint - low[1], low[1]), (low[0], best.joint - low[0])}
        assert corners <= set(state.vertices)
        assert (min(x for x, _ in state.vertices), min(y for _, y in state.vertices)) == low


@pytest.mark.parametrize(("delta", "joint", "worst"), [(F(1, 5), 14, 7), (F(1, 4), 18, 0), (F(1, 3), 20, 0)])
def test_cournot_with_plenty_of_money(delta: F, joint: int, worst: int) -> None:
    # Abreu 1988 with payments: Kranz 2012, section 3.2.
    found = payoff_sets(cournot(), (delta, delta), F(100))
    points = found.states[0].vertices
    assert found.proof == "exact"
    assert max(x + y for x, y in points) == joint and min(x for x, _ in points) == worst


@settings(max_examples=10, deadline=None)
@given(ROWS, ROWS, st.sampled_from([F(3, 10), F(3, 5)]))
def test_a_larger_cap_only_adds_payoffs(one: Any, two: Any, delta: F) -> None:
    game = game_of(one, two)
    sets = [payoff_sets(game, (delta, delta), F(cap)) for cap in (0, 1, 2, 50)]
    for small, large in pairwise(sets):
        assert distance(small.states[0].vertices, large.states[0].vertices) < 1e-8


def test_a_tiny_cap_is_close_to_no_money() -> None:
    game = game_of(*SANNIKOV)
    none, tiny = (payoff_sets(game, (F(1, 2), F(1, 2)), cap).states[0].vertices for cap in (F(0), F(1, 10**6)))
    assert distance(tiny, none) < 1e-4 and distance(none, tiny) < 1e-9


def test_no_money_makes_an_equilibrium_of_matching_pennies() -> None:
    found = payoff_sets(game_of(*PENNIES), (F(1, 2), F(1, 2)), F(5))
    assert found.states[0].vertices == () and found.proof == "exact"
    none = smallest_cap(game_of(*PENNIES), (F(1, 2), F(1, 2)))
    assert none.cap is None and none.without is None and "no equilibrium" in none.notes[0]


def test_players_of_different_patience_may_pay_each_other() -> None:
    # Below 1/7 for both nothing but (3, 3) is kept up without money.
    game = game_of([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    without = payoff_sets(game, (F(1, 10), F(1, 8)))
    assert without.states[0].vertices == ((3, 3),) and without.proof == "exact"
    paid = payoff_sets(game, (F(1, 10), F(1, 2)), F(4))
    assert len(paid.states[0].vertices) > 1


def test_how_much_money_must_be_on_the_table() -> None:
    delta = F(3, 10)
    found = smallest_cap(game_of(*SANNIKOV), (delta, delta), "asked")
    assert found.cap == F(1, 3) and found.joint == 25 and found.title == "asked"
    assert found.without is not None and found.without < 25 and found.proof.startswith("within")
    for cap, reached in ((F(1, 3), True), (F(1, 3) - F(1, 10**6), False)):
        joint = max(x + y for x, y in payoff_sets(game_of(*SANNIKOV), (delta, delta), cap).states[0].vertices)
        assert (joint >= 25) == reached


def test_where_money_adds_nothing_none_is_needed() -> None:
    found = smallest_cap(cournot(), (F(9, 10), F(9, 10)))
    assert (found.cap, found.joint, found.without, found.proof) == (0, 20, 20, "exact")


def test_a_joint_value_may_be_asked_for() -> None:
    game, delta = game_of(*SANNIKOV), (F(3, 10), F(3, 10))
    less = smallest_cap(game, delta, joint=F(249, 10))
    assert less.cap is not None and 0 < less.cap <= F(1, 3) and less.joint >= F(249, 10)
    out_of_reach = smallest_cap(game, delta, joint=F(26))
    assert out_of_reach.cap is None and out_of_reach.joint == 25 and "no cap reaches 26" in out_of_reach.notes[0]


def test_unlimited_money_has_no_best_joint_value_where_patience_differs() -> None:
    with pytest.raises(ScenarioError, match="two discount factors differ"):
        smallest_cap(cournot(), (F(1, 2), F(1, 3)))


@given(st.fractions(0, 50, max_denominator=40), st.fractions(0, 1, max_denominator=1000))
def test_the_simplest_rational_of_an_interval(low: F, width: F) -> None:
    found = simplest(low, low + width)
    assert low <= found <= low + width
    assert all(not any(low <= F(k, q) <= low + width for k in range(int(low * q), int((low + width) * q) + 2))
               for q in range(1, found.denominator))  # fmt: skip
