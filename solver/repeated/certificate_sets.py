"""Certificates of payoffs that equilibrium reaches, without money or with payments up to a cap.

Claims, proofs and why they are right: ``solver.proof.payoff_sets``. A vertex is made by the first play found for it
that nobody gains by leaving; that nothing lies beyond is found by ``solver.repeated.descent``. What is not known
exactly is certified from both sides, with bounds a little wider than those told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from typing import Any

from games.errors import ScenarioError, refuse
from games.stochastic import StochasticGame
from games.tables import game_table, number
from solver.exact import EXACT, FAST, fraction, rational
from solver.proof.checker import SCHEMA, check
from solver.proof.payoff_sets import Move, Vector, box, moves, sides
from solver.repeated.bounds import directions as simple_directions
from solver.repeated.descent import Descent
from solver.repeated.draws import draws
from solver.repeated.from_inside import kept_up
from solver.repeated.move_duals import Levels, Step, dot
from solver.repeated.outside import Outer, beginning, shrink
from solver.repeated.polygons import hull
from solver.repeated.recursion import generate, recursion
from solver.results.repeated import PayoffBounds, PayoffSets, Point

Points = list[Vector]
MORE = (0, 4, 16)
"""How many directions, evenly spread, are added where those of the sets' own sides are not enough; from the second on
those of the sides of what the first rounds from outside leave are added too."""
ROUNDS, PLAIN, LONG = 12, 20, 0.1
"""How many rounds that is, the largest denominator of such a direction, and how long a side must be to matter (in
lengths of the longest)."""
SHORT = 10**12
"""The largest denominator of a direction that stands for a side told in floats."""


def certificate(game: StochasticGame, result: PayoffSets | PayoffBounds) -> dict[str, Any]:
    """Return a certificate of payoff sets, or of bounds on them.

    Returns
    -------
    dict : ``game`` with the discount factors that were asked, ``claim`` and ``proof`` as the checker reads them.

    Raises
    ------
    ScenarioError : no exact certificate was found.
    """
    asked = replace(game, discount=tuple(Fraction(result.discount[player]) for player in game.players))
    cap = Fraction(result.transfers) if isinstance(result, PayoffSets) else Fraction(0)
    question = Question(asked, cap, moves(asked, cap))
    if isinstance(result, PayoffSets) and result.proof == "exact":
        claim, proof = _exactly(question, result)
    else:
        claim, proof = _between(question, result)
    found = {"game": game_table(asked), "claim": claim, "proof": proof}
    verdict = check({"schema": SCHEMA, **found, "source": None})
    if not verdict.valid:
        raise _none(f"the checker says '{verdict.reasons[0]}'")
    return found


def _none(why: str) -> ScenarioError:
    return refuse("--certificate", f"no exact certificate was found: {why}", "leave it out: the answer stands as told")


@dataclass(frozen=True, eq=False)
class Question:
    """A game with its discount factors, the cap on payments, and the moves that make each set."""

    game: StochasticGame
    cap: Fraction
    ways: list[list[Move]]

    @property
    def axes(self) -> Points:
        """Return the directions of threats, and their reverses."""
        players = range(len(self.game.players))
        return [tuple(Fraction(sign * (i == j)) for j in players) for sign in (-1, 1) for i in players]

    @property
    def threats(self) -> Points:
        """Return the directions that every set has."""
        return self.axes[: len(self.game.players)]

    def down(self, normals: list[Points], goal: Levels | None) -> tuple[list[Step], Levels] | None:
        """Return the steps down from everything to the goal (None: as far as it goes), and the levels there."""
        each = zip(*(v for stage in self.game.stages for v in stage.payoffs.values()), strict=True)
        unit = float(max(max(own) - min(own) for own in each) or 1)
        top = [[box(self.game, self.cap)(n) for n in own] for own in normals]
        return Descent(self.ways, normals, unit, float(max(self.game.discount or (0,)))).steps(top, goal)


def _exactly(question: Question, result: PayoffSets) -> tuple[Step, Step]:
    """Return claim and proof that the sets told are the equilibrium payoffs."""
    payoffs: list[Points] = [[(Fraction(x), Fraction(y)) for x, y in state.vertices] for state in result.states]
    acts = _acts(question, payoffs) if question.cap else []
    sets, size = payoffs + acts, len(payoffs)
    reached = [[_reached(question.ways[k], sets, v) for v in own] for k, own in enumerate(sets)]
    own_sides = [list(sides(own)) if own else [] for own in sets]
    for count in MORE:
        more = _rounds(question) if count else [[] for _ in payoffs]
        normals = [_distinct(question.axes, own, more[k % size], _fan(count)) for k, own in enumerate(own_sides)]
        goal = [
            [max(dot(n, v) for v in own) for n in directions] if own else []
            for own, directions in zip(sets, normals, strict=True)
        ]
        found = question.down(normals, goal)
        if found is not None:
            known = [_distinct(question.threats, own if k < size else []) for k, own in enumerate(own_sides)]
            claim = {"kind": "payoff sets", "transfers": number(question.cap), "payoffs": _table(payoffs)}
            return claim, _proof(acts, reached, known, normals, found[0])
    raise _none("no way was found to show in exact numbers that nothing lies beyond the sets")


def _between(question: Question, result: PayoffSets | PayoffBounds) -> tuple[Step, Step]:
    """Return claim and proof of bounds: payoffs that are reached, and half-spaces that are not left."""
    told, directions = _inside(question, result), _directions(result)
    acts = _acts(question, told) if question.cap and all(told) else []
    sets = told + (acts or [[] for _ in question.ways[len(told) :]])
    reached = [[_reached(question.ways[k], sets, v) for v in own] for k, own in enumerate(sets)]
    size, shared = len(told), _distinct(*directions)
    normals = [_distinct(question.axes, directions[k] if k < size else shared) for k in range(len(question.ways))]
    found = question.down(normals, None)
    if found is None:
        raise _none("no way was found to show in exact numbers how far out equilibrium may reach")
    outside = [
        [[list(map(number, n)), number(own[normals[k].index(n)])] for n in directions[k]] if own else None
        for k, own in enumerate(found[1][:size])
    ]
    known = [_distinct(question.threats, directions[k] if k < size and outside[k] else [])
             for k in range(len(question.ways))]  # fmt: skip
    claim = {"kind": "payoff bounds", "transfers": number(question.cap), "inside": _table(told), "outside": outside}
    return claim, _proof(sets[size:], reached, known, normals, found[0])


def _proof(acts: list[Points], reached: Any, known: list[Points], normals: list[Points], steps: list[Step]) -> Step:
    extra = [[n for n in own if n not in first] for own, first in zip(normals, known, strict=True)]
    return {"acts": _table(acts), "reached": reached, "normals": _table(extra), "steps": steps}


def _table(sets: Iterable[Points]) -> list[list[list[str]]]:
    return [[list(map(number, v)) for v in own] for own in sets]


def _distinct(*lists: Iterable[Vector]) -> Points:
    return list(dict.fromkeys(chain(*lists)))


def _fan(count: int) -> Points:
    """Return directions of two players, evenly spread over the square |x| + |y| = 1, beside the axes."""
    out: Points = []
    for k in range(count):
        share = Fraction(2 * (k // 4) + 1, count // 2)
        x, y = 1 - share, share
        out.append([(x, y), (-y, x), (-x, -y), (y, -x)][k % 4])
    return out


def _rounds(question: Question) -> list[Points]:
    """Return, by state, the directions of the long sides of the sets that the first rounds from outside leave."""
    fast = recursion(question.game, question.game.discount or (), question.cap, FAST)
    outer, out = beginning(fast), [Points() for _ in question.game.states]
    for rounds in range(ROUNDS):
        outer = shrink(fast, outer, 0.0, rounds + 1)
        for own, p in zip(out, outer.sets, strict=True):
            normals = [(d - b, a - c) for (a, b), (c, d) in zip(p, (*p[1:], *p[:1]), strict=True)]
            longest = max((abs(x) + abs(y) for x, y in normals), default=0.0)
            own += [_short(n, PLAIN) for n in normals if abs(n[0]) + abs(n[1]) > LONG * longest]
    return [_distinct(own) for own in out]


def _inside(question: Question, result: PayoffSets | PayoffBounds) -> list[Points]:
    """Return exact payoffs that are reached, near those told; none where none were found."""
    if isinstance(result, PayoffBounds):
        told: list[Any] = [state.inner for state in result.states]
    else:
        told = list(result.inside) or _kept_up(question, [state.vertices for state in result.states])
    exact = all(isinstance(x, (Fraction, int)) for own in told for v in own for x in v)
    return [[tuple(Fraction(x) for x in v) for v in dict.fromkeys(own)] if exact and all(told) else [] for own in told]


def _kept_up(question: Question, told: Sequence[Sequence[Point]]) -> list[Points]:
    """Return rational sets that generate themselves, near sets told in floats; empty ones where none were found."""
    game, discount = question.game, question.game.discount or ()
    fast, exact = (recursion(game, discount, question.cap, numbers) for numbers in (FAST, EXACT))
    sets = tuple(tuple((float(x), float(y)) for x, y in own) for own in told)
    found = kept_up(fast, exact, Outer(sets, tuple(range(len(fast.table.state))), 0, 0.0)) if all(sets) else None
    inside = found[1] if found is not None else [()] * len(sets)
    return [[(fraction(x), fraction(y)) for x, y in own] for own in inside]


def _directions(result: PayoffSets | PayoffBounds) -> list[Points]:
    """Return, by state, the directions in which what is told is bounded."""
    players = range(len(result.players))
    axes = [tuple(Fraction(sign * (i == j)) for j in players) for sign in (-1, 1) for i in players]
    if isinstance(result, PayoffBounds):
        simple = simple_directions(len(players))
        told = [[h.direction for h in state.outer] or simple for state in result.states]
        return [_distinct(axes, (tuple(Fraction(float(x)) for x in n) for n in own)) for own in told]
    out = []
    for own in (state.vertices for state in result.states):
        points = [(float(x), float(y)) for x, y in own]
        normals = [(d - b, a - c) for (a, b), (c, d) in zip(points, points[1:] + points[:1], strict=True)]
        short = [_short(n, SHORT) for n in normals if any(n)]
        out.append(_distinct(axes, short, _fan(4)))
    return out


def _short(n: tuple[float, float], most: int) -> Vector:
    """Return a direction of size |x| + |y| = 1 with a small denominator."""
    x = Fraction(n[0] / (abs(n[0]) + abs(n[1]))).limit_denominator(most)
    return x, (1 - abs(x)) * (1 if n[1] > 0 else -1)


def _acts(question: Question, payoffs: list[Points]) -> list[Points]:
    """Return what equilibrium reaches once payments are made, where these are the payoffs before."""
    exact = recursion(question.game, question.game.discount or (), question.cap, EXACT)
    polygons = tuple(hull((rational(x), rational(y)) for x, y in own) for own in payoffs)
    rows = [r for r, draw in enumerate(exact.lottery) if all(polygons[s] for s in exact.lotteries[draw][0])]
    made = generate(exact, polygons, rows).act
    return [[(fraction(x), fraction(y)) for x, y in p] if own else [] for p, own in zip(made, payoffs, strict=True)]


def _reached(ways: Sequence[Move], sets: list[Points], v: Vector) -> Step:
    """Return the first move that makes a payoff and that nobody gains by leaving, with draws over what follows."""
    for m in sorted(range(len(ways)), key=lambda m: sum(abs(x - g) for x, g in zip(v, ways[m].now, strict=True))):
        move = ways[m]
        kept = all(
            v[i] >= now + move.weight[i] * sum(q * min(u[i] for u in sets[t]) for t, q in row)
            for i, now, row in move.instead
        )
        found = draws(
            tuple(x - g for x, g in zip(v, move.now, strict=True)),
            [[tuple(w * q * x for w, x in zip(move.weight, u, strict=True)) for u in sets[t]] for t, q in move.next],
            move.money,
        ) if kept else None  # fmt: skip
        if found is not None:
            drawn, paid = [[[k, number(x)] for k, x in sorted(own.items())] for own in found[0]], number(found[1])
            return {"move": m, "paid": paid, "draws": drawn}
    raise _none(f"no play was found that reaches the payoff ({', '.join(f'{float(x):.6g}' for x in v)})")
