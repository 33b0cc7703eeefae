"""What happens at the points of a grid, in words and signs that its table, its map and its picture share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

from report.layout import listed
from report.words import amount
from solver.results import Number
from solver.results.study import Axis, Point, SampleWord, Sweep

WORDS: dict[SampleWord, str] = {
    "holds": "holds",
    "holds_with_sharing": "holds with sharing",
    "holds_in_some_states": "holds only when",
    "fails": "fails",
    "unsearched": "not as asked, smaller sets not searched",
    "refused": "sanction not believed",
    "outside": "not allowed by the file",
}
RANKS: tuple[SampleWord, ...] = tuple(WORDS)
SIGNS = {"holds": "#", "holds_with_sharing": "+", "unsearched": "~", "refused": "!", "outside": " "}
OTHER = "?"
"""The sign of what is left when the letters run out."""


@dataclass(frozen=True)
class Outcome:
    """What happens at a point: its verdict, the states in which it holds if not in all, and who leaves first where."""

    verdict: SampleWord
    states: tuple[str, ...] = ()
    actor: str = ""
    state: str = ""

    @property
    def words(self) -> str:
        """What is said of it: 'fails (operator leaves in calm)'."""
        said = WORDS[self.verdict]
        if self.verdict == "holds_in_some_states":
            said = f"{said} {listed(self.states, 3)}"
        if not self.actor:
            return said
        return f"{said} ({self.actor} leaves{f' in {self.state}' if self.state else ''})"


def outcome(point: Point) -> Outcome:
    """Return what happens at a point; who would leave without the sharing does not matter where it holds with it."""
    if point.verdict in SIGNS:
        return Outcome(point.verdict)
    states = point.states if point.verdict == "holds_in_some_states" else ()
    return Outcome(point.verdict, states, point.actor, point.state)


def counted(points: Iterable[Point]) -> list[tuple[Outcome, int]]:
    """Return the outcomes with how often each happens: the best verdict first, within it the most frequent."""
    found = Counter(outcome(point) for point in points)
    return sorted(found.items(), key=lambda pair: (RANKS.index(pair[0].verdict), -pair[1], pair[0].words))


def signs(found: Sequence[tuple[Outcome, int]]) -> dict[Outcome, str]:
    """Return a sign for each outcome: '#' and '+' where it holds, small letters in some states, capitals where not."""
    letters = {"holds_in_some_states": iter(ascii_lowercase), "fails": iter(ascii_uppercase)}
    return {one: SIGNS[one.verdict] if one.verdict in SIGNS else next(letters[one.verdict], OTHER) for one, _ in found}


def numeric(axis: Axis) -> bool:
    """Return whether an axis holds numbers, and not words."""
    return all(not isinstance(value, str) for value in axis.values)


def shown(value: Number | str) -> str:
    """Return a value of an axis as it is written."""
    return value if isinstance(value, str) else amount(value)


def across(points: Sequence[Point], columns: int) -> list[Sequence[Point]]:
    """Return the points of a grid of two axes by the value of the first."""
    return [points[k : k + columns] for k in range(0, len(points), columns)]


def runs(axis: Axis, points: Sequence[Point]) -> list[tuple[Outcome, int, int]]:
    """Return from where to where (first and last index) the same happens along an axis."""
    out: list[tuple[Outcome, int, int]] = []
    for k in range(len(axis.values)):
        what = outcome(points[k])
        if out and out[-1][0] == what:
            out[-1] = (what, out[-1][1], k)
        else:
            out.append((what, k, k))
    return out


def complete(result: Sweep) -> bool:
    """Return whether the grid has all its points; one that was interrupted has not."""
    size = 1
    for axis in result.axes:
        size *= len(axis.values)
    return len(result.points) == size
