"""The one exception that a user meets: where, what was found, and the smallest repair.

ScenarioError
    .problems   every Problem found in one pass, in the order of the file
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: ``where`` (a path or line), ``what`` was found, and a ``hint`` that repairs it."""

    where: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line}\n  hint: {self.hint}" if self.hint else line


class ScenarioError(Exception):
    """Input that cannot be used. Holds every problem found, so that one pass repairs them all."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Problem, ...]]]:
        # Sent from another process it arrives with its problems, not with the letters of its message.
        return type(self), (self.problems,)


def refuse(where: str, what: str, hint: str = "") -> ScenarioError:
    """Return the error that names one problem; the caller raises it."""
    return ScenarioError(Problem(where, what, hint))
