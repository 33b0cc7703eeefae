"""A block of samples as the bytes of a file, and back: the same block always gives the same bytes.

A part is called ``part-00003-4f1c….parquet``: its block, and the first twelve digits of the SHA-256 of its bytes, by
which a file that was cut short or altered is known without reading any other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games.errors import refuse
from solver.study.manifest import Manifest

Columns = Mapping[str, NDArray[Any]]
"""The columns of a block by name, all of one length: float64, int64, bool, or str objects."""

NAME = re.compile(r"part-(\d{5,})-([0-9a-f]{12})\.(?:parquet|csv)")


def part_name(manifest: Manifest, block: int, content: bytes) -> str:
    """Return the name of the file that holds a block."""
    return f"part-{block:05d}-{hashlib.sha256(content).hexdigest()[:12]}.{manifest.form}"


def is_whole(path: Path, content: bytes) -> bool:
    """Return whether a part's bytes are those that its name was made from."""
    named = NAME.fullmatch(path.name)
    return named is not None and named[2] == hashlib.sha256(content).hexdigest()[:12]


def encoded(manifest: Manifest, block: int, columns: Columns) -> bytes:
    """Return the bytes of a part; no time, no machine and no thread enters them.

    Raises
    ------
    ValueError : the columns are not those that the manifest names, of one length.
    """
    import pyarrow
    from pyarrow import csv, parquet

    schema = _schema(manifest, block)
    if set(columns) != set(schema.names):
        raise ValueError(f"block {block} has the columns {sorted(columns)}, not {sorted(schema.names)}")
    arrays = [pyarrow.array(columns[field.name], type=field.type) for field in schema]
    if sum(array.null_count for array in arrays):
        raise ValueError(f"block {block} has samples without a value")
    table = pyarrow.table(arrays, schema=schema)
    sink = pyarrow.BufferOutputStream()
    if manifest.form == "csv":
        csv.write_csv(table, sink)
    else:
        parquet.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def decoded(manifest: Manifest, path: Path, content: bytes) -> dict[str, NDArray[Any]]:
    """Return the columns that a part holds.

    Raises
    ------
    ScenarioError : the bytes are not those that were written, or hold other columns.
    """
    import pyarrow
    from pyarrow import csv, parquet

    if not is_whole(path, content):
        raise refuse(str(path), "was cut short or altered", "give the command that made the study again")
    schema = _schema(manifest, 0)
    if manifest.form == "csv":
        types = {field.name: field.type for field in schema}
        table = csv.read_csv(
            pyarrow.BufferReader(content),
            convert_options=csv.ConvertOptions(column_types=types, null_values=[]),
            parse_options=csv.ParseOptions(newlines_in_values=True),
        )
    else:
        table = parquet.read_table(pyarrow.BufferReader(content))
    return {name: np.asarray(table[name].to_numpy()) for name in schema.names}


def belongs(manifest: Manifest, path: Path, content: bytes) -> bool:
    """Return whether a whole part is one of this plan, and not one of another study that was put here."""
    if path.suffix != f".{manifest.form}":
        return False
    if manifest.form == "csv":
        # A comment that named the plan would be a line too many to most readers of CSV: the columns must do.
        names = ('"' + column.name.replace('"', '""') + '"' for column in manifest.columns)
        return content.startswith(",".join(names).encode() + b"\n")
    import pyarrow
    from pyarrow import parquet

    kept = parquet.read_schema(pyarrow.BufferReader(content)).metadata or {}
    return bool(kept.get(b"accord.plan_sha256") == manifest.digest.encode())


def _schema(manifest: Manifest, block: int) -> Any:
    import pyarrow

    types = {
        "float64": pyarrow.float64(),
        "int64": pyarrow.int64(),
        "bool": pyarrow.bool_(),
        "string": pyarrow.string(),
    }
    fields = [
        pyarrow.field(column.name, types[column.type], nullable=False, metadata={"meaning": column.meaning})
        for column in manifest.columns
    ]
    about = {"accord.version": manifest.version, "accord.plan_sha256": manifest.digest, "accord.block": str(block)}
    return pyarrow.schema(fields, metadata=about)
