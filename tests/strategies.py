"""Shared hypothesis strategies: small partnerships in which sharing usually beats walking away.

All numbers are small decimals as Fractions. Options switch parts of the model off, so that a test stays fast and says
what it is about: ``partnerships(renewal=False, hazards=False)``. ``signed`` adds an agreement that may or may not hold.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Literal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from games.files.game_file import GameFile
from games.normal_form import NormalFormGame
from games.partnership import (
    Actor,
    ByLevel,
    Funder,
    Hazard,
    Instrument,
    Kind,
    Partnership,
    Pool,
    Renewal,
    Sanction,
    Term,
    Timing,
    Trigger,
)
from games.stochastic import StochasticGame
from games.translate import states
from games.urgency import Level, UrgencyProcess

NAMES = ("firm", "office", "broker")
SHARE, HALF, AWAY = "share", "share half", "walk away"
ONE, ZERO = Fraction(1), Fraction(0)
FORMS: tuple[Literal["sum", "min", "max", "threshold", "power"], ...] = ("sum", "min", "max", "threshold", "power")
TIMINGS: tuple[Timing, ...] = ("up front", "simultaneous", "on delivery")
Agreement = tuple[Partnership, tuple[bool, ...], dict[str, tuple[Fraction, ...]]]


def decimals(low: float, high: float, step: str = "0.1") -> SearchStrategy[Fraction]:
    """Return multiples of ``step`` from low to high, exact."""
    unit = Fraction(step)
    return st.integers(round(low / unit), round(high / unit)).map(lambda n: n * unit)


def by_level(count: int, numbers: SearchStrategy[Fraction]) -> SearchStrategy[ByLevel]:
    """Return one number for each level, often the same."""
    return st.one_of(numbers.map(lambda x: (x,) * count), st.tuples(*[numbers] * count))


@st.composite
def urgencies(draw: DrawFn, max_levels: int = 3) -> UrgencyProcess:
    """Return a chain over one to three levels; rows may hold zeros, and a level may be absorbing."""
    count = draw(st.integers(1, max_levels))
    names = ("calm", "raised", "crisis")[:count]
    levels = tuple(Level(name, draw(decimals(0, 1))) for name in names)
    rows = [draw(st.tuples(*[st.integers(0, 4)] * count).filter(any)) for _ in names]
    transitions = tuple(tuple(Fraction(weight, sum(row)) for weight in row) for row in rows)
    return UrgencyProcess(levels, transitions, draw(st.integers(0, count - 1)))


@st.composite
def triggers(draw: DrawFn, names: tuple[str, ...], actions: tuple[str, ...]) -> Trigger:
    """Return a trigger on some of the actors, each with one or two actions."""
    who = draw(st.lists(st.sampled_from(names), unique=True, min_size=1))
    some = st.lists(st.sampled_from(actions), unique=True, min_size=1, max_size=2).map(tuple)
    return {name: draw(some) for name in who}


@st.composite
def _terms(
    draw: DrawFn, me: str, names: tuple[str, ...], half: bool, pools: tuple[Pool, ...], fading: bool
) -> tuple[Term, ...]:
    """Return a benefit from the others' sharing, a cost of one's own, and sometimes more."""
    others = tuple(name for name in names if name != me)
    actions = (SHARE, HALF, AWAY) if half else (SHARE, AWAY)
    slope, share = decimals(-0.5, 2), (SHARE, HALF) if half else (SHARE,)
    retention = draw(st.sampled_from([ONE, Fraction("0.9"), Fraction("0.5")])) if fading else ONE
    kept = {draw(st.sampled_from(others)): (SHARE,)} if draw(st.booleans()) else {name: share for name in names}
    terms = [
        Term("benefit", draw(decimals(2, 5)), draw(slope), retention, kept),
        Term("cost", draw(decimals(0.1, 0.8)), draw(decimals(0, 0.3)), ONE, {me: (SHARE,)}, kind="cost"),
    ]
    if half:
        terms.append(Term("cost of half", draw(decimals(0, 0.5)), ZERO, ONE, {me: (HALF,)}, kind="cost"))
    if draw(st.integers(0, 2)) == 0:
        rest = {name: (SHARE,) for name in others}
        terms.append(Term("temptation", draw(decimals(1, 3)), draw(slope), retention, {me: (AWAY,)} | rest))
    if draw(st.integers(0, 3)) == 0:
        kind: Kind = draw(st.sampled_from(["interest", "risk"]))
        terms.append(Term("other", draw(decimals(0, 0.5)), draw(slope), ONE, draw(triggers(names, actions)), kind=kind))
    if len(pools) > 0 and draw(st.booleans()):
        terms.append(
            Term("common good", draw(decimals(0, 2)), draw(slope), retention, {}, draw(st.sampled_from(pools)).name)
        )
    return tuple(terms)


@st.composite
def _actors(
    draw: DrawFn, names: tuple[str, ...], levels: int, pools: tuple[Pool, ...], fading: bool, limits: bool
) -> tuple[Actor, ...]:
    actors = []
    discounts = st.sampled_from(["0.9", "0.8", "0.95", "0.85", "0.7", "0.5"]).map(Fraction)
    for name in names:
        half = draw(st.integers(0, 2)) == 0
        actions = (SHARE, HALF, AWAY) if half else (SHARE, AWAY)
        terms = draw(_terms(name, names, half, pools, fading))
        actor = Actor(name, draw(discounts), actions, AWAY, terms=terms)
        if limits and draw(st.integers(0, 3)) == 0:
            outside, floor = draw(by_level(levels, decimals(-1, 0.5))), draw(st.none() | decimals(-3, 0))
            budget, expected = draw(st.none() | by_level(levels, decimals(0, 3))), draw(st.none() | decimals(0, 3))
            actor = replace(actor, outside_value=outside, floor=floor, budget=budget, expected_budget=expected)
        actors.append(actor)
    return tuple(actors)


@st.composite
def _pools(draw: DrawFn, names: tuple[str, ...]) -> tuple[Pool, ...]:
    if draw(st.booleans()):
        return ()
    form = draw(st.sampled_from(FORMS))
    given = {name: {SHARE: draw(decimals(0.5, 2)), HALF: Fraction("0.5")} for name in names}
    return (Pool("pool", given, form, draw(decimals(1, 3)), draw(st.sampled_from([Fraction(2), Fraction("0.5")]))),)


@st.composite
def _instruments(
    draw: DrawFn, names: tuple[str, ...], funders: tuple[Funder, ...], levels: int, fading: bool, on_off: bool
) -> tuple[Instrument, ...]:
    instruments = []
    for k in range(draw(st.integers(1, 3))):
        giver = draw(st.sampled_from([*names, *(f.name for f in funders)]))
        others = [name for name in names if name != giver]
        receivers = tuple(draw(st.lists(st.sampled_from(others), unique=True, min_size=1)))
        costs, values = draw(by_level(levels, decimals(0, 1))), draw(by_level(levels, decimals(0.2, 2)))
        if draw(st.booleans()):
            costs = values = (ONE,) * levels
        needs: Trigger = draw(triggers(names, (SHARE,))) if draw(st.booleans()) else {}
        instrument = Instrument(
            f"instrument {k + 1}", giver, receivers, costs, values, draw(st.sampled_from(TIMINGS)), needs=needs,
            cap=draw(st.none() | by_level(levels, decimals(0.5, 3))),
            at_least=draw(st.integers(1, len(needs))) if len(needs) > 0 and draw(st.booleans()) else None,
            enforceable=draw(st.integers(0, 3)) == 0,
            contingent=draw(st.integers(0, 3)) > 0,
            retention=Fraction("0.9") if fading and draw(st.booleans()) else ONE,
            uses="lane" if draw(st.integers(0, 3)) == 0 else None,
        )  # fmt: skip
        if on_off and draw(st.integers(0, 3)) == 0:
            cap = instrument.cap or draw(by_level(levels, decimals(0.5, 3)))
            once = draw(decimals(0.1, 0.3))
            instrument = replace(instrument, cap=cap, minimum=draw(decimals(0, 0.5)), fixed_cost=once)
        instruments.append(instrument)
    return tuple(instruments)


@st.composite
def _renewals(draw: DrawFn, names: tuple[str, ...]) -> Renewal:
    if draw(st.integers(0, 4)) == 0:
        return Renewal(cap=draw(st.integers(1, 3)))
    by, every = draw(st.sampled_from(names)), draw(st.integers(1, 3))
    success = draw(st.sampled_from([ONE, ONE, Fraction("0.8"), Fraction("0.5")]))
    cap = draw(st.integers(max(1, every - 1), every + 1))
    payer = draw(st.sampled_from(names))
    return Renewal(cap, by, {payer: draw(decimals(0, 0.5))}, success, every)


@st.composite
def partnerships(
    draw: DrawFn, *, max_actors: int = 3, max_levels: int = 3, instruments: bool = True, on_off: bool = True,
    funders: bool = True, pools: bool = True, renewal: bool = True, hazards: bool = True, limits: bool = True,
    suspensions: bool = True, lapse_ends: bool = True,
) -> Partnership:  # fmt: skip
    """Return a small partnership; every option switches one part of the model off.

    ``limits``: outside values, floors, budgets, capacities. ``suspensions``: sanctions of a few periods.
    """
    names = NAMES[: draw(st.integers(2, max_actors))]
    urgency = draw(urgencies(max_levels))
    levels = len(urgency.levels)
    renewed = draw(_renewals(names)) if renewal and draw(st.integers(0, 2)) == 0 else None
    common = draw(_pools(names)) if pools else ()
    outside = (Funder("fund", Fraction("0.9"), budget=draw(st.none() | by_level(levels, decimals(0, 3)))),)
    givers = outside if instruments and funders and draw(st.booleans()) else ()
    fading = renewed is not None
    shocks: tuple[Hazard, ...] = ()
    if hazards and draw(st.integers(0, 3)) == 0:
        when: Trigger = draw(triggers(names, (SHARE, AWAY))) if draw(st.booleans()) else {}
        shocks = (Hazard("shock", draw(by_level(levels, decimals(0, 0.3))), when),)
    return Partnership(
        "drawn", "period", "units", urgency, draw(_actors(names, levels, common, fading, limits)),
        target=draw(_targets(names, levels)),
        instruments=draw(_instruments(names, givers, levels, fading, on_off)) if instruments else (),
        pools=common, funders=givers, renewal=renewed, hazards=shocks,
        capacities={"lane": draw(by_level(levels, decimals(0.5, 4) if limits else st.just(Fraction(100))))},
        sanction=Sanction(draw(st.sampled_from([None, None, 1, 2, 3])) if suspensions else None),
        lapse=draw(st.sampled_from(["sleep", "sleep", "end"])) if lapse_ends else "sleep",
    )  # fmt: skip


@st.composite
def _targets(draw: DrawFn, names: tuple[str, ...], levels: int) -> dict[str, tuple[str, ...]]:
    """Return sharing by all on every level; sometimes on some levels, and sometimes not by all."""
    asked = [True] * levels if draw(st.integers(0, 4)) else draw(st.tuples(*[st.booleans()] * levels))
    target = {name: tuple(SHARE if on else AWAY for on in asked) for name in names}
    if draw(st.integers(0, 9)) == 0:
        target[draw(st.sampled_from(names))] = (AWAY,) * levels
    return target


@st.composite
def awake_sets(draw: DrawFn, partnership: Partnership) -> tuple[bool, ...]:
    """Return which states the agreement covers: often all of them, never one in which the partnership has ended."""
    everywhere = draw(st.booleans())
    return tuple(not s.ended and (everywhere or draw(st.booleans())) for s in states(partnership))


@st.composite
def level_sets(draw: DrawFn, partnership: Partnership, awake: tuple[bool, ...]) -> dict[str, tuple[Fraction, ...]]:
    """Return levels of every instrument in every state: zero where asleep; a limit may be broken now and then."""
    levels = {}
    for b in partnership.instruments:
        numbers = st.just(ZERO) | decimals(0.1, 0.6)
        same = None if b.contingent else draw(numbers)
        levels[b.name] = tuple((draw(numbers) if same is None else same) if on else ZERO for on in awake)
    return levels


@st.composite
def signed(draw: DrawFn, partnership_strategy: SearchStrategy[Partnership] | None = None) -> Agreement:
    """Return a partnership, its awake states and levels of its instruments."""
    partnership = draw(partnerships() if partnership_strategy is None else partnership_strategy)
    awake = draw(awake_sets(partnership))
    return partnership, awake, draw(level_sets(partnership, awake))


def with_instruments(timing: Timing | None = None) -> SearchStrategy[Partnership]:
    """Return small and fast ones with instruments (all of one timing if named), without ages, hazards and limits."""
    drawn = partnerships(renewal=False, hazards=False, limits=False, on_off=False, max_levels=2)
    if timing is None:
        return drawn
    return drawn.map(lambda p: replace(p, instruments=tuple(replace(b, timing=timing) for b in p.instruments)))


def no_renewal() -> SearchStrategy[Partnership]:
    """Return ones whose state is the urgency level alone."""
    return partnerships(renewal=False, hazards=False)


def no_instruments() -> SearchStrategy[Partnership]:
    """Return ones in which nothing can be given: they hold or fail as they stand."""
    return partnerships(instruments=False, limits=False)


@st.composite
def bimatrix_games(draw: DrawFn, most: int = 3, low: int = -3, high: int = 3) -> NormalFormGame:
    """A two-player game with small whole payoffs: often degenerate."""
    m, n = draw(st.integers(1, most)), draw(st.integers(1, most))
    rows, columns = tuple(f"r{k}" for k in range(m)), tuple(f"c{k}" for k in range(n))
    amounts = st.integers(low, high).map(Fraction)
    payoffs = {(r, c): (draw(amounts), draw(amounts)) for r in rows for c in columns}
    return NormalFormGame(("row", "column"), (rows, columns), payoffs)


@st.composite
def stochastic_games(draw: DrawFn, states: int = 2, players: int = 2) -> StochasticGame:
    """A small stochastic game with whole payoffs and simple chances; two actions each in every state."""
    names = tuple(f"s{k}" for k in range(draw(st.integers(1, states))))
    who = tuple(f"p{k}" for k in range(players))
    stages, rows = [], []
    for _ in names:
        stage_payoffs = {
            profile: tuple(Fraction(draw(st.integers(-3, 5))) for _ in who)
            for profile in product(("a", "b"), repeat=players)
        }
        stages.append(NormalFormGame(who, (("a", "b"),) * players, stage_payoffs))
        rows.append({profile: draw(_rows(len(names))) for profile in stage_payoffs})
    return StochasticGame(names, tuple(stages), tuple(rows))


@st.composite
def _rows(draw: DrawFn, states: int) -> dict[int, Fraction]:
    weights = draw(st.lists(st.integers(0, 3), min_size=states, max_size=states).filter(any))
    return {k: Fraction(w, sum(weights)) for k, w in enumerate(weights) if w}


@st.composite
def game_files(draw: DrawFn, states: int = 3, players: int = 3) -> GameFile:
    """Return a raw game with names of any kind, actions of any number, exact payoffs, and perhaps discount factors."""
    letters = st.characters(exclude_categories=("C", "Z"))
    name = st.sampled_from(["row", "C", "a b", '"', "{", "a.b", "\\"]) | st.text(letters, min_size=1, max_size=3)
    some = st.lists(name, min_size=1, max_size=3, unique=True).map(tuple)
    amounts = st.fractions(-100, 100, max_denominator=1000) | decimals(-2, 2, "0.001")
    who = draw(st.lists(name, min_size=1, max_size=players, unique=True).map(tuple))
    called = draw(st.lists(name, min_size=1, max_size=states, unique=True).map(tuple))
    stages = []
    for _ in called:
        own = tuple(draw(some) for _ in who)
        stages.append(NormalFormGame(who, own, {p: tuple(draw(amounts) for _ in who) for p in product(*own)}))
    following = [{profile: draw(_rows(len(called))) for profile in stage.profiles()} for stage in stages]
    discount = draw(st.none() | st.tuples(*[decimals(0, 0.99, "0.01")] * len(who)))
    game = StochasticGame(called, tuple(stages), tuple(following), discount)
    title, start = draw(st.text(max_size=5)) or "drawn", draw(st.integers(0, len(called) - 1))
    return GameFile("drawn.toml", title, draw(st.text(max_size=5)), game, start)
