"""The mark of an answer, and how players and numbers are written in what is said of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

MOST_DECIMALS = 4
LARGEST_DENOMINATOR = 9_999


class Mark(NamedTuple):
    """A share of the points, the mistake by name (empty: right), and what is said of it."""

    share: Fraction
    mistake: str = ""
    says: tuple[str, ...] = ()


RIGHT = Mark(Fraction(1))


def wrong(mistake: str, *says: str, share: Fraction = Fraction(0)) -> Mark:
    """Return the mark of a wrong answer."""
    return Mark(share, mistake, tuple(text for text in says if text))


EARLY = "rounded too early"
CLOSE = wrong(EARLY, "You are close: carry more digits, or calculate with fractions.", share=Fraction(1, 2))


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
    found = Fraction(value)
    if form == "%":
        return f"{_decimals(100 * found, 1)} %"
    terminates = (found * 10**MOST_DECIMALS).denominator == 1
    if form or terminates or found.denominator > LARGEST_DENOMINATOR:
        return _decimals(found, int(form or MOST_DECIMALS))
    return str(found).replace("-", "−")


def _decimals(value: Fraction, digits: int) -> str:
    text = f"{float(value):.{digits}f}"
    if value and not float(text):
        # What is not nothing is not shown as nothing.
        return f"{float(value):.1g}".replace("-", "−")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text.replace("-", "−")
