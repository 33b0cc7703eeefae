"""Which discount factor sustains what: known answers, both sides of every step."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_games import again, shipped
from strategies import stochastic_games

from games.normal_form import NormalFormGame
from games.stochastic import StochasticGame
from solver.repeated.contract import contract
from solver.repeated.patience import patience
from solver.results.repeated import PatienceSteps, PatienceSwitches
from tests.examples import examples


def steps(name: str) -> PatienceSteps:
    found = patience(shipped(name))
    assert isinstance(found, PatienceSteps) and found.proof == "exact"
    return found


def switches(name: str) -> PatienceSwitches:
    found = patience(shipped(name))
    assert isinstance(found, PatienceSwitches)
    return found


def test_every_step_of_the_public_good() -> None:
    """Kranz, Interactively Solving Repeated Games (2012), section 4.2.2: x in 1..10, k = (.6, .7)."""
    known = "0 .7, 1/5 4.3, 11/50 4.6, 13/55 4.9, 1/4 5.2, 17/65 5.5, 19/70 5.8, 7/25 6.1, 23/80 6.4, 5/17 6.7, 3/10 7"
    expected = [tuple(map(F, pair.split())) for pair in known.split(", ")]
    assert [(s.start, s.joint) for s in steps("public-good-10").steps] == expected
    assert {tuple(s.punishment.values()) for s in steps("public-good-10").steps} == {(F(2, 5), F(3, 10))}


def test_every_step_of_the_public_good_without_money() -> None:
    """The same section, under grim trigger strategies."""
    known = "0 .7, 2/7 5, 3/10 6.1, 14/45 6.4, 16/45 6.7, 2/5 7"
    expected = [tuple(map(F, pair.split())) for pair in known.split(", ")]
    assert [(s.start, s.joint) for s in steps("public-good-10").reversion] == expected


def test_cournot_with_money_and_under_grim() -> None:
    """Abreu 1988; Kranz 2012, sections 3.2 and 3.3: grim without money from 5/8."""
    found = steps("cournot-abreu")
    assert [(s.start, s.joint) for s in found.steps] == [(0, 14), (F(1, 4), 18), (F(1, 3), 20)]
    assert [(s.start, s.joint) for s in found.reversion] == [(0, 14), (F(5, 8), 20)]


@pytest.mark.parametrize(("name", "delta"), [("dilemma-32", "18/25"), ("dilemma-40", "2/5"), ("dilemma-48", "2/25")])
def test_grim_in_the_dilemma_needs_temptation_over_temptation_and_punishment(name: str, delta: str) -> None:
    """Friedman 1971: (T - R) / (T - P)."""
    assert steps(name).reversion[-1].start == F(delta)


@pytest.mark.parametrize("players", [2, 3])
def test_a_linear_public_good_needs_one_minus_the_return_over_its_share(players: int) -> None:
    """(1 - m) / (m (n - 1)) with m = 1/2 and 3 players, and 3/5 with 2."""
    game = shipped("public-good-linear-3") if players == 3 else again([[F(6, 5), F(3, 5)], [F(8, 5), 1]])
    found = patience(game)
    assert isinstance(found, PatienceSteps)
    rate = F(1, 2) if players == 3 else F(3, 5)
    assert found.reversion[-1].start == (1 - rate) / (rate * (players - 1))


def test_timing_dilemma_needs_five_sixths_with_nothing_to_share() -> None:
    """model.md section 2: each deviates for itself, (8-6)/(8-1) = 2/7 and (7-2)/(7-1) = 5/6."""
    assert steps("timing-dilemma").reversion[-1].start == F(5, 6)


@given(game=stochastic_games(states=1), delta=st.fractions(0, F(99, 100), max_denominator=200))
@settings(max_examples=80, deadline=None)
def test_the_step_function_is_what_the_elimination_finds_at_any_discount_factor(game: StochasticGame, delta: F) -> None:
    found, there = patience(game), contract(game, delta, plan=False)
    assert isinstance(found, PatienceSteps)
    reached = [s for s in found.steps if s.start <= delta]
    assert bool(reached) == bool(there.states)
    if reached:
        assert (reached[-1].joint, reached[-1].punishment) == (there.states[0].joint, there.states[0].punishment)


@given(game=stochastic_games(states=1))
@settings(max_examples=60, deadline=None)
def test_just_below_a_step_less_is_reached(game: StochasticGame) -> None:
    found = patience(game)
    assert isinstance(found, PatienceSteps)
    for step in found.steps:
        if step.start > 0:
            below = contract(game, step.start - F(1, 10**12), plan=False)
            now = (step.joint, step.punishment)
            assert not below.states or (below.states[0].joint, below.states[0].punishment) != now


def test_without_money_a_fairer_play_that_reaches_the_same_is_a_step_and_with_money_it_is_not() -> None:
    """Obara & Zincenko 2017: sharing the pie needs a mean discount factor of 1 - 1/n; payments share it at any."""
    assert [(s.start, s.joint) for s in steps("pie").steps] == [(0, 1)]
    assert [(s.start, s.joint, tuple(s.profile.values())) for s in steps("pie").reversion] == [
        (0, 1, ("share", "take")), (F(1, 2), 1, ("share", "share")),
    ]  # fmt: skip


def with_discount(name: str, *discount: F) -> PatienceSteps | PatienceSwitches:
    return patience(replace(shipped(name), discount=discount))


def test_discount_factors_that_differ_are_told_with_what_they_sustain_themselves() -> None:
    """The timing dilemma without money: row needs 2/7 and column 5/6 of its own."""
    notes = {own: with_discount("timing-dilemma", *map(F, own)).notes for own in (("2/7", "5/6"), ("1/4", "9/10"))}
    assert "row 2/7, column 5/6" in notes["2/7", "5/6"][0]
    assert notes["2/7", "5/6"][1].endswith("8 together, by cooperate / cooperate")
    assert notes["1/4", "9/10"][1].endswith("2 together, by defect / defect")
    assert with_discount("timing-dilemma", F(1, 2), F(1, 2)).notes == ()
    assert "first 1/2, second 1/3" in with_discount("boom-pricing", F(1, 2), F(1, 3)).notes[-1]


def test_the_switch_of_the_two_state_dilemma_is_isolated() -> None:
    """(sqrt(97) - 7) / 8: the root of 4 d^2 + 7 d = 3."""
    first, switch = switches("two-state-dilemma").switches
    assert first.discount == 0
    low, high = F(switch.low), F(switch.discount)
    assert 4 * low * low + 7 * low < 3 <= 4 * high * high + 7 * high and high - low <= F(1, 10**9)
    assert switch.kind == "play" and switch.states[0].profile["row"] == "cooperate"


def test_patience_can_hurt_so_nothing_is_assumed_to_rise() -> None:
    """Staying in the first state pays today, leaving it pays later: the patient leave."""
    who, both = ("one", "two"), (("a", "b"),) * 2
    first = NormalFormGame(who, both, {(x, y): (F(3 * (y == "a")), F(3 * (x == "a"))) for x in "ab" for y in "ab"})
    second = NormalFormGame(who, (("c",), ("c",)), {("c", "c"): (F(9), F(9))})
    stays = {p: {0: F(1)} if p == ("a", "a") else {1: F(1)} for p in first.profiles()}
    game = StochasticGame(("first", "second"), (first, second), (stays, {("c", "c"): {1: F(1)}}))
    found = patience(game)
    assert isinstance(found, PatienceSwitches)
    play = [s.states[0].profile["one"] + s.states[0].profile["two"] for s in found.switches]
    assert play[0] == "aa" and play[-1] != "aa"


def told(found: PatienceSwitches) -> list[tuple[object, bool, tuple[tuple[str, ...], ...]]]:
    plays = [tuple("/".join(state.profile.values()) for state in s.states) for s in found.switches]
    return [(s.discount, s.inclusive, play) for s, play in zip(found.switches, plays, strict=True)]


def test_both_prices_hold_in_the_boom_from_eight_thirteenths_with_money_too() -> None:
    """By hand: all hold in state s iff (1-d) 2 gain <= d 5/8, gain 1/8 and 1/2: d >= 2/7 and d >= 8/13."""
    assert told(switches("boom-pricing")) == [
        (0, True, ("hold/undercut", "hold/undercut")),
        (F(2, 7), True, ("hold/hold", "hold/undercut")),
        (F(8, 13), True, ("hold/hold", "hold/hold")),
    ]


def test_a_play_that_still_stands_where_it_ends_is_not_told_to_be_over_there() -> None:
    """By hand (docs/concepts/patience.md): the firm shares as long as 5 d <= 2 (1-d) + 4 d, so up to 2/3 itself."""
    who = ("firm", "office")
    shared = NormalFormGame(
        who, (("share", "build"), ("use",)), {("share", "use"): (F(2), F(2)), ("build", "use"): (F(0), F(0))}
    )
    apart = NormalFormGame(who, (("run",), ("do without",)), {("run", "do without"): (F(5), F(0))})
    after = ({("share", "use"): {0: F(1)}, ("build", "use"): {1: F(1)}}, {("run", "do without"): {1: F(1)}})
    game = StochasticGame(("shared", "apart"), (shared, apart), after)
    found = patience(game)
    assert isinstance(found, PatienceSwitches)
    assert [(s.discount, s.inclusive, s.kind) for s in found.switches] == [
        (0, True, "play"), (F(2, 5), True, "punishment"), (F(2, 3), False, "play")
    ]  # fmt: skip
    last = found.switches[-1].states[0]
    assert (last.joint, last.profile["firm"]) == (F(10, 3), "build")
    assert contract(game, F(2, 3), plan=False).states[0].joint == 4


@examples(stochastic_games(), few=5, many=15)
def test_a_switch_is_told_as_the_contract_at_it_or_just_above_it(game: StochasticGame) -> None:
    found = patience(game)
    if not isinstance(found, PatienceSwitches):
        return
    for switch in found.switches:
        there = contract(game, F(switch.discount) + (0 if switch.inclusive else F(1, 10**12)), plan=False)
        expected = [float(s.joint) for s in there.states]
        assert [float(s.joint) for s in switch.states] == pytest.approx(expected, abs=1e-9)
        if switch.low == switch.discount and switch.discount > 0:
            before = contract(game, F(switch.discount) - F(1, 10**12), plan=False)
            assert before.states != there.states or not switch.inclusive
