"""Every kind of answer: what counts, what does not, and what is said of it; expected by hand or by plain loops."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_exercises import CHICKEN, document, part

from classroom import template, variants
from classroom.answers import choice, distribution, strategies
from classroom.answers import plan as plans
from classroom.marking import UNREADABLE, MarkedPart, marked, marked_part
from classroom.part import Part
from games.errors import ScenarioError

THIRD = part(kind="number", answer="1/3", unit="probability", mistakes=[{"name": "m", "answer": "3/4", "says": "No."}])
PURE = part(kind="profiles", game="chicken")
MIX = part(kind="strategies", game="audit", only="mixed")
TWO_POINTS = part(kind="strategies", game="audit", only="mixed", points=2)
DARING = part(kind="strategies", game="chicken", only="mixed")
ADVICE = part(kind="distribution", game="chicken", at_least="10")
DEAL = part(kind="proposal", game="deal", points=2,
            conditions=[{"holds": "costs.office <= 5", "says": "It costs {costs.office}."}])  # fmt: skip
GRIM = {"start": "together", "nodes": {
    "together": {"play": {"row": "share", "column": "share"}, "breach": "apart"},
    "apart": {"play": {"row": "withhold", "column": "withhold"}},
}}  # fmt: skip
PLAN = part(kind="plan", game="dilemma", answer=GRIM)
TICKS = part(kind="selection", options=["a", "b", "c", "d"], answer='["a", "b"]')
ONE = part(kind="choice", options=["holds", "fails"], answer='"holds"',
           mistakes=[{"name": "pessimist", "answer": '"fails"', "says": "Look again."}])  # fmt: skip


def marks(part: Part, answer: Any) -> MarkedPart:
    return marked_part(part, answer)


@pytest.mark.parametrize("text", ["1/3", "0.333", "0,3333", "33.3 %", " 0.3338 ", "+1/3", "3333e-4"])
def test_a_number_within_the_tolerance_counts_however_it_is_written(text: str) -> None:
    assert marks(THIRD, text).points == 1


@pytest.mark.parametrize(
    ("text", "mistake"),
    [("0.75", "m"), ("-1/3", "sign"), ("2/3", "complement"), ("33.3333", "percent"), ("3", "upside down"),
     ("1/6", "half"), ("0.34", "rounded too early"), ("0.5", "other"), ("7", "other")],
)  # fmt: skip
def test_a_wrong_number_is_told_apart_by_its_value(text: str, mistake: str) -> None:
    assert marks(THIRD, text).mistake == mistake


@given(st.fractions(min_value=-2, max_value=2, max_denominator=10**5))
def test_a_number_counts_exactly_when_it_is_within_the_tolerance(number: F) -> None:
    assert (marks(THIRD, str(number)).mistake == "") == (abs(number - F(1, 3)) <= F(1, 1000))


@pytest.mark.parametrize(
    ("text", "share", "mistake"),
    [("yield, dare; dare, yield", 1, ""), ("(dare, yield) ; YIELD,DARE", 1, ""), ("yield, dare", F(1, 2), "too few"),
     ("yield, yield", 0, "took what is best together for an equilibrium"), ("none", 0, "too few"),
     ("yield, dare; dare, yield; dare, dare", F(1, 2), "too many"), ("dare, dare", 0, "not an equilibrium")],
)  # fmt: skip
def test_pure_equilibria_are_marked_as_a_set(text: str, share: F, mistake: str) -> None:
    assert (marks(PURE, text).points, marks(PURE, text).mistake) == (share, mistake)


def test_a_profile_that_is_none_is_refuted_by_the_deviation_that_pays() -> None:
    (said, _) = marks(PURE, "dare, dare").says
    assert said == "Not an equilibrium: at (dare, dare) the row gets 0, and would get 2 with 'yield'."


AUDIT = "firm: clean {p}, sloppy {q}; auditor: trust {r}, inspect {s}"


def test_the_mixed_equilibrium_of_the_audit_counts_and_its_mirror_has_a_name() -> None:
    # The firm's mix makes the auditor indifferent: -2p + (1-p) = -4(1-p) at p = 5/7; the auditor's makes the firm so.
    assert marks(MIX, AUDIT.format(p="5/7", q="2/7", r="4/7", s="3/7")).mistake == ""
    assert marks(MIX, AUDIT.format(p=0.714, q=0.286, r=0.571, s=0.429)).mistake == ""
    swapped = marks(MIX, AUDIT.format(p="4/7", q="3/7", r="5/7", s="2/7"))
    assert swapped.mistake == "made each player indifferent itself, not the other"
    turned = marks(MIX, AUDIT.format(p="2/7", q="5/7", r="3/7", s="4/7"))
    assert turned.mistake == "gave the probabilities to the wrong actions"
    assert marks(MIX, AUDIT.format(p=1, q=0, r=1, s=0)).mistake == "pure"


def test_shuffled_options_stand_in_an_order_of_each_seed_and_their_numbers_count_in_it() -> None:
    words = {"kind": "choice", "options": list("abcdef"), "answer": '"a"', "shuffled": True}
    orders = set()
    for seed in range(20):
        one = Part("a", "choice", words, part(**words).facts, seed=seed)
        order = choice.options(one)
        assert order == choice.options(one) and sorted(order) == list("abcdef")
        assert [marks(one, str(number)).mistake == "" for number in range(1, 7)] == [text == "a" for text in order]
        orders.add(order)
    assert len(orders) > 15


def test_a_mix_rounded_to_two_decimals_gets_half_and_a_rounder_one_nothing() -> None:
    early = marks(TWO_POINTS, AUDIT.format(p=0.71, q=0.29, r=0.57, s=0.43))
    assert (early.mistake, early.points) == ("rounded too early", 1)
    assert marks(TWO_POINTS, AUDIT.format(p=0.7, q=0.3, r=0.6, s=0.4)).points == 0


def test_hardly_mixing_is_not_the_equilibrium_in_which_somebody_mixes() -> None:
    # Chicken's pure equilibria are a rounding away, but they are not what is asked for.
    hardly = marks(DARING, "row: dare 0.9995, yield 0.0005; column: dare 0, yield 1")
    assert (hardly.mistake, hardly.points) == ("not an equilibrium", 0)


@given(st.integers(0, 14), st.integers(0, 14))
def test_a_mix_counts_exactly_when_no_action_does_better(p: int, r: int) -> None:
    x, y = F(p, 14), F(r, 14)
    firm = [y * 0 + (1 - y) * -1, y * 3 + (1 - y) * -5]
    auditor = [x * 0 + (1 - x) * -4, x * -2 + (1 - x) * 1]
    fair = x * firm[0] + (1 - x) * firm[1] == max(firm) and y * auditor[0] + (1 - y) * auditor[1] == max(auditor)
    mixed = {x, y} - {F(0), F(1)} != set()
    assert (marks(MIX, AUDIT.format(p=x, q=1 - x, r=y, s=1 - y)).mistake == "") == (fair and mixed)


SIXTHS = [w for w in product(range(7), repeat=4) if sum(w) == 6]


@pytest.mark.parametrize("weights", SIXTHS[::3], ids=str)
def test_advice_counts_exactly_when_nobody_gains_by_disobeying_and_it_is_worth_enough(weights: tuple[int, ...]) -> None:
    table = CHICKEN["states"]["always"]["payoffs"]
    share = {(i, j): F(weights[2 * i + j], 6) for i in (0, 1) for j in (0, 1)}
    slack = [sum(share[i, j] * (table[i][j][0] - table[1 - i][j][0]) for j in (0, 1)) for i in (0, 1)]
    slack += [sum(share[i, j] * (table[i][j][1] - table[i][1 - j][1]) for i in (0, 1)) for j in (0, 1)]
    worth = sum(share[i, j] * sum(table[i][j]) for i, j in share)
    names = ("yield", "dare")
    text = "; ".join(f"{names[i]}, {names[j]}: {p}" for (i, j), p in share.items())
    assert (marks(ADVICE, text).mistake == "") == (min(slack) >= 0 and worth >= 10)


def test_advice_that_is_not_followed_is_refuted_by_what_it_is_worth_to_disobey() -> None:
    mark = marks(ADVICE, "yield, yield: 1")
    assert mark.says == ("Told to play 'yield', the row expects 6 by obeying and 7 by playing 'dare'.",)
    assert marks(ADVICE, "yield, dare: 1/2; dare, yield: 1/2").mistake == "obeyed, but worth too little"


@pytest.mark.parametrize("payment", [0, 1, F(39, 10), 4, F(9, 2), 5, F(51, 10), 6, 8, F(801, 100), 9, 10])
def test_a_proposal_counts_exactly_when_both_keep_it_and_it_costs_no_more_than_asked(payment: F) -> None:
    # The owner shares iff p >= 4; the office pays after delivery iff (1-d) p <= d (10-p), that is p <= 8; cap 9.
    mark = marks(DEAL, {"payment": {"steady": str(payment)}})
    assert (mark.points == 2) == (4 <= payment <= 5)
    assert (mark.mistake == "holds, but not as asked") == (5 < payment <= 8)
    assert (mark.mistake == "breaks a limit") == (payment > 9)
    if mark.mistake == "holds, but not as asked":
        # The office's mean cost per period is what it pays in each.
        assert mark.says[1] == f"It costs {float(payment):g}." and mark.points == 1


def test_a_proposal_may_be_text_or_one_level_for_all_states() -> None:
    assert marks(DEAL, "payment = 4.5").mistake == marks(DEAL, {"payment": F(9, 2)}).mistake == ""


def plan(start: str = "together", **nodes: Any) -> dict[str, Any]:
    return {"start": start, "nodes": nodes}


BOTH, NEITHER = {"row": "share", "column": "share"}, {"row": "withhold", "column": "withhold"}


def test_grim_trigger_counts_from_its_threshold_on() -> None:
    # 9, 6, 2: grim holds iff delta >= 3/7, and 1/2 is above.
    assert marks(PLAN, GRIM).mistake == ""
    assert marks(PLAN, plan(together={"play": BOTH})).mistake == "the punishment is too mild"
    once = plan(together={"play": BOTH, "breach": "apart"}, apart={"play": NEITHER, "next": "together"})
    # Punished once: 9 + d 2 + d^2 6 ... against 6 for ever: 3 <= 4 d fails at 1/2, holds at 3/4.
    assert marks(PLAN, once).mistake == "the punishment is too mild"
    lonely = plan(together={"play": BOTH, "breach": {"row": "serve", "column": "apart"}}, apart={"play": NEITHER},
                  serve={"play": {"row": "share", "column": "withhold"}})  # fmt: skip
    assert marks(PLAN, lonely).mistake == "the punishment is not in the interest of those who carry it out"


def test_half_of_a_selection_counts_half_and_what_is_missing_is_not_named() -> None:
    assert marks(TICKS, "b; a").points == 1
    assert marks(TICKS, ["a"]).points == F(1, 2)
    assert marks(TICKS, "a; b; c").points == F(1, 2)
    assert marks(TICKS, "a; c").points == 0
    assert not any("b" in said.split() for said in marks(TICKS, "a").says)


def test_a_choice_may_be_named_or_numbered() -> None:
    assert marks(ONE, "HOLDS").points == marks(ONE, 1).points == 1
    assert marks(ONE, "2") == MarkedPart("a", F(0), 1, "pessimist", ("Look again.",))


@pytest.mark.parametrize(
    ("asked", "answer"),
    [(THIRD, "a third"), (THIRD, "1/0"), (THIRD, "1e999999999"), (THIRD, "9" * 10_000), (THIRD, "nan"), (THIRD, True),
     (THIRD, ["1/3"]), (THIRD, {"x": 1}), (THIRD, "{1/3}"), (THIRD, "__import__('os').system('x')"), (THIRD, 10**5000),
     (THIRD, "0." + "3" * 1_000_000), (PURE, "yield"), (PURE, "yield, yield, yield"), (PURE, [["a"]]),
     (PURE, "a" * 20_001),
     (MIX, "firm: clean 1/2, sloppy 1/3; auditor: trust 1"), (MIX, "firm: clean 2, sloppy -1; auditor: trust 1"),
     (MIX, "nobody: x 1"), (MIX, "firm; auditor"), (ADVICE, "yield, yield: 2/3"), (ADVICE, "yield: 1"), (ADVICE, 7),
     (DEAL, "payment = -1"), (DEAL, "bribe = 3"), (DEAL, "payment = { calm = 1 }"), (DEAL, "payment ="), (DEAL, 3),
     (DEAL, "payment = 1e999999999"), (DEAL, "[" * 5000), (PLAN, "start = 1"),
     (PLAN, plan("nowhere", together={"play": BOTH})),
     (PLAN, plan(together={"play": BOTH, "next": "gone"})), (PLAN, plan(together={"play": {"row": "share"}})),
     (PLAN, plan(**{f"n{k}": {"play": BOTH} for k in range(25)})), (PLAN, plan(together={"play": BOTH, "code": "x"})),
     (TICKS, "a; z"), (ONE, "0"), (ONE, "both")],
    ids=lambda x: str(x)[:30] if not isinstance(x, Part) else x.kind,
)  # fmt: skip
def test_what_cannot_be_read_is_wrong_and_its_repair_is_said(asked: Part, answer: Any) -> None:
    mark = marks(asked, answer)
    assert (mark.mistake, mark.points) == (UNREADABLE, 0)
    assert mark.says[0].startswith("This cannot be read: ") and mark.says[1].startswith("Answer with ")
    assert all(len(said) < 1_000 for said in mark.says)


def test_an_answer_is_data_and_is_never_filled_in_or_computed() -> None:
    assert marks(ONE, "{answer}").mistake == UNREADABLE
    assert "'{T}'" in marks(ONE, "{T}").says[0]


def test_diagnoses_of_solver_judged_kinds_are_confirmed_by_their_definition() -> None:
    for name, text in strategies.mistaken(MIX):
        x = strategies.read(MIX, text)
        if name.startswith("made each player indifferent itself"):
            assert marks(MIX, strategies.written(strategies.game_of(MIX), x[::-1])).mistake == ""
        if name == "mixed evenly":
            assert all(len(set(own)) == 1 for own in x)
    for name, text in distribution.mistaken(ADVICE):
        shares = distribution.read(ADVICE, text)
        assert (max(shares) == 1) == (name == "a single profile that is no equilibrium") or "worth" in name


def chained(follows: str = "2 * given.a + 1") -> variants.Variant:
    """An exercise in which b = 2a + 1 = 7 is computed from a = 3."""
    two = document(kind="number", answer="3")
    two["parts"].append({**two["parts"][0], "answer": "7", "follows": follows})
    return variants.variant(template.template(two, "chained"), 0)


@pytest.mark.parametrize(
    ("a", "b", "mistake"),
    [("3", "7", ""), ("5", "7", ""), ("5", "11", "followed from a wrong answer"), ("5", "12", "other"),
     ("3", "11", "other"), ("", "11", "other"), ("five", "11", "other"), ("1/2", "2", "followed from a wrong answer"),
     ("3.0004", "7.5", "other")],
)  # fmt: skip
def test_what_follows_from_a_wrong_answer_gets_half_and_only_that(a: str, b: str, mistake: str) -> None:
    _, found = marked(chained(), {"a": a, "b": b}).parts
    assert found.mistake == mistake
    assert found.points == {"": 1, "other": 0}.get(mistake, F(1, 2))
    if found.points == F(1, 2):
        assert found.says == ("This follows from your answer to part a: look there again.",)


@pytest.mark.parametrize("follows", ["2 * given.a", "7", "given.c", "given.a +"])
def test_a_template_whose_answer_does_not_follow_so_is_refused(follows: str) -> None:
    with pytest.raises(ScenarioError):
        chained(follows)


@pytest.mark.parametrize(
    "text",
    ["firm: clean 0,714, sloppy 0,286; auditor: trust 0,571, inspect 0,429",
     "Firm: Clean 71.4 %, sloppy 28.6%; AUDITOR: trust 57.1 %, inspect 42.9 %",
     "firm: clean = 5/7, sloppy = 2/7; auditor: trust = 4/7, inspect = 3/7",
     "firm: clean 5/7,sloppy 2/7; auditor: trust 4/7,inspect 3/7;"],
)  # fmt: skip
def test_a_mix_counts_with_decimal_commas_percentages_and_any_capitals(text: str) -> None:
    assert marks(MIX, text).mistake == ""


def test_advice_counts_with_decimal_commas_and_any_capitals() -> None:
    # Worth 6 in all to each, the best correlated equilibrium of chicken: Aumann 1974.
    assert marks(ADVICE, "(Yield, yield): 0,5; (yield, DARE): 25 %; (dare, yield): 0,25").mistake == ""


@pytest.mark.parametrize("text", ["(yield, dare), (dare, yield)", "{(yield, dare), (dare, yield)}",
                                  "yield, dare; dare, yield;"])  # fmt: skip
def test_a_set_of_profiles_counts_in_brackets_and_with_a_last_semicolon(text: str) -> None:
    assert marks(PURE, text).mistake == ""


@pytest.mark.parametrize(("text", "points"), [("A, B", 1), ("b;a;", 1), ("1, 2", 1), ("None", 0), ("none;", 0)])
def test_options_may_be_parted_by_commas_and_none_may_have_a_capital(text: str, points: int) -> None:
    mark = marks(TICKS, text)
    assert (mark.points, mark.mistake == UNREADABLE) == (points, False)


@pytest.mark.parametrize("text", ["payment = 5;", "payment = { steady = 5 }; # the office pays; it can",
                                  'payment = "5,0"', "'payment' = \"500 %\""])  # fmt: skip
def test_a_proposal_fits_on_one_line_as_the_question_shows_it(text: str) -> None:
    assert marks(DEAL, text).mistake == ""


def test_a_node_that_no_play_leads_to_is_no_part_of_a_plan() -> None:
    lone = {"play": {"row": "share", "column": "share"}, "breach": "lone"}
    assert marks(PLAN, GRIM | {"nodes": GRIM["nodes"] | {"lone": lone}}).mistake == ""
    reached = {**GRIM["nodes"], "together": {**GRIM["nodes"]["together"], "breach": "lone"}, "lone": lone}
    assert marks(PLAN, GRIM | {"nodes": reached}).mistake != ""


def test_the_form_that_a_plan_is_asked_for_in_can_be_filled_in() -> None:
    assert "nodes.NODE = { play = { row = …, column = … }" in plans.how(PLAN)
    line = """start = "on"; nodes.on = { play = { row = "share", column = "share" }, breach = "off" };
              nodes.off = { play = { row = "withhold", column = "withhold" } }"""
    assert marks(PLAN, line).mistake == ""
