"""JSON of the answers about repeated and stochastic games (``interfaces.md``: payoffs, patience)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from report.numbers import number, numbers
from solver.results.repeated import (
    Automaton,
    Contract,
    ContractState,
    PatienceSteps,
    PatienceSwitches,
    PayoffBounds,
    PayoffSets,
    Point,
    SmallestCap,
    Step,
)


def automaton(plan: Automaton | None) -> dict[str, Any] | None:
    """Return an automaton's fields; None stays None."""
    if plan is None:
        return None
    nodes = [
        {
            "name": node.name,
            "state": node.state,
            "payments": numbers(node.payments),
            "profile": dict(node.profile),
            "values": numbers(node.values),
            "next": numbers(node.next),
            "breach": numbers(node.breach),
            "default": dict(node.default),
            "then": numbers(node.then),
        }
        for node in plan.nodes
    ]
    return {
        "start": numbers(plan.start),
        "values": numbers(plan.values),
        "slack": number(plan.slack),
        "worst": plan.worst,
        "cap": number(plan.cap),
        "nodes": nodes,
        "proof": plan.proof,
    }


def _automaton(result: Automaton) -> dict[str, Any]:
    return automaton(result) or {}


def _contract_states(states: tuple[ContractState, ...]) -> dict[str, Any]:
    return {
        s.state: {"joint": number(s.joint), "punishment": numbers(s.punishment), "profile": dict(s.profile)}
        for s in states
    }


def _contract(result: Contract) -> dict[str, Any]:
    return {
        "proof": result.proof,
        "title": result.title,
        "transfers": "free",
        "discount": number(result.discount),
        "start": result.start,
        "exists": bool(result.states),
        "states": _contract_states(result.states),
        "plan": automaton(result.plan),
        "rounds": result.rounds,
        "converged": result.converged,
        "notes": list(result.notes),
    }


def _point(point: Point) -> list[Any]:
    return [number(value) for value in point]


def _asked(result: PayoffSets | PayoffBounds | SmallestCap, transfers: str | float | None) -> dict[str, Any]:
    """Return what every answer about payoffs with limited money begins with."""
    return {
        "proof": result.proof,
        "title": result.title,
        "transfers": transfers,
        "players": list(result.players),
        "discount": numbers(result.discount),
        "start": result.start,
    }


def _sets(result: PayoffSets) -> dict[str, Any]:
    return {
        **_asked(result, number(result.transfers) if result.transfers else "none"),
        "states": {s.state: {"vertices": [_point(v) for v in s.vertices]} for s in result.states},
        "plan": automaton(result.plan),
        "rounds": result.rounds,
        "converged": result.converged,
        "error": number(result.error),
        "notes": list(result.notes),
    }


def _bounds(result: PayoffBounds) -> dict[str, Any]:
    return {
        **_asked(result, "none"),
        "states": {
            s.state: {
                "inner": [_point(v) for v in s.inner],
                "outer": [{"direction": _point(h.direction), "level": number(h.level)} for h in s.outer],
                "gap": number(s.gap),
            }
            for s in result.states
        },
        "plan": automaton(result.plan),
        "rounds": result.rounds,
        "converged": result.converged,
        "notes": list(result.notes),
    }


def _smallest(result: SmallestCap) -> dict[str, Any]:
    return {
        **_asked(result, "smallest"),
        "cap": number(result.cap),
        "joint": number(result.joint),
        "without": number(result.without),
        "notes": list(result.notes),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "from": number(step.start),
        "joint": number(step.joint),
        "punishment": numbers(step.punishment),
        "profile": dict(step.profile),
    }


def _steps(result: PatienceSteps) -> dict[str, Any]:
    return {
        "proof": result.proof,
        "title": result.title,
        "steps": [_step(step) for step in result.steps],
        "reversion": [_step(step) for step in result.reversion],
        "notes": list(result.notes),
    }


def _switches(result: PatienceSwitches) -> dict[str, Any]:
    return {
        "proof": result.proof,
        "title": result.title,
        "switches": [
            {
                "discount": number(s.discount),
                "inclusive": s.inclusive,
                "low": number(s.low),
                "kind": s.kind,
                "states": _contract_states(s.states),
            }
            for s in result.switches
        ],
        "resolution": number(result.resolution),
        "notes": list(result.notes),
    }


FIELDS: Mapping[type, Callable[[Any], dict[str, Any]]] = {
    Automaton: _automaton,
    Contract: _contract,
    PayoffSets: _sets,
    PayoffBounds: _bounds,
    SmallestCap: _smallest,
    PatienceSteps: _steps,
    PatienceSwitches: _switches,
}
