"""The same blocks come from one process, from many and from a cluster, whoever dies on the way."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pretend_study
import pytest
from pretend_study import children, gone, manifest, tree, work

from games.errors import ScenarioError
from solver.study import cluster
from solver.study.executors import run

ROOT = Path(__file__).resolve().parents[2]
PATHS = [str(ROOT), str(ROOT / "tests")]


def environment(*paths):
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}


def plan(**options):
    return manifest(**options).plan


def same(blocks, expected):
    """Return whether blocks are those expected, each with the numbers that work gives for it here."""
    return sorted(blocks) == sorted(expected) and all(
        columns[name].tolist() == values.tolist()
        for block, columns in blocks.items()
        for name, values in work(plan(), block).items()
    )


def test_one_process_computes_in_order_and_no_block_before_it_is_asked_for(tmp_path):
    blocks = run(pretend_study.leaves_a_mark, plan(folder=str(tmp_path)), [4, 2, 7])
    assert next(blocks)[0] == 4
    assert os.listdir(tmp_path) == ["4"]
    assert [block for block, _ in blocks] == [2, 7]


def test_many_processes_give_the_blocks_of_one():
    assert same(dict(run(work, plan(), range(3, 12), workers=2)), range(3, 12))
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_few_blocks_are_in_flight_until_they_are_taken(tmp_path):
    blocks = run(pretend_study.leaves_a_mark, plan(folder=str(tmp_path)), range(50), workers=2)
    next(blocks)
    deadline = time.monotonic() + 5
    while len(os.listdir(tmp_path)) < 4 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    # Two for each worker; the one taken is replaced when the next is asked for.
    assert len(os.listdir(tmp_path)) == 4
    blocks.close()
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_a_worker_has_one_thread_for_its_numbers():
    found = dict(run(pretend_study.native_threads, plan(), range(2), workers=2))
    assert [columns["threads"].tolist() for columns in found.values()] == [[0], [0]]


def test_a_worker_that_dies_costs_no_block(tmp_path):
    found = dict(run(pretend_study.kills_its_worker_once, plan(folder=str(tmp_path)), range(8), workers=2))
    assert (tmp_path / "died").exists()
    assert same(found, range(8))


def amid_an_answer(pause, rest):
    """Return what ``rest`` makes of a run whose workers are held up amid their answers; it fails if that never ends."""
    blocks, found = run(pretend_study.large, plan(), range(6), workers=2), []
    found.append(next(blocks))
    time.sleep(pause)
    thread = threading.Thread(target=lambda: found.extend(rest(blocks) or []), daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive(), "it waits for the end of an answer that never comes"
    assert multiprocessing.active_children() == []
    return {block: set(columns["block"].tolist()) for block, columns in found}


@pytest.mark.slow
@pytest.mark.parametrize("pause", [0, 0.01, 0.3])
def test_a_run_closed_amid_an_answer_ends(pause):
    assert len(amid_an_answer(pause, lambda blocks: blocks.close())) == 1


@pytest.mark.slow
@pytest.mark.parametrize("pause", [0, 0.01, 0.3])
def test_a_worker_killed_amid_its_answer_costs_no_block(pause):
    def one_dies(blocks):
        multiprocessing.active_children()[0].kill()
        return list(blocks)

    assert amid_an_answer(pause, one_dies) == {block: {block} for block in range(6)}


@pytest.mark.slow
def test_workers_killed_while_they_rest_cost_no_block():
    blocks = run(work, plan(), range(30), workers=2)
    found = dict([next(blocks)])
    for child in multiprocessing.active_children():
        child.kill()
        child.join()
    found.update(blocks)
    assert same(found, range(30))


@pytest.mark.slow
def test_a_fault_that_cannot_be_sent_is_told_in_its_words():
    with pytest.raises(RuntimeError, match=r"ValueError: .*the words of it"):
        list(run(pretend_study.unpicklable, plan(), range(4), workers=2))


@pytest.mark.slow
def test_a_block_that_kills_every_worker_is_named_and_the_others_come_through():
    found = {}
    with pytest.raises(ScenarioError, match="block 2 of the samples was begun 3 times, and each time the worker died"):
        found.update(run(pretend_study.kills_every_worker, plan(), range(6), workers=2))
    assert {0, 1} <= found.keys()
    assert same(found, found.keys() - {2})


def test_a_fault_in_the_work_comes_as_it_was_raised():
    with pytest.raises(ScenarioError) as caught:
        list(run(pretend_study.finds_a_fault, plan(), range(4), workers=2))
    (problem,) = caught.value.problems
    # Two blocks fly at once, and either may fall first.
    assert problem.what in ("block 0 cannot be", "block 1 cannot be")
    assert (problem.where, problem.hint) == ("scenario.toml", "mend it")
    assert multiprocessing.active_children() == []


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_study_is_silent_leaves_no_process_and_goes_on(tmp_path, workers):
    folder = tmp_path / "study"
    process = subprocess.Popen(
        [sys.executable, ROOT / "tests" / "pretend_study.py", folder, "30", "0.05", str(workers)],
        env=environment(*PATHS), stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while len(list(folder.glob("samples/part-*"))) < 2:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.005)
    workers_of = children(process)
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=20)[1] == ""
    assert process.returncode == 130
    assert gone(workers_of)
    assert 2 <= len(list(folder.glob("samples/part-*"))) < 30
    pretend_study.study(folder, 30, 0.05, workers=2)
    assert len(list(folder.glob("samples/part-*"))) == 30


# -- a cluster


def test_a_cluster_without_dask_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ScenarioError, match=r"(?s)needs Dask.*pip install 'accord-solver\[cluster\]'"):
        list(run(work, plan(), range(2), scheduler="tcp://127.0.0.1:1"))


@pytest.mark.parametrize("address", ["nonsense", "tcp://127.0.0.1:1", "phone://7"])
def test_a_scheduler_that_does_not_answer_is_said_in_one_sentence(monkeypatch, address, capfd):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "ANSWERS_WITHIN", 0.5)
    with pytest.raises(ScenarioError, match=rf"(?s)no Dask scheduler answers at '{address}'.*dask scheduler"):
        list(run(work, plan(), range(2), scheduler=address))
    assert capfd.readouterr().err == ""


@contextmanager
def dask(*arguments, paths=PATHS):
    """Run a Dask command for as long as the block lasts, and yield it with what it says until it is ready."""
    command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:], "--no-dashboard"]
    process = subprocess.Popen(command, env=environment(*paths), stderr=subprocess.PIPE, text=True)
    said = ""
    for line in process.stderr:
        said += line
        if "Scheduler at" in line or "Registered to" in line:
            break
    # Read on, or it would wait for room to write; dropped, since the tests of what went wrong kill it anyway.
    drain = threading.Thread(target=process.stderr.read, daemon=True)
    drain.start()
    try:
        yield process, said
    finally:
        process.kill()
        process.wait()
        drain.join()
        process.stderr.close()


@contextmanager
def scheduler(paths=PATHS):
    with dask("dask_scheduler", "--port", "0", "--host", "127.0.0.1", paths=paths) as (process, said):
        yield process, re.search(r"tcp://\S+", said)[0]


def worker(address, paths=PATHS):
    return dask("dask_worker", address, "--nthreads", "1", "--no-nanny", paths=paths)


@pytest.fixture(scope="module")
def address():
    """A scheduler and two workers, each a process of its own."""
    pytest.importorskip("distributed")
    with scheduler() as (_, where), worker(where), worker(where):
        yield where


@pytest.mark.slow
def test_one_process_all_cores_and_a_cluster_write_the_same_bytes(tmp_path, address):
    pretend_study.study(tmp_path / "one", 12, 0.0)
    pretend_study.study(tmp_path / "all", 12, 0.0, workers=0)
    pretend_study.study(tmp_path / "cluster", 12, 0.0, scheduler=address)
    assert len(tree(tmp_path / "one")) == 15
    assert tree(tmp_path / "one") == tree(tmp_path / "all") == tree(tmp_path / "cluster")


@pytest.mark.slow
def test_a_fault_on_a_cluster_comes_as_it_was_raised(address):
    with pytest.raises(ScenarioError) as caught:
        list(run(pretend_study.finds_a_fault, plan(), range(4), scheduler=address))
    assert caught.value.problems[0].where == "scenario.toml"


@pytest.mark.slow
def test_a_cluster_gets_few_blocks_until_they_are_taken(tmp_path, address):
    blocks = run(pretend_study.leaves_a_mark, plan(folder=str(tmp_path)), range(50), scheduler=address)
    next(blocks)
    time.sleep(1)
    assert len(os.listdir(tmp_path)) == 4
    blocks.close()


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_midway_writes_the_same_bytes(tmp_path, capfd):
    pytest.importorskip("distributed")
    about = manifest(20, seconds=0.1)
    with scheduler() as (_, where), worker(where) as (doomed, _), worker(where):
        found = {}
        for block, columns in run(work, about.plan, range(20), scheduler=where):
            found[block] = columns
            if len(found) == 3:
                doomed.kill()
                doomed.wait()
    assert same(found, range(20))
    assert capfd.readouterr().err == ""


@pytest.mark.slow
def test_a_block_that_kills_the_workers_of_a_cluster_is_said(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "PATIENCE", 2.0)
    told = pytest.raises(ScenarioError, match="2 workers died one after another over the same block")
    with scheduler() as (_, where), worker(where), worker(where), worker(where), told:
        list(run(pretend_study.kills_every_worker, plan(), [2], scheduler=where))


@pytest.mark.slow
def test_a_cluster_that_is_lost_midway_is_said_in_one_sentence(monkeypatch, capfd):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "ANSWERS_WITHIN", 2.0)
    with scheduler() as (process, where), worker(where):
        blocks = run(work, plan(seconds=0.1), range(50), scheduler=where)
        next(blocks)
        process.kill()
        with pytest.raises(ScenarioError, match=rf"the connection to {where} was lost"):
            list(blocks)
    assert capfd.readouterr().err == ""


@pytest.mark.slow
def test_a_cluster_without_workers_is_given_up(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    with scheduler() as (_, where), pytest.raises(ScenarioError, match="has had no worker for 1 seconds"):
        list(run(work, plan(), range(3), scheduler=where))


@pytest.mark.slow
@pytest.mark.parametrize("lacking", ["scheduler", "worker"])
def test_a_cluster_that_cannot_load_the_work_is_told_to_install_it(lacking):
    pytest.importorskip("distributed")
    paths = {"scheduler": PATHS, "worker": PATHS, lacking: PATHS[:1]}
    told = pytest.raises(ScenarioError, match=r"(?s)cannot load what it is to compute.*install accord-solver")
    with scheduler(paths["scheduler"]) as (_, where), worker(where, paths["worker"]), told:
        list(run(work, plan(), range(3), scheduler=where))


@pytest.mark.slow
def test_a_worker_with_another_accord_is_refused(tmp_path):
    pytest.importorskip("distributed")
    (tmp_path / "accord_solver-9.9.dist-info").mkdir()
    metadata = "Metadata-Version: 2.1\nName: accord-solver\nVersion: 9.9\n"
    (tmp_path / "accord_solver-9.9.dist-info" / "METADATA").write_text(metadata)
    told = pytest.raises(ScenarioError, match=r"has accord 9\.9, and this is")
    with scheduler() as (_, where), worker(where, [str(tmp_path), *PATHS]), told:
        list(run(work, plan(), range(3), scheduler=where))
