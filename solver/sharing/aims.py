"""The aims: which of all arrangements that hold is best.

    cheapest           least discounted cost to a named payer (or to all givers)
    fairest            largest smallest gain, then the next, to the end (leximin)
    robust             largest margin against errors in the payoffs
    proportional       gains in proportion to contributions, as far as that goes
    kalai-smorodinsky  every actor gets the same, largest, share of the most it could gain
    nash               largest product of gains, by tangent cuts until the gap is below 1e-9

A gain is V_i(s0) - outside_i(s0): the slack of the join row. Among the best, the cheapest arrangement is returned.
References: Kalai & Smorodinsky 1975; Nash 1950; leximin by the duals of successive programmes (a positive dual means
that the gain is the same in *every* optimum), as for the nucleolus in Maschler, Peleg & Shapley 1979.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import log
from typing import Any

import numpy as np

from solver.exact import Array, fraction
from solver.results import spelled
from solver.sharing.optimum import Bonus, Extra, Optimum, as_float, join_rows, margins, optimise, untouched
from solver.sharing.rows import Program
from solver.sparse import Entries, entries

AIMS = ("cheapest", "fairest", "robust", "nash", "proportional", "kalai-smorodinsky", "patience")
NASH_ROUNDS, NASH_GAP = 200, 1e-9
LEXIMIN_ROUNDS = 60


@dataclass(frozen=True, eq=False)
class Best:
    """The arrangement that an aim chose: its point, the aim's value, and the optimum whose duals price the limits.

    ``exact``: proven best in rationals, for the programme it was found in. ``doubt``: why that may not be all.
    """

    x: Array
    value: Any
    optimum: Optimum
    exact: bool
    note: str = ""
    doubt: str = ""


def best(program: Program, aim: str, payer: str | None = None) -> Best | None:
    """Return the best arrangement for an aim, or None if no arrangement holds.

    Parameters
    ----------
    aim : one of ``AIMS`` but ``patience`` (which chooses the discount factor and not the arrangement).
    payer : for ``cheapest``, the giver whose cost counts (None: all givers together).
    """
    chooser: dict[str, Callable[[Program], Best | None]] = {
        "cheapest": lambda p: _cheapest(p, payer),
        "fairest": _fairest,
        "robust": _robust,
        "nash": _nash,
        "proportional": lambda p: _proportional(p, _contributions(p)),
        "kalai-smorodinsky": _kalai_smorodinsky,
    }
    return chooser[aim](program)


def price(program: Program, payer: str | None = None) -> Array:
    """Return what a unit of every column costs its giver, discounted and averaged from the start state."""
    out = program.arithmetic.zeros(len(program.columns))
    for name, block in program.spending.items():
        if payer in (None, name):
            weights = program.weights[name]
            out[block.columns] = out[block.columns] + weights @ block.coefficient
    return out


def _cheapest(
    program: Program, payer: str | None, bonus: Bonus | None = None, extras: tuple[Extra, ...] = ()
) -> Best | None:
    """Minimise the cost; then the levels that cost the payer nothing (unreachable states, others' gifts)."""
    cost = price(program, payer)
    first = optimise(program, cost, bonus, extras)
    if not first.found:
        return None
    x, exact = first.x, first.exact
    if any(c == 0 for c in cost):
        paid = Extra(entries(-cost), _loosened(program, -first.objective))
        rest = optimise(program, _rest(program, cost), bonus, (*extras, paid))
        x, exact = (rest.x, exact and rest.exact) if rest.found else (x, False)
    return Best(x, first.objective, first, exact)


def _rest(program: Program, cost: Array) -> Array:
    one, zero = program.arithmetic.number(Fraction(1)), program.arithmetic.number(Fraction(0))
    everyone = price(program)
    out = np.array([zero if c > 0 else one for c in cost], dtype=cost.dtype)
    return out + np.where(cost > 0, zero, everyone)


def _loosened(program: Program, right: Any) -> Any:
    """Return a right-hand side that the optimum just found satisfies in floats too."""
    return right if program.arithmetic.exact else right - 1e-9 * (1 + abs(right))


def _robust(program: Program) -> Best | None:
    bonus = margins(program)
    first = optimise(program, bonus=bonus)
    if not first.found or as_float(first.t) < -1e-9:
        return None
    found = _then_cheapest(program, first, bonus)
    other = untouched(program)
    if other is None or other[0] >= as_float(first.t):
        return found
    row = other[1]
    who, where = program.situation.partnership.actors[row.actor].name, program.situation.states[row.state].name
    return replace(
        found, note=f"what no sharing touches bears {100 * other[0]:.3g} %: {who} and '{row.deviation}' in {where}"
    )


def _then_cheapest(program: Program, first: Optimum, bonus: Bonus, extras: tuple[Extra, ...] = ()) -> Best:
    """Return the cheapest of the arrangements that reach the t of ``first``."""
    held = replace(bonus, cost=0, low=_loosened(program, first.t))
    second = _cheapest(program, None, held, extras)
    if second is None:
        return Best(first.x, first.t, first, False)
    return Best(second.x, first.t, first, first.exact and second.exact)


def gains(program: Program, x: Array) -> list[Any]:
    """Return what each actor gains from the agreement at x."""
    slacks = program.slacks(x)
    return [slacks[k] for k in join_rows(program)]


def _gain_rows(program: Program) -> tuple[Array, list[Entries]]:
    """Return every actor's gain: its constant, and its coefficients by column."""
    joins = [
        entries(block.coefficient[k], block.columns)
        for block in program.blocks
        for k, row in enumerate(block.rows)
        if row.stage == "join"
    ]
    return program.constants()[join_rows(program)], joins


def _together(program: Program, rows: list[Entries], weights: Any) -> Array:
    """Return the weighted sum of rows given by their entries."""
    out = program.arithmetic.zeros(len(program.columns))
    for row, weight in zip(rows, weights, strict=True):
        for j, a in row.items():
            out[j] = out[j] + weight * a
    return out


def shares(program: Program, weights: list[Any]) -> tuple[Bonus, list[Extra]]:
    """Return a variable t and the rows gain_i >= weight_i t."""
    constants, matrix = _gain_rows(program)
    numbers = program.arithmetic
    bonus = Bonus(numbers.zeros(len(program.rows)), cost=-1)
    t = len(program.columns)
    extras = [
        Extra({**row, t: -weight} if weight else row, -constant)
        for row, constant, weight in zip(matrix, constants, weights, strict=True)
    ]
    return bonus, extras


def _fairest(program: Program) -> Best | None:
    numbers, count = program.arithmetic, len(join_rows(program))
    one, zero = numbers.number(Fraction(1)), numbers.number(Fraction(0))
    fixed: dict[int, Any] = {}
    first: Optimum | None = None
    exact, rounds = True, 0
    while len(fixed) < count and rounds < LEXIMIN_ROUNDS:
        rounds += 1
        bonus, extras = shares(program, [zero if i in fixed else one for i in range(count)])
        for i, value in fixed.items():
            extras[i] = Extra(extras[i].coefficient, extras[i].right + _loosened(program, value))
        step = optimise(program, bonus=bonus, extras=extras)
        if step.status == "unbounded":
            return _unbounded(program, first)
        if not step.found:
            return None
        first, exact = first or step, exact and step.exact
        settled = _settled(program, step, fixed)
        if not settled:
            break
        fixed.update(dict.fromkeys(settled, step.t))
    if first is None:
        return None
    bonus, extras = shares(program, [zero] * count)
    held = tuple(Extra(extras[i].coefficient, extras[i].right + _loosened(program, v)) for i, v in fixed.items())
    second = _cheapest(program, None, replace(bonus, cost=0, high=zero), held)
    exact = exact and second is not None and second.exact
    found = Best(first.x if second is None else second.x, first.t, first, exact)
    note = "" if len(fixed) == count else f"the smallest {len(fixed)} of {count} gains are settled"
    return Best(found.x, found.value, first, exact and not note, note)


def _settled(program: Program, step: Optimum, fixed: dict[int, Any]) -> list[int]:
    """Return the actors whose gain cannot exceed the smallest one that was just made as large as possible.

    A positive dual says so. With instruments that are on or off duals do not, so each actor's gain is maximised, the
    others kept at what is settled; of several that hold each other back the first is settled.
    """
    rows = join_rows(program)
    left = [i for i in range(len(rows)) if i not in fixed]
    if not any(column.switch for column in program.columns):
        duals = step.row_duals[len(program.rows) :]
        return [i for i in left if duals[i] > (0 if program.arithmetic.exact else 1e-9)]
    constants, matrix = _gain_rows(program)
    stuck = []
    for i in left:
        others = [Extra(matrix[k], _loosened(program, fixed.get(k, step.t)) - constants[k]) for k in range(len(rows))]
        most = optimise(program, _together(program, [matrix[i]], [-1]), extras=others)
        if most.found and as_float(constants[i]) - as_float(most.objective) <= as_float(step.t) + 1e-9:
            stuck.append(i)
    return stuck or left[:1]


def _unbounded(program: Program, first: Optimum | None) -> Best | None:
    """Without a cap gains can grow for ever; say so with the cheapest arrangement instead."""
    found = _cheapest(program, None)
    if found is None:
        return None
    note = "some benefit is worth more than it costs and has no cap, so gains are unbounded: give it a cap"
    return Best(found.x, found.value, first or found.optimum, False, note)


def _contributions(program: Program) -> list[Fraction]:
    """Return each actor's contribution: the file's, or what the target costs it per period from the start."""
    out = []
    for i, actor in enumerate(program.situation.partnership.actors):
        out.append(actor.contribution if actor.contribution is not None else _own_cost(program, i))
    return out if any(out) else [Fraction(1)] * len(out)


def _own_cost(program: Program, i: int) -> Fraction:
    """Return the gain that actor i forgoes in the start state by playing its part, if any."""
    situation = program.situation
    stay = situation.target.payoffs[i][situation.start]
    tempted = [d.payoff for d in situation.target.deviations if d.actor == i and d.state == situation.start]
    return max([Fraction(0), *(payoff - stay for payoff in tempted)])


def _proportional(program: Program, weights: list[Fraction]) -> Best | None:
    numbers = program.arithmetic
    bonus, extras = shares(program, [numbers.number(w) for w in weights])
    step = optimise(program, bonus=bonus, extras=extras)
    if step.status == "unbounded":
        return _unbounded(program, None)
    if not step.found:
        return None
    return _then_cheapest(program, step, bonus, tuple(extras))


def _kalai_smorodinsky(program: Program) -> Best | None:
    constants, matrix = _gain_rows(program)
    ideal, exact = [], True
    for row, constant in zip(matrix, constants, strict=True):
        most = optimise(program, _together(program, [row], [-1]))
        if most.status == "unbounded":
            return _unbounded(program, None)
        if not most.found:
            return None
        value, exact = constant - most.objective, exact and most.exact
        ideal.append(fraction(value) if program.arithmetic.exact else Fraction(float(value)))
    if not any(ideal):
        found = _cheapest(program, None)
        return None if found is None else replace(found, note="nobody can gain, so the cheapest is shown", exact=False)
    shares = _proportional(program, ideal)
    return None if shares is None else replace(shares, exact=exact and shares.exact)


def _nash(program: Program) -> Best | None:
    """Maximise sum log gain: each round adds the tangent of every log at the last point and tightens the bound."""
    start = _fairest(program)
    if start is None or start.note:
        return start
    constants, matrix = _gain_rows(program)
    winners = [i for i, g in enumerate(gains(program, start.x)) if as_float(g) > 1e-12]
    if len(winners) < len(constants):
        return Best(start.x, start.value, start.optimum, False, "some actor cannot gain: the fairest is shown instead")
    numbers, at, x, cuts, gap = program.arithmetic, start.x, start.x, [], 1.0
    optimum = start.optimum
    best_value = -np.inf
    for _ in range(NASH_ROUNDS):
        now = [max(as_float(g), 1e-9) for g in gains(program, at)]
        value = sum(map(log, now))
        if value > best_value:
            best_value, x = value, at
        slopes = numbers.array([Fraction(1 / g).limit_denominator(10**12) for g in now])
        level = numbers.number(Fraction(value - len(now)).limit_denominator(10**12))
        slope = {**entries(_together(program, matrix, slopes)), len(program.columns): numbers.number(Fraction(-1))}
        cuts.append(Extra(slope, -(slopes @ constants) - level))
        step = optimise(program, bonus=Bonus(numbers.zeros(len(program.rows)), cost=-1), extras=cuts)
        if not step.found:
            break
        optimum, gap = step, as_float(step.t) - best_value
        if gap <= NASH_GAP:
            break
        at = step.x
        if len(cuts) % 2 == 0 and not any(column.switch for column in program.columns):
            # The middle of two arrangements is one too (unless something is on or off), and often a better cut.
            at = numbers.number(Fraction(1, 2)) * (step.x + x)
    held = tuple(
        Extra(row, _loosened(program, g - c)) for row, c, g in zip(matrix, constants, gains(program, x), strict=True)
    )
    second = _cheapest(program, None, extras=held)
    note = f"the largest product of gains, within {spelled(max(gap, NASH_GAP))} of its logarithm"
    return Best(x if second is None else second.x, best_value, optimum, False, note)
