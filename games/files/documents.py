"""Where documents come from: a path, standard input, or the name of a scenario or game that ships."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from games.errors import refuse
from games.files.findings import suggestion
from games.files.syntax import parse

SHIPPED = Path(__file__).resolve().parent.parent / "scenarios"
LIBRARY = SHIPPED.parent / "library"
MAX_BYTES = 64 * 1024 * 1024
STDIN = "standard input"
GAMBIT = ("nfg", "efg")
GAMES = "accord equilibria, payoffs and patience read games"


def shipped() -> dict[str, Path]:
    """Return the scenarios that ship, by name."""
    return _by_name(SHIPPED)


def library() -> dict[str, Path]:
    """Return the games that ship, by name."""
    return _by_name(LIBRARY)


def _by_name(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder.glob("*.toml"), key=lambda path: path.stem)}


def read_document(file: str) -> tuple[str, dict[str, Any]]:
    """Return the name to show for a file, and its document with exact numbers.

    Parameters
    ----------
    file : a path, "-" for standard input, or the name of a scenario or game that ships.

    Raises
    ------
    ScenarioError : there is no such file, or it cannot be read as TOML or JSON.
    """
    name, document, _ = read_document_and_text(file)
    return name, document


def read_document_and_text(file: str) -> tuple[str, dict[str, Any], str]:
    """Return what ``read_document`` does, and the text that it was read from.

    Raises
    ------
    ScenarioError : as ``read_document``.
    """
    name, text, suffix = read_source(file)
    if suffix in GAMBIT:
        raise refuse(name, "this is a file of Gambit's, and this command reads scenarios", GAMES)
    return name, parse(text, name, suffix), text


def read_source(file: str, most: int = MAX_BYTES) -> tuple[str, str, str]:
    """Return the name to show for a file, its text, and the suffix of its name (none for standard input).

    Parameters
    ----------
    most : the bytes that are read at most.

    Raises
    ------
    ScenarioError : there is no such file, or it is no text, or too much of it.
    """
    if file == "-":
        return STDIN, _decoded(_standard_input(most), STDIN, most), ""
    path = located(file)
    name = path.name if path.parent in (SHIPPED, LIBRARY) else file
    return name, read_text(path, name, most), path.suffix.lower().lstrip(".")


def read_certificate(file: str) -> tuple[str, Any]:
    """Return the name to show for a certificate's file, and what stands in it.

    Raises
    ------
    ScenarioError : there is no such file, or it is no JSON.
    """
    name, text, _ = read_source(file)
    try:
        return name, json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as fault:
        raise refuse(name, f"is no certificate: {fault}", "accord evaluate FILE --certificate OUT writes one") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object whose fields are named once: of two, others may read the other one."""
    out = dict(pairs)
    if len(out) < len(pairs):
        raise ValueError("a field is named twice")
    return out


def shipped_text(name: str) -> str:
    """Return the text of a scenario that ships, without the line that names the schema beside it.

    Raises
    ------
    ScenarioError : no scenario of that name ships.
    """
    scenarios = shipped()
    if name not in scenarios:
        raise refuse("--from", f"no scenario '{name}' ships", suggestion(name, scenarios))
    text = read_text(scenarios[name], name)
    return text.partition("\n")[2] if text.startswith("#:schema") else text


def located(file: str) -> Path:
    """Return the path of a file, or of a scenario or game that ships; a file comes first."""
    path = Path(file)
    if is_file(path):
        return path
    scenarios = shipped() | library()
    if file in scenarios:
        return scenarios[file]
    if _is_directory(path):
        raise refuse(file, "is a directory, not a file", "name a file in it")
    hint = suggestion(Path(file).stem, scenarios) or "give the path of a TOML or JSON file"
    raise refuse(
        file, "no such file, and no scenario or game of that name ships", hint.replace("one of", "these ship:")
    )


def read_text(path: Path, name: str, most: int = MAX_BYTES) -> str:
    """Return the text of a file, or refuse it under the name shown to the user."""
    try:
        with path.open("rb") as stream:
            return _decoded(stream.read(most + 1), name, most)
    except OSError as error:
        raise refuse(name, f"cannot be read: {error.strerror or 'input/output error'}") from None


def is_file(path: Path) -> bool:
    """Return whether a path can be read as a file, a pipe included (``accord evaluate <(…)``)."""
    try:
        return path.exists() and not path.is_dir()
    except (OSError, ValueError):
        return False


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _standard_input(most: int) -> bytes:
    stream = getattr(sys.stdin, "buffer", None)
    return stream.read(most + 1) if stream else sys.stdin.read().encode()


def _decoded(content: bytes, name: str, most: int) -> str:
    if len(content) > most:
        size = f"{most // 2**20} MB" if most >= 2**20 else f"{most // 2**10} KB"
        hint = "no scenario or game is that large" if most == MAX_BYTES else "no such file is that large"
        raise refuse(name, f"larger than {size}", hint)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refuse(f"{name}: line {line}", "not UTF-8 text", "save the file with the encoding UTF-8") from None
