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
from games.files.nested import Played, Reading, keys, names, nested, number, row, text, vector
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
        return tables
    found = "is missing" if "states" not in document else f"expects a table of states, found {described(tables)}"
    reading.wrong(("states",), "has no state" if tables == {} else found, A_STATE)
    return {}


def _discount(reading: Reading, value: object, players: tuple[str, ...] | None) -> tuple[Fraction, ...] | None:
    if not isinstance(value, Mapping):
        return (_factor(reading, ("discount",), value),) * len(players or ())
    if players is None:
        return None
    keys(reading, ("discount",), value, players, "player")
    for player in players:
        if player not in value:
            reading.wrong(("discount",), f"has none for '{player}'", f"add {player} = 0.9")
    return tuple(_factor(reading, ("discount", player), value[player]) for player in players if player in value)


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
    states = {state: t for t, state in enumerate(tables)}
    if isinstance(value, Mapping):
        return dict.fromkeys(product(*played.actions), row(reading, path, value, states))
    return dict(nested(reading, path, value, played, lambda at, table: row(reading, at, table, states)))


def _actions(
    reading: Reading, path: Path, value: object, players: tuple[str, ...] | None
) -> tuple[tuple[str, ...], ...] | None:
    """Return every player's actions; None where they are not known, or too many to be played out."""
    if not isinstance(value, Mapping):
        who = players[0] if players else "row"
        hint = f'for example {{ {who} = ["a", "b"], … }}'
        reading.wrong(path, f"expects a list of actions for each player, found {described(value)}", hint)
        return None
    if players is None:
        return None
    keys(reading, path, value, players, "player")
    for player in players:
        if player not in value:
            reading.wrong(path, f"has none for '{player}'", f'add {player} = ["a", "b"]')
    read = [names(reading, (*path, player), value[player], "action") for player in players if player in value]
    own = tuple(one for one in read if one is not None)
    if len(own) < len(players):
        return None
    if prod(map(len, own)) > MAX_PROFILES:
        reading.wrong(path, f"{prod(map(len, own))} profiles are more than {MAX_PROFILES}", "use fewer actions")
        return None
    return own


def _few(reading: Reading, found: list[State]) -> None:
    """Note more profiles than can be worked with in all states together."""
    total = sum(len(stage.payoffs) for stage, _ in found)
    if total > MAX_PROFILES:
        reading.wrong(("states",), f"{total} profiles in all states are more than {MAX_PROFILES}", "use fewer states")
