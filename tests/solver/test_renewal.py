"""How often value must be renewed: against ``cases.md`` (Renewal), benefit 1.2 v^k, net cost .6, no money."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import pytest

from games.files.scenario import read
from games.partnership import Partnership
from solver.sharing.decision import holding
from solver.sharing.evaluate import evaluate
from solver.sharing.renewal import renewal_answer, renewed_every
from solver.sharing.situation import with_discounts

CASES = Path(__file__).resolve().parents[1] / "cases"


def fading(file: str, delta: str) -> Partnership:
    partnership = read(str(CASES / file)).partnership
    return with_discounts(partnership, dict.fromkeys(partnership.names, F(delta)))


@pytest.mark.parametrize(
    ("file", "delta", "longest"),
    [("renewal-95.toml", "0.6", 6), ("renewal-95.toml", "0.8", 15), ("renewal-90.toml", "0.8", 9)],
)
def test_every_interval_up_to_the_published_one_holds_and_no_longer_one(file: str, delta: str, longest: int) -> None:
    answer = renewal_answer(fading(file, delta))
    assert answer is not None
    assert answer.holds_at == tuple(range(1, longest + 1))
    assert answer.tried > longest


def test_the_intervals_found_in_floats_are_those_that_hold_exactly() -> None:
    partnership = fading("renewal-90.toml", "0.6")
    answer = renewal_answer(partnership)
    assert answer is not None
    for every in range(1, answer.tried + 1):
        assert (holding(renewed_every(partnership, every)) is not None) == (every in answer.holds_at)


def test_who_renews_nothing_has_no_answer() -> None:
    assert renewal_answer(read(str(CASES / "renewal-none.toml")).partnership) is None
    assert renewal_answer(read(str(CASES / "timing-none.toml")).partnership) is None


def test_too_rare_a_renewal_is_mended_by_the_longest_interval_that_holds() -> None:
    scenario = read(str(CASES / "renewal-95.toml"))
    rare = renewed_every(fading("renewal-95.toml", "0.8"), 20)
    found = evaluate(replace(scenario, partnership=rare))
    assert found.verdict != "holds"
    texts = [fix.text for fix in found.fixes if fix.kind == "renewal"]
    assert texts and texts[0].startswith("renew every 15 ")
