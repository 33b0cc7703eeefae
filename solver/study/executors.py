"""The blocks of a study computed here, on all cores, or on a cluster: the same blocks, in whatever order they are done.

However many blocks there are, a few are in flight at a time: who asks for no more gets no more computed. Closing the
generator (Ctrl-C does) stops what is under way.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from games.errors import refuse
from solver.study import worker
from solver.study.parts import Columns
from solver.study.worker import Work

TRIES = 3
"""How many workers a block may cost before it is taken to be the one that kills them."""


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
    return _here(work, plan, wanted) if count <= 1 else _on_cores(work, plan, wanted, count)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _here(work: Work, plan: str, blocks: list[int]) -> Iterator[tuple[int, Columns]]:
    for block in blocks:
        yield block, work(plan, block)


def _on_cores(work: Work, plan: str, blocks: list[int], workers: int) -> Iterator[tuple[int, Columns]]:
    waiting, tries = deque(blocks), Counter[int]()
    while waiting:
        flying: dict[Future[Columns], int] = {}
        pool = _pool(workers)
        try:
            yield from _through(pool, work, plan, waiting, flying, tries, 2 * workers)
        except BrokenProcessPool:
            _send_again(waiting, flying, tries)
        finally:
            _end(pool)


def _through(
    pool: ProcessPoolExecutor, work: Work, plan: str, waiting: deque[int], flying: dict[Future[Columns], int],
    tries: Counter[int], most: int,
) -> Iterator[tuple[int, Columns]]:  # fmt: skip
    """Yield the waiting blocks as one pool computes them; ``flying`` is what it had in hand if it breaks."""
    while waiting or flying:
        while waiting and len(flying) < most and _may_start(waiting[0], flying, tries):
            # Taken off once it is sent: a pool that breaks at this moment must not lose it.
            sent = _submit(pool, work, plan, waiting[0])
            flying[sent] = waiting.popleft()
        done = wait(flying, return_when=FIRST_COMPLETED).done
        for future in sorted(done, key=lambda one: (one.exception() is not None, flying[one])):
            columns = future.result()
            yield flying.pop(future), columns


def _may_start(block: int, flying: dict[Future[Columns], int], tries: Counter[int]) -> bool:
    """Return whether a block may fly now: one that fell with its pool too often flies alone, to be sure of it."""
    last_chance = tries[block] == TRIES - 1
    alone = any(tries[other] == TRIES - 1 for other in flying.values())
    return not alone and not (last_chance and flying)


def _send_again(waiting: deque[int], flying: dict[Future[Columns], int], tries: Counter[int]) -> None:
    """Put the blocks that a broken pool had in hand back in front of the others.

    Raises
    ------
    ScenarioError : one of them has now cost as many workers as a block may.
    """
    lost = sorted(flying.values())
    tries.update(lost)
    guilty = [block for block in lost if tries[block] >= TRIES]
    if guilty:
        what = f"block {guilty[0]} of the samples was begun {TRIES} times, and each time the worker died"
        hint = "memory may be short: fewer --workers need less; what is done is kept in the study's folder"
        raise refuse("--workers", what, hint)
    waiting.extendleft(reversed(lost))


def _pool(workers: int) -> ProcessPoolExecutor:
    # "spawn": a fork would take over the threads' locks of numpy and HiGHS in any state, and the study's own lock.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=worker.prepare)


def _submit(pool: ProcessPoolExecutor, work: Work, plan: str, block: int) -> Future[Columns]:
    """Send a block to the pool, which may start a worker: one that Ctrl-C does not reach, since we end it ourselves."""
    if not hasattr(signal, "pthread_sigmask"):
        return pool.submit(work, plan, block)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(work, plan, block)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end(pool: ProcessPoolExecutor) -> None:
    """End a pool at once, with whatever its workers were at; a worker that has nothing to do has nothing to lose."""
    processes: Any = dict(pool._processes or {})
    for process in processes.values():
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)
