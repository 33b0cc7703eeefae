"""From a scenario file to the partnership it describes and the levers that could be pulled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any

from games.errors import Problem, ScenarioError, refuse
from games.files.assemble import partnership
from games.files.chain import chain
from games.files.checks import findings
from games.files.correlated import correlation_findings
from games.files.documents import GAMES, read_document
from games.files.fields import sound
from games.files.findings import Finding, Path, dotted, problems, suggestion
from games.files.levers import pulled
from games.files.references import known
from games.files.shape import Document, Mechanism
from games.files.structure import structured
from games.files.uncertain import inputs, standing
from games.partnership import Lever, Partnership, Scenario

Mechanisms = dict[str, Mechanism]
_OTHER_KINDS = {"game": "a raw game", "coalition": "a coalition game"}


def read(file: str, active: Sequence[str] | None = None) -> Scenario:
    """Return the scenario of a file: a path, "-" for standard input, or the name of one that ships.

    Parameters
    ----------
    active : names of the mechanisms that are on; None: those that the file names in ``with``.

    Raises
    ------
    ScenarioError : everything that is wrong with the file, in its order.
    """
    name, document = read_document(file)
    return build(document, name, active)


def build(
    document: Mapping[str, Any], name: str, active: Sequence[str] | None = None, folder: FilePath | None = None
) -> Scenario:
    """Return the scenario of a document; ``folder`` is where the files it names lie (default: beside ``name``).

    Raises
    ------
    ScenarioError : everything that is wrong with the document, in its order.
    """
    kind = document.get("kind")
    if isinstance(kind, str) and kind in _OTHER_KINDS:
        hint = GAMES if kind == "game" else ""
        raise refuse(f"{name}: kind", f"this is {_OTHER_KINDS[kind]}, and this command reads partnerships", hint)
    folder = FilePath(name).parent if folder is None else folder
    shape, found = structured(document)
    mechanisms = _mechanisms(shape)
    chosen = _chosen(shape, active)
    on = {one: mechanisms[one] for one in chosen if one in mechanisms}
    base, more = _examined(document, (shape, found), {}, folder)
    found = found + more + ([] if shape is None else list(correlation_findings(document, shape)))
    judged, more = _pulled(document, on, folder, found) if on else (base, [])
    found = found + more
    levers = []
    for lever, mechanism in mechanisms.items():
        if lever not in on:
            alternative, more = _pulled(document, {**on, lever: mechanism}, folder, found)
            found = found + more
            if alternative is not None:
                levers.append(Lever(lever, mechanism.text, mechanism.cost, alternative))
    wrong = problems(document, name, found) + _unknown_names(active, document)
    if wrong or judged is None or shape is None:
        raise ScenarioError(wrong or Problem(name, "cannot be read as a scenario"))
    notes = _notes(document, chosen)
    return Scenario(judged, tuple(levers), tuple(on), shape.question, tuple(shape.sources), notes)


def _examined(
    document: Mapping[str, Any], read_as: tuple[Document | None, list[Finding]], on: Mechanisms, folder: FilePath
) -> tuple[Partnership | None, list[Finding]]:
    """Return the partnership of a document that was read, and what is wrong between its parts."""
    shape, unfit = read_as
    if shape is None:
        return None, []
    process, levels, found = chain(shape.urgency, (folder,))
    found += findings(shape, known(shape, levels))
    if found or unfit or process is None:
        return None, found
    return partnership(shape, process, {name: one.cost for name, one in on.items()}), []


def _pulled(
    document: Mapping[str, Any], on: Mechanisms, folder: FilePath, known_already: list[Finding]
) -> tuple[Partnership | None, list[Finding]]:
    """Return the partnership with mechanisms on, and what only goes wrong with the last of them."""
    changed, astray = pulled(document, {name: one.changes for name, one in on.items()})
    unreadable = tuple(_unreadable(document, known_already))
    lost = [finding for finding in astray if not f"{finding.path[-1]}.".startswith(unreadable)]
    shape, unfit = structured(changed)
    made, found = _examined(changed, (shape, unfit), on, folder)
    last: Path = ("mechanisms", next(reversed(on)))
    seen = {(dotted(document, finding.path), finding.what) for finding in known_already}
    new = [f for f in [*unfit, *found] if (dotted(changed, f.path), f.what) not in seen]
    wrong = [Finding(last, f"with it on, {dotted(changed, f.path)}: {f.what}", f.hint) for f in new]
    return made, lost + wrong


def _unreadable(document: Mapping[str, Any], found: list[Finding]) -> Iterator[str]:
    """Yield the beginnings of the paths that no change can follow, because of what is wrong on the way."""
    for finding in found:
        yield dotted(document, finding.path) + "."
        # Without its name an item of a list cannot be found, so neither can what a path looks for in that list.
        *above, last = finding.path or ("",)
        if isinstance(last, int) or last == "name":
            yield dotted(document, tuple(above if isinstance(last, int) else above[:-1])) + "."


def _mechanisms(shape: Document | None) -> Mechanisms:
    """Return the mechanisms that could be read."""
    if shape is None or not sound(shape.mechanisms):
        return {}
    return {
        name: one
        for name, one in shape.mechanisms.items()
        if sound(one) and sound(one.changes) and sound(one.cost) and all(map(sound, one.cost.values()))
    }


def _chosen(shape: Document | None, active: Sequence[str] | None) -> list[str]:
    if active is not None:
        return list(active)
    return [] if shape is None or not sound(shape.active) else list(shape.active)


def _unknown_names(active: Sequence[str] | None, document: Mapping[str, Any]) -> list[Problem]:
    """Return the names given on the command line that the file does not know."""
    mechanisms = document.get("mechanisms", {})
    if active is None or not isinstance(mechanisms, Mapping):
        return []
    return [
        Problem("--with", f"unknown mechanism '{one}'", suggestion(one, mechanisms) or "the file has no mechanisms")
        for one in dict.fromkeys(active)
        if one not in mechanisms
    ]


def _notes(document: Mapping[str, Any], active: Sequence[str]) -> tuple[str, ...]:
    count = len(inputs(standing(document, active)))
    if not count:
        return ()
    what = "1 number is a range, read at its" if count == 1 else f"{count} numbers are ranges, read at their"
    return (f"{what} likely value",)
