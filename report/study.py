"""The telling of a robustness study: how sure the verdict is, what decides it, and what would be worth knowing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from games.files.labels import label
from report.layout import MOST_ROWS, left_out, listed, remarks, section, table
from report.study_tables import options, tornado
from report.sweep import sweep
from report.words import VERDICTS, amount, share
from solver.results import Number
from solver.results.study import Box, Likelihood, Robustness, Sweep

BELOW = (0, 0, 1, 2)
METHODS = {"sobol": "scrambled Sobol' points", "lhs": "a Latin hypercube"}
SAMPLES = {
    "holds": "hold with nothing shared",
    "holds_with_sharing": "hold with sharing",
    "holds_in_some_states": "hold in some states",
    "fails": "fail",
    "unsearched": "do not hold as asked (smaller sets of states were not searched)",
    "refused": "have a sanction that nobody would believe",
}
BY_CHANCE = 0.05
"""A limit of a box that noise would give as well with more than this chance is marked."""


def robustness(result: Robustness) -> Iterable[RenderableType]:
    """Yield the telling of a robustness study, the parts that were not asked for left out."""
    yield from _heading(result)
    yield from tornado(result)
    yield from _pairs(result)
    yield from _leavers(result)
    yield from _boxes(result)
    yield from _information(result)
    yield from options(result)
    yield from _ends(result)
    yield from _sensitivity(result)
    if result.notes:
        yield Text("Notes", style="bold")
        yield from remarks(result.notes)
    yield from _origin(result)


def _heading(result: Robustness) -> Iterable[RenderableType]:
    yield Text(result.title, style="bold")
    if result.question:
        yield Text(result.question, style="italic")
    yield Text("")
    everywhere = set(result.states) == set(result.by_state)
    where = "in every state" if everywhere else f"when {listed(result.states)}"
    yield Text.assemble(("HOLDS", "bold"), f" in {sure(result.likelihood)} {where}")
    if not everywhere:
        yield Text(f"In every state: {_about(result.everywhere)}.")
    yield Text(f"At the likely values: {likely(result)}.")
    counted = [f"{share(v)} {SAMPLES[word]}" for word, v in result.verdicts.items() if v]
    if counted:
        yield Text(f"Of the samples, {', '.join(counted)}.")
    if len(result.by_state) > 1:
        yield Text(f"Holds with sharing, by state: {_by_state(result.by_state)}.")
    yield Text("")


def sure(found: Likelihood) -> str:
    """Return a likelihood in words: '71 % of 4,096 samples (95 % interval 69 to 72 %)'."""
    low, high = _percent(found.low, found), _percent(found.high, found)
    return f"{_percent(found.estimate, found)} of {found.samples:,} samples (95 % interval {low[:-2]} to {high})"


def _about(found: Likelihood) -> str:
    low, high = _percent(found.low, found), _percent(found.high, found)
    return f"{_percent(found.estimate, found)} ({low[:-2]} to {high})"


def _percent(value: float, found: Likelihood) -> str:
    """Return a share with as many decimals as its interval deserves."""
    width = found.high - found.low
    digits = 0 if width >= 0.02 else 1 if width >= 0.002 else 2
    return share(value) if not digits else f"{100 * value:z.{digits}f} %"


def likely(result: Robustness) -> str:
    """Return the verdict at the likely values in words."""
    word = VERDICTS[result.verdict][0]
    return f"{word} {listed(result.states)}" if result.verdict == "holds_in_some_states" else word


def _by_state(shares: Mapping[str, float]) -> str:
    """Return in how many samples each state holds; of many states, the weakest."""
    if len(shares) <= MOST_ROWS:
        return ", ".join(f"{state} {share(v)}" for state, v in shares.items())
    weakest = sorted(shares, key=lambda state: shares[state])[:5]
    words = ", ".join(f"{state} {share(shares[state])}" for state in weakest)
    return f"{words} (the weakest 5 of {len(shares)})"


def _pairs(result: Robustness) -> Iterable[RenderableType]:
    if not result.pairs:
        return
    yield Text("Two numbers that flip it together, though neither does so alone", style="bold")
    for pair in result.pairs[:5]:
        ends = [f"{label(path)} at {amount(v)}" for path, v in zip(pair.inputs, pair.values, strict=True)]
        yield Padding(Text(f"{' and '.join(ends)}: slack {amount(pair.slack)}"), (0, 0, 0, 2))
    if len(result.pairs) > 5:
        yield Padding(Text(f"5 of {len(result.pairs)}; all of them with --json", style="dim"), (0, 0, 0, 2))
    yield Text("")


def _leavers(result: Robustness) -> Iterable[RenderableType]:
    if result.leavers:
        who = sorted(result.leavers.items(), key=lambda pair: -pair[1])
        words = ", ".join(f"{name} {share(v)}" for name, v in who[:MOST_ROWS])
        yield Text("Who leaves first, where it does not hold as proposed", style="bold")
        yield Padding(Text(f"{words}."), BELOW)


def _boxes(result: Robustness) -> Iterable[RenderableType]:
    if not result.boxes:
        return
    fails = result.box_kind == "fails"
    yield Text(f"Where it mostly {result.box_kind}", style="bold")
    for box in result.boxes:
        yield Padding(Text(f"{box.words.rstrip('.')}:"), (0, 0, 0, 2))
        yield Padding(Text(_quality(box, fails)), (0, 0, 0, 4))
    yield Text("")


def _quality(box: Box, fails: bool) -> str:
    """Return what a box explains and how purely, in words."""
    cases, do = ("failures", "fail") if fails else ("samples that hold", "hold")
    words = f"{share(box.coverage)} of all {cases}; {share(box.density)} of the samples there {do}"
    words += f" ({share(box.mass)} of all samples lie there)."
    doubtful = [label(path) for path, chance in box.support.items() if chance > BY_CHANCE]
    return f"{words} By chance, perhaps: the limit of {listed(doubtful)}." if doubtful else words


def _information(result: Robustness) -> Iterable[RenderableType]:
    found = sorted(result.value_of_information, key=lambda one: -one.value)
    if not found:
        return
    worth = [one for one in found if one.value > 2 * one.error and amount(one.value) not in ("0", "~0")]
    title = "What is worth finding out before signing"
    if not worth:
        yield Text(title, style="bold")
        yield Padding(Text("No single number: none would change what to sign by enough to be seen."), BELOW)
        return
    columns = ("worth", "give or take")
    rows = table("number", *columns, numeric=columns)
    for one in worth[:MOST_ROWS]:
        rows.add_row(label(one.input), amount(one.value), amount(2 * one.error))
    rest = " The others are worth too little to be seen." if len(worth) < len(found) else ""
    legend = f"Worth: {result.units} a {result.period} to all together, at most, for knowing it exactly.{rest}"
    yield from section(title, rows, legend)


def _ends(result: Robustness) -> Iterable[RenderableType]:
    """Yield what the whole box of ranges allows: its worst point, and what holds everywhere in it."""
    worst, whole = result.worst_case, result.whole_box
    if worst is not None:
        end = "it still holds" if worst.holds else f"{worst.leaves_first or 'somebody'} leaves first"
        yield Text("The worst that the ranges allow", style="bold")
        words = f"Slack {amount(worst.slack)}: {end}. At {_at(worst.values)}. Proof: {worst.proof}."
        yield Padding(Text(words), BELOW)
    if whole is None:
        return
    yield Text("One arrangement for the whole box of ranges", style="bold")
    if whole.holds:
        words = f"Holds wherever in their ranges the numbers lie, with a slack of {amount(whole.slack)} or more."
    else:
        words = f"None was found that holds everywhere; the nearest falls short by {amount(-whole.slack)} of slack."
    at = f" It is tightest at {_at(whole.worst)}." if whole.worst else ""
    yield Padding(Text(f"{words}{at} Proof: {whole.proof}."), (0, 0, 0, 2))
    given = [
        f"{name}: " + ", ".join(f"{amount(v)} in {state}" for state, v in row.items() if v)
        for name, row in whole.levels.items()
        if any(row.values())
    ]
    for line in given[:MOST_ROWS]:
        yield Padding(Text(line), (0, 0, 0, 4))
    yield Text("")


def _at(values: Mapping[str, Number]) -> str:
    words = [f"{label(path)} {amount(v)}" for path, v in values.items()]
    return listed(words, MOST_ROWS)


def _sensitivity(result: Robustness) -> Iterable[RenderableType]:
    if not result.sensitivity:
        return
    columns = ("alone", "with the others", "give or take")
    rows = table("number", *columns, numeric=columns)
    found = sorted(result.sensitivity, key=lambda one: -one.total)
    for one in found[:MOST_ROWS]:
        name = " with ".join(label(path) for path in one.inputs)
        rows.add_row(name, share(max(one.first, 0.0)), share(max(one.total, 0.0)), f"{100 * one.error:.1f} %")
    legend = "Shares of the slack's variance (Sobol' indices): alone, and with all that it does through the others."
    shown = left_out(len(found), f"the first {MOST_ROWS}")
    yield from section("What makes the slack vary", rows, f"{shown}. {legend}" if shown else legend)


def _origin(result: Robustness) -> Iterable[RenderableType]:
    """Yield where the numbers come from, and how to go on."""
    kinds = [one.distribution for one in result.inputs]
    drawn = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    count = f"{len(kinds)} uncertain number{'' if len(kinds) == 1 else 's'}" + (f" ({drawn})" if drawn else "")
    yield Text(
        f"{result.likelihood.samples:,} samples of {count}, {METHODS[result.method]}, seed {result.seed}.", "dim"
    )
    yield Text(f"Proof: {result.proof}.", style="dim")
    if result.study:
        yield Text(f"Kept in {result.study}; the same command goes on from there.", style="dim")


TELLINGS: Mapping[type, Callable[[Any], Iterable[RenderableType]]] = {Robustness: robustness, Sweep: sweep}
