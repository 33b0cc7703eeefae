"""The checker of partnerships, pinned down: by a second checker, by the oracle of agreements, and by its own forms.

Every line of ``solver.proof.{agreement,forms,partnership,penal,trees}`` is held by a test here:
``benchmarks/mutation.py``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction as F
from typing import Any

import corpus
import pytest

from games.agreement import Agreement, Gift, agreement, agreement_table, read_agreement_table
from games.partnership import Partnership, Sanction
from games.stochastic import StochasticGame
from games.translate import Deviation, LocalGame, local_game, outside_policy, states, target_policy
from solver.proof.agreement import Claim, Finding, Inequality, Levels, Limit, Play
from solver.proof.agreement import check as found
from solver.proof.checker import check
from solver.proof.forms import Form, terms
from solver.proof.partnership import walk_away
from solver.proof.penal import PenalCode, Reply, faults, replies
from solver.proof.reading import Refuted
from solver.proof.trees import Case
from tests.oracle import GONE, PATH, Verdictish, worst

SEEDS = range(0, 120, 2)
"""Drawn partnerships that are held against the oracle."""


def test_every_certificate_is_accepted() -> None:
    for name, document in corpus.partnerships().items():
        assert check(document).valid, (name, check(document).reasons)


def test_of_several_instruments_it_is_asked_which_are_on() -> None:
    """Drawn ones whose proofs ask so; some with levels proposed."""
    for seed in (29, 79, 113, 153, 279):
        document = corpus.as_read(corpus.of_partnership(corpus.decide(corpus.drawn(seed), "cheapest")))
        assert len(document["game"]["gifts"]) > 1
        assert check(document).valid, (seed, check(document).reasons)


# What holds


def drawn(seed: int) -> tuple[Partnership, Agreement, tuple[bool, ...], Levels]:
    """A partnership (its breaches answered by walking away) with some states awake and some levels, right or wrong."""
    source, partnership = random.Random(seed), corpus.drawn(seed)
    if partnership.sanction.harshest:
        partnership = replace(partnership, sanction=Sanction(source.choice([None, 1, 3])))
    partnership = replace(partnership, instruments=tuple(replace(b, level=None) for b in partnership.instruments))
    target, apart = (local_game(partnership, f(partnership)) for f in (target_policy, outside_policy))
    awake = tuple(not s.ended and source.random() < 0.8 for s in states(partnership))
    levels = {}
    for b in partnership.instruments:
        same = source.choice([F(0), F(1, 2), F(1)])
        free = b.contingent or source.random() < 0.1
        row = [source.choice([F(0), F(1, 4), F(1), F(5, 2)]) if free else same for _ in awake]
        levels[b.name] = tuple(x if on else F(0) for x, on in zip(row, awake, strict=True))
    return partnership, agreement(partnership, target, apart), awake, levels


def as_the_oracle_says(game: Agreement, e: Inequality, awake: tuple[bool, ...]) -> str:
    """The name that the oracle has for an inequality."""
    who, where = game.actors[e.actor], game.states[e.state]
    if e.stage == "join":
        return f"{who} joins"
    forever = e.stage == "sanction" and e.number == (game.suspended or 0) + 1
    mode = GONE if forever else PATH if e.stage != "sanction" else e.number + 1
    what = {"withhold": "withholds at the same time", "deliver": "withholds on delivery",
            "up front": "refuses up front"}.get(e.stage, f"plays '{e.deviation}'")  # fmt: skip
    return f"{who} {what} in ({mode}, {where})"


def told(game: Agreement, finding: Finding, awake: tuple[bool, ...]) -> dict[str, F]:
    return {as_the_oracle_says(game, e, awake): e.slack for e in finding.inequalities}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_incentive_and_value_is_what_the_oracle_finds(seed: int) -> None:
    partnership, game, awake, levels = drawn(seed)
    finding = found(Claim(game, awake, levels))
    judged: Verdictish = worst(partnership, awake, levels, outside_policy(partnership), partnership.sanction.periods)
    assert finding.values == tuple(judged.values.values())
    mine = told(game, finding, awake)
    assert len(mine) == len(finding.inequalities)
    over = {f"in ({PATH}, {name})" for name, on in zip(game.states, awake, strict=True) if not on and game.ends}
    # Where the agreement is over it is not asked again: what is played then is the sanction's play for ever.
    theirs = {key: slack for key, slack in judged.slacks.items() if not any(key.endswith(end) for end in over)}
    once = {key for key in mine if f"({GONE}, " in key} - set(theirs)
    assert not once or (game.ends and all(awake))
    assert {key: mine[key] for key in mine if key not in once} == theirs
    assert finding.holds == (judged.slack >= 0 and not finding.broken) or once
    assert bool(finding.broken) == bool(judged.broken_limits)


def test_a_loss_is_told_in_the_units_of_the_period_of_the_gain() -> None:
    """Slack = (1 - delta) (loss - gain): what ``loss_later`` and ``gain_now`` are defined by."""
    for seed in SEEDS:
        _, game, awake, levels = drawn(seed)
        for e in found(Claim(game, awake, levels)).inequalities:
            scale = 1 if e.stage == "join" else 1 - game.discount[e.actor]
            assert e.slack == scale * (e.loss_later - e.gain_now)


BROKEN = {
    "budget": "budget in", "floor": "floor in", "capacity": "capacity in", "expected budget": "expected budget",
}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_the_limits_that_are_broken_are_those_that_the_oracle_finds_broken(seed: int) -> None:
    partnership, game, awake, levels = drawn(seed)
    finding = found(Claim(game, awake, levels))
    theirs = worst(partnership, awake, levels, outside_policy(partnership), partnership.sanction.periods).broken_limits
    for mine, their in BROKEN.items():
        assert sum(words.startswith(f"{mine} of") for words in finding.broken) == sum(f": {their}" in w for w in theirs)
    beyond = {
        (b.name, name)
        for b in game.gifts
        for name, x, cap in zip(game.states, levels[b.name], b.cap or levels[b.name], strict=True)
        if x > cap
    }
    assert beyond == {
        (b.name, name) for b in game.gifts for name in game.states if f"cap of '{b.name}' in {name}" in finding.broken
    }
    few = {(b.name, name) for b in game.gifts for name, x in zip(game.states, levels[b.name], strict=True)
           if 0 < x < b.minimum}  # fmt: skip
    assert few == {
        (b.name, name)
        for b in game.gifts
        for name in game.states
        if f"minimum of '{b.name}' in {name}" in finding.broken
    }
    assert {b.name for b in game.gifts if f"'{b.name}' varies, and may not" in finding.broken} == {
        b.name for b in game.gifts
        if not b.contingent and len({x for x, on in zip(levels[b.name], awake, strict=True) if on}) > 1
    }  # fmt: skip


def test_levels_below_zero_and_where_nobody_shares_are_broken_limits() -> None:
    _, game, awake, _ = next(d for d in map(drawn, SEEDS) if any(d[2]) and not all(d[2]))
    name, s, asleep = game.gifts[0].name, awake.index(True), awake.index(False)
    nothing = {b.name: (F(0),) * len(awake) for b in game.gifts}
    for where, level in ((s, -corpus.TINY), (asleep, corpus.TINY)):
        row = tuple(level if t == where else F(0) for t in range(len(awake)))
        told_ = f"level of '{name}' in {game.states[where]}"
        assert told_ in found(Claim(game, awake, {**nothing, name: row})).broken
        assert told_ not in found(Claim(game, awake, nothing)).broken


def one_contract(**changes: Any) -> Agreement:
    """Two states for ever, and a gift that must be the same in both, with caps of 1 and 3."""
    gift = Gift("fee", "one", ("two",), "on delivery", (F(1),) * 2, (F(1),) * 2, (F(1), F(3)), None, F(0), F(1, 4),
                True, False, {}, None, None)  # fmt: skip
    rows = tuple(((t, F(1)),) for t in range(2))
    local = LocalGame((("stay",) * 2,) * 2, ((F(0),) * 2,) * 2, rows, (0, 1), ())
    half, none = (F(1, 2),) * 2, (None, None)
    gifts = (replace(gift, **changes),)
    return Agreement(("one", "two"), half, ("a", "b"), 0, (True, True), local, local, gifts, False, None, None,
                     none, none, {}, {}, {"one": half[0], "two": half[1]}, {})  # fmt: skip


def test_what_a_contract_cannot_tell_apart_is_the_same_everywhere_within_the_smallest_cap() -> None:
    game = one_contract()
    for levels, varies in (((F(1, 2), F(1)), True), ((F(1), F(1)), False), ((F(0), F(0)), False)):
        broken = found(Claim(game, (True, True), {"fee": levels})).broken
        assert ("'fee' varies, and may not" in broken) == varies

    def off(game: Agreement, awake: tuple[bool, ...], levels: tuple[F, ...]) -> dict[int, F]:
        limits = Play(Claim(game, awake, {"fee": levels})).limits()
        return {x.state: x.slack for x in limits if x.stage == "off"}

    assert off(game, (True, True), (F(1, 2), F(1, 2))) == {0: F(1, 2), 1: F(1, 2)}
    assert off(one_contract(contingent=True), (True, True), (F(1, 2), F(1, 2))) == {0: F(1, 2), 1: F(5, 2)}
    assert off(game, (False, True), (F(0), F(1))) == {1: F(2)}
    assert Limit("budget", "one", 0, F(1)).words == "budget of 'one'"


def test_bounds_are_what_is_proposed_or_capped_and_answered() -> None:
    """Between 0 and the smallest cap of the awake states; 0 where it is off or nothing is owed; or as proposed."""
    both, units = (True, True), ((0,), (1,))

    def bounds(game: Agreement, answers: dict[tuple[str, ...], bool], awake: Any = both) -> Any:
        return Case(game, None, units, awake, answers).bounds

    one = one_contract()
    assert bounds(one, {}) == {("level", "fee"): (0, 1), ("on", "fee"): (0, 1)}
    assert bounds(one, {}, (False, True)) == {("level", "fee"): (0, 3), ("on", "fee"): (0, 1)}
    assert bounds(one, {}, (False, False)) == {}
    assert bounds(one, {("on", "fee"): True}) == {("level", "fee"): (0, 1), ("on", "fee"): (1, 1)}
    assert bounds(one, {("on", "fee"): False}) == {("level", "fee"): (0, 0), ("on", "fee"): (0, 0)}
    owed = {("owed", "deliver", "one", "a"): False}
    assert bounds(one, owed) == bounds(one, {})  # a court enforces it
    free = one_contract(enforceable=False, contingent=True)
    assert bounds(free, owed) == {
        ("level", "fee", "a"): (0, 0), ("on", "fee", "a"): (0, 0),
        ("level", "fee", "b"): (0, 3), ("on", "fee", "b"): (0, 1),
    }  # fmt: skip
    same = bounds(one_contract(enforceable=False), owed)
    assert same[("level", "fee")] == (0, 0) and same[("on", "fee")] == (0, 0)
    assert bounds(free, {("owed", "deliver", "one", "a"): True}) == bounds(free, {})
    assert bounds(free, {("owed", "withhold", "one", "a"): False}) == bounds(free, {})
    proposed = one_contract(level=(F(1, 2), F(1, 2)))
    assert bounds(proposed, {})[("level", "fee")] == (F(1, 2), F(1, 2))
    assert not Case(proposed, None, units, both, {}).empty
    assert Case(proposed, None, units, both, {("on", "fee"): False}).empty
    open_ = one_contract(cap=None, fixed_cost=F(0))
    assert bounds(open_, {})[("level", "fee")] == (0, None) and not Case(open_, None, units, both, {}).empty
    contradicting = {**owed, ("on", "fee", "a"): True}
    assert Case(free, None, units, both, contradicting).empty


# Forms


@pytest.mark.parametrize("seed", SEEDS)
def test_where_levels_are_unknown_each_amount_is_affine_in_them(seed: int) -> None:
    """At the levels of a claim (switches 1 where positive) a form is the number that the claim has."""
    _, game, awake, levels = drawn(seed)
    play, open_ = Play(Claim(game, awake, levels)), Play(Claim(game, awake, None))

    def at(amount: Form | F) -> F:
        return sum((value * (level(name) if name else 1) for name, value in terms(amount).items()), F(0))

    def level(name: tuple[str, ...]) -> F:
        kind, gift, *where = name
        s = game.states.index(where[0]) if where else awake.index(True)
        return levels[gift][s] if kind == "level" else F(levels[gift][s] > 0)

    if any(
        not b.contingent and len({x for x, on in zip(levels[b.name], awake, strict=True) if on}) > 1 for b in game.gifts
    ):
        return
    for i in range(len(game.actors)):
        known = {(e.stage, e.state, e.deviation, e.number): e for e in play.incentives(i)}
        forms = {(e.stage, e.state, e.deviation, e.number): e for e in open_.incentives(i)}
        assert set(known) <= set(forms)
        assert {name[0] for name in set(forms) - set(known)} <= {"withhold", "deliver", "up front"}
        for name, e in known.items():
            assert (at(forms[name].slack), at(forms[name].gain_now)) == (e.slack, e.gain_now)
            assert at(forms[name].loss_later) == e.loss_later
        for stage, timing in (("withhold", "simultaneous"), ("deliver", "on delivery"), ("up front", "up front")):
            mine = [b for b in game.gifts if b.giver == game.actors[i] and b.timing == timing and not b.enforceable]
            assert {s for kind, s, *_ in known if kind == stage} == {
                s for s, on in enumerate(awake) if on and any(levels[b.name][s] for b in mine)
            }
            assert {s for kind, s, *_ in forms if kind == stage} == {s for s, on in enumerate(awake) if on and mine}
    assert [(x.stage, x.who, x.state, at(x.slack)) for x in open_.limits()] == [
        (x.stage, x.who, x.state, x.slack) for x in play.limits()
    ]


# One fault each


def refused(name: str | dict[str, Any], *changes: tuple[tuple[Any, ...], Any]) -> str:
    """Why a certificate with some parts replaced is refused."""
    document = corpus.partnerships()[name] if isinstance(name, str) else name
    verdict = check(corpus.put(document, *changes))
    assert not verdict.valid and verdict.claim == ""
    return verdict.reasons[0]


FAILS, PART, PAID = "timing-none", "drawn 62, cheapest", "timing-subsidy"
"""It holds nowhere; in some states; everywhere, with a fee and a subsidy."""


def test_each_part_of_the_claim_has_its_proof_and_something_is_claimed() -> None:
    why = "the proof does not fit the claim, or nothing is claimed"
    assert refused(FAILS, (("proof", "larger"), None)) == why
    assert refused(FAILS, (("claim", "largest"), False)) == why
    assert refused(FAILS, (("claim", "largest"), False), (("proof", "larger"), None)) == why
    assert refused(FAILS, (("claim", "largest"), 1)) == why
    assert refused(PAID, (("proof", "larger"), {})) == why
    for part, proof in (("best", "better"), ("not at", "fails")):
        assert refused("as impatient as can be", (("claim", part), None)) == why
        assert refused("as impatient as can be", (("proof", proof), None)) == why


def test_sharing_is_claimed_in_states_that_are_there_and_in_their_order() -> None:
    why = "sharing is claimed in what is no state of the game, cannot be asked for, or is not in order"
    both = corpus.partnerships()["drawn 205, cheapest"]["claim"]["awake"]
    (state,) = both
    for awake in ([state, state], ["nowhere"], [state, "nowhere"]):
        assert refused("drawn 205, cheapest", (("claim", "awake"), awake)) == why
    asleep = (("game", "awake"), [False] * len(both)), (("claim", "units"), [])
    assert refused("drawn 205, cheapest", *asleep) == why


def test_units_are_the_states_in_which_sharing_can_be_asked_for() -> None:
    why = "the units are not the states in which sharing can be asked for"
    units = corpus.partnerships()[PART]["claim"]["units"]
    for wrong in (units[:1], [*units, units[0]], [[*units[0], *units[0]], *units[1:]], []):
        assert refused(PART, (("claim", "units"), wrong)) == why
    assert refused(PART, (("claim", "units"), [*units, []])) == "a unit without states"


def test_levels_are_those_proposed_and_none_where_there_is_no_sharing() -> None:
    levels = corpus.partnerships()[PAID]["claim"]["levels"]
    proposed = (("game", "gifts", 0, "level"), ["7"])
    name = corpus.partnerships()[PAID]["game"]["gifts"][0]["name"]
    why = f"a level of '{name}' is not the one proposed, or is given where there is no sharing"
    assert refused(PAID, proposed) == why
    assert refused(PAID, (("claim", "levels"), {**levels, "gold": ["0"]})).startswith("expected the fields")
    few = {key: row for key, row in levels.items() if key != name}
    assert refused(PAID, (("claim", "levels"), few)).startswith("it cannot be read")
    asleep = corpus.partnerships()[PART]
    s = asleep["game"]["states"].index(next(x for x in asleep["game"]["states"] if x not in asleep["claim"]["awake"]))
    gift = asleep["game"]["gifts"][0]["name"]
    assert "where there is no sharing" in refused(PART, (("claim", "levels", gift, s), "1"))


def test_an_aim_that_is_known_reaches_its_value() -> None:
    at = ("claim", "best")
    assert refused(PAID, ((*at, "aim"), "dearest")) == "an aim or a payer that is not known"
    assert refused("drawn 32, fairest", ((*at, "payer"), "office")) == "an aim or a payer that is not known"
    for name in (PAID, "drawn 32, fairest"):
        value = F(corpus.partnerships()[name]["claim"]["best"]["value"])
        for other in (value + corpus.TINY, value - corpus.TINY):
            assert refused(name, ((*at, "value"), str(other))) == "the levels do not reach the value that is claimed"
    assert refused(PAID, ((*at, "payer"), "nobody"))


def test_one_payer_s_cost_is_not_everybody_s() -> None:
    """cases.md, Timing: at delta .5 a fee of 3/2 and a subsidy of 1/2 is cheapest for the ministry, which pays 1/2."""
    name = "cheapest for the ministry"
    assert corpus.partnerships()[name]["claim"]["best"] == {"aim": "cheapest", "payer": "ministry", "value": "1/2"}
    assert "the cost of ministry is 0.5 a period" in " ".join(check(corpus.partnerships()[name]).reasons)
    assert refused(name, (("claim", "best", "payer"), None)) == "the levels do not reach the value that is claimed"
    assert refused(name, (("claim", "best", "payer"), "office")) == "the levels do not reach the value that is claimed"


def test_what_breaks_a_limit_or_an_incentive_is_named() -> None:
    document = corpus.partnerships()[PAID]
    names = [gift["name"] for gift in document["game"]["gifts"]]
    name = next(name for name in names if document["claim"]["levels"][name] != ["0"])
    state = document["game"]["states"][0]
    cap = (("game", "gifts", names.index(name), "cap"), ["0"])
    assert refused(PAID, cap) == f"a limit is broken: cap of '{name}' in {state}"
    nothing = {key: ["0"] for key in document["claim"]["levels"]}
    assert refused(PAID, (("claim", "levels"), nothing)).startswith("it does not hold: ")
    apart = document["game"]["apart"]["deviations"][0]
    gain = (("game", "apart", "deviations", 0, "payoff"), "100")
    who = document["game"]["actors"][apart["actor"]]
    assert refused(PAID, gain) == f"the sanction is no equilibrium: in {state}, {who} gains by '{apart['action']}'"


OPEN = "a case is left open"
WEAK = "a case is not excluded: its incentives and limits do not contradict each other"


def test_every_case_is_excluded_that_has_more_states_than_the_claim() -> None:
    for name in (FAILS, "pie-impossible", "drawn 155, cheapest"):
        assert refused(name, (("proof", "larger"), {})) == OPEN
        assert refused(name, (("proof", "larger", "yes"), {})) == OPEN
        assert refused(name, (("proof", "larger"), {"rows": [], "cuts": []})) == WEAK
        yes, no = (corpus.partnerships()[name]["proof"]["larger"][part] for part in ("yes", "no"))
        assert refused(name, (("proof", "larger", "yes"), no), (("proof", "larger", "no"), yes))
    assert refused(PAID, (("proof", "better"), {})) == OPEN
    assert refused(PAID, (("proof", "better"), {"rows": [], "cuts": []})) == WEAK


def leaves(node: Any, at: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Where the leaves of a tree are that prove something."""
    if node and "ask" in node:
        yield from leaves(node["yes"], (*at, "yes"))
        yield from leaves(node["no"], (*at, "no"))
    elif node:
        yield at


@pytest.mark.parametrize("part", ["larger", "better"])
def test_no_leaf_may_be_left_out(part: str) -> None:
    """Whatever the tree: with the agreement over or not, in one state or in more, with what is on or owed asked."""
    for name, document in corpus.partnerships().items():
        for at in leaves(document["proof"][part], ("proof", part)):
            assert refused(name, (at, {})) == OPEN
            idle = not corpus.at_place(document, at)["rows"]
            assert idle or refused(name, (at, {"rows": [], "cuts": []})) == WEAK, (name, at)


def test_an_incentive_counts_once_all_is_known_of_the_states_that_may_follow() -> None:
    """In the first state alone, with nothing asked about the second to which it leads."""
    name = "drawn 155, cheapest"
    tree = corpus.partnerships()[name]["proof"]["larger"]
    assert tree["yes"]["ask"][0] == "awake"
    for leaf in (tree["yes"]["yes"], tree["yes"]["no"]):
        assert refused(name, (("proof", "larger", "yes"), leaf)).startswith("there is no incentive or limit")


def moving(target: int, apart: int, from_target: int, from_apart: int, suspended: int | None, ends: bool) -> Agreement:
    """Five states, all for ever but the first, which leads on: what is asked, what is played apart, and breaches."""
    rows = tuple(((t, F(1)),) for t in range(5))

    def local(to: int, deviation: int) -> LocalGame:
        play, payoffs = (("stay",),) * 5, ((F(0),) * 5,)
        return LocalGame(play, payoffs, rows, (to, 1, 2, 3, 4), (Deviation(0, 0, "leave", F(0), deviation),))

    half = F(1, 2)
    return Agreement(
        ("one",), (half,), tuple("abcde"), 0, (True,) * 5, local(target, from_target), local(apart, from_apart), (),
        ends, suspended, None, (None,), (None,), {}, {}, {"one": half}, {},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("suspended", "ends", "counts"), [(None, False, "124"), (None, True, "12"), (2, False, "1234"), (2, True, "1234")]
)
def test_a_state_is_settled_once_all_is_answered_to_which_it_may_lead(
    suspended: int | None, ends: bool, counts: str
) -> None:
    """b follows what is asked, c what is played apart; d follows a breach: it matters where that is answered for some
    periods only; e follows a deviation from the sanction: it matters unless the end is for ever.
    """
    game = moving(1, 2, 3, 4, suspended, ends)
    units = tuple((s,) for s in range(5))
    for asked in range(32):
        answers = {("awake", "abcde"[s]): s % 2 == 0 for s in range(5) if asked >> s & 1}
        case = Case(game, None, units, None, answers)
        first = asked & 1 and all(asked >> int(s) & 1 for s in counts)
        assert case.settled == {"abcde"[s] for s in range(5) if asked >> s & 1 and (s > 0 or first)}


def test_settled_states_lead_on_from_one_to_the_next() -> None:
    """a leads to b, and b to c, about which nothing is known: neither is settled."""
    game = moving(1, 1, 1, 1, None, False)
    row = (1, 2, 2, 3, 4)
    chained = replace(game, target=replace(game.target, row=row), apart=replace(game.apart, row=row))
    units = tuple((s,) for s in range(5))
    known = {("awake", name): True for name in "abd"}
    assert Case(chained, None, units, None, known).settled == {"d"}
    assert Case(chained, None, units, None, {**known, ("awake", "c"): False}).settled == set("abcd")
    # One answer for a unit is an answer for all its states.
    assert Case(chained, None, ((0, 1, 2), (3,), (4,)), None, {("awake", "b"): True}).settled == set("abc")


def test_an_arrangement_that_holds_cannot_be_called_impossible() -> None:
    """By any combination of one incentive, of two, or of a tree that asks first."""
    document = corpus.partnerships()[PAID]
    state = document["game"]["states"][0]
    claim = {**document["claim"], "awake": [], "largest": True, "best": None,
             "levels": {key: ["0"] for key in document["claim"]["levels"]}}  # fmt: skip
    rows = [["act", "office", state, "deviate", "0", "1"], ["act", "firm", state, "deviate", "0", "1"],
            ["join", "office", state, "not join", "0", "1"], ["join", "firm", state, "not join", "0", "1"]]  # fmt: skip
    for chosen in [[row] for row in rows] + [[a, b] for a in rows for b in rows] + [[]]:
        leaf = {"rows": chosen, "cuts": []}
        tree = {"ask": ["awake", state], "yes": leaf, "no": {}}
        proof = {**document["proof"], "larger": tree, "better": None}
        assert refused(document, (("claim",), claim), (("proof",), proof)) == WEAK


def test_incentives_and_limits_are_those_of_the_case_with_positive_multipliers() -> None:
    at = ("proof", "larger", "yes", "rows", 0)
    row = corpus.partnerships()[FAILS]["proof"]["larger"]["yes"]["rows"][0]
    for k in range(4):
        other = [*row]
        other[k] = "another"
        assert refused(FAILS, (at, other)).startswith(("there is no incentive or limit", "it cannot be read"))
    for y in ("0", "-1"):
        assert refused(FAILS, ((*at, 5), y)) == f"the multiplier of '{', '.join(row[:5])}' is not positive"
    # Before it is asked whether the state is awake nothing in it is known.
    leaf = corpus.partnerships()[FAILS]["proof"]["larger"]["yes"]
    assert (
        refused(FAILS, (("proof", "larger"), leaf))
        == f"there is no incentive or limit '{', '.join(row[:5])}' in this case"
    )


def test_a_gain_counts_where_the_smallest_gain_is_bounded_with_a_positive_multiplier() -> None:
    name = "drawn 32, fairest"
    rows = corpus.partnerships()[name]["proof"]["better"]["rows"]
    k = next(k for k, row in enumerate(rows) if row[0] == "gain")
    for y in ("0", "-1"):
        assert "multiplier is not positive" in refused(name, (("proof", "better", "rows", k, 2), y))
    without = [row for row in rows if row[0] != "gain"]
    assert refused(name, (("proof", "better", "rows"), without)) == WEAK


def test_what_is_owed_counts_only_where_it_is_or_where_a_cut_shows_that_it_follows() -> None:
    name = "drawn 32, fairest"
    leaf = corpus.partnerships()[name]["proof"]["better"]
    (cut,) = leaf["cuts"]
    said = f"'{', '.join(cut['row'])}'"
    other = {"row": ["join", "office", "0", "not join", "0"], "rows": []}
    assert refused(name, (("proof", "better", "cuts"), [cut, other])).endswith("is no incentive to give what is owed")
    assert refused(name, (("proof", "better", "cuts"), [])) == f"{said} counts only where something is owed"
    owed = ["owed", *cut["row"][:3]]
    bare = {**leaf, "cuts": []}
    tree = {"ask": owed, "yes": bare, "no": bare}
    assert refused(name, (("proof", "better"), tree)) == f"{said} counts only where something is owed"
    asked = {"ask": owed, "yes": bare, "no": leaf}
    assert check(corpus.put(corpus.partnerships()[name], (("proof", "better"), asked))).valid
    wrong = {"ask": owed, "yes": leaf, "no": {}}
    assert refused(name, (("proof", "better"), wrong)) == OPEN


def test_questions_are_those_that_every_arrangement_answers() -> None:
    leaf = corpus.partnerships()["drawn 32, fairest"]["proof"]["better"]
    owed = (["act", "office", "0"], ["deliver", "nobody", "0"], ["deliver", "office", "never"])
    for ask in (*(["owed", *about] for about in owed), ["on", "nothing", "0"], ["awake", "0"], ["open", "0"]):
        tree = {"ask": ask, "yes": leaf, "no": leaf}
        why = f"no arrangement answers the question '{', '.join(ask)}'"
        assert refused("drawn 32, fairest", (("proof", "better"), tree)) == why
    yes = corpus.partnerships()[FAILS]["proof"]["larger"]
    tree = {"ask": ["awake", "never"], "yes": yes, "no": yes}
    assert refused(FAILS, (("proof", "larger"), tree)) == "no arrangement answers the question 'awake, never'"


def test_what_contradicts_a_level_proposed_needs_no_proof() -> None:
    """A fee of 2 is proposed, on or off: no arrangement has it off."""
    document = corpus.partnerships()["timing-simultaneous"]
    (gift,), state = document["game"]["gifts"], document["game"]["states"][0]
    level = document["claim"]["levels"][gift["name"]]
    switched = {**gift, "level": level, "cap": ["9"], "minimum": "1"}
    leaf = document["proof"]["better"]
    at = (("game", "gifts", 0), switched), (("claim", "best"), None), (("proof", "better"), None)
    assert check(corpus.put(document, *at)).valid
    tree = {"ask": ["on", gift["name"], state], "yes": leaf, "no": {}}
    assert check(corpus.put(document, (("game", "gifts", 0), switched), (("proof", "better"), tree))).valid
    open_ = {**switched, "level": None}
    assert refused("timing-simultaneous", (("game", "gifts", 0), open_), (("proof", "better"), tree)) == OPEN


def test_a_smaller_discount_factor_is_a_common_one_below_that_of_the_game() -> None:
    name = "as impatient as can be"
    why = "the discount factor at which it fails is not below a common one, with a sanction of the same play"
    for delta in ("1/2", "3/5", "-1/10"):
        assert refused(name, (("claim", "not at"), delta)) == why
    two = leaving(apart=False)
    unlike = (("game", "discount"), ["1/2", "3/5"]), (("game", "giving", "two"), "3/5")
    assert refused(two, *unlike) == why
    lower = (("claim", "not at"), "0")
    assert check(corpus.put(corpus.partnerships()[name], lower)).valid
    assert refused(name, (("proof", "fails"), {})) == OPEN
    assert refused(name, (("proof", "fails"), {"rows": [], "cuts": []})) == WEAK
    harsh = corpus.put(corpus.partnerships()["harshest"], (("claim", "not at"), "0"), (("proof", "fails"), {}))
    assert refused(harsh) == why


def leaving(apart: bool) -> dict[str, Any]:
    """One of two earns 1 a period for ever, or 2 once and nothing afterwards: it stays from a factor of 1/2 on.

    That is what is asked; where ``apart``, it is what is played without the agreement too, and otherwise nothing is.
    """
    here, gone = ((0, F(1)),), ((1, F(1)),)
    policy, payoffs = (("stay", "wait"), ("end", "wait")), ((F(1), F(0)), (F(0), F(0)))
    stays = LocalGame(policy, payoffs, (here, gone), (0, 1), (Deviation(0, 0, "leave", F(2), 1),))
    over = LocalGame((("end", "wait"),) * 2, ((F(0), F(0)),) * 2, (gone,), (0, 0), ())
    half = (F(1, 2),) * 2
    nothing: Any = (None, None)
    game = Agreement(
        ("one", "two"), half, ("here", "gone"), 0, (True, False), stays, stays if apart else over, (), False,
        None, None, nothing, nothing, {}, {}, {"one": half[0], "two": half[1]}, {},
    )  # fmt: skip
    leaf = {"rows": [["act", "one", "here", "leave", "0", "1"]], "cuts": []}
    claim = {"kind": "partnership", "awake": ["here"], "levels": {}, "units": [["here"]]}
    claim |= {"largest": False, "best": None, "not at": "2/5"}
    proof = {"penal": None, "larger": None, "better": None, "fails": leaf}
    return corpus.as_read({"game": agreement_table(game), "claim": claim, "proof": proof})


def test_with_less_patience_the_sanction_must_still_be_an_equilibrium() -> None:
    assert check(leaving(apart=False)).valid, check(leaving(apart=False)).reasons
    why = "the sanction is no equilibrium: in here, one gains by 'leave'"
    assert refused(leaving(apart=True)) == why
    with pytest.raises(Refuted, match=why):
        walk_away(
            read_agreement_table(
                {**leaving(apart=True)["game"], "discount": ["2/5"] * 2, "giving": {"one": "2/5", "two": "2/5"}}
            )
        )
    walk_away(read_agreement_table(leaving(apart=True)["game"]))


def test_an_agreement_that_ends_when_it_sleeps_begins_awake() -> None:
    document = corpus.partnerships()[PART]
    asleep = next(k for k, name in enumerate(document["game"]["states"]) if name not in document["claim"]["awake"])
    over = (("game", "ends"), True), (("game", "start"), asleep)
    assert refused(PART, *over) == "the agreement would be over before it begins"
    assert check(corpus.put(document, (("game", "start"), asleep))).valid


def test_punishments_are_told_where_the_sanction_is_the_harshest_and_only_there() -> None:
    penal = corpus.partnerships()["harshest"]["proof"]["penal"]
    assert refused(FAILS, (("proof", "penal"), penal)) == "the sanction claimed is not the one of the partnership"
    assert refused("harshest", (("proof", "penal"), None)).startswith("expected the fields")
    why = "the punishments are not the harshest, or cannot be kept up"
    mild = [[["medium", "medium"]]] * 2
    assert refused("harshest", (("proof", "penal", "punish"), mild)) == why


@pytest.mark.parametrize(
    ("name", "claim", "reason"),
    [
        (FAILS, "sharing cannot be kept up in any state, whatever these instruments give",
         "no set of states can hold, in the one case there is by a combination that adds up to a contradiction: from "),
        ("pie-impossible", "sharing cannot be kept up in any state, whatever these instruments give",
         "no set of states can hold, in the one case there is by a combination that adds up to a contradiction"),
        ("drawn 155, cheapest", "sharing cannot be kept up in any state, whatever these instruments give",
         "no set of states can hold, in each of 3 cases by a combination that adds up to a contradiction"),
        (PAID, "sharing is self-enforcing in every state, with the levels given",
         "no arrangement is cheaper: everybody's cost is 2 a period, and at least that"),
        ("harshest", "sharing is self-enforcing in every state, with nothing given",
         "a breach is answered by the harshest punishments: no equilibrium in pure strategies is worse"),
        ("drawn 32, fairest", "sharing is self-enforcing in every state",
         "no arrangement has a larger smallest gain"),
    ],
)  # fmt: skip
def test_what_was_verified_is_said(name: str, claim: str, reason: str) -> None:
    verdict = check(corpus.partnerships()[name])
    assert verdict.claim.startswith(claim)
    assert any(told_.startswith(reason) for told_ in verdict.reasons), verdict.reasons


# The harshest sanction


def cournot() -> tuple[Agreement, StochasticGame, PenalCode]:
    """Abreu's market at 1/3: both keep output low for 10 each, and a breach is worth 0 to whoever commits it."""
    document = corpus.partnerships()["harshest"]
    game, told_ = read_agreement_table(document["game"]), document["proof"]["penal"]
    assert game.penal is not None
    policy = [tuple(map(tuple, rows)) for rows in (told_["play"], *told_["punish"])]
    joint, values = tuple(map(F, told_["joint"])), tuple(tuple(map(F, own)) for own in told_["values"])
    return game, game.penal, PenalCode(policy[0], tuple(policy[1:]), joint, values)


def test_what_a_punished_actor_can_do_is_each_of_its_actions() -> None:
    _, full, code = cournot()
    for i, others in ((0, lambda a: (a, "high")), (1, lambda a: ("high", a))):
        assert replies(full, code, i, 0) == tuple(
            Reply(a, others(a), full.stages[0].payoffs[others(a)][i], ((0, F(1)),)) for a in ("low", "middle", "high")
        )
    never = replace(full, next=({profile: {0: F(1), 1: F(0)} for profile in full.stages[0].profiles()},))
    assert replies(never, code, 0, 0) == replies(full, code, 0, 0)


def test_each_fault_of_a_penal_code_is_named() -> None:
    game, full, code = cournot()
    name = full.states[0]
    assert list(faults(full, code)) == []
    more, less = (tuple(v + by for v in code.joint) for by in (corpus.TINY, -corpus.TINY))
    for joint in (more, less):
        assert f"the joint value claimed in {name}" in list(faults(full, replace(code, joint=joint)))
    for i, player in enumerate(full.players):
        own = tuple((code.values[k][0] + corpus.TINY * (k == i),) for k in range(2))
        assert next(faults(full, replace(code, values=own))) == f"the punishment value of {player} claimed in {name}"
    unlike = replace(full, discount=(F(1, 3), F(1, 4)))
    assert list(faults(unlike, code)) == ["the actors' discount factors differ"]
    impatient = replace(full, discount=(F(1, 4),) * 2)
    assert f"play of low, low in {name}: together they gain by leaving it" in list(faults(impatient, code))
    nothing = {b.name: (F(0),) for b in game.gifts}
    assert found(Claim(game, (True,), nothing, code)).holds
    other = "the sanction claimed is not the one of the partnership"
    assert other in found(Claim(game, (True,), nothing)).broken
    assert other in found(Claim(replace(game, penal=None), (True,), nothing, code)).broken
    wrong = replace(code, joint=more)
    assert f"the joint value claimed in {name}" in found(Claim(game, (True,), nothing, wrong)).broken


def test_who_refuses_up_front_is_punished_from_this_period_on() -> None:
    """docs/certificates.md: d (E V - E' A) - (1-d) (g' + flow - c), for each of the actor's actions; here A = 0."""
    game, full, code = cournot()
    delta, half = game.discount[0], F(1, 2)
    one, zero = (F(1),), F(0)
    gift = Gift(
        "fee", game.actors[0], (game.actors[1],), "up front", one, one, None, None, zero, zero, False, True, {}, None,
        None,
    )  # fmt: skip
    paying = replace(game, gifts=(gift,))
    stays = 10 - half
    expected = {
        k: delta * stays - (1 - delta) * (full.stages[0].payoffs[a, "high"][0] - stays)
        for k, a in enumerate(("low", "middle", "high"))
    }
    finding = found(Claim(paying, (True,), {"fee": (half,)}, code))
    assert {e.number: e.slack for e in finding.inequalities if e.stage == "up front"} == expected
    tempted = full.stages[0].payoffs["middle", "low"][0]
    act = next(e for e in finding.inequalities if e.stage == "act" and (e.actor, e.deviation) == (0, "middle"))
    # By acting otherwise it has paid already; it loses its value of 9.5 from the next period on.
    assert act.slack == delta * stays - (1 - delta) * (tempted - half - stays)


# What is changed


def test_what_is_changed_is_judged_as_the_second_checker_judges_it() -> None:
    for what, document, proven in corpus.judged("partnerships", corpus.EVERY["partnerships"]):
        assert check(document).valid == proven, what


@pytest.mark.slow
def test_all_that_is_changed_is_judged_as_the_second_checker_judges_it() -> None:
    for what, document, proven in corpus.judged("partnerships"):
        assert check(document).valid == proven, what


ALONE = {
    "drawn 378, cheapest": {
        # The order of a combination, and of what stands in it twice; a capacity may weigh more than it has to.
        *(f"proof larger yes rows {k}: exchanged" for k in range(3)),
        "proof larger yes rows 2: doubled",
        *(f"proof larger yes rows 2 3: {what}" for what in ("a hair more", "twice")),
        "proof larger yes cuts 0: doubled",
    },
    "drawn 332, fairest": {
        # Other profiles punish as hard: by hand in the full game.
        "proof penal punish 1 0 0: exchanged", "proof penal punish 2 0 1: exchanged",
        "proof better rows 0: exchanged", "proof better rows 1: exchanged", "proof better cuts 0: doubled",
    },
    "harshest": {
        # Bounds of a round that is not the last may be looser, and it is not needed here.
        "proof penal rounds 0: left out", "proof penal rounds 0: doubled",
        *(f"proof penal rounds 0 joint 0: {what}" for what in ("a hair more", "one more", "twice")),
        *(f"proof penal rounds 0 punishment {i} 0: {what}" for i in (0, 1) for what in ("a hair less", "one less")),
    },
    "too impatient": {
        # Middle and low bring 18 together, as low and middle do.
        "proof penal play 0 0: exchanged", "proof penal play 0 1: exchanged", "proof penal rounds 0: doubled",
        *(f"proof penal rounds 0 joint 0: {what}" for what in ("a hair more", "one more")),
        *(f"proof penal rounds 0 punishment {i} 0: {what}" for i in (0, 1) for what in ("a hair less", "one less")),
        # One incentive alone contradicts itself, whatever it is multiplied by.
        "proof larger yes rows 0: doubled",
        *(f"proof larger yes rows 0 5: {what}" for what in ("a hair more", "a hair less", "one more", "twice")),
    },
    "as impatient as can be": {
        # It fails at every discount factor below 1/2.
        "claim not at: a hair more", "claim not at: a hair less", "proof fails rows 0: doubled",
        *(f"proof fails rows 0 5: {what}" for what in ("a hair more", "a hair less", "one more", "twice")),
    },
}  # fmt: skip


@pytest.mark.parametrize("name", ALONE)
def test_only_what_stays_a_proof_is_accepted(name: str) -> None:
    """With the harshest sanction, and of less patience: every change of claim and proof is refused but those listed."""
    document = corpus.partnerships()[name]
    accepted = {
        f"{part} {' '.join(map(str, place))}: {what}"
        for part in ("claim", "proof")
        for place, what, other in corpus.changes(document[part])
        if other != document[part] and check({**document, part: other}).valid
    }
    assert accepted == ALONE[name]
