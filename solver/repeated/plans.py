"""Play that reaches a payoff, as a finite automaton: one node for every vertex that is needed.

A vertex v of V(s) is kept up by a profile a with v_i >= the value of i's best deviation, and by continuation payoffs

    v_i = (1-delta_i) g_i(s,a) + delta_i sum_s' q(s'|s,a) w_i(s'),      w(s') in V(s'), a lottery over its vertices

found by linear programming (exactly where the vertices are rational). After a deviation by i play goes to the vertex of
the next state that is worst for i. ``automata.checked`` then solves the values of what was found and tries every
deviation, exactly.

References: Abreu, Pearce & Stacchetti 1990 (bang-bang: vertices suffice); Abreu & Sannikov 2014.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from games.errors import refuse
from games.stochastic import StochasticGame
from solver.exact import EXACT, Array, fraction, rational
from solver.repeated.automata import MAX_NODES, checked
from solver.results import Number, rounded_up
from solver.results.repeated import Automaton, Lottery, Node, Point
from solver.stage.programme import minimum
from solver.tables import GameTable, game_table

Sets = Sequence[Sequence[Point]]
Values = tuple[Fraction, ...]
NEAR = 3e-11
"""By how much a rounded value may be missed, and what a deviation may then gain; in units of the payoffs' spread."""
ROUNDING = Fraction(1, 10**8)
ROUNDED = "within {}: the vertices are rounded, and so are the lotteries over them"
LEAST = Fraction(1, 10**6)
"""A smaller share in a lottery over rounded vertices only makes up for their rounding."""
DIGITS = 10**14


@dataclass(frozen=True, eq=False)
class Ready:
    """The sets with the game they belong to: names of nodes by vertex, and what deviations are worth by row."""

    game: StochasticGame
    table: GameTable
    discount: tuple[Fraction, ...]
    vertices: tuple[tuple[tuple[Fraction, ...], ...], ...]
    names: tuple[tuple[str, ...], ...]
    levels: Array
    unit: Fraction
    exact: bool

    @property
    def tolerance(self) -> Fraction:
        """Return by how much a value may be missed: not at all where the vertices are exact."""
        return Fraction(0) if self.exact else Fraction(NEAR) * self.unit


def plan(
    game: StochasticGame, discount: tuple[Fraction, ...], sets: Sets, start: int, at: Point | None = None
) -> Automaton | None:
    """Return play that reaches a payoff of the start state's set; None where a set is empty.

    Parameters
    ----------
    sets : the vertices of the equilibrium payoffs, by state.
    at : the payoff (None: of those with the largest sum the one whose smallest gain over the threats is largest).

    Raises
    ------
    ScenarioError : a payoff that is not in the set.
    """
    if not all(len(vertices) for vertices in sets):
        if at is not None:
            raise refuse("--at", "there is no equilibrium in pure strategies, so nothing can be reached")
        return None
    ready = prepared(game, discount, sets)
    where = placed(ready.names, ready.vertices)
    return grown(ready, beginning(ready, start, at), list(where), lambda name: keeping(ready, name, *where[name]))


def placed(names: Sequence[Sequence[str]], vertices: Sequence[Sequence[Values]]) -> dict[str, tuple[int, Values]]:
    """Return each name's state and vertex."""
    pairs = enumerate(zip(names, vertices, strict=True))
    return {name: (s, v) for s, (own, points) in pairs for name, v in zip(own, points, strict=True)}


def grown(
    ready: Ready, first: Mapping[str, Fraction], names: Sequence[str], build: Callable[[str], Node | None]
) -> Automaton | None:
    """Return the automaton of all nodes that play may come to from the first ones; None: too many, or one not found.

    Nodes are told in the order of the ``names``, those with which play begins before all others.
    """
    nodes: dict[str, Node] = {}
    waiting = list(first)
    while waiting:
        name = waiting.pop(0)
        if name in nodes:
            continue
        node = build(name)
        if node is None or len(nodes) >= MAX_NODES:
            return None
        nodes[name] = node
        for leads in (node.next, *node.breach.values()):
            waiting += [other for lottery in leads.values() for other in lottery]
        waiting += [*node.then, *node.default.values()]
    ordered = sorted((name for name in names if name in nodes), key=lambda name: name not in first)
    found = checked(ready.game, ready.discount, first, [nodes[name] for name in ordered])
    if found is None or found.slack >= 0:
        return found
    # Only rounding may stand between the lotteries and an equilibrium, and only where the vertices were rounded.
    if ready.exact or found.slack < -ROUNDING * ready.unit:
        return None
    return replace(found, proof=ROUNDED.format(rounded_up(-Fraction(found.slack))))


def prepared(game: StochasticGame, discount: tuple[Fraction, ...], sets: Sets) -> Ready:
    exact = all(isinstance(x, (Fraction, int)) for vertices in sets for v in vertices for x in v)
    unit = _spread(game)
    vertices = tuple(
        tuple(
            tuple(Fraction(x) if exact else (Fraction(x) / unit).limit_denominator(10**12) * unit for x in v)
            for v in own
        )
        for own in sets
    )
    table = game_table(game, EXACT)
    levels = EXACT.zeros(*table.payoffs.shape)
    for i, delta in enumerate(discount):
        worst = EXACT.array([min(v[i] for v in own) for own in vertices])
        levels[i] = table.best(i, table.worth(table.payoffs[i], rational(delta), worst))
    return Ready(game, table, discount, vertices, named(game, vertices), levels, unit, exact)


def _spread(game: StochasticGame) -> Fraction:
    """Return the largest difference between two payoffs of one player."""
    each = zip(*(v for stage in game.stages for v in stage.payoffs.values()), strict=True)
    return max(max(own) - min(own) for own in each) or Fraction(1)


def named(game: StochasticGame, vertices: Sequence[Sequence[tuple[Fraction, ...]]]) -> tuple[tuple[str, ...], ...]:
    """Return a name for every vertex: its payoffs, after the state's name if there are several."""
    out = []
    for state, own in zip(game.states, vertices, strict=True):
        head = "" if len(game.states) == 1 else f"{state} "
        names: list[str] = []
        for v in own:
            name = head + "(" + ", ".join(_digits(float(x)) for x in v) + ")"
            same = sum(other.partition(" #")[0] == name for other in names)
            names.append(f"{name} #{same + 1}" if same else name)
        out.append(tuple(names))
    return tuple(out)


def _digits(value: float) -> str:
    return (f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}").replace("e-0", "e-")


def beginning(ready: Ready, start: int, at: Point | None) -> Mapping[str, Fraction]:
    """Return the lottery over the start state's vertices with which play begins."""
    own = ready.vertices[start]
    if at is None:
        return lottery(_most_equal(own, ready.tolerance), ready.names[start])
    if len(at) != len(ready.game.players):
        raise refuse("--at", f"{len(at)} payoffs for {len(ready.game.players)} players", "one number for each player")
    shares = _mixed([own], [Fraction(1)], [Fraction(x) for x in at], ready.tolerance)
    if shares is None:
        shown = ", ".join(f"{float(x):.6g}" for x in at)
        what = f"({shown}) is not an equilibrium payoff in {ready.game.states[start]}"
        raise refuse("--at", what, f"the set's vertices are {', '.join(ready.names[start])}")
    return lottery(shares[0], ready.names[start])


def _most_equal(own: Sequence[Sequence[Fraction]], tolerance: Fraction) -> list[Fraction]:
    """Return the lottery over the vertices with the largest sum that maximises the smallest gain over the threats."""
    most = max(map(sum, own))
    best = [k for k, v in enumerate(own) if sum(v) >= most - tolerance]
    # Columns: the lottery, then the smallest gain.
    gains = [[own[k][i] - min(v[i] for v in own) for k in best] + [Fraction(-1)] for i in range(len(own[0]))]
    once = [Fraction(1)] * len(best) + [Fraction(0)]
    right = EXACT.array([Fraction(0)] * len(gains) + [Fraction(1), Fraction(-1)])
    cost = EXACT.array([Fraction(0)] * len(best) + [Fraction(-1)])
    found = minimum(cost, EXACT.array([*gains, once, [-x for x in once]]), right)
    shares = [share_of(x) for x in found.x[:-1]] if found else [Fraction(1)]
    drawn = dict(zip(best, shares, strict=False))
    return [drawn.get(k, Fraction(0)) / sum(shares) for k in range(len(own))]


def keeping(ready: Ready, name: str, s: int, v: Sequence[Fraction]) -> Node | None:
    """Return the node that keeps up a value: a profile, and lotteries over the vertices of what may follow."""
    game = ready.game
    for row in _candidates(ready, s, v):
        after = {t: fraction(p) for t, p in enumerate(ready.table.next[row]) if p != 0}
        weights = list(after.values())
        owed = [
            (v[i] - (1 - d) * fraction(ready.table.payoffs[i, row])) / d if d else Fraction(0)
            for i, d in enumerate(ready.discount)
        ]
        if any(not d and v[i] != fraction(ready.table.payoffs[i, row]) for i, d in enumerate(ready.discount)):
            continue
        if all(d == 0 for d in ready.discount):
            shares: list[list[Fraction]] | None = [_alone(len(ready.vertices[t])) for t in after]
        else:
            shares = _mixed([ready.vertices[t] for t in after], weights, owed, ready.tolerance)
        if shares is None:
            continue
        follow = {
            game.states[t]: lottery(own, ready.names[t]) for (t, _), own in zip(after.items(), shares, strict=True)
        }
        profile = dict(zip(game.players, game.stages[s].named(ready.table.profile(row)), strict=True))
        return Node(name, game.states[s], {}, profile, {}, follow, _breach(ready, s), {})
    return None


def _alone(size: int) -> list[Fraction]:
    return [Fraction(int(k == 0)) for k in range(size)]


def _candidates(ready: Ready, s: int, v: Sequence[Fraction]) -> list[int]:
    """Return the rows at which nobody would rather deviate from a value v, those with payoffs nearest to v first."""
    rows = range(int(ready.table.first[s]), int(ready.table.first[s + 1]))
    kept = [
        row for row in rows if all(fraction(ready.levels[i, row]) <= v[i] + ready.tolerance for i in range(len(v)))
    ]  # fmt: skip
    return sorted(kept, key=lambda r: sum(abs(fraction(ready.table.payoffs[i, r]) - v[i]) for i in range(len(v))))


def _breach(ready: Ready, s: int) -> dict[str, dict[str, Lottery]]:
    """Return, by player, the vertex of every possible next state that is worst for it."""
    rows = range(int(ready.table.first[s]), int(ready.table.first[s + 1]))
    reached = sorted({t for row in rows for t, p in enumerate(ready.table.next[row]) if p != 0})
    out: dict[str, dict[str, Lottery]] = {}
    for i, player in enumerate(ready.game.players):
        out[player] = {}
        for t in reached:
            own = ready.vertices[t]
            worst = min(range(len(own)), key=lambda k: (own[k][i], -sum(own[k])))
            out[player][ready.game.states[t]] = {ready.names[t][worst]: Fraction(1)}
    return out


def _mixed(
    families: Sequence[Sequence[Sequence[Fraction]]],
    weights: Sequence[Fraction],
    aim: Sequence[Fraction],
    tolerance: Fraction,
) -> list[list[Fraction]] | None:
    """Return a lottery over each family of points so that the weighted sum of their means is the aim, or None."""
    points = [(f, p) for f, family in enumerate(families) for p in family]
    for i in range(len(aim)):
        # Most rows are ruled out before any linear programme: the aim must lie within the box of what is possible.
        low = sum(w * min(p[i] for p in family) for w, family in zip(weights, families, strict=True))
        high = sum(w * max(p[i] for p in family) for w, family in zip(weights, families, strict=True))
        if not low - tolerance <= aim[i] <= high + tolerance:
            return None
    means = EXACT.array([[weights[f] * p[i] for f, p in points] for i in range(len(aim))])
    ones = EXACT.array([[Fraction(int(f == k)) for f, _ in points] for k in range(len(families))])
    each = EXACT.array([Fraction(1)] * len(families))
    target, slack = EXACT.array(list(aim)), rational(tolerance)
    matrix = np.concatenate([means, -means, ones, -ones])
    right = np.concatenate([target - slack, -target - slack, each, -each])
    found = minimum(_apart([p for _, p in points], aim), matrix, right)
    if found is not None and found.proof != "exact":
        # Any lottery will do, and one without a preference is more often found in rationals.
        found = minimum(EXACT.zeros(len(points)), matrix, right)
    if found is None:
        return None
    out: list[list[Fraction]] = [[] for _ in families]
    for (f, _), share in zip(points, found.x, strict=True):
        out[f].append(share_of(share))
    if not all(map(sum, out)):
        # An approximate solution of a programme that is hardly feasible.
        return None
    lotteries = [[share / sum(own) for share in own] for own in out]
    return _without_noise(families, weights, aim, tolerance, lotteries) if tolerance else lotteries


def _apart(points: Sequence[Sequence[Fraction]], aim: Sequence[Fraction]) -> Array:
    """Return the squared distances to the aim: of all lotteries that reach it the one with the least spread is taken.

    Later points cost a little more, so that every version of the solvers finds the same one.
    """
    squares = [sum(((x - a) ** 2 for x, a in zip(p, aim, strict=True)), Fraction(0)) for p in points]
    largest = max(squares) or Fraction(1)
    return EXACT.array([square / largest + Fraction(k, 10**4) for k, square in enumerate(squares)])


def _without_noise(
    families: Sequence[Sequence[Sequence[Fraction]]],
    weights: Sequence[Fraction],
    aim: Sequence[Fraction],
    tolerance: Fraction,
    found: list[list[Fraction]],
) -> list[list[Fraction]]:
    """Return lotteries over those points alone that do not stand in for rounding, if these are enough."""
    kept = [[k for k, share in enumerate(own) if share >= LEAST] for own in found]
    if all(share >= LEAST or not share for own in found for share in own):
        return found
    fewer = [[family[k] for k in own] for family, own in zip(families, kept, strict=True)]
    again = _mixed(fewer, weights, aim, 10 * tolerance)
    if again is None:
        return found
    placed = [dict(zip(own, shares, strict=True)) for own, shares in zip(kept, again, strict=True)]
    return [
        [shares.get(k, Fraction(0)) for k in range(len(own))] for shares, own in zip(placed, families, strict=True)
    ]  # fmt: skip


def share_of(value: Number) -> Fraction:
    """Return a chance as a fraction that is not negative; a float's noise is rounded away."""
    if isinstance(value, Fraction):
        return max(value, Fraction(0))
    return max(Fraction(round(value * DIGITS), DIGITS), Fraction(0))


def lottery(shares: Sequence[Fraction], names: Sequence[str]) -> dict[str, Fraction]:
    return {name: share for name, share in zip(names, shares, strict=True) if share}
