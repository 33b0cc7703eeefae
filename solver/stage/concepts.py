"""One question about a stage game by the name of its solution concept.

To add a concept: write its room, add it here and to ``CONCEPTS``, and give its result a telling in ``report``.
"""

from __future__ import annotations

from games.errors import refuse
from games.files.game_file import GameFile
from games.normal_form import NormalFormGame
from solver.results.stage import (
    CorrelatedEquilibrium,
    Dominance,
    Evolution,
    Minmax,
    ReplicatorPath,
    StageEquilibria,
)
from solver.stage.correlated import correlated
from solver.stage.dominance import dominance
from solver.stage.equilibria import equilibria
from solver.stage.evolution import evolution, replicator
from solver.stage.minmax import minmax

Answer = StageEquilibria | CorrelatedEquilibrium | Minmax | Dominance | Evolution | ReplicatorPath


def answer(
    file: GameFile, concept: str, state: str | None = None, objective: str = "welfare", one: bool = False
) -> Answer:
    """Return what a solution concept says about the game played in one state.

    Parameters
    ----------
    concept : nash, pure, correlated, coarse, minmax, dominance, ess or replicator.
    state : None takes the state in which the game starts.
    objective : for correlated and coarse: welfare, egalitarian, best:<player> or worst:<player>.
    one : for nash: stop at the first equilibrium, which is fast however large the game.

    Raises
    ------
    ScenarioError : no such state, player or objective, or a concept that the game is not fit for.
    """
    name, game = stage(file, state)
    if one and concept != "nash":
        raise refuse("--one", f"stops at the first equilibrium of concept 'nash', not of '{concept}'", "leave it out")
    if objective != "welfare" and concept not in ("correlated", "coarse"):
        raise refuse("--objective", f"is for correlated and coarse equilibria, not for '{concept}'", "leave it out")
    if concept in ("nash", "pure"):
        return equilibria(game, file.title, name, concept == "pure", one)
    if concept in ("correlated", "coarse"):
        return correlated(game, objective, concept == "coarse", file.title, name)
    if concept == "ess":
        return evolution(game, file.title, name)
    if concept == "replicator":
        return replicator(game, title=file.title, state=name)
    return (minmax if concept == "minmax" else dominance)(game, file.title, name)


def stage(file: GameFile, state: str | None) -> tuple[str, NormalFormGame]:
    """Return a state's name and the game that is played in it."""
    names = file.game.states
    if state is None:
        return names[file.start], file.game.stages[file.start]
    if state not in names:
        raise refuse("--state", f"unknown state '{state}'", f"one of: {', '.join(names)}")
    return state, file.game.stages[names.index(state)]
