"""Does a certificate prove its claim? Exact rational arithmetic, with the standard library and ``games`` alone.

A certificate names a claim, carries the exact numbers of the game that it is about, and the derivation. Each kind of
claim has one function, which reads the derivation, verifies every step, and tells in words what it verified; whatever
else goes wrong while it reads is a refusal too. Format: ``docs/certificates.md``.

    python -m solver.proof.checker proof.json        in a clone of the repository, with nothing installed
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from games.agreement import read_agreement_table
from solver.proof import automaton, contract, partnership, patience, payoff_sets, stage
from solver.proof.reading import Refuted, Told, fields

SCHEMA = 1


@dataclass(frozen=True)
class Verdict:
    """Whether a certificate proves its claim; the claim, and the reasons (or the one fault found), in words."""

    valid: bool
    claim: str
    reasons: tuple[str, ...]


CLAIMS: dict[str, Callable[[Any, Any, Any], Told]] = {
    "partnership": partnership.partnership,
    "nash": stage.nash,
    "correlated": stage.correlated,
    "coarse": stage.correlated,
    "minmax": stage.minmax,
    "dominance": stage.dominance,
    "automaton": automaton.equilibrium,
    "contract": contract.contract,
    "no contract": contract.no_contract,
    "steps": patience.steps,
    "switches": patience.switches,
    "payoff sets": payoff_sets.exactly,
    "payoff bounds": payoff_sets.between,
}


def told_by(source: Any, game: Any) -> str:
    """Verify that the game is the one that the attached text tells, and say so in words."""
    if source is None:
        return "no scenario or game file is attached: whether these are the right numbers and actions is not seen"
    name, _, _, active, changes = fields(source, "name", "format", "text", "with", "changes")
    opened, discount = fields(changes, "levels open", "discount")
    try:
        from games.files.origin import rebuilt
    except ImportError:
        return f"whether these numbers are those of {name} was not checked: reading it takes pydantic"
    if rebuilt(source, game) != game:
        raise Refuted(f"the game is not the one that the attached text of {name} tells")
    if game["kind"] == "agreement" and (apart := rebuilt(source, game, walk_away=True)) != game:
        _no_equilibrium(apart)
    parts = [f"the numbers are those of the attached text, called '{name}': compare it with yours"]
    parts += [f"with {', '.join(active)}"] if active else []
    parts += ["the levels that it proposes left open"] if opened else []
    parts += ["at discount factors " + ", ".join(f"{who} {d}" for who, d in discount.items())] if discount else []
    return "; ".join(parts)


def _no_equilibrium(game: Any) -> None:
    """Refuse a game in which walking away is an equilibrium: then it is what answers a breach, and nothing else."""
    try:
        partnership.walk_away(read_agreement_table(game))
    except Refuted:
        return
    raise Refuted("what is played without the agreement is not walking away, which is an equilibrium")


def check(document: Any) -> Verdict:
    """Return the verdict on a certificate that was read from JSON."""
    try:
        schema, game, claim, proof, source = fields(document, "schema", "game", "claim", "proof", "source")
        if schema != SCHEMA:
            raise Refuted(f"schema {schema!r} is not {SCHEMA}")
        if not isinstance(claim, Mapping) or claim.get("kind") not in CLAIMS:
            raise Refuted("a claim of an unknown kind")
        words, reasons = CLAIMS[claim["kind"]](game, claim, proof)
        reasons = [*reasons, told_by(source, game)]
        if not all(map(str.isprintable, (words, *reasons))):
            raise Refuted("a name holds characters that cannot be seen")
    except Refuted as fault:
        return Verdict(False, "", (str(fault),))
    except Exception as fault:
        return Verdict(False, "", (f"it cannot be read: {fault}",))
    return Verdict(True, words, tuple(reasons))


def main(path: str) -> int:
    """Print the verdict on a file, and return the exit status: 0 where it proves its claim."""
    with open(path, encoding="utf-8") as file:
        verdict = check(json.load(file))
    print("\n- ".join(("PROVEN: " + verdict.claim if verdict.valid else "NOT PROVEN", *verdict.reasons)))
    return 0 if verdict.valid else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
