"""Certificates of relational contracts and of what patience sustains, for ``solver.proof``.

The elimination is told as its rounds of bounds, U and v of each; the checker finds by itself what these remove.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from games.errors import ScenarioError, refuse
from games.stochastic import StochasticGame
from games.tables import game_table, number
from solver.exact import EXACT, fraction, rational
from solver.repeated.contract import MAX_EXACT, only, size
from solver.repeated.elimination import ContractSolution, solve_contract
from solver.repeated.switches import RESOLUTION, STEP, Regime, regime_at, stands
from solver.results.repeated import Contract, PatienceSteps, PatienceSwitches, Step, Switch
from solver.tables import GameTable
from solver.tables import game_table as compiled

Certificate = dict[str, Any]


def certificate(game: StochasticGame, result: Contract | PatienceSteps | PatienceSwitches) -> Certificate:
    """Return the game, the claim and the proof of an answer.

    Raises
    ------
    ScenarioError : the answer is not exact, so that nothing proves it.
    """
    if isinstance(result, PatienceSteps):
        return _steps(game, result)
    if size(game) > MAX_EXACT:
        raise _no("the game is too large for rationals, and floats prove nothing")
    return _switches(game, result) if isinstance(result, PatienceSwitches) else _contract(game, result)


def _no(why: str) -> ScenarioError:
    return refuse("--certificate", why)


def _contract(game: StochasticGame, result: Contract) -> Certificate:
    """Return the certificate of a contract, or of there being none."""
    if result.proof != "exact":
        raise _no(f"the answer is not exact: {result.proof}")
    delta, start = Fraction(result.discount), game.states.index(result.start)
    told = game_table(replace(game, discount=(delta,) * len(game.players)))
    names = [state.state for state in result.states]
    kept = [game.states.index(name) for name in names] or _reached(compiled(game), start)
    part = only(game, kept)
    table = compiled(part, EXACT)
    solution = solve_contract(table, rational(delta))
    rounds = _rounds(table, delta, solution)
    if not solution.exists:
        claim: dict[str, Any] = {"kind": "no contract", "start": result.start}
        return {"game": told, "claim": claim, "proof": {"rounds": rounds}}
    last = rounds.pop()
    play = _policy(part, table, solution.play)
    claim = {"kind": "contract", "states": names, **last, "play": play}
    punish = [_policy(part, table, rows) for rows in solution.punish]
    return {"game": told, "claim": claim, "proof": {"rounds": rounds, "punish": punish}}


def _reached(table: GameTable, start: int) -> list[int]:
    """Return the states to which play that begins in one may come."""
    out = [start]
    for s in out:
        out += sorted(table.reaches[s] - set(out))
    return sorted(out)


def _rounds(table: GameTable, delta: Fraction, solution: ContractSolution) -> list[Certificate]:
    """Return U and v of every round of an elimination; none of the round that finds a state empty."""
    found = [solve_contract(table, rational(delta), k) for k in range(1, solution.rounds)]
    if solution.exists:
        found.append(solution)
    return [{"joint": _texts(own.joint), "punishment": [_texts(v) for v in own.punishment]} for own in found]


def rounds_of_bounds(game: StochasticGame) -> list[Certificate]:
    """Return the rounds that show the harshest punishments of a game with one discount factor, the last ones reached.

    The best relational contract must exist (``solver.sharing.harshest``).
    """
    assert game.discount is not None
    table = compiled(game, EXACT)
    return _rounds(table, game.discount[0], solve_contract(table, rational(game.discount[0])))


def _texts(values: Any) -> list[str]:
    return [number(fraction(v)) for v in values]


def _policy(game: StochasticGame, table: GameTable, rows: Any) -> list[list[str]]:
    return [list(stage.named(table.profile(int(row)))) for stage, row in zip(game.stages, rows, strict=True)]


def _steps(game: StochasticGame, result: PatienceSteps) -> Certificate:
    """Return the certificate of a repeated game's steps: they prove themselves, by the game's own numbers."""
    names = result.players

    def told(step: Step) -> dict[str, Any]:
        play = [step.profile[name] for name in names]
        return {"start": number(Fraction(step.start)), "joint": number(Fraction(step.joint)), "play": play}

    def least(step: Step) -> list[str]:
        return [number(Fraction(step.punishment[name])) for name in names]

    claim = {
        "kind": "steps",
        "steps": [{**told(step), "punishment": least(step)} for step in result.steps],
        "threats": least(result.reversion[0]) if result.reversion else [],
        "reversion": [told(step) for step in result.reversion],
    }
    return {"game": game_table(replace(game, discount=None)), "claim": claim, "proof": {}}


def _switches(game: StochasticGame, result: PatienceSwitches) -> Certificate:
    """Return the certificate of a stochastic game's switches: each regime at both ends of where it was found."""
    table = compiled(game, EXACT)
    found = [regime_at(table, Fraction(s.discount) + (0 if s.inclusive else STEP)) for s in result.switches]
    ends = [_end(table, *pair) for pair in zip(found, result.switches[1:], strict=False)]
    ends.append(_last(table, found[-1]))
    regimes, points = [], []
    for regime, end in zip(found, ends, strict=True):
        exists, own = regime.solution.exists, regime.solution
        regimes.append({
            "from": number(regime.delta),
            "to": number(end),
            "play": _policy(game, table, own.play) if exists else [],
            "punish": [_policy(game, table, rows) for rows in own.punish] if exists else [],
        })  # fmt: skip
        points.append([_rounds(table, d, regime_at(table, d).solution) for d in (regime.delta, end)])
    claim = {"kind": "switches", "regimes": regimes}
    return {"game": game_table(replace(game, discount=None)), "claim": claim, "proof": {"points": points}}


def _end(table: GameTable, regime: Regime, switch: Switch) -> Fraction:
    """Return the discount factor nearest below a switch at which a regime still stands."""
    low, high = Fraction(switch.low), Fraction(switch.discount)
    end = low if low < high or not switch.inclusive else max(high - STEP, regime.delta)
    if regime.delta <= end and stands(table, regime, regime_at(table, end)):
        return end
    raise _no(f"what is played before the switch at {float(high)} is not proven to end there")


def _last(table: GameTable, regime: Regime) -> Fraction:
    """Return the largest discount factor looked at, where the last regime still stands."""
    end = max(regime.delta, 1 - RESOLUTION)
    return end if stands(table, regime, regime_at(table, end)) else regime.delta
