"""``rightplace areas``: the study area and its cells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, dry_run, show

if TYPE_CHECKING:
    from rightplace.app.areas import AreaResult
    from rightplace.app.workspace import Workspace


class EpsgCode(click.ParamType[int]):
    """A coordinate system by its EPSG code, written 27700 or EPSG:27700."""

    name = "epsg"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the code, or fail with how to write it."""
        digits = str(value).strip().upper().removeprefix("EPSG:")
        if not digits.isascii() or not digits.isdigit():
            return self.fail(f"{value!r} is no EPSG code; write 27700, say.", param, ctx)
        return int(digits)


EPSG = EpsgCode()


@click.group()
def command() -> None:
    """Define the study area and its cells."""


def lines(result: AreaResult) -> list[str]:
    """Return what the area is, in a line or two."""
    return [
        f"{result.area_id}: {result.name}, {result.cells:,} cells of unit {result.unit}, "
        f"{result.area_km2:,.1f} square kilometres, {result.boroughs} boroughs, EPSG:{result.crs}"
        + (f", {result.excluded} cells excluded" if result.excluded else "")
    ]


def _excluded(pairs: tuple[str, ...]) -> dict[str, str]:
    """Return cell and reason of each ``CELL=REASON``.

    Raises
    ------
    click.UsageError
        If one has no reason.
    """
    found = {}
    for pair in pairs:
        cell, _, reason = pair.partition("=")
        if not reason:
            msg = f"{pair!r}: write --exclude CELL=REASON; a reason is needed."
            raise click.UsageError(msg)
        found[cell] = reason
    return found


@command.command()
@click.argument("polygons", type=click.Path(path_type=Path))
@click.option(
    "--unit",
    type=click.Choice(["lsoa", "ward", "borough", "square", "hexagon"]),
    required=True,
    help="What a cell is. LSOA suits snapped monthly data; squares and hexagons exact points.",
)
@click.option("--cell", type=click.FloatRange(min=1), help="Metres, for squares and hexagons.")
@click.option("--crs", type=EPSG, help="Projected system in metres, such as 27700.")
@click.option("--file-crs", type=EPSG, help="System of the polygons, if their file does not say.")
@click.option("--zone", help="Time zone, such as Europe/London.")
@click.option("--name", help="What people call the area.")
@click.option("--code-column", help="Column of codes, where the publisher is not known.")
@click.option("--name-column", help="Column of names, as above.")
@click.option("--layer", help="Layer of the file, if it has several.")
@click.option("--exclude", multiple=True, metavar="CELL=REASON", help="Send nobody there.")
@as_json
@dry_run
@click.pass_obj
def define(
    workspace: Workspace,
    polygons: Path,
    *,
    unit: str,
    cell: float | None,
    crs: int | None,
    file_crs: int | None,
    zone: str | None,
    name: str | None,
    code_column: str | None,
    name_column: str | None,
    layer: str | None,
    exclude: tuple[str, ...],
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Define the study area from a file of polygons (GeoPackage, GeoJSON, Shapefile, zipped).

    Wards, boroughs and BCUs of London's cells are filled in from shipped look-ups.
    """
    from rightplace.app.areas import define_area
    from rightplace.core.time import Clock
    from rightplace.places import AreaSettings, Unit

    settings = AreaSettings(
        unit=Unit(unit),
        name=name,
        cell_size_m=cell,
        crs=crs,
        clock=None if zone is None else Clock(zone=zone),
        excluded=_excluded(exclude),
        code_column=code_column,
        name_column=name_column,
        layer=layer,
        file_crs=file_crs,
    )
    answer = define_area(workspace, polygons, settings, dry_run=dry_run)
    return show(answer, lines, wants_json=wants_json)
