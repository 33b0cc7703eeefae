"""Exercises on paper: a sheet a student with space to answer, and the key with how to mark, both to be printed.

One page of HTML, A4, with nothing from outside: a browser prints it, and ``pdf`` makes the file where WeasyPrint is
there. The questions hold no answer, no solution and no usual mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from html import escape
from itertools import groupby, islice

from classroom.answers import number, proposal
from classroom.answers.kinds import KINDS
from classroom.export.figures import Table, blocks, drawn
from classroom.export.page import document, figure, prose, ruled, tag, text
from classroom.export.spaces import how, space
from classroom.marking import marked_part
from classroom.offline.mark import EARLY, spelled
from classroom.part import Part
from classroom.solution import steps
from classroom.variants import Variant
from games.errors import refuse

MOST_MISTAKES = 8
MOST_IN_A_ROW = 11
LONGEST_AT_A_GLANCE = 40
LONGEST_LEVEL = 9
"""A longer fraction is shown in decimals: marked are a student's numbers, not their distance to these."""
Variants = Sequence[Variant]


def questions(variants: Variants, title: str = "", students: Mapping[int, str] | None = None) -> str:
    """Return the sheets of variants as one page of HTML: a sheet a seed, with every exercise of that seed.

    Parameters
    ----------
    title : over every sheet; empty: the exercise's own.
    students : names by seed, where they are known; else each writes its own.
    """
    names = students or {}
    sheets = [(seed, list(group)) for seed, group in groupby(_ordered(variants), key=lambda one: one.seed)]
    body = "\n".join(_sheet(seed, group, title, names.get(seed, "")) for seed, group in sheets)
    return document(title or _titles(variants), body, "".join(_numbered(seed) for seed, _ in sheets))


def key(variants: Variants, title: str = "", students: Mapping[int, str] | None = None) -> str:
    """Return the key to the sheets of variants: all answers at a glance, then each variant worked out and marked.

    Parameters
    ----------
    students : names by seed, where they are known.
    """
    names = students or {}
    heading = f"Key: {title or _titles(variants)}"
    ordered = _ordered(variants)
    worked = "\n".join(
        tag("section", _solved_sheet(seed, list(group), title, names.get(seed, "")), "sheet")
        for seed, group in groupby(ordered, key=lambda one: one.seed)
    )
    glance = tag("section", _glance(ordered, heading, names), "sheet") if len(ordered) > 1 else ""
    return document(heading, glance + worked)


def pdf(html: str) -> bytes:
    """Return a page of HTML as a PDF; the same page gives the same bytes.

    Raises
    ------
    ScenarioError : WeasyPrint is not installed.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as missing:
        problem = f"WeasyPrint cannot be loaded ({str(missing)[:80]})"
        hint = "pip install 'accord-solver[pdf]', or print the HTML sheet from a browser"
        raise refuse("pdf", problem, hint) from None
    # A sheet needs nothing from outside, so nothing is fetched: neither from the network nor from this machine's files.
    made: bytes = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf()
    return made


def _ordered(variants: Variants) -> list[Variant]:
    """Return variants by seed, the exercises of a seed in the order given."""
    return sorted(variants, key=lambda one: one.seed)


def _titles(variants: Iterable[Variant]) -> str:
    return "; ".join(dict.fromkeys(one.template.title for one in variants))


def _numbered(seed: int) -> str:
    """Return the style that puts a variant's number on its pages: sheets that come apart are put together again."""
    foot = f'@bottom-left {{ content: "variant {seed}"; font: 9pt serif; }}'
    return f".v{seed} {{ page: v{seed}; }}\n@page v{seed} {{ {foot} }}\n"


def _labelled(group: Sequence[Variant]) -> list[tuple[Variant, list[tuple[str, Part]]]]:
    """Return the exercises of a sheet with their parts, each with its label: a, or 2a where there are several."""
    return [
        (one, [(f"{k}{part.label}" if len(group) > 1 else part.label, part) for part in one.parts])
        for k, one in enumerate(group, 1)
    ]


def _sheet(seed: int, group: Sequence[Variant], title: str, student: str) -> str:
    heading = title or _titles(group)
    top = tag("div", text(heading, "", "h1") + text(f"variant {seed}", "number", "span"), "top")
    blanks = text(student, "write", "td"), tag("td", "", "write short")
    who = tag("tr", text("Name:", "", "td") + blanks[0] + text("Student number:", "after", "td") + blanks[1])
    parts = {label: part for _, labelled in _labelled(group) for label, part in labelled}
    exercises = "".join(
        _exercise(one, labelled, f"{k}. {one.template.title}" if len(group) > 1 else one.template.title, heading)
        for k, (one, labelled) in enumerate(_labelled(group), 1)
    )
    return tag("section", top + tag("table", who, "lines") + _points(parts) + exercises, f"sheet v{seed}")


def _points(parts: Mapping[str, Part]) -> str:
    """Return tables for the points, so many parts in each as a page is wide."""
    worth = {label: f"of {part.points}" for label, part in parts.items()}
    cells = [*worth.items(), ("all", f"of {sum(part.points for part in parts.values())}")]
    rows = [cells[k : k + MOST_IN_A_ROW] for k in range(0, len(cells), MOST_IN_A_ROW)]
    return "".join(
        ruled(("part", *(label for label, _ in row)), [("points", *(most for _, most in row))], "ruled points")
        for row in rows
    )


def _exercise(one: Variant, labelled: list[tuple[str, Part]], title: str, heading: str) -> str:
    head = text(title, "", "h2") if title != heading else ""
    about = text(f"{one.template.topic} · about {one.template.minutes} minutes", "about")
    return head + about + _shown(one) + "".join(_asked(label, part) for label, part in labelled)


def _shown(one: Variant) -> str:
    """Return the story of a variant and the tables beside it."""
    return _told(one.story) + "".join(map(figure, drawn(one)))


def _told(story: str) -> str:
    return "".join(figure(block) if isinstance(block, Table) else prose(block) for block in blocks(story))


def _asked(label: str, part: Part) -> str:
    worth = "1 point" if part.points == 1 else f"{part.points} points"
    ask = (
        text(f"{label})", "label", "span") + tag("div", _told(part.told("ask")), "text") + text(worth, "worth", "span")
    )
    return tag("div", tag("div", ask, "ask") + text(how(part), "how") + space(part), "part")


def _glance(variants: Variants, heading: str, students: Mapping[int, str]) -> str:
    """Return the short answers of all variants, a table an exercise; long ones are on the variant's own page."""
    out = text(heading, "", "h1")
    names = dict.fromkeys(one.name for one in variants)
    for name in names:
        own = [one for one in variants if one.name == name]
        whose = [[students.get(one.seed, "")] if students else [] for one in own]
        head = (
            *(["student"] if students else []),
            "variant",
            *(f"{part.label} ({part.points})" for part in own[0].parts),
        )
        out += text(own[0].template.title, "", "h2") if len(names) > 1 else ""
        rows = ([*who, *_short(one)] for who, one in zip(whose, own, strict=True))
        out += ruled(head, rows, "ruled glance")
    return out


def _short(one: Variant) -> list[str]:
    answers = [KINDS[part.kind].key(part) for part in one.parts]
    short = [a if len(a) <= LONGEST_AT_A_GLANCE and "\n" not in a else "see below" for a in answers]
    return [str(one.seed), *short]


def _solved_sheet(seed: int, group: Sequence[Variant], title: str, student: str) -> str:
    heading = text(title or _titles(group), "", "h1")
    out = tag(
        "div", heading + text(f"key, variant {seed}" + (f", {student}" if student else ""), "number", "span"), "top"
    )
    for one, labelled in _labelled(group):
        out += text(one.template.title, "", "h2") if len(group) > 1 else ""
        out += _shown(one) + "".join(_solved(label, part) for label, part in labelled)
        out += text(f"Source: {one.template.source}", "about")
    return out


def _solved(label: str, part: Part) -> str:
    worth = text("1 point" if part.points == 1 else f"{part.points} points", "worth", "span")
    ask = text(f"{label})", "label", "span") + tag("div", _told(part.told("ask")), "text") + worth
    worked = "".join(
        tag("div", escape(step.text) + (text(step.formula, "formula", "span") if step.formula else ""), "step")
        for step in steps(part)
    )
    answer = tag("div", "Answer: " + _answer(part), "solved")
    return tag("div", tag("div", ask, "ask") + worked + answer + _marking(part), "part")


def _answer(part: Part) -> str:
    """Return a right answer: a proposal as a table, which a student has too, others as they are typed."""
    answer = KINDS[part.kind].key(part)
    if part.kind != "proposal":
        return text(answer, "", "pre") if "\n" in answer else text(answer, "", "b")
    ready, awake = proposal.asked(part)
    states = [state.name for state, on in zip(ready.states, awake, strict=True) if on]
    rows = [
        (name, *(_level(level) for level, on in zip(levels, awake, strict=True) if on))
        for name, levels in proposal.read(part, answer).items()
    ]
    return ruled(("instrument", *(states if len(states) > 1 else ["level"])), rows, "ruled small")


def _level(level: Fraction) -> str:
    return spelled(level) if len(str(level)) <= LONGEST_LEVEL else f"≈ {spelled(level, '4')}"


def _marking(part: Part) -> str:
    """Return how to mark a part: what else counts, and the usual mistakes with what they are worth."""
    rows = list(islice(_mistakes(part), MOST_MISTAKES))
    table = ruled(("usual wrong answer", "what it comes from", "points"), rows, "ruled small") if rows else ""
    return tag("div", text(_counts(part)) + table, "marking")


def _counts(part: Part) -> str:
    """Return what gets points besides the key."""
    counts = _WHOLE if part.spec.get("whole") else _COUNTS[part.kind].format(tolerance=_tolerance(part))
    labels = number.before(part) if part.kind == "number" else ()
    return counts + (f" Half, where it follows from a wrong answer to {number.which(labels)}." if labels else "")


def _mistakes(part: Part) -> Iterator[tuple[str, str, str]]:
    """Yield usual wrong answers of one line, what each comes from and what it is worth."""
    if "\n" not in KINDS[part.kind].key(part):
        for mistake, answer in KINDS[part.kind].mistaken(part):
            if mistake != EARLY:
                yield _paper(part, answer), mistake, spelled(marked_part(part, answer).points, "2")


def _paper(part: Part, answer: str) -> str:
    """Return an answer as a person writes it on paper."""
    return spelled(Fraction(answer)) if part.kind == "number" else answer.replace('"', "")


def _tolerance(part: Part) -> str:
    return spelled(number.tolerance(part), "4") if part.kind == "number" else ""


_SOLVER = "accord decides it for you: teach check with the student's answer says which condition it breaks."
_WHOLE = "This number; no points for another."
_COUNTS = {
    "number": f"Right within {{tolerance}}; half the points within {number.ROUGH} times that: rounded too early.",
    "choice": "One right option; no points for another.",
    "selection": "Share of the points: (right ones ticked − wrong ones ticked) / right ones, at least 0.",
    "profiles": "Share of the points: (equilibria named − others named) / equilibria, at least 0.",
    "strategies": f"Any equilibrium that is as asked counts, also to three decimals; half the points to two; {_SOLVER}",
    "distribution": f"Any distribution that everybody obeys, and that is as asked, counts; {_SOLVER}",
    "plan": f"Any plan that is an equilibrium counts; half the points if it is one, but not as asked; {_SOLVER}",
    "proposal": f"Any proposal that holds counts; half the points if it holds, but not as asked; {_SOLVER}",
}
