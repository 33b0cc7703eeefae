"""Plans of play for ever, judged by their one-shot deviations, exactly.

    V_i(n) = (1-delta_i) g_i(s, a(n)) + delta_i sum_s' q(s'|s, a(n)) V_i(next(n), s')
    V_i(n) >= (1-delta_i) g_i(s, (d, a_-i)) + delta_i sum_s' q(s'|s, (d, a_-i)) V_i(breach(n, i), s')

for every node n (in every state s), player i and other action d. The first line is a linear system.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from classroom.offline.core import MARKERS, Part, Unreadable, plain
from classroom.offline.mark import RIGHT, Mark, spelled, wrong
from classroom.offline.stage import Game
from classroom.offline.terms import missed

MOST_NODES = 24
Row = Mapping[int, Fraction]
Place = tuple[str, int]
"""A node by its name and the state that it is met in."""


@dataclass(frozen=True)
class Node:
    """What is played at a node in one state, the node that follows, and the one after a breach by each player."""

    profile: tuple[str, ...]
    next: str
    breach: tuple[str, ...]


class Stochastic:
    """A game by state: the game played there, and where each profile leads."""

    def __init__(self, table: Part) -> None:
        self.states: list[str] = table["states"]
        self.stages = [Game(stage) for stage in table["stages"]]
        self.players = self.stages[0].players
        self.start: int = table["start"]
        self.discount = [Fraction(delta) for delta in table["discount"]]
        self.next: list[dict[tuple[str, ...], Row]] = [
            dict(zip(stage.profiles, ({int(t): Fraction(p) for t, p in row.items()} for row in rows), strict=True))
            for stage, rows in zip(self.stages, table["next"], strict=True)
        ]


Nodes = dict[Place, Node]


def table(answer: Any) -> Mapping[str, Any]:
    """Return a table, or the table that a text states in TOML."""
    if isinstance(answer, Mapping):
        return answer
    try:
        # A semicolon outside quotes stands for a line break.
        lines = re.sub(r'("[^"\n]*"|\'[^\'\n]*\'|#[^\n]*)|;', lambda found: found[1] or "\n", plain(answer))
        return tomllib.loads(lines, parse_float=str)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise Unreadable(f"it is no TOML: {error}") from None


def mark_plan(part: Part, answer: Any) -> Mark:
    """Return the mark of a plan: the deviation that pays most, or the condition that it misses."""
    game = Stochastic(part["game"])
    given = table(answer)
    nodes = _nodes(game, given)
    start = _node(given.get("start"), given["nodes"], "start")
    reached = _reached(nodes, start)
    nodes = {place: node for place, node in nodes.items() if place[0] in reached}
    values = [_values(game, nodes, i) for i in range(len(game.players))]
    slack, who, action, place = min(_deviations(game, nodes, values), key=lambda found: found[0])
    if slack < 0:
        kept = place in _met(game, nodes, start)
        name = (
            "the punishment is too mild" if kept else "the punishment is not in the interest of those who carry it out"
        )
        at = place[0] if len(game.states) == 1 else f"{place[0]}@{game.states[place[1]]}"
        words = f"{game.players[who]} plays '{action}' in '{at}'"
        return wrong(name, f"A deviation pays: {words}, and gains {spelled(-slack, '4')} a period by it.")
    found = {player: own[start, game.start] for player, own in zip(game.players, values, strict=True)}
    lacking = missed(part["conditions"], {"values": found, "forgives": _forgives(game, nodes, start)})
    return wrong(lacking[0], "It is an equilibrium.", lacking[1], share=Fraction(1, 2)) if lacking else RIGHT


def _nodes(game: Stochastic, given: Mapping[str, Any]) -> Nodes:
    """Return the nodes of a plan by name and state."""
    nodes = given.get("nodes")
    if not isinstance(nodes, Mapping) or not 0 < len(nodes) <= MOST_NODES:
        raise Unreadable(f"a plan has 1 to {MOST_NODES} nodes, each under [nodes.NAME]")
    out: Nodes = {}
    for name, node in nodes.items():
        if not isinstance(node, Mapping) or not set(node) <= {"play", "next", "breach"}:
            raise Unreadable(f"nodes.{name} is no table of play, next and breach")
        after = node.get("breach", name)
        onward = _node(node.get("next", name), nodes, f"nodes.{name}.next")
        breach = tuple(
            _node(after.get(p, name) if isinstance(after, Mapping) else after, nodes, f"nodes.{name}.breach")
            for p in game.players
        )
        for s in range(len(game.states)):
            out[name, s] = Node(_played(game, s, node.get("play"), name), onward, breach)
    return out


def _reached(nodes: Nodes, start: str) -> set[str]:
    """Return the nodes that any play leads to, breaches included: no other is part of the plan."""
    reached, waiting = set[str](), {start}
    while waiting:
        reached |= waiting
        waiting = {m for (name, _), node in nodes.items() if name in waiting for m in (node.next, *node.breach)}
        waiting -= reached
    return reached


def _played(game: Stochastic, s: int, play: Any, name: str) -> tuple[str, ...]:
    if isinstance(play, Mapping) and game.states[s] in play:
        play = play[game.states[s]]
    out = []
    for player, actions in zip(game.players, game.stages[s].actions, strict=True):
        action = play.get(player) if isinstance(play, Mapping) else None
        if not isinstance(action, str) or action not in actions:
            raise Unreadable(f"nodes.{name}.play: {player} plays one of {', '.join(actions)}")
        out.append(action)
    return tuple(out)


def _node(name: Any, nodes: Mapping[str, Any], where: str) -> str:
    if not isinstance(name, str) or name not in nodes:
        raise Unreadable(f"{where}: there is no node '{str(name)[:40]}'")
    return name


def _values(game: Stochastic, nodes: Nodes, i: int) -> dict[Place, Fraction]:
    """Return V_i at every node and state."""
    delta, place = game.discount[i], {key: k for k, key in enumerate(nodes)}
    system: list[dict[int, Fraction]] = []
    right: list[Fraction] = []
    for (name, s), node in nodes.items():
        row = {place[name, s]: Fraction(1)}
        for t, p in game.next[s][node.profile].items():
            k = place[node.next, t]
            row[k] = row.get(k, Fraction(0)) - delta * p
        system.append(row)
        right.append((1 - delta) * game.stages[s].payoffs[node.profile][i])
    return dict(zip(nodes, solved(system, right), strict=True))


def solved(system: list[dict[int, Fraction]], right: Sequence[Fraction]) -> list[Fraction]:
    """Return the solution of a linear system whose diagonal dominates: Gauss's elimination, no pivoting needed."""
    rows, out = [dict(row) for row in system], list(right)
    for pivot in range(len(rows)):
        for below in range(pivot + 1, len(rows)):
            factor = rows[below].pop(pivot, Fraction(0)) / rows[pivot][pivot]
            if factor:
                out[below] -= factor * out[pivot]
                for t, value in rows[pivot].items():
                    if t > pivot:
                        rows[below][t] = rows[below].get(t, Fraction(0)) - factor * value
    for s in reversed(range(len(rows))):
        known = sum((value * out[t] for t, value in rows[s].items() if t > s), Fraction(0))
        out[s] = (out[s] - known) / rows[s][s]
    return out


def _deviations(
    game: Stochastic, nodes: Nodes, values: list[dict[Place, Fraction]]
) -> Iterator[tuple[Fraction, int, str, Place]]:
    """Yield every one-shot deviation: its slack, who deviates, by which action, and where."""
    for (name, s), node in nodes.items():
        for i, delta in enumerate(game.discount):
            for action, profile in game.stages[s].deviations(node.profile, i):
                ahead = sum((p * values[i][node.breach[i], t] for t, p in game.next[s][profile].items()), Fraction(0))
                gets = (1 - delta) * game.stages[s].payoffs[profile][i] + delta * ahead
                yield values[i][name, s] - gets, i, action, (name, s)


def _forgives(game: Stochastic, nodes: Nodes, start: str) -> bool:
    """Return whether play, once nobody deviates any more, always comes back to what is met without a breach."""
    kept = _met(game, nodes, start)
    return all(_met(game, nodes, name) & kept for name, _ in nodes)


def _met(game: Stochastic, nodes: Nodes, first: str) -> set[Place]:
    """Return the nodes that are met from one on while nobody deviates, in any state."""
    waiting, met = [first], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in met:
            met.add(name)
            waiting += [nodes[name, s].next for s in range(len(game.states))]
    return {(name, s) for name in met for s in range(len(game.states))}


MARKERS |= {"plan": mark_plan}
