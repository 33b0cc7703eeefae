"""What a picture of payoffs shows: what is feasible, what is individually rational, what equilibrium reaches.

The regions of two players in the start state: the feasible hull and its individually rational part (one state), and
the equilibrium sets without money, up to the cap asked for and with unlimited money, at every discount factor named.
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
from solver.results.repeated import Contract, ContractState, PayoffPicture, PayoffSets, Region, SmallestCap
from solver.stage.pure import pure_equilibria
from solver.tables import integer_payoffs, over_own_actions

Factors = tuple[Fraction, ...]


def picture(file: GameFile, discount: Factors, result: Answer, others: Sequence[Fraction] = ()) -> PayoffPicture:
    """Return the regions to draw around a result, by rising discount factor.

    Raises
    ------
    ScenarioError : more or fewer than two players, or a further discount factor outside [0, 1).
    """
    if len(file.game.players) != 2:
        raise refuse("--plot", f"a picture of payoffs needs two players, not {len(file.game.players)}")
    for delta in others:
        if not 0 <= delta < 1:
            raise refuse("--deltas", f"{delta} is not in [0, 1)", "a discount factor is 0 or more and below 1")
    stage, alone = file.game.stages[file.start], len(file.game.states) == 1
    regions = [*_possible(stage)] if alone else []
    for factors in sorted({discount, *((d, d) for d in others)}, key=sum):
        regions += _reached(file, factors, result if factors == discount else None, _cap(result))
    points = tuple((_played(p), stage.payoffs[p]) for p in (pure_equilibria(stage) if alone else ()))
    state = "" if alone else file.game.states[file.start]
    return PayoffPicture(file.title, state, file.game.players, "", tuple(regions), points)


def _played(profile: tuple[str, ...]) -> str:
    return f"all {profile[0]}" if len(set(profile)) == 1 else " / ".join(profile)


def _cap(result: Answer) -> Fraction:
    """Return the largest payment that the question is about; 0: none, or no limit."""
    limit = result.transfers if isinstance(result, PayoffSets) else result.cap if isinstance(result, SmallestCap) else 0
    return Fraction(limit or 0)


def _possible(stage: NormalFormGame) -> Iterator[Region]:
    """Yield the feasible payoffs of one period, and those that give everybody the pure minmax payoff."""
    feasible = hull((one, other) for one, other in stage.payoffs.values())
    yield Region("feasible in one period", feasible, "feasible")
    rational: Polygon = feasible
    payoffs, unit = integer_payoffs(stage)
    for i, best in enumerate(over_own_actions(payoffs)):
        rational = above(rational, i, best.min() * unit)
    yield Region("of these, individually rational (nobody below its pure minmax)", rational, "rational")


def _reached(file: GameFile, discount: Factors, result: Answer | None, cap: Fraction) -> Iterator[Region]:
    """Yield the equilibrium sets at given discount factors: no money, the cap asked for, unlimited money.

    A result that answers one of these questions already is not computed again.
    """
    at = _words(file.game.players, discount)
    for money in dict.fromkeys((Fraction(0), cap)):
        asked = isinstance(result, PayoffSets) and Fraction(result.transfers) == money
        found = result if asked else payoff_sets(file.game, discount, money, start=file.start)
        assert isinstance(found, PayoffSets)
        label = f"payments up to {float(money):.4g}" if money else "no money"
        corners = hull((one, other) for one, other in found.states[file.start].vertices)
        yield Region(label + _bound(found.converged), corners, "capped" if money else "none", at)
    if len(set(discount)) == 1:
        free = result if isinstance(result, Contract) else None
        free = free or contract(file.game, discount[0], start=file.start, plan=False)
        # A contract leaves out the states without equilibrium that the start cannot reach.
        here = next((state for state in free.states if state.state == file.game.states[file.start]), None)
        corners = _simplex(here) if here else ()
        yield Region("unlimited money" + _bound(free.converged), corners, "unlimited", at)


def _words(players: tuple[str, ...], discount: Factors) -> str:
    """Return discount factors in words: one, or one by name."""
    if len(set(discount)) == 1:
        return f"{float(discount[0]):.4g}"
    return " and ".join(f"{float(d):.4g} ({player})" for player, d in zip(players, discount, strict=True))


def _bound(converged: bool) -> str:
    return "" if converged else " (cut off: an outer bound)"


def _simplex(state: ContractState) -> Polygon:
    """Return the ends of the payoffs that unlimited money reaches: they sum to the joint value."""
    low = tuple(state.punishment.values())
    return hull([(low[0], state.joint - low[0]), (state.joint - low[1], low[1])])
