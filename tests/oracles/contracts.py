"""The best relational contract by brute force over all policies, in Fractions; shares nothing with the solver.

For small games only: every combination of what is played and what punishes is tried, with its own values.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from games.stochastic import StochasticGame
from oracles.bimatrix import solved

Values = tuple[Fraction, ...]


def values(game: StochasticGame, delta: Fraction, payoffs: list[Fraction], rows: list[dict[int, Fraction]]) -> Values:
    """Return (1-delta) (I - delta Q)^-1 payoffs."""
    size = len(game.states)
    system = [
        [Fraction(int(s == t)) - delta * rows[s].get(t, Fraction(0)) for t in range(size)] + [(1 - delta) * payoffs[s]]
        for s in range(size)
    ]
    found = solved(system)
    assert found is not None
    return tuple(found)


def contract(game: StochasticGame, delta: Fraction) -> tuple[Values, tuple[Values, ...]] | None:
    """Return (U by state, v_i by player and state) of the elimination, every maximum by trying all policies."""
    allowed = [list(stage.profiles()) for stage in game.stages]
    while True:
        if not all(allowed):
            return None
        joint = _best(game, delta, allowed)
        low = tuple(_lowest(game, delta, allowed, i) for i in range(len(game.players)))
        kept = [[p for p in own if _stays(game, delta, s, p, joint, low)] for s, own in enumerate(allowed)]
        if kept == allowed:
            return joint, low
        allowed = kept


def _best(game: StochasticGame, delta: Fraction, allowed: list[list[tuple[str, ...]]]) -> Values:
    found = []
    for policy in product(*allowed):
        payoffs = [sum(game.stages[s].payoffs[p], Fraction(0)) for s, p in enumerate(policy)]
        found.append(values(game, delta, payoffs, [dict(game.next[s][p]) for s, p in enumerate(policy)]))
    return tuple(max(v[s] for v in found) for s in range(len(game.states)))


def _lowest(game: StochasticGame, delta: Fraction, allowed: list[list[tuple[str, ...]]], i: int) -> Values:
    found = []
    for policy in product(*allowed):
        replies = []
        for own in product(*(stage.actions[i] for stage in game.stages)):
            played = [(*p[:i], d, *p[i + 1 :]) for p, d in zip(policy, own, strict=True)]
            payoffs = [game.stages[s].payoffs[p][i] for s, p in enumerate(played)]
            replies.append(values(game, delta, payoffs, [dict(game.next[s][p]) for s, p in enumerate(played)]))
        found.append(tuple(max(v[s] for v in replies) for s in range(len(game.states))))
    return tuple(min(v[s] for v in found) for s in range(len(game.states)))


def _stays(
    game: StochasticGame, delta: Fraction, s: int, p: tuple[str, ...], joint: Values, low: tuple[Values, ...]
) -> bool:
    def ahead(profile: tuple[str, ...], after: Values) -> Fraction:
        return delta * sum((q * after[t] for t, q in game.next[s][profile].items()), Fraction(0))

    stage = game.stages[s]
    tempted = Fraction(0)
    for i, after in enumerate(low):
        moves = [(*p[:i], d, *p[i + 1 :]) for d in stage.actions[i]]
        tempted += max((1 - delta) * stage.payoffs[m][i] + ahead(m, after) for m in moves)
    return (1 - delta) * sum(stage.payoffs[p], Fraction(0)) + ahead(p, joint) >= tempted
