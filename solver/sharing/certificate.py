"""The certificate of a verdict on a partnership: what ``solver.proof.partnership`` verifies."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from games.agreement import agreement_table
from games.errors import ScenarioError, refuse
from games.stochastic import StochasticGame
from games.tables import number
from solver.proof.agreement import OWED
from solver.proof.penal import PenalCode
from solver.repeated.certificate_contract import rounds_of_bounds
from solver.sharing.arrangement import Impossible, arrange
from solver.sharing.decision import Decision
from solver.sharing.patience import rediscounted
from solver.sharing.refutation import GAIN, Ask, Guard, Leaf, Met, Tree, Unproven, bound, cut, names
from solver.sharing.rows import Program, Row
from solver.sharing.targets import Set

WHERE = "--certificate"


def certificate(decision: Decision) -> dict[str, Any]:
    """Return the game, the claim and the proof of a verdict.

    That no arrangement is better is part of it for the aims ``PROVEN_AIMS``; that no larger set of states can hold,
    where there are sets to rule out.

    Raises
    ------
    ScenarioError : the verdict is not proven exactly; says what is missing.
    """
    if decision.proof != "exact":
        raise _none(f"the verdict has no exact proof: {decision.proof}")
    game = decision.situation.agreement
    awake = [name for name, on in zip(game.states, decision.awake, strict=True) if on]
    possible = [s for s, on in enumerate(game.awake) if on]
    units = decision.largest.units if decision.largest else tuple(frozenset([s]) for s in possible)
    everywhere = len(awake) == len(possible)
    best, better = _best(decision)
    lower, fails = _below(decision) if decision.most_impatient else (None, None)
    claim = {
        "kind": "partnership",
        "awake": awake,
        "levels": {name: [number(level) for level in row] for name, row in decision.levels.items()},
        "units": [[game.states[s] for s in sorted(unit)] for unit in units],
        "largest": not everywhere,
        "best": best,
        "not at": lower,
    }
    penal = decision.situation.penal
    proof = {
        "penal": None if penal is None or game.penal is None else _penal(game.penal, penal),
        "larger": None if everywhere else _Sets(decision, units).tree(),
        "better": better,
        "fails": fails,
    }
    return {"game": agreement_table(game), "claim": claim, "proof": proof}


def _none(why: str) -> ScenarioError:
    return refuse(WHERE, why, "leave --certificate out to see the answer without")


def _penal(game: StochasticGame, code: PenalCode) -> dict[str, Any]:
    *rounds, _ = rounds_of_bounds(game)
    return {
        "play": [list(profile) for profile in code.play],
        "punish": [[list(profile) for profile in policy] for policy in code.punish],
        "joint": [number(v) for v in code.joint],
        "values": [[number(v) for v in own] for own in code.values],
        "rounds": rounds,
    }


STEPS_BELOW = tuple(Fraction(1, 10**digits) for digits in (15, 12, 10, 9, 8, 7, 6, 5))
"""How far below the smallest discount factor at which an arrangement holds it is tried to prove that none does."""
PROVEN_AIMS = ("cheapest", "fairest")
"""The aims whose value a certificate proves to be the best; of fairest, the smallest gain."""


def _best(decision: Decision) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return the claim that no arrangement is better for the aim, and its proof; None where nothing was chosen."""
    arranged = decision.arranged
    if arranged is None or arranged.aim not in PROVEN_AIMS:
        return None, None
    value = arranged.best.value
    if not isinstance(arranged.value, Fraction):
        raise _none(f"that no arrangement is better has no exact proof: {arranged.proof}")
    try:
        tree, proof = bound(arranged.root, arranged.aim, arranged.payer, value)
    except (Met, Unproven):
        raise _none("that no arrangement is better could not be proven exactly") from None
    if proof != "exact":
        raise _none(f"that no arrangement is better has no exact proof: {proof}")
    claim = {"aim": arranged.aim, "payer": arranged.payer, "value": number(arranged.value)}
    return claim, _written(tree, frozenset())


def _below(decision: Decision) -> tuple[str, dict[str, Any]]:
    """Return a discount factor just below the smallest at which an arrangement holds, and why none does there."""
    ready = decision.situation
    here, names = ready.partnership.actors[0].discount, ready.partnership.names
    for step in STEPS_BELOW:
        try:
            there = rediscounted(ready, dict.fromkeys(names, here - step)) if step <= here else None
        except ScenarioError:
            continue
        if there is None or there.sanction.game.policy != ready.sanction.game.policy:
            continue
        found = arrange(there, there.everywhere)
        if isinstance(found, Impossible) and found.proof == "exact":
            return number(here - step), _written(found.tree, frozenset())
    raise _none("that no arrangement holds with less patience could not be proven exactly")


class _Sets:
    """The tree over the sets of states: it asks of one unit after the other whether it is awake."""

    def __init__(self, decision: Decision, units: tuple[Set, ...]) -> None:
        self.decision, self.units = decision, units
        self.game = decision.situation.agreement
        self.all: Set = frozenset().union(*units)
        self.count = sum(decision.awake)
        self.impossible = dict(decision.largest.impossible) if decision.largest else {}

    def tree(self, asked: int = 0, chosen: Set = frozenset()) -> dict[str, Any]:
        done: Set = frozenset().union(*self.units[:asked])
        over = self.game.ends and self.game.start in done - chosen
        if over or len(chosen) + len(self.all - done) <= self.count:
            return {}
        if (chosen, done) in self.impossible:
            return _written(self.impossible[chosen, done], frozenset())
        if asked == len(self.units):
            return _written(self._everywhere(), frozenset())
        unit = self.units[asked]
        return {
            "ask": ["awake", self.game.states[min(unit)]],
            "yes": self.tree(asked + 1, chosen | unit),
            "no": self.tree(asked + 1, chosen),
        }

    def _everywhere(self) -> Tree:
        """Return why sharing cannot hold in every state."""
        found = self.decision.everywhere or arrange(self.decision.situation, self.decision.situation.everywhere)
        if not isinstance(found, Impossible) or found.proof != "exact":
            raise _none("that it cannot hold in every state has no exact proof")
        return found.tree


def _written(tree: Tree, owing: frozenset[Guard]) -> dict[str, Any]:
    """Return a tree as it is written; ``owing`` is answered to be owed."""
    if tree is None:
        return {}
    if isinstance(tree, Ask):
        owed = owing | {tree.guard} if tree.guard else owing
        return {"ask": list(tree.question), "yes": _written(tree.yes, owed), "no": _written(tree.no, owing)}
    cuts = []
    for row, _ in tree.rows:
        if row.stage in OWED and row.guard not in owing:
            why = cut(tree.program, row)
            if why is None:
                raise _none("a combination rests on what may not be owed")
            cuts.append({"row": _name(tree.program, row), "rows": _combination(why)})
    return {"rows": _combination(tree), "cuts": cuts}


def _combination(leaf: Leaf) -> list[list[str]]:
    return [[*_name(leaf.program, row), number(y)] for row, y in leaf.rows]


def _name(program: Program, row: Row) -> list[str]:
    who, where = names(program, row)
    if row.stage == GAIN:
        return [GAIN, who]
    return [row.stage, who, where, row.deviation, str(row.number)] if row.incentive else [row.stage, who, where]
