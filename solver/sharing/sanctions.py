"""The walk-away sanction: a stationary Markov equilibrium of the game without instruments.

A policy sigma is one iff in every state no actor gains by a single deviation followed by sigma:

    P_i(s) = (1-delta_i) g_i(s, sigma) + delta_i sum_s' q(s'|s, sigma) P_i(s')
           >= (1-delta_i) g_i(s, (d, sigma_-i)) + delta_i sum_s' q(s'|s, (d, sigma_-i)) P_i(s')   for every d

All of it is decided in rationals (in a study: in the floats of its samples). If everybody's outside action is not one
(somebody would share anyway when urgency is high), best replies are followed from there until nobody gains; what is
found is checked the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from games import translate
from games.errors import ScenarioError, refuse
from games.partnership import Partnership, Policy
from games.translate import Deviation, LocalGame
from solver.exact import EXACT, Arithmetic, Array

ROUNDS = 60
ONE_BY_ONE = 40
"""Up to so many actors reply one after another, which settles more games; beyond it, all at once."""


@dataclass(frozen=True, eq=False)
class WalkAway:
    """An equilibrium without the agreement: its local game, values ``values[i][s]``, and whether it is everybody's
    outside action (else it was found by best replies, or given)."""

    game: LocalGame
    values: tuple[tuple[Fraction, ...], ...]
    outside: bool


def walk_away(partnership: Partnership, numbers: Arithmetic = EXACT) -> WalkAway:
    """Return the sanction that the partnership names, or the one that walking away leads to.

    Raises
    ------
    ScenarioError : the play that the file gives is not an equilibrium, or none was found.
    """
    given = partnership.sanction.play
    outside = translate.outside_policy(partnership)
    policy = outside if given is None else _given(partnership, given)
    for _ in range(ROUNDS if given is None else 1):
        game = translate.local_game(partnership, policy)
        values = policy_values(partnership, game, numbers)
        gains = list(profitable(partnership, game, values, numbers))
        if not gains:
            return WalkAway(game, tuple(tuple(map(numbers.plain, row)) for row in values), policy == outside)
        policy = _improved(policy, gains, len(partnership.actors))
    raise _not_an_equilibrium(partnership, gains[0])


def _given(partnership: Partnership, play: object) -> Policy:
    assert isinstance(play, dict)
    return tuple(
        tuple(a.outside if s.ended or a.name not in play else play[a.name][s.level] for a in partnership.actors)
        for s in translate.states(partnership)
    )


def policy_values(partnership: Partnership, game: LocalGame, numbers: Arithmetic = EXACT) -> list[Array]:
    """Return every actor's value in every state when the policy is played for ever."""
    size = len(game.row)
    following = numbers.zeros(size, size)
    for s, k in enumerate(game.row):
        for t, p in game.rows[k]:
            following[s, t] = numbers.number(p)
    values: list[Array] = [following] * len(partnership.actors)
    alike: dict[Fraction, list[int]] = {}
    for i, actor in enumerate(partnership.actors):
        alike.setdefault(actor.discount, []).append(i)
    for discount, same in alike.items():
        delta = numbers.number(discount)
        payoffs = numbers.array([game.payoffs[i] for i in same]) * (1 - delta)
        solved = numbers.solve(numbers.eye(size) - delta * following, payoffs.T)
        for k, i in enumerate(same):
            values[i] = solved[:, k]
    return values


def profitable(
    partnership: Partnership, game: LocalGame, values: list[Array], numbers: Arithmetic = EXACT
) -> Iterator[tuple[Deviation, Fraction]]:
    """Return every one-shot deviation from a policy that gains, with its gain."""
    number = numbers.number
    for deviation in game.deviations:
        i, s = deviation.actor, deviation.state
        delta = number(partnership.actors[i].discount)
        now = number(deviation.payoff - game.payoffs[i][s]) * (1 - delta)
        later = delta * 0
        if deviation.row != game.row[s]:
            ahead = sum((number(p) * values[i][t] for t, p in game.rows[deviation.row]), delta * 0)
            later = delta * (ahead - sum((number(p) * values[i][t] for t, p in game.rows[game.row[s]]), delta * 0))
        if now + later > 0:
            yield deviation, numbers.plain(now + later)


def _improved(policy: Policy, gains: list[tuple[Deviation, Fraction]], actors: int) -> Policy:
    """Return the policy with the best gain per state taken, for the first actor who gains or, among many, for all."""
    first = gains[0][0].actor
    best: dict[tuple[int, int], tuple[Fraction, str]] = {}
    for deviation, gain in gains:
        key = (deviation.state, deviation.actor)
        if (actors > ONE_BY_ONE or deviation.actor == first) and gain > best.get(key, (Fraction(0), ""))[0]:
            best[key] = (gain, deviation.action)
    return tuple(
        tuple(best[s, i][1] if (s, i) in best else action for i, action in enumerate(profile))
        for s, profile in enumerate(policy)
    )


def _not_an_equilibrium(partnership: Partnership, gain: tuple[Deviation, Fraction]) -> ScenarioError:
    deviation, size = gain
    state = translate.states(partnership)[deviation.state].name
    who = partnership.actors[deviation.actor].name
    return refuse(
        "agreement.sanction",
        f"not an equilibrium, so nobody would believe it: in {state}, {who} gains {float(size):.4g} a period "
        f"by '{deviation.action}'",
        "let the sanction be play that nobody wants to leave, for example "
        f'walk_away = {{ {who} = "{deviation.action}" }} with the others\' outside actions',
    )
