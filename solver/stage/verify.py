"""The decision about a mixed profile: expected payoffs and regret, exactly where the probabilities are rational.

regret = max_i max_d  E g_i(d, x_-i) - E g_i(x),      an equilibrium iff it is 0
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import lcm, prod

import numpy as np

from games.normal_form import NormalFormGame
from solver.exact import Array
from solver.results import Number
from solver.results.stage import Equilibrium
from solver.tables import integer_payoffs

Strategies = Sequence[Sequence[Number]]


def judged(game: NormalFormGame, strategies: Strategies) -> Equilibrium:
    """Return a profile of mixed strategies with its payoffs and its regret."""
    return next(all_judged(game, [strategies]))


def all_judged(game: NormalFormGame, profiles: Iterable[Strategies]) -> Iterator[Equilibrium]:
    """Yield several profiles of mixed strategies, each with its payoffs and its regret."""
    tables, unit = integer_payoffs(game)
    for strategies in profiles:
        earned = [_earned(table, strategies, i, unit) for i, table in enumerate(tables)]
        named = {
            player: dict(zip(actions, own, strict=True))
            for player, actions, own in zip(game.players, game.actions, strategies, strict=True)
        }
        payoffs = {player: own for player, (own, _) in zip(game.players, earned, strict=True)}
        yield Equilibrium(named, payoffs, max(best - own for own, best in earned))


def _earned(table: Array, strategies: Strategies, player: int, unit: Fraction) -> tuple[Number, Number]:
    """Return what a player's strategy earns, and what its best action does: sums of whole numbers where exact."""
    whole = [_whole(own) for own in strategies]
    each = against(table, [weights for weights, _ in whole], player)
    own = sum(p * v for p, v in zip(whole[player][0], each, strict=True))
    others = prod(total for k, (_, total) in enumerate(whole) if k != player)
    if isinstance(own, float):
        return own * float(unit), max(each) * float(unit)
    return own * unit / (others * whole[player][1]), max(each) * unit / others


def _whole(shares: Sequence[Number]) -> tuple[Sequence[Number], int]:
    """Return probabilities as whole numbers with their total; floats as they are."""
    exact = [share for share in shares if isinstance(share, Fraction)]
    if len(exact) < len(shares):
        return shares, 1
    total = lcm(*(share.denominator for share in exact))
    return [share.numerator * (total // share.denominator) for share in exact], total


def against(table: Array, strategies: Strategies, player: int) -> list[Number]:
    """Return what each action of a player earns against the others' strategies."""
    out = np.moveaxis(table, player, 0)
    for j in reversed([j for j in range(len(strategies)) if j != player]):
        weights = np.empty(len(strategies[j]), dtype=object)
        weights[:] = list(strategies[j])
        out = out @ weights
    return list(out)
