"""A study in a folder, which outlives any kill: its samples are kept block by block.

::

    STUDY/study.json        what it is (manifest.py)
    STUDY/scenario.toml     the scenario as it was given
    STUDY/samples/          one file a block, written whole or not at all (parts.py)
    STUDY/result.json       the answer, once every block is there
    STUDY/damaged/          files that were cut short or altered, set aside; made only when one is found

A block that was written stays: it is on the disk, and so is its name, before ``write`` returns. Whoever opens the
folder again finds what is missing, and the whole study has the same bytes as one that nobody disturbed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from games.errors import ScenarioError, refuse
from games.files.whole import DRAFT, keep_names, remove_drafts, replace_whole
from solver.study import lock, manifest, parts
from solver.study.folder import ABOUT, SAMPLES, found_parts, read_blocks, reason
from solver.study.manifest import Manifest
from solver.study.parts import Columns

RESULT, DAMAGED = "result.json", "damaged"


class FolderStudy:
    """A study in a folder that this process alone writes to. Made by ``open_study``."""

    def __init__(self, folder: Path, about: Manifest, holder: IO[str]) -> None:
        self.remarks: list[str] = []
        self._folder, self._about, self._holder = folder, about, holder
        self._parts: dict[int, Path] = {}
        self._settle()

    def missing(self) -> list[int]:
        """Return the blocks still to be computed, in order."""
        return [block for block in range(self._about.blocks) if block not in self._parts]

    def write(self, block: int, columns: Columns) -> None:
        """Keep a block for good: when this returns, no kill and no loss of power takes it away.

        Raises
        ------
        ScenarioError : it cannot be written; the blocks before it are kept.
        """
        if block in self._parts:
            return
        content = parts.encoded(self._about, block, columns)
        path = self._folder / SAMPLES / parts.part_name(self._about, block, content)
        self._put(path, content)
        self._parts[block] = path

    def blocks(self) -> Iterator[tuple[int, Columns]]:
        """Yield the blocks that are kept, in order, one in memory at a time.

        Raises
        ------
        ScenarioError : a part was altered, or is gone, since the study was opened.
        """
        return read_blocks(self._about, self._parts)

    def finish(self, result: str) -> None:
        """Keep the answer, whole or not at all."""
        self._put(self._folder / RESULT, result.encode())

    def close(self) -> None:
        """Let go of the folder's lock."""
        self._holder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _settle(self) -> None:
        """Make the folder what an undisturbed run would have left: drafts go, what is not right is set aside."""
        samples = self._folder / SAMPLES
        scenario = self._folder / self._about.scenario_name
        try:
            for folder in (self._folder, samples):
                folder.mkdir(exist_ok=True)
                remove_drafts(folder)
            keep_names(self._folder)
            self._parts, amiss, strange = found_parts(samples, self._about)
            for path in amiss:
                self._set_aside(path, "was cut short or altered; its block is computed again")
            if scenario.exists() and scenario.read_bytes() != self._about.scenario.encode():
                self._set_aside(scenario, "was altered; the study goes by its plan, which is in study.json")
            if not scenario.exists():
                replace_whole(scenario, self._about.scenario.encode())
            _probe(samples)
        except OSError as error:
            raise _unwritable(self._folder, error) from None
        self.remarks += [f"{path}: is no part of the study; left as it is" for path in strange]

    def _set_aside(self, path: Path, what: str) -> None:
        """Move a file out of the way of those who read the samples; it may be the only sign of a failing disk."""
        aside = self._folder / DAMAGED
        aside.mkdir(exist_ok=True)
        path.replace(aside / path.name)
        self.remarks.append(f"{path}: {what} (set aside in {DAMAGED}/)")

    def _put(self, path: Path, content: bytes) -> None:
        try:
            replace_whole(path, content)
        except OSError as error:
            done = f"{len(self._parts)} of {self._about.blocks} blocks are kept"
            hint = f"{done}; mend that and give the same command again: it goes on from there"
            raise refuse(str(path), f"cannot be written: {reason(error)}", hint) from None


def open_study(folder: str, about: Manifest) -> FolderStudy:
    """Return the study of a folder, begun now or gone on with; the folder is this process's until it is closed.

    Raises
    ------
    ScenarioError : it is no folder, holds other files or another study, may not be written to, or is being written
        by another run.
    """
    path = Path(folder)
    if path.exists() and not path.is_dir():
        raise refuse(folder, "is a file, and a study is a folder", "name a folder")
    try:
        if not (path / ABOUT).exists():
            _begin(path)
        holder = lock.locked(path)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        _introduce(path, about)
        return FolderStudy(path, about, holder)
    except BaseException:
        holder.close()
        raise


def _begin(folder: Path) -> None:
    """Make the folder, or find it empty: what a run that was killed at once left there does not count."""
    folder.mkdir(exist_ok=True)
    with suppress(OSError):
        # The folder's own name is to outlive a loss of power too, where its parent may be read.
        keep_names(folder.parent)
    if any(path.name != lock.NAME and not path.name.endswith(DRAFT) for path in folder.iterdir()):
        raise refuse(str(folder), "holds other files and no study", "name a new or empty folder")


def _introduce(folder: Path, about: Manifest) -> None:
    """Write what the study is, or make sure that it is this one."""
    path = folder / ABOUT
    try:
        if not path.exists():
            replace_whole(path, manifest.written(about))
        found = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unwritable(path, error) from None
    manifest.refuse_another(str(folder), manifest.read(str(path), found), about)


def _probe(folder: Path) -> None:
    """Raise the OSError of a folder that no file can be made in, before hours are spent on what goes there."""
    draft = folder / f".probe{DRAFT}"
    draft.touch()
    with suppress(FileNotFoundError):
        draft.unlink()


def _unwritable(path: Path, error: OSError | UnicodeDecodeError) -> ScenarioError:
    if not path.parent.exists():
        return refuse(str(path), f"there is no folder {path.parent}", "make it first, or name another")
    return refuse(str(path), f"cannot be written to: {reason(error)}", "mend that, or name another folder")
