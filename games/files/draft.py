"""A first draft of a scenario file, from answers along the chain of the study.

challenge and urgency -> interests of each side -> alignment -> benefits -> renewal. The draft is a scenario that
evaluates as it stands; every number in it is the author's to change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Answer = Literal["text", "name", "number", "share", "yes"]


@dataclass(frozen=True)
class Question:
    """One question: its step of the chain, its words, the kind of answer it takes, a default, and when it is asked."""

    key: str
    step: str
    words: str
    kind: Answer
    default: str
    choices: tuple[str, ...] = ()
    only_if: str = ""


QUESTIONS = (
    Question("title", "Challenge and urgency", "What is the challenge, in a title", "text", "Data in a heatwave"),
    Question("period", "Challenge and urgency", "One period is a", "name", "month", ("week", "month", "year")),
    Question("urgency", "Challenge and urgency", "How urgency moves", "name", "crisis", ("steady", "crisis", "ramp")),
    Question("holder", "Interests of each side", "Who holds the data", "name", "operator"),
    Question("user", "Interests of each side", "Who would use it for the public", "name", "office"),
    Question("gain", "Interests of each side", "The data's worth to the user per period when calm", "number", "0.6"),
    Question("surge", "Interests of each side", "... and how much more at full urgency", "number", "1.6"),
    Question("cost", "Interests of each side", "What sharing costs the holder per period", "number", "0.3"),
    Question("risk", "Interests of each side", "What its risks cost the holder (privacy, backlash)", "number", "0.3"),
    Question("credit", "Interests of each side", "What recognition brings the holder at full urgency", "number", "0.4"),
    Question("patience", "Interests of each side", "How much the next period counts (0 to 1)", "share", "0.9"),
    Question("aggregation", "Alignment", "Could the data be aggregated at the holder's", "yes", "yes"),
    Question("mandate", "Alignment", "Could a law make refusing costly", "yes", "no"),
    Question("money", "Benefits", "May the user pay", "yes", "yes"),
    Question("dashboard", "Benefits", "Could it give something made from the data back (a dashboard)", "yes", "yes"),
    Question("fades", "Renewal", "Does the benefit wear off unless renewed", "yes", "no"),
    Question("every", "Renewal", "Renewed every how many periods", "number", "6", only_if="fades"),
)  # fmt: skip


def plain(name: str) -> str:
    """Return a name as a TOML key: as it is where that is allowed, else in quotes."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else quoted(name)


def quoted(text: str) -> str:
    """Return a text as a TOML string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def draft(answers: Mapping[str, str]) -> str:
    """Return the text of a scenario file made from answers to ``QUESTIONS`` (all keys given)."""
    holder, user = plain(answers["holder"]), plain(answers["user"])
    parts = [
        _opening(answers),
        _URGENCY[answers["urgency"]],
        _interests(answers, holder, user),
        _benefits(answers, holder),
        _renewal(answers) if answers["fades"] == "yes" else "",
        _alignment(answers, holder),
    ]
    return "\n".join(part for part in parts if part)


def _opening(answers: Mapping[str, str]) -> str:
    return f"""\
# A draft by `accord init`. Every number is yours to change; any may be a range {{ low = …, likely = …, high = … }}.
title    = {quoted(answers["title"])}
question = "Will it hold in every urgency state, and what is the cheapest way to keep everybody in?"
period   = {quoted(answers["period"])}
units    = "index points (stylised)"
discount = {answers["patience"]}      # the weight of the next period: patience x chance of no end from outside
"""


_URGENCY = {
    "steady": """\
# Challenge and urgency: always the same.
[urgency]
preset = "constant"
level  = 0.3
""",
    "crisis": """\
# Challenge and urgency: named levels in [0, 1], and how likely each follows each (rows sum to 1).
[urgency]
start  = "crisis"
levels = { calm = 0.1, raised = 0.45, crisis = 0.8 }
[urgency.transitions]
calm   = { calm = 0.95, raised = 0.05 }
raised = { calm = 0.10, raised = 0.80, crisis = 0.10 }
crisis = { raised = 0.25, crisis = 0.75 }
""",
    "ramp": """\
# Challenge and urgency: it climbs and stays (climate).
[urgency]
preset = "ramp"
low    = 0.2
high   = 0.9
steps  = 4
pace   = 12          # periods on each step, on average
""",
}


def _term(owner: str, name: str, when: str, source: str = "stylised", **numbers: str) -> str:
    lines = [f"[[actors.{owner}.terms]]", f"name = {quoted(name)}", f"when = {{ {when} }}"]
    lines += [f"{key} = {value}" for key, value in numbers.items()]
    return "\n".join([*lines, f"source = {quoted(source)}"]) + "\n"


def _interests(answers: Mapping[str, str], holder: str, user: str) -> str:
    both = f'{holder} = "share", {user} = "use"'
    fading = {"retention": "0.9"} if answers["fades"] == "yes" else {}
    return "\n".join([
        "# Interests of each side. What needs the data is triggered by sharing and using it together.",
        f'[actors.{holder}]\nrole = "data holder"\nactions = ["share", "withhold"]\noutside = "withhold"\n',
        _term(holder, "recognition", both, urgency_slope=answers["credit"]),
        _term(holder, "operating cost", f'{holder} = "share"', kind='"cost"', base=answers["cost"]),
        _term(holder, "privacy risk", f'{holder} = "share"', kind='"risk"', base=answers["risk"]),
        f'[actors.{user}]\nrole = "public user"\nactions = ["use", "do without"]\noutside = "do without"\n',
        _term(user, "policy impact", both, base=answers["gain"], urgency_slope=answers["surge"], **fading),
    ])  # fmt: skip


def _benefits(answers: Mapping[str, str], holder: str) -> str:
    parts = ["# Benefits that can be shared: Accord chooses the levels. Add `level = …` to propose one yourself."]
    ends = f"from = {quoted(answers['user'])}\nto = {quoted(answers['holder'])}"
    if answers["money"] == "yes":
        parts.append(f'[[instruments]]\nname = "cost compensation"\n{ends}\nmoney = true\ntiming = "on delivery"\n')
    if answers["dashboard"] == "yes":
        parts.append(
            f'[[instruments]]\nname = "feedback dashboard"\n{ends}\ncost = 0.3\nvalue = 0.5\ncap = 1.0\n'
            f'needs = {{ {holder} = "share" }}      # worthless without the data\ntiming = "on delivery"\n'
        )
    return "\n".join(parts) if len(parts) > 1 else ""


def _renewal(answers: Mapping[str, str]) -> str:
    return (
        "# Renewal: what fades (retention < 1) comes back when it is renewed.\n"
        f"[renewal]\nby = {quoted(answers['user'])}\ncost = 0.4\nevery = {answers['every']}\n"
    )


def _alignment(answers: Mapping[str, str], holder: str) -> str:
    risk = _path("actors", answers["holder"], "terms", "privacy risk", "base")
    impact = _path("actors", answers["user"], "terms", "policy impact", "base")
    threat = _path("actors", answers["holder"], "terms", "mandate", "base")
    parts = []
    if answers["aggregation"] == "yes":
        changes = f"{risk} = {_part(answers['risk'], 4)}, {impact} = {_part(answers['gain'], 1.25)}"
        parts.append(
            '[mechanisms.aggregation]\ntext = "share aggregates computed at the holder\'s"\n'
            f"changes = {{ {changes} }}\ncost = {{ {holder} = 0.05 }}\n"
        )
    if answers["mandate"] == "yes":
        parts.append(
            '[mechanisms."mandate in the shadow"]\ntext = "a law under which refusing costs the holder something"\n'
            f"changes = {{ {threat} = 0.5 }}\n"
        )
        parts.append("# What the mandate works on: nothing until the lever is pulled.")
        parts.append(_term(holder, "mandate", f'{holder} = "withhold"', kind='"cost"', base="0.0"))
    heading = '# Alignment: levers that are off until named in `with = ["…"]` or --with.\n'
    return heading + "\n".join(parts) if parts else ""


def _path(*parts: str) -> str:
    return quoted(".".join(parts))


def _part(number: str, divisor: float) -> str:
    return f"{float(number) / divisor:.3g}"
