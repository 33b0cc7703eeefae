"""Commands of the classroom: exercises asked, marked, hinted at, solved and handed out."""

from __future__ import annotations

from typing import Any

import click

from commands import options, reply
from commands.tournament import tournament

FORMATS = ("moodle", "qti", "notebook", "html", "key", "pdf")
EVERY_SEED = 2**32 - 1


@click.group(epilog="Example: accord teach list")
def teach() -> None:
    """Exercises with everybody's own numbers, marked by the solver: any answer that works is right."""


def _whose(command: Any) -> Any:
    """Add what picks the variant."""
    command = click.option(
        "--student", default="", metavar="NAME", help="The variant of a student, by number or name."
    )(command)
    return click.option(
        "--seed", type=click.IntRange(0, EVERY_SEED), default=None, help="The number of the variant (default: 0)."
    )(command)


def _variant(exercise: str, seed: int | None, student: str) -> Any:
    from classroom import template, variants

    number = seed if seed is not None else variants.seed_of(student) if student else 0
    return variants.variant(template.read(exercise), number)


def _tell(result: object, command: str, as_json: bool, output: str) -> None:
    from classroom.telling import register

    register()
    reply.tell(result, f"teach {command}", as_json, output)


@teach.command("list", epilog="Example: accord teach list")
@click.option("--week", type=click.IntRange(1), default=None, help="Only the exercises of one week of the course.")
@options.output
def list_(week: int | None, as_json: bool, output: str, debug: bool) -> None:
    """The exercises that ship, week by week."""
    from classroom.telling import Course
    from classroom.template import templates

    _tell(Course(tuple(one for one in templates() if week in (None, one.week))), "list", as_json, output)


@teach.command(epilog="Example: accord teach new critical-discount --student s1234567 --answers answers.toml")
@click.argument("exercise", metavar="EXERCISE")
@_whose
@click.option("--answers", default=None, metavar="FILE", help="Also write a file to fill the answers in.")
@click.option("--games", "folder", default=None, metavar="FOLDER", help="Also write the games that are asked about.")
@options.output
def new(
    exercise: str, seed: int | None, student: str, answers: str | None, folder: str | None,
    as_json: bool, output: str, debug: bool,
) -> None:  # fmt: skip
    """Ask one exercise, with the numbers of a seed or of a student."""
    from classroom.answer_files import blank
    from classroom.data_files import games
    from report.files import refuse_folder

    if answers is not None:
        refuse_folder(answers)
        _keep(answers)
    variant = _variant(exercise, seed, student)
    if answers is not None:
        reply.write(blank(variant, student), answers)
    for name, text in games(variant) if folder is not None else ():
        reply.write(text, f"{folder}/{name}")
    _tell(variant, "new", as_json, output)


def _keep(file: str) -> None:
    """Refuse to write over a file that is there: it may hold a student's answers."""
    import os

    from games.errors import refuse

    if os.path.exists(file):
        raise refuse(file, "is there already, perhaps with answers", "choose another name, or remove it")


@teach.command(epilog="Example: accord teach check critical-discount --seed 7 a=5 b=3/7 (or a file of answers)")
@click.argument("answered", metavar="FILE… | EXERCISE LETTER=ANSWER…", nargs=-1, required=True)
@_whose
@click.option("--exercise", default=None, metavar="EXERCISE", help="What was answered, where the file does not say it.")
@click.option("--results", default=None, metavar="FILE.csv", help="Write a class's result sheet.")
@options.exit_code
@options.output
def check(
    answered: tuple[str, ...], seed: int | None, student: str, exercise: str | None, results: str | None,
    exit_code: bool, as_json: bool, output: str, debug: bool,
) -> None:  # fmt: skip
    """Mark answers: a student's file, a class's table (.csv) or folder, or answers given here; and say why."""
    from classroom.checking import checked
    from classroom.class_marks import ClassMarks, sheet
    from report.files import refuse_folder

    if results is not None:
        refuse_folder(results)
    result = checked(answered, seed, student, exercise, as_class=results is not None)
    if isinstance(result, ClassMarks) and results is not None:
        reply.write(sheet(result), results)
    _tell(result, "check", as_json, output)
    reply.finish(not result.all_right, exit_code, [])


@teach.command(epilog="Example: accord teach hint critical-discount --seed 7 --part b --number 2")
@click.argument("exercise", metavar="EXERCISE")
@_whose
@click.option("--part", default="a", show_default=True, metavar="LETTER", help="The part that is asked about.")
@click.option("--number", type=click.IntRange(1), default=1, show_default=True, help="Which hint: later ones say more.")
@options.output
def hint(
    exercise: str, seed: int | None, student: str, part: str, number: int, as_json: bool, output: str, debug: bool
) -> None:
    """A hint for one part, without the answer."""
    from classroom.telling import hint as given

    _tell(given(_variant(exercise, seed, student), part, number), "hint", as_json, output)


@teach.command(epilog="Example: accord teach solution critical-discount --seed 7")
@click.argument("exercise", metavar="EXERCISE")
@_whose
@options.output
def solution(exercise: str, seed: int | None, student: str, as_json: bool, output: str, debug: bool) -> None:
    """The worked solution, step by step, every number computed by the solver."""
    from classroom.solution import solution as worked

    _tell(worked(_variant(exercise, seed, student)), "solution", as_json, output)


@teach.command(epilog="Example: accord teach export critical-discount --to moodle --seeds 1-30 -o bank.xml")
@click.argument("exercises", metavar="EXERCISE…", nargs=-1)
@click.option("--week", type=click.IntRange(1), default=None, help="All exercises of a week, instead of naming them.")
@click.option("--to", "form", type=click.Choice(FORMATS), default="html", show_default=True, help="The format.")
@click.option("--seeds", default="0", show_default=True, metavar="1-30", help="The numbers of the variants.")
@click.option("--students", default=None, metavar="FILE", help="One variant for each student of a list, by name.")
@click.option("-o", "--output", metavar="FILE", required=True, help="Write it to FILE ('-': stdout, where it is text).")
@click.option("--debug", is_flag=True, help="Show a traceback where something goes wrong.")
def export(
    exercises: tuple[str, ...], week: int | None, form: str, seeds: str, students: str | None, output: str, debug: bool
) -> None:
    """Hand exercises out: to Moodle or by QTI, as notebooks with a self-check, or on paper with a separate key."""
    from classroom import template
    from classroom.export.formats import exported, handout
    from report.files import refuse_folder, write_whole

    if output != "-":
        refuse_folder(output)
    named = tuple(map(template.read, exercises))
    chosen = named or tuple(one for one in template.templates() if one.week == week)
    if not chosen:
        raise click.UsageError("name an exercise, or a --week that has some")
    content = exported(handout(chosen, seeds, students), form)
    if output != "-":
        write_whole(output, content)
    elif isinstance(content, str):
        reply.write(content, "-")
    else:
        raise click.UsageError(f"{form} is no text for a screen: name a file with -o")


teach.add_command(tournament)
COMMANDS = (teach,)
