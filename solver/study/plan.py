"""The plan of a study: all that its samples are computed from, as one JSON text, and a block of them.

A block depends on the plan and its number alone, so it may be computed anywhere, in any order, and again. Blocks come
from a design of random samples (``robust``) or from a grid (``sweep``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.files.plug import plugged
from games.files.scenario import build
from games.files.uncertain import Group, Input
from games.urgency import UrgencyProcess
from solver.results.study import Axis
from solver.study.judge import Judged, judge
from solver.study.manifest import Column
from solver.study.parts import Columns
from solver.study.question import Candidate, Question
from solver.study.sampling import Design, sample_block

BLOCK = 4096

ANSWERS = (
    Column("verdict", "string", "holds, holds_with_sharing, holds_in_some_states, fails, unsearched, refused, outside"),
    Column("states", "string", "the states in which sharing holds"),
    Column("holds", "bool", "whether it holds in the states that the study asks about"),
    Column("everywhere", "bool", "whether it holds in every state"),
    Column("slack", "float64", "share of the payoffs' scale by which all may be off while it still holds"),
    Column("actor", "string", "who leaves first with nothing shared but what the file proposes"),
    Column("state", "string", "in which state"),
    Column("deviation", "string", "by doing what"),
)


@dataclass(frozen=True)
class Plan:
    """What is asked (``question``) of which samples: of a ``design`` or of a grid of ``axes``, ``block`` at a time."""

    question: Question
    design: Design | None = None
    axes: tuple[Axis, ...] = ()
    block: int = BLOCK

    @property
    def samples(self) -> int:
        """Return the number of samples in all."""
        return self.design.samples if self.design else prod(len(axis.values) for axis in self.axes)

    @property
    def blocks(self) -> int:
        """Return the number of blocks."""
        return -(-self.samples // self.block)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the columns of a block: where a sample lies, what it was found to be, and each candidate's answer."""
        numbers = {a.path for a in self.axes if is_numeric(a)}
        paths = self.question.paths if self.design else tuple(a.path for a in self.axes)
        places = [
            Column(p, "float64" if self.design or p in numbers else "string", "a number of the file") for p in paths
        ]
        options = []
        for candidate in self.question.candidates:
            options.append(Column(f"kept: {candidate.name}", "bool", "whether this arrangement holds as it is"))
            options.append(Column(f"worth: {candidate.name}", "float64", "joint value per period if it is signed"))
        return (Column("sample", "int64", "its number"), *places, *ANSWERS, *options)


def is_numeric(axis: Axis) -> bool:
    """Return whether an axis holds numbers alone."""
    return all(isinstance(value, Fraction) for value in axis.values)


def inlined(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a document without the files that it names: urgency that was counted from a series, as a chain."""
    urgency = document.get("urgency")
    if not isinstance(urgency, Mapping) or urgency.get("preset") != "empirical":
        return dict(document)
    return {**document, "urgency": _chain(build(document, name).partnership.urgency)}


def _chain(process: UrgencyProcess) -> dict[str, Any]:
    rows = {
        one.name: {other.name: p for other, p in zip(process.levels, row, strict=True) if p}
        for one, row in zip(process.levels, process.transitions, strict=True)
    }
    levels = {level.name: level.urgency for level in process.levels}
    return {"levels": levels, "transitions": rows, "start": process.names[process.start]}


def written(plan: Plan) -> str:
    """Return a plan as JSON; exact numbers are texts, as a scenario file may write them too.

    The order of a table's keys stays: levels and actors come in the order of the file.
    """
    return json.dumps(asdict(plan), default=str, ensure_ascii=False)


@lru_cache(maxsize=4)
def read(text: str) -> Plan:
    """Return the plan that a JSON text holds."""
    found = json.loads(text)
    asked = found["question"]
    question = Question(
        asked["document"],
        tuple(asked["paths"]),
        tuple(asked["states"]),
        asked["search"],
        tuple(map(_candidate, asked["candidates"])),
        _candidate(asked["signed"]) if asked["signed"] else None,
    )
    axes = tuple(Axis(axis["path"], tuple(map(_value, axis["values"]))) for axis in found["axes"])
    return Plan(question, _design(found["design"]), axes, found["block"])


def _candidate(found: Mapping[str, Any]) -> Candidate:
    levels = {
        instrument: {state: Fraction(level) for state, level in by_state.items()}
        for instrument, by_state in found["levels"].items()
    }
    return Candidate(found["name"], tuple(found["states"]), levels)


def _design(found: Mapping[str, Any] | None) -> Design | None:
    if found is None:
        return None
    inputs = tuple(
        Input(
            one["path"],
            one["distribution"],
            {name: Fraction(number) for name, number in one["numbers"].items()},
            Fraction(one["likely"]),
        )
        for one in found["inputs"]
    )
    groups = tuple(Group(tuple(one["inputs"]), Fraction(one["rank"])) for one in found["groups"])
    return Design(inputs, groups, found["method"], found["seed"], found["samples"])


def _value(found: Any) -> Any:
    """Return a value of an axis: a text that reads as a number was one."""
    try:
        return Fraction(found) if isinstance(found, str) else found
    except (ValueError, ZeroDivisionError):
        return found


def block(text: str, number: int) -> Columns:
    """Return the columns of one block of a plan."""
    plan = read(text)
    first = number * plan.block
    count = min(plan.block, plan.samples - first)
    if plan.design is not None:
        samples = sample_block(plan.design, first, count)
        places: dict[str, NDArray[Any]] = {p: samples[:, j] for j, p in enumerate(plan.question.paths)}
        answers = _told(plan.question, judge(plan.question, samples))
    else:
        places, answers = _grid_block(plan, np.arange(first, first + count))
    return {"sample": np.arange(first, first + count), **places, **answers}


def _told(question: Question, judged: Judged) -> dict[str, NDArray[Any]]:
    out: dict[str, NDArray[Any]] = {column.name: getattr(judged, column.name) for column in ANSWERS}
    for k, candidate in enumerate(question.candidates):
        out |= {f"kept: {candidate.name}": judged.kept[:, k], f"worth: {candidate.name}": judged.worth[:, k]}
    return out


def _grid_block(plan: Plan, points: NDArray[np.intp]) -> tuple[dict[str, NDArray[Any]], dict[str, NDArray[Any]]]:
    """Return where some points of a grid lie, and their answers: those that share their words are judged together."""
    places = np.unravel_index(points, [len(axis.values) for axis in plan.axes])
    at = {axis.path: _object([axis.values[k] for k in place]) for axis, place in zip(plan.axes, places, strict=True)}
    numbers = [axis.path for axis in plan.axes if is_numeric(axis)]
    words = [axis.path for axis in plan.axes if not is_numeric(axis)]
    answers: dict[str, NDArray[Any]] = {}
    for said, here in _alike([at[path] for path in words], len(points)):
        document = plugged(plan.question.document, dict(zip(words, said, strict=True)))
        exact = np.stack([at[path][here] for path in numbers], axis=1) if numbers else np.empty((len(here), 0), object)
        question = replace(plan.question, document=document, paths=tuple(numbers))
        for name, values in _told(question, judge(question, exact.astype(float), exact)).items():
            answers.setdefault(name, np.empty(len(points), values.dtype))[here] = values
    floats = {path: at[path].astype(float) if path in numbers else at[path].astype(str).astype(object) for path in at}
    return floats, answers


def _alike(words: Sequence[NDArray[Any]], count: int) -> Iterator[tuple[tuple[Any, ...], NDArray[np.intp]]]:
    """Yield every combination of words that occurs, with the points at which it does."""
    found: dict[tuple[Any, ...], list[int]] = {}
    for k in range(count):
        found.setdefault(tuple(values[k] for values in words), []).append(k)
    for said, here in found.items():
        yield said, np.array(here, np.intp)


def _object(values: Sequence[Any]) -> NDArray[Any]:
    out: NDArray[Any] = np.empty(len(values), object)
    out[:] = values
    return out
