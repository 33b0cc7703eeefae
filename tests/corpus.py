"""Certificates of all kinds, small enough to be changed everywhere: made once by the solver, as read from a file.

``judged`` yields changed certificates with the verdict of the second checker. Everything here is cached, so that
``benchmarks/mutation.py`` prepares it once for all mutants.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction as F
from functools import cache
from pathlib import Path
from typing import Any

from oracles.second_checker import holds
from small_games import again, shipped

from games.files.game_file import read_game
from games.files.scenario import read
from games.partnership import Actor, Funder, Hazard, Instrument, Partnership, Renewal, Sanction, Term
from games.stochastic import StochasticGame
from games.urgency import Level, UrgencyProcess
from solver.repeated.bounds import payoff_bounds
from solver.repeated.certificate_contract import certificate as of_contract
from solver.repeated.certificate_plan import plan_certificate
from solver.repeated.certificate_sets import certificate as of_sets
from solver.repeated.contract import contract
from solver.repeated.patience import patience
from solver.repeated.payoff_sets import payoff_sets
from solver.sharing.certificate import certificate as of_partnership
from solver.sharing.decision import decide
from solver.sharing.evaluate import design
from solver.stage.certificate import certificate as of_stage
from solver.stage.concepts import answer

Document = dict[str, Any]
Place = tuple[str | int, ...]
CASES = Path(__file__).parent / "cases"
SHARE, AWAY = "share", "walk away"
TINY = F(1, 10**30)


def drawn(seed: int) -> Partnership:
    """A partnership of two, sometimes three, in one or two levels of urgency, with all that an agreement can have."""
    source = random.Random(seed)

    def often(share: float) -> bool:
        return source.random() < share

    def some(*values: str | int) -> F:
        return F(source.choice(values))

    levels = source.choice([1, 1, 2])
    names = ("office", "firm", "broker")[: source.choice([2, 2, 2, 3])]

    def row(*values: str | int) -> tuple[F, ...]:
        return tuple(some(*values) for _ in range(levels))

    stay = some("1/2", "3/4")
    rows = ((F(1),),) if levels == 1 else ((stay, 1 - stay), (some("1/4", "1/2"), F(0)))
    if levels == 2:
        rows = (rows[0], (rows[1][0], 1 - rows[1][0]))
    urgency = UrgencyProcess(tuple(Level(str(k), F(k)) for k in range(levels)), rows, source.randrange(levels))
    harshest, common = often(0.15), some("1/2", "7/10", "4/5", "9/10")
    actors = []
    for name in names:
        others = {other: (SHARE,) for other in names if other != name}
        terms = (
            Term("together", some(-2, 0, 1, 2, 3), some(-2, 0, 1), when={name: (SHARE,), **others}),
            Term("tempted", some(-3, 1, 2, 4, 5), when={name: (AWAY,), **others}),
            Term("apart", some(-1, 0, 1), when=dict.fromkeys(names, (AWAY,))),
        )
        limits = {
            "budget": row("1/2", 1, 2) if often(0.2) else None,
            "expected_budget": some("1/4", 1, 2) if often(0.15) else None,
            "floor": some(-1, 0, "1/2") if often(0.2) else None,
            "outside_value": row(-1, 0, "1/2") if often(0.2) else None,
        }
        delta = common if harshest else some("1/2", "7/10", "4/5", "9/10")
        actors.append(Actor(name, delta, (SHARE, AWAY), AWAY, terms=terms, **limits))  # type: ignore[arg-type]
    funders = (Funder("fund", F(9, 10), budget=row(1, 2)),) if often(0.3) else ()
    givers = [*names, *(f.name for f in funders)]
    instruments = tuple(_instrument(source, k, givers, names, levels) for k in range(source.choice([1, 1, 2, 3])))
    return Partnership(
        "drawn", "period", "units", urgency, tuple(actors), {name: (SHARE,) * levels for name in names}, instruments,
        funders=funders, capacities={"lane": row(1, 2)},
        renewal=Renewal(2, names[0], {names[-1]: F(1, 4)}, F(4, 5), 2) if often(0.1) else None,
        hazards=(Hazard("shock", row("1/10", "1/5")),) if often(0.15) else (),
        sanction=Sanction(None if harshest else source.choice([None, None, 1, 2]), harshest=harshest),
        lapse="end" if often(0.3) else "sleep",
    )  # fmt: skip


def _instrument(source: random.Random, k: int, givers: list[str], names: tuple[str, ...], levels: int) -> Instrument:
    giver = source.choice(givers)
    others = [name for name in names if name != giver]
    switched = source.random() < 0.3

    def row(*values: str) -> tuple[F, ...]:
        return tuple(F(source.choice(values)) for _ in range(levels))

    out = Instrument(
        f"gift {k + 1}", giver, tuple(others[: source.choice([1, 1, 2])]), row("1", "1", "1/2"), row("1", "2"),
        source.choice(["up front", "simultaneous", "on delivery"]),
        cap=row("1", "2", "3") if switched or source.random() < 0.6 else None,
        minimum=F(source.choice(["0", "1/2"])) if switched else F(0),
        fixed_cost=F(source.choice(["1/10", "1/4"])) if switched else F(0),
        needs={name: (SHARE,) for name in names} if source.random() < 0.4 else {},
        enforceable=source.random() < 0.2, contingent=source.random() < 0.7,
        uses="lane" if source.random() < 0.3 else None,
    )  # fmt: skip
    if out.needs and source.random() < 0.4:
        out = replace(out, at_least=1)
    if source.random() < 0.15:
        out = replace(out, level=(F(1, 2),) * levels if not out.contingent else row("1/2", "1"))
    return out


DRAWN = {
    "cheapest": (378, 155, 398, 62, 205, 393, 11, 380, 387),
    "fairest": (32, 66, 62, 205, 105, 332, 125, 231, 191),
}
"""Seeds of drawn partnerships by aim: together their certificates have all questions, incentives and limits."""


@cache
def partnerships() -> dict[str, Document]:
    """Certificates of partnerships: drawn ones, and cases with known answers."""
    out = {f"drawn {k}, {aim}": as_read(of_partnership(decide(drawn(k), aim))) for aim in DRAWN for k in DRAWN[aim]}
    for name in ("pie-impossible", "timing-none", "timing-simultaneous", "timing-subsidy", "public-good-unequal"):
        out[name] = as_read(of_partnership(decide(read(str(CASES / f"{name}.toml")).partnership, "cheapest")))
    subsidised = read(str(CASES / "timing-subsidy.toml")).partnership
    out["cheapest for the ministry"] = as_read(of_partnership(decide(subsidised, "cheapest", "ministry")))
    asked = design(read(str(CASES / "pie-possible.toml")), "patience")
    out["as impatient as can be"] = as_read(of_partnership(asked.evidence))  # type: ignore[arg-type]
    cournot = read(str(CASES / "cournot.toml")).partnership
    for name, delta in (("harshest", F(1, 3)), ("too impatient", F(1, 4))):
        actors = tuple(replace(a, discount=delta) for a in cournot.actors)
        harsh = replace(cournot, actors=actors, sanction=Sanction(harshest=True))
        out[name] = as_read(of_partnership(decide(harsh, "cheapest")))
    return out


@cache
def stages() -> dict[str, Document]:
    """Certificates of answers about games that are played once."""
    asked = [(name, "nash", "welfare") for name in ("chicken", "shapley", "von-stengel-3x2", "kohlberg-mertens",
                                                     "winkels", "two-state-dilemma", "minority-3")]  # fmt: skip
    asked += [(name, "pure", "welfare") for name in ("matching-pennies", "coordination", "public-good-linear-3")]
    aims = ("welfare", "egalitarian", "best:row", "worst:column")
    asked += [("chicken", kind, aim) for kind in ("correlated", "coarse") for aim in aims]
    asked += [(name, "coarse", "egalitarian") for name in ("moulin-vial", "minmax-3")]
    asked += [(name, "correlated", "welfare") for name in ("minmax-3", "shapley")]
    asked += [(name, "minmax", "welfare") for name in ("chicken", "minmax-3", "rock-paper-scissors")]
    asked += [(name, "dominance", "welfare") for name in ("benoit-krishna", "prisoners-dilemma", "cournot-abreu",
                                                          "minmax-3", "hawk-dove")]  # fmt: skip
    out = {}
    for name, concept, objective in asked:
        file = read_game(name)
        found = answer(file, concept, objective=objective)
        out[f"{name}, {concept}, {objective}"] = as_read(of_stage(file.game, found))
    file = read_game("chicken")
    out["chicken, one"] = as_read(of_stage(file.game, answer(file, "nash", one=True)))
    return out


@cache
def contracts() -> dict[str, Document]:
    """Certificates of contracts, plans and patience."""
    two, pennies, cournot = shipped("two-state-dilemma"), shipped("matching-pennies"), shipped("cournot-abreu")

    def plan(game: StochasticGame, delta: F, at: tuple[F, ...] | None = None) -> Document:
        return as_read(plan_certificate(game, (delta,) * 2, contract(game, delta, at=at).plan))

    return {
        "contract, cournot": as_read(of_contract(cournot, contract(cournot, F(1, 4), plan=False))),
        "contract, two states": as_read(of_contract(two, contract(two, F(1, 3), plan=False))),
        "no contract": as_read(of_contract(pennies, contract(pennies, F(1, 2), plan=False))),
        "steps, cournot": as_read(of_contract(cournot, patience(cournot))),
        "steps, dilemma": as_read(of_contract(again([[9, 1], [10, 3]]), patience(again([[9, 1], [10, 3]])))),
        "steps, pie": as_read(of_contract(shipped("pie"), patience(shipped("pie")))),
        "steps, none": as_read(of_contract(pennies, patience(pennies))),
        "switches": as_read(of_contract(two, patience(two))),
        "plan": plan(cournot, F(1, 3), (F(18), F(2))),
        "plan, two states": plan(two, F(7, 10)),
        "plan, drawn": plan(two, F(1, 3)),
    }


@cache
def sets() -> dict[str, Document]:
    """Certificates of payoff sets."""
    dilemma, two, pennies = again([[9, 1], [10, 3]]), shipped("two-state-dilemma"), shipped("matching-pennies")

    def exact(game: StochasticGame, *deltas: F, cap: F = F(0)) -> Document:
        return as_read(of_sets(game, payoff_sets(game, deltas, cap)))

    def bounds(game: StochasticGame, delta: F) -> Document:
        return as_read(of_sets(game, payoff_bounds(game, (delta,) * len(game.players))))

    return {
        "sets, dilemma": exact(dilemma, F(1, 4), F(1, 4)),
        "sets, a segment": exact(dilemma, F(1, 7), F(1, 7)),
        "sets, a point": exact(dilemma, F(1, 8), F(1, 10)),
        "sets, little money": exact(dilemma, F(1, 8), F(1, 8), cap=F(1, 2)),
        "sets, with money": exact(dilemma, F(1, 6), F(1, 6), cap=F(1, 2)),
        "sets, two states": exact(two, F(1, 5), F(1, 5)),
        "sets, none": exact(pennies, F(1, 2), F(1, 2)),
        "bounds, dilemma": bounds(dilemma, F(1, 8)),
        "bounds, two states": bounds(two, F(0)),
        "bounds, none": bounds(pennies, F(1, 2)),
        "bounds, three": bounds(shipped("minority-3"), F(0)),
    }


def as_read(body: dict[str, Any]) -> Document:
    """A certificate as it is read from a file."""
    found: Document = json.loads(json.dumps({"schema": 1, **body, "source": None}))
    return found


def put(document: Document, *replaced: tuple[Place, Any]) -> Document:
    """A copy of a certificate with other values at some places."""
    out: Document = json.loads(json.dumps(document))
    for place, value in replaced:
        at_place(out, place[:-1])[place[-1]] = value
    return out


def changes(part: Any, at: Place = ()) -> Iterator[tuple[Place, str, Any]]:
    """Every part of a document with one thing changed: where, what is done, and the part that it becomes.

    A number by a little, in sign, and to another size; an index or truth value; a name; an element left out, doubled,
    or in another order; null for something.
    """
    if isinstance(part, str):
        yield from ((at, what, text) for what, text in _texts(part))
    elif isinstance(part, bool):
        yield at, "turned", not part
    elif isinstance(part, int):
        yield from ((at, what, part + by) for what, by in (("one more", 1), ("one less", -1)))
    elif isinstance(part, dict):
        yield from _in_object(part, at)
    elif isinstance(part, list):
        yield from _in_list(part, at)
    if part is not None and at:
        yield at, "null", None


def _in_object(part: dict[str, Any], at: Place) -> Iterator[tuple[Place, str, Any]]:
    for key in part:
        yield (*at, key), "left out", {k: v for k, v in part.items() if k != key}
        for place, what, other in changes(part[key], (*at, key)):
            yield place, what, {**part, key: other}


def _in_list(part: list[Any], at: Place) -> Iterator[tuple[Place, str, Any]]:
    for k in range(len(part)):
        yield (*at, k), "left out", part[:k] + part[k + 1 :]
        yield (*at, k), "doubled", part[: k + 1] + part[k:]
        if part[k] != part[k - 1]:
            yield (*at, k), "exchanged", _exchanged(part, k - 1, k)
        for place, what, other in changes(part[k], (*at, k)):
            yield place, what, [*part[:k], other, *part[k + 1 :]]


def _exchanged(part: list[Any], one: int, other: int) -> list[Any]:
    out = list(part)
    out[one], out[other] = out[other], out[one]
    return out


def _texts(text: str) -> Iterator[tuple[str, str]]:
    try:
        value = F(text)
    except ValueError:
        yield "another name", text + "?"
        return
    for what, other in (("a hair more", value + TINY), ("a hair less", value - TINY), ("turned", -value),
                        ("one more", value + 1), ("one less", value - 1), ("twice", 2 * value)):  # fmt: skip
        if other != value:
            yield what, str(other)


KINDS = {"partnerships": partnerships, "stages": stages, "contracts": contracts, "sets": sets}
EVERY = {"partnerships": 17, "stages": 8, "contracts": 15, "sets": 50}
"""The default tests try one change of a proof or a game in so many, the slow ones all."""
ALONE = ("drawn 378, cheapest", "drawn 332, fairest", "harshest", "too impatient", "as impatient as can be")
"""Certificates of which only chosen changes are tried, by tests of their own."""
NUMBERS = {"payoffs", "payoff", "rows", "next", "cost", "value", "cap", "level", "minimum", "fixed_cost", "outside",
           "floors", "budgets", "expected", "capacities"}  # fmt: skip
"""Fields of games in which numbers are changed; what makes a table no game at all is told by the tests of tables."""


@cache
def judged(kind: str, every: int = 1) -> list[tuple[str, Document, bool]]:
    """Certificates with one thing changed, each with the verdict of the second checker.

    Of proofs and games one change in ``every`` is tried, of claims (but those of sets) all.

    Returns
    -------
    list of (what was changed, the certificate, whether it proves its claim).
    """
    out, count = [], 0
    for name, document in KINDS[kind]().items():
        if name in ALONE:
            continue
        for part, place, what, other in _all_changes(document):
            whole = part == "claim" and kind != "sets"
            count += not whole
            if whole or count % every == 0:
                changed = {**document, part: other}
                out.append((f"{name}: {part} {' '.join(map(str, place))}: {what}", changed, holds(changed)))
    return out


def _all_changes(document: Document) -> Iterator[tuple[str, Place, str, Any]]:
    for part in ("claim", "proof", "game"):
        for place, what, other in changes(document[part]):
            if other != document[part] and (part != "game" or _tells_a_game(document, place, what)):
                yield part, place, what, other


def _tells_a_game(document: Document, place: Place, what: str) -> bool:
    """Return whether a change of a game's table leaves a table of a game: another number that may stand there."""
    if what in ("left out", "doubled", "exchanged", "null", "another name") or not NUMBERS & {*place}:
        return False
    if place[-1] in ("minimum", "fixed_cost"):
        gift = document["game"]["gifts"][place[1]]
        return gift["cap"] is not None and what in ("a hair more", "one more", "twice")
    return not isinstance(at_place(document["game"], place), int)


def at_place(part: Any, place: Place) -> Any:
    """What stands at a place."""
    for key in place:
        part = part[key]
    return part


def prepare(kind: str) -> None:
    """Make all certificates of a kind, and judge what they become."""
    judged(kind, EVERY[kind])
