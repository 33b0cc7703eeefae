"""The largest set of states in which sharing can hold; elsewhere the agreement sleeps (or ends).

Where play moves on for good (a ramp, a value that fades and is not renewed) the states fall into classes, and what
holds in a class depends only on that class and those after it. So the sets that can hold are built class by class from
the end backwards, which is how an agreement unravels. Within a class of more than ``MAX_UNITS`` states, those of one
urgency level sleep together. Among the sets left, the largest one that actors would join is taken; of equals the one
that contains the start, then the one with the largest joint value.

Beyond ``MAX_SETS`` candidates the states that fall short are dropped until what is left holds, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph, csr_matrix

from solver.results import weakest
from solver.sharing.arrangement import Arranged, Impossible, arrange
from solver.sharing.obligations import sustained
from solver.sharing.optimum import arrangement_program, as_float
from solver.sharing.rows import restricted
from solver.sharing.situation import Awake, Situation
from solver.sharing.standing import joint_value

MAX_UNITS, MAX_SETS = 8, 64
Set = frozenset[int]
WHOLE_LEVELS = "with ages, sets of whole urgency levels were tried; one that cuts through a level was not"
DROPPED = "the largest set of states was searched by dropping states, not exhaustively"


@dataclass(frozen=True, eq=False)
class Largest:
    """The arrangement on the largest set found (None: no set), and whether every larger one tried was ruled out.

    ``note`` says what was not tried.
    """

    arranged: Arranged | None
    complete: bool
    proof: str
    note: str = ""


def largest_set(situation: Situation, aim: str = "cheapest", payer: str | None = None) -> Largest:
    """Return the largest proper set of states in which sharing holds; the full set is the caller's to try first."""
    classes = _classes(situation)
    if any(len(units) > MAX_UNITS for units in classes):
        return _dropped(situation, aim, payer)
    proofs: set[str] = set()
    if len(classes) == 1:
        candidates: list[Set] | None = [frozenset().union(*chosen) for chosen in _subsets(classes[0]) if chosen]
    else:
        candidates = _backwards(situation, classes, proofs)
    if candidates is None:
        return _dropped(situation, aim, payer)
    found = _largest(situation, candidates, aim, payer, proofs)
    return replace(found, note=WHOLE_LEVELS) if any(len(unit) > 1 for units in classes for unit in units) else found


def _largest(situation: Situation, candidates: Sequence[Set], aim: str, payer: str | None, proofs: set[str]) -> Largest:
    """Return the best of the largest candidates that hold, trying the larger sizes first."""
    everything = frozenset(s for s, on in enumerate(situation.everywhere) if on)
    first = situation.start if situation.partnership.lapse == "end" else None
    sets = [c for c in candidates if c and c != everything and (first is None or first in c)]
    sets = sorted(sets, key=lambda c: (-len(c), sorted(c)))
    holding: list[Arranged] = []
    for chosen in sets:
        if holding and len(chosen) < sum(holding[0].awake):
            break
        answer = arrange(situation, _awake(situation, chosen), aim, payer)
        if isinstance(answer, Arranged):
            holding.append(answer)
        else:
            proofs.add(answer.proof)
    best = max(holding, key=lambda a: _merit(situation, a)) if holding else None
    return Largest(best, True, weakest(proofs))


def _awake(situation: Situation, chosen: Set) -> Awake:
    return tuple(s in chosen for s in range(len(situation.states)))


def _merit(situation: Situation, arranged: Arranged) -> tuple[bool, Fraction]:
    joint = sum((row[situation.start] for row in arranged.finding.values), Fraction(0))
    return arranged.awake[situation.start], joint


def _classes(situation: Situation) -> list[list[Set]]:
    """Return the classes of states that reach each other, last first; each as the units that sleep together."""
    moves = (situation.fast.target.next > 0) | (situation.fast.sanction.next > 0)
    _, label = csgraph.connected_components(csr_matrix(moves), connection="strong")
    reach = _closure(moves)
    # A class comes before those that can reach it: it is reached from no fewer states than they are.
    order = sorted(set(label.tolist()), key=lambda c: -int(reach[:, label.tolist().index(c)].sum()))
    out = []
    for c in order:
        inside = [s for s, state in enumerate(situation.states) if label[s] == c and not state.ended]
        units: dict[int, set[int]] = {}
        for s in inside:
            units.setdefault(s if len(inside) <= MAX_UNITS else situation.states[s].level, set()).add(s)
        if units:
            out.append([frozenset(unit) for unit in units.values()])
    return out


def _closure(moves: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which states can reach which, themselves included."""
    reach = moves | np.eye(len(moves), dtype=bool)
    for _ in range(len(moves).bit_length()):
        reach = (reach.astype(float) @ reach.astype(float)) > 0
    return reach


def _subsets(units: Sequence[Set]) -> Iterator[tuple[Set, ...]]:
    for size in range(len(units), -1, -1):
        yield from combinations(units, size)


def _backwards(situation: Situation, classes: list[list[Set]], proofs: set[str]) -> list[Set] | None:
    """Return every set that can hold, built from the last class backwards; None if they are too many."""
    found: list[Set] = [frozenset()]
    closed: Set = frozenset()
    for units in classes:
        closed = closed.union(*units)
        grown: list[Set] = []
        for later in found:
            for chosen in _subsets(units):
                together = later.union(*chosen)
                if not chosen or _can_hold(situation, together, closed, proofs):
                    grown.append(together)
        if len(grown) > MAX_SETS:
            return None
        found = grown
    return found


def _can_hold(situation: Situation, chosen: Set, closed: Set, proofs: set[str]) -> bool:
    """Return whether some arrangement meets the incentives in a set of states that play never leaves."""
    inside = restricted(arrangement_program(situation, _awake(situation, chosen)), closed)
    found = sustained(inside)
    if not found.holds:
        proofs.add(found.proof)
    return found.holds


def _dropped(situation: Situation, aim: str, payer: str | None) -> Largest:
    """Drop the states that fall short, the worst first, until what is left holds (or nothing is)."""
    awake = situation.everywhere
    while any(awake):
        answer = arrange(situation, awake, aim, payer)
        if isinstance(answer, Arranged):
            return Largest(answer, False, answer.proof, DROPPED)
        worst = set(_worst(answer))
        awake = tuple(on and s not in worst for s, on in enumerate(awake))
    return Largest(None, False, "within 1e-9", DROPPED)


def _worst(answer: Impossible) -> Iterator[int]:
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
    surplus, scale = _surplus(situation), float(max(situation.scale))
    full = joint_value(situation, awake)
    out = []
    for s, state in enumerate(situation.states):
        if state.ended:
            out.append(False)
            continue
        with_it = full if awake[s] else joint_value(situation, tuple(on or t == s for t, on in enumerate(awake)))
        without = joint_value(situation, tuple(on and t != s for t, on in enumerate(awake)))
        out.append(bool(with_it[s] + surplus[s] >= without[s] - 1e-12 * scale))
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
