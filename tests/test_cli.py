"""What scripts and people can rely on at the command line: the contract of ``interfaces.md``."""

from __future__ import annotations

import json
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from cli import CONCEPTS, main
from games.errors import ScenarioError
from games.files.documents import shipped
from games.files.game_file import INSTRUMENTS

ROOT = Path(__file__).resolve().parent.parent
CASES = sorted((ROOT / "tests" / "cases").glob("*.toml"))
HOLDS, FAILS, ARRANGED = (
    str(ROOT / "tests" / "cases" / f"{name}.toml") for name in ("boom-pricing", "timing-none", "timing-on-delivery")
)
VERDICTS = ("holds", "holds_with_sharing", "holds_in_some_states", "fails")
AIMS = ("cheapest", "fairest", "robust", "nash", "proportional", "kalai-smorodinsky", "patience")
LEAVES: dict[str, click.Command] = {
    f"{name} {below}" if isinstance(command, click.Group) else name: leaf
    for name, command in main.commands.items()
    for below, leaf in (command.commands.items() if isinstance(command, click.Group) else [(name, command)])
}
COMMANDS = sorted({*main.commands, *LEAVES})
ALL = {**main.commands, **LEAVES}
ANSI = re.compile(r"\x1b\[")
HEAVY = ("numpy", "scipy", "pulp", "highspy", "nashpy", "matplotlib", "pydantic", "rich", "flint")


def accord(*arguments: str, typed: str | bytes | None = None) -> Result:
    """Run a command inside this process."""
    return CliRunner().invoke(main, list(arguments), input=typed, prog_name="accord")


def environment(**changes: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "PYTHONHASHSEED")}
    return {**kept, "PYTHONPATH": str(ROOT), **changes}


def started(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start a command as a process of its own."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment(), **options}
    if sys.platform != "win32":
        # Whoever runs the tests in the background has Ctrl-C ignored, and children inherit that.
        options["preexec_fn"] = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen([sys.executable, str(ROOT / "cli.py"), *arguments], **options)


def document(*arguments: str) -> dict[str, Any]:
    run = accord(*arguments, "--json")
    assert run.exit_code == 0, run.stderr
    return json.loads(run.stdout)


# -- help


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command, flag):
    run = accord(*command.split(), flag)
    assert run.exit_code == 0
    assert run.stderr == ""
    assert f"accord {command}" in run.stdout.split("Options:")[-1], "no example"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_in_the_help_of_a_command_runs(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(Path(HOLDS).read_text(encoding="utf-8"), encoding="utf-8")
    accord("evaluate", "mine.toml", "--certificate", "proof.json")
    example = re.fullmatch(r"Example: accord (.+?)(?: \(.*\))?", ALL[command].epilog or "")
    assert example is not None
    run = accord(*shlex.split(example[1]), typed="\n" * 100)
    assert run.exit_code == 0, run.output


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_is_one_sentence(command):
    told = (ALL[command].help or "").strip()
    assert told.endswith(".")
    assert not re.search(r"[.!?]\s", told), "more than one sentence"


def test_every_option_has_help_in_a_sentence():
    for command in ALL.values():
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{command.name} {option.name}"
                assert option.help.endswith("."), f"{command.name} {option.name}"


def test_the_command_calls_itself_accord():
    with started("evaluate", "--help") as process:
        assert process.stdout is not None
        assert process.stdout.read().startswith(b"Usage: accord ")


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nimport cli\n"
        "try:\n    cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"sys.stderr.write(' '.join(m for m in {HEAVY!r} if m in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert "Usage" in run.stdout
    assert run.stderr == ""


# -- JSON


def is_number(value: object) -> bool:
    """Exact numbers are strings that Fraction reads, approximate ones finite JSON numbers."""
    if isinstance(value, str):
        Fraction(value)
        return True
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def check_header(found: dict[str, Any], command: str) -> None:
    assert list(found)[:2] == ["schema", "command"]
    assert found["schema"] == 1
    assert found["command"] == command
    assert re.fullmatch(r"exact|within 1e-9|none: .+", found["proof"])


def check_evaluation(found: dict[str, Any]) -> None:
    assert found["verdict"] in VERDICTS
    actors = set(found["values"])
    for state in found["states"].values():
        check_state(state, actors)
    assert set(found["critical_discount"]) == {*actors, "common"}
    assert all(v is None or is_number(v) for v in found["critical_discount"].values())
    common = found["critical_discount"]["common"]
    assert common is None or 0 <= float(Fraction(common)) < 1
    for table in (found["arrangement"], found["values"]):
        for row in table.values():
            assert set(row) <= set(found["states"])
            assert all(is_number(v) for v in row.values())
    assert isinstance(found["shadow_prices"], list)
    for fix in found["fixes"]:
        assert isinstance(fix["kind"], str)
        assert isinstance(fix["text"], str)
        assert fix["cost"] is None or is_number(fix["cost"])


def check_state(state: dict[str, Any], actors: set[str]) -> None:
    assert isinstance(state["holds"], bool)
    assert set(state["profile"]) == actors
    assert is_number(state["slack"])
    binding = state["binding"]
    if binding is not None:
        assert binding["actor"] in actors
        assert isinstance(binding["deviation"], str)
        assert is_number(binding["gain_now"])
        assert is_number(binding["loss_later"])


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_evaluate_answers_with_the_fields_of_the_contract(case):
    found = document("evaluate", str(case))
    check_header(found, "evaluate")
    check_evaluation(found)
    holds = [s["holds"] for s in found["states"].values()]
    assert all(holds) == found["verdict"].startswith("holds") or found["verdict"] == "holds_in_some_states"
    assert any(holds) == (found["verdict"] != "fails")


def test_where_the_proof_is_exact_every_slack_and_value_is_exact():
    found = document("evaluate", ARRANGED)
    assert found["proof"] == "exact"
    assert all(isinstance(s["slack"], str) for s in found["states"].values())
    assert all(isinstance(v, str) for row in found["values"].values() for v in row.values())
    assert Fraction(found["states"]["steady"]["slack"]) >= 0


def test_exact_answers_are_those_of_the_literature():
    assert document("evaluate", HOLDS)["critical_discount"]["common"] == "8/13"
    assert document("evaluate", FAILS)["critical_discount"]["common"] == "5/6"


@pytest.mark.parametrize("aim", AIMS)
def test_design_answers_with_the_fields_of_the_contract(aim):
    found = document("design", ARRANGED, "--aim", aim)
    check_header(found, "design")
    check_evaluation(found)
    assert found["verdict"] in ("holds", "holds_with_sharing")


def test_compare_answers_with_the_fields_of_the_contract():
    found = document("compare", HOLDS, FAILS, ARRANGED)
    check_header(found, "compare")
    assert len(found["scenarios"]) == 3
    for scenario in found["scenarios"]:
        check_evaluation(scenario)
    assert len(found["differences"]) == 2
    change = found["differences"][0]["changes"][0]
    assert {"path", "before", "after", "verdict", "flips"} <= set(change)


def test_simulate_answers_with_its_seed_and_no_claim_of_proof():
    found = document("simulate", HOLDS, "--runs", "50", "--periods", "7", "--paths", "2", "--seed", "3")
    check_header(found, "simulate")
    assert found["proof"].startswith("none: ")
    assert (found["seed"], found["runs"], found["periods"]) == (3, 50, 7)
    assert [len(path) for path in found["paths"]] == [7, 7]
    assert is_number(found["mean_length"])
    assert is_number(found["mean_length_error"])


def test_scenarios_lists_all_that_ship_with_a_question():
    found = document("scenarios")
    check_header(found, "scenarios")
    assert [s["name"] for s in found["scenarios"]] == sorted(shipped())
    assert all(s["title"] and s["question"] for s in found["scenarios"])


def test_schema_is_a_json_schema():
    found = json.loads(accord("schema").stdout)
    assert "$schema" in found
    assert "actors" in found["properties"]


# -- files in and out


def test_several_files_are_answered_in_the_order_asked_for():
    found = document("evaluate", FAILS, HOLDS)
    check_header(found, "evaluate")
    assert [e["verdict"] for e in found["evaluations"]] == ["fails", "holds"]
    for one in found["evaluations"]:
        check_evaluation(one)
    told = accord("evaluate", FAILS, HOLDS).stdout
    assert told.index("FAILS") < told.index("HOLDS")


def test_standard_input_is_a_file():
    text = Path(HOLDS).read_bytes()
    run = accord("evaluate", "-", "--json", typed=text)
    assert run.exit_code == 0, run.stderr
    assert json.loads(run.stdout) == document("evaluate", HOLDS)


def test_a_shipped_scenario_is_read_by_name():
    name = sorted(shipped())[0]
    assert document("evaluate", name)["verdict"] in VERDICTS


def test_an_answer_goes_into_a_file_and_not_to_the_screen(tmp_path):
    target = tmp_path / "answer.json"
    run = accord("evaluate", HOLDS, "--json", "-o", str(target))
    assert (run.exit_code, run.stdout, run.stderr) == (0, "", "")
    assert json.loads(target.read_text(encoding="utf-8")) == document("evaluate", HOLDS)
    assert os.listdir(tmp_path) == ["answer.json"]


def test_a_file_is_replaced_through_a_link_and_the_link_stays(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    assert accord("evaluate", HOLDS, "-o", str(tmp_path / "link")).exit_code == 0
    assert (tmp_path / "link").is_symlink()
    assert "HOLDS" in (tmp_path / "real").read_text(encoding="utf-8")


def test_a_file_that_only_its_owner_reads_stays_so(tmp_path):
    target = tmp_path / "private"
    target.write_text("old")
    target.chmod(0o600)
    assert accord("evaluate", HOLDS, "-o", str(target)).exit_code == 0
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_pipe_or_device_is_written_to_and_not_replaced(tmp_path):
    """``-o /dev/null`` as root once replaced the machine's /dev/null by a file: here a named pipe stands for it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        accord("scenarios", "-o", str(pipe))
        assert pipe.is_fifo()
        assert b"what it asks" in os.read(reader, 65536)
    finally:
        os.close(reader)


# -- exit statuses and errors


@pytest.mark.parametrize(("file", "status"), [(HOLDS, 0), (ARRANGED, 0), (FAILS, 1)])
def test_no_is_an_answer_unless_the_exit_code_is_asked_for(file, status):
    assert accord("evaluate", file).exit_code == 0
    assert accord("evaluate", file, "--exit-code").exit_code == status


def test_several_files_say_no_if_one_of_them_does():
    assert accord("evaluate", HOLDS, FAILS, "--exit-code").exit_code == 1


def test_design_says_no_where_nothing_holds():
    assert accord("design", FAILS, "--exit-code").exit_code == 1
    assert accord("design", ARRANGED, "--exit-code").exit_code == 0


INPUT_ERRORS = {
    "no file": (["evaluate"], "FILE"),
    "no such command": (["evaluat", HOLDS], "Did you mean 'evaluate'?"),
    "missing file": (["evaluate", "no-such-thing.toml"], "no-such-thing.toml: no such file"),
    "misspelt scenario": (["evaluate", "mobilty-pandemic"], "did you mean 'mobility-pandemic'?"),
    "misspelt second file": (["evaluate", HOLDS, "mobilty-pandemic"], "did you mean 'mobility-pandemic'?"),
    "folder as file": (["evaluate", str(ROOT)], "is a directory"),
    "unknown lever": (["evaluate", ARRANGED, "--with", "magic"], "magic"),
    "unknown lever among known": (["evaluate", "mobility-pandemic", "--with", "agregation"], "'aggregation'"),
    "unknown payer": (["design", ARRANGED, "--payer", "nobody"], "nobody"),
    "unknown aim": (["design", ARRANGED, "--aim", "fairer"], "'fairest'"),
    "compare one": (["compare", HOLDS], "at least two"),
    "compare with a missing one": (["compare", HOLDS, "gone.toml"], "gone.toml: no such file"),
    "unknown option": (["simulate", HOLDS, "--sed", "1"], "--seed"),
    "negative seed": (["simulate", HOLDS, "--seed", "-1"], "--seed"),
    "no runs": (["simulate", HOLDS, "--runs", "0"], "--runs"),
    "no periods": (["simulate", HOLDS, "--periods", "0"], "--periods"),
    "seed is not a number": (["simulate", HOLDS, "--seed", "x"], "--seed"),
    "missing folder": (["evaluate", HOLDS, "-o", "/no-such-folder/answer"], "/no-such-folder"),
    "folder as output": (["evaluate", HOLDS, "-o", tempfile.gettempdir()], "irectory"),
    "empty output": (["evaluate", HOLDS, "-o", ""], ""),
}


@pytest.mark.parametrize("name", INPUT_ERRORS)
def test_an_input_error_exits_with_two_and_one_message(name):
    arguments, words = INPUT_ERRORS[name]
    run = accord(*arguments)
    assert run.exit_code == 2
    assert run.stdout == ""
    assert words in run.stderr
    assert "Traceback" not in run.stderr
    assert "fault of accord" not in run.stderr


@pytest.mark.parametrize("name", ["missing folder", "folder as output", "empty output"])
def test_a_refused_output_is_named_as_the_user_wrote_it(name):
    arguments, _ = INPUT_ERRORS[name]
    told = accord(*arguments).stderr
    assert ".draft" not in told, "names a hidden file that the user never wrote"


@pytest.mark.parametrize(
    "name", ["missing file", "misspelt scenario", "unknown lever", "unknown payer", "folder as file"]
)
def test_an_error_says_where_what_and_how_to_repair_it(name):
    arguments, _ = INPUT_ERRORS[name]
    first, hint = accord(*arguments).stderr.splitlines()[:2]
    assert re.match(r"\S.*?: \S", first), "where: what"
    assert hint.startswith("  hint: ")


BROKEN = {
    "empty": (b"", "empty"),
    "not text": (b"\xff\xfe\x00", "UTF-8"),
    "not TOML": (b"title = ", "line 1"),
    "a raw game": (b'kind = "game"\n', "game"),
    "one actor": (b'title = "x"\n[actors.a]\ndiscount = 0.5\n', "actors"),
    "patience of one": (b'title = "x"\n[actors.a]\ndiscount = 1\n[actors.b]\ndiscount = 0.5\n', "actors.a.discount"),
    "misspelt key": (b'titel = "x"\n[actors.a]\ndiscount = 0.5\n[actors.b]\ndiscount = 0.5\n', "'title'"),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("command", ["evaluate", "design", "simulate"])
def test_a_broken_file_is_refused_by_every_command(tmp_path, command, name):
    content, words = BROKEN[name]
    file = tmp_path / "broken.toml"
    file.write_bytes(content)
    run = accord(command, str(file), "--json", "-o", str(tmp_path / "answer"))
    assert run.exit_code == 2
    assert run.stdout == ""
    assert words in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "answer").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="folders have other permissions there")
def test_a_read_only_folder_is_an_input_error():
    folder, person = Path(tempfile.mkdtemp()), os.geteuid()
    scenario = Path(HOLDS).read_text(encoding="utf-8")
    accord("evaluate", HOLDS)  # loads all modules while they can be read
    folder.chmod(0o555)
    try:
        if person == 0:  # root may write everywhere, so it steps down to nobody
            os.seteuid(65534)
        run = accord("evaluate", "-", "-o", str(folder / "answer"), typed=scenario)
    finally:
        os.seteuid(person)
    assert os.listdir(folder) == []
    folder.rmdir()
    assert (run.exit_code, run.stdout) == (2, "")
    assert "Permission denied" in run.stderr
    assert ".draft" not in run.stderr, "names a hidden file that the user never wrote"


def test_debug_shows_where_it_happened():
    with started("evaluate", "no-such-thing", "--debug") as process:
        out, told = process.communicate()
    assert out == b""
    assert b"Traceback" in told
    assert b"ScenarioError" in told
    assert process.returncode == 2, "--debug changes what is shown, not the exit status"


def test_an_error_of_ours_exits_with_three_and_asks_for_debug(monkeypatch):
    import solver.sharing.evaluate

    def broken(scenario: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(solver.sharing.evaluate, "evaluate", broken)
    run = accord("evaluate", HOLDS)
    assert (run.exit_code, run.stdout) == (3, "")
    assert "planted" in run.stderr
    assert "--debug" in run.stderr
    assert "Traceback" not in run.stderr


# -- the screen


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_text_is_plain_when_piped_and_80_columns_wide(case):
    told = accord("evaluate", str(case)).stdout
    assert not ANSI.search(told)
    assert max(map(len, told.splitlines())) <= 80


@pytest.mark.parametrize(
    "arguments",
    [
        ["scenarios"],
        ["compare", HOLDS, FAILS],
        ["compare", HOLDS, FAILS, ARRANGED, HOLDS],
        ["simulate", HOLDS, "--runs", "20"],
        ["simulate", FAILS, "--runs", "20", "--paths", "0"],
        ["design", ARRANGED, "--aim", "fairest"],
        ["design", FAILS, "--aim", "patience"],
        ["evaluate", "mobility-pandemic"],
        ["compare", "mobility-pandemic", "insurer-climate"],
    ],
    ids=" ".join,
)
def test_other_answers_are_plain_and_80_columns_wide_too(arguments):
    told = accord(*arguments)
    assert told.exit_code == 0, told.stderr
    assert not ANSI.search(told.stdout)
    assert max(map(len, told.stdout.splitlines())) <= 80


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of our own")
@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({"TERM": "xterm-256color"}, True), ({"TERM": "xterm-256color", "NO_COLOR": "1"}, False)],
)
def test_colour_is_for_terminals_without_no_color(variables, coloured):
    import pty

    ours, theirs = pty.openpty()
    with started("scenarios", stdout=theirs, env=environment(**variables)) as process:
        os.close(theirs)
        shown = b""
        while chunk := _chunk(ours):
            shown += chunk
    os.close(ours)
    assert process.returncode == 0
    assert b"what it asks" in shown
    assert bool(ANSI.search(shown.decode())) == coloured


def _chunk(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux says so when the other side has hung up
        return b""


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_screen_that_lacks_our_signs_still_gets_the_answer(encoding):
    """A pipe on Windows is cp1252, which has no line-drawing signs."""
    with started("evaluate", FAILS, env=environment(PYTHONIOENCODING=encoding)) as process:
        out, told = process.communicate()
    assert (process.returncode, told) == (0, b"")
    assert b"FAILS" in out
    assert b"Actor by actor" in out


@pytest.mark.parametrize("name", ["[red]", "[/b]", "[link=x]y"])
@pytest.mark.parametrize("command", ["evaluate", "simulate", "compare"])
def test_square_brackets_in_names_are_shown_as_they_are(tmp_path, command, name):
    text = Path(HOLDS).read_text(encoding="utf-8").replace("[actors.one]", f'[actors."{name}"]')
    text = text.replace("one =", f'"{name}" =').replace("Price wars", f"Price {name} wars")
    file = tmp_path / "brackets.toml"
    file.write_text(text, encoding="utf-8")
    run = accord(command, str(file), *([HOLDS] if command == "compare" else []))
    assert run.exit_code == 0, run.stderr
    rows = [line for line in run.stdout.splitlines() if "Price" not in line]
    assert any(name in row for row in rows) or command == "compare"


# -- the same again, interrupted, killed


def test_the_same_input_gives_the_same_bytes():
    code = (
        "import cli\n"
        "for words in (['evaluate', 'mobility-pandemic'], ['design', 'mobility-pandemic', '--aim', 'fairest'],\n"
        f"              ['compare', {ARRANGED!r}, {FAILS!r}], ['simulate', 'mobility-pandemic', '--runs', '99']):\n"
        "    try:\n        cli.main([*words, '--json'])\n    except SystemExit:\n        pass\n"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment(PYTHONHASHSEED=seed))
        for seed in ("1", "2")
    ]
    one, other = (run.communicate()[0] for run in runs)
    assert one.count(b'"schema": 1') == 4
    assert one == other


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT there")
def test_an_interruption_exits_with_130():
    with started("evaluate", "-", stdin=subprocess.PIPE) as process:
        time.sleep(2)  # it waits for the scenario that never comes
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        assert process.stderr is not None
        told = process.stderr.read()
    assert process.returncode == 130
    assert b"interrupted" in told
    assert b"Traceback" not in told


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT there")
def test_an_interruption_in_the_middle_of_work_exits_with_130(tmp_path):
    target = tmp_path / "answer"
    with started("simulate", HOLDS, "--runs", "1000000", "--periods", "300", "-o", str(target)) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        assert process.stderr is not None
        told = process.stderr.read()
    assert process.returncode == 130
    assert b"Traceback" not in told
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_whoever_is_killed_leaves_the_old_file_or_the_new_one(tmp_path):
    target, old = tmp_path / "answer.json", "the old answer\n"
    target.write_text(old)
    new = accord("evaluate", HOLDS, "--json").stdout
    dice = random.Random(7)
    for _ in range(15):
        with started("evaluate", HOLDS, "--json", "-o", str(target)) as process:
            time.sleep(dice.uniform(0.05, 1.1))
            process.kill()
        assert target.read_text(encoding="utf-8") in (old, new)
    visible = [name for name in os.listdir(tmp_path) if not name.startswith(".")]
    assert visible == ["answer.json"]


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_a_write_that_breaks_off_leaves_the_old_file_alone(tmp_path, monkeypatch, step):
    from report.files import write_whole

    target = tmp_path / "answer"
    target.write_text("old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(os, step, full)
    with pytest.raises(ScenarioError, match="No space left"):
        write_whole(str(target), "new")
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["answer"]


@pytest.mark.parametrize("arguments", [["scenarios"], ["schema"], ["--help"]], ids=" ".join)
def test_a_reader_that_leaves_early_is_no_fault(arguments):
    process = started(*arguments)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=20) == 0
    assert told == b""


# -- what a copy, a payer and a proof need


def test_a_shipped_scenario_is_copied_as_a_start(tmp_path):
    file = tmp_path / "mine.toml"
    assert accord("init", str(file), "--from", "mobility-pandemic").exit_code == 0
    assert not file.read_text().startswith("#:schema")
    mine, theirs = (json.loads(accord("evaluate", one, "--json").stdout) for one in (str(file), "mobility-pandemic"))
    assert mine == theirs


def test_a_copy_of_what_does_not_ship_is_refused(tmp_path):
    done = accord("init", str(tmp_path / "mine.toml"), "--from", "mobility-pandemi")
    assert done.exit_code == 2
    assert "mobility-pandemic" in done.stderr
    assert not os.listdir(tmp_path)


def test_a_payer_is_for_the_cheapest_only():
    done = accord("design", "mobility-pandemic", "--aim", "fairest", "--payer", "office")
    assert done.exit_code == 2
    assert "--aim cheapest" in done.stderr


def test_an_answer_without_proof_exits_with_three(monkeypatch):
    import solver.sharing.decision as decision

    monkeypatch.setattr(decision, "_joined", lambda *_: "none: a limit was hit")
    done = accord("evaluate", FAILS)
    assert done.exit_code == 3
    assert "none: a limit was hit" in done.stdout


def test_the_aims_offered_are_the_aims_there_are():
    """The command line may not import the solver to ask (a wall), so it has a list of its own."""
    import cli
    from solver.sharing import aims

    assert cli.AIMS == aims.AIMS


# -- games


@pytest.mark.parametrize(
    "arguments",
    [
        *(["equilibria", ARRANGED, "--concept", concept] for concept in CONCEPTS[:6]),
        *(["payoffs", ARRANGED, "--delta", "0.6", "--transfers", money] for money in ("free", "none", "1", "smallest")),
        ["patience", ARRANGED],
        ["patience", "mobility-pandemic"],
    ],
    ids=lambda arguments: " ".join(arguments).replace(f"{ROOT}/", ""),
)
def test_that_a_partnership_s_instruments_are_left_out_is_said_in_words_and_in_json(arguments):
    assert INSTRUMENTS in " ".join(accord(*arguments).stdout.split())
    assert INSTRUMENTS in document(*arguments)["notes"]


def test_a_payoff_to_reach_is_refused_where_no_play_is_shown():
    run = accord("payoffs", "timing-dilemma", "--delta", "3/5", "--transfers", "smallest", "--at", "4,3")
    assert run.exit_code == 2
    assert run.stdout == ""
    assert run.stderr.splitlines() == [
        "--at: 'smallest' asks how much money is enough, and shows no play",
        "  hint: leave it out",
    ]


@pytest.mark.parametrize("name", ["chicken", "volunteers-dilemma-3"])
def test_one_equilibrium_is_the_first_of_all_and_is_not_called_all(name):
    one, every = document("equilibria", name, "--one"), document("equilibria", name)
    assert len(one["equilibria"]) == 1 < len(every["equilibria"])
    assert one["equilibria"][0] in every["equilibria"]
    assert one["complete"] is False
    assert "1 equilibrium found; there may be more." in accord("equilibria", name, "--one").stdout


def test_one_equilibrium_is_for_nash_only():
    run = accord("equilibria", "chicken", "--concept", "pure", "--one")
    assert run.exit_code == 2
    assert run.stderr.startswith("--one: ")
