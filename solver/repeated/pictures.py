"""What a picture of payoffs shows: what is feasible, what is individually rational, what equilibrium reaches.

The regions of two players in the start state: the feasible hull and its individually rational part (one state), the
equilibrium sets without money, up to the cap asked for and with unlimited money, and the same set at further discount
factors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from games.errors import refuse
from games.files.game_file import GameFile
from games.normal_form import NormalFormGame
from solver.repeated.contract import contract
from solver.repeated.payoff_sets import payoff_sets
from solver.repeated.polygons import Polygon, above, hull
from solver.repeated.reach import Answer
from solver.results.repeated import Contract, ContractState, PayoffPicture, PayoffSets, Region
from solver.stage.pure import pure_equilibria
from solver.tables import integer_payoffs, over_own_actions


def picture(
    file: GameFile, discount: tuple[Fraction, ...], result: Answer, others: Sequence[Fraction] = ()
) -> PayoffPicture:
    """Return the regions to draw around a result, in the order of drawing.

    Raises
    ------
    ScenarioError : more or fewer than two players.
    """
    if len(file.game.players) != 2:
        raise refuse("--plot", f"a picture of payoffs needs two players, not {len(file.game.players)}")
    stage = file.game.stages[file.start]
    regions = [*_possible(stage)] if len(file.game.states) == 1 else []
    money = Fraction(result.transfers) if isinstance(result, PayoffSets) else Fraction(0)
    for delta in (*(d for d in others if (d, d) != discount), None):
        factors = discount if delta is None else (delta, delta)
        regions += _reached(file, factors, result if delta is None else None, money)
    points = tuple(
        (f"equilibrium: {', '.join(profile)}", stage.payoffs[profile])
        for profile in (pure_equilibria(stage) if len(file.game.states) == 1 else ())
    )
    return PayoffPicture(file.title, file.game.states[file.start], file.game.players, "", tuple(regions), points)


def _possible(stage: NormalFormGame) -> Iterator[Region]:
    """Yield the feasible payoffs of one period, and those that give everybody the pure minmax payoff."""
    feasible = hull((one, other) for one, other in stage.payoffs.values())
    yield Region("feasible", feasible, "feasible")
    rational: Polygon = feasible
    payoffs, unit = integer_payoffs(stage)
    for i, best in enumerate(over_own_actions(payoffs)):
        rational = above(rational, i, best.min() * unit)
    yield Region("individually rational", rational, "rational")


def _reached(
    file: GameFile, discount: tuple[Fraction, ...], result: Answer | None, money: Fraction
) -> Iterator[Region]:
    """Yield the equilibrium sets at given discount factors: unlimited money, the cap asked for, no money."""
    at = " and ".join(dict.fromkeys(f"{float(d):.4g}" for d in discount))
    if len(set(discount)) == 1:
        free = (
            result if isinstance(result, Contract) else contract(file.game, discount[0], start=file.start, plan=False)
        )
        corners = _simplex(free.states[file.start]) if free.states else ()
        yield Region(f"unlimited money, discount {at}", corners, "equilibrium")
    if money:
        capped = result if isinstance(result, PayoffSets) else payoff_sets(file.game, discount, money)
        yield Region(f"payments up to {float(money):.4g}, discount {at}", _here(capped, file), "equilibrium")
    none = (
        result if isinstance(result, PayoffSets) and not money else payoff_sets(file.game, discount, start=file.start)
    )
    yield Region(f"no money, discount {at}", _here(none, file), "equilibrium")


def _here(found: PayoffSets, file: GameFile) -> Polygon:
    return hull((one, other) for one, other in found.states[file.start].vertices)


def _simplex(state: ContractState) -> Polygon:
    """Return the ends of the payoffs that unlimited money reaches: they sum to the joint value."""
    low = tuple(state.punishment.values())
    return hull([(low[0], state.joint - low[0]), (state.joint - low[1], low[1])])
