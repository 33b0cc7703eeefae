"""How sure is the answer: what a scenario's samples say of the verdict, where it breaks and what to find out.

The likelihood is the share of samples in which ``evaluate`` would say that sharing holds, in the states in which it
holds at the likely values (in all of them, where it fails there): whatever is shared is settled once the numbers are
known. An *option* is an arrangement that is signed before they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from games.errors import refuse
from solver.results.study import Curve, Option, Robustness, Sensitivity, UncertainInput, WorstCase
from solver.study.asked import Asked, model
from solver.study.column import Floats
from solver.study.decisions import curve, information_values, maximin, minimax_regret, regrets
from solver.study.discovery import boxes
from solver.study.flips import pairs, tornado
from solver.study.intervals import likelihood
from solver.study.judge import judge
from solver.study.question import OUTSIDE, REFUSED, UNSEARCHED, Question, alone
from solver.study.sampling import ends, values
from solver.study.sensitivity import indices
from solver.study.tally import Tally
from solver.study.whole_box import nearest, whole_box
from solver.study.worst import worst_case

SENSITIVITY = 10
"""The indices rest on 2 to this power rows."""
CURVES = 3
NO_BOX = (
    "no arrangement for the whole box was sought: the sanction or the states are not the same all over it, or a "
    "discount factor is all but 1"
)


def summary(asked: Asked, tally: Tally) -> Robustness:
    """Return what the samples of a study say, once they are all counted.

    Raises
    ------
    ScenarioError : the file allows none of the samples.
    """
    question, design = asked.plan.question, asked.design
    options = [one.name for one in question.candidates]
    if not tally.samples:
        raise refuse("the ranges", "no sample is allowed by the file", "narrow them: discount factors stay below 1")
    ask, points = partial(model, question), np.stack([tally.column(path) for path in question.paths], axis=1)
    reach = [ends(one) for one in design.inputs]
    bars = tornado(ask, design.inputs, reach)
    influence = _sensitivity(asked)
    worst = _worst_case(question, ask, reach, points[np.argsort(tally.column("slack"), kind="stable")[:8]])
    holds, fails = tally.column("holds"), tally.holds < tally.samples / 2
    cases = holds if fails else ~holds
    box = None if question.signed else whole_box(question, model, asked.likely, reach)
    told, judged_at = _options_told(asked, tally, worst)
    partnership = asked.scenario.partnership
    return Robustness(
        title=partnership.title,
        question=asked.scenario.question,
        period=partnership.period,
        units=partnership.units,
        verdict=asked.decision.verdict,
        states=_states(asked),
        inputs=tuple(
            UncertainInput(i.path, i.distribution, e[0], i.likely, e[1])
            for i, e in zip(design.inputs, reach, strict=True)
        ),
        method=design.method,
        seed=design.seed,
        likelihood=likelihood(tally.holds, tally.samples),
        everywhere=likelihood(tally.everywhere, tally.samples),
        verdicts=_shares(tally.verdicts, tally.samples, leave=OUTSIDE),
        by_state={s: tally.states[s] / tally.samples for s in _all_states(asked)},
        leavers=_shares(tally.leavers, sum(tally.leavers.values())),
        tornado=bars,
        pairs=pairs(ask, design.inputs, reach, bars),
        sensitivity=influence,
        boxes=boxes(points, cases, question.paths, asked.likely.tolist()),
        box_kind="holds" if fails else "fails",
        value_of_information=_information(tally, options, points, question.paths),
        options=told,
        maximin=options[maximin(judged_at)] if options else "",
        minimax_regret=options[minimax_regret(judged_at)] if options else "",
        worst_case=worst,
        whole_box=box,
        curves=_curves(influence, points, holds, question.paths),
        study="",
        proof="none: sampled; each sample is decided in floats, exactly where they are within 1e-9 of a flip",
        notes=(*_notes(tally), *([NO_BOX] if partnership.instruments and not (box or question.signed) else [])),
    )


def _states(asked: Asked) -> tuple[str, ...]:
    signed = asked.plan.question.signed
    if signed is not None:
        return signed.states
    return asked.plan.question.states or _all_states(asked)


def _all_states(asked: Asked) -> tuple[str, ...]:
    return tuple(state.name for state in asked.decision.situation.states if not state.ended)


def _shares(counts: Counter[str], samples: int, leave: str = "") -> dict[Any, float]:
    return {name: count / samples for name, count in counts.most_common() if name != leave}


def _sensitivity(asked: Asked) -> tuple[Sensitivity, ...]:
    """Return the indices of every input or group, the most important first."""
    design, question = asked.design, asked.plan.question
    place = {path: j for j, path in enumerate(question.paths)}
    together = [[place[path] for path in group.inputs] for group in design.groups]
    factors = together + [[j] for j in range(len(place)) if not any(j in group for group in together)]
    found = indices(lambda u: model(question, values(design, u))[0], factors, SENSITIVITY, design.seed)
    rows = zip(factors, found.first, found.total, found.error, strict=True)
    told = [Sensitivity(tuple(question.paths[j] for j in factor), *numbers) for factor, *numbers in rows]
    return tuple(sorted(told, key=lambda one: -one.total))


def _worst_case(question: Question, ask: Any, reach: Any, start: Floats) -> WorstCase | None:
    lows, highs = (np.array([float(end[k]) for end in reach]) for k in (0, 1))
    point, slack = worst_case(ask, lows, highs, start)
    if np.isnan(slack):
        return None
    exact = alone(replace(question, candidates=(), search=False), point.tolist())
    who = f"{exact.leaver.actor} in {exact.leaver.state}" if exact.leaver.actor else ""
    there = {p: nearest(v, end) for p, v, end in zip(question.paths, point, reach, strict=True)}
    return WorstCase(there, slack, exact.holds, who, "none: the worst point was searched; the verdict there is exact")


def _options_told(asked: Asked, tally: Tally, worst: WorstCase | None) -> tuple[tuple[Option, ...], Floats]:
    """Return the options, and what each is worth in every sample looked at and in the named scenarios."""
    question = asked.plan.question
    named: dict[str, Mapping[str, Any]] = {"likely": {one.path: one.likely for one in asked.design.inputs}}
    if worst is not None:
        named["worst case"] = worst.values
    if not question.candidates:
        return (), np.zeros((0, 0))
    points = np.array([[float(place[path]) for path in question.paths] for place in named.values()])
    there = judge(replace(question, search=False), points).worth
    sampled, _ = tally.utility(one.name for one in question.candidates)
    everything = np.concatenate([sampled, there[~np.isnan(there).any(axis=1)]])
    lost, lost_there = regrets(everything).max(axis=0), regrets(there)
    told = tuple(
        Option(
            one.name,
            likelihood(tally.kept[one.name], tally.samples),
            tally.worth[one.name] / max(tally.valued[one.name], 1),
            tally.worst[one.name],
            dict(zip(named, there[:, k].tolist(), strict=True)),
            dict(zip(named, lost_there[:, k].tolist(), strict=True)),
            float(lost[k]),
        )
        for k, one in enumerate(question.candidates)
    )
    return told, everything


def _information(tally: Tally, options: list[str], points: Floats, paths: tuple[str, ...]) -> Any:
    if not options:
        return ()
    utility, valued = tally.utility(options)
    return information_values(utility, points[valued], paths)


def _curves(influence: Iterable[Sensitivity], points: Floats, holds: Any, paths: tuple[str, ...]) -> tuple[Curve, ...]:
    most = [path for one in influence for path in one.inputs][:CURVES]
    return tuple(curve(points[:, paths.index(path)], holds, path) for path in most)


def _notes(tally: Tally) -> Iterable[str]:
    outside, refused, unsearched = (tally.verdicts[word] for word in (OUTSIDE, REFUSED, UNSEARCHED))
    if outside:
        yield f"{outside} samples lie outside of what the file allows and do not count"
    if refused:
        yield f"in {refused} samples the sanction is no equilibrium: they count as not holding"
    if unsearched:
        yield f"in {unsearched} samples it does not hold as asked, and smaller sets of states were not searched"
