"""The command that lets strategies play each other."""

from __future__ import annotations

import click

from commands import options, reply


@click.command(epilog="Example: accord teach tournament navigation-roads --noise 0.02 --evolve 200")
@click.argument("file", metavar="FILE")
@click.option(
    "--strategies", "handed_in", multiple=True, metavar="FILE_OR_FOLDER",
    help="Strategy files of students, or a folder of them (may be given more than once).",
)  # fmt: skip
@click.option("--only", is_flag=True, help="Leave out the strategies that ship.")
@click.option("--noise", default="0", show_default=True, metavar="P", help="Chance that an action goes wrong.")
@click.option(
    "--periods", type=click.IntRange(1, 10_000), default=None, metavar="N",
    help="Length of a match (default: without end, discounted as the file says, else 200).",
)  # fmt: skip
@click.option(
    "--repetitions", type=click.IntRange(0, 100_000), default=0, metavar="N",
    help="Simulate every match so often (default: expected payoffs are computed).",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the simulation.")
@click.option("--no-twins", is_flag=True, help="Do not count what a strategy earns from its own twin.")
@click.option(
    "--evolve", type=click.IntRange(1, 10_000), default=None, metavar="N",
    help="Let the strategies reproduce by what they earn for N generations.",
)  # fmt: skip
@click.option("--match", "pair", default=None, metavar="A,B", help="Show one match of two strategies instead.")
@options.levers
@options.plot
@options.output
def tournament(
    file: str,
    handed_in: tuple[str, ...],
    only: bool,
    noise: str,
    periods: int | None,
    repetitions: int,
    seed: int,
    no_twins: bool,
    evolve: int | None,
    pair: str | None,
    levers: str | None,
    plot: str | None,
    as_json: bool,
    output: str,
    debug: bool,
) -> None:
    """Let strategies play each other, everyone against everyone: FILE is a game or a partnership of two."""
    from classroom.tournament import telling
    from classroom.tournament.arena import read_arena
    from classroom.tournament.entrants import entrants
    from classroom.tournament.one_match import PERIODS, named, one_match
    from classroom.tournament.round_robin import length, round_robin
    from report.progress import counted
    from solver.results import noted

    reply.check_files(plot, output)
    chance = options.chance(noise, "--noise")
    arena = read_arena(file, options.active(levers))
    strategies, notes = entrants(arena, handed_in, not only)
    result: object
    if pair is not None:
        result = one_match(arena, named(strategies, pair), chance, seed, periods or PERIODS)
    else:
        lasting, matches = length(arena, periods), len(strategies) ** 2 * max(repetitions, 1)
        with counted(matches, unit="matches") as tick:
            result = round_robin(arena, strategies, lasting, chance, repetitions, seed, not no_twins, evolve, tick)
    telling.register()
    if plot is not None:
        from classroom.tournament import picture

        picture.register()
    reply.draw(result, plot)
    reply.tell(noted(result, notes), "teach tournament", as_json, output)


COMMANDS = (tournament,)
