"""Certificates as their users write and check them: every command, the link to the text, and a Python with nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import main

ROOT = Path(__file__).resolve().parent.parent


def accord(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=typed)


ANSWERS = [
    ("evaluate", "mobility-pandemic"),
    ("evaluate", "mobility-pandemic", "--with", "aggregation"),
    ("evaluate", "smart-meters"),
    ("design", "scanner-data-prices"),
    ("design", "mobility-pandemic", "--aim", "cheapest", "--payer", "office"),
    ("design", "port-green-lane", "--aim", "fairest"),
    ("design", "payments-nowcasting", "--aim", "patience"),
    ("equilibria", "battle-of-the-sexes"),
    ("equilibria", "chicken", "--concept", "correlated", "--objective", "egalitarian"),
    ("equilibria", "mobility-pandemic", "--state", "crisis", "--concept", "dominance"),
    ("payoffs", "two-state-dilemma"),
    ("payoffs", "two-state-dilemma", "--delta", "0.6", "--transfers", "none"),
    ("payoffs", "chicken", "--delta", "1/2", "--transfers", "1/2"),
    ("payoffs", "two-state-dilemma", "--delta", "0.7", "--transfers", "none", "--at", "2.5,2"),
    ("payoffs", "dilemma-9-10", "--delta", "1/4", "--at", "9,9"),
    ("patience", "public-good-10"),
    ("patience", "two-state-dilemma"),
]


@pytest.mark.parametrize("arguments", ANSWERS, ids=" ".join)
def test_the_certificate_of_every_command_proves_its_claim_and_tells_where_its_numbers_are_from(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    proof = str(tmp_path / "proof.json")
    without = accord(*arguments)
    run = accord(*arguments, "--certificate", proof)
    assert run.exit_code == 0, run.output
    assert run.stdout == without.stdout, "asking for the proof changes the answer"
    checked = accord("check", proof, "--json")
    assert checked.exit_code == 0
    told = json.loads(checked.stdout)
    assert told["valid"] is True
    assert told["proof"] == "exact"
    assert told["claim"]
    assert any(f"attached text, called '{arguments[1]}" in reason for reason in told["reasons"])
    assert accord("check", proof).stdout.startswith("PROVEN\n")


def certificate(tmp_path: Path, *arguments: str) -> dict[str, Any]:
    path = tmp_path / "proof.json"
    run = accord(*(arguments or ("evaluate", "mobility-pandemic")), "--certificate", str(path))
    assert run.exit_code == 0, run.output
    return dict(json.loads(path.read_text(encoding="utf-8")))


def refused(tmp_path: Path, document: object) -> str:
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    run = accord("check", str(path), "--json")
    assert run.exit_code == 1
    told = json.loads(run.stdout)
    assert told["valid"] is False
    assert told["claim"] == ""
    (reason,) = told["reasons"]
    assert accord("check", str(path)).stdout.startswith("NOT PROVEN\n")
    return str(reason)


CHANGES: list[Callable[[dict[str, Any]], object]] = [
    lambda d: d["source"].update(text=d["source"]["text"].replace("0.15", "0.16")),
    lambda d: d["source"]["changes"].update({"levels open": True}),
    lambda d: d["source"]["changes"]["discount"].update(operator="9/11"),
    lambda d: d["source"].update({"with": ["aggregation"]}),
    lambda d: d["game"]["gifts"][0]["cap"].__setitem__(0, "2"),
    lambda d: d["game"]["target"]["payoffs"][0].__setitem__(0, "1"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_numbers_must_be_those_of_the_text(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = certificate(tmp_path)
    change(document)
    assert refused(tmp_path, document)


def test_what_is_no_certificate_is_an_input_error_or_refused(tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text("{", encoding="utf-8")
    assert accord("check", str(tmp_path / "no.json")).exit_code == 2
    assert accord("check", str(tmp_path / "none.json")).exit_code == 2
    assert "expected the fields" in refused(tmp_path, {})
    assert refused(tmp_path, [1])
    assert "unknown kind" in refused(tmp_path, certificate(tmp_path) | {"claim": {"kind": "true"}})
    assert "schema" in refused(tmp_path, certificate(tmp_path) | {"schema": 2})


def test_an_answer_without_exact_proof_has_no_certificate_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    for arguments in (
        ("equilibria", "nau-irrational", "--certificate", str(path)),
        ("equilibria", "hawk-dove", "--concept", "ess", "--certificate", str(path)),
        ("evaluate", "mobility-pandemic", "smart-meters", "--certificate", str(path)),
        ("evaluate", "mobility-pandemic", "--certificate", str(tmp_path / "no such folder" / "proof.json")),
    ):
        run = accord(*arguments)
        assert run.exit_code == 2
        assert "--certificate" in run.stderr or "no folder" in run.stderr
        assert run.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_scenario_from_standard_input_has_a_certificate_about_its_numbers(tmp_path: Path) -> None:
    text = (ROOT / "games/scenarios/mobility-pandemic.toml").read_text(encoding="utf-8")
    path = str(tmp_path / "proof.json")
    assert accord("evaluate", "-", "--certificate", path, typed=text).exit_code == 0
    told = json.loads(accord("check", path, "--json").stdout)
    assert any("no scenario or game file is attached" in reason for reason in told["reasons"])


BLOCKED = ("numpy", "scipy", "pulp", "highspy", "flint", "nashpy", "pydantic", "click", "rich", "matplotlib")


def test_the_checker_runs_where_nothing_is_installed(tmp_path: Path) -> None:
    """Not even numpy, pulp and scipy: they cannot be imported here. CI does the same in an environment without them."""
    certificate(tmp_path)
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({BLOCKED!r})); "
        "import solver.proof.checker as c; sys.exit(c.main(sys.argv[1]))"
    )
    document = json.loads((tmp_path / "proof.json").read_text(encoding="utf-8"))
    for awake, status, told in ((["raised", "crisis"], 0, "PROVEN: "), (["raised"], 1, "NOT PROVEN")):
        document["claim"]["awake"] = awake
        (tmp_path / "other.json").write_text(json.dumps(document), encoding="utf-8")
        command = [sys.executable, "-S", "-c", code, str(tmp_path / "other.json")]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (run.returncode, run.stdout[: len(told)]) == (status, told), run.stderr


def test_the_checker_loads_none_of_the_solver() -> None:
    loaded = "[m for m in sys.modules if m.startswith('solver.') and 'proof' not in m]"
    code = f"import sys, solver.proof.checker; print({loaded})"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
