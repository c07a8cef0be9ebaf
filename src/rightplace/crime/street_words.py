"""Places in street words: from the names that records carry, not from cell codes.

data.police.uk names the street that a point was snapped to ("On or near Brixton Road"), or a
kind of place ("Supermarket"), or a station ("Brixton (lu Station)"). Streets and stations make
words a constable knows; kinds of place do not.
"""

from __future__ import annotations

import re
from collections import defaultdict

import pyarrow as pa

GENERIC = frozenset(
    "supermarket|shopping area|parking area|petrol station|nightclub|pedestrian subway|"
    "police station|hospital|prison|sports/recreation area|park/open space|theatre/concert hall|"
    "conference/exhibition centre|bus/coach station|further/higher educational building|"
    "public footpath|motorway service area|race track|airport/airfield|ferry terminal|"
    "ferry/ship terminal|no location".split("|")
)
_STATION = re.compile(
    r"^(?P<name>.*?)\s*(?:(?:lu|dlr|rail)\s+)?(?:station)?\s*"
    r"\((?:lu station|station|dlr|tram[^)]*)\)$",
    re.IGNORECASE,
)
MOST_STREETS = 2


def station_name(place_name: str) -> str | None:
    """Return the name of a station ("Brixton" of "Brixton (lu Station)"), or None."""
    match = _STATION.match(place_name)
    return None if match is None else mended(match["name"])


def mended(name: str) -> str:
    """Return a name without the publisher's slips of title case ("St Paul'S")."""
    return re.sub(r"'S\b", "'s", name).strip()


def is_generic(place_name: str) -> bool:
    """Return whether a name is a kind of place and not a place."""
    return place_name.casefold() in GENERIC


def _words(names: list[tuple[str, int]]) -> str:
    """Return words for a cell from its names, most frequent first."""
    streets = [mended(n) for n, _ in names if not is_generic(n) and station_name(n) is None]
    stations = [s for n, _ in names if (s := station_name(n)) is not None]
    text = " and ".join(streets[:MOST_STREETS])
    if stations:
        near = f"{stations[0]} station"
        return f"{text}, near {near}" if text else near
    return text


def street_words(names: pa.Table, cells: pa.Table) -> pa.Table:
    """Return words for each cell, in the order of the cells.

    Parameters
    ----------
    names
        ``cell`` (row of the cells), ``place_name``, ``n``; most frequent first in each cell.
    cells
        Cells of a study area.

    Returns
    -------
    pyarrow.Table
        ``cell_id``, ``words`` (a cell without any name falls back on its own, "Camden 028B") and
        ``kind``: what kind of place its records name most, null where they name none.
    """
    by_cell: dict[int, list[tuple[str, int]]] = defaultdict(list)
    columns = (names[c].to_pylist() for c in ("cell", "place_name", "n"))
    for cell, name, n in zip(*columns, strict=True):
        by_cell[cell].append((name, n))
    own = cells["name"].to_pylist()
    words = [_words(by_cell.get(row, [])) or own[row] for row in range(cells.num_rows)]
    kinds = [_kind(by_cell.get(row, [])) for row in range(cells.num_rows)]
    return pa.table(
        {
            "cell_id": cells["cell_id"],
            "words": pa.array(words, pa.string()),
            "kind": pa.array(kinds, pa.string()),
        }
    )


def _kind(names: list[tuple[str, int]]) -> str | None:
    """Return the kind of place that records of a cell name most, or None."""
    for name, _ in names:
        if is_generic(name) and name.casefold() != "no location":
            return name.casefold()
        if station_name(name) is not None:
            return "station"
    return None


def _centre(points: list[tuple[int, float, float]]) -> tuple[float, float]:
    total = sum(n for n, *_ in points)
    return sum(n * x for n, x, _ in points) / total, sum(n * y for n, _, y in points) / total


def station_labels(names: pa.Table) -> pa.Table:
    """Return the stations that records name: ``name``, ``lon``, ``lat``, ``n``; busiest first."""
    found: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    columns = (names[c].to_pylist() for c in ("place_name", "n", "lon", "lat"))
    for place_name, n, lon, lat in zip(*columns, strict=True):
        station = station_name(place_name)
        if station is not None and lon is not None:
            found[station].append((n, lon, lat))
    rows = [(name, *_centre(points), sum(n for n, *_ in points)) for name, points in found.items()]
    rows.sort(key=lambda row: (-row[3], row[0]))
    columns_out = list(zip(*rows, strict=True)) or [(), (), (), ()]
    schema = pa.schema(
        [("name", pa.string()), ("lon", pa.float64()), ("lat", pa.float64()), ("n", pa.int64())]
    )
    return pa.table([pa.array(c) for c in columns_out], schema=schema)
