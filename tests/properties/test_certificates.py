"""Two checkers of certificates, written apart from each other, agree; and nothing in a certificate changes unnoticed.

``solver.proof`` is what ships; ``oracles.second_checker`` was written from ``docs/certificates.md`` alone. They must
give one verdict on every certificate that accord writes (all accepted) and on every certificate with one thing changed:
a number by 1e-30 or in sign, an index by one, a truth value, an element of a list or a field left out. So what is
accepted after a change is accepted by both: a weaker bound, a multiplier with slack, a game in which the same proof
holds. Where the file that the numbers come from is attached, no change of the game is.
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracles import second_checker
from small_games import again, shipped
from strategies import partnerships, stochastic_games

from games.errors import ScenarioError
from games.files.game_file import read_game
from games.files.origin import source
from games.files.scenario import read
from games.partnership import Partnership, Sanction, Scenario
from games.stochastic import StochasticGame
from solver.certify import certified
from solver.proof.checker import check
from solver.repeated.certificate_contract import certificate as of_contract
from solver.repeated.certificate_plan import plan_certificate
from solver.repeated.contract import contract
from solver.repeated.patience import patience
from solver.repeated.reach import payoffs
from solver.sharing.certificate import certificate as of_decision
from solver.sharing.decision import decide
from solver.sharing.evaluate import design
from solver.sharing.situation import with_discounts
from solver.stage.certificate import certificate as of_stage
from solver.stage.concepts import answer

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = sorted([*(ROOT / "games/scenarios").glob("*.toml"), *(ROOT / "tests/cases").glob("*.toml")])
LIBRARY = sorted(path.stem for path in (ROOT / "games/library").glob("*.toml"))
LONG = {"renewal-none", "renewal-95", "hackathon-to-partnership"}
"""Scenarios of so many states that the second checker, which is slow, takes its time."""
TINY = F(1, 10**30)
NUMBER = re.compile(r"-?[0-9]+(/[0-9]+)?")
Document = dict[str, Any]


def document(body: Document) -> Document:
    """A certificate as it is read from a file."""
    found: Document = json.loads(json.dumps({"schema": 1, "source": None, **body}))
    return found


def accepted(found: Document) -> bool:
    """Whether a certificate is accepted, by both or by none: otherwise what they disagree about."""
    first, second = check(found), second_checker.verdict(found)
    assert first.valid == (second is None), (first.reasons, second)
    return first.valid


# Both accept every certificate that accord writes.


def verdict_on(partnership: Partnership, aim: str | None = None, payer: str | None = None) -> Document:
    return document(of_decision(decide(partnership, aim, payer)))


def scenario(path: Path) -> Document:
    return verdict_on(read(str(path)).partnership)


@pytest.mark.parametrize("path", [p for p in SCENARIOS if p.stem not in LONG], ids=lambda p: p.stem)
def test_both_accept_the_verdict_on_every_scenario(path: Path) -> None:
    assert accepted(scenario(path))


@pytest.mark.slow
@pytest.mark.parametrize("path", [p for p in SCENARIOS if p.stem in LONG], ids=lambda p: p.stem)
def test_both_accept_the_verdict_on_every_long_scenario(path: Path) -> None:
    assert accepted(scenario(path))


@pytest.mark.slow
@pytest.mark.parametrize("aim", ["cheapest", "fairest", "patience"])
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.stem)
def test_both_accept_every_design(path: Path, aim: str) -> None:
    try:
        body = certified(design(read(str(path)), aim))
    except ScenarioError as reason:
        assert "does not pass" not in str(reason)
        return
    assert accepted(document(body))


def about(name: str, question: str) -> Document:
    """The certificate of an answer about a game of the library."""
    file = read_game(name)
    if question == "patience":
        return document(of_contract(file.game, patience(file.game)))
    if question == "free":
        return document(of_contract(file.game, contract(file.game, F(3, 5), plan=False)))
    if question == "none":
        discount = (F(3, 5),) * len(file.game.players)
        return document(certified(payoffs(file, "none", discount, None), file.game))
    return document(of_stage(file.game, answer(file, question)))


@pytest.mark.parametrize("question", ["pure", "correlated", "free"])
@pytest.mark.parametrize("name", LIBRARY)
def test_both_accept_what_is_quickly_said_about_the_games_that_ship(name: str, question: str) -> None:
    assert accepted(about(name, question))


@pytest.mark.slow
@pytest.mark.parametrize("question", ["nash", "coarse", "minmax", "dominance", "patience", "none"])
@pytest.mark.parametrize("name", LIBRARY)
def test_both_accept_whatever_is_said_about_the_games_that_ship(name: str, question: str) -> None:
    try:
        found = about(name, question)
    except ScenarioError as reason:
        assert "does not pass" not in str(reason)
        return
    assert accepted(found)


def judged(partnership: Partnership, harshest: bool, aim: str | None, patience: F, proposed: F | None) -> bool:
    """Whether both accept the verdict on a partnership, perhaps changed: see the arguments."""
    if proposed is not None:
        count = len(partnership.urgency.levels)
        given = tuple(replace(b, level=(proposed,) * count) for b in partnership.instruments)
        partnership = replace(partnership, instruments=given)
    payer = partnership.instruments[0].giver if aim == "payer" else None
    partnership = with_discounts(partnership, {a.name: a.discount * patience for a in partnership.actors})
    if harshest:
        partnership = with_discounts(partnership, dict.fromkeys(partnership.names, partnership.actors[0].discount))
        partnership = replace(partnership, sanction=Sanction(harshest=True))
    try:
        found = verdict_on(partnership, "cheapest" if aim == "payer" else aim, payer)
    except ScenarioError:
        assume(False)
        raise
    return accepted(found)


some = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
aims = st.sampled_from([None, None, "cheapest", "fairest", "payer"])
factors = st.sampled_from([F(1), F(4, 5), F(1, 2), F(3, 10)])
levels = st.sampled_from([None, None, F(1, 5), F(1)])


@settings(some, max_examples=8)
@given(partnerships(max_levels=2, renewal=False), st.booleans(), aims, factors, levels)
def test_both_accept_the_verdict_on_some_partnerships(
    partnership: Partnership, harshest: bool, aim: str | None, patience: F, proposed: F | None
) -> None:
    assert judged(partnership, harshest, aim, patience, proposed)


@pytest.mark.slow
@settings(some, max_examples=150)
@given(partnerships(), st.booleans(), aims, factors, levels)
def test_both_accept_the_verdict_on_many_partnerships(
    partnership: Partnership, harshest: bool, aim: str | None, patience: F, proposed: F | None
) -> None:
    assert judged(partnership, harshest, aim, patience, proposed)


@pytest.mark.slow
@settings(some, max_examples=60)
@given(stochastic_games(), factors)
def test_both_accept_contracts_and_plans_of_many_games(game: StochasticGame, delta: F) -> None:
    found = contract(game, delta * F(9, 10))
    assert accepted(document(of_contract(game, replace(found, plan=None))))
    if found.plan is not None:
        assert accepted(document(plan_certificate(game, (delta * F(9, 10),) * len(game.players), found.plan)))


# What is changed.


def parts(part: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Yield everything that is changed in a part of a certificate, and how."""
    if isinstance(part, (dict, list)):
        for key in part if isinstance(part, dict) else range(len(part)):
            yield (*path, key), "left out"
            yield from parts(part[key], (*path, key))
    elif isinstance(part, bool):
        yield path, "turned"
    elif isinstance(part, int):
        yield from ((path, how) for how in ("up", "down"))
    elif isinstance(part, str) and NUMBER.fullmatch(part):
        yield from ((path, how) for how in ("more", "less", *(("negated",) if part != "0" else ())))


CHANGE: dict[str, Callable[[Any], Any]] = {
    "turned": lambda value: not value,
    "up": lambda value: value + 1,
    "down": lambda value: value - 1,
    "more": lambda value: str(F(value) + TINY),
    "less": lambda value: str(F(value) - TINY),
    "negated": lambda value: str(-F(value)),
}


def changed(found: Document, path: tuple[Any, ...], how: str) -> Document:
    """The certificate with one thing changed."""
    out = copy.deepcopy(found)
    at: Any = out
    for key in path[:-1]:
        at = at[key]
    if how == "left out":
        del at[path[-1]]
    else:
        at[path[-1]] = CHANGE[how](at[path[-1]])
    return out


def every_change(found: Document) -> list[tuple[tuple[Any, ...], str]]:
    return [change for part in ("game", "claim", "proof") for change in parts(found[part], (part,))]


# Certificates of every kind, small and each with something of its own.


def case(name: str, discount: str | None = None, **changes: Any) -> Partnership:
    """A known case or a shipped scenario, at a common discount factor, with every instrument changed."""
    path = next(path for path in SCENARIOS if path.stem == name)
    found = read(str(path)).partnership
    if discount is not None:
        found = with_discounts(found, dict.fromkeys(found.names, F(discount)))
    return replace(found, instruments=tuple(replace(b, **changes) for b in found.instruments))


def switched(name: str, discount: str, cap: str) -> Partnership:
    return case(name, discount, cap=(F(cap),), minimum=F(1, 2), fixed_cost=F(1, 10))


def harsh(name: str, discount: str, **changes: Any) -> Partnership:
    return replace(case(name, discount, **changes), sanction=Sanction(harshest=True))


def suspended(name: str, periods: int, discount: str | None = None) -> Partnership:
    return replace(case(name, discount), sanction=Sanction(periods))


def both_ways(cost: str) -> Partnership:
    """A scenario in which an instrument is on or off and must be delivered at once, with impatient actors."""
    return case("mobility-pandemic", "1/5", timing="simultaneous", cap=(F(2),) * 3, fixed_cost=F(cost))


def stage(game: str, concept: str, objective: str = "welfare") -> Document:
    file = read_game(game)
    return document(of_stage(file.game, answer(file, concept, objective=objective)))


def plan(game: StochasticGame, delta: F) -> Document:
    return document(plan_certificate(game, (delta,) * len(game.players), contract(game, delta).plan))


def sets(name: str, delta: F, money: Any) -> Document:
    file = read_game(name)
    return document(certified(payoffs(file, money, (delta,) * len(file.game.players), None), file.game))


KINDS: dict[str, Callable[[], Document]] = {
    "holds": lambda: verdict_on(case("dilemma-40")),
    "fails": lambda: verdict_on(case("pie-impossible")),
    "in some states": lambda: verdict_on(case("mobility-pandemic")),
    "cheapest": lambda: verdict_on(case("timing-subsidy")),
    "one payer": lambda: verdict_on(case("timing-subsidy"), "cheapest", "ministry"),
    "fairest": lambda: verdict_on(case("timing-simultaneous", "7/10"), "fairest"),
    "least patience": lambda: document(certified(design(Scenario(case("timing-on-delivery")), "patience"))),
    "up front": lambda: verdict_on(case("timing-on-delivery", "7/10", timing="up front")),
    "switched": lambda: verdict_on(switched("timing-subsidy", "1/2", "3")),
    "switched, fails": lambda: verdict_on(switched("timing-subsidy", "2/5", "3/2")),
    "harshest": lambda: verdict_on(harsh("cournot", "1/3")),
    "harshest, fails": lambda: verdict_on(harsh("cournot", "1/4")),
    "harshest, up front": lambda: verdict_on(harsh("timing-on-delivery", "7/10", timing="up front"), "cheapest"),
    "suspended": lambda: verdict_on(suspended("timing-on-delivery", 2, "4/5"), "cheapest"),
    "suspended, fails": lambda: verdict_on(suspended("timing-on-delivery", 2, "1/2")),
    "suspended, in some states": lambda: verdict_on(suspended("mobility-pandemic", 3)),
    "lapse ends": lambda: verdict_on(replace(case("mobility-pandemic"), lapse="end")),
    "same in all states": lambda: verdict_on(case("mobility-pandemic", contingent=False)),
    "as proposed": lambda: verdict_on(case("timing-on-delivery", level=(F(3, 2),))),
    "switches in some states": lambda: verdict_on(
        case("mobility-pandemic", minimum=F(1, 10), fixed_cost=F(1, 50), cap=(F(1),) * 3)
    ),
    "owed, with a cut": lambda: verdict_on(suspended("timing-on-delivery", 1, "1/5")),
    "owed, with questions": lambda: verdict_on(replace(both_ways("3/10"), sanction=Sanction(1))),
    "nash": lambda: stage("battle-of-the-sexes", "nash"),
    "pure": lambda: stage("stag-hunt", "pure"),
    "correlated": lambda: stage("chicken", "correlated"),
    "egalitarian": lambda: stage("chicken", "correlated", "egalitarian"),
    "worst": lambda: stage("chicken", "correlated", "worst:row"),
    "coarse": lambda: stage("chicken", "coarse"),
    "minmax": lambda: stage("matching-pennies", "minmax"),
    "dominance": lambda: stage("prisoners-dilemma", "dominance"),
    "contract": lambda: document(of_contract(g := shipped("two-state-dilemma"), contract(g, F(7, 10), plan=False))),
    "no contract": lambda: document(of_contract(g := shipped("matching-pennies"), contract(g, F(1, 2), plan=False))),
    "steps": lambda: document(of_contract(g := shipped("dilemma-40"), patience(g))),
    "no reversion": lambda: document(of_contract(g := shipped("inspection"), patience(g))),
    "switches": lambda: document(of_contract(g := shipped("boom-pricing"), patience(g))),
    "automaton": lambda: plan(again([[4, 0], [5, 1]]), F(1, 2)),
    "payoff sets": lambda: sets("dilemma-40", F(3, 5), "none"),
    "payoff sets with money": lambda: sets("dilemma-40", F(3, 5), F(1, 10)),
}  # fmt: skip


LARGE = {"payoff sets with money"}


def tally(name: str, most: int | None = None) -> Counter[tuple[str, bool]]:
    """Make changes to a certificate (all, or every so many) and return how many are accepted, by part."""
    found = KINDS[name]()
    assert accepted(found)
    changes, out = every_change(found), Counter[tuple[str, bool]]()
    for path, how in changes[:: 1 if most is None else 1 + len(changes) // most]:
        try:
            out[path[0], accepted(changed(found, path, how))] += 1
        except AssertionError as fault:
            raise AssertionError(f"{path} {how}: {fault}") from None
    return out


@pytest.mark.parametrize("name", KINDS)
def test_both_give_one_verdict_on_a_certificate_with_one_thing_changed(name: str) -> None:
    told = tally(name, 25)
    assert told["proof", False] + told["claim", False] > 0


@pytest.mark.parametrize("name", ["mobility-pandemic", "timing-subsidy"])
def test_with_the_file_attached_no_change_of_the_game_is_accepted(name: str) -> None:
    path = str(next(path for path in SCENARIOS if path.stem == name))
    found = certified(design(read(path), "cheapest"), None, source(path, None))
    assert check(found).valid
    changes = list(parts(found["game"], ("game",)))
    for change in changes[:: 1 + len(changes) // 40]:
        assert not check(changed(found, *change)).valid, change


# What would be false, and was accepted once.


def test_a_milder_sanction_does_not_refute_what_the_harshest_keeps_up() -> None:
    """Abreu 1988: at 1/2 low quantities are kept up by the penal code (from 1/3 on), not by Nash reversion (5/8)."""
    true, mild = verdict_on(harsh("cournot", "1/2")), verdict_on(case("cournot", "1/2"))
    assert accepted(true) and accepted(mild)
    assert (true["claim"]["awake"], mild["claim"]["awake"]) == (["steady"], [])
    nash = true["game"]["apart"]["policy"]
    kept_up = {"play": nash, "punish": [nash, nash], "joint": ["14"], "values": [["7"], ["7"]]}
    for penal in (kept_up, {**kept_up, "joint": ["0"], "values": [["700"], ["700"]]}, None):
        for rounds in ([], true["proof"]["penal"]["rounds"]):
            proof = {**mild["proof"], "penal": penal and {**penal, "rounds": rounds}}
            assert not accepted({**true, "claim": mild["claim"], "proof": proof})


def test_that_nothing_holds_is_not_claimed_without_proof_nor_of_sets_that_nobody_named() -> None:
    found = verdict_on(case("mobility-pandemic"))
    leaf = found["proof"]["larger"]
    while "ask" in leaf:
        leaf = leaf["yes"]
    levels = {name: ["0"] * 3 for name in found["claim"]["levels"]}
    claim = {**found["claim"], "awake": [], "levels": levels, "best": None}
    proof = {**found["proof"], "better": None}
    for part in ({"larger": None}, {"larger": leaf}, {"larger": {}}):
        largest = part["larger"] is not None
        assert not accepted({**found, "claim": {**claim, "largest": largest}, "proof": {**proof, **part}})
    whole = {**claim, "units": [["calm", "raised", "crisis"]]}
    tree = {"ask": ["awake", "calm"], "yes": leaf, "no": {}}
    together = {**found, "claim": whole, "proof": {**proof, "larger": tree}}
    assert accepted(together)
    assert check(together).claim.endswith("if states sleep and wake together (calm with 2 more)")


def test_other_levels_than_those_proposed_prove_nothing_about_the_proposal() -> None:
    found, levels = KINDS["as proposed"](), {"fee": ["23/13"]}
    assert found["claim"]["levels"] == {"fee": ["3/2"]}
    assert not accepted({**found, "claim": {**found["claim"], "levels": levels}})


TOTAL: Counter[tuple[str, bool]] = Counter()


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_both_give_one_verdict_whatever_is_changed(name: str) -> None:
    told = tally(name, 700 if name in LARGE else None)
    TOTAL.update(told)
    assert told["claim", False] > told["claim", True]


@pytest.mark.slow
def test_most_of_what_is_changed_is_refused() -> None:
    """Printed with -s after the test above: how many changes were refused, and how many are still true."""
    print({f"{part}, {'still true' if kept else 'refused'}": n for (part, kept), n in sorted(TOTAL.items())})
