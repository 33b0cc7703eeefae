"""Every check that needs more than one field: a finding for each thing that is wrong, none for what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from games.files.fields import BROKEN, sound
from games.files.findings import Finding, Path, unknown
from games.files.numbers import shown
from games.files.references import Known, by_level, has_action, items, readable, repeated, tables, trigger
from games.files.renewal import renewal_findings
from games.files.shape import Actor, Document, Instrument, Pool, Sanction
from games.translate import RENEW

COMMON = "common"


def findings(document: Document, names: Known) -> Iterator[Finding]:
    """Yield everything that is wrong between the parts of a document."""
    yield from _actors(document, names)
    for path, _, pool in tables(("pools",), document.pools):
        yield from _pool(path, pool, names)
    yield from _instruments(document, names)
    yield from _others(document, names)
    yield from renewal_findings(document, names)
    yield from _agreement(document, names)
    yield from _mechanisms(document, names)


def _actors(document: Document, names: Known) -> Iterator[Finding]:
    if names.actors is not None and len(names.actors) <= 1:
        found = "only one actor" if names.actors else "no actor"
        yield Finding(("actors",), found, "a partnership needs at least 2: add [actors.NAME]")
    for path, name, actor in tables(("actors",), document.actors):
        if actor.discount is None and document.discount is None:
            yield Finding((*path, "discount"), "is missing", "give it here, or for all at the top: discount = 0.9")
        yield from _actions(path, actor)
        yield from has_action((*path, "outside"), name, actor.outside, names)
        yield from by_level((*path, "outside_value"), actor.outside_value, names.levels)
        yield from by_level((*path, "budget"), actor.budget, names.levels)
        terms = (*path, "terms")
        yield from repeated(terms, _called(actor.terms), "term")
        for below, term in items(terms, actor.terms):
            yield from trigger((*below, "when"), term.when, names)
            yield from unknown((*below, "pool"), term.pool, names.pools, "pool", "add [pools.NAME]")


def _list(value: Any) -> list[Any]:
    return [] if value is BROKEN else value


def _called(things: Any) -> list[Any]:
    return [BROKEN if thing is BROKEN else thing.name for thing in _list(things)]


def _actions(path: Path, actor: Actor) -> Iterator[Finding]:
    here = (*path, "actions")
    if actor.actions == []:
        yield Finding(here, "is empty", 'leave it out for ["take part", "walk away"]')
    yield from repeated(here, _list(actor.actions), "action")
    for below, action in items(here, actor.actions):
        if action.endswith(RENEW):
            yield Finding(below, f"an action may not end with '{RENEW}'", "renewing is described in [renewal]")


def _pool(path: Path, pool: Pool, names: Known) -> Iterator[Finding]:
    for form, field in (("threshold", "threshold"), ("power", "exponent")):
        value = getattr(pool, field)
        if pool.form == form and value is None:
            yield Finding((*path, field), "is missing", f"a pool of the form {form} needs it")
        elif sound(pool.form) and pool.form != form and value is not None:
            yield Finding((*path, field), f"means nothing in a pool of the form {pool.form}", f'form = "{form}"')
    if (pool.contributions is None) == (pool.action is None):
        found = "contributes nothing" if pool.action is None else "has both an action and contributions"
        yield Finding(path, found, 'give either action = "share" or contributions')
    if pool.weights is not None and pool.action is None:
        yield Finding((*path, "weights"), "means nothing without an action", 'for example: action = "share"')
    yield from _contributions(path, pool, names)
    if isinstance(pool.action, str) and names.actors and None not in names.actions.values():
        every = {action for actions in names.actions.values() for action in actions or ()}
        yield from unknown((*path, "action"), pool.action, every, "action")


def _contributions(path: Path, pool: Pool, names: Known) -> Iterator[Finding]:
    if pool.contributions == {}:
        yield Finding((*path, "contributions"), "names no actor", "{ operator = { share = 1 } }")
    for below, actor, by_action in tables((*path, "contributions"), pool.contributions or {}):
        yield from unknown(below, actor, names.actors, "actor")
        for action in by_action:
            yield from has_action((*below, action), actor, action, names)
    for below, actor, _ in tables((*path, "weights"), pool.weights or {}):
        yield from unknown(below, actor, names.actors, "actor")
        yield from has_action(below, actor, pool.action, names)


def _instruments(document: Document, names: Known) -> Iterator[Finding]:
    here: Path = ("instruments",)
    yield from repeated(here, _called(document.instruments), "instrument")
    for path, instrument in items(here, document.instruments):
        yield from _parties(path, instrument, names)
        yield from _worth(path, instrument)
        yield from _limits(path, instrument, names)
        yield from trigger((*path, "needs"), instrument.needs, names)
        yield from unknown((*path, "uses"), instrument.uses, names.capacities, "capacity", "add it to [capacities]")
        needs, at_least = instrument.needs, instrument.at_least
        if sound(needs) and isinstance(at_least, int) and at_least > len(needs):
            yield Finding((*path, "at_least"), f"{at_least} of {len(needs)} needs can never be met", "give a lower one")


def _parties(path: Path, instrument: Instrument, names: Known) -> Iterator[Finding]:
    yield from unknown((*path, "from"), instrument.giver, names.givers, "actor or funder")
    if instrument.receivers == []:
        yield Finding((*path, "to"), "names nobody", "name at least one actor")
    receivers = _list(instrument.receivers)
    for receiver in dict.fromkeys(receivers):
        yield from unknown((*path, "to"), receiver, names.actors, "actor")
        if receiver == instrument.giver and receiver is not BROKEN:
            yield Finding((*path, "to"), f"'{receiver}' would give to itself", "name another receiver")
    if sound(receivers) and len(set(receivers)) < len(receivers):
        yield Finding((*path, "to"), "an actor is named twice", "name each receiver once")


def _worth(path: Path, instrument: Instrument) -> Iterator[Finding]:
    for field in ("cost", "value"):
        value = getattr(instrument, field)
        if instrument.money is True and value is not None:
            hint = f"leave out {field}, or money = true"
            yield Finding((*path, field), "is given, but money costs 1 and is worth 1 per unit", hint)
        if instrument.money is False and value is None:
            yield Finding((*path, field), "is missing", f"for example: {field} = 1, or money = true if it is money")


def _limits(path: Path, instrument: Instrument, names: Known) -> Iterator[Finding]:
    for field in ("cost", "value", "cap", "level"):
        yield from by_level((*path, field), getattr(instrument, field), names.levels)
    cap = readable(instrument.cap, names.levels)
    level = readable(instrument.level, names.levels)
    over = [name for name in level if name in cap and level[name] > cap[name]]
    if over:
        found = f"{shown(level[over[0]])} is above the cap {shown(cap[over[0]])} in '{over[0]}'"
        yield Finding((*path, "level"), found, "raise the cap or lower the level")
    if instrument.cap is None:
        yield from _uncapped(path, instrument)
    every = names.levels is not None and len(cap) == len(names.levels)
    if every and sound(instrument.minimum) and instrument.minimum > max(cap.values()):
        found = f"{shown(instrument.minimum)} is above the cap everywhere"
        yield Finding((*path, "minimum"), found, "raise the cap or lower the minimum")


def _uncapped(path: Path, instrument: Instrument) -> Iterator[Finding]:
    for field in ("minimum", "fixed_cost"):
        amount = getattr(instrument, field)
        if sound(amount) and amount > 0:
            yield Finding((*path, field), "makes it on or off, which needs a cap", "add cap = …: the most to be given")


def _others(document: Document, names: Known) -> Iterator[Finding]:
    if COMMON in (names.actors or ()):
        what = "is a word of the answers (the discount factor that all have in common)"
        yield Finding(("actors", COMMON), what, "give the actor another name")
    for path, name, funder in tables(("funders",), document.funders):
        if name in (names.actors or ()):
            yield Finding(path, "is an actor too", "a funder takes no action: rename it, or remove it here")
        yield from by_level((*path, "budget"), funder.budget, names.levels)
    for path, _, capacity in tables(("capacities",), document.capacities):
        yield from by_level(path, capacity, names.levels)
    for path, _, hazard in tables(("hazards",), document.hazards):
        yield from by_level((*path, "chance"), hazard.chance, names.levels)
        yield from trigger((*path, "when"), hazard.when, names)


def _agreement(document: Document, names: Known) -> Iterator[Finding]:
    agreement, here = document.agreement, ("agreement",)
    if agreement is BROKEN:
        return
    yield from _plan((*here, "target"), agreement.target, names)
    sanction, path = agreement.sanction, (*here, "sanction")
    if not isinstance(sanction, Sanction):
        return
    for field in ("walk_away", "play"):
        yield from _plan((*path, field), getattr(sanction, field) or {}, names)
    if sanction.suspend is None and sanction.walk_away is None:
        hint = "call it walk_away, or add suspend = 6" if sanction.play is not None else "for example: { suspend = 6 }"
        yield Finding(path, "says neither suspend nor walk_away", hint)
    if sanction.walk_away is not None and (sanction.suspend is not None or sanction.play is not None):
        yield Finding((*path, "walk_away"), "stands beside suspend or play", "use play for what is played meanwhile")


def _plan(path: Path, plan: Mapping[str, Any], names: Known) -> Iterator[Finding]:
    for below, actor, actions in tables(path, plan):
        yield from unknown(below, actor, names.actors, "actor")
        yield from by_level(below, actions, names.levels)
        named = actions.items() if isinstance(actions, Mapping) else [(None, actions)]
        for level, action in named:
            yield from has_action(below if level is None else (*below, level), actor, action, names)


def _mechanisms(document: Document, names: Known) -> Iterator[Finding]:
    for path, name in items(("with",), document.active):
        yield from unknown(path, name, names.mechanisms, "mechanism")
    yield from repeated(("with",), _list(document.active), "mechanism")
    for path, _, mechanism in tables(("mechanisms",), document.mechanisms):
        for below, actor, _ in tables((*path, "cost"), mechanism.cost):
            yield from unknown(below, actor, names.actors, "actor")
