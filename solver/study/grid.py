"""Grids of scenarios: any numbers or words of a file varied, each combination judged as ``evaluate`` judges it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from games.errors import ScenarioError, refuse
from games.files.documents import read_document_and_text
from games.files.scenario import build
from games.files.uncertain import standing
from games.files.vary import axis
from games.partnership import Scenario
from solver.results.study import Axis, Point, Sweep
from solver.study.parts import Columns
from solver.study.plan import Plan, inlined
from solver.study.question import JOIN, UNSEARCHED, Question, partnership

MOST_POINTS = 1_000_000
MOST_LOOKED_AT = 200
SUSPEND = "agreement.sanction.suspend"
PROOF = "within 1e-9: each scenario is decided in floats, exactly where they are that near to a flip"


@dataclass(frozen=True, eq=False)
class Grid:
    """A scenario with the plan of its grid, and the text that it was read from."""

    scenario: Scenario
    plan: Plan
    text: str


def gridded(file: str, active: Sequence[str] | None, vary: Sequence[str]) -> Grid:
    """Return a scenario file with what is varied in it.

    Parameters
    ----------
    vary : "path=low:high:count" or "path=value,value…", one for each side of the grid.

    Raises
    ------
    ScenarioError : the file cannot be read, a path leads nowhere, or a value that the file does not allow.
    """
    name, document, text = read_document_and_text(file)
    scenario = build(document, name, active)
    axes = tuple(Axis(*axis(one)) for one in vary)
    twice = [a.path for k, a in enumerate(axes) if a.path in [b.path for b in axes[:k]]]
    if twice:
        raise refuse("--vary", f"'{twice[0]}' is varied twice", "give all its values at once")
    points = prod(len(a.values) for a in axes)
    if points > MOST_POINTS:
        raise refuse("--vary", f"the grid has {points:,} points, more than {MOST_POINTS:,}", "take fewer values")
    question = Question(_open(inlined(standing(document, active), name), axes), ())
    for one in axes:
        _allowed(question, one)
    return Grid(scenario, Plan(question, axes=axes), text)


def _open(document: dict[str, Any], axes: Sequence[Axis]) -> dict[str, Any]:
    """Return the document with a place for the length of a suspension, where its sanction has none and it is varied."""
    agreement = document.get("agreement", {})
    if any(a.path == SUSPEND for a in axes) and not isinstance(agreement.get("sanction"), Mapping):
        return {**document, "agreement": {**agreement, "sanction": {"suspend": 1}}}
    return document


def _allowed(question: Question, one: Axis) -> None:
    """Raise the error of a value that the file does not allow by itself."""
    values = one.values if len(one.values) <= MOST_LOOKED_AT else (one.values[0], one.values[-1])
    for value in values:
        try:
            partnership(question, {one.path: value})
        except ScenarioError as error:
            first = error.problems[0]
            where = "" if first.where in (one.path, f"sample: {one.path}") else f" ({first.where})"
            raise refuse(f"--vary {one.path}={value}", f"{first.what}{where}", first.hint) from None


def points(plan: Plan, columns: Columns) -> Iterator[Point]:
    """Yield the points of a block."""
    sizes = [len(a.values) for a in plan.axes]
    for k, number in enumerate(columns["sample"].tolist()):
        at = tuple(a.values[i] for a, i in zip(plan.axes, np.unravel_index(number, sizes), strict=True))
        states = tuple(filter(None, columns["states"][k].split(JOIN)))
        yield Point(
            at, columns["verdict"][k], states, float(columns["slack"][k]), columns["actor"][k], columns["state"][k],
            columns["deviation"][k],
        )  # fmt: skip


def sweep(grid: Grid, found: Sequence[Point], folder: str = "", remarks: Sequence[str] = ()) -> Sweep:
    """Return the grid with its points (none of them where they are written as they come)."""
    one = grid.scenario.partnership
    unsearched = sum(point.verdict == UNSEARCHED for point in found)
    notes = [f"{unsearched} scenarios have more sets of states than are searched"] if unsearched else []
    return Sweep(one.title, one.period, one.units, grid.plan.axes, tuple(found), folder, PROOF, (*remarks, *notes))
