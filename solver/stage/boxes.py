"""A proof that a list of equilibria of two players is complete: a tree of boxes (``solver.proof.boxes`` checks it).

In an equilibrium every action is unplayed or a best reply; a box says which, for some actions. What each player may
play in a box is a face of its best-response polytope: where it has no vertex the box is empty, and where both have one
there is one candidate. Weights that prove it come from linear programmes in rationals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from games.normal_form import NormalFormGame
from games.tables import number
from solver.exact import EXACT, Array, rational
from solver.results.stage import Equilibrium
from solver.stage.bimatrix import matrices, mixed
from solver.stage.indifference import Mixed
from solver.stage.polytope import Vertex, vertices
from solver.stage.programme import minimum
from solver.tables import stage_payoffs

MOST_VERTICES = 3_000
"""Bases visited for each player before no proof is looked for: some tenths of a second."""
MOST_BOXES = 400
"""Boxes after which no proof is looked for: one costs some milliseconds."""
Node = dict[str, Any]
Label = tuple[int, int, str]


class _Unproven(Exception):
    """No tree of a reasonable size shows that the list is complete."""


@dataclass(frozen=True)
class _Box:
    """What is known of the equilibria in a box, and the vertices of both players' strategies that fit it."""

    labels: frozenset[Label]
    sides: tuple[tuple[Vertex, ...], tuple[Vertex, ...]]

    def split(self, label: Label, sizes: tuple[int, int]) -> _Box:
        """Return the part of the box with one more label."""
        i, action, kind = label
        # An action that is unplayed is a label of its own player's vertices, a best reply one of the other's.
        side, bit = (i, action) if kind == "unplayed" else (1 - i, sizes[1 - i] + action)
        kept = tuple(v for v in self.sides[side] if v.labels >> bit & 1)
        sides = (kept, self.sides[1]) if side == 0 else (self.sides[0], kept)
        return replace(self, labels=self.labels | {label}, sides=sides)


def tree(game: NormalFormGame, equilibria: Sequence[Equilibrium]) -> Node | None:
    """Return a tree that shows that a two-player game has these equilibria only.

    None where it has a continuum of them, or where the tree would be too large.
    """
    if len(game.players) != 2:
        return None
    rows, columns = matrices(game)
    sides = vertices(columns, MOST_VERTICES), vertices(rows, MOST_VERTICES)
    if not all(side.complete for side in sides):
        return None
    found = {tuple(tuple(own.values()) for own in e.strategies.values()): k for k, e in enumerate(equilibria)}
    try:
        return _Tree(game, found).node(_Box(frozenset(), (sides[0].vertices, sides[1].vertices)))
    except _Unproven:
        return None


class _Tree:
    """The tree of one game while it grows; lives only inside ``tree``."""

    def __init__(self, game: NormalFormGame, found: dict[tuple[Any, ...], int]) -> None:
        self.game, self.found, self.count = game, found, 0
        self.sizes = len(game.actions[0]), len(game.actions[1])
        payoffs = stage_payoffs(game, EXACT)
        # By own action, then by the other player's: what the other player gets.
        self.gains = payoffs[1], payoffs[0].T

    def node(self, box: _Box) -> Node:
        """Return the tree of one box."""
        for i, side in enumerate(box.sides):
            if not side:
                return self.leaf({"empty": self.game.players[i], "weights": self.weights(box, i, None)[0]})
        if len(box.sides[0]) == len(box.sides[1]) == 1:
            pair = mixed(box.sides[0][0].x), mixed(box.sides[1][0].x)
            if pair in self.found:
                return self.leaf({"equilibrium": self.found[pair], "bounds": self.bounds(box, pair)})
        choices = [
            (i, a)
            for i, size in enumerate(self.sizes)
            for a in range(size)
            if not {(i, a, "best"), (i, a, "unplayed")} & box.labels
        ]
        if not choices:
            raise _Unproven
        parts = [[box.split((i, a, kind), self.sizes) for kind in ("best", "unplayed")] for i, a in choices]
        (i, a), (best, unplayed) = min(zip(choices, parts, strict=True), key=lambda pair: sum(map(_size, pair[1])))
        return {
            "player": self.game.players[i],
            "action": self.game.actions[i][a],
            "best": self.node(best),
            "unplayed": self.node(unplayed),
        }

    def leaf(self, node: Node) -> Node:
        """Return a leaf, counted."""
        self.count += 1
        if self.count > MOST_BOXES:
            raise _Unproven
        return node

    def bounds(self, box: _Box, pair: tuple[Mixed, Mixed]) -> Node:
        """Return the weights that bound the probability of every action that may be played by its own in ``pair``."""
        out: Node = {}
        for i, player in enumerate(self.game.players):
            out[player] = {}
            for a in self.open(box, i):
                weights, bound = self.weights(box, i, a)
                if bound != pair[i][a]:
                    raise _Unproven
                out[player][self.game.actions[i][a]] = weights
        return out

    def open(self, box: _Box, i: int) -> list[int]:
        """Return the actions that a player may play in a box."""
        return [a for a in range(self.sizes[i]) if (i, a, "unplayed") not in box.labels]

    def weights(self, box: _Box, i: int, action: int | None) -> tuple[dict[str, str], Fraction]:
        """Return weights on the other player's actions with the least bound on an action's probability (None: on 0).

        Variables: a positive part by action, a negative part by best reply, and the bound. For None both parts sum to
        1, which keeps the bound from falling for ever.
        """
        may = self.open(box, i)
        size = self.sizes[1 - i]
        best = [b for b in range(size) if (1 - i, b, "best") in box.labels]
        if not may or not best:
            return {}, Fraction(int(action is not None))
        gains = self.gains[i][may]
        matrix = np.concatenate([gains, -gains[:, best], _column(len(may), 1)], axis=1)
        right = EXACT.array([Fraction(int(a == action)) for a in may])
        sums: Array = EXACT.zeros(2, size + len(best) + 1)
        sums[0, :size], sums[1, size:-1] = rational(1), rational(1)
        if action is not None:
            sums = sums[:1] - sums[1:]
        ones = EXACT.array([Fraction(int(action is None))] * len(sums))
        cost = EXACT.zeros(size + len(best) + 1)
        cost[-1] = rational(1)
        whole = np.concatenate([matrix, sums, -sums])
        found = minimum(cost, whole, np.concatenate([right, ones, -ones]), (len(cost) - 1,))
        if found is None or found.proof != "exact":
            raise _Unproven
        z = [Fraction(share) for share in found.x[:size]]
        for b, share in zip(best, found.x[size:-1], strict=True):
            z[b] -= Fraction(share)
        names = self.game.actions[1 - i]
        return {names[b]: number(share) for b, share in enumerate(z) if share}, Fraction(found.value)


def _column(size: int, value: int) -> Array:
    return np.full((size, 1), rational(value), dtype=object)


def _size(box: _Box) -> int:
    return len(box.sides[0]) * len(box.sides[1])
