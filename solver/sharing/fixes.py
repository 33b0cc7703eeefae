"""The fixes: what would make it hold, what each costs, ranked; every one re-solved and shown to work.

A fix is a changed partnership. It is kept only if the decision on the changed partnership is better, and its words
are made from the numbers of that decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor, log10

import numpy as np

from games.errors import ScenarioError
from games.partnership import Funder, Instrument, Lever, Partnership, Sanction, Term
from solver.results import Number
from solver.results.sharing import Fix, RenewalAnswer, Threshold
from solver.sharing.arrangement import Arranged, arrange
from solver.sharing.decision import RANK, Decision, decide, holding
from solver.sharing.optimum import as_float, optimise
from solver.sharing.renewal import renewed_every
from solver.sharing.situation import situation, with_discounts, with_levels_open
from solver.sharing.standing import slacks, standing

MANY = 12
"""Above so many actors only the fixes that need one more solve each are tried."""
SUBSIDY = "outside funder"
LONGEST_SUSPENSION = 96
HALVINGS = 30


def fixes(
    decision: Decision, levers: tuple[Lever, ...], common: Threshold | None, renewal: RenewalAnswer | None
) -> tuple[Fix, ...]:
    """Return the fixes that work: those that mend every state first, the cheapest first, unpriced ones last."""
    found = [*_package(decision), *_subsidy(decision), *_mechanisms(decision, levers), *_sanctions(decision)]
    if renewal is not None:
        found += [*_renewals(decision, renewal)]
    if len(decision.situation.partnership.actors) <= MANY:
        found += [*_resplits(decision), *_mandates(decision)]
    if common is not None:
        found += [*_patience(decision, common)]
    return tuple(sorted(found, key=lambda f: (RANK[f.verdict] > 1, f.cost is None, f.cost or 0, f.kind)))


def number(value: Number) -> str:
    """Return a number as a person writes it: four significant digits, no trailing zeros."""
    return f"{float(value):.4g}"


def _per(partnership: Partnership) -> str:
    return f"a {partnership.period}"


def _package(decision: Decision) -> Iterator[Fix]:
    """Yield the cheapest package of the file's own instruments."""
    partnership = decision.situation.partnership
    arranged = decision.arranged if decision.verdict == "holds_with_sharing" else None
    if arranged is None and any(b.level is not None for b in partnership.instruments):
        freed = holding(with_levels_open(partnership), "cheapest")
        arranged = freed.arranged if freed else None
    if arranged is None:
        return
    text = f"share {package_words(arranged)}" + ("" if arranged is decision.arranged else ", not the levels proposed")
    yield Fix("package", arranged.value, _givers(arranged), text, "holds_with_sharing", arranged.proof)


def _givers(arranged: Arranged) -> tuple[str, ...]:
    """Return who gives something in an arrangement."""
    instruments = arranged.program.situation.partnership.instruments
    return tuple(dict.fromkeys(b.giver for b in instruments if any(arranged.levels[b.name])))


def package_words(arranged: Arranged) -> str:
    """Return the levels of an arrangement in words, one instrument after the other."""
    parts = []
    for b in arranged.program.situation.partnership.instruments:
        row = [level for level, on in zip(arranged.levels[b.name], arranged.awake, strict=True) if on]
        if any(row):
            low, high = number(min(row)), number(max(row))
            parts.append(f"{b.name} {low}" + ("" if low == high else f" to {high}"))
    more = f" and {len(parts) - 6} more" if len(parts) > 6 else ""
    return (", ".join(parts[:6]) + more) or "nothing"


def _money(name: str, giver: str, receiver: str, levels: int, contingent: bool) -> Instrument:
    one = (Fraction(1),) * levels
    return Instrument(name, giver, (receiver,), one, one, "on delivery", contingent=contingent)


def _subsidy(decision: Decision) -> Iterator[Fix]:
    """Yield the smallest payment from outside, on delivery, that makes it hold with the file's own instruments."""
    partnership = with_levels_open(decision.situation.partnership)
    levels = len(partnership.urgency.levels)
    funder = Funder(SUBSIDY, max(a.discount for a in partnership.actors))
    paid = tuple(_money(f"payment from outside to {a.name}", SUBSIDY, a.name, levels, True) for a in partnership.actors)
    funded = replace(partnership, funders=(*partnership.funders, funder), instruments=(*partnership.instruments, *paid))
    ready = situation(funded)
    answer = arrange(ready, ready.everywhere, "cheapest", SUBSIDY)
    if not isinstance(answer, Arranged) or answer.value <= 0:
        return
    who = ", ".join(b.receivers[0] for b in paid if any(answer.levels[b.name]))
    own = [b.name for b in partnership.instruments if any(answer.levels[b.name])]
    beside = f", beside {', '.join(own[:4])}" if own else ""
    text = f"pay {who} {number(answer.value)} {_per(partnership)} on average from outside, on delivery{beside}"
    yield Fix("subsidy", answer.value, (SUBSIDY,), text, "holds_with_sharing", answer.proof)


def _resplits(decision: Decision) -> Iterator[Fix]:
    """Yield the interval of one constant payment between two actors, on delivery, that alone makes it hold."""
    partnership = decision.situation.partnership
    leavers = {partnership.actors[e.actor].name for e in decision.stands.inequalities if e.slack < 0}
    for receiver in leavers if len(leavers) == 1 else ():
        for giver in [a.name for a in partnership.actors if a.name != receiver]:
            name = f"payment {giver} to {receiver}"
            paid = _money(name, giver, receiver, len(partnership.urgency.levels), False)
            ready = situation(replace(partnership, instruments=(paid,), capacities={}))
            low = arrange(ready, ready.everywhere)
            if not isinstance(low, Arranged):
                continue
            one = low.program.arithmetic.number(Fraction(-1))
            most = optimise(low.program, low.program.arithmetic.zeros(1) + one)
            least = max(low.levels[name])
            span = f"at least {number(least)}"
            if most.found:
                high = as_float(most.x[0])
                span = number(least) if high - float(least) < 1e-9 else f"{number(least)} to {number(high)}"
            text = f"{giver} pays {receiver} {span} {_per(partnership)}, on delivery, and nothing else is shared"
            yield Fix("re-split", least, (giver,), text, "holds_with_sharing", low.proof)


def _mechanisms(decision: Decision, levers: tuple[Lever, ...]) -> Iterator[Fix]:
    """Yield every mechanism that improves the verdict when it is pulled."""
    for lever in levers:
        try:
            after = decide(lever.partnership)
        except ScenarioError:
            continue
        price = sum(lever.cost.values(), Fraction(0)) + Fraction(_shared_cost(after))
        price += _renewal_cost(after.situation.partnership) - _renewal_cost(decision.situation.partnership)
        if not _better(decision, after, price):
            continue
        extra, payers = "", [name for name, cost in lever.cost.items() if cost]
        if after.arranged is not None:
            extra = f"; share {package_words(after.arranged)}"
            payers += _givers(after.arranged)
        where = ""
        if after.verdict == "holds_in_some_states":
            names = [s.name for s, on in zip(after.situation.states, after.awake, strict=True) if on]
            where = f" (then it holds in {', '.join(names[:6])})"
        text = f"{lever.name}: {lever.text or 'pull this lever'}{extra}{where}"
        yield Fix("mechanism", price, tuple(dict.fromkeys(payers)), text, after.verdict, after.proof)


def _renewal_cost(partnership: Partnership) -> Fraction:
    """Return what renewing costs per period, all payers together (as if every attempt worked)."""
    renewal = partnership.renewal
    return sum(renewal.cost.values(), Fraction(0)) / renewal.every if renewal else Fraction(0)


def _better(before: Decision, after: Decision, price: Fraction) -> bool:
    """Return whether a changed partnership has a better verdict, holds in more states, or holds for less."""
    if after.verdict != before.verdict:
        return RANK[after.verdict] < RANK[before.verdict]
    if after.verdict == "holds_in_some_states":
        return sum(after.awake) > sum(before.awake)
    return after.verdict == "holds_with_sharing" and price < Fraction(_shared_cost(before))


def _sanctions(decision: Decision) -> Iterator[Fix]:
    """Yield the first of some harsher sanctions that makes it hold."""
    if decision.verdict == "holds":
        return
    partnership = decision.situation.partnership
    for sanction, words in _harsher(partnership.sanction):
        after = holding(replace(partnership, sanction=sanction))
        if after is not None and RANK[after.verdict] < RANK[decision.verdict]:
            payers = _givers(after.arranged) if after.arranged else ()
            text = f"after a breach, {words}"
            yield Fix("sanction", _shared_cost(after), payers, text, after.verdict, after.proof)
            return


def _harsher(sanction: Sanction) -> Iterator[tuple[Sanction, str]]:
    """Yield longer suspensions, then walking away for good; after that only the harshest punishment is left."""
    periods = sanction.periods
    if sanction.harshest:
        return
    if periods is None:
        what = "the harshest punishment that voluntary payments can back, instead of walking away"
        yield Sanction(harshest=True), what
        return
    lengths = [t for t in (periods + 1, periods + 2, *(periods * 2**k for k in range(1, 6))) if t <= LONGEST_SUSPENSION]
    for length in [*sorted(set(lengths)), None]:
        what = "walk away for good" if length is None else f"suspend for {length} periods"
        yield Sanction(length, sanction.play), f"{what} instead of suspending for {periods}"


def _shared_cost(decision: Decision) -> Number:
    """Return what the arrangement of a decision costs all givers per period."""
    return Fraction(0) if decision.arranged is None else decision.arranged.value


def _renewals(decision: Decision, answer: RenewalAnswer) -> Iterator[Fix]:
    """Yield the longest renewal interval with which it holds, and what that costs more."""
    partnership = decision.situation.partnership
    if RANK[decision.verdict] <= 1 or not answer.holds_at:
        return
    every = answer.holds_at[-1]
    changed = renewed_every(partnership, every)
    after = holding(changed)
    if after is not None:
        more = _renewal_cost(changed) - _renewal_cost(partnership) + Fraction(_shared_cost(after))
        payers = [name for name, cost in answer.cost.items() if cost]
        text = f"renew every {every} {partnership.period}s instead of every {answer.every}"
        if after.arranged is not None:
            payers += _givers(after.arranged)
            text += f"; share {package_words(after.arranged)}"
        yield Fix("renewal", more, tuple(dict.fromkeys(payers)), text, after.verdict, after.proof)


def _mandates(decision: Decision) -> Iterator[Fix]:
    """Yield a loss on walking away, put on everybody, that makes it hold while a little less does not."""
    partnership = decision.situation.partnership

    def threatened(loss: Fraction) -> Partnership:
        term = "mandate in the shadow"
        actors = tuple(
            replace(a, terms=(*a.terms, Term(term, loss, kind="cost", when={a.name: (a.outside,)})))
            for a in partnership.actors
        )
        return replace(partnership, actors=actors, instruments=())

    def shortfall(loss: float) -> float:
        try:
            ready = situation(threatened(Fraction(loss)))
        except ScenarioError:
            return -1.0
        stand = standing(ready, ready.everywhere, {})
        return float(slacks(stand, np.array([float(a.discount) for a in partnership.actors])).min())

    low, high = 0.0, 4.0 * float(max(decision.situation.scale))
    if decision.verdict == "holds" or shortfall(low) >= 0 or shortfall(high) < 0:
        return
    # Not a root finder: a larger loss can change the sanction itself, and the slack with it, in one jump.
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if shortfall(middle) < 0 else (low, middle)
    loss = _rounded_up(high)
    after = holding(threatened(loss))
    if after is not None:
        text = f"a mandate that makes walking away cost {number(loss)} {_per(partnership)}; share nothing"
        yield Fix("mandate", None, (), text, after.verdict, after.proof)


def _rounded_up(value: float, digits: int = 4) -> Fraction:
    """Return a float rounded up to so many significant digits (a hair above stays where it is)."""
    if value <= 0:
        return Fraction(0)
    unit = Fraction(10) ** (floor(log10(value)) + 1 - digits)
    return ceil(Fraction(value) / unit - Fraction(1, 10**4)) * unit


def _patience(decision: Decision, common: Threshold) -> Iterator[Fix]:
    """Yield the smallest common discount factor with which it holds, if that is more than somebody has."""
    partnership = decision.situation.partnership
    needed = common.value
    if needed is None or RANK[decision.verdict] <= 1 or all(a.discount >= needed for a in partnership.actors):
        return
    after = holding(with_levels_open(with_discounts(partnership, dict.fromkeys(partnership.names, needed))))
    if after is None:
        return
    lowest = min(a.discount for a in partnership.actors)
    enough, horizon = _rounded_up(float(needed)), number(1 / (1 - needed))
    text = (
        f"a discount factor of {number(enough)} for everybody (the lowest is now {number(lowest)}), "
        f"as with an agreement expected to run {horizon} {partnership.period}s"
    )
    if after.arranged is not None:
        text += f"; share {package_words(after.arranged)}"
    yield Fix("patience", None, (), text, after.verdict, after.proof)
