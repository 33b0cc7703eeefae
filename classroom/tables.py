"""Payoff tables of two players as texts that a person reads, and that a page can set as a table (pipes: Markdown).

| bank \\ office | broad | narrow |
|---------------|-------|--------|
| daily         | 4, 3  | 1, 5   |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from classroom.offline.mark import spelled
from games.errors import refuse
from games.normal_form import NormalFormGame
from games.stochastic import StochasticGame


class Tables(Mapping[str, str]):
    """The payoff tables of a variant's games, by the game's name; of the first state, where there are several."""

    def __init__(self, game: Callable[[str], StochasticGame]) -> None:
        self._game = game

    def __getitem__(self, name: str) -> str:
        return table(self._game(name).stages[0])

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def table(game: NormalFormGame) -> str:
    """Return the table of a game of two: the first one's actions down, the second one's across, "own, other's" payoffs.

    Raises
    ------
    ScenarioError : it has more or fewer players.
    """
    if len(game.players) != 2:
        raise refuse("tables", f"a table shows two players, not {len(game.players)}", "say the payoffs in words")
    down, across = game.actions
    rows = [[f"{game.players[0]} \\ {game.players[1]}", *across]]
    rows += [[own, *(", ".join(map(spelled, game.payoffs[own, other])) for other in across)] for own in down]
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [_line(row, widths) for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
