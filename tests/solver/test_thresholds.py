"""Thresholds of patience: published ones, the fast check against the exact one, and sets that are no half-lines."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from published import WITHOUT_INSTRUMENTS

from games.errors import ScenarioError
from games.files.scenario import read
from games.partnership import Hazard, Partnership, Renewal, Sanction, Scenario, Term
from games.urgency import Level, UrgencyProcess
from solver.proof.agreement import Inequality
from solver.results.sharing import Evaluation, Threshold
from solver.sharing.arrangement import Levels, examine
from solver.sharing.decision import decide
from solver.sharing.evaluate import design, evaluate
from solver.sharing.patience import actor_thresholds, common_threshold, in_common
from solver.sharing.situation import Situation, situation, with_discounts
from solver.sharing.standing import slacks, standing
from tests.examples import examples
from tests.small import AWAY, SHARE, F, dilemma, money
from tests.strategies import Agreement, partnerships, signed

CASES = Path(__file__).parents[1] / "cases"
HAIR = F(1, 10**6)
some = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@cache
def case(name: str) -> Scenario:
    return read(str(CASES / f"{name}.toml"))


@cache
def told(name: str) -> Evaluation:
    return evaluate(case(name))


# Published answers (tests/cases/README.md; cases.md: Timing, Patience, Urgency, Repeated).


@pytest.mark.parametrize(("name", "threshold"), WITHOUT_INSTRUMENTS)
def test_as_it_stands_the_threshold_is_exactly_the_published_one(name: str, threshold: Fraction) -> None:
    assert told(name).critical.as_it_stands == Threshold(threshold, True, ((threshold, F(1)),))


@pytest.mark.parametrize(
    ("name", "threshold"), [("urgency-fleeting", F("0.702328")), ("urgency-lasting", F("0.761083"))]
)
def test_irrational_thresholds_are_bounded_from_above_and_not_called_exact(name: str, threshold: Fraction) -> None:
    found = told(name).critical.as_it_stands
    assert found is not None and found.value is not None
    assert abs(found.value - threshold) <= HAIR
    assert not found.exact
    for delta, holds in ((found.value, True), (found.value - F(2, 10**9), False)):
        patient = with_discounts(case(name).partnership, dict.fromkeys(case(name).partnership.names, delta))
        assert (decide(patient).verdict == "holds") == holds


@pytest.mark.parametrize(
    ("name", "threshold"),
    [("timing-on-delivery", F(7, 13)), ("public-good-unequal", F(3, 10)), ("timing-none", F(5, 6))],
)
def test_with_instruments_the_common_threshold_is_exactly_the_published_one(name: str, threshold: Fraction) -> None:
    found = told(name).critical.common
    assert found is not None
    assert (found.value, found.exact) == (threshold, True)


def test_a_fee_in_the_same_breath_needs_the_root_of_seven_d_squared_and_four_d_minus_five() -> None:
    found = told("timing-simultaneous").critical.common
    assert found is not None and found.value is not None
    root = found.value
    assert 7 * root**2 + 4 * root - 5 >= 0 > 7 * (root - HAIR) ** 2 + 4 * (root - HAIR) - 5


def test_the_least_patient_arrangement_is_designed_at_its_threshold() -> None:
    """A fee of 23/13 at 7/13: unique (test_oracle.py)."""
    shown = design(case("timing-on-delivery"), "patience")
    assert shown.arrangement.value == F(7, 13)
    assert shown.arrangement.levels["fee"] == {"steady": F(23, 13)}


def test_the_cheapest_subsidy_is_a_half_beside_a_fee_of_one_and_a_half_and_two_alone() -> None:
    shown = design(case("timing-subsidy"), "cheapest", payer="ministry")
    assert shown.verdict == "holds_with_sharing"
    assert shown.arrangement.value == F(1, 2)
    assert shown.arrangement.levels == {"fee": {"steady": F(3, 2)}, "subsidy": {"steady": F(1, 2)}}
    alone = design(case("timing-subsidy-alone"), "cheapest", payer="ministry")
    assert (alone.arrangement.value, alone.arrangement.levels) == (F(2), {"subsidy": {"steady": F(2)}})


@pytest.mark.parametrize("effort", ["0.2", "0.6", "0.9", "1"])
def test_a_mutual_gift_needs_half_its_effort(effort: str) -> None:
    asked = replace(case("mutual-gift").partnership, target={"one": (effort,), "two": (effort,)})
    ready = situation(asked)
    assert common_threshold(ready, ready.everywhere).value == F(effort) / 2


@pytest.mark.parametrize(("name", "verdict"), [("pie-possible", "holds_with_sharing"), ("pie-impossible", "fails")])
def test_a_pie_can_be_split_iff_the_mean_discount_factor_is_a_half(name: str, verdict: str) -> None:
    decision = decide(case(name).partnership)
    assert decision.verdict == verdict
    assert decision.levels["payment"] == ((F(1, 5),) if verdict != "fails" else (F(0),))


@pytest.mark.parametrize("name", ["urgency-independent", "urgency-fleeting", "urgency-lasting"])
def test_sharing_is_hardest_when_urgency_is_high(name: str) -> None:
    impatient = with_discounts(case(name).partnership, dict.fromkeys(("firm", "office"), F("0.68")))
    decision = decide(impatient)
    assert min(decision.stands.inequalities, key=lambda e: e.slack).state == 1


DISCOUNTS = [F("0.6"), F("0.8"), F("0.9"), F("0.95"), F("0.99")]


@pytest.mark.parametrize(
    ("name", "discount", "longest"),
    [("renewal-95", d, m) for d, m in zip(DISCOUNTS, [6, 15, 21, 26, 30], strict=True)]
    + [("renewal-90", d, m) for d, m in zip(DISCOUNTS, [3, 9, 12, 14, 15], strict=True)],
)
def test_value_must_be_renewed_at_the_published_interval(name: str, discount: Fraction, longest: int) -> None:
    def verdict(every: int) -> str:
        renewed = replace(case(name).partnership, renewal=Renewal(cap=every, by="office", every=every))
        return decide(with_discounts(renewed, dict.fromkeys(renewed.names, discount))).verdict

    assert verdict(longest) == "holds"
    assert verdict(longest + 1) != "holds"


@pytest.mark.parametrize("discount", [F(1, 2), F("0.99"), F("0.9999")])
def test_without_renewal_it_fails_at_every_discount_factor(discount: Fraction) -> None:
    fading = case("renewal-none").partnership
    assert decide(with_discounts(fading, dict.fromkeys(fading.names, discount))).verdict == "fails"


# The fast check is the exact one, in floats.


def smallest(ready: Situation, awake: tuple[bool, ...], levels: Levels, discounts: list[Fraction]) -> list[float]:
    """Return every actor's smallest exact slack; leaving the sanction's play without moving the state is left out.

    It loses nothing later, so it was judged for all discount factors when the sanction was.
    """
    own = dict(zip(ready.partnership.names, discounts, strict=True))
    at = replace(ready, partnership=with_discounts(ready.partnership, own))
    game = ready.sanction.game
    still = {(d.actor, d.state, d.action) for d in game.deviations if d.row == game.row[d.state]}

    def counts(e: Inequality) -> bool:
        return e.stage not in ("sanction", "asleep") or (e.actor, e.state, e.deviation) not in still

    found = examine(at, awake, levels).inequalities
    return [min(float(e.slack) for e in found if e.actor == i and counts(e)) for i in range(len(discounts))]


def compared(agreement: Agreement, discounts: list[Fraction]) -> None:
    partnership, awake, levels = agreement
    try:
        ready = situation(partnership)
    except ScenarioError:
        assume(False)
        raise
    used = discounts[: len(partnership.actors)]
    fast = slacks(standing(ready, awake, levels), np.array([float(d) for d in used]))
    assert fast.tolist() == pytest.approx(smallest(ready, awake, levels, used), abs=1e-9)


three_discounts = st.lists(st.integers(0, 99).map(lambda k: F(k, 100)), min_size=3, max_size=3)


@examples(signed(partnerships(suspensions=False)), three_discounts, few=36, many=120, how=some)
def test_all_actors_at_once_have_the_exact_slacks_when_the_sanction_is_for_ever(
    agreement: Agreement, discounts: list[Fraction]
) -> None:
    compared(agreement, discounts)


@examples(signed(partnerships(renewal=False, hazards=False)), three_discounts, few=24, many=80, how=some)
def test_all_actors_at_once_have_the_exact_slacks_when_a_suspension_cannot_be_moved(
    agreement: Agreement, discounts: list[Fraction]
) -> None:
    compared(agreement, discounts)


@pytest.mark.parametrize("discount", [F(1, 2), F("0.9")])
def test_leaving_a_suspension_that_moves_the_state_is_judged_by_what_follows_the_suspension(discount: Fraction) -> None:
    """Sharing alone brings on the shock; for a period of suspension that destroys the agreement itself."""
    base = dilemma([F(3)] * 2, [F(4)] * 2, [F(0)] * 2, [F("0.9")] * 2)
    shocked = replace(
        base, hazards=(Hazard("shock", (F(1, 2),), {"office": (SHARE,), "firm": (AWAY,)}),), sanction=Sanction(1)
    )
    compared((shocked, (True, False), {}), [discount] * 3)


# Intervals.


def slack_at(ready: Situation, awake: tuple[bool, ...], levels: Levels, i: int, delta: Fraction) -> float:
    return smallest(ready, awake, levels, [delta] * len(ready.partnership.actors))[i]


@settings(some, max_examples=25)
@given(signed(partnerships(suspensions=False, renewal=False, max_levels=2)))
def test_the_intervals_of_an_actor_are_right_inside_outside_and_on_both_sides_of_every_edge(
    agreement: Agreement,
) -> None:
    partnership, awake, levels = agreement
    try:
        ready = situation(partnership)
    except ScenarioError:
        assume(False)
    side = F(1, 10**6)
    for i, threshold in enumerate(actor_thresholds(ready, awake, levels).values()):
        edges = [edge for interval in threshold.intervals for edge in interval]
        assert edges == sorted(edges)
        for low, high in threshold.intervals:
            assert slack_at(ready, awake, levels, i, low) >= -1e-12 or not threshold.exact
            assert slack_at(ready, awake, levels, i, (low + high) / 2) >= -1e-9
            assert low == 0 or slack_at(ready, awake, levels, i, low - side) < 1e-12
            assert high == 1 or slack_at(ready, awake, levels, i, high + side) < 1e-12
        if threshold.value is None:
            assert all(slack_at(ready, awake, levels, i, F(k, 10)) < 1e-12 for k in range(10))


def calm_before_a_trap() -> Partnership:
    """Return a game that a patient actor leaves: level 0 (together 2, tempted 2.5, apart 0) leads, with chance 1/4, to

    level 1 for ever, where all share for 0, whoever leaves alone has -5, and staying apart would bring 1. In level 1,
    0 >= -5 (1-d) + d up to d = 5/6; in level 0, 1.875 d^2 - 2.125 d + .5 <= 0, from 1/3 to 4/5.
    """
    urgency = UrgencyProcess((Level("calm", F(0)), Level("trap", F(1))), ((F(3, 4), F(1, 4)), (F(0), F(1))))
    base = dilemma([F(2)] * 2, [F("2.5")] * 2, [F(0)] * 2, [F(1, 2)] * 2)
    slopes = {"together": F(-2), "tempted": F("-7.5"), "apart": F(1)}

    def sloped(term: Term) -> Term:
        return replace(term, urgency_slope=slopes[term.name])

    actors = tuple(replace(a, terms=tuple(map(sloped, a.terms))) for a in base.actors)
    return replace(base, urgency=urgency, actors=actors, target=dict.fromkeys(base.target, (SHARE, SHARE)))


def test_more_patience_can_break_an_agreement_and_both_edges_are_found_exactly() -> None:
    ready = situation(calm_before_a_trap())
    thresholds = actor_thresholds(ready, ready.everywhere, {})
    expected = Threshold(F(1, 3), True, ((F(1, 3), F(4, 5)),))
    assert list(thresholds.values()) == [expected, expected]
    assert in_common(list(thresholds.values())) == expected
    assert common_threshold(ready, ready.everywhere).intervals == expected.intervals
    for delta, holds in ((F(1, 3), True), (F(1, 3) - HAIR, False), (F(4, 5), True), (F(4, 5) + HAIR, False)):
        patient = with_discounts(calm_before_a_trap(), dict.fromkeys(("office", "firm"), delta))
        assert (decide(patient).verdict == "holds") == holds


def test_what_holds_at_no_discount_factor_has_no_threshold() -> None:
    ready = situation(dilemma([F(1)] * 2, [F(2)] * 2, [F(1)] * 2, [F(1, 2)] * 2))
    assert common_threshold(ready, ready.everywhere).value is None
    assert all(t.value is None for t in actor_thresholds(ready, ready.everywhere, {}).values())


def test_what_nobody_is_tempted_to_leave_holds_from_zero_on() -> None:
    ready = situation(dilemma([F(3)] * 2, [F(2)] * 2, [F(1)] * 2, [F(1, 2)] * 2))
    assert common_threshold(ready, ready.everywhere) == Threshold(F(0), True, ((F(0), F(1)),))


@examples(
    st.tuples(*[st.integers(0, 8).map(F)] * 3),
    st.tuples(*[st.integers(0, 8).map(F)] * 3),
    few=12,
    many=40,
    how=some,
)
def test_a_fee_on_delivery_pools_the_temptations(one: tuple[Fraction, ...], two: tuple[Fraction, ...]) -> None:
    """With c > p both, and the firm alone tempted: D - C against delta / (1 - delta) (sum c - sum p).

    Money on delivery moves slack one for one as long as the office pays no more than delta (c - p) (after Levin 2003).
    """
    (c, d, p), (C, D, P) = one, two
    assume(c > p and C > P and d <= c and D > C)
    ready = situation(dilemma([c, C], [d, D], [p, P], [F(1, 2)] * 2, money("fee", "office", "firm")))
    expected = (D - C) / ((D - C) + (C - P) + (c - p))
    found = common_threshold(ready, (True,))
    assert found.value == expected
    assert found.exact
