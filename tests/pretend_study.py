"""A study whose blocks cost nothing, for tests of what carries it: importable by name in any process.

Run as a script it is a whole study in a folder: ``python pretend_study.py FOLDER BLOCKS SECONDS WORKERS [SCHEDULER]``.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import numpy as np

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
    from games.errors import refuse

    raise refuse("scenario.toml", f"block {block} cannot be", "mend it")


def threads(plan, block):
    """Return how many threads this process has after numpy has multiplied two large matrices."""
    large = np.ones((600, 600))
    assert (large @ large)[0, 0] == 600
    return {"threads": np.array([len(os.listdir("/proc/self/task"))])}


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
    study(where, int(count), float(pause), int(processes), *cluster)
