"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from games.errors import refuse
from games.files.whole import replace_whole

PICTURES = ("png", "svg")


def write_whole(path: str, content: str | bytes) -> None:
    """Write a file in one step: whoever is killed midway leaves the old file, or none, and never half of one.

    A file that is there keeps its permissions; a pipe or a device is written to, not replaced.

    Raises
    ------
    ScenarioError : there is no such folder, the path is a folder, or it may not be written to.
    """
    target = Path(path)
    refuse_folder(path)
    written = content.encode() if isinstance(content, str) else content
    try:
        if target.exists() and not stat.S_ISREG(target.stat().st_mode):
            target.write_bytes(written)
        else:
            replace_whole(target.resolve(), written)
    except OSError as error:
        raise refuse(path, f"cannot be written: {error.strerror or 'input/output error'}") from None


def picture_format(path: str) -> str:
    """Return the format of a picture by its file's name, before any work is done for it.

    Raises
    ------
    ScenarioError : neither .png nor .svg, or a file that cannot be written.
    """
    kind = Path(path).suffix.lower().lstrip(".")
    if kind not in PICTURES:
        raise refuse("--plot", f"'{path}' is no picture that can be written", "name a .png or .svg file")
    refuse_folder(path)
    return kind


def refuse_folder(path: str) -> None:
    """Raise the error of a path that no file can be written at, before any work is done for it."""
    target = Path(path)
    if not path:
        raise refuse("-o", "names no file", "give a path, or '-' for the screen")
    if target.is_dir():
        raise refuse(path, "is a directory", "name a file in it")
    if not target.resolve().parent.is_dir():
        raise refuse(path, f"there is no folder {target.parent}", "make it first, or name another")
    if not target.exists() and not os.access(target.resolve().parent, os.W_OK):
        raise refuse(path, f"the folder {target.parent} may not be written to", "name another")
