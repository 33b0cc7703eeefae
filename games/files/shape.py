"""The shape of a scenario file: the one place that says which fields there are and what each may hold.

The JSON Schema, the errors and their hints all follow from these models. What joins two parts of a file (a name
that must exist, a level that must be covered) is checked in ``references``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag

from games.files.fields import (
    ActionByLevel,
    Amount,
    AmountByLevel,
    ByLevel,
    Chance,
    ChanceByLevel,
    Count,
    Exponent,
    Flag,
    Name,
    Names,
    Number,
    Rank,
    Share,
    Success,
    Text,
    Trigger,
)
from games.files.shape_urgency import Table, Urgency


class Term(Table):
    """One interest, cost or risk: (base + urgency_slope u) retention^age while its trigger is met."""

    name: Name = Field(description="what it is", examples=["recognition"])
    base: Number = Field(0, description="worth per period at urgency 0", validate_default=True)
    urgency_slope: Number = Field(0, description="added worth at urgency 1", validate_default=True)
    retention: Share = Field(1, description="share left after a period without renewal", validate_default=True)
    when: Trigger = Field({}, description="the actions that trigger it, by actor; always if not given")
    pool: Name | None = Field(None, description="multiply it by what this pool holds")
    kind: Literal["interest", "cost", "risk"] = Field("interest", description="costs and risks count against the owner")
    money: Flag = Field(False, description="whether it is paid in money")
    source: Text = Field("", description="where the number comes from")
    confidence: Text = Field("", description="how sure it is")


class Actor(Table):
    """Somebody who decides: a data holder, a public user, an intermediary, a funder."""

    role: Text = Field("", description="what it is in the partnership")
    discount: Chance | None = Field(None, description="weight of the next period, in [0, 1)", examples=[0.9])
    actions: list[Name] = Field(["take part", "walk away"], description="what it can do", examples=[["share", "keep"]])
    outside: Name | None = Field(None, description="the action that walks away; the last one if not given")
    outside_value: ByLevel | None = Field(None, description="worth per period of not joining")
    floor: Number | None = Field(None, description="least payoff in any period of the agreement")
    budget: AmountByLevel | None = Field(None, description="most that it gives in a period")
    expected_budget: Amount | None = Field(None, description="most that it gives on (discounted) average")
    contribution: Amount | None = Field(None, description="its weight in the proportional aim")
    terms: list[Term] = Field([], description="its interests, costs and risks")


class Pool(Table):
    """What several actors contribute together."""

    form: Literal["sum", "min", "max", "threshold", "power"] = Field("sum", description="how contributions join")
    threshold: Number | None = Field(None, description="the sum from which the pool holds 1", examples=[3])
    exponent: Exponent | None = Field(None, description="the power to which the sum is raised", examples=[0.5])
    contributions: dict[Name, dict[Name, Number]] | None = Field(
        None, description="what each action of each actor adds", examples=[{"operator": {"share": 1}}]
    )
    action: Name | None = Field(None, description="every actor with this action adds its weight", examples=["share"])
    weights: dict[Name, Number] | None = Field(None, description="weights by actor, 1 if not given")


class Instrument(Table):
    """Something that one party can give another: money, or a benefit in kind."""

    name: Name = Field(description="what it is", examples=["feedback dashboard"])
    giver: Name = Field(alias="from", description="the actor or funder that gives it", examples=["office"])
    receivers: Names = Field(alias="to", description="the actor or actors that receive it", examples=["operator"])
    money: Flag = Field(False, description="money costs 1 and is worth 1 per unit")
    cost: AmountByLevel | None = Field(None, description="cost of a unit to the giver", examples=[0.3])
    value: AmountByLevel | None = Field(None, description="worth of a unit to each receiver", examples=[0.9])
    cap: AmountByLevel | None = Field(None, description="most units in a period", examples=[1])
    minimum: Amount = Field(0, description="fewest units, if any", validate_default=True)
    fixed_cost: Amount = Field(0, description="cost of giving any at all", validate_default=True)
    retention: Share = Field(1, description="share of its worth left after each period", validate_default=True)
    needs: Trigger = Field({}, description="the actions without which it is worthless, by actor")
    at_least: Count | None = Field(None, description="how many of its needs must be met; all if not given")
    timing: Literal["up front", "simultaneous", "on delivery"] = Field("on delivery", description="when it is given")
    enforceable: Flag = Field(False, description="whether a court makes the giver deliver")
    contingent: Flag = Field(True, description="whether its level may differ between states")
    uses: Name | None = Field(None, description="the capacity it draws on")
    level: AmountByLevel | None = Field(None, description="a proposed number of units")


class Funder(Table):
    """A giver from outside that takes no action."""

    discount: Chance | None = Field(None, description="the largest discount of the actors if not given")
    budget: AmountByLevel | None = Field(None, description="most that it gives in a period")
    expected_budget: Amount | None = Field(None, description="most that it gives on (discounted) average")


class Renewal(Table):
    """How value that fades is renewed."""

    by: Name | None = Field(None, description="the actor that renews; nobody if not given", examples=["operator"])
    cost: ByLevel | None = Field(None, description="cost of renewing, to `by` or by actor", examples=[0.2])
    success: Success = Field(1, description="chance that renewing works", validate_default=True)
    every: Count = Field(1, description="planned number of periods from one renewal to the next")
    shortest: Count = Field(1, description="shortest interval that can be considered")
    cap: Count | None = Field(None, description="age from which value no longer changes", examples=[12])
    refreshes: list[Name] | None = Field(None, description="the terms and instruments that it refreshes")


class Hazard(Table):
    """A shock that ends the partnership for good."""

    chance: ChanceByLevel = Field(description="chance per period, in [0, 1)", examples=[0.01])
    when: Trigger = Field({}, description="the actions under which it can strike; always if not given")


class Sanction(Table):
    """What follows a deviation, written out."""

    suspend: Count | None = Field(None, description="for this many periods; for ever if not given", examples=[6])
    walk_away: dict[Name, ActionByLevel] | None = Field(None, description="the actions played for ever, by actor")
    play: dict[Name, ActionByLevel] | None = Field(None, description="the actions played while suspended, by actor")


class Agreement(Table):
    """What the partners agree on."""

    target: dict[Name, ActionByLevel] = Field(
        default={},
        description="the action asked of each actor, by level if it differs",
        examples=[{"operator": "share"}],
    )
    sanction: Annotated[
        Annotated[Literal["walk away", "harshest"], Tag("|word")] | Annotated[Sanction, Tag("|table")],
        Discriminator(lambda value: "|word" if isinstance(value, str) else "|table"),
    ] = Field(default="walk away", description="what follows a deviation", examples=["walk away", {"suspend": 6}])
    lapse: Literal["sleep", "end"] = Field(default="sleep", description="what happens where it cannot be kept up")


class Mechanism(Table):
    """A lever that can be pulled: a change of the file and what it costs whom per period."""

    text: Text = Field("", description="what is done, in words")
    changes: dict[Name, Any] = Field(
        {}, description="new values by path", examples=[{"actors.operator.terms.privacy risk.base": 0.1}]
    )
    cost: dict[Name, Number] = Field({}, description="cost per period while taking part, by actor")
    source: Text = Field("", description="where the numbers come from")


class Correlation(Table):
    """Ranges that move together."""

    inputs: list[Name] = Field(
        description="paths of ranges, as mechanisms write them",
        examples=[["actors.office.terms.timeliness.base", "actors.office.terms.granularity.base"]],
    )
    rank: Rank = Field(description="Spearman's rank correlation of every two of them", examples=[0.6])


class Document(Table):
    """A data-sharing partnership. Amounts are per period; any number may be a range."""

    model_config = ConfigDict(title="Accord scenario")

    editor_schema: Text = Field("", alias="$schema", description="for editors")
    version: Literal[1] = Field(1, alias="schema", description="version of the format")
    kind: Literal["partnership"] = Field("partnership", description="what the file holds")
    title: Text = Field(description="one line", examples=["Mobility data in a pandemic"])
    question: Text = Field("", description="what is to be decided")
    description: Text = Field("", description="the situation, in words")
    sources: list[Text] = Field([], description="where it comes from")
    period: Text = Field("period", description="length of a period", examples=["month"])
    units: Text = Field("payoff units", description="what amounts are measured in")
    discount: Chance | None = Field(None, description="for actors without their own", examples=[0.9])
    ends: Chance = Field(0, description="chance per period of an end from outside", validate_default=True)
    active: list[Name] = Field([], alias="with", description="mechanisms that are on", examples=[["aggregation"]])
    urgency: Urgency | None = Field(None, description="how urgency moves; it stays at 0 if not given")
    actors: dict[Name, Actor] = Field(description="at least two")
    pools: dict[Name, Pool] = Field({}, description="what actors contribute together")
    instruments: list[Instrument] = Field([], description="what can be shared")
    funders: dict[Name, Funder] = Field({}, description="givers from outside")
    capacities: dict[Name, AmountByLevel] = Field({}, description="units that instruments share")
    renewal: Renewal | None = Field(None, description="how fading value is renewed")
    hazards: dict[Name, Hazard] = Field({}, description="shocks that end the partnership")
    agreement: Agreement = Field(default_factory=Agreement, description="what is agreed on")
    correlations: list[Correlation] = Field([], description="which ranges move together")
    mechanisms: dict[Name, Mechanism] = Field({}, description="levers that are off unless named in `with`")
