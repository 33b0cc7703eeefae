"""Results in words and tables for a terminal, 80 columns wide; plain when piped.

``tell`` returns what is shown of a result; a test walks every result of ``solver.results`` that a command prints and
fails where a telling is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import singledispatch
from io import StringIO

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from games.files.catalogue import Catalogue
from report.words import STAGE_WORDS, VERDICTS, amount, periods, share
from solver.results import (
    Breach,
    Comparison,
    Difference,
    Evaluation,
    Lifetime,
    RenewalAnswer,
    Simulation,
    StateAnswer,
    Threshold,
)

MOST_ROWS = 12
PROPOSED = "as it stands"
WIDTH = 80


def render(result: object, colour: bool = False, width: int = WIDTH) -> str:
    """Return the telling of a result as text."""
    out = StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, no_color=not colour, color_system="auto" if colour else None,
        highlight=False,
    )  # fmt: skip
    for part in tell(result):
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


@singledispatch
def tell(result: object) -> Iterable[RenderableType]:
    """Return the parts of a result's telling, in order."""
    raise TypeError(f"no telling for {type(result).__name__}")


NUMERIC = ("slack", "gain now", "loss later", "alone needs", "value", "outside", "gain", "cost", "least", "most")


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        numeric = heading in NUMERIC
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold", no_wrap=numeric)
    return table


def _section(title: str, table: Table, below: str = "") -> Iterable[RenderableType]:
    """Yield a titled table with a line of explanation below."""
    yield Text(title, style="bold")
    yield table
    if below:
        yield Padding(Text(below, style="dim"), (0, 0, 1, 1))


def _heading(result: Evaluation) -> Iterable[RenderableType]:
    yield Text(result.title, style="bold")
    if result.question:
        yield Text(result.question, style="italic")
    if result.active:
        yield Text("with " + ", ".join(result.active))
    word, style, gloss = VERDICTS[result.verdict]
    if result.verdict == "holds_with_sharing" and result.arrangement.aim == PROPOSED:
        gloss = "in every state, with the levels in the file"
    if result.verdict == "holds_in_some_states":
        names = _listed([s.state for s in result.states if s.holds])
        word = f"{word} {names}"
        others = _listed([s.state for s in result.states if not s.holds])
        gloss = f"({'sleeps' if result.lapse == 'sleep' else 'ends'} in {others})"
    yield Text("")
    if result.arrangement.aim == "patience":
        gloss = f"from a common discount factor of {amount(result.arrangement.value)} on"
    yield Text.assemble((word, f"bold {style}"), f"  {gloss}")
    yield Text(f"Proof: {_proof(result)}", style="dim")


def _proof(result: Evaluation) -> str:
    if result.proof == "exact":
        return "exact (decided in rational arithmetic from the file's own decimals)"
    return result.proof


def _listed(names: Sequence[str], most: int = 5) -> str:
    if len(names) <= most:
        return ", ".join(names)
    return ", ".join(names[:most]) + f" and {len(names) - most} more"


@tell.register
def _(result: Evaluation) -> Iterable[RenderableType]:
    yield from _heading(result)
    yield Text("")
    if result.first is not None:
        yield from _leaver(result, result.first)
    yield from _states(result)
    yield from _actors(result)
    if any(any(row.values()) for row in result.arrangement.levels.values()):
        yield from _arrangement(result)
    yield from _lifetime(result)
    if result.fixes:
        yield from _fixes(result)
    if result.notes:
        yield Text("Notes", style="bold")
        for note in result.notes:
            yield Padding(Text(f"- {note}."), (0, 0, 0, 2))
    yield Text(f"Amounts are {result.units} a {result.period}. After a breach: {result.sanction}.", style="dim")


def _leaver(result: Evaluation, first: Breach) -> Iterable[RenderableType]:
    yield Text(_leaver_title(result, first), style="bold")
    if first.stage == "join":
        words = (
            f"{first.actor} would not join: the agreement is worth {amount(first.loss_later)} a {result.period} to it, "
            f"staying out {amount(first.gain_now)}."
        )
    else:
        words = _breaking(first)
    yield Padding(Text(words), (0, 0, 1, 2))


def _leaver_title(result: Evaluation, first: Breach) -> str:
    if result.verdict == "holds_with_sharing":
        return "Who would leave first without it"
    if result.verdict == "holds_in_some_states":
        return f"Who would leave if {first.state} were kept too, whatever is shared"
    return "Who leaves first, as it stands"


def _breaking(breach: Breach) -> str:
    """Return what a breach brings and costs, in one sentence."""
    what = STAGE_WORDS[breach.stage].format(action=breach.deviation)
    opening = f"{breach.actor}, in {breach.state}: {what}"
    gain, loss = breach.gain_now, breach.loss_later
    if gain >= 0 and loss >= 0:
        return f"{opening} brings it {amount(gain)} now and costs it only {amount(loss)} later (present value)."
    if gain < 0:
        return f"{opening} costs it {amount(-gain)} now but saves it {amount(-loss)} later (present value)."
    return (
        f"{opening} brings it {amount(gain)} now and another {amount(-loss)} later (present value): "
        "taking part costs it more than it brings."
    )


def _states(result: Evaluation) -> Iterable[RenderableType]:
    table = _table("state", "holds", "slack", "tightest", "gain now", "loss later")
    for answer in _worst(result.states):
        table.add_row(*_state_row(answer, result.start))
    count = len(result.states)
    yield from _section("State by state", table, _left_out(count, f"the tightest {MOST_ROWS - 1}"))


def _left_out(count: int, shown: str) -> str:
    return f"{shown} of {count}; all of them with --json" if count > MOST_ROWS else ""


def _worst(states: Sequence[StateAnswer]) -> list[StateAnswer]:
    if len(states) <= MOST_ROWS:
        return list(states)
    tightest = sorted(range(len(states)), key=lambda k: states[k].slack)[: MOST_ROWS - 1]
    return [states[k] for k in sorted(tightest)]


def _state_row(answer: StateAnswer, start: str) -> tuple[str, ...]:
    name = answer.state + (" (start)" if answer.state == start else "")
    holds = "yes" if answer.holds else "no"
    if answer.binding is None:
        return name, holds, amount(answer.slack), "", "", ""
    b = answer.binding
    where = "" if b.state == answer.state else f" in {b.state}"
    what = f"{b.actor}: {b.deviation}{where}"
    return name, holds, amount(answer.slack), what, amount(b.gain_now), amount(b.loss_later)


def _actors(result: Evaluation) -> Iterable[RenderableType]:
    table = _table("actor", "alone needs", "value", "outside", "gain")
    names = list(result.values)
    for name in names if len(names) <= MOST_ROWS else names[: MOST_ROWS - 1]:
        value, outside = result.values[name][result.start], result.outside[name]
        needs = _needs(result.critical.actors.get(name))
        table.add_row(name, needs, amount(value), amount(outside), amount(value - outside))
    if result.critical.common is not None:
        everybody = "all, with sharing" if result.arrangement.levels else "all"
        table.add_row(everybody, _needs(result.critical.common), "", "", "", end_section=True)
    left_out = _left_out(len(names), f"the first {MOST_ROWS - 1}")
    legend = (
        "alone needs: the discount factor from which an actor keeps to it with nothing more shared than the file "
        f"proposes (never: at none). Values from the start, {result.start}."
    )
    yield from _section("Actor by actor", table, f"{left_out}. {legend}" if left_out else legend)


def _needs(threshold: Threshold | None) -> str:
    if threshold is None:
        return "not computed"
    if threshold.value is None:
        return "never"
    low = amount(threshold.value)
    gaps = "" if len(threshold.intervals) == 1 and threshold.intervals[0][1] == 1 else " (not all above)"
    return low + gaps


def _arrangement(result: Evaluation) -> Iterable[RenderableType]:
    given = {name: row for name, row in result.arrangement.levels.items() if any(row.values())}
    aim = result.arrangement
    title = f"The arrangement ({_aim_words(result)})"
    states = [s.state for s in result.states if s.holds]
    below = ""
    if len(states) <= 4 and len(given) <= MOST_ROWS:
        table = _table("instrument", *states)
        for name, row in given.items():
            table.add_row(name, *(amount(row[s]) for s in states))
    else:
        table = _table("instrument", "least", "most")
        for name, row in list(given.items())[: MOST_ROWS - 1]:
            table.add_row(name, amount(min(row.values())), amount(max(row.values())))
        below = _left_out(len(given), f"the first {MOST_ROWS - 1}")
    yield from _section(title, table, below)
    if aim.aim == "cheapest" and any(s.slack == 0 for s in result.states if s.holds):
        yield Padding(Text("It leaves no margin where the slack is 0; `design --aim robust` does."), (0, 0, 1, 2))
    if aim.note:
        yield Padding(Text(aim.note + "."), (0, 0, 1, 2))
    if result.shadow_prices:
        yield Text(f"What one unit of ease would save a {result.period} (shadow prices)", style="bold")
        for price in result.shadow_prices[:5]:
            yield Padding(Text(f"{amount(price.price)}  {price.constraint}"), (0, 0, 0, 2))
        yield Text("")


def _aim_words(result: Evaluation) -> str:
    """Return the aim with what its value means."""
    aim, value = result.arrangement, amount(result.arrangement.value)
    if aim.aim == PROPOSED:
        return "the levels in the file"
    if aim.value is None or aim.aim == "nash":
        return aim.aim
    meaning = {
        "fairest": f"the smallest gain is {value} a {result.period}",
        "robust": f"it bears errors of {100 * float(aim.value):.3g} % of every actor's largest payoff",
        "proportional": f"gains are {value} of the contributions",
        "kalai-smorodinsky": f"everybody gets {value} of the most it could gain",
        "patience": f"at a common discount factor of {value}",
    }
    return f"{aim.aim}: " + meaning.get(aim.aim, f"{value} a {result.period}, all givers together")


def _lifetime(result: Evaluation) -> Iterable[RenderableType]:
    if result.renewal is not None:
        yield Text("Renewal", style="bold")
        yield Padding(Text(_renewing(result.renewal, result.period)), (0, 0, 1, 2))
    if result.verdict != "fails":
        yield Text("How long it lasts", style="bold")
        yield Padding(Text(_lasting(result.lifetime, result.period)), (0, 0, 1, 2))


def _renewing(renewal: RenewalAnswer, period: str) -> str:
    payers = ", ".join(f"{name} {amount(cost)}" for name, cost in renewal.cost.items() if cost) or "at no cost"
    plan = f"{renewal.by} renews every {renewal.every} {period}s (a time: {payers}). "
    if not renewal.holds_at:
        return plan + f"At no interval up to {renewal.tried} does it hold in every state."
    return (
        plan
        + f"It holds in every state if renewed every {_runs(renewal.holds_at)} {period}s (tried to {renewal.tried})."
    )


def _runs(numbers: Sequence[int]) -> str:
    """Return whole numbers as runs: '1 to 6, 8'."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in runs)


def _lasting(lifetime: Lifetime, period: str) -> str:
    if lifetime.wakes_after is None:
        often = share(lifetime.awake_share)
        return f"It sleeps at the start and may never wake; awake {often} of the time in the long run."
    opening = ""
    if lifetime.wakes_after > 0:
        opening = f"It sleeps at the start and wakes after {periods(lifetime.wakes_after, period)} on average. "
    if lifetime.expected_length is None:
        return opening + "From then on, no end in sight: the agreement's own play never leads to sleep or to an end."
    words = (
        f"{periods(lifetime.expected_length, period)} on average until it {'next' if opening else 'first'} sleeps or "
        f"ends; awake {share(lifetime.awake_share)} of the time in the long run."
    )
    if opening:
        return opening + "Then " + words
    unbroken = ", ".join(f"{share(p)} after {k}" for k, p in lifetime.unbroken.items() if k in (6, 12, 24, 60))
    return f"{words} Unbroken so far: {unbroken} {period}s."


def _fixes(result: Evaluation) -> Iterable[RenderableType]:
    title = "Other ways to keep it" if result.verdict == "holds_with_sharing" else "What would mend it"
    table = _table("", "fix", "cost", "who pays", "what to do")
    for k, fix in enumerate(result.fixes, start=1):
        cost = "-" if fix.cost is None else amount(fix.cost)
        table.add_row(
            str(k),
            fix.kind,
            cost,
            _listed(fix.payers, 2),
            fix.text + ("" if fix.proof == "exact" else f" [{fix.proof}]"),
        )
    yield from _section(f"{title} (each re-solved and shown to work, the cheapest first)", table)


@tell.register
def _(result: Comparison) -> Iterable[RenderableType]:
    table = _table("", *(e.title for e in result.evaluations))
    rows = {
        "file": list(result.names),
        "verdict": [VERDICTS[e.verdict][0] for e in result.evaluations],
        "holds in": [_listed([s.state for s in e.states if s.holds], 3) or "-" for e in result.evaluations],
        "leaves first": [f"{e.first.actor} in {e.first.state}" if e.first else "-" for e in result.evaluations],
        "smallest slack": [amount(min(s.slack for s in e.states)) for e in result.evaluations],
        "all need": [_needs(e.critical.common) for e in result.evaluations],
        "cheapest fix": [_cheapest(e) for e in result.evaluations],
    }
    for name, cells in rows.items():
        table.add_row(name, *cells)
    yield from _section("Side by side", table)
    for name, found in zip(result.names[1:], result.differences, strict=True):
        yield from _differences(result.names[0], name, found)
    for note in result.notes:
        yield Padding(Text(f"- {note}."), (0, 0, 0, 2))


def _cheapest(evaluation: Evaluation) -> str:
    priced = [f for f in evaluation.fixes if f.cost is not None]
    return f"{priced[0].kind} at {amount(priced[0].cost)}" if priced else "-"


def _differences(first: str, other: str, found: Sequence[Difference]) -> Iterable[RenderableType]:
    flips = [d for d in found if d.flips]
    yield Text(f"From {first} to {other}", style="bold")
    if flips:
        table = _table("what flips the verdict alone", "from", "to", "then it")
        for d in flips:
            table.add_row(d.path, d.before, d.after, VERDICTS[d.verdict][0] if d.verdict else "")
        yield table
    else:
        yield Padding(Text("Nothing flips the verdict alone."), (0, 0, 0, 2))
    alone = [d.path for d in found if not d.flips and d.verdict]
    if alone:
        yield Padding(Text(f"No flip alone: {', '.join(alone)}.", style="dim"), (0, 0, 0, 2))
    without = [d.path for d in found if d.verdict is None]
    if without:
        yield Padding(Text(f"Not a scenario alone: {', '.join(without)}.", style="dim"), (0, 0, 0, 2))
    yield Text("")


@tell.register
def _(result: Simulation) -> Iterable[RenderableType]:
    yield Text(result.title, style="bold")
    yield Text(f"{result.runs} plays of {result.periods} {result.period}s, seed {result.seed}", style="dim")
    yield Text("")
    for states, awake in zip(result.paths, result.awake, strict=True):
        yield Padding(Text(_path(states, awake)), (0, 0, 0, 2))
    yield Text("")
    table = _table("", "simulated", "computed")
    expected = result.expected.expected_length
    mean = f"{amount(result.mean_length)} ± {amount(result.mean_length_error)}"
    table.add_row(f"mean length ({result.period}s)", mean, "no end" if expected is None else amount(expected))
    for k, p in result.unbroken.items():
        table.add_row(f"still unbroken after {k}", share(p), share(result.expected.unbroken[k]))
    table.add_row(
        "share of time awake",
        f"{share(result.awake_share)} so far",
        f"{share(result.expected.awake_share)} in the long run",
    )
    yield from _section("How long it lasts without a break", table)
    payoffs = _table("actor", "value")
    for name, value in list(result.payoffs.items())[:MOST_ROWS]:
        payoffs.add_row(name, amount(value))
    yield from _section("Mean payoff per period over the plays, instruments included", payoffs)
    for note in result.notes:
        yield Padding(Text(f"- {note}."), (0, 0, 0, 2))


def _path(states: Sequence[str], awake: Sequence[bool]) -> str:
    """Return a path as runs: 'crisis x 4, raised x 2 (asleep), ...'."""
    runs: list[tuple[str, bool, int]] = []
    for state, on in zip(states, awake, strict=True):
        if runs and runs[-1][:2] == (state, on):
            runs[-1] = (state, on, runs[-1][2] + 1)
        else:
            runs.append((state, on, 1))
    words = [f"{s}{f' x {n}' if n > 1 else ''}{'' if on else ' (asleep)'}" for s, on, n in runs]
    return " > ".join(words[:10]) + (" > …" if len(words) > 10 else "")


@tell.register
def _(result: Catalogue) -> Iterable[RenderableType]:
    table = _table("name", "what it asks")
    for entry in result.entries:
        table.add_row(Text(entry.name, style="bold"), entry.question or entry.title)
    yield table
    yield Text("accord evaluate NAME judges one of them.", style="dim")


@tell.register
def _(result: tuple) -> Iterable[RenderableType]:  # type: ignore[type-arg]  # singledispatch takes the bare class
    for k, one in enumerate(result):
        if k:
            yield Text("")
        yield from tell(one)
