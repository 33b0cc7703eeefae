"""Certificates of payoff sets and bounds: known answers are proven, and nothing false passes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.payoff_sets import after_one_period, extreme, from_above
from small_games import again, shipped

from games.normal_form import NormalFormGame
from games.stochastic import StochasticGame
from games.tables import read_game_table
from solver.proof.checker import Verdict, check
from solver.repeated.bounds import payoff_bounds
from solver.repeated.certificate_sets import certificate
from solver.repeated.payoff_sets import payoff_sets

DILEMMA = [[9, 1], [10, 3]], [[9, 10], [1, 3]]
PENNIES = [[1, -1], [-1, 1]], [[-1, 1], [1, -1]]
SANNIKOV = [[16, 3, 0], [21, 10, -1], [9, 5, -5]], [[9, 13, 3], [1, 4, 0], [0, -4, -15]]
TINY = F(1, 10**30)
Document = dict[str, Any]


def proven(game: StochasticGame, discount: tuple[F, ...], cap: F = F(0)) -> Document:
    """Return the certificate of a game's payoffs as a file holds it."""
    two = len(game.players) == 2
    result = payoff_sets(game, discount, cap) if two else payoff_bounds(game, discount)
    return {"schema": 1, **certificate(game, result), "source": None}


def accepted(document: Document) -> Verdict:
    verdict = check(document)
    assert verdict.valid, verdict.reasons
    return verdict


def points(told: Any) -> list[list[tuple[F, ...]]]:
    return [[tuple(map(F, v)) for v in own] for own in told]


def is_true(document: Document) -> bool:
    """Return whether sets are exactly the equilibrium payoffs, by oracles: a fixed point, and nothing far outside."""
    game, claim = read_game_table(document["game"]), document["claim"]
    assert game.discount is not None
    sets, cap = points(claim["payoffs"]), F(claim["transfers"])
    if cap < 0 or any(len(v) != 2 for own in sets for v in own):
        return False
    made = after_one_period(game, game.discount, cap, sets)  # type: ignore[arg-type]
    if any(set(extreme(own)) != set(extreme(new)) for own, new in zip(sets, made, strict=True)):  # type: ignore[arg-type]
        return False
    return from_above(game, game.discount, cap, sets, 0.01) < 0.01  # type: ignore[arg-type]


# --- known answers


@pytest.mark.parametrize(
    ("delta", "vertices"),
    # tests/cases and cases.md: from 1/4 four vertices, from 1/7 a segment, below a point.
    [
        (F(1, 4), [(3, 3), (F(39, 4), 3), (9, 9), (3, F(39, 4))]),
        (F(1, 2), [(3, 3), (F(39, 4), 3), (9, 9), (3, F(39, 4))]),
        (F(1, 7), [(3, 3), (9, 9)]),
        (F(1, 8), [(3, 3)]),
    ],
)
def test_the_dilemma_is_proven_exactly(delta: F, vertices: list[tuple[Any, Any]]) -> None:
    document = proven(again(*DILEMMA), (delta, delta))
    assert points(document["claim"]["payoffs"]) == [vertices]
    assert "exactly" in accepted(document).claim


def test_the_two_state_dilemma_of_abreu_brooks_and_sannikov_is_proven_exactly() -> None:
    document = proven(shipped("two-state-dilemma"), (F(7, 10), F(7, 10)))
    accepted(document)
    # cases.md: state 1, to eight digits.
    known = [(0.75675676, 0.75675676), (3.44137214, 0.75675676), (3.24615385, 1.6), (2.75675676, 2.75675676),
             (1.6, 3.24615385), (0.75675676, 3.44137214)]  # fmt: skip
    told = [tuple(map(float, v)) for v in points(document["claim"]["payoffs"])[0]]
    assert told == [pytest.approx(v, abs=1e-8) for v in known]


def test_irrational_corners_of_abreu_and_sannikov_are_proven_from_both_sides() -> None:
    document = proven(again(*SANNIKOV), (F(3, 10), F(3, 10)))
    accepted(document)
    # QuantEcon's test_repeated_game.py.
    known = [(7.33770472, 10.9826253), (1.12568240, 2.8), (7.33770472, 0), (7.86308964, 0), (19.7917977, 2.8),
             (15.5630896, 9.1)]  # fmt: skip
    (inside,), (half_spaces,) = points(document["claim"]["inside"]), document["claim"]["outside"]
    for normal, level in half_spaces:
        n = [float(F(x)) for x in normal]
        reached = max(n[0] * float(x) + n[1] * float(y) for x, y in inside)
        assert reached == pytest.approx(max(n[0] * x + n[1] * y for x, y in known), abs=1e-6)
        assert 0 <= float(F(level)) - reached < 1e-6


@pytest.mark.parametrize("delta", [F(1, 10), F(1, 2), F(9, 10)])
def test_that_matching_pennies_has_no_pure_equilibrium_is_proven(delta: F) -> None:
    document = proven(again(*PENNIES), (delta, delta))
    assert document["claim"]["payoffs"] == [[]]
    assert "none" in accepted(document).claim


def absorbing(*leads: Sequence[int]) -> StochasticGame:
    """Return the dilemma and matching pennies as states; every play of state s leads to the states in ``leads[s]``."""
    stages = [again(*DILEMMA).stages[0], again(*PENNIES).stages[0]] * len(leads)
    used: list[NormalFormGame] = stages[: len(leads)]
    rows = tuple(
        {p: {t: F(1, len(own)) for t in own} for p in stage.profiles()} for stage, own in zip(used, leads, strict=True)
    )
    return StochasticGame(tuple(f"s{k}" for k in range(len(leads))), tuple(used), rows)


def test_a_state_without_equilibrium_takes_those_that_lead_to_it_with_it() -> None:
    # The third state plays the dilemma once and may then come to matching pennies for ever.
    document = proven(absorbing([0], [1], [0, 1]), (F(1, 2), F(1, 2)))
    verdict = accepted(document)
    assert [len(own) for own in document["claim"]["payoffs"]] == [4, 0, 0]
    assert "in s1 none; in s2 none" in verdict.claim


@pytest.mark.parametrize(("one", "two"), [(F(3, 10), F(6, 10)), (F(0), F(1, 2)), (F(0), F(0))])
def test_players_may_differ_in_patience(one: F, two: F) -> None:
    accepted(proven(again(*DILEMMA), (one, two)))


@pytest.mark.parametrize(
    ("game", "cap"),
    [
        *((DILEMMA, cap) for cap in (F(1), F(5), F(1000))),
        *((SANNIKOV, cap) for cap in (F(5), F(1000))),
        pytest.param(SANNIKOV, F(1), marks=pytest.mark.slow),
    ],
)
def test_payments_up_to_a_cap_are_proven(game: Any, cap: F) -> None:
    document = proven(again(*game), (F(3, 10), F(3, 10)), cap)
    verdict = accepted(document)
    assert f"payments up to {cap}" in verdict.claim
    assert document["claim"]["kind"] != "payoff sets" or is_true(document)


@pytest.mark.slow
def test_bounds_for_three_players_are_proven_from_both_sides() -> None:
    document = proven(shipped("minority-3"), (F(7, 10),) * 3)
    accepted(document)
    # Whoever is alone gets 1: nobody can be worse off than 0, and no more than 1 is shared.
    (inside,), (half_spaces,) = points(document["claim"]["inside"]), document["claim"]["outside"]
    assert set(inside) == {(0, 0, 1), (0, 1, 0), (1, 0, 0)}
    for normal, level in half_spaces:
        reached = max(sum(F(x) * y for x, y in zip(normal, v, strict=True)) for v in inside)
        assert 0 <= F(level) - reached < F(1, 10**6)


def test_that_three_players_have_no_pure_equilibrium_is_proven() -> None:
    # Jordan's (1993) game: each wants to match the next, the last to differ from the first.
    players = ("one", "two", "three")

    def payoff(a: Sequence[str]) -> tuple[F, ...]:
        return tuple(F(1 if x else -1) for x in (a[0] == a[1], a[1] == a[2], a[2] != a[0]))

    actions = (("H", "T"),) * 3
    profiles = [(a, b, c) for a in "HT" for b in "HT" for c in "HT"]
    stage = NormalFormGame(players, actions, {p: payoff(p) for p in profiles})
    document = proven(StochasticGame(("s",), (stage,), ({p: {0: F(1)} for p in profiles},)), (F(1, 3),) * 3)
    accepted(document)
    assert document["claim"]["outside"] == [None]


GAMES = st.tuples(*[st.lists(st.lists(st.integers(-4, 6), min_size=2, max_size=2), min_size=2, max_size=2)] * 2)


@pytest.mark.slow
@given(GAMES, st.sampled_from([F(3, 10), F(1, 2), F(4, 5)]), st.sampled_from([F(0), F(0), F(1)]))
@settings(max_examples=8, deadline=None)
def test_what_is_proven_of_small_games_is_true(game: Any, delta: F, cap: F) -> None:
    document = proven(again(*game), (delta, delta), cap)
    accepted(document)
    assert document["claim"]["kind"] != "payoff sets" or is_true(document)


@pytest.mark.slow
def test_many_profiles_are_bounded_in_few_directions_first() -> None:
    drawn = random.Random(5)
    game = again(*[[[drawn.randint(0, 99) for _ in range(13)] for _ in range(13)] for _ in range(2)])
    document = proven(game, (F(1, 2), F(1, 2)))
    accepted(document)
    assert is_true(document)


# --- what is false is refused


def changed(part: Any) -> Iterator[Any]:
    """Yield a part with each number in it a little larger, a little smaller and of the other sign, and without each
    of its elements."""
    if isinstance(part, dict | list):
        for key in list(part) if isinstance(part, dict) else range(len(part)):
            less = deepcopy(part)
            del less[key]
            yield less
            for other in changed(part[key]):
                more = part.copy()
                more[key] = other
                yield more
    elif isinstance(part, str) and part.lstrip("-").replace("/", "").isdigit():
        yield from {str(F(part) + TINY), str(F(part) - TINY), str(-F(part))} - {part}
    elif isinstance(part, int):
        yield from (part + 1, part - 1)
    elif part is None:
        yield []


TAMPERED = [
    (again(*DILEMMA), F(1, 4), F(0), 1.0),
    (again(*DILEMMA), F(1, 7), F(0), 1.0),
    (again(*PENNIES), F(1, 2), F(0), 1.0),
    (again(*DILEMMA), F(1, 5), F(5), 0.3),
    (shipped("two-state-dilemma"), F(7, 10), F(0), 0.01),
]
"""Games, patience, caps, and which share of all changes is tried (by default a third of that)."""


@pytest.mark.parametrize(
    ("game", "delta", "cap", "share"),
    [
        *((game, delta, cap, share / 3) for game, delta, cap, share in TAMPERED),
        *(pytest.param(*case, marks=pytest.mark.slow) for case in TAMPERED),
    ],
)
def test_whatever_is_changed_in_a_certificate_it_is_refused_or_still_true(
    game: StochasticGame, delta: F, cap: F, share: float
) -> None:
    document, drawn = proven(game, (delta, delta), cap), random.Random(1)
    accepted(document)
    for name in ("game", "claim", "proof"):
        for other in changed(document[name]):
            if drawn.random() < share and check({**document, name: other}).valid:
                # The proof alone may be looser than it was: what it proves is the same claim, known to be true.
                assert name == "proof" or is_true({**document, name: other})
    assert is_true(document)


@pytest.mark.slow
def test_whatever_is_changed_in_bounds_they_are_refused_or_weaker() -> None:
    document, drawn = proven(shipped("minority-3"), (F(7, 10),) * 3), random.Random(2)
    was = [F(level) for _, level in document["claim"]["outside"][0]]
    for other in changed(document["claim"]):
        if drawn.random() < 0.5 and check({**document, "claim": other}).valid:
            assert other["inside"] == document["claim"]["inside"]
            # A direction turned by 1e-30 is bounded too where the bound has as much room.
            told = other["outside"][0]
            assert len(told) < len(was) or all(F(x) >= y - 2 * TINY for (_, x), y in zip(told, was, strict=True))


def with_payoffs(document: Document, payoffs: Sequence[Sequence[Any]]) -> Document:
    told = [[str(F(x)) for x in v] for v in payoffs]
    return {**document, "claim": {**document["claim"], "payoffs": [told]}}


@pytest.mark.parametrize(
    "payoffs",
    [
        [(3, 3), (F(39, 4), 3), (9, 9)],
        [(3, 3), (10, 3), (9, 9), (3, F(39, 4))],
        [(3, F(39, 4)), (9, 9), (F(39, 4), 3), (3, 3)],
        [(3, 3), (F(39, 4), 3), (F(39, 4), 3), (9, 9), (3, F(39, 4))],
        [],
    ],
    ids=["a vertex less", "a vertex too far out", "clockwise", "a vertex twice", "nothing"],
)
def test_another_set_is_not_proven(payoffs: Sequence[Any]) -> None:
    document = proven(again(*DILEMMA), (F(1, 4), F(1, 4)))
    assert not check(with_payoffs(document, payoffs)).valid


def test_a_certificate_is_about_the_game_that_it_carries() -> None:
    game = again(*DILEMMA)
    patient, impatient = (proven(game, (delta, delta)) for delta in (F(1, 4), F(1, 5)))
    assert not check({**patient, "game": impatient["game"]}).valid
    assert patient["game"]["discount"] == ["1/4", "1/4"]
    assert proven(replace(game, discount=(F(9, 10),) * 2), (F(1, 4), F(1, 4)))["game"] == patient["game"]
