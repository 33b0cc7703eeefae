"""Numbers as a scenario writes them, read exactly: 0.9 is 9/10, "1/3" is a third, a range counts as its central value.

Exponents are looked at before a Fraction is made: 1e999999999 must cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

LARGEST = Fraction(10**12)
SMALLEST = 1 / LARGEST
MAX_EXPONENT = 30
MAX_CHARACTERS = 60
# A ratio is as long as what it was computed from: powers of a retention rate, roots that were rounded.
MAX_RATIO = 400
_DECIMAL = re.compile(r"[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE]([+-]?\d+))?")
_RATIO = re.compile(r"([+-]?\d+)\s*/\s*(\d+)")
_PARAMETERS = {
    "normal": ("mean", "sd"),
    "uniform": ("low", "high"),
    "triangular": ("low", "likely", "high"),
    "pert": ("low", "likely", "high"),
    "beta": ("alpha", "beta"),
}
A_RANGE = "a range is { low = 1, likely = 2, high = 3 }"


class Refusal(ValueError):
    """A value that cannot be used: ``what`` was found and the ``hint`` that repairs it; the caller knows where."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


class Varying:
    """A number that stands for many samples at once (made in ``solver.study``): read as it is."""

    __slots__ = ()


@dataclass(frozen=True)
class Unreadable:
    """A literal like nan or 1e999999999: kept until the place it stands in is known."""

    text: str


def literal(text: str) -> Fraction | Unreadable:
    """Return the exact value of a decimal literal, or the literal where it has none that can be used."""
    match = _DECIMAL.fullmatch(text) if len(text) <= MAX_CHARACTERS else None
    if match is None or abs(int(match[1] or 0)) > MAX_EXPONENT:
        return Unreadable(text)
    return Fraction(text.replace("_", ""))


def whole_literal(text: str) -> int | Unreadable:
    """Return the value of an integer literal; Python itself refuses thousands of digits with a traceback."""
    return int(text) if len(text) <= MAX_CHARACTERS else Unreadable(text)


def exact(value: object, expected: str = "a number") -> Fraction:
    """Return the value of a number or of a text like "1/3": a Fraction, or the same number where it is ``Varying``.

    Raises
    ------
    Refusal : not a number, not finite, or of a size at which payoffs cannot be compared.
    """
    if isinstance(value, Varying):
        # It computes as a Fraction does; that it is none matters in the few places that look for ``Varying``.
        return _sized(cast(Fraction, value))
    if isinstance(value, str):
        value = _from_text(value, expected)
    elif isinstance(value, float):
        # Never from a file: a caller in Python that writes 0.1 means a tenth. (numpy's own repr names its type.)
        value = literal(float.__repr__(value))
    if isinstance(value, Unreadable):
        raise _unreadable(value)
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise Refusal(f"expects {expected}, found {described(value)}")
    return _sized(Fraction(value))


def _sized(number: Fraction) -> Fraction:
    """Return a number of a size at which payoffs can be compared."""
    if abs(number) > LARGEST:
        raise Refusal(f"{shown(number)} is too large", "choose units in which amounts stay below 1e12")
    if 0 < abs(number) < SMALLEST:
        raise Refusal(f"{shown(number)} is too small", "write 0, or choose units in which amounts stay above 1e-12")
    return number


def _from_text(text: str, expected: str) -> Fraction | Unreadable:
    ratio = _RATIO.fullmatch(text.strip()) if len(text) <= MAX_RATIO else None
    if ratio:
        if not int(ratio[2]):
            raise Refusal(f"'{text}' divides by zero")
        return Fraction(int(ratio[1]), int(ratio[2]))
    number = literal(text.strip())
    if isinstance(number, Unreadable) and not _DECIMAL.fullmatch(number.text):
        raise Refusal(f"expects {expected}, found {described(text)}")
    return number


def _unreadable(value: Unreadable) -> Refusal:
    if not _DECIMAL.fullmatch(value.text):
        return Refusal(f"{shortened(value.text)} is not a finite number", "give a finite number")
    if len(value.text) > MAX_CHARACTERS:
        return Refusal(f"a number of {len(value.text)} characters is too long", f"round it to {MAX_CHARACTERS}")
    return Refusal(f"{value.text} is too large or too small", f"exponents go from -{MAX_EXPONENT} to {MAX_EXPONENT}")


def is_range(value: object) -> bool:
    """Return whether a table is a range, not a number by level; no level may be called likely or distribution."""
    return isinstance(value, Mapping) and ("likely" in value or "distribution" in value)


def central(value: object, allowed: Callable[[Fraction], Fraction]) -> Fraction:
    """Return a number, or the central value of a range whose ends are ``allowed`` too."""
    if not isinstance(value, Mapping):
        return allowed(exact(value))
    kind, numbers = range_parts(value)
    if kind == "normal":
        return allowed(numbers["mean"])
    if kind == "beta":
        return allowed(numbers["alpha"] / (numbers["alpha"] + numbers["beta"]))
    low, high = allowed(numbers["low"]), allowed(numbers["high"])
    middle = numbers.get("likely", (low + high) / 2)
    if not low <= middle <= high:
        raise Refusal(
            f"low, likely, high are {', '.join(map(shown, (low, middle, high)))}: not ascending", "put them in order"
        )
    return middle


def range_parts(value: Mapping[str, Any]) -> tuple[str, dict[str, Fraction]]:
    """Return the distribution of a range and its parameters by name.

    Raises
    ------
    Refusal : an unknown distribution, or parameters that are missing, too many or of no use.
    """
    kind = value.get("distribution", "triangular")
    if not isinstance(kind, str) or kind not in _PARAMETERS:
        raise Refusal(f"unknown distribution {described(kind)}", "one of " + ", ".join(_PARAMETERS))
    names = _PARAMETERS[kind]
    for key in value:
        if key not in names and key != "distribution":
            raise Refusal(f"a range has no '{key}'", A_RANGE)
    for name in names:
        if name not in value:
            raise Refusal(f"the range lacks '{name}'", A_RANGE)
    numbers = {name: exact(value[name]) for name in names}
    if any(numbers.get(name, 1) <= 0 for name in ("sd", "alpha", "beta")):
        raise Refusal(f"{' and '.join(n for n in names if n != 'mean')} must be positive")
    return kind, numbers


def shown(number: Fraction) -> str:
    """Return a number the way a person would write it: 1.5, or 1/3 where decimals do not end."""
    if isinstance(number, Varying):
        return str(number)
    if abs(number) >= 10**15:
        return f"about {'-' if number < 0 else ''}1e{int(abs(int(number)).bit_length() * 0.30103)}"
    if number.denominator == 1:
        return str(number)
    if 10**6 % number.denominator == 0 and abs(number) < LARGEST:
        return f"{float(number):.6f}".rstrip("0")
    return str(number) if number.denominator < 10**6 else f"{float(number):.3g}"


def written(number: Fraction) -> str:
    """Return a number as ``exact`` reads it back: 0.25 where few decimals end it, else 1/3.

    Raises
    ------
    Refusal : of a size that ``exact`` would refuse too.
    """
    if len(str(number)) > MAX_RATIO:
        raise Refusal(f"a fraction of {len(str(number))} characters is too long", "round the numbers it is made from")
    places = next((k for k in range(7) if 10**k % number.denominator == 0), None)
    text = str(number) if places is None else f"{Decimal(int(number * 10**places)).scaleb(-places):f}"
    exact(text)
    return text


def shortened(text: str, limit: int = 40) -> str:
    """Return a text short enough for one line of an error."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def described(value: object) -> str:
    """Return in plain words what stands in a file."""
    if isinstance(value, str):
        return f"the text {shortened(value)!r}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Fraction):
        return f"the number {shown(Fraction(value))}"
    if isinstance(value, Varying):
        return "a number with many values"
    if isinstance(value, Unreadable | float):
        return f"the number {shortened(getattr(value, 'text', str(value)))}"
    for kind, words in ((Mapping, "a table"), (list, "a list"), (date | time, "a date or time"), (type(None), "null")):
        if isinstance(value, kind):
            return words
    return "something else"
