"""What a run needs of the place its samples go to, and the simplest such place: this process's memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, Self

from solver.study.parts import Columns


class Study(Protocol):
    """What a run needs of the place its samples go to; ``remarks`` says what was found amiss and mended."""

    remarks: list[str]

    def missing(self) -> list[int]:
        """Return the blocks still to be computed, in order."""

    def write(self, block: int, columns: Columns) -> None:
        """Keep a block for good; a block that is kept already stays as it is."""

    def blocks(self) -> Iterator[tuple[int, Columns]]:
        """Yield the blocks that are kept, in order, one in memory at a time."""

    def finish(self, result: str) -> None:
        """Keep the answer, told as JSON."""

    def close(self) -> None:
        """Let another run have it."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class MemoryStudy:
    """A study that nobody asked to keep."""

    def __init__(self, count: int) -> None:
        self.remarks: list[str] = []
        self._count = count
        self._kept: dict[int, Columns] = {}

    def missing(self) -> list[int]:
        """Return the blocks still to be computed, in order."""
        return [block for block in range(self._count) if block not in self._kept]

    def write(self, block: int, columns: Columns) -> None:
        """Keep a block until the study is let go."""
        self._kept.setdefault(block, columns)

    def blocks(self) -> Iterator[tuple[int, Columns]]:
        """Yield the blocks that are kept, in order."""
        yield from sorted(self._kept.items(), key=lambda pair: pair[0])

    def finish(self, result: str) -> None:
        """Do nothing: the answer is told, and not kept."""

    def close(self) -> None:
        """Let go of the blocks."""
        self._kept.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
