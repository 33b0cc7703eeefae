"""Iterated elimination of dominated actions, by pure and mixed strategies, decided in rationals.

    strictly dominated  some mixed strategy earns more against every profile of the others
    weakly dominated    some mixed strategy earns no less against every one, and more against some

Of mixtures that dominate, one of few actions with a small denominator is told.
Round by round everything that is dominated goes at once. For strict dominance the order does not matter (Gilboa, Kalai
& Zemel 1990); for weak dominance it may, and other orders may leave other actions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor

import numpy as np

from games.normal_form import NormalFormGame
from solver.exact import EXACT, Array, rational
from solver.results.stage import Dominance, Elimination, Reduction, Strategy
from solver.stage.indifference import Mixed
from solver.stage.programme import WITHIN, Optimum, minimum
from solver.tables import stage_payoffs

LARGEST = 100
"""The largest denominator of a mixture that is preferred to the one of the linear programme."""


def dominance(game: NormalFormGame, title: str = "", state: str = "") -> Dominance:
    """Return what iterated strict and iterated weak dominance leave, with the order and the dominating strategies."""
    payoffs = stage_payoffs(game, EXACT)
    strict, sure = _reduced(game, payoffs, True)
    weak, also = _reduced(game, payoffs, False)
    return Dominance(title, state, game.players, strict, weak, "exact" if sure and also else WITHIN)


def _reduced(game: NormalFormGame, payoffs: Array, strict: bool) -> tuple[Reduction, bool]:
    """Return the reduction, and whether rationals have decided that no other action goes."""
    left = [list(range(len(own))) for own in game.actions]
    steps: list[Elimination] = []
    rounds, sure = 0, True
    while True:
        rounds += 1
        gone = []
        for i, player in enumerate(game.players):
            table = _table(payoffs, left, i)
            for k, action in enumerate(left[i]):
                by, decided = _dominating(table, k, strict)
                sure = sure and decided
                if by is not None:
                    names = [game.actions[i][a] for a in left[i]]
                    mixture: Strategy = {name: share for name, share in zip(names, by, strict=True) if share}
                    gone.append((i, action))
                    steps.append(Elimination(rounds, player, game.actions[i][action], mixture))
        if not gone:
            break
        for i, action in gone:
            left[i].remove(action)
    remaining = {p: tuple(game.actions[i][a] for a in left[i]) for i, p in enumerate(game.players)}
    return Reduction(strict, tuple(steps), remaining), sure


def _table(payoffs: Array, left: Sequence[Sequence[int]], player: int) -> Array:
    """Return a player's payoffs by own action and by the others' profile, in what is left."""
    inside = payoffs[player][np.ix_(*left)]
    return np.asarray(np.moveaxis(inside, player, 0).reshape(len(left[player]), -1))


def _dominating(table: Array, k: int, strict: bool) -> tuple[Mixed | None, bool]:
    """Return a strategy that dominates row k, a pure one if there is one, or None; and whether rationals decided it."""
    if len(table) == 1:
        return None, True
    above, level = table > table[k], table >= table[k]
    found = above.all(axis=1) if strict else level.all(axis=1) & above.any(axis=1)
    if found.any():
        return tuple(Fraction(int(r == int(np.argmax(found)))) for r in range(len(table))), True
    if len(table) == 2 or (np.delete(table, k, axis=0).max(axis=0) < table[k]).any():
        return None, True
    by, decided = _mixture(table, k, strict)
    return by and _simplest(table, k, strict, by), decided


def _mixture(table: Array, k: int, strict: bool) -> tuple[Mixed | None, bool]:
    """Return a mixture that dominates row k: the one with the largest gain (strict: in the worst case; weak: in sum).

    Gains of the mixture over row k are what a linear programme makes largest; row k itself may be part of it with no
    gain, so the programme always has a solution and the sign of its value decides.
    """
    rows, columns = table.shape
    gain = (table - table[k]).T
    one = EXACT.array([[Fraction(1)] * rows])
    right = np.concatenate([EXACT.zeros(columns), EXACT.array([Fraction(1), Fraction(-1)])])
    if strict:
        worst = np.concatenate([gain, np.full((columns, 1), rational(-1), dtype=object)], axis=1)
        cost = EXACT.zeros(rows + 1)
        cost[rows] = rational(-1)
        wide = np.concatenate([one, EXACT.zeros(1, 1)], axis=1)
        found = minimum(cost, np.concatenate([worst, wide, -wide]), right, (rows,))
    else:
        found = minimum(-gain.sum(axis=0), np.concatenate([gain, one, -one]), right)
    assert found is not None, "row k itself is a solution"
    by = _verified(found, table, k, strict) if found.value < 0 else None
    return by, by is not None or found.proof == "exact"


def _simplest(table: Array, k: int, strict: bool, by: Mixed) -> Mixed:
    """Return a mixture that dominates row k too: of as few of its actions as are needed, with a small denominator."""
    for row in sorted((r for r, share in enumerate(by) if share), key=lambda r: by[r]):
        rest = [r for r, share in enumerate(by) if share and r != row]
        fewer, _ = _mixture(table[[*rest, k]], len(rest), strict)
        if fewer is not None:
            by = tuple(dict(zip(rest, fewer, strict=False)).get(r, Fraction(0)) for r in range(len(table)))
    rounded = (_rounded(by, size) for size in range(2, LARGEST + 1))
    return next((shares for shares in rounded if _dominates(shares, table, k, strict)), by)


def _rounded(by: Mixed, size: int) -> Mixed:
    """Return shares in whole parts of ``size``, those that lose most by rounding down rounded up."""
    whole = [floor(share * size) for share in by]
    up = sorted(range(len(by)), key=lambda r: whole[r] - by[r] * size)[: size - sum(whole)]
    return tuple(Fraction(part + (r in up), size) for r, part in enumerate(whole))


def _verified(found: Optimum, table: Array, k: int, strict: bool) -> Mixed | None:
    """Return the mixture without row k itself, if it dominates exactly."""
    shares = [Fraction(share).limit_denominator(10**12) if isinstance(share, float) else share for share in found.x]
    shares = [max(share, Fraction(0)) for share in shares[: len(table)]]
    shares[k] = Fraction(0)
    total = sum(shares, Fraction(0))
    if not total:
        return None
    mixed = tuple(share / total for share in shares)
    return mixed if _dominates(mixed, table, k, strict) else None


def _dominates(shares: Mixed, table: Array, k: int, strict: bool) -> bool:
    earned = EXACT.array(shares) @ table
    level, above = (earned >= table[k]).all(), earned > table[k]
    return bool(level and (above.all() if strict else above.any()))
