"""One scenario in, one evaluation out: the verdict with its reasons, thresholds, lifetime and fixes."""

from __future__ import annotations

from dataclasses import replace

from games.errors import refuse
from games.partnership import Scenario
from solver.proof.agreement import Finding
from solver.results import Number
from solver.results.sharing import AS_IT_STANDS, Arrangement, CriticalDiscount, Evaluation, Fix, Threshold
from solver.sharing.arrangement import as_it_stands, costs
from solver.sharing.decision import Decision, decide, first_to_leave, shadow_prices, state_answers
from solver.sharing.fixes import fixes
from solver.sharing.lifetime import lifetime
from solver.sharing.patience import actor_thresholds, common_threshold, in_common
from solver.sharing.refutation import in_words
from solver.sharing.remarks import remarks
from solver.sharing.renewal import renewal_answer
from solver.sharing.situation import with_discounts, with_levels_open
from solver.sharing.targets import worthwhile

PATIENCE_WORK = 50_000


def evaluate(scenario: Scenario, mend: bool = True, thresholds: bool = True) -> Evaluation:
    """Return the decision on a scenario: will it hold, who leaves first and why, and what would ``mend`` it.

    Parameters
    ----------
    mend : look for fixes, where it does not hold.
    thresholds : look for the common discount factor with sharing, which takes most of the time.

    Raises
    ------
    ScenarioError : the sanction is not an equilibrium.
    """
    return _told(scenario, decide(scenario.partnership), "cheapest", mend=mend, thresholds=thresholds)


def design(scenario: Scenario, aim: str, payer: str | None = None, thresholds: bool = True) -> Evaluation:
    """Return the best arrangement for an aim, as an evaluation of the partnership with it.

    ``patience`` looks for the smallest common discount factor with which some arrangement holds, and shows the
    arrangement there. Levels that the file proposes are left open. Without ``thresholds`` no critical discount factors
    are looked for beside it.

    Raises
    ------
    ScenarioError : the payer gives nothing, or the sanction is not an equilibrium.
    """
    free = with_levels_open(scenario.partnership)
    givers = sorted({b.giver for b in free.instruments})
    if payer is not None and payer not in givers:
        raise refuse(
            "--payer", f"'{payer}' gives nothing in this file", f"one of {', '.join(givers)}" if givers else ""
        )
    if payer is not None and aim not in ("cheapest", "patience"):
        raise refuse("--payer", f"the aim '{aim}' asks what everybody gains, not who pays", "use --aim cheapest")
    if aim == "patience":
        return _most_impatient(replace(scenario, partnership=free), payer)
    decision = decide(free, aim, payer)
    told = _told(replace(scenario, partnership=free), decision, aim, payer, mend=False, thresholds=thresholds)
    return replace(told, proof=told.proof if told.arrangement.proof == "exact" else told.arrangement.proof)


def _most_impatient(scenario: Scenario, payer: str | None) -> Evaluation:
    """Return the evaluation at the smallest common discount factor with which some arrangement holds."""
    decision = decide(scenario.partnership, "cheapest", payer)
    threshold = common_threshold(decision.situation, decision.situation.everywhere)
    if threshold.value is None:
        told = _told(scenario, decision, "cheapest", mend=False)
        return replace(
            told,
            notes=(
                *told.notes,
                "at none of the common discount factors tried, up to 0.999999, does it hold everywhere",
            ),
        )
    patient = with_discounts(scenario.partnership, dict.fromkeys(scenario.partnership.names, threshold.value))
    there = replace(decide(patient, "cheapest", payer), most_impatient=True)
    if there.verdict not in ("holds", "holds_with_sharing"):
        told = _told(scenario, decision, "cheapest", mend=False)
        return replace(told, notes=(*told.notes, "no smallest common discount factor could be verified"))
    told = _told(replace(scenario, partnership=patient), there, "cheapest", payer, mend=False, common=threshold)
    note = f"shown at a common discount factor of {float(threshold.value):.6g}, the smallest found with which it holds"
    arrangement = replace(
        told.arrangement, aim="patience", value=threshold.value, proof="exact" if threshold.exact else "within 1e-9"
    )
    return replace(told, arrangement=arrangement, proof=arrangement.proof, notes=(*told.notes, note))


def _told(
    scenario: Scenario,
    decision: Decision,
    aim: str,
    payer: str | None = None,
    mend: bool = True,
    common: Threshold | None = None,
    thresholds: bool = True,
) -> Evaluation:
    ready, partnership = decision.situation, scenario.partnership
    shown = _shown(decision)
    worth = worthwhile(ready, ready.everywhere)
    critical = _critical(decision, common, thresholds)
    renewal = renewal_answer(partnership)
    mended: tuple[Fix, ...] = ()
    if mend and decision.verdict != "holds":
        mended = fixes(decision, scenario.levers, critical.common, renewal)
    states = tuple(state_answers(decision, worth))
    names = [s.name for s in ready.states]
    return Evaluation(
        title=partnership.title,
        question=scenario.question,
        period=partnership.period,
        units=partnership.units,
        start=names[ready.start],
        verdict=decision.verdict,
        states=states,
        first=first_to_leave(decision, states),
        critical=critical,
        arrangement=_arrangement(decision, aim, payer),
        values={
            actor.name: {name: v for name, v, s in zip(names, row, ready.states, strict=True) if not s.ended}
            for actor, row in zip(partnership.actors, shown.values, strict=True)
        },
        outside=_outside(decision),
        shadow_prices=tuple(shadow_prices(decision.arranged)) if decision.arranged else (),
        fixes=mended,
        lifetime=lifetime(ready, decision.awake),
        renewal=renewal,
        sanction=_sanction(decision),
        lapse=partnership.lapse,
        timing=_timing(decision),
        active=scenario.active,
        proof=decision.proof,
        notes=(*scenario.notes, *decision.notes, *remarks(decision, worth)),
        why=_why(decision),
        evidence=decision,
    )


def _why(decision: Decision) -> str:
    """Return in words why no sharing helps in every state, or, where it fails, in the first set of states tried."""
    if decision.everywhere is not None:
        return in_words(decision.everywhere.tree)
    tried = decision.largest.impossible.values() if decision.largest and decision.verdict == "fails" else ()
    return next((words for words in map(in_words, tried) if words), "")


def _shown(decision: Decision) -> Finding:
    """Return the finding whose values are told: of what holds, or, where it fails, of what was asked for."""
    return decision.stands if decision.verdict == "fails" else decision.finding


def _critical(decision: Decision, common: Threshold | None, thresholds: bool) -> CriticalDiscount:
    ready = decision.situation
    partnership = ready.partnership
    levels = as_it_stands(ready, ready.everywhere)
    actors = actor_thresholds(ready, ready.everywhere, levels)
    alone = in_common(list(actors.values()))
    work = (1 + len(partnership.instruments)) * sum(ready.everywhere) * len(ready.states) * len(partnership.actors)
    if work > PATIENCE_WORK or not thresholds:
        return CriticalDiscount(actors, alone, common)
    if common is None:
        common = common_threshold(ready, ready.everywhere) if partnership.instruments else alone
    return CriticalDiscount(actors, alone, common)


def _arrangement(decision: Decision, aim: str, payer: str | None) -> Arrangement:
    ready, arranged = decision.situation, decision.arranged
    names = [s.name for s in ready.states]
    levels = {
        b: {name: level for name, level, on in zip(names, row, decision.awake, strict=True) if on}
        for b, row in decision.levels.items()
    }
    outside = _outside(decision)
    gains: dict[str, Number] = {
        actor.name: row[ready.start] - outside[actor.name]
        for actor, row in zip(ready.partnership.actors, _shown(decision).values, strict=True)
    }
    if arranged is None:
        return Arrangement(AS_IT_STANDS, None, "exact", levels, {}, gains)
    name = f"{aim} for {payer}" if payer and aim == "cheapest" else aim
    spent = costs(arranged.program, arranged.levels)
    return Arrangement(name, arranged.value, arranged.proof, levels, spent, gains, arranged.best.note)


def _outside(decision: Decision) -> dict[str, Number]:
    """Return what each actor has without the agreement, per period from the start."""
    ready = decision.situation
    level = ready.states[ready.start].level
    return {
        actor.name: row[ready.start] if actor.outside_value is None else actor.outside_value[level]
        for actor, row in zip(ready.partnership.actors, ready.sanction.values, strict=True)
    }


def _sanction(decision: Decision) -> str:
    ready = decision.situation
    periods = ready.partnership.sanction.periods
    if ready.penal is not None:
        return "the harshest punishment that voluntary payments can back (checked: an equilibrium)"
    what = "walk away for good" if periods is None else f"suspend for {periods} periods"
    if ready.sanction.outside:
        return f"{what} (everybody's outside action: checked, an equilibrium)"
    return f"{what} (not everybody's outside action, which is no equilibrium; what is played instead was checked)"


def _timing(decision: Decision) -> str:
    used = {b.timing for b in decision.situation.partnership.instruments if any(decision.levels.get(b.name, ()))}
    return ", ".join(t for t in ("up front", "simultaneous", "on delivery") if t in used) or "nothing is shared"
