"""What all pictures share: a sheet, its titles and its key, and marks that can be told apart without colour.

Colours are Okabe & Ito's, or viridis where an order is shown: from dark to light, so that it survives a grey printer.
Line styles, hatches and markers say the same again. Every word stands outside the data, folded to a width, and the
sheet grows with the words: nothing is cut off, however long the names are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter
from rich.console import Console
from rich.text import Text

COLOURS = ("#0072B2", "#E69F00", "#000000", "#56B4E9", "#D55E00", "#009E73", "#CC79A7")
STYLES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (7, 2, 1, 2)), (0, (4, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
HATCHES = ("", "////", "..", "\\\\\\\\", "xxxx", "----", "oo")
SIDE = 5.4
"""Width of the data area, in inches."""
TITLE, BELOW, KEY = 74, 96, 46
"""Widths of the title, of the line below it and of the key, in letters."""
AXIS = 48
FONT = "DejaVu Sans"
WIDE = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans", "Microsoft YaHei", "Yu Gothic", "PingFang SC",
    "Hiragino Sans", "Malgun Gothic", "WenQuanYi Zen Hei", "Arial Unicode MS", "Noto Sans", "Segoe UI", "FreeSans",
)  # fmt: skip
"""Fonts that have the letters that ours lacks, the first that is installed comes first."""
SETTINGS = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.family": [FONT, "sans-serif"],
    "font.sans-serif": [FONT],
    "font.size": 10,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "accord",
    # A name may hold a dollar sign, which would begin a formula.
    "text.parse_math": False,
}
NOTHING = Line2D([], [], linestyle="none")
"""The sign of a line of the key that stands for nothing drawn."""
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
Entry = tuple[Any, str]


@contextmanager
def settings(words: str) -> Iterator[None]:
    """Draw with our settings, whatever the user's own say, and with fonts that have the letters of some words."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)
        if missing(words, [FONT]):
            installed = set(font_manager.get_font_names())
            matplotlib.rcParams["font.family"] = [FONT, *(name for name in WIDE if name in installed), "sans-serif"]
        yield


def missing(words: str, families: Sequence[str]) -> set[str]:
    """Return the letters that none of some fonts has."""
    left = {ord(letter) for letter in plain(words)}
    for family in families:
        left -= set(FT2Font(font_manager.findfont(font_manager.FontProperties(family=[family]))).get_charmap())
    return {chr(letter) for letter in left}


def plain(words: str) -> str:
    """Return words on one line, without control characters, which no picture can hold."""
    return " ".join(CONTROL.sub(" ", words).split())


def folded(words: str, width: int) -> str:
    """Return words in lines of a width; letters of double width count as two, a long name is broken."""
    lines = Text(plain(words)).wrap(Console(width=width), width)
    return "\n".join(line.plain.rstrip() for line in lines)


def sheet(height: float = SIDE) -> tuple[Figure, Any]:
    """Return an empty sheet and its data area; what is written around it makes the sheet grow."""
    drawing = Figure(figsize=(SIDE, height))
    return drawing, drawing.add_axes((0.0, 0.0, 1.0, 1.0))


def panel(axes: Any, top: float, height: float, fresh: bool = True) -> Any:
    """Return the data area of a part of a sheet, so far below its top (inches): a fresh one, or the one there is."""
    place = (0.0, 1 - (top + height) / SIDE, 1.0, height / SIDE)
    if fresh:
        return axes.figure.add_axes(place)
    axes.set_position(place)
    return axes


def subtitle(axes: Any, words: str) -> None:
    """Write what a part of a sheet shows above it."""
    where: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
    axes.annotate(folded(words, TITLE), (0, 1), (0, 10), fontsize=10.5, fontweight="bold", **where)


def entitle(axes: Any, title: str, below: str, above: float = 0) -> None:
    """Write a title above the data, and what is shown in a line below it; ``above`` leaves room for a subtitle."""
    below = folded(below, BELOW)
    room = 14 + 13 * len(below.split("\n")) + above
    axes.set_title(folded(title, TITLE), loc="left", fontsize=12, fontweight="bold", pad=room)
    where = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
    axes.annotate(below, (0, 1), (0, 9 + above), fontsize=9.5, **where)


def label_axes(axes: Any, across: str, up: str) -> None:
    """Write what the axes measure, and their numbers without powers of ten."""
    axes.set_xlabel(folded(across, AXIS))
    axes.set_ylabel(folded(up, AXIS))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value + 0.0:,.12g}".replace("-", "\N{MINUS SIGN}")))


def key(axes: Any, entries: Sequence[Entry], title: str = "") -> None:
    """Write the key to the right of the data."""
    words = [folded(label, KEY) for _, label in entries]
    axes.legend(
        [handle for handle, _ in entries], words, title=folded(title, KEY) or None, loc="upper left",
        bbox_to_anchor=(1.04, 1.0), borderaxespad=0, frameon=False, fontsize=9, title_fontsize=9, handlelength=3.2,
        handleheight=1.3, labelspacing=0.9, alignment="left", numpoints=1,
    )  # fmt: skip


def note(axes: Any, words: str) -> None:
    """Write into a picture why nothing is in it, in a corner where it hides nothing."""
    box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": "#5a5a5a"}
    axes.text(0.97, 0.97, words, transform=axes.transAxes, ha="right", va="top", fontsize=10, bbox=box, zorder=9)
