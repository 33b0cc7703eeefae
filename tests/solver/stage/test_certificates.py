"""Certificates of answers about games played once: every game that ships, and what is changed is refused or still true.

``true`` decides a claim without its certificate: by the definitions, by brute force (``oracles.bimatrix``), and where a
programme is needed by solving the changed game anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction as F
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
from oracles.bimatrix import extreme_equilibria
from small_games import stage, tables
from strategies import bimatrix_games

from games.errors import ScenarioError
from games.files.game_file import GameFile, read_game, repeated
from games.normal_form import NormalFormGame
from games.tables import read_game_table
from solver.proof.checker import Verdict, check
from solver.stage.certificate import certificate
from solver.stage.concepts import answer
from solver.stage.correlated import correlated
from solver.stage.dominance import dominance
from solver.stage.equilibria import equilibria
from solver.stage.minmax import minmax
from tests.examples import examples

LIBRARY = sorted(path.stem for path in (Path(__file__).parents[3] / "games/library").glob("*.toml"))
IRRATIONAL = {"nau-3", "nau-irrational", "volunteers-dilemma-3"}
CONCEPTS = ("nash", "pure", "correlated", "coarse", "minmax", "dominance")
TINY = F(1, 10**30)
NUMBER = re.compile(r"-?[0-9]+(/[0-9]+)?")
Path_ = tuple[Any, ...]


def document(game: NormalFormGame | str, concept: str, objective: str = "welfare", one: bool = False) -> Any:
    """The certificate of an answer as it is read from a file."""
    file = read_game(game) if isinstance(game, str) else GameFile("game", "game", "", repeated(game))
    made = certificate(file.game, answer(file, concept, objective=objective, one=one))
    return json.loads(json.dumps({"schema": 1, **made, "source": None}))


def verdict(game: NormalFormGame | str, concept: str, objective: str = "welfare", one: bool = False) -> Verdict:
    return check(document(game, concept, objective, one))


@pytest.mark.parametrize("concept", CONCEPTS)
@pytest.mark.parametrize("name", LIBRARY)
def test_every_game_that_ships_has_certificates_in_every_state(name: str, concept: str) -> None:
    file = read_game(name)
    for state in file.game.states:
        found = answer(file, concept, state)
        if concept == "nash" and name in IRRATIONAL:
            with pytest.raises(ScenarioError, match="known in floats only"):
                certificate(file.game, found)
            continue
        made = json.loads(json.dumps({"schema": 1, **certificate(file.game, found), "source": None}))
        assert check(made) == Verdict(True, check(made).claim, check(made).reasons)
        assert f"state {state}" in check(made).claim


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("battle-of-the-sexes", "3 listed, there is no other"),  # two pure ones and a mixed one
        ("von-stengel-75", "75 listed, there is no other"),  # von Stengel 1997: 75 equilibria at 6 x 6
        ("long-paths", "1 listed, there is no other"),  # Savani & von Stengel 2006: a unique equilibrium
        ("minimum-effort", "28 listed, there is no other"),  # 7 efforts, and a mixture of every two: by hand
        ("shapley", "1 listed, there is no other"),  # Shapley 1964
        ("winkels", "12 listed, no other one is pure"),  # Winkels 1979: a continuum between its 12 extreme ones
        ("aumann-3", "7 listed, no other one is pure"),
    ],
)
def test_a_list_of_equilibria_is_shown_complete_where_there_are_finitely_many_for_two(name: str, rest: str) -> None:
    assert verdict(name, "nash").claim.endswith(f"; {rest}")


def test_one_equilibrium_is_not_called_all() -> None:
    assert verdict("chicken", "nash", one=True).claim.endswith("1 listed, there may be others")


def test_no_pure_equilibrium_is_a_claim_too() -> None:
    assert verdict("matching-pennies", "pure").claim.endswith("0 listed, no other one is pure")


@pytest.mark.parametrize(
    ("name", "concept", "objective", "value"),
    [
        ("chicken", "correlated", "welfare", "21/2"),  # Aumann 1974; by hand in docs/concepts/correlated.md
        ("chicken", "correlated", "egalitarian", "21/4"),
        ("chicken", "correlated", "best:row", "7"),
        ("chicken", "correlated", "worst:row", "2"),
        ("moulin-vial", "correlated", "welfare", "6"),  # its only correlated equilibrium is (1, 1), 3 to each
        ("moulin-vial", "coarse", "egalitarian", "7/2"),  # by hand in docs/concepts/correlated.md
    ],
)
def test_the_best_correlated_equilibria_are_shown_best(name: str, concept: str, objective: str, value: str) -> None:
    assert verdict(name, concept, objective).claim.endswith(
        f"for {objective} than the one listed, which brings {value}"
    )


def test_an_interval_is_shown_at_both_ends() -> None:
    """Pure 1, mixed 3/4, correlated 1/2 for the third: closed form in the file's source."""
    reasons = verdict("minmax-3", "minmax").reasons
    assert {"third by pure play: 1", "third by mixed play: from 1/2 to 3/4", "third by correlated play: 1/2"} <= {
        *reasons
    }


def test_what_cannot_be_certified_is_said() -> None:
    for concept, game in (("ess", "hawk-dove"), ("replicator", "hawk-dove")):
        with pytest.raises(ScenarioError, match=f"--certificate: there is no certificate for concept '{concept}'"):
            document(game, concept)


@examples(bimatrix_games(), few=18, many=60)
def test_every_small_game_gets_certificates_and_a_list_is_complete_iff_there_is_no_continuum(
    game: NormalFormGame,
) -> None:
    for concept in CONCEPTS:
        assert verdict(game, concept, "egalitarian" if concept in ("correlated", "coarse") else "welfare").valid
    continuum = any(len(own) > 1 for own in equilibria(game).components)
    assert verdict(game, "nash").claim.endswith("no other one is pure" if continuum else "there is no other")


# What is changed is refused, or still true.


def places(part: Any, at: Path_ = ()) -> Iterator[Path_]:
    """Every place in a document, from the outside in."""
    yield at
    if isinstance(part, (dict, list)):
        for key in part if isinstance(part, dict) else range(len(part)):
            yield from places(part[key], (*at, key))


def put(document: Any, at: Path_, value: Any = None) -> Any:
    """A copy with another value at a place; None: with what is there left out."""
    out, (key, *rest) = document.copy(), at
    if rest:
        out[key] = put(document[key], tuple(rest), value)
    elif value is None:
        del out[key]
    else:
        out[key] = value
    return out


def changed(document: Any) -> Iterator[tuple[Path_, Any]]:
    """Every number by a little and in sign, every index by one, every element left out."""
    for at in list(places(document))[1:]:
        part: Any = document
        for key in at:
            part = part[key]
        yield at, put(document, at)
        if isinstance(part, str) and NUMBER.fullmatch(part):
            for value in {F(part) + TINY, F(part) - TINY, -F(part)} - {F(part)}:
                yield at, put(document, at, str(value))
        elif isinstance(part, int):
            yield at, put(document, at, part + 1)
            yield at, put(document, at, part - 1)


def earned(game: NormalFormGame, i: int, shares: dict[tuple[str, ...], F], instead: str | None = None) -> F:
    """A player's expected payoff, or what it is by one action whatever is drawn."""
    played = {p: p if instead is None else (*p[:i], instead, *p[i + 1 :]) for p in shares}
    return sum((q * game.payoffs[played[p]][i] for p, q in shares.items()), F(0))


def is_nash(game: NormalFormGame, told: Any) -> bool:
    each = [{a: F(p) for a, p in told["strategies"][player].items()} for player in game.players]
    if any(min(own.values()) < 0 or sum(own.values()) != 1 for own in each):
        return False
    shares = {}
    for profile in product(*each):
        shares[profile] = F(1)
        for own, action in zip(each, profile, strict=True):
            shares[profile] *= own[action]
    return all(
        earned(game, i, shares)
        == F(told["payoffs"][player])
        >= max(earned(game, i, shares, d) for d in game.actions[i])
        for i, player in enumerate(game.players)
    )


def true_nash(game: NormalFormGame, claim: Any) -> bool:
    listed = claim["equilibria"]
    if not all(is_nash(game, told) for told in listed):
        return False
    if claim["every"] is None:
        return True
    found = {
        tuple(
            tuple(F(e["strategies"][p].get(a, 0)) for a in own)
            for p, own in zip(game.players, game.actions, strict=True)
        )
        for e in listed
    }
    if claim["every"] == "mixed":
        a, b = tables(game)
        return found == extreme_equilibria(a, b)
    pure = {
        tuple(tuple(F(int(a == b)) for b in own) for a, own in zip(p, game.actions, strict=True))
        for p in game.profiles()
        if all(game.payoffs[p][i] >= game.payoffs[q][i] for i in range(len(p)) for _, q in game.deviations(p, i))
    }
    return pure <= found


def true_correlated(game: NormalFormGame, claim: Any) -> bool:
    shares = {tuple(profile): F(q) for profile, q in claim["distribution"]}
    if sum(shares.values()) != 1 or min(shares.values()) < 0:
        return False
    coarse = claim["kind"] == "coarse"
    for i, own in enumerate(game.actions):
        if earned(game, i, shares) != F(claim["payoffs"][game.players[i]]):
            return False
        for told in [None] if coarse else own:
            heard = {p: q for p, q in shares.items() if told in (None, p[i])}
            if any(earned(game, i, heard, d) > earned(game, i, heard) for d in own):
                return False
    return correlated(game, claim["objective"], coarse).value == F(claim["value"])


def true_minmax(game: NormalFormGame, claim: Any) -> bool:
    fresh = {(p.player, p.kind): p for p in minmax(game).points}
    for point in claim["points"]:
        i = game.players.index(point["player"])
        against = {(*p[:i], game.actions[i][0], *p[i:]): F(q) for p, q in ((tuple(p), q) for p, q in point["against"])}
        best = max(earned(game, i, against, d) for d in game.actions[i])
        low = fresh[point["player"], point["play"]].low
        if (
            sum(against.values()) != 1
            or min(against.values()) < 0
            or best != F(point["value"])
            or F(point["low"]) > low
        ):
            return False
    return True


def true_dominance(game: NormalFormGame, claim: Any) -> bool:
    fresh = dominance(game)
    return all(
        {player: tuple(own) for player, own in claim[name].items()} == dict(reduction.remaining)
        for name, reduction in (("strict", fresh.strict), ("weak", fresh.weak))
    )


TRUE = {
    "nash": true_nash, "correlated": true_correlated, "coarse": true_correlated,
    "minmax": true_minmax, "dominance": true_dominance,
}  # fmt: skip


def refused_or_true(original: Any, every: int) -> tuple[int, int]:
    """Assert of one change in ``every`` that it is refused or still true; how many of each."""
    refused = still = 0
    for at, mutant in islice(changed(original), 0, None, every):
        if not check(mutant).valid:
            refused += 1
            continue
        still += 1
        if (mutant["game"], mutant["claim"]) != (original["game"], original["claim"]):
            game = read_game_table(mutant["game"])
            claim = mutant["claim"]
            played = game.stages[game.states.index(claim["state"])]
            assert TRUE[claim["kind"]](played, claim), at
    return refused, still


TAMPERED = [
    *((name, concept, "welfare") for name in ("chicken", "moulin-vial", "minmax-3") for concept in CONCEPTS),
    *(
        ("chicken", kind, aim)
        for kind in ("correlated", "coarse")
        for aim in ("egalitarian", "best:row", "worst:column")
    ),
    ("battle-of-the-sexes", "nash", "welfare"),
    ("shapley", "nash", "welfare"),
    ("von-stengel-3x2", "nash", "welfare"),
    ("kohlberg-mertens", "nash", "welfare"),
    ("benoit-krishna", "dominance", "welfare"),
    ("two-state-dilemma", "nash", "welfare"),
]


@pytest.mark.parametrize(("name", "concept", "objective"), TAMPERED)
@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_a_certificate_that_was_changed_is_refused_or_still_true(
    name: str, concept: str, objective: str, every: int
) -> None:
    refused, still = refused_or_true(document(name, concept, objective), every)
    assert refused > still


@pytest.mark.parametrize("name", ["chicken", "shapley", "von-stengel-3x2", "battle-of-the-sexes"])
def test_no_number_of_a_claim_or_of_its_tree_may_change_and_nothing_be_left_out(name: str) -> None:
    original = document(name, "nash")
    assert [at for at, mutant in changed(original) if at[0] in ("claim", "proof") and check(mutant).valid] == []


def test_a_list_that_leaves_an_equilibrium_out_cannot_be_called_complete() -> None:
    original = document("chicken", "nash")
    for every in ("pure", "mixed"):
        mutant = put(put(original, ("claim", "equilibria", 0)), ("claim", "every"), every)
        assert not check(mutant if every == "mixed" else {**mutant, "proof": {}}).valid


def test_two_punishers_who_need_to_correlate_are_not_taken_for_independent_ones() -> None:
    original = document("minmax-3", "minmax")
    for k, point in enumerate(original["claim"]["points"]):
        if point["player"] == "third" and point["play"] == "correlated":
            assert not check(put(original, ("claim", "points", k, "play"), "mixed")).valid
            assert not check(put(original, ("claim", "points", k, "play"), "pure")).valid


def test_a_claim_about_a_name_that_two_states_have_is_refused() -> None:
    original = document("two-state-dilemma", "pure")
    assert not check(put(original, ("game", "states", 1, "name"), original["claim"]["state"])).valid


def test_a_file_that_is_no_certificate_is_refused_in_words() -> None:
    original = document("chicken", "nash")
    deep: Any = {}
    for _ in range(100_000):
        deep = {"player": "row", "action": "dare", "best": deep, "unplayed": {}}
    for mutant in (None, [], {}, {**original, "proof": None}, {**original, "proof": {"tree": deep}}):
        assert not check(mutant).valid and check(mutant).reasons


def test_a_proof_for_two_players_is_no_proof_for_three() -> None:
    original = document("minmax-3", "nash")
    original["claim"]["every"], original["proof"] = "mixed", {"tree": {"equilibrium": 0, "bounds": {}}}
    assert not check(original).valid


def test_an_action_that_is_dominated_has_no_belief() -> None:
    """In the prisoners' dilemma cooperation is never a best reply: no certificate leaves it."""
    original = document("prisoners-dilemma", "dominance")
    actions = {p: list(own) for p, own in zip(("row", "column"), stage("prisoners-dilemma").actions, strict=True)}
    belief = {a: [[[b], "1"] for b in actions["column"][:1]] for a in actions["row"]}
    for kind in ("strict", "weak"):
        original["claim"][kind] = actions
        original["proof"][kind] = {"rounds": [], "beliefs": {"row": belief, "column": belief}}
    assert not check(original).valid
