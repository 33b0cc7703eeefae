"""What a study is: all that its samples depend on, so that it can be gone on with, and nothing else.

The *plan* is a JSON text that says everything a block of samples is computed from (scenario, seed, options). A study
folder keeps it in ``study.json`` with its digest; who opens the folder for another plan is told what differs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any, Literal

from games.errors import refuse

SCHEMA = 1
MARK = "accord study"
Form = Literal["parquet", "csv"]
ColumnType = Literal["float64", "int64", "bool", "string"]


@dataclass(frozen=True)
class Column:
    """One column of the samples, and what a reader of the file should know of it."""

    name: str
    type: ColumnType
    meaning: str = ""


@dataclass(frozen=True)
class Manifest:
    """What a study is: the command and its plan, the version that computes it, its blocks and their columns.

    ``scenario_name`` and ``scenario`` are the file it is about, as it was given: for people, since the plan says all.
    """

    command: str
    version: str
    plan: str
    seed: int
    blocks: int
    columns: tuple[Column, ...]
    scenario_name: str
    scenario: str
    form: Form = "parquet"

    @property
    def digest(self) -> str:
        """The SHA-256 of the plan without blanks; the order of its keys counts, as it does in a scenario."""
        canonical = json.dumps(json.loads(self.plan), separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def document(self) -> dict[str, Any]:
        """Return what ``study.json`` holds: the same for the same study, so without times and machines."""
        return {
            "what": MARK,
            "schema": SCHEMA,
            "accord": self.version,
            "command": self.command,
            "seed": self.seed,
            "form": self.form,
            "blocks": self.blocks,
            "scenario": self.scenario_name,
            "columns": [asdict(column) for column in self.columns],
            "plan_sha256": self.digest,
            "plan": json.loads(self.plan),
        }


def written(manifest: Manifest) -> bytes:
    """Return the bytes of ``study.json``."""
    return (json.dumps(manifest.document(), indent=1, ensure_ascii=False) + "\n").encode()


def read(where: str, text: str, scenario: str = "") -> Manifest:
    """Return the manifest that a ``study.json`` holds.

    Raises
    ------
    ScenarioError : it is no study, is cut short, or is of a version of the format that is not known here.
    """
    found = _document(where, text)
    try:
        manifest = Manifest(
            found["command"], found["accord"], json.dumps(found["plan"], ensure_ascii=False), found["seed"],
            found["blocks"], tuple(Column(**column) for column in found["columns"]), found["scenario"], scenario,
            found["form"],
        )  # fmt: skip
        whole = manifest.digest == found["plan_sha256"]
    except (KeyError, TypeError) as error:
        raise refuse(where, f"was altered: {error} is missing or of the wrong kind", _AFRESH) from None
    if not whole:
        raise refuse(where, "was altered: the plan in it is not the one that its samples were computed from", _AFRESH)
    return manifest


def refuse_another(where: str, there: Manifest, ours: Manifest) -> None:
    """Raise the error of a folder that holds another study, naming the first field that differs."""
    difference = next(_differences(there.document(), ours.document()), "")
    if not difference:
        return
    if there.version != ours.version:
        hint = f"finish it with accord {there.version}, or name another folder"
    else:
        hint = "name another folder, or give the command that it was begun with"
    raise refuse(where, f"holds another study: {difference}", hint)


_AFRESH = "put back the file as it was, or name another folder"


def _document(where: str, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise refuse(where, f"cannot be read: {error}", _AFRESH) from None
    if not isinstance(found, dict) or found.get("what") != MARK:
        raise refuse(where, "is not the file of a study", "name another folder")
    if found.get("schema") != SCHEMA:
        what = f"is of format {found.get('schema')}; this accord knows format {SCHEMA}"
        raise refuse(where, what, f"use accord {found.get('accord', 'of another version')}, or name another folder")
    return found


def _differences(there: Any, here: Any, path: str = "") -> Iterator[str]:
    if isinstance(there, dict) and isinstance(here, dict):
        # The plan says what the digests only hash, so it comes before the digest and never after.
        for key in sorted(there.keys() | here.keys(), key=lambda name: (name == "plan_sha256", name)):
            below = f"{path}.{key}" if path else key
            yield from _differences(there.get(key), here.get(key), below)
    elif isinstance(there, list) and isinstance(here, list):
        for k, (one, other) in enumerate(zip_longest(there, here)):
            yield from _differences(one, other, f"{path}[{k}]")
    elif there != here or type(there) is not type(here):
        yield f"{path} is {_short(there, here)} there and {_short(here, there)} here"


def _short(value: Any, other: Any) -> str:
    """Return a value as one short line: of a long text, the first line that the other has not."""
    if value is None:
        return "nothing"
    if isinstance(value, str) and isinstance(other, str) and "\n" in value + other:
        pairs = zip_longest(value.splitlines(), other.splitlines(), fillvalue="")
        value = next((one for one, two in pairs if one != two), "")
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 60 else shown[:59] + "…"
