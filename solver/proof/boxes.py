"""Is a list of equilibria of two players complete? A tree of boxes, each with the reason why it holds no other one.

In an equilibrium every action is unplayed or a best reply. A tree splits on one action after another; at each leaf
weights z on the other player's actions b, which sum to 0 and are below 0 for best replies only, bound player i's
strategy x: since sum_b z_b g_j(x, b) <= 0 there,

    x_a  <=  max over actions c that may be played of  [c = a] - sum_b z_b g_j(c, b),

and with 0 in place of x_a and [c = a] the box is empty if the bound is below 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from games.normal_form import NormalFormGame, Profile
from solver.proof.reading import Refuted, exact, fields

Shares = dict[Any, Fraction]
View = Mapping[Profile, Shares]
Box = frozenset[tuple[str, str, str]]
"""What is known of the equilibria in a box: (player, action, "best" or "unplayed")."""


def boxes(
    stage: NormalFormGame, views: Sequence[View], tree: Any, found: Sequence[Sequence[Shares]], box: Box = frozenset()
) -> int:
    """Return the number of boxes of a tree that shows that every equilibrium in ``box`` was found.

    ``views`` are what each player's actions earn, by the other's action.

    Raises
    ------
    Refuted : it does not show it.
    """
    players = stage.players
    if "best" in tree:
        player, action, best, unplayed = fields(tree, "player", "action", "best", "unplayed")
        parts = (("best", best), ("unplayed", unplayed))
        return sum(boxes(stage, views, part, found, box | {(player, action, label)}) for label, part in parts)
    may = [[a for a in own if (players[i], a, "unplayed") not in box] for i, own in enumerate(stage.actions)]
    best_replies = [[a for a in own if (players[i], a, "best") in box] for i, own in enumerate(stage.actions)]
    if "empty" in tree:
        player, weights = fields(tree, "empty", "weights")
        i = players.index(player)
        if _most(views[1 - i], None, weights, may[i], best_replies[1 - i]) >= 0:
            raise Refuted("a box need not be empty")
        return 1
    number, bounds = fields(tree, "equilibrium", "bounds")
    if number not in range(len(found)):
        raise Refuted("a box of an equilibrium that is not listed")
    for i, own in enumerate(fields(bounds, *players)):
        for action, weights in zip(may[i], fields(own, *may[i]), strict=True):
            if _most(views[1 - i], action, weights, may[i], best_replies[1 - i]) > found[number][i].get(action, 0):
                raise Refuted("a box may hold another equilibrium")
    return 1


def _most(other: View, action: str | None, weights: Any, may: Sequence[str], best: Sequence[str]) -> Fraction:
    """Return the bound on the probability of one of a player's actions (None: on 0) that weights prove."""
    z = {b: exact(text) for b, text in weights.items()}
    if sum(z.values()) or any(w < 0 and b not in best for b, w in z.items()):
        raise Refuted("weights that do not sum to 0, or below 0 for what need not be a best reply")
    bounds = (Fraction(a == action) - sum(w * other[a,][b] for b, w in z.items()) for a in may)
    return max(bounds, default=Fraction(-1))
