"""The formats by their word on the command line, and which variants are handed out. To add one: name it here."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO

from classroom import answer_files
from classroom.class_marks import cell
from classroom.export import moodle, notebook, qti, sheet
from classroom.template import Template
from classroom.variants import SEEDS, Variant, seed_of, variant
from games.errors import refuse

MOST = 2_000
"""Variants of one exercise that are handed out at once."""
_SEEDS = re.compile(r"(\d{1,10})(?:-(\d{1,10}))?")
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""A zip file needs a date: the same one always gives the same bytes."""


@dataclass(frozen=True, eq=False)
class Handout:
    """Variants of exercises, and whom each seed is for (empty: nobody in particular)."""

    variants: tuple[Variant, ...]
    students: Mapping[int, str]


def handout(templates: Sequence[Template], seeds: str, students: str | None) -> Handout:
    """Return the variants to hand out: of the seeds "1-30" or "1,4,9", or of the students of a file.

    Raises
    ------
    ScenarioError : no seeds, too many, or a file of students that cannot be read.
    """
    names = {} if students is None else {seed_of(name): name for name in answer_files.students(students)}
    numbers = list(names) or _numbers(seeds)
    if len(numbers) > MOST:
        raise refuse("--seeds", f"{len(numbers)} variants are more than {MOST}", "hand them out in parts")
    # One student's exercises stand together: that is how a sheet is handed out.
    return Handout(tuple(variant(template, number) for number in numbers for template in templates), names)


def _numbers(seeds: str) -> list[int]:
    out: list[int] = []
    for part in seeds.split(","):
        match = _SEEDS.fullmatch(part.strip())
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if high < low or high >= SEEDS or high - low >= 10 * MOST:
            raise refuse("--seeds", f"'{part.strip()[:40]}' is no range of numbers", "for example 1-30, or 1,4,9")
        out += range(low, high + 1)
    return out


def exported(handed: Handout, form: str) -> str | bytes:
    """Return what is handed out in a format.

    Raises
    ------
    ScenarioError : a format that needs what is not installed.
    """
    return FORMATS[form](handed)


def _notebooks(handed: Handout) -> str | bytes:
    """Return one notebook, or an archive of several, with a table of whose each is where that is known."""
    if len(handed.variants) == 1:
        return notebook.written(handed.variants[0])
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in handed.variants:
            entry = zipfile.ZipInfo(f"{one.name}-{one.seed}.ipynb", _EPOCH)
            archive.writestr(entry, notebook.written(one), zipfile.ZIP_DEFLATED)
        if handed.students:
            archive.writestr(zipfile.ZipInfo("students.csv", _EPOCH), _whose(handed), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _whose(handed: Handout) -> str:
    out = StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["student", "variant"])
    rows.writerows([cell(student), seed] for seed, student in handed.students.items())
    return out.getvalue()


FORMATS: Mapping[str, Callable[[Handout], str | bytes]] = {
    "moodle": lambda handed: moodle.written(handed.variants),
    "qti": lambda handed: qti.package(handed.variants),
    "notebook": _notebooks,
    "html": lambda handed: sheet.questions(handed.variants, students=handed.students),
    "key": lambda handed: sheet.key(handed.variants, students=handed.students),
    "pdf": lambda handed: sheet.pdf(sheet.questions(handed.variants, students=handed.students)),
}
