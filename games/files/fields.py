"""The kinds of values that fields hold: numbers with bounds, numbers by level, names, triggers.

Each kind reads itself and refuses in plain words. ``BROKEN`` stands for a value that was refused already: every
kind lets it pass, so that the rest of a file can be read and checked around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

from games.files.numbers import Refusal, central, described, exact, is_range, shown


class _Broken(Enum):
    BROKEN = "refused already"


BROKEN: Any = _Broken.BROKEN
Reader = Callable[[Any], Any]


def sound(value: object) -> bool:
    """Return whether a value, and every item of a list, was read without a problem."""
    return value is not BROKEN and not (isinstance(value, list) and broken(*value))


def broken(*values: object) -> bool:
    """Return whether one of some values was refused already; they are never compared, which may be costly."""
    return any(value is BROKEN for value in values)


def passing(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Return what was refused already as it is, anything else as read."""
    return value if value is BROKEN else read(value)


def _number(low: int | None = None, high: int | None = None, *, below: bool = False, above: bool = False) -> Reader:
    """Return the reader of a number in [low, high], with an open end where ``below`` or ``above`` say so."""

    def allowed(number: Fraction) -> Fraction:
        too_low = low is not None and (number < low or (above and number == low))
        too_high = high is not None and (number > high or (below and number == high))
        if high is None and too_low:
            raise Refusal(f"{shown(number)} is not positive" if above else f"{shown(number)} is negative")
        if too_low or too_high:
            raise Refusal(f"{shown(number)} is not in {'(' if above else '['}{low}, {high}{')' if below else ']'}")
        return number

    return lambda value: value if value is BROKEN else central(value, allowed)


def _whole(least: int) -> Reader:
    def read(value: Any) -> Any:
        if value is BROKEN:
            return value
        number = exact(value, "a whole number")
        if number.denominator != 1:
            raise Refusal(f"expects a whole number, found {described(number)}")
        if number < least:
            raise Refusal(f"{number} is less than {least}")
        return int(number)

    return read


def _rank(value: Any) -> Any:
    """Return a rank correlation; it may not be a range itself."""
    if value is BROKEN:
        return value
    number = exact(value)
    if not -1 < number < 1:
        raise Refusal(f"{shown(number)} is not in (-1, 1)", "0 is no correlation; 0.6 is a strong one")
    return number


def _name(value: Any) -> Any:
    if value is BROKEN:
        return value
    if not isinstance(value, str):
        raise Refusal(f"expects a name, found {described(value)}", "names stand in quotes")
    if not value.strip():
        raise Refusal("a name may not be empty")
    if value != value.strip() or not value.isprintable():
        raise Refusal(f"the name {value!r} begins or ends with a space, or holds characters that cannot be seen")
    return value


def _text(value: Any) -> Any:
    if value is BROKEN or isinstance(value, str):
        return value
    raise Refusal(f"expects a text, found {described(value)}", "texts stand in quotes")


def _flag(value: Any) -> Any:
    if value is BROKEN or isinstance(value, bool):
        return value
    raise Refusal(f"expects true or false, found {described(value)}", "without quotes")


def _one_or_several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _by_level(value: object) -> str:
    return "|table" if isinstance(value, Mapping) and not is_range(value) else "|number"


def _number_schema(words: str) -> WithJsonSchema:
    return WithJsonSchema({"x-ref": "number", "description": words})


Number = Annotated[Fraction, PlainValidator(_number()), _number_schema("a number")]
Amount = Annotated[Fraction, PlainValidator(_number(0)), _number_schema("a number, 0 or more")]
Positive = Annotated[Fraction, PlainValidator(_number(0, above=True)), _number_schema("a number above 0")]
Share = Annotated[Fraction, PlainValidator(_number(0, 1)), _number_schema("a number in [0, 1]")]
Chance = Annotated[Fraction, PlainValidator(_number(0, 1, below=True)), _number_schema("a number in [0, 1)")]
Success = Annotated[Fraction, PlainValidator(_number(0, 1, above=True)), _number_schema("a number in (0, 1]")]
Exponent = Annotated[Fraction, PlainValidator(_number(0, 10, above=True)), _number_schema("a number in (0, 10]")]

Rank = Annotated[
    Fraction, PlainValidator(_rank), WithJsonSchema({"x-ref": "exact", "description": "a number in (-1, 1)"})
]
Count = Annotated[int, PlainValidator(_whole(1)), WithJsonSchema({"type": "integer", "minimum": 1})]

Name = Annotated[str, PlainValidator(_name), WithJsonSchema({"type": "string", "minLength": 1})]
Text = Annotated[str, PlainValidator(_text), WithJsonSchema({"type": "string"})]
Flag = Annotated[bool, PlainValidator(_flag), WithJsonSchema({"type": "boolean"})]
Names = Annotated[
    list[Name],
    BeforeValidator(_one_or_several),
    WrapValidator(passing),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}),
]
Trigger = Annotated[dict[Name, Names], Field(examples=[{"operator": "share"}, {"operator": ["share", "sell"]}])]
Row = Annotated[dict[Name, Number], WrapValidator(passing)]

ByLevel = Annotated[
    Annotated[Number, Tag("|number")] | Annotated[dict[Name, Number], Tag("|table")], Discriminator(_by_level)
]
AmountByLevel = Annotated[
    Annotated[Amount, Tag("|number")] | Annotated[dict[Name, Amount], Tag("|table")], Discriminator(_by_level)
]
ChanceByLevel = Annotated[
    Annotated[Chance, Tag("|number")] | Annotated[dict[Name, Chance], Tag("|table")], Discriminator(_by_level)
]
ActionByLevel = Annotated[
    Annotated[Name, Tag("|name")] | Annotated[dict[Name, Name], Tag("|table")],
    Discriminator(lambda value: "|table" if isinstance(value, dict) else "|name"),
    WrapValidator(passing),
]
