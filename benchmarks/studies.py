"""How fast samples are judged, against judging them one by one: python benchmarks/studies.py [samples].

    signed    a fixed arrangement in every sample, streamed block by block, against ``question.alone``
    margins   the best margin of every sample, by shared bases, against one programme a sample through PuLP
    robust    the whole question that ``accord robust`` asks of a sample

All in one process, one after the other, on the first scenario that ships.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from solver.lp import solve
from solver.sharing.situation import situation
from solver.study.asked import prepared
from solver.study.column import Batch, Column
from solver.study.judge import judge
from solver.study.margins import _one, _scaled, margins
from solver.study.plan import block, written
from solver.study.question import alone, asked, partnership
from solver.study.sampling import sample_block
from solver.study.stack import stack
from solver.study.tally import Tally

SCENARIO = "mobility-pandemic"
SINGLES = 200


def rate(count: int, work: Callable[[], object]) -> float:
    """Return how many a second ``work`` does of its ``count``."""
    begin = time.perf_counter()
    work()
    return count / (time.perf_counter() - begin)


def told(name: str, ours: float, theirs: float, remark: str) -> None:
    print(f"{name:10} {ours:12,.0f} a second, one by one {theirs:9,.0f}: {ours / theirs:8,.0f} times   {remark}")


def signed(samples: int) -> None:
    one = prepared(SCENARIO, None, "sobol", 0, samples, "fairest")
    text, tally = written(one.plan), Tally()

    def stream() -> None:
        for number in range(one.plan.blocks):
            tally.add(block(text, number), ())

    fast = rate(samples, stream)
    rows = sample_block(one.design, 0, SINGLES).tolist()
    slow = rate(SINGLES, lambda: [alone(one.plan.question, row) for row in rows])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told("signed", fast, slow, f"{samples:,} samples, holds in {tally.holds / tally.samples:.1%}, peak {peak:.0f} MiB")


def programmes() -> None:
    one = prepared(SCENARIO, None, "sobol", 0, 4096, None)
    points = sample_block(one.design, 0, 4096)
    numbers = Batch(False, len(points))
    values = {path: Column(points[:, j].copy()) for j, path in enumerate(one.plan.question.paths)}
    ready = situation(partnership(one.plan.question, values), numbers)
    made = stack(ready, asked(one.plan.question, ready), numbers)
    found = margins(made)
    fast = rate(len(points), lambda: margins(made))
    scaled = _scaled(made.some(np.arange(SINGLES)))
    slow = rate(SINGLES, lambda: [solve(_one(scaled, b)) for b in range(SINGLES)])
    told("margins", fast, slow, f"{found.programmes} programmes solved for 4,096 samples")


def robust() -> None:
    one = prepared(SCENARIO, None, "sobol", 0, 4096, None)
    points = sample_block(one.design, 0, 4096)
    fast = rate(len(points), lambda: judge(replace(one.plan.question), points))
    slow = rate(SINGLES, lambda: [alone(one.plan.question, row) for row in points[:SINGLES].tolist()])
    told("robust", fast, slow, "with five options and the largest set of states")


if __name__ == "__main__":
    signed(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    programmes()
    robust()
