"""[[correlations]]: every path in it must lead to a range, with or without a mechanism, and stand in one group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import asin, ceil, pi
from typing import Any

from games.errors import ScenarioError
from games.files.fields import sound
from games.files.findings import Finding, Path, suggestion
from games.files.levers import found, pulled
from games.files.numbers import A_RANGE, described, shortened, shown
from games.files.references import items, tables
from games.files.shape import Correlation, Document
from games.files.uncertain import ranges

HERE: Path = ("correlations",)


def correlation_findings(document: Mapping[str, Any], shape: Document) -> Iterator[Finding]:
    """Yield what is wrong with the groups of a document."""
    known, seen = None, set[str]()
    for path, group in items(HERE, shape.correlations):
        known = _ranges(document, shape) if known is None else known
        yield from _size(path, group)
        for place, member in items((*path, "inputs"), group.inputs):
            if member in seen:
                yield Finding(place, f"'{member}' moves with others already", "name each range in one group, once")
            elif member not in known:
                yield Finding(place, *_no_range(document, member, known))
            seen.add(member)


def _ranges(document: Mapping[str, Any], shape: Document) -> dict[str, None]:
    """Return the paths of all ranges, also of those that stand in the file only while a mechanism is on."""
    paths = dict.fromkeys(path for path, _ in ranges(document))
    for _, name, mechanism in tables(("mechanisms",), shape.mechanisms):
        # A change that leads nowhere is told at its own place.
        changed, _ = pulled(document, {name: mechanism.changes} if sound(mechanism.changes) else {})
        paths |= dict.fromkeys(path for path, _ in ranges(changed))
    return paths


def _no_range(document: Mapping[str, Any], path: str, known: Mapping[str, None]) -> tuple[str, str]:
    """Return what is wrong with a path that leads to no range, and the hint."""
    try:
        value = found(document, path)
    except ScenarioError:
        hint = suggestion(path, known) or "the file has no range"
        return f"'{shortened(path, 80)}' leads nowhere", hint
    return f"'{path}' is {described(value)}, not a range", A_RANGE


def _size(path: Path, group: Correlation) -> Iterator[Finding]:
    """Yield a finding for fewer than two inputs, or more than can move against each other so strongly."""
    if not sound(group.inputs):
        return
    count = len(group.inputs)
    if count < 2:
        yield Finding((*path, "inputs"), f"names {count or 'no'} range{'' if count == 1 else 's'}", "name at least two")
    elif sound(group.rank):
        # The Pearson correlation 2 sin(pi r / 6) of every pair must stay above -1 / (k - 1) (Pearson 1907).
        least = Fraction(ceil(-6000 / pi * asin(1 / (2 * (count - 1)))), 1000)
        if group.rank < least:
            what = f"{shown(group.rank)} is too low: {count} ranges cannot all move against each other so strongly"
            yield Finding((*path, "rank"), what, f"give at least {shown(least)}")
