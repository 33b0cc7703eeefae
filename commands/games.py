"""Commands about a game: what equilibrium can reach, once or for ever, and the game in another format."""

from __future__ import annotations

import click

from commands import options, reply
from commands.options import CONCEPTS


@click.command(epilog="Example: accord equilibria chicken --concept correlated --objective egalitarian")
@click.argument("file", metavar="FILE")
@click.option("--concept", type=click.Choice(CONCEPTS), default="nash", show_default=True, help="What is asked.")
@click.option(
    "--objective", default="welfare", show_default=True, metavar="OBJECTIVE",
    help="For correlated and coarse: welfare, egalitarian, best:PLAYER or worst:PLAYER.",
)  # fmt: skip
@click.option("--state", default=None, metavar="NAME", help="The state whose game is played (default: the first).")
@click.option("--one", is_flag=True, help="For nash: stop at the first equilibrium, however large the game.")
@options.plot
@options.certificate
@options.output
def equilibria(
    file: str,
    concept: str,
    objective: str,
    state: str | None,
    one: bool,
    plot: str | None,
    certificate: str | None,
    as_json: bool,
    output: str,
    debug: bool,
) -> None:
    """The equilibria of a game that is played once: FILE is a game, a partnership or a Gambit .nfg file."""
    from games.files.game_file import read_game
    from solver.results import noted
    from solver.stage.concepts import answer

    reply.check_files(plot, output)
    asked = read_game(file)
    result = noted(answer(asked, concept, state, objective, one), asked.notes)
    reply.certify(result, certificate, file, game=asked.game)
    reply.draw(result, plot)
    reply.tell(result, "equilibria", as_json, output)
    reply.finish(False, False, [result.proof])


@click.command(epilog="Example: accord payoffs two-state-dilemma --delta 0.7 --transfers none --plot sets.svg")
@click.argument("file", metavar="FILE")
@click.option("--delta", default=None, metavar="D", help="Discount factor, for all or by name (default: the file's).")
@click.option(
    "--transfers", default="free", show_default=True, metavar="none|free|AMOUNT|smallest",
    help="Money between players: none, unlimited, up to AMOUNT a period, or the smallest amount that is enough.",
)  # fmt: skip
@click.option(
    "--at", "point", default=None, metavar="X,Y…", help="Show play that reaches this payoff (one number each)."
)
@click.option("--deltas", default="", metavar="D,D…", help="Further discount factors for the picture.")
@options.plot
@options.certificate
@options.exit_code
@options.output
def payoffs(
    file: str,
    delta: str | None,
    transfers: str,
    point: str | None,
    deltas: str,
    plot: str | None,
    certificate: str | None,
    exit_code: bool,
    as_json: bool,
    output: str,
    debug: bool,
) -> None:
    """What equilibrium can reach when the game is played for ever, and the play that reaches it."""
    from games.files.game_file import read_game
    from solver.repeated.pictures import picture
    from solver.repeated.reach import discounts, exists
    from solver.repeated.reach import payoffs as reach
    from solver.results import noted

    reply.check_files(plot, output)
    others = options.factors(deltas, plot)
    asked = read_game(file)
    discount = discounts(asked.game, None if delta is None else options.numbers(delta, "--delta"))
    money = transfers if transfers in ("none", "free", "smallest") else options.numbers(transfers, "--transfers")
    at = None if point is None else tuple(options.numbers(part, "--at") for part in point.split(","))
    result = noted(reach(asked, money, discount, at), asked.notes)
    reply.certify(result, certificate, file, game=asked.game, plan=point is not None)
    if plot is not None:
        reply.draw(picture(asked, discount, result, others), plot)
    reply.tell(result, "payoffs", as_json, output)
    reply.finish(not exists(result), exit_code, [result.proof])


@click.command(epilog="Example: accord patience public-good-10")
@click.argument("file", metavar="FILE")
@options.plot
@options.certificate
@options.output
def patience(file: str, plot: str | None, certificate: str | None, as_json: bool, output: str, debug: bool) -> None:
    """Which discount factor sustains what, with unlimited voluntary payments and (one state) without money."""
    from games.files.game_file import read_game
    from solver.repeated.patience import patience as thresholds
    from solver.results import noted

    reply.check_files(plot, output)
    asked = read_game(file)
    result = noted(thresholds(asked.game, asked.title, asked.start), asked.notes)
    reply.certify(result, certificate, file, game=asked.game)
    reply.draw(result, plot)
    reply.tell(result, "patience", as_json, output)
    reply.finish(False, False, [result.proof])


@click.command(epilog="Example: accord convert chicken -o chicken.nfg")
@click.argument("file", metavar="FILE")
@click.option(
    "--to", "form", type=click.Choice(("toml", "nfg", "nfg-outcomes")), default="nfg", show_default=True,
    help="A game file of accord, or Gambit's in payoff or in outcome form.",
)  # fmt: skip
@click.option("-o", "--output", metavar="FILE", default="-", help="Write the game to FILE ('-': stdout).")
@click.option("--debug", is_flag=True, help="Show a traceback where something goes wrong.")
def convert(file: str, form: str, output: str, debug: bool) -> None:
    """Write a game in another format: a partnership as the game that is played, a game for Gambit."""
    from games.files.convert import converted
    from games.files.game_file import read_game

    reply.write(converted(read_game(file), form), output)


COMMANDS = (equilibria, payoffs, patience, convert)
