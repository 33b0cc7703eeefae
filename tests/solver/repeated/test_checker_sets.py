"""The checker of payoff sets, pinned down: fault by fault, and by a second checker.

Every line of ``solver.proof.payoff_sets`` is held by a test here: ``benchmarks/mutation.py``.
"""

from __future__ import annotations

from fractions import Fraction as F
from typing import Any

import corpus
import pytest
from small_games import again, shipped

from games.stochastic import StochasticGame
from solver.proof.checker import check
from solver.proof.payoff_sets import Move, _bound, _nothing_beyond, box, moves, sides
from solver.proof.reading import Refuted

DILEMMA = again([[9, 1], [10, 3]])


def test_every_certificate_is_accepted() -> None:
    for name, document in corpus.sets().items():
        assert check(document).valid, (name, check(document).reasons)


MADE = "payoffs are made of payoffs in their hulls, each by play that nobody gains by leaving"
DOWN = "what all play can bring comes down to nothing beyond in"


@pytest.mark.parametrize(
    ("name", "claim", "reasons"),
    [
        ("sets, with money", "in always the hull of (3, 3) (4, 3) (19/2, 17/2) (17/2, 19/2) (3, 4)",
         (f"5 {MADE}", f"{DOWN} 5 steps")),
        ("sets, two states", "in one the hull of (1/4, 1/4); in two the hull of (7/4, 7/4)",
         (f"2 {MADE}", f"{DOWN} 2 steps")),
        ("sets, none", "in always none", (f"0 {MADE}", f"{DOWN} 2 steps")),
        ("bounds, none", "in always none", (f"0 {MADE}", f"{DOWN} 2 steps")),
        ("bounds, three", "in always the hull of (0, 0, 1) (0, 1, 0) (1, 0, 0) is reached and none is beyond it by "
         "more than 1.04e-09 in 26 directions", (f"3 {MADE}", f"{DOWN} 1 step")),
    ],
)  # fmt: skip
def test_what_was_verified_is_said_and_nothing_else(name: str, claim: str, reasons: tuple[str, ...]) -> None:
    verdict = check(corpus.sets()[name])
    assert (verdict.valid, verdict.reasons[:-1]) == (True, reasons) and verdict.claim.endswith(claim)


def refused(name: str, *changes: tuple[tuple[Any, ...], Any]) -> str:
    """Why a certificate with some parts replaced is refused."""
    verdict = check(corpus.put(corpus.sets()[name], *changes))
    assert not verdict.valid and verdict.claim == ""
    return verdict.reasons[0]


# The game


def test_moves_are_the_profiles_and_where_there_is_money_the_payments_before_them() -> None:
    """By hand: the dilemma at 1/4, payoffs times 3/4; with a cap of 2 a payment moves up to 3/2 to and fro."""
    delta = F(1, 4)
    game = StochasticGame(DILEMMA.states, DILEMMA.stages, DILEMMA.next, (delta, delta))
    (acts,) = moves(game, F(0))
    assert [m.now for m in acts] == [(F(27, 4),) * 2, (F(3, 4), F(30, 4)), (F(30, 4), F(3, 4)), (F(9, 4),) * 2]
    for m in acts:
        assert (m.weight, m.next, m.money) == ((delta, delta), ((0, F(1)),), (0, 0))
    assert acts[0].instead == ((0, F(30, 4), ((0, F(1)),)), (1, F(30, 4), ((0, F(1)),)))
    pay, later = moves(game, F(2))
    assert later == acts
    (payment,) = pay
    assert (payment.now, payment.weight, payment.next) == ((0, 0), (1, 1), ((1, F(1)),))
    assert payment.money == (F(3, 2), -F(3, 2))
    assert payment.instead == ((0, F(0), ((1, F(1)),)), (1, F(0), ((1, F(1)),)))


def test_moves_in_two_states_with_two_discount_factors() -> None:
    """A payment in a state is followed by the same state's play; each player's part weighs by its own patience."""
    two = shipped("two-state-dilemma")
    game = StochasticGame(two.states, two.stages, two.next, (F(1, 4), F(1, 2)))
    payments, acts = moves(game, F(2))[:2], moves(game, F(2))[2:]
    assert [own[0].next for own in payments] == [((2, F(1)),), ((3, F(1)),)]
    assert {own[0].money for own in payments} == {(F(3, 2), F(-1))}
    assert acts == moves(game, F(0))
    for s, own in enumerate(acts):
        for move, profile in zip(own, two.stages[s].profiles(), strict=True):
            payoffs = two.stages[s].payoffs[profile]
            assert move.now == (F(3, 4) * payoffs[0], F(1, 2) * payoffs[1]) and move.weight == (F(1, 4), F(1, 2))
            assert dict(move.next) == {t: q for t, q in two.next[s][profile].items() if q}


def test_a_level_falls_below_what_it_is_made_of_only_once_that_is_lower() -> None:
    """Set 0 is set 1 as it is, set 1 is half of set 0: from 1 each, set 1 comes down to 1/2 first, and set 0 then."""
    nothing = (F(0),)
    whole = Move(nothing, (F(1),), ((1, F(1)),), nothing, ())
    half = Move(nothing, (F(1, 2),), ((0, F(1)),), nothing, ())
    bounds = {k: {"tempted": [], "ahead": [[[0, y]]]} for k, y in ((0, "1"), (1, "1/2"))}
    one, then = [["1"], ["1/2"]], [["1/2"], ["1/2"]]

    def come_down(*steps: tuple[list[list[str]], list[int]]) -> Any:
        told = [{"never": [], "levels": levels, "bounds": [bounds[k] for k in fall]} for levels, fall in steps]
        return _nothing_beyond([[whole], [half]], [[(F(1),)], [(F(1),)]], lambda n: F(1), told)

    assert come_down((one, [1]), (then, [0])) == ([[F(1, 2)], [F(1, 2)]], set())
    with pytest.raises(Refuted, match="more than the level"):
        come_down((then, [0, 1]))
    with pytest.raises(Refuted, match="more than the level"):
        come_down(([["1"], [str(F(1, 2) - corpus.TINY)]], [1]))
    with pytest.raises(ValueError):
        come_down((one, [1, 0]))


def test_money_is_between_two_and_not_negative_and_discount_factors_are_named() -> None:
    why = "discount factors are missing, or payments are negative or not between two players"
    assert refused("sets, a point", (("game", "discount"), None)) == why
    assert refused("sets, a point", (("claim", "transfers"), "-1")) == why
    assert refused("bounds, three", (("claim", "transfers"), "1")) == why
    one = StochasticGame(DILEMMA.states, DILEMMA.stages, DILEMMA.next, (F(1, 2), F(1, 2)))
    with pytest.raises(Refuted, match=why):
        moves(one, -F(1, 10))
    assert (
        len(
            moves(
                StochasticGame(*(getattr(shipped("minority-3"), k) for k in ("states", "stages", "next")), (F(0),) * 3),
                F(0),
            )
        )
        == 1
    )


def test_the_box_holds_what_can_be_earned_and_paid() -> None:
    game = StochasticGame(DILEMMA.states, DILEMMA.stages, DILEMMA.next, (F(1, 4), F(1, 4)))
    for cap in (F(0), F(2)):
        levels = box(game, cap)
        assert (levels((F(1), F(0))), levels((F(0), F(-1)))) == (10 + cap, cap - 1)
        assert levels((F(2), F(-3))) == 2 * (10 + cap) - 3 * (1 - cap)


def test_the_sides_of_a_hull() -> None:
    """A triangle: the axes, and the sides' own normals with entries that sum to 1 in size."""
    triangle = [(F(0), F(0)), (F(4), F(0)), (F(0), F(2))]
    found = sides(triangle)
    assert found == {(-1, 0): 0, (0, -1): 0, (1, 0): 4, (0, 1): 2, (F(1, 3), F(2, 3)): F(4, 3)}
    assert sides(triangle[:1]) == {(-1, 0): 0, (0, -1): 0, (1, 0): 0, (0, 1): 0}
    segment = sides([(F(0), F(0)), (F(1), F(1))])
    assert segment[F(1, 2), -F(1, 2)] == segment[-F(1, 2), F(1, 2)] == 0 and len(segment) == 6
    with pytest.raises(Refuted, match="counter-clockwise"):
        sides(triangle[::-1])


def test_sets_are_told_exactly_for_two_players_and_one_for_each_state() -> None:
    document = corpus.sets()["bounds, three"]
    claim = {"kind": "payoff sets", "transfers": "0", "payoffs": document["claim"]["inside"]}
    assert refused("bounds, three", (("claim",), claim)) == "sets are told exactly for two players"
    assert refused("sets, a point", (("claim", "payoffs"), [])) == "as many sets as there are states are needed"
    two = corpus.sets()["bounds, two states"]["claim"]
    for inside, outside in ((two["inside"][:1], two["outside"]), (two["inside"], two["outside"][:1])):
        assert refused("bounds, two states", (("claim", "inside"), inside), (("claim", "outside"), outside)) == (
            "as many sets as there are states are needed"
        )
    assert refused("sets, a point", (("claim", "payoffs"), [[["3", "3", "3"]]]))
    assert refused("sets, a point", (("claim", "payoffs"), [[["3"]]]))


# Inside


def test_a_payoff_is_what_its_play_brings_and_nobody_gains_by_leaving_it() -> None:
    name, at = "sets, a segment", ("proof", "reached", 0, 1)
    assert refused(name, ((*at, "move"), 3)) == "a payoff is not what the play that is named for it brings"
    for index in (4, -1, "0", True, None):
        assert refused(name, ((*at, "move"), index)) == f"there is no number {index!r}"
        assert refused(name, ((*at, "draws"), [[[index, "1"]]])) == f"there is no number {index!r}"
    assert refused(name, ((*at, "draws"), [[[1, "1/2"]]])) == "a draw does not sum to 1"
    assert refused(name, ((*at, "draws"), [[[1, "2"], [0, "-1"]]])) == "-1 is not positive"
    assert refused(name, ((*at, "draws"), [[[1, "1"], [0, "0"]]])) == "0 is not positive"
    # At 1/8 cooperation brings 10 7/8 + 3/8 to whoever leaves it: more than 9.
    less = (("game", "discount"), ["1/8", "1/8"])
    assert refused(name, less) == "a player gains by leaving the play that is named for a payoff"


def test_each_vertex_has_its_play_and_each_set_that_follows_its_draw() -> None:
    name = "sets, dilemma"
    (reached,) = corpus.sets()[name]["proof"]["reached"]
    for told in ([], [[]], [reached[:-1]], [[*reached, reached[0]]], [reached, []]):
        assert refused(name, (("proof", "reached"), told)).startswith("it cannot be read")
    assert refused(name, (("proof", "reached", 0, 0, "draws"), [])).startswith("it cannot be read")
    for normals in ([], [[], []]):
        assert refused("sets, a segment", (("proof", "normals"), normals)).startswith("it cannot be read")
    two = corpus.sets()["bounds, two states"]["claim"]["outside"]
    twice = (("claim", "outside"), [two[0], [*two[1], two[1][0]]])
    assert refused("bounds, two states", twice) == "a half-space is claimed twice"


def test_no_more_is_paid_than_the_cap() -> None:
    assert refused("sets, a segment", (("proof", "reached", 0, 0, "paid"), "1")) == "more is paid than the cap"
    document = corpus.sets()["sets, with money"]
    for k, part in enumerate(document["proof"]["reached"][0]):
        for paid in ("-2", "2", str(1 + corpus.TINY), str(-1 - corpus.TINY)):
            assert (
                refused("sets, with money", (("proof", "reached", 0, k, "paid"), paid)) == "more is paid than the cap"
            )
        assert -1 <= F(part["paid"]) <= 1
    assert {F(part["paid"]) for part in document["proof"]["reached"][0]} & {1, -1}


def test_a_set_is_not_reached_where_play_may_lead_to_where_nothing_is() -> None:
    two = corpus.sets()["bounds, two states"]
    nothing = (
        (("claim", "inside"), [two["claim"]["inside"][0], []]),
        (("proof", "reached"), [two["proof"]["reached"][0], []]),
    )
    assert refused("bounds, two states", *nothing) == "play may lead to where nothing is claimed to be reached"
    neither = (("claim", "inside"), [[], []]), (("proof", "reached"), [[], []])
    words = check(corpus.put(two, *neither))
    assert words.valid and words.reasons[0] == f"0 {MADE}"
    assert "in one all lie in 8 half-spaces" in words.claim


# Outside


def test_a_bound_weighs_levels_by_chances_multipliers_and_patience() -> None:
    """By hand: -2 1 + (2 1/2)(1/4 (-5) + 3/4 (-11)) + 1/2 3/2 (7 + 13) = 7/2, for one player and two sets."""
    half = F(1, 2)
    move = Move(
        (F(0),), (half,), ((0, half), (1, half)), (F(0),), ((0, F(1), ((0, F(1, 4)), (1, F(3, 4)))),)
    )  # fmt: skip
    directions = [[(F(-1),), (F(1),)]] * 2
    part = {"tempted": [[0, "2"]], "ahead": [[[1, "3/2"]], [[1, "3/2"]]]}
    assert _bound(move, (F(1),), part, directions)([[F(-5), F(7)], [F(-11), F(13)]]) == F(7, 2)


def test_directions_are_named_once_and_half_spaces_claimed_once() -> None:
    assert refused("sets, a segment", (("proof", "normals"), [[["1", "0"]]])) == "a direction is named twice"
    outside = corpus.sets()["bounds, dilemma"]["claim"]["outside"][0]
    assert (
        refused("bounds, dilemma", (("claim", "outside"), [[*outside, outside[0]]])) == "a half-space is claimed twice"
    )


def test_a_step_names_a_level_for_each_direction_and_none_rises() -> None:
    name, at = "sets, a segment", ("proof", "steps", 0, "levels", 0)
    levels = corpus.sets()[name]["proof"]["steps"][0]["levels"][0]
    assert refused(name, (at, levels[:-1])) == "a step names other levels than there are directions"
    assert refused(name, (at, [])) == "a step names other levels than there are directions"
    bounds = corpus.sets()[name]["proof"]["steps"][0]["bounds"]
    why = "a move may bring more than the level to which a step comes down"
    for k, lower in enumerate(levels):
        assert refused(name, ((*at, k), str(F(lower) - corpus.TINY))) == why
    higher = str(F(levels[2]) + 100)
    assert refused(name, ((*at, 2), higher)) in (why, "a level rises")
    assert len(bounds) == 12


ROUNDED = {
    "sets, with money": {(3, 0, j) for j in range(7)},
    "sets, two states": {(0, 0, 0), (0, 0, 1), (0, 0, 2), (0, 0, 3), (0, 1, 0), (0, 1, 1)},
}
"""Levels (step, set, direction) that the solver rounded up, so that they may be a hair lower."""


@pytest.mark.parametrize("name", ROUNDED)
def test_levels_can_not_come_down_further(name: str) -> None:
    """Each level of each step lowered by a hair is refused, but those that are rounded."""
    document = corpus.sets()[name]
    accepted = set()
    for s, step in enumerate(document["proof"]["steps"]):
        for k, own in enumerate(step["levels"]):
            for j, level in enumerate(own):
                lower = str(F(level) - corpus.TINY)
                if check(corpus.put(document, (("proof", "steps", s, "levels", k, j), lower))).valid:
                    accepted.add((s, k, j))
    assert accepted == ROUNDED[name]


def test_a_step_that_changes_nothing_asks_for_nothing() -> None:
    name = "sets, a segment"
    document = corpus.sets()[name]
    step = document["proof"]["steps"][0]
    idle = {"never": [], "levels": step["levels"], "bounds": []}
    assert check(corpus.put(document, (("proof", "steps"), [step, idle]))).valid
    rising = {**idle, "levels": [["-3", "-3", "10", "9", "0", "0"]], "bounds": step["bounds"][4:6]}
    assert refused(name, (("proof", "steps"), [step, rising])) in (
        "a level rises", "a move may bring more than the level to which a step comes down"
    )  # fmt: skip


def test_levels_claimed_are_reached_by_the_last_step_and_not_before() -> None:
    name = "sets, a segment"
    assert refused(name, (("proof", "steps"), [])) == "the bounds found in always are beyond those claimed"
    assert refused("sets, none", (("proof", "steps"), corpus.sets()["sets, none"]["proof"]["steps"][:1])) == (
        "the bounds found in always are beyond those claimed"
    )
    outside = corpus.sets()["bounds, dilemma"]["claim"]["outside"][0]
    for k, (_, level) in enumerate(outside):
        tighter = (("claim", "outside", 0, k, 1), str(F(level) - 1))
        assert refused("bounds, dilemma", tighter) == "the bounds found in always are beyond those claimed"


def test_a_move_is_left_out_only_once_and_only_where_it_makes_nothing() -> None:
    name, at = "sets, a segment", ("proof", "steps", 0, "never")
    never = corpus.sets()[name]["proof"]["steps"][0]["never"]
    why = "a move that is said to make nothing may make something"
    assert refused(name, (at, [[0, 0, never[0][2]], *never[1:]])) == why
    assert refused(name, ((*at, 0, 2), {"tempted": [], "ahead": [[]]})) == why
    assert refused(name, (at, [never[0], never[0], never[1]])).startswith("it cannot be read")
    assert refused(name, ((*at, 0, 1), -1)) == "there is no number -1"
    assert (
        refused(name, ((*at, 0, 2, "ahead"), [[[2, "1/8"]]]))
        == "multipliers do not add up to the direction that they bound"
    )
    assert refused(name, ((*at, 0, 2, "tempted"), [[0, "-1"]])) == "-1 is not positive"
    assert refused(name, ((*at, 0, 2, "tempted"), [[2, "1"]])) == "there is no number 2"


def test_a_set_from_which_play_may_come_to_one_that_is_gone_is_gone() -> None:
    """Cooperation in the first state leads to pennies, where nothing is made at any levels: so nothing is left here."""
    dilemma, pennies = shipped("two-state-dilemma").stages[0], shipped("matching-pennies").stages[0]
    first = {p: {int(p == dilemma.named((0, 0))): F(1)} for p in dilemma.profiles()}
    game = StochasticGame(
        ("dilemma", "pennies"), (dilemma, pennies), (first, {p: {1: F(1)} for p in pennies.profiles()})
    )
    found = corpus.as_read(corpus.of_sets(game, corpus.payoff_sets(game, (F(1, 2), F(1, 2)))))
    assert check(found).valid and found["claim"]["payoffs"] == [[], []]
    stays = [[[0, "1"]] for _ in found["game"]["states"][0]["next"]]
    assert not check(corpus.put(found, (("game", "states", 0, "next"), stays))).valid


# What is changed


def test_what_is_changed_is_judged_as_the_second_checker_judges_it() -> None:
    for what, document, proven in corpus.judged("sets", corpus.EVERY["sets"]):
        assert check(document).valid == proven, what


@pytest.mark.slow
def test_all_that_is_changed_is_judged_as_the_second_checker_judges_it() -> None:
    for what, document, proven in corpus.judged("sets"):
        assert check(document).valid == proven, what
