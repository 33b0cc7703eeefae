"""What is asked of every sample of a scenario, and how one sample is answered by itself.

``alone`` is the clear version: it reads one scenario and decides it exactly, as ``accord evaluate`` does. It answers
where floats cannot, and is the oracle of ``solver.study.judge``, which answers for many samples at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from games.errors import ScenarioError
from games.files.plug import plugged
from games.files.scenario import build
from games.partnership import Partnership
from solver.proof.agreement import Finding
from solver.sharing.arrangement import Arranged, Levels, arrange, as_it_stands, asleep_only, examine, is_empty
from solver.sharing.decision import decide, distances, holding
from solver.sharing.optimum import arrangement_program, as_float, margins, most_robust
from solver.sharing.rows import OWED, Program, guarded
from solver.sharing.situation import Awake, Situation, situation
from solver.sharing.targets import followed

JOIN = "; "


@dataclass(frozen=True)
class Candidate:
    """An arrangement that could be signed now: the states it is for, and levels by instrument and state."""

    name: str
    states: tuple[str, ...]
    levels: Mapping[str, Mapping[str, Fraction]]


@dataclass(frozen=True)
class Question:
    """A scenario document, the paths whose numbers the samples give, and what is asked.

    ``states``: does sharing hold in these (empty: in all)? ``search``: also find the largest set of states for the
    verdict. ``candidates`` are judged with their levels as they are. ``signed``: the levels are these, come what may:
    then nothing else may be shared, and it holds where they do, in the states that they are for.
    """

    document: Mapping[str, Any]
    paths: tuple[str, ...]
    states: tuple[str, ...] = ()
    search: bool = True
    candidates: tuple[Candidate, ...] = ()
    signed: Candidate | None = None


@dataclass(frozen=True)
class Leaver:
    """Who leaves first with nothing shared but what the file proposes: actor, state, deviation, and the slack."""

    actor: str = ""
    state: str = ""
    deviation: str = ""


@dataclass(frozen=True)
class Answer:
    """What one sample was found to be. ``slack`` is the margin asked for in the question's states.

    ``states`` are those in which it holds, joined; ``kept`` and ``worth`` have one entry a candidate.
    """

    verdict: str
    states: str
    holds: bool
    everywhere: bool
    slack: float
    leaver: Leaver
    kept: tuple[bool, ...]
    worth: tuple[float, ...]


OUTSIDE, REFUSED, UNSEARCHED = "outside", "refused", "unsearched"
"""Verdicts beside those of ``evaluate``: a number that the file does not allow, a sanction that is no equilibrium, and
more sets of states than are searched."""


def partnership(question: Question, values: Mapping[str, Any]) -> Partnership:
    """Return the partnership with numbers put at the question's paths.

    Raises
    ------
    ScenarioError : the file does not allow these numbers.
    """
    return build(plugged(question.document, values), "sample", folder=Path()).partnership


def asked(question: Question, ready: Situation) -> Awake:
    """Return the states that a question asks about; a state that it does not name sleeps."""
    return _named(ready, question.states) if question.states else ready.everywhere


def _named(ready: Situation, names: Sequence[str]) -> Awake:
    return tuple(state.name in names and not state.ended for state in ready.states)


def candidate(name: str, ready: Situation, awake: Awake, given: Levels) -> Candidate:
    """Return levels by instrument and state as something that could be signed, for the awake states."""
    on = [s for s, a in enumerate(awake) if a]
    by_state = {b: {ready.states[s].name: row[s] for s in on} for b, row in given.items()}
    return Candidate(name, tuple(ready.states[s].name for s in on), by_state)


def levels(signed: Candidate, ready: Situation) -> tuple[Awake, Levels]:
    """Return a candidate's states and its levels by instrument and state (0 where it names none)."""
    none: Mapping[str, Fraction] = {}
    by_state = {
        b.name: tuple(signed.levels.get(b.name, none).get(s.name, Fraction(0)) for s in ready.states)
        for b in ready.partnership.instruments
    }
    return _named(ready, signed.states), by_state


def exactly(value: float | Fraction) -> Fraction:
    """Return the number that a float is written as: a sample's 0.1 is a tenth, for whoever puts it into a file."""
    return value if isinstance(value, Fraction) else Fraction(repr(float(value)))


def alone(question: Question, row: Sequence[float | Fraction]) -> Answer:
    """Return the answer for one sample, decided exactly; floats are read as the decimals that they are written as."""
    nothing = (False,) * len(question.candidates), (float("nan"),) * len(question.candidates)
    try:
        one = partnership(question, {p: exactly(v) for p, v in zip(question.paths, row, strict=True)})
    except ScenarioError:
        return Answer(OUTSIDE, "", False, False, float("nan"), Leaver(), *nothing)
    try:
        ready = situation(one)
    except ScenarioError:
        return Answer(REFUSED, "", False, False, float("nan"), Leaver(), *nothing)
    if question.signed is not None:
        return _as_signed(ready, question.signed, nothing)
    verdict, largest, stands = _decided(question, one, ready)
    everywhere = verdict in ("holds", "holds_with_sharing")
    awake = asked(question, ready)
    holds = everywhere if awake == ready.everywhere else _sustained(ready, awake)
    states = JOIN.join(s.name for s, on in zip(ready.states, largest, strict=True) if on)
    kept, worth = [], []
    for option in question.candidates:
        finding = examine(ready, *levels(option, ready))
        values = finding.values if finding.holds else ready.sanction.values
        kept.append(finding.holds)
        worth.append(float(sum(row[ready.start] for row in values)))
    slack = _signed(_margin(ready, awake), holds)
    return Answer(verdict, states, holds, everywhere, slack, _leaver(ready, stands), tuple(kept), tuple(worth))


def _decided(question: Question, one: Partnership, ready: Situation) -> tuple[str, Awake, Finding]:
    """Return the verdict, the states in which it holds, and the finding about what the file proposes."""
    decision = decide(one) if question.search else holding(one)
    if decision is not None:
        return decision.verdict, decision.awake, decision.stands
    return "fails", asleep_only(ready), examine(ready, ready.everywhere, as_it_stands(ready, ready.everywhere))


def _as_signed(ready: Situation, signed: Candidate, nothing: tuple[tuple[bool, ...], tuple[float, ...]]) -> Answer:
    """Return the answer about levels that were signed."""
    awake, given = levels(signed, ready)
    finding = examine(ready, awake, given)
    states = JOIN.join(s.name for s, on in zip(ready.states, awake, strict=True) if on)
    return Answer(
        signed_word(ready, awake, given) if finding.holds else "fails",
        states if finding.holds else "",
        finding.holds,
        finding.holds and awake == ready.everywhere,
        _signed(_share(arrangement_program(ready, awake), given), finding.holds),
        _leaver(ready, finding),
        *nothing,
    )


def signed_word(ready: Situation, awake: Awake, given: Levels) -> str:
    """Return the verdict on levels that hold."""
    if awake != ready.everywhere:
        return "holds_in_some_states"
    return "holds" if is_empty(given) else "holds_with_sharing"


def _share(made: Program, given: Levels) -> float:
    """Return the smallest slack at given levels, as a share of its actor's payoffs (as the margin counts it)."""
    instruments = made.situation.partnership.instruments
    x = made.arithmetic.zeros(len(made.columns))
    for j, column in enumerate(made.columns):
        level = given[instruments[column.instrument].name][column.states[0]]
        x[j] = made.arithmetic.number(Fraction(level > 0) if column.switch else level)
    found = min(
        (
            as_float(slack) / -as_float(weight)
            for row, slack, weight in zip(made.rows, made.slacks(x), margins(made).column, strict=True)
            if weight and not (row.stage in OWED and not any(x[j] > 0 for j in guarded(made, row)))
        ),
        default=1.0,
    )
    return min(found, 1.0)


def _sustained(ready: Situation, awake: Awake) -> bool:
    """Return whether sharing can be kept up in some states, as it stands or with an arrangement."""
    if examine(ready, awake, as_it_stands(ready, awake)).holds:
        return True
    return bool(ready.partnership.instruments) and isinstance(arrange(ready, awake), Arranged)


def _margin(ready: Situation, awake: Awake) -> float:
    """Return the largest margin of an arrangement in some states (-inf: the limits contradict each other)."""
    robust = most_robust(arrangement_program(ready, awake))
    return as_float(robust.t) if robust.found else float("-inf")


def _signed(margin: float, holds: bool) -> float:
    """Return a margin with the sign that an exact decision gives it.

    They differ where something is on or off, or owed only if it is given: the margin's programme knows no such choice.
    """
    return max(margin, 0.0) if holds else min(margin, -0.0)


def _leaver(ready: Situation, stands: Finding) -> Leaver:
    steps = distances(followed(ready.target), ready.start)
    broken = [e for e in stands.inequalities if e.slack < 0]
    if not broken:
        return Leaver()
    first = min(broken, key=lambda e: (steps[e.state], e.slack))
    return Leaver(ready.partnership.actors[first.actor].name, ready.states[first.state].name, first.deviation)
