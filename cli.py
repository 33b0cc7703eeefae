"""The command line: parse, call, print, exit. No game theory here, and click alone at module level."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterable
from typing import Any

import click

__version__ = "0.1.0"
EXIT_NO, EXIT_INPUT, EXIT_STOPPED, EXIT_INTERRUPTED = 1, 2, 3, 130
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
HINTS = {
    "--delta": "for example 0.9, 9/10, or row=0.7,column=0.8",
    "--deltas": "for example 0.3,0.6,0.9",
    "--transfers": "none, free, smallest, or the most that may be paid in one period, for example 0.5",
    "--at": "one number for each player, for example 3,7/2",
}
CONCEPTS = ("nash", "pure", "correlated", "coarse", "minmax", "dominance", "ess", "replicator")
AIMS = ("cheapest", "fairest", "robust", "nash", "proportional", "kalai-smorodinsky", "patience")


class Family(click.Group):
    """The command group: turns every error into one message and an exit status."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command; errors a user can mend exit with 2, an interruption with 130."""
        kwargs |= {"standalone_mode": False, "prog_name": "accord"}
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                # A screen without our line-drawing signs shows something in their place, and the answer.
                stream.reconfigure(errors="replace")
        try:
            code = super().main(*args, **kwargs)
        except click.exceptions.Exit as stop:
            code = stop.exit_code
        except (click.Abort, KeyboardInterrupt):
            click.echo("interrupted", err=True)
            code = EXIT_INTERRUPTED
        except click.ClickException as problem:
            problem.show()
            code = EXIT_INPUT
        except Exception as problem:
            code = _told(problem)
        except SystemExit as stop:
            # click leaves so, its stdout wrapped, when a reader of ours left early: `accord … | head` is no failure.
            code = 0 if "PacifyFlushWrapper" in type(sys.stdout).__name__ else stop.code
        sys.exit(code if isinstance(code, int) else 0)


def _told(problem: Exception) -> int:
    """Print an error as its kind deserves (with its traceback under --debug) and return the exit status."""
    from games.errors import ScenarioError

    if "--debug" in sys.argv:
        traceback.print_exception(problem)
        return EXIT_INPUT if isinstance(problem, (ScenarioError, OSError)) else EXIT_STOPPED
    if isinstance(problem, ScenarioError):
        click.echo(str(problem), err=True)
        return EXIT_INPUT
    if isinstance(problem, OSError):
        click.echo(f"{problem.filename or 'file'}: {problem.strerror or problem}", err=True)
        return EXIT_INPUT
    click.echo(f"accord stopped: {type(problem).__name__}: {problem}", err=True)
    click.echo("  hint: this is a fault of accord; --debug shows where it happened", err=True)
    return EXIT_STOPPED


def _numbers(text: str, option: str) -> Any:
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


def _factors(deltas: str, plot: str | None) -> list[Any]:
    """Return the further discount factors of a picture."""
    from games.errors import refuse

    if deltas and plot is None:
        raise refuse("--deltas", "are for a picture, and none is asked for", "add --plot FILE")
    if "=" in deltas:
        raise refuse("--deltas", "each is for all players", "for example --deltas 0.3,0.6,0.9")
    return [_numbers(part, "--deltas") for part in deltas.split(",") if part.strip()]


def _output(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every command with an answer has."""
    for option in (
        click.option("--debug", is_flag=True, help="Show a traceback where something goes wrong."),
        click.option("-o", "--output", metavar="FILE", default="-", help="Write the answer to FILE ('-': stdout)."),
        click.option("--json", "as_json", is_flag=True, help="Answer as JSON (schema 1)."),
    ):
        command = option(command)
    return command


def _levers(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--with", "levers", metavar="MECHANISM,…", default=None, help="Pull these levers of the file, and no others."
    )(command)


def _plot(command: Callable[..., Any]) -> Callable[..., Any]:
    words = "Draw a picture into FILE (.png or .svg)."
    return click.option("--plot", metavar="FILE", default=None, help=words)(command)


def _certificate(command: Callable[..., Any]) -> Callable[..., Any]:
    words = "Write the proof into FILE, for accord check."
    return click.option("--certificate", metavar="FILE", default=None, callback=_writable, help=words)(command)


def _writable(_context: click.Context, _option: click.Parameter, path: str | None) -> str | None:
    """Refuse a file that cannot be written before anything is computed."""
    if path is not None:
        from report.files import refuse_folder

        refuse_folder(path)
    return path


def _certify(
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
    document = certified(result, game, source(file, _active(levers)), plan)
    write_whole(path, json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def _check_files(plot: str | None, output: str) -> None:
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


def _draw(result: object, file: str | None) -> None:
    """Draw a picture, if one was asked for: before the answer is printed, so that a failure leaves stdout empty."""
    if file is not None:
        from report.plot import figure

        for remark in figure(result, file):
            click.echo(f"{file}: {remark}", err=True)


def _exit_code(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--exit-code", is_flag=True, help="Exit with 1 when the answer is no (compare: when the verdicts differ)."
    )(command)


def _read(file: str, levers: str | None) -> Any:
    from games.files.scenario import read

    return read(file, _active(levers))


def _active(levers: str | None) -> list[str] | None:
    return None if levers is None else [name.strip() for name in levers.split(",") if name.strip()]


def _answer(result: object, command: str, as_json: bool, output: str) -> None:
    """Write a result once it is whole: to stdout, or to a file that is replaced in one step."""
    if as_json:
        from report.data import document

        text = document(result, command)
    else:
        from report.text import render

        to_screen = output == "-" and sys.stdout.isatty()
        text = render(result, colour=to_screen and not os.environ.get("NO_COLOR"))
    _write(text, output)


def _write(text: str, output: str) -> None:
    if output == "-":
        click.echo(text, nl=False)
        return
    from report.files import write_whole

    write_whole(output, text)


def _finish(no: bool, exit_code: bool, proofs: Iterable[str]) -> None:
    """Exit with 3 if an answer came without proof, else with 1 if it is no and --exit-code was given."""
    if any(proof.startswith("none") for proof in proofs):
        raise click.exceptions.Exit(EXIT_STOPPED)
    if no and exit_code:
        raise click.exceptions.Exit(EXIT_NO)


@click.group(cls=Family, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="accord")
def main() -> None:
    """Will a voluntary data-sharing partnership hold, who leaves first, and what is the cheapest fix?

    \b
      accord scenarios                      what ships
      accord evaluate mobility-pandemic     the verdict on one of them
      accord init my-partnership.toml       start your own

    FILE is a path, '-' for stdin, or the name of a scenario that ships.
    """


@main.command(epilog="Example: accord evaluate mobility-pandemic --with aggregation")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@_levers
@_certificate
@_exit_code
@_output
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
    results = tuple(judge(_read(file, levers)) for file in files)
    _certify(results[0], certificate, files[0], levers)
    _answer(results[0] if len(results) == 1 else Evaluations(files, results), "evaluate", as_json, output)
    _finish(any(r.verdict == "fails" for r in results), exit_code, [r.proof for r in results])


@main.command(epilog="Example: accord design mobility-pandemic --aim fairest")
@click.argument("file", metavar="FILE")
@click.option("--aim", type=click.Choice(AIMS), default="cheapest", show_default=True, help="What 'best' means.")
@click.option("--payer", metavar="NAME", default=None, help="For 'cheapest': whose cost counts (default: everybody's).")
@_levers
@_certificate
@_exit_code
@_output
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

    result = arrange(_read(file, levers), aim, payer)
    _certify(result, certificate, file, levers)
    _answer(result, "design", as_json, output)
    _finish(result.verdict == "fails", exit_code, [result.proof])


@main.command(epilog="Example: accord compare mobility-pandemic mine.toml (--exit-code: 1 if the verdicts differ)")
@click.argument("files", metavar="FILE FILE…", nargs=-1, required=True)
@_exit_code
@_output
def compare(files: tuple[str, ...], exit_code: bool, as_json: bool, output: str, debug: bool) -> None:
    """Scenarios side by side, and which single difference from the first flips its verdict."""
    from solver.sharing.comparison import compare as side_by_side

    if len(files) < 2:
        raise click.UsageError("compare needs at least two files")
    result = side_by_side(files)
    _answer(result, "compare", as_json, output)
    verdicts = {e.verdict for e in result.evaluations}
    _finish(len(verdicts) > 1, exit_code, [e.proof for e in result.evaluations])


@main.command(epilog="Example: accord equilibria chicken --concept correlated --objective egalitarian")
@click.argument("file", metavar="FILE")
@click.option("--concept", type=click.Choice(CONCEPTS), default="nash", show_default=True, help="What is asked.")
@click.option(
    "--objective", default="welfare", show_default=True, metavar="OBJECTIVE",
    help="For correlated and coarse: welfare, egalitarian, best:PLAYER or worst:PLAYER.",
)  # fmt: skip
@click.option("--state", default=None, metavar="NAME", help="The state whose game is played (default: the first).")
@click.option("--one", is_flag=True, help="For nash: stop at the first equilibrium, however large the game.")
@_plot
@_certificate
@_output
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

    _check_files(plot, output)
    asked = read_game(file)
    result = noted(answer(asked, concept, state, objective, one), asked.notes)
    _certify(result, certificate, file, game=asked.game)
    _draw(result, plot)
    _answer(result, "equilibria", as_json, output)
    _finish(False, False, [result.proof])


@main.command(epilog="Example: accord payoffs two-state-dilemma --delta 0.7 --transfers none --plot sets.svg")
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
@_plot
@_certificate
@_exit_code
@_output
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

    _check_files(plot, output)
    others = _factors(deltas, plot)
    asked = read_game(file)
    discount = discounts(asked.game, None if delta is None else _numbers(delta, "--delta"))
    money = transfers if transfers in ("none", "free", "smallest") else _numbers(transfers, "--transfers")
    at = None if point is None else tuple(_numbers(part, "--at") for part in point.split(","))
    result = noted(reach(asked, money, discount, at), asked.notes)
    _certify(result, certificate, file, game=asked.game, plan=point is not None)
    if plot is not None:
        _draw(picture(asked, discount, result, others), plot)
    _answer(result, "payoffs", as_json, output)
    _finish(not exists(result), exit_code, [result.proof])


@main.command(epilog="Example: accord patience public-good-10")
@click.argument("file", metavar="FILE")
@_plot
@_certificate
@_output
def patience(file: str, plot: str | None, certificate: str | None, as_json: bool, output: str, debug: bool) -> None:
    """Which discount factor sustains what, with unlimited voluntary payments and (one state) without money."""
    from games.files.game_file import read_game
    from solver.repeated.patience import patience as thresholds
    from solver.results import noted

    _check_files(plot, output)
    asked = read_game(file)
    result = noted(thresholds(asked.game, asked.title, asked.start), asked.notes)
    _certify(result, certificate, file, game=asked.game)
    _draw(result, plot)
    _answer(result, "patience", as_json, output)
    _finish(False, False, [result.proof])


@main.command(epilog="Example: accord check proof.json (written by accord evaluate FILE --certificate proof.json)")
@click.argument("file", metavar="CERTIFICATE")
@_output
def check(file: str, as_json: bool, output: str, debug: bool) -> None:
    """Verify a proof, without the solver: exit 0 if it proves its claim, 1 if it does not."""
    from games.files.documents import read_certificate
    from solver.proof.checker import check as verify
    from solver.results.check import Checked

    name, document = read_certificate(file)
    verdict = verify(document)
    _answer(Checked(name, verdict.valid, verdict.claim, verdict.reasons), "check", as_json, output)
    _finish(not verdict.valid, True, [])


@main.command(epilog="Example: accord convert chicken -o chicken.nfg")
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

    _write(converted(read_game(file), form), output)


@main.command(epilog="Example: accord simulate mobility-pandemic --periods 60 --seed 7")
@click.argument("file", metavar="FILE")
@click.option("--periods", type=click.IntRange(1, 10_000), default=60, show_default=True, help="Length of each play.")
@click.option("--runs", type=click.IntRange(2, 1_000_000), default=2000, show_default=True, help="Number of plays.")
@click.option("--paths", type=click.IntRange(0, 1000), default=3, show_default=True, help="Plays to show.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the random numbers.")
@_levers
@_output
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

    _answer(play(_read(file, levers), periods, runs, paths, seed), "simulate", as_json, output)


@main.command(epilog="Example: accord init heatwave.toml")
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
    _write(text, file)
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
            reply = click.prompt("  " + question.words, default=question.default, err=True, type=_choice(question))
            problem = accepted(question, str(reply), answers)
            if problem:
                click.echo(f"    {problem}", err=True)
            else:
                answers[question.key] = taken(question, str(reply))
    click.echo("", err=True)
    return answers


def _choice(question: Any) -> Any:
    return click.Choice(question.choices) if question.choices else str


@main.command(epilog="Example: accord scenarios --json")
@_output
def scenarios(as_json: bool, output: str, debug: bool) -> None:
    """List the scenarios that ship, each with the question that it answers."""
    from games.files.catalogue import catalogue

    _answer(catalogue(), "scenarios", as_json, output)


@main.command(epilog="Example: accord schema -o scenario.schema.json")
@click.option(
    "--kind", type=click.Choice(("partnership", "game")), default="partnership", show_default=True, help="Which file."
)
@click.option("-o", "--output", metavar="FILE", default="-", help="Write the schema to FILE ('-': stdout).")
@click.option("--debug", is_flag=True, help="Show a traceback where something goes wrong.")
def schema(kind: Any, output: str, debug: bool) -> None:
    """The JSON Schema of a scenario or game file, for editors that complete and check as you type."""
    import json

    from games.files.schema import json_schema

    _write(json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n", output)


if __name__ == "__main__":
    main()
