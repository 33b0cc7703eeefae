"""The minmax payoffs: how low the others can hold a player who replies best.

    pure        min over the others' profiles of max_d g_i(d, a_-i)
    mixed       min over their independent mixed strategies of max_d E g_i(d, x_-i)
    correlated  min over distributions of their profiles; by linear programming

pure >= mixed >= correlated. For two players mixed and correlated are the same (von Neumann's theorem). For three and
more, mixed is not a linear programme: one punisher after another is improved, from several starts, until nothing moves.
That is an upper bound on the true value, and the correlated one a lower bound; they are told as such.

References: von Neumann 1928; Fudenberg & Tirole, Game Theory (1991), chapter 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product

import numpy as np

from games.normal_form import NormalFormGame
from solver.exact import EXACT, Array, fraction, rational
from solver.results import Number, rounded_up, weakest
from solver.results.stage import Minmax, MinmaxPoint
from solver.stage.programme import minimum, tidy
from solver.tables import stage_payoffs

STARTS, ROUNDS = 8, 50
BETWEEN = "within {}: the true value lies between the correlated minmax and this one"


def minmax(game: NormalFormGame, title: str = "", state: str = "") -> Minmax:
    """Return every player's pure, mixed and correlated minmax payoff, with the play that does it."""
    payoffs = stage_payoffs(game, EXACT)
    points = []
    for i, player in enumerate(game.players):
        # Own actions by row, the others' profiles by column, in the players' order.
        table = np.moveaxis(payoffs[i], i, 0).reshape(len(game.actions[i]), -1)
        others = [names for j, names in enumerate(game.actions) if j != i]
        pure = _pure(game, i, player, table, others)
        together = _correlated(game, i, player, table, others)
        points += [pure, _mixed(game, i, table, others, pure, together), together]
    return Minmax(title, state, game.players, tuple(points), weakest(p.proof for p in points))


def _profiles(others: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    return list(product(*others))


def _pure(game: NormalFormGame, i: int, player: str, table: Array, others: Sequence[Sequence[str]]) -> MinmaxPoint:
    best = table.max(axis=0)
    column = int(np.argmin(best))
    value = fraction(best[column])
    reply = game.actions[i][int(np.argmax(table[:, column]))]
    return MinmaxPoint(player, "pure", value, value, {_profiles(others)[column]: Fraction(1)}, reply, "exact")


def _correlated(
    game: NormalFormGame, i: int, player: str, table: Array, others: Sequence[Sequence[str]]
) -> MinmaxPoint:
    shares, value, proof = lowest(table)
    against = {p: share for p, share in zip(_profiles(others), shares, strict=True) if share}
    return MinmaxPoint(player, "correlated", value, value, against, game.actions[i][_reply(table, shares)], proof)


def lowest(table: Array) -> tuple[tuple[Number, ...], Number, str]:
    """Return the distribution over columns that makes the best row least, its value and its proof."""
    rows, columns = table.shape
    cost = EXACT.zeros(columns + 1)
    cost[columns] = rational(1)
    reply = np.concatenate([-table, np.full((rows, 1), rational(1), dtype=object)], axis=1)
    one = EXACT.array([[Fraction(1)] * columns + [Fraction(0)]])
    right = np.concatenate([EXACT.zeros(rows), EXACT.array([Fraction(1), Fraction(-1)])])
    found = minimum(cost, np.concatenate([reply, one, -one]), right, (columns,))
    assert found is not None, "a distribution over columns always exists"
    return tidy(found.x[:columns]), found.value, found.proof


def _reply(table: Array, shares: Sequence[Number]) -> int:
    weights = EXACT.array([Fraction(share) for share in shares])
    return int(np.argmax(table @ weights))


def _mixed(
    game: NormalFormGame, i: int, table: Array, others: Sequence[Sequence[str]], pure: MinmaxPoint, low: MinmaxPoint
) -> MinmaxPoint:
    player = game.players[i]
    if len(others) <= 1:
        return MinmaxPoint(player, "mixed", low.value, low.value, low.against, low.reply, low.proof)
    if low.value == pure.value:
        return MinmaxPoint(player, "mixed", pure.value, pure.value, pure.against, pure.reply, pure.proof)
    value, strategies = _alternating(table, [len(own) for own in others])
    against = _together(others, strategies)
    flat = [against.get(profile, Fraction(0)) for profile in _profiles(others)]
    proof = low.proof if value == low.value else BETWEEN.format(rounded_up(value - Fraction(low.value)))
    return MinmaxPoint(
        player, "mixed", value, low.value, against, game.actions[i][_reply(table, flat)], proof
    )  # fmt: skip


def _alternating(table: Array, sizes: Sequence[int]) -> tuple[Fraction, list[tuple[Fraction, ...]]]:
    """Return the lowest value found by improving one punisher at a time, with rational strategies."""
    rng = np.random.default_rng(0)
    best: tuple[Fraction, list[tuple[Fraction, ...]]] | None = None
    shaped = table.reshape(len(table), *sizes)
    for start in range(STARTS):
        strategies = [_simple(np.full(m, 1 / m) if start == 0 else rng.dirichlet(np.ones(m))) for m in sizes]
        value: Fraction | None = None
        for _ in range(ROUNDS):
            before = value
            for k in range(len(sizes)):
                shares, _, _ = lowest(_against_rest(shaped, strategies, k))
                strategies[k] = _simple(np.array([float(s) for s in shares])) if _long(shares) else _exactly(shares)
            value = _value(shaped, strategies)
            if before is not None and before - value < Fraction(1, 10**12):
                break
        assert value is not None
        if best is None or value < best[0]:
            best = value, list(strategies)
    assert best is not None
    return best


def _long(shares: Sequence[Number]) -> bool:
    """Return whether probabilities are floats, or rationals too long to be carried on."""
    return any(not isinstance(s, Fraction) or s.denominator > 10**6 for s in shares)


def _exactly(shares: Sequence[Number]) -> tuple[Fraction, ...]:
    return tuple(Fraction(share) for share in shares)


def _simple(shares: np.ndarray) -> tuple[Fraction, ...]:
    """Return nearby probabilities with small denominators that sum to 1."""
    whole = [round(float(share) * 10**6) for share in shares]
    whole[int(np.argmax(whole))] += 10**6 - sum(whole)
    return tuple(Fraction(w, 10**6) for w in whole)


def _against_rest(shaped: Array, strategies: Sequence[Sequence[Fraction]], kept: int) -> Array:
    """Return payoffs by own action and by one punisher's, the other punishers' strategies given."""
    out = np.moveaxis(shaped, kept + 1, 1)
    for k in reversed([k for k in range(len(strategies)) if k != kept]):
        out = out @ EXACT.array(list(strategies[k]))
    return np.asarray(out)


def _value(shaped: Array, strategies: Sequence[Sequence[Fraction]]) -> Fraction:
    return fraction((_against_rest(shaped, strategies, 0) @ EXACT.array(list(strategies[0]))).max())


def _together(
    others: Sequence[Sequence[str]], strategies: Sequence[Sequence[Fraction]]
) -> Mapping[tuple[str, ...], Fraction]:
    out = {}
    for profile, shares in zip(product(*others), product(*strategies), strict=True):
        share = Fraction(1)
        for own in shares:
            share *= own
        if share:
            out[profile] = share
    return out
