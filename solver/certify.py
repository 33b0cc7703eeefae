"""The certificate of an answer, whatever it is about: made by the room that the answer came from, checked before it is
handed out. What each kind claims and proves is told in ``docs/certificates.md``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from games.errors import refuse
from games.files.origin import changes
from games.stochastic import StochasticGame
from games.tables import read_game_table
from solver.proof.checker import SCHEMA, check
from solver.results.repeated import Contract, PatienceSteps, PatienceSwitches, PayoffBounds, PayoffSets, SmallestCap
from solver.results.sharing import Evaluation
from solver.sharing.decision import Decision


def certified(
    result: object, game: StochasticGame | None = None, source: dict[str, Any] | None = None, plan: bool = False
) -> dict[str, Any]:
    """Return the certificate of an answer as a JSON document.

    Parameters
    ----------
    game : the game that was asked about, for an answer that is not about a partnership.
    source : the text that the game was read from (``games.files.origin``), to be attached.
    plan : prove that the play which reaches a payoff is an equilibrium, not what all equilibria reach.

    Raises
    ------
    ScenarioError : the answer has no exact proof, or none that a certificate can carry; says why.
    """
    body = _plan(result, game) if plan else _body(result, game)
    if source is not None:
        evidence = result.evidence if isinstance(result, Evaluation) else None
        asked = evidence.situation.partnership if isinstance(evidence, Decision) else read_game_table(body["game"])
        source = {**source, "changes": changes(source, asked)}
    document = {"schema": SCHEMA, **body, "source": source}
    verdict = check(document)
    if not verdict.valid:
        raise refuse("--certificate", f"the proof found does not pass the check: {verdict.reasons[0]}",
                     "this is a fault of accord; the answer itself is printed without --certificate")  # fmt: skip
    return document


def _plan(result: Any, game: StochasticGame | None) -> dict[str, Any]:
    """Return the game, the claim and the proof of the play that reaches a payoff."""
    from solver.repeated.certificate_plan import plan_certificate

    assert game is not None
    discount = result.discount
    each = tuple(discount[name] if isinstance(discount, Mapping) else discount for name in game.players)
    return plan_certificate(game, each, result.plan)


def _body(result: object, game: StochasticGame | None) -> dict[str, Any]:
    """Return the game, the claim and the proof of an answer."""
    if isinstance(result, Evaluation):
        from solver.sharing.certificate import certificate

        assert isinstance(result.evidence, Decision)
        return certificate(result.evidence)
    assert game is not None
    if isinstance(result, (Contract, PatienceSteps, PatienceSwitches)):
        from solver.repeated.certificate_contract import certificate as of_contract

        return of_contract(game, result)
    if isinstance(result, SmallestCap):
        raise refuse("--certificate", "there is no certificate for the smallest amount", "ask for that amount")
    if isinstance(result, (PayoffSets, PayoffBounds)):
        from solver.repeated.certificate_sets import certificate as of_sets

        return of_sets(game, result)
    from solver.stage.certificate import certificate as of_stage

    return of_stage(game, result)
