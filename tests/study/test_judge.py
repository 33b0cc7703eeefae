"""A block of samples is judged as each of them is alone, and a likelihood is what a closed form says.

The oracle is ``solver.study.question.alone``: one scenario read, compiled and decided in rationals, as ``evaluate``
does it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from games.errors import ScenarioError
from games.files.documents import read_document, shipped, shipped_text
from solver.study import plan as plans
from solver.study.asked import model, prepared
from solver.study.column import Column, Divided, in_groups
from solver.study.flips import EXACT, tornado
from solver.study.intervals import likelihood
from solver.study.judge import judge
from solver.study.plan import Plan
from solver.study.question import Candidate, Question, alone
from solver.study.sampling import ends, sample_block
from solver.study.stack import NIL

CASES = Path(__file__).resolve().parents[1] / "cases"
NOT_VARIED = ("schema", "mechanisms", "correlations")
WHOLE = ("every", "cap", "shortest", "suspend", "steps", "at_least", "scale")


def alike(question, samples):
    """Assert that a block is answered as its samples are alone."""
    found = judge(question, samples)
    for b, row in enumerate(samples):
        one = alone(question, row.tolist())
        assert (one.verdict, one.states, one.holds, one.everywhere) == (
            found.verdict[b], found.states[b], found.holds[b], found.everywhere[b]
        )  # fmt: skip
        assert found.slack[b] == pytest.approx(one.slack, abs=1e-8, nan_ok=True)
        assert (one.leaver.actor, one.leaver.state, one.leaver.deviation) == (
            found.actor[b], found.state[b], found.deviation[b]
        )  # fmt: skip
        assert one.kept == tuple(found.kept[b])
        assert found.worth[b] == pytest.approx(np.array(one.worth), abs=1e-8, nan_ok=True)
    return found


@pytest.mark.parametrize("name", list(shipped()))
def test_a_block_of_a_shipped_scenario_is_judged_as_its_samples_are_alone(name):
    asked = prepared(name, None, "sobol", 3, 5, None)
    alike(asked.plan.question, sample_block(asked.design, 0, 5))


@pytest.mark.parametrize("name", ["mobility-pandemic", "port-green-lane"])
def test_a_signed_arrangement_is_judged_as_it_is_alone(name):
    asked = prepared(name, None, "lhs", 1, 12, "robust")
    found = alike(asked.plan.question, sample_block(asked.design, 0, 12))
    assert found.holds.sum() > 0


def test_who_minds_no_later_month_pays_nothing_later_and_is_judged_as_it_is_alone():
    asked = prepared("payments-nowcasting", None, "sobol", 0, 2, None)
    samples = sample_block(asked.design, 0, 2)
    samples[0, asked.plan.question.paths.index("actors.office.discount")] = 0
    alike(asked.plan.question, samples)


@pytest.mark.parametrize("short_of_one", [1e-3, 1e-5, 1e-8, 1e-11, 1e-15])
def test_who_hardly_discounts_is_judged_as_alone_and_blurs_no_other_sample(short_of_one):
    # Values of the order of 1 / (1 - delta) leave floats no digits for slacks of the order of 0.1.
    asked = prepared("hackathon-to-partnership", None, "sobol", 0, 3, None)
    samples = sample_block(asked.design, 0, 3)
    samples[1, asked.plan.question.paths.index("actors.platform.discount")] = 1 - short_of_one
    alike(asked.plan.question, samples)


def test_a_gift_that_costs_nothing_is_kept_up_by_who_minds_no_later_month(tmp_path):
    text = shipped_text("payments-nowcasting")
    text = re.sub(r"(?m)^discount.*", "discount = 0", text).replace("cost   = 0.05", "cost   = 0")
    cheap = re.sub(r'(?m)^(  \{ name = "(?:operating cost|commercial sensitivity)", +base = ).*?(, kind.*processor)',
                   r"\g<1>0.01\2", text)  # fmt: skip
    (tmp_path / "cheap.toml").write_text(cheap)
    asked = prepared(str(tmp_path / "cheap.toml"), None, "sobol", 0, 4, None)
    alike(asked.plan.question, sample_block(asked.design, 0, 4))


@pytest.mark.slow
@pytest.mark.parametrize("name", list(shipped()))
def test_every_flip_of_a_shipped_scenario_is_where_the_exact_verdict_flips(name):
    asked = prepared(name, None, "sobol", 0, 2, None)
    question, inputs = asked.plan.question, asked.design.inputs
    likely = [one.likely for one in inputs]
    reach = [ends(one) for one in inputs]
    bars = tornado(lambda points: model(question, points), inputs, reach)
    flips = {bar.input: bar.nearest_flip for bar in bars if bar.nearest_flip is not None}
    for j, (one, (low, high)) in enumerate(zip(inputs, reach, strict=True)):
        if one.path in flips:
            near = 2 * EXACT * max(float(high - low), abs(float(low)), abs(float(high)))
            found = [
                alone(question, [*likely[:j], flips[one.path] + off, *likely[j + 1 :]]) for off in (-near, 0, near)
            ]
            assert found[1].holds or found[1].slack > -NIL, one.path
            assert any(not side.holds for side in found), one.path


def leaves(value, path=()):
    """Yield the path of every number of a document that may be any number."""
    if isinstance(value, dict) and not {"likely", "distribution"} & set(value):
        for key, below in value.items():
            if key not in NOT_VARIED and key not in WHOLE and not (path[:1] == ("renewal",) and key in WHOLE):
                yield from leaves(below, (*path, key))
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                yield from leaves(item, (*path, item["name"]))
    elif isinstance(value, dict) or (isinstance(value, (int, Fraction)) and not isinstance(value, bool)):
        yield path


def number(document, path):
    for key in path:
        document = document[key] if isinstance(document, dict) else next(x for x in document if x["name"] == key)
    return float(document["likely"] if isinstance(document, dict) else document)


@pytest.mark.slow
@pytest.mark.parametrize("file", [*shipped(), *map(str, sorted(CASES.glob("*.toml")))], ids=lambda f: Path(f).stem)
@pytest.mark.parametrize(("width", "few"), [(0.2, False), (0.03, False), (0.2, True)])
def test_whatever_numbers_move_a_block_is_judged_as_its_samples_are_alone(file, width, few):
    _, document = read_document(file)
    document = {key: part for key, part in document.items() if key not in ("mechanisms", "with", "correlations")}
    if document.get("urgency", {}).get("preset") == "empirical":
        document["urgency"] = plans.inlined(document, str(shipped()[file]))["urgency"]
    random = np.random.default_rng(7)
    paths = [path for path in leaves(document)]
    if few and len(paths) > 4:
        paths = [paths[k] for k in sorted(random.choice(len(paths), 4, replace=False))]
    middle = np.array([number(document, path) for path in paths])
    samples = np.round(middle * random.uniform(1 - width, 1 + width, (8, len(paths))), 6)
    alike(Question(document, tuple(map(".".join, paths)), (), True, (Candidate("nothing", (), {}),)), samples)


def with_ranges(tmp_path, **numbers):
    """Return the prisoners' dilemma of T 50, P 25, S 12 with reward and discount as ranges."""
    text = (CASES / "dilemma-40.toml").read_text()
    for old, new in numbers.values():
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "ranges.toml"
    file.write_text(text)
    return str(file)


def test_the_likelihood_of_a_dilemma_lies_in_its_interval_for_95_of_100_seeds(tmp_path):
    # Under grim it holds from (T - R) / (T - P) = (50 - R) / 25 on. With the discount uniform on [1/5, 4/5] and R of
    # the row player uniform on [35, 45] the threshold is uniform on [1/5, 3/5], that of the column player 2/5:
    # P(d >= max) = 1/3 + E[(d - 2/5) ...]: for d in [2/5, 3/5] the row's is met with chance (d - 1/5) / (2/5).
    # So P = (1/3) E[(d - 1/5) / (2/5) | d in 2/5..3/5] + 1/3 = (1/3) (3/4) + 1/3 = 7/12.
    file = with_ranges(
        tmp_path,
        discount=("discount = 0.75", 'discount = { distribution = "uniform", low = 0.2, high = 0.8 }'),
        reward=(
            'base = 40, when = { row = "cooperate"',
            'base = { distribution = "uniform", low = 35, high = 45 }, when = { row = "cooperate"',
        ),
    )
    asked = prepared(file, None, "sobol", 0, 256, None)
    for method in ("sobol", "lhs"):
        inside = 0
        for seed in range(100):
            design = replace(asked.design, seed=seed, method=method)
            _, holds = model(asked.plan.question, sample_block(design, 0, 256))
            found = likelihood(int(holds.sum()), 256)
            inside += found.low <= 7 / 12 <= found.high
        assert inside >= 95


def test_a_flip_is_decided_exactly_where_floats_cannot_tell():
    # At R 40 the threshold is 2/5 exactly: 0.4 holds, and one part in 10^11 below it fails. Both are left to rationals;
    # what is nearer than rounding can tell (10^-12) would count as equal.
    _, document = read_document(str(CASES / "dilemma-40.toml"))
    question = Question(document, ("discount",))
    found = judge(question, np.array([[0.4], [0.4 - 1e-11], [0.4 + 1e-11], [0.3], [0.5]]))
    assert found.holds.tolist() == [True, False, True, False, True]


def test_samples_outside_of_what_a_file_allows_are_told_and_the_others_judged():
    _, document = read_document(str(CASES / "dilemma-40.toml"))
    found = judge(Question(document, ("discount",)), np.array([[0.5], [1.0], [1.5], [-0.1], [0.2]]))
    assert found.verdict.tolist() == ["holds", "outside", "outside", "outside", "fails"]


def test_a_block_does_not_depend_on_what_else_is_in_it():
    asked = prepared("mobility-pandemic", None, "sobol", 0, 64, None)
    samples = sample_block(asked.design, 0, 64)
    whole, part = judge(asked.plan.question, samples), judge(asked.plan.question, samples[40:])
    assert whole.verdict[40:].tolist() == part.verdict.tolist()
    np.testing.assert_allclose(whole.slack[40:], part.slack, atol=1e-12)


def test_a_plan_is_read_back_as_it_was_written():
    asked = prepared("mobility-pandemic", ["aggregation"], "lhs", 5, 64, None)
    text = plans.written(asked.plan)
    read = plans.read(text)
    assert plans.written(read) == text
    assert read.design == asked.design and read.question.candidates == asked.plan.question.candidates


def test_words_and_numbers_of_a_grid_meet_in_every_combination():
    from solver.study.grid import gridded, points

    vary = ("urgency.start=calm,crisis", "actors.operator.discount=0.8:0.9:3", "agreement.sanction.suspend=1,6")
    grid = gridded("mobility-pandemic", None, vary)
    grid = replace(grid, plan=replace(grid.plan, block=5))
    found = [p for k in range(grid.plan.blocks) for p in points(grid.plan, plans.block(plans.written(grid.plan), k))]
    assert len(found) == 12 and found[0].at == ("calm", Fraction(4, 5), Fraction(1))
    assert found[-1].at == ("crisis", Fraction(9, 10), Fraction(6))
    for point in found:
        one = Question(grid.plan.question.document, tuple(a.path for a in grid.plan.axes))
        document = {**one.document, "urgency": {**one.document["urgency"], "start": point.at[0]}}
        answer = alone(Question(document, one.paths[1:]), point.at[1:])
        assert (answer.verdict, answer.leaver.actor) == (point.verdict, point.actor)


def test_a_value_that_the_file_does_not_allow_is_named_before_anything_is_computed():
    from solver.study.grid import gridded

    with pytest.raises(ScenarioError, match=r"--vary actors.operator.discount=6/5: 1.2 is not in \[0, 1\)"):
        gridded("mobility-pandemic", None, ["actors.operator.discount=0.5,1.2"])


def test_a_question_that_divides_the_samples_is_asked_of_each_part():
    values = np.array([-2.0, 3.0, -1.0, 0.0])

    def sign(here):
        one = Column(values[here])
        return "above" if one > 0 else "zero" if one == 0 else "below"

    found = {answer: sorted(here.tolist()) for here, answer in in_groups(4, sign)}
    assert found == {"above": [1], "zero": [3], "below": [0, 2]}


def test_what_differs_by_rounding_alone_is_equal():
    third = Column(np.array([1 / 3, 2 / 3]))
    assert third * 3 - third - third - third == 0
    with pytest.raises(Divided):
        bool(third > 0.5)


def test_the_work_of_a_block_is_found_by_its_name_and_depends_on_the_plan_alone():
    asked = prepared("scanner-data-prices", None, "sobol", 0, 20, None)
    plan = Plan(asked.plan.question, asked.design, block=8)
    text = plans.written(plan)
    blocks = [plans.block(text, k) for k in range(plan.blocks)]
    assert [len(b["sample"]) for b in blocks] == [8, 8, 4]
    assert [c.name for c in plan.columns] == list(blocks[0])
    again = plans.block(text, 1)
    assert all((again[name] == blocks[1][name]).all() for name in again)
