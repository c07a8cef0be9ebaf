"""``rightplace fetch``: published files from the network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, now, say, seed, show

if TYPE_CHECKING:
    from rightplace.app.fetch import FetchResult
    from rightplace.app.workspace import Workspace


@click.group()
def command() -> None:
    """Fetch published files: the only verb that goes out to the network."""


def lines(result: FetchResult) -> list[str]:
    """Return the files, and how to take them in."""
    what = f"{len(result.files)} files of release {result.release}"
    how = "take them in with `rightplace ingest crimes FILE... --release DAY`"
    when = f"the day or month it came out, which is later than {result.release}"
    return [
        *result.files,
        f"{what}, {result.bytes_transferred:,} bytes transferred; {how}: {when}.",
    ]


@command.command("police-uk")
@click.option("--force", required=True, help="As data.police.uk writes it: metropolitan.")
@click.option("--from", "first", required=True, metavar="YYYY-MM", help="First month.")
@click.option("--to", "last", required=True, metavar="YYYY-MM", help="Last month.")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("police-uk"),
    show_default=True,
    help="Folder for the files.",
)
@click.option("--area", "area_id", help="Ask the API for each cell of this study area.")
@click.option("--address", help="Root of a mirror of the service, for closed networks.")
@as_json
@seed
@click.pass_obj
def police_uk(
    workspace: Workspace,
    *,
    force: str,
    first: str,
    last: str,
    into: Path,
    area_id: str | None,
    address: str | None,
    wants_json: bool,
    seed: int,
) -> int:
    """Fetch a force's months from data.police.uk, whole archives by default.

    An interrupted download goes on where it stopped. Exit 50 if the service cannot be reached.
    """
    from rightplace.app.fetch import FetchOptions, fetch
    from rightplace.core.time import Month

    options = FetchOptions(
        into=into,
        force=force,
        first=Month.parse(first),
        last=Month.parse(last),
        area_id=area_id,
        address=address,
        seed=seed,
    )
    return show(
        fetch(workspace, options, fetched_at=now(), progress=say), lines, wants_json=wants_json
    )
