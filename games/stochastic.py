"""Discounted stochastic games.

A stochastic game is (N, S, (A_i(s)), g, q, delta): in state s the players choose a in A(s), player i earns
g_i(s, a) in that period, and the next state is s' with probability q(s' | s, a). Player i discounts by delta_i.
A repeated game is one with a single state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from games.errors import refuse
from games.normal_form import NormalFormGame, Profile

Row = Mapping[int, Fraction]


@dataclass(frozen=True)
class StochasticGame:
    """A stochastic game with its full payoff tables (small games; see ``games.translate`` for large ones).

    Parameters
    ----------
    states : names.
    stages : the game played in each state; all have the same players.
    next : for each state and profile, the probabilities of the next state's index.
    discount : one discount factor in [0, 1) for each player; None: the file names none, and the question must.

    Raises
    ------
    ScenarioError : a discount factor outside [0, 1), a missing transition, or one that does not sum to 1.
    """

    states: tuple[str, ...]
    stages: tuple[NormalFormGame, ...]
    next: tuple[Mapping[Profile, Row], ...]
    discount: tuple[Fraction, ...] | None = None

    def __post_init__(self) -> None:
        if self.discount is not None:
            for name, delta in zip(self.players, self.discount, strict=True):
                if not 0 <= delta < 1:
                    raise refuse(f"discount.{name}", f"{delta} is not in [0, 1)")
        for state, stage, rows in zip(self.states, self.stages, self.next, strict=True):
            for profile in stage.profiles():
                row = rows.get(profile)
                if row is None:
                    raise refuse(f"states.{state}.next", f"profile {profile} leads nowhere")
                if sum(row.values()) != 1 or min(row.values()) < 0:
                    raise refuse(f"states.{state}.next", f"probabilities after {profile} sum to {sum(row.values())}")

    @property
    def players(self) -> tuple[str, ...]:
        """Return the players' names."""
        return self.stages[0].players
