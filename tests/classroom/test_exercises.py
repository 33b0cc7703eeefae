"""Every exercise that ships: complete, solvable, and marked as its own worked solution says.

All of them over a thousand seeds, with a table of what was told apart, takes minutes::

    PYTHONPATH=.:tests python tests/classroom/test_exercises.py 1000
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

import pytest

from classroom import template
from classroom.answers.kinds import KINDS
from classroom.marking import hints, marked_part
from classroom.solution import outcome, solution
from classroom.variants import Variant, variant

NAMES = tuple(template.shipped())
FEW = range(2)
MANY = range(100)
FEW_CASES, MANY_CASES = range(1), range(20)
"""The longer cases evaluate scenarios that ship, several times each."""
SYSTEMATIC = 10
"""How many systematically wrong answers every variant must tell apart."""
read = lru_cache(template.read)


def _variants(name: str, seeds: range) -> Iterator[Variant]:
    return (variant(read(name), seed) for seed in seeds)


def _key_is_right_and_is_the_outcome_of_the_worked_solution(one: Variant) -> None:
    for part in one.parts:
        text = KINDS[part.kind].key(part)
        mark = marked_part(part, text)
        assert (mark.mistake, mark.points) == ("", part.points), (one.seed, part.label, text, mark)
        found = outcome(part)
        if part.kind == "number":
            # The key is the solver's, the last formula of the solution is the textbook's: two ways to one number.
            assert found is not None, (one.name, part.label)
            assert abs(Fraction(found) - Fraction(part.value(part.spec["answer"]))) <= Fraction(1, 10**6), one.seed


def _wrong_answers_are_told_apart(one: Variant) -> int:
    count = 0
    for part in one.parts:
        for name, text in KINDS[part.kind].mistaken(part):
            mark = marked_part(part, text)
            assert mark.mistake == name, (one.seed, part.label, text, name, mark)
            assert mark.points < part.points, (one.seed, part.label, text)
            count += 1
    assert count >= SYSTEMATIC, (one.name, one.seed, count)
    return count


def _nothing_gives_the_answer_away(one: Variant) -> None:
    asked = one.story + " ".join(part.told("ask") for part in one.parts)
    for part in one.parts:
        said = [*hints(part), *(s for _, text in KINDS[part.kind].mistaken(part) for s in marked_part(part, text).says)]
        secret = KINDS[part.kind].key(part)
        if part.kind == "number" and "/" in secret and secret not in asked:
            for text in said:
                assert not re.search(rf"(?<![\d/]){re.escape(secret)}(?![\d/])", text), (one.seed, part.label, text)


def _texts_are_whole(one: Variant) -> None:
    told = solution(one)
    texts = [told.story, *(s.text + s.formula for p in told.parts for s in p.steps), *(p.ask for p in told.parts)]
    for text in texts:
        assert "{" not in text and "}" not in text and "Fraction(" not in text, text


def _checked(name: str, seeds: range) -> tuple[int, int]:
    """Return how many different variants there were, and how many wrong answers were told apart in all."""
    asked, apart = Counter(), 0
    for one in _variants(name, seeds):
        _key_is_right_and_is_the_outcome_of_the_worked_solution(one)
        apart += _wrong_answers_are_told_apart(one)
        _nothing_gives_the_answer_away(one)
        _texts_are_whole(one)
        asked[one.story + " ".join(part.told("ask") for part in one.parts)] += 1
    return len(asked), apart


@pytest.mark.parametrize("name", NAMES)
def test_a_few_variants_of_every_exercise_mark_as_their_solution_says(name: str) -> None:
    _checked(name, FEW_CASES if name.startswith("case-") else FEW)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_many_variants_of_every_exercise_mark_as_their_solution_says(name: str) -> None:
    seeds = MANY_CASES if name.startswith("case-") else MANY
    different, _ = _checked(name, seeds)
    assert different > len(seeds) // 2


if __name__ == "__main__":
    for exercise in NAMES:
        begun = time.process_time()
        different, apart = _checked(exercise, range(int(sys.argv[1])))
        spent = 1000 * (time.process_time() - begun) / int(sys.argv[1])
        told = f"{different:5} different, {apart:7} wrong answers told apart, {spent:6.1f} ms each"
        print(f"{exercise:32} {told}", flush=True)
