"""A benefit-sharing arrangement: any that holds counts, decided exactly by the checker of ``solver.proof``.

    "feedback dashboard" = { calm = 0.2, crisis = 1 }      # a level by state, or one level for all
    "cost sharing" = "1/3"

Every incentive (``model.md`` section 4) is computed with the student's own levels; the one that is broken worst is the
feedback. ``conditions`` ask for more than that it holds, in terms of ``gains`` (over the outside value, per period),
``costs`` (by giver) and ``levels``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from classroom.offline.mark import RIGHT, Mark, spelled, wrong
from classroom.part import Part, number, plain
from games.errors import ScenarioError
from games.files.findings import suggestion
from games.files.numbers import Refusal
from games.files.syntax import parse
from solver.proof.agreement import Finding, Inequality
from solver.sharing.arrangement import Arranged, Impossible, Levels, arrange, costs, examine
from solver.sharing.optimum import arrangement_program
from solver.sharing.situation import Awake, Situation, situation, with_levels_open

required = ("game",)
fields = ("aim", "payer", "states", "conditions")
DONE = {
    "act": "playing '{action}'",
    "withhold": "keeping back what it owes",
    "deliver": "not delivering what it promised",
    "up front": "not delivering what it owes up front",
}
_SEMICOLON = re.compile(r'("[^"\n]*"|\'[^\'\n]*\'|#[^\n]*)|;')
NAMES = {
    "act": "too little for a partner to stay",
    "join": "a partner is better off outside",
    "withhold": "promises more than a partner will keep",
    "deliver": "promises more than a partner will keep",
    "up front": "promises more than a partner will keep",
}


def how(part: Part) -> str:
    """Return how to answer."""
    ready = _ready(part)
    states = ", ".join(f'"{state.name}" = …' for state, on in zip(ready.states, _awake(part, ready), strict=True) if on)
    lines = "; ".join(f'"{b.name}" = {{ {states} }}' for b in ready.partnership.instruments)
    return f"a level of each instrument in each state, as TOML: {lines}. Any arrangement that holds counts"


def read(part: Part, answer: Any) -> Levels:
    """Return the levels that an answer states, by instrument and state; 0 where it states none.

    Raises
    ------
    Refusal : an instrument or a state that there is not, or what is no level.
    """
    ready, given = _ready(part), table(answer)
    names = [state.name for state in ready.states]
    known = [b.name for b in ready.partnership.instruments]
    for name in given:
        if name not in known:
            raise Refusal(f"there is no instrument '{name[:60]}'", suggestion(name[:60], known))
    awake = _awake(part, ready)
    return {name: _row(name, given.get(name, 0), names, awake) for name in known}


def table(answer: Any) -> Mapping[str, Any]:
    """Return a table, or the table that a text states in TOML.

    Raises
    ------
    Refusal : it is neither.
    """
    if isinstance(answer, Mapping):
        return answer
    text = plain(answer)
    try:
        return parse(in_lines(text), "your answer", "toml")
    except ScenarioError as error:
        first = error.problems[0]
        raise Refusal(f"{first.where}: {first.what}"[:300], first.hint) from None


def in_lines(text: str) -> str:
    """Return a text with a line break for every semicolon outside quotes: a table's cell has no lines."""
    return _SEMICOLON.sub(lambda found: found[1] or "\n", text)


def _row(name: str, given: Any, states: list[str], awake: Awake) -> tuple[Fraction, ...]:
    if not isinstance(given, Mapping):
        level = _level(name, given)
        return tuple(level if on else Fraction(0) for on in awake)
    for state in given:
        if state not in states:
            raise Refusal(f"'{name}': there is no state '{str(state)[:60]}'", f"they are {', '.join(states)}")
    return tuple(_level(name, given.get(state, 0)) for state in states)


def _level(name: str, value: Any) -> Fraction:
    try:
        level = number(value)
    except Refusal as problem:
        raise Refusal(f"'{name}': {problem.what}", problem.hint) from None
    if level < 0:
        raise Refusal(f"'{name}': a level of {spelled(level)} is below 0", "let the other side give")
    return level


def mark(part: Part, answer: Levels) -> Mark:
    """Return the mark of an arrangement: the limit or incentive it breaks, or the condition that it misses."""
    ready = _ready(part)
    finding = examine(ready, _awake(part, ready), answer)
    if finding.broken:
        return wrong("breaks a limit", f"Not allowed: {'; '.join(finding.broken[:3])}.")
    worst = min(finding.inequalities, key=lambda e: e.slack)
    if worst.slack < 0:
        kept = sum(e.slack >= 0 for e in finding.inequalities)
        count = f"{kept} of {len(finding.inequalities)} incentives are kept; this is the one that is broken most."
        return wrong(_diagnosis(ready, worst, answer), _told(ready, worst), count)
    for condition in part.spec.get("conditions", ()):
        names = _names(part, ready, finding, answer)
        if not part.value(condition["holds"], **names):
            name = condition.get("name", "holds, but not as asked")
            return wrong(name, "It holds.", part.text(condition["says"], **names), share=Fraction(1, 2))
    return RIGHT


def _diagnosis(ready: Situation, broken: Inequality, answer: Levels) -> str:
    """Return the name of the mistake behind a broken incentive: who gives there was promised away, not too little."""
    giver = ready.partnership.actors[broken.actor].name
    gives = any(b.giver == giver and answer[b.name][broken.state] for b in ready.partnership.instruments)
    return NAMES.get("deliver" if broken.stage == "act" and gives else broken.stage, "broken promise")


def _told(ready: Situation, broken: Inequality) -> str:
    """Return a broken incentive in words, with the student's own numbers."""
    actor, state = ready.partnership.actors[broken.actor].name, ready.states[broken.state].name
    now, later = spelled(broken.gain_now, "4"), spelled(broken.loss_later, "4")
    if broken.stage == "join":
        return f"{actor} has {later} a period from it, and {now} outside: it would not sign."
    done = DONE.get(broken.stage, "'{action}'").format(action=broken.deviation)
    after = f"loses {later} later" if broken.loss_later >= 0 else "is better off later too"
    where = f"In {state}, " if len(ready.states) > 1 else ""
    return f"{where}{actor} gains {now} at once by {done}, and {after}: it would do so."


def _names(part: Part, ready: Situation, finding: Finding, answer: Levels) -> dict[str, Any]:
    """Return what conditions may speak of: gains over the outside values, costs by giver, levels by state."""
    level, actors = ready.states[ready.start].level, ready.partnership.actors
    gains = {}
    for actor, row, apart in zip(actors, finding.values, ready.sanction.values, strict=True):
        outside = apart[ready.start] if actor.outside_value is None else actor.outside_value[level]
        gains[actor.name] = row[ready.start] - outside
    program = arrangement_program(ready, _awake(part, ready))
    spent = {name: Fraction(cost) for name, cost in costs(program, answer).items()}
    named = {b: dict(zip([s.name for s in ready.states], row, strict=True)) for b, row in answer.items()}
    return {"gains": gains, "costs": spent, "levels": named}


def key(part: Part) -> str:
    """Return an arrangement that holds: the best for the part's aim."""
    return written(part, _arranged(part).levels)


def _arranged(part: Part) -> Arranged:
    found = _best(part)
    if not isinstance(found, Arranged):
        raise Refusal("no arrangement holds in this variant")
    return found


def _best(part: Part) -> Arranged | Impossible:
    ready, aim, payer = _ready(part), str(part.spec.get("aim", "cheapest")), part.told("payer") or None
    return part.once("arranged", lambda: arrange(ready, _awake(part, ready), aim, payer))


def written(part: Part, levels: Levels) -> str:
    """Return levels as a student writes them."""
    ready = _ready(part)
    awake = _awake(part, ready)
    return "\n".join(
        f'"{name}" = {{ '
        + ", ".join(f'"{s.name}" = "{level}"' for s, level, on in zip(ready.states, row, awake, strict=True) if on)
        + " }"
        for name, row in levels.items()
    )


def mistaken(part: Part) -> Iterator[tuple[str, str]]:
    """Yield systematically wrong arrangements, each under its diagnosis: nothing, everything, too little, too much."""
    for levels in tried(part):
        found = mark(part, levels)
        if found is not RIGHT:
            yield found.mistake, written(part, levels)


def tried(part: Part) -> Iterator[Levels]:
    """Yield arrangements that somebody may think of, right or wrong."""
    right = _arranged(part).levels
    ready = _ready(part)
    awake = _awake(part, ready)
    for factor in (0, Fraction(1, 2), Fraction(3, 4), Fraction(5, 4), 2, 5):
        yield {name: tuple(factor * level for level in row) for name, row in right.items()}
    for amount in (Fraction(1, 10), 1, 100):
        yield {name: tuple(Fraction(amount) if on else Fraction(0) for on in awake) for name in right}
    for name in right:
        yield {other: tuple(0 * level for level in row) if other == name else row for other, row in right.items()}
    for s, on in enumerate(awake):
        if on:
            yield {
                name: tuple(level if k != s else 0 * level for k, level in enumerate(row))
                for name, row in right.items()
            }


def asked(part: Part) -> tuple[Situation, Awake]:
    """Return the partnership that a part asks about, its levels open, and the states in which it is to hold."""
    return _ready(part), _awake(part, _ready(part))


def behaved(part: Part) -> bool:
    """Return whether something must be shared, and an arrangement holds."""
    ready = _ready(part)
    awake = _awake(part, ready)
    nothing: Levels = {b.name: (Fraction(0),) * len(ready.states) for b in ready.partnership.instruments}
    if examine(ready, awake, nothing).holds:
        return False
    found = _best(part)
    return isinstance(found, Arranged) and mark(part, found.levels) is RIGHT


def _ready(part: Part) -> Situation:
    scenario = part.facts.scenario(str(part.spec["game"]))
    assert scenario is not None
    return part.facts.once(
        "situation", str(part.spec["game"]), lambda: situation(with_levels_open(scenario.partnership))
    )


def _awake(part: Part, ready: Situation) -> Awake:
    if "states" not in part.spec:
        return ready.everywhere
    named = part.value(part.spec["states"])
    return tuple(state.name in named and not state.ended for state in ready.states)
