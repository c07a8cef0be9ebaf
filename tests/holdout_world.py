"""A tiny force whose places lie apart, all of like rates, so that a lot can decide on most.

Twelve squares in Camden and twelve in Islington, 200 m from each other, but for the first two of
Camden, which lie side by side and so are one unit. Each week is forecast, planned with a
hold-out and recorded.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from pyarrow import parquet

from rightplace.app.areas import define_area
from rightplace.app.evidence import Question
from rightplace.app.forecast.use_case import ForecastOptions, keep_forecast, make_forecast
from rightplace.app.ingest import ingest
from rightplace.app.workspace import Workspace
from rightplace.core.time import Clock
from rightplace.places import AreaSettings, Unit
from tests.unit.outline_files import square, write_geojson
from tests.walks import NOON
from tests.worlds import DAYS, EXTRACT_COLUMNS, MAPPING, SOUTH, WEST, write_crews

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pyarrow as pa

LONDON = ZoneInfo("Europe/London")
SIDE, APART, EACH = 500, 700, 12
AS_OF = date(2018, 7, 5)
WEEKS_BEFORE = 30
NEVER_HEAD = "cell_id,kind,reason,set_by,until\n"
TERMS = """
reason = "Do visits help in places of middling rate?"
share_most = 0.4
until = 2018-12-31
[commander]
name = "Ada Commander"
role = "Chief Superintendent"
signed_on = 2018-06-25
[ethics]
name = "Bo Chair"
role = "Ethics chair"
signed_on = 2018-06-27
"""
SETTINGS = """
[holdout]
near_equal_band = 50.0
rate_most = 1000.0
units_each = 5
[feedback]
least_places = 2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One square."""

    code: str
    street: str
    west: int
    south: int


def _places() -> tuple[Place, ...]:
    found = []
    for row, (borough, first) in enumerate((("Camden", 842), ("Islington", 2694))):
        for number in range(EACH):
            # The second stands against the first.
            west = SIDE if (row, number) == (0, 1) else number * APART
            street = f"{borough} Lane {'ABCDEFGHIJKL'[number]}"
            code = f"E0100{first + number:04d}"
            found.append(
                Place(code=code, street=street, west=WEST + west, south=SOUTH + row * 2 * APART)
            )
    return tuple(found)


PLACES = _places()
TOGETHER = {PLACES[0].code, PLACES[1].code}
Row = tuple[object, ...]


def record(ref: str, what: str, place: Place, at: datetime) -> Row:
    """Return a row of the force's extract."""
    said = f"{at.astimezone(LONDON):%d/%m/%Y %H:%M}"
    x, y = place.west + SIDE // 2, place.south + SIDE // 2
    return (ref, what, said, said, x, y, place.street, "Street", "N", "Recorded")


def write(path: Path, rows: Iterable[Row], columns: Sequence[str] = EXTRACT_COLUMNS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


class Force:
    """A workspace with records of thirty weeks, and the files of a hold-out."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.root, self.workspace = root, Workspace(root=root / "workspace")
        self.as_of = AS_OF
        self.mapping = root / "mapping.toml"
        self.mapping.write_text(MAPPING, encoding="utf-8")
        self.never = root / "never.csv"
        self.never.write_text(NEVER_HEAD, encoding="utf-8")
        self.terms = root / "terms.toml"
        self.terms.write_text(TERMS, encoding="utf-8")
        rng = np.random.default_rng(7)
        first = AS_OF - timedelta(days=7 * WEEKS_BEFORE - 1)
        rows: list[Row] = []
        for slot in Clock().slots(first, 7 * WEEKS_BEFORE):
            for place in PLACES:
                for _ in range(rng.poisson(0.12)):
                    at = slot.start + timedelta(minutes=int(rng.integers(0, 420)))
                    rows.append(record(f"T{len(rows):05d}", "Wounding", place, at))
        self.take_in(write(root / "extract.csv", rows))
        (self.workspace.root / "rightplace.toml").write_text(SETTINGS, encoding="utf-8")
        outlines = [
            ({"LSOA11CD": p.code, "LSOA11NM": p.street}, square(p.west, p.south, side=SIDE))
            for p in PLACES
        ]
        define_area(
            self.workspace,
            write_geojson(root / "lsoa.geojson", outlines),
            AreaSettings(unit=Unit.LSOA, name="Tiny London"),
        )

    def take_in(self, path: Path) -> None:
        ingest(self.workspace, [path], kind="crimes", mapping=str(self.mapping))

    def forecast(self) -> str:
        """Forecast the coming week and return the forecast's id."""
        made = make_forecast(
            self.workspace,
            Question(as_of=self.as_of),
            days=DAYS,
            made_at=NOON,
            options=ForecastOptions(),
        )
        keep_forecast(self.workspace, made)
        return made.record.id

    def crews(self) -> Path:
        """Write the crews of the coming week."""
        first = self.as_of + timedelta(days=1)
        return write_crews(self.root / f"crews-{first}.csv", ("Camden", "Islington"), first=first)

    def table(self, plan_id: str, name: str) -> pa.Table:
        return parquet.read_table(self.workspace.runs / plan_id / f"{name}.parquet")
