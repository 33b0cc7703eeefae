"""The nouns of a data-sharing partnership: who takes part, what each cares about, and what can be shared.

A partnership is a discounted stochastic game in which urgency and the age of the value are the state. What an actor
earns in a period is a sum of terms; instruments move benefits between actors on top of it. Amounts are exact and
*per period*; a tuple "by level" has one entry for each urgency level.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from games.errors import refuse
from games.urgency import UrgencyProcess

ByLevel = tuple[Fraction, ...]
Trigger = Mapping[str, tuple[str, ...]]
Policy = tuple[tuple[str, ...], ...]
"""A policy names, for each state, one action per actor in the partnership's order."""

Timing = Literal["up front", "simultaneous", "on delivery"]
Kind = Literal["interest", "cost", "risk"]


@dataclass(frozen=True)
class Pool:
    """What several actors contribute together: a number that grows with the actions they take.

    ``contributions[actor][action]`` is what an action adds; ``form`` joins them: ``sum``, ``min``, ``max``,
    ``threshold`` (1 once the sum reaches ``threshold``, else 0) or ``power`` (the sum to the ``exponent``).
    """

    name: str
    contributions: Mapping[str, Mapping[str, Fraction]]
    form: Literal["sum", "min", "max", "threshold", "power"] = "sum"
    threshold: Fraction = Fraction(1)
    exponent: Fraction = Fraction(1)


@dataclass(frozen=True)
class Term:
    """One interest, cost or risk of its owner.

    In a state with urgency u and age k it is worth (base + urgency_slope u) retention^k, times the activity of its
    trigger ``when`` (every actor named plays one of the actions named) and of its ``pool``. A cost or a risk never
    counts in its owner's favour: its payoff is minus the absolute amount.
    """

    name: str
    base: Fraction = Fraction(0)
    urgency_slope: Fraction = Fraction(0)
    retention: Fraction = Fraction(1)
    when: Trigger = field(default_factory=dict)
    pool: str | None = None
    kind: Kind = "interest"
    money: bool = False
    source: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class Actor:
    """A data holder, public user, intermediary or funder that decides for itself.

    ``discount`` is the weight of the next period in [0, 1). ``outside`` is the action that walks away.
    ``outside_value`` by level is what not joining is worth per period (None: what walking away is worth).
    ``floor`` is the least payoff in any period of the agreement; ``budget`` caps what it gives in a period and
    ``expected_budget`` the discounted average of it. ``contribution`` weighs it in the proportional aim.
    """

    name: str
    discount: Fraction
    actions: tuple[str, ...]
    outside: str
    role: str = ""
    terms: tuple[Term, ...] = ()
    outside_value: ByLevel | None = None
    floor: Fraction | None = None
    budget: ByLevel | None = None
    expected_budget: Fraction | None = None
    contribution: Fraction | None = None


@dataclass(frozen=True)
class Funder:
    """A giver from outside that takes no action: what it promises on delivery it pays, within its budgets."""

    name: str
    discount: Fraction
    budget: ByLevel | None = None
    expected_budget: Fraction | None = None


@dataclass(frozen=True)
class Instrument:
    """Something that one party can give another: money (cost and value 1) or a benefit in kind.

    One unit costs the giver ``cost`` and is worth ``value`` to *each* receiver (several receivers: a non-rival good),
    by level; ``retention`` lets the value fade with age. ``cap`` by level limits the units (None: no limit). With
    a ``minimum`` or a ``fixed_cost`` it is on or off in a state, and must have a cap. It is worthless unless at least
    ``at_least`` of its ``needs`` (all by default) are met by the actions played. ``enforceable``: a court makes the
    giver deliver.
    ``contingent`` False: one level for all states. ``uses`` names a shared capacity. ``level`` is a proposal.
    """

    name: str
    giver: str
    receivers: tuple[str, ...]
    cost: ByLevel
    value: ByLevel
    timing: Timing = "on delivery"
    cap: ByLevel | None = None
    minimum: Fraction = Fraction(0)
    fixed_cost: Fraction = Fraction(0)
    retention: Fraction = Fraction(1)
    needs: Trigger = field(default_factory=dict)
    at_least: int | None = None
    enforceable: bool = False
    contingent: bool = True
    uses: str | None = None
    level: ByLevel | None = None

    def __post_init__(self) -> None:
        if self.on_off and self.cap is None:
            raise refuse(
                f"instruments.{self.name}.cap", "an instrument with a minimum or a fixed cost needs a cap",
                "add cap = …: the most that could be given",
            )  # fmt: skip

    @property
    def on_off(self) -> bool:
        """Return whether it is switched on or off in each state."""
        return self.minimum > 0 or self.fixed_cost > 0


@dataclass(frozen=True)
class Renewal:
    """How value is renewed: age counts the periods since the last success, up to ``cap``.

    ``by`` decides to renew (None: nobody can, and at the cap nothing is left of what fades). ``cost`` says who pays
    what; it works with probability ``success`` and is planned as soon as the age reaches ``every - 1``, so that the
    value is renewed every ``every`` periods.
    """

    cap: int
    by: str | None = None
    cost: Mapping[str, Fraction] = field(default_factory=dict)
    success: Fraction = Fraction(1)
    every: int = 1
    shortest: int = 1


@dataclass(frozen=True)
class Hazard:
    """A shock that ends the partnership for good, with a chance per period by level while ``when`` is met."""

    name: str
    chance: ByLevel
    when: Trigger = field(default_factory=dict)


@dataclass(frozen=True)
class Sanction:
    """What follows a deviation: everybody walks away for good, or for ``periods`` periods.

    ``play`` optionally gives the actions by actor and level; otherwise they are the outside actions where these are
    an equilibrium. A sanction that is not itself an equilibrium is refused. ``harshest``: a breach is answered by the
    lowest value to which the others can hold whoever broke it, backed by voluntary payments.
    """

    periods: int | None = None
    play: Mapping[str, tuple[str, ...]] | None = None
    harshest: bool = False


@dataclass(frozen=True)
class Partnership:
    """A proposal to be judged. ``target[actor]`` is the action it asks of an actor, by level.

    ``lapse`` says what happens in states where the agreement cannot hold: it sleeps and wakes when urgency returns,
    or it ends for good. ``ends`` is the chance per period of an end from outside (already in the discount factors).
    """

    title: str
    period: str
    units: str
    urgency: UrgencyProcess
    actors: tuple[Actor, ...]
    target: Mapping[str, tuple[str, ...]]
    instruments: tuple[Instrument, ...] = ()
    pools: tuple[Pool, ...] = ()
    funders: tuple[Funder, ...] = ()
    capacities: Mapping[str, ByLevel] = field(default_factory=dict)
    renewal: Renewal | None = None
    hazards: tuple[Hazard, ...] = ()
    sanction: Sanction = Sanction()
    lapse: Literal["sleep", "end"] = "sleep"
    ends: Fraction = Fraction(0)

    def actor(self, name: str) -> Actor:
        """Return the actor with this name."""
        return next(actor for actor in self.actors if actor.name == name)

    @property
    def parties(self) -> tuple[Actor | Funder, ...]:
        """Return everybody who can give something: the actors, then the funders."""
        return (*self.actors, *self.funders)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the actors' names, in order."""
        return tuple(actor.name for actor in self.actors)


@dataclass(frozen=True)
class Lever:
    """A named alignment mechanism: what it does, what it costs whom per period, and the partnership with it pulled."""

    name: str
    text: str
    cost: Mapping[str, Fraction]
    partnership: Partnership


@dataclass(frozen=True)
class Scenario:
    """A scenario file that has been read: the partnership as it stands, and the levers that could be pulled."""

    partnership: Partnership
    levers: tuple[Lever, ...] = ()
    active: tuple[str, ...] = ()
    question: str = ""
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
