"""Arithmetic done by hand on a page: every comparison of numbers in a ```text block, worked out again in fractions.

In a line such as

    column stays, c = 7/3    2/5 * 2 + 3/5 * (2 + 7/3) = 17/5        just enough

the cells (two spaces, a colon or a comma part them) are split at = < > <= >=. Where both sides of such a sign are
numbers, perhaps with words before or after, they are compared. A formula, letters among its numbers, is left alone.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

SIGN = re.compile(r"\s*(<=|>=|=|<|>)\s*")
CELLS = re.compile(r"\s{2,}|:\s|,\s")
NUMBERS = r"([\d.+*/()-][\d .+*/()-]*)"
BEFORE = re.compile(rf"(?:.*[A-Za-z]{{3,}} )?{NUMBERS}")
AFTER = re.compile(rf"{NUMBERS}(?: [A-Za-z]{{2,}}.*)?")
COMPARE: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "=": operator.eq, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip
COMPUTE: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """Two sides that are numbers and the sign between them, the right side's value, and whether it is true."""

    text: str
    value: Fraction
    holds: bool


def comparisons(lines: Iterable[str]) -> Iterator[Comparison]:
    """Yield every comparison of two numbers in these lines, from left to right."""
    for line in lines:
        for cell in CELLS.split(SIGN.sub(r" \1 ", line.strip())):
            sides = SIGN.split(cell.strip())
            for left, sign, right in zip(sides[::2], sides[1::2], sides[2::2], strict=False):
                one, other = BEFORE.fullmatch(left), AFTER.fullmatch(right)
                if one and other:
                    value = computed(other[1])
                    yield Comparison(f"{one[1]} {sign} {other[1]}", value, COMPARE[sign](computed(one[1]), value))


def computed(text: str) -> Fraction:
    """Return what sums, products and quotients of numbers come to, exactly."""
    return _value(ast.parse(text.strip(), mode="eval").body, text)


def _value(node: ast.expr, text: str) -> Fraction:
    if isinstance(node, ast.BinOp) and type(node.op) in COMPUTE:
        return COMPUTE[type(node.op)](_value(node.left, text), _value(node.right, text))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, text)
    if isinstance(node, ast.Constant):
        return Fraction(ast.get_source_segment(text.strip(), node) or "")
    raise ValueError(f"not arithmetic: {text!r}")
