"""Certificates of contracts, plans and patience: accepted as they are, and refused with any number or part changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction as F
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.automata import slacks
from oracles.contracts import contract as by_force
from oracles.contracts import values as worth
from small_games import again, shipped
from strategies import stochastic_games

from games.errors import ScenarioError
from games.stochastic import StochasticGame
from games.tables import read_game_table
from solver.proof.checker import check
from solver.repeated.certificate_contract import certificate
from solver.repeated.certificate_plan import plan_certificate
from solver.repeated.contract import contract
from solver.repeated.patience import patience
from solver.results.repeated import Automaton, Node
from tests.examples import examples

TINY = F(1, 10**30)
Document = dict[str, Any]


def document(part: Document) -> Document:
    """A certificate as it is read from a file."""
    found: Document = json.loads(json.dumps({"schema": 1, "source": None, **part}))
    return found


def of_contract(game: StochasticGame, delta: F) -> Document:
    return document(certificate(game, contract(game, delta, plan=False)))


def of_plan(game: StochasticGame, delta: F, at: tuple[F, ...] | None = None) -> Document:
    return document(plan_certificate(game, (delta,) * len(game.players), contract(game, delta, at=at).plan))


def of_patience(game: StochasticGame) -> Document:
    return document(certificate(game, patience(game)))


def proven(found: Document) -> bool:
    return check(found).valid


def told(found: Document) -> list[tuple[str, str]]:
    return [(step["start"], step["joint"]) for step in found["claim"]["steps"]]


# What is known


def test_cournot_is_proven_at_a_third_and_just_below() -> None:
    """Abreu 1988: 20 together from 1/3 on, 18 from 1/4."""
    for delta, joint, least in ((F(1, 3), "20", "0"), (F(1, 3) - F(1, 10**12), "18", "0"), (F(0), "14", "7")):
        found = of_contract(shipped("cournot-abreu"), delta)
        assert proven(found)
        assert (found["claim"]["joint"], found["claim"]["punishment"]) == ([joint], [[least], [least]])


def test_the_two_state_dilemma_is_proven_at_seven_tenths() -> None:
    """cases.md: joint (5.513513514, 6.486486486), punishments (.7567567568, 1.2432432432)."""
    found = of_contract(shipped("two-state-dilemma"), F(7, 10))
    assert proven(found)
    assert found["claim"]["joint"] == ["204/37", "240/37"]
    assert found["claim"]["punishment"] == [["28/37", "46/37"]] * 2


def test_a_game_without_equilibrium_in_pure_strategies_is_proven_to_have_none() -> None:
    found = of_contract(shipped("matching-pennies"), F(1, 2))
    assert found["claim"]["kind"] == "no contract" and proven(found)
    assert not proven({**found, "game": of_contract(shipped("chicken"), F(1, 2))["game"]})


def test_all_steps_of_cournot_the_public_good_and_the_mutual_gift_are_proven() -> None:
    """Abreu 1988; Kranz 2012, section 4.2.2; own algebra: e is given from e/2 on, 2 e - e^2 together."""
    assert told(cournot := of_patience(shipped("cournot-abreu"))) == [("0", "14"), ("1/4", "18"), ("1/3", "20")]
    known = "0 .7, 1/5 4.3, 11/50 4.6, 13/55 4.9, 1/4 5.2, 17/65 5.5, 19/70 5.8, 7/25 6.1, 23/80 6.4, 5/17 6.7, 3/10 7"
    good = of_patience(shipped("public-good-10"))
    assert [(F(d), F(u)) for d, u in told(good)] == [tuple(map(F, pair.split())) for pair in known.split(", ")]
    gift = of_patience(shipped("mutual-gift"))
    assert {("1/10", "9/25"), ("3/10", "21/25"), ("9/20", "99/100"), ("1/2", "1")} <= set(told(gift))
    assert proven(cournot) and proven(good) and proven(gift)


def test_the_irrational_switch_of_the_two_state_dilemma_is_isolated_between_two_contracts() -> None:
    """(sqrt(97) - 7) / 8 is the root of 4 d^2 + 7 d = 3."""
    found = of_patience(shipped("two-state-dilemma"))
    assert proven(found)
    before, after = found["claim"]["regimes"]
    low, high = F(before["to"]), F(after["from"])
    assert 4 * low * low + 7 * low < 3 <= 4 * high * high + 7 * high and high - low <= F(1, 10**9)
    assert (before["play"][0], after["play"][0]) == (["defect", "defect"], ["cooperate", "cooperate"])


def test_a_state_that_play_cannot_come_to_does_not_stand_in_the_way_of_a_proof() -> None:
    """Matching pennies has no pure equilibrium; from the dilemma nothing leads there."""
    dilemma, pennies = shipped("two-state-dilemma").stages[0], shipped("matching-pennies").stages[0]
    stay = tuple({p: {s: F(1)} for p in stage.profiles()} for s, stage in enumerate((dilemma, pennies)))
    game = StochasticGame(("dilemma", "pennies"), (dilemma, pennies), stay)
    found = of_contract(game, F(1, 2))
    assert found["claim"]["states"] == ["dilemma"] and proven(found)
    assert proven(document(certificate(game, contract(game, F(1, 2), start=1))))
    leads = ({p: {int(p == dilemma.named((1, 0))): F(1)} for p in dilemma.profiles()}, stay[1])
    open_ = replace(game, next=leads)
    none = of_contract(open_, F(1, 2))
    assert none["claim"] == {"kind": "no contract", "start": "dilemma"} and proven(none)
    assert not proven({**found, "game": none["game"]})


def test_what_is_in_floats_is_said_to_have_no_certificate() -> None:
    game = shipped("cournot-abreu")
    with pytest.raises(ScenarioError, match=r"--certificate.*not exact"):
        certificate(game, replace(contract(game, F(1, 3)), proof="within 1e-10"))
    with pytest.raises(ScenarioError, match=r"--certificate.*no plan"):
        plan_certificate(game, (F(1, 3),) * 2, None)


# Any game


@examples(stochastic_games(), st.sampled_from([F(0), F(1, 4), F(1, 2), F(2, 3), F(9, 10)]), few=18, many=60)
def test_every_contract_is_proven_and_so_is_its_plan(game: StochasticGame, delta: F) -> None:
    found = of_contract(game, delta)
    assert proven(found) and true(found)
    if found["claim"]["kind"] == "contract":
        plan = of_plan(game, delta)
        assert proven(plan) and true(plan)


@given(game=stochastic_games(players=3, states=1), delta=st.sampled_from([F(1, 4), F(1, 2), F(9, 10)]))
@settings(max_examples=30, deadline=None)
def test_three_players_are_proven_like_two(game: StochasticGame, delta: F) -> None:
    assert proven(of_contract(game, delta)) and proven(of_patience(game))


@given(game=stochastic_games(states=1))
@settings(max_examples=60, deadline=None)
def test_all_steps_of_any_repeated_game_are_proven(game: StochasticGame) -> None:
    found = of_patience(game)
    assert proven(found) and true(found)


@pytest.mark.slow
@given(game=stochastic_games())
@settings(max_examples=15, deadline=None)
def test_the_switches_of_any_stochastic_game_are_proven_or_said_not_to_be(game: StochasticGame) -> None:
    if len(game.states) == 1:
        return
    try:
        found = of_patience(game)
    except ScenarioError as fault:
        assert "--certificate" in str(fault)
        return
    assert proven(found) and true(found)


# What is changed is refused, or still true


def contract_true(found: Document, game: StochasticGame) -> bool:
    """By trying all policies: the values, and that the play attains them and is left."""
    claim = found["claim"]
    assert game.discount is not None
    known = by_force(game, game.discount[0])
    if claim["kind"] == "no contract":
        return known is None
    if known is None:
        # Where nothing is an equilibrium and play cannot get, it does not matter to the states that are claimed.
        there = within(game, claim["states"])
        return there is not None and contract_true(found, there)
    joint, low = known
    return claim["states"] == list(game.states) and (
        [F(u) for u in claim["joint"]] == list(joint)
        and [[F(v) for v in own] for own in claim["punishment"]] == [list(own) for own in low]
        and plays(game, game.discount[0], claim["play"]) == joint
    )


def within(game: StochasticGame, names: list[str]) -> StochasticGame | None:
    """The game of some states, but not all; None where play can leave them."""
    kept = [s for s, name in enumerate(game.states) if name in names]
    place = {s: k for k, s in enumerate(kept)}
    if len(kept) == len(game.states) or any(t not in place for s in kept for row in game.next[s].values() for t in row):
        return None
    following = tuple({p: {place[t]: q for t, q in row.items()} for p, row in game.next[s].items()} for s in kept)
    return StochasticGame(tuple(game.states[s] for s in kept), tuple(game.stages[s] for s in kept), following,
                          game.discount)  # fmt: skip


def plays(game: StochasticGame, delta: F, play: list[list[str]]) -> tuple[F, ...]:
    policy = [tuple(profile) for profile in play]
    payoffs = [sum(game.stages[s].payoffs[p], F(0)) for s, p in enumerate(policy)]
    return worth(game, delta, payoffs, [dict(game.next[s][p]) for s, p in enumerate(policy)])


def steps_true(found: Document, game: StochasticGame) -> bool:
    """At, just below and between all thresholds: by trying all policies, and by reversion to the worst equilibria."""
    claim = found["claim"]
    starts = sorted({F(step["start"]) for kind in ("steps", "reversion") for step in claim[kind]} | {F(0), F(1)})
    tried = {d for a, b in pairwise(starts) for d in (a, (a + b) / 2, b - TINY / 1000) if 0 <= d < 1}
    return all(step_true(claim, game, d) for d in tried)


def step_true(claim: Document, game: StochasticGame, delta: F) -> bool:
    known, now = by_force(game, delta), [s for s in claim["steps"] if F(s["start"]) <= delta]
    if (known is None) != (not now):
        return False
    if known is not None:
        joint, low = known
        if (F(now[-1]["joint"]), [F(v) for v in now[-1]["punishment"]]) != (joint[0], [own[0] for own in low]):
            return False
        if plays(game, delta, [now[-1]["play"]]) != joint:
            return False
    best = by_reversion(game, delta)
    grim = [s for s in claim["reversion"] if F(s["start"]) <= delta]
    if not best or not grim:
        return not best and not claim["reversion"] and not claim["threats"]
    payoffs = game.stages[0].payoffs[tuple(grim[-1]["play"])]
    return (F(grim[-1]["joint"]), min(payoffs)) == best == (sum(payoffs), min(payoffs))


def by_reversion(game: StochasticGame, delta: F) -> tuple[F, F] | None:
    """The largest sum, and of plays that reach it the largest smallest payoff, with the worst stage equilibria."""
    stage = game.stages[0]
    gains = {
        a: [max([p[i], *(stage.payoffs[b][i] for _, b in stage.deviations(a, i))]) - p[i] for i in range(len(p))]
        for a, p in stage.payoffs.items()
    }
    stable = [stage.payoffs[a] for a, gain in gains.items() if not any(gain)]
    if not stable:
        return None
    threat = [min(own) for own in zip(*stable, strict=True)]
    return max(
        (sum(p, F(0)), min(p))
        for a, p in stage.payoffs.items()
        if all((1 - delta) * g <= delta * (x - e) for g, x, e in zip(gains[a], p, threat, strict=True))
    )


def switches_true(found: Document, game: StochasticGame) -> bool:
    """By trying all policies: what is played at both ends of each regime reaches the joint value there."""
    for regime in found["claim"]["regimes"]:
        for end in (F(regime["from"]), F(regime["to"])):
            known = by_force(game, end)
            if (known is None) != (not regime["play"]):
                return False
            if known is not None and plays(game, end, regime["play"]) != known[0]:
                return False
    return True


def plan_true(found: Document, game: StochasticGame) -> bool:
    """By the oracle of automata: values, and no deviation that gains."""
    discount, nodes = game.discount, []
    assert discount is not None
    listed = found["proof"]["nodes"]

    def lotteries(pairs: list[tuple[int, str]]) -> dict[str, dict[str, F]]:
        out: dict[str, dict[str, F]] = {}
        for m, p in pairs:
            lottery = out.setdefault(game.states[listed[m]["state"]], {})
            lottery[str(m)] = lottery.get(str(m), F(0)) + F(p)
        return out

    for k, node in enumerate(listed):
        nodes.append(
            Node(
                str(k),
                game.states[node["state"]],
                dict(zip(game.players, map(F, node["payments"]), strict=True)),
                dict(zip(game.players, node["play"], strict=True)),
                {},
                lotteries(node["next"]),
                dict(zip(game.players, map(lotteries, node["breach"]), strict=True)),
                {p: str(d[0][0]) for p, d in zip(game.players, node["default"], strict=True) if d},
            )
        )
    plan = Automaton({}, tuple(nodes), {}, F(0), F(0), "")
    if any(slack < 0 for slack in slacks(game, discount, plan)):
        return False
    claim = found["claim"]
    most = max(F(x) for node in listed for x in node["payments"])
    values = [sum((F(p) * F(listed[m]["values"][i]) for m, p in found["proof"]["start"]), F(0)) for i in range(2)]
    return values == [F(v) for v in claim["values"]] and most <= F(claim["cap"])


TRUE = {
    "contract": contract_true,
    "no contract": contract_true,
    "steps": steps_true,
    "switches": switches_true,
    "automaton": plan_true,
}


def true(found: Document) -> bool:
    return TRUE[found["claim"]["kind"]](found, read_game_table(found["game"]))


def changed(part: Any) -> Iterator[Any]:
    """Yield copies of a part of a document with one number or one name changed, or one element dropped or doubled."""
    if isinstance(part, str):
        try:
            value = F(part)
        except ValueError:
            yield part + "?"
            return
        yield from (str(value + TINY), str(value - TINY), str(-value) if value else "1")
    elif isinstance(part, bool | int):
        yield from (part + 1, part - 1, -1, True)
    elif isinstance(part, dict):
        for key in part:
            yield {k: v for k, v in part.items() if k != key}
            yield from ({**part, key: other} for other in changed(part[key]))
        yield {**part, "more": "0"}
    elif isinstance(part, list):
        for k in range(len(part)):
            yield part[:k] + part[k + 1 :]
            yield part[: k + 1] + part[k:]
            if k + 1 < len(part):
                yield [*part[:k], part[k + 1], part[k], *part[k + 2 :]]
            yield from ([*part[:k], other, *part[k + 1 :]] for other in changed(part[k]))


@cache
def cases() -> dict[str, Document]:
    two, pennies = shipped("two-state-dilemma"), shipped("matching-pennies")
    return {
        "cournot": of_contract(shipped("cournot-abreu"), F(1, 3) - F(1, 10**12)),
        "two states": of_contract(two, F(1, 3)),
        "no contract": of_contract(pennies, F(1, 2)),
        "cournot steps": of_patience(shipped("cournot-abreu")),
        "dilemma steps": of_patience(again([[9, 1], [10, 3]])),
        "pie steps": of_patience(shipped("pie")),
        "no steps": of_patience(pennies),
        "switches": of_patience(two),
        "plan": of_plan(shipped("cournot-abreu"), F(1, 3), (F(18), F(2))),
        "two plans": of_plan(two, F(7, 10)),
    }


@pytest.mark.parametrize("name", cases())
@pytest.mark.parametrize("part", ["claim", "proof", "game"])
@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_a_certificate_with_one_thing_changed_is_refused_or_still_true(name: str, part: str, every: int) -> None:
    """One change in ``every`` is tried."""
    original = cases()[name]
    assert proven(original) and true(original)
    tried = [{**original, part: other} for other in changed(original[part]) if other != original[part]][::every]
    accepted = [found for found in tried if proven(found)]
    assert 2 * len(accepted) < len(tried)
    # A proof that is changed and accepted proves what is known to be true; all else is tried independently.
    assert part == "proof" or all(map(true, accepted))


def without_plays(claim: Any) -> Any:
    if isinstance(claim, dict):
        return {key: without_plays(part) for key, part in claim.items() if key != "play"}
    return [without_plays(part) for part in claim] if isinstance(claim, list) else claim


def test_nothing_in_a_claim_can_be_changed_but_for_plays_that_tie_and_a_cap_that_is_larger() -> None:
    for original in cases().values():
        claim = original["claim"]
        for other in changed(claim):
            if other != claim and proven({**original, "claim": other}):
                if claim["kind"] == "automaton":
                    assert {**other, "cap": ""} == {**claim, "cap": ""} and F(other["cap"]) > F(claim["cap"])
                else:
                    assert without_plays(other) == without_plays(claim)


@pytest.mark.parametrize("what", ["true", [], None, {}, {"schema": 1}, {"schema": 1, "game": {}, "claim": {}}])
def test_what_is_no_certificate_is_refused(what: Any) -> None:
    assert not proven(what)
