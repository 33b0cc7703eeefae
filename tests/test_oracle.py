"""The oracle against answers worked out by hand, and against published ones read from tests/cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published import WITHOUT_INSTRUMENTS

from games.files.scenario import read
from games.partnership import Actor, Funder, Hazard, Instrument, Partnership, Renewal, Term, Timing
from games.translate import outside_policy, start, states
from games.urgency import Level, UrgencyProcess, constant
from tests.examples import examples
from tests.oracle import GONE, PATH, Verdictish, solve, value_by_simulation, worst
from tests.strategies import Agreement, no_instruments, no_renewal, partnerships, signed, with_instruments

CASES = Path(__file__).parent / "cases"
F = Fraction
HAIR = F(1, 10**9)
HALF = F(1, 2)


@cache
def case(name: str) -> Partnership:
    return read(str(CASES / f"{name}.toml")).partnership


def at(partnership: Partnership, *discounts: Fraction) -> Partnership:
    each = discounts * len(partnership.actors) if len(discounts) == 1 else discounts
    actors = (replace(a, discount=d) for a, d in zip(partnership.actors, each, strict=True))
    return replace(partnership, actors=tuple(actors))


def judge(
    partnership: Partnership,
    levels: Mapping[str, Fraction] = MappingProxyType({}),
    periods: int | None = None,
    awake: tuple[bool, ...] = (),
) -> Verdictish:
    """Return the verdict with the same levels in every state, awake in all of them unless told."""
    here = states(partnership)
    covered = awake or tuple(not s.ended for s in here)
    given = {b.name: (levels.get(b.name, F(0)),) * len(here) for b in partnership.instruments}
    return worst(partnership, covered, given, outside_policy(partnership), periods)


def on_path(partnership: Partnership) -> Fraction:
    """Return the smallest slack outside the sanction, whose own slacks are often 0."""
    return min(slack for key, slack in judge(partnership).slacks.items() if "(path" in key)


def levels_that_hold(
    partnership: Partnership, name: str, others: Mapping[str, Fraction] = MappingProxyType({})
) -> tuple[Fraction, Fraction] | None:
    """Return the interval of positive levels of one instrument at which all holds: slacks are linear in it."""
    one, two = (judge(partnership, {**others, name: F(x)}).slacks for x in (1, 2))
    low, high = F(0), F(10**6)
    for key, slack in one.items():
        rise = two[key] - slack
        root = 1 - slack / rise if rise else F(0)
        low, high = (max(low, root) if rise > 0 else low), (min(high, root) if rise < 0 else high)
        if rise == 0 and slack < 0:
            return None
    return (low, high) if low <= high else None


# Published answers. Each holds with equality at the threshold and fails a hair below it.


@pytest.mark.parametrize(("name", "threshold"), WITHOUT_INSTRUMENTS)
def test_sharing_without_instruments_holds_from_the_published_discount_factor(name: str, threshold: Fraction) -> None:
    assert judge(at(case(name), threshold)).slack == 0
    assert on_path(at(case(name), threshold - HAIR)) < 0 < on_path(at(case(name), threshold + HAIR))


@pytest.mark.parametrize(
    ("name", "threshold"), [("urgency-fleeting", F("0.702328")), ("urgency-lasting", F("0.761083"))]
)
def test_urgency_as_a_state_has_the_published_threshold(name: str, threshold: Fraction) -> None:
    below, above = (at(case(name), threshold + sign * F(1, 10**6)) for sign in (-1, 1))
    assert on_path(below) < 0 < on_path(above)
    assert judge(above).holds
    assert judge(below).where.endswith("in (path, high)")


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("timing-simultaneous", F("0.606428"), F("0.606429")),  # the root of 7 d^2 + 4 d - 5
        ("timing-on-delivery", F(7, 13) - HAIR, F(7, 13)),
        ("public-good-unequal", F(3, 10) - HAIR, F(3, 10)),
    ],
)
def test_a_payment_sustains_sharing_from_the_published_discount_factor(
    name: str, low: Fraction, high: Fraction
) -> None:
    partnership = case(name)
    payment = partnership.instruments[0].name
    assert levels_that_hold(at(partnership, low), payment) is None
    assert levels_that_hold(at(partnership, high), payment) is not None


def test_the_least_patient_payment_is_unique() -> None:
    assert levels_that_hold(at(case("timing-on-delivery"), F(7, 13)), "fee") == (F(23, 13), F(23, 13))
    assert levels_that_hold(at(case("public-good-unequal"), F(3, 10)), "payment") == (F(9, 20), F(9, 20))


def test_the_cheapest_subsidy_is_a_half_beside_a_fee_of_one_and_a_half_and_two_alone() -> None:
    both, alone = case("timing-subsidy"), case("timing-subsidy-alone")
    assert levels_that_hold(both, "fee", {"subsidy": F(1, 2)}) == (F(3, 2), F(3, 2))
    assert levels_that_hold(both, "fee", {"subsidy": F(1, 2) - HAIR}) is None
    assert levels_that_hold(alone, "subsidy") == (F(2), F(10**6))


def test_a_pie_can_be_split_iff_the_mean_discount_factor_is_a_half() -> None:
    assert levels_that_hold(case("pie-possible"), "payment") == (F(1, 5), F(1, 5))
    assert levels_that_hold(case("pie-impossible"), "payment") is None


@pytest.mark.parametrize("effort", ["0.2", "0.6", "0.9", "1"])
def test_a_mutual_gift_needs_a_discount_factor_of_half_the_effort(effort: str) -> None:
    asked = replace(case("mutual-gift"), target={"one": (effort,), "two": (effort,)})
    assert judge(at(asked, F(effort) / 2)).slack == 0
    assert judge(at(asked, F(effort) / 2 - HAIR)).slack < 0


DISCOUNTS = [F("0.6"), F("0.8"), F("0.9"), F("0.95"), F("0.99")]


@pytest.mark.parametrize(
    ("name", "discount", "longest"),
    [("renewal-95", d, m) for d, m in zip(DISCOUNTS, [6, 15, 21, 26, 30], strict=True)]
    + [("renewal-90", d, m) for d, m in zip(DISCOUNTS, [3, 9, 12, 14, 15], strict=True)],
)
def test_value_must_be_renewed_at_the_published_interval(name: str, discount: Fraction, longest: int) -> None:
    def holds(every: int) -> bool:
        renewal = Renewal(cap=every, by="office", every=every)
        return judge(at(replace(case(name), renewal=renewal), discount)).holds

    assert all(map(holds, range(1, longest + 1)))
    assert not holds(longest + 1)


@pytest.mark.parametrize("discount", [F(1, 2), F("0.99"), F("0.9999")])
def test_without_renewal_no_sharing_lasts_in_any_first_ages(discount: Fraction) -> None:
    fading = at(case("renewal-none"), discount)
    ages = len(states(fading))
    for covered in (1, 2, 10, ages):
        assert judge(fading, awake=tuple(k < covered for k in range(ages))).slack < 0


# The rules of one period, by hand: cooperating (6, 2), deviating (8, 7), punished (1, 1), discount .7, a fee of 2.


@pytest.mark.parametrize(
    ("timing", "enforceable", "expected"),
    [
        ("on delivery", False, {"office plays": ".9", "office withholds on delivery": "1.5", "firm plays": "1.2"}),
        ("simultaneous", False, {"office plays": ".9", "office withholds at the same time": "1.5", "firm plays": ".6"}),
        ("up front", False, {"office plays": "1.5", "office refuses up front": "3", "firm plays": ".6"}),
        ("on delivery", True, {"office plays": "1.5", "firm plays": ".6"}),
        ("simultaneous", True, {"office plays": "1.5", "firm plays": ".6"}),
        ("up front", True, {"office plays": "1.5", "firm plays": ".6"}),
    ],
)
def test_what_a_deviator_pays_and_receives(timing: Timing, enforceable: bool, expected: dict[str, str]) -> None:
    slacks = judge(with_fee(timing=timing, enforceable=enforceable), {"fee": F(2)}).slacks
    path = {key.split(" in ")[0].split(" 'd")[0]: slack for key, slack in slacks.items() if "(path" in key}
    assert path == {key: F(value) for key, value in expected.items()}


def with_fee(**changes: object) -> Partnership:
    partnership = at(case("timing-on-delivery"), F("0.7"))
    return replace(partnership, instruments=(replace(partnership.instruments[0], **changes),))  # type: ignore[arg-type]


def test_a_sanction_of_one_period_starts_at_once_when_the_fee_is_refused() -> None:
    slacks = judge(with_fee(timing="up front"), {"fee": F(2)}, periods=1).slacks
    assert slacks["office refuses up front in (path, steady)"] == 4 - (F(".3") * 1 + F(".7") * 4)
    late = F(".3") * (8 - 2) + F(".7") * (F(".3") * 1 + F(".7") * 4)
    assert slacks["office plays 'deviate' in (path, steady)"] == 4 - late


def test_a_deviator_loses_what_needed_its_action() -> None:
    needed = with_fee(timing="up front", needs={"firm": ("cooperate",)})
    slacks = judge(needed, {"fee": F(2)}).slacks
    assert slacks["firm plays 'deviate' in (path, steady)"] == F("1.2")
    assert slacks["office plays 'deviate' in (path, steady)"] == F("1.5")


def test_refusing_leaves_what_a_court_enforces() -> None:
    base = with_fee(timing="up front")
    bond = replace(base.instruments[0], name="bond", timing="on delivery", enforceable=True)
    partnership = replace(base, instruments=(*base.instruments, bond))
    slacks = judge(partnership, {"fee": F(1), "bond": F(1)}).slacks
    assert slacks["office refuses up front in (path, steady)"] == 4 - (F(".3") * (1 - 1) + F(".7") * 1)


def test_whoever_refuses_still_receives_what_the_others_give_up_front_where_its_needs_are_met() -> None:
    base = with_fee(timing="up front")
    gift = replace(base.instruments[0], name="gift", giver="firm", receivers=("office",))
    for needs, received in (({}, F(1, 2)), ({"office": ("cooperate",)}, F(0))):
        partnership = replace(base, instruments=(*base.instruments, replace(gift, needs=needs)))
        slacks = judge(partnership, {"fee": F(2), "gift": F(1, 2)}).slacks
        assert slacks["office refuses up front in (path, steady)"] == F("4.5") - (
            F(".3") * (1 + received) + F(".7") * 1
        )


def test_the_fixed_cost_is_saved_by_withholding() -> None:
    slacks = judge(with_fee(fixed_cost=F(1, 2), cap=(F(9),)), {"fee": F(2)}).slacks
    assert slacks["office withholds on delivery in (path, steady)"] == F("3.5") - F("2.5")
    assert judge(with_fee(fixed_cost=F(1, 2), cap=(F(9),)), {"fee": F(0)}).values["office"] == (F(6),)


def test_a_funder_withholds_after_a_deviation_what_it_owes_on_delivery_only() -> None:
    base = at(case("timing-subsidy-alone"), F("0.7"))
    expected: dict[Timing, str] = {"on delivery": "1.2", "simultaneous": ".6", "up front": ".6"}
    for timing, slack in expected.items():
        subsidy = replace(base.instruments[0], timing=timing)
        slacks = judge(replace(base, instruments=(subsidy,)), {"subsidy": F(2)}).slacks
        assert slacks["firm plays 'deviate' in (path, steady)"] == F(slack)


@pytest.mark.parametrize(("periods", "discount"), [(1, F(2, 3)), (None, F(2, 5))])
def test_a_shorter_sanction_needs_more_patience(periods: int | None, discount: Fraction) -> None:
    """Temptation 10 against 15 (d + ... + d^T)."""
    assert judge(at(case("dilemma-40"), discount), periods=periods).slack == 0
    assert judge(at(case("dilemma-40"), discount - HAIR), periods=periods).slack < 0


def test_a_sanction_that_is_no_equilibrium_is_seen() -> None:
    partnership = at(case("dilemma-40"), F(1, 2))
    cooperate = (("cooperate", "cooperate"),)
    for periods in (None, 2):
        assert worst(partnership, (True,), {}, cooperate, periods).slack < 0


# Values in closed form.


def lone(urgency: UrgencyProcess, *terms: Term, discount: Fraction = HALF, **changes: object) -> Partnership:
    """Return a partnership in which only the firm earns anything."""
    actions = ("share", "walk away")
    firm, office = (Actor(name, discount, actions, "walk away") for name in ("firm", "office"))
    target = {name: ("share",) * len(urgency.levels) for name in ("firm", "office")}
    partnership = Partnership("t", "period", "units", urgency, (replace(firm, terms=terms), office), target)
    return replace(partnership, **changes)  # type: ignore[arg-type]


TOGETHER = {"firm": ("share",), "office": ("share",)}
JOY = Term("joy", F(1), F(2), when=TOGETHER)


def two_levels(leave: Fraction, back: Fraction) -> UrgencyProcess:
    rows = ((1 - leave, leave), (back, 1 - back))
    return UrgencyProcess((Level("calm", F(0)), Level("crisis", F(1))), rows)


def test_the_value_of_two_levels_is_the_mean_plus_a_fading_difference() -> None:
    leave, back, discount = F(1, 10), F(1, 2), F(9, 10)
    values = judge(lone(two_levels(leave, back), JOY, discount=discount)).values["firm"]
    mean = (back * 1 + leave * 3) / (leave + back)
    fading = (1 - discount) / (1 - discount * (1 - leave - back))
    calm = mean + fading * (1 - mean)
    assert values == (calm, mean + fading * (3 - mean))


def test_a_hazard_weighs_like_impatience() -> None:
    partnership = lone(constant(F(0)), JOY, hazards=(Hazard("shock", (F(1, 5),), {}),))
    assert judge(partnership).values["firm"][0] == (1 - F(1, 2)) / (1 - F(1, 2) * F(4, 5))


def test_a_renewal_that_may_fail_is_tried_again() -> None:
    """V0 = (1-d) + d V1 and V1 = (1-d) v + d (p V0 + (1-p) V1), with v left at age 1."""
    v, p, d = F(1, 2), F(3, 4), F(1, 2)
    joy = replace(JOY, urgency_slope=F(0), retention=v)
    partnership = lone(constant(F(0)), joy, renewal=Renewal(1, "office", {}, p, every=2))
    fresh, old = judge(partnership).values["firm"]
    assert fresh == (1 - d) + d * old
    assert old == (1 - d) * v + d * (p * fresh + (1 - p) * old)


def test_an_agreement_that_sleeps_wakes_and_one_that_ends_does_not() -> None:
    """Awake in the crisis only, left and entered with chance 1/2: asleep V is d/(2-d) of awake V."""
    asleep = lone(two_levels(F(1, 2), F(1, 2)), JOY)
    sleeps, ends = (judge(replace(asleep, lapse=lapse), awake=(False, True)) for lapse in ("sleep", "end"))
    calm, crisis = sleeps.values["firm"]
    assert crisis == F(1, 2) * 3 + F(1, 2) * (calm + crisis) / 2
    assert calm == F(1, 2) * (calm + crisis) / 2 > 0
    assert ends.values["firm"] == (F(0), F(1, 2) * 3 / (1 - F(1, 4)))


# Hard limits and joining.


@pytest.mark.parametrize(
    ("change", "level", "kept"),
    [
        ({"cap": (F(2),)}, F(2), True),
        ({"cap": (F(2),)}, F(2) + HAIR, False),
        ({"minimum": F(2), "cap": (F(9),)}, F(2), True),
        ({"minimum": F(2), "cap": (F(9),)}, F(2) - HAIR, False),
        ({"minimum": F(2), "cap": (F(9),)}, F(0), True),
        ({}, -HAIR, False),
    ],
)
def test_levels_keep_to_cap_and_minimum(change: dict[str, object], level: Fraction, kept: bool) -> None:
    assert judge(with_fee(**change), {"fee": level}).limits_ok == kept


@pytest.mark.parametrize("limit", ["floor", "budget", "expected budget", "capacity"])
def test_limits_bind_exactly(limit: str) -> None:
    partnership = with_fee(uses="lane")
    office, firm = partnership.actors
    limited = {
        "floor": replace(partnership, actors=(replace(office, floor=F(4)), firm)),
        "budget": replace(partnership, actors=(replace(office, budget=(F(2),)), firm)),
        "expected budget": replace(partnership, actors=(replace(office, expected_budget=F(2)), firm)),
        "capacity": replace(partnership, capacities={"lane": (F(2),)}),
    }[limit]
    assert judge(limited, {"fee": F(2)}).limits_ok
    broken = judge(limited, {"fee": F(2) + HAIR})
    assert not broken.limits_ok
    assert limit in broken.broken_limits[0]


def test_the_expected_budget_of_a_funder_counts_awake_periods_from_the_start() -> None:
    money = Instrument("grant", "fund", ("firm",), (F(1),) * 2, (F(1),) * 2)
    asleep = lone(two_levels(F(1, 2), F(1, 2)), JOY, instruments=(money,))
    for budget, kept in ((F(1, 4), True), (F(1, 4) - HAIR, False)):  # d/2 of the time, from a calm start
        funded = replace(asleep, funders=(Funder("fund", F(1, 2), expected_budget=budget),))
        assert judge(funded, {"grant": F(1)}, awake=(False, True)).limits_ok == kept


def test_one_level_for_all_states_is_asked_of_what_is_not_contingent() -> None:
    money = Instrument("grant", "office", ("firm",), (F(1),) * 2, (F(1),) * 2, contingent=False)
    partnership = lone(two_levels(F(1, 2), F(1, 2)), JOY, instruments=(money,))
    for awake, kept in (((True, True), False), ((True, False), True)):
        verdict = worst(partnership, awake, {"grant": (F(1), F(2))}, outside_policy(partnership), None)
        assert verdict.limits_ok == kept


def test_joining_is_compared_with_what_the_actor_says_it_is_worth_outside() -> None:
    base = at(case("timing-none"), F(9, 10))
    assert judge(base).slacks["firm joins"] == 2 - 1
    choosy = tuple(replace(a, outside_value=(F(3),)) for a in base.actors)
    assert judge(replace(base, actors=choosy)).slacks["firm joins"] == 2 - 3


# Properties.


@given(st.lists(st.lists(st.integers(-5, 5).map(Fraction), min_size=4, max_size=4), min_size=3, max_size=3))
def test_the_linear_system_is_solved(rows: list[list[Fraction]]) -> None:
    for k, row in enumerate(rows):
        row[k] += 20  # diagonally dominant: never singular
    solution = solve(rows)
    assert all(sum(a * x for a, x in zip(row, solution, strict=False)) == row[-1] for row in rows)


@examples(signed(), st.fractions(F(1, 9), 9), few=15, many=50)
def test_slacks_are_in_payoff_units(agreement: tuple, scale: Fraction) -> None:  # type: ignore[type-arg]
    partnership, awake, levels = agreement
    before = worst(partnership, awake, levels, outside_policy(partnership), partnership.sanction.periods)
    larger = scaled(partnership, scale)
    after = worst(larger, awake, levels, outside_policy(larger), larger.sanction.periods)
    assert after.slacks == {key: scale * slack for key, slack in before.slacks.items()}


def scaled(partnership: Partnership, scale: Fraction) -> Partnership:
    def times(numbers: tuple[Fraction, ...] | None) -> tuple[Fraction, ...] | None:
        return None if numbers is None else tuple(scale * x for x in numbers)

    actors = tuple(
        replace(
            a,
            terms=tuple(replace(t, base=scale * t.base, urgency_slope=scale * t.urgency_slope) for t in a.terms),
            outside_value=times(a.outside_value),
        )
        for a in partnership.actors
    )
    instruments = tuple(
        replace(b, cost=times(b.cost) or (), value=times(b.value) or (), fixed_cost=scale * b.fixed_cost)
        for b in partnership.instruments
    )
    renewal = partnership.renewal
    if renewal:
        renewal = replace(renewal, cost={name: scale * c for name, c in renewal.cost.items()})
    return replace(partnership, actors=actors, instruments=instruments, renewal=renewal)


@examples(partnerships(), few=15, many=50)
def test_an_agreement_that_always_sleeps_is_the_sanction(partnership: Partnership) -> None:
    asleep = judge(partnership, awake=(False,) * len(states(partnership))).slacks
    assert all(asleep[f"{a.name} joins"] == 0 for a in partnership.actors if a.outside_value is None)
    gone = {key: slack for key, slack in asleep.items() if f"({GONE}" in key}
    assert gone == {key: asleep[key.replace(f"({GONE}", f"({PATH}")] for key in gone}
    assert len(gone) > 0


@examples(signed(), few=5, many=15)
def test_random_walks_find_the_exact_values(agreement: Agreement) -> None:
    partnership, awake, levels = agreement
    sigma, periods = outside_policy(partnership), partnership.sanction.periods
    exact = worst(partnership, awake, levels, sigma, periods).values
    for name, (mean, error) in value_by_simulation(partnership, awake, levels, sigma, periods, runs=4_000).items():
        assert abs(mean - float(exact[name][start(partnership)])) < 6 * error + 0.01


@settings(max_examples=30, deadline=None)
@given(no_renewal(), with_instruments("up front"), no_instruments())
def test_options_switch_parts_off(stays: Partnership, up_front: Partnership, bare: Partnership) -> None:
    assert len(states(stays)) == len(stays.urgency.levels)
    assert {b.timing for b in up_front.instruments} == {"up front"}
    assert bare.instruments == ()
