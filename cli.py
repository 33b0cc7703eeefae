"""The command line: the group of all commands, its errors and its exit status. Click alone at module level."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import click

from commands import files, games, partnership, study, teach
from commands.options import AIMS, CONCEPTS
from commands.reply import EXIT_INPUT, EXIT_INTERRUPTED, EXIT_STOPPED

__all__ = ["AIMS", "CONCEPTS", "main"]
__version__ = "0.1.0"
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


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


for _room in (partnership, games, study, teach, files):
    for _command in _room.COMMANDS:
        main.add_command(_command)


if __name__ == "__main__":
    main()
