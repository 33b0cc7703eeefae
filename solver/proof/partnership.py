"""Claims about a partnership: an arrangement holds, no larger set of states can hold, none is cheaper or fairer.

That an arrangement holds is verified incentive by incentive. That none does, or none is better, is a tree: every node
asks a question that each arrangement answers with yes or no, and every leaf is one combination of incentives and limits
(``solver.proof.forms``) that no levels can satisfy, or that bounds what they cost or bring. The questions:

    awake S       does sharing take place in state S (with all states of its unit)?
    on B [S]      is instrument B switched on (in state S)?
    owed K I S    does actor I owe anything in state S that it could keep back at stage K?

Whoever owes nothing has nothing to keep back. So an incentive to give what is owed counts in a leaf only where
something is owed, or where a *cut* shows that it follows from other incentives where nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from games.agreement import Agreement, Gift, read_agreement_table
from solver.proof.agreement import OWED, Claim, Finding, Levels, Play, check, unknown
from solver.proof.contract import common, eliminated
from solver.proof.forms import ONE, ZERO, Amount, Bounds, Unknown, combined, least, terms
from solver.proof.penal import PenalCode
from solver.proof.reading import Refuted, Told, exact, fields

Question = tuple[str, ...]


def partnership(table: Any, claim: Any, proof: Any) -> Told:
    """Verify the verdict on a partnership."""
    game = read_agreement_table(table)
    _, where, written, units, largest, best, lower = fields(
        claim, "kind", "awake", "levels", "units", "largest", "best", "not at"
    )
    penal, larger, better, fails = fields(proof, "penal", "larger", "better", "fails")
    fits = [(best is None) is (better is None), (lower is None) is (fails is None)]
    if largest is not (larger is not None) or not all(fits) or not (where or largest):
        raise Refuted("the proof does not fit the claim, or nothing is claimed")
    awake = tuple(name in where for name in game.states)
    if [name for name, on, can in zip(game.states, awake, game.awake, strict=True) if on and can] != where:
        raise Refuted("sharing is claimed in what is no state of the game, cannot be asked for, or is not in order")
    if game.ends and where and not awake[game.start]:
        raise Refuted("the agreement would be over before it begins")
    together = _units(game, units)
    levels = _levels(game, awake, written)
    claimed = Claim(game, awake, levels, _penal(game, penal))
    finding = check(claimed)
    reasons = [_apart(game, finding)]
    if game.penal is not None:
        reasons.append("a breach is answered by the harshest punishments: no equilibrium in pure strategies is worse")
    if any(awake):
        reasons.append(_holds(game, finding))
    if largest:
        reasons.append(_no_more(_Case(game, claimed.penal, together), sum(awake), larger))
    if best is not None:
        reasons.append(_best(_Case(game, claimed.penal, (), awake), claimed, best, better))
    if lower is not None:
        reasons.append(_fails(game, exact(lower), fails))
    return _words(game, awake, levels, together if largest else None), reasons


def _levels(game: Agreement, awake: Sequence[bool], written: Any) -> Levels:
    """Return the levels claimed, by instrument and state: 0 where there is no sharing, else as the game proposes."""
    levels = {b.name: tuple(map(exact, written[b.name])) for b in game.gifts}
    fields(written, *levels)
    for b in game.gifts:
        for level, proposed, on in zip(levels[b.name], b.level or levels[b.name], awake, strict=True):
            if level != (proposed if on else ZERO):
                raise Refuted(f"a level of '{b.name}' is not the one proposed, or is given where there is no sharing")
    return levels


def _words(game: Agreement, awake: Sequence[bool], levels: Levels, units: Sequence[Sequence[int]] | None) -> str:
    """Return the claim in words; ``units`` None: nothing is claimed of more states."""
    states = [name for name, on in zip(game.states, awake, strict=True) if on]
    whole = [f"{game.states[unit[0]]} with {len(unit) - 1} more" for unit in units or () if len(unit) > 1]
    given = f", if states sleep and wake together ({'; '.join(whole)})" if whole else ""
    if not states:
        what = "whatever these instruments give" if all(b.level is None for b in game.gifts) else "as it is proposed"
        return f"sharing cannot be kept up in any state, {what}{given}"
    how = "with the levels given" if any(map(any, levels.values())) else "with nothing given"
    everywhere = len(states) == sum(game.awake)
    where = "in every state" if everywhere else f"in {', '.join(states)}"
    return f"sharing is self-enforcing {where}, {how}" + (
        "" if everywhere or units is None else f", and in no more states{given}"
    )


def _no_more(case: _Case, count: int, tree: Any) -> str:
    told = [words for words in _leaves(tree, case, _Goal(few=count)) if words]
    whole = "" if all(len(unit) == 1 for unit in case.units) else " (of states that sleep and wake together)"
    cases = f"in each of {len(told)} cases" if len(told) > 1 else "in the one case there is"
    example = f": {told[0]}" if told else ""
    if count:
        return (
            f"no set of more states{whole} can hold, {cases} by a combination that adds up to a contradiction{example}"
        )
    return f"no set of states{whole} can hold, {cases} by a combination that adds up to a contradiction{example}"


def _best(case: _Case, claimed: Claim, claim: Any, tree: Any) -> str:
    """Verify that an arrangement is the best for an aim, and say so in words."""
    aim, payer, written = fields(claim, "aim", "payer", "value")
    value, play = exact(written), Play(claimed)
    if aim == "cheapest" and (payer is None or payer in case.game.giving):
        reached = terms(_cost(play, payer)).get((), ZERO)
        whose = "everybody's cost" if payer is None else f"the cost of {payer}"
        told = f"no arrangement is cheaper: {whose} is {_short(value)} a period, and at least that"
    elif aim == "fairest" and payer is None:
        joins = [e for i in range(len(case.game.actors)) for e in play.incentives(i) if e.stage == "join"]
        reached = min(e.slack for e in joins)
        told = f"no arrangement has a larger smallest gain: it is {_short(value)} a period, and at most that"
    else:
        raise Refuted("an aim or a payer that is not known")
    if reached != value:
        raise Refuted("the levels do not reach the value that is claimed")
    count = sum(1 for _ in _leaves(tree, case, _Goal(None, aim, payer, value)))
    return f"{told}, {f'in each of {count} cases' if count > 1 else 'by a combination of incentives and limits'}"


def _fails(game: Agreement, delta: Fraction, tree: Any) -> str:
    """Verify that with less patience, the same for all, no levels hold in every state; say so in words."""
    if game.penal is not None or len(set(game.discount)) > 1 or not 0 <= delta < game.discount[0]:
        raise Refuted(
            "the discount factor at which it fails is not below a common one, with a sanction of the same play"
        )
    giving = {name: delta if name in game.actors else own for name, own in game.giving.items()}
    lower = replace(game, discount=(delta,) * len(game.actors), giving=giving)
    walk_away(lower)
    told = next(words for words in [*_leaves(tree, _Case(lower, None, (), game.awake), _Goal()), ""])
    at, here = f"{float(delta):.15g}", f"{float(game.discount[0]):.15g}"
    return f"at a common discount factor of {at} (here: {here}) no arrangement holds in every state: {told}"


def _penal(game: Agreement, part: Any) -> PenalCode | None:
    """Return the harshest punishments: an equilibrium with voluntary payments, and none holds anybody lower."""
    if part is None and game.penal is None:
        return None
    play, punish, joint, values, rounds = fields(part, "play", "punish", "joint", "values", "rounds")
    full = game.penal
    if full is None:
        raise Refuted("the sanction claimed is not the one of the partnership")
    policy = [tuple(map(tuple, rows)) for rows in (play, *punish)]
    last = {"joint": joint, "punishment": values}
    if not eliminated(full, common(full), range(len(full.states)), [*rounds, last]).attained(policy[0], policy[1:]):
        raise Refuted("the punishments are not the harshest, or cannot be kept up")
    return PenalCode(
        policy[0], tuple(policy[1:]), tuple(map(exact, joint)), tuple(tuple(map(exact, own)) for own in values)
    )


def _units(game: Agreement, units: Any) -> tuple[tuple[int, ...], ...]:
    """Return the sets of states that sleep together: each state in which sharing can be asked for is in one."""
    out = tuple(tuple(game.states.index(name) for name in unit) for unit in units)
    if sorted(s for unit in out for s in unit) != [s for s, possible in enumerate(game.awake) if possible]:
        raise Refuted("the units are not the states in which sharing can be asked for")
    if not all(out):
        raise Refuted("a unit without states")
    return out


def walk_away(game: Agreement) -> None:
    """Refuse what is played without the agreement unless it is an equilibrium, once for all."""
    never = (False,) * len(game.states)
    _apart(game, check(Claim(game, never, {b.name: (ZERO,) * len(never) for b in game.gifts})))


def _apart(game: Agreement, finding: Finding) -> str:
    """Return in words that what is played without the agreement is an equilibrium (or the penal code is)."""
    for e in finding.inequalities:
        if e.stage == "sanction" and e.slack < 0:
            who, where = game.actors[e.actor], game.states[e.state]
            raise Refuted(f"the sanction is no equilibrium: in {where}, {who} gains by '{e.deviation}'")
    return "the sanction is an equilibrium: nobody gains by leaving it, in any state"


def _holds(game: Agreement, finding: Finding) -> str:
    """Return in words that every incentive and every limit is satisfied."""
    if finding.broken:
        raise Refuted(f"a limit is broken: {finding.broken[0]}")
    e = min(finding.inequalities, key=lambda e: e.slack)
    what = f"{game.actors[e.actor]} and '{e.deviation}' in {game.states[e.state]}"
    if e.slack < 0:
        raise Refuted(f"it does not hold: {what} gains {_short(-e.slack)} a period")
    count = len(finding.inequalities)
    return (
        f"all {count} incentives and all limits hold exactly; the tightest is {what}, with {_short(e.slack)} to spare"
    )


@dataclass(frozen=True)
class _Goal:
    """What every leaf must show: that no levels satisfy it, or that they are no better than ``value`` for an aim.

    Cases in which no more than ``few`` states are awake need no proof (None: every case needs one). ``aim``: what
    ``payer`` (None: everybody) gives (cheapest), or the smallest gain (fairest).
    """

    few: int | None = None
    aim: str = ""
    payer: str | None = None
    value: Fraction = ZERO


@dataclass(frozen=True)
class _Case:
    """A node of a tree: what is answered so far. ``awake`` is given where it is not asked for.

    ``rows`` keeps the slacks of incentives and limits by set of awake states, since many cases have the same.
    """

    game: Agreement
    penal: PenalCode | None
    units: tuple[tuple[int, ...], ...]
    awake: tuple[bool, ...] | None = None
    answers: Mapping[Question, bool] = field(default_factory=dict)
    rows: dict[tuple[bool, ...], tuple[Play, dict[Question, Amount]]] = field(default_factory=dict)

    def given(self, question: Question, answer: bool) -> _Case:
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


def _leaves(node: Any, case: _Case, goal: _Goal) -> Iterator[str]:
    """Verify a tree, and yield of every leaf, in words, what makes it impossible ("" where that needs no words)."""
    if isinstance(node, Mapping) and "ask" in node:
        ask, yes, no = fields(node, "ask", "yes", "no")
        question = _question(case, tuple(ask))
        yield from _leaves(yes, case.given(question, True), goal)
        yield from _leaves(no, case.given(question, False), goal)
    elif node == {}:
        if not case.empty and (goal.few is None or case.few > goal.few):
            raise Refuted("a case is left open")
        yield ""
    else:
        rows, cuts = fields(node, "rows", "cuts")
        yield _leaf(case, goal, rows, {_cut(case, *fields(cut, "row", "rows")) for cut in cuts})


def _question(case: _Case, ask: Question) -> Question:
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


def _cut(case: _Case, name: Any, rows: Any) -> Question:
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


def _parts(case: _Case, rows: Any, cuts: set[Question]) -> list[tuple[Question, Amount, Fraction]]:
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


def _leaf(case: _Case, goal: _Goal, rows: Any, cuts: set[Question]) -> str:
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
        bound = least(combined([(_cost(case.play, goal.payer), ONE), *against]), case.bounds.__getitem__)
        if bound is not None and bound >= goal.value:
            return ""
    raise Refuted("a case is not excluded: its incentives and limits do not contradict each other")


def _gain(case: _Case, goal: _Goal, who: str) -> Amount:
    """Return what an actor gains from the agreement beyond the goal's value."""
    return case.row(("join", who, case.game.states[case.game.start], "not join", "0")) - goal.value


def missing(parts: list[tuple[Question, Amount, Fraction]], gap: Fraction) -> str:
    """Return a contradiction in words: what some need, and what all others can spare and sharing can add at most.

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
    told = " and ".join(f"{name} needs {_short(need)}" for name, need in needs.items())
    why = {3: f" ({main[0]})", 5: " to join" if main[0] == "join" else f" not to gain by '{main[-2]}'"}[len(main)]
    most = sum(needs.values()) - gap / unit
    worth = f"all that others can spare and sharing can add is worth {_short(most)}" if most else "nothing can be added"
    return f"from {main[2]} on, {told} a period{why}, and {worth}"


def _cost(play: Play, payer: str | None) -> Amount:
    """Return what a giver (None: all givers together) gives per period, on its own discounted average."""
    givers = dict.fromkeys(b.giver for b in play.game.gifts if payer in (None, b.giver))
    return combined([(play.average(name, play.given(name)), ONE) for name in givers])


def _short(value: Fraction) -> str:
    return f"{float(value):.4g}"
