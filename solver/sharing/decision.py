"""The decision: does it hold, who leaves first and why, and under which arrangement.

    holds                 everywhere, with nothing shared
    holds_with_sharing    everywhere, with an arrangement of the instruments
    holds_in_some_states  in the largest set of states found, asleep (or over) elsewhere
    fails                 nowhere

Each "holds" is a finding of the exact checker; floats only propose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from games.errors import ScenarioError
from games.partnership import Partnership
from solver.exact import fraction
from solver.proof.agreement import Finding, Inequality
from solver.results import weakest
from solver.results.sharing import Breach, ShadowPrice, StateAnswer, VerdictWord
from solver.sharing.arrangement import (
    Arranged,
    Impossible,
    Levels,
    arrange,
    as_it_stands,
    asleep_only,
    examine,
    is_empty,
)
from solver.sharing.optimum import as_float, spread
from solver.sharing.rows import Program, Row
from solver.sharing.situation import Awake, Situation, situation
from solver.sharing.targets import Largest, followed, largest_set

RANK: dict[VerdictWord, int] = {"holds": 0, "holds_with_sharing": 1, "holds_in_some_states": 2, "fails": 3}


@dataclass(frozen=True, eq=False)
class Decision:
    """A verdict with what it rests on.

    ``stands`` is the exact finding about the target everywhere as it stands; ``finding`` the one about the levels
    that the verdict names, in the ``awake`` states. ``arranged`` is None where nothing had to be chosen.
    ``everywhere`` is why it does not hold in every state, and ``largest`` what is known of fewer states (each None
    where it was not asked). ``most_impatient``: its common discount factor is the smallest found at which it holds.
    """

    situation: Situation
    verdict: VerdictWord
    awake: Awake
    levels: Levels
    stands: Finding
    finding: Finding
    arranged: Arranged | None
    proof: str
    notes: tuple[str, ...] = ()
    everywhere: Impossible | None = None
    largest: Largest | None = None
    most_impatient: bool = False


def decide(partnership: Partnership, aim: str | None = None, payer: str | None = None) -> Decision:
    """Return the verdict on a partnership.

    Parameters
    ----------
    aim : the aim of the arrangement; None takes what stands if it holds, and the cheapest otherwise.
    payer : the giver whose cost counts for ``cheapest`` (None: all).

    Raises
    ------
    ScenarioError : the sanction is not an equilibrium.
    """
    ready = situation(partnership)
    stands = examine(ready, ready.everywhere, as_it_stands(ready, ready.everywhere))
    found = _everywhere(ready, stands, aim, payer)
    if isinstance(found, Decision):
        return found
    largest = largest_set(ready, aim or "cheapest", payer)
    notes = (largest.note,) if largest.note else ()
    proof = _joined(found.proof if found else "exact", largest.proof, largest.complete)
    if largest.arranged is not None:
        decision = _decided(ready, "holds_in_some_states", stands, largest.arranged)
        return replace(decision, proof=proof, notes=notes, everywhere=found, largest=largest)
    asleep = asleep_only(ready)
    nothing: Levels = {b.name: (Fraction(0),) * len(ready.states) for b in partnership.instruments}
    finding = examine(ready, asleep, nothing)
    return Decision(ready, "fails", asleep, nothing, stands, finding, None, proof, notes, found, largest)


def holding(partnership: Partnership, aim: str | None = None, payer: str | None = None) -> Decision | None:
    """Return the decision if the partnership holds in every state, else None: the first half of ``decide``."""
    try:
        ready = situation(partnership)
    except ScenarioError:
        return None
    stands = examine(ready, ready.everywhere, as_it_stands(ready, ready.everywhere))
    found = _everywhere(ready, stands, aim, payer)
    return found if isinstance(found, Decision) else None


def _everywhere(ready: Situation, stands: Finding, aim: str | None, payer: str | None) -> Decision | Impossible | None:
    """Return the decision that it holds in every state, or why it does not (None: there is nothing to share)."""
    everywhere, instruments = ready.everywhere, ready.partnership.instruments
    levels = as_it_stands(ready, everywhere)
    if stands.holds and (aim is None or not instruments):
        verdict: VerdictWord = "holds" if is_empty(levels) else "holds_with_sharing"
        return Decision(ready, verdict, everywhere, levels, stands, stands, None, "exact")
    if not instruments:
        return None
    answer = arrange(ready, everywhere, aim or "cheapest", payer)
    if isinstance(answer, Impossible):
        return answer
    return _decided(ready, "holds" if is_empty(answer.levels) else "holds_with_sharing", stands, answer)


def _decided(ready: Situation, verdict: VerdictWord, stands: Finding, arranged: Arranged) -> Decision:
    return Decision(ready, verdict, arranged.awake, arranged.levels, stands, arranged.finding, arranged, "exact")


def _joined(one: str, other: str, complete: bool) -> str:
    """Return the weaker of two proofs, or that not all sets of states were tried."""
    return weakest([one, other]) if complete else "none: the set of states was searched, not enumerated"


def breach(ready: Situation, inequality: Inequality) -> Breach:
    """Return an inequality in the words of the scenario."""
    return Breach(
        ready.partnership.actors[inequality.actor].name, ready.states[inequality.state].name, inequality.stage,
        inequality.deviation, inequality.gain_now, inequality.loss_later, inequality.slack,
    )  # fmt: skip


def first_to_leave(decision: Decision, states: tuple[StateAnswer, ...]) -> Breach | None:
    """Return the broken incentive that is met first from the start, the worst of those; None if all is kept.

    Where the agreement holds in some states, it is the one that keeps it from the nearest other state, whatever is
    shared; otherwise the first one if nothing is shared but what the file proposes. Distance is counted in steps
    of the chain that the agreement would play.
    """
    ready = decision.situation
    steps = distances(followed(ready.target), ready.start)
    if decision.verdict == "holds_in_some_states":
        far = {s.name: step for s, step in zip(ready.states, steps, strict=True)}
        broken = [a.binding for a in states if not a.holds and a.binding is not None and a.binding.slack < 0]
        return min(broken, key=lambda b: (far[b.state], b.slack), default=None)
    found = [e for e in decision.stands.inequalities if e.slack < 0]
    return breach(ready, min(found, key=lambda e: (steps[e.state], e.slack))) if found else None


def distances(moves: NDArray[np.bool_], start: int) -> list[int]:
    """Return how many periods it takes at least to reach each state (a large number where it cannot be)."""
    far = len(moves) + 1
    steps = [far] * len(moves)
    steps[start], front, distance = 0, {start}, 0
    while front:
        distance += 1
        front = {int(t) for s in front for t in np.flatnonzero(moves[s]) if steps[t] == far}
        for t in front:
            steps[t] = distance
    return steps


def state_answers(decision: Decision, worthwhile: tuple[bool, ...]) -> Iterator[StateAnswer]:
    """Yield the answer for every state that no hazard has ended."""
    ready = decision.situation
    extended: dict[int, tuple[Inequality, ...]] = {}
    for s, state in enumerate(ready.states):
        if state.ended:
            continue
        on = decision.awake[s]
        if on:
            inequalities = decision.finding.inequalities
        elif decision.verdict == "fails":
            inequalities = decision.stands.inequalities
        else:
            if state.level not in extended:
                extended[state.level] = _extended(decision, s)
            inequalities = extended[state.level]
        here = [e for e in inequalities if e.state == s and e.stage not in ("sanction", "asleep")]
        if not on and all(e.slack >= 0 for e in here):
            here = [e for e in inequalities if e.slack < 0] or here
        tightest = min(here, key=lambda e: e.slack)
        game = ready.target if on else ready.sanction.game
        profile = dict(zip(ready.partnership.names, game.policy[s], strict=True))
        yield StateAnswer(state.name, on, profile, tightest.slack, breach(ready, tightest), worthwhile[s])


def _extended(decision: Decision, s: int) -> tuple[Inequality, ...]:
    """Return the inequalities of the agreement extended to a state, with the arrangement that comes nearest."""
    ready = decision.situation
    level = ready.states[s].level
    awake = tuple(on or (t.level == level and not t.ended) for on, t in zip(decision.awake, ready.states, strict=True))
    answer = arrange(ready, awake)
    if isinstance(answer, Arranged):
        return answer.finding.inequalities
    levels = as_it_stands(ready, awake)
    if answer.optimum.found and answer.program.columns:
        levels = spread(answer.program, answer.optimum.x)
    return examine(ready, awake, levels).inequalities


def shadow_prices(arranged: Arranged) -> Iterator[ShadowPrice]:
    """Yield what relaxing each binding constraint by one unit would save per period, the dearest first."""
    optimum, program = arranged.best.optimum, arranged.program
    found = []
    largest = max((as_float(dual) for dual in optimum.row_duals), default=0.0)
    for row, dual in zip(program.rows, optimum.row_duals, strict=False):
        if as_float(dual) > 1e-9 * largest:
            found.append((as_float(dual), dual, _constraint(program, row)))
    for column, high, dual in zip(program.columns, program.high, optimum.column_duals, strict=True):
        if high is not None and as_float(dual) < -1e-9 and not column.switch:
            name = program.situation.partnership.instruments[column.instrument].name
            states = ", ".join(program.situation.states[s].name for s in column.states)
            found.append((-as_float(dual), -dual, f"cap of {name} in {states}"))
    for _, dual, text in sorted(found, key=lambda f: -f[0]):
        yield ShadowPrice(text, fraction(dual) if program.arithmetic.exact and optimum.exact else as_float(dual))


def _constraint(program: Program, row: Row) -> str:
    ready = program.situation
    state = ready.states[row.state].name
    if row.actor < 0:
        return f"{row.stage} of {row.deviation} in {state}"
    who = ready.partnership.actors[row.actor].name
    if row.stage == "join":
        return f"{who}: joining"
    if row.stage == "floor":
        return f"{who}: floor in {state}"
    return f"{who}: not tempted by '{row.deviation}' in {state}"
