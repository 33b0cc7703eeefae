"""What unlimited voluntary payments reach: the best relational contract of a game, decided in rationals where it fits.

Floats eliminate in games of tens of thousands of joint actions; a game of moderate size is solved again in rationals,
where constraints that hold with equality (they are common) are decided rightly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from games.errors import refuse
from games.stochastic import StochasticGame
from solver.exact import EXACT, FAST, fraction, rational
from solver.repeated.elimination import TOLERANCE, ContractSolution, solve_contract
from solver.repeated.schedule import schedule
from solver.results import Number, spelled
from solver.results.repeated import Contract, ContractState, Point
from solver.tables import GameTable, game_table

MAX_EXACT = 40_000
"""Joint actions times states up to which the elimination is done in rationals: a few seconds."""
APPROXIMATE = f"too large for rationals: joint actions within {spelled(TOLERANCE)} of the test were kept"
LOST = "no equilibrium in pure strategies where play is, or may come to be, in these states: {}"
TOO_LARGE = "the plan has too many nodes to be shown"


def contract(
    game: StochasticGame, discount: Fraction, title: str = "", start: int = 0, plan: bool = True,
    at: Point | None = None,
) -> Contract:  # fmt: skip
    """Return the best relational contract: joint values, punishments, and the payments that keep it up.

    Parameters
    ----------
    discount : the common discount factor in [0, 1).
    plan : whether to work out the payments and fines (exact games only).
    at : how the joint value of the start state is to be split.

    Raises
    ------
    ScenarioError : a discount factor outside [0, 1), or a split that equilibrium cannot reach.
    """
    if not 0 <= discount < 1:
        raise refuse("--delta", f"{discount} is not in [0, 1)", "a discount factor is 0 or more and below 1")
    table, solution = solved(game, discount)
    if not solution.exists:
        kept = _beyond(table, solution)
        if start in kept:
            # Where nothing is an equilibrium and cannot be reached from the start, it does not matter to it.
            found = contract(only(game, kept), discount, title, kept.index(start), plan, at)
            lost = ", ".join(state for s, state in enumerate(game.states) if s not in kept)
            return replace(found, notes=(*found.notes, LOST.format(lost)))
    exact = table.arithmetic.exact
    states = contract_states(game, table, solution) if solution.exists and solution.converged else ()
    drawn = schedule(game, table, discount, solution, start, at) if plan and states and exact else None
    notes: tuple[str, ...] = () if exact else (APPROXIMATE,)
    if plan and states and drawn is None:
        notes += (TOO_LARGE,)
    if not solution.converged:
        notes += (f"cut off after {solution.rounds} rounds of elimination",)
    proof = "none: cut off" if not solution.converged else "exact" if exact else f"within {spelled(TOLERANCE)}"
    return Contract(
        title, game.players, discount, game.states[start], states, drawn, solution.rounds, solution.converged, proof,
        notes,
    )  # fmt: skip


def _beyond(table: GameTable, solution: ContractSolution) -> list[int]:
    """Return the states from which no play leads to one in which nothing is left."""
    states = range(len(table.shape))
    lost = table.leading_to(set(states) - set(table.state[solution.allowed].tolist()))
    return [s for s in states if s not in lost]


def only(game: StochasticGame, kept: Sequence[int]) -> StochasticGame:
    """Return the game in some states that no play leaves."""
    place = {s: k for k, s in enumerate(kept)}
    after = tuple({p: {place[t]: q for t, q in row.items()} for p, row in game.next[s].items()} for s in kept)
    return replace(
        game, states=tuple(game.states[s] for s in kept), stages=tuple(game.stages[s] for s in kept), next=after
    )


def solved(game: StochasticGame, discount: Fraction) -> tuple[GameTable, ContractSolution]:
    """Return the game's table and its contract, in rationals where the game is small enough."""
    arithmetic = EXACT if size(game) <= MAX_EXACT else FAST
    table = game_table(game, arithmetic)
    return table, solve_contract(table, rational(discount) if arithmetic.exact else float(discount))


def size(game: StochasticGame) -> int:
    """Return joint actions times states: how much a table of transition probabilities holds."""
    return sum(len(stage.payoffs) for stage in game.stages) * len(game.states)


def contract_states(game: StochasticGame, table: GameTable, solution: ContractSolution) -> tuple[ContractState, ...]:
    """Return a solution by state, in the game's own names."""
    out = []
    for s, (state, stage) in enumerate(zip(game.states, game.stages, strict=True)):
        profile = dict(zip(game.players, stage.named(table.profile(int(solution.play[s]))), strict=True))
        low = {p: _number(solution.punishment[i, s]) for i, p in enumerate(game.players)}
        out.append(ContractState(state, _number(solution.joint[s]), low, profile))
    return tuple(out)


def _number(value: object) -> Number:
    return float(value) if isinstance(value, float) else fraction(value)
