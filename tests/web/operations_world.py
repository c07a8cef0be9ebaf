"""A workspace with one study area, a unit, and people who may see operations here or there.

The area is tests.worlds: sixteen squares; Camden A to D and Islington A to D are the BCU Central
North, Haringey and Enfield are North, Hackney in Central East.
"""

from __future__ import annotations

import atexit
import shutil
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from rightplace.app.areas import define_area
from rightplace.app.service.data_page import HeldData
from rightplace.app.workspace import Workspace
from rightplace.evaluate.operations.entries import UnitTold
from rightplace.evaluate.operations.units import Formed, Renamed
from rightplace.places import AreaSettings, Unit
from rightplace.records.accounts.roles import Role
from rightplace.records.audit.transaction import transaction
from rightplace.records.operations.log import tell
from tests.web.published import NOW
from tests.web.signed_in import ANALYST, COMMANDER, NOBODY, NORTH, KnownCookies, person
from tests.worlds import PLACES, write_outlines

if TYPE_CHECKING:
    from rightplace.web.desk import Desk

CAMDEN = tuple(place.code for place in PLACES[:4])
ISLINGTON = tuple(place.code for place in PLACES[4:8])
PEOPLE = {
    "ann": ANALYST,
    "cora": COMMANDER,
    "nora": NORTH,
    "nick": NOBODY,
    "pat": person("u-030", "Pat Panel", Role.SCRUTINY_PANEL),
    "carl": person("u-031", "Carl Camden", Role.ANALYST, bcu="Central North", borough="Camden"),
    "ivy": person("u-033", "Ivy Islington", Role.ANALYST, bcu="Central North", borough="Islington"),
    "hana": person("u-032", "Hana Hackney", Role.ANALYST, bcu="Central East", borough="Hackney"),
}
UNIT = "violence-taskforce"
TYPED = {
    "title": "Operation Lantern <b>",
    "unit_id": UNIT,
    "question": "Do visits to Camden lower recorded robbery there?",
    "tactics": "visits of 15 minutes\nplain talk with shopkeepers",
    "where_how": "boroughs",
    "where_names": "Camden",
    "control_how": "boroughs",
    "control_names": "Islington\nHaringey",
    "chosen_by": "high-counts",
    "chosen_because": "They had the most robberies.",
    "elsewhere": "none known",
    "before_from": "2025-06-01",
    "starts": "2026-06-01",
    "ends": "2026-08-31",
    "step": "month",
    "classes": "robbery",
    "outcome": "Recorded robbery",
    "harm": "yes",
    "design": "difference-in-differences",
    "smallest_percent": "15",
    "looks": "1",
    "stop_rule": "none",
    "patrol_minutes": "21,600",
    "cost_pounds": "",
}


def with_workspace(desk: Desk, folder: Path) -> Desk:
    """The desk beside a workspace with a study area; the unit was renamed once."""
    shutil.copytree(_area_once(), folder, dirs_exist_ok=True)
    workspace = Workspace(folder)
    formed = Formed(on=date(2016, 1, 1), unit_id=UNIT, name="Robbery team")
    renamed = Renamed(on=date(2023, 1, 1), unit_id=UNIT, name="Violence taskforce")
    with transaction(desk.shelf.database, ANALYST.actor, purpose="Units.", at=NOW) as tx:
        tell(tx, [UnitTold(event=formed), UnitTold(event=renamed)])
    return replace(desk, sessions=KnownCookies(people=dict(PEOPLE)), data=HeldData(workspace))


@cache
def _area_once() -> Path:
    """A workspace with the study area, made once for all tests of this process, which copy it."""
    folder = Path(mkdtemp(prefix="area-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    outlines = write_outlines(folder / "lsoa.geojson")
    define_area(Workspace(folder), outlines, AreaSettings(unit=Unit.LSOA))
    return folder
