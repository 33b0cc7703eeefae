"""Partnerships small enough to be worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from games.partnership import Actor, Funder, Instrument, Partnership, Term, Timing
from games.urgency import Level, UrgencyProcess, constant

F = Fraction
SHARE, AWAY = "share", "walk away"
STEADY = constant(F(0))


def chain(*rows: Sequence[Fraction], start: int = 0) -> UrgencyProcess:
    """Return urgency over levels "0", "1", ... that rise evenly from 0 to 1."""
    top = max(len(rows) - 1, 1)
    levels = tuple(Level(str(k), F(k, top)) for k in range(len(rows)))
    return UrgencyProcess(levels, tuple(map(tuple, rows)), start)


def dilemma(
    together: Sequence[Fraction], tempted: Sequence[Fraction], apart: Sequence[Fraction],
    discounts: Sequence[Fraction], *instruments: Instrument,
) -> Partnership:  # fmt: skip
    """Return the one-state game in which whoever shares alone gets 0; actors are "office", "firm", "broker"."""
    names = ("office", "firm", "broker")[: len(together)]
    actors = []
    for name, c, d, p, discount in zip(names, together, tempted, apart, discounts, strict=True):
        others = {other: (SHARE,) for other in names if other != name}
        terms = (
            Term("together", F(c), when={name: (SHARE,), **others}),
            Term("tempted", F(d), when={name: (AWAY,), **others}),
            Term("apart", F(p), when=dict.fromkeys(names, (AWAY,))),
        )
        actors.append(Actor(name, F(discount), (SHARE, AWAY), AWAY, terms=terms))
    target = dict.fromkeys(names, (SHARE,))
    return Partnership("by hand", "period", "units", STEADY, tuple(actors), target, instruments)


def money(name: str, giver: str, *receivers: str, timing: Timing = "on delivery", **changes: object) -> Instrument:
    """Return an instrument of cost and value 1 in one state."""
    return replace(Instrument(name, giver, receivers, (F(1),), (F(1),), timing), **changes)  # type: ignore[arg-type]


def funded(partnership: Partnership, *instruments: Instrument) -> Partnership:
    """Return the partnership with what funders give; every giver that takes no action becomes a funder."""
    givers = dict.fromkeys(b.giver for b in instruments if b.giver not in partnership.names)
    funders = tuple(Funder(name, F(9, 10)) for name in givers)
    return replace(partnership, funders=funders, instruments=(*partnership.instruments, *instruments))


def trap(*instruments: Instrument, unit: F | int = 1) -> Partnership:
    """Return a partnership that holds only because leaving alone hurts: 0 together, -5 outside alone, 1 apart."""
    base = dilemma([F(0)] * 2, [F(-5 * unit)] * 2, [F(unit)] * 2, [F("0.8")] * 2, *instruments)
    return replace(base, actors=tuple(replace(a, outside_value=(F(0),)) for a in base.actors))
