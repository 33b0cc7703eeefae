"""Where patience differs: how far the sets can be from the truth, from rational sets that generate themselves."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from oracles.automata import slacks

from games.normal_form import NormalFormGame
from games.stochastic import StochasticGame
from solver.repeated.payoff_sets import payoff_sets
from solver.repeated.plans import plan
from solver.repeated.polygons import distance, encloses, hull

Matrix = list[list[int]]
DIFFERENT = (F(3, 10), F(1, 2))
# A carrot and a stick: (6, 1) is a stage equilibrium; r0 against c1 costs the row player 4 once, then (6, 1) for ever.
# That is worth -2.8 + .3 x 6 = -1 to it, exactly what it gets by leaving: 7/10 x (-1) + 3/10 x (-1).
STICK = [[0, -4], [6, -1]], [[0, 0], [1, 0]]


def repeated(one: Matrix, two: Matrix) -> StochasticGame:
    rows, columns = tuple(f"r{k}" for k in range(len(one))), tuple(f"c{k}" for k in range(len(one[0])))
    payoffs = {(a, b): (F(one[i][j]), F(two[i][j])) for i, a in enumerate(rows) for j, b in enumerate(columns)}
    game = NormalFormGame(("row", "column"), (rows, columns), payoffs)
    return StochasticGame(("s",), (game,), ({profile: {0: F(1)} for profile in game.profiles()},))


def test_the_stick_and_what_leads_to_it_are_reached_exactly() -> None:
    """By hand: n periods of (6, 1) before the stick are worth 6 - 7 x .3^n and 1 - .5^(n+1); all are extreme points."""
    found = payoff_sets(repeated(*STICK), DIFFERENT)
    assert found.proof.startswith("within 1e-") and found.converged
    assert found.error < 1e-6
    vertices = found.states[0].vertices
    for n in range(5):
        by_hand = (6 - 7 * F(3, 10) ** n, 1 - F(1, 2) ** (n + 1))
        assert min(max(abs(x - by_hand[0]), abs(y - by_hand[1])) for x, y in vertices) < 1e-9
    assert (-1, F(1, 2)) in vertices and (6, 1) in vertices


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ([[9, 1], [10, 3]], [[9, 10], [1, 3]]),
        ([[-4, 0, -2], [-1, -4, 0], [-3, -3, 0]], [[0, -2, 2], [5, 0, -2], [-4, 4, -4]]),
        pytest.param(
            [[-3, -1, 5], [2, -1, 0], [-3, -4, -3]], [[5, -4, 4], [0, 6, 6], [-2, -3, 4]], marks=pytest.mark.slow
        ),
    ],
)
def test_what_is_told_is_proven_and_close(one: Matrix, two: Matrix) -> None:
    for discount in (DIFFERENT, (F(9, 10), F(7, 10)), (F(1, 10), F(3, 5))):
        found = payoff_sets(repeated(one, two), discount)
        assert not found.proof.startswith("none"), discount
        assert found.error < 1e-6


def test_a_point_lies_in_a_polygon_a_segment_or_a_point() -> None:
    square = hull([(F(0), F(0)), (F(1), F(0)), (F(1), F(1)), (F(0), F(1))])
    assert encloses(square, (F(1, 3), F(1))) and not encloses(square, (F(1, 3), F(1) + F(1, 10**30)))
    segment = hull([(F(0), F(0)), (F(2), F(2))])
    assert encloses(segment, (F(1), F(1))) and not encloses(segment, (F(1), F(1) + F(1, 10**30)))
    assert encloses(((F(1), F(2)),), (F(1), F(2))) and not encloses(((F(1), F(2)),), (F(1), F(1)))
    assert not encloses((), (F(0), F(0)))
    assert distance(segment, square) > 0


def test_the_play_that_reaches_it_is_exact_though_the_corners_are_told_in_floats() -> None:
    one, two = [[9, 1], [10, 3]], [[9, 10], [1, 3]]
    game = repeated(one, two)
    found = payoff_sets(game, DIFFERENT)
    assert found.inside and any(isinstance(x, float) for v in found.states[0].vertices for x in v)
    made = plan(game, DIFFERENT, found.inside, 0)
    assert made is not None and made.proof == "exact" and made.slack == min(slacks(game, DIFFERENT, made)) >= 0
    joint = max(float(x + y) for x, y in found.states[0].vertices)
    assert float(sum(map(F, made.values.values()))) == pytest.approx(joint)
