"""What equilibrium can reach in a repeated or stochastic game: the question by the money that may change hands.

free      any number of players, unlimited voluntary payments      ``contract``
none      two players: the payoff sets; more: bounds on them       ``payoff_sets``, ``bounds``
AMOUNT    two players, payments up to a cap in each period         ``payoff_sets``
smallest  the smallest such cap that reaches what free money does  ``payoff_sets``
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from games.errors import refuse
from games.files.game_file import GameFile
from games.stochastic import StochasticGame
from solver.repeated.bounds import payoff_bounds
from solver.repeated.contract import contract
from solver.repeated.paid_plans import paid_plan
from solver.repeated.payoff_sets import payoff_sets, smallest_cap
from solver.repeated.plans import plan
from solver.results.repeated import Contract, PayoffBounds, PayoffSets, Point, SmallestCap

Answer = Contract | PayoffSets | PayoffBounds | SmallestCap
NO_PLAN = "the play that reaches it is not shown: too many nodes, or corners too close for draws that can be checked"
COMMON = "give one with --delta, for example --delta 0.9"


def payoffs(
    file: GameFile, transfers: str | Fraction, discount: tuple[Fraction, ...], at: Point | None = None
) -> Answer:
    """Return the payoffs that equilibrium reaches.

    Parameters
    ----------
    transfers : "free", "none", "smallest", or the largest payment in one period.
    discount : a discount factor in [0, 1) for each player.
    at : a payoff to be reached by the plan (None: the largest joint one).

    Raises
    ------
    ScenarioError : discount factors that differ where one is needed, too many players, a point out of reach.
    """
    if transfers == "free":
        return contract(file.game, common(discount), file.title, file.start, at=at)
    two = len(file.game.players) == 2
    if not two and transfers != "none" and transfers != 0:
        raise refuse("--transfers", "a cap on payments is for two players", "use 'free' or 'none'")
    if transfers == "smallest":
        if at is not None:
            raise refuse("--at", "'smallest' asks how much money is enough, and shows no play", "leave it out")
        return smallest_cap(file.game, discount, file.title, file.start)
    cap = Fraction(0) if transfers == "none" else Fraction(transfers)
    if not two:
        bounds = payoff_bounds(file.game, discount, file.title, file.start)
        inner = [state.inner for state in bounds.states]
        return replace(bounds, plan=plan(file.game, discount, inner, file.start, at))
    sets = payoff_sets(file.game, discount, cap, file.title, file.start)
    # A payoff asked for by its decimals may miss the rational sets by less than a digit.
    vertices: Sequence[Sequence[Point]] = [state.vertices for state in sets.states]
    vertices = sets.inside if sets.inside and at is None else vertices
    if cap and all(vertices):
        found = paid_plan(file.game, discount, vertices, cap, file.start, at)
    else:
        found = plan(file.game, discount, vertices, file.start, at)
    notes = (NO_PLAN,) if found is None and all(vertices) else ()
    return replace(sets, plan=found, notes=(*sets.notes, *notes))


def common(discount: tuple[Fraction, ...]) -> Fraction:
    """Return the discount factor that all players share."""
    if len(set(discount)) > 1:
        raise refuse("discount", "with free money the players need one discount factor, and theirs differ", COMMON)
    return discount[0]


def discounts(game: StochasticGame, given: Mapping[str, Fraction] | Fraction | None) -> tuple[Fraction, ...]:
    """Return each player's discount factor: the one given, for all or by name, or else the file's.

    Raises
    ------
    ScenarioError : a factor outside [0, 1), an unknown player, or none at all.
    """
    if isinstance(given, Mapping):
        for name in given:
            if name not in game.players:
                raise refuse("--delta", f"unknown player '{name}'", f"one of: {', '.join(game.players)}")
    out = []
    for i, player in enumerate(game.players):
        own = game.discount[i] if game.discount is not None else None
        value = given.get(player, own) if isinstance(given, Mapping) else own if given is None else given
        if value is None:
            raise refuse("discount", f"the file names no discount factor for '{player}'", COMMON)
        if not 0 <= value < 1:
            raise refuse("--delta", f"{value} is not in [0, 1)", "a discount factor is 0 or more and below 1")
        out.append(value)
    return tuple(out)


def exists(result: Answer) -> bool:
    """Return whether there is an equilibrium at all (for a smallest cap: whether some cap is enough)."""
    if isinstance(result, SmallestCap):
        return result.cap is not None
    if isinstance(result, Contract):
        return bool(result.states)
    if isinstance(result, PayoffSets):
        return all(state.vertices for state in result.states)
    return all(state.inner for state in result.states)
