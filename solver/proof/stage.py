"""Claims about a game that is played once. What is verified for each, and why it suffices: ``docs/certificates.md``.

Probabilities are given for what has one above 0. ``others`` is a profile with one player, i, left out; a *view* of
player i holds what each of its actions earns, by the others' profile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from games.normal_form import NormalFormGame, Profile
from solver.proof.boxes import Shares, View, boxes
from solver.proof.reading import Refuted, Told, exact, fields, game_of

SHOWN = 6
"""Equilibria that are told in words."""

ZERO, ONE = Fraction(0), Fraction(1)


def nash(table: Any, claim: Any, proof: Any) -> Told:
    """Verify that strategies are equilibria with the payoffs claimed, and that there are no others where it says so."""
    stage, state, (every, listed) = _stage(table, claim, "every", "equilibria")
    trees = fields(proof, *(("tree",) if every == "mixed" else ()))
    seen = _views(stage)
    found = [_equilibrium(stage, seen, told) for told in listed]
    if len({tuple(frozenset(own.items()) for own in strategies) for strategies in found}) < len(found):
        raise Refuted("an equilibrium is listed twice")
    reasons = ["in each every action played is a best reply, and earns exactly the payoff claimed"] if found else []
    if every == "mixed" and len(stage.players) == 2:
        count = boxes(stage, seen, trees[0], found)
        reasons.append(f"all pairs of strategies lie in {count} boxes: each holds one of these and no other, or none")
    elif every == "pure":
        if any([{action: ONE} for action in profile] not in found for profile in _pure(stage, seen)):
            raise Refuted("a pure equilibrium is missing")
        reasons.append("in every other profile of pure strategies somebody gains by another action")
    elif every is not None or not found:
        raise Refuted("it claims nothing that can be verified")
    rest = {"mixed": "there is no other", "pure": "no other one is pure"}.get(every, "there may be others")
    shown = "; ".join(" / ".join(map(_strategy, strategies)) for strategies in found[:SHOWN])
    more = "; …" if len(found) > SHOWN else ""
    return f"Nash equilibria of state {state}: {shown}{more}{'; ' if shown else ''}{len(found)} listed, {rest}", reasons


def _strategy(shares: Mapping[str, Fraction]) -> str:
    """Return a strategy in words."""
    return ", ".join(action if q == 1 else f"{q} {action}" for action, q in shares.items())


def correlated(table: Any, claim: Any, proof: Any) -> Told:
    """Verify that a distribution is a (coarse) correlated equilibrium, and that none is better for the objective."""
    stage, state, (objective, said, payoffs, drawn) = _stage(
        table, claim, "objective", "value", "payoffs", "distribution"
    )
    seen, coarse, value, shares = _views(stage), claim["kind"] == "coarse", exact(said), _draw(drawn, stage.profiles())
    own = [sum((q * stage.payoffs[p][i] for p, q in shares.items()), ZERO) for i in range(len(stage.players))]
    if own != [exact(text) for text in fields(payoffs, *stage.players)]:
        raise Refuted("the distribution brings other payoffs")
    for i, view in enumerate(seen):
        _obeyed(view, i, shares, own[i] if coarse else None)
    smallest, sign = objective == "egalitarian", -1 if objective.startswith("worst:") else 1
    incentives, *weights = fields(proof, "incentives", *(("weights",) if smallest else ()))
    aim = _aim(stage, objective, *weights)
    if value != (min(own) if smallest else sign * sum(w * x for w, x in zip(aim, own, strict=True))):
        raise Refuted("the distribution has another value")
    if _bound(stage, seen, aim, incentives, coarse) > sign * value:
        raise Refuted("the multipliers do not show that no other one is better")
    name = f"{'coarse ' if coarse else ''}correlated equilibrium"
    reasons = ["nobody gains by disobeying", f"{len(incentives)} multiplied incentives bound what any other one brings"]
    told = f"the one listed, which brings {value}"
    return f"no {name} of state {state} is better for {objective} than {told}", reasons


def minmax(table: Any, claim: Any, proof: Any) -> Told:
    """Verify how low the others can hold players: by their play from above, by the player's guarantee from below."""
    stage, state, (points,) = _stage(table, claim, "points")
    (guarantees,) = fields(proof, "guarantees")
    seen = _views(stage)
    reasons = [_held(stage, seen, point, own) for point, own in zip(points, guarantees, strict=True)]
    return f"how low the others can hold players in state {state}: {len(points)} minmax payoffs", reasons


def dominance(table: Any, claim: Any, proof: Any) -> Told:
    """Verify what iterated strict and weak dominance leave, and that neither goes any further."""
    stage, state, kinds = _stage(table, claim, "strict", "weak")
    reasons = []
    for name, remaining, part in zip(("strict", "weak"), kinds, fields(proof, "strict", "weak"), strict=True):
        rounds, beliefs = fields(part, "rounds", "beliefs")
        left = stage
        for steps in rounds:
            left = _reduced(left, steps, name == "strict")
        if remaining != {player: list(own) for player, own in zip(left.players, left.actions, strict=True)}:
            raise Refuted(f"{name} dominance leaves other actions")
        _undominated(left, beliefs, name == "strict")
        kept = "; ".join(f"{player}: {', '.join(own)}" for player, own in remaining.items())
        reasons.append(f"{name} dominance leaves, after {len(rounds)} rounds, {kept}")
    return f"iterated dominance in state {state} goes as far as is listed, and no further", reasons


def _stage(table: Any, claim: Any, *names: str) -> tuple[NormalFormGame, str, list[Any]]:
    _, state, *rest = fields(claim, "kind", "state", *names)
    game = game_of(table)
    if game.states.count(state) != 1:
        raise Refuted("the claim names no state of the game, or several")
    return game.stages[game.states.index(state)], state, rest


def _without(profile: tuple[Any, ...], i: int) -> tuple[Any, ...]:
    return profile[:i] + profile[i + 1 :]


def _views(stage: NormalFormGame) -> list[View]:
    out: list[dict[Profile, Shares]] = [{} for _ in stage.players]
    for profile, payoffs in stage.payoffs.items():
        for i, payoff in enumerate(payoffs):
            out[i].setdefault(_without(profile, i), {})[profile[i]] = payoff
    return list(out)


def _shares(pairs: Iterable[tuple[Any, Any]], names: Iterable[Any]) -> Shares:
    """Return probabilities by name: each above 0, together 1."""
    listed = [(name, exact(text)) for name, text in pairs]
    out = dict(listed)
    if len(out) < len(listed) or not set(out) <= set(names) or sum(out.values()) != 1 or min(out.values()) <= 0:
        raise Refuted("probabilities above 0 that sum to 1 were expected")
    return out


def _draw(pairs: Any, profiles: Iterable[Profile]) -> Shares:
    return _shares([(tuple(profile), text) for profile, text in pairs], profiles)


def _replies(view: View, others: Mapping[Profile, Fraction]) -> Shares:
    """Return what each action earns against a distribution of the others' play."""
    actions = next(iter(view.values()))
    return {a: sum((q * view[profile][a] for profile, q in others.items()), ZERO) for a in actions}


def _equilibrium(stage: NormalFormGame, seen: list[View], told: Any) -> list[Shares]:
    strategies, payoffs = fields(told, "strategies", "payoffs")
    each = zip(fields(strategies, *stage.players), stage.actions, strict=True)
    mixed = [_shares(own.items(), names) for own, names in each]
    for i, payoff in enumerate(map(exact, fields(payoffs, *stage.players))):
        draws = product(*(own.items() for own in mixed[:i] + mixed[i + 1 :]))
        replies = _replies(
            seen[i], {tuple(a for a, _ in draw): prod((q for _, q in draw), start=ONE) for draw in draws}
        )
        if any(replies[action] != payoff for action in mixed[i]) or max(replies.values()) > payoff:
            raise Refuted(f"{stage.players[i]} does not earn the payoff claimed, by best replies only")
    return mixed


def _pure(stage: NormalFormGame, seen: list[View]) -> Iterable[Profile]:
    best = [{others: max(row.values()) for others, row in view.items()} for view in seen]
    for profile, payoffs in stage.payoffs.items():
        if all(payoff == best[i][_without(profile, i)] for i, payoff in enumerate(payoffs)):
            yield profile


def _obeyed(view: View, i: int, shares: Shares, payoff: Fraction | None) -> None:
    """Refute a distribution unless i obeys each recommendation (``payoff`` given: earns it, and no action more)."""
    heard: dict[str | None, Shares] = {}
    for profile, q in shares.items():
        play, others = heard.setdefault(profile[i] if payoff is None else None, {}), _without(profile, i)
        play[others] = play.get(others, ZERO) + q
    for action, play in heard.items():
        replies = _replies(view, play)
        if max(replies.values()) > (replies[action] if payoff is None else payoff):
            raise Refuted("somebody gains by disobeying")


def _aim(stage: NormalFormGame, objective: str, weights: Any = None) -> list[Fraction]:
    """Return the weights of the players' payoffs in what is to be largest."""
    if objective == "welfare":
        return [ONE] * len(stage.players)
    if weights is not None:
        given = _shares(weights.items(), stage.players)
    else:
        what, _, player = objective.partition(":")
        given = {stage.players[stage.players.index(player)]: {"best": ONE, "worst": -ONE}[what]}
    return [given.get(player, ZERO) for player in stage.players]


def _bound(stage: NormalFormGame, seen: list[View], aim: list[Fraction], incentives: Any, coarse: bool) -> Fraction:
    """Return the most that weighted payoffs and multiplied incentives to obey sum to, of all profiles."""
    total = {p: sum((w * x for w, x in zip(aim, own, strict=True)), ZERO) for p, own in stage.payoffs.items()}
    for entry in incentives:
        player, told, instead, text = fields(entry, "player", "told", "instead", "multiplier")
        i, multiplier = stage.players.index(player), exact(text)
        if multiplier < 0 or told not in ((None,) if coarse else stage.actions[i]):
            raise Refuted("a multiplier below 0, or of an incentive of another kind of equilibrium")
        for profile, own in stage.payoffs.items():
            if coarse or profile[i] == told:
                total[profile] += multiplier * (own[i] - seen[i][_without(profile, i)][instead])
    return max(total.values())


def _held(stage: NormalFormGame, seen: list[View], point: Any, guarantee: Any) -> str:
    player, play, low, value, against = fields(point, "player", "play", "low", "value", "against")
    i = stage.players.index(player)
    view, others = seen[i], _draw(against, seen[i])
    if max(_replies(view, others).values()) != exact(value):
        raise Refuted(f"{player} is not held to {value}")
    if play == "pure" and len(others) == 1 and guarantee is None:
        floor = min(max(row.values()) for row in view.values())
    elif play == "correlated" or (play == "mixed" and _independent(others)):
        own = _shares(guarantee.items(), stage.actions[i])
        floor = min(sum((q * row[action] for action, q in own.items()), ZERO) for row in view.values())
    else:
        raise Refuted(f"play against {player} that is not {play}")
    if floor != exact(low):
        raise Refuted(f"{player} is not shown to get {low}")
    return f"{player} by {play} play: {value if low == value else f'from {low} to {value}'}"


def _independent(others: Shares) -> bool:
    marginals: list[Shares] = [{} for _ in next(iter(others))]
    for profile, q in others.items():
        for own, action in zip(marginals, profile, strict=True):
            own[action] = own.get(action, ZERO) + q
    return all(
        q == prod(own[action] for own, action in zip(marginals, profile, strict=True)) for profile, q in others.items()
    )


def _reduced(stage: NormalFormGame, steps: Any, strictly: bool) -> NormalFormGame:
    """Return what is left when actions go, each dominated by a mixture in the game before."""
    seen, left = _views(stage), [list(own) for own in stage.actions]
    for step in steps:
        player, action, mixture = fields(step, "player", "action", "by")
        i = stage.players.index(player)
        by = _shares(mixture.items(), stage.actions[i])
        gains = [sum((q * row[a] for a, q in by.items()), -row[action]) for row in seen[i].values()]
        if min(gains) < 0 or (min(gains) if strictly else max(gains)) == 0:
            raise Refuted(f"{action} of {player} is not dominated")
        left[i].remove(action)
    return NormalFormGame(stage.players, tuple(map(tuple, left)), {p: stage.payoffs[p] for p in product(*left)})


def _undominated(stage: NormalFormGame, beliefs: Any, strictly: bool) -> None:
    """Refute unless every action left is a best reply to a belief; for weak dominance one that rules nothing out."""
    open_players = [i for i, own in enumerate(stage.actions) if len(own) > 1]
    seen = _views(stage)
    for i, own in zip(open_players, fields(beliefs, *(stage.players[i] for i in open_players)), strict=True):
        for action, drawn in zip(stage.actions[i], fields(own, *stage.actions[i]), strict=True):
            belief = _draw(drawn, seen[i])
            replies = _replies(seen[i], belief)
            if replies[action] < max(replies.values()) or (not strictly and len(belief) < len(seen[i])):
                raise Refuted(f"{action} of {stage.players[i]} may be dominated")
