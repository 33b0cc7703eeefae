"""Texts with places for values: ``{T}``, ``{(1 - d) * T:3}`` to three decimals, ``{share:%}`` in percent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from classroom import expressions

PLACE = re.compile(r"\{([^{}]+?)(?::(\d|%))?\}")
MOST_DECIMALS = 4
LARGEST_DENOMINATOR = 9_999


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


def named(player: str) -> str:
    """Return a player as it stands in a sentence: the bank; but A, and North."""
    return f"the {player}" if player[:1].islower() else player


def spelled(value: Any, form: str = "") -> str:
    """Return a value as a person writes it: 12, 0.6, −3/7; 0.429 (form "3"), 43 % (form "%")."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(spelled(item, form) for item in value) or "none"
    if not isinstance(value, Fraction | int | float):
        return str(value)
    number = Fraction(value)
    if form == "%":
        return f"{_decimals(100 * number, 1)} %"
    if form:
        return _decimals(number, int(form))
    terminates = (number * 10**MOST_DECIMALS).denominator == 1
    if terminates or number.denominator > LARGEST_DENOMINATOR:
        return _decimals(number, MOST_DECIMALS)
    return str(number).replace("-", "−")


def _decimals(number: Fraction, digits: int) -> str:
    text = f"{float(number):.{digits}f}"
    if number and not float(text):
        # What is not nothing is not shown as nothing.
        return f"{float(number):.1g}".replace("-", "−")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text.replace("-", "−")
