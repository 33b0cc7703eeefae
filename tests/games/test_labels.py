"""What the numbers of a file are called: the words that studies, their tables and their pictures share."""

from __future__ import annotations

import pytest

from games.files.labels import label

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
