"""The answer about a certificate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Checked:
    """Whether a certificate proves its claim; the claim, and the reasons (or the one fault found), in words."""

    name: str
    valid: bool
    claim: str
    reasons: tuple[str, ...]
