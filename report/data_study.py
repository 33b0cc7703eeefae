"""JSON of studies (``interfaces.md``: robust, sweep). The fields are called what the nouns of the results call them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields as parts
from dataclasses import is_dataclass
from fractions import Fraction
from math import isnan
from typing import Any

from report.numbers import number
from solver.results.study import Point, Robustness, Sweep


def plain(value: Any) -> Any:
    """Return a result, or a part of one, as JSON holds it: exact numbers as strings, counts and words as they are."""
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, (Fraction, float)):
        return None if isnan(value) else number(value)
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if is_dataclass(value):
        return {part.name: plain(getattr(value, part.name)) for part in parts(value)}
    return [plain(one) for one in value]


def _robustness(result: Robustness) -> dict[str, Any]:
    return {"proof": result.proof, **plain(result)}


def _head(result: Sweep) -> dict[str, Any]:
    """Return the fields of a grid that are known before its points."""
    known = ("proof", "title", "period", "units", "study", "axes", "notes")
    return {name: plain(getattr(result, name)) for name in known}


def _point(result: Sweep, point: Point) -> dict[str, Any]:
    at = {axis.path: plain(value) for axis, value in zip(result.axes, point.at, strict=True)}
    return {**plain(point), "at": at}


def _sweep(result: Sweep) -> dict[str, Any]:
    return {**_head(result), "points": [_point(result, point) for point in result.points]}


def sweep_lines(header: Mapping[str, Any], result: Sweep, points: Iterable[Point] | None = None) -> Iterator[str]:
    """Yield the lines of a grid's document: one for what all share, one for each point, one that ends it.

    Joined they are one JSON document; every line of a point, its last comma left off, is one too. ``points`` may be
    computed while they are written; without them the result's own are.
    """

    def line(fields: Mapping[str, Any]) -> str:
        return json.dumps(fields, ensure_ascii=False, allow_nan=False)

    yield line({**header, **_head(result)})[:-1] + ', "points": [\n'
    end = ""
    for point in result.points if points is None else points:
        yield end + line(_point(result, point))
        end = ",\n"
    yield "\n]}\n" if end else "]}\n"


FIELDS: Mapping[type, Callable[[Any], dict[str, Any]]] = {Robustness: _robustness, Sweep: _sweep}
