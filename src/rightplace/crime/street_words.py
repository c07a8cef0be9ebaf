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
    "ferry/ship terminal|theme/adventure park|no location".split("|")
)
# How the publisher marks stations and stops, misspellings included ("lu Staion", "tstcr").
_STATION = re.compile(
    r"^(?P<name>.+?)(?:\s+lu station)?\s*"
    r"\((?:(?:(?:lu|rail) )?(?:station|staion)|dlr|underground|(?P<tram>tram(?: stop)?|tstcr))\)$"
    r"|^(?P<bare>.+?)(?<!bus)(?<!coach)(?<!fire)(?<!filling)(?<!petrol)(?<!police)(?<!power)"
    r"(?<!service) station$",
    re.IGNORECASE,
)
_CITY = re.compile(r"\s*\((?:london|gt london|greater london)\)$", re.IGNORECASE)
_LINES = {"(bak)": "(Bakerloo line)"}
_SMALL = re.compile(r"(?<=\w )(?:And|At|In|Of|On|The|Upon)(?= \w)")
MOST_STREETS = 2


def station_name(place_name: str) -> str | None:
    """Return the name of a station or tram stop, or None for a place that is neither.

    "Brixton" of "Brixton (lu Station)", "Mitcham tram stop" of "Mitcham (tram Stop)".
    """
    if is_generic(place_name):
        return None
    match = _STATION.match(place_name)
    if match is None:
        return None
    name = mended(_CITY.sub("", match["name"] or match["bare"]))
    return f"{name} tram stop" if match["tram"] else name


def mended(name: str) -> str:
    """Return a name without the publisher's slips of title case.

    "St Paul'S" is St Paul's, "Harrow On The Hill" is Harrow on the Hill, "Bowes Road (north
    Circular Road)" is Bowes Road (North Circular Road).
    """
    for short, line in _LINES.items():
        name = name.replace(short, line)
    name = re.sub(r"'S\b", "'s", name)
    name = re.sub(r"\bD'([a-z])", lambda m: f"D'{m[1].upper()}", name)
    name = re.sub(r"\(([a-z])", lambda m: f"({m[1].upper()}", name)
    return _SMALL.sub(lambda m: m[0].lower(), name.strip())


def is_generic(place_name: str) -> bool:
    """Return whether a name is a kind of place and not a place."""
    return place_name.strip().casefold() in GENERIC


def _words(names: list[tuple[str, int]], *, streets: int) -> str:
    """Return words for a cell from its names, most frequent first, with so many streets."""
    found = [mended(n) for n, _ in names if not is_generic(n) and station_name(n) is None]
    text = " and ".join(list(dict.fromkeys(found))[:streets])
    station = next((s for n, _ in names if (s := station_name(n)) is not None), None)
    if station is None:
        return text
    near = station if station.endswith(" stop") else f"{station} station"
    return f"{text}, near {near}" if text else near


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
        ``cell_id``; ``words`` (a cell without any name falls back on its own, "Camden 028B");
        ``short``, the same with one street at most; ``kind``: what kind of place its records
        name most, null where they name none.
    """
    by_cell: dict[int, list[tuple[str, int]]] = defaultdict(list)
    columns = (names[c].to_pylist() for c in ("cell", "place_name", "n"))
    for cell, name, n in zip(*columns, strict=True):
        by_cell[cell].append((name, n))
    own = cells["name"].to_pylist()
    words, short = (
        [_words(by_cell.get(row, []), streets=n) or own[row] for row in range(cells.num_rows)]
        for n in (MOST_STREETS, 1)
    )
    kinds = [_kind(by_cell.get(row, [])) for row in range(cells.num_rows)]
    return pa.table(
        {
            "cell_id": cells["cell_id"],
            "words": pa.array(words, pa.string()),
            "short": pa.array(short, pa.string()),
            "kind": pa.array(kinds, pa.string()),
        }
    )


def _kind(names: list[tuple[str, int]]) -> str | None:
    """Return the kind of place that records of a cell name most, or None."""
    for name, _ in names:
        if is_generic(name) and name.casefold() != "no location":
            return name.strip().casefold()
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
