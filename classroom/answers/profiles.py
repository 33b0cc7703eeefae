"""All pure equilibria of a stage game, as profiles: "share, share; withhold, withhold". The solver marks every one.

share of the points = (equilibria named − others named) / equilibria, at least 0
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from classroom.answers import selection
from classroom.answers.of_game import game_of, temptations, written
from classroom.offline.mark import RIGHT, Mark, wrong
from classroom.part import Part, plain
from games.files.numbers import Refusal
from games.normal_form import NormalFormGame, Profile
from solver.stage.pure import pure_equilibria

required = ("game",)
fields = ("state",)
MOST_SHOWN = 3
Profiles = frozenset[Profile]
_BETWEEN = re.compile(r";|(?<=\)),")
"""What parts two profiles: a semicolon, or a comma after a bracket: (a, b), (c, d)."""


def how(part: Part) -> str:
    """Return how to answer."""
    game = game_of(part)
    example = written(next(game.profiles()))
    return f"profiles as '{example}' ({', then '.join(game.players)}), with semicolons between them, or 'none'"


def read(part: Part, answer: Any) -> Profiles:
    """Return the profiles that an answer names.

    Raises
    ------
    Refusal : one that the game does not have.
    """
    game = game_of(part)
    given = answer if isinstance(answer, list) else _BETWEEN.split(plain(answer).strip("{} "))
    given = [one for one in given if str(one).strip()]
    if [str(one).strip().casefold() for one in given] == [selection.NONE]:
        return frozenset()
    return frozenset(_profile(game, plain(one)) for one in given)


def _profile(game: NormalFormGame, text: str) -> Profile:
    names = [name.strip().casefold() for name in text.strip("() ").split(",")]
    for profile in game.profiles():
        if [action.casefold() for action in profile] == names:
            return profile
    raise Refusal(f"'{text[:60]}' is no profile of this game", f"for example '{written(next(game.profiles()))}'")


def mark(part: Part, answer: Profiles) -> Mark:
    """Return the mark of a set of profiles; what is no equilibrium is said with the deviation that pays."""
    game, right = game_of(part), key_set(part)
    if answer == right:
        return RIGHT
    reasons = [f"Not an equilibrium: {next(temptations(game, one))}." for one in sorted(answer - right)[:MOST_SHOWN]]
    if right - answer:
        reasons.append("There is an equilibrium that you do not name." if answer or reasons else "There is one.")
    return wrong(_diagnosis(game, answer, right), *reasons, share=_share(answer, right))


def _diagnosis(game: NormalFormGame, answer: Profiles, right: Profiles) -> str:
    if answer == best_together(game):
        return "took what is best together for an equilibrium"
    if _swappable(game) and answer == frozenset(profile[::-1] for profile in right):
        return "swapped the players"
    if answer < right:
        return "too few"
    return "too many" if answer > right else "not an equilibrium"


def key(part: Part) -> str:
    """Return all pure equilibria."""
    return _listed(part, key_set(part))


def key_set(part: Part) -> Profiles:
    """Return all pure equilibria as a set."""
    return frozenset(pure_equilibria(game_of(part)))


def mistaken(part: Part) -> Iterator[tuple[str, str]]:
    """Yield wrong sets, each under its diagnosis: the jointly best, one too many or too few, swapped players."""
    game, right = game_of(part), key_set(part)
    tried = [best_together(game), *(right ^ {profile} for profile in game.profiles())]
    if _swappable(game):
        tried.append(frozenset(profile[::-1] for profile in right))
    for one in dict.fromkeys(map(frozenset, tried)):
        if one != right:
            yield _diagnosis(game, one, right), _listed(part, one)


def behaved(part: Part) -> bool:
    """Return whether no player is indifferent anywhere: one best reply to everything."""
    game = game_of(part)
    for profile in game.profiles():
        for i in range(len(game.players)):
            if any(game.payoffs[profile][i] == game.payoffs[other][i] for _, other in game.deviations(profile, i)):
                return False
    return True


def best_together(game: NormalFormGame) -> Profiles:
    """Return the profiles with the largest joint payoff."""
    most = max(sum(payoffs) for payoffs in game.payoffs.values())
    return frozenset(profile for profile in game.profiles() if sum(game.payoffs[profile]) == most)


def _swappable(game: NormalFormGame) -> bool:
    return len(game.players) == 2 and game.actions[0] == game.actions[1]


def _listed(part: Part, profiles: Profiles) -> str:
    return "; ".join(written(p) for p in game_of(part).profiles() if p in profiles) or selection.NONE


def _share(answer: Profiles, right: Profiles) -> Fraction:
    if not right:
        return Fraction(0)
    return max(Fraction(len(answer & right) - len(answer - right), len(right)), Fraction(0))
