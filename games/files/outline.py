"""What may stand at a path of a scenario file, looked up in the models of ``shape``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from games.files.shape import Document

Kinds = tuple[Any, ...]
ROOT: Kinds = (Document,)


def _alternatives(kind: Any, tag: str = "") -> Iterator[tuple[Any, str]]:
    origin = get_origin(kind)
    if origin is Annotated:
        tags = [m.tag for m in kind.__metadata__ if isinstance(m, Tag)]
        yield from _alternatives(get_args(kind)[0], tags[0] if tags else tag)
    elif origin in (Union, UnionType):
        for one in get_args(kind):
            yield from _alternatives(one, tag)
    elif kind is not NoneType:
        yield kind, tag


def is_table(kind: Any) -> bool:
    """Return whether a kind is a model: a table with fields of its own."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


@cache
def fields(kinds: Kinds) -> dict[str, FieldInfo]:
    """Return the fields, by the name they have in the file, of the tables that may stand here."""
    return {
        field.alias or name: field
        for kind in kinds
        for one, _ in _alternatives(kind)
        if is_table(one)
        for name, field in one.model_fields.items()
    }


@cache
def step(kinds: Kinds, key: str | int) -> Kinds:
    """Return what may stand under a key. A key that begins with | picks one alternative, as in pydantic's paths."""
    pairs = [pair for kind in kinds for pair in _alternatives(kind)]
    if isinstance(key, str) and key.startswith("|"):
        return tuple(kind for kind, tag in pairs if tag == key)
    known = fields(kinds)
    below = [known[key].annotation] if isinstance(key, str) and key in known else []
    below += [get_args(kind)[-1] for kind, _ in pairs if get_origin(kind) in (dict, list)]
    return tuple(below)


def at(path: Sequence[str | int]) -> Kinds:
    """Return what may stand at a path."""
    kinds = ROOT
    for key in path:
        kinds = step(kinds, key)
    return kinds


def open_table(kinds: Kinds) -> bool:
    """Return whether a table with free names and plain values may stand here (levels, weights), not one of tables."""
    values = [get_args(one)[1] for kind in kinds for one, _ in _alternatives(kind) if get_origin(one) is dict]
    return any(not is_table(one) for value in values for one, _ in _alternatives(value))


def holds_number(kinds: Kinds) -> bool:
    """Return whether a number may stand here."""
    return any(one is Fraction for kind in kinds for one, _ in _alternatives(kind))


def holds_tables(kinds: Kinds) -> bool:
    """Return whether a table of some sort may stand here."""
    ones = [one for kind in kinds for one, _ in _alternatives(kind)]
    return any(is_table(one) or get_origin(one) is dict for one in ones)
