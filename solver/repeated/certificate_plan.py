"""The certificate of a plan: an automaton as a table of exact numbers, for ``solver.proof.automaton``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from games.errors import refuse
from games.stochastic import StochasticGame
from games.tables import game_table, number
from solver.results.repeated import Automaton, Lottery, Node

ROUNDED = "the plan is not exact, so no certificate proves it"


def plan_certificate(game: StochasticGame, discount: tuple[Fraction, ...], plan: Automaton | None) -> dict[str, Any]:
    """Return the game with its discount factors, the claim and the proof that a plan is an equilibrium.

    Raises
    ------
    ScenarioError : there is no plan, or it is not exact.
    """
    if plan is None:
        raise refuse("--certificate", "there is no plan to be proven")
    nodes = {node.name: node for node in plan.nodes}
    claim = {
        "kind": "automaton",
        "state": nodes[next(iter(plan.start))].state,
        "values": [_exact(plan.values[player]) for player in game.players],
        "cap": _exact(plan.cap),
    }
    return {"game": game_table(replace(game, discount=discount)), "claim": claim, "proof": plan_table(game, plan)}


def plan_table(game: StochasticGame, plan: Automaton) -> dict[str, Any]:
    """Return an automaton as a table: the lottery over its first nodes, and its nodes.

    Raises
    ------
    ScenarioError : the automaton is not exact, or leaves out what follows a deviation.
    """
    if Fraction(plan.slack) < 0 or plan.proof != "exact":
        raise refuse("--certificate", ROUNDED)
    place = {node.name: k for k, node in enumerate(plan.nodes)}
    nodes = [_node(game, node, place) for node in plan.nodes]
    return {"start": _drawn(place, plan.start), "nodes": nodes}


def _node(game: StochasticGame, node: Node, place: Mapping[str, int]) -> dict[str, Any]:
    s, players = game.states.index(node.state), game.players
    due = [Fraction(node.payments.get(player, 0)) for player in players]
    profile = tuple(node.profile[player] for player in players) if node.profile else ()
    stage = game.stages[s]

    def after(leads: Mapping[str, Lottery], profiles: Iterable[tuple[str, ...]]) -> list[list[Any]]:
        """Return what follows in each state that some of these profiles lead to: the worst for the first player."""
        states = sorted({t for a in profiles for t, p in game.next[s][a].items() if p})
        else_ = node.breach[players[0]]
        return [
            pair for t in states for pair in _drawn(place, leads.get(game.states[t]) or else_.get(game.states[t], {}))
        ]

    return {
        "state": s,
        "values": [_exact(node.values[player]) for player in players],
        "payments": list(map(number, due)),
        "default": [
            [[place[node.default[player]], "1"]] if paid > 0 else [] for player, paid in zip(players, due, strict=True)
        ],
        "play": list(profile),
        "next": after(node.next, stage.profiles()) if profile else [],
        "breach": [
            after(node.breach[player], (a for _, a in stage.deviations(profile, i))) if profile else []
            for i, player in enumerate(players)
        ],
        "then": _drawn(place, node.then),
    }


def _drawn(place: Mapping[str, int], lottery: Lottery) -> list[list[Any]]:
    return [[place[name], _exact(share)] for name, share in lottery.items() if share]


def _exact(value: Any) -> str:
    if isinstance(value, float):
        raise refuse("--certificate", ROUNDED)
    return number(Fraction(value))
