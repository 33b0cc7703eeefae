"""From the sets found from outside to an answer that says how sure it is.

    exact           the vertices are rational, generate themselves in rationals, and nothing lies outside them
                    (``solver.repeated.fixed_points``, ``solver.repeated.enclosure``)
    within e        rational sets that generate themselves are at most e from the sets found from outside, so what is
                    told is at most e from the truth (``solver.repeated.from_inside`` where there is no fixed point)
    none: why       the iteration was cut off, or came to rest on sets inside which nothing was found that generates
                    itself: only an outer bound

The outside rests on floats that exceed the truth by far less than e. One state without money takes the operator R
(``solver.repeated.one_state``); everything else the recursion B (``solver.repeated.outside``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, log10
from typing import Any

from games.errors import refuse
from games.stochastic import StochasticGame
from solver.exact import EXACT, FAST, fraction
from solver.repeated.enclosure import nothing_outside
from solver.repeated.fixed_points import Near, fixed_point, generates_itself, inner, recognised, recognised_vertices
from solver.repeated.from_inside import GOOD, LONGER, kept_up
from solver.repeated.one_state import limit_set
from solver.repeated.outside import STILL, Outer, beginning, estimated_error, shrink, spread
from solver.repeated.polygons import Polygon, distance, hull
from solver.repeated.recursion import Recursion, Sets, everything, generate, recursion, without_the_doomed
from solver.results import Number

STAGES = (1e-3, 1e-5, 1e-8, 1e-12)
"""Estimated errors, in units of the payoffs' spread, at which a proof is tried: most succeed long before the last."""
LARGE = 300_000
"""Rows times vertices up to which the outside is decided in rationals."""
INSIDE = "every vertex told is reached; that nothing lies beyond is known within the error stated"
COARSE = 1e-2
"""An error, in units of the payoffs' spread, above which sets from inside say too little."""
CUT_OFF = "none: cut off after {} rounds; the sets only contain the equilibrium payoffs"
UNPROVEN = "none: the iteration came to rest, but that all of these payoffs are reached could not be shown"
DIGITS = 10
"""Digits, in units of the payoffs' spread, to which two coordinates are the same."""
ROUNDS = 50_000
"""Rounds after which the iteration is cut off."""
SHORT = 80
"""Steps from everything to nothing up to which emptiness is decided in rationals."""


@dataclass(frozen=True)
class Answer:
    """The sets by state (Fractions where exact), and how they were found."""

    sets: tuple[tuple[tuple[Number, Number], ...], ...]
    rounds: int
    converged: bool
    error: Number
    proof: str
    notes: tuple[str, ...] = ()
    inside: tuple[tuple[tuple[Fraction, Fraction], ...], ...] = ()
    """Where the sets are told in floats: rational ones that generate themselves, for the play that reaches them."""

    def joint(self, start: int) -> Number | None:
        """Return the best joint value in a state, or None where its set is empty."""
        return max((x + y for x, y in self.sets[start]), default=None)


def check(game: StochasticGame, discount: tuple[Fraction, ...], start: int) -> None:
    """Refuse a question that this method cannot be asked."""
    if len(game.players) != 2:
        raise refuse("players", f"{len(game.players)} players, not 2", "ask for bounds (n players) or free transfers")
    if len(discount) != 2:
        raise refuse("discount", f"{len(discount)} discount factors for 2 players", "give one for each player")
    for name, delta in zip(game.players, discount, strict=True):
        if not 0 <= delta < 1:
            raise refuse(f"discount.{name}", f"{delta} is not in [0, 1)", "a year's patience of 0.95 is usual")
    if not 0 <= start < len(game.states):
        raise refuse("start", f"no state number {start}", f"there are {len(game.states)} states, from 0 on")


def enough_money(game: StochasticGame, delta: Fraction) -> Fraction:
    """Return a cap from which on payments are as good as unlimited (``capped``), for one discount factor."""
    points = [p for stage in game.stages for p in stage.payoffs.values()]
    width = max(map(sum, points)) - min(p[0] for p in points) - min(p[1] for p in points)
    return Fraction(width) / (1 - delta)


def answer(game: StochasticGame, discount: Sequence[Fraction], cap: Fraction, max_rounds: int) -> Answer:
    """Return the equilibrium payoffs of two players with payments up to ``cap``.

    Without money each player's payoffs are counted from its lowest, in units of its own spread, so that tolerances mean
    the same to both, whatever their payoffs are in. Money has one unit for both, and the game stays as it is.
    """
    if cap:
        return _answer(game, discount, cap, max_rounds)
    each = tuple(zip(*(v for stage in game.stages for v in stage.payoffs.values()), strict=True))
    low = [min(own) for own in each]
    units = [max(own) - least or Fraction(1) for own, least in zip(each, low, strict=True)]
    found = _answer(_counted(game, low, units), discount, cap, max_rounds)
    sets = tuple(tuple((_back(x, units[0], low[0]), _back(y, units[1], low[1])) for x, y in p) for p in found.sets)
    error = found.error * max(units)
    proof = within(float(error)) if found.proof.startswith("within") else found.proof
    inside = tuple(tuple((x * units[0] + low[0], y * units[1] + low[1]) for x, y in p) for p in found.inside)
    return replace(found, sets=sets, error=error, proof=proof, inside=inside)


def _counted(game: StochasticGame, low: Sequence[Fraction], units: Sequence[Fraction]) -> StochasticGame:
    """Return the game with each player's payoffs counted from its lowest, in a unit of its own."""
    stages = []
    for stage in game.stages:
        pairs = stage.payoffs.items()
        counted = {p: tuple((x - a) / b for x, a, b in zip(own, low, units, strict=True)) for p, own in pairs}
        stages.append(replace(stage, payoffs=counted))
    return replace(game, stages=tuple(stages))


def _back(value: Number, unit: Fraction, low: Fraction) -> Number:
    return value * unit + low if isinstance(value, Fraction) else value * float(unit) + float(low)


def _answer(game: StochasticGame, discount: Sequence[Fraction], cap: Fraction, max_rounds: int) -> Answer:
    fast, exact = recursion(game, discount, cap, FAST), recursion(game, discount, cap, EXACT)
    # Where patience differs the sets mostly have vertices without number: no proof comes early.
    outer, stages = beginning(fast), STAGES if _in_steps(fast) else STAGES[-1:]
    found: Answer | Near | None = None
    for error in stages:
        if isinstance(found, Near) and error != stages[-1]:
            continue
        outer = approached(fast, outer, error, max_rounds)
        if not any(outer.sets):
            return _nothing(exact, outer)
        if not settled(fast, outer, error):
            break
        found = _proven(fast, exact, outer, last=error == STAGES[-1])
        if isinstance(found, Answer):
            return found
    return _enclosed(fast, exact, outer, settled(fast, outer, STAGES[-1]))


def approached(fast: Recursion, outer: Outer, error: float, max_rounds: int) -> Outer:
    """Return the sets from outside after as many rounds as the estimated error asks for."""
    if _by_profiles(fast):
        payoffs = fast.table.payoffs.reshape(2, *fast.table.shape[0])
        limit = limit_set(payoffs, fast.discount[0], STAGES[-1], max_rounds)
        return Outer((limit.vertices,), limit.rows, limit.rounds, limit.step)
    return shrink(fast, outer, error * spread(fast), max_rounds)


def _by_profiles(fast: Recursion) -> bool:
    """Return whether the operator R of one state applies."""
    first, second = fast.discount
    return len(fast.table.shape) == 1 and first == second > 0 and not fast.payment


def _in_steps(fast: Recursion) -> bool:
    return fast.discount[0] == fast.discount[1] and not _by_profiles(fast)


def settled(fast: Recursion, outer: Outer, error: float) -> bool:
    """Return whether the estimated error is as small as asked for, or as small as floats allow."""
    return estimated_error(fast, outer) <= 4 * error * spread(fast) or outer.step <= STILL * spread(fast)


def _proven(fast: Recursion, exact: Recursion, outer: Outer, last: bool) -> Answer | Near | None:
    """Return an answer, or a fixed point that is irrational (to be told at the last stage), or None: not yet."""
    near = fixed_point(fast, exact, outer)
    if near is None:
        return None
    sets = recognised(near)
    if sets is None:
        return _irrational(fast, exact, near, outer) if last else near
    if not generates_itself(exact, sets, outer.rows):
        return None
    size = len(outer.rows) * sum(map(len, sets))
    if size <= LARGE and nothing_outside(fast, exact, sets, outer):
        return Answer(_told(sets, fraction), outer.rounds, True, Fraction(0), "exact")
    if not last:
        return None
    error = _apart(outer.sets, sets)
    return Answer(_told(sets, fraction), outer.rounds, True, error, within(error), (INSIDE,))


def _irrational(fast: Recursion, exact: Recursion, near: Near, outer: Outer) -> Answer | None:
    simple = recognised_vertices(near)
    smaller = inner(fast, exact, near, outer.rows, simple)
    if smaller is None:
        simple, smaller = {}, inner(fast, exact, near, outer.rows, {})
    if smaller is None:
        return None
    error = max(_apart(outer.sets, smaller), _apart(near.sets, smaller))
    known: dict[Any, tuple[Number, Number]] = {v: (fraction(w[0]), fraction(w[1])) for v, w in simple.items()}
    told = tuple(_turned([known.get(v, (float(v[0]), float(v[1]))) for v in p]) for p in near.sets)
    notes = ("vertices told as fractions are reached exactly",) if known else ()
    return Answer(told, outer.rounds, True, error, within(error), notes)


def _turned(points: list[tuple[Number, Number]]) -> tuple[tuple[Number, Number], ...]:
    """Return the points from the leftmost and lowest on, which rounding may have changed."""
    first = min(range(len(points)), key=lambda k: [round(float(x), DIGITS) for x in points[k]], default=0)
    return (*points[first:], *points[:first])


def _apart(outer: Sets, inside: Sets) -> float:
    return max(map(distance, outer, inside))


def _nothing(exact: Recursion, outer: Outer) -> Answer:
    """Return the answer that there is no equilibrium, decided in rationals where it takes few steps."""
    proof = "exact" if _vanishes(exact) else within(0.0)
    return Answer(tuple(() for _ in outer.sets), outer.rounds, True, Fraction(0), proof)


def _vanishes(exact: Recursion) -> bool:
    sets, rows = everything(exact), tuple(range(len(exact.table.state)))
    if len(rows) > LARGE // 200:
        return False
    for _ in range(SHORT):
        if not any(sets):
            return True
        rows = tuple(r for r in rows if all(sets[s] for s in exact.lotteries[exact.lottery[r]][0]))
        sets = without_the_doomed(exact, generate(exact, sets, rows).sets)
    return not any(sets)


def _enclosed(fast: Recursion, exact: Recursion, outer: Outer, converged: bool) -> Answer:
    """Return rational sets inside with how far they are from those outside, or those outside without proof."""
    unit, left = spread(fast), estimated_error(fast, outer)
    found = kept_up(fast, exact, outer) if converged or left <= GOOD * unit else None
    if found is not None and found[0] <= COARSE * unit:
        error, inside = found
        exactly = tuple(tuple((fraction(x), fraction(y)) for x, y in p) for p in inside)
        return Answer(tuple(map(_readable, inside)), outer.rounds, True, error, within(error), (INSIDE,), exactly)
    tidy = tuple(hull(p, 1e-10 * unit) for p in outer.sets)
    proof = UNPROVEN if converged else CUT_OFF.format(outer.rounds)
    return Answer(_told(tidy, float), outer.rounds, converged, float("inf"), proof)


def _readable(p: Polygon) -> tuple[tuple[Number, Number], ...]:
    """Return vertices as fractions where these are short, else in floats."""
    points = [(fraction(x), fraction(y)) for x, y in p]
    short = [max(x.denominator, y.denominator) <= LONGER for x, y in points]
    return _turned([v if s else (float(v[0]), float(v[1])) for v, s in zip(points, short, strict=True)])


def _told(sets: Iterable[Polygon], number: Any) -> tuple[tuple[tuple[Number, Number], ...], ...]:
    return tuple(tuple((number(x), number(y)) for x, y in p) for p in sets)


def within(error: float) -> str:
    """Return the proof of an error: the power of ten that it is below, 1e-9 at least."""
    return f"within 1e{max(-9, ceil(log10(error)) if error > 0 else -9)}"
