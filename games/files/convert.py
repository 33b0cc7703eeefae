"""A game written in another format: accord's own (TOML) or Gambit's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from games.errors import refuse
from games.files.gambit import write_nfg
from games.files.game_file import GameFile
from games.files.numbers import shown
from games.normal_form import Profile
from games.stochastic import Row


def converted(file: GameFile, form: str) -> str:
    """Return a game as ``toml``, ``nfg`` or ``nfg-outcomes``; each reads back as the same game.

    Raises
    ------
    ScenarioError : Gambit's format has one state, and the game has several.
    """
    if form == "toml":
        return _toml(file)
    if len(file.game.states) > 1:
        raise refuse("--to", f"Gambit's format has one state, and this game has {len(file.game.states)}", "--to toml")
    return write_nfg(file.game.stages[0], file.title, "outcomes" if form == "nfg-outcomes" else "payoffs")


def _toml(file: GameFile) -> str:
    game = file.game
    lines = ['kind    = "game"', f"title   = {_text(file.title)}"]
    if file.source:
        lines.append(f"source  = {_text(file.source)}")
    lines.append(f"players = {_list(map(_text, game.players))}")
    if game.discount is not None:
        each = [f"{_text(p)} = {_number(d)}" for p, d in zip(game.players, game.discount, strict=True)]
        same = len(set(game.discount)) == 1
        lines.append(f"discount = {_number(game.discount[0]) if same else '{ ' + ', '.join(each) + ' }'}")
    if file.start:
        lines.append(f"start   = {_text(game.states[file.start])}")
    for s, (state, stage, leads) in enumerate(zip(game.states, game.stages, game.next, strict=True)):
        chosen = [f"{_text(p)} = {_list(map(_text, own))}" for p, own in zip(stage.players, stage.actions, strict=True)]
        lines += ["", f"[states.{_text(state)}]", f"actions = {{ {', '.join(chosen)} }}"]
        lines.append(f"payoffs = {_nested(stage.actions, lambda p, of=stage.payoffs: _list(map(_number, of[p])))}")
        rows = list(leads.values())
        if all(row == rows[0] for row in rows):
            if dict(rows[0]) != {s: 1}:
                lines.append(f"next    = {_row(rows[0], game.states)}")
        else:
            lines.append(f"next    = {_nested(stage.actions, lambda p, of=leads: _row(of[p], game.states))}")
    return "\n".join(lines) + "\n"


def _nested(actions: Sequence[Sequence[str]], leaf: Any, done: Profile = ()) -> str:
    if not actions:
        return str(leaf(done))
    return _list(_nested(actions[1:], leaf, (*done, action)) for action in actions[0])


def _row(row: Row, states: Sequence[str]) -> str:
    entries: Mapping[str, Fraction] = {states[t]: p for t, p in row.items()}
    return "{ " + ", ".join(f"{_text(state)} = {_number(p)}" for state, p in entries.items()) + " }"


def _list(parts: Any) -> str:
    return f"[{', '.join(parts)}]"


def _number(value: Fraction) -> str:
    text = shown(value)
    return _text(text) if "/" in text or "about" in text else text


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
