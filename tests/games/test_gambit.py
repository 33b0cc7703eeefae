"""Gambit's strategic-form files: both kinds are read, what is written reads back, a mistake is named by its line."""

from __future__ import annotations

import io
import time
from fractions import Fraction as F
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import game_files

from games.errors import ScenarioError
from games.files.convert import converted
from games.files.gambit import read_nfg, write_nfg
from games.files.game_file import read_game
from games.files.raw_game import MAX_PROFILES
from games.normal_form import NormalFormGame
from tests.examples import examples

HEAD = 'NFG 1 R "t" { "row" "column" }'
NAMED = HEAD + '\n\n{ { "U" "D" }\n{ "L" "M" "R" }\n}\n""\n\n'
# The example of Gambit's documentation has this shape: three by two strategies, and some profiles share an outcome.
OUTCOMES = NAMED + '{\n{ "" 1, 2 }\n{ "out" 1/3, -0.5 }\n}\n1 2 0 2 1 0\n'


def read(text: str) -> NormalFormGame:
    return read_nfg(text, "g.nfg")[1]


def refusal(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        read(text)
    assert len(caught.value.problems) == 1
    return str(caught.value).removeprefix("g.nfg: ")


def test_in_payoff_form_the_first_players_strategy_changes_fastest():
    g = read(NAMED + "1 10  2 20  3 30  4 40  5 50  6 60")
    assert g.players == ("row", "column") and g.actions == (("U", "D"), ("L", "M", "R"))
    assert g.payoffs["U", "L"] == (1, 10) and g.payoffs["D", "L"] == (2, 20) and g.payoffs["U", "M"] == (3, 30)
    assert g.payoffs["D", "R"] == (6, 60)


def test_in_outcome_form_profiles_share_outcomes_and_number_0_pays_nothing():
    g = read(OUTCOMES)
    assert g.payoffs["U", "L"] == g.payoffs["U", "R"] == (1, 2)
    assert g.payoffs["D", "L"] == g.payoffs["D", "M"] == (F(1, 3), F(-1, 2))
    assert g.payoffs["U", "M"] == g.payoffs["D", "R"] == (0, 0)


def test_strategies_that_are_only_counted_are_called_by_their_number():
    g = read(HEAD + " { 2 1 } 1 2 3 4")
    assert g.actions == (("1", "2"), ("1",)) and g.payoffs["2", "1"] == (3, 4)


def test_players_and_strategies_without_a_name_are_called_by_their_number():
    g = read('NFG 1 R "t" { "" "" } { { "" "" } { "x" } } 1 2 3 4')
    assert g.players == ("1", "2") and g.actions == (("1", "2"), ("x",))


@pytest.mark.parametrize(
    ("written", "value"),
    [("3", 3), ("-3", -3), ("+3", 3), ("0.1", F(1, 10)), (".5", F(1, 2)), ("5.", 5), ("1/3", F(1, 3)),
     ("-2/4", F(-1, 2)), ("1e2", 100), ("2.5E-3", F(1, 400)), ("-1.5e+1", -15)],
)  # fmt: skip
def test_every_form_of_a_number_is_read_exactly(written, value):
    assert read(f'NFG 1 R "t" {{ "me" }} {{ 1 }} {written}').payoffs["1",] == (value,)


def test_titles_comments_and_white_space_do_not_matter():
    text = 'NFG\n1 D "a \\"quoted\\" \\\\ title\nof two lines"{"p""q"}{{"a""b"}{"c"}}"a comment { 1 2"\n\n1,2,\t3\n,4'
    title, g = read_nfg(text, "g.nfg")
    assert title == 'a "quoted" \\ title\nof two lines' and g.payoffs["b", "c"] == (3, 4)


REFUSALS = {
    "other format": ("EFG 2 R", "line 1: expects NFG (a game in strategic form), found EFG\n  hint: save it"),
    "other version": ("NFG 2 R", "line 1: expects version 1, found 2"),
    "no title": ("NFG 1 R { }", "line 1: expects the title in quotes, found {"),
    "open text": ('NFG 1 R\n"title', "line 2: this text is not closed"),
    "no players": ('NFG 1 R "t" { }', "expects the name of a player in quotes, found }"),
    "player is a number": ('NFG 1 R "t" { "a" 2 }', "expects the name of a player in quotes, found 2"),
    "player twice": ('NFG 1 R "t"\n{ "a"\n"a" }', "line 3: the player 'a' is there twice"),
    "player unseen": ('NFG 1 R "t" { "a\x07" }', "characters that cannot be seen"),
    "strategy twice": (HEAD + '{ { "U"\n"U" } { "L" } }', "line 2: the strategy 'U' is there twice"),
    "no strategies": (HEAD + "{ 2 0 }", "expects the number of strategies of 'column' from 1 to"),
    "half a strategy": (HEAD + "{ 2 1.5 }", "expects the number of strategies of 'column' from 1 to"),
    "strategies of one": (HEAD + "{ 2 }", "expects the number of strategies of 'column', found }"),
    "strategies of three": (HEAD + "{ 2 2 2 }", "expects '}' after the strategies of 2 players, found 2"),
    "payoff is a word": (NAMED + "1 x", "line 8: expects a number, found the text 'x'"),
    "payoff is nan": (NAMED + "1 nan", "line 8: expects a number, found the text 'nan'"),
    "payoff by zero": (NAMED + "1 1/0", "line 8: '1/0' divides by zero"),
    "payoff too large": (NAMED + "1 1e999999999", "line 8: 1e999999999 is too large or too small"),
    "payoffs end early": (NAMED + "1 2\n3 4", "line 9: expects payoffs for 6 profiles, found the end of the file"),
    "how many there are": (NAMED + "1 2\n3 4", "hint: it has 2 of them"),
    "payoffs end within": (NAMED + "1 2\n3", "line 9: expects a payoff (2 for each profile), found the end"),
    "payoffs go on": (NAMED + "1 2 " * 6 + "\n1", "line 9: expects nothing after the last profile, found 1"),
    "outcome too long": (NAMED + '{ { "" 1 2 3 } }', "line 8: expects '}' after the 2 payoffs of an outcome, found 3"),
    "outcome unknown": (OUTCOMES.replace("1 0\n", "7 0"), "line 12: expects the number of an outcome from 0 to 2"),
    "outcomes not closed": (NAMED + '{ { "" 1 2 }', "line 8: expects '}', found the end of the file"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), REFUSALS.values(), ids=REFUSALS)
def test_a_mistake_is_named_by_its_line(text, words):
    assert words in refusal(text)


@given(
    st.integers(0, len(OUTCOMES)), st.sampled_from(["", "{", "}", '"', " 7 ", "x", "\\", "-", "\x00"]), st.booleans()
)
@settings(max_examples=200, deadline=None)
def test_a_file_that_was_cut_or_changed_anywhere_is_read_or_refused(place, instead, goes_on):
    try:
        read(OUTCOMES[:place] + instead + OUTCOMES[place + 1 :] * goes_on)
    except ScenarioError as error:
        assert "g.nfg" in str(error)


@pytest.mark.parametrize(
    "text",
    [
        'NFG 1 R "t" { "a" "b" } { 1000000 1000000 }',
        'NFG 1 R "t" { "a" "b" } { 250000 250000 }',
        'NFG 1 R "t" {' + "".join(f' "{k}"' for k in range(100_000)) + " }",
        'NFG 1 R "t" { "a" } { {' + "".join(f' "{k}"' for k in range(MAX_PROFILES + 2)) + " } }",
    ],
)
def test_what_a_file_announces_is_checked_before_memory_is_spent_on_it(text):
    begin = time.perf_counter()
    assert refusal(text)
    assert time.perf_counter() - begin < 5


@examples(game_files(states=1), st.sampled_from(["payoffs", "outcomes"]), few=30, many=100)
@example(read_game("von-stengel-75"), "payoffs")
@example(read_game("nau-irrational"), "outcomes")
def test_what_is_written_reads_back_as_the_same_game(file, form):
    (stage,) = file.game.stages
    assert read_nfg(write_nfg(stage, file.title, form), "g.nfg") == (file.title, stage)


def test_both_forms_are_the_same_game_and_converting_says_which():
    file = read_game("chicken")
    forms = [converted(file, form) for form in ("nfg", "nfg-outcomes")]
    assert read(forms[0]) == read(forms[1]) == file.game.stages[0] and forms[0] != forms[1]
    assert '{ "" 7, 2 }' in forms[1] and "\n6 6\n7 2\n2 7\n0 0\n" in forms[0]


def test_a_backslash_in_a_name_is_written_and_read_as_gambit_reads_it():
    """pygambit 16.7: one before another letter is itself; only before a quote it says that the text goes on."""
    g = read(r'NFG 1 R "t" { "a\b" "c\"d" } { 1 1 } 1 2')
    assert g.players == (r"a\b", 'c"d')
    assert r'{ "a\b" "c\"d" }' in write_nfg(g, "t")


@pytest.mark.parametrize("name", ["g.nfg", "g.NFG", "g.txt"])
def test_a_file_is_known_by_its_name_or_by_how_it_begins(name, tmp_path):
    file = tmp_path / name
    file.write_text(OUTCOMES, encoding="utf-8-sig")
    asked = read_game(str(file))
    assert asked.title == "t" and asked.game.states == ("always",) and asked.game.discount is None
    assert asked.game.stages == (read(OUTCOMES),) and asked.start == 0


def test_a_gambit_file_can_come_from_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(OUTCOMES.encode())))
    assert read_game("-").game.stages == (read(OUTCOMES),)
