"""The checker of contracts, plans and patience, pinned down: fault by fault, and by a second checker.

Every line of ``solver.proof.{automaton,contract,patience}`` is held by a test here: ``benchmarks/mutation.py``.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from typing import Any

import corpus
import pytest
from small_games import again, shipped

from games.stochastic import StochasticGame
from games.tables import game_table
from solver.proof.automaton import Node
from solver.proof.checker import check
from solver.repeated.certificate_contract import certificate
from solver.repeated.contract import contract
from solver.repeated.patience import patience


def test_every_certificate_is_accepted() -> None:
    for name, document in corpus.contracts().items():
        assert check(document).valid, (name, check(document).reasons)


@pytest.mark.parametrize(
    ("name", "claim", "reasons"),
    [
        ("contract, cournot", "at a discount factor of 1/4: in always they get 18 together by low / medium",
         ("2 rounds of bounds",)),
        ("no contract", "there is no equilibrium in pure strategies at a discount factor of 1/2",
         ("1 rounds of bounds leave nothing in always",)),
        ("steps, none", "what each discount factor sustains, all of [0, 1)",
         ("no equilibrium in pure strategies: from 0 on",)),
        ("steps, dilemma", "what each discount factor sustains, all of [0, 1)",
         ("with payments 18 together by r0 / r0, at least 3, 3: from 1/7 on",
          "with payments 6 together by r1 / r1, at least 3, 3: from 0 to below 1/7",
          "without payments, by reversion, 18 together by r0 / r0: from 1/7 on",
          "without payments, by reversion, 6 together by r1 / r1: from 0 to below 1/7")),
        ("plan", "from always on, with payments of at most 15 a period, an equilibrium is worth row 18, column 2",
         ("in none of its 6 nodes does anybody gain by another action or by not paying",)),
        ("plan, drawn", "from one on, with no payments, an equilibrium is worth row 2/5, column 2/5",
         ("in none of its 7 nodes does anybody gain by another action",)),
    ],
)  # fmt: skip
def test_what_was_verified_is_said_and_nothing_else(name: str, claim: str, reasons: tuple[str, ...]) -> None:
    verdict = check(corpus.contracts()[name])
    assert verdict.valid and claim in verdict.claim and len(verdict.reasons) == len(reasons) + 1
    assert all(said.startswith(words) for said, words in zip(verdict.reasons, reasons, strict=False))


def refused(name: str | dict[str, Any], *changes: tuple[tuple[Any, ...], Any]) -> str:
    """Why a certificate with some parts replaced is refused."""
    verdict = check(corpus.put(corpus.contracts()[name] if isinstance(name, str) else name, *changes))
    assert not verdict.valid and verdict.claim == ""
    return verdict.reasons[0]


# Contracts


def leading(to: int) -> StochasticGame:
    """A dilemma that both leave by cooperating, for matching pennies (which have no pure equilibrium) or for itself."""
    dilemma, pennies = shipped("two-state-dilemma").stages[0], shipped("matching-pennies").stages[0]
    first = {p: {to if p == dilemma.named((0, 0)) else 0: F(1)} for p in dilemma.profiles()}
    last = {p: {1: F(1)} for p in pennies.profiles()}
    return StochasticGame(("dilemma", "pennies"), (dilemma, pennies), (first, last), (F(1, 2), F(1, 2)))


def test_what_play_may_come_to_counts_and_nothing_else() -> None:
    """From the dilemma alone there is a contract; where play may go to matching pennies there is none."""
    alone = corpus.as_read(certificate(leading(0), contract(leading(0), F(1, 2), plan=False)))
    assert alone["claim"]["states"] == ["dilemma"] and check(alone).valid
    none = corpus.as_read(certificate(leading(1), contract(leading(1), F(1, 2), plan=False)))
    assert none["claim"] == {"kind": "no contract", "start": "dilemma"}
    assert check(none).reasons[0] == "1 rounds of bounds leave nothing in pennies, and play may come there"
    assert refused(alone, (("game",), none["game"])) == "play may leave the states named, or they are not in order"
    assert refused(none, (("game",), alone["game"]))
    nothing = (("game",), alone["game"]), (("proof", "rounds"), [])
    assert refused(none, *nothing) == "something is left in every state"


def test_no_round_leaves_something_everywhere() -> None:
    assert refused("no contract", (("proof", "rounds"), [])) == "something is left in every state"


def test_states_are_named_once_and_in_order() -> None:
    why = "play may leave the states named, or they are not in order"
    name = "contract, two states"
    for states in (
        corpus.contracts()[name]["claim"]["states"][::-1],
        [corpus.contracts()[name]["claim"]["states"][0]] * 2,
    ):
        assert refused(name, (("claim", "states"), states)) == why


def test_all_have_one_discount_factor() -> None:
    why = "the players do not have one discount factor"
    for discount in (["1/4", "1/3"], None):
        assert refused("contract, cournot", (("game", "discount"), discount)) == why
        assert refused("no contract", (("game", "discount"), discount)) == why


def test_bounds_are_kept_at_every_profile_that_is_left() -> None:
    name = "contract, cournot"
    first = corpus.contracts()[name]["proof"]["rounds"][0]
    joint, punishment = F(first["joint"][0]), F(first["punishment"][0][0])
    place = ("proof", "rounds", 0)
    assert "are not kept" in refused(name, ((*place, "joint", 0), str(joint - corpus.TINY)))
    assert "are not kept" in refused(name, ((*place, "punishment", 0, 0), str(punishment + corpus.TINY)))
    looser = ((*place, "punishment", 1, 0), str(punishment - 1))
    assert check(corpus.put(corpus.contracts()[name], looser)).valid


def test_the_last_bounds_are_attained_by_profiles_that_are_left() -> None:
    why = "the play and the punishments named do not attain the bounds, or cannot be kept up"
    assert refused("contract, cournot", (("claim", "play", 0), ["low", "low"])) == why
    assert refused("contract, cournot", (("proof", "punish", 0, 0), ["medium", "medium"])) == why


# Plans


def test_a_plan_needs_discount_factors_and_nodes_in_states_that_are_there() -> None:
    assert refused("plan", (("game", "discount"), None)) == "the game names no discount factors"
    for state in (1, -1, "0", True):
        assert refused("plan", (("proof", "nodes", 0, "state"), state)) == "a node is in no state of the game"


def test_a_node_plays_or_draws_and_its_payments_sum_to_zero() -> None:
    node = corpus.contracts()["plan"]["proof"]["nodes"][0]
    assert "summing to 0" in refused("plan", (("proof", "nodes", 0, "payments"), ["1", "0"]))
    assert "summing to 0" in refused("plan", (("proof", "nodes", 0, "payments"), ["0"]))
    assert "summing to 0" in refused("plan", (("proof", "nodes", 0, "values"), [*node["values"], "0"]))
    both = (
        (("proof", "nodes", 0, "then"), [[0, "1"]]) if node["play"] else (("proof", "nodes", 0, "play"), ["low", "low"])
    )
    assert "must either play or draw" in refused("plan", both)
    neither = (("proof", "nodes", 0, "then"), []), (("proof", "nodes", 0, "play"), [])
    assert "must either play or draw" in refused("plan", *neither)


def test_a_lottery_draws_nodes_that_are_there_with_positive_probabilities_that_sum_to_one() -> None:
    start = corpus.contracts()["plan"]["proof"]["start"]
    for wrong in ([[-1, "1"]], [[99, "1"]], [[True, "1"]], [["0", "1"]], [*start, [0, "0"]], [[0, "2"], [0, "-1"]]):
        assert "that is not there" in refused("plan", (("proof", "start"), wrong))
    for wrong in ([], [*start, *start]):
        assert "does not draw one node" in refused("plan", (("proof", "start"), wrong))


def test_no_more_is_paid_than_the_cap_and_the_values_are_those_claimed() -> None:
    assert refused("plan", (("claim", "cap"), "14")) == "15 is paid in one period"
    assert check(corpus.put(corpus.contracts()["plan"], (("claim", "cap"), "16"))).valid
    assert refused("plan", (("claim", "values"), ["17", "3"])) == "the play is worth 18, 2"


def by_hand(**nodes: dict[str, Any]) -> dict[str, Any]:
    """A plan for a game with stage equilibria worth 2 each (a, a) and 0 each (b, b), at a discount factor of 1/2.

    Node 0 plays (b, b) for ever; 1 plays (a, a) for ever; in 2 the row player pays 1 in every period while both play a:
    V = W - 1/2 and W = 1 + V/2 for it, V = W + 1/2 for the column player; 3 draws one of the first two.
    """

    def node(values: list[str], play: list[str], to: int, **more: Any) -> dict[str, Any]:
        here = {"state": 0, "values": values, "payments": ["0", "0"], "default": [[], []], "play": play,
                "next": [[to, "1"]], "breach": [[[0, "1"]], [[0, "1"]]], "then": []}  # fmt: skip
        return {**here, **more}

    listed = {
        "never": node(["0", "0"], ["r1", "c1"], 0),
        "always": node(["2", "2"], ["r0", "c0"], 1),
        "paying": node(["1", "3"], ["r0", "c0"], 2, payments=["1", "-1"], default=[[[0, "1"]], []]),
        "drawing": node(["1/2", "1/2"], [], 3, next=[], breach=[[], []], then=[[0, "3/4"], [1, "1/4"]]),
    }
    game = replace(again([[2, 0], [0, 0]], [[2, 0], [0, 0]]), discount=(F(1, 2), F(1, 2)))
    found = {name: {**listed.get(name, {}), **nodes.get(name, {})} for name in {**listed, **nodes}}
    claim = {"kind": "automaton", "state": "always", "values": ["3/4", "7/4"], "cap": "1"}
    proof = {"start": [[2, "1/2"], [3, "1/2"]], "nodes": list(found.values())}
    return corpus.as_read({"game": game_table(game), "claim": claim, "proof": proof})


def test_a_plan_that_was_worked_out_by_hand_is_accepted() -> None:
    verdict = check(by_hand())
    assert verdict.valid, verdict.reasons
    assert verdict.claim.startswith(
        "from always on, with payments of at most 1 a period, an equilibrium is worth row 3/4"
    )


def test_in_the_same_period_play_goes_on_with_a_node_that_just_plays() -> None:
    """Nobody pays twice in a period, or is drawn twice."""
    why = "play goes on in the same period after node {} with one that does not just play"
    again_drawn = {**by_hand()["proof"]["nodes"][3], "then": [[3, "1"]]}
    assert refused(by_hand(second=again_drawn)) == why.format(4)
    assert refused(by_hand(second={**again_drawn, "values": ["1", "3"], "then": [[2, "1"]]})) == why.format(4)
    assert refused(by_hand(paying={"default": [[[2, "1"]], []]})) == why.format(2)
    assert refused(by_hand(paying={"default": [[[3, "1"]], []]})) == why.format(2)


def test_a_node_just_plays_where_nobody_at_all_pays() -> None:
    for payments, plays, plain in (((1, -1, 0), ("a",), False), ((0, 0, 0), ("a",), True), ((0, 0, 0), (), False)):
        paid = tuple(map(F, payments))
        assert Node(0, (F(0),) * 3, paid, (), plays, (), (), ()).plain == plain


def test_nobody_gains_by_not_paying_or_by_another_action() -> None:
    assert refused(by_hand(paying={"default": [[[1, "1"]], []]})) == "row gains by not paying in node 2"
    even = by_hand(paying={"default": [[[0, "1/2"], [1, "1/2"]], []]})
    assert check(even).valid
    never = {"values": ["1", "1"], "play": ["r1", "c0"], "next": [[1, "1"]]}
    assert refused(by_hand(never=never)) == "row gains by playing r0 in node 0"
    assert refused(by_hand(always={"values": ["2", "3"]})) == "node 1 is not worth 3 to column"
    assert refused(by_hand(drawing={"values": ["1", "1/2"]})) == "node 3 is not worth 1 to row"


def test_a_state_that_follows_with_no_chance_needs_no_node() -> None:
    game = leading(0)
    table = game_table(game)
    table["states"][0]["next"] = [[[0, "1"], [1, "0"]] for _ in table["states"][0]["next"]]
    profile = game.stages[0].named((1, 1))
    values = [str(x) for x in game.stages[0].payoffs[profile]]
    node = {"state": 0, "values": values, "payments": ["0", "0"], "default": [[], []], "play": list(profile),
            "next": [[0, "1"]], "breach": [[[0, "1"]], [[0, "1"]]], "then": []}  # fmt: skip
    claim = {"kind": "automaton", "state": "dilemma", "values": values, "cap": "0"}
    document = corpus.as_read({"game": table, "claim": claim, "proof": {"start": [[0, "1"]], "nodes": [node]}})
    assert check(document).valid


# Patience


def test_a_claim_about_all_discount_factors_is_about_a_game_that_names_none() -> None:
    for name in ("steps, dilemma", "switches"):
        assert (
            refused(name, (("game", "discount"), ["1/2", "1/2"]))
            == "a claim about all discount factors needs none in its game"
        )


def test_a_play_reaches_what_its_step_says_and_nothing_stands_beside_the_claim() -> None:
    assert refused("steps, dilemma", (("claim", "steps", 1, "play"), ["r1", "r1"])) == "r1 / r1 does not reach 18"
    assert refused("steps, dilemma", (("proof",), {"rounds": []})).startswith("expected the fields")


def test_steps_rise_from_zero_to_below_one() -> None:
    name = "steps, dilemma"
    for kind in ("steps", "reversion"):
        listed = corpus.contracts()[name]["claim"][kind]
        assert refused(name, (("claim", kind), listed[::-1]))
        for wrong in (
            [listed[0], *listed],
            [{**listed[0], "start": "-1"}, *listed[1:]],
            [*listed, {**listed[-1], "start": "1"}],
        ):
            assert refused(name, (("claim", kind), wrong)) == "steps must rise, from 0 or more and below 1"


def test_below_the_first_step_nothing_is_kept_up() -> None:
    name = "steps, dilemma"
    listed = corpus.contracts()[name]["claim"]["steps"]
    assert refused(name, (("claim", "steps"), listed[1:])) == "something may be kept up below 1/7"
    assert refused(name, (("claim", "steps"), [])) == "something may be kept up below 1"
    reversion = corpus.contracts()[name]["claim"]["reversion"]
    assert refused(name, (("claim", "reversion"), reversion[1:])) == "a stage equilibrium needs no patience"


def test_the_threats_are_the_worst_stage_equilibria_and_none_where_there_is_none() -> None:
    why = "the threats are not the stage equilibria that are worst for each player"
    for changes in (
        [("threats", [])],
        [("reversion", [])],
        [("threats", ["3", "4"])],
        [("threats", []), ("reversion", [])],
    ):
        assert refused("steps, dilemma", *((("claim", key), value) for key, value in changes)) == why
    step = {"start": "0", "joint": "0", "play": ["heads", "heads"]}
    for changes in ([("threats", ["0", "0"])], [("reversion", [step])]):
        assert refused("steps, none", *((("claim", key), value) for key, value in changes)) == why


def test_without_payments_a_play_below_the_threats_is_never_kept_up() -> None:
    """In [[2, 0], [3, 1]] the threat is 1 each: (2, 2) needs (3 - 2) / (3 - 1) = 1/2, and (0, 3) is never kept up."""
    game = again([[2, 0], [3, 1]])
    steps = [{"start": "0", "joint": "2", "play": ["r1", "r1"]}, {"start": "1/2", "joint": "4", "play": ["r0", "r0"]}]
    found = corpus.as_read(certificate(game, patience(game)))
    assert (found["claim"]["threats"], found["claim"]["reversion"]) == (["1", "1"], steps)
    for joint, play in (("3", ["r0", "r1"]), ("3", ["r1", "r0"])):
        step = {"start": "1/3", "joint": joint, "play": play}
        assert "does not keep up" in refused(found, (("claim", "reversion"), [steps[0], step, steps[1]]))
    early = {**steps[1], "start": str(F(1, 2) - corpus.TINY)}
    late = {**steps[1], "start": str(F(1, 2) + corpus.TINY)}
    assert "does not keep up" in refused(found, (("claim", "reversion"), [steps[0], early]))
    assert "keeps up more" in refused(found, (("claim", "reversion"), [steps[0], late]))


def test_whoever_earns_no_more_than_the_threat_and_can_gain_leaves_at_once() -> None:
    """At (5 for the column player, 1 for the row player) the row player gains 2 now, and loses nothing later."""
    game = again([[1, 0], [3, 1]], [[5, 0], [0, 1]])
    found = corpus.as_read(certificate(game, patience(game)))
    assert check(found).valid
    assert found["claim"]["reversion"] == [{"start": "0", "joint": "2", "play": ["r1", "c1"]}]
    better = {"start": "1/2", "joint": "6", "play": ["r0", "c0"]}
    assert "does not keep up" in refused(found, (("claim", "reversion"), [*found["claim"]["reversion"], better]))


def test_of_plays_with_the_same_sum_the_one_with_the_larger_smallest_payoff_is_named() -> None:
    """Three stage equilibria: (1, 3), (3, 1) and (2, 2)."""
    a = [[2, 0, 0], [0, 1, 0], [0, 0, 3]]
    game = again(a, [[2, 0, 0], [0, 3, 0], [0, 0, 1]])
    found = corpus.as_read(certificate(game, patience(game)))
    assert check(found).valid and found["claim"]["reversion"] == [{"start": "0", "joint": "4", "play": ["r0", "c0"]}]
    other = (("claim", "reversion", 0, "play"), ["r1", "c1"])
    assert "or shared more equally" in refused(found, other)


def test_regimes_rise_and_stand_at_both_ends_and_change_between() -> None:
    name = "switches"
    before, after = corpus.contracts()[name]["claim"]["regimes"]
    points = corpus.contracts()[name]["proof"]["points"]
    why = "discount factors must rise, from 0 or more and below 1"
    for changes in (
        (("claim", "regimes", 0, "from"), "-1"), (("claim", "regimes", 1, "to"), "1"),
        (("claim", "regimes", 0, "from"), "1"), (("claim", "regimes", 1, "from"), before["to"]),
    ):  # fmt: skip
        assert refused(name, changes) == why
    twice = [before, {**before, "from": after["from"], "to": after["to"]}]
    assert "is not the contract at both" in refused(name, (("claim", "regimes"), twice))
    same = (("claim", "regimes"), [{**before, "to": before["from"]}, {**before, "from": before["to"]}])
    assert "nothing changes between" in refused(
        name, same, (("proof", "points"), [[points[0][0]] * 2, [points[0][1]] * 2])
    )
    one = corpus.put(corpus.contracts()[name], (("claim", "regimes"), [before]), (("proof", "points"), points[:1]))
    switch = f"between {before['to']} and {after['from']} what is played or what punishes changes"
    assert check(corpus.contracts()[name]).reasons[1] == switch
    assert check(one).reasons[0] == f"at 0 and at {before['to']}: defect / defect, defect / defect"


def test_a_regime_without_an_equilibrium_is_one_where_some_state_has_nothing_left() -> None:
    table = {**game_table(replace(leading(1), discount=None))}
    rounds = corpus.as_read(certificate(leading(1), contract(leading(1), F(1, 2), plan=False)))["proof"]["rounds"]
    regime = {"from": "1/2", "to": "1/2", "play": [], "punish": []}
    document = corpus.as_read({
        "game": table, "claim": {"kind": "switches", "regimes": [regime]}, "proof": {"points": [[rounds, rounds]]},
    })  # fmt: skip
    assert check(document).reasons[0] == "at 1/2 and at 1/2: no equilibrium in pure strategies in some state"
    assert "is not the contract" in refused(document, (("proof", "points"), [[[], []]]))
    assert refused(document, (("claim", "regimes", 0, "punish"), [[["a", "b"]]]))
    assert refused(document, (("claim", "regimes", 0, "play"), [["cooperate", "cooperate"], ["heads", "heads"]]))


def test_a_regime_names_the_play_that_is_worth_most_to_whom_it_is_worth_least() -> None:
    """Two states for ever, in each (1, 3), (3, 1) and (2, 2) are stage equilibria with the same sum."""
    (stage,) = again([[2, 0, 0], [0, 1, 0], [0, 0, 3]], [[2, 0, 0], [0, 3, 0], [0, 0, 1]]).stages
    stay = tuple({p: {s: F(1)} for p in stage.profiles()} for s in (0, 1))
    game = StochasticGame(("here", "there"), (stage, stage), stay)
    found = contract(game, F(0), plan=False)
    made = corpus.as_read(certificate(game, found))
    claim, proof = made["claim"], made["proof"]
    rounds = [*proof["rounds"], {"joint": claim["joint"], "punishment": claim["punishment"]}]
    regime = {"from": "0", "to": "0", "play": [["r0", "c0"]] * 2, "punish": proof["punish"]}
    document = corpus.as_read({
        "game": {**made["game"], "discount": None}, "claim": {"kind": "switches", "regimes": [regime]},
        "proof": {"points": [[rounds, rounds]]},
    })  # fmt: skip
    assert check(document).valid
    for wrong in ([["r0", "c0"], ["r1", "c1"]], [["r1", "c1"], ["r0", "c0"]]):
        assert "is not the contract" in refused(document, (("claim", "regimes", 0, "play"), wrong))


def test_what_is_worth_less_together_is_no_rival_however_equal() -> None:
    """(0, 5) and (2, 2) are both stage equilibria: the first brings more together."""
    game = again([[0, -9], [-9, 2]], [[5, -9], [-9, 2]])
    made = corpus.as_read(certificate(game, contract(game, F(0), plan=False)))
    rounds = [*made["proof"]["rounds"], {key: made["claim"][key] for key in ("joint", "punishment")}]
    regime = {"from": "0", "to": "0", "play": [["r0", "c0"]], "punish": made["proof"]["punish"]}
    claim = {"kind": "switches", "regimes": [regime]}
    table = {**made["game"], "discount": None}
    assert check(corpus.as_read({"game": table, "claim": claim, "proof": {"points": [[rounds, rounds]]}})).valid


# What is changed


def test_what_is_changed_is_judged_as_the_second_checker_judges_it() -> None:
    for what, document, proven in corpus.judged("contracts", corpus.EVERY["contracts"]):
        assert check(document).valid == proven, what


@pytest.mark.slow
def test_all_that_is_changed_is_judged_as_the_second_checker_judges_it() -> None:
    for what, document, proven in corpus.judged("contracts"):
        assert check(document).valid == proven, what
