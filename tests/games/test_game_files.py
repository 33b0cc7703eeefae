"""What a game file may hold, what is refused and in which words, and that what is written reads back."""

from __future__ import annotations

import copy
import io
import json
import time
from fractions import Fraction as F
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import game_files

from games.errors import ScenarioError
from games.files.convert import converted, write_toml
from games.files.documents import read_document
from games.files.game_file import INSTRUMENTS, GameFile, from_document, read_game, repeated
from games.files.nested import MAX_FOUND
from games.files.raw_game import MAX_PLAYERS, MAX_PROFILES
from games.files.scenario import read
from games.files.syntax import parse
from games.normal_form import NormalFormGame
from games.translate import start, stochastic_game
from tests.examples import examples

CONTRACT = """
kind     = "game"
players  = ["row", "column"]
discount = 0.7
[states.calm]
actions = { row = ["C", "D"], column = ["C", "D"] }
payoffs = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]
next    = [[{calm = "1/3", crisis = "2/3"}, {calm = 0.5, crisis = 0.5}], [{crisis = 1}, {calm = 1}]]
[states.crisis]
actions = { row = ["C", "D"], column = ["C"] }
payoffs = [[[4, "1/3"]], [[1e-2, -0.5]]]
"""


def document(text: str = CONTRACT) -> dict[str, Any]:
    return parse(text, "game.toml", "toml")


def game(text: str = CONTRACT) -> GameFile:
    return from_document(document(text), "game.toml")


def put(path: str, value: Any) -> dict[str, Any]:
    """Return the contract's document with a value at a path of keys and indices; None removes what stands there."""
    changed = copy.deepcopy(document())
    *keys, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    here: Any = changed
    for key in keys:
        here = here[key]
    if value is None:
        del here[last]
    else:
        here[last] = value
    return changed


def problems(refused: Any) -> dict[str, str]:
    """Return what is wrong by place, for a document that must be refused."""
    with pytest.raises(ScenarioError) as caught:
        from_document(refused, "game.toml")
    found = {p.where.removeprefix("game.toml: "): f"{p.what} | {p.hint}" for p in caught.value.problems}
    assert len(found) == len(caught.value.problems), caught.value
    return found


def refusal(file: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        read_game(file)
    return str(caught.value)


def test_the_game_of_the_contract_is_read_exactly():
    g = game().game
    calm, crisis = g.stages
    assert g.states == ("calm", "crisis") and g.players == ("row", "column") and g.discount == (F(7, 10), F(7, 10))
    assert calm.payoffs["C", "D"] == (-1, 3) and calm.payoffs["D", "C"] == (3, -1)
    assert crisis.actions == (("C", "D"), ("C",))
    assert crisis.payoffs == {("C", "C"): (4, F(1, 3)), ("D", "C"): (F(1, 100), F(-1, 2))}


def test_the_next_state_is_nested_or_one_table_or_the_same_state_again():
    g = game().game
    assert g.next[0]["C", "C"] == {0: F(1, 3), 1: F(2, 3)} and g.next[0]["D", "C"] == {1: 1}
    assert g.next[1] == {("C", "C"): {1: 1}, ("D", "C"): {1: 1}}
    same = from_document(put("states/crisis/next", {"calm": "1/4", "crisis": F(3, 4)}), "game.toml").game
    assert same.next[1] == {profile: {0: F(1, 4), 1: F(3, 4)} for profile in same.stages[1].profiles()}


@pytest.mark.parametrize(
    ("discount", "read_as"), [(None, None), ("2/3", (F(2, 3),) * 2), ({"column": F(1, 2), "row": 0}, (0, F(1, 2)))]
)
def test_a_discount_factor_is_left_out_or_common_or_one_for_each_player(discount, read_as):
    assert from_document(put("discount", discount), "game.toml").game.discount == read_as


def test_play_starts_in_the_first_state_unless_the_file_says_where():
    assert game().start == 0
    assert from_document(document() | {"start": "crisis"}, "game.toml").start == 1


def test_three_players_nest_three_deep():
    text = """kind = "game"\nplayers = ["a", "b", "c"]\n[states.one]
    actions = { a = ["1", "2"], b = ["1"], c = ["1", "2"] }
    payoffs = [[[[1, 2, 3], [4, 5, 6]]], [[[7, 8, 9], [10, 11, 12]]]]"""
    assert game(text).game.stages[0].payoffs["2", "1", "1"] == (7, 8, 9)


def test_json_and_toml_of_the_same_content_are_the_same_game():
    text = json.dumps(document(), default=float)
    assert from_document(parse(text, "game.json", "json"), "game.toml") == game()


def test_what_a_file_says_of_itself_is_kept_and_its_name_stands_in_for_a_title():
    said = from_document(document() | {"title": "Two", "source": "Own", "period": "month", "units": "points"}, "x.toml")
    assert (said.name, said.title, said.source, said.notes) == ("x.toml", "Two", "Own", ())
    assert game().title == "game.toml"


MISTAKES: dict[str, tuple[str, Any, str, str]] = {
    "unknown key": ("titel", "x", "titel", "unknown key 'titel' | did you mean 'title'?"),
    "title is no text": ("title", 3, "title", "expects a text, found the number 3"),
    "players missing": ("players", None, "players", "is missing"),
    "players empty": ("players", [], "players", "expects a list of players, found an empty list"),
    "player is a number": ("players/1", 7, "players[1]", "expects a name, found the number 7"),
    "player called nothing": ("players/1", " ", "players[1]", "may not be empty"),
    "player called weirdly": ("players/1", "co\x07l", "players[1]", "characters that cannot be seen"),
    "player twice": ("players/1", "row", "players[1]", "the player 'row' is there twice"),
    "too many players": ("players", [f"p{k}" for k in range(13)], "players", "13 players are more than 12"),
    "discount of 1": ("discount", 1, "discount", "1 is not in [0, 1)"),
    "discount below 0": ("discount", F(-1, 10), "discount", "-0.1 is not in [0, 1)"),
    "discount is a text": ("discount", "high", "discount", "expects a number, found the text 'high'"),
    "discount of nobody": ("discount", {"row": 0, "column": 0, "colum": 0}, "discount.colum", "did you mean 'column'?"),
    "discount of one": ("discount", {"row": F(1, 2)}, "discount", "has none for 'column' | add column = 0.9"),
    "start nowhere": ("start", "crises", "start", "unknown state 'crises' | did you mean 'crisis'?"),
    "start is a number": ("start", 1, "start", "expects the name of a state, found the number 1"),
    "states missing": ("states", None, "states", "is missing | a state is [states.NAME]"),
    "no states": ("states", {}, "states", "has no state"),
    "states in a list": ("states", [1], "states", "expects a table of states, found a list"),
    "state is a number": ("states/crisis", 1, "states.crisis", "expects a table, found the number 1"),
    "state has a typo": ("states/crisis/nxt", {}, "states.crisis.nxt", "did you mean 'next'?"),
    "actions missing": ("states/calm/actions", None, "states.calm.actions", "is missing"),
    "actions in one list": ("states/calm/actions", ["C"], "states.calm.actions", "found a list | for example { row ="),
    "no action": ("states/calm/actions/row", [], "states.calm.actions.row", "list of actions, found an empty list"),
    "action twice": ("states/calm/actions/row/1", "C", "states.calm.actions.row[1]", "the action 'C' is there twice"),
    "actions of nobody": ("states/calm/actions/rwo", ["C"], "states.calm.actions.rwo", "did you mean 'row'?"),
    "actions of one": ("states/calm/actions/row", None, "states.calm.actions", "has none for 'row'"),
    "payoffs missing": ("states/calm/payoffs", None, "states.calm.payoffs", "is missing"),
    "payoffs in a table": ("states/calm/payoffs", {}, "states.calm.payoffs", "each action of 'row', found a table"),
    "a row too many": (
        "states/calm/payoffs", [1, 2, 3], "states.calm.payoffs",
        "expects a list of 2 entries, one for each action of 'row', found a list of 3",
    ),
    "a column too few": (
        "states/crisis/payoffs/1", [], "states.crisis.payoffs[1]",
        "expects a list of 1 entry, one for each action of 'column', found a list of 0",
    ),
    "one payoff for two": (
        "states/calm/payoffs/1/0", [3], "states.calm.payoffs[1][0]",
        "expects a list of 2 payoffs, one for each player, found a list of 1 | in the order row, column",
    ),
    "a matrix of numbers": ("states/calm/payoffs/0/1", 3, "states.calm.payoffs[0][1]", "found the number 3"),
    "payoff is a text": ("states/calm/payoffs/0/1/0", "x", "states.calm.payoffs[0][1][0]", "found the text 'x'"),
    "payoff is a list": ("states/calm/payoffs/0/1/0", [1], "states.calm.payoffs[0][1][0]", "found a list"),
    "payoff is a truth": ("states/calm/payoffs/0/1/0", True, "states.calm.payoffs[0][1][0]", "found true"),
    "payoff by zero": ("states/calm/payoffs/0/1/0", "1/0", "states.calm.payoffs[0][1][0]", "divides by zero"),
    "next is a text": ("states/calm/next", "crisis", "states.calm.next", "each action of 'row', found the text"),
    "chances too small": ("states/calm/next/0/0/calm", 0, "states.calm.next[0][0]", "2/3, not 1 | add 1/3 to one"),
    "chances too large": ("states/calm/next/1/0/calm", F(1, 5), "states.calm.next[1][0]", "| take 0.2 from one entry"),
    "chance below 0": ("states/calm/next/1/0/calm", -1, "states.calm.next[1][0].calm", "-1 is not a probability"),
    "next nowhere": ("states/calm/next/1/0/clam", 0, "states.calm.next[1][0].clam", "did you mean 'calm'?"),
    "next is no chance": ("states/calm/next/1/1", "calm", "states.calm.next[1][1]", "the probability of each next"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "where", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_at_its_place(path, value, where, words):
    found = problems(put(path, value))
    assert words in found.get(where, ""), found


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e999999999", "1" * 500])
@pytest.mark.parametrize("form", ["toml", "json"])
def test_a_number_of_no_use_is_refused_before_it_is_built(number, form):
    if form == "json":
        number = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(number, number)
        text = json.dumps(document(), default=float).replace("-0.5", number)
    else:
        text = CONTRACT.replace("-0.5", number)
    assert list(problems(parse(text, "game.toml", form))) == ["states.crisis.payoffs[1][0][1]"]


def test_all_mistakes_are_reported_in_one_pass_in_the_order_of_the_file():
    wrong = put("states/calm/payoffs/0/0/1", "x")
    wrong |= {"discount": 2, "start": "nowhere"}
    wrong["states"]["crisis"] = {"actions": {"row": ["C"], "column": []}, "next": {"calm": F(1, 2)}}
    places = ["discount", "states.calm.payoffs[0][0][1]", "states.crisis.actions.column", "states.crisis.next"]
    assert list(problems(wrong)) == [*places, "states.crisis.payoffs", "start"]


def test_what_does_not_hang_on_the_players_is_checked_without_them():
    wrong = put("players/1", "row") | {"discount": {"row": 3}}
    wrong["states"]["calm"]["actions"]["row"] = ["C", "C"]
    assert list(problems(wrong)) == ["players[1]", "discount.row", "states.calm.actions.row[1]"]


def test_a_thousand_mistakes_are_cut_short():
    wrong = put("states/calm/payoffs", [[["x"] * 2] * 2] * 2)
    wrong["states"] = {f"s{k}": wrong["states"]["calm"] for k in range(200)}
    with pytest.raises(ScenarioError) as caught:
        from_document(wrong, "game.toml")
    assert len(caught.value.problems) == MAX_FOUND + 1
    assert "more problems" in caught.value.problems[-1].what


def test_more_profiles_than_can_be_worked_with_are_refused_before_they_are_made():
    many = [str(k) for k in range(1000)]
    wrong = put("states/calm/actions", {"row": many, "column": many})
    assert f"1000000 profiles are more than {MAX_PROFILES}" in problems(wrong)["states.calm.actions"]
    assert MAX_PLAYERS == 12  # 2 actions each are 4,096 profiles


@pytest.mark.parametrize("form", ["toml", "json"])
@pytest.mark.parametrize("depth", [50, 100, 100_000])
def test_hostile_nesting_is_a_refusal_and_not_a_traceback(form, depth, tmp_path):
    deep = "[" * depth + "]" * depth
    text = CONTRACT.replace('[[[4, "1/3"]], [[1e-2, -0.5]]]', deep)
    if form == "json":
        text = json.dumps(put("states/crisis/payoffs", "HERE"), default=float).replace('"HERE"', deep)
    file = tmp_path / f"deep.{form}"
    file.write_text(text)
    assert "crisis" in refusal(str(file)) or "nested too deep" in refusal(str(file))


def test_a_hundred_thousand_names_take_no_time():
    names = [str(k) for k in range(100_000)]
    begin = time.perf_counter()
    assert problems(put("states/calm/actions/row", [*names, "7"]))["states.calm.actions.row[100000]"]
    assert time.perf_counter() - begin < 5


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.floats(),
        lambda below: (
            st.lists(below, max_size=3)
            | st.dictionaries(st.sampled_from(["calm", "row", "C", "next"]), below, max_size=3)
        ),
    ),
    st.sampled_from(
        [
            "players",
            "discount",
            "states",
            "states/calm",
            "states/calm/actions",
            "states/calm/next",
            "states/calm/payoffs",
            "states/calm/payoffs/0/0",
            "states/calm/next/0/0",
            "start",
            "title",
        ]
    ),
)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_field_it_is_read_or_refused(value, path):  # fmt: skip
    try:
        from_document(put(path, [] if value is None else value), "game.toml")
    except ScenarioError as error:
        assert all(problem.where and problem.what for problem in error.problems)


def test_a_file_of_another_kind_is_told_where_it_belongs():
    assert "coalition values" in problems({"kind": "coalition"})["kind"]
    assert 'kind = "game"' in problems({key: value for key, value in document().items() if key != "kind"})["kind"]
    assert "'gmae' is none of partnership" in problems(document() | {"kind": "gmae"})["kind"]
    with pytest.raises(ScenarioError, match="accord equilibria, payoffs and patience read games"):
        read("chicken")
    with pytest.raises(ScenarioError, match="a game has no mechanisms"):
        read_game("chicken", ["aggregation"])


def test_a_partnership_is_read_as_the_game_that_is_played_without_its_instruments():
    asked, partnership = read_game("mobility-pandemic"), read("mobility-pandemic").partnership
    assert asked.game == stochastic_game(partnership)
    assert asked.start == start(partnership) == 2 and asked.game.states[asked.start] == "crisis"
    assert INSTRUMENTS in asked.notes and asked.title == partnership.title
    on = read_game("mobility-pandemic", ["aggregation"])
    assert on.game != asked.game


def test_a_game_can_come_from_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(CONTRACT.encode())))
    assert read_game("-").game == game().game


def test_a_file_of_gambit_is_not_read_as_a_scenario(tmp_path):
    file = tmp_path / "g.nfg"
    file.write_text("NFG 1 R")
    with pytest.raises(ScenarioError, match="accord equilibria, payoffs and patience read games"):
        read_document(str(file))


def same(one: GameFile, other: GameFile) -> bool:
    return (one.title, one.source, one.game, one.start) == (other.title, other.source, other.game, other.start)


@examples(game_files(), few=30, many=100)
@example(game())
def test_what_is_written_reads_back_as_the_same_game(file):
    text = write_toml(file)
    assert same(from_document(parse(text, "drawn.toml", "toml"), "drawn.toml"), file)
    assert write_toml(from_document(parse(text, "drawn.toml", "toml"), "drawn.toml")) == text


def test_a_game_is_written_the_way_a_person_would():
    assert (
        write_toml(game())
        == """kind    = "game"
title   = "game.toml"
players = ["row", "column"]
discount = 0.7

[states.calm]
actions = { row = ["C", "D"], column = ["C", "D"] }
payoffs = [
  [[2, 2], [-1, 3]],
  [[3, -1], [0, 0]],
]
next    = [
  [{ calm = "1/3", crisis = "2/3" }, { calm = 0.5, crisis = 0.5 }],
  [{ crisis = 1 }, { calm = 1 }],
]

[states.crisis]
actions = { row = ["C", "D"], column = ["C"] }
payoffs = [
  [[4, "1/3"]],
  [[0.01, -0.5]],
]
"""
    )


def test_a_partnership_with_long_fractions_survives_conversion():
    asked = read_game("port-green-lane")
    assert from_document(parse(write_toml(asked), "x", "toml"), "x").game == asked.game


@pytest.mark.parametrize("payoff", [F(10**13), F(1, 10**13), F(1, 3**900)], ids=["large", "small", "long"])
def test_a_number_that_could_not_be_read_back_is_not_written(payoff):
    lonely = repeated(NormalFormGame(("me",), (("a",),), {("a",): (payoff,)}))
    for form in ("toml", "nfg", "nfg-outcomes"):
        with pytest.raises(ScenarioError):
            converted(GameFile("x", "x", "", lonely), form)


def test_gambit_takes_one_state_only():
    with pytest.raises(ScenarioError, match="one state, and this game has 2"):
        converted(game(), "nfg")
