"""The decision about a mixed profile: expected payoffs and regret, exactly where the probabilities are rational.

regret = max_i max_d  E g_i(d, x_-i) - E g_i(x),      an equilibrium iff it is 0
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from games.normal_form import NormalFormGame
from solver.results import Number
from solver.results.stage import Equilibrium
from solver.tables import integer_payoffs

Strategies = Sequence[Sequence[Number]]


def judged(game: NormalFormGame, strategies: Strategies) -> Equilibrium:
    """Return a profile of mixed strategies with its payoffs and its regret."""
    payoffs = []
    tables, unit = integer_payoffs(game)
    worst: Number = Fraction(0)
    for i in range(len(game.players)):
        each = against(tables[i], strategies, i)
        own = sum((p * v for p, v in zip(strategies[i], each, strict=True)), Fraction(0))
        payoffs.append(own * unit)
        worst = max(worst, (max(each) - own) * unit)
    named = {
        player: dict(zip(actions, own, strict=True))
        for player, actions, own in zip(game.players, game.actions, strategies, strict=True)
    }
    return Equilibrium(named, dict(zip(game.players, payoffs, strict=True)), worst)


def against(table: np.ndarray, strategies: Strategies, player: int) -> list[Number]:
    """Return what each action of a player earns against the others' strategies."""
    out = np.moveaxis(table, player, 0)
    for j in reversed([j for j in range(len(strategies)) if j != player]):
        weights = np.empty(len(strategies[j]), dtype=object)
        weights[:] = list(strategies[j])
        out = out @ weights
    return list(out)
