"""--vary: how one side of a grid is written."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from games.errors import ScenarioError
from games.files.documents import read_document
from games.files.plug import plugged
from games.files.scenario import build
from games.files.uncertain import standing
from games.files.vary import axis


@pytest.mark.parametrize(
    ("text", "path", "values"),
    [
        ("discount=0.5:0.8:4", "discount", (F(1, 2), F(6, 10), F(7, 10), F(8, 10))),
        ("discount = 0:1:3", "discount", (F(0), F(1, 2), F(1))),
        ("x=-1/3:1/3:3", "x", (F(-1, 3), F(0), F(1, 3))),
        ("urgency.start=calm,crisis", "urgency.start", ("calm", "crisis")),
        ('urgency.start="step 1, calm", "step 2, peak"', "urgency.start", ("step 1, calm", "step 2, peak")),
        ("agreement.sanction.suspend=1,3, 6", "agreement.sanction.suspend", (F(1), F(3), F(6))),
        ("actors.a.terms.privacy risk.base=0.35", "actors.a.terms.privacy risk.base", (F(35, 100),)),
        ("instruments.fee.enforceable=true,false", "instruments.fee.enforceable", (True, False)),
        ("a=b.base=1,2", "a=b.base", (F(1), F(2))),
        ("target=share: all,keep", "target", ("share: all", "keep")),
    ],
)
def test_an_axis_is_read_exactly(text: str, path: str, values: tuple[object, ...]) -> None:
    assert axis(text) == (path, values)


def test_without_a_count_there_are_eleven_values_both_ends_included() -> None:
    assert axis("x=0:1")[1] == tuple(F(k, 10) for k in range(11))


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("discount", "--vary", "'discount' is not PATH=VALUES"),
        ("=0:1", "--vary", "'=0:1' is not PATH=VALUES"),
        ("x=", "--vary x", "has no value"),
        ("x=1,,2", "--vary x", "has an empty value"),
        ("x=1,2,1.0", "--vary x", "the value 1.0 is given twice"),
        ("x=0.9:0.5:3", "--vary x", "0.9 is not below 0.5"),
        ("x=0:1:1", "--vary x", "1 is no number of values"),
        ("x=0:1:2.5", "--vary x", "2.5 is no number of values"),
        ("x=0:1:1e9", "--vary x", "1000000000 is no number of values"),
        ("x=0:1:2:3", "--vary x", "'0:1:2:3' has 4 parts"),
        ("x=0:much", "--vary x", "expects a number, found the text 'much'"),
        ("x=0:", "--vary x", "expects a number, found the text ''"),
    ],
)
def test_an_axis_that_is_none_is_refused(text: str, where: str, what: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        axis(text)
    (problem,) = refused.value.problems
    assert (problem.where, problem.what) == (where, what)
    assert problem.hint


def test_the_values_of_an_axis_can_be_put_into_a_file() -> None:
    document = standing(read_document("mobility-pandemic")[1])
    for text in (
        "urgency.start=raised",
        "agreement.sanction.suspend=3",
        "instruments.cost compensation.enforceable=true",
    ):
        path, (value,) = axis(text)
        document = plugged(document, {path: value})
    made = build(document, "m").partnership
    assert (made.urgency.start, made.sanction.periods, made.instruments[1].enforceable) == (1, 3, True)
