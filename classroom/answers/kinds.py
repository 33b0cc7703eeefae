"""The kinds of answers by the word that a template uses. To add one: write its room, and name it here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from classroom.answers import choice, distribution, number, plan, profiles, proposal, selection, strategies
from classroom.offline.mark import Mark
from classroom.part import Part


class Kind(Protocol):
    """What a room of answers offers; ``required`` and ``fields`` are its own fields in a part of a template."""

    @property
    def required(self) -> tuple[str, ...]:
        """Return the fields that a part of this kind must have."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that it may have."""

    def how(self, part: Part) -> str:
        """Return how to answer, in words."""

    def read(self, part: Part, answer: Any) -> Any:
        """Return what an answer states, or raise ``Refusal``."""

    def mark(self, part: Part, answer: Any) -> Mark:
        """Return the mark of what an answer states."""

    def key(self, part: Part) -> str:
        """Return a right answer as a student writes it."""

    def mistaken(self, part: Part) -> Iterator[tuple[str, str]]:
        """Yield systematically wrong answers, each under its diagnosis."""

    def behaved(self, part: Part) -> bool:
        """Return whether a draw gives a question with one clear answer, or one clear set of them."""


KINDS: dict[str, Kind] = {
    "number": number,
    "choice": choice,
    "selection": selection,
    "profiles": profiles,
    "strategies": strategies,
    "distribution": distribution,
    "proposal": proposal,
    "plan": plan,
}


def asked(part: Part) -> tuple[str, tuple[str, ...]]:
    """Return how to answer, and the options that are to be listed below it."""
    how = KINDS[part.kind].how(part)
    if "options" not in part.spec:
        return f"Answer with {how}.", ()
    listed = choice.options(part)
    return f"Answer with {how.removesuffix('; '.join(listed)).rstrip()}", listed
