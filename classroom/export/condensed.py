"""Expressions of a template as lists that ``offline.terms`` works out: all that is known put in as numbers.

"min(gains[who], 2 * c) > 0"   becomes   [">", ["min", ["get", ["name", "gains"], ["text", "bank"]], ["number", "8"]], ["number", "0"]]
"""  # noqa: E501  (one expression, one line)

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from classroom.offline.terms import OPERATIONS
from classroom.part import Part
from classroom.texts import PLACE
from games.errors import refuse

Tree = list[Any]
_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
}


def condensed(expression: str, part: Part, unknown: Iterable[str]) -> Tree:
    """Return an expression of a part as a list, in terms of the ``unknown`` names alone.

    Raises
    ------
    ScenarioError : it does with an unknown what ``offline.terms`` cannot.
    """
    return _node(ast.parse(" ".join(expression.split()), mode="eval").body, part, frozenset(unknown))


def pieces(text: str, part: Part, unknown: Iterable[str]) -> list[Any]:
    """Return a text as its pieces: words, and places as [expression, form]."""
    found: list[Any] = []
    end = 0
    for place in PLACE.finditer(text):
        found += [text[end : place.start()], [condensed(place[1], part, unknown), place[2] or ""]]
        end = place.end()
    return [piece for piece in (*found, text[end:]) if piece]


def conditions(part: Part, default: str, *unknown: str) -> list[dict[str, Any]]:
    """Return the conditions of a part, ``default`` the name of what misses one that has none."""
    return [
        {
            "name": condition.get("name", default),
            "holds": condensed(condition["holds"], part, unknown),
            "says": pieces(condition["says"], part, unknown),
        }
        for condition in part.spec.get("conditions", ())
    ]


def constant(value: Any) -> Tree:
    """Return a value as a list."""
    if isinstance(value, bool):
        return ["truth", value]
    if isinstance(value, Mapping):
        return ["table", {str(key): constant(below) for key, below in value.items()}]
    if isinstance(value, list | tuple):
        return ["each", *map(constant, value)]
    return ["text", value] if isinstance(value, str) else ["number", str(Fraction(value))]


def _node(node: ast.AST, part: Part, unknown: frozenset[str]) -> Tree:
    if not any(isinstance(inner, ast.Name) and inner.id in unknown for inner in ast.walk(node)):
        return constant(part.value(ast.unparse(node)))
    if isinstance(node, ast.Name):
        return ["name", node.id]
    if isinstance(node, ast.Attribute):
        return ["get", _node(node.value, part, unknown), ["text", node.attr]]
    head, inside = _headed(node, part)
    return [head, *(_node(inner, part, unknown) for inner in inside)]


def _headed(node: Any, part: Part) -> tuple[str, list[ast.AST]]:
    """Return the operation of a node, and what it is done to."""
    for kind, headed in _HEADED.items():
        if isinstance(node, kind):
            head, inside = headed(node)
            if head in OPERATIONS or head in ("and", "or", "if"):
                return head, inside
    raise refuse(part.where, f"'{ast.unparse(node)[:60]}' cannot be checked in a notebook", "use sums and comparisons")


def _compared(node: ast.Compare) -> tuple[str, list[ast.AST]]:
    if len(node.ops) > 1 or isinstance(node.ops[0], ast.NotIn):
        return "and", _pairs(node)
    return _SIGNS.get(type(node.ops[0]), ""), [node.left, node.comparators[0]]


def _pairs(node: ast.Compare) -> list[ast.AST]:
    """Return a chain a < b < c as a < b, b < c; "not in" as the opposite of "in"."""
    terms, out = [node.left, *node.comparators], list[ast.AST]()
    for left, op, right in zip(terms, node.ops, terms[1:], strict=False):
        if isinstance(op, ast.NotIn):
            out.append(ast.UnaryOp(ast.Not(), ast.Compare(left, [ast.In()], [right])))
        else:
            out.append(ast.Compare(left, [op], [right]))
    return out


_HEADED: dict[type[ast.AST], Callable[[Any], tuple[str, list[ast.AST]]]] = {
    ast.BinOp: lambda node: (_SIGNS.get(type(node.op), ""), [node.left, node.right]),
    ast.BoolOp: lambda node: ("and" if isinstance(node.op, ast.And) else "or", list(node.values)),
    ast.UnaryOp: lambda node: (
        ("not", [node.operand]) if isinstance(node.op, ast.Not) else ("-", [ast.Constant(0), node.operand])
    ),
    ast.Compare: _compared,
    ast.Call: lambda node: (getattr(node.func, "id", ""), list(node.args)),
    ast.Subscript: lambda node: ("get", [node.value, node.slice]),
    ast.List: lambda node: ("each", list(node.elts)),
    ast.Tuple: lambda node: ("each", list(node.elts)),
    ast.IfExp: lambda node: ("if", [node.test, node.body, node.orelse]),
}
