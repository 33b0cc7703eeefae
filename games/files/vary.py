"""--vary PATH=VALUES: one side of a grid, as numbers evenly spaced or as a list of values."""

from __future__ import annotations

import csv
from fractions import Fraction

from games.errors import ScenarioError, refuse
from games.files.numbers import Refusal, exact, shortened, shown

Value = Fraction | str | bool
USUAL = 11
MOST = 1_000_000
EXAMPLE = "for example: --vary actors.operator.discount=0.5:0.99:50, or --vary urgency.start=calm,crisis"
_FLAGS = {"true": True, "false": False}


def axis(text: str) -> tuple[str, tuple[Value, ...]]:
    """Return the path and the values of an axis.

    ``low:high:count`` are ``count`` numbers evenly spaced from low to high, both included (``low:high``: 11 of them);
    anything else is a list with commas, whose items are numbers where they read as numbers, else words. A word that
    holds a comma stands in double quotes.

    Raises
    ------
    ScenarioError : no path, no value, a value given twice, or numbers that are no grid.
    """
    path, equals, values = text.rpartition("=")
    path = path.strip()
    if not equals or not path:
        raise refuse("--vary", f"'{shortened(text)}' is not PATH=VALUES", EXAMPLE)
    parts = [part.strip() for part in values.split(":")]
    found = _spaced(path, parts) if len(parts) > 1 and _number(parts[0]) is not None else _listed(path, values)
    return path, found


def _spaced(path: str, parts: list[str]) -> tuple[Value, ...]:
    """Return numbers evenly spaced from the first to the last, exactly."""
    if len(parts) > 3:
        raise _wrong(path, f"'{shortened(':'.join(parts))}' has {len(parts)} parts", "write low:high or low:high:count")
    low, high, count = (_read(path, part) for part in (*parts, str(USUAL))[:3])
    if low >= high:
        raise _wrong(path, f"{shown(low)} is not below {shown(high)}", "write low:high:count")
    if count.denominator != 1 or not 2 <= count <= MOST:
        raise _wrong(path, f"{shown(count)} is no number of values", f"write low:high:count, with 2 to {MOST} values")
    step = (high - low) / (count - 1)
    return tuple(low + step * k for k in range(int(count)))


def _listed(path: str, text: str) -> tuple[Value, ...]:
    """Return the items of a list with commas."""
    items = [item.strip() for item in next(csv.reader([text], skipinitialspace=True), [])]
    values = tuple(_value(item) for item in items)
    if not all(items) or not values:
        raise _wrong(path, "has no value" if not values else "has an empty value", EXAMPLE)
    for k, value in enumerate(values):
        if value in values[:k]:
            raise _wrong(path, f"the value {items[k]} is given twice", "name each value once")
    return values


def _value(item: str) -> Value:
    number = _number(item)
    return _FLAGS.get(item, item) if number is None else number


def _number(item: str) -> Fraction | None:
    """Return what reads as a number, None for a word."""
    try:
        return exact(item)
    except Refusal:
        return None


def _read(path: str, item: str) -> Fraction:
    try:
        return exact(item)
    except Refusal as refusal:
        raise _wrong(path, refusal.what, refusal.hint or "write low:high:count") from None


def _wrong(path: str, what: str, hint: str) -> ScenarioError:
    return refuse(f"--vary {path}", what, hint)
