"""Value renewal: how often must the value be renewed for the agreement to hold in every phase?

Age is part of the state, so an agreement that renews every m periods holds only if nobody leaves at any age 0 ... m-1,
the last one, when little is left of the value and the renewal is due, included.
"""

from __future__ import annotations

from dataclasses import replace

from games.partnership import Partnership
from solver.results import RenewalAnswer
from solver.sharing.decision import holding

MOST_STATES = 120
LONGEST = 36
PATIENCE = 3
"""After so many intervals in a row that fail, once one has held, longer ones are not tried."""


def renewed_every(partnership: Partnership, every: int) -> Partnership:
    """Return the partnership with another interval between renewals; its ages reach at least that far."""
    renewal = partnership.renewal
    assert renewal is not None
    return replace(partnership, renewal=replace(renewal, every=every, cap=max(renewal.cap, every)))


def renewal_answer(partnership: Partnership) -> RenewalAnswer | None:
    """Return at which intervals the agreement holds in every state; None if nobody renews anything.

    Intervals are tried from the shortest possible one on, up to ``LONGEST`` or as many ages as keep the states below
    ``MOST_STATES``, and the answer says how far. Those that hold need not be consecutive.
    """
    renewal = partnership.renewal
    if renewal is None or renewal.by is None:
        return None
    most = max(min(LONGEST, MOST_STATES // len(partnership.urgency.levels) - 1), renewal.every)
    holds: list[int] = []
    every = renewal.shortest
    while every <= most and not (holds and every > max(holds[-1], renewal.every) + PATIENCE):
        if holding(renewed_every(partnership, every)) is not None:
            holds.append(every)
        every += 1
    return RenewalAnswer(renewal.by, renewal.every, dict(renewal.cost), tuple(holds), every - 1)
