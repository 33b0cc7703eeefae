"""A scenario made ready to be sampled: its ranges, what is asked of every sample, and what could be signed now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from games.errors import refuse
from games.files.documents import read_document_and_text
from games.files.scenario import build
from games.files.uncertain import groups, inputs, standing
from games.partnership import Scenario
from solver.results.study import Method
from solver.sharing.arrangement import as_it_stands
from solver.sharing.decision import Decision, decide
from solver.sharing.situation import with_levels_open
from solver.study.column import Floats
from solver.study.judge import judge
from solver.study.plan import Plan, inlined
from solver.study.question import REFUSED, Candidate, Question, candidate
from solver.study.sampling import Design

AIMS = ("cheapest", "fairest", "robust")
NOTHING, PROPOSED = "sign nothing", "as proposed"


@dataclass(frozen=True, eq=False)
class Asked:
    """A scenario with its plan, the decision at the likely values, and the text that it was read from."""

    scenario: Scenario
    decision: Decision
    plan: Plan
    text: str

    @property
    def design(self) -> Design:
        """Return which samples are taken."""
        assert self.plan.design is not None
        return self.plan.design

    @property
    def likely(self) -> Floats:
        """Return the middle of the box."""
        return np.array([float(one.likely) for one in self.design.inputs])


def prepared(file: str, active: list[str] | None, method: Method, seed: int, samples: int, signed: str | None) -> Asked:
    """Return a scenario file ready to be sampled.

    Parameters
    ----------
    signed : the option that is judged alone (None: whatever may be shared once the numbers are known).

    Raises
    ------
    ScenarioError : the file cannot be read, holds no range, or has no such option.
    """
    name, document, text = read_document_and_text(file)
    scenario = build(document, name, active)
    still = inlined(standing(document, active), name)
    uncertain = inputs(still)
    design = Design(uncertain, groups(still, uncertain), method, seed, samples)
    decision = decide(scenario.partnership)
    states: tuple[str, ...] = ()
    if decision.verdict == "holds_in_some_states":
        states = tuple(s.name for s, on in zip(decision.situation.states, decision.awake, strict=True) if on)
    question = Question(still, tuple(one.path for one in uncertain), states)
    options = tuple(_options(decision))
    if signed is None:
        question = replace(question, candidates=options)
    else:
        # Nothing signed is in force in no state: there is nothing to judge.
        found = {one.name: one for one in options if one.states}
        if signed not in found:
            raise refuse("--arrangement", f"there is no arrangement '{signed}'", "one of " + ", ".join(found))
        question = replace(question, signed=found[signed])
    return Asked(scenario, decision, Plan(question, design), text)


def _options(decision: Decision) -> Iterable[Candidate]:
    """Yield what could be signed now: nothing, what the file proposes, and the best arrangement for some aims."""
    ready = decision.situation
    yield Candidate(NOTHING, (), {})
    awake = decision.awake if any(decision.awake) else ready.everywhere
    yield candidate(PROPOSED, ready, awake, as_it_stands(ready, awake))
    if not ready.partnership.instruments or decision.verdict == "fails":
        return
    open_ = with_levels_open(ready.partnership)
    for aim in AIMS:
        best = decide(open_, aim)
        if best.arranged is not None:
            yield candidate(aim, ready, best.awake, best.levels)


def model(question: Question, points: Floats) -> tuple[Floats, Any]:
    """Return slack (NaN: outside what the file allows; -1: the sanction is no equilibrium) and whether it holds."""
    found = judge(replace(question, candidates=(), search=False), points)
    slack = np.where(found.verdict == REFUSED, -1.0, found.slack)
    # Limits that contradict each other have no margin: as bad as a payoff that is off by all of its scale.
    return np.where(np.isneginf(slack), -1.0, slack), found.holds
