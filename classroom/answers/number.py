"""A number: 3/7, 0.4286, 42.86 %, with a tolerance that is stated; wrong ones are told apart by their value.

Right is |answer − key| <= tolerance. Two answers of the template (the key and its usual mistakes) never lie closer
than ``APART`` tolerances: such a draw is drawn again, so that each answer has one diagnosis. ``whole = true`` asks for
a whole number: nothing between two of them is close.

``follows = "k + given.c * l"`` tells how the answer is computed from those to other parts. What follows from a wrong
one gets half the points: the mistake was made, and counted, there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from classroom import part as parts
from classroom.offline.mark import CLOSE, EARLY, RIGHT, Mark, spelled, wrong
from classroom.part import Part
from games.errors import refuse
from games.files.numbers import Refusal

required = ("answer",)
fields = ("tolerance", "unit", "checks", "whole", "follows")

TOLERANCE = Fraction(1, 1000)
APART = 4
ROUGH = 20
"""An answer within so many tolerances was rounded too early, not thought wrongly."""
UNIT_INTERVAL = ("probability", "discount factor", "share")
LONGEST_DENOMINATOR = 10**9
NOT_WHOLE = "no whole number"
FOLLOWED = "followed from a wrong answer"
_GIVEN = re.compile(r"\bgiven\.([a-z])\b")


def how(part: Part) -> str:
    """Return how to answer."""
    if part.spec.get("whole"):
        return "a whole number"
    unit = f", a {part.told('unit')}" if "unit" in part.spec else ""
    return f"a number{unit}: a fraction such as 3/7, or decimals; within {spelled(tolerance(part), '4')} counts"


def read(part: Part, answer: Any) -> Fraction:
    """Return the number that an answer states.

    Raises
    ------
    Refusal : it states none.
    """
    return parts.number(answer)


def mark(part: Part, answer: Fraction) -> Mark:
    """Return the mark of a number, with the usual mistake it is the result of and the condition that it violates."""
    if _between(part, answer):
        return wrong(NOT_WHOLE, "A whole number is asked for.")
    if abs(answer - key_value(part)) <= tolerance(part):
        return RIGHT
    if labels := _followed(part, answer):
        says = f"This follows from your answer to {which(labels)}: look there again."
        return wrong(FOLLOWED, says, share=Fraction(1, 2))
    violated = _violated(part, answer)
    for mistake, value in _named(part):
        if abs(answer - value) <= tolerance(part):
            share = part.amount(mistake.get("credit", "0"))
            return wrong(mistake["name"], part.text(mistake["says"], answer=answer), violated, share=share)
    for name, value, says in _usual(part):
        if abs(answer - value) <= tolerance(part):
            return wrong(name, says, violated)
    if abs(answer - key_value(part)) <= ROUGH * tolerance(part):
        return CLOSE
    return wrong("other", _impossible(part, answer), violated)


def key(part: Part) -> str:
    """Return the right answer."""
    return spelled(key_value(part))


def mistaken(part: Part) -> Iterator[tuple[str, str]]:
    """Yield the systematically wrong answers that are told apart, each under its diagnosis."""
    seen = [key_value(part)]
    named = [(mistake["name"], value) for mistake, value in _named(part)]
    usual = [(name, value) for name, value, _ in _usual(part)]
    rough = [(EARLY, key_value(part) + tolerance(part) * ROUGH / 2)]
    for name, value in [*named, *usual, *rough]:
        if all(abs(value - other) > 2 * tolerance(part) for other in seen):
            seen.append(value)
            yield NOT_WHOLE if _between(part, value) else name, _written(value)


def _written(value: Fraction) -> str:
    """Return a number as a student writes it: what the solver answers may have thirty digits, above and below."""
    return str(value) if value.denominator <= LONGEST_DENOMINATOR else f"{float(value):.12g}"


def behaved(part: Part) -> bool:
    """Return whether the numbers of a draw are short, and no two answers of the template are close to each other."""
    found = [key_value(part), *(value for _, value in _named(part))]
    _follows_agree(part)
    close = any(abs(a - b) <= APART * tolerance(part) for a, b in combinations(found, 2))
    early = any(abs(found[0] - b) <= (ROUGH + 1) * tolerance(part) for b in found[1:])
    long = abs(found[0].numerator) > 9_999 or found[0].denominator > 9_999
    return not close and not early and ("tolerance" in part.spec or not long)


def before(part: Part) -> tuple[str, ...]:
    """Return the other parts that the answer follows from, by letter."""
    return tuple(sorted(set(_GIVEN.findall(str(part.spec.get("follows", ""))))))


def which(labels: Sequence[str]) -> str:
    """Return parts by name: part a, parts a and b."""
    return f"part{'s' if len(labels) > 1 else ''} {' and '.join(labels)}"


def _follows_agree(part: Part) -> None:
    """Make sure that what follows from the right answers is the right answer.

    Raises
    ------
    ScenarioError : it is another number, or follows from nothing that is asked.
    """
    if "follows" not in part.spec:
        return
    asked = [label for label in before(part) if part.others.get(label, {}).get("kind") == "number"]
    found = part.value(part.spec["follows"], given={label: _key_of(part, label) for label in asked})
    if not asked or abs(found - key_value(part)) > tolerance(part):
        hint = "compute the answer from given.a, the number that was answered to part a"
        raise refuse(f"{part.where}.follows", f"comes to {spelled(found)}, and the answer is {key(part)}", hint)


def _followed(part: Part, answer: Fraction) -> tuple[str, ...]:
    """Return the parts that were answered wrongly and that an answer follows from: none where it does not follow."""
    given = {label: _given(part, label) for label in before(part)}
    known = {label: value for label, value in given.items() if value is not None}
    mistaken_ones = tuple(k for k, value in known.items() if abs(value - _key_of(part, k)) > _tolerance_of(part, k))
    if len(known) < len(given) or not mistaken_ones:
        return ()
    try:
        value = part.value(part.spec["follows"], given=known)
    except ZeroDivisionError:
        return ()
    return mistaken_ones if abs(answer - value) <= tolerance(part) else ()


def _given(part: Part, label: str) -> Fraction | None:
    """Return the number that was given as the answer to another part, if one was."""
    try:
        return parts.number(part.given.get(label, ""))
    except Refusal:
        return None


def _key_of(part: Part, label: str) -> Fraction:
    return part.amount(part.others[label]["answer"])


def _tolerance_of(part: Part, label: str) -> Fraction:
    return part.amount(part.others[label].get("tolerance", TOLERANCE))


def tolerance(part: Part) -> Fraction:
    """Return how far from the key an answer may be."""
    given = part.spec.get("tolerance", TOLERANCE)
    return part.once("tolerance", lambda: part.amount(given))


def key_value(part: Part) -> Fraction:
    """Return the key as a number."""
    return part.once("key", lambda: part.amount(part.spec["answer"]))


def _named(part: Part) -> list[tuple[Mapping[str, Any], Fraction]]:
    """Return the usual mistakes that the template names, each with the number it leads to."""
    given = part.spec.get("mistakes", ())
    return part.once("numbers", lambda: [(mistake, part.amount(mistake["answer"])) for mistake in given])


def _usual(part: Part) -> Iterator[tuple[str, Fraction, str]]:
    """Yield the mistakes that anybody can make with any number: name, the answer that results, what is said."""
    right = key_value(part)
    for label, other in part.others.items():
        if other["kind"] == "number":
            value = _key_of(part, label)
            yield f"answered part {label}", value, f"This is the answer to part {label}: have you swapped the two?"
    if right != 0:
        yield "sign", -right, "The sign is the wrong way round."
    if part.spec.get("unit") in UNIT_INTERVAL:
        yield "complement", 1 - right, f"This is one minus the {part.spec['unit']} that was asked for."
        yield "percent", 100 * right, "This is in percent: write it with a % sign, or as a fraction of 1."
    if right.denominator > 1:
        yield "upside down", 1 / right, "The fraction is upside down."
    if right != 0:
        yield "half", right / 2, "This is half of it: has something been divided twice?"
        yield "double", right * 2, "This is twice as much: has something been counted twice?"


def _between(part: Part, answer: Fraction) -> bool:
    """Return whether a whole number is asked for and an answer is none."""
    return bool(part.spec.get("whole")) and answer.denominator != 1


def _violated(part: Part, answer: Fraction) -> str:
    """Return the first condition of the answer that the student's own number breaks, in words and numbers."""
    if _impossible(part, answer):
        return ""
    for check in part.spec.get("checks", ()):
        if not part.value(check["holds"], answer=answer):
            return part.text(check["says"], answer=answer)
    return ""


def _impossible(part: Part, answer: Fraction) -> str:
    unit = part.spec.get("unit")
    return "" if unit not in UNIT_INTERVAL or 0 <= answer <= 1 else f"A {unit} lies between 0 and 1."
