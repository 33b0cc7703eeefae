"""The space that a sheet leaves for an answer, by its kind: lines, boxes to tick, tables; and how to fill it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from classroom.answers import choice, number, proposal
from classroom.answers.of_game import game_of
from classroom.export.figures import states_of
from classroom.export.page import tag, text
from classroom.offline.mark import spelled
from classroom.part import Part

MOST_TICKED = 16
"""More profiles than these are written out, not ticked."""
PLAN_ROWS = 4


def how(part: Part) -> str:
    """Return how to answer on paper."""
    return _HOW[part.kind](part)


def space(part: Part) -> str:
    """Return the space for an answer, as HTML."""
    return tag("div", _SPACE[part.kind](part), "space")


def _work(lines: int) -> str:
    return '<div class="work"></div>' * lines


def _line(words: str) -> str:
    return tag("table", tag("tr", text(words, "", "td") + tag("td", "", "write")), "answer")


def _number(part: Part) -> str:
    return _work(2 + part.points) + _line("Answer:")


def _how_number(part: Part) -> str:
    if part.spec.get("whole"):
        return "A whole number."
    unit = f"A {part.told('unit')}: a" if "unit" in part.spec else "A"
    return f"{unit} fraction, or decimals to within {spelled(number.tolerance(part), '4')}."


def _ticked(options: Iterable[str]) -> str:
    return "".join(tag("div", '<span class="box"></span>' + text(one, "", "span"), "option") for one in options)


def _profiles(part: Part) -> str:
    names = [", ".join(profile) for profile in game_of(part).profiles()]
    return _ticked([*names, "none"]) if len(names) <= MOST_TICKED else _work(4)


def _blank(head: Iterable[str], first: Iterable[Iterable[str]], empty: int, style: str = "blank small") -> str:
    """Return a table whose rows begin with words and go on empty."""
    top = tag("tr", "".join(text(cell, "", "th") for cell in head))
    blanks = tag("td", "") * empty
    rows = (tag("tr", "".join(text(cell, "", "th") for cell in cells) + blanks) for cells in first)
    return tag("table", top + "".join(rows), style)


def _strategies(part: Part) -> str:
    game = game_of(part)
    tables = (
        _blank((player, *own), [("probability",)], len(own))
        for player, own in zip(game.players, game.actions, strict=True)
    )
    return _work(3) + "".join(tables)


def _distribution(part: Part) -> str:
    game = game_of(part)
    if len(game.players) == 2:
        down, across = game.actions
        return _work(2) + _blank((" \\ ".join(game.players), *across), [(own,) for own in down], len(across))
    return _work(2) + _blank(("profile", "probability"), [(", ".join(profile),) for profile in game.profiles()], 1)


def _plan(part: Part) -> str:
    game = part.facts.game(str(part.spec["game"])).game
    states = game.states if len(game.states) > 1 else ("",)
    plays = [f"{player} plays" + (f" in {state}" if state else "") for state in states for player in game.players]
    head = ("node", *plays, "next node", "node after a breach")
    return _work(1) + _blank(head, [()] * PLAN_ROWS, len(head), "blank small whole") + _line("First node:")


def _proposal(part: Part) -> str:
    ready, awake = proposal.asked(part)
    states = [state.name for state, on in zip(ready.states, awake, strict=True) if on]
    head = ("instrument", *(states if len(states) > 1 else ["level"]))
    return _work(2) + _blank(head, [(b.name,) for b in ready.partnership.instruments], len(states))


_SPACE: dict[str, Callable[[Part], str]] = {
    "number": _number,
    "choice": lambda part: _ticked(choice.options(part)),
    "selection": lambda part: _ticked([*choice.options(part), "none"]),
    "profiles": _profiles,
    "strategies": _strategies,
    "distribution": _distribution,
    "plan": _plan,
    "proposal": _proposal,
}
_HOW: dict[str, Callable[[Part], str]] = {
    "number": _how_number,
    "choice": lambda part: "Tick one.",
    "selection": lambda part: "Tick all that apply.",
    "profiles": lambda part: f"Tick all that are ({', then '.join(game_of(part).players)}).",
    "strategies": lambda part: "A probability for every action; any equilibrium that is as asked counts.",
    "distribution": lambda part: (
        "A probability for every cell, 0 where you leave it empty; any that is as asked counts."
    ),
    "plan": lambda part: (
        "Name the nodes as you like. Who breaches may matter: then write a node for each. Any plan that is an "
        + f"equilibrium counts{_in_states(part)}."
    ),
    "proposal": lambda part: (
        "A level for every instrument, 0 where you leave it empty; any proposal that holds counts."
    ),
}


def _in_states(part: Part) -> str:
    states = states_of(part)
    return f"; play may differ by state ({', '.join(states)})" if len(states) > 1 else ""
