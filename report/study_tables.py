"""Two tables of a robustness study: the tornado with its bars drawn in characters, and what could be signed."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from games.files.labels import label
from report.layout import MOST_ROWS, left_out, section, table
from report.words import amount, share
from solver.results.study import Bar, Option, Robustness

BAR = 19
"""Cells of the longest bar."""
MOST_SCENARIOS = 4
NUMBERS = ("likely", "flips at", "away")


def tornado(result: Robustness) -> Iterable[RenderableType]:
    """Yield the tornado: what each number does alone, and where that flips the verdict."""
    bars = result.tornado
    if not bars:
        return
    low, high = scale(bars)
    rows = table("number", "from - to", "likely", "slack", "flips at", "away", numeric=NUMBERS, whole=("slack",))
    for bar in bars[:MOST_ROWS]:
        ends = f"{amount(bar.low)} - {amount(bar.high)}"
        away = "-" if bar.distance is None else f"{bar.distance:.2g}"
        rows.add_row(label(bar.input), ends, amount(bar.likely), drawn(bar, low, high), flip(bar), away)
    legend = (
        f"Bars run from slack {amount(low)} to {amount(high)}, | is 0: --- fails, ### holds. Slack: the share of its "
        "size by which every payoff may be off before somebody leaves. Flips at: in brackets if outside the range. "
        "Away: how far that is from the likely value, in widths of the range."
    )
    if any(len(bar.ends) < 2 for bar in bars):
        legend += " An end that the file does not allow is not drawn."
    shown = left_out(len(bars), f"the first {MOST_ROWS}")
    title = "What decides it: each number alone from end to end, the others at their likely values"
    yield from section(title, rows, f"{shown}. {legend}" if shown else legend)


def scale(bars: Iterable[Bar]) -> tuple[float, float]:
    """Return the smallest and the largest slack of some bars, 0 included."""
    ends = [0.0, *(slack for bar in bars for slack, _ in bar.ends)]
    return min(ends), max(ends)


def drawn(bar: Bar, low: float, high: float) -> str:
    """Return a bar in characters: '-' where the slack is negative, '#' where it is not, '|' at zero."""
    width = (high - low) or 1.0

    def cell(slack: float) -> int:
        return round((slack - low) / width * (BAR - 1))

    zero = cell(0.0)
    ends = [cell(slack) for slack, _ in bar.ends]
    cells = [("-" if k < zero else "#") if ends and ends[0] <= k <= ends[-1] else " " for k in range(BAR)]
    cells[zero] = "|"
    return "".join(cells)


def flip(bar: Bar) -> str:
    """Return where a number flips the verdict; in brackets if that is outside its range."""
    if bar.flips_at is not None:
        return amount(bar.flips_at)
    return "nowhere" if bar.nearest_flip is None else f"({amount(bar.nearest_flip)})"


def options(result: Robustness) -> Iterable[RenderableType]:
    """Yield which arrangement to sign: how sure each is, what it is worth, and what would be regretted."""
    if not result.options:
        return
    columns = ("holds in", "mean", "worst", "regret")
    rows = table("arrangement", *columns, "", numeric=columns)
    for option in result.options[:MOST_ROWS]:
        marks = [
            words
            for name, words in ((result.maximin, "best worst case"), (result.minimax_regret, "least regret"))
            if name == option.name
        ]
        sure = share(option.likelihood.estimate)
        numbers = (amount(option.mean), amount(option.worst), amount(option.largest_regret))
        rows.add_row(option.name, sure, *numbers, ", ".join(marks))
    legend = (
        f"Signed now, with its levels as they are. Values: {result.units} a {result.period}, all together; where it "
        "does not hold, what walking away is worth. Regret: the most that is lost in a scenario by not having known."
    )
    yield from section("Which arrangement to sign", rows, legend)
    yield from _regrets(result.options)


def _regrets(options: tuple[Option, ...]) -> Iterable[RenderableType]:
    """Yield what each arrangement loses in each named scenario, where these are few."""
    scenarios = list(dict.fromkeys(name for option in options for name in option.regrets))
    if not 2 <= len(scenarios) <= MOST_SCENARIOS:
        if scenarios[MOST_SCENARIOS:]:
            yield Padding(Text(f"Regrets in all {len(scenarios)} scenarios: --json", style="dim"), (0, 0, 1, 1))
        return
    columns = [f"in {name}" for name in scenarios]
    rows = table("arrangement", *columns, numeric=columns)
    for option in options[:MOST_ROWS]:
        rows.add_row(option.name, *(amount(option.regrets.get(name)) for name in scenarios))
    yield from section("What each would lose by not having known", rows)
