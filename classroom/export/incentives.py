"""An agreement as a notebook carries it: every limit and every incentive as an affine form in the levels.

They are what ``solver.proof.agreement`` finds when the levels are unknown: the same code that marks a proposal in the
classroom states what the notebook works out with the student's numbers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from classroom.answers import proposal
from classroom.export.condensed import conditions
from classroom.part import Part
from solver.proof.agreement import OWED, Claim, Inequality, Play
from solver.proof.forms import Amount, terms

Table = dict[str, Any]


def proposed(part: Part) -> Table:
    """Return every limit and incentive of an agreement, in terms of the levels that a student will propose."""
    ready, awake = proposal.asked(part)
    play = Play(Claim(ready.agreement, awake, None, ready.penal))
    states, actors = list(ready.agreement.states), ready.agreement.actors
    form = _Forms(states, awake.index(True))
    incentives = [e for i in range(len(actors)) for e in play.incentives(i)]
    open_ones = [e for e in incentives if _depends(e) or e.slack < 0]
    gains = {}
    for i, actor in enumerate(actors):
        outside = ready.agreement.outside[i]
        gains[actor] = play.values(i)[play.game.start] - (
            play.apart_values(i)[play.game.start] if outside is None else outside
        )
    return {
        "states": states,
        "awake": list(awake),
        "instruments": [
            {"name": b.name, "cap": None if b.cap is None else list(map(str, b.cap)), "contingent": b.contingent}
            for b in ready.agreement.gifts
        ],
        "limits": [
            {"words": f"{limit.words} in {states[limit.state]}", "slack": form.of(limit.slack)}
            for limit in play.limits()
        ],
        "incentives": [_incentive(e, play, form) for e in open_ones],
        "always_kept": len(incentives) - len(open_ones),
        "gains": {actor: form.of(amount) for actor, amount in gains.items()},
        "costs": {giver: form.of(play.average(giver, play.given(giver))) for giver in ready.agreement.giving},
        "conditions": conditions(part, "holds, but not as asked", "gains", "costs", "levels"),
    }


class _Forms:
    """Amounts as lists of terms; ``first`` is the state whose level stands for all where a contract has only one."""

    def __init__(self, states: list[str], first: int) -> None:
        self.place = {state: s for s, state in enumerate(states)}
        self.first = first

    def of(self, amount: Amount) -> list[list[Any]]:
        """Return an amount as [coefficient], [coefficient, instrument, state index] or the last with "on"."""
        return [self._term(name, value) for name, value in terms(amount).items() if value]

    def _term(self, name: tuple[str, ...], value: Fraction) -> list[Any]:
        if not name:
            return [str(value)]
        kind, instrument, *state = name
        where = self.place[state[0]] if state else self.first
        return [str(value), instrument, where, *(["on"] if kind == "on" else [])]


def _depends(entry: Inequality) -> bool:
    """Return whether an incentive depends on what is proposed."""
    return any(name and value for amount in (entry.gain_now, entry.loss_later) for name, value in terms(amount).items())


def _incentive(entry: Inequality, play: Play, form: _Forms) -> Table:
    joins = entry.stage == "join"
    done = proposal.DONE.get(entry.stage, "'{action}'").format(action=entry.deviation)
    owed = None
    if entry.stage in OWED:
        owed = [[gift.name, entry.state] for gift in play.owed(entry.actor, entry.state, OWED[entry.stage])]
    actor = play.game.actors[entry.actor]
    gives = [[gift.name, entry.state] for gift in play.game.gifts if gift.giver == actor and entry.stage == "act"]
    return {
        "mistake": proposal.NAMES.get(entry.stage, "broken promise"),
        "when_giving": [proposal.NAMES["deliver"], gives],
        "actor": actor,
        "state": play.game.states[entry.state] if len(play.game.states) > 1 else "",
        "done": None if joins else done,
        "now": form.of(entry.gain_now),
        "later": form.of(entry.loss_later),
        "weight": str(Fraction(1) if joins else 1 - play.game.discount[entry.actor]),
        "owed": owed,
    }
