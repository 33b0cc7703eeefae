"""What is counted of samples as their blocks come in: however many there are, the first of them alone are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from solver.study.parts import Columns
from solver.study.question import JOIN, OUTSIDE

KEPT = 2**16
"""So many samples are looked at for boxes, curves and the value of information; shares count all of them."""


@dataclass(eq=False)
class Tally:
    """What is counted of the samples as their blocks come in, and the first of them, ``KEPT`` at most."""

    samples: int = 0
    holds: int = 0
    everywhere: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    leavers: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    valued: Counter[str] = field(default_factory=Counter)
    worth: dict[str, float] = field(default_factory=dict)
    worst: dict[str, float] = field(default_factory=dict)
    first: list[dict[str, Any]] = field(default_factory=list)

    def add(self, columns: Columns, options: Iterable[str]) -> None:
        """Count one block; samples outside of what the file allows do not count."""
        verdict = columns["verdict"]
        self.verdicts.update(Counter(verdict.tolist()))
        inside = verdict != OUTSIDE
        room = KEPT - self.samples
        self.samples += int(inside.sum())
        self.holds += int(columns["holds"].sum())
        self.everywhere += int(columns["everywhere"].sum())
        for states, count in Counter(columns["states"].tolist()).items():
            self.states.update(dict.fromkeys(filter(None, states.split(JOIN)), count))
        leaves = (
            f"{actor} in {state}" for actor, state in zip(columns["actor"], columns["state"], strict=True) if actor
        )
        self.leavers.update(leaves)
        for name in options:
            worth = columns[f"worth: {name}"]
            worth = worth[~np.isnan(worth)]
            self.kept[name] += int(columns[f"kept: {name}"].sum())
            self.valued[name] += len(worth)
            self.worth[name] = self.worth.get(name, 0.0) + float(worth.sum())
            self.worst[name] = min(self.worst.get(name, np.inf), float(worth.min(initial=np.inf)))
        if room > 0:
            self.first.append({name: values[inside][:room] for name, values in columns.items()})

    def column(self, name: str) -> Any:
        """Return a column of the first samples."""
        return np.concatenate([block[name] for block in self.first])

    def utility(self, options: Iterable[str]) -> tuple[Any, Any]:
        """Return what each option is worth in the first samples [b, o], and which of them (a mask) have a value.

        Where the sanction is no equilibrium nothing can be said of what anybody gets.
        """
        worth = np.stack([self.column(f"worth: {name}") for name in options], axis=1)
        valued = ~np.isnan(worth).any(axis=1)
        return worth[valued], valued
