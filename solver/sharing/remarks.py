"""What should be said beside a verdict: where sharing is not worthwhile, what unravels, what happens without it."""

from __future__ import annotations

from dataclasses import replace

from solver.sharing.decision import Decision, decide

MOST = 6


def remarks(decision: Decision, worth: tuple[bool, ...]) -> list[str]:
    """Return the remarks on a decision; ``worth`` says in which states sharing is jointly worthwhile."""
    ready = decision.situation
    notes = []
    poor = [s.name for s, w in zip(ready.states, worth, strict=True) if not w and not s.ended]
    if poor:
        where = ", ".join(poor[:MOST]) + (" …" if len(poor) > MOST else "")
        if decision.verdict in ("holds", "holds_with_sharing"):
            notes.append(f"in {where} sharing costs all together more than it brings; it is kept for what follows")
        else:
            notes.append(f"sharing is not even jointly worthwhile in {where}: together they do better without it there")
    unravels = _unravelling(decision)
    if unravels:
        notes.append(unravels)
    if not ready.sanction.outside:
        notes.append(_voluntary(decision))
    return notes


def _unravelling(decision: Decision) -> str:
    """Say that it unravels, if value fades, nobody renews it, and it would hold if it did not fade."""
    partnership = decision.situation.partnership
    renewal = partnership.renewal
    if renewal is None or renewal.by is not None or decision.verdict in ("holds", "holds_with_sharing"):
        return ""
    fresh = decide(replace(partnership, renewal=None)).verdict
    if fresh == "fails":
        return ""
    return (
        "without renewal it unravels: the value fades, so there is a last period in which sharing is worth its cost; "
        "nobody shares in it, since nothing follows, hence not in the one before, and so back to the first. "
        f"Were the value kept fresh, the verdict would be '{fresh.replace('_', ' ')}'"
    )


def _voluntary(decision: Decision) -> str:
    """Say who would act otherwise than walk away even without an agreement, and where."""
    ready = decision.situation
    found = []
    for s, (state, profile) in enumerate(zip(ready.states, ready.sanction.game.policy, strict=True)):
        for actor, action in zip(ready.partnership.actors, profile, strict=True):
            if action != actor.outside and not state.ended:
                found.append(f"{actor.name} plays '{action}' in {ready.states[s].name}")
    return "even without an agreement " + "; ".join(found[:4]) + (" …" if len(found) > 4 else "")
