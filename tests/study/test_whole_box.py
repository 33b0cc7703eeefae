"""One arrangement for the whole box of ranges."""

from __future__ import annotations

from fractions import Fraction

import pytest

from solver.sharing.optimum import arrangement_program, as_float
from solver.sharing.situation import situation
from solver.study.asked import model, prepared
from solver.study.sampling import ends
from solver.study.whole_box import NEAR, whole_box


@pytest.mark.slow
def test_levels_that_were_rounded_fill_a_limit_exactly_or_leave_it_room_that_floats_can_tell():
    """A lane for three firms is full. Where floats cannot tell whether it is, every point takes an exact look."""
    asked = prepared("port-green-lane", ("lane shared with others",), "sobol", 0, 2, None)
    box = whole_box(asked.plan.question, model, asked.likely, [ends(one) for one in asked.design.inputs])
    assert box is not None
    ready = situation(asked.scenario.partnership)
    some = next(iter(box.levels.values()))
    made = arrangement_program(ready, tuple(state.name in some for state in ready.states))
    names = [one.name for one in ready.partnership.instruments]
    x = made.arithmetic.array(
        [Fraction(box.levels[names[c.instrument]][ready.states[c.states[0]].name]) for c in made.columns]
    )
    limits = [as_float(slack) for row, slack in zip(made.rows, made.slacks(x), strict=True) if not row.incentive]
    assert limits and all(slack == 0 or slack >= NEAR for slack in limits)
    assert min(limits) < 1e-6
