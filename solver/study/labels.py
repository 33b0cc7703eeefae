"""The path of a number in a scenario file, in words that a strategist reads.

    actors.operator.terms.privacy risk.base    operator: privacy risk
    urgency.transitions.calm.raised            chance calm to raised

A path that is none of the usual ones is its own label.
"""

from __future__ import annotations

import re

LABELS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"discount", "discount factor of all"),
        (r"actors\.(.+)\.discount", r"\1: discount factor"),
        (r"actors\.(.+?)\.terms\.(.+)\.(?:base|amount)", r"\1: \2"),
        (r"actors\.(.+?)\.terms\.(.+)\.urgency_slope", r"\1: \2 per urgency"),
        (r"actors\.(.+?)\.terms\.(.+)\.retention", r"\1: \2 kept after a period"),
        (r"actors\.(.+?)\.terms\.(.+)\.([^.]+)", r"\1: \2, \3"),
        (r"actors\.(.+)\.([^.]+)", r"\1: \2"),
        (r"urgency\.transitions\.(.+)\.([^.]+)", r"chance \1 to \2"),
        (r"urgency\.levels\.(.+)", r"urgency of \1"),
        (r"urgency\.(.+)", r"urgency: \1"),
        (r"instruments\.(.+)\.retention", r"\1: kept after a period"),
        (r"instruments\.(.+)\.([^.]+)", r"\1: \2"),
        (r"renewal\.cost\.(.+)", r"\1: cost of renewal"),
        (r"renewal\.(.+)", r"renewal: \1"),
    )
)


def label(path: str) -> str:
    """Return the words for the path of a number; the path itself where there are none."""
    for pattern, words in LABELS:
        found = pattern.fullmatch(path)
        if found:
            return found.expand(words).replace("_", " ")
    return path
