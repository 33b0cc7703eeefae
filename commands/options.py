"""Options that several commands share, and what stands behind their words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

CONCEPTS = ("nash", "pure", "correlated", "coarse", "minmax", "dominance", "ess", "replicator")
AIMS = ("cheapest", "fairest", "robust", "nash", "proportional", "kalai-smorodinsky", "patience")
HINTS = {
    "--delta": "for example 0.9, 9/10, or row=0.7,column=0.8",
    "--deltas": "for example 0.3,0.6,0.9",
    "--transfers": "none, free, smallest, or the most that may be paid in one period, for example 0.5",
    "--at": "one number for each player, for example 3,7/2",
    "--noise": "for example 0.02, or 1/50",
}


def numbers(text: str, option: str) -> Any:
    """Return an exact number, or a table of them by name from "row=0.7,column=4/5"."""
    from games.errors import refuse
    from games.files.numbers import Refusal, exact

    try:
        if "=" not in text:
            return exact(text)
        pairs = [part.partition("=") for part in text.split(",")]
        named = {name.strip(): exact(value.strip()) for name, _, value in pairs}
        if len(named) < len(pairs):
            raise Refusal("names somebody twice")
        return named
    except Refusal as problem:
        raise refuse(option, problem.what, problem.hint or HINTS[option]) from None


def chance(text: str, option: str) -> Any:
    """Return a probability, exactly."""
    from games.errors import refuse

    found = numbers(text, option)
    if isinstance(found, dict) or not 0 <= found <= 1:
        raise refuse(option, f"'{text}' is not a probability", HINTS[option])
    return found


def factors(deltas: str, plot: str | None) -> list[Any]:
    """Return the further discount factors of a picture."""
    from games.errors import refuse

    if deltas and plot is None:
        raise refuse("--deltas", "are for a picture, and none is asked for", "add --plot FILE")
    if "=" in deltas:
        raise refuse("--deltas", "each is for all players", "for example --deltas 0.3,0.6,0.9")
    return [numbers(part, "--deltas") for part in deltas.split(",") if part.strip()]


def output(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every command with an answer has."""
    for option in (
        click.option("--debug", is_flag=True, help="Show a traceback where something goes wrong."),
        click.option("-o", "--output", metavar="FILE", default="-", help="Write the answer to FILE ('-': stdout)."),
        click.option("--json", "as_json", is_flag=True, help="Answer as JSON (schema 1)."),
    ):
        command = option(command)
    return command


def levers(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --with."""
    return click.option(
        "--with", "levers", metavar="MECHANISM,…", default=None, help="Pull these levers of the file, and no others."
    )(command)


def plot(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --plot."""
    words = "Draw a picture into FILE (.png or .svg)."
    return click.option("--plot", metavar="FILE", default=None, help=words)(command)


def certificate(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --certificate."""
    words = "Write the proof into FILE, for accord check."
    return click.option("--certificate", metavar="FILE", default=None, callback=_writable, help=words)(command)


def _writable(_context: click.Context, _option: click.Parameter, path: str | None) -> str | None:
    """Refuse a file that cannot be written before anything is computed."""
    if path is not None:
        from report.files import refuse_folder

        refuse_folder(path)
    return path


def exit_code(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --exit-code."""
    return click.option(
        "--exit-code", is_flag=True, help="Exit with 1 when the answer is no (compare: when the verdicts differ)."
    )(command)


def read(file: str, levers: str | None) -> Any:
    """Return the scenario of a file with the levers of --with pulled."""
    from games.files.scenario import read

    return read(file, active(levers))


def active(levers: str | None) -> list[str] | None:
    """Return the names in --with, or None if it was not given."""
    return None if levers is None else [name.strip() for name in levers.split(",") if name.strip()]
