"""Rankings and populations: published facts about the dilemma, and what a score is made of."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from automata_files import dilemma, ours, symmetric

from classroom.tournament.arena import read_arena
from classroom.tournament.evolution import ecology
from classroom.tournament.results import Length, Tournament
from classroom.tournament.round_robin import earned, length, round_robin
from games.errors import ScenarioError

CLASSICS = [name for name in ours() if "crisis" not in name and name != "fair-weather"]


def held(*names: str, **options: object) -> Tournament:
    return round_robin(dilemma(), [ours()[n] for n in names or CLASSICS], Length(200), **options)  # type: ignore[arg-type]


def test_the_axelrod_library_s_documented_tournament():
    """Its page "Access tournament results" prints these scores, payoffs, wins and the ranking for ten turns."""
    names = ("always-share", "always-withhold", "tit-for-tat", "grim-trigger")
    told = round_robin(dilemma(), [ours()[n] for n in names], Length(10), twins=False)
    found = {s.name: s for s in told.standings}
    assert [found[n].score for n in names] == pytest.approx([2.0, 2.6, 2.3, 2.3])
    assert [found[n].wins for n in names] == [0, 3, 0, 0]
    assert [found[n].rank for n in names] == [4, 1, 2, 2]
    place = [[s.name for s in told.standings].index(n) for n in names]
    matrix = np.array(earned(told))[np.ix_(place, place)]
    published = [[3.0, 0.0, 3.0, 3.0], [5.0, 1.0, 1.4, 1.4], [3.0, 0.9, 3.0, 3.0], [3.0, 0.9, 3.0, 3.0]]
    assert matrix == pytest.approx(np.array(published))


def nice(told: Tournament) -> set[str]:
    """Return the strategies that are never the first to withhold: against Always share they share for ever."""
    kind = [s.name for s in told.standings].index("always-share")
    return {s.name for s, row in zip(told.standings, told.first, strict=True) if row[kind] == pytest.approx(3)}


def test_nice_strategies_come_first():
    """Axelrod 1980: in the first tournament the eight that were never first to defect ranked above all others."""
    told = held()
    assert len(nice(told)) == 10
    best = [s.name for s in told.standings][:9]
    assert set(best) == nice(told) - {"always-share"}


def test_tit_for_tat_never_earns_more_than_the_partner_and_still_does_well():
    """Axelrod 1984, chapter 5: it won both tournaments and cannot win a match."""
    standing = next(s for s in held().standings if s.name == "tit-for-tat")
    assert standing.wins == 0 and standing.rank <= 3
    for game in ("prisoners-dilemma", "urgency-lasting"):
        arena = read_arena(game)
        told = round_robin(arena, list(ours().values()), length(arena))
        assert next(s for s in told.standings if s.name == "tit-for-tat").wins == 0


def test_exploiters_grow_and_die_with_their_prey():
    """Axelrod 1984, chapter 2: a rule that lives on those that do poorly eliminates what it lives on."""
    told = held("always-share", "always-withhold", "tit-for-tat", generations=1000)
    names = [s.name for s in told.standings]
    exploiter = [row[names.index("always-withhold")] for row in told.ecology.shares]
    assert names[0] == "always-withhold"
    assert max(exploiter[:5]) > exploiter[0] > 1e-6 > exploiter[100]
    assert told.ecology.shares[-1][names.index("tit-for-tat")] > 0.75


def test_in_the_end_only_nice_strategies_are_left():
    """Axelrod 1984, chapter 2: after a thousand generations the successful rules meet nobody but each other."""
    told = held(generations=1000)
    left = {s.name for s, share in zip(told.standings, told.ecology.shares[-1], strict=True) if share > 1e-6}
    assert left == nice(told)


def test_errors_cost_tit_for_tat_dearly_and_forgiving_strategies_little():
    """Nowak & Sigmund 1992, 1993; Wu & Axelrod 1995: against its own twin, noise of 1 %."""
    told = held(noise=Fraction(1, 100))
    own = {s.name: earned(told)[k][k] for k, s in enumerate(told.standings)}
    assert own["tit-for-tat"] < 2.6 < 2.85 < own["generous-tit-for-tat"]
    assert own["contrite-tit-for-tat"] > 2.9 and own["win-stay-lose-shift"] > 2.9
    assert own["grim-trigger"] < 2


def test_a_score_is_the_mean_over_both_roles_and_all_partners():
    arena = read_arena("smart-meters")
    told = round_robin(arena, list(ours().values()), length(arena), Fraction(1, 50))
    first, second = np.array(told.first), np.array(told.second)
    assert [s.as_first for s in told.standings] == pytest.approx(first.mean(axis=1))
    assert [s.as_second for s in told.standings] == pytest.approx(second.mean(axis=1))
    assert [s.score for s in told.standings] == pytest.approx((first.mean(axis=1) + second.mean(axis=1)) / 2)
    assert [s.rank for s in told.standings][:2] == [1, 2]
    both = np.array(earned(told))
    assert [s.wins for s in told.standings] == (both > both.T + 1e-9).sum(axis=1).tolist()
    alone = round_robin(arena, list(ours().values()), length(arena), Fraction(1, 50), twins=False)
    name, count = told.standings[0].name, len(told.standings)
    other = next(s for s in alone.standings if s.name == name)
    assert other.as_first * (count - 1) == pytest.approx(first[0].sum() - first[0, 0])


def test_in_a_symmetric_game_both_roles_earn_the_same():
    told = held(noise=Fraction(1, 10))
    assert np.array(told.first) == pytest.approx(np.array(told.second))


def test_shares_and_payoffs_by_hand():
    """Three periods: tit for tat is fooled once by Always withhold and shares 1 time in 3; 0, 1, 1 against 5, 1, 1."""
    told = round_robin(dilemma(), [ours()["tit-for-tat"], ours()["always-withhold"]], Length(3), twins=False)
    best, worst = told.standings
    assert (best.name, best.score, best.shares, best.wins) == ("always-withhold", pytest.approx(7 / 3), 0, 1)
    assert (worst.score, worst.shares) == (pytest.approx(2 / 3), pytest.approx(1 / 3))


def test_the_same_seed_gives_the_same_tournament_and_another_seed_another():
    first, again, other = (held(noise=Fraction(1, 20), repetitions=3, seed=seed) for seed in (7, 7, 8))
    assert first == again
    assert first.standings != other.standings


def test_simulated_scores_are_expected_ones_within_their_errors():
    told, drawn = held(noise=Fraction(1, 20)), held(noise=Fraction(1, 20), repetitions=60)
    expected = {s.name: s.score for s in told.standings}
    off = [(s.score - expected[s.name]) / s.error for s in drawn.standings]
    assert max(map(abs, off)) < 4 and told.standings[0].error is None
    assert drawn.proof.startswith("none: simulated") and told.proof.startswith("within ")


def test_two_with_the_same_title_are_told_apart():
    twin = ours()["tit-for-tat"]
    told = round_robin(dilemma(), [twin, twin.__class__("anna", twin.title, "", twin.start, twin.nodes)], Length(2))
    assert {s.title for s in told.standings} == {"Tit for tat (tit-for-tat)", "Tit for tat (anna)"}


def test_nobody_to_play_against_is_refused():
    for names, twins in (([], True), (["tit-for-tat"], False)):
        with pytest.raises(ScenarioError, match="make no tournament"):
            round_robin(dilemma(), [ours()[n] for n in names], Length(2), twins=twins)


def test_a_simulation_that_takes_too_long_is_refused():
    with pytest.raises(ScenarioError, match="take too long"):
        held(repetitions=100_000)


def test_a_population_by_hand():
    """Hawk and dove, half each: 2 payoffs (-1, 4; 0, 2), lifted by 1: fitness (0 + 5)/2 against (1 + 3)/2."""
    found = ecology([[-1, 4], [0, 2]], 1)
    assert found.lifted == 1
    assert found.shares == ((0.5, 0.5), (pytest.approx(5 / 9), pytest.approx(4 / 9)))


def test_a_population_in_which_nobody_earns_anything_stays_as_it_is():
    assert ecology([[0, 0], [0, 0]], 3).shares[-1] == (0.5, 0.5)


def test_the_length_is_the_file_s_discount_factor_unless_periods_are_given():
    assert length(dilemma()) == Length(None, (Fraction(9, 10), Fraction(9, 10)))
    assert length(dilemma(), 10) == Length(10)
    assert length(symmetric("a", "b", [[1, 0], [0, 1]])) == Length(200)
