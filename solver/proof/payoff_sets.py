"""Payoffs of players who meet for ever: equilibrium reaches these, and none beyond those. No programme is solved.

A set of payoffs belongs to every state: V(s). With payments there are two: V(s) before them, then A(s). A *move* makes
payoffs of one set from those of the sets k that follow,

    v = now + weight x sum_k q_k w(k) + t money,    |t| <= 1,    w(k) in set k,
    v_i >= now_i(d) + weight_i sum_k q_k(d) min_i(set k)    for every player i and every deviation d of its own

an action profile with now (1-delta) g, weight delta, no money; or a payment with now 0, weight 1, from A(s) alone.

*Inside*: where every vertex of a family of hulls is made so from the same family, all of it are equilibrium payoffs
(Abreu, Pearce & Stacchetti 1990). *Outside*: where half-spaces n_j . v <= level_kj hold all that equilibrium reaches,
multipliers z_d, y_kj >= 0 with sum_j y_kj n_j = weight x (n + sum_d z_d e_i(d)) bound what a move makes of it,

    n . v <= (n + sum z e) . now + |(n + sum z e) . money| - sum z_d now_i(d) + sum terms x levels,    every term >= 0

(weak duality; -min_i is the level along -e_i), so by less, the lower the levels. Let levels fall along a line to new
ones, and let every bound be below the old level at the old levels and no higher than the new at the new: then it is
below the level everywhere between, and what equilibrium reaches, being made of itself, can stay behind nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from games.stochastic import StochasticGame
from solver.proof.reading import Refuted, Told, exact, fields, game_of

ZERO, ONE = Fraction(0), Fraction(1)
Vector = tuple[Fraction, ...]
Row = tuple[tuple[int, Fraction], ...]
HalfSpaces = Mapping[Vector, Fraction]
"""Levels by outward normal."""


@dataclass(frozen=True)
class Move:
    """What makes payoffs of one set; ``instead``: player, payoff now and what follows, for every deviation."""

    now: Vector
    weight: Vector
    next: Row
    money: Vector
    instead: tuple[tuple[int, Fraction, Row], ...]


def moves(game: StochasticGame, cap: Fraction) -> list[list[Move]]:
    """Return the moves that make each set: V state by state and, where there is money, then A state by state.

    Raises
    ------
    Refuted : no discount factors, or a cap that is negative or for other than two players.
    """
    delta, size, players = game.discount, len(game.states), range(len(game.players))
    if delta is None or cap < 0 or (cap and len(delta) != 2):
        raise Refuted("discount factors are missing, or payments are negative or not between two players")
    nothing, whole = (ZERO,) * len(delta), (ONE,) * len(delta)

    def act(s: int, profile: tuple[str, ...]) -> Move:
        stage, rows = game.stages[s], game.next[s]

        def earned(i: int, played: tuple[str, ...]) -> Fraction:
            return (1 - delta[i]) * stage.payoffs[played][i]

        def row(played: tuple[str, ...]) -> Row:
            return tuple((t, q) for t, q in sorted(rows[played].items()) if q)

        instead = tuple((i, earned(i, d), row(d)) for i in players for _, d in stage.deviations(profile, i))
        return Move(tuple(earned(i, profile) for i in players), delta, row(profile), nothing, instead)

    acts = [[act(s, profile) for profile in stage.profiles()] for s, stage in enumerate(game.stages)]
    if not cap:
        return acts
    money = (cap * (1 - delta[0]), -cap * (1 - delta[1]))
    later: list[Row] = [((size + s, ONE),) for s in range(size)]
    return [[Move(nothing, whole, row, money, tuple((i, ZERO, row) for i in players))] for row in later] + acts


def exactly(table: Any, claim: Any, proof: Any) -> Told:
    """Return what a claim says when these hulls are all the equilibrium payoffs of two players."""
    game = game_of(table)
    _, cap, told = fields(claim, "kind", "transfers", "payoffs")
    if len(game.players) != 2:
        raise Refuted("sets are told exactly for two players")
    sets = [_points(own, game) for own in told]
    reasons = _proven(game, exact(cap), sets, [sides(own) if own else None for own in sets], proof)
    words = [f"in {name} {_hull(own)}" for name, own in zip(game.states, sets, strict=True)]
    return (
        f"the payoffs of equilibria in pure strategies {_asked(game, exact(cap))} are exactly: {'; '.join(words)}",
        reasons,
    )


def between(table: Any, claim: Any, proof: Any) -> Told:
    """Return what a claim says when hulls are equilibrium payoffs, and none lies beyond half-spaces (null: none is)."""
    game = game_of(table)
    _, cap, inside, outside = fields(claim, "kind", "transfers", "inside", "outside")
    sets = [_points(own, game) for own in inside]
    bounds = [None if own is None else {_point(n, game): exact(level) for n, level in own} for own in outside]
    if any(own is not None and len(bound or ()) != len(own) for own, bound in zip(outside, bounds, strict=True)):
        raise Refuted("a half-space is claimed twice")
    reasons = _proven(game, exact(cap), sets, bounds, proof)
    words = [f"in {name} {_both(own, bound)}" for name, own, bound in zip(game.states, sets, bounds, strict=True)]
    return f"of the payoffs of equilibria in pure strategies {_asked(game, exact(cap))}: {'; '.join(words)}", reasons


def _proven(
    game: StochasticGame, cap: Fraction, inside: list[list[Vector]], outside: Sequence[HalfSpaces | None], proof: Any
) -> list[str]:
    """Return the reasons why the hulls are inside and the half-spaces (None: nothing at all) are not exceeded."""
    acts, reached, extra, steps = fields(proof, "acts", "reached", "normals", "steps")
    ways, size = moves(game, cap), len(game.states)
    if len(inside) != size or len(outside) != size:
        raise Refuted("as many sets as there are states are needed")
    _made_of_themselves(ways, inside + [_points(own, game) for own in acts], reached)
    axes = [tuple(-ONE if i == j else ZERO for j in range(len(game.players))) for i in range(len(game.players))]
    claimed: list[HalfSpaces] = [*(own or {} for own in outside), *({} for _ in ways[size:])]
    normals = [list(dict.fromkeys([*axes, *own])) for own in claimed]
    for own, more in zip(normals, extra, strict=True):
        own += [_point(n, game) for n in more]
        if len(set(own)) < len(own):
            raise Refuted("a direction is named twice")
    levels, gone = _nothing_beyond(ways, normals, box(game, cap), steps)
    for k, bound in enumerate(outside):
        if k in gone:
            continue
        if bound is None or any(levels[k][normals[k].index(n)] > level for n, level in bound.items()):
            raise Refuted(f"the bounds found in {game.states[k]} are beyond those claimed")
    made, count = sum(map(len, inside)), len(steps)
    return [
        f"{made} payoffs are made of payoffs in their hulls, each by play that nobody gains by leaving",
        f"what all play can bring comes down to nothing beyond in {count} step{'s' * (count != 1)}",
    ]


def _made_of_themselves(ways: list[list[Move]], sets: list[list[Vector]], reached: Any) -> None:
    """Refuse hulls of which some vertex is not made of the hulls by a move that nobody gains by leaving."""
    for own, some, told in zip(sets, ways, reached, strict=True):
        if own and not all(sets[t] for move in some for t, _ in move.next):
            raise Refuted("play may lead to where nothing is claimed to be reached")
        for v, part in zip(own, told, strict=True):
            which, paid, draws = fields(part, "move", "paid", "draws")
            move = _pick(some, which)
            if _made(move, sets, exact(paid), draws) != v:
                raise Refuted("a payoff is not what the play that is named for it brings")
            for i, now, row in move.instead:
                if v[i] < now + move.weight[i] * sum(q * min(u[i] for u in sets[t]) for t, q in row):
                    raise Refuted("a player gains by leaving the play that is named for a payoff")


def _made(move: Move, sets: list[list[Vector]], share: Fraction, draws: Any) -> Vector:
    """Return what a move makes when a share of the cap is paid and the vertices of what follows are drawn."""
    if abs(share) > any(move.money):
        raise Refuted("more is paid than the cap")
    value = [g + share * m for g, m in zip(move.now, move.money, strict=True)]
    for (t, q), draw in zip(move.next, draws, strict=True):
        drawn = [(_positive(x), _pick(sets[t], k)) for k, x in draw]
        if sum(x for x, _ in drawn) != 1:
            raise Refuted("a draw does not sum to 1")
        for i, w in enumerate(move.weight):
            value[i] += w * q * sum(x * u[i] for x, u in drawn)
    return tuple(value)


def _nothing_beyond(
    ways: list[list[Move]], normals: list[list[Vector]], box: Callable[[Vector], Fraction], steps: Any
) -> tuple[list[list[Fraction]], set[int]]:
    """Return the levels that equilibrium does not exceed (none: nothing is left), and the sets that are gone."""
    levels = [[box(n) for n in own] for own in normals]
    left, gone = [set(range(len(own))) for own in ways], set[int]()
    for step in steps:
        never, after, bounds = fields(step, "never", "levels", "bounds")
        _leave_out(ways, normals, left, levels, never)
        gone = _gone(ways, left)
        new = [[exact(x) for x in own] for own in after]
        if [len(own) for own in new] != [0 if k in gone else len(own) for k, own in enumerate(normals)]:
            raise Refuted("a step names other levels than there are directions")
        falling = [(k, j) for k in range(len(new)) for j in range(len(new[k])) if new[k][j] != levels[k][j]]
        asked = [(k, j, m) for k, j in falling for m in sorted(left[k])]
        for (k, j, m), part in zip(asked, bounds, strict=True):
            bound = _bound(ways[k][m], normals[k][j], part, normals)
            if not (bound(levels) < levels[k][j] and bound(new) <= new[k][j]):
                raise Refuted("a move may bring more than the level to which a step comes down")
        if any(new[k][j] > levels[k][j] for k, j in falling):
            raise Refuted("a level rises")
        levels = new
    return levels, gone


def _leave_out(
    ways: list[list[Move]], normals: list[list[Vector]], left: list[set[int]], levels: Any, never: Any
) -> None:
    """Remove the moves that are shown to make nothing at these levels."""
    for k, m, part in never:
        if _bound(_pick(_pick(ways, k), m), (ZERO,) * len(normals[k][0]), part, normals)(levels) >= 0:
            raise Refuted("a move that is said to make nothing may make something")
        left[k].remove(m)


def _gone(ways: list[list[Move]], left: list[set[int]]) -> set[int]:
    """Return the sets that no move makes any more, and those from which play may lead there."""
    gone = {k for k, own in enumerate(left) if not own}
    while more := {k for k, own in enumerate(ways) if any(t in gone for move in own for t, _ in move.next)} - gone:
        gone |= more
    return gone


def _bound(
    move: Move, normal: Vector, part: Any, normals: list[list[Vector]]
) -> Callable[[list[list[Fraction]]], Fraction]:
    """Return the bound that multipliers prove on normal . v for what a move makes, as a function of the levels."""
    tempted, ahead = fields(part, "tempted", "ahead")
    pull, constant, terms = list(normal), ZERO, list[tuple[int, int, Fraction]]()
    for which, text in tempted:
        (i, now, row), z = _pick(move.instead, which), _positive(text)
        pull[i] += z
        constant -= z * now
        terms += [(t, i, z * move.weight[i] * q) for t, q in row]
    constant += _dot(pull, move.now) + abs(_dot(pull, move.money))
    for (t, q), shares in zip(move.next, ahead, strict=True):
        used = [(_pick(normals[t], j), _positive(y)) for j, y in shares]
        if any(sum(y * n[i] for n, y in used) != w * pull[i] for i, w in enumerate(move.weight)):
            raise Refuted("multipliers do not add up to the direction that they bound")
        terms += [(t, j, q * exact(y)) for j, y in shares]
    return lambda levels: constant + sum((c * levels[t][j] for t, j, c in terms), ZERO)


def box(game: StochasticGame, cap: Fraction) -> Callable[[Vector], Fraction]:
    """Return the levels of the box of all that can be earned and paid."""
    each = list(zip(*(v for stage in game.stages for v in stage.payoffs.values()), strict=True))
    return lambda n: sum((max(x * (min(g) - cap), x * (max(g) + cap)) for x, g in zip(n, each, strict=True)), ZERO)


def sides(points: list[Vector]) -> HalfSpaces:
    """Return half-planes that meet in the hull of points: the axes', and those of the sides, counter-clockwise."""
    some = [(-ONE, ZERO), (ZERO, -ONE), (ONE, ZERO), (ZERO, ONE)]
    for (a, b), (c, d) in zip(points, [*points[1:], *points[:1]], strict=True) if len(points) > 1 else ():
        size = abs(c - a) + abs(d - b)
        some.append(((d - b) / size, (a - c) / size))
        if max(_dot(some[-1], v) for v in points) != _dot(some[-1], (a, b)):
            raise Refuted("vertices are not told counter-clockwise")
    return {n: max(_dot(n, v) for v in points) for n in some}


def _dot(n: Sequence[Fraction], v: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(n, v, strict=True)), ZERO)


def _pick(items: Sequence[Any], index: Any) -> Any:
    if type(index) is not int or not 0 <= index < len(items):
        raise Refuted(f"there is no number {index!r}")
    return items[index]


def _positive(text: Any) -> Fraction:
    if exact(text) <= 0:
        raise Refuted(f"{text} is not positive")
    return exact(text)


def _point(told: Any, game: StochasticGame) -> Vector:
    return tuple(exact(x) for _, x in zip(game.players, told, strict=True))


def _points(told: Any, game: StochasticGame) -> list[Vector]:
    return [_point(v, game) for v in told]


def _asked(game: StochasticGame, cap: Fraction) -> str:
    patience = ", ".join(f"{name} {delta}" for name, delta in zip(game.players, game.discount or (), strict=True))
    return f"(discount factors: {patience}; {f'payments up to {cap} a period' if cap else 'no payments'}; public draws)"


def _hull(points: list[Vector]) -> str:
    """Return a hull in words, long numbers by ten digits."""
    told = [", ".join(str(x) if len(str(x)) < 10 else f"{float(x):.10g}" for x in v) for v in points]
    return "the hull of " + " ".join(f"({v})" for v in told) if told else "none"


def _both(points: list[Vector], bounds: HalfSpaces | None) -> str:
    """Return in words what is reached and what is not exceeded; a distance is rounded up."""
    if bounds is None:
        return "none"
    reached = [f"{_hull(points)} is reached"] if points else []
    if not points or not bounds:
        return " and ".join([*reached, f"all lie in {len(bounds)} half-spaces"])
    beyond = max((level - max(_dot(n, v) for v in points)) / sum(map(abs, n)) for n, level in bounds.items())
    return f"{reached[0]} and none is beyond it by more than {float(beyond) * 1.01:.3g} in {len(bounds)} directions"
