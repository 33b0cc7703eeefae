"""Commands about many scenarios at once: how sure a verdict is, and grids (the room ``solver/study``)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click

from commands import options, reply


def _means(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add where samples are computed and kept."""
    for option in (
        click.option("--scheduler", metavar="ADDRESS", default=None, help="Compute on a Dask cluster, tcp://host:8786."),
        click.option(
            "--workers", type=click.IntRange(0), default=1, show_default=True, help="Processes (0: one a core)."
        ),
        click.option("--csv", is_flag=True, help="Keep the samples as CSV instead of Parquet."),
        click.option(
            "--study", "folder", metavar="FOLDER", default=None,
            help="Keep the samples in FOLDER; the same command goes on where it was stopped.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


@contextmanager
def _carried(
    plan: Any, command: str, text: str, folder: str | None, csv: bool, workers: int, scheduler: str | None
) -> Iterator[Any]:
    """Give the study of a plan and its blocks as they come; an interruption says what is kept."""
    from games.errors import refuse
    from report.progress import counted
    from solver.study.carry_out import Means, carried_out, opened
    from solver.study.worker import version

    if csv and folder is None:
        raise refuse("--csv", "is about files, and none are kept", "add --study FOLDER")
    means = Means(folder, "csv" if csv else "parquet", workers, scheduler)
    with opened(plan, means, command, version() or "not installed", text) as study:
        before = (plan.blocks - len(study.missing())) * plan.block
        with counted(plan.samples, min(before, plan.samples)) as advance:
            try:
                yield study, carried_out(plan, study, means, advance)
            except KeyboardInterrupt:
                if folder is not None:
                    done = plan.blocks - len(study.missing())
                    click.echo(f"{folder}: {done} of {plan.blocks} blocks are kept; the same command goes on", err=True)
                raise


@click.command(epilog="Example: accord robust mobility-pandemic --samples 1024 --plot pandemic.svg")
@click.argument("file", metavar="FILE")
@click.option("--samples", type=click.IntRange(2, 2**30), default=4096, show_default=True, help="How many are drawn.")
@click.option(
    "--method", type=click.Choice(("sobol", "lhs")), default="sobol", show_default=True,
    help="Scrambled Sobol' points, or a Latin hypercube.",
)  # fmt: skip
@click.option(
    "--arrangement", metavar="NAME", default=None,
    help="Judge this one alone, signed as it is: 'as proposed', cheapest, fairest, robust.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the random numbers.")
@_means
@options.levers
@options.plot
@options.output
def robust(
    file: str, samples: int, method: Any, arrangement: str | None, seed: int, folder: str | None, csv: bool,
    workers: int, scheduler: str | None, levers: str | None, plot: str | None, as_json: bool, output: str, debug: bool,
) -> None:  # fmt: skip
    """How sure the verdict is, given that numbers of the file are ranges, and what decides it."""
    from report.data import document
    from solver.study.asked import prepared
    from solver.study.robust import summary
    from solver.study.tally import Tally

    reply.check_files(plot, output)
    asked = prepared(file, options.active(levers), method, seed, samples, arrangement)
    tally = Tally()
    with _carried(asked.plan, "robust", asked.text, folder, csv, workers, scheduler) as (study, blocks):
        for columns in blocks:
            tally.add(columns, [one.name for one in asked.plan.question.candidates])
        result = summary(asked, tally)
        study.finish(document(result, "robust"))
        result = replace(result, study=folder or "", notes=(*study.remarks, *result.notes))
    reply.draw(result, plot)
    reply.tell(result, "robust", as_json, output)


@click.command(epilog="Example: accord sweep mobility-pandemic --vary actors.operator.discount=0.5:0.99:50")
@click.argument("file", metavar="FILE")
@click.option(
    "--vary", multiple=True, required=True, metavar="PATH=VALUES",
    help="low:high:count, or values with commas; once for each side of the grid.",
)  # fmt: skip
@_means
@options.levers
@options.plot
@options.output
def sweep(
    file: str, vary: tuple[str, ...], folder: str | None, csv: bool, workers: int, scheduler: str | None,
    levers: str | None, plot: str | None, as_json: bool, output: str, debug: bool,
) -> None:  # fmt: skip
    """A grid of scenarios: any numbers or words of the file varied, and who breaks where."""
    from report.data import SCHEMA, document
    from report.data_study import sweep_lines
    from solver.study.grid import gridded, points
    from solver.study.grid import sweep as told

    reply.check_files(plot, output)
    grid = gridded(file, options.active(levers), vary)
    with _carried(grid.plan, "sweep", grid.text, folder, csv, workers, scheduler) as (study, blocks):
        found = []

        def coming() -> Iterator[Any]:
            for columns in blocks:
                for point in points(grid.plan, columns):
                    found.append(point)
                    yield point

        streams = as_json and output == "-"
        if streams:
            header = {"schema": SCHEMA, "command": "sweep"}
            for line in sweep_lines(header, told(grid, (), folder or "", study.remarks), coming()):
                sys.stdout.write(line)
            sys.stdout.flush()
        else:
            for _ in coming():
                pass
        result = told(grid, found)
        study.finish(document(result, "sweep"))
        result = replace(result, study=folder or "", notes=(*study.remarks, *result.notes))
    reply.draw(result, plot)
    if not streams:
        reply.tell(result, "sweep", as_json, output)


COMMANDS: tuple[click.Command, ...] = (robust, sweep)
