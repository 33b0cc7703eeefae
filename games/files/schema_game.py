"""The JSON Schema of a raw game. Written out: nested tables of any depth have no models of their own."""

from __future__ import annotations

from typing import Any

from games.files.raw_game import KEYS, MAX_PLAYERS, STATE_KEYS, TEXTS

_NAME = {"type": "string", "minLength": 1}
_NAMES = {"type": "array", "items": _NAME, "minItems": 1, "uniqueItems": True}
_EXACT = {"$ref": "#/$defs/exact"}
_ROW = {"$ref": "#/$defs/row"}
_ABOUT = {
    "title": "what the game is called",
    "source": "where it comes from",
    "period": "what one period is: a month, a year",
    "units": "what payoffs are counted in",
}


def game_schema() -> dict[str, Any]:
    """Return the JSON Schema of a raw game, without its dialect and numbers."""
    properties: dict[str, Any] = {
        "$schema": {"type": "string"},
        "kind": {"const": "game"},
        **{key: {"type": "string", "description": _ABOUT[key]} for key in TEXTS},
        "players": _NAMES | {"maxItems": MAX_PLAYERS, "description": "names, in the order of the payoffs"},
        "discount": {
            "description": "weight of the next period, in [0, 1): one for all, or one for each player",
            "anyOf": [_EXACT, {"type": "object", "additionalProperties": _EXACT}],
        },
        "start": _NAME | {"description": "the first state; the first one in the file if not given"},
        "states": {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/state"}},
    }
    top = {"title": "A raw game", "type": "object", "additionalProperties": False}
    return top | {
        "properties": {key: properties[key] for key in KEYS},
        "required": ["kind", "players", "states"],
        "$defs": {"state": _state(), **_TABLES},
    }


def _state() -> dict[str, Any]:
    about = {
        "actions": {"description": "for each player, what it can do", "type": "object", "additionalProperties": _NAMES},
        "payoffs": {"description": "nested by the players' actions; innermost one payoff each", **_nested("payoffs")},
        "next": {
            "description": "the probability of each next state: one table, or nested like payoffs; absent: it stays",
            "anyOf": [_ROW, _nested("following")],
        },
    }
    return {
        "type": "object",
        "properties": {key: about[key] for key in STATE_KEYS},
        "required": ["actions", "payoffs"],
        "additionalProperties": False,
    }


def _nested(table: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{table}"}


_TABLES: dict[str, Any] = {
    "payoffs": {
        "type": "array",
        "minItems": 1,
        "anyOf": [{"items": {"$ref": "#/$defs/vector"}}, {"items": _nested("payoffs")}],
    },
    "vector": {"type": "array", "items": _EXACT, "minItems": 1},
    "following": {"type": "array", "minItems": 1, "anyOf": [{"items": _ROW}, {"items": _nested("following")}]},
    "row": {"type": "object", "additionalProperties": _EXACT, "minProperties": 1},
}
