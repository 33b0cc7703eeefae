"""A game written in another format: accord's own (TOML) or Gambit's. What is written reads back as the same game."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

from games.errors import refuse
from games.files.gambit import write_nfg
from games.files.game_file import GameFile
from games.files.numbers import Refusal, written
from games.normal_form import NormalFormGame, Profile
from games.stochastic import Row, StochasticGame


def converted(file: GameFile, form: str) -> str:
    """Return a game as ``toml``, ``nfg`` or ``nfg-outcomes``.

    Raises
    ------
    ScenarioError : Gambit's format has one state, and the game has several; or a number that could not be read back.
    """
    if form == "toml":
        return write_toml(file)
    if len(file.game.states) > 1:
        raise refuse("--to", f"Gambit's format has one state, and this game has {len(file.game.states)}", "--to toml")
    return write_nfg(file.game.stages[0], file.title, "outcomes" if form == "nfg-outcomes" else "payoffs")


def write_toml(file: GameFile) -> str:
    """Return a game as a raw game in TOML.

    Raises
    ------
    ScenarioError : a number that could not be read back.
    """
    game = file.game
    lines = ['kind    = "game"', f"title   = {_text(file.title)}"]
    if file.source:
        lines.append(f"source  = {_text(file.source)}")
    lines.append(f"players = {_list(map(_text, game.players))}")
    if game.discount is not None:
        lines.append(f"discount = {_discount(game.players, game.discount)}")
    if file.start:
        lines.append(f"start   = {_text(game.states[file.start])}")
    for s in range(len(game.states)):
        lines += ["", *_state(game, s)]
    return "\n".join(lines) + "\n"


def _discount(players: tuple[str, ...], discount: tuple[Fraction, ...]) -> str:
    if len(set(discount)) == 1:
        return _number(discount[0], "discount")
    each = zip(players, discount, strict=True)
    return _table((player, _number(delta, f"discount.{player}")) for player, delta in each)


def _state(game: StochasticGame, s: int) -> Iterator[str]:
    """Yield the lines of a state."""
    stage, following, where = game.stages[s], game.next[s], f"states.{game.states[s]}"
    yield f"[states.{_key(game.states[s])}]"
    own = zip(stage.players, stage.actions, strict=True)
    yield f"actions = {_table((player, _list(map(_text, actions))) for player, actions in own)}"
    yield f"payoffs = {_nested(stage, lambda p: _list(_number(x, where) for x in stage.payoffs[p]))}"
    rows = [_positive(following[profile]) for profile in stage.profiles()]
    if any(row != rows[0] for row in rows):
        yield f"next    = {_nested(stage, lambda p: _row(game, following[p], where))}"
    elif rows[0] != {s: 1}:
        yield f"next    = {_row(game, rows[0], where)}"


def _nested(stage: NormalFormGame, leaf: Callable[[Profile], str], done: Profile = ()) -> str:
    """Return a table with an entry for every profile; the second to last player's rows stand on lines of their own."""
    depth = len(done)
    if depth == len(stage.players):
        return leaf(done)
    below = [_nested(stage, leaf, (*done, action)) for action in stage.actions[depth]]
    return _list(below) if depth else "[\n  " + ",\n  ".join(below) + ",\n]"


def _positive(row: Row) -> Mapping[int, Fraction]:
    return {t: chance for t, chance in row.items() if chance}


def _row(game: StochasticGame, row: Row, where: str) -> str:
    return _table((game.states[t], _number(chance, f"{where}.next")) for t, chance in _positive(row).items())


def _table(pairs: Iterable[tuple[str, str]]) -> str:
    return "{ " + ", ".join(f"{_key(key)} = {value}" for key, value in pairs) + " }"


def _list(parts: Iterable[str]) -> str:
    return f"[{', '.join(parts)}]"


def _number(value: Fraction, where: str) -> str:
    try:
        text = written(value)
    except Refusal as problem:
        raise refuse(where, problem.what, problem.hint) from None
    return _text(text) if "/" in text else text


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(text: str) -> str:
    """Return a text in quotes, as JSON and TOML share them: TOML also asks to escape the delete character."""
    return json.dumps(text.encode(errors="replace").decode(), ensure_ascii=False).replace("\x7f", "\\u007f")
