"""All equilibria of a two-player game: its extreme equilibria and the maximal Nash subsets that they span.

(x, y) is an equilibrium iff every pure strategy of both players is unplayed or a best reply: together the labels of x
and y are all there are (``polytope``; ``simple_polytope`` where arrays are faster). The extreme equilibria are the
pairs of vertices with that property. In a nondegenerate game these are all equilibria; otherwise every equilibrium is
a convex combination of extreme ones that all fit each other, so the *maximal Nash subsets* are X' x Y' for the maximal
complete bipartite subgraphs.

References: Mangasarian 1964 for the vertices; Winkels 1979 and Jansen 1981 for the subsets, as proposition 3.8 of von
Stengel, in Algorithmic Game Theory (2007); Avis, Rosenberg, Savani & von Stengel, Economic Theory 42 (2010); Bron &
Kerbosch 1973 for the maximal subgraphs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from games.normal_form import NormalFormGame
from solver.stage.indifference import Mixed, on_supports
from solver.stage.polytope import Matrix, Vertex, vertices
from solver.stage.simple_polytope import SimpleWalk, simple_walk
from solver.tables import integer_payoffs

MOST_BASES = 20_000
"""Bases visited for each player; their number grows by 2.6 with each action."""
SMALL = 20
"""Entries of a matrix up to which the walk in whole numbers is as fast as one over arrays."""
FASTER = 10
"""How many more bases are visited over arrays."""


@dataclass(frozen=True)
class Extreme:
    """The extreme equilibria as pairs of mixed strategies, and the maximal Nash subsets as lists of their indices."""

    pairs: tuple[tuple[Mixed, Mixed], ...]
    components: tuple[tuple[int, ...], ...]
    degenerate: bool


def matrices(game: NormalFormGame) -> tuple[Matrix, Matrix]:
    """Return the row player's payoffs by [row][column] and the column player's by [column][row], all positive."""
    payoffs, _ = integer_payoffs(game)
    return _positive(payoffs[0].tolist()), _positive(payoffs[1].T.tolist())


def _positive(matrix: list[list[int]]) -> Matrix:
    shift = 1 - min(map(min, matrix))
    return [[entry + shift for entry in row] for row in matrix]


def extreme_equilibria(game: NormalFormGame, most: int = MOST_BASES) -> Extreme | None:
    """Return the extreme equilibria of a two-player game, or None if it has too many bases to visit them all."""
    rows, columns = matrices(game)
    m, n = len(rows), len(columns)
    walks = _simple_walks(rows, columns, FASTER * most) if m * n > SMALL else None
    if walks is not None:
        if not all(walk.complete for walk in walks):
            return None
        return Extreme(tuple(_complementary(rows, columns, *walks)), (), False)
    column_side, row_side = vertices(rows, most), vertices(columns, most)
    if not (column_side.complete and row_side.complete):
        return None
    simple = row_side.simple and column_side.simple
    pairs = _fitting(row_side.vertices, column_side.vertices, m, n, simple)
    made = tuple((mixed(x.x), mixed(y.x)) for x, y in pairs)
    return Extreme(made, () if simple else _components(pairs), not simple)


def _simple_walks(rows: Matrix, columns: Matrix, most: int) -> tuple[SimpleWalk, SimpleWalk] | None:
    """Return the vertices of the row player's and of the column player's strategies, if both polytopes are simple."""
    row_side = simple_walk(columns, most)
    column_side = simple_walk(rows, most) if row_side is not None and row_side.complete else row_side
    return None if row_side is None or column_side is None else (row_side, column_side)


def _complementary(
    rows: Matrix, columns: Matrix, row_side: SimpleWalk, column_side: SimpleWalk
) -> Iterator[tuple[Mixed, Mixed]]:
    """Yield the equilibria: in simple polytopes what is basic on one side is exactly what is not on the other."""
    m, n = len(rows), len(columns)
    turned = column_side.bases >> n | (column_side.bases & (1 << n) - 1) << m
    found = np.intersect1d(row_side.bases, (1 << m + n) - 1 - turned)
    bits = found[:, None] >> np.arange(m + n) & 1 == 1
    supports = [(np.flatnonzero(own[:m]).tolist(), np.flatnonzero(~own[m:]).tolist()) for own in bits]
    for played, replied in sorted(supports, key=lambda pair: _earliest(*pair)):
        pair = on_supports(rows, columns, played, replied)
        assert pair is not None, "the vertices of a simple polytope have one strategy each"
        yield pair


def _earliest(played: Sequence[int], replied: Sequence[int]) -> tuple[int, Sequence[int], Sequence[int]]:
    """Order by size of the supports, then by supports with earlier actions first."""
    return len(played) + len(replied), played, replied


def mixed(weights: Sequence[int]) -> Mixed:
    """Return whole weights as probabilities."""
    total = sum(weights)
    return tuple(Fraction(weight, total) for weight in weights)


def _fitting(xs: Sequence[Vertex], ys: Sequence[Vertex], m: int, n: int, simple: bool) -> list[tuple[Vertex, Vertex]]:
    """Return the pairs whose labels are all there are; the column player's bits are put in the row player's order."""
    everything, low = (1 << (m + n)) - 1, (1 << n) - 1
    by_labels: dict[int, list[Vertex]] = {}
    for y in ys:
        by_labels.setdefault(y.labels >> n | (y.labels & low) << m, []).append(y)
    out = []
    for x in xs:
        missing = everything & ~x.labels
        # In simple polytopes every vertex has exactly as many labels as needed: only one set fits.
        fits = [missing] if simple else [labels for labels in by_labels if not missing & ~labels]
        out += [(x, y) for labels in fits for y in by_labels.get(labels, ())]
    return sorted(out, key=lambda pair: _order(pair[0], pair[1]))


def _order(x: Vertex, y: Vertex) -> tuple[int, list[bool], list[bool], Vertex, Vertex]:
    """Order by size of the supports, then by supports with earlier actions first."""
    unused = [weight == 0 for weight in x.x], [weight == 0 for weight in y.x]
    size = sum(not u for side in unused for u in side)
    return size, unused[0], unused[1], x, y


def _components(pairs: list[tuple[Vertex, Vertex]]) -> tuple[tuple[int, ...], ...]:
    """Return the maximal Nash subsets: maximal sets of x's and y's that all fit each other."""
    index = {(x.x, y.x): k for k, (x, y) in enumerate(pairs)}
    partners: dict[tuple[int, ...], set[tuple[int, ...]]] = {}
    for x, y in index:
        partners.setdefault(x, set()).add(y)
    # The y's of a maximal subset are what some x's have in common: close the families under intersection.
    closed = set(map(frozenset, partners.values()))
    waiting = list(closed)
    while waiting:
        ys = waiting.pop()
        for own in map(frozenset, partners.values()):
            both = ys & own
            if both and both not in closed:
                closed.add(both)
                waiting.append(both)
    found = []
    for ys in closed:
        xs = [x for x, own in partners.items() if ys <= own]
        if frozenset.intersection(*(frozenset(partners[x]) for x in xs)) == ys:
            found.append(tuple(sorted(index[x, y] for x in xs for y in ys)))
    return tuple(sorted(found))
