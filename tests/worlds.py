"""Two tiny worlds for the whole walk, from published files to pages, small enough to count by hand.

Sixteen LSOAs with their real codes, drawn as squares of half a kilometre: Camden and Islington
(the BCU Central North), Haringey and Enfield (North), Hackney (in Central East). The monthly world
is as data.police.uk publishes it: Enfield and Hackney are not, February 2017 is a stub, and one
cell of Camden is hot. The timed world is a force's own extract for Camden and Islington, in which
Friday's late shift is hot.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from rightplace.core.time import Clock, Month, months_between
from rightplace.places import to_degrees
from tests.unit.outline_files import square, write_geojson

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LONDON = ZoneInfo("Europe/London")
SIDE = 500  # metres
WEST, SOUTH = 530_000, 180_000
VIOLENCE, ROBBERY, THEFT, DRUGS = (
    "Violence and sexual offences",
    "Robbery",
    "Other theft",
    "Drugs",
)
STREET_COLUMNS = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,"
    "Crime type,Last outcome category,Context"
).split(",")
CREW_COLUMNS = (
    "crew_id,borough,slot_start,slot_end,minutes,officers,specialist,base_lon,base_lat".split(",")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One cell: a square whose number gives its column (of four) and row."""

    number: int
    code: str
    borough: str
    street: str
    monthly: float = 0.0
    """Violent records expected in a month; 0 where nothing is published."""

    @property
    def corner(self) -> tuple[int, int]:
        return WEST + SIDE * (self.number % 4), SOUTH + SIDE * (self.number // 4)

    @property
    def name(self) -> str:
        return f"{self.borough} 00{self.number // 4 + 1}{'ABCD'[self.number % 4]}"

    @property
    def point(self) -> tuple[float, float]:
        """Longitude and latitude of the middle."""
        return _degrees(*self.corner)


@cache
def _degrees(west: int, south: int) -> tuple[float, float]:
    middle = np.array([west, south]) + SIDE / 2
    lon, lat = to_degrees(27700, middle[:1], middle[1:])
    return round(float(lon[0]), 6), round(float(lat[0]), 6)


PLACES = tuple(
    Place(number=number, code=code, borough=borough, street=street, monthly=monthly)
    for number, (code, borough, street, monthly) in enumerate(
        [
            ("E01000842", "Camden", "Arlington Road", 6),
            ("E01000843", "Camden", "Camden High Street", 40),
            ("E01000844", "Camden", "Delancey Street", 5),
            ("E01000845", "Camden", "Eversholt Street", 9),
            ("E01002694", "Islington", "Upper Street", 12),
            ("E01002695", "Islington", "Essex Road", 8),
            ("E01002696", "Islington", "Liverpool Road", 4),
            ("E01002697", "Islington", "St Paul'S Road", 7),
            ("E01001962", "Haringey", "High Road", 11),
            ("E01001963", "Haringey", "Green Lanes", 8),
            ("E01001964", "Haringey", "West Green Road", 5),
            ("E01001390", "Enfield", "Fore Street", 0),
            ("E01001391", "Enfield", "Silver Street", 0),
            ("E01001392", "Enfield", "Church Street", 0),
            ("E01001714", "Hackney", "Mare Street", 0),
            ("E01001715", "Hackney", "Kingsland Road", 0),
        ]
    )
)
HOT = PLACES[1]
NO_DATA = ("Enfield", "Hackney")
FIRST, LAST = Month(2016, 1), Month(2018, 6)
STUB = Month(2017, 2)
AS_OF = date(2018, 6, 30)
DAYS = 7


@dataclass
class Published:
    """The files of the monthly world, and what was put into them."""

    root: Path
    violent: Counter[tuple[str, Month]] = field(default_factory=Counter)
    """Records of violence and robbery in the street, by cell and month, as written."""

    @property
    def outlines(self) -> Path:
        return self.root / "lsoa.geojson"

    @property
    def crimes(self) -> Path:
        return self.root / "street"

    @property
    def crews(self) -> Path:
        return self.root / "crews.csv"

    def of(self, place: Place, months: range | None = None) -> int:
        """Return violent records of a place, over all months or so many months from the first."""
        span = months_between(FIRST, LAST)
        chosen = span if months is None else [span[i] for i in months]
        return sum(self.violent[place.code, month] for month in chosen)


def write_outlines(path: Path) -> Path:
    """Write the sixteen squares."""
    return write_geojson(
        path,
        [({"LSOA11CD": p.code, "LSOA11NM": p.name}, square(*p.corner, side=SIDE)) for p in PLACES],
    )


def write_crews(path: Path, boroughs: tuple[str, ...], *, first: date, minutes: int = 110) -> Path:
    """Write a crew for each borough and slot of seven days; 110 minutes are four visits of 25."""
    rows = []
    for slot in Clock().slots(first, DAYS):
        for borough in boroughs:
            base = next(p for p in PLACES if p.borough == borough).point
            name = f"{borough[:2].upper()}-{slot.policing_day:%d}-{slot.shift}"
            times = (slot.start.isoformat(), slot.end.isoformat())
            rows.append((name, borough, *times, minutes, 2, 0, *base))
    return _write(path, CREW_COLUMNS, rows)


def publish(root: Path, *, drugs: int = 0) -> Published:
    """Write the monthly world into a folder, with so many records of drugs beside the rest."""
    world, rng = Published(root=root), np.random.default_rng(1)
    root.mkdir(exist_ok=True)
    write_outlines(world.outlines)
    write_crews(world.crews, ("Camden", "Islington", "Haringey", "Enfield"), first=date(2018, 7, 1))
    possession = _shared_out(drugs)
    rows: dict[int, list[tuple[object, ...]]] = {}
    for number, month in enumerate(months_between(FIRST, LAST)):
        year = rows.setdefault(month.year, [])
        for place in PLACES:
            counts = _counts_of(place, month, rng)
            world.violent[place.code, month] = counts[VIOLENCE] + counts[ROBBERY]
            counts[DRUGS] = possession[number] if place is PLACES[6] else 0
            for kind, n in counts.items():
                year += [_row(place, month, kind)] * n
        year += [_row(PLACES[4], month, VIOLENCE, location="On or near Hospital")] * 2
        year.append(_row(None, month, VIOLENCE))
    world.crimes.mkdir(parents=True)
    for year_number, lines in rows.items():
        path = world.crimes / f"{year_number}-metropolitan-street.csv"
        _write(path, STREET_COLUMNS, lines)
    return world


def _counts_of(place: Place, month: Month, rng: np.random.Generator) -> dict[str, int]:
    """Return records of a cell and month by category; chance is drawn for every cell alike."""
    violence, robbery = rng.poisson([0.9 * place.monthly, 0.1 * place.monthly])
    if place.monthly == 0:
        # Enfield's border street catches a record of Haringey's now and then.
        spilled = place.street == "Fore Street" and month.number == 1
        return {VIOLENCE: int(spilled), ROBBERY: 0, THEFT: 0}
    if month == STUB:
        return {VIOLENCE: int(place is HOT), ROBBERY: 0, THEFT: 0}
    return {VIOLENCE: int(violence), ROBBERY: int(robbery), THEFT: 3}


def _shared_out(n: int) -> list[int]:
    """Share so many records out over the months; none into the stub."""
    span = months_between(FIRST, LAST)
    full = [month for month in span if month != STUB]
    each, more = divmod(n, len(full))
    shares = {month: each + (i < more) for i, month in enumerate(full)}
    return [shares.get(month, 0) for month in span]


def _row(
    place: Place | None, month: Month, kind: str, *, location: str | None = None
) -> tuple[object, ...]:
    force = "Metropolitan Police Service"
    outcome = "Status update unavailable"
    if place is None:
        where: tuple[object, ...] = ("", "", "No Location", "", "")
    else:
        lon, lat = place.point
        where = (lon, lat, location or f"On or near {place.street}", place.code, place.name)
    return ("", str(month), force, force, *where, kind, outcome, "")


def _write(path: Path, columns: list[str], rows: Sequence[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path


# --- the timed world

EXTRACT_COLUMNS = "ref,what,from,to,easting,northing,where,kind_of_place,domestic,state".split(",")
TIMED_PLACES = PLACES[:8]
TIMED_AS_OF = date(2018, 7, 5)  # a Thursday: the plan starts on a Friday
WEEKS = 60
MAPPING = """
name = "tiny_extract"
title = "The extract of a tiny force"
publisher = "tiny"
kind = "crimes"
datetime_format = "%d/%m/%Y %H:%M"
zone = "Europe/London"
crs = 27700
bounds = [-0.6, 51.2, 0.4, 51.8]
upsert = true
incident = ["ref"]

[columns]
reference = "ref"
category = "what"
occurred_from = "from"
occurred_to = "to"
lon = "easting"
lat = "northing"
place_name = "where"
premises = "kind_of_place"
domestic = "domestic"
status = "state"

[category_words]
"Wounding" = "violence_with_injury"
"Mugging" = "robbery_personal"
"Possession of cannabis" = "drug_possession"

[population]
force = "tiny"

[setting]
column = "premises"
domestic_words = ["Y"]

[setting.words]
"Street" = "street"
"Dwelling" = "indoor"

[status]
cancelled = ["Cancelled"]
"""


@dataclass
class Extract:
    """The files of the timed world, and what was put into them."""

    root: Path
    street: int = 0
    """Current records of violence in the street."""
    indoor: int = 0
    cancelled: int = 0

    @property
    def outlines(self) -> Path:
        return self.root / "lsoa.geojson"

    @property
    def crimes(self) -> Path:
        return self.root / "extract.csv"

    @property
    def mapping(self) -> Path:
        return self.root / "mapping.toml"

    @property
    def crews(self) -> Path:
        return self.root / "crews.csv"


def extract(root: Path) -> Extract:
    """Write the timed world into a folder: on Friday's late shift ten times what others hold."""
    world, rng = Extract(root=root), np.random.default_rng(2)
    root.mkdir(exist_ok=True)
    write_outlines(world.outlines)
    write_crews(world.crews, ("Camden", "Islington"), first=date(2018, 7, 6))
    world.mapping.write_text(MAPPING, encoding="utf-8")
    rows: list[tuple[object, ...]] = []
    first = TIMED_AS_OF - timedelta(days=7 * WEEKS - 1)
    for slot in Clock().slots(first, 7 * WEEKS):
        hot = slot.shift == "late" and slot.policing_day.weekday() == 4
        for place in TIMED_PLACES:
            for _ in range(rng.poisson(0.01 * place.monthly * (10 if hot else 1))):
                minutes = int(rng.integers(0, int(slot.hours * 60)))
                rows.append(_event(place, slot.start + timedelta(minutes=minutes), len(rows)))
    world.street = len(rows)  # of whole policing days, the last night to its end
    noon = datetime(2018, 7, 2, 12, tzinfo=UTC)
    for _ in range(20):
        rows.append(_event(HOT, noon, len(rows), premises="Dwelling"))
        rows.append(_event(HOT, noon, len(rows), domestic="Y"))
    world.indoor = 40
    for _ in range(5):
        rows.append(_event(HOT, noon, len(rows), state="Cancelled"))
    world.cancelled = 5
    rows += [_event(HOT, noon, len(rows) + n, what="Possession of cannabis") for n in range(300)]
    _write(world.crimes, EXTRACT_COLUMNS, rows)
    return world


def _event(  # noqa: PLR0913 - one parameter for each column that varies
    place: Place,
    start: datetime,
    number: int,
    *,
    what: str | None = None,
    premises: str = "Street",
    domestic: str = "N",
    state: str = "Recorded",
) -> tuple[object, ...]:
    said = f"{start.astimezone(LONDON):%d/%m/%Y %H:%M}"
    x, y = (corner + SIDE // 2 for corner in place.corner)
    kind = what or ("Mugging" if number % 3 == 0 else "Wounding")
    ref = f"T{number:05d}"
    return (ref, kind, said, said, x, y, place.street, premises, domestic, state)
