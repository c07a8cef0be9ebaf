"""Counting by cell, policing day and shift; no step invents precision."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest

from rightplace.core.time import Clock, Shift
from rightplace.crime.counting import Counts, count, degrees_of, name_counts, places_of
from rightplace.engines.engine import Engine
from tests.crime_rows import Row, rows_of, utc

if TYPE_CHECKING:
    from collections.abc import Sequence

LONDON = Clock()
MONDAY = date(2018, 6, 4)  # British Summer Time: clocks show an hour more than UTC
SPRING, AUTUMN = date(2018, 3, 25), date(2018, 10, 28)  # clocks change at 01:00 UTC
HALF_HOUR = timedelta(minutes=30)
EARLY, LATE, NIGHT, NO_SHIFT = 0, 1, 2, -1


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(memory="200MB", threads=1)


def counted(engine: Engine, rows: Sequence[Row], clock: Clock = LONDON) -> Counts:
    """Count rows that all lie in cell 0, but for those without a point."""
    table = rows_of(engine, rows)
    places = places_of(engine, table)
    lon, _ = degrees_of(places)
    cells = np.where(np.isnan(lon), -1, 0).astype(np.int32)
    return count(engine, table, places=places, cells=cells, clock=clock)


def at(start: datetime, *, lasting: timedelta = timedelta(minutes=1)) -> Row:
    return Row(start=start, end=start + lasting)


def only(counts: Counts) -> tuple[date, int]:
    """Return day and shift of the one count there is."""
    (day,), (shift,) = counts.day.tolist(), counts.shift.tolist()
    return day, shift


@pytest.mark.parametrize(
    ("start", "day", "shift"),
    [
        (utc(MONDAY, 6), MONDAY, EARLY),  # 07:00
        (utc(MONDAY, 13, 59), MONDAY, EARLY),  # 14:59
        (utc(MONDAY, 14), MONDAY, LATE),  # 15:00
        (utc(MONDAY, 22), MONDAY, NIGHT),  # 23:00
        (utc(MONDAY, 5, 59), date(2018, 6, 3), NIGHT),  # 06:59 belongs to Sunday's night
    ],
)
def test_a_moment_lies_in_the_shift_of_its_policing_day(
    engine: Engine, start: datetime, day: date, shift: int
) -> None:
    assert only(counted(engine, [at(start)])) == (day, shift)


@pytest.mark.parametrize("change", [SPRING, AUTUMN])
def test_every_half_hour_round_a_change_of_clocks_lies_in_the_slot_that_covers_it(
    engine: Engine, change: date
) -> None:
    slots = list(LONDON.slots(change - timedelta(days=2), 4))
    names = [shift.name for shift in LONDON.shifts]
    covered = {}
    for slot in slots:
        moment = slot.start
        while moment < slot.end:
            covered[moment] = (slot.policing_day, names.index(slot.shift))
            moment += HALF_HOUR
    # 4 policing days of 24 hours, one of them an hour shorter or longer.
    assert len(covered) == 2 * (4 * 24 + (-1 if change == SPRING else 1))
    named = [replace(at(moment), offence=moment.isoformat()) for moment in covered]
    counts = counted(engine, named)
    lies = zip(counts.day.tolist(), counts.shift.tolist(), strict=True)
    found = dict(zip(counts.offence.tolist(), lies, strict=True))
    assert found == {moment.isoformat(): slot for moment, slot in covered.items()}


def test_shifts_of_another_force_are_its_own(engine: Engine) -> None:
    two = Clock(
        shifts=(
            Shift(name="day", starts=time(6), ends=time(18)),
            Shift(name="night", starts=time(18), ends=time(6)),
        )
    )
    assert only(counted(engine, [at(utc(MONDAY, 17))], two)) == (MONDAY, 1)  # 18:00
    assert only(counted(engine, [at(utc(MONDAY, 16, 59))], two)) == (MONDAY, 0)


def test_an_interval_that_ends_as_the_shift_ends_lies_in_it(engine: Engine) -> None:
    assert only(counted(engine, [at(utc(MONDAY, 13, 30), lasting=HALF_HOUR)])) == (MONDAY, EARLY)


def test_a_record_with_a_day_only_has_no_shift_and_its_calendar_day(engine: Engine) -> None:
    midnight = datetime(2018, 6, 3, 23, tzinfo=UTC)  # 00:00 on Monday
    row = Row(start=midnight, end=midnight + timedelta(days=1), precision="day")
    counts = counted(engine, [row])
    assert only(counts) == (MONDAY, NO_SHIFT)
    assert not counts.timed.any()
    assert not counts.monthly.any()


def test_a_monthly_record_stands_on_the_first_of_its_month_without_shift(engine: Engine) -> None:
    # June on the London clock: 31 May 23:00 to 30 June 23:00 in UTC; published as 2018-06.
    row = Row(
        start=utc(date(2018, 5, 31), 23),
        end=utc(date(2018, 6, 30), 23),
        precision="month",
        month=date(2018, 6, 1),
    )
    counts = counted(engine, [row])
    assert only(counts) == (date(2018, 6, 1), NO_SHIFT)
    assert counts.monthly.all()


def test_rows_alike_are_counted_together_and_incidents_by_their_first_row(engine: Engine) -> None:
    moment = at(utc(MONDAY, 8))
    rows = [moment, replace(moment, incident=1), replace(moment, offence="homicide")]
    counts = counted(engine, rows)
    assert dict(zip(counts.offence.tolist(), counts.n.tolist(), strict=True)) == {
        "robbery": 2,
        "homicide": 1,
    }
    assert counts.incidents[counts.offence == "robbery"].tolist() == [1]


def test_a_row_without_a_point_is_counted_outside(engine: Engine) -> None:
    rows = [at(utc(MONDAY, 8)), replace(at(utc(MONDAY, 8)), lon=None, lat=None)]
    counts = counted(engine, rows)
    assert sorted(zip(counts.cell.tolist(), counts.n.tolist(), strict=True)) == [(-1, 1), (0, 1)]


def test_a_cancelled_row_is_counted_apart(engine: Engine) -> None:
    rows = [at(utc(MONDAY, 8)), replace(at(utc(MONDAY, 8)), status="cancelled")]
    counts = counted(engine, rows)
    assert sorted(zip(counts.current.tolist(), counts.n.tolist(), strict=True)) == [
        (False, 1),
        (True, 1),
    ]


def test_names_are_counted_by_cell_the_most_frequent_first(engine: Engine) -> None:
    here = replace(at(utc(MONDAY, 8)), place_name="High Street")
    rows = [here, here, replace(here, place_name="Low Lane"), replace(here, place_name=None)]
    rows.append(replace(here, lon=None, lat=None))
    table = rows_of(engine, rows)
    places = places_of(engine, table)
    lon, _ = degrees_of(places)
    cells = np.where(np.isnan(lon), -1, 7).astype(np.int32)
    found = name_counts(engine, table, places=places, cells=cells)
    assert found.select(["cell", "place_name", "n"]).to_pylist() == [
        {"cell": 7, "place_name": "High Street", "n": 2},
        {"cell": 7, "place_name": "Low Lane", "n": 1},
    ]
    assert found["lon"].to_pylist() == pytest.approx([-0.1, -0.1])


def test_places_are_asked_for_once_each(engine: Engine) -> None:
    moment = at(utc(MONDAY, 8))
    rows = [moment, moment, replace(moment, lsoa="E01000001"), replace(moment, lon=None, lat=None)]
    places = places_of(engine, rows_of(engine, rows))
    assert isinstance(places, pa.Table)
    assert places.num_rows == 3
