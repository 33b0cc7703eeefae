"""One state, one discount factor, no money: the operator R of Abreu & Sannikov, in floats over all profiles at once.

With b_i(a_-i) = max_d g_i(d, a_-i), threats u, and the least continuation values that keep a,

    ic_i(a) = u_i + (1-delta)/delta (b_i(a_-i) - g_i(a)),          Q(a) = { w in W : w >= ic(a) }
    C(a)    = { g(a) } where g(a) >= ic(a), else the corners of Q(a) at which some w_i = ic_i(a)
    R(W, u) = co U_a { (1-delta) g(a) + delta w : w in C(a) },     u_i := max(u_i, min R_i)

Started from W = co g(A) and u = the pure minmax payoffs, the sets fall to the equilibrium payoffs. (g(a) >= ic(a) now
implies the same before, as u only rises; so g(a) is in W and need not be looked for there.) The threats are updated
before convergence is judged: a set that has not moved under old threats has not converged.

Two corners lie on the line w_1 = ic_1(a), where W's boundary meets it from above and from below (or at the corner
ic(a)), and two on w_2 = ic_2(a): linear interpolation along W's four chains. On the first line player 1 gets
(1-delta) b_1(a_2) + delta u_1 whatever a_1 is, so for each a_2 only the highest and the lowest point can be corners of
R; likewise for each a_1 on the second. A profile whose Q(a) is empty is dropped for good.

References: Abreu & Sannikov, Theoretical Economics 9 (2014), for the operator R and its corners.
QuantEcon (``quantecon.game_theory.repeated_game``) implements the same operator profile by profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.repeated.few_profiles import Few, generated
from solver.repeated.polygons import Polygon, Vertex, hull, lowest, moved

Floats = NDArray[np.float64]
KEPT = 1e-12
"""How far an incentive may be missed by rounding, in units of the payoffs' spread."""
MANY = 60
"""From this many points on, those far inside are dropped before the hull is drawn."""


FEW = 16
"""From this many profiles on down, plain numbers are faster than arrays."""
ANGLES = np.linspace(0, 2 * np.pi, 16, endpoint=False)
DIRECTIONS = np.array([np.cos(ANGLES), np.sin(ANGLES)])


@dataclass(frozen=True)
class Limit:
    """A set that contains every equilibrium payoff, the profiles (flat indices) still alive, and the last move."""

    vertices: Polygon
    threats: Vertex
    rows: tuple[int, ...]
    rounds: int
    step: float = float("inf")


@dataclass(frozen=True, eq=False)
class _Profiles:
    """Some profiles: (1-delta) g, g itself less the gains, gains (1-delta)/delta (b - g), (1-delta) b, flat indices."""

    now: Floats
    slack: Floats
    gains: Floats
    lines: Floats
    index: NDArray[np.intp]

    def only(self, kept: NDArray[np.bool_]) -> _Profiles:
        if kept.all():
            return self
        return _Profiles(
            self.now[:, kept], self.slack[:, kept], self.gains[:, kept], self.lines[:, kept], self.index[kept]
        )

    def with_(self, more: _Profiles) -> _Profiles:
        return _Profiles(
            np.hstack([self.now, more.now]), np.hstack([self.slack, more.slack]), np.hstack([self.gains, more.gains]),
            np.hstack([self.lines, more.lines]), np.concatenate([self.index, more.index]),
        )  # fmt: skip


def limit_set(payoffs: Floats, delta: float, error: float = 1e-12, max_rounds: int = 5000) -> Limit:
    """Return the set that R falls to, for payoffs (2, m1, m2) and 0 < delta < 1; ``error`` in units of their spread."""
    unit = float(np.ptp(payoffs.reshape(2, -1), axis=1).max()) or 1.0
    rule = _Rule(delta, max(error * (1 - delta) / delta, 4e-15) * unit, max_rounds, unit)
    return _few_profiles(payoffs, rule, _all_profiles(payoffs, rule))


def _all_profiles(payoffs: Floats, rule: _Rule) -> Limit:
    """Return the iteration's end, or its stand where only few profiles are left."""
    moving = _profiles(payoffs, rule.delta)
    still = moving.only(np.zeros(moving.index.size, dtype=bool))
    fixed: Polygon = ()
    best = moving.lines.min(axis=1) / (1 - rule.delta)
    at = Limit(draw(payoffs.reshape(2, -1)), (float(best[0]), float(best[1])), tuple(range(moving.index.size)), 0)
    while rule.goes_on(at) and (at.rounds == 0 or still.index.size + moving.index.size > FEW):
        needed = np.array(at.threats)[:, None] - rule.tolerance
        still, moving, fixed = _settled(still, moving, fixed, needed, 1 - rule.delta)
        points, alive = _corners(moving, at, rule, payoffs.shape[2])
        moving = moving.only(alive)
        at = rule.judged(at, hull([*fixed, *draw(points)], rule.tolerance / 100), ())
    return replace(at, rows=tuple(sorted(np.concatenate([still.index, moving.index]).tolist())))


def _few_profiles(payoffs: Floats, rule: _Rule, at: Limit) -> Limit:
    best, weight = (payoffs[0].max(axis=0), payoffs[1].max(axis=1)), (1 - rule.delta) / rule.delta
    profiles = []
    for index in at.rows if rule.goes_on(at) else ():
        row, column = divmod(index, payoffs.shape[2])
        g, h = (float(x[row, column]) for x in payoffs)
        profiles.append(Few(index, (g, h), (weight * float(best[0][column] - g), weight * float(best[1][row] - h))))
    while rule.goes_on(at):
        after, profiles = generated(profiles, at.vertices, at.threats, rule.delta, rule.tolerance)
        at = rule.judged(at, after, tuple(profile.index for profile in profiles))
    return at if at.vertices else replace(at, rows=())


@dataclass(frozen=True)
class _Rule:
    """The discount factor, the last move that is small enough, the most rounds, and the payoffs' spread."""

    delta: float
    enough: float
    max_rounds: int
    unit: float

    @property
    def tolerance(self) -> float:
        return KEPT * self.unit

    def goes_on(self, at: Limit) -> bool:
        return bool(at.vertices) and at.step > self.enough and at.rounds < self.max_rounds

    def judged(self, at: Limit, after: Polygon, rows: tuple[int, ...]) -> Limit:
        """Return the next stand; nothing has settled while the threats still move."""
        if not after:
            return Limit((), at.threats, (), at.rounds + 1)
        low = lowest(after)
        threats = max(at.threats[0], low[0]), max(at.threats[1], low[1])
        raised = max(threats[0] - at.threats[0], threats[1] - at.threats[1])
        step = max(moved(at.vertices, after, 1e-6 * self.unit), raised)
        return Limit(after, threats, rows, at.rounds + 1, step)


def _profiles(payoffs: Floats, delta: float) -> _Profiles:
    shape = payoffs.shape[1:]
    best = np.empty_like(payoffs)
    best[0], best[1] = payoffs[0].max(axis=0), payoffs[1].max(axis=1)[:, None]
    g, b = payoffs.reshape(2, -1), best.reshape(2, -1)
    gains = (b - g) * ((1 - delta) / delta)
    return _Profiles((1 - delta) * g, g - gains, gains, (1 - delta) * b, np.arange(shape[0] * shape[1]))


def _settled(
    still: _Profiles, moving: _Profiles, fixed: Polygon, needed: Floats, weight: float
) -> tuple[_Profiles, _Profiles, Polygon]:
    """Return the profiles that may be played for ever, the others, and the hull of the former's payoffs.

    The threats only rise, so all of the former come from the first round's; some leave later.
    """
    if not len(still.index) and not fixed:
        stays = _both(moving.slack >= needed)
        still, moving = moving.only(stays), moving.only(~stays)
    else:
        stays = _both(still.slack >= needed)
        if stays.all():
            return still, moving, fixed
        still, moving = still.only(stays), moving.with_(still.only(~stays))
    return still, moving, draw(still.now / weight)


def _both(conditions: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(conditions[0] & conditions[1])


def _corners(profiles: _Profiles, at: Limit, rule: _Rule, columns: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the corners that profiles contribute as (2, number), and which profiles' Q is not empty."""
    least = profiles.gains + np.array(at.threats)[:, None]
    out, alive = [], np.zeros(profiles.index.size, dtype=bool)
    for axis in (0, 1):
        lower, upper = _chains(at.vertices, axis, rule.tolerance)
        top = np.interp(least[axis], *upper)
        bottom = np.maximum(np.interp(least[axis], *lower), least[1 - axis])
        meets = (least[axis] <= lower[0][-1] + rule.tolerance) & (top >= least[1 - axis] - rule.tolerance)
        alive |= meets
        along = profiles.lines[axis][meets] + rule.delta * at.threats[axis]
        now = profiles.now[1 - axis][meets]
        pair = now + rule.delta * bottom[meets], now + rule.delta * top[meets]
        if len(along) > MANY:
            group = profiles.index[meets] % columns if axis == 0 else profiles.index[meets] // columns
            along, pair = _extremes(along, pair, group)
        out += [(along, across) if axis == 0 else (across, along) for across in pair]
    return np.array([np.concatenate(c) for c in zip(*out, strict=True)]), alive


def _extremes(
    along: Floats, pair: tuple[Floats, Floats], group: NDArray[np.intp]
) -> tuple[Floats, tuple[Floats, Floats]]:
    """Return the lowest and the highest point on each line; its points have the same first coordinate."""
    size = int(group.max()) + 1
    at, low, high = np.empty(size), np.full(size, np.inf), np.full(size, -np.inf)
    at[group] = along
    np.minimum.at(low, group, pair[0])
    np.maximum.at(high, group, pair[1])
    used = high > -np.inf
    return at[used], (low[used], high[used])


Knots = tuple[list[float], list[float]]


def _chains(vertices: Polygon, axis: int, tolerance: float) -> tuple[Knots, Knots]:
    """Return the lower and the upper boundary as functions of one coordinate: knots and values.

    Where a side stands upright at an end (up to rounding), the lower boundary keeps its foot and the upper its head.
    """
    ordered = [(v[axis], v[1 - axis]) for v in vertices]
    if axis:
        ordered = ordered[::-1]
    first = ordered.index(min(ordered))
    ordered = ordered[first:] + ordered[:first]
    last = ordered.index(max(ordered))
    lower, upper = ordered[: last + 1], [ordered[0], *reversed(ordered[last:])]
    return _upright(lower, tolerance, min), _upright(upper, tolerance, max)


def _upright(chain: list[Vertex], tolerance: float, best: Callable[[Iterable[float]], float]) -> Knots:
    start, end, left, right = chain[0][0], chain[-1][0], 1, len(chain) - 1
    while left < len(chain) and chain[left][0] - start <= tolerance:
        left += 1
    while right > 0 and end - chain[right - 1][0] <= tolerance:
        right -= 1
    if left > right:
        return [start], [best(v[1] for v in chain)]
    inner = chain[left:right]
    values = [best(v[1] for v in chain[:left]), *(v[1] for v in inner), best(v[1] for v in chain[right:])]
    return [start, *(v[0] for v in inner), end], values


def draw(points: Floats) -> Polygon:
    """Return the hull of points (2, number); of many, those inside the hull of a few extreme ones are dropped first."""
    if points.shape[1] > MANY:
        frame = hull(_pairs(points[:, np.argmax(DIRECTIONS.T @ points, axis=1)]))
        if len(frame) > 2:
            corners: Floats = np.array(frame)
            sides = np.roll(corners, -1, axis=0) - corners
            normals = np.column_stack([sides[:, 1], -sides[:, 0]])
            levels = (normals * corners).sum(axis=1)
            outside = (normals @ points >= levels[:, None]).any(axis=0)
            points = points[:, outside]
    return hull(_pairs(points))


def _pairs(points: Floats) -> Iterator[Vertex]:
    return zip(points[0].tolist(), points[1].tolist(), strict=True)
