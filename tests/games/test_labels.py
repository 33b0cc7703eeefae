"""What the numbers of a file are called: the words that studies, their tables and their pictures share."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from games.files.labels import label

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = [*sorted((ROOT / "games/scenarios").glob("*.toml")), *sorted((ROOT / "tests/cases").glob("*.toml"))]
SETTINGS = ("schema", "mechanisms", "correlations", "cap", "steps", "cuts", "scale", "suspend")
"""Fields with numbers that are no amounts, or whose paths lead elsewhere."""

PATHS = {
    "actors.operator.terms.privacy risk.base": "operator: privacy risk",
    "actors.operator.terms.reputation.urgency_slope": "operator: reputation per urgency",
    "actors.operator.terms.reputation.retention": "operator: reputation kept per period",
    "actors.operator.discount": "operator: discount factor",
    "actors.office.budget.calm": "office: budget in calm",
    "actors.office.budget": "office: budget",
    "actors.office.outside_value": "office: value outside",
    "instruments.feedback dashboard.value": "feedback dashboard: value",
    "instruments.feedback dashboard.cost.crisis": "feedback dashboard: cost in crisis",
    "instruments.feedback dashboard.cap": "feedback dashboard: cap",
    "urgency.levels.crisis": "urgency of crisis",
    "urgency.transitions.calm.raised": "chance calm to raised",
    "urgency.pulse.peak": "urgency at the peak",
    "urgency.start": "level at the start",
    "hazards.scandal.chance": "scandal: chance",
    "hazards.scandal.chance.crisis": "scandal: chance in crisis",
    "renewal.every": "periods between renewals",
    "discount": "discount factor",
}


@pytest.mark.parametrize(("path", "words"), PATHS.items())
def test_a_number_is_called_by_what_it_means(path: str, words: str) -> None:
    assert label(path) == words


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("actors.U.S. office.terms.cost, approx. 2.5.base", "U.S. office: cost, approx. 2.5"),
        ("instruments.value.value", "value: value"),
        ("instruments.no. 5.cap.very calm", "no. 5: cap in very calm"),
        ("actors.a.terms.discount.base", "a: discount"),
        ("actors.a.terms.budget.base", "a: budget"),
    ],
)
def test_names_may_hold_dots_spaces_and_the_words_of_the_file(path: str, words: str) -> None:
    assert label(path) == words


@pytest.mark.parametrize("path", ["", "nothing of ours", "actors", "actors.operator", "urgency.levels", "a.b.c"])
def test_a_path_that_is_not_known_stays_as_it_is(path: str) -> None:
    assert label(path) == path


def numbers(here: Any, path: str = "") -> Iterator[str]:
    """The path of every number in a document; an item of a list is found by its name."""
    if isinstance(here, dict) and {"likely", "distribution"} & set(here):
        yield path
    elif isinstance(here, dict):
        for name, below in here.items():
            if name not in SETTINGS or path.startswith("instruments"):
                yield from numbers(below, f"{path}.{name}".removeprefix("."))
    elif isinstance(here, list):
        for below in here:
            if isinstance(below, dict):
                yield from numbers(below, f"{path}.{below['name']}")
    elif isinstance(here, (int, float)) and not isinstance(here, bool):
        yield path


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_number_of_a_file_has_a_name_of_its_own(file: Path) -> None:
    paths = set(numbers(tomllib.loads(file.read_text(encoding="utf-8"))))
    assert [path for path in paths if label(path) == path] == []
    assert len({label(path) for path in paths}) == len(paths)
