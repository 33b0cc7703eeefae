"""A notebook marks as the classroom does, without accord, and does not tell what it knows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from classroom import template
from classroom.answers.kinds import KINDS
from classroom.export import notebook
from classroom.export.carried import carried
from classroom.export.offline import core, plan, proposal, stage, terms
from classroom.marking import marked_part
from classroom.part import Part
from classroom.variants import Variant, variant

NAMES = tuple(template.shipped())
CHEAP = 2
"""scrypt's smallest n: what is tested is what the boxes hold, and one test pays the full price."""
read = lru_cache(template.read)


def _there(part: Part, seed: int) -> Any:
    """Return what a notebook carries of a part, as it comes out of the notebook's file."""
    return json.loads(core.written(carried(part, seed, CHEAP)))


def _marks_alike(one: Variant) -> None:
    for part in one.parts:
        there = _there(part, one.seed)
        assert core.marked(there, KINDS[part.kind].key(part)) == core.RIGHT, (one.seed, part.label)
        for name, text in KINDS[part.kind].mistaken(part):
            here, found = marked_part(part, text), core.marked(there, text)
            assert (found.mistake, found.share * part.points) == (name, here.points), (one.seed, part.label, text)
            assert found.says == here.says, (one.seed, part.label, text)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_marks_the_key_right_and_gives_every_mistake_its_diagnosis(name: str) -> None:
    for seed in range(2):
        _marks_alike(variant(read(name), seed))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_marks_many_variants_as_the_classroom_does(name: str) -> None:
    for seed in range(100):
        _marks_alike(variant(read(name), seed))
