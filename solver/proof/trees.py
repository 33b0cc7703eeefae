"""Why no arrangement holds, or none is better: a tree of cases, and one combination that adds up in each.

Every node asks a question that each arrangement answers with yes or no, and every leaf is one combination of incentives
and limits (``solver.proof.forms``) that no levels can satisfy, or that bounds what they cost or bring. The questions:

    awake S       does sharing take place in state S (with all states of its unit)?
    on B [S]      is instrument B switched on (in state S)?
    owed K I S    does actor I owe anything in state S that it could keep back at stage K?

Whoever owes nothing has nothing to keep back. So an incentive to give what is owed counts in a leaf only where
something is owed, or where a *cut* shows that it follows from other incentives where nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from games.agreement import Agreement, Gift
from solver.proof.agreement import OWED, Claim, Play, unknown
from solver.proof.forms import ONE, ZERO, Amount, Bounds, Unknown, combined, least, terms
from solver.proof.penal import PenalCode
from solver.proof.reading import Refuted, exact, fields

Question = tuple[str, ...]


@dataclass(frozen=True)
class Goal:
    """What every leaf must show: that no levels satisfy it, or that they are no better than ``value`` for an aim.

    Cases in which no more than ``few`` states are awake need no proof (None: every case needs one). ``aim``: what
    ``payer`` (None: everybody) gives (cheapest), or the smallest gain (fairest).
    """

    few: int | None = None
    aim: str = ""
    payer: str | None = None
    value: Fraction = ZERO


@dataclass(frozen=True)
class Case:
    """A node of a tree: what is answered so far. ``awake`` is given where it is not asked for.

    ``rows`` keeps the slacks of incentives and limits by set of awake states, since many cases have the same.
    """

    game: Agreement
    penal: PenalCode | None
    units: tuple[tuple[int, ...], ...]
    awake: tuple[bool, ...] | None = None
    answers: Mapping[Question, bool] = field(default_factory=dict)
    rows: dict[tuple[bool, ...], tuple[Play, dict[Question, Amount]]] = field(default_factory=dict)

    def given(self, question: Question, answer: bool) -> Case:
        """Return the case in which a question is answered too."""
        return replace(self, answers={**self.answers, question: answer})

    def state(self, s: int) -> bool | None:
        """Return whether a state is awake; None where that has not been asked."""
        if self.awake is not None or not self.game.awake[s]:
            return self.awake is not None and self.awake[s]
        unit = next(unit for unit in self.units if s in unit)
        answers = (self.answers.get(("awake", self.game.states[t])) for t in unit)
        return next((answer for answer in answers if answer is not None), None)

    @cached_property
    def on(self) -> tuple[bool, ...]:
        """Return which states are awake; those about which it has not been asked do not count."""
        return tuple(self.state(s) is True for s in range(len(self.game.states)))

    @property
    def few(self) -> int:
        """Return how many states can be awake: none where the agreement ends before it begins."""
        if self.game.ends and self.state(self.game.start) is False:
            return 0
        return sum(self.state(s) is not False for s in range(len(self.game.states)))

    @cached_property
    def settled(self) -> set[str]:
        """Return the states whose incentives depend on no state about which it has not been asked."""
        ways: dict[int, set[int]] = {s: set() for s in range(len(self.game.states))}
        for local in (self.game.target, self.game.apart):
            # Where the sanction is for ever, what follows a breach does not depend on where sharing takes place.
            counts = self.game.suspended is not None or (local is self.game.apart and not self.game.ends)
            moved = [(d.state, d.row) for d in local.deviations] if counts else []
            for s, row in [*enumerate(local.row), *moved]:
                ways[s] |= {t for t, _ in local.rows[row]}
        out = {s for s in ways if self.state(s) is not None}
        while any(not ways[s] <= out for s in out):
            out = {s for s in out if ways[s] <= out}
        return {self.game.states[s] for s in out}

    @cached_property
    def bounds(self) -> dict[Unknown, Bounds]:
        """Return between what every level and switch must lie."""
        out: dict[Unknown, Bounds] = {}
        for b in self.game.gifts:
            for s in (s for s, on in enumerate(self.on) if on):
                level, switch = (unknown(kind, b, self.game.states[s]) for kind in ("level", "on"))
                asked = self.answers.get(switch)
                on = False if self._nothing_owed(b, s) else asked
                cap = None if b.cap is None else b.cap[s]
                low, high = (ZERO, cap) if b.level is None else (b.level[s], b.level[s])
                least_yet, most_yet = out.get(level, (ZERO, None))
                tops = [ZERO if on is False else high, most_yet]
                out[level] = max(low, least_yet or ZERO), min((v for v in tops if v is not None), default=None)
                can = out.get(switch, (ZERO, ONE))[1]
                out[switch] = Fraction(asked is True), ZERO if on is False else can
        return out

    def _nothing_owed(self, gift: Gift, s: int) -> bool:
        stage = next(stage for stage, timing in OWED.items() if timing == gift.timing)
        return not gift.enforceable and self.answers.get(("owed", stage, gift.giver, self.game.states[s])) is False

    @property
    def empty(self) -> bool:
        """Return whether the answers contradict each other, or what the file proposes."""
        return any(low is not None and high is not None and low > high for low, high in self.bounds.values())

    @property
    def play(self) -> Play:
        """Return the play with unknown levels."""
        return self._kept[0]

    @property
    def _kept(self) -> tuple[Play, dict[Question, Amount]]:
        if self.on not in self.rows:
            play, game = Play(Claim(self.game, self.on, None, self.penal)), self.game
            limits: dict[Question, Amount] = {
                (limit.stage, limit.who, game.states[limit.state]): limit.slack for limit in play.limits()
            }
            self.rows[self.on] = play, limits
        return self.rows[self.on]

    def row(self, name: Question) -> Amount:
        """Return the slack of an incentive or a limit, which must not be negative."""
        play, known = self._kept
        if name not in known and name[1] in self.game.actors:
            for e in play.incentives(self.game.actors.index(name[1])):
                known[e.stage, name[1], self.game.states[e.state], e.deviation, str(e.number)] = e.slack
        if name not in known or name[2] not in self.settled:
            raise Refuted(f"there is no incentive or limit '{', '.join(name)}' in this case")
        return known[name]


def leaves(node: Any, case: Case, goal: Goal) -> Iterator[str]:
    """Verify a tree, and yield of every leaf, in words, what makes it impossible ("" where that needs no words)."""
    if isinstance(node, Mapping) and "ask" in node:
        ask, yes, no = fields(node, "ask", "yes", "no")
        question = _question(case, tuple(ask))
        yield from leaves(yes, case.given(question, True), goal)
        yield from leaves(no, case.given(question, False), goal)
    elif node == {}:
        if not case.empty and (goal.few is None or case.few > goal.few):
            raise Refuted("a case is left open")
        yield ""
    else:
        rows, cuts = fields(node, "rows", "cuts")
        yield _leaf(case, goal, rows, {_cut(case, *fields(cut, "row", "rows")) for cut in cuts})


def _question(case: Case, ask: Question) -> Question:
    """Return a question if it is one that every arrangement answers."""
    kind, *about = ask
    game = case.game
    if kind == "owed":
        stage, actor, state = about
        known = stage in OWED and actor in game.actors and state in game.states
    elif kind == "awake":
        known = case.awake is None and about in [[game.states[s]] for unit in case.units for s in unit]
    else:
        known = any(ask == unknown("on", b, state) for b in game.gifts for state in game.states)
    if not known:
        raise Refuted(f"no arrangement answers the question '{', '.join(ask)}'")
    return ask


def _cut(case: Case, name: Any, rows: Any) -> Question:
    """Verify that an incentive to give what is owed follows from others where nothing is owed; return its name."""
    if name[0] not in OWED:
        raise Refuted(f"'{', '.join(name)}' is no incentive to give what is owed")
    nothing = case.given(("owed", *name[:3]), False)
    against = [(slack, -y) for _, slack, y in _parts(case, rows, set())]
    follows = least(combined([(case.row(tuple(name)), ONE), *against]), nothing.bounds.__getitem__)
    contradicts = least(combined(against), nothing.bounds.__getitem__)
    if (follows is None or follows < 0) and (contradicts is None or contradicts <= 0):
        raise Refuted(f"'{', '.join(name)}' does not follow where nothing is owed")
    return tuple(name)


def _parts(case: Case, rows: Any, cuts: set[Question]) -> list[tuple[Question, Amount, Fraction]]:
    """Return the incentives and limits of a combination with their slacks and multipliers."""
    out = []
    for *entry, multiplier in rows:
        name, y = tuple(entry), exact(multiplier)
        if y <= 0:
            raise Refuted(f"the multiplier of '{', '.join(name)}' is not positive")
        if name[0] in OWED and name not in cuts and not case.answers.get(("owed", *name[:3])):
            raise Refuted(f"'{', '.join(name)}' counts only where something is owed")
        out.append((name, case.row(name), y))
    return out


def _leaf(case: Case, goal: Goal, rows: Any, cuts: set[Question]) -> str:
    parts = _parts(case, [entry for entry in rows if entry[0] != "gain"], cuts)
    gains = [(_gain(case, goal, who), exact(y)) for kind, who, y in (entry for entry in rows if entry[0] == "gain")]
    if any(y <= 0 for _, y in gains) or (gains and goal.aim != "fairest"):
        raise Refuted("a gain whose multiplier is not positive, or which proves nothing about this aim")
    against = [(slack, -y) for _, slack, y in parts]
    gap = least(combined(against), case.bounds.__getitem__)
    if gap is not None and gap > 0:
        return missing(parts, gap)
    if goal.aim == "fairest" and gains:
        # Levels with all these gains above zero would make a sum positive that cannot be.
        most = least(combined([*against, *((gain, -y) for gain, y in gains)]), case.bounds.__getitem__)
        if most is not None and most >= 0:
            return ""
    if goal.aim == "cheapest":
        bound = least(combined([(cost(case.play, goal.payer), ONE), *against]), case.bounds.__getitem__)
        if bound is not None and bound >= goal.value:
            return ""
    raise Refuted("a case is not excluded: its incentives and limits do not contradict each other")


def _gain(case: Case, goal: Goal, who: str) -> Amount:
    """Return what an actor gains from the agreement beyond the goal's value."""
    return case.row(("join", who, case.game.states[case.game.start], "not join", "0")) - goal.value


def missing(parts: list[tuple[Question, Amount, Fraction]], gap: Fraction) -> str:
    """Return a contradiction in words: what some need, and what all others can spare and sharing can add at most.

    Empty where nobody needs anything but for the levels that the file proposes.

    Counted per period on average, from the state of the incentive that weighs most with whoever needs most.

    Parameters
    ----------
    parts : name, slack and multiplier of every incentive and limit in the combination.
    gap : how far below zero its value is at most.
    """
    alone: dict[str, Fraction] = {}
    for name, slack, y in parts:
        alone[name[1]] = alone.get(name[1], ZERO) + terms(slack).get((), ZERO) * y
    who = min(alone, key=lambda name: alone[name])
    main, _, unit = max((part for part in parts if part[0][1] == who), key=lambda part: part[2])
    needs = {name: -value / unit for name, value in alone.items() if value < 0}
    if not needs:  # levels that the file fixes ask too much or give too little: nobody lacks anything by itself
        return ""
    told = " and ".join(f"{name} needs {short(need)}" for name, need in needs.items())
    why = {3: f" ({main[0]})", 5: " to join" if main[0] == "join" else f" not to gain by '{main[-2]}'"}[len(main)]
    most = sum(needs.values()) - gap / unit
    worth = f"all that others can spare and sharing can add is worth {short(most)}" if most else "nothing can be added"
    return f"from {main[2]} on, {told} a period{why}, and {worth}"


def cost(play: Play, payer: str | None) -> Amount:
    """Return what a giver (None: all givers together) gives per period, on its own discounted average."""
    givers = dict.fromkeys(b.giver for b in play.game.gifts if payer in (None, b.giver))
    return combined([(play.average(name, play.given(name)), ONE) for name in givers])


def short(value: Fraction) -> str:
    """Return a number in four digits."""
    return f"{float(value):.4g}"
