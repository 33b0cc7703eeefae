"""The exact decision about the harshest sanction: can its punishments be kept up? Fractions, without the solver.

A penal code names what is played as long as everybody keeps to it and what is played to punish each actor, the joint
value U of the former and the values v_i to which the latter hold their actors. Voluntary payments keep it up iff

    U(s)   = (1-delta) G(s,a) + delta E U                        at the play a, summed over the actors
    v_i(s) = max_d (1-delta) g_i(s,(d,a_-i)) + delta E v_i       at i's punishment a
    (1-delta) G(s,a) + delta E U >= sum_j max_d [ (1-delta) g_j(s,(d,a_-j)) + delta E v_j ]      at every such a

(Goldluecke & Kranz 2018; ``model.md`` section 5): then the payments of the next period can be shared so
that nobody gains by a deviation, and whoever refuses to pay is punished.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from games.partnership import Policy
from games.stochastic import StochasticGame
from solver.proof.contract import prospects

Values = tuple[Fraction, ...]


@dataclass(frozen=True)
class PenalCode:
    """What is played, and what punishes each actor; the joint value by state, and each actor's value by state."""

    play: Policy
    punish: tuple[Policy, ...]
    joint: Values
    values: tuple[Values, ...]


@dataclass(frozen=True)
class Reply:
    """One action of a punished actor: what it earns by it in the period, and where it leads."""

    action: str
    profile: tuple[str, ...]
    payoff: Fraction
    row: tuple[tuple[int, Fraction], ...]


def replies(game: StochasticGame, code: PenalCode, actor: int, state: int) -> tuple[Reply, ...]:
    """Return what an actor can do while it is punished in a state."""
    stage, profile = game.stages[state], code.punish[actor][state]
    out = []
    for action in stage.actions[actor]:
        played = (*profile[:actor], action, *profile[actor + 1 :])
        row = tuple(sorted((t, p) for t, p in game.next[state][played].items() if p))
        out.append(Reply(action, played, stage.payoffs[played][actor], row))
    return tuple(out)


def faults(game: StochasticGame, code: PenalCode) -> Iterator[str]:
    """Yield, in words, everything that keeps a penal code from being an equilibrium; nothing if it is one."""
    assert game.discount is not None
    delta = game.discount[0]
    if any(other != delta for other in game.discount):
        yield "the actors' discount factors differ"
        return
    for s, name in enumerate(game.states):
        ahead = prospects(game, s, delta, code.joint, code.values)
        if ahead[code.play[s]][0] != code.joint[s]:
            yield f"the joint value claimed in {name}"
        for i, player in enumerate(game.players):
            if ahead[code.punish[i][s]][1][i] != code.values[i][s]:
                yield f"the punishment value of {player} claimed in {name}"
        for policy in (code.play, *code.punish):
            together, tempted = ahead[policy[s]]
            if together < sum(tempted):
                yield f"play of {', '.join(policy[s])} in {name}: together they gain by leaving it"
