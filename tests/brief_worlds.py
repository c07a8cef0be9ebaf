"""A tiny named world for the tests of briefs: two boroughs of four square kilometres.

West holds cells 1 to 4, East cells 5 to 8; each is a square kilometre. Cells lie in two rows of
four, the first row in the south, so that anyone can check them with a pencil.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import shapely

from rightplace.briefing import (
    COUNTED_MONTHLY,
    BriefSheet,
    Copy,
    MapBorough,
    MapCell,
    MapLabel,
    MapLayer,
    MapVisit,
    PlanTables,
    Stamp,
    Totals,
    VisitLine,
)

STAMP = Stamp(
    marking="OFFICIAL-SENSITIVE",
    handling="For the briefing of this shift only.",
    plan_id="plan-0123456789ab",
    forecast_id="forecast-ba9876543210",
    as_of=date(2018, 6, 30),
    data_cut_off=date(2018, 6, 30),
    counted=COUNTED_MONTHLY,
    learnt_from="July 2016 to June 2018",
    left_out="drugs, possession of weapons",
    harm_version="ONS severity weights 2020",
    profile="no shift evidence: minutes spread evenly",
    month_only=True,
    synthetic=True,
)


def cell_outline(number: int) -> bytes:
    """Return the square of cell 1 to 8: its corner stands at 530 km east, 180 km north."""
    across, up = (number - 1) % 4, (number - 1) // 4
    west, south = 530_000 + 1000 * across, 180_000 + 1000 * up
    return bytes(shapely.to_wkb(shapely.box(west, south, west + 1000, south + 1000)))


def line(number: int, **words: Any) -> VisitLine:  # noqa: ANN401 - fields by name
    """Return a plausible visit line."""
    plain = VisitLine(
        number=number,
        place=f"High Street {number} near the station",
        window="Fri, Sat: late",
        visits=number,
        minutes_each=15,
        why=(f"{10 * number} in 12 months, {number} in June", f"rank {number} of 8"),
        do="on foot, both sides",
        avoid="wait in the car",
    )
    return replace(plain, **words)


def layer(visits: int = 2) -> MapLayer:
    """Return the map: cell 8 has no data, cell 1 none expected, the rest 1 to 6."""
    values = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, None)
    west, east = shapely.box(530e3, 180e3, 532e3, 182e3), shapely.box(532e3, 180e3, 534e3, 182e3)
    return MapLayer(
        quantity="Expected offences, 2 to 8 July 2018",
        cells=tuple(MapCell(outline=cell_outline(n), value=v) for n, v in enumerate(values, 1)),
        boroughs=(
            MapBorough(name="West", outline=bytes(shapely.to_wkb(west))),
            MapBorough(name="East", outline=bytes(shapely.to_wkb(east))),
        ),
        visits=tuple(
            MapVisit(number=n, outline=cell_outline(1 + (n - 1) % 8)) for n in range(1, visits + 1)
        ),
        labels=(MapLabel(text="West Station", x=530_500, y=181_500, kind="station"),),
    )


def sheet(lines: int = 2, **changes: Any) -> BriefSheet:  # noqa: ANN401 - fields by name
    """Return the sheet of one BCU with so many lines."""
    plain = BriefSheet(
        stamp=STAMP,
        bcu="Two Rivers",
        period="Mon 2 to Sun 8 July 2018",
        shift="late shift",
        headline="About 21 (15 to 28) are expected, most of them near West Station.",
        totals=Totals(
            expected="about 21 (15 to 28)",
            in_visited="about 6 (3 to 10)",
            prevented="about 1 (0 to 2)",
            crew_time="3 of 8 crew hours (38 %)",
        ),
        lines=tuple(line(n) for n in range(1, lines + 1)),
        layer=layer(lines),
        in_force=(),
        no_data=(),
        drivers=("the last 12 months: 71 %",),
        copy=Copy(
            number="1 of 6",
            printed_by="PC 1234",
            printed_at="30 June 2018 14:05",
            destroy_by="9 July 2018 07:00",
        ),
        page=1,
        pages=12,
    )
    return replace(plain, **changes)


def plan_tables(*, reason: str = "10 in 12 months", arm: str = "treat") -> PlanTables:
    """Return three visits, the last of them held out, and the forecast of eight cells."""
    names = [f"E0100000{n}" for n in range(1, 9)]
    start = datetime(2018, 7, 2, 14, tzinfo=UTC)
    return PlanTables(
        visits=pa.table(
            {
                "visit_id": ["v1", "v2", "v3"],
                "cell_id": names[:3],
                "slot_start": pa.array([start] * 3, pa.timestamp("us", tz="UTC")),
                "minutes": [15, 15, 15],
                "reason": [reason] * 3,
                "arm": [arm, arm, "holdout"],
                "probability": [0.5, 0.5, 0.5],
            }
        ),
        forecast=pa.table(
            {
                "cell_id": names,
                "expected_count": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, None],
                "masked": [False] * 7 + [True],
            }
        ),
        cells=pa.table(
            {
                "cell_id": names,
                "lon": [-0.12] * 8,
                "lat": [51.5] * 8,
                "geometry": pa.array([cell_outline(n) for n in range(1, 9)], pa.binary()),
            }
        ),
        crs="EPSG:27700",
    )
