"""Random plays against closed forms.

Sharing is awake in ``crisis`` and asleep in ``calm``. Crisis ends with chance q a period, and comes back with chance r;
an end from outside comes with chance h. So the time unbroken is geometric: P(L > k) = ((1 - q)(1 - h))^k, and cut off
after T periods its mean is (1 - s^T) / (1 - s), with s = (1 - q)(1 - h).
"""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import pytest

from games.files.scenario import build, read
from games.files.syntax import parse
from solver.results.sharing import Simulation
from solver.sharing.evaluate import evaluate
from solver.sharing.simulation import simulate

Q, R = 0.125, 0.25
WAVES = """
title = "Awake in crises only"
discount = 0.5
HEAD
[urgency]
levels = { calm = 0, crisis = 1 }
transitions = { calm = { calm = 0.75, crisis = 0.25 }, crisis = { calm = 0.125, crisis = 0.875 } }
start = "crisis"
[actors.holder]
actions = ["share", "withhold"]
terms = [
  { name = "benefit", base = 0.1, urgency_slope = 4.9, when = { user = "use" } },
  { name = "cost", base = 1, kind = "cost", when = { holder = "share" } },
]
[actors.user]
actions = ["use", "leave"]
terms = [
  { name = "impact", base = 0.1, urgency_slope = 2.9, when = { holder = "share" } },
  { name = "effort", base = 1, kind = "cost", when = { user = "use" } },
]
"""
RUNS = 4000
CASES = Path(__file__).resolve().parent.parent / "cases"


def waves(head: str = "", periods: int = 30, runs: int = RUNS, paths: int = 3, seed: int = 0) -> Simulation:
    return simulate(build(parse(WAVES.replace("HEAD", head), "waves", "toml"), "waves"), periods, runs, paths, seed)


def close(simulated: float, computed: float, error: float) -> bool:
    """Whether two figures are within four standard errors (the seeds are fixed)."""
    return abs(simulated - computed) <= 4 * error + 1e-12


def test_the_scenario_is_awake_in_crises_only():
    found = evaluate(build(parse(WAVES.replace("HEAD", ""), "waves", "toml"), "waves"))
    assert {s.state: s.holds for s in found.states} == {"calm": False, "crisis": True}


def test_a_seed_gives_the_same_plays_again():
    assert waves(seed=5) == waves(seed=5)


def test_another_seed_gives_other_plays():
    found = [waves(seed=seed) for seed in range(4)]
    assert len({f.mean_length for f in found}) == 4
    assert len({f.paths for f in found}) == 4


def test_more_paths_shown_change_no_figure():
    assert waves(paths=0).mean_length == waves(paths=10).mean_length
    assert len(waves(paths=0).paths) == 0
    assert len(waves(runs=5, paths=10).paths) == 5


def test_what_is_shown_of_a_path_is_as_long_as_the_play_and_begins_at_the_start():
    found = waves(periods=7)
    assert {len(p) for p in (*found.paths, *found.awake)} == {7}
    assert {p[0] for p in found.paths} == {"crisis"}
    assert all(on == (state == "crisis") for p, a in zip(found.paths, found.awake, strict=True)
               for state, on in zip(p, a, strict=True))  # fmt: skip


@pytest.mark.parametrize("h", [0.0, 0.05])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_mean_time_unbroken_is_that_of_the_chain(h, seed):
    found, stays = waves(f"ends = {h}", seed=seed), (1 - Q) * (1 - h)
    assert close(found.mean_length, (1 - stays**30) / (1 - stays), found.mean_length_error)
    assert found.expected.expected_length == pytest.approx(1 / (1 - stays))
    assert found.mean_length_error == pytest.approx(sqrt(stays) / (1 - stays) / sqrt(RUNS), rel=0.15)


@pytest.mark.parametrize("h", [0.0, 0.05])
def test_the_chance_to_be_unbroken_is_that_of_the_chain(h):
    found, stays = waves(f"ends = {h}", seed=2), (1 - Q) * (1 - h)
    assert set(found.unbroken) == {1, 3, 6, 12, 24}
    for k, p in found.unbroken.items():
        assert close(p, stays**k, sqrt(stays**k * (1 - stays**k) / RUNS))
        assert found.expected.unbroken[k] == pytest.approx(stays**k)


def test_over_long_plays_the_share_of_time_awake_is_that_of_the_chain():
    """The error of a share over a chain with second eigenvalue z is sqrt(p (1 - p) (1 + z) / (1 - z) / n)."""
    found, p, z = waves(periods=1000, runs=200, seed=3), R / (Q + R), 1 - Q - R
    assert found.expected.awake_share == pytest.approx(p, abs=1e-6)
    bias = (1 - p) / (1 - z) / 1000
    assert close(found.awake_share, p + bias, sqrt(p * (1 - p) * (1 + z) / (1 - z) / 200_000))


def test_over_short_plays_the_share_of_time_awake_is_that_of_the_same_periods():
    """P(awake at t) = p + (1 - p) z^t; what stands beside a simulated share should be of the same periods."""
    found, p, z = waves(periods=10, seed=4), R / (Q + R), 1 - Q - R
    share = sum(p + (1 - p) * z**t for t in range(10)) / 10
    assert close(found.awake_share, share, 0.5 * sqrt(10) / sqrt(10 * RUNS))


def test_payoffs_are_the_means_of_what_the_states_pay():
    """Awake the holder has .1 + 4.9 - 1 = 4 a period and the user .1 + 2.9 - 1 = 2; asleep both have 0."""
    found = waves(seed=6)
    assert found.payoffs["holder"] == pytest.approx(4 * found.awake_share)
    assert found.payoffs["user"] == pytest.approx(2 * found.awake_share)


def test_an_agreement_that_lapses_for_good_does_not_wake_again():
    found = waves("[agreement]\nlapse = 'end'", seed=7)
    for awake in found.awake:
        assert list(awake) == sorted(awake, reverse=True)
    stays = 1 - Q
    assert close(found.mean_length, (1 - stays**30) / (1 - stays), found.mean_length_error)
    assert found.awake_share == pytest.approx(found.mean_length / 30)


def test_plays_cut_off_while_unbroken_are_told():
    assert any("cut off" in note for note in waves(periods=5).notes)


def test_more_plays_narrow_the_error_by_the_root():
    assert waves(runs=4000).mean_length_error == pytest.approx(waves(runs=1000).mean_length_error / 2, rel=0.2)


def test_what_never_breaks_is_unbroken_in_every_play():
    found = simulate(read(str(CASES / "dilemma-48.toml")), 20, 50)
    assert (found.mean_length, found.mean_length_error, found.awake_share) == (20, 0, 1)
    assert found.expected.expected_length is None


def test_what_fails_is_never_awake_and_says_so():
    found = simulate(read(str(CASES / "timing-none.toml")), 20, 50)
    assert (found.mean_length, found.awake_share) == (0, 0)
    assert any("fails" in note for note in found.notes)


def test_batches_do_not_change_what_is_counted(monkeypatch):
    import solver.sharing.simulation as simulation

    monkeypatch.setattr(simulation, "CELLS", 64 * 30)
    found, stays = waves(runs=1000, seed=8), 1 - Q
    assert close(found.mean_length, (1 - stays**30) / (1 - stays), found.mean_length_error)
    assert len(found.paths) == 3
