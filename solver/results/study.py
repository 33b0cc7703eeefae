"""Answers about many scenarios at once: how sure a verdict is, what decides it, where it breaks.

``slack`` is the smallest margin of all incentives: the share of its payoffs' scale by which every payoff may be off
while every incentive still holds; negative where no arrangement that was allowed holds. An *input* is a number of the
file that is a range there, named by its path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import Literal

from solver.results import Number
from solver.results.sharing import VerdictWord

Method = Literal["sobol", "lhs"]
SampleWord = Literal["holds", "holds_with_sharing", "holds_in_some_states", "fails", "refused", "unsearched", "outside"]
"""A sample's verdict. ``refused``: its sanction is no equilibrium, so nobody would believe it; ``unsearched``: it does
not hold as asked, and there are more sets of states than are searched; ``outside``: the file allows no such number."""


@dataclass(frozen=True)
class Likelihood:
    """The share of samples in which something holds, with a 95 % confidence interval (Wilson's score)."""

    estimate: float
    low: float
    high: float
    samples: int


@dataclass(frozen=True)
class UncertainInput:
    """A number of the file that is a range: the ends used (5 % and 95 % points where it has none) and the middle."""

    path: str
    distribution: str
    low: Number
    likely: Number
    high: Number


@dataclass(frozen=True)
class Bar:
    """One bar of the tornado: the input moved from end to end, all others at their likely value.

    ``flips_at`` is the value in [low, high] nearest to the likely one at which the verdict flips (None: nowhere in it);
    ``nearest_flip`` is the nearest one anywhere the file allows within ten times the range (None: none there), and
    ``distance`` how far that is from the likely value, in widths of the range. The slack is NaN at an end that the file
    does not allow.
    """

    input: str
    low: Number
    likely: Number
    high: Number
    slack_at_low: float
    slack_at_high: float
    holds_at_low: bool
    holds_at_high: bool
    flips_at: float | None
    nearest_flip: float | None
    distance: float | None

    @property
    def ends(self) -> tuple[tuple[float, Number], ...]:
        """Return the slack at each end that the file allows, and the end, the smaller slack first."""
        both = (self.slack_at_low, self.low), (self.slack_at_high, self.high)
        return tuple(sorted(end for end in both if not isnan(end[0])))


@dataclass(frozen=True)
class PairFlip:
    """Two inputs that flip the verdict together, at these ends of their ranges, though neither does so alone."""

    inputs: tuple[str, str]
    values: tuple[Number, Number]
    slack: float


@dataclass(frozen=True)
class Sensitivity:
    """Sobol' indices of the slack: what an input explains alone (``first``) and with all others (``total``).

    Inputs that are correlated share one entry. ``error`` is the half width of a 95 % interval of ``total``.
    """

    inputs: tuple[str, ...]
    first: float
    total: float
    error: float


@dataclass(frozen=True)
class Box:
    """A part of the sampled space where it mostly fails (or holds), found by PRIM: limits by input (None: open).

    ``coverage``: share of all such samples that lie in it; ``density``: share of the samples in it that are such;
    ``mass``: share of all samples in it. ``words`` says the limits as a sentence. ``support`` by input is the chance
    that a limit as good would be found if the input did not matter (quasi-p-value).
    """

    limits: Mapping[str, tuple[float | None, float | None]]
    coverage: float
    density: float
    mass: float
    words: str
    support: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class InformationValue:
    """What knowing an input before signing would be worth per period to all together, with its standard error."""

    input: str
    value: float
    error: float


@dataclass(frozen=True)
class Option:
    """One arrangement that could be signed now, judged in every sample with its levels as they are.

    ``likelihood`` that it holds; ``mean`` and ``worst`` joint value per period (what walking away is worth where it
    does not hold); ``values`` and ``regrets`` by named scenario; ``largest_regret`` over these and the samples.
    """

    name: str
    likelihood: Likelihood
    mean: float
    worst: float
    values: Mapping[str, float]
    regrets: Mapping[str, float]
    largest_regret: float


@dataclass(frozen=True)
class WorstCase:
    """The worst point found in the box of all ranges: the inputs, the slack there, and who leaves first (or "")."""

    values: Mapping[str, Number]
    slack: float
    holds: bool
    leaves_first: str
    proof: str


@dataclass(frozen=True)
class BoxProof:
    """The arrangement that holds in the whole box of ranges, or how near one comes.

    ``levels`` by instrument and state; ``slack`` is its smallest slack over the box, at ``worst``.
    """

    holds: bool
    levels: Mapping[str, Mapping[str, Number]]
    slack: float
    worst: Mapping[str, Number]
    proof: str


@dataclass(frozen=True)
class Curve:
    """How likely it holds as one input moves: shares by the middle of equally filled classes of its values."""

    input: str
    at: tuple[float, ...]
    likelihood: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Robustness:
    """How sure a verdict is, what decides it and what would be worth knowing.

    ``states``: the likelihood is that sharing holds in these (those of the verdict at likely values; all where that
    fails), with whatever its instruments share once the numbers are known. ``everywhere``: in every state.
    ``verdicts``: shares of the samples. ``by_state``: share of samples in which sharing holds there.
    ``leavers``: who leaves first, as a share of the samples in which it does not hold as proposed.
    """

    title: str
    question: str
    period: str
    units: str
    verdict: VerdictWord
    states: tuple[str, ...]
    inputs: tuple[UncertainInput, ...]
    method: Method
    seed: int
    likelihood: Likelihood
    everywhere: Likelihood
    verdicts: Mapping[SampleWord, float]
    by_state: Mapping[str, float]
    leavers: Mapping[str, float]
    tornado: tuple[Bar, ...]
    pairs: tuple[PairFlip, ...]
    sensitivity: tuple[Sensitivity, ...]
    boxes: tuple[Box, ...]
    box_kind: Literal["fails", "holds"]
    value_of_information: tuple[InformationValue, ...]
    options: tuple[Option, ...]
    maximin: str
    minimax_regret: str
    worst_case: WorstCase | None
    whole_box: BoxProof | None
    curves: tuple[Curve, ...]
    study: str
    proof: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Axis:
    """What is varied along one side of a grid: the path in the file and its values, numbers or words."""

    path: str
    values: tuple[Number | str, ...]


@dataclass(frozen=True)
class Point:
    """One scenario of a grid: where it lies (a value for each axis), its verdict, and who leaves first and where.

    ``slack`` is the largest margin an arrangement leaves in every state; ``states`` those in which it holds.
    """

    at: tuple[Number | str, ...]
    verdict: SampleWord
    states: tuple[str, ...]
    slack: float
    actor: str
    state: str
    deviation: str


@dataclass(frozen=True)
class Sweep:
    """A grid of scenarios, the last axis running fastest."""

    title: str
    period: str
    units: str
    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    study: str
    proof: str
    notes: tuple[str, ...] = ()
