"""Value renewal: how often must the value be renewed for the agreement to hold in every phase?

Age is part of the state, so an agreement that renews every m periods holds only if nobody leaves at any age 0 ... m-1,
the last one, when little is left of the value and the renewal is due, included.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from games.errors import ScenarioError
from games.partnership import Partnership
from solver.exact import FAST
from solver.results.sharing import RenewalAnswer
from solver.sharing.arrangement import as_it_stands
from solver.sharing.obligations import sustained
from solver.sharing.optimum import TOLERANCE
from solver.sharing.program import program
from solver.sharing.situation import situation
from solver.sharing.standing import slacks, standing

MOST_STATES, LONGEST = 90, 36
PATIENCE = 3
"""After so many intervals in a row that fail, once one has held, longer ones are not tried."""


def renewed_every(partnership: Partnership, every: int) -> Partnership:
    """Return the partnership with another interval between renewals; its ages reach at least that far."""
    renewal = partnership.renewal
    assert renewal is not None
    return replace(partnership, renewal=replace(renewal, every=every, cap=max(renewal.cap, every)))


def renewal_answer(partnership: Partnership) -> RenewalAnswer | None:
    """Return at which intervals the agreement holds in every state; None if nobody renews anything.

    Found in floating point, within 1e-9; a fix that is made of one is decided exactly.

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
        if _seems_to_hold(renewed_every(partnership, every)):
            holds.append(every)
        every += 1
    return RenewalAnswer(renewal.by, renewal.every, dict(renewal.cost), tuple(holds), every - 1)


def _seems_to_hold(partnership: Partnership) -> bool:
    """Return whether it holds in every state as it stands or with some arrangement, in floats."""
    try:
        ready = situation(partnership)
    except ScenarioError:
        return False
    stand = standing(ready, ready.everywhere, as_it_stands(ready, ready.everywhere))
    discount = np.array([float(actor.discount) for actor in partnership.actors])
    scale = np.array([float(value) for value in ready.scale])
    if (slacks(stand, discount) >= -TOLERANCE * scale).all():
        return True
    if not partnership.instruments:
        return False
    return sustained(program(ready, ready.everywhere, FAST)).holds
