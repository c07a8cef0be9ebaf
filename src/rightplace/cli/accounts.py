"""``rightplace accounts``: the first accounts of a service; the others are made in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, now, show

if TYPE_CHECKING:
    from rightplace.app.accounts.first import AccountsResult
    from rightplace.app.workspace import Workspace


@click.group()
def command() -> None:
    """Make the first accounts of a service; all others are made in the web application."""


def lines(result: AccountsResult) -> list[str]:
    """Return the accounts with their first passwords, shown this once."""
    said = [f"{each.user_name}: first password {each.first_password}" for each in result.accounts]
    return [*said, "They are shown this once. Each is changed at the first sign-in."]


@command.command(name="begin")
@click.argument("first", metavar="USER-NAME")
@click.argument("second", metavar="USER-NAME")
@as_json
@click.pass_obj
def begin_command(workspace: Workspace, *, first: str, second: str, wants_json: bool) -> int:
    """Make two administrators, FIRST and SECOND, where the service has no account yet.

    They are two people, because some roles are granted by two. Do it with a second person beside
    you. The first passwords are shown once; each is changed, and a second factor set up, at the
    first sign-in.
    """
    from rightplace.app.accounts.first import begin_accounts

    answer = begin_accounts(workspace, (first, second), at=now())
    return show(answer, lines, wants_json=wants_json)
