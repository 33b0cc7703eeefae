"""Tables and sections that tellings share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

WIDTH = 80
MOST_ROWS = 12
NUMERIC = (
    "slack",
    "gain now",
    "loss later",
    "alone needs",
    "value",
    "outside",
    "gain",
    "cost",
    "least",
    "most",
    "probability",
)


def table(*headings: str, numeric: Collection[str] = NUMERIC, whole: Collection[str] = ()) -> Table:
    """Return an empty table; headings of numbers stand to the right, and no cell of those or of ``whole`` is folded."""
    out = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        side: Literal["right", "left"] = "right" if heading in numeric else "left"
        unbroken = heading in numeric or heading in whole
        out.add_column(heading, justify=side, overflow="fold", no_wrap=unbroken)
    return out


def remarks(notes: Iterable[str]) -> Iterable[RenderableType]:
    """Yield what should be known beside an answer, one remark a line."""
    for note in notes:
        yield Padding(Text(f"- {note.rstrip('.')}."), (0, 0, 0, 2))


def section(title: str, body: Table, below: str = "") -> Iterable[RenderableType]:
    """Yield a titled table with a line of explanation below."""
    yield Text(title, style="bold")
    yield body
    if below:
        yield Padding(Text(below, style="dim"), (0, 0, 1, 1))


def listed(names: Sequence[str], most: int = 5) -> str:
    """Return names with commas, and how many more there are."""
    if len(names) <= most:
        return ", ".join(names)
    return ", ".join(names[:most]) + f" and {len(names) - most} more"


def left_out(count: int, shown: str) -> str:
    """Return what a table does not show, in words; nothing if it shows all."""
    return f"{shown} of {count}; all of them with --json" if count > MOST_ROWS else ""


def packed(parts: Sequence[str], width: int) -> str:
    """Return parts in lines of a width, no part broken over two lines."""
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]} {part}".strip()
        if len(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(part)
    return "\n".join(lines)
