"""``accord teach tournament``: the table, the JSON, the picture, and one student's mistake."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from automata_files import ours
from click.testing import CliRunner, Result

from cli import main

MINE = 'title = "Mine"\nstart = "a"\n[nodes.a]\nplays = "share"\nnext = "a"\n'


def held(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["teach", "tournament", *arguments], prog_name="accord")


def document(*arguments: str) -> dict:
    run = held(*arguments, "--json")
    assert run.exit_code == 0, run.output
    return json.loads(run.stdout)


def test_the_table_ranks_every_strategy_and_says_how_it_was_found():
    run = held("navigation-roads", "--noise", "1/50", "--evolve", "50")
    assert run.exit_code == 0, run.output
    text = " ".join(run.stdout.split())
    for words in ("24 strategies", "discounted by 0.9108 and 0.9405", "Noise: 0.02", "computed", "as authority"):
        assert words in text
    assert "Evolution" in text and "so that none is negative" in text
    assert max(map(len, run.stdout.splitlines())) <= 80


def test_json_holds_every_number_of_the_table():
    told = document("urgency-lasting", "--evolve", "3", "--noise", "0.1")
    assert (told["schema"], told["command"], told["noise"]) == (1, "teach tournament", "1/10")
    assert len(told["standings"]) == len(ours()) == len(told["payoffs"]["first"]) == len(told["payoffs"]["second"][0])
    scores = [s["score"] for s in told["standings"]]
    assert scores == sorted(scores, reverse=True)
    assert [sum(row) for row in told["evolution"]["shares"]] == pytest.approx([1] * 4)
    assert told["proof"].startswith("within ") and told["discount"] == ["77/100", "77/100"]


def test_the_same_question_gives_the_same_bytes():
    asked = ("two-state-dilemma", "--noise", "0.05", "--repetitions", "2", "--periods", "20", "--seed", "5", "--json")
    assert held(*asked).stdout == held(*asked).stdout
    assert "seed 5" in " ".join(held(*asked[:-1]).stdout.split())


def test_a_class_plays_though_one_file_is_no_strategy(tmp_path: Path):
    (tmp_path / "anna.toml").write_text(MINE)
    (tmp_path / "ben.toml").write_text("import os")
    told = document("prisoners-dilemma", "--strategies", str(tmp_path))
    assert "anna" in [s["name"] for s in told["standings"]]
    assert any(note.startswith("left out: ben.toml: line 1") for note in told["notes"])
    alone = document("prisoners-dilemma", "--strategies", str(tmp_path), "--only")
    assert [s["name"] for s in alone["standings"]] == ["anna"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("prisoners-dilemma", "--only"), "0 strategies make no tournament"),
        (("prisoners-dilemma", "--noise", "2"), "'2' is not a probability"),
        (("prisoners-dilemma", "--noise", "often"), "expects a number"),
        (("port-green-lane",), "4 players"),
        (("prisoners-dilemma", "--plot", "x.pdf"), "is no picture that can be written"),
        (("navigation-roads", "--with", "magic"), "magic"),
        (("prisoners-dilemma", "--match", "bully"), "names 1 strategies, not two"),
        (("prisoners-dilemma", "--match", "bully,buly"), "did you mean 'bully'?"),
        (("prisoners-dilemma", "--match", "bully,bully", "--plot", "x.svg"), "has no picture"),
    ],
)
def test_what_cannot_be_played_is_refused_in_words(arguments: tuple[str, ...], told: str):
    run = held(*arguments)
    assert run.exit_code == 2
    assert told in run.output and "Traceback" not in run.output


@pytest.mark.parametrize("more", [("--evolve", "40"), ("--noise", "0.1", "--repetitions", "3", "--periods", "5")])
def test_a_picture_has_the_names_of_the_best(tmp_path: Path, more: tuple[str, ...]):
    file = tmp_path / "t.svg"
    run = held("prisoners-dilemma", *more, "--plot", str(file))
    assert run.exit_code == 0, run.output
    assert "Two tits for tat" in file.read_text(encoding="utf-8")


def test_a_match_is_shown_period_by_period():
    """An echo: each plays what the other played before."""
    asked = ("prisoners-dilemma", "--match", "tit-for-tat,suspicious-tit-for-tat", "--periods", "6")
    lines = [line.split() for line in held(*asked).stdout.splitlines()]
    assert ["row", *"S.S.S."] in lines and ["column", *".S.S.S"] in lines
    told = document(*asked)
    assert told["periods"][:2] == [
        {"state": "always", "actions": ["cooperate", "defect"]},
        {"state": "always", "actions": ["defect", "cooperate"]},
    ]
    assert told["payoffs"] == [2.5, 2.5]


def test_a_match_visits_the_states_by_their_chances():
    """In urgency-lasting nine periods in ten are followed by one of the same urgency."""
    told = document("urgency-lasting", "--match", "always-share,only-in-crisis", "--periods", "5000")
    states = [period["state"] for period in told["periods"]]
    stays = sum(a == b for a, b in pairwise(states)) / (len(states) - 1)
    assert stays == pytest.approx(0.9, abs=0.02)
    assert all((p["actions"][1] == "share") == (p["state"] == "high") for p in told["periods"])
