"""What is lost by signing one scenario's arrangement and finding oneself in another.

    value[k][m]   joint value per period from the start of arrangement k in scenario m, with its levels as they are;
                  what walking away is worth where it does not hold or cannot be signed
    regret[k][m]  max_k' value[k'][m] - value[k][m]
    maximin       the arrangement whose smallest value is largest; minimax regret: whose largest regret is smallest

States and instruments are matched by name. An arrangement cannot be signed where an instrument that it uses is absent
or is between others. Whether it holds is decided exactly, and all values are exact.

References
----------
Savage 1951.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from solver.results.sharing import Regret
from solver.sharing.arrangement import examine
from solver.sharing.decision import Decision
from solver.sharing.situation import Situation
from solver.study.decisions import maximin, minimax_regret, regrets
from solver.study.question import candidate, levels


def regret(names: Sequence[str], decisions: Sequence[Decision]) -> Regret:
    """Return what each scenario's own arrangement is worth in each scenario, and what is lost by not having known.

    Parameters
    ----------
    names : the scenarios' names, in the order of the decisions.
    decisions : each scenario's verdict; its levels in its awake states are its own arrangement.
    """
    worth = [[_worth(own, there.situation) for there in decisions] for own in decisions]
    lost, cautious, content = picked(worth)
    rows = (tuple(map(tuple, worth)), tuple(map(tuple, lost)))
    return Regret(tuple(names), tuple(names), *rows, names[cautious], names[content])


def picked(worth: Sequence[Sequence[Fraction]]) -> tuple[list[list[Fraction]], int, int]:
    """Return regrets, the maximin and the minimax regret option of values by option and scenario (first of equals)."""
    by_scenario = np.array(worth, object).T
    return regrets(by_scenario).T.tolist(), maximin(by_scenario), minimax_regret(by_scenario)


def _worth(own: Decision, there: Situation) -> Fraction:
    """Return the joint value of one scenario's arrangement in another (walking away where it does not hold)."""
    walking_away = sum((row[there.start] for row in there.sanction.values), Fraction(0))
    if not _can_be_signed(own, there):
        return walking_away
    awake, given = levels(candidate("", own.situation, own.awake, own.levels), there)
    finding = examine(there, awake, given)
    return sum((row[there.start] for row in finding.values), Fraction(0)) if finding.holds else walking_away


def _can_be_signed(own: Decision, there: Situation) -> bool:
    """Return whether the other scenario knows every instrument that is used, between the same, and some awake state."""
    known = {(b.name, b.giver, frozenset(b.receivers)) for b in there.partnership.instruments}
    used = [b for b in own.situation.partnership.instruments if any(own.levels[b.name])]
    awake = {s.name for s, on in zip(own.situation.states, own.awake, strict=True) if on}
    return bool(awake & {s.name for s in there.states}) and all(
        (b.name, b.giver, frozenset(b.receivers)) in known for b in used
    )
