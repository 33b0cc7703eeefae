"""Games as tables of exact numbers, written as strings: what a certificate carries, readable by any JSON library.

    {"kind": "game", "players": [name, …], "discount": [number for each player] or null,
     "states": [{"name": …, "actions": [[name, …] for each player],
                 "payoffs": [[number for each player] for each profile],
                 "next": [[[state index, probability], …] for each profile]}, …]}

A number is a string, an integer or a ratio in lowest terms ("-7/2"). Profiles are in the order of the actions, the last
player's changing fastest.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from games.errors import refuse
from games.normal_form import NormalFormGame
from games.stochastic import StochasticGame

# Exact solutions of large systems have thousands of digits, and Python by itself refuses to write more than 4,300.
sys.set_int_max_str_digits(0)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(/[1-9][0-9]*)?")
LONGEST_NUMBER = 200_000
"""In characters: reading a number takes time that grows with the square of its length."""


def number(value: Fraction) -> str:
    """Return a number as it is written."""
    return str(value)


def read_number(text: Any) -> Fraction:
    """Return a number that was written, or raise ScenarioError: nothing but a string in lowest terms is one."""
    if isinstance(text, str) and len(text) <= LONGEST_NUMBER and _NUMBER.fullmatch(text):
        value = Fraction(text)
        if str(value) == text:
            return value
    raise refuse("number", f"{text!r:.60} is not an exact number", 'write "3", "-7/2": a ratio in lowest terms')


def game_table(game: StochasticGame) -> dict[str, Any]:
    """Return a stochastic game as a table."""
    index = range(len(game.states))
    return {
        "kind": "game",
        "players": list(game.players),
        "discount": None if game.discount is None else [number(delta) for delta in game.discount],
        "states": [
            {
                "name": game.states[s],
                "actions": [list(names) for names in game.stages[s].actions],
                "payoffs": [[number(x) for x in game.stages[s].payoffs[a]] for a in game.stages[s].profiles()],
                "next": [
                    [[t, number(p)] for t, p in sorted(game.next[s][a].items()) if p] for a in game.stages[s].profiles()
                ],
            }
            for s in index
        ],
    }


def read_game_table(table: Mapping[str, Any]) -> StochasticGame:
    """Return the game of a table.

    Raises
    ------
    ScenarioError : a number that is not exact, or a table that is no game.
    """
    if table["kind"] != "game":
        raise refuse("kind", f"{table['kind']!r} is not a game")
    names, stages, rows = [], [], []
    players = tuple(map(str, table["players"]))
    for state in table["states"]:
        names.append(str(state["name"]))
        actions = tuple(tuple(map(str, own)) for own in state["actions"])
        if len(state["payoffs"]) != prod(map(len, actions)) or not state["payoffs"]:
            raise refuse(f"states.{state['name']}.payoffs", "are not those of all profiles")
        profiles = list(product(*actions))
        payoffs = [tuple(map(read_number, row)) for row in state["payoffs"]]
        stages.append(NormalFormGame(players, actions, dict(zip(profiles, payoffs, strict=True))))
        after = [{t: read_number(p) for t, p in row} for row in state["next"]]
        if any(type(t) is not int or not 0 <= t < len(table["states"]) for row in after for t in row):
            raise refuse(f"states.{state['name']}.next", "leads to a state that is not there")
        rows.append(dict(zip(profiles, after, strict=True)))
    discount = table["discount"]
    return StochasticGame(
        tuple(names), tuple(stages), tuple(rows), None if discount is None else tuple(map(read_number, discount))
    )
