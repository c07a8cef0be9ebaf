"""Coordinates of other systems, turned into degrees before anything is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.crime.mapping import Mapping

WGS84 = 4326
LON, LAT = "_lon_degrees", "_lat_degrees"


def _numbers(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Return a text column as floats, NaN where it is blank or no number."""
    texts = pc.utf8_trim_whitespace(column.cast(pa.string()))
    unique = texts.combine_chunks().dictionary_encode()
    values = np.array([_number(text.as_py()) for text in unique.dictionary] + [np.nan])
    codes = np.asarray(unique.indices.fill_null(len(unique.dictionary)))
    return np.asarray(values[codes], dtype=np.float64)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def degrees(x: float, y: float, *, crs: int) -> tuple[float, float]:
    """Return one point of a system that exists as longitude and latitude."""
    if crs == WGS84:
        return x, y
    from pyproj import Transformer  # noqa: PLC0415 - heavy, and only for projected sources

    lon, lat = Transformer.from_crs(crs, WGS84, always_xy=True).transform(x, y)
    return float(lon), float(lat)


def with_degrees(rows: pa.Table, mapping: Mapping, *, file: str) -> pa.Table:
    """Add longitude and latitude to rows whose coordinates are in another system.

    Text that is no number stays as it is, for the quarantine to show.

    Raises
    ------
    BadInputError
        If the mapping names a system that does not exist.
    """
    x_name, y_name = mapping.source("lon"), mapping.source("lat")
    if mapping.crs == WGS84 or x_name is None or y_name is None:
        return rows
    from pyproj import Transformer  # noqa: PLC0415 - heavy, and only for projected sources
    from pyproj.exceptions import CRSError  # noqa: PLC0415 - as above

    try:
        turn = Transformer.from_crs(mapping.crs, WGS84, always_xy=True)
    except CRSError as error:
        msg = f"EPSG:{mapping.crs} is not a coordinate system."
        raise BadInputError(msg, file=file, value=mapping.crs, remedy="Mend crs.") from error
    x, y = _numbers(rows[x_name]), _numbers(rows[y_name])
    lon, lat = turn.transform(x, y)
    known = np.isfinite(x) & np.isfinite(y)
    for name, degrees, written in ((LON, lon, rows[x_name]), (LAT, lat, rows[y_name])):
        shown = pa.array(np.where(known, degrees, 0.0)).cast(pa.string())
        text = pc.if_else(pa.array(known), shown, written.cast(pa.string()).combine_chunks())
        rows = rows.append_column(name, text)
    return rows
