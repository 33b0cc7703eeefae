"""The arithmetic of exercise templates: exact, and nothing but arithmetic.

    (T - R) / (T - P)        nash.equilibria[0].payoffs.row        "hold" if slack >= 0 else "fail"

A text is parsed by Python's own parser and walked node by node; what is not named below is refused, so a template
computes and cannot do. Numbers are Fractions (0.9 is 9/10); a name leads into a table by a dot or by brackets.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from games.errors import refuse

LONGEST = 600
MOST_POWER = 64
MOST_DIGITS = 12
ROOT_SCALE = 10**12
"""A root is cut off after twelve decimals."""


def _power(base: Any, power: Any) -> Any:
    if abs(power) > MOST_POWER or Fraction(power).denominator != 1:
        raise ValueError(f"powers are whole numbers up to {MOST_POWER}")
    return Fraction(base) ** int(power)


def _rounded(value: Fraction, digits: int) -> Fraction:
    if not 0 <= digits <= MOST_DIGITS:
        raise ValueError(f"numbers are rounded to at most {MOST_DIGITS} decimals")
    return Fraction(round(value * 10**digits), 10**digits)


def _inside_polygon(x: Any, y: Any, vertices: Any) -> bool:
    """Return whether a point lies in a convex polygon or on its edge; its vertices are given counter-clockwise."""
    edges = zip(vertices, [*vertices[1:], vertices[0]], strict=True)
    return all((c - a) * (y - b) >= (d - b) * (x - a) for (a, b), (c, d) in edges)


_BINARY: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("−", operator.sub),
    ast.Mult: ("×", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("mod", operator.mod),
    ast.Pow: ("^", _power),
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, items: item in items,
    ast.NotIn: lambda item, items: item not in items,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "sum": sum,
    "len": len,
    "sorted": sorted,
    "list": list,
    "floor": math.floor,
    "ceil": math.ceil,
    "round": lambda value, digits=0: _rounded(Fraction(value), int(digits)),
    "sqrt": lambda value: Fraction(math.isqrt(int(Fraction(value) * ROOT_SCALE**2)), ROOT_SCALE),
    "lcd": lambda *values: math.lcm(*(Fraction(v).denominator for v in values)),
    "inside": _inside_polygon,
}


def value(text: str, names: Mapping[str, Any], where: str) -> Any:
    """Return what an expression comes to.

    Raises
    ------
    ScenarioError : it is no expression, or names what is not there; ``where`` says in which place of which template.
    ZeroDivisionError : it divides by zero at these numbers (a draw to be refused).
    """
    try:
        return _walk(_parsed(text), names)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        raise refuse(where, f"'{text[:80]}' is no expression: {fault}", "for example (T - R) / (T - P)") from None
    except KeyError as missing:
        raise refuse(where, f"'{text[:80]}' asks for {missing}, which is not there", "see the names above it") from None
    except (TypeError, IndexError, AttributeError, OverflowError) as fault:
        raise refuse(where, f"'{text[:80]}' cannot be computed: {fault}") from None


def formula(text: str, names: Mapping[str, Any] | None = None, spell: Callable[[Any], str] = str) -> str:
    """Return an expression as it is written on paper, with the values of its names put in where they are given."""
    return _written(_parsed(text), names, spell)[0]


@lru_cache(maxsize=4096)
def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    return ast.parse(" ".join(text.split()), mode="eval").body


def _walk(node: ast.expr, names: Mapping[str, Any]) -> Any:
    walker = _WALKERS.get(type(node))
    if walker is None:
        raise ValueError(f"'{ast.unparse(node)[:40]}' is not arithmetic")
    return walker(node, names)


def _constant(node: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(node.value, bool | str):
        return node.value
    if isinstance(node.value, int | float):
        return Fraction(str(node.value))
    raise ValueError(f"'{node.value}' is neither a number nor a text")


def _unary(node: Any, names: Mapping[str, Any]) -> Any:
    inner = _walk(node.operand, names)
    return not inner if isinstance(node.op, ast.Not) else -inner


def _both(node: Any, names: Mapping[str, Any]) -> Any:
    left, right = _walk(node.left, names), _walk(node.right, names)
    if isinstance(node.op, ast.Div):
        return Fraction(left) / Fraction(right)
    return _BINARY[type(node.op)][1](left, right)


def _logic(node: Any, names: Mapping[str, Any]) -> bool:
    parts = (bool(_walk(part, names)) for part in node.values)
    return all(parts) if isinstance(node.op, ast.And) else any(parts)


def _compare(node: Any, names: Mapping[str, Any]) -> bool:
    left = _walk(node.left, names)
    for sign, part in zip(node.ops, node.comparators, strict=True):
        right = _walk(part, names)
        if not _COMPARE[type(sign)](left, right):
            return False
        left = right
    return True


def _call(node: Any, names: Mapping[str, Any]) -> Any:
    name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
    if name not in FUNCTIONS or node.keywords:
        raise ValueError(f"there is no function '{name}' here; there are {', '.join(FUNCTIONS)}")
    return FUNCTIONS[name](*(_walk(part, names) for part in node.args))


def _inside(table: Any, key: Any) -> Any:
    if isinstance(table, list | tuple):
        return table[int(key)]
    return table[key]


_WALKERS: dict[type[ast.expr], Callable[[Any, Mapping[str, Any]], Any]] = {
    ast.Constant: _constant,
    ast.Name: lambda node, names: names[node.id],
    ast.UnaryOp: _unary,
    ast.BinOp: _both,
    ast.BoolOp: _logic,
    ast.Compare: _compare,
    ast.Call: _call,
    ast.IfExp: lambda node, names: _walk(node.body if _walk(node.test, names) else node.orelse, names),
    ast.Attribute: lambda node, names: _inside(_walk(node.value, names), node.attr),
    ast.Subscript: lambda node, names: _inside(_walk(node.value, names), _walk(node.slice, names)),
    ast.List: lambda node, names: [_walk(part, names) for part in node.elts],
    ast.Tuple: lambda node, names: [_walk(part, names) for part in node.elts],
}

_ATOM, _SUM, _PRODUCT, _POWER = 9, 1, 2, 3
_BINDS = {ast.Add: _SUM, ast.Sub: _SUM, ast.Mult: _PRODUCT, ast.Div: _PRODUCT, ast.Pow: _POWER}


def _written(node: ast.expr, names: Mapping[str, Any] | None, spell: Callable[[Any], str]) -> tuple[str, int]:
    """Return a node on paper, and how tightly it binds."""
    if isinstance(node, ast.BinOp) and type(node.op) in _BINDS:
        binds = _BINDS[type(node.op)]
        left = _bracketed(_written(node.left, names, spell), binds)
        right = _bracketed(_written(node.right, names, spell), binds + (not isinstance(node.op, ast.Add | ast.Mult)))
        sign = _BINARY[type(node.op)][0]
        return (f"{left}^{right}" if sign == "^" else f"{left} {sign} {right}"), binds
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return "−" + _bracketed(_written(node.operand, names, spell), _PRODUCT), _SUM
    if isinstance(node, ast.Call):
        return f"{ast.unparse(node.func)}({', '.join(_written(a, names, spell)[0] for a in node.args)})", _ATOM
    if isinstance(node, ast.Constant):
        return str(node.value), _ATOM
    if names is None:
        return ast.unparse(node), _ATOM
    found = spell(_walk(node, names))
    return found, _PRODUCT if "/" in found else _SUM if found.startswith("−") else _ATOM


def _bracketed(written: tuple[str, int], least: int) -> str:
    text, binds = written
    return text if binds >= least else f"({text})"
