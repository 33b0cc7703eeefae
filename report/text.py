"""Results in words and tables for a terminal, 80 columns wide; plain when piped.

``tell`` returns what is shown of a result; a test walks every result of ``solver.results`` that a command prints and
fails where a telling is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import singledispatch
from io import StringIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from games.files.catalogue import Catalogue
from report import repeated, stage, study
from report.layout import MOST_ROWS, WIDTH, listed, section, table
from report.verdict import evaluation, needs
from report.words import VERDICTS, amount, share
from solver.results.check import Checked
from solver.results.sharing import Comparison, Difference, Evaluation, Evaluations, FlipPath, Regret, Simulation


def render(result: object, colour: bool = False, width: int = WIDTH) -> str:
    """Return the telling of a result as text."""
    out = StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, no_color=not colour, color_system="auto" if colour else None,
        highlight=False,
        markup=False,
    )  # fmt: skip
    for part in tell(result):
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


@singledispatch
def tell(result: object) -> Iterable[RenderableType]:
    """Return the parts of a result's telling, in order."""
    raise TypeError(f"no telling for {type(result).__name__}")


@tell.register
def _(result: Evaluation) -> Iterable[RenderableType]:
    yield from evaluation(result)


@tell.register
def _(result: Checked) -> Iterable[RenderableType]:
    yield Text("PROVEN" if result.valid else "NOT PROVEN", "bold green" if result.valid else "bold red")
    if result.valid:
        yield Text(f"{result.claim[0].upper()}{result.claim[1:]}, because")
    reasons = Table.grid(padding=(0, 1))
    for reason in result.reasons:
        reasons.add_row("-", reason)
    yield Padding(reasons, (0, 0, 0, 1))


@tell.register
def _(result: Comparison) -> Iterable[RenderableType]:
    rows = table("", *(e.title for e in result.evaluations))
    lines = {
        "file": list(result.names),
        "verdict": [VERDICTS[e.verdict][0] for e in result.evaluations],
        "holds in": [listed([s.state for s in e.states if s.holds], 3) or "-" for e in result.evaluations],
        "leaves first": [f"{e.first.actor} in {e.first.state}" if e.first else "-" for e in result.evaluations],
        "smallest slack": [amount(min(s.slack for s in e.states)) for e in result.evaluations],
        "all need": [needs(e.critical.common) for e in result.evaluations],
        "cheapest fix": [_cheapest(e) for e in result.evaluations],
        "all better off in": [listed(list(names), 3) or "-" for names in result.dominated],
    }
    for name, cells in lines.items():
        rows.add_row(name, *cells)
    yield from section("Side by side", rows)
    for name, found, path in zip(result.names[1:], result.differences, result.paths, strict=True):
        yield from _differences(result.names[0], name, found)
        if path is not None and len(path.changes) > 1:
            yield from _path_told(path)
    yield from _regret(result.regret)
    for note in result.notes:
        yield Padding(Text(f"- {note}."), (0, 0, 0, 2))


def _path_told(path: FlipPath) -> Iterable[RenderableType]:
    """Yield the changes that flip the verdict together."""
    fewest = "no fewer do" if path.shortest else "a shorter way was not ruled out"
    steps = "; then ".join(path.changes)
    words = f"The shortest way to {VERDICTS[path.verdict][0]} ({fewest}): first {steps}."
    yield Padding(Text(words), (0, 0, 1, 2))


def _regret(result: Regret) -> Iterable[RenderableType]:
    """Yield what each scenario's own arrangement is worth at worst, and the most that is lost by having signed it."""
    columns = ("worst value", "most regret")
    rows = table("arrangement of", *columns, "", numeric=columns)
    for k, name in enumerate(result.arrangements[:MOST_ROWS]):
        marks = [
            w for n, w in ((result.maximin, "best worst case"), (result.minimax_regret, "least regret")) if n == name
        ]
        rows.add_row(name, amount(min(result.values[k])), amount(max(result.regrets[k])), ", ".join(marks))
    legend = (
        "Each scenario's own arrangement, signed as it is and judged in all of them. Values per period, all together; "
        "where it does not hold or cannot be signed, what walking away is worth. By scenario: --json."
    )
    yield from section("Whose arrangement to sign", rows, legend)


def _cheapest(evaluation: Evaluation) -> str:
    priced = [f for f in evaluation.fixes if f.cost is not None]
    return f"{priced[0].kind} at {amount(priced[0].cost)}" if priced else "-"


def _differences(first: str, other: str, found: Sequence[Difference]) -> Iterable[RenderableType]:
    flips = [d for d in found if d.flips]
    yield Text(f"From {first} to {other}", style="bold")
    if flips:
        rows = table("what flips the verdict alone", "from", "to", "then it")
        for d in flips:
            rows.add_row(d.path, _cut(d.before), _cut(d.after), VERDICTS[d.verdict][0] if d.verdict else "")
        yield rows
    else:
        yield Padding(Text("Nothing flips the verdict alone."), (0, 0, 0, 2))
    alone = [d.path for d in found if not d.flips and d.verdict]
    if alone:
        yield Padding(Text(f"No flip alone: {', '.join(alone)}.", style="dim"), (0, 0, 0, 2))
    without = [d.path for d in found if d.verdict is None]
    if without:
        yield Padding(Text(f"Not a scenario alone: {', '.join(without)}.", style="dim"), (0, 0, 0, 2))
    yield Text("")


def _cut(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 2] + " …"


@tell.register
def _(result: Simulation) -> Iterable[RenderableType]:
    yield Text(result.title, style="bold")
    yield Text(f"{result.runs} plays of {result.periods} {result.period}s, seed {result.seed}", style="dim")
    yield Text("")
    for states, awake in zip(result.paths, result.awake, strict=True):
        yield Padding(Text(_path(states, awake)), (0, 0, 0, 2))
    yield Text("")
    rows = table("", "simulated", "computed")
    mean = f"{amount(result.mean_length)} ± {amount(result.mean_length_error)}"
    rows.add_row(f"{result.period}s, cut at {result.periods}", mean, amount(result.expected_mean_length))
    for k, p in result.unbroken.items():
        rows.add_row(f"still unbroken after {k}", share(p), share(result.expected.unbroken[k]))
    rows.add_row("share of time awake", share(result.awake_share), share(result.expected_awake_share))
    rows.add_row("... in the long run", "", share(result.expected.awake_share))
    yield from section("How long it lasts without a break", rows)
    payoffs = table("actor", "value")
    for name, value in list(result.payoffs.items())[:MOST_ROWS]:
        payoffs.add_row(name, amount(value))
    yield from section("Mean payoff per period over the plays, instruments included", payoffs)
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
    rows = table("name", "what it asks")
    for entry in result.entries:
        rows.add_row(Text(entry.name, style="bold"), entry.question or entry.title)
    yield rows
    yield Text("accord evaluate NAME judges one of them.", style="dim")
    if result.games:
        games = table("name", "game")
        for game in result.games:
            games.add_row(Text(game.name, style="bold"), game.title)
        yield Text("")
        yield games
        yield Text("accord equilibria NAME, payoffs NAME and patience NAME answer about these.", style="dim")


@tell.register
def _(result: Evaluations) -> Iterable[RenderableType]:
    for k, (name, one) in enumerate(zip(result.names, result.evaluations, strict=True)):
        if k:
            yield Text("")
        yield Text(f"== {name}", style="bold")
        yield from tell(one)


for _kind, _told in (*stage.TELLINGS.items(), *repeated.TELLINGS.items(), *study.TELLINGS.items()):
    tell.register(_kind, _told)
