"""Pictures of answers, as PNG or SVG; readable in print and by the colour-blind.

Colours are Okabe & Ito's; regions differ by line style and shade too. The same answer gives the same bytes.
"""

from __future__ import annotations

from functools import singledispatch
from io import BytesIO
from pathlib import Path
from typing import Any

from games.errors import refuse
from report.files import write_whole
from solver.results.repeated import PatienceSteps, PayoffPicture, Region, Step
from solver.results.stage import ReplicatorPath

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
FORMATS = ("png", "svg")
SETTINGS = {"svg.hashsalt": "accord", "font.size": 10, "axes.spines.top": False, "axes.spines.right": False}


def figure(result: object, path: str) -> None:
    """Draw a result into a .png or .svg file, written whole.

    Raises
    ------
    ScenarioError : another kind of file, or a result that has no picture.
    """
    kind = Path(path).suffix.lower().lstrip(".")
    if kind not in FORMATS:
        raise refuse("--plot", f"'{path}' is no picture that can be written", "name a .png or .svg file")
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    with matplotlib.rc_context(SETTINGS):
        drawing, axes = pyplot.subplots(figsize=(7.0, 5.2), layout="constrained")
        try:
            draw(result, axes)
            out = BytesIO()
            drawing.savefig(out, format=kind, dpi=160, metadata={"Date": None} if kind == "svg" else {"Software": None})
        finally:
            pyplot.close(drawing)
    write_whole(path, out.getvalue())


@singledispatch
def draw(result: object, axes: Any) -> None:
    """Draw a result into axes."""
    raise refuse("--plot", "this answer has no picture", "payoffs, patience and --concept replicator have one")


@draw.register
def _(result: PayoffPicture, axes: Any) -> None:
    count = 0
    for region in result.regions:
        if region.kind == "equilibrium":
            colour, style = COLOURS[count % len(COLOURS)], STYLES[count % len(STYLES)]
            _region(axes, region, colour, style, 0.16)
            count += 1
        else:
            shade = "#f2f2f2" if region.kind == "feasible" else "#dcdcdc"
            _region(axes, region, "#8a8a8a", "-", 1.0, shade)
    for label, point in result.points:
        axes.plot(*map(float, point), "k^", markersize=6, zorder=5)
        axes.annotate(label, tuple(map(float, point)), xytext=(5, -11), textcoords="offset points", fontsize=8)
    unit = f" ({result.units})" if result.units else ""
    axes.set_xlabel(f"{result.players[0]}, payoff a period{unit}")
    axes.set_ylabel(f"{result.players[1]}, payoff a period{unit}")
    where = "" if result.state == "always" else f", in {result.state}"
    axes.set_title(f"{result.title}{where}", loc="left", fontsize=11, fontweight="bold")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=2, frameon=False, fontsize=8)


def _region(axes: Any, region: Region, colour: str, style: Any, alpha: float, shade: str = "") -> None:
    """Draw one set: a polygon, a segment, a point, or just its name where it is empty."""
    points = [tuple(map(float, v)) for v in region.vertices]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    if not points:
        axes.plot([], [], linestyle="none", label=f"{region.label}: no equilibrium in pure strategies")
    elif len(points) == 1:
        axes.plot(xs, ys, "o", color=colour, markersize=7, label=f"{region.label}: one point", zorder=4)
    elif len(points) == 2:
        axes.plot(xs, ys, color=colour, linestyle=style, linewidth=2.4, label=region.label, zorder=3)
    else:
        axes.fill(xs, ys, color=shade or colour, alpha=alpha, linewidth=0)
        axes.plot([*xs, xs[0]], [*ys, ys[0]], color=colour, linestyle=style, linewidth=1.6, label=region.label)


@draw.register
def _(result: PatienceSteps, axes: Any) -> None:
    for k, (steps, label) in enumerate(
        ((result.steps, "unlimited payments"), (result.reversion, "no money, reversion to a stage equilibrium"))
    ):
        if steps:
            _staircase(axes, steps, COLOURS[k], STYLES[k], label)
    axes.set_xlim(0, 1)
    axes.set_xlabel("discount factor")
    axes.set_ylabel("best joint payoff a period")
    axes.set_title(result.title, loc="left", fontsize=11, fontweight="bold")
    axes.legend(loc="lower right", frameon=False, fontsize=9)


def _staircase(axes: Any, steps: tuple[Step, ...], colour: str, style: Any, label: str) -> None:
    xs = [float(step.start) for step in steps] + [1.0]
    ys = [float(step.joint) for step in steps]
    axes.step(xs, [*ys, ys[-1]], where="post", color=colour, linestyle=style, linewidth=2, label=label)
    axes.plot(xs[:-1], ys, "o", color=colour, markersize=4)


@draw.register
def _(result: ReplicatorPath, axes: Any) -> None:
    for k, action in enumerate(result.actions):
        shares = [row[k] for row in result.shares]
        axes.plot(
            result.times, shares, color=COLOURS[k % len(COLOURS)], linestyle=STYLES[k % len(STYLES)], label=action
        )
    axes.set_ylim(0, 1)
    axes.set_xlabel("time")
    axes.set_ylabel("share of the population")
    axes.set_title(result.title, loc="left", fontsize=11, fontweight="bold")
    axes.legend(frameon=False, fontsize=9)
