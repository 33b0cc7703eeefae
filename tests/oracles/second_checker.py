"""A second checker of certificates, written from ``docs/certificates.md`` alone, before its author had seen the first.

It imports nothing but the standard library, and shares neither code nor design with ``solver/proof``: it is naive on
purpose. Affine forms are dense lists of Fractions with the constant first, linear systems are solved by plain
Gauss-Jordan, and everything is worked out anew for every leaf of a tree. It does not read ``source``, so its verdict
is about the numbers in ``game``.

``verdict(document)`` returns None where the certificate proves its claim, and otherwise why it does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from itertools import pairwise, product
from typing import Any

Vector = list[Fraction]
ZERO, ONE = Fraction(0), Fraction(1)
NUMBER = re.compile(r"-?\d+(/\d+)?")
STAGES = {"up front": "up front", "withhold": "simultaneous", "deliver": "on delivery"}
TIMINGS = ("up front", "simultaneous", "on delivery")


class No(Exception):
    """Why a certificate does not prove its claim."""


def holds(document: Any) -> bool:
    """Return whether a certificate, as read from JSON, proves its claim."""
    return verdict(document) is None


def verdict(document: Any) -> str | None:
    """Return None if a certificate, as read from JSON, proves its claim, and otherwise the first fault in words."""
    try:
        part = fields(document, "schema", "game", "claim", "proof", "source")
        need(part["schema"] == 1 and part["schema"] is not True, "schema")
        need(isinstance(part["claim"], dict) and part["claim"].get("kind") in KINDS, "kind of claim")
        KINDS[part["claim"]["kind"]](part["game"], part["claim"], part["proof"])
    except No as reason:
        return str(reason)
    except (
        TypeError,
        KeyError,
        IndexError,
        ValueError,
        AttributeError,
        ZeroDivisionError,
        RecursionError,
        StopIteration,
    ) as fault:
        return f"malformed: {fault!r}"
    return None


# Reading.


def need(condition: bool, words: str) -> None:
    if not condition:
        raise No(words)


def fields(part: Any, *names: str) -> dict[str, Any]:
    need(isinstance(part, dict) and set(part) == set(names), f"fields are not {names}")
    return part


def number(text: Any) -> Fraction:
    need(isinstance(text, str), f"not an exact number: {text!r}")
    return _read(text)


@cache
def _read(text: str) -> Fraction:
    need(len(text) <= 200_000 and NUMBER.fullmatch(text) is not None, f"not an exact number: {text!r}")
    value = Fraction(text)
    need(str(value) == text, f"not in lowest terms: {text!r}")
    return value


def numbers(parts: Any, count: int) -> Vector:
    return [number(part) for part in listed(parts, count)]


def listed(parts: Any, count: int | None = None) -> list[Any]:
    need(isinstance(parts, list) and count in (None, len(parts)), "not a list of the right length")
    return parts


def index(part: Any, count: int) -> int:
    need(type(part) is int and 0 <= part < count, f"not an index: {part!r}")
    return part


def truth(part: Any) -> bool:
    need(isinstance(part, bool), "not a truth value")
    return part


def names_of(parts: Any) -> list[str]:
    need(all(isinstance(part, str) for part in listed(parts)), "a name is no text")
    need(len(set(parts)) == len(parts), "a name twice")
    return parts


def member(part: Any, among: Iterable[Any]) -> Any:
    need(part in list(among), f"unknown: {part!r}")
    return part


def row_of(part: Any, count: int) -> Vector:
    """Return a row of chances, dense."""
    row = [ZERO] * count
    for pair in listed(part):
        where, chance = listed(pair, 2)
        need(row[index(where, count)] == 0 and number(chance) > 0, "a chance")
        row[where] = number(chance)
    need(sum(row) == 1, "chances do not sum to 1")
    return row


# Dense linear algebra.


@lru_cache(maxsize=4096)
def inverse(matrix: tuple[tuple[Fraction, ...], ...]) -> list[Vector]:
    """Return the inverse, by Gauss-Jordan elimination."""
    n = len(matrix)
    rows = [list(row) + [Fraction(int(i == j)) for j in range(n)] for i, row in enumerate(matrix)]
    for i in range(n):
        pivot = next(j for j in range(i, n) if rows[j][i] != 0)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [x / rows[i][i] for x in rows[i]]
        for j in range(n):
            if j != i and rows[j][i] != 0:
                rows[j] = [x - rows[j][i] * y for x, y in zip(rows[j], rows[i], strict=True)]
    return [row[n:] for row in rows]


def combine(weights: Sequence[Fraction], vectors: Sequence[Vector]) -> Vector:
    """Return the sum of vectors times weights."""
    total = [ZERO] * len(vectors[0])
    for weight, vector in zip(weights, vectors, strict=True):
        if weight != 0:
            total = [t + weight * x for t, x in zip(total, vector, strict=True)]
    return total


def plus(*terms: tuple[Fraction | int, Vector]) -> Vector:
    """Return a sum of vectors, each with its factor in front."""
    return combine([Fraction(factor) for factor, _ in terms], [vector for _, vector in terms])


def discounted(d: Fraction, flow: list[Vector], rows: list[Vector]) -> list[Vector]:
    """Return V = (1-d) flow + d rows V."""
    n = len(rows)
    matrix = tuple(tuple(Fraction(int(i == j)) - d * rows[i][j] for j in range(n)) for i in range(n))
    right = [[(1 - d) * x for x in vector] for vector in flow]
    return [combine(line, right) for line in inverse(matrix)]


# Raw games.


class Game:
    """A raw game: ``payoff[s][profile]`` and ``row[s][profile]``, profiles as tuples of actions."""

    def __init__(self, table: Any) -> None:
        part = fields(table, "kind", "players", "discount", "states")
        need(part["kind"] == "game", "not a game")
        self.players = names_of(part["players"])
        n, count = len(self.players), len(listed(part["states"]))
        need(n > 0 and count > 0, "an empty game")
        self.discount = None if part["discount"] is None else numbers(part["discount"], n)
        need(all(0 <= d < 1 for d in self.discount or []), "a discount factor")
        self.states: list[str] = []
        self.actions: list[list[list[str]]] = []
        self.payoff: list[dict[tuple[str, ...], Vector]] = []
        self.row: list[dict[tuple[str, ...], Vector]] = []
        for state in part["states"]:
            fields(state, "name", "actions", "payoffs", "next")
            self.states.append(state["name"])
            self.actions.append([names_of(own) for own in listed(state["actions"], n)])
            need(all(len(own) > 0 for own in state["actions"]), "a player without actions")
            profiles = list(product(*state["actions"]))
            table_ = zip(profiles, listed(state["payoffs"], len(profiles)), strict=True)
            self.payoff.append({profile: numbers(told, n) for profile, told in table_})
            ahead = zip(profiles, listed(state["next"], len(profiles)), strict=True)
            self.row.append({profile: row_of(told, count) for profile, told in ahead})
        names_of(self.states)

    def profiles(self, s: int) -> list[tuple[str, ...]]:
        return list(self.payoff[s])

    def profile(self, s: int, told: Any) -> tuple[str, ...]:
        return member(tuple(listed(told, len(self.players))), self.payoff[s])

    def player(self, name: Any) -> int:
        return self.players.index(member(name, self.players))

    def common(self) -> Fraction:
        need(self.discount is not None and len(set(self.discount)) == 1, "no common discount factor")
        assert self.discount is not None
        return self.discount[0]


def instead(profile: tuple[str, ...], i: int, action: str) -> tuple[str, ...]:
    return (*profile[:i], action, *profile[i + 1 :])


# Partnerships: the game.


class Local:
    """What is played, and what one actor alone can do instead."""

    def __init__(self, part: Any, actors: int, states: int) -> None:
        fields(part, "policy", "payoffs", "rows", "row", "deviations")
        self.policy: list[list[str]] = [listed(profile, actors) for profile in listed(part["policy"], states)]
        need(all(isinstance(a, str) for profile in self.policy for a in profile), "an action is no text")
        self.payoffs = [numbers(told, states) for told in listed(part["payoffs"], actors)]
        rows = [row_of(told, states) for told in listed(part["rows"])]
        self.row = [rows[index(r, len(rows))] for r in listed(part["row"], states)]
        self.deviations: dict[tuple[int, int, str], tuple[Fraction, Vector]] = {}
        for told in listed(part["deviations"]):
            fields(told, "actor", "state", "action", "payoff", "row")
            i, s, action = index(told["actor"], actors), index(told["state"], states), told["action"]
            need(isinstance(action, str) and action != self.policy[s][i], "a deviation that is none")
            need((i, s, action) not in self.deviations, "a deviation twice")
            self.deviations[i, s, action] = number(told["payoff"]), rows[index(told["row"], len(rows))]


class Gift:
    """An instrument."""

    def __init__(self, part: Any, game: Agreement) -> None:
        fields(
            part, "name", "giver", "receivers", "timing", "cost", "value", "cap", "level", "minimum", "fixed_cost",
            "enforceable", "contingent", "needs", "at_least", "uses",
        )  # fmt: skip
        count = len(game.states)
        self.name, self.giver = part["name"], member(part["giver"], game.giving)
        self.receivers = [member(name, game.actors) for name in names_of(part["receivers"])]
        self.timing = TIMINGS.index(part["timing"])
        self.cost, self.value = numbers(part["cost"], count), numbers(part["value"], count)
        self.cap = None if part["cap"] is None else numbers(part["cap"], count)
        self.level = None if part["level"] is None else numbers(part["level"], count)
        self.minimum, self.fixed = number(part["minimum"]), number(part["fixed_cost"])
        need(min(self.minimum, self.fixed, *(self.cap or []), *(self.level or [])) >= 0, "a limit below 0")
        need(not self.switched or self.cap is not None, "no cap")
        need(self.giver not in self.receivers, "a gift to oneself")
        self.enforceable, self.contingent = truth(part["enforceable"]), truth(part["contingent"])
        self.needs = {member(name, game.actors): names_of(told) for name, told in part["needs"].items()}
        self.at_least = len(self.needs) if part["at_least"] is None else part["at_least"]
        need(type(self.at_least) is int, "at_least")
        self.uses = None if part["uses"] is None else member(part["uses"], game.capacities)

    @property
    def switched(self) -> bool:
        return self.minimum != 0 or self.fixed != 0

    def met(self, actors: list[str], profile: Sequence[str]) -> bool:
        played = dict(zip(actors, profile, strict=True))
        return sum(played[name] in allowed for name, allowed in self.needs.items()) >= self.at_least


class Agreement:
    """The game of a partnership."""

    def __init__(self, table: Any) -> None:
        part = fields(
            table, "kind", "actors", "discount", "states", "start", "awake", "target", "apart", "gifts", "ends",
            "suspended", "penal", "outside", "floors", "budgets", "expected", "giving", "capacities",
        )  # fmt: skip
        need(part["kind"] == "agreement", "not an agreement")
        self.actors, self.states = names_of(part["actors"]), names_of(part["states"])
        n, count = len(self.actors), len(self.states)
        need(n > 0 and count > 0, "an empty agreement")
        self.discount = numbers(part["discount"], n)
        need(all(0 <= d < 1 for d in self.discount), "a discount factor")
        self.start = index(part["start"], count)
        self.open = [truth(told) for told in listed(part["awake"], count)]
        self.target, self.apart = Local(part["target"], n, count), Local(part["apart"], n, count)
        self.giving = {name: number(told) for name, told in part["giving"].items()}
        need(all(0 <= d < 1 for d in self.giving.values()), "a giver's discount factor")
        need([self.giving[name] for name in self.actors] == self.discount, "another discount factor of an actor")
        self.budgets = {member(b, self.giving): numbers(told, count) for b, told in part["budgets"].items()}
        self.expected = {member(b, self.giving): number(told) for b, told in part["expected"].items()}
        self.capacities = {name: numbers(told, count) for name, told in part["capacities"].items()}
        self.gifts = [Gift(told, self) for told in listed(part["gifts"])]
        names_of([gift.name for gift in self.gifts])
        self.ends = truth(part["ends"])
        self.periods = part["suspended"]
        need(self.periods is None or part["penal"] is None, "a sanction that is both suspended and the harshest")
        need(self.periods is None or (type(self.periods) is int and 1 <= self.periods <= 1000), "suspended")
        self.outside = [None if told is None else number(told) for told in listed(part["outside"], n)]
        self.floors = [None if told is None else number(told) for told in listed(part["floors"], n)]
        self.penal = None if part["penal"] is None else Game(part["penal"])
        if self.penal is not None:
            same = (self.penal.players, self.penal.states) == (self.actors, self.states)
            need(same and self.penal.discount == self.discount, "another full game")


class Penal:
    """The harshest sanction of a proof, checked: what is played against each actor, and what it is worth to it."""

    def __init__(self, game: Agreement, told: Any) -> None:
        fields(told, "play", "punish", "joint", "values", "rounds")
        full, n, count = game.penal, len(game.actors), len(game.states)
        assert full is not None
        d = full.common()

        def policy(parts: Any) -> list[tuple[str, ...]]:
            return [full.profile(s, profile) for s, profile in enumerate(listed(parts, count))]

        elimination = Elimination(full, d, list(range(count)))
        for part in [*listed(told["rounds"]), {"joint": told["joint"], "punishment": told["values"]}]:
            elimination.round(part)
        play, self.punish = policy(told["play"]), [policy(parts) for parts in listed(told["punish"], n)]
        joint = numbers(told["joint"], count)
        self.values = [numbers(parts, count) for parts in listed(told["values"], n)]

        def tempted(i: int, s: int, profile: tuple[str, ...]) -> Fraction:
            others = [instead(profile, i, action) for action in full.actions[s][i]]
            return max((1 - d) * full.payoff[s][a][i] + d * mean(full.row[s][a], self.values[i]) for a in others)

        def together(s: int, profile: tuple[str, ...]) -> Fraction:
            return (1 - d) * sum(full.payoff[s][profile], ZERO) + d * mean(full.row[s][profile], joint)

        for s in range(count):
            need(joint[s] == together(s, play[s]), "the joint value of the sanction")
            for i in range(n):
                need(self.values[i][s] == tempted(i, s, self.punish[i][s]), "the value of a punishment")
            for profile in [play[s], *(self.punish[i][s] for i in range(n))]:
                least = sum((tempted(j, s, profile) for j in range(n)), ZERO)
                need(together(s, profile) >= least, "a punishment that is not kept up")


def mean(row: Vector, values: Sequence[Fraction]) -> Fraction:
    return sum((q * v for q, v in zip(row, values, strict=True)), ZERO)


# Partnerships: every inequality, as an affine form in the levels and switches of a case.

Unknown = tuple[str, str, int]  # "x" or "y", the instrument, and the state (-1: one for all)


class System:
    """The slacks of a game in which ``awake`` says where sharing takes place.

    Forms are vectors over 1 and the unknowns. With ``levels`` there are none: everything is a number.
    """

    def __init__(
        self, game: Agreement, awake: list[bool], penal: Penal | None, levels: dict[str, Vector] | None = None
    ) -> None:
        self.game, self.awake, self.penal, self.levels = game, awake, penal, levels
        self.places = [s for s, here in enumerate(awake) if here]
        self.unknowns: list[Unknown] = []
        if levels is None:
            for gift in game.gifts:
                for s in self.places if gift.contingent else [-1] * bool(self.places):
                    self.unknowns += [("x", gift.name, s)] + [("y", gift.name, s)] * gift.switched
        self.column = {unknown: 1 + k for k, unknown in enumerate(self.unknowns)}
        self.size = 1 + len(self.unknowns)
        n, count = len(game.actors), len(game.states)
        self.path = [(game.target if awake[s] else game.apart).row[s] for s in range(count)]
        alone = [[self.number(x) for x in game.apart.payoffs[i]] for i in range(n)]
        self.without = [discounted(game.discount[i], alone[i], game.apart.row) for i in range(n)]
        self.with_ = [self.on_path(i) for i in range(n)]

    # Forms.

    def number(self, x: Fraction) -> Vector:
        return [x, *[ZERO] * (self.size - 1)]

    def x(self, gift: Gift, s: int) -> Vector:
        if self.levels is not None:
            return [self.levels[gift.name][s]]
        return self.unit(("x", gift.name, s if gift.contingent else -1))

    def y(self, gift: Gift, s: int) -> Vector:
        if not gift.switched:
            return self.number(ZERO)
        if self.levels is not None:
            return [Fraction(int(self.levels[gift.name][s] > 0))]
        return self.unit(("y", gift.name, s if gift.contingent else -1))

    def unit(self, unknown: Unknown) -> Vector:
        form = [ZERO] * self.size
        form[self.column[unknown]] = ONE
        return form

    def given(self, gift: Gift, s: int) -> Vector:
        """Return what an instrument costs its giver in an awake state."""
        return plus((gift.cost[s], self.x(gift, s)), (gift.fixed, self.y(gift, s)))

    def flow(self, i: int, s: int, profile: Sequence[str], stage: int | None = None) -> Vector:
        """Return what the instruments bring actor i on the path, or if it breaks the agreement at a stage."""
        total, name = self.number(ZERO), self.game.actors[i]
        for gift in self.game.gifts:
            comes = stage is None or gift.enforceable or gift.timing <= stage
            goes = stage is None or gift.enforceable or gift.timing < stage
            if comes and name in gift.receivers and gift.met(self.game.actors, profile):
                total = plus((1, total), (gift.value[s], self.x(gift, s)))
            if goes and gift.giver == name:
                total = plus((1, total), (-1, self.given(gift, s)))
        return total

    # Values.

    def earned(self, i: int, s: int) -> Vector:
        """Return g + F of actor i in an awake state."""
        return plus((1, self.number(self.game.target.payoffs[i][s])), (1, self.flow(i, s, self.game.target.policy[s])))

    def on_path(self, i: int) -> list[Vector]:
        flow = []
        for s, here in enumerate(self.awake):
            flow.append(self.earned(i, s) if here else self.number(self.game.apart.payoffs[i][s]))
        return self.stopped(self.game.discount[i], flow, self.without[i])

    def stopped(self, d: Fraction, flow: list[Vector], after: list[Vector]) -> list[Vector]:
        """Return the discounted value of a flow on the path, which is worth ``after`` once it is over."""
        count = len(self.awake)
        matrix, right = [], []
        for s in range(count):
            over = self.game.ends and not self.awake[s]
            unit = [Fraction(int(s == t)) for t in range(count)]
            matrix.append(tuple(unit if over else [u - d * q for u, q in zip(unit, self.path[s], strict=True)]))
            right.append(after[s] if over else [(1 - d) * x for x in flow[s]])
        return [combine(line, right) for line in inverse(tuple(matrix))]

    def suspended(self, i: int, periods: int) -> list[Vector]:
        """Return A^k of actor i, by state."""
        d, apart, values = self.game.discount[i], self.game.apart, self.with_[i]
        for _ in range(periods):
            values = [
                plus((1 - d, self.number(apart.payoffs[i][s])), (d, combine(apart.row[s], values)))
                for s in range(len(self.awake))
            ]
        return values

    def afterwards(self, i: int) -> list[Vector]:
        """Return A of actor i, by state."""
        if self.penal is not None:
            return [self.number(x) for x in self.penal.values[i]]
        return self.without[i] if self.game.periods is None else self.suspended(i, self.game.periods)

    # Incentives.

    def act(self, i: int, s: int, action: str) -> Vector:
        d, (payoff, row) = self.game.discount[i], self.game.target.deviations[i, s, action]
        profile = instead(tuple(self.game.target.policy[s]), i, action)
        now = plus((1, self.number(payoff)), (1, self.flow(i, s, profile, 1)), (-1, self.earned(i, s)))
        return plus((d, self.ahead(i, s)), (-d, combine(row, self.afterwards(i))), (d - 1, now))

    def ahead(self, i: int, s: int) -> Vector:
        return combine(self.game.target.row[s], self.with_[i])

    def refuse(self, i: int, s: int, stage: int) -> Vector:
        """Return the slack of withholding (1) or not delivering (2) what is due."""
        d, target = self.game.discount[i], self.game.target
        flow = self.flow(i, s, target.policy[s], stage)
        now = plus((1, self.number(target.payoffs[i][s])), (1, flow), (-1, self.earned(i, s)))
        return plus((d, self.ahead(i, s)), (-d, combine(target.row[s], self.afterwards(i))), (d - 1, now))

    def not_up_front(self, i: int, s: int, k: int) -> Vector:
        d = self.game.discount[i]
        if self.penal is None:
            need(k == 0, "no such incentive")
            flow = self.flow(i, s, self.game.apart.policy[s], 0)
            return plus((1, self.with_[i][s]), (-1, self.afterwards(i)[s]), (d - 1, flow))
        full = self.game.penal
        assert full is not None
        profile = instead(self.penal.punish[i][s], i, full.actions[s][i][index(k, len(full.actions[s][i]))])
        payoff, row = full.payoff[s][profile][i], full.row[s][profile]
        now = plus((1, self.number(payoff)), (1, self.flow(i, s, profile, 0)), (-1, self.earned(i, s)))
        return plus((d, self.ahead(i, s)), (-d, combine(row, self.afterwards(i))), (d - 1, now))

    def alone(self, i: int, s: int, action: str, values: list[Vector]) -> Vector:
        """Return the slack of a deviation from playing apart, where ``values`` follow either way."""
        d, apart = self.game.discount[i], self.game.apart
        payoff, row = apart.deviations[i, s, action]
        now = self.number((d - 1) * (payoff - apart.payoffs[i][s]))
        return plus((d, combine(apart.row[s], values)), (-d, combine(row, values)), (1, now))

    def sanction(self, i: int, s: int, action: str, k: int) -> Vector:
        periods = self.game.periods
        if k == (periods or 0) + 1 and (periods is None or self.game.ends):
            return self.alone(i, s, action, self.without[i])
        need(periods is not None and 0 <= k < periods, "no such incentive")
        return self.alone(i, s, action, self.suspended(i, k))

    def outside(self, i: int) -> Vector:
        told = self.game.outside[i]
        return self.without[i][self.game.start] if told is None else self.number(told)

    def gain(self, i: int) -> Vector:
        return plus((1, self.with_[i][self.game.start]), (-1, self.outside(i)))

    def incentive(self, stage: str, i: int, s: int, what: str, k: int) -> Vector:
        if stage == "sanction":
            return self.sanction(i, s, what, k)
        if stage == "up front":
            need(self.awake[s] and what == "not deliver up front", "no such incentive")
            need(due(self.game, stage, i) != [], "nothing that could be owed")
            return self.not_up_front(i, s, k)
        need(k == 0, "no such incentive")
        if stage == "asleep":
            need(not self.awake[s] and not self.game.ends, "no such incentive")
            return self.alone(i, s, what, self.with_[i])
        if stage == "join":
            need(s == self.game.start and what == "not join", "no such incentive")
            return self.gain(i)
        need(self.awake[s], "not awake")
        need(stage not in STAGES or due(self.game, stage, i) != [], "nothing that could be owed")
        if stage == "act":
            return self.act(i, s, what)
        member((stage, what), [("withhold", "withhold what is due"), ("deliver", "not deliver")])
        return self.refuse(i, s, 1 if stage == "withhold" else 2)

    # Limits.

    def average(self, giver: str) -> Vector:
        """Return the discounted average of what a giver gives, from the start."""
        count, d = len(self.awake), self.game.giving[giver]
        flow = [self.gives(giver, s) if here else self.number(ZERO) for s, here in enumerate(self.awake)]
        return self.stopped(d, flow, [self.number(ZERO)] * count)[self.game.start]

    def gives(self, giver: str, s: int) -> Vector:
        return plus((1, self.number(ZERO)), *((1, self.given(b, s)) for b in self.game.gifts if b.giver == giver))

    def cost(self, payer: str | None) -> Vector:
        givers = list(self.game.giving) if payer is None else [member(payer, self.game.giving)]
        return plus((1, self.number(ZERO)), *((1, self.average(giver)) for giver in givers))

    def limit(self, what: str, who: str, s: int) -> Vector:
        game = self.game
        if what == "expected budget":
            need(s == game.start, "no such limit")
            return plus((1, self.number(game.expected[who])), (-1, self.average(who)))
        need(self.awake[s], "not awake")
        if what == "budget":
            return plus((1, self.number(game.budgets[who][s])), (-1, self.gives(who, s)))
        if what == "capacity":
            used = [(-1, self.x(gift, s)) for gift in game.gifts if gift.uses == who]
            return plus((1, self.number(game.capacities[who][s])), *used)
        if what == "floor":
            i = game.actors.index(who)
            floor = game.floors[i]
            need(floor is not None, "no floor")
            assert floor is not None
            return plus((1, self.earned(i, s)), (-1, self.number(floor)))
        gift = next(b for b in [*game.gifts, None] if b is None or b.name == who)
        need(gift is not None and gift.switched, "no such limit")
        assert gift is not None
        if what == "minimum":
            return plus((1, self.x(gift, s)), (-gift.minimum, self.y(gift, s)))
        need(what == "off", "no such limit")
        return plus((self.cap(gift, s), self.y(gift, s)), (-1, self.x(gift, s)))

    def cap(self, gift: Gift, s: int) -> Fraction:
        most = gift.cap if gift.level is None else gift.level
        assert most is not None
        return most[s] if gift.contingent else min(most[t] for t in self.places)

    # All of them, for levels that are given.

    def owes(self, stage: str, i: int, s: int) -> bool:
        assert self.levels is not None
        return any(self.levels[gift.name][s] > 0 for gift in due(self.game, stage, i))

    def sanctions(self) -> list[Vector]:
        periods = self.game.periods
        numbers_ = list(range(periods or 0))
        if periods is None or self.game.ends:
            numbers_.append((periods or 0) + 1)
        return [self.sanction(i, s, action, k) for i, s, action in self.game.apart.deviations for k in numbers_]

    def everything(self) -> list[Vector]:
        """Return all slacks beside the sanction's."""
        game, slacks = self.game, list[Vector]()
        slacks += [self.act(i, s, a) for i, s, a in game.target.deviations if self.awake[s]]
        for i, s in product(range(len(game.actors)), self.places):
            slacks += [self.refuse(i, s, 1)] * self.owes("withhold", i, s)
            slacks += [self.refuse(i, s, 2)] * self.owes("deliver", i, s)
            actions = range(1 if game.penal is None else len(game.penal.actions[s][i]))
            slacks += [self.not_up_front(i, s, k) for k in actions if self.owes("up front", i, s)]
        slacks += [self.gain(i) for i in range(len(game.actors))]
        if not game.ends:
            apart = [key for key in game.apart.deviations if not self.awake[key[1]]]
            slacks += [self.alone(i, s, action, self.with_[i]) for i, s, action in apart]
        limits = [("budget", who) for who in game.budgets] + [("capacity", who) for who in game.capacities]
        limits += [("floor", name) for name, floor in zip(game.actors, game.floors, strict=True) if floor is not None]
        limits += [(what, b.name) for b in game.gifts if b.switched for what in ("minimum", "off")]
        slacks += [self.limit(what, who, s) for (what, who), s in product(limits, self.places)]
        return slacks + [self.limit("expected budget", who, game.start) for who in game.expected]


def due(game: Agreement, stage: str, i: int) -> list[Gift]:
    """Return the instruments that an actor may owe at a stage."""
    timing = TIMINGS.index(STAGES[stage])
    return [g for g in game.gifts if g.giver == game.actors[i] and g.timing == timing and not g.enforceable]


# Partnerships: the claim and its trees.


def partnership(table: Any, claim: Any, proof: Any) -> None:
    fields(claim, "kind", "awake", "levels", "units", "largest", "best", "not at")
    fields(proof, "penal", "larger", "better", "fails")
    game = Agreement(table)
    need((proof["penal"] is None) == (game.penal is None), "the harshest sanction")
    penal = None if proof["penal"] is None else Penal(game, proof["penal"])
    names = names_of(claim["awake"])
    awake = [name in names for name in game.states]
    need(names == [name for name in game.states if name in names], "the awake states are not in order")
    need(all(asked or not here for asked, here in zip(game.open, awake, strict=True)), "awake where none can be")
    need(not game.ends or not any(awake) or awake[game.start], "over before it begins")
    units = [[game.states.index(name) for name in names_of(unit)] for unit in listed(claim["units"])]
    need(sorted(s for unit in units for s in unit) == [s for s, o in enumerate(game.open) if o], "the units")
    need(all(units), "an empty unit")
    levels = claimed_levels(game, awake, claim["levels"])
    system = System(game, awake, penal, levels)
    need(all(slack[0] >= 0 for slack in system.sanctions()), "the sanction is no equilibrium")
    if any(awake):
        need(all(slack[0] >= 0 for slack in system.everything()), "an incentive or limit does not hold")
    largest = truth(claim["largest"])
    need(largest or any(awake), "nothing is claimed")
    need(largest == (proof["larger"] is not None), "a tree of larger sets")
    need((claim["best"] is None) == (proof["better"] is None), "a tree of better levels")
    if largest:
        Tree(game, penal, units, sum(awake)).check(proof["larger"])
    if claim["best"] is not None:
        aim, payer, value = best(game, system, claim["best"])
        BestTree(game, penal, awake, aim, payer, value).check(proof["better"])
    need((claim["not at"] is None) == (proof["fails"] is None), "a tree of less patience")
    if claim["not at"] is not None:
        less_patient(table, game, claim["not at"], proof["fails"])


def less_patient(table: Any, game: Agreement, told: Any, tree: Any) -> None:
    """Check that with a smaller discount factor of all actors no levels hold in every state."""
    need(game.penal is None and len(set(game.discount)) == 1, "no common discount factor, or the harshest sanction")
    need(0 <= number(told) < game.discount[0], "not below the discount factor")
    giving = {name: told if name in game.actors else own for name, own in table["giving"].items()}
    other = Agreement({**table, "discount": [told] * len(game.actors), "giving": giving})
    nothing = {gift.name: [ZERO] * len(game.states) for gift in game.gifts}
    system = System(other, [False] * len(game.states), None, nothing)
    need(all(slack[0] >= 0 for slack in system.sanctions()), "the sanction is no equilibrium with less patience")
    BestTree(other, None, other.open, "none", None, ZERO).check(tree)


def claimed_levels(game: Agreement, awake: list[bool], told: Any) -> dict[str, Vector]:
    fields(told, *(gift.name for gift in game.gifts))
    levels = {name: numbers(row, len(awake)) for name, row in told.items()}
    for gift in game.gifts:
        row = levels[gift.name]
        need(all(x == 0 for x, here in zip(row, awake, strict=True) if not here), "a level where nothing is shared")
        for s in (s for s, here in enumerate(awake) if here):
            need(row[s] >= 0 and (gift.cap is None or row[s] <= gift.cap[s]), "a level beyond its bounds")
            need(gift.level is None or row[s] == gift.level[s], "not the level proposed")
        shared = {x for x, here in zip(row, awake, strict=True) if here}
        need(gift.contingent or len(shared) <= 1, "a level that differs between states")
    return levels


def best(game: Agreement, system: System, told: Any) -> tuple[str, str | None, Fraction]:
    fields(told, "aim", "payer", "value")
    value = number(told["value"])
    if told["aim"] == "cheapest":
        need(system.cost(told["payer"])[0] == value, "not what it costs")
    else:
        need(told["aim"] == "fairest" and told["payer"] is None, "unknown aim")
        need(min(system.gain(i)[0] for i in range(len(game.actors))) == value, "not the smallest gain")
    return told["aim"], told["payer"], value


class Tree:
    """A proof that no set of more states holds. Its answers are kept as a list and applied at the leaf."""

    def __init__(self, game: Agreement, penal: Penal | None, units: list[list[int]], most: int) -> None:
        self.game, self.penal, self.units, self.most = game, penal, units, most

    def check(self, node: Any, answers: tuple[tuple[Any, bool], ...] = ()) -> None:
        if isinstance(node, dict) and "ask" in node:
            fields(node, "ask", "yes", "no")
            question = self.question(node["ask"])
            self.check(node["yes"], (*answers, (question, True)))
            self.check(node["no"], (*answers, (question, False)))
            return
        if node == {}:
            need(self.obvious(answers), "a case without proof")
            return
        fields(node, "rows", "cuts")
        self.leaf(node, answers)

    def question(self, told: Any) -> tuple[Any, ...]:
        """Return ("awake", the states of a unit), ("on", gift, states) or ("owed", stage, actor, state)."""
        kind, *rest = listed(told)
        if kind == "awake":
            (name,) = rest
            return self.unit(self.game.states.index(name))
        if kind == "on":
            gift = next(b for b in [*self.game.gifts, None] if b is None or b.name == rest[0])
            need(gift is not None, "unknown instrument")
            assert gift is not None
            need(len(rest) == 1 + gift.contingent, "a question")
            return ("on", gift, self.game.states.index(rest[1]) if gift.contingent else -1)
        need(kind == "owed", "unknown question")
        stage, actor, state = rest
        return ("owed", member(stage, STAGES), self.game.actors.index(actor), self.game.states.index(state))

    def unit(self, s: int) -> tuple[Any, ...]:
        return ("awake", tuple(next(unit for unit in [*self.units, None] if unit is None or s in unit) or no_unit()))

    def case(self, answers: tuple[tuple[Any, bool], ...]) -> list[bool | None]:
        """Return for each state whether it is awake in the case (None: not answered)."""
        state: list[bool | None] = [None if asked else False for asked in self.game.open]
        for question, yes in answers:
            if question[0] == "awake":
                for s in question[1]:
                    state[s] = yes
        return state

    def obvious(self, answers: tuple[tuple[Any, bool], ...]) -> bool:
        state = self.case(answers)
        possible = sum(here is not False for here in state)
        if self.game.ends and state[self.game.start] is False:
            possible = 0
        return possible <= self.most or self.impossible(answers)

    def impossible(self, answers: tuple[tuple[Any, bool], ...]) -> bool:
        system = System(self.game, [here is True for here in self.case(answers)], self.penal)
        lower, upper = box(system, answers)
        nothing = [question for question, yes in answers if not yes]
        for gift, s in (question[1:] for question, yes in answers if question[0] == "on" and yes):
            unknown = ("x", gift.name, s)
            if unknown in system.column and any(off(system, unknown, question) for question in nothing):
                return True
        return any(high is not None and low > high for low, high in zip(lower, upper, strict=True))

    def leaf(self, node: Any, answers: tuple[tuple[Any, bool], ...]) -> None:
        state = self.case(answers)
        system = System(self.game, [here is True for here in state], self.penal)
        cuts = [self.cut(told, system, state, answers) for told in listed(node["cuts"])]
        owed = {question[1:] for question, yes in answers if question[0] == "owed" and yes}
        total, gains = self.total(node["rows"], system, state, {*owed, *cuts})
        self.proven(system, total, gains, *box(system, answers))

    def proven(
        self, system: System, total: Vector, gains: Vector | None, lower: Vector, upper: list[Fraction | None]
    ) -> None:
        need(positive(least(total, lower, upper)), "a leaf that proves nothing")

    def cut(self, told: Any, system: System, state: list[bool | None], answers: Any) -> tuple[str, int, int]:
        """Return the (stage, actor, state) whose incentives hold whether anything is owed there or not.

        A cut proves one row; its number is part of it (see ``total``).
        """
        fields(told, "row", "rows")
        stage, i, s, form, _ = self.row(listed(told["row"], 5), system, state)
        need(stage in STAGES, "a cut of another stage")
        owed = {question[1:] for question, yes in answers if question[0] == "owed" and yes}
        need(all(len(part) == 4 or len(part) == 6 for part in told["rows"]), "a gain in a cut")
        total, _ = self.total(told["rows"], system, state, owed)
        lower, upper = box(system, (*answers, (("owed", stage, i, s), False)))
        mild, wild = least(plus((1, form), (1, total)), lower, upper), least(total, lower, upper)
        need((mild is not None and mild >= 0) or positive(wild), "a cut that proves nothing")
        return tuple(told["row"])  # type: ignore[return-value]

    def total(
        self, rows: Any, system: System, state: list[bool | None], allowed: set[Any]
    ) -> tuple[Vector, Vector | None]:
        """Return - sum y S without gains, and the same of gains (None: there are none)."""
        total, gains = system.number(ZERO), None
        for told in listed(rows):
            multiplier = number(listed(told)[-1])
            need(multiplier > 0, "a multiplier that is not positive")
            stage, i, s, form, gain = self.row(told[:-1], system, state)
            fine = stage not in STAGES or (stage, i, s) in allowed or tuple(told[:-1]) in allowed
            need(fine, "a row that may not be used here")
            if gain:
                gains = plus((1, gains or system.number(ZERO)), (-multiplier, form))
            else:
                total = plus((1, total), (-multiplier, form))
        return total, gains

    def row(self, name: list[Any], system: System, state: list[bool | None]) -> tuple[str, int, int, Vector, bool]:
        """Return (stage, actor, state, slack, whether it is a gain) of a row by its name."""
        need(all(isinstance(part, str) for part in name), "a name is no text")
        if len(name) == 2:
            return self.gain(name, system)
        what, who, where = name[:3]
        s = self.game.states.index(where)
        need(self.settled(s, state), "a state that is not settled")
        if len(name) == 3:
            return what, -1, s, system.limit(what, who, s), False
        need(len(name) == 5, "no such row")
        k = number(name[4])
        need(k.denominator == 1, "no such incentive")
        i = self.game.actors.index(who)
        return what, i, s, system.incentive(what, i, s, name[3], int(k)), False

    def gain(self, name: list[Any], system: System) -> tuple[str, int, int, Vector, bool]:
        raise No("no gains here")

    def settled(self, s: int, state: list[bool | None]) -> bool:
        """Return whether it has been answered for a state, and all that can follow it, whether it is awake."""
        game = self.game
        rows = [(t, local.row[t]) for local in (game.target, game.apart) for t in range(len(state))]
        if game.periods is not None:
            rows += [(t, row) for (_, t, _), (_, row) in game.target.deviations.items()]
        if not (game.ends and game.periods is None):
            rows += [(t, row) for (_, t, _), (_, row) in game.apart.deviations.items()]
        reached = {s}
        while True:
            more = {u for t, row in rows if t in reached for u, chance in enumerate(row) if chance > 0} - reached
            if not more:
                return all(state[t] is not None for t in reached)
            reached |= more


def no_unit() -> list[int]:
    raise No("a state in no unit")


class BestTree(Tree):
    """A proof that no levels are better where the awake states are those of the claim."""

    def __init__(
        self, game: Agreement, penal: Penal | None, awake: list[bool], aim: str, payer: str | None, value: Fraction
    ) -> None:
        super().__init__(game, penal, [], 0)
        self.awake, self.aim, self.payer, self.value = awake, aim, payer, value

    def unit(self, s: int) -> tuple[Any, ...]:
        raise No("the awake states are known")

    def case(self, answers: Any) -> list[bool | None]:
        return list(self.awake)

    def obvious(self, answers: Any) -> bool:
        return self.impossible(answers)

    def gain(self, name: list[Any], system: System) -> tuple[str, int, int, Vector, bool]:
        need(name[0] == "gain" and self.aim == "fairest", "no such row")
        i = self.game.actors.index(name[1])
        return "gain", i, -1, plus((1, system.gain(i)), (-1, system.number(self.value))), True

    def proven(
        self, system: System, total: Vector, gains: Vector | None, lower: Vector, upper: list[Fraction | None]
    ) -> None:
        done = positive(least(total, lower, upper))
        if gains is not None:
            most = least(plus((1, total), (1, gains)), lower, upper)
            done = done or (most is not None and most >= 0)
        if self.aim == "cheapest":
            bound = least(plus((1, total), (1, system.cost(self.payer))), lower, upper)
            done = done or (bound is not None and bound >= self.value)
        need(done, "a leaf that proves nothing")


def positive(x: Fraction | None) -> bool:
    return x is not None and x > 0


def least(form: Vector, lower: Vector, upper: list[Fraction | None]) -> Fraction | None:
    """Return the least value of an affine form over a box (None: it has none)."""
    total = form[0]
    for coefficient, low, high in zip(form[1:], lower, upper, strict=True):
        bound = low if coefficient > 0 else high
        if coefficient != 0 and bound is None:
            return None
        if coefficient != 0 and bound is not None:
            total += coefficient * bound
    return total


def box(system: System, answers: tuple[tuple[Any, bool], ...]) -> tuple[Vector, list[Fraction | None]]:
    """Return the bounds of the unknowns of a case."""
    lower, upper = list[Fraction](), list[Fraction | None]()
    for unknown in system.unknowns:
        low, high = bounds(system, unknown)
        for question, yes in answers:
            if question[0] == "on" and yes and unknown == ("y", question[1].name, question[2]):
                low = ONE
            if not yes and off(system, unknown, question):
                high = ZERO
        lower.append(low)
        upper.append(high)
    return lower, upper


def bounds(system: System, unknown: Unknown) -> tuple[Fraction, Fraction | None]:
    kind, name, s = unknown
    if kind == "y":
        return ZERO, ONE
    gift = next(b for b in system.game.gifts if b.name == name)
    where = system.places if s < 0 else [s]
    proposed = [] if gift.level is None else [gift.level[t] for t in where]
    most = proposed + ([] if gift.cap is None else [gift.cap[t] for t in where])
    return max([ZERO, *proposed]), min(most) if most else None


def off(system: System, unknown: Unknown, question: Any) -> bool:
    """Return whether an unknown is 0 where a question is answered with no."""
    if question[0] == "on":
        return unknown[1:] == (question[1].name, question[2])
    if question[0] != "owed" or not system.awake[question[3]]:
        return False
    return unknown[2] in (-1, question[3]) and unknown[1] in [b.name for b in due(system.game, *question[1:3])]


# Games played once.


class Stage:
    """The game that is played once in a state."""

    def __init__(self, table: Any, state: Any) -> None:
        game = Game(table)
        s = game.states.index(member(state, game.states))
        self.players, self.actions, self.payoff = game.players, game.actions[s], game.payoff[s]
        self.player = game.player

    def shares(self, i: int, told: Any) -> dict[str, Fraction]:
        shares = {member(action, self.actions[i]): number(share) for action, share in told.items()}
        need(all(share > 0 for share in shares.values()) and sum(shares.values()) == 1, "shares")
        return shares

    def draw(self, told: Any, left_out: int | None = None) -> dict[tuple[str, ...], Fraction]:
        """Return a draw of profiles, or of profiles of the others."""
        among = set(self.others(left_out)) if left_out is not None else set(self.payoff)
        chances = dict[tuple[str, ...], Fraction]()
        for pair in listed(told):
            profile, chance = tuple(listed(listed(pair, 2)[0])), number(pair[1])
            need(profile in among and profile not in chances and chance > 0, "a draw")
            chances[profile] = chance
        need(sum(chances.values()) == 1, "a draw does not sum to 1")
        return chances

    def others(self, i: int) -> list[tuple[str, ...]]:
        return list(product(*self.actions[:i], *self.actions[i + 1 :]))

    def against(self, i: int, action: str, others: tuple[str, ...]) -> Fraction:
        return self.payoff[(*others[:i], action, *others[i:])][i]

    def average(self, i: int, action: str, draw: dict[tuple[str, ...], Fraction]) -> Fraction:
        return sum((q * self.against(i, action, others) for others, q in draw.items()), ZERO)

    def gain(self, i: int, profile: tuple[str, ...], action: str) -> Fraction:
        """Return what following a profile brings more than another action of i's."""
        return self.payoff[profile][i] - self.payoff[instead(profile, i, action)][i]


def independent(mixes: Sequence[dict[str, Fraction]]) -> dict[tuple[str, ...], Fraction]:
    draw: dict[tuple[str, ...], Fraction] = {(): ONE}
    for mix in mixes:
        draw = {(*a, b): p * q for (a, p), (b, q) in product(draw.items(), mix.items())}
    return draw


def nash(table: Any, claim: Any, proof: Any) -> None:
    fields(claim, "kind", "state", "every", "equilibria")
    game = Stage(table, claim["state"])
    every = claim["every"]
    need(every is None or every in ("pure", "mixed"), "every")
    found = []
    for told in listed(claim["equilibria"]):
        fields(told, "strategies", "payoffs")
        fields(told["strategies"], *game.players)
        fields(told["payoffs"], *game.players)
        mixes = [game.shares(i, told["strategies"][name]) for i, name in enumerate(game.players)]
        for i, name in enumerate(game.players):
            others, payoff = independent([*mixes[:i], *mixes[i + 1 :]]), number(told["payoffs"][name])
            for action in game.actions[i]:
                earned = game.average(i, action, others)
                need(earned == payoff if action in mixes[i] else earned <= payoff, "no equilibrium")
        need(mixes not in found, "an equilibrium twice")
        found.append(mixes)
    need(bool(found) or every is not None, "nothing is claimed")
    if every == "mixed":
        fields(proof, "tree")
        need(len(game.players) == 2, "a tree for more than two")
        Boxes(game, found).check(proof["tree"], frozenset())
        return
    fields(proof)
    if every == "pure":
        for profile in game.payoff:
            stable = all(game.gain(i, profile, a) >= 0 for i, own in enumerate(game.actions) for a in own)
            need(not stable or [{a: ONE} for a in profile] in found, "a pure equilibrium is missing")


Label = tuple[int, str, str]


class Boxes:
    """The tree that shows that a list of equilibria of two players is complete."""

    def __init__(self, game: Stage, found: list[list[dict[str, Fraction]]]) -> None:
        self.game, self.found = game, found

    def check(self, node: Any, labels: frozenset[Label]) -> None:
        need(isinstance(node, dict), "a node")
        if "best" in node:
            fields(node, "player", "action", "best", "unplayed")
            i = self.game.player(node["player"])
            action = member(node["action"], self.game.actions[i])
            for way in ("best", "unplayed"):
                self.check(node[way], labels | {(i, action, way)})
        elif "empty" in node:
            fields(node, "empty", "weights")
            need(self.bound(self.game.player(node["empty"]), None, node["weights"], labels) < 0, "not empty")
        else:
            fields(node, "equilibrium", "bounds")
            mixes = self.found[index(node["equilibrium"], len(self.found))]
            fields(node["bounds"], *self.game.players)
            for i, name in enumerate(self.game.players):
                fields(node["bounds"][name], *self.played(i, labels))
                for action, z in node["bounds"][name].items():
                    need(self.bound(i, action, z, labels) <= mixes[i].get(action, ZERO), "a bound")

    def played(self, i: int, labels: frozenset[Label]) -> list[str]:
        return [action for action in self.game.actions[i] if (i, action, "unplayed") not in labels]

    def bound(self, i: int, action: str | None, told: Any, labels: frozenset[Label]) -> Fraction:
        j = 1 - i
        z = {member(b, self.game.actions[j]): number(weight) for b, weight in told.items()}
        need(sum(z.values()) == 0, "weights do not sum to 0")
        need(all(weight >= 0 or (j, b, "best") in labels for b, weight in z.items()), "a negative weight")
        values = [Fraction(-1)] * (not self.played(i, labels))
        for c in self.played(i, labels):
            paid = sum((weight * self.game.against(j, b, (c,)) for b, weight in z.items()), ZERO)
            values.append((c == action) - paid)
        return max(values)


def correlated(table: Any, claim: Any, proof: Any) -> None:
    fields(claim, "kind", "state", "objective", "distribution", "payoffs", "value")
    game, draw = Stage(table, claim["state"]), None
    draw = game.draw(claim["distribution"])
    fields(claim["payoffs"], *game.players)
    payoffs = [sum((p * game.payoff[a][i] for a, p in draw.items()), ZERO) for i in range(len(game.players))]
    need(payoffs == [number(claim["payoffs"][name]) for name in game.players], "the payoffs")
    coarse = claim["kind"] == "coarse"
    for i, own in enumerate(game.actions):
        for told, action in product([None] if coarse else own, own):
            gains = [p * game.gain(i, a, action) for a, p in draw.items() if told in (None, a[i])]
            need(sum(gains) >= 0, "an incentive")
    value, objective = number(claim["value"]), claim["objective"]
    weights, reached, sign = [ONE] * len(payoffs), sum(payoffs), 1
    if objective == "egalitarian":
        fields(proof, "incentives", "weights")
        shares = {game.player(name): number(share) for name, share in proof["weights"].items()}
        need(all(w > 0 for w in shares.values()) and sum(shares.values()) == 1, "weights")
        weights, reached = [shares.get(i, ZERO) for i in range(len(payoffs))], min(payoffs)
    else:
        fields(proof, "incentives")
        if objective != "welfare":
            way, name = objective.split(":", 1)
            sign = {"best": 1, "worst": -1}[way]
            weights = [Fraction(sign * (i == game.player(name))) for i in range(len(payoffs))]
            reached = payoffs[game.player(name)]
    need(reached == value, "the value")
    bound = {a: sum((w * x for w, x in zip(weights, paid, strict=True)), ZERO) for a, paid in game.payoff.items()}
    for part in listed(proof["incentives"]):
        fields(part, "player", "told", "instead", "multiplier")
        i, y = game.player(part["player"]), number(part["multiplier"])
        need(y >= 0 and (part["told"] is None) == coarse, "an incentive of another kind")
        need(coarse or part["told"] in game.actions[i], "unknown action")
        action = member(part["instead"], game.actions[i])
        for a in bound:
            if part["told"] in (None, a[i]):
                bound[a] += y * game.gain(i, a, action)
    need(all(x <= sign * value for x in bound.values()), "not the best")


def minmax(table: Any, claim: Any, proof: Any) -> None:
    fields(claim, "kind", "state", "points")
    fields(proof, "guarantees")
    game = Stage(table, claim["state"])
    for point, guarantee in zip(claim["points"], listed(proof["guarantees"], len(claim["points"])), strict=True):
        fields(point, "player", "play", "low", "value", "against")
        i, play = game.player(point["player"]), member(point["play"], ("pure", "mixed", "correlated"))
        draw = game.draw(point["against"], i)
        need(max(game.average(i, a, draw) for a in game.actions[i]) == number(point["value"]), "the value")
        if play == "pure":
            need(len(draw) == 1 and guarantee is None, "not pure")
            low = min(max(game.against(i, a, o) for a in game.actions[i]) for o in game.others(i))
        else:
            shares = game.shares(i, guarantee)
            low = min(sum(x * game.against(i, a, o) for a, x in shares.items()) for o in game.others(i))
        if play == "mixed":
            mixes = [dict[str, Fraction]() for _ in range(len(game.players) - 1)]
            for others, chance in draw.items():
                for mix, action in zip(mixes, others, strict=True):
                    mix[action] = mix.get(action, ZERO) + chance
            need(independent(mixes) == draw, "not independent")
        need(low == number(point["low"]), "the bound from below")


def dominance(table: Any, claim: Any, proof: Any) -> None:
    fields(claim, "kind", "state", "strict", "weak")
    fields(proof, "strict", "weak")
    game = Stage(table, claim["state"])
    for how in ("strict", "weak"):
        fields(proof[how], "rounds", "beliefs")
        left = [list(own) for own in game.actions]
        for steps in listed(proof[how]["rounds"]):
            need(len(listed(steps)) > 0, "an empty round")
            gone = [dominated(game, left, step, how == "weak") for step in steps]
            need(len(set(gone)) == len(gone), "an action twice")
            left = [[a for a in own if (i, a) not in gone] for i, own in enumerate(left)]
        need(claim[how] == dict(zip(game.players, left, strict=True)), "not what is left")
        beliefs = proof[how]["beliefs"]
        fields(beliefs, *(name for name, own in zip(game.players, left, strict=True) if len(own) > 1))
        for name, told in beliefs.items():
            i = game.player(name)
            others = set(product(*left[:i], *left[i + 1 :]))
            fields(told, *left[i])
            for action, part in told.items():
                draw = game.draw(part, i)
                need(set(draw) <= others and (how == "strict" or set(draw) == others), "a belief")
                need(all(game.average(i, action, draw) >= game.average(i, a, draw) for a in left[i]), "a belief")


def dominated(game: Stage, left: list[list[str]], step: Any, weak: bool) -> tuple[int, str]:
    fields(step, "player", "action", "by")
    i = game.player(step["player"])
    action, by = member(step["action"], left[i]), game.shares(i, step["by"])
    need(set(by) <= set(left[i]), "a mixture of what is gone")
    others = list(product(*left[:i], *left[i + 1 :]))
    more = [sum(x * game.against(i, a, o) for a, x in by.items()) - game.against(i, action, o) for o in others]
    need(min(more) >= 0 and max(more) > 0 if weak else min(more) > 0, "not dominated")
    return i, action


# Plans, contracts and patience.


class Plan:
    """An automaton: its nodes, and what a lottery over them is worth."""

    def __init__(self, table: Any, nodes: Any) -> None:
        self.game, self.nodes = Game(table), listed(nodes)
        need(self.game.discount is not None, "no discount factors")
        self.deltas, self.n = self.game.discount or [], len(self.game.players)
        for node in self.nodes:
            fields(node, "state", "values", "payments", "default", "play", "next", "breach", "then")
        self.state = [index(node["state"], len(self.game.states)) for node in self.nodes]
        self.values = [numbers(node["values"], self.n) for node in self.nodes]

    def lottery(self, told: Any, wanted: set[int], unpaid: bool = False) -> list[Vector]:
        """Return the values expected in each state, 0 in those that are not wanted."""
        sums, worth = dict[int, Fraction](), [[ZERO] * self.n for _ in self.game.states]
        for pair in listed(told):
            m, chance = index(listed(pair, 2)[0], len(self.nodes)), number(pair[1])
            node, s = self.nodes[m], self.state[m]
            need(chance > 0, "a chance")
            need(not unpaid or (node["play"] != [] and all(x == "0" for x in node["payments"])), "a second payment")
            sums[s] = sums.get(s, ZERO) + chance
            worth[s] = plus((1, worth[s]), (chance, self.values[m]))
        need(set(sums) == wanted and all(x == 1 for x in sums.values()), "a lottery")
        return worth

    def ahead(self, s: int, profiles: Iterable[tuple[str, ...]]) -> set[int]:
        """Return the states to which some profiles lead."""
        return {t for a in profiles for t, q in enumerate(self.game.row[s][a]) if q > 0}

    def worth(self, i: int, s: int, profile: tuple[str, ...], after: list[Vector]) -> Fraction:
        d, game = self.deltas[i], self.game
        return (1 - d) * game.payoff[s][profile][i] + d * mean(game.row[s][profile], [v[i] for v in after])

    def check(self, k: int, cap: Fraction) -> None:
        node, s = self.nodes[k], self.state[k]
        payments = numbers(node["payments"], self.n)
        need(sum(payments) == 0 and all(x <= cap for x in payments), "payments")
        paid = [v + (1 - d) * x for v, d, x in zip(self.values[k], self.deltas, payments, strict=True)]
        for i, told in enumerate(listed(node["default"], self.n)):
            if payments[i] > 0:
                need(self.values[k][i] >= self.lottery(told, {s}, unpaid=True)[s][i], "a payment that is refused")
            else:
                need(told == [], "a default of nothing")
        if node["play"] == []:
            need(node["next"] == [] and node["breach"] == [], "a draw that is played")
            need(self.lottery(node["then"], {s}, unpaid=True)[s] == paid, "the value of a draw")
        else:
            need(node["then"] == [], "a play that is drawn")
            self.played(node, s, paid)

    def played(self, node: Any, s: int, paid: Vector) -> None:
        played = self.game.profile(s, node["play"])
        after = self.lottery(node["next"], self.ahead(s, self.game.payoff[s]))
        for i, told in enumerate(listed(node["breach"], self.n)):
            need(paid[i] == self.worth(i, s, played, after), "a value")
            others = [instead(played, i, a) for a in self.game.actions[s][i] if a != played[i]]
            punished = self.lottery(told, self.ahead(s, others))
            need(all(paid[i] >= self.worth(i, s, a, punished) for a in others), "a deviation gains")


def automaton(table: Any, claim: Any, proof: Any) -> None:
    fields(claim, "kind", "state", "values", "cap")
    fields(proof, "start", "nodes")
    plan = Plan(table, proof["nodes"])
    begin = plan.game.states.index(claim["state"])
    need(numbers(claim["values"], plan.n) == plan.lottery(proof["start"], {begin})[begin], "the values")
    for k in range(len(plan.nodes)):
        plan.check(k, number(claim["cap"]))


class Elimination:
    """Steps 1 and 2 of ``contract``, over some states that play does not leave."""

    def __init__(self, game: Game, delta: Fraction, states: list[int]) -> None:
        self.game, self.d, self.states, self.n = game, delta, states, len(game.players)
        self.left = {s: game.profiles(s) for s in states}

    def spread(self, told: Any) -> Vector:
        values = [ZERO] * len(self.game.states)
        for s, x in zip(self.states, numbers(told, len(self.states)), strict=True):
            values[s] = x
        return values

    def round(self, told: Any) -> None:
        fields(told, "joint", "punishment")
        self.joint = self.spread(told["joint"])
        self.worst = [self.spread(v) for v in listed(told["punishment"], self.n)]
        for s in self.states:
            for a in self.left[s]:
                need(self.joint[s] >= self.together(s, a), "a joint value that is too small")
                need(all(self.worst[i][s] <= self.tempted(i, s, a) for i in range(self.n)), "a punishment too large")
            self.left[s] = [
                a
                for a in self.left[s]
                if self.together(s, a) >= sum((self.tempted(i, s, a) for i in range(self.n)), ZERO)
            ]

    def together(self, s: int, a: tuple[str, ...]) -> Fraction:
        return (1 - self.d) * sum(self.game.payoff[s][a], ZERO) + self.d * mean(self.game.row[s][a], self.joint)

    def tempted(self, i: int, s: int, a: tuple[str, ...]) -> Fraction:
        others = [instead(a, i, action) for action in self.game.actions[s][i]]
        return max(
            (1 - self.d) * self.game.payoff[s][b][i] + self.d * mean(self.game.row[s][b], self.worst[i]) for b in others
        )

    def reached(self, play: Any, punish: Any) -> bool:
        """Return whether play and punishments are left and attain the bounds of the last round."""
        told = list(zip(self.states, listed(play, len(self.states)), strict=True))
        fine = [self.is_left(s, a) and self.together(s, tuple(a)) == self.joint[s] for s, a in told]
        for i, policy in enumerate(listed(punish, self.n)):
            told = list(zip(self.states, listed(policy, len(self.states)), strict=True))
            fine += [self.is_left(s, a) and self.tempted(i, s, tuple(a)) == self.worst[i][s] for s, a in told]
        return all(fine)

    def is_left(self, s: int, profile: Any) -> bool:
        return self.game.profile(s, profile) in self.left[s]


def closed(game: Game, states: list[int]) -> bool:
    ahead = {t for s in states for row in game.row[s].values() for t, q in enumerate(row) if q > 0}
    return ahead <= set(states)


def contract(table: Any, claim: Any, proof: Any) -> None:
    fields(claim, "kind", "states", "joint", "punishment", "play")
    fields(proof, "rounds", "punish")
    game = Game(table)
    names = names_of(claim["states"])
    need(names == [name for name in game.states if name in names] and len(names) > 0, "the states")
    states = [game.states.index(name) for name in names]
    need(closed(game, states), "play leaves the states")
    elimination = Elimination(game, game.common(), states)
    for told in [*listed(proof["rounds"]), {"joint": claim["joint"], "punishment": claim["punishment"]}]:
        elimination.round(told)
    need(elimination.reached(claim["play"], proof["punish"]), "the bounds are not reached")


def no_contract(table: Any, claim: Any, proof: Any) -> None:
    fields(claim, "kind", "start")
    fields(proof, "rounds")
    game = Game(table)
    reached = {game.states.index(claim["start"])}
    while not closed(game, list(reached)):
        reached |= {t for s in reached for row in game.row[s].values() for t, q in enumerate(row) if q > 0}
    elimination = Elimination(game, game.common(), sorted(reached))
    for told in listed(proof["rounds"]):
        elimination.round(told)
    need(any(left == [] for left in elimination.left.values()), "something is left")


def steps(table: Any, claim: Any, proof: Any) -> None:
    fields(claim, "kind", "steps", "threats", "reversion")
    fields(proof)
    game = Game(table)
    need(game.discount is None and len(game.states) == 1, "not a repeated game without discount factors")
    payoff, n = game.payoff[0], len(game.players)
    total = {a: sum(g, ZERO) for a, g in payoff.items()}
    reply = {a: [max(payoff[instead(a, i, b)][i] for b in game.actions[0][i]) for i in range(n)] for a in payoff}
    excess = {a: sum(reply[a], ZERO) - total[a] for a in payoff}
    order = sorted(payoff, key=lambda a: excess[a])
    told = listed(claim["steps"])
    for step in told:
        fields(step, "start", "joint", "punishment", "play")
    starts = rising([step["start"] for step in told])

    def bounds(among: list[tuple[str, ...]]) -> tuple[Fraction, Vector]:
        return max(total[a] for a in among), [min(reply[a][i] for a in among) for i in range(n)]

    def eliminate(among: list[tuple[str, ...]], end: Fraction) -> list[tuple[str, ...]]:
        while among and excess[among[-1]] > 0:
            joint, worst = bounds(among)
            if excess[among[-1]] * (1 - end) < end * (joint - sum(worst)):
                break
            among = among[:-1]
        return among

    left = order
    for step, start, end in reversed(list(zip(told, starts, [*starts, ONE][1:], strict=True))):
        left = eliminate(left, end)
        need(left != [], "nothing is left")
        joint, worst = bounds(left)
        need((number(step["joint"]), numbers(step["punishment"], n)) == (joint, worst), "the bounds of a step")
        first = next(order[:k] for k in range(1, len(order) + 1) if bounds(order[:k]) == (joint, worst))
        play = game.profile(0, step["play"])
        need(total[play] == joint, "the play of a step")
        need(all(excess[a] * (1 - start) <= start * (joint - sum(worst)) for a in [*first, play]), "a step too early")
    first_start = starts[0] if starts else ONE
    if first_start > 0:
        need(eliminate(left, first_start) == [], "something is left below the first step")
    reversion(game, claim, total, reply)


def rising(told: list[Any]) -> Vector:
    starts = [number(x) for x in told]
    need(all(0 <= x < 1 for x in starts), "a start")
    need(all(x < y for x, y in pairwise(starts)), "starts do not rise")
    return starts


def reversion(
    game: Game, claim: Any, total: dict[tuple[str, ...], Fraction], reply: dict[tuple[str, ...], Vector]
) -> None:
    payoff, n = game.payoff[0], len(game.players)
    equilibria = [a for a in payoff if reply[a] == payoff[a]]
    if not equilibria:
        need(claim["threats"] == [] and claim["reversion"] == [], "threats without an equilibrium")
        return
    threats = [min(payoff[a][i] for a in equilibria) for i in range(n)]
    need(numbers(claim["threats"], n) == threats, "the threats")

    def needed(a: tuple[str, ...]) -> Fraction:
        """Return the need of a profile (2: never)."""
        needs = [ZERO]
        for g, c, threat in zip(payoff[a], reply[a], threats, strict=True):
            if g > threat:
                needs.append((c - g) / (c - threat))
            elif not g == threat == c:
                needs.append(Fraction(2))
        return max(needs)

    told = listed(claim["reversion"])
    for step in told:
        fields(step, "start", "joint", "play")
    starts = rising([step["start"] for step in told])
    need(starts[:1] == [ZERO], "the first start")
    for step, start, end in zip(told, starts, [*starts, ONE][1:], strict=True):
        play = game.profile(0, step["play"])
        need(needed(play) <= start and total[play] == number(step["joint"]), "a step of reversion")
        most = max((total[a], min(payoff[a])) for a in payoff if needed(a) < end)
        need(most <= (total[play], min(payoff[play])), "something larger stands")


def switches(table: Any, claim: Any, proof: Any) -> None:
    fields(claim, "kind", "regimes")
    fields(proof, "points")
    game = Game(table)
    need(game.discount is None, "discount factors")
    regimes = listed(claim["regimes"])
    need(len(regimes) > 0, "nothing is claimed")
    before, last = None, Fraction(-1)
    for regime, points in zip(regimes, listed(proof["points"], len(regimes)), strict=True):
        fields(regime, "from", "to", "play", "punish")
        low, high = number(regime["from"]), number(regime["to"])
        need(last < low <= high < 1 and low >= 0, "the discount factors")
        last = high
        for delta, rounds in zip((low, high), listed(points, 2), strict=True):
            elimination = Elimination(game, delta, list(range(len(game.states))))
            need(len(listed(rounds)) > 0, "no rounds")
            for told in rounds:
                elimination.round(told)
            need(stands(elimination, regime), "a regime that does not stand")
            need(delta != low or before is None or not stands(elimination, before), "the regime before still stands")
        before = regime


def stands(elimination: Elimination, regime: Any) -> bool:
    if regime["play"] == [] or regime["punish"] == []:
        need(regime["play"] == regime["punish"] == [], "half a regime")
        return any(left == [] for left in elimination.left.values())
    if not elimination.reached(regime["play"], regime["punish"]):
        return False
    for s, play in zip(elimination.states, regime["play"], strict=True):
        payoff = elimination.game.payoff[s]
        best_of = [a for a in elimination.left[s] if elimination.together(s, a) == elimination.joint[s]]
        if max(min(payoff[a]) for a in best_of) > min(payoff[tuple(play)]):
            return False
    return True


# Payoffs that equilibrium reaches.


class Move:
    """One move of a set, with the (set, chance) pairs that follow it."""

    def __init__(self, now: Vector, weight: Vector, money: Vector, ahead: list[tuple[int, Fraction]]) -> None:
        self.now, self.weight, self.money, self.ahead = now, weight, money, ahead
        self.deviations: list[tuple[int, Fraction, list[tuple[int, Fraction]]]] = []


def moves_of(game: Game, transfers: Fraction) -> list[list[Move]]:
    """Return the moves of each set."""
    deltas, count = game.discount or [], len(game.states)
    acts = []
    for s in range(count):
        moves = {}
        for a in game.profiles(s):
            now = [(1 - d) * g for d, g in zip(deltas, game.payoff[s][a], strict=True)]
            ahead = [(t, q) for t, q in enumerate(game.row[s][a]) if q > 0]
            moves[a] = Move(now, deltas, [ZERO] * len(deltas), ahead)
        for a, move in moves.items():
            for i, own in enumerate(game.actions[s]):
                others = [moves[instead(a, i, action)] for action in own if action != a[i]]
                move.deviations += [(i, other.now[i], other.ahead) for other in others]
        acts.append(list(moves.values()))
    if transfers == 0:
        return acts
    need(len(game.players) == 2 and transfers > 0, "payments")
    money = [transfers * (1 - deltas[0]), -transfers * (1 - deltas[1])]
    paid = [Move([ZERO] * 2, [ONE] * 2, money, [(count + s, ONE)]) for s in range(count)]
    for move in paid:
        move.deviations = [(i, ZERO, move.ahead) for i in range(2)]
    return [[move] for move in paid] + acts


def dot(x: Vector, y: Vector) -> Fraction:
    return sum((a * b for a, b in zip(x, y, strict=True)), ZERO)


def payoff_sets(table: Any, claim: Any, proof: Any) -> None:
    exact_sets = claim["kind"] == "payoff sets"
    fields(claim, "kind", "transfers", *(["payoffs"] if exact_sets else ["inside", "outside"]))
    fields(proof, "acts", "reached", "normals", "steps")
    game, transfers = Game(table), number(claim["transfers"])
    need(game.discount is not None, "no discount factors")
    n, count = len(game.players), len(game.states)
    need(n == 2 or not exact_sets, "more than two players")
    inside = claim["payoffs"] if exact_sets else claim["inside"]
    parts = [*listed(inside, count), *listed(proof["acts"], count if transfers > 0 else 0)]
    points = [[numbers(v, n) for v in listed(part)] for part in parts]
    moves = moves_of(game, transfers)
    check_inside(moves, points, proof["reached"])
    claimed = [sides(part) for part in points[:count]] if exact_sets else outside_of(claim["outside"], n, count)
    Outside(game, transfers, moves, claimed, proof["normals"]).check(proof["steps"])


def check_inside(moves: list[list[Move]], points: list[list[Vector]], reached: Any) -> None:
    worst = [[min(column) for column in zip(*part, strict=True)] for part in points]
    for k, told in enumerate(listed(reached, len(moves))):
        need(not points[k] or all(points[m] for move in moves[k] for m, _ in move.ahead), "nothing follows")
        for v, part in zip(points[k], listed(told, len(points[k])), strict=True):
            fields(part, "move", "paid", "draws")
            move, paid = moves[k][index(part["move"], len(moves[k]))], number(part["paid"])
            need(abs(paid) <= 1 and (paid == 0 or any(move.money)), "paid")
            made = plus((1, move.now), (paid, move.money))
            for (m, q), draw in zip(move.ahead, listed(part["draws"], len(move.ahead)), strict=True):
                w = drawn(draw, points[m])
                made = [x + d * q * y for x, d, y in zip(made, move.weight, w, strict=True)]
            need(made == v, "a point that is not made")
            for i, now, ahead in move.deviations:
                need(v[i] >= now + move.weight[i] * sum(q * worst[m][i] for m, q in ahead), "a deviation gains")


def drawn(told: Any, points: list[Vector]) -> Vector:
    shares = [ZERO] * len(points)
    for pair in listed(told):
        where, share = listed(pair, 2)
        need(shares[index(where, len(points))] == 0 and number(share) > 0, "a share")
        shares[where] = number(share)
    need(sum(shares) == 1, "shares do not sum to 1")
    return combine(shares, points)


Halfspaces = list[tuple[Vector, Fraction]] | None


def sides(points: list[Vector]) -> Halfspaces:
    """Return the half-planes that meet in the hull of vertices told counter-clockwise."""
    if not points:
        return None
    normals = [[-ONE, ZERO], [ZERO, -ONE], [ONE, ZERO], [ZERO, ONE]]
    for (a, b), (c, d) in zip(points, points[1:] + points[:1], strict=True) if len(points) > 1 else []:
        normal = [x / (abs(c - a) + abs(d - b)) for x in (d - b, a - c)]
        need(dot(normal, [a, b]) == max(dot(normal, v) for v in points), "not the vertices counter-clockwise")
        normals.append(normal)
    return [(normal, max(dot(normal, v) for v in points)) for normal in normals]


def outside_of(told: Any, n: int, count: int) -> list[Halfspaces]:
    claimed = list[Halfspaces]()
    for part in listed(told, count):
        if part is None:
            claimed.append(None)
            continue
        halfspaces = [(numbers(listed(pair, 2)[0], n), number(pair[1])) for pair in listed(part)]
        normals = [normal for normal, _ in halfspaces]
        need(all(normals.count(normal) == 1 for normal in normals), "a direction twice")
        claimed.append(halfspaces)
    return claimed


class Outside:
    """The levels that bound every equilibrium payoff, step by step."""

    def __init__(
        self, game: Game, transfers: Fraction, moves: list[list[Move]], claimed: list[Halfspaces], normals: Any
    ) -> None:
        n = len(game.players)
        self.n, self.moves, self.claimed = n, moves, claimed
        self.left = [set(range(len(own))) for own in moves]
        self.empty = [False] * len(moves)
        self.normals = list[list[Vector]]()
        for k, more in enumerate(listed(normals, len(moves))):
            directions = [[Fraction(-(i == j)) for j in range(n)] for i in range(n)]
            for normal, _ in claimed[k] or [] if k < len(claimed) else []:
                directions += [normal] * (normal not in directions)
            for told in listed(more):
                need(numbers(told, n) not in directions, "a direction twice")
                directions.append(numbers(told, n))
            self.normals.append(directions)
        payoffs = [g for own in game.payoff for g in own.values()]
        low = [min(column) - transfers for column in zip(*payoffs, strict=True)]
        high = [max(column) + transfers for column in zip(*payoffs, strict=True)]
        self.levels = [
            [sum((max(x * a, x * b) for x, a, b in zip(v, low, high, strict=True)), ZERO) for v in directions]
            for directions in self.normals
        ]

    def bound(self, move: Move, normal: Vector, told: Any) -> Callable[[list[Vector]], Fraction]:
        """Return the right side of (3) as a function of the levels."""
        fields(told, "tempted", "ahead")
        p, tempted = list(normal), list[tuple[int, Fraction]]()
        for d, z in told["tempted"]:
            need(number(z) > 0, "a multiplier")
            tempted.append((index(d, len(move.deviations)), number(z)))
            p[move.deviations[d][0]] += number(z)
        weighted = [w * x for w, x in zip(move.weight, p, strict=True)]
        used = list[list[tuple[int, Fraction]]]()
        for (k, _), pairs in zip(move.ahead, listed(told["ahead"], len(move.ahead)), strict=True):
            total, own = [ZERO] * self.n, list[tuple[int, Fraction]]()
            for j, y in pairs:
                need(number(y) > 0, "a multiplier")
                own.append((index(j, len(self.normals[k])), number(y)))
                total = plus((1, total), (number(y), self.normals[k][j]))
            need(total == weighted, "multipliers that do not add up")
            used.append(own)

        def right(levels: list[Vector]) -> Fraction:
            value = dot(p, move.now) + abs(dot(p, move.money))
            for (k, q), own in zip(move.ahead, used, strict=True):
                value += q * sum((y * levels[k][j] for j, y in own), ZERO)
            for d, z in tempted:
                i, now, ahead = move.deviations[d]
                value += z * (move.weight[i] * sum((q * levels[k][i] for k, q in ahead), ZERO) - now)
            return value

        return right

    def check(self, steps: Any) -> None:
        for told in listed(steps):
            fields(told, "never", "levels", "bounds")
            self.remove(told["never"])
            self.lower(told["levels"], listed(told["bounds"]))
        for s, halfspaces in enumerate(self.claimed):
            if self.empty[s]:
                continue
            need(halfspaces is not None, "a state that is not shown to have no equilibrium")
            for normal, level in halfspaces or []:
                need(level >= self.levels[s][self.normals[s].index(normal)], "a level that is not shown")

    def remove(self, never: Any) -> None:
        for k, m, told in listed(never):
            move = self.moves[index(k, len(self.moves))][index(m, len(self.moves[k]))]
            need(not self.empty[k] and m in self.left[k], "a move that is gone already")
            need(self.bound(move, [ZERO] * self.n, told)(self.levels) < 0, "a move that is not shown to make nothing")
            self.left[k].remove(m)
        for _ in self.moves:
            for k, own in enumerate(self.moves):
                gone = any(self.empty[m] for move in own for m, _ in move.ahead)
                self.empty[k] = self.empty[k] or gone or not self.left[k]

    def lower(self, told: Any, bounds_: list[Any]) -> None:
        new = list[Vector]()
        for k, row in enumerate(listed(told, len(self.moves))):
            new.append(numbers(row, 0 if self.empty[k] else len(self.normals[k])))
            need(all(x <= y for x, y in zip(new[k], self.levels[k], strict=False)), "a level that rises")
        entries = iter(bounds_)
        for k, row in enumerate(new):
            for j, level in enumerate(row):
                for m in sorted(self.left[k]) if level < self.levels[k][j] else []:
                    right = self.bound(self.moves[k][m], self.normals[k][j], next(entries))
                    need(right(self.levels) < self.levels[k][j] and right(new) <= level, "a level that is not shown")
        need(next(entries, None) is None, "a bound too many")
        self.levels = new


KINDS: dict[str, Callable[[Any, Any, Any], None]] = {
    "partnership": partnership, "nash": nash, "correlated": correlated, "coarse": correlated, "minmax": minmax,
    "dominance": dominance, "automaton": automaton, "contract": contract, "no contract": no_contract, "steps": steps,
    "switches": switches, "payoff sets": payoff_sets, "payoff bounds": payoff_sets,
}  # fmt: skip
