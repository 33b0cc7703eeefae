"""The words that tellings share: verdicts, stages, and numbers as a person writes them."""

from __future__ import annotations

from fractions import Fraction

from report.numbers import written

VERDICTS = {
    "holds": ("HOLDS", "green", "in every state, with nothing shared"),
    "holds_with_sharing": ("HOLDS WITH SHARING", "green", "in every state, with the arrangement below"),
    "holds_in_some_states": ("HOLDS ONLY WHEN", "yellow", ""),
    "fails": ("FAILS", "red", "as it stands, and whatever its instruments share (within the levels proposed)"),
}

STAGE_WORDS = {
    "act": "playing '{action}'",
    "withhold": "withholding what it owes",
    "deliver": "not delivering what it owes",
    "up front": "not delivering what it owes up front",
    "asleep": "playing '{action}' while the agreement sleeps",
    "sanction": "playing '{action}' during the sanction",
}


def amount(value: Fraction | float | None) -> str:
    """Return a number to four significant digits, or to the unit from 1,000 on; one that is not zero never as 0."""
    if value is None:
        return "-"
    number = float(value)
    if abs(number) < 5e-10 and value != 0:
        return "~0"
    return written(number, "0f" if abs(number) >= 1000 else "4g")


def share(value: float) -> str:
    """Return a share as a percentage, never rounding what is not certain to 0 or 100."""
    if 0 < value < 0.005:
        return "<1 %"
    if 0.995 <= value < 1 - 1e-9:
        return ">99 %"
    return f"{100 * value:.0f} %"


def periods(value: float, period: str) -> str:
    """Return a number of periods in words."""
    size = f"{value:.0f}" if value >= 100 else f"{value:.3g}"
    return f"{size} {period}" + ("" if abs(value - 1) < 1e-9 else "s")
