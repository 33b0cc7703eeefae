"""The game of a file: a raw game, a Gambit strategic-form file, or the game that a partnership plays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from games import translate
from games.errors import refuse
from games.files.documents import STDIN, read_source
from games.files.gambit import read_nfg
from games.files.raw_game import raw_game
from games.files.scenario import build
from games.files.syntax import parse
from games.normal_form import NormalFormGame
from games.stochastic import StochasticGame

INSTRUMENTS = "the partnership's instruments are left out: this is the game without them"
ONE_STATE = "always"
_GAMBIT = re.compile(r"\s*[NE]FG\s+\d+\s")


@dataclass(frozen=True)
class GameFile:
    """A game with what its file says of it; ``start`` is the index of its first state, ``notes`` are for the user."""

    name: str
    title: str
    source: str
    game: StochasticGame
    start: int = 0
    notes: tuple[str, ...] = ()


def read_game(file: str, active: Sequence[str] | None = None) -> GameFile:
    """Return the game of a file: a path, "-" for standard input, or the name of a game or scenario that ships.

    Parameters
    ----------
    active : names of a partnership's mechanisms that are on; None: those that the file names in ``with``.

    Raises
    ------
    ScenarioError : everything that is wrong with the file.
    """
    name, text, suffix = read_source(file)
    return game_of_text(text, name, suffix, active)


def game_of_text(text: str, name: str, suffix: str, active: Sequence[str] | None = None) -> GameFile:
    """Return the game of a text in the format of a file's suffix.

    Raises
    ------
    ScenarioError : everything that is wrong with it.
    """
    if suffix == "nfg" or _GAMBIT.match(text):
        title, stage = read_nfg(text, name)
        _no_mechanisms(active)
        return GameFile(name, title.strip() or name, "", repeated(stage))
    return from_document(parse(text, name, suffix), name, active)


def from_document(document: Mapping[str, Any], name: str, active: Sequence[str] | None = None) -> GameFile:
    """Return the game of a document that was read.

    Raises
    ------
    ScenarioError : everything that is wrong with the document.
    """
    kind = document.get("kind")
    if kind == "coalition":
        hint = "a game has players, and states with actions and payoffs"
        raise refuse(f"{name}: kind", "these are coalition values, and this command reads games", hint)
    if kind is None and "players" in document and "states" in document:
        raise refuse(f"{name}: kind", "is missing", 'a file with players and states begins with kind = "game"')
    if kind == "game":
        game, start = raw_game(document, name)
        _no_mechanisms(active)
        return GameFile(name, document.get("title", "") or name, document.get("source", ""), game, start)
    return _partnership(document, name, active)


def _partnership(document: Mapping[str, Any], name: str, active: Sequence[str] | None) -> GameFile:
    scenario = build(document, name, active)
    partnership = scenario.partnership
    notes = (*scenario.notes, *((INSTRUMENTS,) if partnership.instruments else ()))
    title = partnership.title or (name if name != STDIN else "")
    game = translate.stochastic_game(partnership)
    return GameFile(name, title, "; ".join(scenario.sources), game, translate.start(partnership), notes)


def _no_mechanisms(active: Sequence[str] | None) -> None:
    if active:
        raise refuse("--with", f"unknown mechanism '{active[0]}'", "a game has no mechanisms")


def repeated(stage: NormalFormGame) -> StochasticGame:
    """Return a stage game as a stochastic game of one state, no discount factor named."""
    return StochasticGame((ONE_STATE,), (stage,), ({profile: {0: Fraction(1)} for profile in stage.profiles()},))
