"""The blocks of a study computed here, on all cores, or on a cluster: the same blocks, in whatever order they are done.

However many blocks there are, a few are in flight at a time: who asks for no more gets no more computed. Closing the
generator (Ctrl-C does) stops what is under way.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from solver.study.parts import Columns
from solver.study.processes import on_cores
from solver.study.worker import Work


def run(
    work: Work, plan: str, blocks: Iterable[int], workers: int = 1, scheduler: str | None = None
) -> Iterator[tuple[int, Columns]]:
    """Yield every block with its columns, as they are done.

    Parameters
    ----------
    work : ``work(plan, block)``, a function at the top of an importable module.
    workers : 1 computes here, in order; more are processes; 0 is one for every core that this process may use.
    scheduler : the address of a Dask scheduler; the cluster's workers compute, and ``workers`` does not matter.

    Raises
    ------
    ScenarioError : workers die again and again, or the cluster cannot be used.
    """
    wanted = list(blocks)
    if scheduler is not None:
        from solver.study.cluster import on_cluster

        return on_cluster(work, plan, wanted, scheduler)
    count = min(workers or _cores(), len(wanted))
    return _here(work, plan, wanted) if count <= 1 else on_cores(work, plan, wanted, count)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _here(work: Work, plan: str, blocks: list[int]) -> Iterator[tuple[int, Columns]]:
    for block in blocks:
        yield block, work(plan, block)
