"""How commands answer: on the screen or into files, with pictures and proofs, and by their exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any

import click

from commands import options

EXIT_NO, EXIT_INPUT, EXIT_STOPPED, EXIT_INTERRUPTED = 1, 2, 3, 130


def certify(
    result: object, path: str | None, file: str, levers: str | None = None, game: Any = None, plan: bool = False
) -> None:
    """Write the certificate of an answer, if one was asked for: before the answer is printed, as a picture is."""
    if path is None:
        return
    import json

    from games.errors import refuse
    from games.files.origin import source
    from report.files import write_whole
    from solver.certify import certified

    for option in ("output", "plot"):
        other = click.get_current_context().params.get(option)
        if other not in (None, "-") and os.path.realpath(other) == os.path.realpath(path):
            raise refuse("--certificate", f"is the file of --{option} too", "give each a file of its own")
    document = certified(result, game, source(file, options.active(levers)), plan)
    write_whole(path, json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def check_files(plot: str | None, output: str) -> None:
    """Refuse files that cannot be written before anything is computed, drawn or said."""
    if plot is None:
        return
    from games.errors import refuse
    from report.files import picture_format, refuse_folder

    picture_format(plot)
    if output != "-":
        refuse_folder(output)
        if os.path.realpath(plot) == os.path.realpath(output):
            raise refuse("-o", "is the picture's file too", "give the answer and the picture a file each")


def draw(result: object, file: str | None) -> None:
    """Draw a picture, if one was asked for: before the answer is printed, so that a failure leaves stdout empty."""
    if file is not None:
        from report.plot import figure

        for remark in figure(result, file):
            click.echo(f"{file}: {remark}", err=True)


def tell(result: object, command: str, as_json: bool, output: str) -> None:
    """Write a result once it is whole: to stdout, or to a file that is replaced in one step."""
    if as_json:
        from report.data import document

        text = document(result, command)
    else:
        from report.text import render

        to_screen = output == "-" and sys.stdout.isatty()
        text = render(result, colour=to_screen and not os.environ.get("NO_COLOR"))
    write(text, output)


def write(text: str, output: str) -> None:
    """Write a text to stdout ('-') or into a file, whole or not at all."""
    if output == "-":
        click.echo(text, nl=False)
        return
    from report.files import write_whole

    write_whole(output, text)


def finish(no: bool, exit_code: bool, proofs: Iterable[str]) -> None:
    """Exit with 3 if an answer came without proof, else with 1 if it is no and --exit-code was given."""
    if any(proof.startswith("none") for proof in proofs):
        raise click.exceptions.Exit(EXIT_STOPPED)
    if no and exit_code:
        raise click.exceptions.Exit(EXIT_NO)
