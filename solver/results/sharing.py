"""Answers about a partnership: verdict, arrangement, fixes.

Values are payoffs per period; ``gain_now`` and ``loss_later`` are payoff units of the period of the breach.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from solver.results import Number

VerdictWord = Literal["holds", "holds_with_sharing", "holds_in_some_states", "fails"]

AS_IT_STANDS = "as it stands"
"""The aim of an arrangement that nothing was chosen for: what the file proposes already holds."""


@dataclass(frozen=True)
class Breach:
    """One way to break the agreement: what it gains now against what it loses later; ``slack`` < 0 means it pays."""

    actor: str
    state: str
    stage: str
    deviation: str
    gain_now: Number
    loss_later: Number
    slack: Number


@dataclass(frozen=True)
class StateAnswer:
    """Whether sharing holds in a state, what is played there, and the tightest incentive.

    In a state that does not hold, the slack is that of the agreement extended to it: how far it falls short.
    """

    state: str
    holds: bool
    profile: Mapping[str, str]
    slack: Number
    binding: Breach | None
    worthwhile: bool


@dataclass(frozen=True)
class Threshold:
    """The smallest discount factor from which something holds, and the intervals [low, high) in which it does.

    ``value`` None: it holds at none. ``exact``: the value was decided in rationals at, and just below, the threshold;
    otherwise it is an upper bound within 1e-9 that was found by refinement.
    """

    value: Fraction | None
    exact: bool
    intervals: tuple[tuple[Fraction, Fraction], ...] = ()


@dataclass(frozen=True)
class CriticalDiscount:
    """Thresholds of the discount factor: each actor's as the proposal stands, and the common ones."""

    actors: Mapping[str, Threshold]
    as_it_stands: Threshold | None
    common: Threshold | None


@dataclass(frozen=True)
class ShadowPrice:
    """What relaxing one binding constraint by one unit would save per period."""

    constraint: str
    price: Number


@dataclass(frozen=True)
class Fix:
    """A change that was re-solved and works: its kind, its price per period (None: no price), who pays, its verdict.

    The price of a subsidy is what the outsider pays; of every other fix, what all payers together pay per period on
    average beyond what the proposal costs them already.
    """

    kind: str
    cost: Number | None
    payers: tuple[str, ...]
    text: str
    verdict: VerdictWord
    proof: str


@dataclass(frozen=True)
class Lifetime:
    """How long it lasts from the start state.

    ``wakes_after`` is the mean number of periods until it is first awake (0: at once; None: perhaps never).
    ``expected_length`` counts the periods from then until it first sleeps or ends (None: never); ``awake_share`` is
    the long-run share of time awake; ``alive`` maps k to the chance that it has not ended after k periods,
    ``unbroken`` to the chance that it has been awake throughout, from the first period on.
    """

    wakes_after: float | None
    expected_length: float | None
    awake_share: float
    alive: Mapping[int, float]
    unbroken: Mapping[int, float]


@dataclass(frozen=True)
class RenewalAnswer:
    """How often value is renewed (``every`` periods, by whom, at what cost to whom a time) and how often it must be.

    ``holds_at`` lists the intervals up to ``tried`` at which the agreement holds in every state.
    """

    by: str
    every: int
    cost: Mapping[str, Number]
    holds_at: tuple[int, ...]
    tried: int


@dataclass(frozen=True)
class Arrangement:
    """Instrument levels by state, what they cost each giver and bring each actor per period from the start.

    That they hold is always decided exactly; ``proof`` says how sure it is that they are the best for the aim.
    """

    aim: str
    value: Number | None
    proof: str
    levels: Mapping[str, Mapping[str, Number]]
    costs: Mapping[str, Number]
    gains: Mapping[str, Number]
    note: str = ""


@dataclass(frozen=True)
class Evaluation:
    """The decision on one partnership.

    ``why`` says why no sharing helps where it does not hold; ``evidence`` is what ``solver.sharing.certificate`` makes
    its certificate of.
    """

    title: str
    question: str
    period: str
    units: str
    start: str
    verdict: VerdictWord
    states: tuple[StateAnswer, ...]
    first: Breach | None
    critical: CriticalDiscount
    arrangement: Arrangement
    values: Mapping[str, Mapping[str, Number]]
    outside: Mapping[str, Number]
    shadow_prices: tuple[ShadowPrice, ...]
    fixes: tuple[Fix, ...]
    lifetime: Lifetime
    renewal: RenewalAnswer | None
    sanction: str
    lapse: str
    timing: str
    active: tuple[str, ...]
    proof: str
    notes: tuple[str, ...] = ()
    why: str = ""
    evidence: object = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Evaluations:
    """Several partnerships, each judged by itself, by the names of their files."""

    names: tuple[str, ...]
    evaluations: tuple[Evaluation, ...]


@dataclass(frozen=True)
class Difference:
    """One number that differs between two scenarios, and the verdict if only it is changed in the first."""

    path: str
    before: str
    after: str
    verdict: VerdictWord | None
    flips: bool


@dataclass(frozen=True)
class Regret:
    """What each scenario's own arrangement is worth in each scenario, and what is lost by not having known.

    ``values[k][m]``: joint value per period of arrangement k in scenario m (walking away where it does not hold);
    arrangements and scenarios are named by their files. ``maximin`` and ``minimax_regret``: the first of equals.
    """

    arrangements: tuple[str, ...]
    scenarios: tuple[str, ...]
    values: tuple[tuple[Number, ...], ...]
    regrets: tuple[tuple[Number, ...], ...]
    maximin: str
    minimax_regret: str


@dataclass(frozen=True)
class FlipPath:
    """Differences that flip the first scenario's verdict together; ``shortest``: proven that no fewer do."""

    changes: tuple[str, ...]
    verdict: VerdictWord
    shortest: bool


@dataclass(frozen=True)
class Comparison:
    """Scenarios side by side, what flips the first one's verdict, and what would be regretted.

    ``differences`` and ``paths`` are from the first scenario to each other one (a path None: the verdict is the same).
    ``dominated`` by scenario: those that give every actor at least as much over its outside value, and one more.
    """

    names: tuple[str, ...]
    evaluations: tuple[Evaluation, ...]
    differences: tuple[tuple[Difference, ...], ...]
    paths: tuple[FlipPath | None, ...]
    dominated: tuple[tuple[str, ...], ...]
    regret: Regret
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Simulation:
    """Play drawn at random: some paths of state names, and how long the agreement lasted over all of them.

    ``expected_mean_length`` and ``expected_awake_share`` are computed over the same number of periods as the plays;
    ``expected`` has no such cut.
    """

    title: str
    period: str
    verdict: VerdictWord
    seed: int
    runs: int
    periods: int
    paths: tuple[tuple[str, ...], ...]
    awake: tuple[tuple[bool, ...], ...]
    mean_length: float
    mean_length_error: float
    unbroken: Mapping[int, float]
    awake_share: float
    payoffs: Mapping[str, float]
    expected_mean_length: float
    expected_awake_share: float
    expected: Lifetime
    proof: str = "none: simulated"
    notes: tuple[str, ...] = field(default=())
