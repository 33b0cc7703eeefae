"""Answers of studies made by hand: their numbers are invented, so that what is told of them can be checked by eye."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F

from solver.results import Number
from solver.results.study import (
    Axis,
    Bar,
    Box,
    BoxProof,
    Curve,
    InformationValue,
    Likelihood,
    Option,
    PairFlip,
    Point,
    Robustness,
    Sensitivity,
    Sweep,
    UncertainInput,
    WorstCase,
)

RISK = "actors.operator.terms.privacy risk.base"
PATIENCE = "actors.operator.discount"
WORTH = "instruments.feedback dashboard.value"
CHANCE = "urgency.transitions.raised.crisis"

ROBUST = Robustness(
    title="Mobility data in a pandemic",
    question="It holds while the crisis lasts. Will they walk away when it is over?",
    period="month",
    units="index points (stylised)",
    verdict="holds_in_some_states",
    states=("raised", "crisis"),
    inputs=(
        UncertainInput(RISK, "triangular", F(1, 5), F(7, 20), F(7, 10)),
        UncertainInput(PATIENCE, "triangular", F(4, 5), F(9, 10), F(19, 20)),
        UncertainInput(WORTH, "normal", 0.2, 0.4, 0.6),
        UncertainInput(CHANCE, "triangular", F(1, 10), F(118, 1000), F(1, 5)),
    ),
    method="sobol",
    seed=0,
    likelihood=Likelihood(0.7097, 0.6956, 0.7234, 4096),
    everywhere=Likelihood(0.0215, 0.0175, 0.0264, 4096),
    verdicts={"holds_with_sharing": 0.0215, "holds_in_some_states": 0.8, "fails": 0.1785},
    by_state={"calm": 0.0215, "raised": 0.7097, "crisis": 0.8215},
    leavers={"operator": 0.83, "office": 0.17},
    tornado=(
        Bar(RISK, F(1, 5), F(7, 20), F(7, 10), 0.08, -0.12, True, False, 0.52, 0.52, 0.34),
        Bar(PATIENCE, F(4, 5), F(9, 10), F(19, 20), -0.01, 0.04, False, True, 0.8123, 0.8123, 0.585),
        Bar(WORTH, 0.2, 0.4, 0.6, 0.01, 0.05, True, True, None, 0.1, 0.75),
        Bar(CHANCE, F(1, 10), F(118, 1000), F(1, 5), 0.028, 0.031, True, True, None, None, None),
    ),
    pairs=(PairFlip((WORTH, CHANCE), (0.2, F(1, 10)), -0.004),),
    sensitivity=(
        Sensitivity((RISK,), 0.71, 0.74, 0.012),
        Sensitivity((PATIENCE, WORTH), 0.22, 0.25, 0.02),
        Sensitivity((CHANCE,), 0.001, 0.004, 0.003),
    ),
    boxes=(
        Box({RISK: (0.51, None), PATIENCE: (None, 0.93)}, 0.83, 0.94, 0.257,
            "operator: privacy risk above 0.51 and operator: discount factor below 0.93",
            {RISK: 0.0001, PATIENCE: 0.2}),
    ),
    box_kind="fails",
    value_of_information=(InformationValue(RISK, 0.041, 0.003), InformationValue(CHANCE, 0.0002, 0.0003)),
    options=(
        Option("the arrangement at likely values", Likelihood(0.61, 0.59, 0.63, 4096), 0.52, 0.0,
               {"optimist": 0.9, "pessimist": 0.0}, {"optimist": 0.0, "pessimist": 0.25}, 0.25),
        Option("the robust one", Likelihood(0.7, 0.68, 0.72, 4096), 0.5, 0.05,
               {"optimist": 0.8, "pessimist": 0.25}, {"optimist": 0.1, "pessimist": 0.0}, 0.1),
    ),
    maximin="the robust one",
    minimax_regret="the robust one",
    worst_case=WorstCase({RISK: F(7, 10), PATIENCE: F(4, 5)}, -0.31, False, "operator", "none: a local search"),
    whole_box=BoxProof(False, {"cost compensation": {"raised": F(1, 4), "crisis": 0}}, -0.02, {RISK: F(7, 10)},
                       "within 1e-9"),
    curves=(
        Curve(RISK, (0.25, 0.35, 0.45, 0.55, 0.65), (1.0, 0.97, 0.8, 0.3, 0.02), (0.98, 0.95, 0.76, 0.26, 0.01),
              (1.0, 0.99, 0.84, 0.34, 0.04)),
        Curve(PATIENCE, (0.82, 0.86, 0.9, 0.94), (0.5, 0.68, 0.75, 0.9), (0.46, 0.64, 0.71, 0.87),
              (0.54, 0.72, 0.79, 0.93)),
    ),
    study="mobility.study",
    proof="within 1e-9",
    notes=("the instruments are those of the file",),
)  # fmt: skip

Judge = Callable[..., Point]


def judged(slack: float, *at: Number | str) -> Point:
    """A point whose verdict follows from its slack: all states from 0 on, some down to -0.2, none below -0.4."""
    if slack >= 0:
        return Point(at, "holds_with_sharing" if slack < 0.2 else "holds", ("calm", "crisis"), slack, "", "", "")
    if slack >= -0.2:
        return Point(at, "holds_in_some_states", ("crisis",), slack, "operator", "calm", "withhold")
    who = "operator" if slack >= -0.4 else "office"
    return Point(at, "fails", (), slack, who, "crisis", "withhold" if who == "operator" else "set aside")


def grid(axes: tuple[Axis, ...], points: tuple[Point, ...]) -> Sweep:
    """A grid with these axes and points."""
    return Sweep("Mobility data", "month", "index points", axes, points, "", "within 1e-9")


def factors(count: int) -> tuple[F, ...]:
    """Discount factors from 0.5 to 0.98."""
    return tuple(F(50) / 100 + F(48, 100) * k / (count - 1) for k in range(count))


def one_axis(count: int = 25) -> Sweep:
    """A grid along the operator's patience: the slack is twice the discount factor, less 1.6."""
    values = factors(count)
    return grid((Axis(PATIENCE, values),), tuple(judged(float(2 * v) - 1.6, v) for v in values))


def two_axes(wide: int = 24, tall: int = 9) -> Sweep:
    """A map of patience and risk: the slack falls with the risk."""
    values, risks = factors(wide), tuple(F(k, 10) for k in range(tall))
    points = tuple(judged(float(2 * v - 1.2 * float(r)) - 1.2, v, r) for v in values for r in risks)
    return grid((Axis(PATIENCE, values), Axis(RISK, risks)), points)


def words_and_numbers() -> Sweep:
    """A word against a number: the later the start, the less slack."""
    starts, values = ("crisis", "raised", "calm"), factors(13)
    points = tuple(judged(float(2 * v) - 1.4 - 0.2 * k, s, v) for k, s in enumerate(starts) for v in values)
    return grid((Axis("urgency.start", starts), Axis(PATIENCE, values)), points)


def two_words() -> Sweep:
    """Words against words."""
    starts, lapses = ("crisis", "raised", "calm"), ("sleep", "end")
    points = tuple(judged(0.3 - 0.25 * k - 0.3 * m, s, e) for k, s in enumerate(starts) for m, e in enumerate(lapses))
    return grid((Axis("urgency.start", starts), Axis("agreement.lapse", lapses)), points)


def three_axes() -> Sweep:
    """A word and two numbers."""
    starts, values, risks = ("crisis", "calm"), factors(14), tuple(F(k, 5) for k in range(5))
    points = tuple(
        judged(float(2 * v) - 1.2 - float(r) - 0.3 * k, s, v, r)
        for k, s in enumerate(starts)
        for v in values
        for r in risks
    )
    return grid((Axis("urgency.start", starts), Axis(PATIENCE, values), Axis(RISK, risks)), points)


SWEEPS = {
    "one axis": one_axis, "two axes": two_axes, "a word and a number": words_and_numbers, "two words": two_words,
    "three axes": three_axes,
}  # fmt: skip
