"""Texts with places for values: ``{T}``, ``{(1 - d) * T:3}`` to three decimals, ``{share:%}`` in percent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from classroom import expressions
from classroom.offline.mark import spelled

PLACE = re.compile(r"\{([^{}]+?)(?::(\d|%))?\}")


def filled(text: str, names: Mapping[str, Any], where: str) -> str:
    """Return a text with its places filled in. A doubled brace would be one brace; no text has needed it.

    Raises
    ------
    ScenarioError : a place names what is not there.
    """
    return PLACE.sub(lambda place: spelled(expressions.value(place[1], names, where), place[2] or ""), text)


def plugged(document: Any, names: Mapping[str, Any], where: str) -> Any:
    """Return a document with the places in its texts filled in; a text that is one place becomes its value."""
    if isinstance(document, Mapping):
        return {filled(key, names, where): plugged(below, names, where) for key, below in document.items()}
    if isinstance(document, list):
        return [plugged(below, names, where) for below in document]
    if not isinstance(document, str):
        return document
    whole = PLACE.fullmatch(document)
    return expressions.value(whole[1], names, where) if whole else filled(document, names, where)
