"""Figures to share: two boroughs of one BCU with wards, and a third of which nothing is known.

Robbery of January to April 2026, the same each month: Northbank's wards have 3, 9 and 0 in the
street and 4 elsewhere; Southbank's 6 and 7. Violence with injury: 20 in each ward. Domestic abuse:
12 in Northbank and 3 in Southbank.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import shapely

from rightplace.core.time import Clock, Month, months_between
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import transaction
from rightplace.records.published.publishing import publish
from rightplace.web.sessions import Session
from tests.web.published import NOW, run_copy, run_record
from tests.web.signed_in import ANALYST, COMMANDER, NOBODY, NORTH, person

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf

LATER = NOW + timedelta(minutes=1)
"""After all else that is published, so that this study area is the newest."""
AREA, PICTURE = "area-0000000000aa", "c-0000000000aa"
MONTHS = tuple(months_between(Month(2026, 1), Month(2026, 4)))
"""Of these April is not over for 28 days on 5 May 2026."""
EVIL = "=cmd|'/c calc'!A1"
PLACES = (
    ("Northbank", "Abbey"),
    ("Northbank", "Bridge"),
    ("Northbank", EVIL),
    ("Southbank", "Castle"),
    ("Southbank", "Dock"),
    ("Farbank", "Edge"),
)
CELLS = tuple(f"E0200000{n}" for n in range(len(PLACES)))
ROBBERIES = (3, 9, 0, 6, 7)
VIOLENCE = 20
DOMESTIC = {"Northbank": 12, "Southbank": 3}
ELSEWHERE = 4
BCU = {"Northbank": "North BCU", "Southbank": "North BCU", "Farbank": "Far BCU"}

OFFICER_OF_DATA = person("u-010", "Dora Data", Role.DATA_PROTECTION_OFFICER)
PARTNER = person("u-011", "Petra Partner", Role.PARTNER)
OF_NORTHBANK = person("u-012", "Noel Northbank", Role.PARTNER, borough="Northbank")
OTHER_PARTNER = person("u-013", "Olga Other", Role.PARTNER)
NORTH_BCU = person("u-014", "Nia North", Role.AREA_COMMANDER, bcu="North BCU")


@dataclass(slots=True)
class SharingCookies:
    """Sessions of the people here."""

    people: dict[str, Person] = field(
        default_factory=lambda: {
            "ann": ANALYST,
            "cora": COMMANDER,
            "nora": NORTH,
            "nia": NORTH_BCU,
            "nick": NOBODY,
            "dora": OFFICER_OF_DATA,
            "petra": PARTNER,
            "noel": OF_NORTHBANK,
            "olga": OTHER_PARTNER,
        }
    )

    def find(self, cookie: str, *, at: datetime) -> Session | None:  # noqa: ARG002 - the protocol's signature
        found = self.people.get(cookie)
        return None if found is None else Session(id=f"session of {cookie}", person=found)


def publish_figures(shelf: Shelf, *, is_marked: bool = True) -> None:
    """Publish the area and the picture; domestic abuse is marked, or not told apart."""
    with transaction(shelf.database, ANALYST.actor, purpose="Figures.", at=LATER) as tx:
        publish(tx, _area())
        publish(tx, _picture(is_marked=is_marked))


def _area() -> Any:  # noqa: ANN401 - a copy of a run
    boroughs = [borough for borough, _ in PLACES]
    cells = pa.table(
        {
            "cell_id": CELLS,
            "ward": [ward for _, ward in PLACES],
            "borough": boroughs,
            "bcu": [BCU[borough] for borough in boroughs],
            "lon": [0.0] * len(PLACES),
            "lat": [51.5] * len(PLACES),
            "geometry": shapely.to_wkb([shapely.box(n, 0, n + 1, 1) for n in range(len(PLACES))]),
        }
    )
    clock = Clock()
    shifts = [
        {"name": s.name, "starts": s.starts.isoformat(), "ends": s.ends.isoformat()}
        for s in clock.shifts
    ]
    record = {
        "id": AREA,
        "kind": "area",
        "name": "Town",
        "crs": 27700,
        "clock": {"zone": clock.zone, "shifts": shifts},
    }
    return run_copy(record, {"cells": cells})


def _picture(*, is_marked: bool) -> Any:  # noqa: ANN401 - a copy of a run
    rows: list[dict[str, Any]] = []

    def add(borough: str, cell: str | None, month: Month, n: int, **how: str) -> None:
        rows.append(
            {
                "cell_id": cell,
                "borough": borough,
                "month": month.first,
                "offence": how.get("offence", "robbery"),
                "setting": how.get("setting", "street"),
                "n": n,
                "harm": 100.0 * n,
            }
        )

    for month in MONTHS:
        for n, robberies in enumerate(ROBBERIES):
            add(PLACES[n][0], CELLS[n], month, robberies)
            add(PLACES[n][0], CELLS[n], month, VIOLENCE, offence="violence_with_injury")
        add("Northbank", None, month, ELSEWHERE, setting="indoor")
        for borough, n in DOMESTIC.items() if is_marked else ():
            add(borough, None, month, n, setting="domestic", offence="violence_with_injury")
    published = [
        {"borough": name, "month": month.first, "known": name != "Farbank"}
        for name in sorted(set(BCU))
        for month in MONTHS
    ]
    dates = pa.schema([("borough", pa.string()), ("month", pa.date32()), ("known", pa.bool_())])
    tables = {
        "counts": pa.Table.from_pylist([row for row in rows if row["n"]]),
        "published": pa.Table.from_pylist(published, schema=dates),
        "street_words": pa.table({"words": [ward for _, ward in PLACES]}),
    }
    result = {
        "title": "Violence",
        "harm_version": "harm-1",
        "trained_to": "2026-04-30",
        "unknown_setting_share": 0.0,
    }
    record = run_record(PICTURE, "picture", result=result, settings={"area": AREA})
    return run_copy(record, tables, AREA)
