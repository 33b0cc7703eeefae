"""Scenarios side by side: which differences flip the verdict, who is better off where, whose arrangement to sign.

Two files are read as documents; every number, word or list that differs is put into the first file alone, and the
verdict is decided again. Lists of named things (terms, instruments) are matched by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

from games.errors import ScenarioError
from games.files.documents import read_document
from games.files.scenario import build
from solver.results.sharing import Comparison, Difference, Evaluation, VerdictWord
from solver.sharing.decision import Decision, decide
from solver.sharing.evaluate import evaluate
from solver.study.flipping import shortest
from solver.study.regret import regret

MOST = 40
TOLD_ONLY = (
    "title", "question", "description", "sources", "source", "confidence", "text", "$schema", "schema", "units",
    "period", "role",
)  # fmt: skip
ABSENT = object()


def compare(files: Sequence[str]) -> Comparison:
    """Return the evaluations of some scenario files and, from the first to each other one, what decides.

    Raises
    ------
    ScenarioError : a file that cannot be read as a scenario.
    """
    documents = [read_document(file) for file in files]
    scenarios = [build(document, name) for name, document in documents]
    evaluations = tuple(evaluate(scenario) for scenario in scenarios)
    # What moves together decides nothing here, and would miss a range that is settled.
    documents = [(name, {k: v for k, v in document.items() if k != "correlations"}) for name, document in documents]
    name, first = documents[0]
    differences, paths, notes = [], [], []
    for (other, document), evaluation in zip(documents[1:], evaluations[1:], strict=True):
        # Levers that nobody pulls decide nothing.
        idle = not first.get("with") and not document.get("with")
        found = [d for d in differing(first, document) if not (idle and d[0][0] == "mechanisms")]
        if len(found) > MOST:
            notes.append(f"{other} differs from {name} in {len(found)} places; the first {MOST} were tried one by one")
        differences.append(tuple(_tried(first, name, d, evaluations[0]) for d in found[:MOST]))
        paths.append(
            None if evaluation.verdict == evaluations[0].verdict else _path(first, name, found, evaluations[0])
        )
        tried = len(found) <= MOST and all(d.verdict for d in differences[-1])
        if tried and evaluation.verdict != evaluations[0].verdict and not any(d.flips for d in differences[-1]):
            notes.append(
                f"no single difference between {name} and {other} flips the verdict: it takes several together"
            )
    names = tuple(name for name, _ in documents)
    if len({(e.units, e.period) for e in evaluations}) > 1:
        notes.append("units or periods differ between the scenarios, so their values and regrets do not compare")
    lost = regret(names, [e.evidence for e in evaluations if isinstance(e.evidence, Decision)])
    if len({frozenset(e.outside) for e in evaluations}) > 1:
        notes.append("the scenarios have different actors, so none is said to be better for everybody than another")
    return Comparison(
        names, evaluations, tuple(differences), tuple(paths), tuple(dominating(names, evaluations)), lost, tuple(notes)
    )


def dominating(names: Sequence[str], evaluations: Sequence[Evaluation]) -> Iterator[tuple[str, ...]]:
    """Yield for each scenario those that are better for everybody: nobody gains less there over its outside value.

    What an actor gains is its value at the start less what it has outside. Scenarios with other actors are not
    compared.
    """
    gains = [{a: e.values[a][e.start] - out for a, out in e.outside.items()} for e in evaluations]
    for mine in gains:
        yield tuple(
            name
            for name, theirs in zip(names, gains, strict=True)
            if theirs.keys() == mine.keys() and theirs != mine and all(theirs[a] >= mine[a] for a in mine)
        )


def _path(first: Any, name: str, found: Sequence[tuple[tuple[str, ...], Any, Any]], before: Evaluation) -> Any:
    """Return the shortest path of changes that flips the verdict."""

    def decided(chosen: frozenset[int]) -> VerdictWord | None:
        document = first
        for k in sorted(chosen):
            document = put(document, found[k][0], found[k][2])
        try:
            return decide(build(document, name).partnership).verdict
        except ScenarioError:
            return None

    return shortest([".".join(where) for where, _, _ in found], before.verdict, decided)


def differing(one: Any, other: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Yield (path, value in one, value in the other) for every leaf that differs; what is only told is left out."""
    ones, others = _named(one), _named(other)
    # Probabilities only make sense by the row, and rows only with the levels they are about.
    together = path[:2] == ("urgency", "transitions") and len(path) == 3
    together |= path == ("urgency",) and not _same_levels(one, other)
    if isinstance(ones, Mapping) and isinstance(others, Mapping) and not together:
        for key in [*ones, *(k for k in others if k not in ones)]:
            if key not in TOLD_ONLY:
                yield from differing(ones.get(key, ABSENT), others.get(key, ABSENT), (*path, key))
    elif _read(one) != _read(other):
        yield path, one, other


def _read(value: Any) -> Any:
    """Return a number written as a text ("2/5") as the number that it is."""
    if isinstance(value, str):
        with suppress(ValueError, ZeroDivisionError):
            return Fraction(value) if len(value) < MOST else value
    return value


def _same_levels(one: Any, other: Any) -> bool:
    """Return whether two urgency tables have the same preset and levels, so that they can be changed bit by bit."""
    pair = [table if isinstance(table, Mapping) else {} for table in (one, other)]
    return all(list(pair[0].get(key, ())) == list(pair[1].get(key, ())) for key in ("preset", "levels", "names"))


def put(document: Any, path: tuple[str, ...], value: Any) -> Any:
    """Return a copy of a document with one value put at a path, or taken away where it is ``ABSENT``.

    In a list of named tables an item is found by its name, and added at the end if it is new.
    """
    key, rest = path[0], path[1:]
    items = dict(_named(document))
    items[key] = put(items.get(key, {}), rest, value) if rest else value
    if items[key] is ABSENT:
        del items[key]
    if isinstance(document, list):
        return [{"name": name, **item} for name, item in items.items()]
    return items


def _named(value: Any) -> Any:
    """Return a list of named tables as a table by name."""
    if isinstance(value, list) and value and all(isinstance(item, Mapping) and "name" in item for item in value):
        return {item["name"]: {k: v for k, v in item.items() if k != "name"} for item in value}
    return value


def _tried(document: Any, name: str, difference: tuple[tuple[str, ...], Any, Any], before: Evaluation) -> Difference:
    path, one, other = difference
    where = ".".join(path)
    try:
        verdict: VerdictWord | None = decide(build(put(document, path, other), name).partnership).verdict
    except ScenarioError:
        verdict = None
    return Difference(where, _shown(one), _shown(other), verdict, verdict not in (None, before.verdict))


def _shown(value: Any) -> str:
    if value is ABSENT:
        return "absent"
    if isinstance(value, Fraction):
        return str(value) if value.denominator > 10**6 or str(float(value)) == "inf" else f"{float(value):.10g}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k} = {_shown(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return str(value)
