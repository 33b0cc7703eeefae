"""How long an agreement lasts: closed forms, and the same by drawing plays at random."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from games.partnership import Hazard, Partnership, Scenario
from solver.results.sharing import Lifetime
from solver.sharing.decision import decide
from solver.sharing.lifetime import HORIZONS, lifetime, path_chain
from solver.sharing.simulation import simulate
from solver.sharing.situation import situation
from tests.small import SHARE, F, chain, dilemma
from tests.strategies import no_instruments

chances = st.integers(1, 19).map(lambda k: F(k, 20))
some = settings(
    max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def lasting(rows: tuple[tuple[Fraction, ...], ...] = ((F(1),),), **changes: object) -> Partnership:
    """Return a partnership that everybody keeps to, with a chain of urgency levels."""
    base = dilemma([F(6)] * 2, [F(7)] * 2, [F(1)] * 2, [F("0.9")] * 2)
    target = {name: (SHARE,) * len(rows) for name in base.names}
    return replace(base, urgency=chain(*rows), target=target, **changes)  # type: ignore[arg-type]


def lived(partnership: Partnership, *awake: bool) -> Lifetime:
    return lifetime(situation(partnership), awake)


def test_what_nothing_ends_lasts_for_ever() -> None:
    found = lived(lasting(), True)
    assert found.expected_length is None
    assert found.awake_share == pytest.approx(1)
    assert found.wakes_after == 0
    assert dict(found.alive) == dict(found.unbroken) == dict.fromkeys(HORIZONS, 1.0)


@some
@given(chances)
def test_an_end_from_outside_is_geometric(h: Fraction) -> None:
    """Mean 1/h; alive after k with chance (1-h)^k; while it lives it is always awake."""
    found = lived(lasting(ends=h), True)
    assert found.expected_length == pytest.approx(float(1 / h))
    for k in HORIZONS:
        assert found.alive[k] == found.unbroken[k] == pytest.approx(float(1 - h) ** k)
    assert found.awake_share == pytest.approx(1)


@some
@given(chances)
def test_a_hazard_is_geometric_too_and_leaves_no_time_awake_in_the_long_run(h: Fraction) -> None:
    found = lived(lasting(hazards=(Hazard("shock", (h,)),)), True, False)
    assert found.expected_length == pytest.approx(float(1 / h))
    assert found.alive[6] == found.unbroken[6] == pytest.approx(float(1 - h) ** 6)
    assert found.awake_share == pytest.approx(0, abs=1e-6)


@some
@given(chances, chances, st.sampled_from([F(0), F(1, 10)]))
def test_two_levels_one_of_them_asleep(leave: Fraction, back: Fraction, h: Fraction) -> None:
    """Awake for 1/leave periods on end; in the long run back / (leave + back) of the time; it lives on asleep."""
    rows = ((1 - leave, leave), (back, 1 - back))
    found = lived(lasting(rows, ends=h), True, False)
    stay = (1 - h) * (1 - leave)
    assert found.expected_length == pytest.approx(float(1 / (1 - stay)))
    assert found.awake_share == pytest.approx(float(back / (leave + back)), abs=1e-6)
    for k in HORIZONS:
        assert found.alive[k] == pytest.approx(float(1 - h) ** k)
        assert found.unbroken[k] == pytest.approx(float(stay) ** k)


@some
@given(chances, chances)
def test_where_sleep_is_the_end_only_the_first_spell_counts(leave: Fraction, back: Fraction) -> None:
    rows = ((1 - leave, leave), (back, 1 - back))
    found = lived(lasting(rows, lapse="end"), True, False)
    assert found.expected_length == pytest.approx(float(1 / leave))
    assert found.awake_share == pytest.approx(0, abs=1e-6)
    assert found.alive[12] == found.unbroken[12] == pytest.approx(float(1 - leave) ** 12)


@some
@given(chances, chances)
def test_from_an_asleep_start_it_wakes_after_a_geometric_wait(leave: Fraction, back: Fraction) -> None:
    rows = ((1 - leave, leave), (back, 1 - back))
    asleep = replace(lasting(rows), urgency=chain(*rows, start=1))
    found = lived(asleep, True, False)
    assert found.wakes_after == pytest.approx(float(1 / back))
    assert found.expected_length == pytest.approx(float(1 / leave))
    assert found.unbroken[1] == 0
    assert found.alive[1] == 1
    over = lived(replace(asleep, lapse="end"), True, False)
    assert (over.expected_length, over.alive[1]) == (0, 0)


def test_a_level_that_is_never_left_lasts_for_ever_only_if_it_is_always_reached() -> None:
    """From the first level to an absorbing awake or an asleep one, half and half: the mean has no end."""
    rows = ((F(0), F(1, 2), F(1, 2)), (F(0), F(1), F(0)), (F(0), F(0), F(1)))
    assert lived(lasting(rows), True, True, False).expected_length is None
    assert lived(lasting(rows), True, True, False).awake_share == pytest.approx(1 / 2, abs=1e-6)
    assert lived(lasting(rows), True, False, False).expected_length == pytest.approx(1)


@some
@given(no_instruments())
def test_the_chances_are_those_of_powers_of_the_chain(partnership: Partnership) -> None:
    decision = decide(partnership)
    ready, awake = decision.situation, np.array(decision.awake)
    found, rows = lifetime(ready, decision.awake), path_chain(ready, decision.awake)
    inside = np.linalg.matrix_power(rows * awake[:, None] * awake[None, :], 3)[ready.start].sum()
    assert found.unbroken[3] == pytest.approx(inside * awake[ready.start])
    assert all(found.alive[k] >= found.alive[later] - 1e-12 for k, later in pairwise(HORIZONS))
    assert all(found.unbroken[k] <= found.alive[k] + 1e-12 for k in HORIZONS)
    assert 0 <= found.awake_share <= 1 + 1e-9


@settings(some, max_examples=12)
@given(no_instruments(), st.sampled_from([F(0), F(1, 20)]))
def test_plays_drawn_at_random_last_as_long_as_computed(partnership: Partnership, h: Fraction) -> None:
    partnership = replace(partnership, ends=h)
    drawn = simulate(Scenario(partnership), periods=150, runs=4_000, seed=3)
    assume(drawn.verdict != "fails")
    expected = drawn.expected
    for k, share in drawn.unbroken.items():
        error = (expected.unbroken[k] * (1 - expected.unbroken[k]) / drawn.runs) ** 0.5
        assert abs(share - expected.unbroken[k]) <= 5 * error + 1e-9
    cut = expected.unbroken[120] > 1e-4
    if expected.expected_length is not None and not cut and expected.wakes_after == 0:
        assert abs(drawn.mean_length - expected.expected_length) <= 5 * drawn.mean_length_error + 1e-3


def test_the_same_seed_draws_the_same_plays() -> None:
    one, two, other = (simulate(Scenario(lasting(((F(1, 2),) * 2,) * 2)), 20, 50, seed=s) for s in (1, 1, 2))
    assert one.paths == two.paths != other.paths
