"""What runs in a worker, near or far: light to import, so that it can set the scene before numpy comes in."""

from __future__ import annotations

import os
import pickle
import threading
import traceback
from collections.abc import Callable, Mapping
from importlib import metadata
from multiprocessing.connection import Connection
from typing import Any

Work = Callable[[str, int], Mapping[str, Any]]
"""A block of a plan: the columns depend on these two alone. Found by name, so it stands at the top of a module."""

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


class OtherVersion(Exception):
    """A worker of the cluster has another accord; holds the version it has."""


def version() -> str:
    """Return the version of the accord that is installed here, or "" where none is."""
    try:
        return metadata.version("accord-solver")
    except metadata.PackageNotFoundError:
        return ""


def prepare() -> None:
    """Set up a worker process: one numpy thread, since every core has a worker, and an end with its parent."""
    os.environ |= dict.fromkeys(THREADS, "1")
    threading.Thread(target=_end_with_parent, daemon=True).start()


def serve(pipe: Connection) -> None:
    """Answer blocks with their columns, or with the error they met, until the other end of the pipe is closed.

    The first message is the work and its plan: as arguments they would be loaded, and numpy with them, before the
    scene is set.
    """
    prepare()
    try:
        work, plan = pipe.recv()
        while True:
            pipe.send(_answer(work, plan, pipe.recv()))
    except (EOFError, OSError):
        # Nobody listens any more.
        return


def welcome(work: Work) -> str:
    """Return the version of accord here, once the work has been found: what cannot be loaded fails before this runs."""
    return version() if callable(work) else ""


def far(work: Work, plan: str, block: int, expected: str) -> Mapping[str, Any]:
    """Return a block computed on a cluster, by the version of accord that was asked for and no other.

    Every block asks, since workers come and go.

    Raises
    ------
    OtherVersion : the worker has another version.
    """
    found = version()
    if found != expected:
        raise OtherVersion(found or "none")
    return work(plan, block)


def _answer(work: Work, plan: str, block: int) -> Mapping[str, Any] | Exception:
    try:
        return work(plan, block)
    except Exception as error:
        error.add_note(f"In a worker process, for block {block}:\n{traceback.format_exc()}")
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:
            # It would be lost on the way; its words must not be.
            return RuntimeError(f"{type(error).__name__}: {error}")
        return error


def _end_with_parent() -> None:
    """End this process when its parent is gone: a parent that is killed outright cannot say goodbye."""
    from multiprocessing import connection, parent_process

    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
