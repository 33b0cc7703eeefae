"""Play as a finite automaton: nobody gains by a one-shot deviation from it, so it is an equilibrium.

In node n of state s payments are made, all act, and play goes on. With W_i(n) = V_i(n) + (1-delta_i) payment_i(n),
the value once they are made, and the lotteries over nodes ``next`` and, after player i alone deviated, ``breach[i]``,

    W_i(n) = (1-delta_i) g_i(s,a) + delta_i sum_s' q(s'|s,a) sum_m next(m|s') V_i(m)       or  sum_m then(m) V_i(m)
    act    W_i(n) >= (1-delta_i) g_i(s,(d,a_-i)) + delta_i sum_s' q(s'|s,(d,a_-i)) sum_m breach_i(m|s') V_i(m)
    pay    V_i(n) >= sum_m default_i(m) V_i(m)                                        where payment_i(n) > 0

The values are given; the equations have no other solution, since delta < 1 (the one-shot deviation principle:
Blackwell 1965; Mailath & Samuelson 2006, chapter 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from games.normal_form import Profile
from games.stochastic import StochasticGame
from solver.proof.reading import Refuted, Told, exact, fields, game_of

ZERO = Fraction(0)
Lottery = Sequence[tuple[int, Fraction]]
"""Nodes by index with their probabilities, which sum to 1 over the nodes of each state."""


@dataclass(frozen=True)
class Node:
    """What is paid and played while play is here; ``play`` is empty where a node is drawn from ``then`` instead."""

    state: int
    values: tuple[Fraction, ...]
    payments: tuple[Fraction, ...]
    default: tuple[Lottery, ...]
    play: Profile
    next: Lottery
    breach: tuple[Lottery, ...]
    then: Lottery

    @property
    def plain(self) -> bool:
        """Return whether play is here after the payments of the period: nothing is paid, and something is played."""
        return bool(self.play) and not any(self.payments)


def equilibrium(table: Any, claim: Any, proof: Any) -> Told:
    """Verify that play from a state on is an equilibrium worth ``values``, nobody paying more than ``cap`` a period."""
    game = game_of(table)
    _, name, claimed, cap = fields(claim, "kind", "state", "values", "cap")
    start, listed = fields(proof, "start", "nodes")
    nodes = verified(game, listed)
    drawn = lottery(start, [node.state for node in nodes], {game.states.index(name)})
    values = tuple(sum((p * nodes[m].values[i] for m, p in drawn), ZERO) for i in range(len(game.players)))
    if values != tuple(map(exact, claimed)):
        raise Refuted(f"the play is worth {', '.join(map(str, values))}")
    most = max(x for node in nodes for x in node.payments)
    if most > exact(cap):
        raise Refuted(f"{most} is paid in one period")
    worth = ", ".join(f"{player} {value}" for player, value in zip(game.players, values, strict=True))
    paid = f"payments of at most {cap} a period" if exact(cap) else "no payments"
    nobody = f"in none of its {len(nodes)} nodes does anybody gain by another action" + " or by not paying" * (most > 0)
    return f"from {name} on, with {paid}, an equilibrium is worth {worth}", [nobody]


def verified(game: StochasticGame, listed: Any) -> list[Node]:
    """Return the nodes of an automaton, every value and every one-shot deviation verified, or raise Refuted."""
    if game.discount is None:
        raise Refuted("the game names no discount factors")
    states = [node["state"] for node in listed]
    if any(type(s) is not int or not 0 <= s < len(game.states) for s in states):
        raise Refuted("a node is in no state of the game")
    nodes = [_read(game, node, states) for node in listed]
    for k in range(len(nodes)):
        for i, delta in enumerate(game.discount):
            _kept(game, nodes, k, i, delta)
    return nodes


def lottery(listed: Any, states: Sequence[int], needed: Iterable[int]) -> Lottery:
    """Return a lottery over nodes in these states, which draws a node in each state that is needed and in no other."""
    out = [(m, exact(p)) for m, p in listed]
    if any(type(m) is not int or not 0 <= m < len(states) or p <= 0 for m, p in out):
        raise Refuted("a lottery draws a node that is not there, or one with a probability that is not positive")
    total: dict[int, Fraction] = {}
    for m, p in out:
        total[states[m]] = total.get(states[m], ZERO) + p
    if total != dict.fromkeys(needed, 1):
        raise Refuted("a lottery does not draw one node in every state that play may come to")
    return out


def _read(game: StochasticGame, listed: Any, states: Sequence[int]) -> Node:
    """Return a node that says what follows whatever is done in it: refusals to pay, and all actions."""
    s, claimed, due, default, play, follow, breach, then = fields(
        listed, "state", "values", "payments", "default", "play", "next", "breach", "then"
    )
    stage, rows, profile, players = game.stages[s], game.next[s], tuple(play), range(len(game.players))
    values, payments = tuple(map(exact, claimed)), tuple(map(exact, due))
    if not len(values) == len(payments) == len(players) or sum(payments) != 0:
        raise Refuted("a node does not name a value and a payment for each player, the payments summing to 0")
    if bool(then) == bool(profile):
        raise Refuted("a node must either play or draw another one")

    def leads(profiles: Iterable[Profile]) -> set[int]:
        return {t for a in profiles for t, p in rows[a].items() if p and not then}

    refused = [{s} if paid > 0 else set() for paid in payments]
    left = [leads(a for _, a in stage.deviations(profile, i)) if profile else set() for i in players]
    return Node(
        s, values, payments, tuple(lottery(own, states, to) for own, to in zip(default, refused, strict=True)),
        profile, lottery(follow, states, leads(rows)),
        tuple(lottery(own, states, to) for own, to in zip(breach, left, strict=True)),
        lottery(then, states, {s} if then else set()),
    )  # fmt: skip


def _kept(game: StochasticGame, nodes: Sequence[Node], k: int, i: int, delta: Fraction) -> None:
    """Verify what a player is worth in a node, and that it neither acts otherwise nor refuses to pay."""
    node, player = nodes[k], game.players[i]
    stage, rows = game.stages[node.state], game.next[node.state]
    paid = node.values[i] + (1 - delta) * node.payments[i]

    def mean(drawn: Lottery) -> Fraction:
        return sum((p * nodes[m].values[i] for m, p in drawn), ZERO)

    def worth(profile: Profile, after: Lottery) -> Fraction:
        ahead = mean([(m, p * rows[profile].get(nodes[m].state, ZERO)) for m, p in after])
        return (1 - delta) * stage.payoffs[profile][i] + delta * ahead

    if not all(nodes[m].plain for m, _ in (*node.then, *node.default[i])):
        raise Refuted(f"play goes on in the same period after node {k} with one that does not just play")
    if paid != (worth(node.play, node.next) if node.play else mean(node.then)):
        raise Refuted(f"node {k} is not worth {node.values[i]} to {player}")
    if node.default[i] and node.values[i] < mean(node.default[i]):
        raise Refuted(f"{player} gains by not paying in node {k}")
    for action, profile in stage.deviations(node.play, i) if node.play else ():
        if paid < worth(profile, node.breach[i]):
            raise Refuted(f"{player} gains by playing {action} in node {k}")
