"""What a tournament came to. A ``float`` is approximate; ``proof`` says how near."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Length:
    """How long a match lasts: so many periods, their payoffs averaged, or for ever, discounted (one factor a role)."""

    periods: int | None
    discount: tuple[Fraction, Fraction] | None = None


@dataclass(frozen=True)
class Standing:
    """Where a strategy came in: payoffs per period, the mean over all its matches; ``error`` is a standard error.

    ``shares`` is how often it shared; ``wins`` counts the others that it earned more from than they from it, over both
    roles.
    """

    rank: int
    name: str
    title: str
    source: str
    score: float
    error: float | None
    as_first: float
    as_second: float
    shares: float
    wins: int


@dataclass(frozen=True)
class Ecology:
    """Shares of a population that starts evenly mixed: ``shares[generation][strategy]``, strategies as ranked.

    ``lifted`` was added to every payoff so that none is negative.
    """

    generations: int
    shares: Matrix
    lifted: float


@dataclass(frozen=True)
class Match:
    """One match, period by period: indices of states, and whether each role shared; ``payoffs`` are per period."""

    title: str
    roles: tuple[str, str]
    strategies: tuple[str, str]
    actions: tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
    states: tuple[str, ...]
    noise: Fraction
    seed: int
    path: tuple[int, ...]
    shared: tuple[tuple[bool, bool], ...]
    payoffs: tuple[float, float]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tournament:
    """A round robin; matrices are in the order of ``standings``.

    ``first[i][j]`` is what strategy i earns per period in the first role against j in the second, ``second[i][j]`` what
    i earns in the second role against j in the first. ``repetitions`` is 0 where the payoffs are computed expectations.
    """

    title: str
    roles: tuple[str, str]
    actions: tuple[tuple[str, str], tuple[str, str]]
    states: tuple[str, ...]
    length: Length
    noise: Fraction
    repetitions: int
    seed: int
    twins: bool
    standings: tuple[Standing, ...]
    first: Matrix
    second: Matrix
    proof: str
    ecology: Ecology | None = None
    notes: tuple[str, ...] = ()
