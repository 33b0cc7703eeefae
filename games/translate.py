"""From a partnership to the game that is played.

States are urgency level x value age, and once a hazard has struck, level x "ended". The *local* game holds payoffs
only at one policy and at the one-actor deviations from it: n x sum |A_i| x |S| numbers, never the |A|^n tensor. That
is all an arrangement needs, and what keeps 1,000 actors cheap. The *full* game is for small partnerships and tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product

from games.errors import refuse
from games.normal_form import NormalFormGame, Profile
from games.partnership import Actor, Instrument, Partnership, Policy, Pool, Term, Trigger
from games.stochastic import StochasticGame

RENEW = " + renew"
MAX_STATES = 1_000
MAX_PROFILES = 100_000
POWER_DIGITS = 30
ZERO, ONE = Fraction(0), Fraction(1)
Row = tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True)
class State:
    """A state: indices of its level and its age, and whether a hazard has ended the partnership."""

    name: str
    level: int
    age: int
    ended: bool = False


@dataclass(frozen=True)
class Deviation:
    """What one actor earns in one state by taking ``action`` while the others follow the policy."""

    actor: int
    state: int
    action: str
    payoff: Fraction
    row: int


@dataclass(frozen=True)
class LocalGame:
    """A policy and the one-actor deviations from it.

    ``payoffs[i][s]`` per period, ``rows`` the distinct transition rows, ``row[s]`` the index of the one that the
    policy leads to, and every deviation with its own payoff and row.
    """

    policy: Policy
    payoffs: tuple[tuple[Fraction, ...], ...]
    rows: tuple[Row, ...]
    row: tuple[int, ...]
    deviations: tuple[Deviation, ...]


def states(partnership: Partnership) -> tuple[State, ...]:
    """Return the states: level x age, level first; then one "ended" state per level if a hazard can strike."""
    levels = partnership.urgency.names
    ages = partnership.renewal.cap + 1 if partnership.renewal else 1
    count = len(levels) * (ages + bool(partnership.hazards))
    if count > MAX_STATES:
        raise refuse("urgency", f"{len(levels)} levels and {ages} ages make {count} states, more than {MAX_STATES}",
                     "use fewer levels or a lower renewal.cap")  # fmt: skip
    alive = [
        State(f"{name}, age {age}" if ages > 1 else name, level, age)
        for level, name in enumerate(levels)
        for age in range(ages)
    ]
    ended = [State(f"{name}, ended", level, 0, True) for level, name in enumerate(levels) if partnership.hazards]
    return tuple(alive + ended)


def start(partnership: Partnership) -> int:
    """Return the index of the first period's state."""
    ages = partnership.renewal.cap + 1 if partnership.renewal else 1
    return partnership.urgency.start * ages


def actions(partnership: Partnership, actor: Actor, state: State) -> tuple[str, ...]:
    """Return the actions of an actor in a state; whoever renews may do so with any action but the outside one."""
    if state.ended:
        return (actor.outside,)
    renewal = partnership.renewal
    if renewal is None or renewal.by != actor.name:
        return actor.actions
    return actor.actions + tuple(a + RENEW for a in actor.actions if a != actor.outside)


def target_policy(partnership: Partnership) -> Policy:
    """Return the policy that the agreement asks for, with the planned renewals; outside actions once ended."""
    renewal = partnership.renewal

    def asked(actor: Actor, state: State) -> str:
        if state.ended:
            return actor.outside
        action = partnership.target[actor.name][state.level]
        due = renewal is not None and renewal.by == actor.name and state.age >= renewal.every - 1
        return action + RENEW if due and action != actor.outside else action

    return tuple(tuple(asked(actor, state) for actor in partnership.actors) for state in states(partnership))


def outside_policy(partnership: Partnership) -> Policy:
    """Return the policy in which everybody walks away."""
    profile = tuple(actor.outside for actor in partnership.actors)
    return (profile,) * len(states(partnership))


def met(trigger: Trigger, played: Mapping[str, str], at_least: int | None = None) -> bool:
    """Return whether the actions played meet (at least so many of) a trigger's conditions."""
    hits = sum(base_action(played[name]) in allowed for name, allowed in trigger.items())
    return hits >= (len(trigger) if at_least is None else at_least)


def base_action(action: str) -> str:
    """Return the action without its renewal."""
    return action.removesuffix(RENEW)


def pool_value(pool: Pool, played: Mapping[str, str]) -> Fraction:
    """Return what a pool holds under the actions played; a broken power is rounded to ``POWER_DIGITS`` digits."""
    given = [by_action.get(base_action(played[name]), ZERO) for name, by_action in pool.contributions.items()]
    if pool.form == "min":
        return min(given)
    if pool.form == "max":
        return max(given)
    total = sum(given, ZERO)
    if pool.form == "threshold":
        return Fraction(int(total >= pool.threshold))
    return total if pool.form == "sum" else _power(total, pool.exponent)


def _power(total: Fraction, exponent: Fraction) -> Fraction:
    if total <= 0:
        return ZERO
    if not (isinstance(total, Fraction) and isinstance(exponent, Fraction)):
        # Numbers that stand for many samples are floats inside.
        return total**exponent
    if exponent.denominator == 1:
        return total**exponent.numerator
    with localcontext() as context:
        context.prec = POWER_DIGITS
        base = Decimal(total.numerator) / Decimal(total.denominator)
        return Fraction(base ** (Decimal(exponent.numerator) / Decimal(exponent.denominator)))


def remaining(partnership: Partnership, retention: Fraction, state: State) -> Fraction:
    """Return the share of a value that is left in a state.

    Nothing of what fades is left once a hazard has ended the partnership, nor at the cap if nobody can renew it.
    """
    renewal = partnership.renewal
    if renewal is None or retention == 1:
        return ONE
    if state.ended or (renewal.by is None and state.age == renewal.cap):
        return ZERO
    return retention**state.age


def amount(partnership: Partnership, term: Term, state: State) -> Fraction:
    """Return (base + urgency_slope u) retention^age, minus its absolute value for a cost or a risk."""
    urgency = partnership.urgency.levels[state.level].urgency
    size = (term.base + term.urgency_slope * urgency) * remaining(partnership, term.retention, state)
    return size if term.kind == "interest" else -abs(size)


def unit_value(partnership: Partnership, instrument: Instrument, state: State) -> Fraction:
    """Return what one unit of an instrument is worth to a receiver in a state, where its needs are met."""
    return instrument.value[state.level] * remaining(partnership, instrument.retention, state)


def payoff(
    partnership: Partnership, actor: Actor, state: State, played: Mapping[str, str], pools: Mapping[str, Fraction]
) -> Fraction:
    """Return an actor's payoff in one period, without instruments; ``pools`` holds the pools' values."""
    total = ZERO
    for term in actor.terms:
        if met(term.when, played):
            size = amount(partnership, term, state)
            total += size * pools[term.pool] if term.pool else size
    renewal = partnership.renewal
    if renewal and renewal.by and played[renewal.by].endswith(RENEW):
        total -= renewal.cost.get(actor.name, ZERO)
    return total


def successors(partnership: Partnership, state: State, played: Mapping[str, str]) -> Row:
    """Return the (state index, probability) pairs that can follow a state, in order."""
    levels = partnership.urgency.transitions[state.level]
    ages = partnership.renewal.cap + 1 if partnership.renewal else 1
    ended_from = len(levels) * ages
    if state.ended:
        return tuple((ended_from + m, p) for m, p in enumerate(levels) if p)
    stays = ONE
    for hazard in partnership.hazards:
        if met(hazard.when, played):
            stays *= 1 - hazard.chance[state.level]
    mass: dict[int, Fraction] = {}
    for m, p in enumerate(levels):
        for age, share in _next_ages(partnership, state, played):
            index = m * ages + age
            mass[index] = mass.get(index, ZERO) + p * share * stays
        if stays != 1:
            mass[ended_from + m] = p * (1 - stays)
    return tuple((index, p) for index, p in sorted(mass.items()) if p)


def _next_ages(partnership: Partnership, state: State, played: Mapping[str, str]) -> list[tuple[int, Fraction]]:
    renewal = partnership.renewal
    if renewal is None:
        return [(0, ONE)]
    older = min(state.age + 1, renewal.cap)
    if renewal.by is None or not played[renewal.by].endswith(RENEW):
        return [(older, ONE)]
    return [(0, renewal.success), (older, 1 - renewal.success)]


def local_game(partnership: Partnership, policy: Policy) -> LocalGame:
    """Return the payoffs and transitions at a policy and at every one-actor deviation from it."""
    index: dict[Row, int] = {}
    payoffs: list[list[Fraction]] = [[] for _ in partnership.actors]
    at_policy: list[int] = []
    deviations: list[Deviation] = []
    movers = _who_moves_the_state(partnership)
    for s, (state, profile) in enumerate(zip(states(partnership), policy, strict=True)):
        played = dict(zip(partnership.names, profile, strict=True))
        pools = {pool.name: pool_value(pool, played) for pool in partnership.pools}
        here = index.setdefault(successors(partnership, state, played), len(index))
        at_policy.append(here)
        for i, actor in enumerate(partnership.actors):
            payoffs[i].append(payoff(partnership, actor, state, played, pools))
            own = played[actor.name]
            for action in actions(partnership, actor, state):
                if action == own:
                    continue
                played[actor.name] = action
                moved = pools | _pools_after(partnership, actor.name, own, action, played, pools)
                row = here
                if actor.name in movers:
                    row = index.setdefault(successors(partnership, state, played), len(index))
                deviations.append(Deviation(i, s, action, payoff(partnership, actor, state, played, moved), row))
            played[actor.name] = own
    return LocalGame(policy, tuple(map(tuple, payoffs)), tuple(index), tuple(at_policy), tuple(deviations))


def _who_moves_the_state(partnership: Partnership) -> set[str]:
    movers = {name for hazard in partnership.hazards for name in hazard.when}
    if partnership.renewal and partnership.renewal.by:
        movers.add(partnership.renewal.by)
    return movers


def _pools_after(
    partnership: Partnership, name: str, own: str, action: str, played: Mapping[str, str], pools: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    """Return the pools that one actor's change of action moves; a sum moves by the difference alone."""
    moved = {}
    for pool in partnership.pools:
        by_action = pool.contributions.get(name)
        if by_action is None:
            continue
        before, after = (by_action.get(base_action(a), ZERO) for a in (own, action))
        if before != after:
            is_sum = pool.form == "sum"
            moved[pool.name] = pools[pool.name] + after - before if is_sum else pool_value(pool, played)
    return moved


def stochastic_game(partnership: Partnership) -> StochasticGame:
    """Return the partnership as a full stochastic game, without instruments (small partnerships only)."""
    stages, rows = [], []
    for state in states(partnership):
        choices = tuple(actions(partnership, actor, state) for actor in partnership.actors)
        payoffs: dict[Profile, tuple[Fraction, ...]] = {}
        after = {}
        count = 1
        for choice in choices:
            count *= len(choice)
        if count > MAX_PROFILES:
            raise refuse("actors", f"{count} joint actions are too many for the full game", "use the local game")
        for profile in product(*choices):
            payoffs[profile], row = profile_payoffs(partnership, state, profile)
            after[profile] = dict(row)
        stages.append(NormalFormGame(partnership.names, choices, payoffs))
        rows.append(after)
    names = tuple(state.name for state in states(partnership))
    return StochasticGame(names, tuple(stages), tuple(rows), tuple(a.discount for a in partnership.actors))


def profile_payoffs(partnership: Partnership, state: State, profile: Sequence[str]) -> tuple[tuple[Fraction, ...], Row]:
    """Return everybody's payoff at one joint action, and where it leads."""
    played = dict(zip(partnership.names, profile, strict=True))
    pools = {pool.name: pool_value(pool, played) for pool in partnership.pools}
    payoffs = tuple(payoff(partnership, actor, state, played, pools) for actor in partnership.actors)
    return payoffs, successors(partnership, state, played)
