"""Urgency: a finite Markov chain over named levels u in [0, 1].

Urgency is part of the state, never an average: it raises today's benefit and today's temptation alike, and what
sustains sharing is the future. Each preset returns an ``UrgencyProcess`` in exact rationals; lengths are mean
numbers of periods, so a level with mean stay L is left with probability 1 / L.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from games.errors import Problem, ScenarioError, refuse

ONE, ZERO = Fraction(1), Fraction(0)
ROUNDING = 1e-9


@dataclass(frozen=True)
class Level:
    """A named level of urgency, ``urgency`` in [0, 1]."""

    name: str
    urgency: Fraction


@dataclass(frozen=True)
class UrgencyProcess:
    """A Markov chain over urgency levels.

    Parameters
    ----------
    levels : at least one.
    transitions : ``transitions[l][m]`` is the probability that level m follows level l; rows sum to 1.
    start : index of the level in the first period.

    Raises
    ------
    ScenarioError : every row that is not a probability distribution, every level outside [0, 1].
    """

    levels: tuple[Level, ...]
    transitions: tuple[tuple[Fraction, ...], ...]
    start: int = 0

    def __post_init__(self) -> None:
        problems = [
            Problem(f"urgency.levels.{level.name}", f"{level.urgency} is not in [0, 1]", "give urgency as a share")
            for level in self.levels
            if not 0 <= level.urgency <= 1
        ]
        for level, row in zip(self.levels, self.transitions, strict=True):
            problems += _row_problems(f"urgency.transitions.{level.name}", row)
        if problems:
            raise ScenarioError(problems)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the levels, in order."""
        return tuple(level.name for level in self.levels)


def _row_problems(where: str, row: Sequence[Fraction]) -> list[Problem]:
    if any(p < 0 for p in row):
        return [Problem(where, f"probability {min(row)} is negative", "probabilities lie in [0, 1]")]
    total = sum(row, ZERO)
    # Numbers that stand for many samples are floats, and their rows sum to 1 as floats do.
    if total == 1 if all(isinstance(p, int | Fraction) for p in row) else abs(total - 1) <= ROUNDING:
        return []
    verb = "add" if total < 1 else "take"
    where_to = "to" if total < 1 else "from"
    return [Problem(where, f"probabilities sum to {total}, not 1", f"{verb} {abs(1 - total)} {where_to} one entry")]


def constant(level: Fraction, name: str = "steady") -> UrgencyProcess:
    """Return urgency that never changes."""
    return UrgencyProcess((Level(name, level),), ((ONE,),))


def markov(
    levels: Mapping[str, Fraction], transitions: Mapping[str, Mapping[str, Fraction]], start: str
) -> UrgencyProcess:
    """Return the chain with the given rows; a transition not named has probability 0."""
    names = tuple(levels)
    rows = tuple(tuple(transitions[a].get(b, ZERO) for b in names) for a in names)
    return UrgencyProcess(tuple(Level(n, levels[n]) for n in names), rows, names.index(start))


def _ladder(stages: Sequence[tuple[str, Fraction, Fraction]], last: int, start: int) -> UrgencyProcess:
    """Return the chain that walks through (name, urgency, chance of moving on) and from the end to ``last``."""
    n = len(stages)
    rows = []
    for i, (_, _, leave) in enumerate(stages):
        row = [ZERO] * n
        row[i] += 1 - leave
        row[i + 1 if i + 1 < n else last] += leave
        rows.append(tuple(row))
    return UrgencyProcess(tuple(Level(name, u) for name, u, _ in stages), tuple(rows), start)


def _leave(where: str, length: Fraction) -> Fraction:
    if length < 1:
        raise refuse(f"urgency.{where}", f"a mean length of {length} periods is below one", "give at least 1")
    return 1 / length


def pulse(
    peak: Fraction, plateau: Fraction, half_life: Fraction, calm: Fraction = ZERO, onset: Fraction = ZERO,
    steps: int = 3, start: str = "peak",
) -> UrgencyProcess:  # fmt: skip
    """Return a crisis: a step onset, a plateau, and a decay that halves the excess over calm every ``half_life``.

    Levels are ``calm``, ``peak``, ``fading 1`` ... ``fading steps``; calm is left with probability ``onset``.
    """
    excess = peak - calm
    stages = [("calm", calm, onset), ("peak", peak, _leave("plateau", plateau))]
    decay = _leave("half_life", half_life)
    stages += [(f"fading {k}", calm + excess / 2**k, decay) for k in range(1, steps + 1)]
    names = [name for name, _, _ in stages]
    if start not in names:
        raise refuse("urgency.start", f"unknown level '{start}'", "one of " + ", ".join(names))
    return _ladder(stages, last=0, start=names.index(start))


def waves(
    trough: Fraction, crest: Fraction, low: Fraction, rise: Fraction, high: Fraction, fall: Fraction,
    start: str = "rising",
) -> UrgencyProcess:  # fmt: skip
    """Return a cycle trough, rising, crest, falling; ``low``, ``rise``, ``high``, ``fall`` are mean lengths.

    Rising and falling have the same urgency and different futures (Haltiwanger & Harrington 1991).
    """
    middle = (trough + crest) / 2
    stages = [
        ("trough", trough, _leave("low", low)),
        ("rising", middle, _leave("rise", rise)),
        ("crest", crest, _leave("high", high)),
        ("falling", middle, _leave("fall", fall)),
    ]
    names = [name for name, _, _ in stages]
    if start not in names:
        raise refuse("urgency.start", f"unknown level '{start}'", "one of " + ", ".join(names))
    return _ladder(stages, last=0, start=names.index(start))


def ramp(low: Fraction, high: Fraction, steps: int, pace: Fraction) -> UrgencyProcess:
    """Return urgency that climbs from ``low`` to ``high`` in ``steps`` levels and stays there (climate).

    ``pace`` is the mean number of periods on each level.
    """
    if steps < 2:
        raise refuse("urgency.steps", f"{steps} steps make no ramp", "give at least 2, or use preset = 'constant'")
    leave = _leave("pace", pace)
    stages = [
        (f"step {k + 1}", low + (high - low) * Fraction(k, steps - 1), leave if k + 1 < steps else ZERO)
        for k in range(steps)
    ]
    return _ladder(stages, last=steps - 1, start=0)


def stack(slow: UrgencyProcess, fast: UrgencyProcess) -> UrgencyProcess:
    """Return two independent chains on top of each other (a pulse on a ramp); urgencies add, up to 1."""
    pairs = [(i, j) for i in range(len(slow.levels)) for j in range(len(fast.levels))]
    levels = tuple(
        Level(f"{slow.names[i]}, {fast.names[j]}", min(ONE, slow.levels[i].urgency + fast.levels[j].urgency))
        for i, j in pairs
    )
    rows = tuple(tuple(slow.transitions[i][k] * fast.transitions[j][m] for k, m in pairs) for i, j in pairs)
    return UrgencyProcess(levels, rows, pairs.index((slow.start, fast.start)))


def empirical(
    series: Sequence[Fraction], names: Sequence[str], cuts: Sequence[Fraction], scale: Fraction, start: str | None
) -> UrgencyProcess:
    """Return the chain counted from a series: values are binned at ``cuts`` and successive bins are counted.

    The urgency of a level is the mean of the values in its bin, divided by ``scale``. A level seen only in the last
    period is taken to stay.

    Raises
    ------
    ScenarioError : an empty bin, or a number of names that does not fit the cuts.
    """
    if len(names) != len(cuts) + 1 or list(cuts) != sorted(cuts):
        raise refuse("urgency.cuts", f"{len(cuts)} cuts for {len(names)} names", "give ascending cuts, one fewer")
    bins = [sum(value >= cut for cut in cuts) for value in series]
    counts = [[0] * len(names) for _ in names]
    for a, b in pairwise(bins):
        counts[a][b] += 1
    levels, rows = [], []
    for k, name in enumerate(names):
        values = [value for value, b in zip(series, bins, strict=True) if b == k]
        if not values:
            raise refuse(f"urgency.names.{name}", "no value of the series falls in this bin", "move the cuts")
        levels.append(Level(name, sum(values, ZERO) / len(values) / scale))
        total = sum(counts[k])
        rows.append(tuple(Fraction(c, total) if total else Fraction(int(m == k)) for m, c in enumerate(counts[k])))
    if start is not None and start not in names:
        raise refuse("urgency.start", f"unknown level '{start}'", "one of " + ", ".join(names))
    return UrgencyProcess(tuple(levels), tuple(rows), bins[-1] if start is None else list(names).index(start))
