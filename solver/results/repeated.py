"""Answers about a game that is played for ever: payoffs that equilibrium can reach, and the patience that it takes.

Values are normalised, (1 - delta) sum_t delta^t g_t: payoffs per period. Payments are money in one period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from solver.results import Number

Point = tuple[Number, ...]
"""A payoff for each player, in the players' order."""
Lottery = Mapping[str, Number]
"""The probability of each node by name; a public randomisation."""


@dataclass(frozen=True)
class Node:
    """A node of an automaton: what is paid and played in one period while play is here, and where play goes.

    ``payments`` come first (net amount that each player pays; they sum to 0; empty: none are due). Whoever refuses to
    pay sends play to the node ``default[player]`` of the same state and period. Then ``profile`` is played; or, where
    ``then`` is not empty, a node of the same state and period is drawn from it, and plays its own. ``next`` maps the
    next state to a lottery over nodes, after the profile or after more than one player left it; ``breach[player]`` does
    the same after that player alone left it. ``values`` are what each player expects here, payments included.
    """

    name: str
    state: str
    payments: Mapping[str, Number]
    profile: Mapping[str, str]
    values: Mapping[str, Number]
    next: Mapping[str, Lottery]
    breach: Mapping[str, Mapping[str, Lottery]]
    default: Mapping[str, str]
    then: Lottery = field(default_factory=dict)


@dataclass(frozen=True)
class Automaton:
    """Play as a finite automaton, with the smallest slack over all its one-shot deviations (>= 0: an equilibrium).

    ``start`` is the lottery over its first nodes; ``values`` what each player expects before it is drawn;
    ``cap`` the largest sum that anybody has to pay in one period; ``worst`` the deviation that gains most, if any.
    """

    start: Lottery
    nodes: tuple[Node, ...]
    values: Mapping[str, Number]
    slack: Number
    cap: Number
    proof: str
    worst: str = ""


@dataclass(frozen=True)
class ContractState:
    """The best relational contract in one state: joint value, harshest punishments, and what is played."""

    state: str
    joint: Number
    punishment: Mapping[str, Number]
    profile: Mapping[str, str]


@dataclass(frozen=True)
class Contract:
    """What equilibrium reaches with unlimited voluntary payments.

    In each state the equilibrium payoffs are { V : sum V_i = joint, V_i >= punishment_i }. ``states`` is empty where
    no pure-strategy equilibrium exists; ``converged`` False: the elimination was cut off.
    """

    title: str
    players: tuple[str, ...]
    discount: Number
    start: str
    states: tuple[ContractState, ...]
    plan: Automaton | None
    rounds: int
    converged: bool
    proof: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StateSet:
    """The equilibrium payoffs of two players in one state: vertices counter-clockwise; a point, a segment, nothing."""

    state: str
    vertices: tuple[Point, ...]


@dataclass(frozen=True)
class PayoffSets:
    """What two players reach in equilibrium with no money (``transfers`` 0) or with payments up to a cap.

    Play is pure, with public randomisation. ``error`` bounds how far the vertices may be from the true set's
    (infinite where nothing was proven); ``converged`` False: the iteration was cut off. Where vertices are told in
    floats ``inside`` may hold rational sets as close that generate themselves: plays are made from these.
    """

    title: str
    players: tuple[str, ...]
    discount: Mapping[str, Number]
    transfers: Number
    start: str
    states: tuple[StateSet, ...]
    plan: Automaton | None
    rounds: int
    converged: bool
    error: Number
    proof: str
    notes: tuple[str, ...] = ()
    inside: tuple[tuple[tuple[Fraction, Fraction], ...], ...] = ()


@dataclass(frozen=True)
class HalfSpace:
    """The points V with direction . V <= level."""

    direction: Point
    level: Number


@dataclass(frozen=True)
class BoundState:
    """An inner bound (vertices) and an outer one (half-spaces) of the equilibrium payoffs in one state.

    ``gap`` is the largest distance between them in any direction tried.
    """

    state: str
    inner: tuple[Point, ...]
    outer: tuple[HalfSpace, ...]
    gap: Number


@dataclass(frozen=True)
class PayoffBounds:
    """What n players reach in equilibrium without money, from inside and from outside."""

    title: str
    players: tuple[str, ...]
    discount: Mapping[str, Number]
    start: str
    states: tuple[BoundState, ...]
    plan: Automaton | None
    rounds: int
    converged: bool
    proof: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class SmallestCap:
    """How much money must be on the table: the smallest cap on one period's payment that reaches a joint value.

    ``joint`` is the best joint value at that cap in the start state (None: there is no equilibrium) and ``without`` the
    best without money (None: no equilibrium without money). ``cap`` None: no cap reaches what was asked for.
    """

    title: str
    players: tuple[str, ...]
    discount: Mapping[str, Number]
    start: str
    joint: Number | None
    without: Number | None
    cap: Number | None
    proof: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """From this discount factor on, until the next step: the best joint value, the punishments, and what is played.

    Of plays that reach the same, the one whose smallest payoff is largest: a step may change nothing but that.
    """

    start: Number
    joint: Number
    punishment: Mapping[str, Number]
    profile: Mapping[str, str]


@dataclass(frozen=True)
class PatienceSteps:
    """A repeated game: what each discount factor sustains, as a step function of it.

    ``steps`` with unlimited payments and the harshest punishments; ``reversion`` without money, a breach answered by
    the pure stage equilibrium that is worst for whoever broke it (empty: the stage game has none).
    """

    title: str
    players: tuple[str, ...]
    steps: tuple[Step, ...]
    reversion: tuple[Step, ...]
    proof: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Switch:
    """A discount factor in (``low``, ``discount``] at which what is played in equilibrium changes, and to what.

    ``kind`` says what changes: the best play, or only the punishment. ``states`` is the contract at ``discount``; if
    not ``inclusive`` what was played before still stands there, and ``states`` is the limit from above.
    """

    low: Number
    discount: Number
    kind: Literal["play", "punishment"]
    states: tuple[ContractState, ...]
    inclusive: bool = True


@dataclass(frozen=True)
class PatienceSwitches:
    """A stochastic game with unlimited payments: where what is played changes as the discount factor rises.

    Values move between the switches too. Found on a grid and refined; ``resolution`` is the grid's width.
    """

    title: str
    players: tuple[str, ...]
    switches: tuple[Switch, ...]
    resolution: Number
    proof: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Region:
    """A convex set of payoffs of two players to be drawn: its vertices counter-clockwise (a point, a segment, none).

    ``kind`` says what it is: what one period can give (all of it, or its individually rational part), or what
    equilibrium reaches without money, with payments up to a cap, or with unlimited ones; ``label`` says the same in
    words, and ``discount`` at which discount factors ("" for one period).
    """

    label: str
    vertices: tuple[Point, ...]
    kind: Literal["feasible", "rational", "none", "capped", "unlimited"]
    discount: str = ""


@dataclass(frozen=True)
class PayoffPicture:
    """What a picture of payoffs shows: regions in the order of drawing, and points by name.

    ``state`` is the one in which play starts, "" in a repeated game.
    """

    title: str
    state: str
    players: tuple[str, ...]
    units: str
    regions: tuple[Region, ...]
    points: tuple[tuple[str, Point], ...]
