"""Normal-form games.

A game in normal form is a tuple (N, (A_i), (g_i)): players i in N, finite action sets A_i, and payoffs
g_i(a) for every profile a in A = prod_i A_i. Payoffs are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from games.errors import refuse

Profile = tuple[str, ...]


@dataclass(frozen=True)
class NormalFormGame:
    """A finite game played once.

    Parameters
    ----------
    players : names, n of them.
    actions : for each player, its action names.
    payoffs : for every profile (one action per player, in the players' order), n payoffs per period.

    Raises
    ------
    ScenarioError : a profile without payoffs, a profile that nobody can play, or a wrong number of payoffs.
    """

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    payoffs: Mapping[Profile, tuple[Fraction, ...]]

    def __post_init__(self) -> None:
        if len(self.actions) != len(self.players):
            raise refuse("actions", f"{len(self.actions)} action lists for {len(self.players)} players")
        expected = prod(map(len, self.actions))
        if len(self.payoffs) != expected:
            raise refuse("payoffs", f"{len(self.payoffs)} profiles have payoffs, not {expected}")
        for profile in self.profiles():
            if len(self.payoffs.get(profile, ())) != len(self.players):
                raise refuse("payoffs", f"profile {profile} needs {len(self.players)} payoffs")

    def profiles(self) -> Iterator[Profile]:
        """Return every profile, the last player's action changing fastest."""
        return product(*self.actions)

    def named(self, chosen: Iterable[int]) -> Profile:
        """Return the profile in which each player takes the action of this index."""
        return tuple(names[a] for names, a in zip(self.actions, chosen, strict=True))

    def deviations(self, profile: Profile, player: int) -> Iterator[tuple[str, Profile]]:
        """Return the other actions of ``player`` with the profile that each leads to."""
        for action in self.actions[player]:
            if action != profile[player]:
                yield action, (*profile[:player], action, *profile[player + 1 :])
