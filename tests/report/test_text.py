"""Results in words: every answer has a telling, tables fit, small numbers are not shown as nothing.

Golden files: ``tests/golden/*.txt`` hold the text of three cases, 80 columns wide. After a wanted change of words,
rewrite them and read the difference before committing it::

    PYTHONPATH=. python tests/report/test_text.py
    git diff tests/golden
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import re
import typing
from dataclasses import replace
from fractions import Fraction as F
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import solver.results
from games.files.catalogue import catalogue
from games.files.scenario import build, read
from games.files.syntax import parse
from report.data import document, fields
from report.layout import MOST_ROWS
from report.plot import draw
from report.text import WIDTH, render, tell
from report.words import amount, periods, share
from solver.results.repeated import Contract, PatienceSteps, PayoffPicture
from solver.results.sharing import Breach, Comparison, Difference, Evaluation, Evaluations, Regret, Simulation
from solver.results.stage import StageEquilibria
from solver.results.study import Point
from solver.sharing.evaluate import evaluate
from solver.sharing.simulation import simulate
from solver.study.comparison import compare

TESTS = Path(__file__).resolve().parent.parent
GOLDEN = TESTS / "golden"
TOLD = ("boom-pricing", "timing-on-delivery", "renewal-none")
ROOMS = [import_module(f"solver.results.{room.name}") for room in iter_modules(solver.results.__path__)]
RESULTS = [
    kind
    for room in ROOMS
    for _, kind in inspect.getmembers(room, dataclasses.is_dataclass)
    if kind.__module__ == room.__name__
]


def case(name: str) -> str:
    return str(TESTS / "cases" / f"{name}.toml")


@lru_cache
def evaluation(name: str) -> Evaluation:
    return evaluate(read(case(name)))


@lru_cache
def simulation(name: str) -> Simulation:
    return simulate(read(case(name)), 20, 50)


def words(result: object) -> str:
    """The text of a result, on one line."""
    return " ".join(render(result).split())


def mentioned(annotation: object) -> set[type]:
    """Every class within an annotation, such as StateAnswer in tuple[StateAnswer, ...]."""
    found = {annotation} if isinstance(annotation, type) else set()
    return found.union(*(mentioned(part) for part in typing.get_args(annotation)))


def parts_of(kind: type) -> set[type]:
    """The results that a result is made of."""
    return set().union(*(mentioned(h) for h in typing.get_type_hints(kind).values())) & set(RESULTS)


def within(kinds: set[type]) -> set[type]:
    """These results and all that they are made of."""
    parts = set().union(*map(parts_of, kinds))
    return kinds if parts <= kinds else within(kinds | parts)


def answers() -> set[type]:
    """The results that commands give: those that the solver's functions called in them say that they return."""
    found: set[type] = set()
    files = [TESTS.parent / "cli.py", *sorted((TESTS.parent / "commands").glob("*.py"))]
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("solver."):
            for name in (getattr(import_module(node.module), alias.name) for alias in node.names):
                found |= {name} if isinstance(name, type) else mentioned(typing.get_type_hints(name)["return"])
    return found & set(RESULTS)


ANSWERS = answers() - {Point}
"""A point of a grid is streamed as a line of JSON, and told as a part of its grid."""
DRAWN = {kind for kind in ANSWERS if kind.__name__.endswith("Picture")}
PRINTED = sorted(ANSWERS - DRAWN, key=lambda kind: kind.__name__)
EXAMPLES = {
    Evaluation: lambda: evaluation("timing-on-delivery"),
    Comparison: lambda: compare([case("timing-none"), case("timing-on-delivery")]),
    Simulation: lambda: simulation("boom-pricing"),
}


# -- every answer is told


def test_the_walk_finds_what_commands_print():
    assert {Evaluation, Evaluations, Comparison, Simulation, StageEquilibria, Contract, PatienceSteps} <= set(PRINTED)
    assert Breach not in PRINTED
    assert {PayoffPicture} == DRAWN


def test_every_result_is_an_answer_or_a_part_of_one():
    left = {kind.__name__ for kind in set(RESULTS) - within(ANSWERS)}
    assert not left, "no function that a command imports says that it returns these"


@pytest.mark.parametrize("kind", DRAWN, ids=lambda k: k.__name__)
def test_what_is_only_drawn_has_a_drawing(kind):
    assert draw.dispatch(kind) is not draw.dispatch(object), f"report.plot draws no {kind.__name__}"


@pytest.mark.parametrize("kind", PRINTED, ids=lambda k: k.__name__)
def test_every_result_that_is_printed_has_a_telling_and_a_document(kind):
    assert tell.dispatch(kind) is not tell.dispatch(object), f"report.text tells no {kind.__name__}"
    assert fields.dispatch(kind) is not fields.dispatch(object), f"report.data has no fields of {kind.__name__}"


@pytest.mark.parametrize("kind", EXAMPLES, ids=lambda k: k.__name__)
def test_every_telling_is_plain_text_that_fits(kind):
    told = render(EXAMPLES[kind]())
    assert told.endswith("\n")
    assert "\x1b" not in told
    assert max(map(len, told.splitlines())) <= WIDTH
    assert told == "".join(f"{line.rstrip()}\n" for line in told.splitlines())


@pytest.mark.parametrize("kind", EXAMPLES, ids=lambda k: k.__name__)
def test_telling_twice_says_the_same(kind):
    result = EXAMPLES[kind]()
    assert render(result) == render(result)
    assert document(result, "x") == document(result, "x")


def test_colour_adds_nothing_but_colour():
    result = evaluation("timing-on-delivery")
    coloured = render(result, colour=True)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == render(result).splitlines()


def test_the_catalogue_names_every_scenario_and_every_game():
    told, found = render(catalogue()), json.loads(document(catalogue(), "scenarios"))
    assert all(entry.name in told for entry in (*catalogue().entries, *catalogue().games))
    assert all(set(game) == {"name", "title", "source"} for game in found["games"])


def test_what_has_no_telling_is_a_fault_and_not_silence():
    with pytest.raises(TypeError):
        render(object())
    with pytest.raises(TypeError):
        document(object(), "x")


def test_several_answers_are_told_one_after_another():
    both = Evaluations(("one.toml", "two.toml"), (evaluation("timing-none"), evaluation("boom-pricing")))
    one, two = render(evaluation("timing-none")), render(evaluation("boom-pricing"))
    assert render(both) == f"== one.toml\n{one}\n== two.toml\n{two}"


@pytest.mark.parametrize("name", TOLD)
def test_golden(name):
    """Rewrite with ``PYTHONPATH=. python tests/report/test_text.py``."""
    golden = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert render(evaluation(name)) == golden, "to rewrite: PYTHONPATH=. python tests/report/test_text.py"


# -- numbers as a person writes them


SMALL = [F(1, 10**13), -F(1, 10**13), 1e-14, -1e-300, F(1, 10**400), 4e-7, F(-1, 10**6), 0.00049]


@pytest.mark.parametrize("value", SMALL)
def test_what_is_not_zero_is_never_shown_as_zero(value):
    assert not re.fullmatch(r"-?0(\.0*)?", amount(value))


@pytest.mark.parametrize("value", [0, F(0), 0.0, -0.0])
def test_zero_is_shown_as_zero(value):
    assert amount(value) == "0"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(F(1), "1"), (F(1, 3), "0.3333"), (F(-7, 2), "-3.5"), (F(1234), "1234"), (F(5, 13), "0.3846"), (None, "-")],
)
def test_amounts_have_four_digits_at_most(value, shown):
    assert amount(value) == shown


@pytest.mark.parametrize(
    ("value", "digits"), [(F(12345), "12345"), (F(150000), "150000"), (-F(2500000), "-2500000"), (F(24690, 2), "12345")]
)
def test_a_sum_in_euro_is_shown_whole_and_not_in_powers_of_ten(value, digits):
    assert re.sub(r"[,_ \u202f\u00a0]", "", amount(value)) == digits


@pytest.mark.parametrize("value", [99999.5, F(123456789, 1000), 1e9 + 0.5])
def test_large_amounts_are_not_in_powers_of_ten(value):
    assert "e" not in amount(value)


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0 %"), (1.0, "100 %"), (0.5, "50 %"), (0.001, "<1 %"), (0.9999, ">99 %")]
)
def test_a_share_is_certain_only_where_it_is(value, shown):
    assert share(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(1.0, "1 month"), (2.0, "2 months"), (1.5, "1.5 months"), (0.0, "0 months")]
)
def test_periods_agree_with_their_number(value, shown):
    assert periods(value, "month") == shown


def test_long_times_are_not_in_powers_of_ten():
    assert "e" not in periods(12345.0, "month")


def test_a_tiny_slack_is_not_told_as_none():
    told = evaluation("boom-pricing")
    states = tuple(replace(s, slack=-F(1, 10**12)) for s in told.states)
    rows = [line for line in render(replace(told, states=states)).splitlines() if "undercut" in line]
    assert rows
    assert all(re.search(r"~0|-0|e-", row) for row in rows)


# -- words that fit the signs


def leaving(**numbers: F) -> str:
    breach = replace(evaluation("timing-none").first, stage="act", **numbers)  # type: ignore[type-var]
    return words(replace(evaluation("timing-none"), first=breach))


def test_a_loss_that_is_a_gain_is_not_called_a_cost():
    told = leaving(gain_now=F(1), loss_later=F(-2))
    assert "-2" not in told.split("State by state")[0]
    assert re.search(r"\b2 later", told)


def test_a_gain_that_is_a_loss_is_not_called_a_gain():
    told = leaving(gain_now=F(-1), loss_later=F(-2)).split("State by state")[0]
    assert "costs it 1 now" in told
    assert "gains it" not in told
    assert "-" not in told.split("Who leaves first")[1].replace("'", "")


def test_a_loss_that_is_smaller_than_the_gain_is_told_as_too_small():
    told = leaving(gain_now=F(3), loss_later=F(2))
    assert re.search(r"(gains|brings) it 3 now", told)
    assert re.search(r"costs it only 2\b|\b2 later", told)


@pytest.mark.parametrize("stage", ["act", "withhold", "deliver", "up front", "asleep", "sanction", "join"])
def test_every_stage_of_a_breach_has_words(stage):
    told = evaluation("timing-none")
    assert told.first is not None
    text = words(replace(told, first=replace(told.first, stage=stage)))
    assert "firm" in text
    assert "{" not in text


@pytest.mark.parametrize("verdict", ["holds", "holds_with_sharing", "holds_in_some_states", "fails"])
def test_every_verdict_has_words(verdict):
    told = render(replace(evaluation("boom-pricing"), verdict=verdict))
    assert verdict.split("_")[0].upper() in told
    assert "_" not in told


def test_who_leaves_first_does_not_stay_in_the_table_of_states():
    """Who is said to leave in a state must not be said to stay there: a state that holds has no leaver."""
    for name in ("mobility-pandemic", "insurer-climate"):
        told = evaluate(read(name))
        if told.verdict == "holds_in_some_states" and told.first is not None:
            holds = {s.state: s.holds for s in told.states}
            assert not holds[told.first.state], f"{name}: {told.first.actor} leaves in {told.first.state}, which holds"


def test_one_difference_is_not_one_differences():
    one, other = evaluation("timing-none"), evaluation("timing-on-delivery")
    change = Difference("discount", "1/2", "3/5", "holds", True)
    names = ("a.toml", "b.toml")
    lost = Regret(names, names, ((1, 0), (1, 1)), ((0, 1), (0, 0)), "b.toml", "b.toml")
    told = words(Comparison(names, (one, other), ((change,),), (None,), ((), ()), lost))
    assert "1 differences" not in told
    assert "1 flip " not in told


# -- many states, many actors, long names


def many_actors(count: int) -> Evaluation:
    """A public good with many actors, told of one that was decided with few."""
    told = evaluation("public-good-3")
    values = {f"actor {k}": dict.fromkeys(("steady",), F(k)) for k in range(count)}
    outside = {name: F(0) for name in values}
    actors = dict.fromkeys(values, next(iter(told.critical.actors.values())))
    return replace(told, values=values, outside=outside, critical=replace(told.critical, actors=actors))


@pytest.mark.parametrize("count", [12, 13, 40])
def test_a_table_of_many_actors_fits_and_says_what_was_left_out(count):
    told = render(many_actors(count))
    shown = [k for k in range(count) if re.search(rf"^ actor {k} ", told, re.MULTILINE)]
    assert max(map(len, told.splitlines())) <= WIDTH
    assert len(shown) <= MOST_ROWS
    assert (len(shown) == count) == (f"of {count}" not in told)


@pytest.mark.parametrize("name", ["renewal-90", "renewal-95", "renewal-none"])
def test_a_table_of_many_states_fits_and_says_what_was_left_out(name):
    told = evaluation(name)
    text = render(told)
    assert len(told.states) > MOST_ROWS
    assert f"of {len(told.states)}" in text
    assert max(map(len, text.splitlines())) <= WIDTH
    worst = min(told.states, key=lambda s: s.slack)
    assert re.search(rf"^ {worst.state} ", text, re.MULTILINE), "the tightest state is shown"


@pytest.mark.parametrize("name", ["renewal-95", "renewal-none"])
def test_the_start_and_the_state_of_the_leaver_are_shown_among_many(name):
    told = evaluation(name)
    table = render(told).split("State by state")[1].split("Actor by actor")[0]
    assert "(start)" in table
    if told.first is not None:
        assert re.search(rf"^ {told.first.state} ", table, re.MULTILINE)


def test_all_states_and_actors_are_in_the_document():
    told = evaluation("renewal-95")
    assert all(f'"{s.state}"' in document(told, "evaluate") for s in told.states)


def test_long_names_fold_and_are_not_cut():
    name = "the national statistical office of a country with a very long name indeed"
    text = Path(case("boom-pricing")).read_text(encoding="utf-8").replace("actors.one", f'actors."{name}"')
    text = text.replace("one =", f'"{name}" =')
    told = render(evaluate(build(parse(text, "long", "toml"), "long")))
    assert max(map(len, told.splitlines())) <= WIDTH
    assert "…" not in told
    for title in ("State by state", "Actor by actor"):
        table = told.split(title)[1].split("\n\n")[1]
        assert "withhold" not in table
        assert "0." in table, "the numbers are still there"


def test_many_fixes_and_long_texts_fit():
    told = evaluation("timing-none")
    one = told.fixes[0]
    fixes = tuple(replace(one, kind="mechanism", cost=F(k, 7), text="word " * 60) for k in range(30))
    assert max(map(len, render(replace(told, fixes=fixes)).splitlines())) <= WIDTH


@pytest.mark.parametrize("count", [2, 3, 5, 8])
def test_many_scenarios_side_by_side_fit(count):
    told = compare([case("timing-none"), *[case("timing-on-delivery")] * (count - 1)])
    text = render(told)
    assert max(map(len, text.splitlines())) <= WIDTH
    folded = [line for line in text.splitlines() if re.fullmatch(r"[ \w.]*(\s\w{1,2}){3,}\s*", line)]
    assert not folded, "columns of one or two letters cannot be read"


@pytest.mark.parametrize("name", ["[red]x[/red]", "[/]", "[b]", "[link=y]"])
def test_square_brackets_are_letters_like_others(name):
    """Rich takes [words] for styles: an action of that name once vanished, and [/] once stopped the command."""
    text = Path(case("timing-on-delivery")).read_text(encoding="utf-8")
    for key in ("fee", "firm", "office"):
        text = text.replace(f'"{key}"', f"'{name}{key}'").replace(f"actors.{key}", f"actors.'{name}{key}'")
        text = re.sub(rf"\b{key} = ", f"'{name}{key}' = ", text)
    told = words(evaluate(build(parse(text, "brackets", "toml"), "brackets")))
    for key in ("fee", "firm", "office"):
        assert told.count(name + key) >= 2


def regenerate() -> None:
    """Write the golden files anew."""
    GOLDEN.mkdir(exist_ok=True)
    for name in TOLD:
        (GOLDEN / f"{name}.txt").write_text(render(evaluation(name)), encoding="utf-8", newline="\n")
        print(GOLDEN / f"{name}.txt")


if __name__ == "__main__":
    regenerate()
