"""One arrangement for the whole box of ranges: levels that hold whatever the numbers turn out to be.

    maximise t  subject to  slack(x, p) >= t unit(p)  for every point p of the box,  levels within their caps at every p

The box has more points than a programme can hold, so points are added as they are needed: solve for those known, look
for the point where these levels do worst, add it, until none is worse than the programme thinks. Where every input
enters the payoffs affinely (and no cost changes its sign), the slack is affine too and smallest at a corner; all
corners are then decided in rationals, which proves it for the whole box.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from scipy import sparse

from games.errors import ScenarioError
from games.partnership import Partnership
from solver.lp import LinearProgram, solve
from solver.results.study import BoxProof
from solver.sharing.situation import situation
from solver.study.column import Batch, Blurred, Column, Floats, in_groups
from solver.study.question import Candidate, Question, alone, asked, partnership
from solver.study.stack import Stack, stack
from solver.study.worst import worst_case

ROUNDS = 20
MOST_CORNERS = 8
"""Of so many inputs at most are all corners taken, and decided exactly."""
NEAR = 1e-9
DECIMALS = 9
AFFINE = ("base", "urgency_slope", "outside_value", "floor", "budget", "expected_budget", "cost", "value", "cap")
Model = Callable[[Floats], Any]


@dataclass(frozen=True, eq=False)
class _Levels:
    """Levels by column, their margin over the points known, and the candidate that they are."""

    x: Floats
    margin: float
    candidate: Candidate


def whole_box(
    question: Question, judged: Callable[[Question, Floats], Any], likely: Floats, ends: Sequence[tuple[Any, Any]]
) -> BoxProof | None:
    """Return the arrangement that does best where it does worst in the box.

    None where there is nothing to share, or no programme (``_stacks``).

    Parameters
    ----------
    judged : the model (slack, holds) of a question.
    likely, ends : the middle of the box, and the ends of every input.
    """
    lows, highs = (np.array([float(end[k]) for end in ends]) for k in (0, 1))
    points = np.stack([likely])
    if len(ends) <= MOST_CORNERS:
        points = np.concatenate([points, np.array(list(product(*zip(lows, highs, strict=True))))])
    found = _best(question, points)
    if found is None:
        return None
    worst, slack = likely, np.inf
    for _ in range(ROUNDS):
        signed = replace(question, candidates=(), search=False, signed=found.candidate)
        worst, slack = worst_case(partial(judged, signed), lows, highs, points)
        if not slack < found.margin - NEAR or (points == worst).all(axis=1).any():
            break
        points = np.concatenate([points, worst[None]])
        better = _best(question, points)
        if better is None:
            break
        found = better
    signed = replace(question, candidates=(), search=False, signed=found.candidate)
    holds, proof = _decided(signed, ends, worst, slack)
    there = dict(zip(question.paths, map(nearest, worst, ends), strict=True))
    return BoxProof(holds, found.candidate.levels, float(slack), there, proof)


def nearest(value: float, end: tuple[Any, Any]) -> Any:
    """Return a coordinate as the end of a range that it is, or as a float."""
    return next((one for one in end if float(one) == value), float(value))


def _decided(question: Question, ends: Sequence[tuple[Any, Any]], worst: Floats, slack: float) -> tuple[bool, str]:
    """Return whether levels hold in the whole box, and what that rests on."""
    if not alone(question, worst.tolist()).holds:
        return False, "exact"
    exact_ends = all(isinstance(end, Fraction) for pair in ends for end in pair)
    if len(ends) <= MOST_CORNERS and exact_ends and _affine(question, ends):
        if all(alone(question, corner).holds for corner in product(*ends)):
            return True, "exact"
        return False, "exact"
    return True, "none: the worst point of the box was searched, not enumerated"


def _affine(question: Question, ends: Sequence[tuple[Any, Any]]) -> bool:
    """Return whether payoffs and limits are affine in the inputs over the box, so that every slack is."""
    if not all(path.rpartition(".")[2] in AFFINE or _by_level(question, path) for path in question.paths):
        return False
    corners = [partnership(question, dict(zip(question.paths, corner, strict=True))) for corner in product(*ends)]
    if any(_turns(corners, i, k) for i, a in enumerate(corners[0].actors) for k in range(len(a.terms))):
        return False
    # Whether the sanction is an equilibrium is affine too, as long as it is the same one.
    sanctions = [situation(corner).sanction for corner in corners]
    same = len({sanction.game.policy for sanction in sanctions}) == 1
    return same and (corners[0].sanction.play is not None or all(sanction.outside for sanction in sanctions))


def _by_level(question: Question, path: str) -> bool:
    """Return whether a path leads to the entry for one level of an amount that enters affinely."""
    return path.rpartition(".")[0].rpartition(".")[2] in AFFINE


def _turns(corners: Sequence[Partnership], i: int, k: int) -> bool:
    """Return whether a cost or a risk changes its sign somewhere in the box: it counts by its size, and bends there."""
    kinds = {corner.actors[i].terms[k].kind for corner in corners}
    if kinds == {"interest"}:
        return False
    signs = {
        one.base + one.urgency_slope * level.urgency > 0
        for corner in corners
        for one in (corner.actors[i].terms[k],)
        for level in corner.urgency.levels
        if one.base + one.urgency_slope * level.urgency
    }
    return len(signs) > 1


def _best(question: Question, points: Floats) -> _Levels | None:
    """Return the levels with the largest smallest margin over some points."""
    made = _stacks(question, points)
    if made is None:
        return None
    first, width = made[0], made[0].low.shape[0]
    if not width:
        return None
    matrices, rights = [], []
    for one in made:
        divisor, counts = one.divisor, one.counts
        for b in range(one.constant.shape[1]):
            dense = np.zeros((len(one.constant), width + 1))
            dense[one.row, one.column] = one.value[:, b] / divisor[one.row, b]
            dense[:, -1] = -counts[:, b].astype(float)
            matrices.append(sparse.csr_matrix(dense))
            rights.append(-one.constant[:, b] / divisor[:, b])
    low = np.max([one.low.max(axis=1) for one in made], axis=0)
    high = np.min([one.high.min(axis=1) for one in made], axis=0)
    cost = np.zeros(width + 1)
    cost[-1] = -1
    answer = solve(
        LinearProgram(
            cost, sparse.csr_matrix(sparse.vstack(matrices)), np.concatenate(rights), np.append(low, -np.inf),
            np.append(high, 1.0),
        )
    )  # fmt: skip
    if answer.status != "optimal":
        return None
    x = np.clip(np.round(answer.x[:-1], DECIMALS), low, high)
    for one in made:
        x = _with_room(one, x, low)
    return _Levels(x, float(answer.x[-1]), _candidate(first, x))


def _with_room(one: Stack, x: Floats, low: Floats) -> Floats:
    """Return levels that leave limits a little room where rounding has filled them to within ``NEAR``.

    What is neither tied nor clear of a limit would have to be decided exactly at every point of the box.
    """
    slack = np.abs(one.slacks(np.repeat(x[:, None], one.constant.shape[1], axis=1))).min(axis=1)
    crowded = [not row.incentive and 0 < slack[r] < NEAR for r, row in enumerate(one.rows)]
    out = x.copy()
    for j in {j for r, j in zip(one.row, one.column, strict=True) if crowded[r]}:
        if not one.program.columns[j].switch:
            out[j] = max(low[j], round(x[j] - 2 * NEAR, DECIMALS))
    return out


def _candidate(one: Stack, x: Floats) -> Candidate:
    ready = one.program.situation
    levels: dict[str, dict[str, Fraction]] = {b.name: {} for b in ready.partnership.instruments}
    for column, value in zip(one.program.columns, x, strict=True):
        if not column.switch:
            for s in column.states:
                name = ready.partnership.instruments[column.instrument].name
                levels[name][ready.states[s].name] = Fraction(repr(float(value)))
    awake = tuple(state.name for state, on in zip(ready.states, one.program.awake, strict=True) if on)
    return Candidate("for the whole box", awake, levels)


def _stacks(question: Question, points: Floats) -> list[Stack] | None:
    """Return the programmes of some points, one stack for each structure.

    None where their columns differ, where the file does not allow a point or its sanction is no equilibrium there,
    where floats are too coarse, and for the harshest sanction, which has no programme of many samples.
    """

    def answer(here: Any) -> Stack | None:
        values: Mapping[str, Any] = {p: Column(points[here, j].copy()) for j, p in enumerate(question.paths)}
        numbers = Batch(False, len(here))
        try:
            one = partnership(question, values)
            ready = None if one.sanction.harshest else situation(one, numbers)
            return None if ready is None else stack(ready, asked(question, ready), numbers)
        except (ScenarioError, Blurred):
            return None

    out: list[Stack] = []
    for _, one in in_groups(len(points), answer):
        if one is None:
            return None
        out.append(one)
    shapes = {(one.low.shape[0], tuple(s.name for s in one.program.situation.states)) for one in out}
    return out if len(shapes) == 1 else None
