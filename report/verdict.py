"""The telling of an evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from report.layout import MOST_ROWS, left_out, listed, section, table
from report.words import STAGE_WORDS, VERDICTS, amount, periods, share
from solver.results.sharing import AS_IT_STANDS, Breach, Evaluation, Lifetime, RenewalAnswer, StateAnswer, Threshold


def _heading(result: Evaluation) -> Iterable[RenderableType]:
    yield Text(result.title, style="bold")
    if result.question:
        yield Text(result.question, style="italic")
    if result.active:
        yield Text("with " + ", ".join(result.active))
    word, style, gloss = VERDICTS[result.verdict]
    if result.verdict == "holds_with_sharing" and result.arrangement.aim == AS_IT_STANDS:
        gloss = "in every state, with the levels in the file"
    if result.verdict == "fails" and not result.arrangement.levels:
        gloss = "as it stands, and the file has nothing to share"
    if result.verdict == "holds_in_some_states":
        names = listed([s.state for s in result.states if s.holds])
        word = f"{word} {names}"
        others = listed([s.state for s in result.states if not s.holds])
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


def evaluation(result: Evaluation) -> Iterable[RenderableType]:
    """Yield the telling of an evaluation: verdict, who leaves first, states, actors, arrangement, lifetime, fixes."""
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
    if result.why:
        words += f"\nNo sharing helps: {result.why}."
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
    rows = table("state", "holds", "slack", "tightest", "gain now", "loss later")
    for answer in _worst(result):
        rows.add_row(*_state_row(answer, result.start))
    count = len(result.states)
    yield from section("State by state", rows, left_out(count, f"the start and the tightest, {MOST_ROWS - 1}"))


def _worst(result: Evaluation) -> list[StateAnswer]:
    """Return the states to show: the tightest, and always the start and the one of whoever leaves first."""
    states = result.states
    if len(states) <= MOST_ROWS:
        return list(states)
    wanted = {result.start, result.first.state if result.first else result.start}
    order = sorted(range(len(states)), key=lambda k: (states[k].state not in wanted, states[k].slack))
    return [states[k] for k in sorted(order[: MOST_ROWS - 1])]


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
    rows = table("actor", "alone needs", "value", "outside", "gain")
    names = list(result.values)
    for name in names if len(names) <= MOST_ROWS else names[: MOST_ROWS - 1]:
        value, outside = result.values[name][result.start], result.outside[name]
        rows.add_row(
            name, needs(result.critical.actors.get(name)), amount(value), amount(outside), amount(value - outside)
        )
    if result.critical.common is not None:
        everybody = "all, with sharing" if result.arrangement.levels else "all"
        rows.add_row(everybody, needs(result.critical.common), "", "", "", end_section=True)
    others = left_out(len(names), f"the first {MOST_ROWS - 1}")
    legend = (
        "alone needs: the discount factor from which an actor keeps to it with nothing more shared than the file "
        f"proposes (never: at none). Values from the start, {result.start}."
    )
    yield from section("Actor by actor", rows, f"{others}. {legend}" if others else legend)


def needs(threshold: Threshold | None) -> str:
    """Return a threshold in words."""
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
        rows = table("instrument", *states)
        for name, row in given.items():
            rows.add_row(name, *(amount(row[s]) for s in states))
    else:
        rows = table("instrument", "least", "most")
        for name, row in list(given.items())[: MOST_ROWS - 1]:
            rows.add_row(name, amount(min(row.values())), amount(max(row.values())))
        below = left_out(len(given), f"the first {MOST_ROWS - 1}")
    yield from section(title, rows, below)
    if aim.aim == "cheapest" and any(s.slack == 0 for s in result.states if s.holds):
        yield Padding(Text("It leaves no margin where the slack is 0; `design --aim robust` does."), (0, 0, 1, 2))
    if aim.note:
        yield Padding(Text(aim.note + "."), (0, 0, 1, 2))
    if result.shadow_prices:
        yield Text("What one unit more of a limit is worth to the aim (shadow prices)", style="bold")
        for price in result.shadow_prices[:5]:
            yield Padding(Text(f"{amount(price.price)}  {price.constraint}"), (0, 0, 0, 2))
        yield Text("")


def _aim_words(result: Evaluation) -> str:
    """Return the aim with what its value means."""
    aim, value = result.arrangement, amount(result.arrangement.value)
    if aim.aim == AS_IT_STANDS:
        return "the levels in the file"
    if aim.value is None or aim.aim == "nash":
        return aim.aim
    meaning = {
        "fairest": f"the smallest gain is {value} a {result.period}",
        "robust": f"it bears errors of {100 * float(aim.value):.3g} % of every actor's largest payoff",
        "proportional": f"gains are at least {value} of the contributions",
        "kalai-smorodinsky": f"everybody gets at least {value} of the most it could gain",
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
        when = "From then on no" if opening else "No"
        if not opening and min(lifetime.unbroken.values()) < 1 - 1e-12:
            lasts = ", ".join(f"{share(p)} after {k}" for k, p in lifetime.unbroken.items() if k in (6, 12, 24, 60))
            return f"It may last for ever, or sleep or end. Unbroken so far: {lasts} {period}s."
        return f"{opening}{when} end in sight: the agreement's own play never leads to sleep or to an end."
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
    rows = table("", "fix", "cost", "who pays", "what to do")
    for k, fix in enumerate(result.fixes, start=1):
        cost = "-" if fix.cost is None else amount(fix.cost)
        rows.add_row(
            str(k),
            fix.kind,
            cost,
            listed(fix.payers, 2),
            fix.text + ("" if fix.proof == "exact" else f" [{fix.proof}]"),
        )
    yield from section(f"{title} (each re-solved and shown to work, the cheapest first)", rows)
