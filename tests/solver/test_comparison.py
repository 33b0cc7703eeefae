"""Scenarios side by side: what differs, what is put in alone, what flips the verdict.

The scenario is symmetric: each side has ``benefit`` from sharing together and ``cost`` of its own sharing, and breaking
spares the cost once. With reversion to nothing it holds iff discount x benefit >= cost.
"""

from __future__ import annotations

import copy
import tomllib
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.errors import ScenarioError
from games.files.scenario import build
from solver.results.sharing import FlipPath
from solver.study.comparison import ABSENT, compare, differing, put
from solver.study.flipping import shortest

SHARING = """
title = "Two who share"
discount = 0.5

[actors.holder]
actions = ["share", "withhold"]
[[actors.holder.terms]]
name = "benefit"
base = BENEFIT
when = { user = "use" }
[[actors.holder.terms]]
name = "cost"
kind = "cost"
base = COST
when = { holder = "share" }

[actors.user]
actions = ["use", "leave"]
[[actors.user.terms]]
name = "impact"
base = 1
when = { holder = "share" }
[[actors.user.terms]]
name = "effort"
kind = "cost"
base = 0.2
when = { user = "use" }
"""
PAYMENT = """
[[instruments]]
name = "payment"
from = "user"
to = "holder"
money = true
"""


def text(benefit: str = "1", cost: str = "0.4", extra: str = "") -> str:
    return SHARING.replace("BENEFIT", benefit).replace("COST", cost) + extra


@pytest.fixture
def write(tmp_path: Path):
    def writing(name: str, content: str) -> str:
        (tmp_path / name).write_text(content, encoding="utf-8")
        return str(tmp_path / name)

    return writing


def test_a_planted_difference_is_found_and_flips(write):
    found = compare([write("a.toml", text()), write("b.toml", text(cost="0.6"))])
    assert [e.verdict for e in found.evaluations] == ["holds", "fails"]
    [[difference]] = found.differences
    assert difference.path == "actors.holder.terms.cost.base"
    assert (F(difference.before), F(difference.after)) == (F(2, 5), F(3, 5))
    assert (difference.verdict, difference.flips) == ("fails", True)
    assert found.notes == ()


@pytest.mark.parametrize(("cost", "flips"), [("0.5", False), ("0.5000001", True)])
def test_a_difference_flips_on_one_side_of_the_threshold_only(write, cost, flips):
    found = compare([write("a.toml", text()), write("b.toml", text(cost=cost))])
    assert [d.flips for d in found.differences[0]] == [flips]


def test_compared_the_other_way_round_before_and_after_change_places(write):
    files = [write("a.toml", text()), write("b.toml", text(cost="0.6"))]
    [[there]], [[back]] = compare(files).differences, compare(files[::-1]).differences
    assert (there.path, there.before, there.after) == (back.path, back.after, back.before)
    assert there.flips and back.flips
    assert (there.verdict, back.verdict) == ("fails", "holds")


def test_a_difference_that_does_not_matter_does_not_flip(write):
    found = compare([write("a.toml", text()), write("b.toml", text(benefit="0.9"))])
    assert [(d.path, d.verdict, d.flips) for d in found.differences[0]] == [
        ("actors.holder.terms.benefit.base", "holds", False)
    ]
    assert found.notes == ()


def test_among_several_differences_the_one_that_decides_is_named(write):
    other = text(cost="0.6", benefit="1.1").replace("base = 0.2", "base = 0.25")
    found = compare([write("a.toml", text()), write("b.toml", other)])
    assert len(found.differences[0]) == 3
    assert [d.path for d in found.differences[0] if d.flips] == ["actors.holder.terms.cost.base"]


def test_where_it_takes_several_together_none_flips_and_a_note_says_so(write):
    """.5 x .9 >= .4 and .5 x 1 >= .46, but .5 x .9 < .46."""
    found = compare([write("a.toml", text()), write("b.toml", text(benefit="0.9", cost="0.46"))])
    assert [e.verdict for e in found.evaluations] == ["holds", "fails"]
    assert [d.flips for d in found.differences[0]] == [False, False]
    assert "several together" in found.notes[0]


def test_an_added_instrument_flips(write):
    """A payment on delivery of .1 closes the gap between .5 and .6, and the user has .5 x (1 - .2 - .1) to spare."""
    found = compare([write("a.toml", text(cost="0.6")), write("b.toml", text(cost="0.6", extra=PAYMENT))])
    assert [e.verdict for e in found.evaluations] == ["fails", "holds_with_sharing"]
    [difference] = found.differences[0]
    assert (difference.path.split(".")[0], difference.before, difference.flips) == ("instruments", "absent", True)


def test_a_removed_instrument_flips_back(write):
    found = compare([write("a.toml", text(cost="0.6", extra=PAYMENT)), write("b.toml", text(cost="0.6"))])
    assert [(d.after, d.verdict, d.flips) for d in found.differences[0]] == [("absent", "fails", True)]


def test_an_instrument_among_others_is_matched_by_name_and_not_by_place(write):
    gift = PAYMENT.replace("payment", "gift").replace('from = "user"\nto = "holder"', 'from = "holder"\nto = "user"')
    one, other = text(cost="0.6", extra=gift), text(cost="0.6", extra=PAYMENT + gift)
    found = compare([write("a.toml", one), write("b.toml", other)])
    assert [(d.path, d.flips) for d in found.differences[0]] == [("instruments.payment", True)]


def test_the_order_of_tables_and_lists_of_names_is_no_difference(write):
    front, back = text().split("[actors.user]")
    head, holder = front.split("[actors.holder]")
    turned = head + "[actors.user]" + back + "\n[actors.holder]" + holder
    assert compare([write("a.toml", text()), write("b.toml", turned)]).differences == ((),)


def test_what_is_only_told_is_no_difference(write):
    told = text().replace("Two who share", "Another title") + "\n[mechanisms]\n"
    found = compare([write("a.toml", text()), write("b.toml", 'question = "?"\nunits = "euro"\n' + told)])
    assert [d.path for d in found.differences[0] if d.path != "mechanisms"] == []


def test_the_same_number_written_otherwise_is_no_difference(write):
    found = compare([write("a.toml", text(cost="0.4")), write("b.toml", text(cost='"2/5"'))])
    assert [d for d in found.differences[0] if d.flips] == []
    assert found.differences == ((),), "2/5 and 0.4 are the same number"


def test_a_file_is_the_same_as_itself(write):
    file = write("a.toml", text())
    assert compare([file, file]).differences == ((),)


def test_each_further_file_is_compared_with_the_first(write):
    files = [write("a.toml", text()), write("b.toml", text(cost="0.6")), write("c.toml", text(cost="0.3"))]
    found = compare(files)
    assert [[F(d.after) for d in pair] for pair in found.differences] == [[F(3, 5)], [F(3, 10)]]
    assert [[d.flips for d in pair] for pair in found.differences] == [[True], [False]]
    assert len(found.names) == len(found.evaluations) == 3


def test_a_change_that_is_no_scenario_by_itself_is_said_and_does_not_flip(write):
    renamed = text().replace('"withhold"', '"hold back"')
    renamed = renamed.replace("[actors.holder]", '[actors.holder]\noutside = "hold back"')
    found = compare([write("a.toml", text()), write("b.toml", renamed)])
    assert [(d.path, d.verdict, d.flips) for d in found.differences[0]] == [
        ("actors.holder.actions", "holds", False),
        ("actors.holder.outside", None, False),
    ]


def test_a_list_of_words_is_told_with_its_words(write):
    """Square brackets are rich's markup: a list once vanished from the table."""
    from report.text import render

    extra = "\n[agreement]\nsanction = { suspend = 1 }\n"
    files = [write("a.toml", text()), write("b.toml", text(cost="0.9", extra=extra))]
    found = compare(files)
    flips = replace(found.differences[0][0], after="[hold back, share]", flips=True, verdict="fails")
    told = render(replace(found, differences=((flips,),)))
    assert "[hold back, share]" in " ".join(told.split())


def test_more_than_forty_differences_are_cut_and_the_cut_is_told(write):
    many = "\n".join(f'[[actors.holder.terms]]\nname = "t{k}"\nbase = 0.0001\n' for k in range(45))
    front, back = text().split("[actors.user]")
    found = compare([write("a.toml", text()), write("b.toml", front + many + "\n[actors.user]" + back)])
    assert len(found.differences[0]) == 40
    assert any("45" in note and "40" in note for note in found.notes)


def test_the_shortest_path_of_changes_is_found_where_it_takes_several(write):
    """.5 x .9 < .46 takes benefit and cost together; the effort of the user changes nothing."""
    other = text(benefit="0.9", cost="0.46").replace("base = 0.2", "base = 0.25")
    (path,) = compare([write("a.toml", text()), write("b.toml", other)]).paths
    assert path is not None and (path.verdict, path.shortest) == ("fails", True)
    assert path.changes == ("actors.holder.terms.benefit.base", "actors.holder.terms.cost.base")


def test_the_path_to_a_scenario_with_the_same_verdict_is_none(write):
    assert compare([write("a.toml", text()), write("b.toml", text(cost="0.3"))]).paths == (None,)


@given(needed=st.sets(st.integers(0, 7), min_size=1, max_size=8))
def test_of_eight_differences_the_fewest_that_flip_are_found_and_proven(needed):
    found = shortest("abcdefgh", "holds", lambda chosen: "fails" if chosen >= needed else "holds")
    assert found == FlipPath(tuple("abcdefgh"[k] for k in sorted(needed)), "fails", True)


def test_of_too_many_differences_a_path_that_nothing_can_be_left_out_of_is_told_as_such():
    paths = [str(k) for k in range(60)]
    found = shortest(paths, "holds", lambda chosen: "fails" if chosen >= {3, 31, 59} else "holds")
    assert found == FlipPath(("3", "31", "59"), "fails", False)
    assert shortest(paths, "holds", lambda chosen: "holds") is None


def test_a_scenario_in_which_nobody_gains_less_and_somebody_more_is_better_for_all(write):
    """The holder gains .6 at cost .4 and .5 at cost .5, the user .8 in both; with effort .1 the user gains .9."""
    files = [
        write("a.toml", text()),
        write("b.toml", text(cost="0.5")),
        write("c.toml", text(cost="0.5").replace("base = 0.2", "base = 0.1")),
    ]
    assert compare(files).dominated == ((), (files[0], files[2]), ())


def test_scenarios_with_other_actors_are_not_said_to_be_better(write):
    found = compare([write("a.toml", text()), write("b.toml", text(cost="0.5").replace("holder", "firm"))])
    assert found.dominated == ((), ()) and any("different actors" in note for note in found.notes)


def test_regret_is_what_was_lost_by_signing_for_the_other_scenario(write):
    """Both get 1 - cost and .8 where sharing holds; at cost .6 it takes a gift of .1, at .4 none.

    With nothing paid at cost .6 it does not hold (.5 x 1 < .6) and all walk away with 0, so 1.2 is lost; the payment
    of .1 holds at both costs and, being money, changes no joint value: 1.4 and 1.2, and nothing is regretted.
    """
    files = [write("a.toml", text(extra=PAYMENT)), write("b.toml", text(cost="0.6", extra=PAYMENT))]
    found = compare(files).regret
    assert found.values == ((F(7, 5), 0), (F(7, 5), F(6, 5)))
    assert found.regrets == ((0, F(6, 5)), (0, 0))
    assert found.maximin == found.minimax_regret == found.arrangements[1]


def test_an_arrangement_whose_instrument_is_missing_cannot_be_signed_there(write):
    """At cost .4 it would hold with the payment too, but there is no payment: walking away is worth 0, not 1.4."""
    files = [write("a.toml", text()), write("b.toml", text(cost="0.6", extra=PAYMENT))]
    assert compare(files).regret.values == ((F(7, 5), 0), (0, F(6, 5)))


def test_an_instrument_of_the_same_name_between_others_is_another_one(write):
    turned = PAYMENT.replace('from = "user"\nto = "holder"', 'from = "holder"\nto = "user"')
    files = [write("a.toml", text(extra=turned)), write("b.toml", text(cost="0.6", extra=PAYMENT))]
    assert compare(files).regret.values[1] == (0, F(6, 5))


def test_where_a_scenario_fails_its_own_arrangement_is_to_walk_away(write):
    files = [write("a.toml", text()), write("b.toml", text(cost="0.6"))]
    assert compare(files).regret.values == ((F(7, 5), 0), (0, 0))


def test_the_best_worst_case_and_the_least_regret_may_be_different_arrangements():
    """The textbook: A pays 100 or -40, B 20 or 20; the most regretted is 60 of A (20 - -40) and 80 of B (100 - 20)."""
    from solver.study.regret import picked

    assert picked([[F(100), F(-40)], [F(20), F(20)]]) == ([[0, 60], [80, 0]], 1, 0)


def test_different_units_are_told(write):
    found = compare([write("a.toml", text()), write("b.toml", 'units = "euro"\n' + text())])
    assert any("units" in note for note in found.notes)


def test_ten_files_are_compared_at_once(write):
    files = [write(f"{k}.toml", text(cost=f"0.{k}")) for k in range(10)]
    found = compare(files)
    assert len(found.differences) == 9
    # .5 x 1 >= cost up to .5
    assert [e.verdict == "holds" for e in found.evaluations] == [k <= 5 for k in range(10)]


def test_a_file_that_cannot_be_read_is_refused(write):
    with pytest.raises(ScenarioError):
        compare([write("a.toml", text()), write("b.toml", "title =")])


VALUES = st.one_of(st.integers(0, 3), st.sampled_from(["x", "y"]), st.lists(st.integers(0, 2), max_size=2))
ITEMS = st.lists(st.sampled_from("abc"), unique=True, max_size=3).flatmap(
    lambda names: st.tuples(*(st.fixed_dictionaries({"name": st.just(n), "base": VALUES}) for n in names)).map(list)
)
# As in a scenario, a key that holds a list of named tables never holds anything else.
TABLES = st.fixed_dictionaries(
    {}, optional={"p": VALUES, "q": st.dictionaries(st.sampled_from("xyz"), VALUES, min_size=1), "items": ITEMS}
)


@settings(max_examples=200, deadline=None)
@given(TABLES, TABLES)
def test_all_differences_together_turn_one_document_into_the_other(one, other):
    before = copy.deepcopy(one)
    made: Any = one
    for path, here, there in differing(one, other):
        assert here is not there
        made = put(made, path, there)
    assert list(differing(made, other)) == []
    assert one == before, "the first document is left alone"


@settings(max_examples=100, deadline=None)
@given(TABLES)
def test_a_document_does_not_differ_from_itself(one):
    assert list(differing(one, copy.deepcopy(one))) == []


def test_putting_absent_takes_away():
    document = tomllib.loads(text(extra=PAYMENT))
    assert put(document, ("instruments", "payment"), ABSENT)["instruments"] == []
    assert "instruments" not in put(document, ("instruments",), ABSENT)
    assert build(put(document, ("instruments", "payment"), ABSENT), "a").partnership.instruments == ()
