"""A plan of play for ever, as an automaton: any that is an equilibrium counts, decided by its one-shot deviations.

    start = "together"
    [nodes.together]
    play   = { firm = "share", office = "share" }      # by state where they differ: play.calm = { … }
    next   = "together"                                # "together" again if it is left out
    breach = "apart"                                   # whoever breaks it; by player where they differ: { firm = "…" }

W_i(n) >= (1-delta) g_i(d, a_-i(n)) + delta V_i(breach(n, i))     every node n, player i, action d

(one-shot deviation principle: Blackwell 1965; Abreu 1988 for penal codes). ``conditions`` may ask for more, in terms
of ``values``, what each player expects from the start, and of ``forgives``: whether play comes back, after any breach,
to what was played before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from classroom.answers.proposal import table
from classroom.offline.mark import RIGHT, Mark, spelled, wrong
from classroom.part import Part
from games.files.findings import suggestion
from games.files.game_file import GameFile
from games.files.numbers import Refusal, described
from games.files.structure import inline, written_key
from games.stochastic import StochasticGame
from solver.repeated.automata import checked
from solver.repeated.reach import discounts
from solver.results.repeated import Automaton, Node

required = ("game", "answer")
fields = ("conditions",)
MOST_NODES = 24
_FIELDS = ("play", "next", "breach")
Plan = tuple[str, tuple[Node, ...]]
"""The first node, and the nodes by node and state: "together@calm"."""


def how(part: Part) -> str:
    """Return how to answer."""
    players = ", ".join(f"{written_key(player)} = …" for player in _file(part).game.players)
    return (
        f'a plan as TOML: start = "NODE" for the first node; and for each node nodes.NODE = {{ play = {{ {players} }}, '
        'next = "NODE", breach = "NODE" }: what everybody plays, where play goes if all do (left out: it stays), and '
        "where it goes after a breach. Any plan that is an equilibrium counts"
    )


def read(part: Part, answer: Any) -> Plan:
    """Return the plan that an answer states.

    Raises
    ------
    Refusal : a node, player or action that there is not, or too many nodes.
    """
    return stated(_file(part).game, table(answer))


def stated(game: StochasticGame, given: Mapping[str, Any]) -> Plan:
    """Return the plan that a table states.

    Raises
    ------
    Refusal : a node, player or action that there is not, or too many nodes.
    """
    nodes = given.get("nodes")
    if not isinstance(nodes, Mapping) or not nodes:
        raise Refusal("a plan has nodes", "[nodes.together] and below it: play = { … }")
    if len(nodes) > MOST_NODES:
        raise Refusal(f"{len(nodes)} nodes are more than {MOST_NODES}", "a few are enough")
    start = _node(given.get("start"), nodes, "start")
    every = tuple(node for name in nodes for node in _by_state(game, name, nodes))
    reached = _reached(every, start)
    return start, tuple(node for node in every if node.name.rpartition("@")[0] in reached)


def _reached(nodes: Sequence[Node], start: str) -> set[str]:
    """Return the student's nodes that any play leads to, breaches included: no other is part of the plan."""
    ways: dict[str, set[str]] = {}
    for node in nodes:
        onward = (lottery for row in (node.next, *node.breach.values()) for lottery in row.values())
        own = ways.setdefault(node.name.rpartition("@")[0], set())
        own |= {name.rpartition("@")[0] for lottery in onward for name in lottery}
    reached, waiting = set[str](), {start}
    while waiting:
        reached |= waiting
        waiting = set().union(*(ways[name] for name in waiting)) - reached
    return reached


def _by_state(game: StochasticGame, name: str, nodes: Mapping[str, Any]) -> Iterator[Node]:
    """Yield a node of the student's once for every state."""
    given = nodes[name]
    if not isinstance(given, Mapping):
        raise Refusal(f"nodes.{name}: expects a table, found {described(given)}", "play = { … }")
    for field in given:
        if field not in _FIELDS:
            raise Refusal(f"nodes.{name}: unknown field '{field[:60]}'", suggestion(field[:60], _FIELDS))
    after = given.get("breach", name)
    onward = _node(given.get("next", name), nodes, f"nodes.{name}.next")
    for s, state in enumerate(game.states):
        breach = {
            player: _node(
                after.get(player, name) if isinstance(after, Mapping) else after, nodes, f"nodes.{name}.breach"
            )
            for player in game.players
        }
        yield Node(
            name=f"{name}@{state}",
            state=state,
            payments={},
            profile=_profile(game, s, given.get("play"), name),
            values={},
            next={other: {f"{onward}@{other}": Fraction(1)} for other in game.states},
            breach={p: {other: {f"{m}@{other}": Fraction(1)} for other in game.states} for p, m in breach.items()},
            default={},
        )


def _profile(game: StochasticGame, s: int, play: Any, name: str) -> dict[str, str]:
    if isinstance(play, Mapping) and game.states[s] in play:
        play = play[game.states[s]]
    stage, out = game.stages[s], {}
    for player, actions in zip(game.players, stage.actions, strict=True):
        action = play.get(player) if isinstance(play, Mapping) else None
        if not isinstance(action, str) or action not in actions:
            raise Refusal(
                f"nodes.{name}.play: {player} plays one of {', '.join(actions)}", f'{player} = "{actions[0]}"'
            )
        out[player] = action
    return out


def _node(name: Any, nodes: Mapping[str, Any], where: str) -> str:
    if not isinstance(name, str) or name not in nodes:
        named = f"'{name[:60]}'" if isinstance(name, str) else described(name)
        raise Refusal(f"{where}: there is no node {named}", suggestion(str(name)[:60], list(nodes)))
    return name


def mark(part: Part, answer: Plan) -> Mark:
    """Return the mark of a plan: the deviation that pays most, or the condition that it misses."""
    found = judged(part, answer)
    if found.slack < 0:
        node = found.worst.partition(" in '")[2].rstrip("'")
        kept = node in _on_path(part, answer)
        name = (
            "the punishment is too mild" if kept else "the punishment is not in the interest of those who carry it out"
        )
        words = found.worst.replace(_only_state(part), "")
        return wrong(
            name, f"A deviation pays: {words}, and gains {spelled(-Fraction(found.slack), '4')} a period by it."
        )
    values = {player: Fraction(value) for player, value in found.values.items()}
    known = {"values": values, "forgives": _forgives(part, answer)}
    for condition in part.spec.get("conditions", ()):
        if not part.value(condition["holds"], **known):
            name = condition.get("name", "an equilibrium, but not as asked")
            return wrong(name, "It is an equilibrium.", part.text(condition["says"], **known), share=Fraction(1, 2))
    return RIGHT


def _only_state(part: Part) -> str:
    """Return what names the state in a node's name where there is only one."""
    states = _file(part).game.states
    return f"@{states[0]}" if len(states) == 1 else "@@"


def judged(part: Part, answer: Plan) -> Automaton:
    """Return a plan with its values and its smallest slack, in exact numbers."""
    return valued(_file(part), answer)


def valued(file: GameFile, answer: Plan) -> Automaton:
    """Return a plan of play in a game with what everybody expects at each node, and its smallest slack."""
    start, nodes = answer
    first = {f"{start}@{file.game.states[file.start]}": Fraction(1)}
    found = checked(file.game, discounts(file.game, None), first, nodes)
    assert found is not None
    return found


def _file(part: Part) -> GameFile:
    return part.facts.game(str(part.spec["game"]))


def _forgives(part: Part, answer: Plan) -> bool:
    """Return whether play, once nobody deviates any more, always comes back to what is met without a breach."""
    nodes, kept = answer[1], _on_path(part, answer)
    return all(_met(nodes, [node.name]) & kept for node in nodes)


def _on_path(part: Part, answer: Plan) -> set[str]:
    """Return the nodes that are met while nobody deviates."""
    start, nodes = answer
    return _met(nodes, [f"{start}@{state}" for state in _file(part).game.states])


def _met(nodes: Sequence[Node], waiting: list[str]) -> set[str]:
    """Return the nodes that are met from some of them on while nobody deviates."""
    by_name = {node.name: node for node in nodes}
    met: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in met:
            met.add(name)
            waiting += [m for lottery in by_name[name].next.values() for m in lottery]
    return met


def key(part: Part) -> str:
    """Return a plan that is an equilibrium, as the template states it."""
    return written(part.table("answer"))


def written(plan: Mapping[str, Any]) -> str:
    """Return a plan's table as a student writes it."""
    lines = [f"start = {inline(plan['start'])}"]
    for name, node in plan["nodes"].items():
        lines += [f"[nodes.{written_key(name)}]", *(f"{field} = {inline(value)}" for field, value in node.items())]
    return "\n".join(lines)


def mistaken(part: Part) -> Iterator[tuple[str, str]]:
    """Yield the wrong plans that the template names, each under its diagnosis."""
    for mistake in part.spec.get("mistakes", ()):
        yield mistake["name"], written(part.plugged(mistake["answer"]))


def behaved(part: Part) -> bool:
    """Return whether the template's plan is an equilibrium with room to spare or exactly, and its mistakes are none."""
    return mark(part, read(part, key(part))) is RIGHT and all(
        mark(part, read(part, text)) is not RIGHT for _, text in mistaken(part)
    )
