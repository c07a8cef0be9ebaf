"""Violence round an authorisation: counted where records give times, else said to be unknown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely

from rightplace.app.service.section_60_violence import (
    MONTHLY,
    NO_TIME,
    NO_WORKSPACE,
    NOTHING,
    TO_COME,
    violence_of,
)
from rightplace.places.projection import to_degrees
from rightplace.powers.section_60.authorisation import authorisation_of
from rightplace.powers.section_60.grounds import Form
from rightplace.powers.section_60.happened import Officer
from rightplace.powers.section_60.history import (
    Authorised,
    Drafted,
    LocalityChosen,
    PeriodChosen,
)
from tests.small_files import FEED, World, record, street, write

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.powers.section_60.authorisation import Authorisation
    from rightplace.powers.section_60.happened import Happened

LONDON = ZoneInfo("Europe/London")
STARTS = datetime(2018, 6, 1, 20, tzinfo=LONDON)
LATER = STARTS + timedelta(days=30)
BY = Officer(id="u-1", name="A. Grey")


def square() -> str:
    """200 metres about Trafalgar Square, where records of the feed lie, as GeoJSON."""
    x = np.array([529_900.0, 530_100.0, 530_100.0, 529_900.0])
    y = np.array([180_300.0, 180_300.0, 180_500.0, 180_500.0])
    lon, lat = to_degrees(27700, x, y)
    return str(shapely.to_geojson(shapely.Polygon(np.column_stack((lon, lat)))))


def four_hours(*, given: bool = True) -> Authorisation:
    told: dict[str, Any] = {"at": STARTS, "entered_at": STARTS, "by": BY}
    history: list[Happened] = [
        Drafted(**told, force="metropolitan", bcu="North"),
        LocalityChosen(**told, outline=square(), words="The square", boroughs=(), area_km2=0.04),
        PeriodChosen(**told, starts=STARTS, ends=STARTS + timedelta(hours=4)),
    ]
    if given:
        history.append(Authorised(**told, form=Form.WRITTEN, signed_at=STARTS))
    return authorisation_of(tuple(history))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_violence_is_counted_in_equal_periods_in_the_square_and_in_the_ring(
    world: World,
) -> None:
    rows = [
        record("1", occurred_from="01/06/2018 17:00", occurred_to="01/06/2018 17:05"),
        record("2"),  # 22:00 in the square
        record("3", easting="530400"),  # 22:00, 300 metres from its edge
        record("4", easting="530700"),  # 22:00, 600 metres from its edge
        record("5", offence="Shoplifting"),  # no violence
        record("6", occurred_from="02/06/2018 00:00", occurred_to="02/06/2018 00:05"),
        record("7", occurred_from="02/06/2018 04:00", occurred_to="02/06/2018 04:05"),
    ]
    world.ingest(write(world.root / "feed.csv", rows, FEED), mapping="force_extract")
    found = violence_of(world.workspace, four_hours(), at=LATER)
    assert found.not_known == ""
    assert [(each.spell.name, each.locality, each.ring) for each in found.counted] == [
        ("before", 1, 0),
        ("during", 1, 1),
        ("after", 1, 0),
    ]
    early = violence_of(world.workspace, four_hours(), at=STARTS + timedelta(hours=5))
    assert [each.spell.name for each in early.counted] == ["before", "during"]
    assert TO_COME.capitalize() in early.note


def test_monthly_data_tell_nothing_of_hours(world: World) -> None:
    rows = [street(n, Longitude="-0.128", Latitude="51.5075") for n in range(3)]
    world.ingest(write(world.root / "2018-06-city-of-london-street.csv", rows))
    assert violence_of(world.workspace, four_hours(), at=LATER).not_known == MONTHLY


def test_without_records_without_a_workspace_or_without_a_period_nothing_is_known(
    world: World,
) -> None:
    assert violence_of(world.workspace, four_hours(), at=LATER).not_known == NOTHING
    assert violence_of(None, four_hours(), at=LATER).not_known == NO_WORKSPACE
    assert violence_of(None, four_hours(given=False), at=LATER).not_known == NO_TIME
