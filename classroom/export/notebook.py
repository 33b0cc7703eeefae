"""A variant as a Jupyter notebook that checks itself: no network, no package, no accord, and no answer in clear.

The code that checks is ``classroom/offline``, put in as it stands; what it checks by is ``carried``. The
format is nbformat 4.5 (https://nbformat.readthedocs.io), written with the standard library.
"""

from __future__ import annotations

import ast
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill, indent
from typing import Any

from classroom import offline
from classroom.answers.kinds import asked
from classroom.export.carried import COST, carried
from classroom.export.figures import drawn, markdown
from classroom.marking import hints
from classroom.offline.core import written as compact
from classroom.part import Part
from classroom.variants import Variant

_ALWAYS = ("mark", "core")
_NEEDED = {
    "profiles": ("stage",),
    "strategies": ("stage",),
    "distribution": ("stage",),
    "plan": ("stage", "terms", "plan"),
    "proposal": ("stage", "terms", "plan", "proposal"),
}
_TAG = re.compile(r"<(?!/?(?:details|summary)>)")
_ORDER = ("stage", "terms", "plan", "proposal")
_IN_TOML = ("plan", "proposal")
Cell = dict[str, Any]


def written(variant: Variant, cost: int = COST) -> str:
    """Return the notebook of a variant, as the text of its file; the same for the same variant.

    Parameters
    ----------
    cost : of trying an answer out: scrypt's n, a power of 2.

    Raises
    ------
    ScenarioError : a part with answers that a notebook cannot check.
    """
    cells = [dict(cell, id=f"cell-{k}") for k, cell in enumerate(_cells(variant, cost), 1)]
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.11"},
        "title": variant.template.title,
    }
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _cells(variant: Variant, cost: int) -> Iterator[Cell]:
    template = variant.template
    about = f"*{template.topic} · about {template.minutes} minutes · variant {variant.seed}*"
    tables = "".join(f"\n\n{markdown(table)}" for table in drawn(variant))
    yield _words(f"# {template.title}\n\n{about}\n\n{variant.story}{tables}")
    yield _words(
        "Run all cells once (menu *Run*, *Run All Cells*). Then write your answer into the cell below each question, "
        "run it, and run the check below it. The next two cells hold the check itself: it works offline, and you need "
        "not read it."
    )
    yield _code(offline_check(variant), hidden=True)
    yield _code(f'exercise = unpacked("""\n{packed(variant, cost)}\n""")', hidden=True)
    for part in variant.parts:
        yield _words(_question(part))
        blank = '"""\n\n"""' if part.kind in _IN_TOML else '""'
        yield _code(f"answer_{part.label} = {blank}")
        yield _code(f'check(exercise, "{part.label}", answer_{part.label})')


def needed(variant: Variant) -> tuple[str, ...]:
    """Return the files of ``offline`` that check the parts of a variant, what is built on first."""
    used = {name for part in variant.parts for name in _NEEDED.get(part.kind, ())}
    return (*_ALWAYS, *(name for name in _ORDER if name in used))


def offline_check(variant: Variant) -> str:
    """Return the code that checks a variant, inside one function: no name that a student chooses can get in its way."""
    body = indent("\n\n\n".join(map(source, needed(variant))), "    ")
    function = f"def offline():\n{body}\n\n    return check, unpacked"
    return f"from __future__ import annotations\n\n\n{function}\n\n\ncheck, unpacked = offline()"


def source(name: str) -> str:
    """Return a file of ``offline`` as a notebook has it: as it stands, but for the imports of its neighbours."""
    text = (Path(offline.__path__[0]) / f"{name}.py").read_text(encoding="utf-8")
    dropped: set[int] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith((offline.__name__, "__future__")):
            dropped |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return "\n".join(line for k, line in enumerate(text.splitlines(), 1) if k not in dropped).strip()


def packed(variant: Variant, cost: int = COST) -> str:
    """Return all that is checked by, as a text that nobody reads by accident."""
    parts = {part.label: carried(part, variant.seed, cost) for part in variant.parts}
    text = compact({"exercise": variant.name, "seed": variant.seed, "parts": parts})
    return fill(b64encode(text).decode(), 116)


def _question(part: Part) -> str:
    points = "1 point" if part.points == 1 else f"{part.points} points"
    folded = "\n\n".join(
        f"<details><summary>Hint {k}</summary>{hint}</details>" for k, hint in enumerate(hints(part), 1)
    )
    how, options = asked(part)
    listed = "".join(f"\n{number}. {option}" for number, option in enumerate(options, 1))
    return "\n\n".join((f"## {part.label}) {points}", part.told("ask"), how, *filter(None, (listed.strip(),)), folded))


def _words(text: str) -> Cell:
    """Return a cell of Markdown; a "<" of the text is one, not the begin of a tag."""
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(_TAG.sub("&lt;", text))}


def _code(text: str, hidden: bool = False) -> Cell:
    metadata: dict[str, Any] = {"jupyter": {"source_hidden": True}} if hidden else {}
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": _lines(text)}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
