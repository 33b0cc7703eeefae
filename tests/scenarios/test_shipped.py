"""What the scenarios that ship claim, and that the solver agrees. A new scenario needs one file and one row here."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction as F
from functools import cache
from typing import Any

import pytest

from games.files.documents import SHIPPED, shipped
from games.files.scenario import build, read
from games.partnership import Scenario
from solver.results.sharing import Evaluation
from solver.sharing.decision import decide
from solver.sharing.evaluate import design, evaluate


@dataclass(frozen=True)
class Claim:
    """What a scenario is meant to show.

    ``awake`` lists the states in which it holds (None: the verdict says it all), ``fix`` the kind and first words of
    the fix that it is about, and ``levers`` the verdict with one mechanism on.
    """

    verdict: str
    why: str
    leaver: tuple[str, str] | None
    fix: tuple[str, str] | None = None
    awake: tuple[str, ...] | None = None
    levers: dict[str, str] = field(default_factory=dict)


HOLDS, SHARING, SOMETIMES, FAILS = "holds", "holds_with_sharing", "holds_in_some_states", "fails"

CLAIMS = {
    "mobility-pandemic": Claim(
        SOMETIMES, "in calm times sharing costs more than it brings, and no money is left to bridge them: it sleeps",
        ("operator", "calm"), ("mechanism", "reframing"), ("raised", "crisis"),
        {"aggregation": SHARING, "reframing": SHARING, "mandate in the shadow": SHARING},
    ),
    "payments-nowcasting": Claim(
        SOMETIMES, "the temptation to repurpose the data rises with urgency, faster than the future it would cost",
        ("office", "high"), ("mechanism", "multi-party computation"), ("low", "middle"),
        {"multi-party computation": SHARING, "legal contract": SHARING},
    ),
    "scanner-data-prices": Claim(
        SHARING, "a lighter burden is worth more to three chains than it costs one office; money is not",
        ("market leader", "steady"), ("package", "share burden reduction"), None,
        {"money only": FAILS, "intermediary": SHARING},
    ),
    "smart-meters": Claim(
        FAILS, "a leak risks more than the data bring to both: no payment between them helps, a technique does",
        ("grid operator", "step 1"), ("mechanism", "algorithm-to-data"), None,
        {"algorithm-to-data": SHARING, "mandate in the shadow": SHARING, "larger fund": FAILS},
    ),
    "navigation-roads": Claim(
        HOLDS, "each pays the other in data, every month, and would lose it by stopping",
        None, None, None, {"open data": FAILS, "pilot from month to month": FAILS, "contract": HOLDS},
    ),
    "port-green-lane": Claim(
        SHARING, "the lane is rival, and just wide enough at the crest because quieter months make up for it",
        ("forwarder", "trough"), ("package", "share green lane"), None,
        {"lane shared with others": SOMETIMES, "second lane": SHARING},
    ),
    "insurer-climate": Claim(
        SOMETIMES, "the benefits are far: signed now, it sleeps on the first step and wakes on the second",
        ("insurer", "step 1"), ("mechanism", "joint problem definition"), ("step 2", "step 3", "step 4", "step 5"),
        {"joint problem definition": SHARING, "intermediary": SHARING},
    ),
    "hackathon-to-partnership": Claim(
        FAILS, "once a year is too rare: by then the platform has paid for months in which nothing was new",
        ("platform", "steady, age 0"), ("renewal", "renew every"), None,
        {"something new each quarter": SHARING, "never again": FAILS, "burden reduction": SHARING},
    ),
}  # fmt: skip

LEVERS = [(name, lever, verdict) for name, claim in CLAIMS.items() for lever, verdict in claim.levers.items()]


def document(name: str) -> dict[str, Any]:
    return tomllib.loads((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"), parse_float=F)


PARTNERSHIPS = [name for name in shipped() if document(name).get("kind", "partnership") == "partnership"]


@cache
def evaluated(name: str) -> Evaluation:
    return evaluate(read(name))


def with_lever(name: str, lever: str) -> Scenario:
    return read(name, [lever])


def test_every_scenario_that_ships_has_a_row_in_the_table_of_claims() -> None:
    assert sorted(PARTNERSHIPS) == sorted(CLAIMS)


@pytest.mark.parametrize("name", PARTNERSHIPS)
class TestEveryFile:
    def test_points_editors_to_the_schema_in_its_first_line(self, name: str) -> None:
        assert shipped()[name].read_text(encoding="utf-8").startswith("#:schema ./scenario.schema.json\n")

    def test_has_a_title_a_question_a_description_and_sources(self, name: str) -> None:
        raw = document(name)
        assert raw["title"] and raw["question"].rstrip().endswith("?") and raw["description"].strip()
        assert raw["sources"] and all(source.strip() for source in raw["sources"])

    def test_says_that_its_units_are_stylised(self, name: str) -> None:
        assert "stylised" in document(name)["units"]
        assert any("stylised" in source for source in document(name)["sources"])

    def test_gives_a_source_for_every_term_and_every_mechanism(self, name: str) -> None:
        raw = document(name)
        terms = [term for actor in raw["actors"].values() for term in actor["terms"]]
        assert all(term.get("source") for term in [*terms, *raw["mechanisms"].values()])

    def test_has_two_to_four_mechanisms_each_with_a_text(self, name: str) -> None:
        mechanisms = document(name)["mechanisms"]
        assert 2 <= len(mechanisms) <= 4
        assert all(mechanism["text"] and mechanism["changes"] for mechanism in mechanisms.values())

    def test_credits_oxcgrt_where_it_is_used(self, name: str) -> None:
        raw = document(name)
        counted = [[".978", ".022"], [".812", ".118"]]
        text = shipped()[name].read_text(encoding="utf-8")
        used = "oxcgrt" in raw.get("urgency", {}).get("file", "") or any(all(p in text for p in row) for row in counted)
        credit = "OxCGRT, CC BY 4.0, a proxy for urgency: it measures government response"
        assert used == any(source.startswith(credit) for source in raw["sources"])

    def test_says_in_words_that_benefits_need_the_data(self, name: str) -> None:
        assert any(word in document(name)["description"] for word in ("`when`", "`needs`"))

    def test_gives_nobody_who_shares_alone_a_gain(self, name: str) -> None:
        # Walking away is an equilibrium, so every benefit comes from what both do.
        assert decide(read(name).partnership).situation.sanction.outside

    def test_stays_small_enough_to_answer_at_once(self, name: str) -> None:
        assert len(evaluated(name).states) <= 36


@pytest.mark.parametrize("name", PARTNERSHIPS)
class TestEveryClaim:
    def test_the_verdict_is_the_one_intended(self, name: str) -> None:
        assert evaluated(name).verdict == CLAIMS[name].verdict, CLAIMS[name].why

    def test_it_is_proved(self, name: str) -> None:
        assert evaluated(name).proof == "exact"

    def test_the_one_who_leaves_first_is_the_one_intended(self, name: str) -> None:
        first = evaluated(name).first
        assert (first and (first.actor, first.state)) == CLAIMS[name].leaver

    def test_it_holds_in_the_states_intended(self, name: str) -> None:
        claim = CLAIMS[name]
        every = tuple(state.state for state in evaluated(name).states)
        expected = claim.awake or (() if claim.verdict == FAILS else every)
        assert tuple(state.state for state in evaluated(name).states if state.holds) == expected

    def test_the_fix_it_is_about_is_among_those_found(self, name: str) -> None:
        fix = CLAIMS[name].fix
        found = [one for one in evaluated(name).fixes if fix and one.kind == fix[0] and one.text.startswith(fix[1])]
        assert fix is None or [one.verdict for one in found] == [SHARING]

    def test_every_mechanism_has_its_verdict_in_the_table(self, name: str) -> None:
        assert sorted(document(name)["mechanisms"]) == sorted(CLAIMS[name].levers)


@pytest.mark.parametrize(("name", "lever", "verdict"), LEVERS)
def test_a_lever_does_what_it_is_meant_to(name: str, lever: str, verdict: str) -> None:
    assert decide(with_lever(name, lever).partnership).verdict == verdict


def test_together_they_show_every_verdict() -> None:
    assert {claim.verdict for claim in CLAIMS.values()} == {HOLDS, SHARING, SOMETIMES, FAILS}


def test_without_instruments_it_is_usually_a_data_holder_who_leaves_first() -> None:
    leavers = {name: claim.leaver[0] for name, claim in CLAIMS.items() if claim.leaver}
    roles = [document(name)["actors"][actor]["role"] for name, actor in leavers.items()]
    assert roles.count("data holder") > len(roles) / 2


def test_mobility_is_not_jointly_worthwhile_in_calm_times() -> None:
    assert {s.state: s.worthwhile for s in evaluated("mobility-pandemic").states} == {
        "calm": False, "raised": True, "crisis": True,
    }  # fmt: skip


def test_urgency_wakes_one_agreement_and_breaks_another() -> None:
    mobility, payments = evaluated("mobility-pandemic").states, evaluated("payments-nowcasting").states
    assert [s.holds for s in mobility] == [False, True, True]
    assert [s.holds for s in payments] == [True, True, False]


def test_payments_break_where_urgency_is_highest_because_the_office_repurposes() -> None:
    high = evaluated("payments-nowcasting").states[-1].binding
    assert high is not None
    assert (high.actor, high.deviation) == ("office", "repurpose")
    assert high.gain_now > high.loss_later > 0


def test_money_cannot_keep_the_chains_in_but_a_lighter_burden_can() -> None:
    money = evaluate(with_lever("scanner-data-prices", "money only"))
    assert not money.states[0].worthwhile
    levels = evaluated("scanner-data-prices").arrangement.levels
    assert levels["burden reduction"]["steady"] == 1
    assert not any(levels[f"compensation of the {who}"]["steady"] for who in ("market leader", "discounter"))


def test_the_fairest_arrangement_for_the_chains_gives_all_four_the_same() -> None:
    gains = design(read("scanner-data-prices"), "fairest").arrangement.gains
    assert max(gains.values()) - min(gains.values()) < F(1, 10**6)


def test_a_mandate_can_impose_what_is_not_worthwhile_and_a_technique_can_make_it_so() -> None:
    def worthwhile(lever: str) -> set[bool]:
        return {s.worthwhile for s in evaluate(with_lever("smart-meters", lever)).states}

    assert {s.worthwhile for s in evaluated("smart-meters").states} == {False}
    assert worthwhile("algorithm-to-data") == {True}


def test_the_green_lane_is_full_at_the_crest() -> None:
    levels = evaluated("port-green-lane").arrangement.levels
    firms = ("terminal", "forwarder", "importer")
    assert sum(levels[f"green lane for the {who}"]["crest"] for who in firms) == F("1.4")


def test_the_hackathon_lasts_up_to_an_interval_and_no_longer() -> None:
    scenario = read("hackathon-to-partnership")
    assert scenario.partnership.renewal is not None

    def verdict(every: int) -> str:
        renewal = replace(scenario.partnership.renewal, every=every)
        return decide(replace(scenario.partnership, renewal=renewal)).verdict

    assert [verdict(every) for every in (2, 6, 9)] == [SHARING] * 3
    assert [verdict(every) for every in (10, 12)] == [FAILS] * 2


def test_without_renewal_the_hackathon_unravels() -> None:
    result = evaluate(with_lever("hackathon-to-partnership", "never again"))
    assert result.verdict == FAILS
    assert any("unravels" in note for note in result.notes)


MAIN = ("base", "urgency_slope", "discount", "retention", "cost", "value", "budget")
"""Fields whose numbers are moved by 5 %; of a discount or a retention, what it falls short of 1."""


def settled(raw: Any) -> Any:
    """Return a document with its ranges at their likely values; only these enter a verdict."""
    if isinstance(raw, dict):
        return raw["likely"] if "likely" in raw else {k: settled(one) for k, one in raw.items() if k != "correlations"}
    return [settled(one) for one in raw] if isinstance(raw, list) else raw


def moved(raw: Any, path: tuple[Any, ...], factor: F) -> Any:
    """Return a document with the number at a path multiplied; all else is shared."""
    if not path:
        return raw * factor
    key, rest = path[0], path[1:]
    if not rest and key in ("discount", "retention"):
        below: Any = 1 - (1 - raw[key]) * factor
    else:
        below = moved(raw[key], rest, factor)
    return [below if k == key else one for k, one in enumerate(raw)] if isinstance(raw, list) else {**raw, key: below}


def numbers(raw: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the paths of the main numbers of a document, without its chain and its mechanisms."""
    if isinstance(raw, dict | list):
        for key, below in raw.items() if isinstance(raw, dict) else enumerate(raw):
            if path or key not in ("urgency", "mechanisms", "ends"):
                yield from numbers(below, (*path, key))
    elif not isinstance(raw, bool | str) and set(MAIN) & set(path):
        yield path


@pytest.mark.slow
@pytest.mark.parametrize("name", PARTNERSHIPS)
def test_no_verdict_hangs_on_5_per_cent_of_a_number(name: str) -> None:
    raw = settled(document(name))
    flips = [
        (path, factor)
        for path in numbers(raw)
        for factor in (F("0.95"), F("1.05"))
        if decide(build(moved(raw, path, factor), name, folder=SHIPPED).partnership).verdict != CLAIMS[name].verdict
    ]
    assert not flips
