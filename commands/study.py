"""Commands about many scenarios at once: how sure a verdict is, and grids (the room ``solver/study``)."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
