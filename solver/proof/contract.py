"""What unlimited voluntary payments reach, and that nothing reaches more; one discount factor delta for all.

Let profiles a be left in each state, from all of them at first. Numbers U and v bound what equilibrium gives if

    U(s)   >= (1-delta) G(s,a) + delta E[U | s,a]                                        at every a that is left,
    v_i(s) <= c_i(s,a) = max_d (1-delta) g_i(s,(d,a_-i)) + delta E[v_i | s,(d,a_-i)]     G the sum of the payoffs:

no sum of payoffs is above U and no payoff of i below v_i (both right-hand sides are monotone contractions). A profile
with (1-delta) G(s,a) + delta E U < sum_i c_i(s,a) is then never played: somebody gains by a deviation, however the
payments are shared. It goes, and the next bounds are about what is left. The last bounds are reached if profiles that
are left attain them with equality (Goldluecke & Kranz, Economic Theory 66 (2018); ``model.md`` section 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from games.normal_form import Profile
from games.stochastic import StochasticGame
from solver.proof.reading import Refuted, Told, exact, fields, game_of

ByState = Mapping[int, Fraction] | Sequence[Fraction]
Prospects = dict[Profile, tuple[Fraction, tuple[Fraction, ...]]]
"""By profile: what all get together if it is played, and what each player's best deviation from it is worth."""


@dataclass(frozen=True)
class Bounds:
    """U and v by state after some rounds, and the profiles that are left."""

    joint: Mapping[int, Fraction]
    low: Sequence[Mapping[int, Fraction]]
    left: Mapping[int, Prospects]

    def attained(self, play: Iterable[Any], punish: Iterable[Iterable[Any]]) -> bool:
        """Return whether these profiles by state, for play and to punish each player, are left and attain U and v."""
        found = list(self.left.items())
        return all(a in own and own[a][0] == self.joint[s] for (s, own), a in zip(found, play, strict=True)) and all(
            a in own and own[a][1][i] == self.low[i][s]
            for i, policy in zip(range(len(self.low)), punish, strict=True)
            for (s, own), a in zip(found, policy, strict=True)
        )


def contract(table: Any, claim: Any, proof: Any) -> Told:
    """Verify the largest joint value, the harshest punishments, and the play of some states that no play leaves."""
    game = game_of(table)
    _, names, joint, punishment, play = fields(claim, "kind", "states", "joint", "punishment", "play")
    rounds, punish = fields(proof, "rounds", "punish")
    states = [game.states.index(name) for name in names]
    found = eliminated(game, common(game), states, [*rounds, {"joint": joint, "punishment": punishment}])
    if not found.attained(map(tuple, play), (map(tuple, policy) for policy in punish)):
        raise Refuted("the play and the punishments named do not attain the bounds, or cannot be kept up")
    told = []
    for k, s in enumerate(states):
        least = ", ".join(f"{player} {own[s]}" for player, own in zip(game.players, found.low, strict=True))
        told.append(
            f"in {names[k]} they get {joint[k]} together by {' / '.join(play[k])}; no equilibrium in pure strategies "
            f"gives more, none less than {least}; and every split of {joint[k]} with at least that for each is one"
        )
    count = "a round" if not rounds else f"{len(rounds) + 1} rounds"
    return f"with unlimited voluntary payments at a discount factor of {common(game)}: " + "; ".join(told), [
        f"{count} of bounds leaves profiles that attain the last of them"
    ]


def no_contract(table: Any, claim: Any, proof: Any) -> Told:
    """Verify that play which begins in a state may come to one in which nothing can be played in equilibrium."""
    game = game_of(table)
    _, start = fields(claim, "kind", "start")
    (rounds,) = fields(proof, "rounds")
    reached = [game.states.index(start)]
    for s in reached:
        reached += sorted({t for row in game.next[s].values() for t, p in row.items() if p} - set(reached))
    found = eliminated(game, common(game), sorted(reached), rounds)
    lost = [game.states[s] for s, own in found.left.items() if not own]
    if not lost:
        raise Refuted("something is left in every state")
    return (
        f"from {start} on there is no equilibrium in pure strategies at a discount factor of {common(game)}, "
        "with unlimited voluntary payments or without",
        [f"{len(rounds)} rounds of bounds leave nothing in {', '.join(lost)}, and play may come there"],
    )


def common(game: StochasticGame) -> Fraction:
    """Return the discount factor that all players have, or raise Refuted."""
    if game.discount is None or len(set(game.discount)) != 1:
        raise Refuted("the players do not have one discount factor")
    return game.discount[0]


def eliminated(game: StochasticGame, delta: Fraction, states: Sequence[int], rounds: Iterable[Any]) -> Bounds:
    """Return the last of some rounds of bounds in states that no play leaves, and what it leaves, or raise Refuted."""
    reached = {t for s in states for row in game.next[s].values() for t in row}
    if list(states) != sorted(set(states)) or not reached <= set(states):
        raise Refuted("play may leave the states named, or they are not in order")
    found = Bounds({}, [], {s: dict.fromkeys(game.stages[s].profiles(), (Fraction(0), ())) for s in states})
    for part in rounds:
        told, lows = fields(part, "joint", "punishment")
        joint = dict(zip(states, map(exact, told), strict=True))
        low = [dict(zip(states, map(exact, own), strict=True)) for own in lows]
        left = {}
        for s, before in found.left.items():
            ahead = prospects(game, s, delta, joint, low)
            for a in before:
                if ahead[a][0] > joint[s] or any(c < own[s] for c, own in zip(ahead[a][1], low, strict=True)):
                    raise Refuted(f"the bounds claimed in {game.states[s]} are not kept at {' / '.join(a)}")
            left[s] = {a: ahead[a] for a in before if ahead[a][0] >= sum(ahead[a][1])}
        found = Bounds(joint, low, left)
    return found


def prospects(game: StochasticGame, s: int, delta: Fraction, joint: ByState, low: Sequence[ByState]) -> Prospects:
    """Return the prospects of every profile in a state, if U follows play and v_i a deviation by i."""

    def worth(profile: Profile, payoff: Fraction, after: ByState) -> Fraction:
        return (1 - delta) * payoff + delta * sum(p * after[t] for t, p in game.next[s][profile].items())

    payoffs = game.stages[s].payoffs
    own = {a: tuple(worth(a, g, v) for g, v in zip(now, low, strict=True)) for a, now in payoffs.items()}
    best = over_own_actions(own)
    return {a: (worth(a, sum(now, Fraction(0)), joint), best[a]) for a, now in payoffs.items()}


def over_own_actions(amounts: Mapping[Profile, Sequence[Fraction]]) -> dict[Profile, tuple[Fraction, ...]]:
    """Return for every profile and player the most of what the player gets there by any action of its own."""
    most: dict[tuple[int, Profile], Fraction] = {}
    for a, own in amounts.items():
        for i, amount in enumerate(own):
            others = (i, a[:i] + a[i + 1 :])
            most[others] = max(most.get(others, amount), amount)
    return {a: tuple(most[i, a[:i] + a[i + 1 :]] for i in range(len(own))) for a, own in amounts.items()}
