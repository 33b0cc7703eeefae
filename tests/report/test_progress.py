"""Progress is for those who watch a terminal, and for what takes long."""

from __future__ import annotations

import io
import time

from rich.console import Console

from report.progress import counted


def screen(terminal=True):
    return Console(file=io.StringIO(), force_terminal=terminal, width=100, color_system=None, _environ={})


def told(console):
    return console.file.getvalue()


def shown(console, words):
    """Wait until the bar's own thread has shown words; the test fails if it never does."""
    for _ in range(200):
        if words in told(console):
            return True
        time.sleep(0.01)
    return False


def test_a_long_count_shows_what_is_done_how_fast_and_what_is_left():
    console = screen()
    with counted(4000, console=console, after=0) as advance:
        for _ in range(4):
            advance(500)
            time.sleep(0.01)
        assert shown(console, "2,000 of 4,000 samples")
        assert shown(console, "a second")
        assert shown(console, "left")


def test_what_an_earlier_run_has_done_counts_as_done():
    console = screen()
    with counted(100, done=40, console=console, after=0) as advance:
        advance(2)
        assert shown(console, "42 of 100 samples")


def test_a_quick_count_shows_nothing():
    console = screen()
    with counted(2, console=console, after=60) as advance:
        advance(2)
    assert told(console) == ""


def test_a_file_gets_no_bar():
    console = screen(terminal=False)
    with counted(2, console=console, after=0) as advance:
        advance(1)
        time.sleep(0.02)
    assert told(console) == ""


def test_the_bar_is_wiped_away_in_the_end():
    console = screen()
    with counted(2, console=console, after=0) as advance:
        advance(1)
        assert shown(console, "1 of 2")
    erase_line, show_cursor = "\x1b[2K", "\x1b[?25h"
    assert told(console).rstrip().endswith(erase_line)
    assert show_cursor in told(console)
