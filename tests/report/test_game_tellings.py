"""What is said of every game that ships, under every question: it fits a terminal and reads as words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction as F
from math import inf

import pytest

from cli import CONCEPTS
from games.errors import ScenarioError
from games.files.documents import library
from games.files.game_file import GameFile, read_game, repeated
from games.normal_form import NormalFormGame
from report.data import document
from report.layout import packed
from report.numbers import number, written
from report.stage import about, exactly, mixture
from report.text import WIDTH, render
from report.words import amount
from solver.repeated.patience import patience
from solver.repeated.reach import discounts, payoffs
from solver.results import spelled
from solver.results.repeated import (
    BoundState,
    Contract,
    HalfSpace,
    PatienceSwitches,
    PayoffBounds,
    PayoffSets,
    SmallestCap,
)
from solver.results.stage import Equilibrium, StageEquilibria
from solver.stage.concepts import answer

DELTA = F(7, 10)
NARROW = r"[ a-z]*(\s[a-z]{1,2}){4,}"
"""A line of words of a letter or two: a column too narrow to be read."""
NAMES = library()
MANY = [name for name in NAMES if len(read_game(name).game.players) > 2]


def factors(file: GameFile) -> tuple[F, ...]:
    return discounts(file.game, DELTA)


def stage_answers(file: GameFile) -> Iterator[object]:
    """What every concept that a game is fit for says of it, in every state."""
    for state in file.game.states:
        for concept in CONCEPTS:
            try:
                yield answer(file, concept, state)
            except ScenarioError as problem:
                assert concept in ("ess", "replicator"), problem


def read_well(result: object, command: str) -> str:
    """Return a result's telling, which must fit and hold no half-made words; its document must be one."""
    told = render(result)
    lines = told.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert all(line == line.rstrip() for line in lines)
    assert not re.search(r"\x1b|Fraction|None|\bnan\b|\binf\b|\(\)|\{\}|  \.|,,|\.\.(?!\.)", told)
    assert not re.search(r"\de[+-]0|(?<![\w.])-0(\.0*)?(?![\w./])", told)
    assert not any(re.fullmatch(NARROW, line) for line in lines)
    assert not re.search(r"-0\.0\b(?!\d)", document(result, command))
    found = json.loads(document(result, command))
    assert (found["schema"], found["command"]) == (1, command)
    assert found["proof"]
    return told


@pytest.mark.parametrize("name", NAMES)
def test_equilibria_of_every_game_are_told(name):
    for result in stage_answers(read_game(name)):
        read_well(result, "equilibria")


@pytest.mark.parametrize("name", NAMES)
def test_patience_and_free_payoffs_of_every_game_are_told(name):
    file = read_game(name)
    read_well(patience(file.game, file.title, file.start), "patience")
    read_well(payoffs(file, "free", factors(file)), "payoffs")


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow if name in MANY else ()) for name in NAMES])
def test_payoffs_without_money_of_every_game_are_told(name):
    file = read_game(name)
    read_well(payoffs(file, "none", factors(file)), "payoffs")


def reached(name: str, money: str | F, delta: F = DELTA, at: tuple[F, ...] | None = None) -> str:
    file = read_game(name)
    return " ".join(read_well(payoffs(file, money, (delta, delta), at), "payoffs").split())


# -- words that fit what they say


def equilibria_of(count: int, **changes: object) -> str:
    one = Equilibrium({"row": {"a": F(1)}, "column": {"a": F(1)}}, {"row": F(1), "column": F(1)}, F(0))
    result = StageEquilibria("A game", "", "nash", ("row", "column"), (one,) * count, True, False, (), "", "exact")
    return render(replace(result, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("count", "changes", "said"),
    [
        (0, {}, "There is no equilibrium."),
        (0, {"complete": False}, "No equilibrium was found; there may be some."),
        (1, {}, "1 equilibrium, and no other."),
        (1, {"concept": "pure"}, "1 pure equilibrium, and no other."),
        (3, {}, "3 equilibria, and these are all."),
        (3, {"complete": False}, "3 equilibria found; there may be more."),
        (3, {"degenerate": True}, "3 extreme equilibria of a degenerate game, and these are all."),
    ],
)
def test_how_many_equilibria_there_are_is_a_sentence(count, changes, said):
    assert said in equilibria_of(count, **changes).splitlines()


def test_the_payoffs_of_many_players_share_a_column():
    told = render(answer(read_game("minority-3"), "nash"))
    assert "they get" in told
    assert "1/4, 1/4, 1/4" in told


def test_an_action_that_is_called_by_a_number_is_quoted_beside_its_probability():
    assert mixture({"2": F(1, 3), "5": F(2, 3)}) == "1/3 '2', 2/3 '5'"
    assert mixture({"2": F(1), "5": F(0)}) == "2"
    assert mixture({"hawk": F(1, 2), "dove": F(1, 2)}) == "1/2 hawk, 1/2 dove"


def test_odd_fractions_have_their_decimals_and_everyday_ones_do_not():
    assert about(F(204, 37)) == "204/37 (about 5.514)"
    assert about(F(7, 10)) == "7/10"
    assert about(F(3)) == "3"
    assert about(0.25) == "0.25"


def test_a_zero_has_no_minus_and_an_exponent_no_zero():
    assert exactly(-0.0) == "0"
    assert exactly(-1.25e-8) == "-1.25e-8"
    assert written(-1e-7, "3f") == "0.000"
    assert written(-0.0005, "3f") == "-0.001"
    assert amount(4.173e-05) == "4.173e-5"
    assert str(number(-0.0)) == "0.0"
    assert number(-1.5e-14) == -1.5e-14


@pytest.mark.parametrize(
    ("tolerance", "said"), [(1e-9, "1e-9"), (F(1, 10**9), "1e-9"), (8.3e-7, "8e-7"), (1e-10, "1e-10"), (0.04, "4e-2")]
)
def test_tolerances_are_spelled_in_one_way(tolerance, said):
    assert spelled(tolerance) == said


def test_the_duopoly_whose_column_can_be_held_to_nothing_is_held_to_zero():
    """Rounding had left it a minus: Abreu & Sannikov 2014."""
    said = reached("cournot-abreu-sannikov", "none", F(3, 10))
    assert "column 0;" in said or "column 0." in said


def test_the_smallest_cap_is_told_with_what_is_too_little():
    said = reached("timing-dilemma", "smallest", F(3, 5))
    assert "Proof: within 1e-9. - reached exactly with this cap; one that is smaller by 1e-9 is not enough." in said


def test_large_numbers_are_not_in_powers_of_ten():
    assert exactly(4333333.4) == "4333333"
    assert exactly(F(12345678912, 7)) == "1763668416"
    assert exactly(1234.5678) == "1234.57"


@pytest.mark.parametrize(
    ("objective", "said"),
    [
        ("welfare", "with the largest sum of payoffs: 21/2."),
        ("egalitarian", "that is best for whoever gets least: 21/4."),
        ("best:row", "that is best for row: 7."),
        ("worst:row", "that is worst for row: 2."),
    ],
)
def test_the_best_correlated_equilibrium_is_said_in_words(objective, said):
    """Chicken (6, 7, 2, 0): the best symmetric one gives 21/4 each (Aumann 1974)."""
    assert said in render(answer(read_game("chicken"), "correlated", objective=objective))


def test_a_plan_without_money_has_no_column_of_payments():
    assert "pays up front" in reached("public-good-10", "free", F(1, 4))
    assert "pays up front" not in reached("public-good-10", "none", F(1, 4))


def test_one_best_point_of_several_is_called_an_example():
    """Prisoner's dilemma (0, 1, 3, 5) at 2/5: 5 together at (4, 1) and at (1, 4); at 9/10 6 at (3, 3) alone."""
    assert "for example at row" in reached("prisoners-dilemma", "none", F(2, 5))
    assert "a period, at row 3, column 3;" in reached("prisoners-dilemma", "none", F(9, 10))


def test_a_bound_that_was_not_found_is_not_infinite():
    state = BoundState("always", (), (HalfSpace((1.0, 1.0, 1.0), 3.0),), inf)
    players = ("a", "b", "c")
    found = PayoffBounds("A game", players, dict.fromkeys(players, DELTA), "always", (state,), None, 1, True, "none: x")
    assert "nothing but an outer bound was found" in read_well(found, "payoffs")
    assert json.loads(document(found, "payoffs"))["states"]["always"]["gap"] is None


def test_no_equilibrium_is_said_once_and_without_an_empty_table():
    told = reached("matching-pennies", "none")
    assert "Without money, discount 7/10: no equilibrium in pure strategies." in told
    assert "vertices" not in told


CAP = SmallestCap(
    "A game", ("row", "column"), {"row": F(1, 2), "column": F(1, 2)}, "always", F(6), F(2), F(5, 4), "exact"
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Payments of at most 5/4 a period are enough to reach 6 together"),
        ({"cap": F(0), "without": F(6)}, "No payments are needed at discount 1/2: without money they reach 6 together"),
        ({"cap": None}, "At discount 1/2 no payments are enough to reach more than 6; without money they reach 2."),
        ({"cap": None, "without": None}, "No payments are enough at discount 1/2."),
        ({"without": None}, "Without money there is no equilibrium in pure strategies."),
    ],
)
def test_how_much_money_it_takes_is_a_sentence(changes, said):
    assert said in " ".join(render(replace(CAP, **changes)).split())


def test_how_often_play_changes_is_counted():
    file = read_game("two-state-dilemma")
    found = patience(file.game, file.title, file.start)
    assert isinstance(found, PatienceSwitches)
    assert "What is played with unlimited payments changes once." in render(found)
    same = replace(found, switches=found.switches[:1])
    assert "is the same at every discount factor." in render(same)


def test_a_point_is_never_broken_over_two_lines():
    file = read_game("two-state-dilemma")
    for line in render(payoffs(file, "none", factors(file))).splitlines():
        assert line.count("(") == line.count(")")
    assert packed(["(1, 2)", "(3, 4)", "(5, 6)"], 14) == "(1, 2) (3, 4)\n(5, 6)"
    assert packed([], 14) == ""
    assert packed(["(1234567890, 2)"], 5) == "(1234567890, 2)"


def test_long_names_fit_in_the_telling_of_a_game():
    long = "the national statistical office of a country with a very long name indeed"
    file = read_game("prisoners-dilemma")
    stage = file.game.stages[0]
    game = repeated(NormalFormGame((long, long[::-1]), stage.actions, stage.payoffs))
    for money, kind in (("free", Contract), ("none", PayoffSets)):
        found = payoffs(replace(file, game=game, title=long * 2), money, (DELTA, DELTA))
        assert isinstance(found, kind)
        assert max(map(len, render(found).splitlines())) <= WIDTH


def test_the_most_that_is_reached_is_told_from_where_it_is_reached_not_from_where_it_is_shared() -> None:
    told = render(patience(read_game("pie").game, "Pie"))
    assert "they reach at most 1 together, at every discount factor" in told
    assert "1/2             1          first 0, second 0   all share" in told
