"""A strategy that has met a game: its words are the game's actions and states, its rules are tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from classroom.tournament.arena import Arena, Array, Pair
from classroom.tournament.strategy import CALM, CRISIS, OTHER, SHARE, WITHHOLD, Node, Rule, Strategy
from games.errors import Problem, ScenarioError
from games.files.findings import suggestion

NEUTRAL = (SHARE, WITHHOLD)
Seen = tuple[int, int, int]
"""A state, the own action and the partner's; 0 is sharing."""


@dataclass(frozen=True, eq=False)
class Machine:
    """An automaton in one role: ``start[node]``, ``action[node, state]``, ``move[node, me, partner, state, node]``.

    Actions are 0 (share) and 1 (withhold), ``start`` and ``move`` are probabilities; nodes that are never reached are
    left out.
    """

    start: Array
    action: Array
    move: Array


def machine(strategy: Strategy, arena: Arena, role: int) -> Machine:
    """Return a strategy as it plays a role (0 or 1) of a game.

    Raises
    ------
    ScenarioError : every word that the game does not know, and every case without a rule.
    """
    problems = list(dict.fromkeys(_strange(strategy, arena, role)))
    if problems:
        raise ScenarioError(problems)
    index = {node: k for k, node in enumerate(_reached(strategy))}
    count, states = len(index), len(arena.game.states)
    start, action = np.zeros(count), np.zeros((count, states), dtype=np.int64)
    move = np.zeros((count, 2, 2, states, count))
    for first, chance in strategy.start.items():
        start[index[first]] = float(chance)
    for name, k in index.items():
        node = strategy.nodes[name]
        for s, me, partner in _cases(arena):
            action[k, s] = _action(_played(node, arena, s), arena, role, s)
            rule = _first(node, arena, role, (s, me, partner))
            if rule is None:
                raise ScenarioError(_no_rule(strategy, name, arena, role, (s, me, partner)))
            for to, chance in rule.to.items():
                move[k, me, partner, s, index[to]] = float(chance)
    return Machine(start, action, move)


def _reached(strategy: Strategy) -> list[str]:
    """Return the nodes that rules may lead to, the first ones first: the others never matter."""
    reached = list(strategy.start)
    for node in reached:  # grows as it is walked
        reached += dict.fromkeys(to for rule in strategy.nodes[node].rules for to in rule.to if to not in reached)
    return reached


def _cases(arena: Arena) -> list[Seen]:
    return list(product(range(len(arena.game.states)), (0, 1), (0, 1)))


def _played(node: Node, arena: Arena, state: int) -> str:
    """Return the word for what a node plays in a state: by its name, its urgency, or as in all others."""
    for word in (arena.game.states[state], arena.urgency[state], OTHER):
        if word and word in node.plays:
            return node.plays[word]
    return ""


def _action(word: str, arena: Arena, role: int, state: int) -> int:
    """Return the index of an action: one's own word for it, else the neutral one, else the partner's word."""
    for names in (arena.actions[role][state], NEUTRAL, arena.actions[1 - role][state]):
        if word in names:
            return names.index(word)
    return -1


def _first(node: Node, arena: Arena, role: int, seen: Seen) -> Rule | None:
    return next((rule for rule in node.rules if _fits(rule, arena, role, seen)), None)


def _fits(rule: Rule, arena: Arena, role: int, seen: Seen) -> bool:
    state, me, partner = seen
    return (
        (rule.state is None or rule.state in (arena.game.states[state], arena.urgency[state]))
        and (rule.me is None or _action(rule.me, arena, role, state) == me)
        and (rule.partner is None or _action(rule.partner, arena, 1 - role, state) == partner)
    )


def _strange(strategy: Strategy, arena: Arena, role: int) -> Iterator[Problem]:
    """Yield what a strategy says that this game does not know, and the states in which it plays nothing."""
    actions = sorted({*NEUTRAL, *(word for names in arena.actions for pair in names for word in pair)})
    states = sorted({CALM, CRISIS, *arena.game.states})
    for name, node in strategy.nodes.items():
        where = f"{strategy.name}.toml: nodes.{name}"
        for word in (*node.plays.values(), *(word for rule in node.rules for word in (rule.partner, rule.me))):
            if word is not None and word not in actions:
                yield Problem(where, f"unknown action '{word}'", suggestion(word, actions))
        for word in (*(w for w in node.plays if w != OTHER), *(rule.state for rule in node.rules)):
            if word is not None and word not in states:
                yield Problem(where, f"unknown state '{word}'", suggestion(word, states))
        yield from _unplayed(node, where, arena, role)


def _unplayed(node: Node, where: str, arena: Arena, role: int) -> Iterator[Problem]:
    """Yield the states in which a node plays nothing, or what cannot be played there."""
    for s, state in enumerate(arena.game.states):
        word = _played(node, arena, s)
        if not word:
            yield Problem(f"{where}.plays", f"nothing for {state}", 'add other = "share" or "withhold"')
        elif _action(word, arena, role, s) < 0:
            yield Problem(f"{where}.plays", f"nobody can '{word}' in {state}", 'play "share" or "withhold"')


def _no_rule(strategy: Strategy, node: str, arena: Arena, role: int, seen: Seen) -> Problem:
    state, me, partner = seen
    names: tuple[Pair, Pair] = arena.actions[role][state], arena.actions[1 - role][state]
    where = f"{strategy.name}.toml: nodes.{node}.next"
    played = f"after '{names[0][me]}' against '{names[1][partner]}' in {arena.game.states[state]}"
    return Problem(where, f"no rule says where to go {played}", 'end with { to = "NODE" }')
