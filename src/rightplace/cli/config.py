"""``rightplace config show``: settings in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rightplace.cli.table import table
from rightplace.cli.verb import as_json, show

if TYPE_CHECKING:
    from rightplace.app.about import ConfigResult
    from rightplace.app.workspace import Workspace


@click.group()
def command() -> None:
    """Show settings."""


def lines(result: ConfigResult) -> list[str]:
    """Return one line a setting."""
    return table(
        ("setting", "value", "from"), [(s.key, s.value, s.origin) for s in result.settings]
    )


@command.command("show")
@as_json
@click.pass_obj
def show_command(workspace: Workspace, *, wants_json: bool) -> int:
    """Show each setting, its value, and whether a flag, variable, file or default gave it."""
    from rightplace.app.about import config

    return show(config(workspace), lines, wants_json=wants_json)
