"""What every arrangement must satisfy, whatever the partnership: judged by the oracle and by independent programmes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from games.errors import ScenarioError
from games.partnership import Partnership, Scenario, Timing
from games.translate import states
from games.urgency import UrgencyProcess
from solver.sharing.aims import AIMS
from solver.sharing.arrangement import Arranged, Impossible, arrange
from solver.sharing.decision import RANK, Decision, decide
from solver.sharing.evaluate import design
from solver.sharing.optimum import as_float
from solver.sharing.situation import Situation, situation
from tests.examples import examples
from tests.oracle import worst
from tests.reference import Agreement, cheapest, feasible
from tests.small import F, dilemma, money, trap
from tests.strategies import no_instruments, partnerships, with_instruments

ROUNDING = 1e-6
BEST = tuple(aim for aim in AIMS if aim != "patience")
some = settings(
    max_examples=50, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def ready_for(partnership: Partnership) -> Situation:
    """Return the situation, or let the example go where the sanction is refused."""
    try:
        return situation(partnership)
    except ScenarioError:
        assume(False)
        raise


def decided(partnership: Partnership, aim: str | None = None, payer: str | None = None) -> Decision:
    ready_for(partnership)
    return decide(partnership, aim, payer)


def agreement(ready: Situation, awake: tuple[bool, ...] | None = None) -> Agreement:
    return Agreement(ready.partnership, awake or ready.everywhere, ready.sanction.game.policy)


def simple(ready: Situation, columns: int = 4) -> Agreement:
    """Return the agreement in every state, or let the example go where the reference would take long."""
    found = agreement(ready)
    assume(len(found.columns()) <= columns)
    return found


# Sound: what the solver returns, the oracle accepts.


@pytest.mark.parametrize("aim", [None, *BEST])
@examples(partnerships(), few=6, many=20, how=some)
def test_the_oracle_accepts_every_arrangement_exactly_and_agrees_on_every_value(
    aim: str | None, partnership: Partnership
) -> None:
    decision = decided(partnership, aim)
    sigma = decision.situation.sanction.game.policy
    verdict = worst(partnership, decision.awake, decision.levels, sigma, partnership.sanction.periods)
    assert tuple(verdict.values.values()) == decision.finding.values
    if decision.verdict != "fails":
        assert verdict.slack >= 0
        assert verdict.broken_limits == ()


@pytest.mark.slow
@settings(some, max_examples=700)
@given(partnerships(), st.sampled_from([None, *BEST]))
def test_the_oracle_accepts_many_more_arrangements(partnership: Partnership, aim: str | None) -> None:
    assume(all(0 not in b.cost for b in partnership.instruments))  # see test_aims: one that changes nothing
    decision = decided(partnership, aim)
    sigma = decision.situation.sanction.game.policy
    if decision.verdict != "fails":
        assert worst(partnership, decision.awake, decision.levels, sigma, partnership.sanction.periods).holds


@examples(partnerships(max_levels=2, on_off=False, renewal=False), st.sampled_from(AIMS), few=5, many=15, how=some)
def test_the_oracle_accepts_every_design_at_the_discount_factor_it_is_shown_for(
    partnership: Partnership, aim: str
) -> None:
    ready = ready_for(partnership)
    told = design(Scenario(partnership), aim)
    if told.verdict == "fails":
        return
    names = [s.name for s in states(partnership)]
    holds = {answer.state: answer.holds for answer in told.states}
    levels = {b: tuple(F(row.get(name, 0)) for name in names) for b, row in told.arrangement.levels.items()}
    awake = tuple(holds.get(name, False) for name in names)
    if aim == "patience" and isinstance(told.arrangement.value, Fraction):
        shown = told.arrangement.value
        partnership = replace(partnership, actors=tuple(replace(a, discount=shown) for a in partnership.actors))
    sigma = ready.sanction.game.policy
    assert worst(partnership, awake, levels, sigma, partnership.sanction.periods).holds


# Complete: where the solver says that nothing holds, nothing does.


@examples(partnerships(max_levels=2, renewal=False, hazards=False), few=12, many=40, how=some)
def test_the_solver_and_the_oracle_s_own_programme_agree_on_whether_anything_holds_in_every_state(
    partnership: Partnership,
) -> None:
    ready = ready_for(partnership)
    asked = simple(ready)
    assert isinstance(arrange(ready, ready.everywhere), Arranged) == feasible(asked)


@examples(with_instruments(), few=8, many=25, how=some)
def test_where_it_fails_no_levels_on_a_grid_hold_in_any_set_of_states(partnership: Partnership) -> None:
    weak = replace(partnership, actors=tuple(replace(a, discount=a.discount / 4) for a in partnership.actors))
    decision = decided(weak)
    assume(decision.verdict == "fails")
    for awake in product([True, False], repeat=len(decision.awake)):
        asked = agreement(decision.situation, awake)
        grid = [F(0), F(1, 2), F(2)] if len(asked.columns()) <= 3 else [F(0), F(1)]
        over_at_once = weak.lapse == "end" and not awake[decision.situation.start]
        if not any(awake) or over_at_once or len(asked.columns()) > 5:
            continue
        for x in product(grid, repeat=len(asked.columns())):
            assert not worst(weak, awake, asked.levels(x), asked.sigma, weak.sanction.periods).holds


# The largest set of states.


@examples(partnerships(renewal=False, on_off=False), few=8, many=25, how=some)
def test_without_ages_no_larger_set_of_states_holds_and_the_start_is_in_it_if_it_can_be(
    partnership: Partnership,
) -> None:
    impatient = replace(partnership, actors=tuple(replace(a, discount=a.discount * 2 / 3) for a in partnership.actors))
    decision = decided(impatient)
    simple(decision.situation)
    everywhere = decision.situation.everywhere
    subsets = [
        awake
        for awake in product([True, False], repeat=len(everywhere))
        if any(awake) and all(on or not asked for asked, on in zip(awake, everywhere, strict=True))
    ]
    hold = [awake for awake in subsets if feasible(agreement(decision.situation, awake))]
    largest = max(map(sum, hold), default=0)
    assert sum(decision.awake) == largest
    if any(awake[decision.situation.start] for awake in hold if sum(awake) == largest):
        assert decision.awake[decision.situation.start]


@examples(no_instruments(), few=6, many=20, how=some)
def test_with_ages_the_set_found_is_at_least_the_largest_union_of_levels_and_at_most_the_largest_of_all(
    partnership: Partnership,
) -> None:
    """States of one class sleep together by urgency level; so ages alone are not told apart where they come and go."""
    here = states(partnership)
    assume(len(here) <= 9)
    decision = decided(partnership)
    sigma, levels = decision.situation.sanction.game.policy, dict[str, tuple[Fraction, ...]]()
    free = [s for s, state in enumerate(here) if not state.ended]
    hold = []
    for chosen in product([True, False], repeat=len(free)):
        awake = tuple(s in free and chosen[free.index(s)] for s in range(len(here)))
        if any(awake) and worst(partnership, awake, levels, sigma, partnership.sanction.periods).holds:
            hold.append(awake)
    same = [(s, t) for s in free for t in free if here[s].level == here[t].level]
    whole = [awake for awake in hold if all(awake[s] == awake[t] for s, t in same)]
    assert max(map(sum, whole), default=0) <= sum(decision.awake) <= max(map(sum, hold), default=0)


# Names, orders and units change nothing.


def relabelled(partnership: Partnership) -> Partnership:
    """Return the partnership with its actors, instruments and urgency levels in the opposite order."""

    def turned(row: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
        return None if row is None else row[::-1]

    def kept(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return row[::-1]

    chain = partnership.urgency
    return replace(
        partnership,
        urgency=UrgencyProcess(
            chain.levels[::-1], tuple(row[::-1] for row in chain.transitions[::-1]), len(chain.levels) - 1 - chain.start
        ),
        actors=tuple(
            replace(a, outside_value=turned(a.outside_value), budget=turned(a.budget)) for a in partnership.actors[::-1]
        ),
        target={name: kept(row) for name, row in partnership.target.items()},
        instruments=tuple(
            replace(b, cost=kept(b.cost), value=kept(b.value), cap=turned(b.cap), level=turned(b.level))
            for b in partnership.instruments[::-1]
        ),
        funders=tuple(replace(f, budget=turned(f.budget)) for f in partnership.funders[::-1]),
        capacities={name: kept(row) for name, row in partnership.capacities.items()},
        hazards=tuple(replace(h, chance=kept(h.chance)) for h in partnership.hazards),
    )


def slacks(decision: Decision) -> list[tuple[str, str, str, str, Fraction]]:
    """Return every slack of the proposal as it stands, by names and not by positions, sorted."""
    names, here = decision.situation.partnership.names, decision.situation.states
    return sorted(
        (names[e.actor], here[e.state].name, e.stage, e.deviation, e.slack) for e in decision.stands.inequalities
    )


def value(decision: Decision) -> float:
    return as_float(decision.arranged.best.value) if decision.arranged else 0.0


@examples(partnerships(), st.sampled_from(["cheapest", "fairest", "robust", "proportional"]), few=8, many=25, how=some)
def test_the_order_of_actors_states_and_instruments_changes_nothing(partnership: Partnership, aim: str) -> None:
    before = decided(partnership, aim)
    assume(before.situation.sanction.outside)  # best replies are taken in the actors' order
    after = decided(relabelled(partnership), aim)
    assert slacks(after) == slacks(before)
    assert (after.verdict, sum(after.awake)) == (before.verdict, sum(before.awake))
    assume(before.verdict != "holds_in_some_states")  # equally large sets are settled by position in the end
    assert value(after) == pytest.approx(value(before), abs=ROUNDING)


def in_other_units(partnership: Partnership, payoff: Fraction, level: Fraction) -> Partnership:
    """Return the partnership with payoffs counted ``payoff`` times, and levels ``level`` times, as large."""

    def times(k: Fraction, row: tuple[Fraction, ...] | None) -> tuple[Fraction, ...] | None:
        return None if row is None else tuple(k * x for x in row)

    def once(k: Fraction, x: Fraction | None) -> Fraction | None:
        return None if x is None else k * x

    actors = tuple(
        replace(
            a,
            terms=tuple(replace(t, base=payoff * t.base, urgency_slope=payoff * t.urgency_slope) for t in a.terms),
            outside_value=times(payoff, a.outside_value), budget=times(payoff, a.budget),
            floor=once(payoff, a.floor), expected_budget=once(payoff, a.expected_budget),
        )
        for a in partnership.actors
    )  # fmt: skip
    instruments = tuple(
        replace(
            b, cost=times(payoff / level, b.cost) or (), value=times(payoff / level, b.value) or (),
            fixed_cost=payoff * b.fixed_cost, minimum=level * b.minimum, cap=times(level, b.cap),
        )
        for b in partnership.instruments
    )  # fmt: skip
    renewal = partnership.renewal
    if renewal:
        renewal = replace(renewal, cost={name: payoff * c for name, c in renewal.cost.items()})
    return replace(
        partnership, actors=actors, instruments=instruments, renewal=renewal,
        funders=tuple(replace(f, budget=times(payoff, f.budget)) for f in partnership.funders),
        capacities={name: times(level, row) or () for name, row in partnership.capacities.items()},
    )  # fmt: skip


@examples(
    partnerships(),
    st.sampled_from([F(1, 7), F(3), F(40)]),
    st.sampled_from([F(1, 5), F(1), F(12)]),
    few=12,
    many=40,
    how=some,
)
def test_units_scale_levels_slacks_values_and_costs_and_not_the_verdict(
    partnership: Partnership, payoff: Fraction, level: Fraction
) -> None:
    before = decided(partnership, "cheapest")
    scaled = in_other_units(partnership, payoff, level)
    after = decided(scaled, "cheapest")
    assert (after.verdict, sum(after.awake)) == (before.verdict, sum(before.awake))
    assert [s[-1] for s in slacks(after)] == [payoff * s[-1] for s in slacks(before)]
    levels = {name: tuple(level * x for x in row) for name, row in before.levels.items()}
    sigma, periods = before.situation.sanction.game.policy, partnership.sanction.periods
    one = worst(partnership, before.awake, before.levels, sigma, periods)
    other = worst(scaled, before.awake, levels, sigma, periods)
    assert other.slacks == {name: payoff * slack for name, slack in one.slacks.items()}
    if before.verdict != "holds_in_some_states":
        assert value(after) == pytest.approx(float(payoff) * value(before), rel=1e-7, abs=ROUNDING * float(payoff))


# More is no worse.


@examples(partnerships(), st.sampled_from([F(11, 10), F(3)]), few=8, many=25, how=some)
def test_a_cap_that_grows_never_hurts(partnership: Partnership, factor: Fraction) -> None:
    grown = tuple(replace(b, cap=b.cap and tuple(factor * x for x in b.cap)) for b in partnership.instruments)
    loose = replace(partnership, instruments=grown)
    ready = ready_for(partnership)
    before, after = (arrange(r, ready.everywhere) for r in (ready, ready_for(loose)))
    if isinstance(before, Arranged):
        assert isinstance(after, Arranged)
        assert as_float(after.best.value) <= as_float(before.best.value) + ROUNDING
    assert RANK[decide(loose).verdict] <= RANK[decide(partnership).verdict]


def owing_nothing(partnership: Partnership, name: str) -> Partnership:
    """Return the partnership with an instrument that costs nothing and brings nothing: an obligation of size zero."""
    nothing = (F(0),) * len(partnership.urgency.levels)
    idle = tuple(
        replace(b, cost=nothing, value=nothing, fixed_cost=F(0)) if b.name == name else b
        for b in partnership.instruments
    )
    return replace(partnership, instruments=idle)


@examples(partnerships(), few=15, many=50, how=some)
def test_one_more_instrument_never_hurts_where_its_giver_would_keep_an_obligation_of_size_zero(
    partnership: Partnership,
) -> None:
    """The programme asks a giver to deliver (E[V - P] >= 0) even where it delivers nothing: see the failing test."""
    extra = partnership.instruments[-1]
    fewer = replace(partnership, instruments=partnership.instruments[:-1])
    ready = ready_for(fewer)
    before = arrange(ready, ready.everywhere)
    assume(isinstance(before, Arranged))
    assert isinstance(before, Arranged)
    nothing = tuple(F(int(on)) for on in ready.everywhere)
    idle = owing_nothing(partnership, extra.name)
    kept = worst(
        idle, ready.everywhere, {**before.levels, extra.name: nothing}, ready.sanction.game.policy,
        partnership.sanction.periods,
    )  # fmt: skip
    assume(kept.slack >= 0)
    after = arrange(ready_for(partnership), ready.everywhere)
    assert isinstance(after, Arranged)
    assert as_float(after.best.value) <= as_float(before.best.value) + ROUNDING


@pytest.mark.parametrize("unit", [F(1, 10**6), F(1), F(10**9)])
@pytest.mark.parametrize("timing", ["up front", "simultaneous", "on delivery"])
def test_an_instrument_that_nobody_needs_does_not_break_an_agreement(timing: Timing, unit: Fraction) -> None:
    """0 together, -5 for who leaves alone, 1 apart: V - P = -1, yet 0 >= -5 (1 - d) + d at d = .8, in any unit."""
    assert decide(trap(unit=unit), "cheapest").verdict == "holds"
    payment = money("payment", "office", "firm", timing=timing)
    assert decide(trap(payment, unit=unit), "cheapest").verdict == "holds"


def test_an_instrument_that_a_court_enforces_or_a_funder_gives_does_not_break_an_agreement() -> None:
    bond = money("bond", "office", "firm", enforceable=True)
    assert decide(trap(bond), "cheapest").verdict == "holds"


# Instruments that are on or off.

FEE = dilemma([F(6), F(2)], [F(8), F(7)], [F(1), F(1)], [F("0.6")] * 2, money("fee", "office", "firm"))


def with_fee(**changes: object) -> Partnership:
    return replace(FEE, instruments=(replace(FEE.instruments[0], **changes),))  # type: ignore[arg-type]


@pytest.mark.parametrize(("minimum", "cost"), [(F(1), F("1.4")), (F(2), F(2)), (F("2.2"), F("2.2")), (F("2.3"), None)])
def test_a_minimum_is_kept_or_nothing_is_given(minimum: Fraction, cost: Fraction | None) -> None:
    """The fee must lie in [1.4, 2.2]: the firm's temptation 3.4 - 2, and the office's 6 - (.4 x 8 + .6 x 1)."""
    decision = decide(with_fee(minimum=minimum, cap=(F(9),)))
    assert decision.verdict == ("fails" if cost is None else "holds_with_sharing")
    assert cost is None or decision.levels["fee"] == (cost,)


@pytest.mark.parametrize(("fixed", "holds"), [(F("0.8"), True), (F("0.8") + F(1, 10**6), False)])
def test_a_fixed_cost_is_paid_by_the_giver(fixed: Fraction, holds: bool) -> None:
    """1.4 + fixed <= 2.2."""
    decision = decide(with_fee(fixed_cost=fixed, cap=(F(9),)))
    assert (decision.verdict == "holds_with_sharing") == holds
    assert not holds or value(decision) == pytest.approx(F("1.4") + fixed)


@pytest.mark.parametrize("what", [{"minimum": F(2)}, {"fixed_cost": F(1, 2)}])
def test_what_is_on_or_off_needs_a_cap(what: dict[str, Fraction]) -> None:
    """Without one nothing ties a level to its switch."""
    with pytest.raises(ScenarioError, match="needs a cap"):
        with_fee(**what)


# One state, in closed form.

payoffs = st.tuples(*[st.integers(0, 8).map(F)] * 2)
patience = st.tuples(*[st.integers(0, 19).map(lambda k: F(k, 20))] * 2)


@settings(some, max_examples=120)
@given(payoffs, payoffs, payoffs, patience, st.sampled_from(["on delivery", "simultaneous"]))
def test_one_state_and_one_transfer_have_a_closed_form(
    together: tuple[Fraction, ...], tempted: tuple[Fraction, ...], apart: tuple[Fraction, ...],
    discounts: tuple[Fraction, ...], timing: Timing,
) -> None:  # fmt: skip
    r"""The office (c, d, p, delta) pays x to the firm (C, D, P, Delta). For some x >= 0, with grim trigger,

    c - x >= (1-delta) d + delta p,   x <= delta (c - p),   c - x >= p,   C + x >= P,   and
    on delivery: C + x >= (1-Delta) D + Delta P;   simultaneous: C + x >= (1-Delta) (D + x) + Delta P.
    """
    (c, C), (d, D), (p, P), (delta, Delta) = together, tempted, apart, discounts
    needed = (1 - Delta) * D + Delta * P - C
    if timing == "simultaneous" and needed > 0:
        needed = needed / Delta if Delta else F(10**6)
    low = max(F(0), needed, P - C)
    high = min(c - (1 - delta) * d - delta * p, delta * (c - p), c - p)
    decision = decided(dilemma(together, tempted, apart, discounts, money("fee", "office", "firm", timing=timing)))
    if low > high:
        assert decision.verdict == "fails"
    else:
        assert decision.verdict == ("holds" if low == 0 else "holds_with_sharing")
        assert decision.levels["fee"] == (low,)


@given(st.sampled_from([F(k, 20) for k in range(20)]))
@settings(some, max_examples=20)
def test_cheapest_costs_what_the_reference_finds_in_one_state(delta: Fraction) -> None:
    ready = situation(dilemma([F(6), F(2)], [F(8), F(7)], [F(1), F(1)], [delta] * 2, money("fee", "office", "firm")))
    found, expected = arrange(ready, (True,)), cheapest(agreement(ready))
    assert (expected is None) == isinstance(found, Impossible)
    if isinstance(found, Arranged):
        assert as_float(found.best.value) == pytest.approx(expected, abs=ROUNDING)
