"""``accord robust`` and ``accord sweep`` as scripts and people use them (``interfaces.md``)."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from games.files.documents import shipped, shipped_text

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
STUDY = ("robust", "mobility-pandemic", "--samples", "20000", "--seed", "4", "--json")


def answered(*arguments):
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


def accord(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments], cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def kept(folder):
    """Return the bytes of every file of a study but its lock."""
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if path.suffix != ".lock"}


@pytest.fixture(scope="module")
def robust():
    return json.loads(answered("robust", "mobility-pandemic", "--samples", "512", "--json"))


def test_robust_has_the_fields_that_scripts_count_on(robust):
    assert robust["schema"] == 1 and robust["command"] == "robust" and robust["proof"].startswith("none: sampled")
    likelihood = robust["likelihood"]
    assert 0 < likelihood["low"] <= likelihood["estimate"] <= likelihood["high"] < 1
    assert likelihood["samples"] == 512
    for bar in robust["tornado"]:
        assert {"input", "low", "high", "flips_at"} <= set(bar)
    assert any(bar["flips_at"] is not None for bar in robust["tornado"])
    for box in robust["boxes"]:
        assert 0 < box["coverage"] <= 1 and 0 < box["density"] <= 1
    assert {one["input"] for one in robust["value_of_information"]} == {bar["input"] for bar in robust["tornado"]}


def test_where_the_tornado_says_that_the_verdict_flips_evaluate_says_so_too(robust, tmp_path):
    from games.files.documents import read_document
    from games.files.plug import plugged
    from games.files.scenario import build
    from solver.sharing.decision import decide
    from solver.study.question import exactly

    _, document = read_document("mobility-pandemic")
    document = {key: part for key, part in document.items() if key not in ("mechanisms", "correlations")}
    bar = next(bar for bar in robust["tornado"] if bar["flips_at"] is not None)
    at = float(bar["flips_at"])
    verdicts = []
    for value in (at - 1e-6, at + 1e-6):
        decision = decide(build(plugged(document, {bar["input"]: exactly(round(value, 9))}), "tried").partnership)
        verdicts.append([on for on in decision.awake[1:]])
    assert verdicts[0] != verdicts[1]


def test_the_worst_case_and_the_likely_case_are_told_with_what_each_arrangement_loses(robust):
    names = [option["name"] for option in robust["options"]]
    assert names[0] == "sign nothing" and robust["minimax_regret"] in names and robust["maximin"] in names
    for option in robust["options"]:
        assert set(option["values"]) == {"likely", "worst case"}
        assert min(option["regrets"].values()) >= 0
    best = min(robust["options"], key=lambda option: option["largest_regret"])
    assert best["name"] == robust["minimax_regret"]


def test_a_file_without_ranges_is_refused_with_what_a_range_looks_like():
    done = CliRunner().invoke(main, ["robust", str(ROOT / "tests" / "cases" / "dilemma-40.toml")])
    assert done.exit_code == 2 and "low = 1, likely = 2, high = 3" in done.output


def test_a_grid_streams_a_line_a_point_and_is_one_document():
    vary = ("--vary", "actors.operator.discount=0.5:0.9:3", "--vary", "urgency.start=calm,crisis")
    text = answered("sweep", "mobility-pandemic", *vary, "--json")
    document = json.loads(text)
    assert [axis["path"] for axis in document["axes"]] == ["actors.operator.discount", "urgency.start"]
    assert len(document["points"]) == 6
    lines = [line.removesuffix(",") for line in text.splitlines() if '"verdict"' in line]
    assert [json.loads(line) for line in lines] == document["points"]
    assert document["points"][1]["at"] == {"actors.operator.discount": "1/2", "urgency.start": "crisis"}


def test_a_point_of_a_grid_has_the_verdict_of_evaluate():
    text = answered(
        "sweep", "mobility-pandemic", "--vary", "actors.operator.terms.privacy risk.base=0.05,0.35", "--json"
    )
    one = json.loads(answered("evaluate", "mobility-pandemic", "--json"))
    point = json.loads(text)["points"][1]
    assert point["verdict"] == one["verdict"]
    assert point["states"] == [state for state, answer in one["states"].items() if answer["holds"]]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The folder of a study that is finished, and its answer."""
    folder = str(tmp_path_factory.mktemp("finished") / "study")
    return folder, answered("robust", "scanner-data-prices", "--samples", "256", "--study", folder, "--json")


def test_the_study_of_a_finished_run_is_read_again_and_not_computed(finished):
    folder, first = finished
    before = kept(folder)
    assert answered("robust", "scanner-data-prices", "--samples", "256", "--study", folder, "--json") == first
    # The folder does not say where it is: the same study is the same bytes wherever it lies.
    assert kept(folder) == before and json.loads(before["result.json"]) == {**json.loads(first), "study": ""}


def test_another_study_is_not_written_over(finished):
    folder, _ = finished
    before = kept(folder)
    done = CliRunner().invoke(main, ["robust", "scanner-data-prices", "--samples", "128", "--study", folder])
    assert done.exit_code == 2 and "samples is 256 there and 128 here" in done.output
    assert kept(folder) == before


@pytest.mark.slow
def test_one_process_and_all_cores_give_the_same_bytes(tmp_path):
    for name, workers in (("one", "1"), ("all", "2")):
        done = accord(*STUDY, "--study", str(tmp_path / name), "--workers", workers)
        out, error = done.communicate(timeout=120)
        assert done.returncode == 0, error
        assert json.loads(out)["likelihood"]["samples"] == 20000
    assert kept(tmp_path / "one") == kept(tmp_path / "all")


@pytest.mark.slow
def test_a_study_killed_at_random_moments_ends_with_the_bytes_of_one_that_was_not(tmp_path):
    accord(*STUDY, "--study", str(tmp_path / "calm")).communicate(timeout=120)
    chance = random.Random(11)
    folder = tmp_path / "killed"
    for _ in range(20):
        run = accord(*STUDY, "--study", str(folder))
        time.sleep(chance.uniform(0.3, 2.5))
        run.send_signal(signal.SIGKILL)
        run.communicate()
    accord(*STUDY, "--study", str(folder)).communicate(timeout=120)
    calm = kept(tmp_path / "calm")
    assert json.loads(calm["result.json"])["likelihood"]["samples"] == 20000
    assert kept(folder) == calm


@pytest.mark.slow
def test_ctrl_c_says_what_is_kept_and_leaves_a_study_that_goes_on(tmp_path):
    big = ("robust", "mobility-pandemic", "--samples", "400000", "--study", str(tmp_path / "study"))
    run = accord(*big)
    while not list((tmp_path / "study" / "samples").glob("part-*")):
        time.sleep(0.05)
        assert run.poll() is None
    run.send_signal(signal.SIGINT)
    _, error = run.communicate(timeout=60)
    assert run.returncode == 130 and b"blocks are kept; the same command goes on" in error
    assert b"Traceback" not in error


@pytest.mark.slow
def test_samples_in_which_the_sanction_is_no_equilibrium_do_not_hold_and_have_no_worth(tmp_path):
    # Walking away together is left by the row player where its sucker's payoff exceeds 25: in half of the samples.
    text = (ROOT / "tests" / "cases" / "dilemma-40.toml").read_text()
    uncertain = 'base = { distribution = "uniform", low = 20, high = 30 }, when = { row = "cooperate", column = "def'
    text = text.replace('base = 12, when = { row = "cooperate", column = "def', uncertain)
    file = tmp_path / "given.toml"
    file.write_text(text + '\n[agreement.sanction]\nwalk_away = { row = "defect", column = "defect" }\n')
    found = json.loads(answered("robust", str(file), "--samples", "256", "--json"))
    assert found["likelihood"]["estimate"] == found["verdicts"]["holds"] == found["verdicts"]["refused"] == 0.5
    nothing, proposed = found["options"]
    assert nothing["mean"] == pytest.approx(50) and proposed["mean"] == pytest.approx(80)
    assert any("128 samples the sanction is no equilibrium" in note for note in found["notes"])


@pytest.mark.slow
def test_a_harshest_sanction_is_studied_one_sample_at_a_time(tmp_path):
    # With unlimited money the punishment is 25 each, as under grim: it holds from (50 - 40) / (50 - 25) = 2/5 on.
    text = (ROOT / "tests" / "cases" / "dilemma-40.toml").read_text()
    uncertain = 'discount = { distribution = "uniform", low = 0.3, high = 0.6 }'
    text = text.replace("discount = 0.75", uncertain) + '\n[agreement]\nsanction = "harshest"\n'
    file = tmp_path / "harshest.toml"
    file.write_text(text)
    found = json.loads(answered("robust", str(file), "--samples", "16", "--json"))
    assert found["tornado"][0]["flips_at"] == pytest.approx(0.4, abs=1e-9)
    assert found["likelihood"]["low"] <= 2 / 3 <= found["likelihood"]["high"]


LEVERS = [
    (name, lever) for name in shipped() for lever in (None, *tomllib.loads(shipped_text(name)).get("mechanisms", {}))
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "lever"), LEVERS, ids=str)
def test_robust_has_an_answer_for_every_scenario_that_ships_with_each_of_its_levers(name, lever):
    active = [] if lever is None else ["--with", lever]
    document = json.loads(answered("robust", name, *active, "--samples", "8", "--json"))
    assert document["tornado"] and 0 <= document["likelihood"]["estimate"] <= 1
