"""All options that apply, in any order; "none" where none does. Half right counts half.

share of the points = (right ones named − wrong ones named) / right ones, at least 0
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from classroom.answers.choice import option, options
from classroom.offline.mark import RIGHT, Mark, wrong
from classroom.part import Part, plain

required = ("answer", "options")
fields = ("shuffled",)
NONE = "none"


def how(part: Part) -> str:
    """Return how to answer."""
    return "all that apply, by words or numbers with semicolons between, or 'none': " + "; ".join(options(part))


def read(part: Part, answer: Any) -> frozenset[str]:
    """Return the options that an answer names.

    Raises
    ------
    Refusal : it names something else.
    """
    known = options(part)
    given = [one for one in _listed(answer, known) if one != ""]
    if [str(one).casefold() for one in given] == [NONE]:
        return frozenset()
    return frozenset(option(plain(one), known) for one in given)


def _listed(answer: Any, known: tuple[str, ...]) -> list[Any]:
    """Return what an answer lists, parted by semicolons, or by commas where no option has one."""
    if isinstance(answer, list):
        return answer
    text = plain(answer)
    between = "," if ";" not in text and not any("," in one for one in known) else ";"
    return [one.strip() for one in text.split(between)]


def mark(part: Part, answer: frozenset[str]) -> Mark:
    """Return the mark of a selection, with what is missing or too much in number, not by name."""
    right = key_set(part)
    if answer == right:
        return RIGHT
    for mistake, value in part.mistakes():
        if answer == frozenset(map(str, value)):
            return wrong(mistake["name"], part.text(mistake["says"]), share=_share(answer, right))
    return wrong("too few" if answer < right else "too many" if answer > right else "other", *counted(answer, right),
                 share=_share(answer, right))  # fmt: skip


def counted(answer: frozenset[str], right: frozenset[str]) -> Iterator[str]:
    """Yield how many are right, and whether any is missing: no name is given away."""
    extra = len(answer - right)
    if extra:
        yield f"{extra} of the {len(answer)} that you name {'does' if extra == 1 else 'do'} not belong here."
    if right - answer:
        yield "Some are missing." if not extra else "And some are missing."


def key(part: Part) -> str:
    """Return the right selection."""
    return written(part, key_set(part))


def written(part: Part, chosen: frozenset[str]) -> str:
    """Return a selection as a student writes it."""
    return "; ".join(one for one in options(part) if one in chosen) or NONE


def key_set(part: Part) -> frozenset[str]:
    """Return the options that apply."""
    return frozenset(option(str(one), options(part)) for one in part.listed(part.spec["answer"]))


def mistaken(part: Part) -> Iterator[tuple[str, str]]:
    """Yield systematically wrong selections, each under its diagnosis: the named ones, one too many, one too few."""
    right = key_set(part)
    chosen = [frozenset(map(str, value)) for _, value in part.mistakes()]
    chosen += [right ^ {one} for one in options(part)]
    for one in dict.fromkeys(chosen):
        if one != right:
            yield mark(part, one).mistake, written(part, one)


def behaved(part: Part) -> bool:
    """Return whether no usual mistake leads to the key, and no two to the same answer."""
    found = [frozenset(map(str, value)) for _, value in part.mistakes()]
    return key_set(part) not in found and len(set(found)) == len(found)


def _share(answer: frozenset[str], right: frozenset[str]) -> Fraction:
    if not right:
        return Fraction(0)
    return max(Fraction(len(answer & right) - len(answer - right), len(right)), Fraction(0))
