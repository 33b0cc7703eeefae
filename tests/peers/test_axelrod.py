"""The Axelrod library: the same moves turn by turn, the same scores and rankings, and the same means under noise.

The strategies that both know as finite automata, and machines whose published tables the library holds (Ashlock and
others 2006, 2008, 2009, 2014, 2015, and two that the library evolved), read from it and played by us.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement, islice
from typing import Any

import numpy as np
import pytest
from automata_files import dilemma, mealy, ours

from benchmarks.tournaments import SAME
from classroom.tournament.arena import tables
from classroom.tournament.evolution import ecology
from classroom.tournament.exact import averaged
from classroom.tournament.machine import machine
from classroom.tournament.play import line, turns
from classroom.tournament.results import Length
from classroom.tournament.round_robin import earned, round_robin
from classroom.tournament.strategy import Strategy

pytestmark = [pytest.mark.peer, pytest.mark.filterwarnings("ignore")]

LOTTERIES = {"generous-tit-for-tat": "GTFT", "random": "Random"}
MACHINES = (
    "Fortress3", "Fortress4", "Predator", "Pun1", "Raider", "Ripoff", "UsuallyCooperates", "UsuallyDefects",
    "SolutionB1", "SolutionB5", "Thumper", "EvolvedFSM4", "EvolvedFSM16",
)  # fmt: skip
TURNS = 200
Paired = list[tuple[Strategy, Any]]


@pytest.fixture(scope="module")
def axl() -> Any:
    return pytest.importorskip("axelrod")


@pytest.fixture(scope="module")
def paired(axl: Any) -> Paired:
    """Strategies of ours, each with its namesake."""
    known = [(ours()[name], getattr(axl, theirs)()) for name, theirs in SAME.items()]
    return known + [(_from_table(axl, name), getattr(axl, name)()) for name in MACHINES]


def _from_table(axl: Any, name: str) -> Strategy:
    player = getattr(axl, name)()
    table = [(s, str(seen), to, str(then)) for (s, seen), (to, then) in player.fsm.state_transitions.items()]
    return mealy(name, table, player.initial_state, str(player.initial_action))


def _moves(one: Strategy, other: Strategy) -> list[tuple[str, str]]:
    arena = dilemma()
    lines = (line([machine(one, arena, 0)], 0), line([machine(other, arena, 1)], 1))
    pair = (np.zeros(1, dtype=int), np.zeros(1, dtype=int))
    played = islice(turns(lines, pair, tables(arena), 0.0, np.random.default_rng(0)), TURNS)
    return [("CD"[outcome[0] // 2], "CD"[outcome[0] % 2]) for outcome in played]


def test_every_match_is_the_same_turn_by_turn(axl: Any, paired: Paired) -> None:
    assert len(paired) >= 26
    for (one, a), (other, b) in combinations_with_replacement(paired, 2):
        theirs = axl.Match((a.clone(), b.clone()), turns=TURNS).play()
        assert _moves(one, other) == [(str(x), str(y)) for x, y in theirs], (one.name, other.name)


def test_a_noiseless_round_robin_has_the_same_scores_and_the_same_ranking(axl: Any, paired: Paired) -> None:
    """Theirs leaves the match against the own twin out of the score, and breaks ties by the order of the players."""
    results = axl.Tournament([b.clone() for _, b in paired], turns=TURNS, repetitions=1).play(progress_bar=False)
    told = round_robin(dilemma(), [a for a, _ in paired], Length(TURNS), twins=False)
    theirs = {a.name: results.normalised_scores[k][0] for k, (a, _) in enumerate(paired)}
    assert all(s.score == pytest.approx(theirs[s.name], abs=1e-9) for s in told.standings)
    ranked = [round(results.normalised_scores[k][0], 9) for k in results.ranking]
    assert [round(s.score, 9) for s in told.standings] == ranked
    names = [paired[k][0].name for k in results.ranking]
    distinct = [k for k, score in enumerate(ranked) if ranked.count(score) == 1]
    assert len(distinct) >= 20
    assert all(told.standings[k].name == names[k] for k in distinct)
    wins = {a.name: results.wins[k][0] for k, (a, _) in enumerate(paired)}
    assert {s.name: s.wins for s in told.standings} == wins
    rates = {a.name: results.normalised_cooperation[k] for k, (a, _) in enumerate(paired)}
    assert all(s.shares == pytest.approx(np.mean([r for j, r in enumerate(rates[s.name])
               if paired[j][0].name != s.name]), abs=1e-9) for s in told.standings)  # fmt: skip


def test_the_ecological_run_is_the_same(axl: Any, paired: Paired) -> None:
    players = [b.clone() for _, b in paired]
    results = axl.Tournament(players, turns=TURNS, repetitions=1).play(progress_bar=False)
    ecosystem = axl.Ecosystem(results)
    ecosystem.reproduce(100)
    told = round_robin(dilemma(), [a for a, _ in paired], Length(TURNS))
    ours_ = ecology(earned(told), 100)
    place = {s.name: k for k, s in enumerate(told.standings)}
    for mine, theirs in zip(ours_.shares, ecosystem.population_sizes, strict=True):
        assert [mine[place[a.name]] for a, _ in paired] == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("noise", [0.05, 0.2])
def test_expected_payoffs_under_noise_are_the_mean_of_their_noisy_matches(axl: Any, noise: float) -> None:
    """Every difference within 4.5 standard errors of their mean, and all of them together as chance would have it."""
    periods, repetitions = 40, 60
    both = [(ours()[n], getattr(axl, t)()) for n, t in (SAME | LOTTERIES).items()]
    arena, numbers = dilemma(), tables(dilemma())
    scores = []
    for (one, a), (other, b) in combinations_with_replacement(both, 2):
        found = averaged(machine(one, arena, 0), machine(other, arena, 1), numbers, noise, periods).outcomes
        mine = np.einsum("sab,sabr->r", found, numbers.payoffs)
        drawn = []
        for seed in range(repetitions):
            match = axl.Match((a.clone(), b.clone()), turns=periods, noise=noise, seed=seed)
            match.play()
            drawn.append(match.final_score_per_turn())
        error = np.std(drawn, axis=0, ddof=1) / np.sqrt(repetitions)
        scores += list((np.mean(drawn, axis=0) - mine) / error)
    assert np.abs(scores).max() < 4.5
    assert np.mean(np.square(scores)) == pytest.approx(1, abs=0.35)


def test_the_library_s_documented_tournament_is_reproduced(axl: Any) -> None:
    """Its page "Access tournament results": four players, ten turns."""
    names = {"always-share": "Cooperator", "always-withhold": "Defector", "tit-for-tat": "Tit For Tat",
             "grim-trigger": "Grudger"}  # fmt: skip
    told = round_robin(dilemma(), [ours()[name] for name in names], Length(10), Fraction(0), twins=False)
    players = [axl.Cooperator(), axl.Defector(), axl.TitForTat(), axl.Grudger()]
    results = axl.Tournament(players, turns=10, repetitions=1).play(progress_bar=False)
    assert results.ranked_names == ["Defector", "Tit For Tat", "Grudger", "Cooperator"]
    assert [names[s.name] for s in told.standings] == ["Defector", "Grudger", "Tit For Tat", "Cooperator"]
    assert [s.rank for s in told.standings] == [1, 2, 2, 4]
