"""The pages of the documentation as programs: the files that they write, the commands that they run, what those print.

A page is played from top to bottom in an empty folder. Its fenced blocks are

    ```toml title="NAME"    a file, written whole
    ```diff title="NAME"    a change of a file: the lines without '+' are found in it, one after the other
    ```console              lines "$ accord …" or "$ cp FROM TO", each followed by what it prints
    ```text                 formulas, and arithmetic by hand, which ``arithmetic`` works out again

In what is shown a line "…" stands for lines left out. ``tests/cases`` is there as in a clone of the repository.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
CUT = "…"
FENCE = re.compile(r"^```(.*)$")
TITLE = re.compile(r'title="([^"]+)"')


@dataclass(frozen=True)
class Block:
    """A fenced block: what stands after the fence, the number of its first line in the page, and its lines."""

    info: str
    first: int
    lines: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Return the block's language."""
        return self.info.split(" ")[0]

    @property
    def title(self) -> str | None:
        """Return the name of the file that the block writes or changes."""
        found = TITLE.search(self.info)
        return found[1] if found else None


@dataclass(frozen=True)
class Shown:
    """A command of a page, the position of its output in the page's lines, what is shown there and what is printed."""

    command: str
    first: int
    shown: tuple[str, ...]
    printed: tuple[str, ...]
    status: int


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page, in order."""
    info, start, inside = "", 0, False
    lines = text.splitlines()
    for k, line in enumerate(lines):
        fence = FENCE.match(line)
        if fence and not inside:
            info, start, inside = fence[1].strip(), k + 1, True
        elif fence:
            yield Block(info, start, tuple(lines[start:k]))
            inside = False


def prose(text: str) -> str:
    """Return a page without its fenced blocks."""
    lines = text.splitlines()
    for block in blocks(text):
        lines[block.first : block.first + len(block.lines)] = [""] * len(block.lines)
    return "\n".join(line for line in lines if not FENCE.match(line))


def play(text: str, folder: Path) -> Iterator[Shown]:
    """Yield every command of a page with what it prints, run in ``folder`` (which must be the current one)."""
    if not (folder / "tests").exists():
        shutil.copytree(ROOT / "tests" / "cases", folder / "tests" / "cases")
    for block in blocks(text):
        if block.title and block.kind == "diff":
            changed(folder / block.title, block.lines)
        elif block.title:
            (folder / block.title).write_text("\n".join(block.lines) + "\n", encoding="utf-8")
        elif block.kind == "console":
            yield from _commands(block)


def _commands(block: Block) -> Iterator[Shown]:
    starts = [k for k, line in enumerate(block.lines) if line.startswith("$ ")]
    for k, end in zip(starts, [*starts[1:], len(block.lines)], strict=True):
        command = block.lines[k][2:]
        printed, status = run(command)
        yield Shown(command, block.first + k + 1, block.lines[k + 1 : end], printed, status)


def run(command: str) -> tuple[tuple[str, ...], int]:
    """Return the lines that a command prints, on stdout and stderr, and its exit status."""
    program, *words = shlex.split(command)
    if program == "cp":
        shutil.copy(*words)
        return (), 0
    if program != "accord":
        raise ValueError(f"a page may run accord and cp, not {command!r}")
    result = CliRunner(env={"COLUMNS": "80", "NO_COLOR": "1"}).invoke(main, words, prog_name="accord")
    return tuple(line.rstrip() for line in result.output.splitlines()), result.exit_code


def changed(file: Path, change: Sequence[str]) -> None:
    """Change a file by a block of lines that stay (' '), go ('-') and come ('+')."""
    before = [line[1:] for line in change if not line.startswith("+")]
    after = [line[1:] for line in change if not line.startswith("-")]
    lines = file.read_text(encoding="utf-8").splitlines()
    found = [k for k in range(len(lines)) if lines[k : k + len(before)] == before]
    if len(found) != 1:
        raise ValueError(f"{file.name}: these lines are there {len(found)} times, not once: {before}")
    lines[found[0] : found[0] + len(before)] = after
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def runs(shown: Sequence[str]) -> list[list[str]]:
    """Return what is shown as its runs of unbroken lines, cut at every '…'."""
    parts: list[list[str]] = [[]]
    for line in shown:
        if line == CUT:
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def matches(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Return whether what is shown is what is printed, with lines left out at every '…' and nowhere else."""
    parts = runs(shown)
    if len(parts) == 1:
        return list(shown) == list(printed)
    rest = list(printed)
    head, *middle, tail = parts
    if rest[: len(head)] != head:
        return False
    rest = rest[len(head) :]
    for part in middle:
        at = _first(part, rest)
        if at is None:
            return False
        rest = rest[at + len(part) :]
    return len(rest) >= len(tail) and rest[len(rest) - len(tail) :] == tail


def _first(part: list[str], lines: list[str]) -> int | None:
    return next((k for k in range(len(lines) - len(part) + 1) if lines[k : k + len(part)] == part), None)


def refreshed(shown: Sequence[str], printed: Sequence[str]) -> list[str]:
    """Return what to show now: every run between the same two lines as before, whatever their numbers are now.

    Raises
    ------
    ValueError : a line at which the output was cut is not printed any more.
    """
    parts = runs(shown)
    if matches(shown, printed):
        return list(shown)
    if len(parts) == 1:
        return list(printed)
    out: list[str] = []
    at = 0
    for k, part in enumerate(parts):
        first = 0 if k == 0 else _like(part[:1], printed, at)
        last = len(printed) - 1 if k == len(parts) - 1 else _like(part[-1:], printed, first + min(len(part), 2) - 1)
        now = list(printed[first : last + 1]) if part else []
        at = last + 1 if part else at
        out += [CUT] * (k > 0) + now
    return out


def _like(line: Sequence[str], printed: Sequence[str], start: int) -> int:
    """Return where a line is printed again, its numbers and spaces aside (no line: where the search starts)."""
    if not line:
        return start
    for k in range(start, len(printed)):
        if _bare(printed[k]) == _bare(line[0]):
            return k
    raise ValueError(f"not printed any more, so the output cannot be shortened as before: {line[0]!r}")


def _bare(line: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"-?\d[\d.]*|─+", "#", line)).strip()
