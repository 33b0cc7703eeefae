"""Expected payoffs: closed forms of the literature, an oracle in fractions, and simulation."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from automata_files import dilemma, machines, ours, symmetric
from hypothesis import given, settings
from hypothesis import strategies as st

from classroom.tournament import exact
from classroom.tournament.arena import Arena, read_arena, tables
from classroom.tournament.machine import machine
from classroom.tournament.play import line, played
from classroom.tournament.results import Length
from classroom.tournament.round_robin import period_weights, round_robin
from classroom.tournament.strategy import Node, Rule, Strategy

FOREVER = 1 - 1e-9
"""So patient that a discounted mean is the long-run mean."""
F = Fraction


def earned(arena: Arena, pair: tuple[str, str], noise: float, delta: float) -> tuple[float, float]:
    numbers = tables(arena)
    found = exact.discounted(*machines(arena, *pair), numbers, noise, delta)
    assert found.outcomes.sum() == pytest.approx(1, abs=1e-6)
    one, other = np.einsum("sab,sabr->r", found.outcomes, numbers.payoffs)
    return float(one), float(other)


@pytest.mark.parametrize("noise", [0.001, 0.01, 0.3])
def test_under_any_noise_tit_for_tat_spends_a_quarter_of_its_time_in_each_outcome_with_its_twin(noise):
    """Molander, Journal of Conflict Resolution 29 (1985); Nowak & Sigmund 1992: (R + S + T + P) / 4, not R."""
    pair = machines(dilemma(), "tit-for-tat", "tit-for-tat")
    found = exact.discounted(*pair, tables(dilemma()), noise, FOREVER).outcomes
    assert found == pytest.approx(np.full((1, 2, 2), 0.25), abs=1e-5)
    assert earned(dilemma(), ("tit-for-tat", "tit-for-tat"), noise, FOREVER)[0] == pytest.approx(9 / 4, abs=1e-5)


@pytest.mark.parametrize("noise", [0.001, 0.01, 0.3])
def test_win_stay_lose_shift_mends_its_errors_with_its_twin_in_two_periods(noise):
    """Nowak & Sigmund 1993. Both intend to share with probability s = (1-e)^2 + e^2, whatever happened before."""
    s = (1 - noise) ** 2 + noise**2
    both = s * (1 - noise) ** 2 + (1 - s) * noise**2
    found = exact.discounted(*machines(dilemma(), *["win-stay-lose-shift"] * 2), tables(dilemma()), noise, FOREVER)
    assert found.outcomes[0, 0, 0] == pytest.approx(both, abs=1e-7)


@pytest.mark.parametrize(
    ("pair", "payoffs"),
    [
        (("win-stay-lose-shift", "always-share"), (4, 1.5)),  # it exploits whom it found out to be harmless
        (("win-stay-lose-shift", "always-withhold"), (0.5, 3)),  # and tries again every second period
        (("win-stay-lose-shift", "win-stay-lose-shift"), (3, 3)),
        (("generous-tit-for-tat", "generous-tit-for-tat"), (3, 3)),
        (("contrite-tit-for-tat", "contrite-tit-for-tat"), (3, 3)),
        (("grim-trigger", "grim-trigger"), (1, 1)),
        (("suspend-both", "suspend-both"), (3, 3)),
    ],
)
def test_rare_errors_leave_in_the_long_run_what_the_literature_says(pair, payoffs):
    """Nowak & Sigmund 1992, 1993; Wu & Axelrod 1995 for contrition."""
    assert earned(dilemma(), pair, 1e-4, FOREVER) == pytest.approx(payoffs, abs=0.005)


@pytest.mark.parametrize("delta", [0, 0.3, 0.9, 0.999])
def test_discounted_matches_worked_out_by_hand(delta):
    """T, R, P, S = 5, 3, 1, 0: grim is fooled once; an echo goes back and forth for ever."""
    assert earned(dilemma(), ("grim-trigger", "always-withhold"), 0, delta) == pytest.approx((delta, 5 - 4 * delta))
    echo = (5 * delta / (1 + delta), 5 / (1 + delta))
    assert earned(dilemma(), ("tit-for-tat", "suspicious-tit-for-tat"), 0, delta) == pytest.approx(echo)
    assert earned(dilemma(), ("tit-for-tat", "grim-trigger"), 0, delta) == pytest.approx((3, 3))


def test_generosity_of_a_third_is_the_most_that_exploiters_gain_nothing_by():
    """Nowak & Sigmund 1992: min(1 - (T-R)/(R-S), (R-P)/(T-P)) = 1/3 at Axelrod's payoffs."""
    forgives = ours()["generous-tit-for-tat"].nodes["hostile"].rules[0].to["friendly"]
    assert forgives == min(1 - F(5 - 3, 3 - 0), F(3 - 1, 5 - 1))
    _, exploiter = earned(dilemma(), ("generous-tit-for-tat", "always-withhold"), 0, FOREVER)
    assert exploiter < 3


def expected(
    one: Strategy, other: Strategy, arena: Arena, noise: Fraction, periods: int
) -> dict[tuple[int, str, str], Fraction]:
    """Return the mean frequency of every (state, action, action), from the files' words, in fractions."""
    at = {(arena.start, p, q): x * y for p, x in one.start.items() for q, y in other.start.items()}
    seen: dict[tuple[int, str, str], Fraction] = defaultdict(Fraction)
    for _ in range(periods):
        after: dict[tuple[int, str, str], Fraction] = defaultdict(Fraction)
        for (s, p, q), chance in at.items():
            intended = [_plays(who.nodes[node], arena, s) for who, node in ((one, p), (other, q))]
            for wrong in product((False, True), repeat=2):
                a, b = (_other(word) if slip else word for word, slip in zip(intended, wrong, strict=True))
                slipped = sum(wrong)
                here = chance * noise**slipped * (1 - noise) ** (2 - slipped)
                seen[s, a, b] += here / periods
                named = (arena.actions[0][s][a != "share"], arena.actions[1][s][b != "share"])
                for t, q_t in arena.game.next[s][named].items():
                    for to, x in _goes(one.nodes[p], arena, s, a, b).items():
                        for then, y in _goes(other.nodes[q], arena, s, b, a).items():
                            after[t, to, then] += here * q_t * x * y
        at = after
    return seen


def _plays(node, arena, state):
    words = (arena.game.states[state], arena.urgency[state], "other")
    return next(node.plays[word] for word in words if word in node.plays)


def _other(word):
    return "withhold" if word == "share" else "share"


def _goes(node, arena, state, me, partner):
    for rule in node.rules:
        at = rule.state in (None, arena.game.states[state], arena.urgency[state])
        if at and rule.me in (None, me) and rule.partner in (None, partner):
            return rule.to
    raise AssertionError


SOME = ("win-stay-lose-shift", "generous-tit-for-tat", "crisis-truce", "crisis-grim", "fair-weather", "random")


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("game", ["two-state-dilemma", "navigation-roads"])
def test_expected_frequencies_are_those_of_an_oracle_in_fractions(monkeypatch, game, large):
    """``large``: as a chain is followed that is too large for a matrix."""
    monkeypatch.setattr(exact, "MOST_POINTS", 0 if large else 1_000)
    arena, periods = read_arena(game), 5
    numbers = tables(arena)
    for one, other in (*pairwise(SOME), ("tit-for-tat", "crisis-tit-for-tat")):
        found = exact.averaged(*machines(arena, one, other), numbers, 0.125, periods)
        oracle = expected(ours()[one], ours()[other], arena, F(1, 8), periods)
        for (s, a, b), chance in oracle.items():
            assert found.outcomes[s, int(a != "share"), int(b != "share")] == pytest.approx(float(chance), abs=1e-12)
        assert found.error < 1e-9


ACTIONS = st.sampled_from([None, "share", "withhold"])


@st.composite
def strategies(draw: st.DrawFn) -> Strategy:
    """Small automata with lotteries, and rules on everything that a rule can look at."""
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    mixed = [{names[0]: F(1, 4), names[-1]: F(3, 4)}] if len(names) > 1 else []
    lotteries = st.sampled_from([{n: F(1)} for n in names] + mixed)
    seen = st.sampled_from([None, "calm", "crisis"])
    rules = st.lists(st.builds(Rule, lotteries, ACTIONS, ACTIONS, seen), max_size=3)
    plays = st.fixed_dictionaries({"calm": ACTIONS.filter(bool), "other": ACTIONS.filter(bool)})
    nodes = {n: Node(draw(plays), (*draw(rules), Rule(draw(lotteries)))) for n in names}
    return Strategy("drawn", "drawn", "", draw(lotteries), nodes)


@settings(max_examples=25, deadline=None)
@given(strategies(), strategies())
def test_expected_frequencies_of_any_two_automata_are_those_of_the_oracle(one, other):
    arena = read_arena("urgency-lasting")
    pair = [machine(strategy, arena, role) for role, strategy in enumerate((one, other))]
    found = exact.averaged(*pair, tables(arena), 0.125, 4).outcomes
    oracle = np.zeros((2, 2, 2))
    for (s, a, b), chance in expected(one, other, arena, F(1, 8), 4).items():
        oracle[s, int(a != "share"), int(b != "share")] += float(chance)
    assert found == pytest.approx(oracle, abs=1e-12)


def test_a_chain_too_large_to_solve_is_followed_to_the_same_answer_within_its_own_bound(monkeypatch):
    arena = read_arena("urgency-lasting")
    pairs = [machines(arena, one, other) for one, other in pairwise(SOME)]
    solved = [exact.discounted(*pair, tables(arena), 0.03, 0.77) for pair in pairs]
    monkeypatch.setattr(exact, "MOST_POINTS", 0)
    for pair, first in zip(pairs, solved, strict=True):
        second = exact.discounted(*pair, tables(arena), 0.03, 0.77)
        gap = np.abs(first.outcomes - second.outcomes).sum()
        assert gap <= first.error + second.error + 1e-14
        assert second.error < 1e-10


@pytest.mark.parametrize(
    ("game", "length", "repetitions"),
    [
        ("two-state-dilemma", 10, 400),
        pytest.param("urgency-lasting", None, 1_000, marks=pytest.mark.slow),
        pytest.param("navigation-roads", 20, 1_000, marks=pytest.mark.slow),
        pytest.param("smart-meters", 20, 1_000, marks=pytest.mark.slow),
    ],
)
def test_simulated_means_are_expected_ones_within_their_standard_errors_in_all_matches(game, length, repetitions):
    """Of 1,152 means chance alone puts one beyond 4 errors in one test of 14, beyond 5 in one of 1,500."""
    arena = read_arena(game)
    numbers, lasting = tables(arena), Length(length, arena.game.discount if length is None else None)
    strategies = list(ours().values())
    roles = [[machine(s, arena, role) for s in strategies] for role in (0, 1)]
    pairs = np.indices((len(strategies), len(strategies), repetitions)).reshape(3, -1)
    lines = (line(roles[0], 0), line(roles[1], 1))
    generator = np.random.default_rng(0)
    got = played(lines, (pairs[0], pairs[1]), numbers, 0.05, period_weights(lasting), generator)
    drawn = got.payoffs.reshape(len(strategies), len(strategies), repetitions, 2)
    told = round_robin(arena, strategies, lasting, F(1, 20))
    place = {s.name: k for k, s in enumerate(told.standings)}
    order = [place[s.name] for s in strategies]
    first = np.array(told.first)[np.ix_(order, order)]
    second = np.array(told.second)[np.ix_(order, order)].T
    gaps = drawn.mean(axis=2) - np.stack([first, second], axis=2)
    scores = gaps / (drawn.std(axis=2, ddof=1) / np.sqrt(repetitions))
    assert np.abs(scores).max() < 5 and (np.abs(scores) > 4).sum() <= 2
    assert np.mean(scores**2) == pytest.approx(1, abs=0.1)


def test_payoffs_are_those_of_the_role_a_strategy_plays():
    """By hand: in state 'low' of one period, share against withhold earns -9 and 3."""
    arena = symmetric("share", "withhold", [[2, -9], [3, 0]])
    assert earned(arena, ("always-share", "always-withhold"), 0, 0) == (-9, 3)
    assert earned(arena, ("always-withhold", "always-share"), 0, 0) == (3, -9)


def test_whoever_has_an_action_called_share_shares_by_it_wherever_it_stands():
    arena = symmetric("withhold", "share", [[0, 3], [-9, 2]])
    assert arena.actions[0] == (("share", "withhold"),)
    assert earned(arena, ("always-share", "always-withhold"), 0, 0) == (-9, 3)
    assert earned(arena, ("always-share", "always-share"), 0, 0) == (2, 2)
