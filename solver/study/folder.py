"""A study folder as it is found: which blocks are there and whole, and a reading side that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from games.errors import refuse
from solver.study import manifest, parts
from solver.study.manifest import Manifest
from solver.study.parts import Columns

ABOUT, SAMPLES = "study.json", "samples"


@dataclass(frozen=True)
class StoredStudy:
    """A study as it lies in a folder, for reading; ``remarks`` says which of its files are not right."""

    manifest: Manifest
    parts: dict[int, Path]
    remarks: tuple[str, ...]

    def missing(self) -> list[int]:
        """Return the blocks that are not there (yet)."""
        return [block for block in range(self.manifest.blocks) if block not in self.parts]

    def blocks(self) -> Iterator[tuple[int, Columns]]:
        """Yield the blocks that are there, in order, one in memory at a time."""
        return read_blocks(self.manifest, self.parts)


def read_study(folder: str) -> StoredStudy:
    """Return a study for reading, finished or not; nothing in the folder is changed.

    Raises
    ------
    ScenarioError : it is no study, or of a version of the format that is not known here.
    """
    path = Path(folder)
    try:
        text = (path / ABOUT).read_text(encoding="utf-8")
        about = manifest.read(str(path / ABOUT), text)
        scenario = path / about.scenario_name
        about = manifest.read(
            str(path / ABOUT), text, scenario.read_text(encoding="utf-8") if scenario.exists() else ""
        )
        kept, amiss, strange = found_parts(path / SAMPLES, about)
    except FileNotFoundError:
        raise refuse(folder, f"is no study: there is no {ABOUT} in it") from None
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(folder, f"cannot be read: {reason(error)}") from None
    remarks = [f"{part}: was cut short or altered; left out" for part in amiss]
    remarks += [f"{part}: is no part of the study; left out" for part in strange]
    return StoredStudy(about, kept, tuple(remarks))


def found_parts(samples: Path, about: Manifest) -> tuple[dict[int, Path], list[Path], list[Path]]:
    """Return a study's whole parts by block, its parts that are not right, and the files that are no parts at all."""
    kept: dict[int, Path] = {}
    amiss: list[Path] = []
    strange: list[Path] = []
    for path in sorted(samples.iterdir()) if samples.is_dir() else []:
        named = parts.NAME.fullmatch(path.name)
        if named is None or not path.is_file():
            if not path.name.startswith("."):
                strange.append(path)
            continue
        block, content = int(named[1]), path.read_bytes()
        right = block < about.blocks and block not in kept
        if right and parts.is_whole(path, content) and parts.belongs(about, path, content):
            kept[block] = path
        else:
            amiss.append(path)
    return kept, amiss, strange


def read_blocks(about: Manifest, kept: dict[int, Path]) -> Iterator[tuple[int, Columns]]:
    """Yield the columns of the parts, in order of their blocks, one in memory at a time.

    Raises
    ------
    ScenarioError : a part was altered, or is gone, since it was found.
    """
    for block in sorted(kept):
        path = kept[block]
        try:
            content = path.read_bytes()
        except OSError as error:
            hint = "give the command that made the study again"
            raise refuse(str(path), f"cannot be read: {reason(error)}", hint) from None
        yield block, parts.decoded(about, path, content)


def reason(error: OSError | UnicodeDecodeError) -> str:
    """Return why the system would not read or write, in its words."""
    return (error.strerror if isinstance(error, OSError) else str(error)) or "input/output error"
