"""Games from plain lists, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from games.files.game_file import read_game, repeated
from games.normal_form import NormalFormGame
from games.stochastic import StochasticGame

F = Fraction
Table = Sequence[Sequence[object]]


def bimatrix(a: Table, b: Table | None = None) -> NormalFormGame:
    """A two-player game by [row][column]; symmetric if only the row player's payoffs are given."""
    columns = [list(c) for c in zip(*a, strict=True)] if b is None else [list(r) for r in b]
    rows, cols = tuple(f"r{k}" for k in range(len(a))), tuple(f"c{k}" for k in range(len(a[0])))
    if b is None:
        cols = rows
    payoffs = {(r, c): (F(a[i][j]), F(columns[i][j])) for i, r in enumerate(rows) for j, c in enumerate(cols)}
    return NormalFormGame(("row", "column"), (rows, cols), payoffs)


def again(a: Table, b: Table | None = None) -> StochasticGame:
    """The game repeated for ever."""
    return repeated(bimatrix(a, b))


def tables(game: NormalFormGame) -> tuple[list[list[F]], list[list[F]]]:
    """Both players' payoffs by [row][column]."""
    rows, columns = game.actions
    return tuple([[game.payoffs[r, c][i] for c in columns] for r in rows] for i in (0, 1))  # type: ignore[return-value]


def shipped(name: str) -> StochasticGame:
    """A game of the library."""
    return read_game(name).game


def stage(name: str) -> NormalFormGame:
    """The stage game of a one-state game of the library."""
    return shipped(name).stages[0]
