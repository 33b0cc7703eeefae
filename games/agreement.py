"""The game of an agreement, in exact numbers: what is asked, what is played without it, what can be given.

``games.translate`` turns the terms, urgency and value of a partnership into these numbers; from here on nothing else
of the partnership counts. A certificate carries them as a table, so that whoever checks it needs no scenario file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import NoneType
from typing import Any

from games import translate
from games.partnership import Partnership, Trigger
from games.stochastic import StochasticGame
from games.tables import game_table, number, read_game_table, read_number
from games.translate import Deviation, LocalGame

ByState = tuple[Fraction, ...]
TIMINGS = ("up front", "simultaneous", "on delivery")
LONGEST_SANCTION = 1000
"""In periods: every one of them is verified by itself."""


@dataclass(frozen=True)
class Gift:
    """An instrument with its numbers by state: what a unit costs its giver and is worth to each receiver.

    ``cap`` None: no limit; ``level`` what the file proposes (None: open). ``needs`` maps actors to actions as played.
    """

    name: str
    giver: str
    receivers: tuple[str, ...]
    timing: str
    cost: ByState
    value: ByState
    cap: ByState | None
    level: ByState | None
    minimum: Fraction
    fixed_cost: Fraction
    enforceable: bool
    contingent: bool
    needs: Trigger
    at_least: int | None
    uses: str | None

    @property
    def on_off(self) -> bool:
        """Return whether it is switched on or off in each state."""
        return self.minimum > 0 or self.fixed_cost > 0


@dataclass(frozen=True)
class Agreement:
    """What is asked (``target``), what is played without the agreement (``apart``), and what can be given.

    ``awake`` marks the states in which sharing can be asked for; ``ends``: the agreement is over once it sleeps.
    ``suspended`` is the length of the sanction (None: for ever); ``penal`` the full game of the harshest one (None:
    another sanction). ``outside`` is what each actor has without joining (None: its value apart, from the start).
    ``floors`` by actor, ``budgets`` by giver and state, ``expected`` maps a giver to its discount factor and the most
    that it gives on average, ``giving`` every giver's discount factor, ``capacities`` limit what uses them by state.
    """

    actors: tuple[str, ...]
    discount: tuple[Fraction, ...]
    states: tuple[str, ...]
    start: int
    awake: tuple[bool, ...]
    target: LocalGame
    apart: LocalGame
    gifts: tuple[Gift, ...]
    ends: bool
    suspended: int | None
    penal: StochasticGame | None
    outside: tuple[Fraction | None, ...]
    floors: tuple[Fraction | None, ...]
    budgets: Mapping[str, ByState]
    expected: Mapping[str, Fraction]
    giving: Mapping[str, Fraction]
    capacities: Mapping[str, ByState]


def agreement(partnership: Partnership, target: LocalGame, apart: LocalGame) -> Agreement:
    """Return the game of a partnership's agreement; ``apart`` is what its sanction plays."""
    states = translate.states(partnership)
    begin = states[translate.start(partnership)].level
    parties = partnership.parties
    return Agreement(
        partnership.names,
        tuple(actor.discount for actor in partnership.actors),
        tuple(state.name for state in states),
        translate.start(partnership),
        tuple(not state.ended for state in states),
        target,
        apart,
        _gifts(partnership),
        partnership.lapse == "end",
        partnership.sanction.periods,
        translate.stochastic_game(partnership) if partnership.sanction.harshest else None,
        tuple(None if a.outside_value is None else a.outside_value[begin] for a in partnership.actors),
        tuple(actor.floor for actor in partnership.actors),
        {p.name: tuple(p.budget[s.level] for s in states) for p in parties if p.budget is not None},
        {p.name: p.expected_budget for p in parties if p.expected_budget is not None},
        {p.name: p.discount for p in parties},
        {name: tuple(by_level[s.level] for s in states) for name, by_level in partnership.capacities.items()},
    )


def _gifts(partnership: Partnership) -> tuple[Gift, ...]:
    states, renewal = translate.states(partnership), partnership.renewal
    renewing = renewal.by if renewal else None

    def as_played(name: str, actions: tuple[str, ...]) -> tuple[str, ...]:
        return actions + tuple(a + translate.RENEW for a in actions) if name == renewing else actions

    return tuple(
        Gift(
            b.name,
            b.giver,
            b.receivers,
            b.timing,
            tuple(b.cost[s.level] for s in states),
            tuple(translate.unit_value(partnership, b, s) for s in states),
            None if b.cap is None else tuple(b.cap[s.level] for s in states),
            None if b.level is None else tuple(b.level[s.level] for s in states),
            b.minimum,
            b.fixed_cost,
            b.enforceable,
            b.contingent,
            {name: as_played(name, actions) for name, actions in b.needs.items()},
            b.at_least,
            b.uses,
        )
        for b in partnership.instruments
    )


def agreement_table(game: Agreement) -> dict[str, Any]:
    """Return the game as a table of exact numbers written as strings (``docs/certificates.md``)."""
    out: dict[str, Any] = {"kind": "agreement"}
    for name, value in vars(game).items():
        out[name] = _written(value)
    return out


def _written(value: Any) -> Any:
    if isinstance(value, StochasticGame):
        return game_table(value)
    if isinstance(value, Fraction):
        return number(value)
    if isinstance(value, (LocalGame, Gift, Deviation)):
        return {name: _written(part) for name, part in vars(value).items()}
    if isinstance(value, Mapping):
        return {name: _written(part) for name, part in value.items()}
    return [_written(part) for part in value] if isinstance(value, tuple) else value


def read_agreement_table(table: Mapping[str, Any]) -> Agreement:
    """Return the game of a table.

    Raises
    ------
    ScenarioError, KeyError, TypeError, ValueError : a table that is no game.
    """
    known = {"kind", *Agreement.__dataclass_fields__}
    if set(table) != known or table["kind"] != "agreement":
        raise ValueError(f"the game has other fields than {', '.join(sorted(known))}")
    states = len(table["states"])
    _within(states, table["start"])

    def by_state(row: Any) -> ByState:
        values = tuple(map(read_number, row))
        if len(values) != states:
            raise ValueError(f"{len(values)} numbers for {states} states")
        return values

    def optional(value: Any) -> Fraction | None:
        return None if value is None else read_number(value)

    def local(part: Mapping[str, Any]) -> LocalGame:
        rows = tuple(_row(row, states) for row in part["rows"])
        deviations = tuple(Deviation(**(dict(d) | {"payoff": read_number(d["payoff"])})) for d in part["deviations"])
        _within(len(rows), *part["row"], *(d.row for d in deviations))
        _within(states, *(d.state for d in deviations))
        _within(len(table["actors"]), *(d.actor for d in deviations))
        payoffs = tuple(map(by_state, part["payoffs"]))
        return LocalGame(tuple(map(tuple, part["policy"])), payoffs, rows, tuple(part["row"]), deviations)

    def gift(part: Mapping[str, Any]) -> Gift:
        amounts = {name: by_state(part[name]) for name in ("cost", "value")}
        limits = {name: None if part[name] is None else by_state(part[name]) for name in ("cap", "level")}
        once = {name: read_number(part[name]) for name in ("minimum", "fixed_cost")}
        needs = {name: tuple(actions) for name, actions in part["needs"].items()}
        return Gift(**(dict(part) | amounts | limits | once | {"needs": needs, "receivers": tuple(part["receivers"])}))

    game = Agreement(
        tuple(table["actors"]),
        tuple(map(read_number, table["discount"])),
        tuple(table["states"]),
        table["start"],
        tuple(table["awake"]),
        local(table["target"]),
        local(table["apart"]),
        tuple(map(gift, table["gifts"])),
        table["ends"],
        table["suspended"],
        None if table["penal"] is None else read_game_table(table["penal"]),
        tuple(map(optional, table["outside"])),
        tuple(map(optional, table["floors"])),
        {name: by_state(row) for name, row in table["budgets"].items()},
        {name: read_number(limit) for name, limit in table["expected"].items()},
        {name: read_number(delta) for name, delta in table["giving"].items()},
        {name: by_state(row) for name, row in table["capacities"].items()},
    )
    for fault in _faults(game):
        raise ValueError(fault)
    return game


def _faults(game: Agreement) -> Iterator[str]:
    """Yield what keeps a table from telling one game: other lengths, names that are not apart, numbers out of range."""
    people, states = len(game.actors), len(game.states)
    lengths = [people == len(row) for row in (game.discount, game.outside, game.floors)] + [states == len(game.awake)]
    for local in (game.target, game.apart):
        lengths += [len(local.payoffs) == people, len(local.policy) == states, len(local.row) == states]
        lengths += [len(profile) == people for profile in local.policy]
    if not all(lengths):
        yield "a list has another length than there are actors or states"
    if any(len(set(names)) < len(names) for names in (game.actors, game.states, [b.name for b in game.gifts])):
        yield "two actors, states or instruments have the same name"
    if any(type(flag) is not bool for flag in (*game.awake, game.ends)):
        yield "a truth value is neither true nor false"
    full = game.penal
    if full is not None and (full.players, full.states, full.discount) != (game.actors, game.states, game.discount):
        yield "the full game is not that of the actors and states"
    for local in (game.target, game.apart):
        ways = {(d.actor, d.state, d.action) for d in local.deviations}
        if len(ways) < len(local.deviations) or any(a == local.policy[s][i] for i, s, a in ways):
            yield "a deviation is named twice, or is none"
    yield from _faults_of_numbers(game)
    for gift in game.gifts:
        yield from _faults_of_gift(gift, game)


def _faults_of_numbers(game: Agreement) -> Iterator[str]:
    if not all(0 <= delta < 1 for delta in (*game.discount, *game.giving.values())):
        yield "a discount factor is not in [0, 1)"
    if dict(zip(game.actors, game.discount, strict=False)).items() - game.giving.items():
        yield "an actor gives by another discount factor than its own"
    if not {*game.budgets, *game.expected} <= set(game.giving):
        yield "a budget of somebody who cannot give"
    if game.suspended is not None and not (type(game.suspended) is int and 0 < game.suspended <= LONGEST_SANCTION):
        yield f"the sanction is not suspended for 1 to {LONGEST_SANCTION} periods"
    if game.suspended is not None and game.penal is not None:
        yield "the sanction is both suspended and the harshest"


def _faults_of_gift(gift: Gift, game: Agreement) -> Iterator[str]:
    parties = (gift.giver, *gift.receivers)
    if len(set(parties)) < len(parties) or not set(parties) <= set(game.giving):
        yield f"'{gift.name}' names somebody twice, or who is not there"
    if gift.timing not in TIMINGS or (gift.uses is not None and gift.uses not in game.capacities):
        yield f"'{gift.name}' is due at no stage, or uses a capacity that is not there"
    if not set(gift.needs) <= set(game.actors) or type(gift.at_least) not in (int, NoneType):
        yield f"'{gift.name}' needs what nobody can play"
    if min(gift.minimum, gift.fixed_cost, *(gift.cap or ()), *(gift.level or ())) < 0:
        yield f"'{gift.name}' has a cap, a level, a minimum or a fixed cost below 0"
    if gift.on_off and gift.cap is None:
        yield f"'{gift.name}' has a minimum or a fixed cost with no cap"
    if any(type(flag) is not bool for flag in (gift.enforceable, gift.contingent)):
        yield f"'{gift.name}': a truth value is neither true nor false"


def _row(row: Any, states: int) -> tuple[tuple[int, Fraction], ...]:
    """Return a transition row: probabilities that sum to one over states that are there."""
    out = tuple((t, read_number(p)) for t, p in row)
    _within(states, *(t for t, _ in out))
    if sum(p for _, p in out) != 1 or any(p <= 0 for _, p in out) or len(dict(out)) < len(out):
        raise ValueError("probabilities that are none")
    return out


def _within(count: int, *indices: int) -> None:
    """Refuse an index that is out of range (Python would read -1 as the last, and True as 1)."""
    if any(type(k) is not int or not 0 <= k < count for k in indices):
        raise ValueError(f"an index that is not one of {count}")
