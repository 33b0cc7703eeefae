"""A file is replaced in one step: whoever is killed midway leaves the old one, or none, and never half of one."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

DRAFT = ".draft"


def replace_whole(target: Path, written: bytes) -> None:
    """Replace a file, or make it, in one step that a loss of power cannot undo; it keeps the permissions it had.

    Raises
    ------
    OSError : it cannot be written; the old file is as it was.
    """
    mode = _mode(target)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=DRAFT)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(written)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(draft, mode)
        os.replace(draft, target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    keep_names(target.parent)


def keep_names(folder: Path) -> None:
    """Make the names in a folder outlive a loss of power, where the system can do that for folders."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network file systems know no fsync of a folder; their files are whole all the same.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def remove_drafts(folder: Path) -> None:
    """Remove what writers that were killed midway have left in a folder, where nobody else writes now."""
    for draft in folder.glob(f".*{DRAFT}"):
        draft.unlink(missing_ok=True)


def _mode(target: Path) -> int:
    """Return the permissions of the file that is there, or those that a new file gets."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
