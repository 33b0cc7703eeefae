"""Commands about files: start one, list those that ship, the schema, and the check of a proof."""

from __future__ import annotations

import os
from typing import Any

import click

from commands import options, reply


@click.command(epilog="Example: accord check proof.json (written by accord evaluate FILE --certificate proof.json)")
@click.argument("file", metavar="CERTIFICATE")
@options.output
def check(file: str, as_json: bool, output: str, debug: bool) -> None:
    """Verify a proof, without the solver: exit 0 if it proves its claim, 1 if it does not."""
    from games.files.documents import read_certificate
    from solver.proof.checker import check as verify
    from solver.results.check import Checked

    name, document = read_certificate(file)
    verdict = verify(document)
    reply.tell(Checked(name, verdict.valid, verdict.claim, verdict.reasons), "check", as_json, output)
    reply.finish(not verdict.valid, True, [])


@click.command(epilog="Example: accord init heatwave.toml")
@click.argument("file", metavar="FILE")
@click.option("--yes", is_flag=True, help="Take every default and ask nothing.")
@click.option("--from", "model", metavar="NAME", default=None, help="Copy a scenario that ships, and ask nothing.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.option("--debug", is_flag=True, help="Show a traceback where something goes wrong.")
def init(file: str, yes: bool, model: str | None, force: bool, debug: bool) -> None:
    """Start a scenario: questions along the chain from challenge to renewal, a file that evaluates at the end."""
    from games.errors import refuse
    from games.files.documents import shipped_text
    from games.files.draft import QUESTIONS, draft
    from report.files import refuse_folder

    refuse_folder(file)
    if os.path.exists(file) and not force:
        raise refuse(file, "is there already", "choose another name, or --force to replace it")
    if model is not None:
        text = shipped_text(model)
    else:
        text = draft({question.key: question.default for question in QUESTIONS} if yes else _interview())
    reply.write(text, file)
    click.echo(f"written: {file}\nnext:    accord evaluate {file}", err=True)


def _interview() -> dict[str, str]:
    """Ask the questions of a draft, each until its answer can be used."""
    from games.files.draft import QUESTIONS
    from games.files.interview import accepted, taken

    answers: dict[str, str] = {}
    step = ""
    for question in QUESTIONS:
        if question.only_if and answers[question.only_if] == "no":
            answers[question.key] = question.default
            continue
        if question.step != step:
            step = question.step
            click.echo(f"\n{step}", err=True)
        while question.key not in answers:
            said = click.prompt("  " + question.words, default=question.default, err=True, type=_choice(question))
            problem = accepted(question, str(said), answers)
            if problem:
                click.echo(f"    {problem}", err=True)
            else:
                answers[question.key] = taken(question, str(said))
    click.echo("", err=True)
    return answers


def _choice(question: Any) -> Any:
    return click.Choice(question.choices) if question.choices else str


@click.command(epilog="Example: accord scenarios --json")
@options.output
def scenarios(as_json: bool, output: str, debug: bool) -> None:
    """List the scenarios that ship, each with the question that it answers."""
    from games.files.catalogue import catalogue

    reply.tell(catalogue(), "scenarios", as_json, output)


@click.command(epilog="Example: accord schema -o scenario.schema.json")
@click.option(
    "--kind", type=click.Choice(("partnership", "game")), default="partnership", show_default=True, help="Which file."
)
@click.option("-o", "--output", metavar="FILE", default="-", help="Write the schema to FILE ('-': stdout).")
@click.option("--debug", is_flag=True, help="Show a traceback where something goes wrong.")
def schema(kind: Any, output: str, debug: bool) -> None:
    """The JSON Schema of a scenario or game file, for editors that complete and check as you type."""
    import json

    from games.files.schema import json_schema

    reply.write(json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n", output)


COMMANDS = (check, init, scenarios, schema)
