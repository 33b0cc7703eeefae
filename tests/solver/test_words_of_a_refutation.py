"""Why nothing holds, in words."""

from __future__ import annotations

from typing import Any

import pytest

from games.files.documents import SHIPPED
from games.files.scenario import build
from solver.sharing.evaluate import evaluate


def _deal(**level: float) -> dict[str, Any]:
    return {
        "title": "Pay for data",
        "discount": 0.6,
        "actors": {
            "firm": {
                "actions": ["share", "withhold"],
                "terms": [{"name": "cost", "kind": "cost", "base": 5, "when": {"firm": "share"}}],
            },
            "office": {"actions": ["use"], "terms": [{"name": "value", "base": 8, "when": {"firm": "share"}}]},
        },
        "instruments": [{"name": "payment", "from": "office", "to": "firm", "money": True, **level}],
    }


def _why(document: dict[str, Any]) -> str:
    return evaluate(build(document, "deal", None, SHIPPED), mend=False, thresholds=False).why


def test_an_open_payment_is_told_by_what_one_side_needs_and_the_other_can_spare() -> None:
    # The firm needs its cost of 5; the office keeps paying up to 0.6 * 8.
    assert "firm needs 5 a period" in _why(_deal())
    assert "is worth 4.8" in _why(_deal())


@pytest.mark.parametrize("level", [4.9, 6.0])
def test_no_sentence_without_a_subject_is_told_of_a_payment_that_the_file_fixes(level: float) -> None:
    why = _why(_deal(level=level))
    assert not why or "needs" in why, why
