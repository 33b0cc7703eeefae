"""Commands for teaching."""

from __future__ import annotations

import click

from commands.tournament import tournament


@click.group(epilog="Example: accord teach tournament prisoners-dilemma --noise 0.02")
def teach() -> None:
    """Material for a course: tournaments of strategies."""


teach.add_command(tournament)
COMMANDS = (teach,)
