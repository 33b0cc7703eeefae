"""Is an automaton an equilibrium? Every one-shot deviation, in Fractions; shares nothing with the solver.

Values are found by repeated substitution into exact equations solved by the elimination of ``oracles.bimatrix``.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from games.stochastic import StochasticGame
from oracles.bimatrix import solved
from solver.results.repeated import Automaton, Node


def slacks(game: StochasticGame, discount: tuple[Fraction, ...], automaton: Automaton) -> Iterator[Fraction]:
    """Yield the slack of every one-shot deviation in every node of an automaton."""
    nodes = {node.name: node for node in automaton.nodes}
    for i, player in enumerate(game.players):
        value = _values(game, discount[i], i, list(automaton.nodes))
        for node in automaton.nodes:
            s = game.states.index(node.state)
            played = tuple(node.profile[p] for p in game.players) if not node.then else ()
            paid = Fraction(node.payments.get(player, 0))
            unpaid = value[node.name] + (1 - discount[i]) * paid
            for action in game.stages[s].actions[i] if played else ():
                if action == played[i]:
                    continue
                moved = (*played[:i], action, *played[i + 1 :])
                ahead = sum(
                    q * Fraction(share) * value[name]
                    for t, q in game.next[s][moved].items()
                    for name, share in node.breach[player][game.states[t]].items()
                )
                yield unpaid - (1 - discount[i]) * game.stages[s].payoffs[moved][i] - discount[i] * ahead
            if paid > 0:
                other = nodes[node.default[player]]
                yield value[node.name] - value[other.name] - (1 - discount[i]) * Fraction(other.payments.get(player, 0))


def _values(game: StochasticGame, delta: Fraction, i: int, nodes: list[Node]) -> dict[str, Fraction]:
    names = [node.name for node in nodes]
    rows = []
    for node in nodes:
        s = game.states.index(node.state)
        row = {name: Fraction(int(name == node.name)) for name in names}
        if node.then:
            for name, share in node.then.items():
                row[name] -= Fraction(share)
            rows.append([row[n] for n in names] + [(delta - 1) * Fraction(node.payments.get(game.players[i], 0))])
            continue
        played = tuple(node.profile[p] for p in game.players)
        for t, q in game.next[s][played].items():
            for name, share in node.next[game.states[t]].items():
                row[name] -= delta * q * Fraction(share)
        own = game.stages[s].payoffs[played][i] - Fraction(node.payments.get(game.players[i], 0))
        rows.append([row[name] for name in names] + [(1 - delta) * own])
    found = solved(rows)
    assert found is not None
    return dict(zip(names, found, strict=True))
