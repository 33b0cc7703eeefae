"""Numbers of any size, in a block with ordinary ones, are judged as each is alone; nothing stops a study.

Found by moving every number of every file to 0, below it, to 1e12 and to all but 1 (``question.alone`` is the oracle).
"""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from cli import main
from games.files.documents import read_document, shipped_text
from solver.lp import solve
from solver.study import margins
from solver.study.asked import model, prepared
from solver.study.judge import judge
from solver.study.question import Candidate, Question
from solver.study.sampling import ends
from solver.study.whole_box import whole_box
from tests.study.test_judge import alike, leaves, number

CASES = Path(__file__).resolve().parents[1] / "cases"
AMOUNT = re.compile(r"\.(base|urgency_slope|cap|budget)(\.|$)")


def every_number(file, factor=1.0):
    """Return a file's question with every number as an input, and its sample, its amounts times a factor."""
    document = {k: p for k, p in read_document(file)[1].items() if k not in ("mechanisms", "correlations")}
    paths = list(leaves(document))
    names = tuple(map(".".join, paths))
    times = np.array([factor if AMOUNT.search(name) else 1 for name in names])
    return Question(document, names), times * [number(document, path) for path in paths]


@pytest.mark.parametrize("unit", [1e8, 5e9])
@pytest.mark.parametrize("name", ["mobility-pandemic", "insurer-climate", "scanner-data-prices"])
def test_amounts_may_be_counted_in_single_euros(name, unit):
    # Beside a payoff of 5e9 one euro passed on is 2e-10 of it; HiGHS drops coefficients below 1e-9, and it "failed".
    question, row = every_number(name, unit)
    alike(question, row * np.array([[1.0], [0.98]]))


def test_a_margin_without_an_optimal_basis_is_decided_exactly(monkeypatch):
    # HiGHS is content within 1e-7, which is more than the 1e-9 within which floats do not decide.
    def hasty(program):
        answer = solve(program)
        return replace(answer, x=answer.x + 1e-8, basic_rows=np.ones_like(answer.basic_rows))

    monkeypatch.setattr(margins, "solve", hasty)
    question, row = every_number("mobility-pandemic")
    assert alike(question, row[None]).alone.all()


def test_probabilities_that_sum_to_zero_are_outside_of_what_a_file_allows():
    question, row = every_number(str(CASES / "boom-pricing.toml"))
    samples = np.stack([row, row, row])
    some = [path.startswith("urgency.transitions.boom.") for path in question.paths]
    samples[1:, some] = 0
    samples[2, 0] /= 2
    assert alike(question, samples).verdict[1:].tolist() == ["outside", "outside"]


@pytest.mark.parametrize("value", [1e13, -1e13, 1e-13])
def test_a_number_of_a_size_that_a_file_may_not_have_is_outside(value):
    question, row = every_number(str(CASES / "dilemma-40.toml"))
    samples = np.stack([row, row, row * 1.01])
    samples[1, question.paths.index("actors.row.terms.reward.base")] = value
    assert alike(question, samples).verdict[1] == "outside"


def test_discount_factors_just_below_one_are_below_one():
    _, document = read_document(str(CASES / "timing-none.toml"))
    alike(Question(document, ("discount",)), np.array([[0.5], [1 - 1e-12], [1 - 1e-13], [1 - 1e-15], [1.0]]))


def test_a_margin_is_no_more_than_all_of_the_payoffs():
    # The subsidy comes from outside: a thousand times what the firm needs strains nobody who could leave.
    question, row = every_number(str(CASES / "timing-subsidy-alone.toml"))
    signed = Candidate("much", ("steady",), {"subsidy": {"steady": Fraction(1000)}})
    alike(replace(question, search=False, signed=signed), np.stack([row, 1.01 * row]))


def test_one_arrangement_for_a_box_in_which_nobody_minds_later_is_found_without_dividing_by_nothing(tmp_path):
    text = re.sub(r"(?m)^discount.*", "discount = 0", shipped_text("payments-nowcasting"))
    (tmp_path / "now.toml").write_text(text)
    asked = prepared(str(tmp_path / "now.toml"), None, "sobol", 0, 4, None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        whole_box(asked.plan.question, model, asked.likely, [ends(one) for one in asked.design.inputs])


def test_no_samples_have_no_answers():
    asked = prepared("navigation-roads", None, "sobol", 0, 2, None)
    assert len(judge(asked.plan.question, np.zeros((0, len(asked.design.inputs)))).verdict) == 0


def test_what_is_signed_in_no_state_cannot_be_judged():
    done = CliRunner().invoke(main, ["robust", "navigation-roads", "--samples", "2", "--arrangement", "sign nothing"])
    assert done.exit_code == 2 and "there is no arrangement 'sign nothing'" in done.stderr
