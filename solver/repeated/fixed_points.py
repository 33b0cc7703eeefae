"""Rational sets that generate themselves, from floats close to a fixed point of B (``solver.repeated.recursion``).

*Guess.* Newton's method on W = B(W), rows near the vertices only. B is evaluated in rationals and its derivative J
comes with it (``solver.repeated.duals``); each step W + (I - J)^-1 (B(W) - W) gains the digits of a float. Numbers
known to enough bits are then recognised as rationals by continued fractions.

*Decide.* B(W) = W in rationals: W generates itself, so every payoff in it is an equilibrium payoff. Where some vertices
are irrational, sets a little smaller are decided instead (``inner``): W in B(W) is enough.

References: Abreu, Pearce & Stacchetti, Econometrica 58 (1990), for self-generation. The rest is this project's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Any

import numpy as np

from solver.exact import fraction, rational
from solver.repeated.duals import Dual
from solver.repeated.outside import Outer, estimated_error, spread
from solver.repeated.polygons import Polygon, Vertex, hull
from solver.repeated.recursion import Recursion, Sets, generate

BITS = (256, 512, 1024)
"""Precisions at which a fixed point is looked at for rational numbers; the last is the one that irrational ones get."""
STEPS = 40
"""Newton steps at most; about 15 decimal digits each once it converges."""
PATIENCE = 8
"""Newton steps after which the values must have come close."""
MOST = 60, 250
"""Vertices up to which a fixed point is looked for: where patience differs (they are without number), and where not."""
ALIVE = 1e-6
"""Pieces within this of a set's boundary make its vertices, in units of the payoffs' spread."""


@dataclass(frozen=True, eq=False)
class Near:
    """A fixed point of B to some bits, and the derivative of B there."""

    sets: Sets
    slope: Any
    bits: int


def fixed_point(fast: Recursion, exact: Recursion, outer: Outer) -> Near | None:
    """Return the fixed point of B near the sets found from outside, or None where Newton's method finds none."""
    if sum(map(len, outer.sets)) > MOST[fast.discount[0] == fast.discount[1]]:
        return None
    unit = spread(fast)
    near = max(ALIVE * unit, 10 * min(estimated_error(fast, outer), unit))
    slack, whole = rational(Fraction(near / 5)), rational(Fraction(unit))
    rows, tiers = _active(fast, outer, near), list(BITS)
    sets: Sets = tuple(tuple((_near(x, 80), _near(y, 80)) for x, y in p) for p in outer.sets)
    for count in range(STEPS):
        # Vertices that fall together in the limit must be one, or their order around the set is left to rounding.
        sets = tuple(hull(p, slack) for p in sets)
        made = evaluated(exact, sets, rows, slack)
        if made is None:
            return None
        rest, slope = made
        size = max(map(abs, rest))
        if count > PATIENCE and size > whole / 1000:
            return None
        known = _known(size)
        while tiers and known > tiers[0]:
            found = Near(sets, slope, tiers.pop(0))
            if not tiers or recognised(found) is not None:
                return found
        sets = _moved(sets, newton(rest, slope, size), min(2 * known + 160, BITS[-1] + 160))
    return None


def _known(size: Any) -> int:
    """Return to how many bits a fixed point is known where B moves it by ``size``, less a margin."""
    step = fraction(size)
    if not step:
        return BITS[-1] + 1
    return max(0, step.denominator.bit_length() - step.numerator.bit_length() - 32)


def _active(fast: Recursion, outer: Outer, near: float) -> tuple[int, ...]:
    """Return the rows whose piece has a corner of its state's act, up to ``near``."""
    found = generate(fast, outer.sets, outer.rows, near / 100)
    out = []
    for row, piece in found.pieces.items():
        corners = found.act[fast.table.state[row]]
        if any(abs(x - p) <= near and abs(y - q) <= near for x, y in piece for p, q in corners):
            out.append(row)
    return tuple(out)


def evaluated(exact: Recursion, sets: Sets, rows: Sequence[int], slack: Any) -> tuple[list[Any], Any] | None:
    """Return B(W) - W at the vertices of W (nearest to nearest) and B's derivative; None where a set has gone."""
    eye = iter(np.eye(2 * sum(map(len, sets))))
    duals = tuple(tuple((Dual(x, next(eye)), Dual(y, next(eye))) for x, y in p) for p in sets)
    made = _image(sets, generate(exact, duals, rows, slack).sets)
    if made is None:
        return None
    return [d.value - c for d, c in zip(made, _flat(sets), strict=True)], np.array([d.slope for d in made])


def _image(sets: Sets, made: Sets) -> list[Any] | None:
    """Return the coordinates of the vertices nearest to those of the sets."""
    out: list[Any] = []
    for old, new in zip(sets, made, strict=True):
        if old and not new:
            return None
        for x, y in old:
            nearest: Vertex = min(new, key=lambda v: abs(v[0] - x) + abs(v[1] - y))
            out += nearest
    return out


def _flat(sets: Sets) -> Iterator[Any]:
    return chain.from_iterable(chain.from_iterable(sets))


def newton(rest: Sequence[Any], slope: Any, size: Any) -> list[Any]:
    """Return (I - J)^-1 rest, in floats after scaling to size 1."""
    right = np.array([float(r / size) for r in rest])
    left = np.eye(len(right)) - slope
    try:
        step = np.linalg.solve(left, right)
    except np.linalg.LinAlgError:
        step = np.linalg.lstsq(left, right, rcond=None)[0]
    return [rational(Fraction(float(s))) * size for s in step]


def _moved(sets: Sets, step: Sequence[Any], bits: int) -> Sets:
    by = iter(step)
    return tuple(tuple((_near(x + next(by), bits), _near(y + next(by), bits)) for x, y in p) for p in sets)


def _near(value: Any, bits: int) -> Any:
    """Return the nearest multiple of 2**-bits."""
    exact = Fraction(value) if isinstance(value, float) else fraction(value)
    return rational(Fraction(round(exact * 2**bits), 2**bits))


def recognised(near: Near) -> Sets | None:
    """Return the rational sets that these stand for, or None where a vertex is irrational."""
    known = recognised_vertices(near)
    return tuple(hull(known[v] for v in p) for p in near.sets) if all(v in known for v in chain(*near.sets)) else None


def recognised_vertices(near: Near) -> dict[Vertex, Vertex]:
    """Return those vertices whose coordinates are simple rationals, with these."""
    out = {}
    for v in chain(*near.sets):
        x, y = _simple(v[0], near.bits), _simple(v[1], near.bits)
        if x is not None and y is not None:
            out[v] = (x, y)
    return out


def _simple(value: Any, bits: int) -> Any:
    """Return the rational that a number known to some bits must be, if its denominator is far below half of them."""
    number = fraction(value)
    simple = number.limit_denominator(2 ** (bits // 2 - 40))
    return rational(simple) if abs(simple - number) <= Fraction(1, 2 ** (bits - 20)) else None


def generates_itself(exact: Recursion, sets: Sets, rows: Sequence[int]) -> bool:
    """Return whether B(W) = W in rationals."""
    return generate(exact, sets, rows).sets == sets


def inner(
    fast: Recursion, exact: Recursion, near: Near, rows: Sequence[int], fixed: Mapping[Vertex, Vertex]
) -> Sets | None:
    """Return rational sets that generate themselves, a little inside a fixed point with irrational coordinates.

    With d = (I - J)^-1 (v - m) at vertices v around centres m, B moves x = v - t d to x + t (v - m) up to t squared: a
    dilation, which x is inside. That x is in B(x) is then decided in rationals, so all of it are equilibrium payoffs.
    The vertices in ``fixed`` are rational: they stay where they are.
    """
    unit = rational(Fraction(spread(fast)))
    outward = [0 * unit if v in fixed else c / unit for p in near.sets for v, o in from_centre(p) for c in o]
    inward = newton(outward, near.slope, rational(1))
    for reach in (1e-12, 1e-11, 1e-10):
        by = iter([rational(Fraction(-reach)) * unit * d for d in inward])
        moved = [
            [(v, (_near(v[0] + next(by), BITS[-1]), _near(v[1] + next(by), BITS[-1]))) for v in p] for p in near.sets
        ]
        smaller = tuple(hull(fixed.get(v, w) for v, w in p) for p in moved)
        made = generate(exact, smaller, rows).sets
        if all((q and hull((*p, *q)) == q) or not p for p, q in zip(smaller, made, strict=True)):
            return smaller
    return None


def from_centre(p: Polygon) -> Iterator[tuple[Vertex, Vertex]]:
    """Return every vertex with the vector that leads to it from the vertices' mean."""
    count = rational(len(p) or 1)
    middle = (sum(x for x, _ in p) / count, sum(y for _, y in p) / count)
    return ((v, (v[0] - middle[0], v[1] - middle[1])) for v in p)
