"""``rightplace public``: export the public edition, and serve it in a process of its own."""

from __future__ import annotations

import getpass
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, dry_run, now, show
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rightplace.app.public.result import PublicExported, PublicServed
    from rightplace.app.workspace import Workspace

GROUP = "rightplace.public"
OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")


@click.group()
def command() -> None:
    """Tell the public what was done in each ward, and what violence was recorded.

    Figures go one way: `export` writes a file of what may be told, `serve` shows that file and
    opens nothing else, neither workspace nor database.
    """


def lines(result: PublicExported) -> list[str]:
    """Return what the edition holds."""
    marked = " (SYNTHETIC)" if result.synthetic else ""
    new = ", ".join(result.new_months) or "none"
    if not result.path:
        return [f"New months that would be told: {new}", "Nothing was released or written."]
    return [
        f"Public edition of {result.made_on}{marked}: {result.path}",
        f"{result.wards:,} wards, {len(result.months):,} months; new: {new}",
        f"{result.shown:,} counts shown, {result.withheld:,} withheld",
    ]


@command.command()
@click.argument("to", metavar="TO", type=click.Path(file_okay=False, path_type=Path))
@as_json
@dry_run
@click.pass_obj
def export(workspace: Workspace, *, to: Path, wants_json: bool, dry_run: bool) -> int:
    """Release the months that are due, and write the edition into the folder TO.

    Small counts are withheld, and whatever would tell them beside all that was released before.
    The data protection officer approves the public edition first, on the page of partner
    products. Stopped in the middle, the edition that was there stays.
    """
    from rightplace.app.partners.settings import SharingSettings
    from rightplace.app.public.export import export_public
    from rightplace.app.service.database import open_records
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.actor import Actor

    actor = Actor(id="command-line", name=f"{getpass.getuser()} at the command line")
    settings = workspace.settings("sharing", SharingSettings)
    database = open_records(workspace)
    try:
        answer = export_public(
            Shelf(database), to, actor=actor, at=now(), settings=settings, dry_run=dry_run
        )
    finally:
        database.close()
    return show(answer, lines, wants_json=wants_json)


def served_lines(result: PublicServed) -> list[str]:
    """Return where the pages are."""
    marked = " (SYNTHETIC)" if result.synthetic else ""
    return [f"Public edition of {result.made_on}{marked} at {result.address}"]


@command.command()
@click.argument(
    "folder", metavar="FOLDER", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=8090, show_default=True, help="Port."
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address of this machine to listen at."
)
@click.option(
    "--name",
    "names",
    multiple=True,
    help="Name by which the pages may be called, such as figures.example.org; repeat for more. "
    "Any other is refused.",
)
@as_json
@dry_run
def serve(
    *,
    folder: Path,
    port: int,
    host: str,
    names: tuple[str, ...],
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Serve the edition in FOLDER, until stopped with Ctrl+C; a newer one is shown at once."""
    from rightplace.app.public.serving import served

    told = show(served(folder, host=host, port=port), served_lines, wants_json=wants_json)
    sys.stdout.flush()
    if dry_run:
        return told
    _pages()(folder, host=host, port=port, names=(*OWN_NAMES, *names))
    return told


def _pages() -> Callable[..., None]:
    """Return what serves the public pages; it is found by its entry point, not imported.

    Raises
    ------
    NotHeldError
        If they are not installed.
    """
    found = list(entry_points(group=GROUP))
    if not found:
        msg = "The public pages are not installed."
        raise NotHeldError(msg, remedy="Install the package anew: `make setup`.")
    pages: Callable[..., None] = found[0].load()
    return pages
