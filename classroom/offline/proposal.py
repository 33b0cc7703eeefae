"""Arrangements, judged by every incentive: an affine inequality in the levels that somebody proposes.

    constant + sum of coefficients x levels >= 0        every limit, and for every incentive: loss later - gain now

Each form is a list of [coefficient] or [coefficient, instrument, state index], or, where a term counts as soon as an
instrument is on at all, [coefficient, instrument, state index, "on"].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from classroom.offline.core import MARKERS, Part, Unreadable, number
from classroom.offline.mark import RIGHT, Mark, spelled, wrong
from classroom.offline.plan import table
from classroom.offline.terms import missed

Levels = dict[str, list[Fraction]]


class Incentive(NamedTuple):
    """One thing that somebody could do instead, with the numbers of a proposal; ``slack`` < 0: it would."""

    slack: Fraction
    now: Fraction
    later: Fraction
    entry: Part


def mark_proposal(part: Part, answer: Any) -> Mark:
    """Return the mark of an arrangement: the limit or incentive that it breaks, or the condition that it misses."""
    levels = _levels(part, table(answer))
    broken = list(_broken(part, levels))
    if broken:
        return wrong("breaks a limit", f"Not allowed: {'; '.join(broken[:3])}.")
    incentives = list(_incentives(part, levels))
    worst = min(incentives, key=lambda found: found.slack, default=None)
    if worst is not None and worst.slack < 0:
        kept = sum(found.slack >= 0 for found in incentives) + part["always_kept"]
        count = f"{kept} of {len(incentives) + part['always_kept']} incentives are kept"
        return wrong(_mistake(worst.entry, levels), _told(worst), f"{count}; this is the one that is broken most.")
    lacking = missed(part["conditions"], _names(part, levels))
    return wrong(lacking[0], "It holds.", lacking[1], share=Fraction(1, 2)) if lacking else RIGHT


def _mistake(entry: Part, levels: Levels) -> str:
    """Return the name of the mistake behind a broken incentive: it has another one for who gives in that state."""
    name, gifts = entry["when_giving"]
    return str(name if any(levels[gift][s] > 0 for gift, s in gifts) else entry["mistake"])


def _levels(part: Part, given: Mapping[str, Any]) -> Levels:
    """Return the levels of an answer by instrument and state; 0 where it states none."""
    known = {instrument["name"]: instrument for instrument in part["instruments"]}
    for name in given:
        if name not in known:
            raise Unreadable(f"there is no instrument '{name[:40]}'; there are {', '.join(known)}")
    return {name: _row(part, name, given.get(name, 0)) for name in known}


def _row(part: Part, name: str, given: Any) -> list[Fraction]:
    states, awake = part["states"], part["awake"]
    if not isinstance(given, Mapping):
        return [_level(name, given) if on else Fraction(0) for on in awake]
    for state in given:
        if state not in states:
            raise Unreadable(f"'{name}': there is no state '{str(state)[:40]}'; they are {', '.join(states)}")
    return [_level(name, given.get(state, 0)) for state in states]


def _level(name: str, value: Any) -> Fraction:
    level = number(value)
    if level < 0:
        raise Unreadable(f"'{name}': a level of {spelled(level)} is below 0; let the other side give")
    return level


def valued(form: list[Any], levels: Levels) -> Fraction:
    """Return what a form comes to at these levels."""
    total = Fraction(0)
    for coefficient, *where in form:
        level = levels[where[0]][where[1]] if where else Fraction(1)
        total += Fraction(coefficient) * (Fraction(level > 0) if len(where) == 3 else level)
    return total


def _broken(part: Part, levels: Levels) -> Iterator[str]:
    for instrument in part["instruments"]:
        name = instrument["name"]
        for s, (state, level) in enumerate(zip(part["states"], levels[name], strict=True)):
            if level > 0 and not part["awake"][s]:
                yield f"level of '{name}' in {state}"
            if instrument["cap"] is not None and level > Fraction(instrument["cap"][s]):
                yield f"cap of '{name}' in {state}"
        if (
            not instrument["contingent"]
            and len({v for v, on in zip(levels[name], part["awake"], strict=True) if on}) > 1
        ):
            yield f"'{name}' varies, and may not"
    for limit in part["limits"]:
        if valued(limit["slack"], levels) < 0:
            yield limit["words"]


def _incentives(part: Part, levels: Levels) -> Iterator[Incentive]:
    """Yield every incentive; nobody can keep back what it does not owe."""
    for entry in part["incentives"]:
        if entry["owed"] is None or any(levels[name][s] > 0 for name, s in entry["owed"]):
            now, later = valued(entry["now"], levels), valued(entry["later"], levels)
            yield Incentive(Fraction(entry["weight"]) * (later - now), now, later, entry)


def _told(found: Incentive) -> str:
    """Return a broken incentive in words, with the student's own numbers."""
    now, later, entry = spelled(found.now, "4"), spelled(found.later, "4"), found.entry
    if entry["done"] is None:
        return f"{entry['actor']} has {later} a period from it, and {now} outside: it would not sign."
    after = f"loses {later} later" if found.later >= 0 else "is better off later too"
    where = f"In {entry['state']}, " if entry["state"] else ""
    return f"{where}{entry['actor']} gains {now} at once by {entry['done']}, and {after}: it would do so."


def _names(part: Part, levels: Levels) -> dict[str, Any]:
    """Return what conditions may speak of: gains over the outside values, costs by giver, levels by state."""
    named = {name: dict(zip(part["states"], row, strict=True)) for name, row in levels.items()}
    found = {what: {who: valued(form, levels) for who, form in part[what].items()} for what in ("gains", "costs")}
    return {**found, "levels": named}


MARKERS |= {"proposal": mark_proposal}
