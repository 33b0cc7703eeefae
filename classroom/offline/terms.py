"""Conditions and texts of an exercise with the student's own numbers put in; they come as lists, as in

    [">=", ["name", "x"], ["number", "3/7"]]        ["It is ", [["name", "x"], "3"], " a month."]

and nothing is ever run that somebody wrote: a list names one of the operations below, or it is refused.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from classroom.offline.mark import spelled

Tree = Any
Names = Mapping[str, Any]


def _among(item: Any, items: Any) -> bool:
    return item in items


def _inside(table: Any, key: Any) -> Any:
    return table[int(key)] if isinstance(table, list | tuple) else table[key]


def _round(value: Any, digits: Any = 0) -> Fraction:
    return Fraction(round(Fraction(value) * 10 ** int(digits)), 10 ** int(digits))


def _lcd(*values: Any) -> int:
    return math.lcm(*(Fraction(value).denominator for value in values))


def _each(*values: Any) -> list[Any]:
    return list(values)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: Fraction(a) / Fraction(b),
    "//": operator.floordiv,
    "%": operator.mod,
    "**": lambda a, b: Fraction(a) ** int(b),
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": _among,
    "not": operator.not_,
    "get": _inside,
    "each": _each,
    "min": min,
    "max": max,
    "abs": abs,
    "sum": sum,
    "len": len,
    "sorted": sorted,
    "list": list,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": _round,
    "lcd": _lcd,
}


def worked_out(tree: Tree, names: Names) -> Any:
    """Return what an expression comes to."""
    head, *rest = tree
    if head == "number":
        return Fraction(rest[0])
    if head in ("text", "truth"):
        return rest[0]
    if head == "table":
        return {key: worked_out(below, names) for key, below in rest[0].items()}
    if head == "name":
        return names[rest[0]]
    if head == "if":
        return worked_out(rest[1] if worked_out(rest[0], names) else rest[2], names)
    if head in ("and", "or"):
        found = (bool(worked_out(part, names)) for part in rest)
        return all(found) if head == "and" else any(found)
    return OPERATIONS[head](*(worked_out(part, names) for part in rest))


def told(text: list[Any], names: Names) -> str:
    """Return a text with its places filled in."""
    return "".join(
        piece if isinstance(piece, str) else spelled(worked_out(piece[0], names), piece[1]) for piece in text
    )


def missed(conditions: list[Mapping[str, Any]], names: Names) -> tuple[str, str] | None:
    """Return the first condition that is not met: its name and what it says (None: all are met)."""
    for condition in conditions:
        if not worked_out(condition["holds"], names):
            return condition["name"], told(condition["says"], names)
    return None
