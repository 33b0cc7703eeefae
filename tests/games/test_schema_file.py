"""The JSON Schema that ships beside the scenarios is the one that `accord schema` prints."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from games.files.documents import read_document, shipped
from games.files.schema import json_schema

SHIPPED = Path(__file__).resolve().parents[2] / "games" / "scenarios" / "scenario.schema.json"


def test_the_schema_that_ships_is_up_to_date() -> None:
    """To mend it: accord schema -o games/scenarios/scenario.schema.json"""
    assert json.loads(SHIPPED.read_text(encoding="utf-8")) == json_schema()


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_scenario_satisfies_the_schema(name: str) -> None:
    _, document = read_document(name)
    plain = json.loads(json.dumps(document, default=float))
    jsonschema.Draft202012Validator(json_schema()).validate(plain)
