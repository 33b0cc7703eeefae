"""Each aim against its definition: over the oracle's own polyhedra, with ``scipy``, or by moving the payoffs."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, reject, settings
from hypothesis import strategies as st

from games.errors import ScenarioError
from games.partnership import Partnership, Term
from solver.exact import fraction
from solver.sharing.arrangement import Arranged, arrange
from solver.sharing.decision import decide, shadow_prices
from solver.sharing.optimum import as_float
from solver.sharing.situation import Situation, situation
from tests.examples import examples
from tests.oracle import Verdictish, worst
from tests.reference import Agreement, Polyhedron, best_of, cheapest, polyhedra
from tests.small import AWAY, SHARE, F, dilemma, funded, money
from tests.strategies import partnerships

ROUNDING = 1e-6
some = settings(
    max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def idle(partnership: Partnership) -> bool:
    """Return whether some instrument costs nothing in some state: see the failing test of one that changes nothing."""
    return any(0 in b.cost for b in partnership.instruments)


drawn = partnerships(max_levels=2, renewal=False, hazards=False, on_off=False).filter(lambda p: not idle(p))
without_limits = partnerships(
    max_levels=2, renewal=False, hazards=False, on_off=False, limits=False, suspensions=False, lapse_ends=False
).filter(lambda p: not idle(p))


def arranged(partnership: Partnership, aim: str, payer: str | None = None) -> tuple[Arranged, Agreement]:
    """Return what the solver arranges in every state and the agreement to hold it against, or let the example go."""
    try:
        ready = situation(partnership)
    except ScenarioError:
        assume(False)
        raise
    agreement = Agreement(partnership, ready.everywhere, ready.sanction.game.policy)
    if len(agreement.columns()) > 4:
        reject()
    found = arrange(ready, ready.everywhere, aim, payer)
    if not isinstance(found, Arranged):
        reject()
    assert isinstance(found, Arranged)
    return found, agreement


def judged(found: Arranged, agreement: Agreement) -> Verdictish:
    p = agreement.partnership
    return worst(p, agreement.awake, found.levels, agreement.sigma, p.sanction.periods)


def gains(found: Arranged, agreement: Agreement) -> list[float]:
    """Return what the actors gain by joining, as the oracle sees it."""
    slacks = judged(found, agreement).slacks
    return [float(slacks[f"{name} joins"]) for name in agreement.partnership.names]


def bounded(found: Arranged) -> None:
    assume("unbounded" not in found.best.note)


# Cheapest.


@examples(drawn, st.data(), few=12, many=40, how=some)
def test_cheapest_is_what_the_oracle_s_own_programme_finds_for_every_payer(
    partnership: Partnership, data: st.DataObject
) -> None:
    payer = data.draw(st.sampled_from([None, *dict.fromkeys(b.giver for b in partnership.instruments)]))
    found, agreement = arranged(partnership, "cheapest", payer)
    assert as_float(found.best.value) == pytest.approx(cheapest(agreement, payer), abs=ROUNDING)


@examples(drawn, st.lists(st.integers(0, 4).map(lambda k: F(k, 4)), min_size=4, max_size=4), few=6, many=20, how=some)
def test_no_mixture_of_arrangements_that_hold_is_cheaper(partnership: Partnership, weights: list[Fraction]) -> None:
    found, agreement = arranged(partnership, "cheapest")
    others = [arrange(found.program.situation, found.awake, aim) for aim in ("robust", "fairest", "proportional")]
    held = [found, *(other for other in others if isinstance(other, Arranged))]
    total = sum(weights[: len(held)]) or F(1)
    shares = [w / total for w in weights[: len(held)]]
    names = [name for name, _ in agreement.columns()]
    states = [group[0] for _, group in agreement.columns()]
    x = [
        sum((w * one.levels[name][s] for w, one in zip(shares, held, strict=True)), F(0))
        for name, s in zip(names, states, strict=True)
    ]
    assert total_cost(agreement, x) >= as_float(found.best.value) * float(sum(shares)) - ROUNDING


def total_cost(agreement: Agreement, x: list[Fraction]) -> float:
    _, costs = agreement.measured(x)
    return float(sum(costs.values()))


FEE = dilemma([F(6), F(2)], [F(8), F(7)], [F(1), F(1)], [F(1, 2)] * 2, money("fee", "office", "firm"))


def test_the_payer_named_pays_least_and_the_others_no_more_than_they_must() -> None:
    """cases.md, Timing: at delta .5 the cheapest subsidy is .5, beside a fee of 1.5; without the fee 2."""
    subsidised = funded(FEE, money("subsidy", "ministry", "firm"))
    decision = decide(subsidised, "cheapest", "ministry")
    assert {name: row[0] for name, row in decision.levels.items()} == {"fee": F(3, 2), "subsidy": F(1, 2)}
    assert decide(subsidised, "cheapest", "office").levels["fee"] == (F(0),)
    assert decide(replace(subsidised, instruments=subsidised.instruments[1:])).levels == {"subsidy": (F(2),)}


# Fairest, Nash, Kalai-Smorodinsky, proportional.


def leximin(agreement: Agreement) -> tuple[float, ...]:
    return max(v for v in (one.leximin() for one in polyhedra(agreement)) if v is not None)


@examples(drawn, few=12, many=40, how=some)
def test_fairest_is_the_leximin_of_the_gains(partnership: Partnership) -> None:
    found, agreement = arranged(partnership, "fairest")
    bounded(found)
    assert sorted(gains(found, agreement)) == pytest.approx(leximin(agreement), abs=1e-5)


PAIR = dilemma([F(6), F(2), F(4)], [F(6)] * 3, [F(1), F(0), F(3)], [F("0.9")] * 3)


def test_fairest_goes_on_after_the_smallest_gain_is_settled() -> None:
    """Gains of 5, 2 and 1, where one unit may go from the first to the second and none to the third: 4, 3, 1."""
    paid = replace(PAIR, instruments=(money("fee", "office", "firm", cap=(F(1),)),))
    found, agreement = arranged(paid, "fairest")
    assert gains(found, agreement) == pytest.approx([4, 3, 1])
    assert found.best.value == 1


def test_fairest_goes_on_where_an_instrument_is_on_or_off() -> None:
    """A public grant, on or off: the office gains nothing either way, the others 1 each if it is on."""
    grant = money("grant", "fund", "firm", "broker", minimum=F(1), cap=(F(1),))
    tied = funded(dilemma([F(1)] * 3, [F(1)] * 3, [F(1)] * 3, [F("0.9")] * 3), grant)
    found, agreement = arranged(tied, "fairest")
    assert sorted(gains(found, agreement)) == pytest.approx(leximin(agreement), abs=1e-5)


def test_an_instrument_that_changes_nothing_changes_nothing() -> None:
    """It costs nothing, a court enforces it, and what it needs is never met."""
    idle = money("idle", "office", "firm", cost=(F(0),), needs={"office": (AWAY,)}, enforceable=True)
    holds = dilemma([F(6)] * 2, [F(7)] * 2, [F(1)] * 2, [F("0.9")] * 2, idle)
    assert decide(holds, "cheapest").verdict == "holds"


@examples(drawn, few=12, many=40, how=some)
def test_nash_reaches_the_largest_product_that_scipy_finds(partnership: Partnership) -> None:
    found, agreement = arranged(partnership, "nash")
    assume("largest product" in found.best.note)
    expected = best_of(agreement, Polyhedron.log_product)
    assume(expected is not None and math.isfinite(expected))
    assert sum(map(math.log, gains(found, agreement))) >= expected - 1e-6


def test_nash_reaches_the_largest_product_where_instruments_are_on_or_off() -> None:
    """A fee of 3 to 4, and data worth 2 a unit at a fixed cost of 1/2: ln 32 = 3.466, and 3.445 is called the best."""
    fee = money("fee", "office", "firm", minimum=F(3), cap=(F(4),), fixed_cost=F(1))
    data = money("data", "firm", "office", value=(F(2),), cap=(F(3),), fixed_cost=F(1, 2))
    found, agreement = arranged(dilemma([F(10), F(2)], [F(4)] * 2, [F(0)] * 2, [F("0.9")] * 2, fee, data), "nash")
    assert math.prod(gains(found, agreement)) == pytest.approx(32)


@pytest.mark.parametrize("aim", ["fairest", "nash"])
def test_unbounded_gains_are_not_a_failure(aim: str) -> None:
    """The office can give without end what costs it nothing; something else that is on or off makes it an MILP."""
    good = money("good", "office", "firm", cost=(F(0),), enforceable=True)
    other = money("other", "firm", "office", fixed_cost=F(1, 10), cap=(F(1),))
    partnership = dilemma([F(1)] * 2, [F(1)] * 2, [F(1)] * 2, [F("0.9")] * 2, good, other)
    assert decide(partnership, "robust").verdict != "fails"
    assert decide(partnership, aim).verdict != "fails"


def test_nash_splits_a_pie_as_the_textbook_does() -> None:
    """Splitting 100 with disagreement at (20, 10): 55 and 45 (cases.md, Splits), here from 90 and 10."""
    pie = dilemma([F(90), F(10)], [F(0)] * 2, [F(20), F(10)], [F("0.99")] * 2, money("fee", "office", "firm"))
    found, agreement = arranged(pie, "nash")
    assert gains(found, agreement) == pytest.approx([35, 35], abs=1e-4)


def test_nash_weighs_nothing_but_the_product_when_one_unit_is_worth_two() -> None:
    """(90 - x - 20)(2 x) is largest at x = 35; its logarithm within 1e-9 is x within 35 sqrt(1e-9) = 0.0011."""
    kind = money("data", "office", "firm", value=(F(2),))
    found, agreement = arranged(dilemma([F(90), F(10)], [F(0)] * 2, [F(20), F(10)], [F("0.99")] * 2, kind), "nash")
    assert gains(found, agreement) == pytest.approx([35, 70], abs=2.3e-3)


def ideal(agreement: Agreement) -> np.ndarray:
    """Return the most that each actor could gain, over all supports."""
    found = []
    for i in range(len(agreement.partnership.names)):

        def most(one: Polyhedron, i: int = i) -> float | None:
            least = one.best(-one.gain[i])
            return None if least is None else one.gain0[i] - least[0]

        found.append(best_of(agreement, most))
    return np.array(found, float)


@examples(drawn, few=9, many=30, how=some)
def test_kalai_smorodinsky_gives_everybody_the_same_largest_share_of_the_ideal(partnership: Partnership) -> None:
    found, agreement = arranged(partnership, "kalai-smorodinsky")
    bounded(found)
    most = ideal(agreement)
    assume((most > 1e-6).all())
    share = best_of(agreement, lambda one: one.largest_share(most))
    assert share is not None
    assert as_float(found.best.value) == pytest.approx(share, abs=ROUNDING)
    assert (np.array(gains(found, agreement)) / most).min() == pytest.approx(share, abs=1e-5)


def test_kalai_smorodinsky_splits_a_kinked_pie() -> None:
    """Money from 10, 0 (apart 0, 0), capped at 4: ideals 10 and 4, and the split 10 - x, x meets 10 : 4 at 20/7."""
    pie = dilemma([F(10), F(0)], [F(0)] * 2, [F(0)] * 2, [F("0.9")] * 2, money("fee", "office", "firm", cap=(F(4),)))
    found, _ = arranged(pie, "kalai-smorodinsky")
    assert found.levels["fee"] == (F(20, 7),)
    assert fraction(found.best.value) == F(5, 7)


def test_kalai_smorodinsky_does_not_speak_of_missing_caps_when_nobody_can_gain() -> None:
    nothing = dilemma([F(1), F(1)], [F(1)] * 2, [F(1)] * 2, [F("0.9")] * 2, money("fee", "office", "firm", cap=(F(4),)))
    found, _ = arranged(nothing, "kalai-smorodinsky")
    assert "cap" not in found.best.note


@examples(drawn, st.lists(st.integers(1, 4).map(F), min_size=3, max_size=3), few=9, many=30, how=some)
def test_proportional_gains_are_at_least_the_largest_multiple_of_the_contributions(
    partnership: Partnership, weights: list[Fraction]
) -> None:
    actors = tuple(replace(a, contribution=w) for a, w in zip(partnership.actors, weights, strict=False))
    found, agreement = arranged(replace(partnership, actors=actors), "proportional")
    bounded(found)
    weighed = np.array([float(a.contribution or 0) for a in actors])
    multiple = best_of(agreement, lambda one: one.largest_share(weighed))
    assert multiple is not None
    assert as_float(found.best.value) == pytest.approx(multiple, abs=ROUNDING)
    assert (np.array(gains(found, agreement)) / weighed).min() == pytest.approx(multiple, abs=1e-5)


# Robust.


def moved(partnership: Partnership, by: dict[str, Fraction]) -> Partnership:
    """Return the partnership with every payoff off against the agreement, by an amount for each actor.

    Sharing by all pays less; leaving alone, and staying apart together, pay more. These are different outcomes, so
    all can happen at once, whatever the actors.
    """
    actors = []
    for actor in partnership.actors:
        others = {name: (SHARE,) for name in partnership.names if name != actor.name}
        worse = Term("worse", -by[actor.name], when={actor.name: (SHARE,), **others})
        away = dict.fromkeys(partnership.names, (AWAY,))
        better = [Term("better", by[actor.name], when=away)]
        better += [
            Term("better", by[actor.name], when={actor.name: (d,), **others}) for d in actor.actions if d != SHARE
        ]
        actors.append(replace(actor, terms=(*actor.terms, worse, *better)))
    return replace(partnership, actors=tuple(actors))


def errors(ready: Situation, margin: Fraction) -> dict[str, Fraction]:
    return {name: margin * scale for name, scale in zip(ready.partnership.names, ready.scale, strict=True)}


def touched(agreement: Agreement) -> set[str]:
    """Return the incentives that some instrument moves: the others bound no margin, since nothing shared mends them."""
    width = len(agreement.columns())
    base, _ = agreement.measured([F(1)] * width)
    steps = [agreement.measured([F(1 + (k == j)) for k in range(width)])[0] for j in range(width)]
    return {name for name, slack in base.items() if any(step[name] != slack for step in steps)}


@examples(without_limits, few=12, many=40, how=some)
def test_the_most_robust_arrangement_holds_at_its_margin_and_just_so(partnership: Partnership) -> None:
    shared = replace(partnership, target={name: (SHARE,) * len(row) for name, row in partnership.target.items()})
    found, agreement = arranged(shared, "robust")
    ready = found.program.situation
    assume(ready.sanction.outside and found.proof == "exact")
    margin, counts = fraction(found.best.value), touched(agreement)
    assert 0 <= margin <= 1

    def slack(eps: Fraction) -> Fraction:
        p = moved(shared, errors(ready, eps))
        slacks = worst(p, agreement.awake, found.levels, agreement.sigma, None).slacks
        return min((slack for name, slack in slacks.items() if name in counts), default=F(0))

    assert slack(margin) == 0 or (margin == 1 and slack(margin) >= 0)
    assert margin == 1 or slack(margin + F(1, 1000)) < 0 <= slack(margin - F(1, 1000))


@examples(without_limits, few=9, many=30, how=some)
def test_no_arrangement_is_more_robust(partnership: Partnership) -> None:
    """Over all mixtures in which everything is given: beyond the margin some touched incentive is always broken."""
    shared = replace(partnership, target={name: (SHARE,) * len(row) for name, row in partnership.target.items()})
    found, agreement = arranged(shared, "robust")
    ready = found.program.situation
    beyond = F(as_float(found.best.value)) + F(1, 1000)
    assume(ready.sanction.outside and beyond < 1)
    worse = replace(agreement, partnership=moved(shared, errors(ready, beyond)))
    *_, all_given = polyhedra(worse)
    counts = (all_given.slope != 0).any(axis=1)
    assume(counts.any())
    only = replace(all_given, constant=all_given.constant[counts], slope=all_given.slope[counts])
    assert only.best(np.zeros(len(only.bounds))) is None


# Shadow prices.


def test_the_shadow_price_of_a_cap_is_what_one_more_unit_saves() -> None:
    """The firm needs 2 a period: money at cost 1, but at most 1 unit, then at cost 3. One unit more saves 2."""
    base = replace(FEE, instruments=())
    cheap, dear = money("cheap", "ministry", "firm", cap=(F(1),)), money("dear", "ministry", "firm", cost=(F(3),))
    decision = decide(funded(base, cheap, dear))
    assert decision.arranged is not None
    assert decision.arranged.best.value == 1 + 3
    prices = {p.constraint: p.price for p in shadow_prices(decision.arranged)}
    assert prices["cap of cheap in steady"] == 2
    # The firm's own incentive: half a unit less of temptation per unit of slack, at the dear price.
    assert prices["firm: not tempted by 'walk away' in steady"] == 3


def test_the_shadow_price_of_a_budget_is_what_one_more_unit_saves() -> None:
    base = replace(FEE, instruments=())
    both = funded(base, money("cheap", "ministry", "firm"), money("dear", "bank", "firm", cost=(F(3),)))
    ministry, bank = both.funders
    tight = replace(both, funders=(replace(ministry, budget=(F(1),)), bank))
    decision = decide(tight)
    assert decision.arranged is not None
    assert {p.constraint: p.price for p in shadow_prices(decision.arranged)}["budget of ministry in steady"] == 2


@examples(drawn, st.data(), few=12, many=40, how=some)
def test_relaxing_a_cap_saves_at_most_its_price_and_tightening_it_costs_at_least_that(
    partnership: Partnership, data: st.DataObject
) -> None:
    """The cost is convex in the cap, and the price is one of its slopes."""
    index = data.draw(st.integers(0, len(partnership.instruments) - 1))
    tight = replace(
        partnership,
        instruments=tuple(replace(b, cap=b.cap or (F(1, 2),) * len(b.cost)) for b in partnership.instruments),
    )
    found, _ = arranged(tight, "cheapest")
    instrument = tight.instruments[index]
    assume(instrument.contingent and instrument.cap)
    state = data.draw(st.integers(0, len(instrument.cost) - 1))
    text = f"cap of {instrument.name} in {found.program.situation.states[state].name}"
    price = float({p.constraint: p.price for p in shadow_prices(found)}.get(text, 0))

    def cost(change: Fraction) -> float:
        caps = tuple(cap + change * (k == state) for k, cap in enumerate(instrument.cap or ()))
        instruments = tuple(replace(b, cap=caps) if b.name == instrument.name else b for b in tight.instruments)
        ready = situation(replace(tight, instruments=instruments))
        answer = arrange(ready, ready.everywhere)
        return as_float(answer.best.value) if isinstance(answer, Arranged) else math.inf

    step = F(1, 100)
    now = as_float(found.best.value)
    assert -ROUNDING <= now - cost(step) <= price * float(step) + ROUNDING
    assert cost(-step) - now >= price * float(step) - ROUNDING
    assert price >= 0
