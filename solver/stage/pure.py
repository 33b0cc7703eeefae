"""Pure Nash equilibria of n players: the profiles at which everybody's payoff is its best against the others.

    a is one iff g_i(a) = max_d g_i(d, a_-i) for every i

Decided in whole numbers, all profiles at once.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from games.normal_form import NormalFormGame, Profile
from solver.tables import integer_payoffs, over_own_actions


def pure_equilibria(game: NormalFormGame) -> tuple[Profile, ...]:
    """Return every pure Nash equilibrium, in the order of the profiles."""
    payoffs, _ = integer_payoffs(game)
    stable = (payoffs == over_own_actions(payoffs)).all(axis=0)
    return tuple(game.named(where) for where in np.argwhere(stable))


def as_mixed(game: NormalFormGame, profile: Profile) -> tuple[tuple[Fraction, ...], ...]:
    """Return a profile as mixed strategies that put all weight on one action."""
    return tuple(
        tuple(Fraction(int(action == played)) for action in actions)
        for actions, played in zip(game.actions, profile, strict=True)
    )
