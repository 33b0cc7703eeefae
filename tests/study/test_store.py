"""A study folder outlives what can happen to it, and says what it cannot mend."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pretend_study
import pytest
from pretend_study import children, gone, manifest, tree, work
from pyarrow import dataset, parquet

from games.errors import ScenarioError
from solver.study.folder import read_study
from solver.study.memory import MemoryStudy
from solver.study.store import open_study

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tests" / "pretend_study.py"
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}


def carried_on(folder, about):
    """Compute what is missing and return the blocks that were."""
    with open_study(str(folder), about) as study:
        missing = study.missing()
        for block in missing:
            study.write(block, work(about.plan, block))
        study.finish('{"answer": 42}\n')
    return missing


@pytest.fixture(params=["parquet", "csv"])
def about(request):
    return manifest(blocks=4, form=request.param)


@pytest.fixture
def undisturbed(tmp_path, about):
    carried_on(tmp_path / "undisturbed", about)
    return tree(tmp_path / "undisturbed")


@pytest.fixture
def half(tmp_path, about):
    """A study of which the blocks 0 and 1 were computed."""
    with open_study(str(tmp_path / "study"), about) as study:
        for block in (0, 1):
            study.write(block, work(about.plan, block))
    return tmp_path / "study"


def part(folder, block):
    (path,) = (folder / "samples").glob(f"part-{block:05d}-*")
    return path


# -- what is in it


def test_what_was_written_is_what_is_read(half, about):
    stored = read_study(str(half))
    assert (stored.manifest, stored.missing(), stored.remarks) == (about, [2, 3], ())
    read = dict(stored.blocks())
    assert list(read) == [0, 1]
    for block, columns in read.items():
        for name, values in work(about.plan, block).items():
            assert columns[name].dtype == values.dtype
            assert columns[name].tolist() == values.tolist()


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_numbers_that_are_none_or_beyond_all_bounds_come_back(tmp_path, form):
    odd = [np.nan, np.inf, -np.inf, -0.0, 0.1 + 0.2, 5e-324]
    about = manifest(1, form=form)
    block = {
        "block": np.array([2**63 - 1, -(2**63), 0, 1, 2, 3]),
        "sample": np.array(odd),
        "holds": np.array([True, False] * 3),
        "leaves": np.array(["", "nan", "NULL", "a,b", 'c"d', "e\nf"], dtype=object),
    }
    with open_study(str(tmp_path / "study"), about) as study:
        study.write(0, block)
        ((_, read),) = study.blocks()
    assert read["sample"].tobytes() == block["sample"].tobytes()
    assert {name: values.tolist() for name, values in read.items() if name != "sample"} == {
        name: values.tolist() for name, values in block.items() if name != "sample"
    }


def test_a_part_is_named_by_its_block_and_the_digest_of_its_bytes(half, about):
    path = part(half, 1)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert path.name == f"part-00001-{digest[:12]}.{about.form}"


def test_any_data_frame_library_reads_the_samples(tmp_path):
    carried_on(tmp_path / "study", manifest(3))
    table = dataset.dataset(tmp_path / "study" / "samples").to_table()
    assert table.column("block").to_pylist() == [block for block in range(3) for _ in range(pretend_study.ROWS)]
    carried_on(tmp_path / "other", manifest(3, form="csv"))
    with part(tmp_path / "other", 2).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    expected = work(manifest().plan, 2)
    assert [float(row["sample"]) for row in rows] == expected["sample"].tolist()
    assert [row["leaves"] for row in rows] == expected["leaves"].tolist()


def test_a_part_alone_says_what_its_columns_mean_and_what_it_was_computed_from(tmp_path):
    about = manifest(1)
    carried_on(tmp_path / "study", about)
    schema = parquet.read_schema(part(tmp_path / "study", 0))
    assert schema.field("sample").metadata[b"meaning"] == about.columns[1].meaning.encode()
    assert schema.metadata[b"accord.version"] == about.version.encode()
    canonical = json.dumps(json.loads(about.plan), separators=(",", ":")).encode()
    assert schema.metadata[b"accord.plan_sha256"].decode() == hashlib.sha256(canonical).hexdigest()


def test_the_folder_says_what_the_study_is(half, about):
    said = json.loads((half / "study.json").read_text(encoding="utf-8"))
    assert (said["schema"], said["command"], said["seed"], said["blocks"]) == (1, "robust", 0, 4)
    assert said["plan"] == {"seed": 0, "seconds": 0.0}
    assert (half / "scenario.toml").read_text(encoding="utf-8") == about.scenario


def test_memory_keeps_a_study_as_a_folder_does(about):
    with MemoryStudy(3) as study:
        study.write(2, work(about.plan, 2))
        study.write(0, work(about.plan, 0))
        assert study.missing() == [1]
        assert [block for block, _ in study.blocks()] == [0, 2]


@pytest.mark.parametrize("change", [{"sample": None}, {"leaves": np.array([None] * 50, dtype=object)}], ids=str)
def test_a_block_that_lacks_values_is_not_written(tmp_path, change):
    about = manifest(1)
    block = {name: values for name, values in {**work(about.plan, 0), **change}.items() if values is not None}
    with open_study(str(tmp_path / "study"), about) as study:
        with pytest.raises(ValueError, match="block 0"):
            study.write(0, block)
        assert study.missing() == [0]


# -- going on


def test_a_study_goes_on_where_it_stopped_and_has_the_same_bytes(half, about, undisturbed):
    assert carried_on(half, about) == [2, 3]
    assert tree(half) == undisturbed
    assert carried_on(half, about) == []
    assert tree(half) == undisturbed


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def emptied(path):
    path.write_bytes(b"")


def altered(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("harm", [cut, emptied, altered])
def test_a_part_that_was_cut_or_altered_is_computed_again(half, about, undisturbed, harm):
    path = part(half, 1)
    harm(path)
    with open_study(str(half), about) as study:
        assert study.missing() == [1, 2, 3]
        (remark,) = study.remarks
        assert remark.startswith(f"{path}: was cut short or altered")
    assert (half / "damaged" / path.name).exists()
    carried_on(half, about)
    shutil.rmtree(half / "damaged")
    assert tree(half) == undisturbed


def test_a_part_altered_while_it_is_read_is_not_believed(half, about):
    with open_study(str(half), about) as study:
        altered(part(half, 1))
        with pytest.raises(ScenarioError, match=r"part-00001-.*: was cut short or altered"):
            list(study.blocks())


def test_a_part_of_another_study_does_not_count(tmp_path):
    carried_on(tmp_path / "other", manifest(1, seed=7))
    with open_study(str(tmp_path / "study"), manifest(1)) as study:
        study.write(0, work(manifest().plan, 0))
    shutil.copy(part(tmp_path / "other", 0), tmp_path / "study" / "samples")
    part_of_ours = {path.name for path in (tmp_path / "study" / "samples").iterdir()} - {
        part(tmp_path / "other", 0).name
    }
    carried_on(tmp_path / "study", manifest(1))
    assert {path.name for path in (tmp_path / "study" / "samples").iterdir()} == part_of_ours


def test_what_a_killed_writer_left_is_swept_up(half, about, undisturbed):
    for place in (half, half / "samples"):
        (place / ".part-00002.abc.draft").write_bytes(b"half of a")
    carried_on(half, about)
    assert tree(half) == undisturbed


def test_a_folder_whose_run_was_killed_before_it_said_anything_is_begun(tmp_path, about, undisturbed):
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / ".lock").write_text("1\n")
    (folder / ".study.json.abc.draft").write_text('{"what": "acc')
    assert carried_on(folder, about) == [0, 1, 2, 3]
    assert tree(folder) == undisturbed


def test_a_strangers_file_among_the_samples_is_left_and_told(half, about):
    note = half / "samples" / "notes.txt"
    note.write_text("mine")
    with open_study(str(half), about) as study:
        assert study.remarks == [f"{note}: is no part of the study; left as it is"]
    assert note.read_text() == "mine"


def test_a_scenario_altered_in_the_folder_is_set_aside_and_told(half, about):
    (half / "scenario.toml").write_text("title = 'other'\n")
    with open_study(str(half), about) as study:
        assert "was altered" in study.remarks[0]
    assert (half / "scenario.toml").read_text() == about.scenario
    assert (half / "damaged" / "scenario.toml").read_text() == "title = 'other'\n"


# -- what is refused


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seed": 1}, r"plan.seed is 0 there and 1 here|seed is 0 there and 1 here"),
        ({"blocks": 5}, "blocks is 4 there and 5 here"),
        ({"seconds": 0.5}, r"plan.seconds is 0.0 there and 0.5 here"),
        ({"aim": "fairest"}, 'plan.aim is nothing there and "fairest" here'),
    ],
    ids=str,
)
def test_a_folder_of_another_study_is_refused_with_what_differs(half, about, change, told):
    before = tree(half)
    with pytest.raises(ScenarioError, match=told):
        open_study(str(half), manifest(**{"blocks": 4, "form": about.form, **change}))
    assert tree(half) == before


def test_of_two_long_texts_the_line_that_differs_is_told(tmp_path):
    carried_on(tmp_path / "study", manifest(1, scenario="a = 1\nb = 2\nc = 3"))
    with pytest.raises(ScenarioError, match=r'plan.scenario is "b = 2" there and "b = 4" here'):
        open_study(str(tmp_path / "study"), manifest(1, scenario="a = 1\nb = 4\nc = 3"))


def said(folder, **changes):
    document = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    (folder / "study.json").write_text(json.dumps(document | changes), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"schema": 2}, "is of format 2; this accord knows format 1"),
        ({"accord": "9.9"}, r'accord is "9.9" there and "0.1.0" here\n  hint: finish it with accord 9.9'),
        ({"plan": {"seed": 3}}, "was altered"),
        ({"columns": [{"title": "x"}]}, "was altered"),
        ({"what": "a diary"}, "is not the file of a study"),
    ],
    ids=str,
)
def test_a_study_of_another_version_or_altered_is_refused(half, about, changes, told):
    said(half, **changes)
    with pytest.raises(ScenarioError, match=told):
        open_study(str(half), about)


@pytest.mark.parametrize("left", [0, 1, 100])
def test_half_a_study_json_is_refused_and_the_samples_are_left(half, about, left):
    text = (half / "study.json").read_bytes()
    (half / "study.json").write_bytes(text[:left])
    before = tree(half)
    with pytest.raises(ScenarioError, match=r"study.json: cannot be read"):
        open_study(str(half), about)
    with pytest.raises(ScenarioError, match=r"study.json: cannot be read"):
        read_study(str(half))
    assert tree(half) == before


def test_a_folder_with_other_files_is_refused_untouched(tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(ScenarioError, match="holds other files and no study"):
        open_study(str(tmp_path), manifest())
    assert os.listdir(tmp_path) == ["thesis.tex"]


def test_a_file_and_a_folder_nowhere_are_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ScenarioError, match="is a file, and a study is a folder"):
        open_study(str(tmp_path / "file"), manifest())
    with pytest.raises(ScenarioError, match="there is no folder"):
        open_study(str(tmp_path / "none" / "study"), manifest())
    with pytest.raises(ScenarioError, match="is no study"):
        read_study(str(tmp_path))


def test_a_folder_has_one_writer_at_a_time(half, about):
    with open_study(str(half), about):
        with pytest.raises(ScenarioError, match=rf"is being written by another run \(process {os.getpid()}\)"):
            open_study(str(half), about)
        assert read_study(str(half)).missing() == [2, 3]
    open_study(str(half), about).close()


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_a_write_that_fails_says_what_is_kept_and_spoils_nothing(half, about, undisturbed, monkeypatch, step):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with open_study(str(half), about) as study, monkeypatch.context() as patched:
        patched.setattr(os, step, full)
        with pytest.raises(ScenarioError, match=r"(?s)written: No space left on device.*2 of 4 blocks are kept"):
            study.write(2, work(about.plan, 2))
        assert study.missing() == [2, 3]
    carried_on(half, about)
    assert tree(half) == undisturbed


# -- what is done to a running study


def started(folder, blocks, seconds, workers=1):
    return subprocess.Popen(
        [sys.executable, SCRIPT, folder, str(blocks), str(seconds), str(workers)],
        env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def parts(folder):
    return len(list((folder / "samples").glob("part-*"))) if folder.exists() else 0


def until(condition, process):
    """Wait for a condition on a running process; it is a failure of the test if the process ends before."""
    while not condition():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.002)


def killed(process):
    process.kill()
    process.communicate()


def test_a_run_killed_outright_loses_no_block_it_had_kept(tmp_path):
    process = started(tmp_path / "study", 20, 0.02)
    until(lambda: parts(tmp_path / "study") >= 3, process)
    killed(process)
    kept = {path: content for path, content in tree(tmp_path / "study").items() if "draft" not in path}
    assert 3 <= parts(tmp_path / "study") < 20
    pretend_study.study(tmp_path / "study", 20, 0.02)
    whole = tree(tmp_path / "study")
    assert kept.items() <= whole.items()
    pretend_study.study(tmp_path / "undisturbed", 20, 0.02)
    assert whole == tree(tmp_path / "undisturbed")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0])
def test_twenty_kills_at_random_moments_leave_the_bytes_of_an_undisturbed_run(tmp_path, seed):
    dice, folder, blocks, seconds = random.Random(seed), tmp_path / "study", 400, 0.005
    counts = []
    for kill in range(20):
        process = started(folder, blocks, seconds, 1 + kill % 2)
        if dice.random() < 0.75:
            # Past the imports, so that it is the study that is hit.
            before = parts(folder)
            until(lambda before=before: parts(folder) > before, process)
        time.sleep(dice.uniform(0, 0.15))
        assert process.poll() is None, "it was done before it could be killed"
        workers = children(process)
        killed(process)
        counts.append(parts(folder))
        assert gone(workers), "a worker outlived its parent"
    assert counts == sorted(counts), "a block that was kept is gone"
    assert len(set(counts)) > 10
    assert counts[-1] < blocks
    last = started(folder, blocks, seconds, 2)
    assert last.communicate()[1] == ""
    pretend_study.study(tmp_path / "undisturbed", blocks, seconds)
    assert tree(folder) == tree(tmp_path / "undisturbed")


def alone(script, place, **names):
    """Run a shell script that may mount, in a namespace of its own; return its exit status and what it said."""
    separate = ["unshare", "-rm"]
    if not shutil.which("unshare") or subprocess.run([*separate, "true"], check=False, capture_output=True).returncode:
        pytest.skip("no namespace to mount in: needs Linux and leave to use user namespaces")
    place.mkdir()
    known = {"place": place, "python": sys.executable, "program": SCRIPT, **names}
    environment = ENVIRONMENT | {name: str(value) for name, value in known.items()}
    done = subprocess.run(
        [*separate, "sh", "-ec", script], check=False, env=environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
def test_a_full_disk_stops_a_study_that_goes_on_once_there_is_room(tmp_path):
    script = """
    mount -t tmpfs -o size=256k tmpfs "$place"
    "$python" "$program" "$place/study" 90 0 1 || echo "stopped"
    remains=$(find "$place" -name '*.draft')
    test -z "$remains"
    cp -r "$place/study" "$half"
    mount -o remount,size=8m "$place"
    "$python" "$program" "$place/study" 90 0 1
    cp -r "$place/study" "$whole"
    """
    half, whole = tmp_path / "half", tmp_path / "whole"
    code, out, told = alone(script, tmp_path / "place", half=half, whole=whole)
    assert (code, out) == (0, "stopped\n"), told
    assert "cannot be written: No space left on device" in told
    assert f"{parts(half)} of 90 blocks are kept" in told
    assert 0 < parts(half) < 90
    pretend_study.study(tmp_path / "undisturbed", 90, 0.0)
    assert tree(whole) == tree(tmp_path / "undisturbed")


def test_a_read_only_folder_is_refused_before_anything_is_computed(tmp_path):
    script = """
    mount -t tmpfs tmpfs "$place"
    "$python" "$program" "$place/study" 3 0 1
    mount -o remount,ro "$place"
    "$python" "$program" "$place/study" 3 0 1 || true
    "$python" "$program" "$place/new" 3 0 1
    """
    code, _, told = alone(script, tmp_path / "place")
    assert code == 1
    for name in ("study", "new"):
        assert f"{tmp_path / 'place' / name}: cannot be written to: Read-only file system" in told
    assert "Traceback" not in told
