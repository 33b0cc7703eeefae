"""The checker of claims about games that are played once, pinned down by a second checker.

Every line of ``solver.proof.{stage,boxes,reading,checker}`` is held by a test here: ``benchmarks/mutation.py``.
"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import corpus
import pytest

from games.agreement import agreement, agreement_table
from games.files.origin import NOWHERE, changes, source
from games.files.scenario import build, read
from games.files.syntax import parse
from games.tables import read_game_table
from games.translate import local_game, target_policy
from solver.proof.checker import CLAIMS, Verdict, check, main
from solver.proof.reading import Refuted, exact, fields, game_of
from solver.proof.stage import _independent
from solver.sharing.certificate import certificate as of_partnership
from solver.sharing.decision import decide


def test_every_certificate_is_accepted() -> None:
    for name, document in corpus.stages().items():
        assert check(document).valid, (name, check(document).reasons)


def test_what_is_changed_is_judged_as_the_second_checker_judges_it() -> None:
    for what, document, proven in corpus.judged("stages", corpus.EVERY["stages"]):
        assert check(document).valid == proven, what


@pytest.mark.slow
def test_all_that_is_changed_is_judged_as_the_second_checker_judges_it() -> None:
    for what, document, proven in corpus.judged("stages"):
        assert check(document).valid == proven, what


# In words


@pytest.mark.parametrize(
    ("name", "claim", "reasons"),
    [
        ("chicken, nash, welfare", "2/3 yield, 1/3 dare / 2/3 yield, 1/3 dare; 3 listed, there is no other",
         ("in each every action played is a best reply, and earns exactly the payoff claimed",
          "all pairs of strategies lie in 7 boxes: each holds one of these and no other, or none")),
        ("chicken, one", "1 listed, there may be others",
         ("in each every action played is a best reply, and earns exactly the payoff claimed",)),
        ("matching-pennies, pure, welfare", "0 listed, no other one is pure",
         ("in every other profile of pure strategies somebody gains by another action",)),
        ("prisoners-dilemma, dominance, welfare",
         "terated dominance in state always goes as far as is listed, and no further",
         ("strict dominance leaves, after 1 rounds, row: defect; column: defect",
          "weak dominance leaves, after 1 rounds, row: defect; column: defect")),
        ("chicken, minmax, welfare", "ow low the others can hold players in state always: 6 minmax payoffs",
         ("row by pure play: 2", "row by mixed play: 2", "row by correlated play: 2",
          "column by pure play: 2", "column by mixed play: 2", "column by correlated play: 2")),
        ("chicken, coarse, welfare",
         "o coarse correlated equilibrium of state always is better for welfare than the one listed, which brings 21/2",
         ("nobody gains by disobeying", "2 multiplied incentives bound what any other one brings")),
    ],
)  # fmt: skip
def test_what_was_verified_is_said_and_nothing_else(name: str, claim: str, reasons: tuple[str, ...]) -> None:
    verdict = check(corpus.stages()[name])
    assert (verdict.valid, verdict.reasons[:-1]) == (True, reasons) and claim in verdict.claim


def test_the_kinds_of_claims_are_those_of_the_page() -> None:
    page = (Path(__file__).parents[3] / "docs" / "certificates.md").read_text()
    assert set(CLAIMS) == {
        "partnership", "nash", "correlated", "coarse", "minmax", "dominance", "automaton", "contract", "no contract",
        "steps", "switches", "payoff sets", "payoff bounds",
    }  # fmt: skip
    assert all(f"`{kind}`" in page for kind in CLAIMS if kind != "partnership")


def test_the_checker_reads_a_file_by_itself() -> None:
    with TemporaryDirectory() as folder, redirect_stdout(StringIO()) as out:
        for name, document in (("right", corpus.stages()["chicken, one"]), ("wrong", {})):
            (Path(folder) / name).write_text(corpus.json.dumps(document))
        assert main(str(Path(folder) / "right")) == 0
        assert out.getvalue().startswith("PROVEN: ")
        assert main(str(Path(folder) / "wrong")) == 1
        assert "NOT PROVEN" in out.getvalue()


# One fault each


def stage_with(name: str, *changes: tuple[tuple[Any, ...], Any]) -> str:
    """Why a certificate with some parts replaced is refused."""
    document = corpus.put(corpus.stages()[name], *changes)
    verdict = check(document)
    assert not verdict.valid and verdict.claim == ""
    return verdict.reasons[0]


def test_a_list_of_pure_equilibria_that_is_not_complete_is_refused() -> None:
    original = corpus.stages()["coordination, pure, welfare"]["claim"]["equilibria"]
    for k in range(len(original)):
        rest = [e for j, e in enumerate(original) if j != k]
        assert (
            stage_with("coordination, pure, welfare", (("claim", "equilibria"), rest))
            == "a pure equilibrium is missing"
        )


def test_an_equilibrium_may_not_be_listed_twice_and_a_list_of_none_claims_nothing() -> None:
    one = corpus.stages()["chicken, one"]["claim"]["equilibria"]
    assert stage_with("chicken, one", (("claim", "equilibria"), one * 2)) == "an equilibrium is listed twice"
    assert stage_with("chicken, one", (("claim", "equilibria"), [])) == "it claims nothing that can be verified"
    assert stage_with("chicken, one", (("claim", "every"), "some")) == "it claims nothing that can be verified"


def test_an_equilibrium_leaves_nobody_a_better_reply() -> None:
    """Both yield for 6 each, where daring brings 7."""
    both = {"strategies": {"row": {"yield": "1"}, "column": {"yield": "1"}}, "payoffs": {"row": "6", "column": "6"}}
    why = "row does not earn the payoff claimed, by best replies only"
    assert stage_with("chicken, one", (("claim", "equilibria"), [both])) == why


def test_what_is_better_here_and_worse_there_dominates_nothing() -> None:
    for kind in ("strict", "weak"):
        for action, other in (("hawk", "dove"), ("dove", "hawk")):
            step = {"player": "row", "action": action, "by": {other: "1"}}
            why = f"{action} of row is not dominated"
            assert stage_with("hawk-dove, dominance, welfare", (("proof", kind, "rounds"), [[step]])) == why


def test_two_punishers_who_need_to_correlate_do_not_play_independently_and_are_not_one_profile() -> None:
    """The third can be held to 1/2 by correlated play only (closed form in the file's source)."""
    points = corpus.stages()["minmax-3, minmax, welfare"]["claim"]["points"]
    k = next(k for k, p in enumerate(points) if (p["player"], p["play"]) == ("third", "correlated"))
    for play in ("mixed", "pure", "alone"):
        assert stage_with("minmax-3, minmax, welfare", (("claim", "points", k, "play"), play)) == (
            f"play against third that is not {play}"
        )


def test_independence_is_that_of_every_profile() -> None:
    """The first action is independent of the other's, the second and third are not."""
    quarter = corpus.F(1, 4)
    assert not _independent(dict.fromkeys((("a", "x"), ("a", "y"), ("b", "x"), ("c", "y")), quarter))
    assert _independent(dict.fromkeys((("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")), quarter))


def test_a_pure_minmax_comes_without_a_guarantee_and_against_one_profile() -> None:
    name = "chicken, minmax, welfare"
    points = corpus.stages()[name]["claim"]["points"]
    k = next(k for k, p in enumerate(points) if p["play"] == "pure")
    guarantee = (("proof", "guarantees", k), {"dare": "1"})
    assert "that is not pure" in stage_with(name, guarantee)
    assert "is not shown to get" in stage_with(name, guarantee, (("claim", "points", k, "play"), "mixed"),
                                               (("claim", "points", k, "low"), "1"))  # fmt: skip


def test_probabilities_are_above_zero_sum_to_one_and_are_of_actions_that_are_there() -> None:
    name, at = "chicken, one", ("claim", "equilibria", 0, "strategies", "row")
    for strategy in ({"dare": "1", "yield": "0"}, {"dare": "2", "yield": "-1"}, {"dare": "1/2"}, {"swerve": "1"}, {}):
        assert stage_with(name, (at, strategy))
    twice = [[["dare", "yield"], "1/2"], [["dare", "yield"], "1/2"]]
    never = [[["dare", "yield"], "1"], [["yield", "dare"], "0"]]
    for distribution in (twice, never):
        assert "probabilities" in stage_with("chicken, correlated, best:row", (("claim", "distribution"), distribution))


def test_no_box_may_hold_more_than_the_equilibrium_that_is_named_for_it() -> None:
    """One box for all of chicken: without weights nothing bounds what either player does."""
    nothing = {player: {"yield": {}, "dare": {}} for player in ("row", "column")}
    for number in range(3):
        leaf = {"equilibrium": number, "bounds": nothing}
        assert stage_with("chicken, nash, welfare", (("proof", "tree"), leaf)) == "a box may hold another equilibrium"
    empty = {"empty": "row", "weights": {}}
    assert stage_with("chicken, nash, welfare", (("proof", "tree"), empty)) == "a box need not be empty"
    for number in (3, -1, "0"):
        leaf = {"equilibrium": number, "bounds": nothing}
        assert "not listed" in stage_with("chicken, nash, welfare", (("proof", "tree"), leaf))
    for weights in ({"dare": "1"}, {"dare": "-1", "yield": "1"}):
        leaf = {"empty": "row", "weights": weights}
        assert "weights" in stage_with("chicken, nash, welfare", (("proof", "tree"), leaf))


def test_multipliers_are_of_the_incentives_of_the_equilibrium_that_is_claimed() -> None:
    told = {"player": "row", "told": "yield", "instead": "dare", "multiplier": "1"}
    for name, entry in (("chicken, correlated, best:row", {**told, "told": None}), ("chicken, coarse, best:row", told)):
        listed = corpus.stages()[name]["proof"]["incentives"]
        assert "another kind" in stage_with(name, (("proof", "incentives"), [*listed, entry]))
    assert "below 0" in stage_with(
        "chicken, correlated, best:row", (("proof", "incentives"), [{**told, "multiplier": "-1"}])
    )


def test_a_distribution_that_somebody_gains_by_disobeying_is_none_however_bad_for_whom_it_is_about() -> None:
    """Both dare: 0 each, which is below the lowest equilibrium payoff of 2, so that no bound is in its way."""
    both = (("claim", "distribution"), [[["dare", "dare"], "1"]])
    for name in ("chicken, correlated, worst:column", "chicken, coarse, worst:column"):
        changes = (("claim", "payoffs"), {"row": "0", "column": "0"}), (("claim", "value"), "0")
        assert stage_with(name, both, *changes) == "somebody gains by disobeying"


def test_the_smallest_payoff_is_told_only_where_it_is_the_aim() -> None:
    assert stage_with("chicken, correlated, welfare", (("claim", "objective"), "egalitarian"))
    assert stage_with("chicken, correlated, best:row", (("claim", "objective"), "worst:row"))
    assert stage_with("chicken, correlated, best:row", (("claim", "objective"), "best:nobody"))
    assert stage_with("chicken, correlated, best:row", (("claim", "objective"), "middle:row"))


def test_a_state_must_be_one_of_the_game() -> None:
    assert "no state" in stage_with("chicken, one", (("claim", "state"), "never"))


# Reading


def test_a_part_has_exactly_the_fields_that_it_must_have() -> None:
    assert fields({"b": 1, "a": 2}, "a", "b") == [2, 1]
    for part, found in (
        ({"a": 1}, "a"),
        ({"a": 1, "b": 2, "c": 3}, "a, b, c"),
        ({}, "none"),
        ([], "list"),
        (None, "NoneType"),
    ):
        with pytest.raises(Refuted, match=f"expected the fields a, b, found {found}$"):
            fields(part, "a", "b")


def test_numbers_are_ratios_in_lowest_terms_written_as_text() -> None:
    assert (exact("-7/2"), exact("0"), exact("12")) == (corpus.F(-7, 2), 0, 12)
    for text in (1, 0.5, None, True, "", "1/0", "2/4", "1.5", "+1", " 1", "01", "-0", "1e3", "١"):
        with pytest.raises(Refuted):
            exact(text)


def test_a_game_has_states_and_players_with_names_of_their_own() -> None:
    game = corpus.stages()["two-state-dilemma, nash, welfare"]["game"]
    assert game_of(game) == read_game_table(game)
    players = corpus.put({"game": game}, (("game", "players", 1), "row"))["game"]
    states = corpus.put({"game": game}, (("game", "states", 1, "name"), game["states"][0]["name"]))["game"]
    for table in (players, states):
        with pytest.raises(Refuted, match="have the same name"):
            game_of(table)
    with pytest.raises(Refuted, match="expected the fields"):
        game_of({**game, "title": "x"})
    with pytest.raises(Refuted, match="expected the fields"):
        game_of(corpus.put({"game": game}, (("game", "states", 1, "title"), "x"))["game"])


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"schema": 2}, "schema 2 is not 1"), ({"claim": []}, "a claim of an unknown kind"),
        ({"claim": {"kind": "lottery"}}, "a claim of an unknown kind"), ({"game": None}, "expected the fields"),
        ({"proof": None}, "expected the fields tree, found NoneType"), ({"note": ""}, "expected the fields schema"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_certificate_is_refused_in_words(document: Any, why: str) -> None:
    verdict = check({**corpus.stages()["chicken, nash, welfare"], **document})
    assert (verdict.valid, verdict.claim, len(verdict.reasons)) == (False, "", 1) and verdict.reasons[0].startswith(why)


def test_any_junk_is_refused_in_words() -> None:
    for junk in (None, 1, "text", [], {}, {"schema": 1}):
        assert not check(junk).valid and check(junk).reasons[0].startswith("expected the fields")
    deep: Any = {}
    for _ in range(100_000):
        deep = {"player": "row", "action": "dare", "best": deep, "unplayed": {}}
    verdict = check(corpus.put(corpus.stages()["chicken, nash, welfare"], (("proof", "tree"), deep)))
    assert not verdict.valid and verdict.reasons[0].startswith("it cannot be read")


# The text that the numbers come from

TWO = """
title = "Two"
discount = 0.8
{more}
[actors.office]
actions = ["cooperate", "deviate"]
terms = [
  {{ name = "both", base = 6, when = {{ office = "cooperate", firm = "cooperate" }} }},
  {{ name = "alone", base = 8, when = {{ office = "deviate", firm = "cooperate" }} }},
  {{ name = "neither", base = {apart}, when = {{ office = "deviate", firm = "deviate" }} }},
]
[actors.firm]
actions = ["cooperate", "deviate"]
terms = [
  {{ name = "both", base = {both}, when = {{ firm = "cooperate", office = "cooperate" }} }},
  {{ name = "alone", base = 7, when = {{ firm = "deviate", office = "cooperate" }} }},
  {{ name = "neither", base = {apart}, when = {{ firm = "deviate", office = "deviate" }} }},
]
"""
"""Whoever shares alone gets 0, so that both deviate where that brings above 0."""
FEE = """
[[instruments]]
name = "fee"
from = "firm"
to = "office"
cost = 1
value = 1
timing = "on delivery"
level = 0
"""


def told(text: str, *changed: tuple[tuple[Any, ...], Any]) -> Verdict:
    """The verdict on the certificate of a scenario, with its text attached."""
    attached = {"name": "two.toml", "format": "toml", "text": text, "with": None}
    asked = build(parse(text, "two.toml", "toml"), "two.toml", None, NOWHERE).partnership
    body = of_partnership(decide(asked))
    document = corpus.as_read(body) | {"source": {**attached, "changes": {"levels open": False, "discount": {}}}}
    return check(corpus.put(document, *changed))


def test_the_numbers_are_those_of_the_text_that_is_attached() -> None:
    text = TWO.format(both=6, apart=1, more="")
    assert told(text).valid and "'two.toml'" in told(text).reasons[-1]
    other = (("source", "text"), TWO.format(both=5, apart=1, more=""))
    assert told(text, other).reasons == ("the game is not the one that the attached text of two.toml tells",)
    assert not told(text, (("source", "text"), "no scenario")).valid
    assert not told(text, (("source", "changes", "levels open"), True)).valid
    assert not told(text, (("source", "more"), "")).valid


def test_what_the_question_changed_in_the_text_is_said() -> None:
    """Other discount factors, levels left open, and mechanisms that are on."""
    text = TWO.format(both=6, apart=1, more="")
    patient = (("source", "text"), text.replace("0.8", "0.7"))
    delta = (("source", "changes", "discount"), {"office": "4/5", "firm": "4/5"})
    assert told(text, patient, delta).reasons[-1].endswith("; at discount factors office 4/5, firm 4/5")
    assert not told(text, patient).valid
    fee = TWO.format(both=6, apart=1, more="") + FEE
    open_ = (("game", "gifts", 0, "level"), None), (("source", "changes", "levels open"), True)
    assert told(fee, *open_).reasons[-1].endswith("; the levels that it proposes left open")


def test_the_mechanisms_that_are_on_are_said() -> None:
    on = ["reframing"]
    asked = read("mobility-pandemic", on).partnership
    attached = source("mobility-pandemic", on)
    assert attached is not None
    document = corpus.as_read(of_partnership(decide(asked))) | {
        "source": {**attached, "changes": changes(attached, asked)}
    }
    assert check(document).reasons[-1].endswith("; with reframing")
    assert not check(corpus.put(document, (("source", "with"), None))).valid


def test_where_pydantic_is_missing_it_is_said_that_the_text_was_not_read() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "games.files.origin", None)
        said = told(TWO.format(both=6, apart=1, more=""), (("source", "text"), "anything")).reasons[-1]
    assert said == "whether these numbers are those of two.toml was not checked: reading it takes pydantic"


def test_where_walking_away_is_an_equilibrium_nothing_else_may_be_played_without_the_agreement() -> None:
    """Sharing at (9, 9) and walking away at (1, 1) are both equilibria of the period: the second is the sanction."""
    text = TWO.format(both=9, apart=1, more="").replace("base = 6", "base = 9")
    asked = build(parse(text, "two.toml", "toml"), "two.toml", None, NOWHERE).partnership
    together = local_game(asked, target_policy(asked))
    table = agreement_table(agreement(asked, together, together))
    assert told(text).valid
    why = "what is played without the agreement is not walking away, which is an equilibrium"
    assert told(text, (("game",), corpus.json.loads(corpus.json.dumps(table)))).reasons == (why,)


def test_where_walking_away_is_none_another_equilibrium_is_the_sanction() -> None:
    """Walking away brings -1 where sharing alone brings 0: each would rather share."""
    text = TWO.format(both=6, apart=-1, more="")
    assert told(text).valid


def test_names_that_cannot_be_seen_are_refused() -> None:
    text = TWO.format(both=6, apart=1, more="")
    assert told(text, (("source", "name"), "two\u202e.toml")).reasons == (
        "a name holds characters that cannot be seen",
    )
