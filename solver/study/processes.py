"""The blocks of a study computed by processes of this machine, each at the end of a pipe of its own.

A pool with one pipe for all (``ProcessPoolExecutor``) waits for ever when a worker is killed amid an answer: the rest
of it never comes, nor does the end of the pipe, since others hold it open. Here the end of a worker is the end of its
pipe; and which block it died of is known.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from games.errors import refuse
from solver.study import worker
from solver.study.parts import Columns
from solver.study.worker import Work

TRIES = 3
"""How many workers a block may cost before it is taken to be the one that kills them."""
AHEAD = 2
"""How many blocks a worker has in hand: the second, so that it need not wait while the first is written to the disk."""


@dataclass
class _Worker:
    """A process and the blocks that it has in hand; it is at the first."""

    process: BaseProcess
    blocks: deque[int] = field(default_factory=deque)


_Crew = dict[Connection, _Worker]


def on_cores(work: Work, plan: str, blocks: list[int], workers: int) -> Iterator[tuple[int, Columns]]:
    """Yield every block with its columns, as the processes are done with them.

    Raises
    ------
    ScenarioError : a block has cost as many workers as one may.
    """
    waiting, tries, crew = deque(blocks), Counter[int](), _Crew()
    try:
        while waiting or any(one.blocks for one in crew.values()):
            while waiting and len(crew) < workers:
                _hire(crew, work, plan)
            _hand_out(crew, waiting)
            for pipe in _ready(crew):
                answer = _received(pipe)
                if answer is None:
                    _bury(crew, pipe, waiting, tries)
                elif isinstance(answer, Exception):
                    raise answer
                else:
                    yield crew[pipe].blocks.popleft(), answer
    finally:
        _dismiss(crew)


def _hire(crew: _Crew, work: Work, plan: str) -> None:
    # "spawn": a fork would take over the threads' locks of numpy and HiGHS in any state, and the other workers' pipes.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=worker.serve, args=(theirs,), daemon=True)
    with _deaf():
        process.start()
        crew[ours] = _Worker(process)
    theirs.close()
    with suppress(OSError):
        ours.send((work, plan))


@contextmanager
def _deaf() -> Iterator[None]:
    """Let what is born meanwhile be deaf to Ctrl-C: a worker is ended by us, and has nothing to say about it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Were the tracker started with the first worker, it would lift the block before that is born.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _hand_out(crew: _Crew, waiting: deque[int]) -> None:
    """Give every worker a block before any has two."""
    for most in range(1, AHEAD + 1):
        for pipe, one in crew.items():
            if waiting and len(one.blocks) < most:
                # To a dead worker nothing can be sent: that it is dead is seen where it is listened to.
                with suppress(OSError):
                    pipe.send(waiting[0])
                    one.blocks.append(waiting.popleft())


def _ready(crew: _Crew) -> list[Connection]:
    """Return the pipes of the workers that have answered or died, once there are any."""
    found = wait(list(crew))
    return [pipe for pipe in crew if pipe in found]


def _received(pipe: Connection) -> Columns | Exception | None:
    """Return a worker's answer; None if it has died, before or amid it."""
    try:
        answer: Columns | Exception = pipe.recv()
    except (EOFError, OSError):
        return None
    return answer


def _bury(crew: _Crew, pipe: Connection, waiting: deque[int], tries: Counter[int]) -> None:
    """Put the blocks of a dead worker back in front of the others.

    Raises
    ------
    ScenarioError : the one it was at has now cost as many workers as a block may.
    """
    lost = crew[pipe].blocks
    _dismiss({pipe: crew.pop(pipe)})
    waiting.extendleft(reversed(lost))
    if not lost:
        return
    tries[lost[0]] += 1
    if tries[lost[0]] >= TRIES:
        what = f"block {lost[0]} of the samples was begun {TRIES} times, and each time the worker died"
        hint = "memory may be short: fewer --workers need less; what is done is kept in the study's folder"
        raise refuse("--workers", what, hint)


def _dismiss(crew: _Crew) -> None:
    """End workers at once, with whatever they were at: what they had in hand is computed again when it is asked for."""
    for one in crew.values():
        one.process.kill()
    for pipe, one in crew.items():
        one.process.join()
        one.process.close()
        pipe.close()
