"""Nash equilibria of a stage game: all of them where that can be proved, and an honest word where it cannot.

One player: the best actions. Two: every extreme equilibrium, in rationals (``bimatrix``); where there are too many
bases, the pure ones, those that Lemke-Howson paths lead to, and what nashpy proposes. Three and more: ``mixed``. One
equilibrium is enough for many a question, and takes one path: milliseconds at 50 x 50.
Order: fewer actions played first, then earlier actions first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from games.normal_form import NormalFormGame
from solver.results.stage import Equilibrium, StageEquilibria
from solver.stage.bimatrix import extreme_equilibria, matrices
from solver.stage.indifference import Mixed, on_supports
from solver.stage.lemke_howson import lemke_howson, supports_in_floats
from solver.stage.mixed import mixed_equilibria
from solver.stage.proposals import proposed
from solver.stage.pure import as_mixed, pure_equilibria
from solver.stage.verify import all_judged, judged

WORK = 8_000_000
"""Entries of dictionaries computed for each player before the enumeration in whole numbers stops: some ten seconds."""
MOST_LABELS = 30
"""Lemke-Howson paths followed in a large game; several often end at the same equilibrium."""
DEGENERATE = (
    "the game is degenerate: these are the extreme equilibria, and any mixture of the strategies within one component "
    "is an equilibrium too"
)
MANY_PLAYERS = "mixed equilibria of three or more players: there may be more"
NOT_ALL = "too large to be enumerated: there may be more equilibria"
ONE = "one equilibrium was asked for: there may be more"


def equilibria(
    game: NormalFormGame, title: str = "", state: str = "", pure_only: bool = False, one: bool = False
) -> StageEquilibria:
    """Return the Nash equilibria of a game, each with regret 0 (n > 2 players: within what ``proof`` says).

    Parameters
    ----------
    pure_only : only those in pure strategies.
    one : stop at the first.
    """
    concept: Literal["nash", "pure"] = "pure" if pure_only else "nash"
    told = StageEquilibria(title, state, concept, game.players, (), True, None, (), "every profile compared", "exact")
    if pure_only or len(game.players) == 1:
        pure = tuple(all_judged(game, (as_mixed(game, profile) for profile in pure_equilibria(game))))
        return replace(told, equilibria=pure)
    if one:
        return _one(game, told)
    if len(game.players) > 2:
        found, complete, method, proof = mixed_equilibria(game)
        notes = () if complete else (MANY_PLAYERS,)
        return replace(told, equilibria=found, complete=complete, method=method, proof=proof, notes=notes)
    size = len(game.actions[0]) * sum(map(len, game.actions))
    extreme = extreme_equilibria(game, max(WORK // size, 1000))
    if extreme is None:
        some = _some(game)
        return replace(told, equilibria=some, complete=False, method="Lemke-Howson paths", notes=(NOT_ALL,))
    return replace(
        told,
        equilibria=tuple(all_judged(game, extreme.pairs)),
        degenerate=extreme.degenerate,
        components=extreme.components,
        method="enumeration of the vertices of both best-response polytopes",
        notes=(DEGENERATE,) if extreme.degenerate else (),
    )


def _one(game: NormalFormGame, told: StageEquilibria) -> StageEquilibria:
    """Return one equilibrium: of two players the end of a path; of more a pure one, else the first of ``mixed``."""
    if len(game.players) == 2:
        found, method, proof = one_equilibrium(game), "a Lemke-Howson path", "exact"
    elif pure := pure_equilibria(game):
        found, method, proof = judged(game, as_mixed(game, pure[0])), "every profile compared", "exact"
    else:
        mixed, _, method, proof = mixed_equilibria(game)
        found = next(iter(mixed), None)
    return replace(
        told, equilibria=(found,) if found else (), complete=False, method=method, proof=proof, notes=(ONE,)
    )  # fmt: skip


def _some(game: NormalFormGame) -> tuple[Equilibrium, ...]:
    """Return equilibria of a large two-player game: pure ones, and verified ends of Lemke-Howson paths."""
    found: dict[Sequence[Mixed], Equilibrium] = {}

    def keep(strategies: tuple[Mixed, ...]) -> None:
        if strategies not in found:
            equilibrium = judged(game, strategies)
            if equilibrium.regret == 0:
                found[strategies] = equilibrium

    for profile in pure_equilibria(game):
        keep(as_mixed(game, profile))
    for pair in (*_ends(game), *proposed(game)):
        keep(pair)
    return tuple(found[key] for key in sorted(found, key=_order))


def _order(strategies: Sequence[Mixed]) -> tuple[int, list[list[bool]]]:
    unused = [[share == 0 for share in own] for own in strategies]
    return sum(not u for own in unused for u in own), unused


def one_equilibrium(game: NormalFormGame) -> Equilibrium | None:
    """Return one equilibrium of a two-player game, exactly: the end of a Lemke-Howson path."""
    for pair in _ends(game, 1):
        equilibrium = judged(game, pair)
        if equilibrium.regret == 0:
            return equilibrium
    end = lemke_howson(*matrices(game), 0)
    return None if end is None else judged(game, end)


def _ends(game: NormalFormGame, most: int = MOST_LABELS) -> Iterator[tuple[Mixed, Mixed]]:
    """Yield the strategies on the supports at which Lemke-Howson paths end in floats, solved in rationals."""
    rows, columns = matrices(game)
    labels = range(min(len(rows) + len(columns), most))
    for support in dict.fromkeys(supports_in_floats(rows, columns, label) for label in labels):
        found = None if support is None else on_supports(rows, columns, *support)
        if found is not None:
            yield found
