"""Who takes part: the strategies that ship, and those that students handed in, a file or a whole folder of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from classroom.tournament.arena import Arena
from classroom.tournament.machine import machine
from classroom.tournament.reading import read_strategy, shipped
from classroom.tournament.strategy import OTHER, Strategy
from games.errors import Problem, ScenarioError, refuse

MOST_FILES = 300
ENDING = ".toml"


def entrants(arena: Arena, handed_in: Iterable[str], ours: bool = True) -> tuple[tuple[Strategy, ...], tuple[str, ...]]:
    """Return the strategies that play a game, and what should be known of those that do not.

    A file of a folder that cannot be used is named and left out: one student's mistake stops nobody else.

    Parameters
    ----------
    handed_in : paths of strategy files, or of folders of them.
    ours : whether the strategies that ship play too.

    Raises
    ------
    ScenarioError : a path that leads nowhere, or a file named by itself that cannot be used.
    """
    strategies, notes = _ours(arena) if ours else ([], [])
    for path in handed_in:
        folder = Path(path)
        if not folder.is_dir():
            strategies.append(_fitting(folder, arena))
            continue
        found, left_out = _folder(folder, arena)
        strategies += found
        notes += left_out
    return tuple(strategies), tuple(notes)


def _ours(arena: Arena) -> tuple[list[Strategy], list[str]]:
    """Return the strategies that ship; those that look at urgency only where there is some."""
    found = shipped()
    if len(arena.game.states) > 1:
        return list(found), []
    blind = [s for s in found if not sees_urgency(s)]
    left = len(found) - len(blind)
    return blind, [f"this game has one state: the {left} strategies that ship and look at urgency are left out"]


def sees_urgency(strategy: Strategy) -> bool:
    """Return whether a strategy plays or moves differently from state to state."""
    return any(set(node.plays) != {OTHER} or any(rule.state for rule in node.rules) for node in strategy.nodes.values())


def _folder(folder: Path, arena: Arena) -> tuple[list[Strategy], list[str]]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ENDING)
    if not files:
        raise refuse(str(folder), f"holds no {ENDING} file", "name the folder that strategies were handed in to")
    if len(files) > MOST_FILES:
        raise refuse(str(folder), f"{len(files)} files are more than {MOST_FILES}", "hold the tournament in groups")
    found, notes = [], []
    for file in files:
        try:
            found.append(_fitting(file, arena))
        except ScenarioError as error:
            notes.append(f"left out: {_told(error.problems)}")
    return found, notes


def _fitting(file: Path, arena: Arena) -> Strategy:
    """Return the strategy of a file, once it fits the game in both roles."""
    strategy = read_strategy(file)
    for role in (0, 1):
        machine(strategy, arena, role)
    return strategy


def _told(problems: Sequence[Problem]) -> str:
    first, more = problems[0], len(problems) - 1
    words = f"{first.where}: {first.what}" + (f" ({first.hint})" if first.hint else "")
    return words + (f", and {more} more" if more else "")
