"""The answer for a whole block of samples: one scenario compiled for all of them, a few linear programmes for the rest.

Samples that answer every structural question alike (does anybody gain by leaving the sanction, how many ages are
there) are judged together, each as ``question.alone`` judges it, but in floats. Where floats cannot decide (within
``NEAR`` of a flip), where an incentive counts only if something is owed, and where switches stay open, a sample is
answered ``alone``, in rationals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.errors import ScenarioError
from solver.sharing.arrangement import Levels, as_it_stands
from solver.sharing.decision import distances
from solver.sharing.situation import Awake, Situation, situation
from solver.sharing.targets import classes, followed, subsets
from solver.study.column import TIE, Batch, Blurred, Bools, Column, Floats, Ints, in_groups
from solver.study.margins import NEAR, margins
from solver.study.question import (
    JOIN,
    OUTSIDE,
    REFUSED,
    UNSEARCHED,
    Answer,
    Leaver,
    Question,
    alone,
    asked,
    exactly,
    levels,
    partnership,
    signed_word,
)
from solver.study.stack import NIL, Stack, floats, stack

MOST_UNITS = 6
"""So many states that sleep by themselves are tried in every combination; beyond it samples are searched alone."""
MOST_ALONE = 256
Words = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Judged:
    """The answers for a block of samples, one entry a sample; fields as in ``Answer``. ``alone``: decided exactly."""

    verdict: Words
    states: Words
    holds: Bools
    everywhere: Bools
    slack: Floats
    actor: Words
    state: Words
    deviation: Words
    kept: Bools
    worth: Floats
    alone: Bools

    def put(self, here: Any, answer: Answer) -> None:
        """Write one answer into some samples."""
        self.verdict[here], self.states[here] = answer.verdict, answer.states
        self.holds[here], self.everywhere[here], self.slack[here] = answer.holds, answer.everywhere, answer.slack
        leaver = answer.leaver
        self.actor[here], self.state[here], self.deviation[here] = leaver.actor, leaver.state, leaver.deviation
        self.kept[here], self.worth[here] = answer.kept, answer.worth


def judge(question: Question, samples: Floats, exact: Words | None = None) -> Judged:
    """Return the answers for samples [b, j], one column a path of the question.

    ``exact`` [b, j]: the same numbers as Fractions, where they are not what the floats are written as.
    """
    out = _blank(len(samples), len(question.candidates))

    def settle(here: Ints) -> None:
        try:
            _settle(question, samples, here, out)
        except Blurred:
            out.alone[here] = True

    for _ in in_groups(len(samples), settle):
        pass
    for b in np.flatnonzero(out.alone).tolist():
        out.put(b, alone(question, samples[b] if exact is None else exact[b]))
    return out


def _blank(count: int, candidates: int) -> Judged:
    def words() -> Words:
        return np.full(count, "", dtype=object)

    no, nan = np.zeros(count, bool), np.full(count, np.nan)
    return Judged(
        words(), words(), no, no.copy(), nan, words(), words(), words(),
        np.zeros((count, candidates), bool), np.full((count, candidates), np.nan), no.copy(),
    )  # fmt: skip


def _settle(question: Question, samples: Floats, here: Ints, out: Judged) -> None:
    """Write the answers for samples that answer every structural question alike."""
    nothing = (False,) * len(question.candidates), (float("nan"),) * len(question.candidates)
    try:
        one = partnership(question, {p: _number(samples[here, j]) for j, p in enumerate(question.paths)})
    except ScenarioError:
        out.put(here, Answer(OUTSIDE, "", False, False, float("nan"), Leaver(), *nothing))
        return
    if one.sanction.harshest:
        # The harshest sanction comes out of an elimination of joint actions, in rationals.
        out.alone[here] = True
        return
    numbers = Batch(False, len(here))
    try:
        ready = situation(one, numbers)
    except ScenarioError:
        out.put(here, Answer(REFUSED, "", False, False, float("nan"), Leaver(), *nothing))
        return
    _Group(question, ready, numbers, here, out).judge()


def _number(values: Floats) -> Any:
    """Return a column, or the exact number where all samples have the same."""
    return exactly(values[0]) if (values == values[0]).all() else Column(np.ascontiguousarray(values))


@dataclass(eq=False)
class _Group:
    """Samples (``here``, of a block) that share one structure, with the stacks compiled for them by set of states."""

    question: Question
    ready: Situation
    numbers: Batch
    here: Ints
    out: Judged
    stacks: dict[Awake, Stack] = field(default_factory=dict)

    def stack(self, awake: Awake) -> Stack:
        if awake not in self.stacks:
            self.stacks[awake] = stack(self.ready, awake, self.numbers)
        return self.stacks[awake]

    def judge(self) -> None:
        if self.question.signed is not None:
            self._as_signed(*levels(self.question.signed, self.ready))
        else:
            self._with_whatever_is_shared()

    def _as_signed(self, awake: Awake, given: Levels) -> None:
        """Write the answers about levels that were signed."""
        ready, out, here = self.ready, self.out, self.here
        one = self.stack(awake)
        found = at_levels(one, one.given(given))
        out.holds[here], out.slack[here] = found.holds, found.slack
        out.everywhere[here] = found.holds & (awake == ready.everywhere)
        out.verdict[here] = np.where(found.holds, signed_word(ready, awake, given), "fails")
        out.states[here] = np.where(found.holds, JOIN.join(_names(ready, awake)), "")
        self._leavers(found)
        out.alone[here] = found.doubtful

    def _with_whatever_is_shared(self) -> None:
        ready, out, here = self.ready, self.out, self.here
        top = sustained(self.stack(ready.everywhere))
        doubtful = top.doubtful.copy()
        out.everywhere[here] = out.holds[here] = top.holds
        out.slack[here] = top.slack
        out.verdict[here] = np.where(top.proposed, _word(ready), np.where(top.holds, "holds_with_sharing", "fails"))
        out.states[here] = np.where(top.holds, JOIN.join(_names(ready, ready.everywhere)), "")
        self._leavers(top)
        awake = asked(self.question, ready)
        within = top if awake == ready.everywhere else sustained(self.stack(awake))
        if awake != ready.everywhere:
            out.holds[here], out.slack[here] = within.holds, within.slack
            doubtful |= within.doubtful
        doubtful |= self._sets(awake, top.holds, within.holds)
        for k, candidate in enumerate(self.question.candidates):
            kept, worth = self._candidate(*levels(candidate, ready))
            out.kept[here, k], out.worth[here, k] = kept, worth
        out.alone[here] = doubtful

    def _leavers(self, top: Sustained) -> None:
        """Write who leaves first with nothing shared but what the file proposes: the nearest, then the worst."""
        ready, rows = self.ready, top.stack.rows
        steps = distances(followed(ready.target), ready.start)
        incentive = [r for r, row in enumerate(rows) if row.incentive]
        far = np.array([steps[rows[r].state] for r in incentive])
        slack = top.as_proposed[incentive]
        broken = slack < 0
        near = np.where(broken, far[:, None], np.iinfo(int).max).min(axis=0)
        there = np.where(broken & (far[:, None] == near), slack, np.inf)
        # Equal ones differ in their last digits: the first of them is told, as it is where they are decided exactly.
        worst = (there <= there.min(axis=0) + TIE * top.stack.unit[incentive]).argmax(axis=0)
        some = broken.any(axis=0)
        for name, words in (
            ("actor", [ready.partnership.actors[row.actor].name for row in rows]),
            ("state", [ready.states[row.state].name for row in rows]),
            ("deviation", [row.deviation for row in rows]),
        ):
            getattr(self.out, name)[self.here[some]] = np.array(words, object)[np.array(incentive)[worst[some]]]

    def _sets(self, awake: Awake, everywhere: Bools, asked_for: Bools) -> Bools:
        """Write the largest set of states in which sharing holds, where it does not everywhere; return who is alone."""
        ready, out = self.ready, self.out
        open_, alone_ = np.flatnonzero(~everywhere), np.zeros(len(self.here), bool)
        units = [unit for units in classes(ready) for unit in units]
        if len(units) > MOST_UNITS:
            some = open_[asked_for[open_]]
            out.verdict[self.here[some]], out.states[self.here[some]] = (
                "holds_in_some_states",
                JOIN.join(_names(ready, awake)),
            )
            rest = np.setdiff1d(open_, some)
            alone_[rest if self.question.search and len(rest) <= MOST_ALONE else []] = True
            out.verdict[self.here[rest]] = UNSEARCHED
            return alone_
        if not self.question.search:
            return alone_
        for size in _by_size(units, len(ready.states)):
            open_ = open_[~self._largest(size, open_, alone_)] if len(open_) else open_
        return alone_

    def _largest(self, sets: Sequence[Awake], open_: Ints, alone_: Bools) -> Bools:
        """Write the best of some sets of equal size for the samples still open; return which of them found one."""
        ready = self.ready
        best, merit = np.full(len(open_), -1), np.full((len(open_), 2), -np.inf)
        for k, awake in enumerate(sets):
            if ready.partnership.lapse == "end" and not awake[ready.start]:
                continue
            found = sustained(self.stack(awake).some(open_))
            alone_[open_] |= found.doubtful
            mine = np.stack([np.full(len(open_), float(awake[ready.start])), found.joint], axis=1)
            better = (mine[:, 0] > merit[:, 0]) | ((mine[:, 0] == merit[:, 0]) & (mine[:, 1] > merit[:, 1]))
            taken = found.holds & better
            best[taken], merit[taken] = k, mine[taken]
        done = best >= 0
        names = np.array([JOIN.join(_names(ready, awake)) for awake in sets], object)
        self.out.verdict[self.here[open_[done]]] = "holds_in_some_states"
        self.out.states[self.here[open_[done]]] = names[best[done]]
        return done

    def _candidate(self, awake: Awake, given: Levels) -> tuple[Bools, Floats]:
        """Return where a candidate is kept as it is, and the joint value at the start (apart where it is not)."""
        one = self.stack(awake)
        found = at_levels(one, one.given(given))
        apart = np.zeros(len(self.here))
        for values in self.ready.sanction.values:
            apart = apart + floats(values[self.ready.start])
        return found.holds, np.where(found.holds, found.joint, apart)


@dataclass(frozen=True, eq=False)
class Sustained:
    """Whether sharing can be kept up in a stack's states: as ``proposed``, or with an arrangement.

    ``as_proposed`` [r, b] are the slacks of what the file proposes; ``joint`` the joint value at the start of an
    arrangement that holds. ``doubtful`` samples must be decided alone.
    """

    stack: Stack
    proposed: Bools
    as_proposed: Floats
    holds: Bools
    slack: Floats
    joint: Floats
    doubtful: Bools


def at_levels(one: Stack, x: Floats) -> Sustained:
    """Return in which samples given levels [j, b] hold, and the smallest slack as a share of its actor's payoffs."""
    slack = one.slacks(x)
    kept = np.asarray((slack >= 0).all(axis=0)) & one.within(x)
    share = np.where(one.counts, slack / one.divisor, np.inf).min(axis=0, initial=1.0)
    doubtful = ((np.abs(slack) < NEAR * one.divisor) & (slack != 0)).any(axis=0)
    return Sustained(one, kept, slack, kept, _signed(share, kept), one.joint(x), doubtful)


def sustained(one: Stack) -> Sustained:
    """Return in which samples sharing can be kept up in the stack's states, and the margin that is left."""
    made = one.program
    proposed = np.maximum(one.low, 0.0)
    for j, column in enumerate(made.columns):
        if column.switch:
            proposed[j] = proposed[j - 1] > 0
    standing = at_levels(one, proposed)
    if not made.columns or bool((one.low == one.high).all()):
        return standing
    stands, found = standing.holds, margins(one)
    near = found.doubtful | ((np.abs(found.margin) < NEAR) & (np.abs(found.margin) > NIL))
    fits = found.margin >= -TIE
    if any(column.switch for column in made.columns):
        fits, opened = _switched(one, found.x, fits)
        near |= opened
    holds = stands | fits
    return replace(
        standing,
        holds=holds,
        slack=_signed(np.maximum(found.margin, standing.slack), holds),
        joint=np.where(fits, one.joint(found.x), standing.joint),
        doubtful=np.where(stands, standing.doubtful, near | (~fits & found.rests.any(axis=0))),
    )


def _switched(one: Stack, x: Floats, fits: Bools) -> tuple[Bools, Bools]:
    """Return where levels hold with every switch on that they need, and where that stays open.

    The margin's programme lets a switch stand anywhere between off and on, so its "none" is final.
    """
    whole = x.copy()
    for j, column in enumerate(one.program.columns):
        if column.switch:
            whole[j] = x[j - 1] > NEAR
            whole[j - 1] = np.where(whole[j] > 0, x[j - 1], 0.0)
    kept = fits & (one.slacks(whole) >= 0).all(axis=0)
    return kept, fits & ~kept


def _signed(margin: Floats, holds: Bools) -> Floats:
    return np.where(holds, np.maximum(margin, 0.0), np.minimum(margin, -0.0))


def _word(ready: Situation) -> str:
    """Return the verdict where what the file proposes holds: with sharing, if it proposes any."""
    given = as_it_stands(ready, ready.everywhere).values()
    return "holds_with_sharing" if any(level for row in given for level in row) else "holds"


def _names(ready: Situation, awake: Awake) -> list[str]:
    return [state.name for state, on in zip(ready.states, awake, strict=True) if on]


def _by_size(units: Sequence[frozenset[int]], states: int) -> Iterator[list[Awake]]:
    """Yield the sets of some states, but not all, by their number of states, the largest first."""
    whole = frozenset[int]().union(*units)
    sized: dict[int, list[frozenset[int]]] = {}
    for chosen in subsets(units):
        together = frozenset[int]().union(*chosen)
        if together and together != whole:
            sized.setdefault(len(together), []).append(together)
    for count in sorted(sized, reverse=True):
        yield [tuple(s in chosen for s in range(states)) for chosen in sized[count]]
