"""Claims about a partnership: an arrangement holds, no larger set of states can hold, none is cheaper or fairer.

That an arrangement holds is verified incentive by incentive (``solver.proof.agreement``); that none does, or none is
better, by a tree of cases (``solver.proof.trees``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from games.agreement import Agreement, read_agreement_table
from solver.proof.agreement import Claim, Finding, Levels, Play, check
from solver.proof.contract import common, eliminated
from solver.proof.forms import ZERO, terms
from solver.proof.penal import PenalCode
from solver.proof.reading import Refuted, Told, exact, fields
from solver.proof.trees import Case, Goal, cost, leaves, short


def partnership(table: Any, claim: Any, proof: Any) -> Told:
    """Verify the verdict on a partnership."""
    game = read_agreement_table(table)
    _, where, written, units, largest, best, lower = fields(
        claim, "kind", "awake", "levels", "units", "largest", "best", "not at"
    )
    penal, larger, better, fails = fields(proof, "penal", "larger", "better", "fails")
    fits = [(best is None) is (better is None), (lower is None) is (fails is None)]
    if largest is not (larger is not None) or not all(fits) or not (where or largest):
        raise Refuted("the proof does not fit the claim, or nothing is claimed")
    awake = tuple(name in where for name in game.states)
    if [name for name, on, can in zip(game.states, awake, game.awake, strict=True) if on and can] != where:
        raise Refuted("sharing is claimed in what is no state of the game, cannot be asked for, or is not in order")
    if game.ends and where and not awake[game.start]:
        raise Refuted("the agreement would be over before it begins")
    together = _units(game, units)
    levels = _levels(game, awake, written)
    claimed = Claim(game, awake, levels, _penal(game, penal))
    finding = check(claimed)
    reasons = [_apart(game, finding)]
    if game.penal is not None:
        reasons.append("a breach is answered by the harshest punishments: no equilibrium in pure strategies is worse")
    if any(awake):
        reasons.append(_holds(game, finding))
    if largest:
        reasons.append(_no_more(Case(game, claimed.penal, together), sum(awake), larger))
    if best is not None:
        reasons.append(_best(Case(game, claimed.penal, (), awake), claimed, best, better))
    if lower is not None:
        reasons.append(_fails(game, exact(lower), fails))
    return _words(game, awake, levels, together if largest else None), reasons


def _levels(game: Agreement, awake: Sequence[bool], written: Any) -> Levels:
    """Return the levels claimed, by instrument and state: 0 where there is no sharing, else as the game proposes."""
    levels = {b.name: tuple(map(exact, written[b.name])) for b in game.gifts}
    fields(written, *levels)
    for b in game.gifts:
        for level, proposed, on in zip(levels[b.name], b.level or levels[b.name], awake, strict=True):
            if level != (proposed if on else ZERO):
                raise Refuted(f"a level of '{b.name}' is not the one proposed, or is given where there is no sharing")
    return levels


def _words(game: Agreement, awake: Sequence[bool], levels: Levels, units: Sequence[Sequence[int]] | None) -> str:
    """Return the claim in words; ``units`` None: nothing is claimed of more states."""
    states = [name for name, on in zip(game.states, awake, strict=True) if on]
    whole = [f"{game.states[unit[0]]} with {len(unit) - 1} more" for unit in units or () if len(unit) > 1]
    given = f", if states sleep and wake together ({'; '.join(whole)})" if whole else ""
    if not states:
        what = "whatever these instruments give" if all(b.level is None for b in game.gifts) else "as it is proposed"
        return f"sharing cannot be kept up in any state, {what}{given}"
    how = "with the levels given" if any(map(any, levels.values())) else "with nothing given"
    everywhere = len(states) == sum(game.awake)
    where = "in every state" if everywhere else f"in {', '.join(states)}"
    return f"sharing is self-enforcing {where}, {how}" + (
        "" if everywhere or units is None else f", and in no more states{given}"
    )


def _no_more(case: Case, count: int, tree: Any) -> str:
    told = [words for words in leaves(tree, case, Goal(few=count)) if words]
    whole = "" if all(len(unit) == 1 for unit in case.units) else " (of states that sleep and wake together)"
    cases = f"in each of {len(told)} cases" if len(told) > 1 else "in the one case there is"
    example = f": {told[0]}" if told else ""
    if count:
        return (
            f"no set of more states{whole} can hold, {cases} by a combination that adds up to a contradiction{example}"
        )
    return f"no set of states{whole} can hold, {cases} by a combination that adds up to a contradiction{example}"


def _best(case: Case, claimed: Claim, claim: Any, tree: Any) -> str:
    """Verify that an arrangement is the best for an aim, and say so in words."""
    aim, payer, written = fields(claim, "aim", "payer", "value")
    value, play = exact(written), Play(claimed)
    if aim == "cheapest" and (payer is None or payer in case.game.giving):
        reached = terms(cost(play, payer)).get((), ZERO)
        whose = "everybody's cost" if payer is None else f"the cost of {payer}"
        told = f"no arrangement is cheaper: {whose} is {short(value)} a period, and at least that"
    elif aim == "fairest" and payer is None:
        joins = [e for i in range(len(case.game.actors)) for e in play.incentives(i) if e.stage == "join"]
        reached = min(e.slack for e in joins)
        told = f"no arrangement has a larger smallest gain: it is {short(value)} a period, and at most that"
    else:
        raise Refuted("an aim or a payer that is not known")
    if reached != value:
        raise Refuted("the levels do not reach the value that is claimed")
    count = sum(1 for _ in leaves(tree, case, Goal(None, aim, payer, value)))
    return f"{told}, {f'in each of {count} cases' if count > 1 else 'by a combination of incentives and limits'}"


def _fails(game: Agreement, delta: Fraction, tree: Any) -> str:
    """Verify that with less patience, the same for all, no levels hold in every state; say so in words."""
    if game.penal is not None or len(set(game.discount)) > 1 or not 0 <= delta < game.discount[0]:
        raise Refuted(
            "the discount factor at which it fails is not below a common one, with a sanction of the same play"
        )
    giving = {name: delta if name in game.actors else own for name, own in game.giving.items()}
    lower = replace(game, discount=(delta,) * len(game.actors), giving=giving)
    walk_away(lower)
    told = next(words for words in [*leaves(tree, Case(lower, None, (), game.awake), Goal()), ""])
    at, here = f"{float(delta):.15g}", f"{float(game.discount[0]):.15g}"
    return f"at a common discount factor of {at} (here: {here}) no arrangement holds in every state: {told}"


def _penal(game: Agreement, part: Any) -> PenalCode | None:
    """Return the harshest punishments: an equilibrium with voluntary payments, and none holds anybody lower."""
    if part is None and game.penal is None:
        return None
    play, punish, joint, values, rounds = fields(part, "play", "punish", "joint", "values", "rounds")
    full = game.penal
    if full is None:
        raise Refuted("the sanction claimed is not the one of the partnership")
    policy = [tuple(map(tuple, rows)) for rows in (play, *punish)]
    last = {"joint": joint, "punishment": values}
    if not eliminated(full, common(full), range(len(full.states)), [*rounds, last]).attained(policy[0], policy[1:]):
        raise Refuted("the punishments are not the harshest, or cannot be kept up")
    return PenalCode(
        policy[0], tuple(policy[1:]), tuple(map(exact, joint)), tuple(tuple(map(exact, own)) for own in values)
    )


def _units(game: Agreement, units: Any) -> tuple[tuple[int, ...], ...]:
    """Return the sets of states that sleep together: each state in which sharing can be asked for is in one."""
    out = tuple(tuple(game.states.index(name) for name in unit) for unit in units)
    if sorted(s for unit in out for s in unit) != [s for s, possible in enumerate(game.awake) if possible]:
        raise Refuted("the units are not the states in which sharing can be asked for")
    if not all(out):
        raise Refuted("a unit without states")
    return out


def walk_away(game: Agreement) -> None:
    """Refuse what is played without the agreement unless it is an equilibrium, once for all."""
    never = (False,) * len(game.states)
    _apart(game, check(Claim(game, never, {b.name: (ZERO,) * len(never) for b in game.gifts})))


def _apart(game: Agreement, finding: Finding) -> str:
    """Return in words that what is played without the agreement is an equilibrium (or the penal code is)."""
    for e in finding.inequalities:
        if e.stage == "sanction" and e.slack < 0:
            who, where = game.actors[e.actor], game.states[e.state]
            raise Refuted(f"the sanction is no equilibrium: in {where}, {who} gains by '{e.deviation}'")
    return "the sanction is an equilibrium: nobody gains by leaving it, in any state"


def _holds(game: Agreement, finding: Finding) -> str:
    """Return in words that every incentive and every limit is satisfied."""
    if finding.broken:
        raise Refuted(f"a limit is broken: {finding.broken[0]}")
    e = min(finding.inequalities, key=lambda e: e.slack)
    what = f"{game.actors[e.actor]} and '{e.deviation}' in {game.states[e.state]}"
    if e.slack < 0:
        raise Refuted(f"it does not hold: {what} gains {short(-e.slack)} a period")
    count = len(finding.inequalities)
    return f"all {count} incentives and all limits hold exactly; the tightest is {what}, with {short(e.slack)} to spare"
