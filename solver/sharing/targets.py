"""The largest set of states in which sharing can hold; elsewhere the agreement sleeps (or ends).

Where play moves on for good (a ramp, a value that fades and is not renewed) the states fall into classes, and what
holds in a class depends only on that class and those after it. So the sets that can hold are built class by class from
the end backwards, which is how an agreement unravels. Within a class of more than ``MAX_UNITS`` states, those of one
urgency level sleep together. Among the sets left, the largest one that actors would join is taken; of equals the one
that contains the start, then the one with the largest joint value.

After ``MAX_SETS`` tries, or where too many states reach each other, the states that fall short are dropped until what
is left holds, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph, csr_matrix

from games.translate import LocalGame
from solver.results import weakest
from solver.sharing.arrangement import Arranged, Impossible, arrange
from solver.sharing.obligations import sustained
from solver.sharing.optimum import arrangement_program, as_float
from solver.sharing.refutation import Tree
from solver.sharing.rows import restricted
from solver.sharing.situation import Awake, Situation
from solver.sharing.standing import joint_value

MAX_UNITS, MAX_SETS = 8, 600
Set = frozenset[int]
WHOLE_LEVELS = "with ages, sets of whole urgency levels were tried; one that cuts through a level was not"
CUT_OFF = "not all sets of states were tried: a larger one may hold"
DROPPED = "the largest set of states was searched by dropping states, not exhaustively"


@dataclass(frozen=True, eq=False)
class Largest:
    """The arrangement on the largest set found (None: no set), and whether every larger one tried was ruled out.

    ``note`` says what was not tried. ``units`` are the states that sleep together, in the order in which sets were
    built, and ``impossible`` the proof for every set that cannot hold: of some states, among those that play never
    leaves.
    """

    arranged: Arranged | None
    complete: bool
    proof: str
    note: str = ""
    units: tuple[Set, ...] = ()
    impossible: Mapping[tuple[Set, Set], Tree] = field(default_factory=dict)


def largest_set(situation: Situation, aim: str = "cheapest", payer: str | None = None) -> Largest:
    """Return the largest proper set of states in which sharing holds; the full set is the caller's to try first."""
    ordered = classes(situation)
    if any(len(units) > MAX_UNITS for units in ordered):
        return _dropped(situation, aim, payer)
    search = _Search(situation, aim, payer, ordered)
    search.grow(frozenset(), 0)
    if search.left < 0 and not search.holding:
        return _dropped(situation, aim, payer)
    best = max(search.holding, key=lambda a: _merit(situation, a)) if search.holding else None
    units = tuple(unit for units in ordered for unit in units)
    note = WHOLE_LEVELS if any(len(unit) > 1 for unit in units) else ""
    complete = search.left >= 0
    return Largest(best, complete, weakest(search.proofs), note if complete else CUT_OFF, units, search.impossible)


@dataclass(eq=False)
class _Search:
    """The search for the largest set: what holds, what was found impossible, how sure that is, and the tries left."""

    situation: Situation
    aim: str
    payer: str | None
    classes: list[list[Set]]
    holding: list[Arranged] = field(default_factory=list)
    impossible: dict[tuple[Set, Set], Tree] = field(default_factory=dict)
    proofs: set[str] = field(default_factory=set)
    left: int = MAX_SETS

    def grow(self, chosen: Set, done: int) -> None:
        """Try every set that plays ``chosen`` in the classes that are done, the largest first."""
        closed = frozenset[int]().union(*(unit for units in self.classes[:done] for unit in units))
        if done == len(self.classes):
            self._arrange(chosen, closed)
            return
        inside = frozenset[int]().union(*self.classes[done])
        for units in subsets(self.classes[done]):
            together = chosen.union(*units)
            if self.left < 0 or len(together) + len(self._later(done + 1)) < self._least():
                return
            if not units or done + 1 == len(self.classes) or self._can_hold(together, closed | inside):
                self.grow(together, done + 1)

    def _later(self, done: int) -> Set:
        return frozenset[int]().union(*(unit for units in self.classes[done:] for unit in units))

    def _least(self) -> int:
        """Return how large a set must be to matter: as large as what holds, to choose among equals."""
        return max(1, *(sum(a.awake) for a in self.holding)) if self.holding else 1

    def _arrange(self, chosen: Set, everything: Set) -> None:
        ends_first = self.situation.partnership.lapse == "end" and self.situation.start not in chosen
        if not chosen or chosen == everything or ends_first:
            return
        self.left -= 1
        answer = arrange(self.situation, _awake(self.situation, chosen), self.aim, self.payer)
        if isinstance(answer, Impossible):
            self.proofs.add(answer.proof)
            self.impossible[chosen, everything] = answer.tree
            return
        self.holding = [a for a in self.holding if sum(a.awake) == len(chosen)] + [answer]

    def _can_hold(self, chosen: Set, closed: Set) -> bool:
        """Return whether some arrangement meets the incentives in a set of states that play never leaves."""
        self.left -= 1
        found = sustained(restricted(arrangement_program(self.situation, _awake(self.situation, chosen)), closed))
        if not found.holds:
            self.proofs.add(found.proof)
            self.impossible[chosen, closed] = found.tree
        return found.holds


def _awake(situation: Situation, chosen: Set) -> Awake:
    return tuple(s in chosen for s in range(len(situation.states)))


def _merit(situation: Situation, arranged: Arranged) -> tuple[bool, Fraction]:
    joint = sum((row[situation.start] for row in arranged.finding.values), Fraction(0))
    return arranged.awake[situation.start], joint


def classes(situation: Situation) -> list[list[Set]]:
    """Return the classes of states that reach each other, last first; each as the units that sleep together."""
    moves = _moves(situation)
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


def _moves(situation: Situation) -> NDArray[np.bool_]:
    """Return on which states the incentives in a state depend: those that play moves to, or a breach where it counts.

    Where the sanction is for ever, what follows a breach does not depend on where sharing takes place; where it is for
    some periods, or where somebody leaves the sleeping agreement's play, it does.
    """
    moves = followed(situation.target) | followed(situation.sanction.game)
    suspended, sleeps = situation.partnership.sanction.periods is not None, situation.partnership.lapse == "sleep"
    for game, counts in ((situation.target, suspended), (situation.sanction.game, suspended or sleeps)):
        for deviation in game.deviations if counts else ():
            moves[deviation.state, [t for t, _ in game.rows[deviation.row]]] = True
    return np.asarray(moves)


def followed(game: LocalGame) -> NDArray[np.bool_]:
    """Return which states can follow which when a game's policy is played."""
    out = np.zeros((len(game.row), len(game.row)), bool)
    for s, k in enumerate(game.row):
        out[s, [t for t, _ in game.rows[k]]] = True
    return out


def _closure(moves: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which states can reach which, themselves included."""
    reach = moves | np.eye(len(moves), dtype=bool)
    for _ in range(len(moves).bit_length()):
        reach = (reach.astype(float) @ reach.astype(float)) > 0
    return reach


def subsets(units: Sequence[Set]) -> Iterator[tuple[Set, ...]]:
    """Yield every set of units, the largest first."""
    for size in range(len(units), -1, -1):
        yield from combinations(units, size)


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
