"""Play as a finite automaton, and the exact check that nobody gains by a one-shot deviation from it.

In node n of state s each player pays, all act, and play goes on: with W_i(n) the value at n after the payments,

    W_i(n) = (1-delta_i) g_i(s,a(n)) + delta_i sum_s' q(s'|s,a(n)) sum_m lottery(n,s')(m) V_i(m)
    V_i(n) = W_i(n) - (1-delta_i) payment_i(n)           where n only draws another node: W_i(n) = sum_m then(m) V_i(m)

no deviation gains iff for every node, player and action d, with the lotteries of ``breach[i]`` for what follows,

    act   W_i(n) >= (1-delta_i) g_i(s,(d,a_-i)) + delta_i sum_s' q(s'|s,(d,a_-i)) sum_m breach(n,i,s')(m) V_i(m)
    pay   V_i(n) >= W_i(default(n,i))                                            where i owes something

(the one-shot deviation principle: Blackwell 1965; Mailath & Samuelson 2006, chapter 2). Rationals decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from games.normal_form import NormalFormGame
from games.stochastic import Row, StochasticGame
from solver.exact import EXACT, Array, fraction, rational
from solver.results import Number
from solver.results.repeated import Automaton, Node

MAX_NODES = 600
"""A dense rational system of this size takes seconds."""


@dataclass(frozen=True)
class Temptation:
    """One deviation: its slack, and what it is in words."""

    slack: Fraction
    what: str


@dataclass(frozen=True, eq=False)
class _Play:
    """An automaton in exact numbers: where each node stands by name, and ``values[i]`` by node."""

    game: StochasticGame
    discount: tuple[Fraction, ...]
    nodes: tuple[Node, ...]
    place: Mapping[str, int]
    values: tuple[tuple[Fraction, ...], ...]


def checked(
    game: StochasticGame, discount: tuple[Fraction, ...], start: Mapping[str, Number], nodes: Sequence[Node]
) -> Automaton | None:
    """Return an automaton with the exact values of its nodes and the smallest slack over all one-shot deviations.

    None where it has too many nodes to be solved exactly.
    """
    if len(nodes) > MAX_NODES:
        return None
    place = {node.name: k for k, node in enumerate(nodes)}
    values = tuple(_values(game, discount[i], i, nodes, place) for i in range(len(game.players)))
    play = _Play(game, discount, tuple(nodes), place, values)
    worst = min(_temptations(play), key=lambda t: t.slack, default=Temptation(Fraction(0), ""))
    told = tuple(
        replace(node, values={name: values[i][k] for i, name in enumerate(game.players)})
        for k, node in enumerate(nodes)
    )
    begin = {
        name: sum((Fraction(p) * values[i][place[m]] for m, p in start.items()), Fraction(0))
        for i, name in enumerate(game.players)
    }
    cap = max((abs(Fraction(p)) for node in nodes for p in node.payments.values()), default=Fraction(0))
    what = worst.what if worst.slack < 0 else ""
    return Automaton(start, told, begin, worst.slack, cap, "exact", what)


def _values(
    game: StochasticGame, delta: Fraction, i: int, nodes: Sequence[Node], place: Mapping[str, int]
) -> tuple[Fraction, ...]:
    """Return V_i by node: one linear system."""
    player, size = game.players[i], len(nodes)
    system, right = EXACT.eye(size), EXACT.zeros(size, 1)
    for k, node in enumerate(nodes):
        paid = Fraction(node.payments.get(player, 0))
        if node.then:
            right[k, 0] = rational((delta - 1) * paid)
            for name, share in node.then.items():
                system[k, place[name]] -= rational(Fraction(share))
            continue
        stage, row = _stage(game, node)
        right[k, 0] = rational((1 - delta) * (stage.payoffs[_profile(game, node)][i] - paid))
        for s, p in row.items():
            for name, share in node.next[game.states[s]].items():
                system[k, place[name]] -= rational(delta * p * Fraction(share))
    solved: Array = EXACT.solve(system, right)
    return tuple(fraction(v) for v in solved[:, 0])


def _stage(game: StochasticGame, node: Node) -> tuple[NormalFormGame, Row]:
    """Return the game played in a node, and where its profile leads."""
    s = game.states.index(node.state)
    return game.stages[s], game.next[s][_profile(game, node)]


def _profile(game: StochasticGame, node: Node) -> tuple[str, ...]:
    return tuple(node.profile[player] for player in game.players)


def _temptations(play: _Play) -> Iterator[Temptation]:
    """Yield every one-shot deviation: each other action in each node, and each refusal to pay what is due."""
    for k, node in enumerate(play.nodes):
        for i, player in enumerate(play.game.players):
            if not node.then:
                yield from _acts(play, k, i)
            if Fraction(node.payments.get(player, 0)) > 0:
                other = play.place[node.default[player]]
                slack = play.values[i][k] - _unpaid(play, other, i)
                yield Temptation(slack, f"{player} does not pay in '{node.name}'")


def _unpaid(play: _Play, k: int, i: int) -> Fraction:
    """Return W_i: the value at a node once its payments are made."""
    paid = Fraction(play.nodes[k].payments.get(play.game.players[i], 0))
    return play.values[i][k] + (1 - play.discount[i]) * paid


def _acts(play: _Play, k: int, i: int) -> Iterator[Temptation]:
    node, game, delta = play.nodes[k], play.game, play.discount[i]
    player, s = game.players[i], game.states.index(node.state)
    here = _unpaid(play, k, i)
    for action, profile in game.stages[s].deviations(_profile(game, node), i):
        ahead = Fraction(0)
        for t, p in game.next[s][profile].items():
            for name, share in node.breach[player][game.states[t]].items():
                ahead += p * Fraction(share) * play.values[i][play.place[name]]
        slack = here - (1 - delta) * game.stages[s].payoffs[profile][i] - delta * ahead
        yield Temptation(slack, f"{player} plays '{action}' in '{node.name}'")
