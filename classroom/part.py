"""One part of a variant, and what is common to reading the answers to it."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from classroom import expressions
from classroom.facts import Facts
from classroom.texts import filled, plugged
from games.errors import refuse
from games.files.numbers import Refusal, described, exact

LONGEST_ANSWER = 20_000
_LOCAL_DECIMAL = re.compile(r"([+-]?\d+),(\d+)")
Table = Mapping[str, Any]
Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Part:
    """One part of a variant: its letter, its kind of answer, what the template says of it, and the variant's facts.

    ``others`` is what the template says of the other parts, by letter; ``seed`` is the variant's; ``given`` is what the
    student answered to all parts, by letter.
    """

    label: str
    kind: str
    spec: Table
    facts: Facts
    others: Mapping[str, Table] = field(default_factory=dict)
    seed: int = 0
    given: Table = field(default_factory=dict)

    @property
    def where(self) -> str:
        """Return the place of the part, for messages."""
        return f"{self.facts.name}: parts.{self.label}"

    @property
    def points(self) -> int:
        """Return what a right answer is worth."""
        return int(self.spec.get("points", 1))

    def value(self, expression: object, **more: Any) -> Any:
        """Return what an expression comes to in this variant, ``more`` names known."""
        return expressions.value(str(expression), self._names(more), self.where)

    def amount(self, expression: object) -> Fraction:
        """Return the number that an expression comes to in this variant.

        Raises
        ------
        ScenarioError : it comes to something else.
        """
        found = self.value(expression)
        if isinstance(found, bool) or not isinstance(found, int | float | Fraction):
            raise refuse(self.where, f"'{expression}' comes to {described(found)}", "a number is needed here")
        return Fraction(found)

    def listed(self, expression: object) -> list[Any]:
        """Return the list that an expression comes to in this variant.

        Raises
        ------
        ScenarioError : it comes to something else.
        """
        found = self.value(expression)
        if not isinstance(found, list | tuple):
            raise refuse(self.where, f"'{expression}' comes to {described(found)}", "a list is needed: [ … ]")
        return list(found)

    def text(self, text: object, **more: Any) -> str:
        """Return a text with its places filled in, ``more`` names known."""
        return filled(str(text), self._names(more), self.where)

    def told(self, name: str) -> str:
        """Return a text of the template with its places filled in; empty where it says nothing."""
        return self.text(self.spec.get(name, ""))

    def table(self, name: str) -> Any:
        """Return a table of the template with the places in its texts filled in."""
        return self.plugged(self.spec[name])

    def plugged(self, table: Any) -> Any:
        """Return a table with the places in its texts filled in."""
        return plugged(table, self.facts, self.where)

    def mistakes(self) -> list[tuple[Table, Any]]:
        """Return the usual mistakes that the template names, each with the answer it leads to in this variant."""
        named = self.spec.get("mistakes", ())
        return self.once("mistakes", lambda: [(mistake, self.value(mistake["answer"])) for mistake in named])

    def once(self, what: str, make: Callable[[], Made]) -> Made:
        """Return what was made of this part before, or make it."""
        return self.facts.once(what, f"part {self.label}", make)

    def _names(self, more: Table) -> Table:
        return ChainMap(dict(more), self.facts) if more else self.facts  # type: ignore[arg-type]


def plain(answer: object) -> str:
    """Return an answer as one text.

    Raises
    ------
    Refusal : it is no text or number, or it is too long to be an answer.
    """
    if isinstance(answer, bool) or not isinstance(answer, str | int | Fraction):
        raise Refusal("expects one value in quotes", 'for example a = "3/7"')
    if isinstance(answer, int) and answer.bit_length() > 200:
        raise Refusal("is a number of too many digits", "60 characters are enough")
    text = str(answer).replace("−", "-").strip()
    if len(text) > LONGEST_ANSWER:
        raise Refusal(f"is {len(text)} characters long", f"an answer has at most {LONGEST_ANSWER}")
    if not text:
        raise Refusal("is empty", "write an answer, or leave the line out")
    return text


def number(answer: object, expected: str = "a number such as 3/7 or 0.4286") -> Fraction:
    """Return the number that an answer states: 3/7, 0.4286, 0,4286 or 42.86 %.

    Raises
    ------
    Refusal : it states none.
    """
    text = plain(answer)
    digits = text.removesuffix("%").strip()
    if local := _LOCAL_DECIMAL.fullmatch(digits):
        digits = f"{local[1]}.{local[2]}"
    found = exact(digits, expected)
    return found / 100 if text.endswith("%") else found
