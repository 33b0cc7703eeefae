"""What two players reach in subgame-perfect equilibrium: pure actions, public randomisation, perfect monitoring.

The equilibrium payoffs in each state s are the largest family of sets with V = B(V) (``solver.repeated.recursion``):

    V(s) = co U_a { (1-delta) g(s,a) + delta sum_s' q(s'|s,a) V(s') : v_i >= best deviation, then min V_i }

with payments of at most ``transfers`` at the start of every period, if any. A point, a segment and nothing at all (no
equilibrium in pure strategies) are ordinary answers; ``solver.repeated.answers`` says how sure each one is,
``solver.repeated.capped`` how much money it takes.

References: Abreu, Pearce & Stacchetti 1990; Abreu & Sannikov 2014; Abreu, Brooks & Sannikov 2020; Goldluecke & Kranz
2012, 2018 for payments.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from games.errors import refuse
from games.stochastic import StochasticGame
from solver.repeated.answers import ROUNDS, answer, check, enough_money
from solver.repeated.capped import smallest_cap
from solver.repeated.one_state import KEPT, Limit, draw, limit_set
from solver.repeated.polygons import hull
from solver.results.repeated import PayoffSets, StateSet

__all__ = ["equilibrium_payoffs", "payoff_sets", "smallest_cap"]


def payoff_sets(
    game: StochasticGame, discount: tuple[Fraction, ...], transfers: Fraction = Fraction(0), title: str = "",
    start: int = 0, max_rounds: int = ROUNDS,
) -> PayoffSets:  # fmt: skip
    """Return the equilibrium payoffs in every state.

    Parameters
    ----------
    discount : one factor in [0, 1) for each of the two players; they may differ.
    transfers : the most that one player can pay the other in one period, in payoff units (0: no money).
    start : index of the state that the question is about (told, not used).

    Raises
    ------
    ScenarioError : not two players, a discount factor outside [0, 1), a negative cap, an unknown state.
    """
    check(game, discount, start)
    if transfers < 0:
        raise refuse("--transfers", f"{transfers} is negative", "give the most that may be paid in one period")
    # More money than equilibrium could divide changes nothing, and would only blunt the tolerances.
    useful = min(transfers, enough_money(game, discount[0])) if discount[0] == discount[1] else transfers
    found = answer(game, discount, useful, max_rounds)
    return PayoffSets(
        title=title,
        players=game.players,
        discount=dict(zip(game.players, discount, strict=True)),
        transfers=transfers,
        start=game.states[start],
        states=tuple(StateSet(s, points) for s, points in zip(game.states, found.sets, strict=True)),
        plan=None,
        rounds=found.rounds,
        converged=found.converged,
        error=found.error,
        proof=found.proof,
        notes=found.notes,
        inside=found.inside,
    )


def equilibrium_payoffs(
    payoffs: NDArray[np.float64], delta: float, error: float = 1e-12, max_rounds: int = 5000
) -> Limit:
    """Return the equilibrium payoffs of a repeated game that starts life as an array, in floats.

    Parameters
    ----------
    payoffs : shape (2, m1, m2), player 1's and player 2's payoff at every profile.
    delta : the common discount factor in [0, 1).
    error : the estimated error to reach, in units of the payoffs' spread.

    Returns
    -------
    Limit : vertices counter-clockwise, and ``step``, the last move: the sets are converged where it is small.
    """
    if payoffs.ndim != 3 or len(payoffs) != 2 or not payoffs.size:
        raise refuse("payoffs", f"shape {payoffs.shape}, not (2, m1, m2)")
    if not 0 <= delta < 1:
        raise refuse("discount", f"{delta} is not in [0, 1)")
    table = np.asarray(payoffs, dtype=np.float64)
    if delta == 0:
        return _one_shot(table)
    limit = limit_set(table, delta, error, max_rounds)
    return replace(limit, vertices=hull(limit.vertices, KEPT * 100 * (float(np.ptp(table)) or 1.0)))


def _one_shot(payoffs: NDArray[np.float64]) -> Limit:
    """Return the hull of the pure Nash equilibria: without a future nothing else is kept up."""
    best = (payoffs[0] >= payoffs[0].max(axis=0)) & (payoffs[1] >= payoffs[1].max(axis=1)[:, None])
    threats = float(payoffs[0].max(axis=0).min()), float(payoffs[1].max(axis=1).min())
    return Limit(draw(payoffs[:, best]), threats, tuple(np.flatnonzero(best).tolist()), 1, 0.0)
