"""JSON of the answers about stage games (``interfaces.md``: equilibria)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from report.numbers import number, numbers
from solver.results import Number
from solver.results.stage import (
    CorrelatedEquilibrium,
    Dominance,
    Evolution,
    Minmax,
    MinmaxPoint,
    Reduction,
    ReplicatorPath,
    StageEquilibria,
)

Answer = StageEquilibria | CorrelatedEquilibrium | Minmax | Dominance | Evolution | ReplicatorPath


def _asked(result: Answer, concept: str) -> dict[str, Any]:
    """Return what every answer about a stage game begins with."""
    return {"proof": result.proof, "title": result.title, "state": result.state, "concept": concept}


def _equilibria(result: StageEquilibria) -> dict[str, Any]:
    return {
        **_asked(result, result.concept),
        "equilibria": [
            {"strategies": numbers(e.strategies), "payoffs": numbers(e.payoffs), "regret": number(e.regret)}
            for e in result.equilibria
        ],
        "complete": result.complete,
        "degenerate": result.degenerate,
        "components": [list(component) for component in result.components],
        "method": result.method,
        "notes": list(result.notes),
    }


def _correlated(result: CorrelatedEquilibrium) -> dict[str, Any]:
    return {
        **_asked(result, result.concept),
        "objective": result.objective,
        "value": number(result.value),
        "distribution": _distribution(result.distribution, result.players),
        "payoffs": numbers(result.payoffs),
        "notes": list(result.notes),
    }


def _distribution(shares: Mapping[tuple[str, ...], Number], players: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {"profile": dict(zip(players, profile, strict=True)), "probability": number(share)}
        for profile, share in shares.items()
    ]


def _minmax(result: Minmax) -> dict[str, Any]:
    out: dict[str, dict[str, Any]] = {player: {} for player in result.players}
    for point in result.points:
        out[point.player][point.kind] = _point(point, result.players)
    return {**_asked(result, "minmax"), "minmax": out, "notes": list(result.notes)}


def _point(point: MinmaxPoint, players: tuple[str, ...]) -> dict[str, Any]:
    others = tuple(player for player in players if player != point.player)
    return {
        "value": number(point.value),
        "low": number(point.low),
        "against": _distribution(point.against, others),
        "reply": point.reply,
        "proof": point.proof,
    }


def _dominance(result: Dominance) -> dict[str, Any]:
    return {
        **_asked(result, "dominance"),
        "strict": _reduction(result.strict),
        "weak": _reduction(result.weak),
        "notes": list(result.notes),
    }


def _reduction(reduction: Reduction) -> dict[str, Any]:
    return {
        "steps": [
            {"round": s.round, "player": s.player, "action": s.action, "by": numbers(s.by)} for s in reduction.steps
        ],
        "remaining": {player: list(actions) for player, actions in reduction.remaining.items()},
    }


def _evolution(result: Evolution) -> dict[str, Any]:
    return {
        **_asked(result, "ess"),
        "strategies": [
            {
                "strategy": numbers(s.strategy),
                "payoff": number(s.payoff),
                "stable": s.stable,
                "invader": None if s.invader is None else numbers(s.invader),
            }
            for s in result.strategies
        ],
        "complete": result.complete,
        "notes": list(result.notes),
    }


def _replicator(result: ReplicatorPath) -> dict[str, Any]:
    return {
        **_asked(result, "replicator"),
        "actions": list(result.actions),
        "path": [
            {"time": number(time), "shares": [number(share) for share in shares]}
            for time, shares in zip(result.times, result.shares, strict=True)
        ],
        "at_rest": result.at_rest,
        "notes": list(result.notes),
    }


FIELDS: Mapping[type, Callable[[Any], dict[str, Any]]] = {
    StageEquilibria: _equilibria,
    CorrelatedEquilibrium: _correlated,
    Minmax: _minmax,
    Dominance: _dominance,
    Evolution: _evolution,
    ReplicatorPath: _replicator,
}
