"""The JSON Schema of a file, for editors: a partnership's is its models' own, with numbers as a file may write them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

from pydantic.json_schema import GenerateJsonSchema

from games.files.schema_game import game_schema
from games.files.shape import Document

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Schema(GenerateJsonSchema):
    def encode_default(self, dft: Any) -> Any:
        """Return a default as JSON knows it."""
        return int(dft) if isinstance(dft, Fraction) else dft


def json_schema(kind: Literal["partnership", "game"] = "partnership") -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a partnership or a raw game, TOML or JSON alike."""
    if kind == "game":
        schema = game_schema()
        numbers = {"exact": _NUMBERS["exact"]}
    else:
        schema, numbers = _tidied(Document.model_json_schema(schema_generator=_Schema)), _NUMBERS
    schema["$schema"] = DIALECT
    schema.setdefault("$defs", {}).update(numbers)
    return schema


def _tidied(part: Any) -> Any:
    """Return a schema without pydantic's nulls (a field is left out, not null), its numbers as references."""
    if isinstance(part, list):
        return [_tidied(one) for one in part]
    if not isinstance(part, dict):
        return part
    if "x-ref" in part:
        return {"$ref": f"#/$defs/{part['x-ref']}"} | {k: v for k, v in part.items() if k not in ("x-ref", "title")}
    # A range is also a table of numbers, so what pydantic calls oneOf is anyOf here.
    names = {"oneOf": "anyOf"}
    kept = {names.get(k, k): v for k, v in part.items() if k != "discriminator" and (k, v) != ("default", None)}
    tidy = {key: _tidied(value) for key, value in kept.items()}
    choices = [one for one in tidy.get("anyOf", ()) if one != {"type": "null"}]
    if len(choices) == 1:
        del tidy["anyOf"]
        return {**choices[0], **tidy}
    return tidy | ({"anyOf": choices} if choices else {})


def _table(required: tuple[str, ...], **more: Any) -> dict[str, Any]:
    exact = {"$ref": "#/$defs/exact"}
    properties = {name: exact for name in required} | more
    needed = [*required, *(name for name in more if name == "distribution" and "default" not in more[name])]
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


_NUMBERS: dict[str, Any] = {
    "exact": {
        "title": "number",
        "description": 'a number, or a text like "1/3"; read exactly',
        "anyOf": [
            {"type": "number"},
            {"type": "string", "pattern": r"^\s*[+-]?(\d+\s*/\s*\d+|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)\s*$"},
        ],
    },
    "number": {
        "title": "number or range",
        "anyOf": [
            {"$ref": "#/$defs/exact"},
            _table(("low", "likely", "high"), distribution={"enum": ["triangular", "pert"], "default": "triangular"}),
            _table(("low", "high"), distribution={"const": "uniform"}),
            _table(("mean", "sd"), distribution={"const": "normal"}),
            _table(("alpha", "beta"), distribution={"const": "beta"}),
        ],
    },
}
