"""Certificates of answers about a game that is played once (``docs/certificates.md``): the claim and its derivation.

What the answers lack (multipliers, guarantees, beliefs, boxes) comes from linear programmes in rationals. A number that
is a float ends it: what is not exact gets no certificate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from games.errors import ScenarioError, refuse
from games.normal_form import NormalFormGame
from games.stochastic import StochasticGame
from games.tables import game_table, number
from solver.exact import EXACT, Array, rational
from solver.results import Number
from solver.results.stage import (
    CorrelatedEquilibrium,
    Dominance,
    Equilibrium,
    Evolution,
    Minmax,
    MinmaxPoint,
    Reduction,
    ReplicatorPath,
    StageEquilibria,
)
from solver.stage.boxes import tree
from solver.stage.correlated import incentives, objective_cost
from solver.stage.equilibria import ONE
from solver.stage.minmax import lowest
from solver.stage.programme import minimum
from solver.tables import stage_payoffs

Part = dict[str, Any]
WHERE = "--certificate"
TOO_LARGE = "its linear programme is too large to be solved in rationals"


def certificate(game: StochasticGame, result: Any) -> Part:
    """Return the certificate of an answer about the game played in one state: its ``game``, ``claim`` and ``proof``.

    Raises
    ------
    ScenarioError : an answer that no exact certificate exists for; says why.
    """
    if isinstance(result, (Evolution, ReplicatorPath)):
        concept = "ess" if isinstance(result, Evolution) else "replicator"
        raise refuse(WHERE, f"there is no certificate for concept '{concept}'", "concepts nash and dominance have one")
    stage = game.stages[game.states.index(result.state)]
    if isinstance(result, StageEquilibria):
        kind, claim, proof = "nash", *_nash(stage, result)
    elif isinstance(result, CorrelatedEquilibrium):
        kind, claim, proof = result.concept, *_correlated(stage, result)
    elif isinstance(result, Minmax):
        kind, claim, proof = "minmax", *_minmax(stage, result)
    else:
        kind, claim, proof = "dominance", *_dominance(stage, result)
    return {"game": game_table(game), "claim": {"kind": kind, "state": result.state, **claim}, "proof": proof}


def _no(what: str, hint: str = "leave it out: the answer says what is proven") -> ScenarioError:
    return refuse(WHERE, f"this answer has no exact certificate: {what}", hint)


def _told(value: Number) -> str:
    if not isinstance(value, Fraction):
        raise _no(TOO_LARGE)
    return number(value)


def _shares(shares: Mapping[str, Number]) -> dict[str, str]:
    return {name: _told(share) for name, share in shares.items() if share}


def _draw(shares: Mapping[tuple[str, ...], Number]) -> list[Any]:
    return [[list(profile), _told(share)] for profile, share in shares.items() if share]


def _nash(stage: NormalFormGame, result: StageEquilibria) -> tuple[Part, Part]:
    inexact = sum(not isinstance(e.regret, Fraction) for e in result.equilibria)
    if inexact:
        what = f"{inexact} of the {len(result.equilibria)} equilibria have probabilities that are known in floats only"
        raise _no(what, "concept pure has one")
    boxes = tree(stage, result.equilibria) if result.complete and result.concept == "nash" else None
    every = None if ONE in result.notes else "pure" if boxes is None else "mixed"
    claim = {"every": every, "equilibria": [_equilibrium(e) for e in result.equilibria]}
    return claim, {} if boxes is None else {"tree": boxes}


def _equilibrium(found: Equilibrium) -> Part:
    strategies = {player: _shares(own) for player, own in found.strategies.items()}
    return {"strategies": strategies, "payoffs": {player: _told(value) for player, value in found.payoffs.items()}}


def _correlated(stage: NormalFormGame, result: CorrelatedEquilibrium) -> tuple[Part, Part]:
    claim = {
        "objective": result.objective,
        "value": _told(result.value),
        "payoffs": {player: _told(value) for player, value in result.payoffs.items()},
        "distribution": _draw(result.distribution),
    }
    coarse, smallest = result.concept == "coarse", result.objective == "egalitarian"
    names = _incentive_names(stage, coarse)
    duals = _multipliers(stage, result.objective, coarse)
    proof: Part = {
        "incentives": [
            {"player": player, "told": told, "instead": instead, "multiplier": number(dual)}
            for (player, told, instead), dual in zip(names, duals, strict=False)
            if dual
        ]
    }
    if smallest:
        weights = duals[len(names) : len(names) + len(stage.players)]
        proof["weights"] = _shares(dict(zip(stage.players, weights, strict=True)))
    return claim, proof


def _incentive_names(stage: NormalFormGame, coarse: bool) -> list[tuple[str, str | None, str]]:
    """Return (player, what it is told or None, what it could do instead), in the order of ``incentives``."""
    own = zip(stage.players, stage.actions, strict=True)
    if coarse:
        return [(player, None, d) for player, actions in own for d in actions]
    return [(player, a, d) for player, actions in own for a in actions for d in actions if d != a]


def _multipliers(stage: NormalFormGame, objective: str, coarse: bool) -> tuple[Fraction, ...]:
    """Return the duals of the best equilibrium: of incentives, then of the players' payoffs (egalitarian only)."""
    payoffs = stage_payoffs(stage, EXACT)
    flat, rows = payoffs.reshape(len(payoffs), -1), incentives(payoffs, coarse)
    one = EXACT.array([[Fraction(1)] * flat.shape[1]])
    free: tuple[int, ...] = ()
    if objective == "egalitarian":
        # A last variable, the smallest payoff, is to be largest: nobody's payoff is below it.
        size = flat.shape[1]
        cost, free = EXACT.zeros(size + 1), (size,)
        cost[size] = rational(-1)
        least = np.concatenate([flat, np.full((len(flat), 1), rational(-1), dtype=object)], axis=1)
        rows = np.concatenate([_wider(rows), least])
        one = _wider(one)
    else:
        cost = objective_cost(stage, flat, objective)
    right = np.concatenate([EXACT.zeros(len(rows)), EXACT.array([Fraction(1), Fraction(-1)])])
    found = minimum(cost, np.concatenate([rows, one, -one]), right, free)
    if found is None or found.proof != "exact":
        raise _no(TOO_LARGE)
    return found.duals


def _wider(matrix: Array) -> Array:
    return np.concatenate([matrix, EXACT.zeros(len(matrix), 1)], axis=1)


def _minmax(stage: NormalFormGame, result: Minmax) -> tuple[Part, Part]:
    payoffs, guarantees = stage_payoffs(stage, EXACT), {}
    for i, player in enumerate(stage.players):
        # The strategy whose worst payoff is largest: in the game with payoffs turned round, the one that holds down.
        table = np.moveaxis(payoffs[i], i, 0).reshape(len(stage.actions[i]), -1)
        guarantees[player] = _shares(dict(zip(stage.actions[i], lowest(-table.T)[0], strict=True)))
    proofs = [None if point.kind == "pure" else guarantees[point.player] for point in result.points]
    return {"points": [_point(point) for point in result.points]}, {"guarantees": proofs}


def _point(point: MinmaxPoint) -> Part:
    return {
        "player": point.player,
        "play": point.kind,
        "low": _told(point.low),
        "value": _told(point.value),
        "against": _draw(point.against),
    }


def _dominance(stage: NormalFormGame, result: Dominance) -> tuple[Part, Part]:
    if result.proof != "exact":
        raise _no(TOO_LARGE)
    kinds = {"strict": result.strict, "weak": result.weak}
    claim = {
        name: {player: list(own) for player, own in reduction.remaining.items()} for name, reduction in kinds.items()
    }
    return claim, {name: _reduction(stage, reduction) for name, reduction in kinds.items()}


def _reduction(stage: NormalFormGame, reduction: Reduction) -> Part:
    rounds: list[list[Part]] = [[] for _ in range(max((step.round for step in reduction.steps), default=0))]
    for step in reduction.steps:
        rounds[step.round - 1].append({"player": step.player, "action": step.action, "by": _shares(step.by)})
    left = [reduction.remaining[player] for player in stage.players]
    beliefs = {
        player: {action: _belief(stage, left, i, action, reduction.strict) for action in left[i]}
        for i, player in enumerate(stage.players)
        if len(left[i]) > 1
    }
    return {"rounds": rounds, "beliefs": beliefs}


def _belief(stage: NormalFormGame, left: Sequence[Sequence[str]], i: int, action: str, strict: bool) -> list[Any]:
    """Return a distribution of the others' play to which an action is a best reply, in what is left.

    For weak dominance the smallest probability is made as large as it can be: above 0, as the action is not dominated.
    """
    others = list(product(*left[:i], *left[i + 1 :]))
    rows = [[stage.payoffs[(*rest[:i], own, *rest[i:])][i] for rest in others] for own in left[i]]
    table = EXACT.array(rows)
    size = len(others)
    better = table[left[i].index(action)] - table
    for k in range(size):
        if strict and all(gain >= 0 for gain in better[:, k]):
            return _draw({others[k]: Fraction(1)})
    above = np.concatenate([EXACT.eye(size), np.full((size, 1), rational(-1), dtype=object)], axis=1)
    one = _wider(EXACT.array([[Fraction(1)] * size]))
    right = np.concatenate([EXACT.zeros(len(better) + size), EXACT.array([Fraction(1), Fraction(-1)])])
    cost = EXACT.zeros(size + 1)
    # For strict dominance any belief will do, and one in a vertex has few profiles.
    cost[size] = rational(0 if strict else -1)
    found = minimum(cost, np.concatenate([_wider(better), above, one, -one]), right)
    if found is None or found.proof != "exact":
        raise _no(TOO_LARGE)
    return _draw(dict(zip(others, found.x[:size], strict=True)))
