"""A study whose blocks cost nothing, for tests of what carries it: importable by name in any process.

Run as a script it is a whole study in a folder: ``python pretend_study.py FOLDER BLOCKS SECONDS WORKERS [SCHEDULER]``.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

import numpy as np

from games.errors import ScenarioError, refuse
from solver.study.executors import run
from solver.study.manifest import Column, Manifest
from solver.study.store import open_study

ROWS = 50
COLUMNS = (
    Column("block", "int64", "the block that the sample is in"),
    Column("sample", "float64", "a number that depends on the seed, the block and the row alone"),
    Column("holds", "bool"),
    Column("leaves", "string"),
)


def manifest(blocks=12, seed=0, seconds=0.0, form="parquet", **plan):
    """Return what the pretended study is."""
    text = json.dumps({"seed": seed, "seconds": seconds, **plan})
    scenario = "title = 'pretended'\n"
    return Manifest("robust", "0.1.0", text, seed, blocks, COLUMNS, "scenario.toml", scenario, form)


def work(plan, block):
    """Return a block of numbers drawn for it, after as many seconds as the plan says."""
    options = json.loads(plan)
    time.sleep(options["seconds"])
    generator = np.random.default_rng([options["seed"], block])
    sample = generator.random(ROWS)
    leaves = np.array(["", "office", 'the "other"\nüber'], dtype=object)[generator.integers(3, size=ROWS)]
    return {"block": np.full(ROWS, block), "sample": sample, "holds": sample < 0.5, "leaves": leaves}


def kills_its_worker_once(plan, block):
    """Return the block; block 2 kills the first worker that has it. The plan names a folder to remember that in."""
    mark = Path(json.loads(plan)["folder"]) / "died"
    if block == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), 9)
    return work(plan, block)


def kills_every_worker(plan, block):
    """Return the block, save block 2: it kills whatever worker is given it."""
    if block == 2:
        os.kill(os.getpid(), 9)
    return work(plan, block)


def finds_a_fault(plan, block):
    """Raise what a user could mend."""
    raise refuse("scenario.toml", f"block {block} cannot be", "mend it")


def native_threads(plan, block):
    """Return how many threads there are beside Python's, after numpy has multiplied two large matrices."""
    large = np.ones((600, 600))
    assert (large @ large)[0, 0] == 600
    return {"threads": np.array([len(os.listdir("/proc/self/task")) - threading.active_count()])}


def large(plan, block):
    """Return a block that no pipe takes in one go."""
    return {"block": np.full(4_000_000, block)}


def unpicklable(plan, block):
    """Raise an error that cannot be sent to another process."""
    raise ValueError("the words of it", lambda: None)


def leaves_a_mark(plan, block):
    """Return the block, once its number is the name of a file in the plan's folder."""
    (Path(json.loads(plan)["folder"]) / str(block)).touch()
    return work(plan, block)


def tree(folder):
    """Return the bytes of every file of a study by its path, save the lock, which says whose it was."""
    paths = (path for path in Path(folder).rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def children(process):
    """Return the numbers of a running process's children, which are to end with it."""
    return Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()


def gone(numbers):
    """Return whether processes have ended, after waiting a while for it."""
    for _ in range(500):
        if not any(Path(f"/proc/{number}").exists() for number in numbers):
            return True
        time.sleep(0.01)
    return False


def study(folder, blocks, seconds, workers=1, scheduler=None):
    """Carry the pretended study to its end, wherever the folder stands."""
    about = manifest(blocks, seconds=seconds)
    with open_study(folder, about) as kept:
        for block, columns in run(work, about.plan, kept.missing(), workers, scheduler):
            kept.write(block, columns)
        total = sum(float(columns["sample"].sum()) for _, columns in kept.blocks())
        kept.finish(json.dumps({"total": total}) + "\n")


if __name__ == "__main__":
    where, count, pause, processes, *cluster = sys.argv[1:]
    try:
        study(where, int(count), float(pause), int(processes), *cluster)
    except KeyboardInterrupt:
        sys.exit(130)
    except ScenarioError as error:
        sys.exit(str(error))
