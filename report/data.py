"""Results as JSON documents: the fields of ``interfaces.md`` (schema 1).

Exact numbers are strings ("1/3"), approximate ones JSON numbers. The same result gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from fractions import Fraction
from functools import singledispatch
from typing import Any

from games.files.catalogue import Catalogue
from report import data_repeated, data_stage, data_study
from report.numbers import number, numbers
from solver.results import weakest
from solver.results.check import Checked
from solver.results.sharing import (
    Breach,
    Comparison,
    CriticalDiscount,
    Evaluation,
    Evaluations,
    RenewalAnswer,
    Simulation,
    StateAnswer,
    Threshold,
)
from solver.results.study import Sweep

SCHEMA = 1


def document(result: object, command: str) -> str:
    """Return a result as the JSON document of a command, ended by a newline."""
    header = {"schema": SCHEMA, "command": command}
    if isinstance(result, Sweep):
        return "".join(data_study.sweep_lines(header, result))
    body = {**header, **fields(result)}
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


@singledispatch
def fields(result: object) -> dict[str, Any]:
    """Return the fields of a result, without the header."""
    raise TypeError(f"no JSON for {type(result).__name__}")


@fields.register
def _(result: Checked) -> dict[str, Any]:
    proof = "exact" if result.valid else "none: the certificate does not prove it"
    return {"proof": proof, "valid": result.valid, "claim": result.claim, "reasons": list(result.reasons)}


@fields.register
def _(result: Evaluation) -> dict[str, Any]:
    arrangement = result.arrangement
    return {
        "proof": result.proof,
        "title": result.title,
        "period": result.period,
        "units": result.units,
        "start": result.start,
        "with": list(result.active),
        "verdict": result.verdict,
        "states": {state.state: _state(state) for state in result.states},
        "leaves_first": _breach(result.first),
        "why": result.why,
        "critical_discount": _critical(result.critical),
        "discount_intervals": _intervals(result.critical),
        "arrangement": numbers(arrangement.levels),
        "aim": {
            "name": arrangement.aim,
            "value": number(arrangement.value),
            "proof": arrangement.proof,
            "cost": numbers(arrangement.costs),
            "gain": numbers(arrangement.gains),
            "note": arrangement.note,
        },
        "values": numbers(result.values),
        "outside": numbers(result.outside),
        "shadow_prices": [{"constraint": p.constraint, "price": number(p.price)} for p in result.shadow_prices],
        "fixes": [{**asdict(f), "cost": number(f.cost), "payers": list(f.payers)} for f in result.fixes],
        "lifetime": {
            "wakes_after": number(result.lifetime.wakes_after),
            "expected_length": number(result.lifetime.expected_length),
            "awake_share": number(result.lifetime.awake_share),
            "alive": numbers(result.lifetime.alive),
            "unbroken": numbers(result.lifetime.unbroken),
        },
        "renewal": _renewal(result.renewal),
        "sanction": result.sanction,
        "lapse": result.lapse,
        "timing": result.timing,
        "notes": list(result.notes),
    }


def _renewal(renewal: RenewalAnswer | None) -> dict[str, Any] | None:
    if renewal is None:
        return None
    return {**asdict(renewal), "cost": numbers(renewal.cost), "holds_at": list(renewal.holds_at)}


def _state(answer: StateAnswer) -> dict[str, Any]:
    return {
        "holds": answer.holds,
        "profile": dict(answer.profile),
        "slack": number(answer.slack),
        "binding": _breach(answer.binding),
        "jointly_worthwhile": answer.worthwhile,
    }


def _breach(breach: Breach | None) -> dict[str, Any] | None:
    if breach is None:
        return None
    amounts = ("gain_now", "loss_later", "slack")
    return {k: number(v) if k in amounts else v for k, v in asdict(breach).items()}


def _critical(critical: CriticalDiscount) -> dict[str, Any]:
    return {name: _threshold(t) for name, t in critical.actors.items()} | {"common": _threshold(critical.common)}


def _intervals(critical: CriticalDiscount) -> dict[str, Any]:
    """Return where each threshold's condition holds: a list of [low, high) for every actor and for all in common."""
    named = {**critical.actors, "common": critical.common, "common_as_it_stands": critical.as_it_stands}
    return {
        name: [[_edge(edge, threshold) for edge in interval] for interval in threshold.intervals]
        for name, threshold in named.items()
        if threshold is not None
    }


def _edge(edge: Fraction, threshold: Threshold) -> str | float | None:
    exact = edge in (0, 1) or (threshold.exact and edge == threshold.value)
    return number(edge if exact else float(edge))


def _threshold(threshold: Threshold | None) -> str | float | None:
    if threshold is None or threshold.value is None:
        return None
    return number(threshold.value if threshold.exact else float(threshold.value))


@fields.register
def _(result: Comparison) -> dict[str, Any]:
    return {
        "proof": weakest([e.proof for e in result.evaluations]),
        "scenarios": [{"name": name, **fields(e)} for name, e in zip(result.names, result.evaluations, strict=True)],
        "differences": [
            {
                "from": result.names[0],
                "to": name,
                "changes": [asdict(d) for d in found],
                "shortest_path": None if path is None else {**asdict(path), "changes": list(path.changes)},
            }
            for name, found, path in zip(result.names[1:], result.differences, result.paths, strict=True)
        ],
        "dominated_by": dict(zip(result.names, map(list, result.dominated), strict=True)),
        "regret": {
            "arrangements": list(result.regret.arrangements),
            "scenarios": list(result.regret.scenarios),
            "values": [list(map(number, row)) for row in result.regret.values],
            "regrets": [list(map(number, row)) for row in result.regret.regrets],
            "maximin": result.regret.maximin,
            "minimax_regret": result.regret.minimax_regret,
        },
        "notes": list(result.notes),
    }


@fields.register
def _(result: Simulation) -> dict[str, Any]:
    return {
        "proof": result.proof,
        "title": result.title,
        "verdict": result.verdict,
        "seed": result.seed,
        "runs": result.runs,
        "periods": result.periods,
        "paths": [
            [{"state": s, "awake": a} for s, a in zip(states, awake, strict=True)]
            for states, awake in zip(result.paths, result.awake, strict=True)
        ],
        "mean_length": number(result.mean_length),
        "mean_length_error": number(result.mean_length_error),
        "expected_length": number(result.expected.expected_length),
        "unbroken": numbers(result.unbroken),
        "expected_unbroken": numbers(result.expected.unbroken),
        "awake_share": number(result.awake_share),
        "expected_mean_length": number(result.expected_mean_length),
        "expected_awake_share": number(result.expected_awake_share),
        "payoffs": numbers(result.payoffs),
        "notes": list(result.notes),
    }


@fields.register
def _(result: Catalogue) -> dict[str, Any]:
    games = [asdict(game) for game in result.games]
    return {"proof": "none: a list", "scenarios": [asdict(entry) for entry in result.entries], "games": games}


@fields.register
def _(result: Evaluations) -> dict[str, Any]:
    pairs = zip(result.names, result.evaluations, strict=True)
    return {
        "proof": weakest([e.proof for e in result.evaluations]),
        "evaluations": [{"name": name, **fields(e)} for name, e in pairs],
    }


for _kind, _told in (*data_stage.FIELDS.items(), *data_repeated.FIELDS.items(), *data_study.FIELDS.items()):
    fields.register(_kind, _told)
