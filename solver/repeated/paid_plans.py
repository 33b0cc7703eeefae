"""Play that reaches a payoff with payments up to a cap, as a finite automaton (``plans`` has it without money).

Every vertex v of the payoffs before payments V(s) is a value w at the action stage less a payment,

    v_1 = w_1 - (1-delta_1) t,    v_2 = w_2 + (1-delta_2) t,    |t| <= cap,    w in act(s),    v_i >= min act_i(s)

with the smallest payment that does it (``recursion`` has act). After the payment a vertex of act(s) is drawn, and kept
up by a profile and by vertices of the V(s') that follow. Who refuses to pay is answered by its worst vertex of act(s),
who deviates by its worst vertex of V(s').
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from games.stochastic import StochasticGame
from solver.exact import EXACT, fraction, rational
from solver.repeated.plans import Ready, Values, beginning, grown, keeping, lottery, named, placed, prepared, share_of
from solver.repeated.polygons import hull
from solver.repeated.recursion import generate, recursion
from solver.results.repeated import Automaton, Node, Point
from solver.stage.programme import minimum

LEAST = 1e-9
"""A chance below which a vertex only stands in for rounding."""


@dataclass(frozen=True, eq=False)
class _Money:
    """The sets before payments, and by state the vertices at the action stage with their names."""

    ready: Ready
    cap: Fraction
    act: tuple[tuple[Values, ...], ...]
    names: tuple[tuple[str, ...], ...]

    def worst(self, s: int, i: int) -> str:
        """Return the name of a state's vertex at the action stage that is worst for a player."""
        own = self.act[s]
        return self.names[s][min(range(len(own)), key=lambda k: (own[k][i], -sum(own[k])))]


def paid_plan(
    game: StochasticGame, discount: tuple[Fraction, ...], sets: Sequence[Sequence[Point]], cap: Fraction, start: int,
    at: Point | None = None,
) -> Automaton | None:  # fmt: skip
    """Return play that reaches a payoff of two players with payments up to ``cap``; None where it cannot be shown.

    Parameters
    ----------
    sets : the vertices of the equilibrium payoffs before payments, by state, none of them empty.
    at : the payoff (None: the largest joint one).

    Raises
    ------
    ScenarioError : a payoff that is not in the set.
    """
    ready = prepared(game, discount, sets)
    exact = recursion(game, discount, cap, EXACT)
    polygons = tuple(hull((rational(x), rational(y)) for x, y in own) for own in ready.vertices)
    made = generate(exact, polygons, range(len(exact.table.state)), rational(ready.tolerance)).act
    act = tuple(tuple((fraction(x), fraction(y)) for x, y in p) for p in made)
    money = _Money(ready, cap, act, tuple(tuple(f"{name} paid" for name in own) for own in named(game, act)))
    before, after = placed(ready.names, ready.vertices), placed(money.names, act)

    def build(name: str) -> Node | None:
        return keeping(ready, name, *after[name]) if name in after else _paying(money, name, *before[name])

    return grown(ready, beginning(ready, start, at), [*before, *after], build)


def _paying(money: _Money, name: str, s: int, v: Sequence[Fraction]) -> Node | None:
    """Return the node of a vertex before payments: what is paid, and what follows."""
    found = _split(money, s, v)
    if found is None:
        return None
    due, shares = found
    game, players = money.ready.game, money.ready.game.players
    payments = {players[0]: due, players[1]: -due} if due else {}
    default = {player: money.worst(s, i) for i, player in enumerate(players)} if due else {}
    drawn = lottery(shares, money.names[s])
    if len(drawn) > 1:
        return Node(name, game.states[s], payments, {}, {}, {}, {}, default, drawn)
    only = keeping(money.ready, name, s, money.act[s][next(k for k, share in enumerate(shares) if share)])
    return None if only is None else replace(only, payments=payments, default=default)


def _split(money: _Money, s: int, v: Sequence[Fraction]) -> tuple[Fraction, list[Fraction]] | None:
    """Return what the first player pays (negative: gets), and the lottery over act(s) that follows."""
    act, (one, two) = money.act[s], (1 - d for d in money.ready.discount)
    size, slack = len(act), rational(money.ready.tolerance)
    # Columns: the lottery, then what the first player pays and what it gets. The smallest payment is best.
    worth = EXACT.array([[w[i] for w in act] + ([-one, one] if i == 0 else [two, -two]) for i in (0, 1)])
    total = EXACT.array([[Fraction(1)] * size + [Fraction(0)] * 2])
    limits = EXACT.array([[Fraction(0)] * (size + k) + [Fraction(-1)] + [Fraction(0)] * (1 - k) for k in (0, 1)])
    target, each = EXACT.array(list(v)), EXACT.array([Fraction(1)])
    cap = EXACT.array([-money.cap] * 2)
    right = np.concatenate([target - slack, -target - slack, each, -each, cap])
    cost = EXACT.array([Fraction(0)] * size + [Fraction(1)] * 2)
    found = minimum(cost, np.concatenate([worth, -worth, total, -total, limits]), right)
    if found is None:
        return None
    shares = [share_of(x) for x in found.x[:size]]
    if not money.ready.exact:
        # What only stands in for rounding is not told.
        shares = [share if share >= LEAST else Fraction(0) for share in shares]
    due = Fraction(found.x[size]) - Fraction(found.x[size + 1])
    return due, [share / sum(shares) for share in shares]
