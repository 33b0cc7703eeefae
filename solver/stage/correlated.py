"""Correlated and coarse correlated equilibria: the best one for an objective, by linear programming.

A distribution p over profiles is a correlated equilibrium iff nobody gains by disobeying a recommendation,

    sum_{a_-i} p(a) [ g_i(a) - g_i(d, a_-i) ] >= 0        for every player i, recommended a_i and other action d

and a coarse one iff nobody gains by deciding, before any recommendation, to play d whatever it is,

    sum_a p(a) [ g_i(a) - g_i(d, a_-i) ] >= 0             for every player i and action d.

Objectives: welfare (the sum), egalitarian (the smallest payoff, then the next smallest, to the end), best:<player>,
worst:<player>.

References: Aumann 1974, 1987; Moulin & Vial 1978; Gilboa & Zemel 1989.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from games.errors import refuse
from games.normal_form import NormalFormGame
from solver.exact import EXACT, Array, rational
from solver.results import Number, weakest
from solver.results.stage import CorrelatedEquilibrium
from solver.stage.programme import WITHIN, Optimum, minimum, tidy
from solver.tables import stage_payoffs

OBJECTIVES = "welfare, egalitarian, best:<player> or worst:<player>"


def correlated(
    game: NormalFormGame, objective: str = "welfare", coarse: bool = False, title: str = "", state: str = ""
) -> CorrelatedEquilibrium:
    """Return the (coarse) correlated equilibrium that is best for an objective.

    Raises
    ------
    ScenarioError : an objective or a player that nobody knows.
    """
    payoffs = stage_payoffs(game, EXACT)
    flat = payoffs.reshape(len(payoffs), -1)
    rows = incentives(payoffs, coarse)
    ones = EXACT.array([[Fraction(1)] * flat.shape[1]])
    matrix = np.concatenate([rows, ones, -ones])
    right = np.concatenate([EXACT.zeros(len(rows)), EXACT.array([Fraction(1), Fraction(-1)])])
    if objective == "egalitarian":
        found = _leximin(flat, matrix, right)
    else:
        cost = objective_cost(game, flat, objective)
        found = _solved(cost, matrix, right)
        found = Optimum(found.x, -found.value if not objective.startswith("worst:") else found.value, found.proof)
    shares = tidy(found.x[: flat.shape[1]])
    return CorrelatedEquilibrium(
        title, state, "coarse" if coarse else "correlated", objective, game.players,
        {profile: share for profile, share in zip(game.profiles(), shares, strict=True) if share},
        _payoffs(game, shares), found.value, found.proof,
    )  # fmt: skip


def _payoffs(game: NormalFormGame, shares: Sequence[Number]) -> dict[str, Number]:
    expected: list[Number] = [Fraction(0)] * len(game.players)
    for profile, share in zip(game.profiles(), shares, strict=True):
        if share:
            for i, own in enumerate(game.payoffs[profile]):
                expected[i] = expected[i] + share * own
    return dict(zip(game.players, expected, strict=True))


def objective_cost(game: NormalFormGame, flat: Array, objective: str) -> Array:
    """Return what is to be minimised, by profile, for an objective other than egalitarian.

    ``flat`` are payoffs[player, profile].

    Raises
    ------
    ScenarioError : an objective or a player that nobody knows.
    """
    if objective == "welfare":
        return np.asarray(-flat.sum(axis=0))
    what, _, player = objective.partition(":")
    if what not in ("best", "worst") or not player:
        raise refuse("--objective", f"unknown objective '{objective}'", f"one of {OBJECTIVES}")
    if player not in game.players:
        raise refuse("--objective", f"unknown player '{player}'", f"one of: {', '.join(game.players)}")
    own = flat[game.players.index(player)]
    return np.asarray(own if what == "worst" else -own)


def _solved(cost: Array, matrix: Array, right: Array, free: Sequence[int] = ()) -> Optimum:
    found = minimum(cost, matrix, right, free)
    # A Nash equilibrium is a correlated one, so there always is one: an empty answer is a fault of the solver.
    assert found is not None, "no correlated equilibrium was found"
    return found


def incentives(payoffs: Array, coarse: bool) -> Array:
    """Return what obeying brings beyond an action, by profile: one row for each incentive of an equilibrium.

    A row for each player, recommended action and other action; ``coarse``: for each player and action.
    """
    return _coarse_rows(payoffs) if coarse else _rows(payoffs)


def _rows(payoffs: Array) -> Array:
    shape, out = payoffs.shape[1:], []
    for i, own in enumerate(payoffs):
        by_action = np.moveaxis(own, i, 0)
        for a in range(shape[i]):
            for d in range(shape[i]):
                if d != a:
                    row = EXACT.zeros(*shape)
                    np.moveaxis(row, i, 0)[a] = by_action[a] - by_action[d]
                    out.append(row.ravel())
    return _stacked(out, payoffs)


def _coarse_rows(payoffs: Array) -> Array:
    out = []
    for i, own in enumerate(payoffs):
        by_action = np.moveaxis(own, i, 0)
        out += [(own - np.expand_dims(by_action[d], i)).ravel() for d in range(len(by_action))]
    return _stacked(out, payoffs)


def _stacked(rows: list[Array], payoffs: Array) -> Array:
    return np.stack(rows) if rows else EXACT.zeros(0, payoffs[0].size)


def _leximin(flat: Array, matrix: Array, right: Array) -> Optimum:
    """Return the distribution whose smallest payoff is largest, then the next smallest, and so on."""
    players, size = flat.shape
    settled: dict[int, Any] = {}
    proofs, first = [], None
    found = Optimum((), Fraction(0), "exact")
    # Variables: the distribution, then the smallest payoff t among those not settled.
    wide = np.concatenate([matrix, EXACT.zeros(len(matrix), 1)], axis=1)
    while len(settled) < players:
        own = np.concatenate([flat, EXACT.zeros(players, 1)], axis=1)
        for i in range(players):
            own[i, size] = rational(0 if i in settled else -1)
        cost = EXACT.zeros(size + 1)
        cost[size] = rational(-1)
        floors = EXACT.zeros(players)
        for i, value in settled.items():
            floors[i] = value
        found = _solved(cost, np.concatenate([wide, own]), np.concatenate([right, floors]), (size,))
        proofs.append(found.proof)
        level = -found.value
        first = level if first is None else first
        open_players = [i for i in range(players) if i not in settled]
        stuck = [i for i in open_players if _cannot_rise(flat, matrix, right, settled, i, level)]
        for i in stuck or open_players:
            settled[i] = _as_rational(level)
    assert first is not None
    return Optimum(found.x[:size], first, weakest(proofs))


def _cannot_rise(flat: Array, matrix: Array, right: Array, settled: dict[int, Any], i: int, level: Number) -> bool:
    """Return whether nobody's payoff has to fall below the level reached, and i's cannot exceed it."""
    floors = EXACT.zeros(len(flat))
    for j in range(len(flat)):
        floors[j] = settled.get(j, _as_rational(level))
    found = minimum(-flat[i], np.concatenate([matrix, flat]), np.concatenate([right, floors]))
    if found is None:
        return True
    most = -found.value
    return bool(most <= level) if found.proof != WITHIN else float(most) <= float(level) + 1e-9


def _as_rational(level: Number) -> Any:
    value = level if isinstance(level, Fraction) else Fraction(level - 1e-10).limit_denominator(10**12)
    return rational(value)
