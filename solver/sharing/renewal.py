"""Value renewal: how often must the value be renewed for the agreement to hold in every phase?

Age is part of the state, so an agreement that renews every m periods holds only if nobody leaves at any age 0 ... m-1,
the last one, when little is left of the value and the renewal is due, included.
"""

from __future__ import annotations

from dataclasses import replace

from games.partnership import Partnership
from solver.sharing.decision import holding

MOST_STATES = 120
LONGEST = 48


def renewed_every(partnership: Partnership, every: int) -> Partnership:
    """Return the partnership with another interval between renewals; its ages reach at least that far."""
    renewal = partnership.renewal
    assert renewal is not None
    return replace(partnership, renewal=replace(renewal, every=every, cap=max(renewal.cap, every)))


def renewal_intervals(partnership: Partnership) -> tuple[int, ...]:
    """Return the intervals, of those tried, at which the agreement holds in every state.

    All from the shortest possible on are tried, up to ``LONGEST`` or as many ages as keep the states below
    ``MOST_STATES``. Intervals that hold need not be consecutive.
    """
    renewal = partnership.renewal
    if renewal is None or renewal.by is None:
        return ()
    most = min(LONGEST, MOST_STATES // len(partnership.urgency.levels) - 1)
    tried = range(renewal.shortest, max(most, renewal.every) + 1)
    return tuple(every for every in tried if holding(renewed_every(partnership, every)) is not None)
