"""Equilibria of three and more players: supports tried one after another, each solved by Newton's method.

On a support every action played earns the same; that is a polynomial system in the probabilities and the payoffs,

    E g_i(a, x_-i) = u_i  for a played,     sum_a x_i(a) = 1,

solved from several fixed starts. What is found is an equilibrium iff its regret is 0: decided in rationals where the
probabilities are rational, else in floats, with the regret reported. Systems may have solutions that no start leads to,
so the list is never called complete. Where solutions of a support form a continuum, one of them is listed.

Reference: McKelvey & McLennan, Handbook of Computational Economics 1 (1996).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import prod

import numpy as np
from numpy.typing import NDArray

from games.normal_form import NormalFormGame
from solver.results import Number, spelled
from solver.results.stage import Equilibrium
from solver.stage.pure import as_mixed, pure_equilibria
from solver.stage.verify import judged
from solver.tables import stage_payoffs

Floats = NDArray[np.float64]
STARTS = 6
STEPS = 15
MOST_SUPPORTS = 4_000
TOLERANCE = 1e-9
DENOMINATOR = 10_000
METHOD = "supports enumerated, each solved by Newton's method from fixed starts"


def mixed_equilibria(game: NormalFormGame) -> tuple[tuple[Equilibrium, ...], bool, str, str]:
    """Return (equilibria, whether they are all, the method, the proof) of a game of three or more players."""
    payoffs = stage_payoffs(game).astype(float)
    scale = max(float(np.abs(payoffs).max()), 1e-300)
    found: list[Equilibrium] = []
    known: list[Floats] = []
    for profile in pure_equilibria(game):
        pure = as_mixed(game, profile)
        _keep(judged(game, pure), pure, found, known)
    for support in _supports(game):
        for x in _solutions(payoffs / scale, support):
            if any(np.abs(np.concatenate(x) - other).max() < 1e-7 for other in known):
                continue
            strategies = _recognised(game, x)
            equilibrium = judged(game, strategies)
            if equilibrium.regret <= TOLERANCE * scale:
                _keep(equilibrium, strategies, found, known)
    exact = all(isinstance(p, Fraction) for e in found for own in e.strategies.values() for p in own.values())
    return tuple(found), False, METHOD, "exact" if exact else f"within {spelled(TOLERANCE)}"


def _keep(
    equilibrium: Equilibrium, strategies: Sequence[Sequence[Number]], found: list[Equilibrium], known: list[Floats]
) -> None:
    found.append(equilibrium)
    known.append(np.array([float(p) for own in strategies for p in own]))


def _supports(game: NormalFormGame) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield the supports that are not pure, small and balanced ones first, up to a limit."""
    sizes = [range(1, len(own) + 1) for own in game.actions]
    ordered = sorted(product(*sizes), key=lambda size: (max(size) - min(size), sum(size)))
    count = 0
    for size in ordered:
        if prod(size) == 1:
            continue
        for support in product(*(combinations(range(len(a)), k) for a, k in zip(game.actions, size, strict=True))):
            count += 1
            if count > MOST_SUPPORTS:
                return
            yield support


def _solutions(payoffs: Floats, support: tuple[tuple[int, ...], ...]) -> Iterator[list[Floats]]:
    """Yield the totally mixed solutions on a support that Newton's method finds, as full strategies."""
    inside = payoffs[np.ix_(range(len(payoffs)), *support)]
    sizes = [len(own) for own in support]
    rng = np.random.default_rng(0)
    done: list[Floats] = []
    for k in range(STARTS):
        start = [np.full(m, 1 / m) if k == 0 else rng.dirichlet(np.ones(m)) for m in sizes]
        x = _newton(inside, start)
        if x is None or any((own < 1e-10).any() for own in x):
            continue
        flat = np.concatenate(x)
        if any(np.abs(flat - other).max() < 1e-7 for other in done):
            continue
        done.append(flat)
        full = [np.zeros(m) for m in payoffs.shape[1:]]
        for own, where, values in zip(full, support, x, strict=True):
            own[list(where)] = values
        yield full
        if np.linalg.matrix_rank(_equations(inside, x)[1], tol=1e-9) < len(flat):
            # One of a continuum: its neighbours are equilibria of the same support, so one stands for them.
            return


def _newton(payoffs: Floats, start: list[Floats]) -> list[Floats] | None:
    """Return a solution of the indifference equations near a start, or None; singular systems by least squares."""
    x, players = list(start), len(start)
    for _ in range(STEPS):
        rest, slope = _equations(payoffs, x)
        if np.abs(rest).max() < 1e-14:
            break
        step = np.linalg.lstsq(slope, -rest, rcond=None)[0]
        at = 0
        for i in range(players):
            x[i] = x[i] + step[at : at + len(x[i])]
            at += len(x[i])
        if not np.isfinite(step).all() or max(np.abs(own).max() for own in x) > 10:
            return None
    return x if np.abs(_equations(payoffs, x)[0]).max() < 1e-12 else None


def _equations(payoffs: Floats, x: list[Floats]) -> tuple[Floats, Floats]:
    """Return the equations' values (differences of payoffs to the first action, sums) and their derivatives."""
    starts = np.concatenate([[0], np.cumsum([len(own) for own in x])])
    rest, slope = [], []
    for i, own in enumerate(x):
        each = _expected(payoffs[i], x, i, None)
        derivative = np.zeros((len(own), starts[-1]))
        for j in range(len(x)):
            if j != i:
                derivative[:, starts[j] : starts[j + 1]] = _expected(payoffs[i], x, i, j)
        rest.append(each[1:] - each[0])
        slope.append(derivative[1:] - derivative[0])
        total = np.zeros((1, starts[-1]))
        total[0, starts[i] : starts[i + 1]] = 1.0
        rest.append(np.array([own.sum() - 1.0]))
        slope.append(total)
    return np.concatenate(rest), np.concatenate(slope)


def _expected(table: Floats, x: list[Floats], i: int, j: int | None) -> Floats:
    """Return i's payoffs by its own action (and by j's) against the other players' strategies."""
    kept = [i] if j is None else [i, j]
    out = table
    for k in reversed([k for k in range(len(x)) if k not in kept]):
        out = np.tensordot(out, x[k], axes=([k], [0]))
    return out if j is None or i < j else out.T


def _recognised(game: NormalFormGame, x: list[Floats]) -> list[list[Number]]:
    """Return probabilities as simple fractions where these are an equilibrium exactly, else as floats."""
    simple = [[Fraction(float(p)).limit_denominator(DENOMINATOR) for p in own] for own in x]
    if all(sum(own) == 1 for own in simple) and judged(game, simple).regret == 0:
        return [list(own) for own in simple]
    return [[float(p) for p in own / own.sum()] for own in x]
