"""All equilibria of a two-player game: its extreme equilibria and the maximal Nash subsets that they span.

(x, y) is an equilibrium iff every pure strategy of both players is unplayed or a best reply: together the labels of x
and y are all there are (``polytope``). The extreme equilibria are the pairs of vertices with that property. In a
nondegenerate game these are all equilibria; otherwise every equilibrium is a convex combination of extreme ones that
all fit each other, so the *maximal Nash subsets* are X' x Y' for the maximal complete bipartite subgraphs.

References: Mangasarian 1964 for the vertices; Winkels 1979 and Jansen 1981 for the subsets, as proposition 3.8 of von
Stengel, in Algorithmic Game Theory (2007); Avis, Rosenberg, Savani & von Stengel, Economic Theory 42 (2010); Bron &
Kerbosch 1973 for the maximal subgraphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from games.normal_form import NormalFormGame
from solver.stage.polytope import Matrix, Vertex, vertices
from solver.tables import integer_payoffs

MOST_BASES = 60_000
"""Bases visited for each player: about half a minute, at 13 x 13. Their number grows by 2.6 with each action."""
Mixed = tuple[Fraction, ...]


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
    column_side, row_side = vertices(rows, most), vertices(columns, most)
    if not (column_side.complete and row_side.complete):
        return None
    pairs = _fitting(row_side.vertices, column_side.vertices, m, n)
    simple = row_side.simple and column_side.simple and not _shares_a_side(pairs)
    made = tuple((mixed(x.x), mixed(y.x)) for x, y in pairs)
    return Extreme(made, () if simple else _components(pairs), not simple)


def mixed(weights: Sequence[int]) -> Mixed:
    """Return whole weights as probabilities."""
    total = sum(weights)
    return tuple(Fraction(weight, total) for weight in weights)


def _fitting(xs: Sequence[Vertex], ys: Sequence[Vertex], m: int, n: int) -> list[tuple[Vertex, Vertex]]:
    """Return the pairs whose labels are all there are; the column player's bits are put in the row player's order."""
    everything, low = (1 << (m + n)) - 1, (1 << n) - 1
    by_labels: dict[int, list[Vertex]] = {}
    for y in ys:
        by_labels.setdefault(y.labels >> n | (y.labels & low) << m, []).append(y)
    out = []
    simple = all(labels.bit_count() == n for labels in by_labels)
    for x in xs:
        missing = everything & ~x.labels
        if simple and missing.bit_count() == n:
            # In a simple polytope every vertex has exactly as many labels as needed: only one set fits.
            fitting = by_labels.get(missing, [])
        else:
            fitting = [y for labels, same in by_labels.items() if not missing & ~labels for y in same]
        out += [(x, y) for y in fitting]
    return sorted(out, key=lambda pair: _order(pair[0], pair[1]))


def _order(x: Vertex, y: Vertex) -> tuple[int, list[bool], list[bool], Vertex, Vertex]:
    """Order by size of the supports, then by supports with earlier actions first."""
    unused = [weight == 0 for weight in x.x], [weight == 0 for weight in y.x]
    size = sum(not u for side in unused for u in side)
    return size, unused[0], unused[1], x, y


def _shares_a_side(pairs: list[tuple[Vertex, Vertex]]) -> bool:
    """Return whether one strategy is in two equilibria, which only happens in degenerate games."""
    return len({x.x for x, _ in pairs}) < len(pairs) or len({y.x for _, y in pairs}) < len(pairs)


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
