"""The harshest sanction in the arrangement programme, and the independent check of its penal code."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from oracles.contracts import contract as by_force
from strategies import partnerships

from games.errors import ScenarioError
from games.files.scenario import read
from games.partnership import Partnership, Sanction
from games.translate import stochastic_game
from solver.proof.agreement import Claim, check
from solver.proof.penal import faults
from solver.sharing.decision import decide
from solver.sharing.harshest import penal_code
from solver.sharing.situation import situation, with_discounts

CASES = Path(__file__).resolve().parents[1] / "cases"


def patient(name: str, delta: F | None = None, harshest: bool = True) -> Partnership:
    """A case with the harshest sanction, everybody at one discount factor."""
    found = read(str(CASES / f"{name}.toml")).partnership
    if delta is not None:
        found = with_discounts(found, dict.fromkeys(found.names, delta))
    return replace(found, sanction=Sanction(harshest=True)) if harshest else found


def test_cournot_holds_from_a_third_instead_of_five_eighths() -> None:
    """Abreu 1988: the penal code gives 0 where walking away gives 7: 5/8 under grim; (15 - 10) d/(1-d) 10: 1/3."""
    for delta, harsh, grim in ((F(1, 3), True, False), (F(5, 8), True, True), (F(1, 3) - F(1, 10**9), False, False)):
        verdicts = [decide(patient("cournot", delta, kind)).verdict for kind in (True, False)]
        assert [v == "holds" for v in verdicts] == [harsh, grim]


def test_the_penal_code_is_checked_without_the_solver_and_a_false_one_is_refused() -> None:
    partnership = patient("cournot", F(1, 3))
    code = penal_code(partnership)
    assert list(faults(stochastic_game(partnership), code)) == []
    assert {v for own in code.values for v in own} == {0}
    for wrong in (
        replace(code, joint=tuple(v + F(1, 10**30) for v in code.joint)),
        replace(code, values=tuple(tuple(v - F(1, 10**30) for v in own) for own in code.values)),
        replace(code, play=code.punish[0]),
    ):
        assert list(faults(stochastic_game(partnership), wrong))
    impatient = with_discounts(partnership, dict.fromkeys(partnership.names, F(1, 3) - F(1, 10**9)))
    assert any("together they gain" in fault for fault in faults(stochastic_game(impatient), code))


def test_a_claim_without_the_sanction_of_its_partnership_does_not_hold() -> None:
    ready = situation(patient("cournot", F(1, 3)))
    levels: dict[str, tuple[F, ...]] = {}
    assert check(Claim(ready.agreement, ready.everywhere, levels, ready.penal)).holds
    assert not check(Claim(ready.agreement, ready.everywhere, levels)).holds


def test_the_harshest_sanction_needs_one_discount_factor_in_common() -> None:
    partnership = patient("cournot")
    one = partnership.names[0]
    with pytest.raises(ScenarioError, match=r"agreement.sanction.*differ"):
        situation(with_discounts(partnership, {one: F(1, 2), partnership.names[1]: F(1, 3)}))


@given(partnership=partnerships())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_harshest_sanction_never_leaves_anybody_better_off_than_walking_away(partnership: Partnership) -> None:
    common = with_discounts(partnership, dict.fromkeys(partnership.names, partnership.actors[0].discount))
    common = replace(common, sanction=Sanction(), instruments=())
    try:
        harsh = situation(replace(common, sanction=Sanction(harshest=True)))
        walk = situation(common)
    except ScenarioError:
        return
    assert harsh.penal is not None and list(faults(stochastic_game(common), harsh.penal)) == []
    assert all(
        low <= value
        for lows, values in zip(harsh.penal.values, walk.sanction.values, strict=True)
        for low, value in zip(lows, values, strict=True)
    )


def test_the_penal_code_agrees_with_trying_all_policies() -> None:
    for name in ("cournot", "dilemma-40"):
        partnership = patient(name, F(2, 5))
        known = by_force(stochastic_game(partnership), F(2, 5))
        code = penal_code(partnership)
        assert known == (code.joint, code.values)
