"""[renewal]: what fades, who renews it, and how many ages that makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from games.files.fields import BROKEN, broken, sound
from games.files.findings import Finding, Path, unknown
from games.files.references import Known, items, tables
from games.files.shape import Document, Renewal
from games.translate import MAX_STATES

HERE: Path = ("renewal",)
GONE = Fraction(1, 100)
LONGEST_FADE = 120


def fading(document: Document) -> list[tuple[Fraction, str]]:
    """Return the retention and the name of every term and instrument that fades."""
    terms = [t for _, _, actor in tables((), document.actors) for _, t in items((), actor.terms)]
    things: list[Any] = [*terms, *(i for _, i in items((), document.instruments))]
    return [(t.retention, t.name) for t in things if not broken(t.retention, t.name) and t.retention < 1]


def periods_to_fade(document: Document) -> int:
    """Return the smallest k with (largest retention below 1) ** k <= 1/100; 1 if nothing fades."""
    slowest = max((retention for retention, _ in fading(document)), default=Fraction(0))
    left, periods = slowest, 1
    while left > GONE and periods <= LONGEST_FADE:
        left, periods = left * slowest, periods + 1
    return periods


def largest_age(document: Document) -> int:
    """Return the age at which value stops changing: as given, or long enough for the plan (0: nothing ages)."""
    renewal = document.renewal
    if renewal is None:
        return periods_to_fade(document) if fading(document) else 0
    if renewal.cap is not None:
        return renewal.cap
    if renewal.by is None and fading(document):
        return periods_to_fade(document)
    return renewal.every if renewal.success == 1 else 2 * renewal.every


def renewal_findings(document: Document, names: Known) -> Iterator[Finding]:
    """Yield what is wrong with how value is renewed, and the number of states where it is too large."""
    renewal = document.renewal
    if renewal is BROKEN:
        return
    if renewal is not None:
        yield from _who(renewal, names)
        yield from _refreshes(document, renewal)
        if broken(renewal.by, renewal.every, renewal.cap, renewal.success):
            return
        yield from _cap(renewal)
    unrenewed = renewal is None or (renewal.by is None and renewal.cap is None)
    if unrenewed and fading(document) and periods_to_fade(document) > LONGEST_FADE:
        what = f"'{max(fading(document))[1]}' takes more than {LONGEST_FADE} periods to fade to 1/100"
        yield Finding((*HERE, "cap"), what, "give [renewal] cap = the age at which to cut it off")
        return
    yield from _states(document, names)


def _cap(renewal: Renewal) -> Iterator[Finding]:
    cap, planned = renewal.cap, renewal.every - 1
    if cap is not None and renewal.by and cap < planned:
        yield Finding((*HERE, "cap"), f"{cap} is below every - 1 = {planned}", "raise the cap, or renew more often")


def _states(document: Document, names: Known) -> Iterator[Finding]:
    """Yield a finding if levels x ages are more states than can be solved; it is counted, not built."""
    if names.levels is None:
        return
    ages, levels = largest_age(document) + 1, len(names.levels)
    count = levels * (ages + bool(document.hazards))
    if count > MAX_STATES:
        what = f"{levels} levels and {ages} ages make {count} states, more than {MAX_STATES}"
        renewal = document.renewal
        field = "every" if renewal and renewal.cap is None and renewal.by else "cap"
        path = (*HERE, field) if ages > levels else ("urgency",)
        yield Finding(path, what, f"lower renewal.{field}, or use fewer levels")


def _who(renewal: Renewal, names: Known) -> Iterator[Finding]:
    yield from unknown((*HERE, "by"), renewal.by, names.actors, "actor")
    if renewal.cost is not None and renewal.by is None:
        yield Finding((*HERE, "by"), "is missing, so nobody would pay the cost", "name the actor that renews")
    if isinstance(renewal.cost, Mapping):
        for path, actor, _ in tables((*HERE, "cost"), renewal.cost):
            yield from unknown(path, actor, names.actors, "actor")


def _refreshes(document: Document, renewal: Renewal) -> Iterator[Finding]:
    if renewal.refreshes is None or renewal.refreshes is BROKEN:
        return
    here = (*HERE, "refreshes")
    every = _everything(document)
    for path, name in items(here, renewal.refreshes):
        yield from unknown(path, name, every, "term or instrument")
    if BROKEN in renewal.refreshes:
        return
    for name in dict.fromkeys(name for _, name in fading(document)):
        if name not in renewal.refreshes:
            hint = f"add '{name}', or set its retention to 1"
            yield Finding(here, f"leaves out '{name}', which fades", hint)


def _everything(document: Document) -> set[str] | None:
    """Return the names of all terms and instruments; None where some could not be read."""
    if BROKEN in (document.actors, document.instruments):
        return None
    lists: list[Any] = [BROKEN if actor is BROKEN else actor.terms for actor in document.actors.values()]
    lists.append(document.instruments)
    if not all(map(sound, lists)):
        return None
    names = [thing.name for one in lists for thing in one]
    return None if broken(*names) else set(names)
