"""How far a long command is, on stderr: nothing where nobody watches, and nothing for what is quick."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

QUICK = 1.0
"""Seconds for which nothing is shown."""


class _Rate(ProgressColumn):
    """How many are done a second, lately."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if speed is None:
            return Text("")
        return Text(f"{speed:,.0f} a second" if speed >= 10 else f"{speed:.2g} a second")


@contextmanager
def counted(
    total: int, done: int = 0, unit: str = "samples", console: Console | None = None, after: float = QUICK
) -> Iterator[Callable[[int], None]]:
    """Yield a function that is told how many more are done, and shows it with the rate and the time left.

    ``done`` were done before, by an earlier run, and do not count for the rate. Shown on stderr, if that is a
    terminal, ``after`` a second, and wiped away in the end.
    """
    screen = console or Console(stderr=True)
    if not screen.is_terminal or screen.is_dumb_terminal:
        yield lambda more: None
        return
    columns = (
        BarColumn(), TextColumn(f"{{task.completed:,.0f}} of {{task.total:,.0f}} {unit}"), _Rate(),
        TimeRemainingColumn(compact=True), TextColumn("left"),
    )  # fmt: skip
    # What is printed meanwhile goes where it was meant to go: the answer to stdout, which may be a file.
    bar = Progress(*columns, console=screen, transient=True, redirect_stdout=False, redirect_stderr=False)
    task = bar.add_task("", total=total, completed=done)
    late = Timer(after, bar.start)
    late.daemon = True
    late.start()
    try:
        yield lambda more: bar.advance(task, more)
    finally:
        late.cancel()
        late.join()
        bar.stop()
