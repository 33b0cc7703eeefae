"""The largest set of states in which sharing can hold.

Elsewhere the agreement sleeps (or ends). Sets are tried from the largest down, whole urgency levels at a time (single
states where there is no age), so the first size with an arrangement is the largest; among sets of that size one that
contains the start state, then the one with the largest joint value, is taken. With more than ``MAX_UNITS`` units,
states that fall short are dropped until what is left holds, and the answer says that it was searched so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from solver.sharing.arrangement import Arranged, Impossible, arrange
from solver.sharing.optimum import as_float
from solver.sharing.situation import Awake, Situation
from solver.sharing.standing import joint_value

MAX_UNITS = 8


@dataclass(frozen=True, eq=False)
class Largest:
    """The arrangement on the largest set found (None: no set), and whether every larger set was ruled out."""

    arranged: Arranged | None
    complete: bool
    proof: str


def largest_set(situation: Situation, aim: str = "cheapest", payer: str | None = None) -> Largest:
    """Return the largest proper set of states in which sharing holds; the full set is the caller's to try first."""
    units = _units(situation)
    if len(units) > MAX_UNITS:
        return _dropped(situation, aim, payer)
    proofs = set()
    for size in range(len(units) - 1, 0, -1):
        holding = []
        for chosen in combinations(range(len(units)), size):
            awake = _awake(situation, [units[k] for k in chosen])
            answer = arrange(situation, awake, aim, payer)
            if isinstance(answer, Arranged):
                holding.append(answer)
            else:
                proofs.add(answer.proof)
        if holding:
            return Largest(max(holding, key=lambda a: _merit(situation, a)), True, _weakest(proofs))
    return Largest(None, True, _weakest(proofs))


def _weakest(proofs: set[str]) -> str:
    return next((p for p in sorted(proofs, reverse=True) if p != "exact"), "exact")


def _units(situation: Situation) -> list[tuple[int, ...]]:
    """Return the groups of states that sleep together: urgency levels, of which age is no part."""
    fading = situation.partnership.renewal is not None and situation.partnership.renewal.by is None
    groups: dict[int, list[int]] = {}
    for s, state in enumerate(situation.states):
        if not state.ended:
            groups.setdefault(s if fading else state.level, []).append(s)
    return [tuple(group) for group in groups.values()]


def _awake(situation: Situation, units: list[tuple[int, ...]]) -> Awake:
    on = {s for unit in units for s in unit}
    return tuple(s in on for s in range(len(situation.states)))


def _merit(situation: Situation, arranged: Arranged) -> tuple[bool, Fraction]:
    joint = sum((row[situation.start] for row in arranged.finding.values), Fraction(0))
    return arranged.awake[situation.start], joint


def _dropped(situation: Situation, aim: str, payer: str | None) -> Largest:
    """Drop the states that fall short, the worst first, until what is left holds (or nothing is)."""
    awake = situation.everywhere
    while any(awake):
        answer = arrange(situation, awake, aim, payer)
        if isinstance(answer, Arranged):
            return Largest(answer, False, answer.proof)
        awake = tuple(on and s not in set(_worst(situation, answer)) for s, on in enumerate(awake))
    return Largest(None, False, "within 1e-9")


def _worst(situation: Situation, answer: Impossible) -> Iterator[int]:
    """Yield the states whose incentives fall short at the most robust arrangement; all of them where none does."""
    x = answer.optimum.x if answer.optimum.found else answer.program.arithmetic.zeros(len(answer.program.columns))
    slacks = [as_float(s) for s in answer.program.slacks(x)]
    worst: dict[int, float] = {}
    for row, slack in zip(answer.program.rows, slacks, strict=True):
        if row.incentive and answer.awake[row.state]:
            worst[row.state] = min(slack, worst.get(row.state, np.inf))
    low = min(worst.values(), default=0.0)
    # Without instruments every shortfall is real; with them the margin spreads it, so only the lowest go.
    limit = -1e-12 if not answer.program.columns else low * (1 - 1e-6)
    short = [s for s, slack in worst.items() if slack <= limit]
    yield from short or [s for s, on in enumerate(answer.awake) if on]


def worthwhile(situation: Situation, awake: Awake) -> tuple[bool, ...]:
    """Return, for each state, whether sharing there adds to the actors' joint value (instruments in kind included).

    Compares the sum of values when the state shares with the sum when it sleeps, all else equal; every instrument
    worth more than it costs is counted at its cap.
    """
    surplus = _surplus(situation)
    full = joint_value(situation, awake)
    out = []
    for s, state in enumerate(situation.states):
        if state.ended:
            out.append(False)
            continue
        with_it = full if awake[s] else joint_value(situation, tuple(on or t == s for t, on in enumerate(awake)))
        without = joint_value(situation, tuple(on and t != s for t, on in enumerate(awake)))
        out.append(bool(with_it[s] + surplus[s] >= without[s] - 1e-12))
    return tuple(out)


def _surplus(situation: Situation) -> list[float]:
    """Return what instruments worth more than they cost can add per period in each state, at most (may be infinite)."""
    out = [0.0] * len(situation.states)
    for instrument in situation.partnership.instruments:
        for s, state in enumerate(situation.states):
            each = instrument.value[state.level] * len(instrument.receivers) - instrument.cost[state.level]
            if each > 0:
                cap = np.inf if instrument.cap is None else float(instrument.cap[state.level])
                out[s] += float(each) * cap
    return out
