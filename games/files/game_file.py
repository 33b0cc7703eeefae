"""From a file to the game that is played: a raw game, a Gambit file, or a partnership without its instruments."""

from __future__ import annotations

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

    Raises
    ------
    ScenarioError : everything that is wrong with the file.
    """
    name, text, suffix = read_source(file)
    if suffix == "nfg" or (not suffix and text.lstrip().startswith("NFG ")):
        title, stage = read_nfg(text, name)
        return GameFile(name, title or name, "", repeated(stage))
    return from_document(parse(text, name, suffix), name, active)


def from_document(document: Mapping[str, Any], name: str, active: Sequence[str] | None = None) -> GameFile:
    """Return the game of a document that was read.

    Raises
    ------
    ScenarioError : everything that is wrong with the document.
    """
    kind = document.get("kind")
    if kind == "coalition":
        raise refuse(f"{name}: kind", "this is a coalition game, and this command reads games", 'kind = "game"')
    if kind == "game":
        game, start = raw_game(document, name)
        return GameFile(name, str(document.get("title", name)), str(document.get("source", "")), game, start)
    scenario = build(document, name, active)
    partnership = scenario.partnership
    notes = (*scenario.notes, *((INSTRUMENTS,) if partnership.instruments else ()))
    title = partnership.title or (name if name != STDIN else "")
    game = translate.stochastic_game(partnership)
    return GameFile(name, title, "; ".join(scenario.sources), game, translate.start(partnership), notes)


def repeated(stage: NormalFormGame) -> StochasticGame:
    """Return a stage game as a stochastic game of one state, no discount factor named."""
    return StochasticGame((ONE_STATE,), (stage,), ({profile: {0: Fraction(1)} for profile in stage.profiles()},))
