"""What a number of the file is called where people read about it: short words in place of its path."""

from __future__ import annotations

import re

_WORDS = {
    "actors.<X>.terms.<T>.base": "{X}: {T}",
    "actors.<X>.terms.<T>.urgency_slope": "{X}: {T} per urgency",
    "actors.<X>.terms.<T>.retention": "{X}: {T} kept per period",
    "actors.<X>.discount": "{X}: discount factor",
    "actors.<X>.outside_value<L>": "{X}: value outside",
    "actors.<X>.floor": "{X}: least payoff",
    "actors.<X>.expected_budget": "{X}: mean budget",
    "actors.<X>.budget<L>": "{X}: budget",
    "actors.<X>.contribution": "{X}: contribution",
    "funders.<X>.discount": "{X}: discount factor",
    "funders.<X>.expected_budget": "{X}: mean budget",
    "funders.<X>.budget<L>": "{X}: budget",
    "instruments.<X>.value<L>": "{X}: value",
    "instruments.<X>.cost<L>": "{X}: cost",
    "instruments.<X>.cap<L>": "{X}: cap",
    "instruments.<X>.level<L>": "{X}: level",
    "instruments.<X>.minimum": "{X}: least amount",
    "instruments.<X>.fixed_cost": "{X}: fixed cost",
    "instruments.<X>.retention": "{X}: value kept per period",
    "instruments.<X>.at_least": "{X}: needs to be met",
    "instruments.<X>.timing": "{X}: timing",
    "instruments.<X>.enforceable": "{X}: enforceable",
    "instruments.<X>.contingent": "{X}: may differ by state",
    "urgency.transitions.<A>.<T>": "chance {A} to {T}",
    "urgency.levels.<X>": "urgency of {X}",
    "urgency.level": "urgency",
    "urgency.start": "level at the start",
    "urgency.low": "urgency: low",
    "urgency.high": "urgency: high",
    "urgency.pace": "periods on each step of the ramp",
    "urgency.peak": "urgency at the peak",
    "urgency.plateau": "periods at the peak",
    "urgency.half_life": "half-life of the pulse",
    "urgency.calm": "urgency when calm",
    "urgency.onset": "chance that a pulse begins",
    "urgency.trough": "urgency in the trough",
    "urgency.crest": "urgency at the crest",
    "urgency.rise": "periods of rising",
    "urgency.fall": "periods of falling",
    "hazards.<X>.chance<L>": "{X}: chance",
    "capacities.<X>": "{X}: capacity",
    "pools.<X>.contributions.<A>.<T>": "{X}: what {A} adds by '{T}'",
    "pools.<X>.weights.<T>": "{X}: weight of {T}",
    "pools.<X>.threshold": "{X}: threshold",
    "pools.<X>.exponent": "{X}: exponent",
    "renewal.cost.<X>": "{X}: cost of renewing",
    "renewal.cost": "cost of renewing",
    "renewal.success": "chance that renewing works",
    "renewal.every": "periods between renewals",
    "renewal.shortest": "fewest periods between renewals",
    "renewal.cap": "age from which value stays",
    "mechanisms.<X>.cost.<T>": "{X}: cost to {T}",
    "agreement.sanction.suspend": "periods of suspension",
    "agreement.sanction": "sanction",
    "agreement.lapse": "lapse",
    "agreement.target.<X><L>": "{X}: what it is asked to do",
    "discount": "discount factor",
    "ends": "chance of an end from outside",
    "with": "levers pulled",
}
"""Words by the form of a path: <X> and <T> are names, <A> one without dots, <L> a level that may follow."""
_PARTS = {"<X>": "(?P<X>.+)", "<T>": "(?P<T>.+)", "<A>": r"(?P<A>[^.]+)", "<L>": r"(?:\.(?P<L>.+))?"}
_NESTED = re.compile(r"^urgency\.(ramp|pulse)\.")


def _pattern(form: str) -> re.Pattern[str]:
    form = form.replace(".", r"\.")
    for sign, what in _PARTS.items():
        form = form.replace(sign, what)
    return re.compile(form)


_FORMS = tuple((_pattern(form), words) for form, words in _WORDS.items())


def label(path: str) -> str:
    """Return what the number at a path is called: "operator: privacy risk"; a path of no known form as it is.

    Names may hold dots and spaces; a field that is given by level is followed by the level ("office: budget in calm").
    """
    plain = _NESTED.sub("urgency.", path)
    for pattern, words in _FORMS:
        found = pattern.fullmatch(plain)
        if found:
            parts = found.groupdict()
            return words.format(**parts) + (f" in {parts['L']}" if parts.get("L") else "")
    return path
