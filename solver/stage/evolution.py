"""Evolutionary stability and the replicator dynamic, for symmetric two-player games with payoff matrix A.

x is a symmetric equilibrium iff x'Ax >= e_k'Ax for every action k; B is the set of its best replies. It is
*evolutionarily stable* iff x'Ay > y'Ay for every other y played on B (Maynard Smith & Price 1973), that is

    z'Az < 0    for every z != 0 with sum z = 0 and z_j >= 0 for the j in B that x does not play.

With z_k eliminated for one k that x plays, the matrix Q_ij = -(a_ij - a_kj - a_ik + a_kk), made symmetric, must be
strictly copositive, its variables within the support of x being free (Haigh 1975; Abakuks 1980). Decided in rationals.

    dz_k/dt = z_k [ (Az)_k - z'Az ]                         the replicator dynamic (Taylor & Jonker 1978)
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from games.errors import refuse
from games.normal_form import NormalFormGame
from solver.exact import EXACT, Array, fraction, rational
from solver.results import spelled
from solver.results.stage import Evolution, EvolutionaryStrategy, ReplicatorPath, Strategy
from solver.stage.indifference import solved, system
from solver.stage.programme import minimum
from solver.tables import stage_payoffs

MOST_ACTIONS = 12
HORIZON, POINTS = 200.0, 201
AT_REST = 1e-6
TOLERANCES = (1e-8, 1e-10)
LEAN = 0.01
"""The default start leans towards the first action by so much: evenly mixed may be a rest point itself."""
CONTINUUM = (
    "on some supports equilibria form a continuum, which holds no evolutionarily stable strategy and is left out"
)


def evolution(game: NormalFormGame, title: str = "", state: str = "") -> Evolution:
    """Return the isolated symmetric equilibria of a symmetric game, each with whether it is evolutionarily stable.

    Raises
    ------
    ScenarioError : the game is not symmetric, or has too many actions for their subsets to be tried.
    """
    matrix = symmetric_matrix(game)
    size = len(matrix)
    if size > MOST_ACTIONS:
        raise refuse("--concept", f"'ess' tries all subsets of actions, and {size} are more than {MOST_ACTIONS}")
    found, complete = [], True
    tried = _undominated(matrix)
    for count in range(1, len(tried) + 1):
        for support in combinations(tried, count):
            x = _on_support(matrix, support)
            if x is None:
                complete = complete and not _may_be_one(matrix, support)
            elif _is_equilibrium(matrix, x):
                found.append(_tried(game, matrix, x, support))
    return Evolution(title, state, tuple(found), complete, "exact", () if complete else (CONTINUUM,))


def symmetric_matrix(game: NormalFormGame) -> Array:
    """Return A of a symmetric two-player game, in rationals.

    Raises
    ------
    ScenarioError : names the first profile that is not symmetric.
    """
    if len(game.players) != 2 or game.actions[0] != game.actions[1]:
        raise refuse("--concept", "evolution needs a symmetric game: two players with the same actions")
    for one, other in game.profiles():
        if game.payoffs[one, other][0] != game.payoffs[other, one][1]:
            what = f"the game is not symmetric: '{one}' against '{other}' earns the players different payoffs"
            raise refuse("--concept", what, "evolution needs a game that looks the same to both players")
    own: Array = stage_payoffs(game, EXACT)[0]
    return own


def _undominated(matrix: Array) -> list[int]:
    """Return the actions that no other beats whatever is played: an equilibrium is made of these alone."""
    return [j for j, own in enumerate(matrix) if not any((other > own).all() for other in matrix)]


def _on_support(matrix: Array, support: tuple[int, ...]) -> list[Any] | None:
    """Return the strategy that makes the actions of a support equally good, or None (singular, or not positive)."""
    weights = solved(matrix, support, support)
    if weights is None or any(p <= 0 for p in weights):
        return None
    x = [rational(0)] * len(matrix)
    for j, p in zip(support, weights, strict=True):
        x[j] = p
    return x


def _may_be_one(matrix: Array, support: tuple[int, ...]) -> bool:
    """Return whether a support's equations are singular and have a solution that is an equilibrium."""
    if solved(matrix, support, support) is not None:
        return False
    size = len(support)
    rows, _ = system(matrix, support, support)
    others = [[*(-matrix[i, j] for j in support), rational(1)] for i in range(len(matrix)) if i not in support]
    both: Array = np.array([*rows, *[[-entry for entry in row] for row in rows], *others], dtype=object)
    right = EXACT.zeros(len(both))
    right[size], right[2 * size + 1] = rational(1), rational(-1)
    return minimum(EXACT.zeros(size + 1), both, right, (size,)) is not None


def _is_equilibrium(matrix: Array, x: Sequence[Any]) -> bool:
    earned = matrix @ np.array(x, dtype=object)
    return bool(max(earned) == sum((p * v for p, v in zip(x, earned, strict=True)), rational(0)))


def _tried(game: NormalFormGame, matrix: Array, x: list[Any], support: tuple[int, ...]) -> EvolutionaryStrategy:
    earned = matrix @ np.array(x, dtype=object)
    best = [j for j in range(len(x)) if earned[j] == earned[support[0]]]
    direction = _invasion(matrix, support, best)
    invader = None if direction is None else _towards(x, direction)
    return EvolutionaryStrategy(
        _named(game, x), fraction(earned[support[0]]), invader is None,
        None if invader is None else _named(game, invader),
    )  # fmt: skip


def _named(game: NormalFormGame, x: Sequence[Any]) -> Strategy:
    return dict(zip(game.actions[0], map(fraction, x), strict=True))


def _invasion(matrix: Array, support: tuple[int, ...], best: list[int]) -> dict[int, Any] | None:
    """Return a direction z with z'Az >= 0, or None if x is evolutionarily stable."""
    k = support[0]
    free = list(support[1:])
    signed = [j for j in best if j not in support]
    order = free + signed
    form = EXACT.zeros(len(order), len(order))
    for a, i in enumerate(order):
        for b, j in enumerate(order):
            form[a, b] = -(matrix[i, j] + matrix[j, i] - matrix[k, j] - matrix[j, k] - matrix[i, k] - matrix[k, i]
                           + 2 * matrix[k, k])  # fmt: skip
    z = _not_positive(form, len(free))
    if z is None:
        return None
    direction = dict(zip(order, z, strict=True))
    direction[k] = -sum(z, rational(0))
    return direction


def _not_positive(form: Array, free: int) -> list[Any] | None:
    """Return z != 0 with z'(form)z <= 0, the variables after the ``free`` ones >= 0; None if there is none."""
    inner = form[:free, :free]
    z = _not_definite(inner)
    if z is not None:
        return z + [rational(0)] * (len(form) - free)
    cross, rest = form[:free, free:], form[free:, free:]
    if not len(rest):
        return None
    best = -EXACT.solve(inner, cross) if free else EXACT.zeros(0, len(rest))
    reduced = rest + cross.T @ best if free else rest
    for count in range(1, len(rest) + 1):
        for face in combinations(range(len(rest)), count):
            point = _on_support(-reduced, face)
            if point is not None:
                weights = np.array(point, dtype=object)
                if weights @ reduced @ weights <= 0:
                    return [*(best @ weights), *point] if free else point
    return None


def _not_definite(form: Array) -> list[Any] | None:
    """Return z with z'(form)z <= 0, or None if the form is positive definite: elimination, pivot by pivot."""
    size = len(form)
    work, basis = form.copy(), EXACT.eye(size)
    for p in range(size):
        if work[p, p] <= 0:
            return list(basis[p])
        for q in range(p + 1, size):
            factor = work[q, p] / work[p, p]
            work[q] = work[q] - factor * work[p]
            basis[q] = basis[q] - factor * basis[p]
    return None


def _towards(x: list[Any], direction: dict[int, Any]) -> list[Any]:
    """Return the strategy reached by going from x along a direction as far as half the way to the boundary."""
    falls = [-x[j] / z for j, z in direction.items() if z < 0]
    step = min(falls) / 2
    return [p + step * direction.get(j, rational(0)) for j, p in enumerate(x)]


def replicator(
    game: NormalFormGame, start: Sequence[float] | None = None, horizon: float = HORIZON, title: str = "",
    state: str = "",
) -> ReplicatorPath:  # fmt: skip
    """Return a path of the replicator dynamic (floats, Runge-Kutta of order 8).

    It is computed twice, the second time with a hundredth of the tolerance; how far the two are apart is told as an
    estimate of the error.

    Parameters
    ----------
    start : shares of the actions at time 0; None: almost even, leaning to the first action.
    horizon : the length of the path, in the time in which a payoff of 1 multiplies a share by e.
    """
    matrix = np.array([[float(fraction(v)) for v in row] for row in symmetric_matrix(game)])
    size = len(matrix)
    shares = np.full(size, (1 - LEAN) / size) if start is None else np.array(start, float)
    if start is None:
        shares[0] += LEAN
    rough, path = (_path(matrix, shares, horizon, tolerance) for tolerance in TOLERANCES)
    end = path.y[:, -1]
    speed = np.abs(end * (matrix @ end - end @ matrix @ end)).max()
    if path.success and rough.success:
        apart = float(np.abs(path.y - rough.y).max())
        proof = f"within {spelled(max(apart, TOLERANCES[-1]))}: estimated by a second path at another tolerance"
    else:
        proof = f"none: {path.message if rough.success else rough.message}"
    rows = tuple(tuple(map(float, z)) for z in path.y.T)
    return ReplicatorPath(
        title, state, game.actions[0], tuple(map(float, path.t)), rows, bool(speed < AT_REST), proof
    )  # fmt: skip


def _path(matrix: Array, shares: Array, horizon: float, tolerance: float) -> Any:
    return solve_ivp(
        lambda _, z: z * (matrix @ z - z @ matrix @ z), (0.0, horizon), shares, "DOP853",
        np.linspace(0.0, horizon, POINTS), rtol=tolerance, atol=tolerance / 1000,
    )  # fmt: skip
