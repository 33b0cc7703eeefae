"""The round robin: every strategy in either role against every other and against its own twin (Axelrod 1980)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, log, sqrt

import numpy as np

from classroom.tournament.arena import Arena, Array, Tables, tables
from classroom.tournament.evolution import ecology
from classroom.tournament.exact import Frequencies, averaged, discounted
from classroom.tournament.machine import Machine, machine
from classroom.tournament.play import line, played
from classroom.tournament.results import Length, Matrix, Standing, Tournament
from classroom.tournament.strategy import Strategy
from games.errors import refuse
from solver.results import rounded_up

PERIODS = 200
"""Of a match of a game without a discount factor: as in Axelrod's first tournament."""
MOST_MATCHES, MOST_TURNS = 4_000_000, 2 * 10**9
TIE = 1e-9
UNSEEN = 1e-6
"""A discounted match is cut where the rest has less weight than this."""


@dataclass(frozen=True, eq=False)
class Scores:
    """Mean payoffs and rates of sharing of all matches, ``[first, second, repetition, role]``; how sure they are."""

    payoffs: Array
    shares: Array
    proof: str


def length(arena: Arena, periods: int | None = None) -> Length:
    """Return how long matches last: so many periods, else by the file's discount factors, else ``PERIODS``."""
    if periods is None and arena.game.discount is not None:
        one, other = arena.game.discount
        return Length(None, (one, other))
    return Length(PERIODS if periods is None else periods)


def round_robin(
    arena: Arena, strategies: Sequence[Strategy], length: Length, noise: Fraction = Fraction(0), repetitions: int = 0,
    seed: int = 0, twins: bool = True, generations: int | None = None,
    tick: Callable[[int], object] = int,
) -> Tournament:  # fmt: skip
    """Return the tournament of some strategies, the best first.

    Parameters
    ----------
    noise : the probability that an action is carried out wrongly.
    repetitions : every match is simulated so often; 0: expected payoffs are computed instead.
    twins : whether a strategy's score counts its match against itself.
    generations : of the ecological run from an even mixture; None: there is none.
    tick : is told how many more of the matches are done.

    Raises
    ------
    ScenarioError : a strategy that does not fit the game; one that would meet nobody.
    """
    if len(strategies) < (1 if twins else 2):
        raise refuse("--strategies", f"{len(strategies)} strategies make no tournament", "add the file of one")
    machines = tuple([machine(s, arena, role) for s in strategies] for role in (0, 1))
    numbers = tables(arena)
    if repetitions:
        scores = _simulated(machines, numbers, length, float(noise), repetitions, seed, tick)
    else:
        scores = _computed(machines, numbers, length, float(noise), tick)
    standings, order = _standings(strategies, scores, twins)
    first, second = (_matrix(scores.payoffs, role, order) for role in (0, 1))
    outcome = Tournament(
        arena.title, arena.roles, (arena.actions[0][0], arena.actions[1][0]), arena.game.states, length, noise,
        repetitions, seed, twins, standings, first, second, scores.proof, None, arena.notes,
    )  # fmt: skip
    return outcome if generations is None else replace(outcome, ecology=ecology(earned(outcome), generations))


def earned(tournament: Tournament) -> Matrix:
    """Return what each strategy earns from each per period, the mean over both roles, in the order of the ranking."""
    return tuple(
        tuple((a + b) / 2 for a, b in zip(one, other, strict=True))
        for one, other in zip(tournament.first, tournament.second, strict=True)
    )


def _computed(
    machines: tuple[list[Machine], ...], numbers: Tables, length: Length, noise: float, tick: Callable[[int], object]
) -> Scores:
    count = len(machines[0])
    payoffs, shares, error = np.zeros((count, count, 1, 2)), np.zeros((count, count, 1, 2)), 0.0
    for i, one in enumerate(machines[0]):
        for j, other in enumerate(machines[1]):
            for role, found in enumerate(_expected(one, other, numbers, length, noise)):
                payoffs[i, j, 0, role] = (found.outcomes * numbers.payoffs[..., role]).sum()
                shares[i, j, 0, role] = found.outcomes.sum(axis=0).sum(axis=1 - role)[0]
                error = max(error, found.error)
        tick(count)
    bound = max(error * float(np.abs(numbers.payoffs).max()), float(np.finfo(float).tiny))
    return Scores(payoffs, shares, f"within {rounded_up(Fraction(bound))}: the product chains solved in floats")


def _expected(
    one: Machine, other: Machine, numbers: Tables, length: Length, noise: float
) -> tuple[Frequencies, Frequencies]:
    """Return the frequencies of outcomes as either role weighs the periods."""
    if length.discount is None:
        both = averaged(one, other, numbers, noise, length.periods or PERIODS)
        return both, both
    first = discounted(one, other, numbers, noise, float(length.discount[0]))
    if length.discount[0] == length.discount[1]:
        return first, first
    return first, discounted(one, other, numbers, noise, float(length.discount[1]))


def _simulated(
    machines: tuple[list[Machine], ...], numbers: Tables, length: Length, noise: float, repetitions: int, seed: int,
    tick: Callable[[int], object],
) -> Scores:  # fmt: skip
    count, weights = len(machines[0]), period_weights(length)
    matches = count * count * repetitions
    if matches > MOST_MATCHES or matches * len(weights) > MOST_TURNS:
        what = f"{count * count} matches of {len(weights)} periods, {repetitions} times, take too long"
        raise refuse("--repetitions", what, "repeat less often; without --repetitions payoffs are computed")
    shape = (count, count, repetitions)
    pairs = np.indices(shape).reshape(3, -1)
    generator = np.random.default_rng(seed)
    lines = (line(machines[0], 0), line(machines[1], 1))
    found = played(lines, (pairs[0], pairs[1]), numbers, noise, weights, generator, tick)
    payoffs, shares = found.payoffs.reshape(*shape, 2), found.shares.reshape(*shape, 2)
    return Scores(payoffs, shares, "none: simulated, with standard errors")


def period_weights(length: Length) -> Array:
    """Return the weight of every period that is played, ``[period, role]``; a role's weights sum to 1."""
    if length.discount is None:
        count = length.periods or PERIODS
        return np.full((count, 2), 1 / count)
    factors = np.array([float(d) for d in length.discount])
    largest = factors.max()
    weights = factors ** np.arange(ceil(log(UNSEEN, largest)) if largest else 1)[:, None]
    return weights / weights.sum(axis=0)


def _standings(strategies: Sequence[Strategy], scores: Scores, twins: bool) -> tuple[tuple[Standing, ...], list[int]]:
    """Return the strategies from the best to the worst, and their indices in that order."""
    count = len(strategies)
    met = np.ones((count, count)) if twins else 1 - np.eye(count)
    # A strategy's own numbers, whoever it met: [strategy, repetition], in either role and over both.
    first, second = _mean(scores.payoffs[..., 0], met), _mean(scores.payoffs[..., 1].swapaxes(0, 1), met)
    both = (first + second) / 2
    shares = (_mean(scores.shares[..., 0], met) + _mean(scores.shares[..., 1].swapaxes(0, 1), met)) / 2
    score, wins = both.mean(axis=1), _wins(scores.payoffs.mean(axis=2))
    titles = _distinct(strategies)
    order = sorted(range(count), key=lambda i: (-round(score[i] / TIE), titles[i]))
    repetitions = both.shape[1]
    standings = [
        Standing(
            1 + int((score > score[i] + TIE).sum()), strategies[i].name, titles[i], strategies[i].source,
            float(score[i]), float(both[i].std(ddof=1)) / sqrt(repetitions) if repetitions > 1 else None,
            float(first[i].mean()), float(second[i].mean()), float(shares[i].mean()), wins[i],
        )
        for i in order
    ]  # fmt: skip
    return tuple(standings), order


def _mean(values: Array, met: Array) -> Array:
    return (values * met[..., None]).sum(axis=1) / met.sum(axis=1)[:, None]


def _wins(payoffs: Array) -> list[int]:
    """Return for each strategy how many others it earned more from than they from it, over both roles."""
    mine = payoffs[..., 0] + payoffs[..., 1].T
    return [int((row > column + TIE).sum()) for row, column in zip(mine, mine.T, strict=True)]


def _matrix(payoffs: Array, role: int, order: list[int]) -> Matrix:
    mean = payoffs[..., role].mean(axis=2)
    mine = mean if role == 0 else mean.T
    return tuple(tuple(float(mine[i, j]) for j in order) for i in order)


def _distinct(strategies: Sequence[Strategy]) -> list[str]:
    """Return titles that tell strategies apart: with the file's name where two have the same."""
    titles = [s.title for s in strategies]
    return [f"{s.title} ({s.name})" if titles.count(s.title) > 1 else s.title for s in strategies]
