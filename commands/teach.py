"""Commands for teaching."""

from __future__ import annotations

import click

from commands.tournament import tournament


@click.group()
def teach() -> None:
    """Material for a course: tournaments of strategies."""


teach.add_command(tournament)
COMMANDS = (teach,)
