"""Values put into a document in place of its ranges: what makes one sample, or many at once, of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from games.errors import refuse
from games.files.levers import change, put
from games.files.numbers import Refusal, central, exact
from games.files.uncertain import regrouped

ROWS = "urgency.transitions."


def plugged(document: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a standing document with values at paths; a row of probabilities still sums to 1.

    In a row of ``urgency.transitions`` the values put are kept and the other entries keep their proportions: each is
    multiplied by (1 - sum of the values put) / (sum of the others), a range counting at its central value. Where all
    entries of a row are put, all are divided by their sum. What is put moves with nothing any more.

    Parameters
    ----------
    values : by path; numbers (``Varying`` ones too), words, lists or tables.

    Raises
    ------
    ScenarioError : a path that leads nowhere, or a row of which nothing is left to make up for what was put.
    """
    changed = dict(document)
    rows: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        row = _row(document, path)
        if row is None:
            changed = put(changed, path, value) if _is_cost(path) else change(changed, path, value)
        else:
            rows.setdefault(row, {})[path[len(ROWS) + len(row) + 1 :]] = _number(path, value)
    for row, entries in rows.items():
        changed = change(changed, ROWS + row, _rescaled(row, _rows(document)[row], entries))
    return regrouped(changed, lambda path: path not in values)


def _is_cost(path: str) -> bool:
    """Return whether a path leads to what a mechanism costs: ``change`` would refuse to touch a mechanism."""
    return path.startswith("mechanisms.") and ".cost." in path


def _rows(document: Mapping[str, Any]) -> Mapping[str, Any]:
    urgency = document.get("urgency", {})
    rows = urgency.get("transitions", {}) if isinstance(urgency, Mapping) else {}
    return rows if isinstance(rows, Mapping) else {}


def _row(document: Mapping[str, Any], path: str) -> str | None:
    """Return the row of probabilities of which a path names an entry; None for any other path."""
    fitting = [row for row in _rows(document) if path.startswith(f"{ROWS}{row}.")]
    return max(fitting, key=len, default=None)


def _rescaled(row: str, before: Mapping[str, Any], entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with some of its entries put and the others rescaled."""
    others = {name: central(p, lambda number: number) for name, p in before.items() if name not in entries}
    total, rest = sum(entries.values(), Fraction(0)), sum(others.values(), Fraction(0))
    if not others and len(entries) > 1:
        return {name: _divided(row, p, total) for name, p in entries.items()}
    if rest:
        share = (1 - total) / rest
        return {**before, **{name: p * share for name, p in others.items()}, **entries}
    if total != 1:
        raise refuse(ROWS + row, f"nothing else in this row makes up for the probability {total} that is put here",
                     "give another entry of the row a probability above 0")  # fmt: skip
    return {**others, **entries}


def _divided(row: str, probability: Any, total: Any) -> Any:
    if total <= 0:
        raise refuse(ROWS + row, f"the probabilities put here sum to {total}", "they must sum to more than 0")
    return probability / total


def _number(path: str, value: Any) -> Any:
    try:
        return exact(value)
    except Refusal as refusal:
        raise refuse(path, refusal.what, refusal.hint) from None
