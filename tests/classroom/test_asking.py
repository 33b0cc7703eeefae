"""What accord answers to the questions of templates."""

from __future__ import annotations

from classroom.asking import answered
from games.files.documents import SHIPPED, read_document
from games.files.scenario import build


def test_leaving_the_thresholds_out_changes_nothing_else() -> None:
    _, found = read_document("tests/cases/timing-on-delivery.toml")
    scenario = build(found, "timing", None, SHIPPED)
    full = answered({"command": "evaluate"}, None, scenario, "here")
    quick = answered({"command": "evaluate", "thresholds": False}, None, scenario, "here")
    assert full["critical_discount"]["common"] is not None
    assert quick["critical_discount"]["common"] is None
    rest = {key for key in full if key not in ("critical_discount", "discount_intervals")}
    assert all(full[key] == quick[key] for key in rest)
