"""Games that all peers are asked about, and when two answers are the same."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, product
from typing import Any

from small_games import bimatrix, shipped

from games.files.documents import library
from games.normal_form import NormalFormGame
from solver.results.stage import Equilibrium
from solver.stage.bimatrix import extreme_equilibria

SPREADS = (0, 1, 2, 4, 9, 100)
"""Largest payoffs: the small ones make most games degenerate."""
Strategies = Sequence[Sequence[Any]]


def two_player_games(count: int, seed: int, most: int = 5) -> Iterator[NormalFormGame]:
    """Yield games of whole payoffs from 1 x 1 up, many of them degenerate: ties, rows twice, a row of zeros."""
    draw = random.Random(seed)
    for _ in range(count):
        m, n, spread = draw.randint(1, most), draw.randint(1, most), draw.choice(SPREADS)
        a, b = ([[draw.randint(-spread, spread) for _ in range(n)] for _ in range(m)] for _ in range(2))
        if draw.random() < 0.3:
            a[-1], b[-1] = a[0], b[0]
        if draw.random() < 0.1:
            a[-1] = [0] * n
        yield bimatrix(a, b)


def hard_games(count: int, seed: int) -> Iterator[NormalFormGame]:
    """Yield games that floats are easily wrong about: many digits, many sizes, nearly singular, nearly equal rows."""
    draw = random.Random(seed)
    kinds = (_many_digits, _many_sizes, _nearly_singular, _nearly_twice)
    for k in range(count):
        m, n = draw.choice([(5, 5), (3, 7), (7, 3), (6, 6), (4, 6), (2, 12), (12, 2), (7, 7)])
        yield bimatrix(*(kinds[k % len(kinds)](draw, m, n) for _ in range(2)))


def _many_digits(draw: random.Random, m: int, n: int) -> list[list[int]]:
    return [[draw.randrange(2**53) for _ in range(n)] for _ in range(m)]


def _many_sizes(draw: random.Random, m: int, n: int) -> list[list[int]]:
    return [[draw.randint(1, 9) * 10 ** draw.randint(0, 14) for _ in range(n)] for _ in range(m)]


def _nearly_singular(draw: random.Random, m: int, n: int) -> list[list[int]]:
    u, v = ([draw.randint(1, 99) for _ in range(size)] for size in (m, n))
    return [[10**4 * own * other + draw.randint(-1, 1) for other in v] for own in u]


def _nearly_twice(draw: random.Random, m: int, n: int) -> list[list[int]]:
    table = [[draw.randrange(10**9) for _ in range(n)] for _ in range(m)]
    table[-1] = list(table[0])
    table[-1][draw.randrange(n)] += draw.choice([0, 1])
    for row in table:
        row[-1] = row[0] + draw.choice([0, 1, 1])
    return table


def square_games(size: int, count: int, real: bool = False) -> Iterator[NormalFormGame]:
    """Yield nondegenerate games with payoffs of at least 1 (nashpy's vertex enumeration needs that)."""
    draw = random.Random(size)
    while count:
        game = bimatrix(*(_square(draw, size, real) for _ in range(2)))
        found = extreme_equilibria(game)
        if found is not None and not found.degenerate:
            count -= 1
            yield game


def _square(draw: random.Random, size: int, real: bool) -> list[list[float]]:
    return [[1 + draw.random() if real else draw.randint(1, 10**4) for _ in range(size)] for _ in range(size)]


def game_of(sizes: Sequence[int], seed: int, spread: int = 10**6) -> NormalFormGame:
    """A game of any number of players with whole payoffs, generic where the spread is large."""
    draw = random.Random(f"{sizes} {seed}")
    actions = tuple(tuple(f"{'abcd'[i]}{k}" for k in range(size)) for i, size in enumerate(sizes))
    payoffs = {p: tuple(Fraction(draw.randint(-spread, spread)) for _ in sizes) for p in product(*actions)}
    return NormalFormGame(tuple(f"p{i}" for i in range(len(sizes))), actions, payoffs)


def one_state_games() -> dict[str, NormalFormGame]:
    """The games of the library that have one state, by name."""
    games = {name: shipped(name) for name in library()}
    return {name: game.stages[0] for name, game in games.items() if len(game.states) == 1}


def plain(equilibria: Iterable[Equilibrium]) -> list[Strategies]:
    """Strategies without names, as floats."""
    return [[[float(p) for p in own.values()] for own in one.strategies.values()] for one in equilibria]


def near(one: Strategies, others: Iterable[Strategies], within: float = 1e-5) -> bool:
    """Whether a profile is among others."""
    return any(_fits(one, other, within) for other in others)


def _fits(one: Strategies, other: Strategies, within: float) -> bool:
    """A probability that is no number fits nothing."""
    if [len(x) for x in one] != [len(x) for x in other]:
        return False
    pairs = chain.from_iterable(zip(x, y, strict=True) for x, y in zip(one, other, strict=True))
    return all(abs(float(p) - float(q)) < within for p, q in pairs)


def same(ones: Sequence[Strategies], others: Sequence[Strategies], within: float = 1e-5) -> bool:
    """Whether two lists hold the same profiles, however often."""
    return all(near(x, others, within) for x in ones) and all(near(x, ones, within) for x in others)
