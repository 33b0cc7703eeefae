"""Pictures of patience: what the players reach together, or what they play, from which discount factor on."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from report.canvas import COLOURS, HATCHES, MARKERS, NOTHING, STYLES, Entry, entitle, folded, key, label_axes, note
from report.layout import MOST_ROWS, listed
from report.repeated import highest, played
from report.stage import exactly
from solver.results.repeated import PatienceSteps, PatienceSwitches, Step

FACTOR = "discount factor: how much the next period counts"
STATE = 24
NONE = "no equilibrium in pure strategies"


def staircases(result: PatienceSteps, axes: Any) -> None:
    """Draw the best joint payoff as a step function of the discount factor, with money and without."""
    entries: list[Entry] = []
    curves = ((result.steps, "unlimited payments"), (result.reversion, "no money, reversion to the worst equilibrium"))
    for k, (steps, words) in enumerate(curves):
        entries.append(_staircase(axes, steps, k, words))
    axes.set_xlim(0, 1)
    entitle(axes, result.title, "The most that the players reach together, by how patient they are")
    label_axes(axes, FACTOR, "payoff per period, all players together" if result.steps else "")
    if not result.steps:
        axes.set_yticks([])
        note(axes, f"{NONE}, whatever the discount factor")
    key(axes, entries)


def _staircase(axes: Any, steps: tuple[Step, ...], k: int, words: str) -> Entry:
    if not steps:
        return NOTHING, f"{words}: {NONE}"
    most = highest(steps)
    look: dict[str, Any] = {"color": COLOURS[k], "linestyle": STYLES[k], "linewidth": 3.4 - 1.2 * k}
    look |= {"marker": MARKERS[k], "markersize": 7 - 1.5 * k}
    xs, ys = [float(step.start) for step in steps], [float(step.joint) for step in steps]
    axes.step([*xs, 1.0], [*ys, ys[-1]], where="post", markevery=range(len(xs)), clip_on=False, zorder=3 + k, **look)
    begins = "" if steps[0].start == 0 else f"; below {exactly(steps[0].start)} {NONE}"
    return Line2D([], [], **look), f"{words}: {exactly(most.joint)} from {exactly(most.start)} on{begins}"


def bands(result: PatienceSwitches, axes: Any) -> None:
    """Draw what is played in every state as a band along the discount factors."""
    names = list(dict.fromkeys(state.state for switch in result.switches for state in switch.states))[:MOST_ROWS]
    plays: dict[str, dict[str, Any]] = {}
    for row, name in enumerate(names):
        for low, high, play in _stretches(result, name):
            look = plays.setdefault(play, _look(len(plays)))
            axes.barh(row, high - low, left=low, height=0.72, **look)
    for switch in result.switches[1:]:
        axes.axvline(float(switch.discount), color="black", linewidth=0.8, linestyle=":")
    axes.set_xlim(0, 1)
    entitle(axes, result.title, "What is played with unlimited payments, by how patient the players are")
    label_axes(axes, FACTOR, "")
    axes.set_yticks(range(len(names)), [folded(name, STATE) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    if not names:
        note(axes, f"{NONE}, whatever the discount factor")
    key(axes, [*((Patch(**look), play) for play, look in plays.items()), (NOTHING, _changes(result))])


def _stretches(result: PatienceSwitches, name: str) -> list[tuple[float, float, str]]:
    """Return from where to where the same is played in a state, and what."""
    out: list[tuple[float, float, str]] = []
    ends = [*(float(s.discount) for s in result.switches), 1.0]
    for switch, (low, high) in zip(result.switches, pairwise(ends), strict=True):
        for play in (played(state.profile) for state in switch.states if state.state == name):
            same = bool(out) and out[-1][1:] == (low, play)
            out[-1:] = [(out[-1][0], high, play)] if same else [*out[-1:], (low, high, play)]
    return out


def _changes(result: PatienceSwitches) -> str:
    """Say at which discount factors something changes."""
    said = []
    for kind, words in (("play", "what is played changes"), ("punishment", "only what punishes changes")):
        at = [exactly(s.discount) for s in result.switches[1:] if s.kind == kind]
        said += [f"{words} at {listed(at, MOST_ROWS)}"] if at else []
    return "; ".join(said) or "the same at every discount factor"


def _look(k: int) -> dict[str, Any]:
    shade = ("#dfeaf3", "#f7dfae", "#c9c9c9", "#a9d6f2", "#f3c3a3", "#a5d8c8", "#eed0e0")[k % 7]
    return {"facecolor": shade, "edgecolor": "#333333", "hatch": HATCHES[k % len(HATCHES)], "linewidth": 0.8}
