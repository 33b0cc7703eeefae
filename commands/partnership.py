"""Commands about a partnership: what its scenario file says, judged, arranged, compared and played out."""

from __future__ import annotations

import click

from commands import options, reply
from commands.options import AIMS


@click.command(epilog="Example: accord evaluate mobility-pandemic --with aggregation")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@options.levers
@options.certificate
@options.exit_code
@options.output
def evaluate(
    files: tuple[str, ...],
    levers: str | None,
    certificate: str | None,
    exit_code: bool,
    as_json: bool,
    output: str,
    debug: bool,
) -> None:
    """The verdict on a partnership, who leaves first and why, and the ranked, priced fixes."""
    from solver.results.sharing import Evaluations
    from solver.sharing.evaluate import evaluate as judge

    if certificate is not None and len(files) > 1:
        raise click.UsageError("--certificate is for one file")
    results = tuple(judge(options.read(file, levers)) for file in files)
    reply.certify(results[0], certificate, files[0], levers)
    reply.tell(results[0] if len(results) == 1 else Evaluations(files, results), "evaluate", as_json, output)
    reply.finish(any(r.verdict == "fails" for r in results), exit_code, [r.proof for r in results])


@click.command(epilog="Example: accord design mobility-pandemic --aim fairest")
@click.argument("file", metavar="FILE")
@click.option("--aim", type=click.Choice(AIMS), default="cheapest", show_default=True, help="What 'best' means.")
@click.option("--payer", metavar="NAME", default=None, help="For 'cheapest': whose cost counts (default: everybody's).")
@options.levers
@options.certificate
@options.exit_code
@options.output
def design(
    file: str,
    aim: str,
    payer: str | None,
    levers: str | None,
    certificate: str | None,
    exit_code: bool,
    as_json: bool,
    output: str,
    debug: bool,
) -> None:
    """The best arrangement of the file's instruments, in every state, for an aim."""
    from solver.sharing.evaluate import design as arrange

    result = arrange(options.read(file, levers), aim, payer)
    reply.certify(result, certificate, file, levers)
    reply.tell(result, "design", as_json, output)
    reply.finish(result.verdict == "fails", exit_code, [result.proof])


@click.command(epilog="Example: accord compare mobility-pandemic mine.toml (--exit-code: 1 if the verdicts differ)")
@click.argument("files", metavar="FILE FILE…", nargs=-1, required=True)
@options.exit_code
@options.output
def compare(files: tuple[str, ...], exit_code: bool, as_json: bool, output: str, debug: bool) -> None:
    """Scenarios side by side, and which single difference from the first flips its verdict."""
    from solver.study.comparison import compare as side_by_side

    if len(files) < 2:
        raise click.UsageError("compare needs at least two files")
    result = side_by_side(files)
    reply.tell(result, "compare", as_json, output)
    verdicts = {e.verdict for e in result.evaluations}
    reply.finish(len(verdicts) > 1, exit_code, [e.proof for e in result.evaluations])


@click.command(epilog="Example: accord simulate mobility-pandemic --periods 60 --seed 7")
@click.argument("file", metavar="FILE")
@click.option("--periods", type=click.IntRange(1, 10_000), default=60, show_default=True, help="Length of each play.")
@click.option("--runs", type=click.IntRange(2, 1_000_000), default=2000, show_default=True, help="Number of plays.")
@click.option("--paths", type=click.IntRange(0, 1000), default=3, show_default=True, help="Plays to show.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the random numbers.")
@options.levers
@options.output
def simulate(
    file: str,
    periods: int,
    runs: int,
    paths: int,
    seed: int,
    levers: str | None,
    as_json: bool,
    output: str,
    debug: bool,
) -> None:
    """Play it out: random paths of urgency and value, and how long the agreement lasts on them."""
    from solver.sharing.simulation import simulate as play

    reply.tell(play(options.read(file, levers), periods, runs, paths, seed), "simulate", as_json, output)


COMMANDS = (evaluate, design, compare, simulate)
