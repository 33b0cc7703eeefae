"""Does a certificate prove its claim? Exact rational arithmetic, with the standard library and ``games`` alone.

A certificate names a claim, carries the exact numbers of the game that it is about, and the derivation. Each kind of
claim has one function, which reads the derivation, verifies every step, and tells in words what it verified; whatever
else goes wrong while it reads is a refusal too. Format: ``docs/certificates.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from games.errors import ScenarioError
from solver.proof import payoff_sets
from solver.proof.reading import Refuted, Told, fields

SCHEMA = 1


@dataclass(frozen=True)
class Verdict:
    """Whether a certificate proves its claim; the claim, and the reasons (or the one fault found), in words."""

    valid: bool
    claim: str
    reasons: tuple[str, ...]


CLAIMS: dict[str, Callable[[Any, Any, Any], Told]] = {
    "payoff sets": payoff_sets.exactly,
    "payoff bounds": payoff_sets.between,
}


def check(document: Any) -> Verdict:
    """Return the verdict on a certificate that was read from JSON."""
    try:
        schema, game, claim, proof, _ = fields(document, "schema", "game", "claim", "proof", "source")
        if schema != SCHEMA:
            raise Refuted(f"schema {schema!r} is not {SCHEMA}")
        if not isinstance(claim, Mapping) or claim.get("kind") not in CLAIMS:
            raise Refuted("a claim of an unknown kind")
        words, reasons = CLAIMS[claim["kind"]](game, claim, proof)
    except Refuted as fault:
        return Verdict(False, "", (str(fault),))
    except (ScenarioError, KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError) as fault:
        return Verdict(False, "", (f"it cannot be read: {fault}",))
    return Verdict(True, words, tuple(reasons))
