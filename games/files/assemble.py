"""Models without a problem -> the frozen nouns. Nothing is checked here."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from games import partnership as nouns
from games.files import shape
from games.files.numbers import Varying
from games.files.references import spread
from games.files.renewal import fading, largest_age
from games.urgency import UrgencyProcess

ONE, ZERO = Fraction(1), Fraction(0)
Costs = Mapping[str, Mapping[str, Fraction]]
"""What each mechanism that is on costs, by mechanism and actor."""


def partnership(document: shape.Document, urgency: UrgencyProcess, costs: Costs) -> nouns.Partnership:
    """Return the partnership that a sound document describes, with the costs of the mechanisms that are on."""
    actors = tuple(_actor(name, actor, document, urgency.names, costs) for name, actor in document.actors.items())
    return nouns.Partnership(
        title=document.title,
        period=document.period,
        units=document.units,
        urgency=urgency,
        actors=actors,
        target={actor.name: _target(actor, document, urgency.names) for actor in actors},
        instruments=tuple(_instrument(one, urgency.names) for one in document.instruments),
        pools=tuple(_pool(name, pool, actors) for name, pool in document.pools.items()),
        funders=tuple(_funder(name, one, document, actors, urgency.names) for name, one in document.funders.items()),
        capacities={name: _numbers(value, urgency.names) for name, value in document.capacities.items()},
        renewal=_renewal(document),
        hazards=tuple(
            nouns.Hazard(name, _numbers(one.chance, urgency.names), _trigger(one.when))
            for name, one in document.hazards.items()
        ),
        sanction=_sanction(document.agreement.sanction, actors, urgency.names),
        lapse=document.agreement.lapse,
        ends=document.ends,
    )


def _numbers(value: Any, levels: tuple[str, ...]) -> nouns.ByLevel:
    return spread(value, levels) or ()


def _trigger(value: Mapping[str, list[str]]) -> nouns.Trigger:
    return {actor: tuple(actions) for actor, actions in value.items()}


def _actor(
    name: str, actor: shape.Actor, document: shape.Document, levels: tuple[str, ...], costs: Costs
) -> nouns.Actor:
    discount = actor.discount if actor.discount is not None else document.discount
    outside = actor.outside or actor.actions[-1]
    inside = tuple(action for action in actor.actions if action != outside)
    terms = [_term(term) for term in actor.terms]
    terms += [
        nouns.Term(f"{mechanism} (cost)", base=by_actor[name], kind="cost", when={name: inside})
        for mechanism, by_actor in costs.items()
        if _paid(by_actor.get(name))
    ]
    return nouns.Actor(
        name=name,
        discount=(ZERO if discount is None else discount) * (1 - document.ends),
        actions=tuple(actor.actions),
        outside=outside,
        role=actor.role,
        terms=tuple(terms),
        outside_value=spread(actor.outside_value, levels),
        floor=actor.floor,
        budget=spread(actor.budget, levels),
        expected_budget=actor.expected_budget,
        contribution=actor.contribution,
    )


def _paid(cost: Any) -> bool:
    """Return whether a cost makes a term; one of many samples does, even if it is 0 in some of them."""
    return cost is not None and (isinstance(cost, Varying) or cost != 0)


def _term(term: shape.Term) -> nouns.Term:
    return nouns.Term(
        name=term.name,
        base=term.base,
        urgency_slope=term.urgency_slope,
        retention=term.retention,
        when=_trigger(term.when),
        pool=term.pool,
        kind=term.kind,
        money=term.money,
        source=term.source,
        confidence=term.confidence,
    )


def _target(actor: nouns.Actor, document: shape.Document, levels: tuple[str, ...]) -> tuple[str, ...]:
    """Return the action asked of an actor by level: by default the first one that is not walking away."""
    usual = next((action for action in actor.actions if action != actor.outside), actor.outside)
    return spread(document.agreement.target.get(actor.name, usual), levels) or ()


def _pool(name: str, pool: shape.Pool, actors: tuple[nouns.Actor, ...]) -> nouns.Pool:
    if pool.contributions is not None:
        contributions: Mapping[str, Mapping[str, Fraction]] = pool.contributions
    else:
        weights, action = pool.weights or {}, pool.action or ""
        contributions = {a.name: {action: weights.get(a.name, ONE)} for a in actors if action in a.actions}
    return nouns.Pool(
        name,
        contributions,
        pool.form,
        ONE if pool.threshold is None else pool.threshold,
        ONE if pool.exponent is None else pool.exponent,
    )


def _funder(
    name: str, funder: shape.Funder, document: shape.Document, actors: tuple[nouns.Actor, ...], levels: tuple[str, ...]
) -> nouns.Funder:
    most_patient = max(actor.discount for actor in actors)
    discount = most_patient if funder.discount is None else funder.discount * (1 - document.ends)
    return nouns.Funder(name, discount, spread(funder.budget, levels), funder.expected_budget)


def _instrument(one: shape.Instrument, levels: tuple[str, ...]) -> nouns.Instrument:
    return nouns.Instrument(
        name=one.name,
        giver=one.giver,
        receivers=tuple(one.receivers),
        cost=_numbers(ONE if one.money else one.cost, levels),
        value=_numbers(ONE if one.money else one.value, levels),
        timing=one.timing,
        cap=spread(one.cap, levels),
        minimum=one.minimum,
        fixed_cost=one.fixed_cost,
        retention=one.retention,
        needs=_trigger(one.needs),
        at_least=one.at_least,
        enforceable=one.enforceable,
        contingent=one.contingent,
        uses=one.uses,
        level=spread(one.level, levels),
    )


def _renewal(document: shape.Document) -> nouns.Renewal | None:
    renewal, cap = document.renewal, largest_age(document)
    if renewal is None:
        return nouns.Renewal(cap=cap) if fading(document) else None
    cost = renewal.cost
    if cost is None or renewal.by is None:
        paid: Mapping[str, Fraction] = {}
    else:
        paid = cost if isinstance(cost, Mapping) else {renewal.by: cost}
    return nouns.Renewal(cap, renewal.by, paid, renewal.success, renewal.every, renewal.shortest)


def _sanction(one: str | shape.Sanction, actors: tuple[nouns.Actor, ...], levels: tuple[str, ...]) -> nouns.Sanction:
    if not isinstance(one, shape.Sanction):
        return nouns.Sanction(harshest=one == "harshest")
    plan = one.walk_away if one.walk_away is not None else one.play
    if plan is None:
        return nouns.Sanction(one.suspend)
    play = {actor.name: spread(plan.get(actor.name, actor.outside), levels) or () for actor in actors}
    return nouns.Sanction(one.suspend, play)
