"""One writer a folder: the lock is the system's, so that whoever is killed lets go of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from games.errors import refuse

NAME = ".lock"


def locked(folder: Path) -> IO[str]:
    """Return the file that holds the lock of a study folder until it is closed.

    Raises
    ------
    ScenarioError : another process that lives is writing the study.
    OSError : the folder may not be written to.
    """
    # "a": the number of the process that holds it is not wiped by one that only asks.
    stream = (folder / NAME).open("a+", encoding="utf-8")
    try:
        _take(stream)
    except BlockingIOError:
        stream.seek(0)
        holder = stream.read().strip() or "of unknown number"
        stream.close()
        hint = "wait for it, stop it, or name another folder"
        raise refuse(str(folder), f"is being written by another run (process {holder})", hint) from None
    except OSError:
        # A network file system without locks: two runs in one folder would still write whole files of the same bytes.
        return stream
    stream.truncate(0)
    stream.write(f"{os.getpid()}\n")
    stream.flush()
    return stream


def _take(stream: IO[str]) -> None:
    """Take the lock, or raise BlockingIOError; where the system has none (Windows) every run is let in.

    Over NFS the lock is kept by the server, and by servers without a lock manager for this machine only: two machines
    should not write one folder.
    """
    try:
        import fcntl
    except ImportError:
        return
    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
