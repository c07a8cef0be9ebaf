"""``rightplace serve``: the web application; it is found by its entry point, not imported."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, dry_run, now, show
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from rightplace.app.service.serve import ServeResult
    from rightplace.app.workspace import Workspace

GROUP = "rightplace.serve"


def lines(result: ServeResult) -> list[str]:
    """Return where the pages are."""
    marked = " (demo: anything in it may be SYNTHETIC)" if result.demo else ""
    return [f"Rightplace answers at {result.address}{marked}"]


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=8080, show_default=True, help="Port."
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address of this machine to listen at."
)
@as_json
@dry_run
@click.pass_obj
def command(workspace: Workspace, *, port: int, host: str, wants_json: bool, dry_run: bool) -> int:
    """Serve the web application over what is published, until stopped with Ctrl+C.

    Pages are made from published runs alone: publish one first. No request leaves the machine.

    Raises
    ------
    NotHeldError
        If the web application is not installed.
    """
    from rightplace.app.service.serve import served

    told = show(served(workspace, host=host, port=port), lines, wants_json=wants_json)
    sys.stdout.flush()
    if dry_run:
        return told
    found = list(entry_points(group=GROUP))
    if not found:
        msg = "The web application is not installed."
        raise NotHeldError(msg, remedy="Install the package anew: `make setup`.")
    found[0].load()(workspace, host=host, port=port, now=now)
    return told
