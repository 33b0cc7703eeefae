"""The blocks of a study computed on a Dask cluster, whose workers may come, go and die while it runs.

The scheduler sends the blocks of a dead worker to others; here it is only seen to that few are in flight, that every
worker has this version of accord, and that nobody waits for ever for a cluster that is gone.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterator
from concurrent.futures import CancelledError
from typing import Any

from games.errors import ScenarioError, refuse
from solver.study import worker
from solver.study.parts import Columns
from solver.study.worker import OtherVersion, Work

ANSWERS_WITHIN = 8.0
"""Seconds within which a scheduler must answer."""
PATIENCE = 60.0
"""Seconds without any worker after which the cluster is given up."""
LOOK_EVERY = 5.0
RETRIES = 2
KEPT = "what is done is kept in the study's folder; give the same command again and it goes on from there"


def on_cluster(work: Work, plan: str, blocks: list[int], scheduler: str) -> Iterator[tuple[int, Columns]]:
    """Yield every block with its columns, as the cluster's workers are done with them.

    Raises
    ------
    ScenarioError : Dask is not installed here, the scheduler does not answer, a worker has another accord or none,
        a block kills its workers, or the cluster is gone.
    """
    client = _connected(scheduler)
    flying: dict[Any, int] = {}
    try:
        _meet(client, work)
        yield from _through(client, work, plan, deque(blocks), flying)
    except ScenarioError:
        raise
    except (Exception, asyncio.CancelledError) as error:
        told = _told(client, scheduler, error)
        if told is None:
            raise
        raise told from None
    finally:
        _leave(client, flying)


def _connected(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ModuleNotFoundError:
        hint = "pip install 'accord-solver[cluster]'"
        raise refuse("--scheduler", "a cluster needs Dask, which is not installed", hint) from None
    # What goes wrong is said once, by us: Dask's own lines on lost connections would run across the progress bar.
    for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        # Asked first: a Client that fails to connect is in nobody's hand, and complains for long when it is swept up.
        asyncio.run(asyncio.wait_for(_answer(scheduler), ANSWERS_WITHIN))
        return Client(scheduler, timeout=ANSWERS_WITHIN, set_as_default=False)
    except Exception as error:
        # Whatever else may listen there answers as it likes: what Dask then raises is not always an OSError.
        hint = "start one with 'dask scheduler' and give the address that it prints, such as tcp://host:8786"
        raise refuse("--scheduler", f"no Dask scheduler answers at '{scheduler}' ({_first(error)})", hint) from None


async def _answer(scheduler: str) -> None:
    from distributed import Security
    from distributed.core import rpc

    async with rpc(scheduler, connection_args=Security().get_connection_args("client")) as remote:
        await remote.identity()


def _meet(client: Any, work: Work) -> None:
    """Raise the error of a worker that cannot load the work: given a block it would leave without saying why."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise _deserted() from None
    for answer in client.run(worker.welcome, work, on_error="return").values():
        if isinstance(answer, Exception) and not isinstance(answer, OSError):
            raise _unloadable(answer)


def _through(
    client: Any, work: Work, plan: str, waiting: deque[int], flying: dict[Any, int]
) -> Iterator[tuple[int, Columns]]:
    from distributed import wait

    idle, expected = 0.0, worker.version()
    while waiting or flying:
        most = max(2 * sum(client.nthreads().values()), 2)
        while waiting and len(flying) < most:
            block = waiting.popleft()
            sent = client.submit(worker.far, work, plan, block, expected, pure=False, retries=RETRIES)
            flying[sent] = block
        try:
            with client.as_current():
                done = wait(list(flying), timeout=LOOK_EVERY, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            idle = 0.0 if client.nthreads() else idle + LOOK_EVERY
            if idle >= PATIENCE:
                raise _deserted() from None
            continue
        idle = 0.0
        for future in sorted(done, key=flying.__getitem__):
            columns = future.result()
            yield flying.pop(future), columns


def _told(client: Any, scheduler: str, error: BaseException) -> ScenarioError | None:
    """Return what a user can do about a cluster's error; None for a fault of the work itself."""
    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    mine = worker.version()
    if isinstance(error, OtherVersion):
        what = f"a worker of the cluster has accord {error}, and this is {mine}"
        return refuse("--scheduler", what, f"install accord-solver {mine} on every worker")
    if isinstance(error, KilledWorker):
        what = f"{error.allowed_failures + 1} workers died one after another over the same block of samples"
        return refuse("--scheduler", what, f"their memory may be short; {KEPT}")
    if isinstance(error, ModuleNotFoundError) or "deserializ" in str(error).lower():
        return _unloadable(error)
    lost = isinstance(error, (asyncio.CancelledError, CancelledError, CommClosedError, TimeoutError))
    if lost or client.status != "running":
        return refuse("--scheduler", f"the connection to {scheduler} was lost ({_first(error)})", KEPT)
    return None


def _unloadable(error: BaseException) -> ScenarioError:
    hint = f"install accord-solver {worker.version()} on the scheduler and on every worker"
    return refuse("--scheduler", f"the cluster cannot load what it is to compute ({_first(error)})", hint)


def _deserted() -> ScenarioError:
    what = f"the cluster has had no worker for {PATIENCE:.0f} seconds"
    return refuse("--scheduler", what, f"start some with 'dask worker' (the log of one that left says why); {KEPT}")


def _leave(client: Any, flying: dict[Any, int]) -> None:
    """Take back what is under way and go, whatever state the cluster is in."""
    try:
        client.cancel(list(flying), force=True)
        client.close(timeout=ANSWERS_WITHIN)
    except (Exception, asyncio.CancelledError):
        # The cluster is gone, and with it what there was to take back.
        logging.getLogger(__name__).debug("the cluster could not be left in order", exc_info=True)


def _first(error: BaseException) -> str:
    """Return the first sentence of an error."""
    silent = f"silent for {ANSWERS_WITHIN:.0f} seconds" if isinstance(error, TimeoutError) else type(error).__name__
    return next(iter(str(error).splitlines()), "").partition(". ")[0] or silent
