"""The shortest path from one scenario to another: the fewest of their differences that flip the verdict together.

Sets of differences are made in the first scenario, the smallest sets first, so the first that flips is a shortest.
Where that takes more verdicts than ``MOST_TRIED``, the set of all differences is shrunk one by one instead: what is
left flips, and nothing in it can be left out, but a shorter path elsewhere is not ruled out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

from solver.results.sharing import FlipPath, VerdictWord

MOST_TRIED = 300
Decided = Callable[[frozenset[int]], VerdictWord | None]
"""The verdict with some differences made; None where they are no scenario."""


def shortest(paths: Sequence[str], before: VerdictWord, decided: Decided) -> FlipPath | None:
    """Return the fewest differences that flip the verdict together; None if all of them do not."""
    tried: dict[frozenset[int], VerdictWord | None] = {}

    def flips(chosen: frozenset[int]) -> bool:
        if chosen not in tried:
            tried[chosen] = decided(chosen)
        return tried[chosen] not in (None, before)

    def told(chosen: frozenset[int], proven: bool) -> FlipPath:
        verdict = tried[chosen]
        assert verdict is not None
        return FlipPath(tuple(paths[k] for k in sorted(chosen)), verdict, proven)

    everything = frozenset(range(len(paths)))
    for size in range(1, len(paths) + 1):
        for some in combinations(range(len(paths)), size):
            if len(tried) >= MOST_TRIED:
                left = _shrunk(everything, flips)
                return None if left is None else told(left, False)
            if flips(frozenset(some)):
                return told(frozenset(some), True)
    return None


def _shrunk(chosen: frozenset[int], flips: Callable[[frozenset[int]], bool]) -> frozenset[int] | None:
    """Return a set that flips and of which nothing can be left out; None if the whole does not flip."""
    if not flips(chosen):
        return None
    for k in sorted(chosen):
        if len(chosen) > 1 and flips(chosen - {k}):
            chosen = chosen - {k}
    return chosen
