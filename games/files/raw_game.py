"""A raw game of a file: any number of states and players, payoffs and next states as nested tables.

    kind     = "game"
    players  = ["row", "column"]
    discount = 0.7                                     or one each: { row = 0.7, column = 0.8 }; may be left out
    start    = "calm"                                  default: the first state
    [states.calm]
    actions = { row = ["C", "D"], column = ["C", "D"] }
    payoffs = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]   payoffs[row's action][column's action] = [row, column]
    next    = { calm = "1/3", crisis = "2/3" }         or nested like payoffs; absent: the state stays

Numbers are exact. Everything that is wrong is found in one pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from games.errors import Problem, ScenarioError
from games.files.findings import Path, indexed, problems, suggestion
from games.files.nested import Played, Reading, keys, name_problem, names, nested, number, row, text, vector
from games.files.numbers import described, shortened, shown
from games.normal_form import NormalFormGame, Profile
from games.stochastic import Row, StochasticGame

TEXTS = ("title", "source", "period", "units")
KEYS = ("kind", *TEXTS, "players", "discount", "start", "states", "$schema")
STATE_KEYS = ("actions", "payoffs", "next")
A_STATE = "a state is [states.NAME] with actions and payoffs"
MAX_PROFILES = 250_000
MAX_PLAYERS = 12
State = tuple[NormalFormGame, Mapping[Profile, Row]]


def raw_game(document: Mapping[str, Any], name: str) -> tuple[StochasticGame, int]:
    """Return the game that a document describes, and the index of the state in which it starts.

    Raises
    ------
    ScenarioError : everything that is wrong with the document, in its order.
    """
    reading = Reading()
    keys(reading, (), document, KEYS, "key")
    for key in TEXTS:
        text(reading, (key,), document.get(key, ""))
    players = _players(reading, document)
    tables = _tables(reading, document)
    discount = _discount(reading, document["discount"], players) if "discount" in document else None
    start = _start(reading, document.get("start"), tuple(tables))
    read = [_state(reading, state, tables, players) for state in tables]
    found = [state for state in read if state is not None]
    _few(reading, found)
    wrong = problems(document, name, reading.found, indexed)
    if reading.more:
        wrong.append(Problem(name, f"and {reading.more} more problems", "mend the first ones, and look again"))
    if wrong:
        raise ScenarioError(wrong)
    stages, following = zip(*found, strict=True)
    return StochasticGame(tuple(tables), stages, following, discount), start


def _players(reading: Reading, document: Mapping[str, Any]) -> tuple[str, ...] | None:
    if "players" not in document:
        reading.wrong(("players",), "is missing", 'for example players = ["row", "column"]')
        return None
    players = names(reading, ("players",), document["players"], "player")
    if players is not None and len(players) > MAX_PLAYERS:
        reading.wrong(("players",), f"{len(players)} players are more than {MAX_PLAYERS}", "use fewer players")
        return None
    return players


def _tables(reading: Reading, document: Mapping[str, Any]) -> Mapping[str, Any]:
    tables = document.get("states")
    if isinstance(tables, Mapping) and tables:
        for state in tables:
            problem = name_problem(state)
            if problem:
                reading.wrong(("states", state), *problem)
        return tables
    found = "is missing" if "states" not in document else f"expects a table of states, found {described(tables)}"
    reading.wrong(("states",), "has no state" if tables == {} else found, A_STATE)
    return {}


def _discount(reading: Reading, value: object, players: tuple[str, ...] | None) -> tuple[Fraction, ...]:
    if not isinstance(value, Mapping):
        return (_factor(reading, ("discount",), value),) * len(players or ())
    each = {player: _factor(reading, ("discount", player), delta) for player, delta in value.items()}
    _for_each(reading, ("discount",), value, players, "0.9")
    return tuple(each[player] for player in players or () if player in each)


def _factor(reading: Reading, path: Path, value: object) -> Fraction:
    delta = number(reading, path, value)
    if not 0 <= delta < 1:
        reading.wrong(path, f"{shown(delta)} is not in [0, 1)", "a discount factor is 0 or more and below 1")
    return delta


def _start(reading: Reading, value: object, states: tuple[str, ...]) -> int:
    if value is None or not states:
        return 0
    if not isinstance(value, str):
        reading.wrong(("start",), f"expects the name of a state, found {described(value)}", f'start = "{states[0]}"')
    elif value not in states:
        reading.wrong(("start",), f"unknown state '{shortened(value)}'", suggestion(value, states))
    else:
        return states.index(value)
    return 0


def _state(reading: Reading, state: str, tables: Mapping[str, Any], players: tuple[str, ...] | None) -> State | None:
    """Return the stage game of a state and where each profile leads (None: something is wrong)."""
    table, path, before = tables[state], ("states", state), reading.count
    if not isinstance(table, Mapping):
        reading.wrong(path, f"expects a table, found {described(table)}", A_STATE)
        return None
    keys(reading, path, table, STATE_KEYS, "key")
    for key in STATE_KEYS[:2]:
        if key not in table:
            reading.wrong((*path, key), "is missing", A_STATE)
    actions = _actions(reading, (*path, "actions"), table["actions"], players) if "actions" in table else None
    if actions is None or players is None:
        _row_for_all(reading, (*path, "next"), table.get("next"), tables)
        return None
    played = Played(players, actions)
    payoffs = _payoffs(reading, (*path, "payoffs"), table["payoffs"], played) if "payoffs" in table else {}
    following = _following(reading, (*path, "next"), table.get("next", {state: 1}), played, tables)
    return (NormalFormGame(players, actions, payoffs), following) if reading.count == before else None


def _payoffs(reading: Reading, path: Path, value: object, played: Played) -> Mapping[Profile, tuple[Fraction, ...]]:
    def leaf(at: Path, payoffs: object) -> tuple[Fraction, ...]:
        return vector(reading, at, payoffs, played.players)

    return dict(nested(reading, path, value, played, leaf))


def _following(
    reading: Reading, path: Path, value: object, played: Played, tables: Mapping[str, Any]
) -> Mapping[Profile, Row]:
    """Return where each profile leads, from one table for all of them or one for each."""
    same = _row_for_all(reading, path, value, tables)
    if same is not None:
        return dict.fromkeys(product(*played.actions), same)
    states = {state: t for t, state in enumerate(tables)}
    return dict(nested(reading, path, value, played, lambda at, table: row(reading, at, table, states)))


def _row_for_all(reading: Reading, path: Path, value: object, tables: Mapping[str, Any]) -> Row | None:
    """Return the one table that holds after every profile, if there is one: it can be read without knowing them."""
    if not isinstance(value, Mapping):
        return None
    return row(reading, path, value, {state: t for t, state in enumerate(tables)})


def _actions(
    reading: Reading, path: Path, value: object, players: tuple[str, ...] | None
) -> tuple[tuple[str, ...], ...] | None:
    """Return every player's actions; None where they are not known, or too many to be played out."""
    if not isinstance(value, Mapping):
        hint = f'for example {{ {players[0] if players else "row"} = ["a", "b"], … }}'
        reading.wrong(path, f"expects a list of actions for each player, found {described(value)}", hint)
        return None
    _for_each(reading, path, value, players, '["a", "b"]')
    read = {player: names(reading, (*path, player), actions, "action") for player, actions in value.items()}
    own = tuple(actions for player in players or () if (actions := read.get(player)) is not None)
    if players is None or len(own) < len(players):
        return None
    if prod(map(len, own)) > MAX_PROFILES:
        reading.wrong(path, f"{prod(map(len, own))} profiles are more than {MAX_PROFILES}", "use fewer actions")
        return None
    return own


def _for_each(
    reading: Reading, path: Path, table: Mapping[str, Any], players: tuple[str, ...] | None, example: str
) -> None:
    """Note the players that a table lacks, and the keys that are none; nothing where the players are not known."""
    if players is None:
        return
    keys(reading, path, table, players, "player")
    for player in players:
        if player not in table:
            reading.wrong(path, f"has none for '{shortened(player)}'", f"add {shortened(player)} = {example}")


def _few(reading: Reading, found: list[State]) -> None:
    """Note more profiles than can be worked with in all states together."""
    total = sum(len(stage.payoffs) for stage, _ in found)
    if total > MAX_PROFILES:
        reading.wrong(("states",), f"{total} profiles in all states are more than {MAX_PROFILES}", "use fewer states")
