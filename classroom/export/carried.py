"""What a notebook carries of each part, for ``offline`` to check answers by: sealed boxes, or the question's numbers.

An answer that is one of few or one number is sealed: ``offline.core`` tells how, and what that is worth. An answer
that is judged by a condition comes with the numbers of the condition: the game, or every incentive of an agreement as
an affine inequality in the levels (``solver.proof.agreement`` with its levels unknown).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from hashlib import sha256
from itertools import combinations
from math import floor
from typing import Any

from classroom.answers import choice, number, selection
from classroom.answers.kinds import KINDS
from classroom.answers.of_game import game_of
from classroom.export.condensed import conditions
from classroom.export.incentives import proposed
from classroom.offline import core
from classroom.offline.mark import CLOSE, EARLY, Mark
from classroom.part import Part
from games.errors import refuse
from games.normal_form import NormalFormGame
from solver.repeated.reach import discounts

COST = 2**13
"""scrypt's n: 8 MiB and about a fortieth of a second for each answer that is tried."""
MOST_OPTIONS_SEALED = 5
"""Up to so many options every selection has a box of its own."""
Table = dict[str, Any]
Boxes = Mapping[str, list[Table]]


def carried(part: Part, seed: int, cost: int = COST) -> Table:
    """Return what a notebook carries of a part: JSON all the way down, exact numbers as texts."""
    told = {"kind": part.kind, "points": part.points, "how": KINDS[part.kind].how(part)}
    if part.kind in _SEALED:
        boxes, more = _SEALED[part.kind](part)
        return told | more | sealed(boxes, f"{part.facts.name}/{seed}/{part.label}", cost)
    if part.kind not in _STATED:
        raise refuse(
            part.where, f"a notebook cannot check answers of kind '{part.kind}'", "export it to another format"
        )
    return told | _STATED[part.kind](part)


def sealed(boxes: Boxes, name: str, cost: int) -> Table:
    """Return boxes, each locked by the answer that it is about, all of the same size and in no telling order."""
    salt = sha256(name.encode()).hexdigest()[:32]
    texts = {answer: core.written(box) for answer, box in boxes.items()}
    size = max((len(text) for text in texts.values()), default=0)
    # scrypt lets other threads run, so both cores work.
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda answer: core.keys(answer, salt, cost), texts)
    locked = {
        tag: core.masked(text.ljust(size), key).hex() for (tag, key), text in zip(found, texts.values(), strict=True)
    }
    return {"salt": salt, "cost": cost, "boxes": dict(sorted(locked.items()))}


def _entry(mark: Mark, **more: str) -> Table:
    return {"share": str(mark.share), "mistake": mark.mistake, "says": list(mark.says), **more}


def _number(part: Part) -> tuple[Boxes, Table]:
    """Return boxes by the cells that an answer within the tolerance can fall in."""
    tolerance, right = number.tolerance(part), number.key_value(part)
    boxes: dict[str, list[Table]] = {}
    for value in (right, *(Fraction(text) for name, text in number.mistaken(part) if name != EARLY)):
        entry = _entry(number.mark(part, value), at=str(value))
        for where in _cells(value, tolerance, tolerance, 2):
            boxes.setdefault(where, []).append(entry)
    close = _entry(CLOSE)
    boxes |= {where: [close] for where in _cells(right, number.ROUGH * tolerance, tolerance, core.WIDE)}
    unit = str(part.spec.get("unit", ""))
    return boxes, {"tolerance": str(tolerance), "unit": unit if unit in number.UNIT_INTERVAL else ""}


def _cells(value: Fraction, reach: Fraction, tolerance: Fraction, width: int) -> Iterable[str]:
    """Return the names of the cells that have a number within reach of a value."""
    size = width * tolerance
    return [
        core.cell(k * size, tolerance, width)
        for k in range(floor((value - reach) / size), floor((value + reach) / size) + 1)
    ]


def _choice(part: Part) -> tuple[Boxes, Table]:
    options = choice.options(part)
    boxes = {core.chosen([k]): [_entry(choice.mark(part, one))] for k, one in enumerate(options, 1)}
    return boxes, {"options": list(options)}


def _selection(part: Part) -> tuple[Boxes, Table]:
    """Return a box for every selection, or where these are too many for the key and for what is near it."""
    options = choice.options(part)
    if len(options) <= MOST_OPTIONS_SEALED:
        tried = [frozenset(c) for size in range(len(options) + 1) for c in combinations(options, size)]
    else:
        tried = [selection.key_set(part), *(selection.read(part, text) for _, text in selection.mistaken(part))]
    boxes = {
        core.chosen([options.index(one) + 1 for one in chosen]): [_entry(selection.mark(part, chosen))]
        for chosen in tried
    }
    return boxes, {"options": list(options)}


def _stage(game: NormalFormGame) -> Table:
    payoffs = [list(map(str, game.payoffs[profile])) for profile in game.profiles()]
    return {"players": list(game.players), "actions": [list(own) for own in game.actions], "payoffs": payoffs}


def _strategies(part: Part) -> Table:
    return {"game": _stage(game_of(part)), "only_mixed": part.spec.get("only") == "mixed"}


def _distribution(part: Part) -> Table:
    least = str(Fraction(part.value(part.spec["at_least"]))) if "at_least" in part.spec else None
    return {"game": _stage(game_of(part)), "at_least": least}


def _plan(part: Part) -> Table:
    file = part.facts.game(str(part.spec["game"]))
    game = file.game
    moves = [
        [{str(t): str(p) for t, p in rows[profile].items()} for profile in stage.profiles()]
        for stage, rows in zip(game.stages, game.next, strict=True)
    ]
    table = {
        "states": list(game.states),
        "stages": list(map(_stage, game.stages)),
        "next": moves,
        "start": file.start,
        "discount": list(map(str, discounts(game, None))),
    }
    return {"game": table, "conditions": conditions(part, "an equilibrium, but not as asked", "values", "forgives")}


_SEALED: dict[str, Callable[[Part], tuple[Boxes, Table]]] = {
    "number": _number,
    "choice": _choice,
    "selection": _selection,
}
_STATED: dict[str, Callable[[Part], Table]] = {
    "profiles": lambda part: {"game": _stage(game_of(part))},
    "strategies": _strategies,
    "distribution": _distribution,
    "plan": _plan,
    "proposal": proposed,
}
