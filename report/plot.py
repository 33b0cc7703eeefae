"""Pictures of answers, as PNG or SVG; readable in print and by the colour-blind (``report.canvas``).

The same answer gives the same bytes. In an SVG words are text: they can be searched, read aloud and restyled.
"""

from __future__ import annotations

import warnings
from dataclasses import fields, is_dataclass
from functools import singledispatch
from io import BytesIO
from typing import Any

from matplotlib import rcParams

from games.errors import refuse
from report.canvas import missing, plain, settings, sheet
from report.files import picture_format, write_whole
from report.plot_patience import bands, staircases
from report.plot_payoffs import payoff_picture
from report.plot_stage import paths
from report.plot_study import robustness_sheet
from report.plot_sweep import sweep_sheet
from solver.results.repeated import PatienceSteps, PatienceSwitches, PayoffPicture
from solver.results.stage import ReplicatorPath
from solver.results.study import Robustness, Sweep

BOXES = "letters that no font here has are boxes in the picture; an .svg keeps them"


def figure(result: object, path: str) -> tuple[str, ...]:
    """Draw a result into a .png or .svg file, written whole, and return what should be known of the picture.

    Raises
    ------
    ScenarioError : another kind of file, one that cannot be written, or a result that has no picture.
    """
    kind = picture_format(path)
    words = " ".join(_words(result))
    with settings(words):
        drawing, axes = sheet()
        draw(result, axes)
        out = BytesIO()
        facts: dict[str, str | None] = {"Title": plain(getattr(result, "title", ""))}
        facts |= {"Date": None, "Creator": "accord"} if kind == "svg" else {"Software": "accord"}
        with warnings.catch_warnings():
            # Said once, below, and not once for every letter.
            warnings.filterwarnings("ignore", message="Glyph .* missing")
            drawing.savefig(out, format=kind, dpi=160, metadata=facts, bbox_inches="tight", pad_inches=0.18)
        boxes = kind == "png" and bool(missing(words, rcParams["font.family"]))
    write_whole(path, out.getvalue())
    return (BOXES,) if boxes else ()


def _words(result: object) -> list[str]:
    """Return every word within a result."""
    if isinstance(result, str):
        return [result]
    if is_dataclass(result):
        return [word for field in fields(result) for word in _words(getattr(result, field.name))]
    if isinstance(result, dict):
        return [word for pair in result.items() for part in pair for word in _words(part)]
    return [word for part in result for word in _words(part)] if isinstance(result, (tuple, list)) else []


@singledispatch
def draw(result: object, axes: Any) -> None:
    """Draw a result into axes."""
    raise refuse(
        "--plot", "this answer has no picture", "payoffs, patience, robust, sweep and --concept replicator have one"
    )


draw.register(PayoffPicture, payoff_picture)
draw.register(PatienceSteps, staircases)
draw.register(PatienceSwitches, bands)
draw.register(ReplicatorPath, paths)
draw.register(Robustness, robustness_sheet)
draw.register(Sweep, sweep_sheet)
