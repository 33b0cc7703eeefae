"""The games of an exercise as files: what is written is the game that is marked, and nothing of the solution."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from classroom import template
from classroom.data_files import games
from classroom.variants import variant
from cli import main
from games.files.game_file import game_of_text


@pytest.mark.parametrize("name", ["penal-code", "pay-by-urgency", "case-mobility-pandemic"])
def test_a_game_that_is_written_reads_back_as_the_one_that_is_asked_about(name: str) -> None:
    one = variant(template.read(name), 1)
    written = dict(games(one))
    asked = {str(part.spec["game"]) for part in one.parts if "game" in part.spec}
    assert written.keys() == {f"{name}-1-{game}.json" for game in asked}
    for game in asked:
        read = game_of_text(written[f"{name}-1-{game}.json"], "written", "json")
        assert (read.game, read.start) == (one.facts.game(game).game, one.facts.game(game).start)


def test_the_games_of_an_exercise_are_written_into_a_folder(tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["teach", "new", "penal-code", "--seed", "1", "--games", str(tmp_path)])
    assert run.exit_code == 0 and [file.name for file in tmp_path.iterdir()] == ["penal-code-1-pool.json"]
    run = CliRunner().invoke(main, ["teach", "new", "penal-code", "--games", str(tmp_path / "none")])
    assert run.exit_code == 2 and "there is no folder" in run.stderr
