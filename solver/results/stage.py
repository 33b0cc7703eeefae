"""Answers about a game that is played once. Payoffs are per period, probabilities are in [0, 1]."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from solver.results import Number

Strategy = Mapping[str, Number]
"""The probability of each action of one player, every action named."""
Profile = tuple[str, ...]


@dataclass(frozen=True)
class Equilibrium:
    """One equilibrium: a strategy and a payoff for each player, and the ``regret``: the most that anybody could gain
    by another action (exactly 0 where the equilibrium is rational)."""

    strategies: Mapping[str, Strategy]
    payoffs: Mapping[str, Number]
    regret: Number


@dataclass(frozen=True)
class StageEquilibria:
    """The equilibria of a stage game, pure ones only for the concept ``pure``.

    ``complete`` says whether these are all. In a ``degenerate`` two-player game they are the extreme ones, and
    ``components`` groups their indices into the maximal Nash subsets, whose convex combinations are equilibria too.
    ``degenerate`` None: not known (it is decided for two players only).
    """

    title: str
    state: str
    concept: Literal["nash", "pure"]
    players: tuple[str, ...]
    equilibria: tuple[Equilibrium, ...]
    complete: bool
    degenerate: bool | None
    components: tuple[tuple[int, ...], ...]
    method: str
    proof: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CorrelatedEquilibrium:
    """The (coarse) correlated equilibrium that is best for an objective: ``distribution`` over profiles."""

    title: str
    state: str
    concept: Literal["correlated", "coarse"]
    objective: str
    players: tuple[str, ...]
    distribution: Mapping[Profile, Number]
    payoffs: Mapping[str, Number]
    value: Number
    proof: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MinmaxPoint:
    """The lowest payoff to which the others can hold a player, and how.

    ``against`` is the others' joint play: a distribution over their profiles (in the players' order, the player left
    out); for ``mixed`` it is a product of independent strategies. ``reply`` is a best reply to it. ``low`` <= the
    true value <= ``value``: they differ only for mixed play of three players or more, where ``value`` is what was
    found and ``low`` the correlated minmax.
    """

    player: str
    kind: Literal["pure", "mixed", "correlated"]
    value: Number
    low: Number
    against: Mapping[Profile, Number]
    reply: str
    proof: str


@dataclass(frozen=True)
class Minmax:
    """The minmax payoffs of every player."""

    title: str
    state: str
    players: tuple[str, ...]
    points: tuple[MinmaxPoint, ...]
    proof: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Elimination:
    """An action that goes, in which ``round``, and the (mixed) strategy that dominates it."""

    round: int
    player: str
    action: str
    by: Strategy


@dataclass(frozen=True)
class Reduction:
    """Iterated elimination by one kind of dominance: the order, and what is left.

    Strict: the order does not matter. Weak: it may; all that are weakly dominated go at once, round by round.
    """

    strict: bool
    steps: tuple[Elimination, ...]
    remaining: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Dominance:
    """What iterated strict and iterated weak dominance leave of a stage game."""

    title: str
    state: str
    players: tuple[str, ...]
    strict: Reduction
    weak: Reduction
    proof: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class EvolutionaryStrategy:
    """A symmetric equilibrium strategy, and whether it is evolutionarily stable; else an ``invader`` that stays."""

    strategy: Strategy
    payoff: Number
    stable: bool
    invader: Strategy | None


@dataclass(frozen=True)
class Evolution:
    """The symmetric equilibria of a symmetric two-player game, each tried for evolutionary stability."""

    title: str
    state: str
    strategies: tuple[EvolutionaryStrategy, ...]
    complete: bool
    proof: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReplicatorPath:
    """Shares of each action in a population over time, under the replicator dynamic; ``rest`` says where it ends."""

    title: str
    state: str
    actions: tuple[str, ...]
    times: tuple[float, ...]
    shares: tuple[tuple[float, ...], ...]
    at_rest: bool
    proof: str
    notes: tuple[str, ...] = ()
