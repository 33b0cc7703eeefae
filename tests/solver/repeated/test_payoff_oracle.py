"""Payoff sets against oracles that share nothing with the solver: from outside, from inside, and by one more period."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as F
from random import Random

import numpy as np
import pytest
from oracles import contracts
from oracles.outer_levels import Directions, outside
from oracles.payoff_sets import Sets, after_one_period, beyond, extreme, facet_normals, from_above, levels
from oracles.penal_codes import inside
from small_games import again, bimatrix, tables

from games.stochastic import StochasticGame
from solver.repeated.contract import contract
from solver.repeated.payoff_sets import payoff_sets
from solver.results.repeated import PayoffSets

DELTAS = [F(1, 10), F(3, 10), F(1, 2), F(7, 10), F(9, 10)]
CAPS = [F(0), F(0), F(1, 4), F(1), F(50)]
DILEMMA = again([[9, 1], [10, 3]])
SANNIKOV = again([[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]])
# A knife's edge: whoever leaves (r0, c1) is answered by what it gets there, exactly.
EDGE = again([[0, -4], [6, -1]], [[0, 0], [1, 0]])

Question = tuple[StochasticGame, tuple[F, F], F]


def drawn(seed: int, states: Sequence[int] = (1, 1, 1, 2, 2, 3), deltas: Sequence[F] = tuple(DELTAS)) -> Question:
    """Return a random game with small whole payoffs, hence ties, discount factors (half of them equal) and a cap."""
    rng = Random(seed)
    count, span = rng.choice(states), rng.choice([1, 2, 3, 5])
    stages, rows = [], []
    for _ in range(count):
        m, n = (2, 2) if count == 3 else rng.choice([(2, 2), (2, 3), (3, 2), (3, 3)])
        one, two = ([[rng.randint(-span, span + 1) for _ in range(n)] for _ in range(m)] for _ in "12")
        stages.append(bimatrix(one, two))
        chances = {}
        for profile in stages[-1].profiles():
            weights = [rng.choice([0, 0, 1, 2]) for _ in range(count)]
            weights[rng.randrange(count)] += not any(weights)
            chances[profile] = {t: F(w, sum(weights)) for t, w in enumerate(weights) if w}
        rows.append(chances)
    game = StochasticGame(tuple(f"s{k}" for k in range(count)), tuple(stages), tuple(rows))
    first = rng.choice(deltas)
    return game, (first, first if rng.random() < 0.5 else rng.choice(deltas)), rng.choice(CAPS)


def sets_of(found: PayoffSets) -> Sets:
    return [list(state.vertices) for state in found.states]


def aimed(sets: Sets, discount: Sequence[F]) -> Directions:
    """Return directions that include the facets of some sets, of their images one period earlier, and of payments."""
    deltas = np.array([float(d) for d in discount])
    facets = [facet_normals(own) for own in sets if own]
    earlier = [rows / deltas for rows in facets if deltas[0] != deltas[1] and deltas.all()]
    return Directions(np.concatenate([[1 - deltas[::-1]], *facets, *earlier]))


def check(question: Question) -> None:
    """Assert that the solver's sets lie between the bounds and are the fixed point that they are said to be."""
    game, discount, cap = question
    found = payoff_sets(game, discount, cap, max_rounds=3000)
    sets, proven, error = sets_of(found), not found.proof.startswith("none"), float(found.error)
    along = aimed(sets, discount)
    for own, known in zip(sets, inside(game, discount, cap), strict=True):
        assert beyond(known, own) <= (error if proven else 0) + 1e-7
    missed = 0.0
    for own, level in zip(sets, outside(game, discount, cap, along), strict=True):
        assert bool(own) == bool(np.isfinite(level).all())
        if own:
            assert float((levels(own, along.rows) - level).max()) <= 1e-7
            missed = max(missed, float((level - levels(own, along.rows)).max()))
    if proven:
        near = error + 1e-6
        assert missed <= near or from_above(game, discount, cap, sets, near) <= near
        assert found.converged
        generates_itself(game, discount, cap, found)


def generates_itself(game: StochasticGame, discount: tuple[F, F], cap: F, found: PayoffSets) -> None:
    """Assert that one period more changes nothing: exactly if the sets are exact."""
    sets, exact = sets_of(found), found.proof == "exact"
    after = after_one_period(
        game, discount if exact else [float(d) for d in discount], cap if exact else float(cap), sets
    )
    if exact:
        assert found.error == 0
        assert [set(own) for own in after] == [set(extreme(own)) for own in sets]
    else:
        assert max(beyond(own, more) for own, more in zip(sets, after, strict=True)) <= 1e-9


@pytest.mark.parametrize("seed", range(24))
def test_nothing_is_missing_and_nothing_is_invented(seed: int) -> None:
    check(drawn(seed, states=(1, 1, 2, 3), deltas=DELTAS[:4]))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 300))
def test_nothing_is_missing_and_nothing_is_invented_in_many_games(seed: int) -> None:
    check(drawn(seed))


@pytest.mark.parametrize("seed", range(20))
def test_a_cap_that_never_binds_is_the_best_contract(seed: int) -> None:
    game, (delta, _), _ = drawn(seed, states=(1, 2), deltas=DELTAS[:4])
    sets, free = sets_of(payoff_sets(game, (delta, delta), F(1000))), contract(game, delta, plan=False)
    brute = contracts.contract(game, delta)
    assert bool(brute) == bool(free.states) == any(map(bool, sets))
    for s, best in enumerate(free.states):
        assert brute is not None
        low = best.punishment["row"], best.punishment["column"]
        assert max(x + y for x, y in sets[s]) == best.joint == brute[0][s]
        assert (min(x for x, _ in sets[s]), min(y for _, y in sets[s])) == low == (brute[1][0][s], brute[1][1][s])


@pytest.mark.parametrize("seed", range(10))
def test_a_cap_of_zero_is_no_money(seed: int) -> None:
    game, discount, _ = drawn(seed, states=(1, 2), deltas=DELTAS[:4])
    assert payoff_sets(game, discount, F(0)) == payoff_sets(game, discount)
    # The smallest cap that matters: what is paid in every period for ever is at most the cap.
    none, tiny = sets_of(payoff_sets(game, discount)), inside(game, discount, F(1, 10**9))
    assert max(beyond(few, own) for few, own in zip(tiny, none, strict=True)) < 1e-6


# --- the oracles themselves, on answers that are known


def test_the_oracles_find_published_sets() -> None:
    # Abreu & Sannikov 2014; a dilemma (3,3) (9.75,3) (9,9) (3,9.75) from one quarter on.
    sannikov = [
        (7.33770472, 10.9826253), (1.12568240, 2.8), (7.33770472, 0),
        (7.86308964, 0), (19.7917977, 2.8), (15.5630896, 9.1),
    ]  # fmt: skip
    for game, delta, known in (
        (SANNIKOV, F(3, 10), sannikov),
        (DILEMMA, F(1, 4), [(3, 3), (9.75, 3), (9, 9), (3, 9.75)]),
        (DILEMMA, F(1, 5), [(3, 3), (9, 9)]),
        (DILEMMA, F(1, 8), [(3, 3)]),
    ):
        along = Directions(facet_normals(extreme(known)))
        (level,) = outside(game, (delta, delta), directions=along)
        assert level == pytest.approx(levels(known, along.rows), abs=1e-7)
        (inner,) = inside(game, (delta, delta))
        assert beyond(inner, extreme(known)) < 1e-7
        # The corners of the first keep each other up, and nothing simpler does.
        assert game is SANNIKOV or beyond(known, inner) < 1e-7


def test_the_oracles_notice_a_set_too_large_and_one_too_small() -> None:
    square: Sets = [[(F(3), F(3)), (F(39, 4), F(3)), (F(9), F(9)), (F(3), F(39, 4))]]
    quarter = (F(1, 4), F(1, 4))
    assert set(after_one_period(DILEMMA, quarter, F(0), square)[0]) == set(square[0])
    tall = extreme([*square[0], (F(10), F(3))])
    assert beyond(tall, after_one_period(DILEMMA, quarter, F(0), [tall])[0]) > 0.05
    assert beyond(inside(DILEMMA, quarter)[0], square[0][:3]) > 0.5


# --- single cases


def test_on_a_knifes_edge_where_patience_differs_the_set_has_infinitely_many_corners() -> None:
    # (-1, 1/2): (r0, c1) once, then the stage equilibrium (6, 1) for ever; whoever leaves starts it again. Player one
    # loses nothing by that, and gains nothing. Before it, any number of periods of (6, 1); nothing else is kept up:
    # (r0, c0) would have to be followed by 13 or more, (r1, c1) by more than 1, and (r0, c1) by (6, 1) alone.
    corners = [(F(-1), F(1, 2)), (F(6), F(1))]
    for _ in range(40):
        x, y = corners[-1] if len(corners) > 2 else corners[0]
        corners.append((F(42, 10) + F(3, 10) * x, (1 + y) / 2))
    true = extreme(corners)
    (found,) = sets_of(payoff_sets(EDGE, (F(3, 10), F(1, 2))))
    assert beyond(found, true) < 1e-6 and beyond(true, found) < 1e-6
    # One period more adds the next corner, and nothing else.
    (after,) = after_one_period(EDGE, (F(3, 10), F(1, 2)), F(0), [true])
    assert beyond(true, after) == 0 and beyond(after, true) < 1e-6


def test_on_a_knifes_edge_where_rounding_counts_for_much_the_bound_holds() -> None:
    # (1/10, 0): (r1, c0) once, then (0, 1) for ever by (r0, c1); player two loses nothing by leaving. Before it, any
    # number of periods of (0, 1). Without exactly 1 to follow there is no (r1, c0), without 1/9 neither (r0, c0) nor
    # (r1, c1). The corners (.9^k / 10, 1 - 2^-k) run into (0, 1) so flatly that 1e-13 in the one is 1e-3 in the other.
    game = again([[0, 0], [1, -1]], [[1, 1], [-1, 0]])
    true = extreme([(F(0), F(1)), *((F(9, 10) ** k / 10, 1 - F(1, 2) ** k) for k in range(60))])
    found = payoff_sets(game, (F(9, 10), F(1, 2)))
    assert beyond(true, sets_of(found)[0]) < 1e-6
    assert found.proof.startswith("none") or beyond(sets_of(found)[0], true) < 1e-6
    assert beyond(true, inside(game, (F(9, 10), F(1, 2)), rounds=200)[0]) < 1e-9


def test_on_a_knifes_edge_payments_for_ever_keep_up_the_worst() -> None:
    # (2, 2/5): (r1, c1) once, then player two pays 1 in every period of (2, 2), which is worth (3, 1). Player one
    # loses nothing by leaving, as its worst is 2. Outside this edge there is nothing but (2, 2).
    game, discount = again([[1, 2], [-1, 1], [2, -1]], [[0, 2], [-2, -1], [2, -2]]), (F(1, 2), F(7, 10))
    three: Sets = [[(F(2), F(2)), (F(3), F(1)), (F(2), F(2, 5))]]
    assert beyond(three[0], after_one_period(game, discount, F(1), three)[0]) == 0
    found = payoff_sets(game, discount, F(1), max_rounds=3000)
    assert beyond(three[0], sets_of(found)[0]) < 1e-6
    assert min(y for _, y in sets_of(found)[0]) == pytest.approx(0.4, abs=1e-5)


def test_where_two_leave_at_once_play_must_go_on_too() -> None:
    # Nobody alone gains by leaving (4, -3); only both together reach the second state, which has no equilibrium.
    calm, pennies = bimatrix([[4, -3], [-2, -2]], [[-3, -4], [-1, 6]]), bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    stay = {p: {int(p == ("r1", "c1")): F(1)} for p in calm.profiles()}
    game = StochasticGame(("calm", "pennies"), (calm, pennies), (stay, {p: {1: F(1)} for p in pennies.profiles()}))
    for cap in (F(0), F(50)):
        assert sets_of(payoff_sets(game, (F(3, 10), F(3, 10)), cap)) == [[], []]
    assert not contract(game, F(3, 10), plan=False).states


# --- against QuantEcon


@pytest.mark.peer
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("seed", range(60))
def test_quantecon_finds_no_more_and_no_less(seed: int) -> None:
    gt = pytest.importorskip("quantecon.game_theory")
    game, (delta, _), _ = drawn(seed, states=(1,))
    found = payoff_sets(game, (delta, delta))
    (own,) = sets_of(found)
    if len(own) < 3:
        pytest.skip("QuantEcon draws neither points nor segments")
    one, two = (np.array(table, dtype=float) for table in tables(game.stages[0]))
    theirs = gt.RepeatedGame(
        gt.NormalFormGame((gt.Player(one), gt.Player(np.ascontiguousarray(two.T)))), float(delta)
    ).equilibrium_payoffs()
    points = extreme([(float(x), float(y)) for x, y in theirs.points[theirs.vertices]])
    assert beyond(points, own) < 1e-6 and beyond(own, points) < 1e-6
