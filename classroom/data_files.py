"""The games that an exercise asks about, as files that every command of accord reads.

Only those that a part names: others belong to the solution.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from classroom.variants import Variant


def games(variant: Variant) -> Iterator[tuple[str, str]]:
    """Yield the name and the text (JSON) of a file for every game that a part of a variant names."""
    for name in dict.fromkeys(str(part.spec["game"]) for part in variant.parts if "game" in part.spec):
        document = variant.facts.document(name)
        yield (
            f"{variant.name}-{variant.seed}-{name}.json",
            json.dumps(_plain(document), indent=1, ensure_ascii=False) + "\n",
        )


def _plain(value: Any) -> Any:
    """Return a document with exact numbers as texts where JSON has no exact number for them."""
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(below) for below in value]
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else str(value)
    return value
