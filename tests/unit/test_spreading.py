"""A record dated by an interval is counted once, and rows alike by elapsed time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.core.time import Clock
from rightplace.crime.counting import Counts, count, degrees_of, places_of
from rightplace.engines.engine import Engine
from tests.crime_rows import Row, rows_of, utc

if TYPE_CHECKING:
    from collections.abc import Sequence

LONDON = Clock()
EARLY, LATE, NIGHT, NO_SHIFT = 0, 1, 2, -1
FRIDAY = date(2018, 6, 1)
SATURDAY, SUNDAY, MONDAY = (FRIDAY + timedelta(days=n) for n in (1, 2, 3))
# A burglary between Friday 18:00 and Monday 08:00 on London's clocks (an hour before UTC).
WEEKEND = Row(start=utc(FRIDAY, 17), end=utc(MONDAY, 7))
HOURS = {
    (FRIDAY, LATE): 5,
    (FRIDAY, NIGHT): 8,
    (SATURDAY, EARLY): 8,
    (SATURDAY, LATE): 8,
    (SATURDAY, NIGHT): 8,
    (SUNDAY, EARLY): 8,
    (SUNDAY, LATE): 8,
    (SUNDAY, NIGHT): 8,
    (MONDAY, EARLY): 1,
}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(memory="200MB", threads=1)


def counted(engine: Engine, rows: Sequence[Row]) -> Counts:
    """Count rows whose longitude, in hundredths of a degree, is the number of their cell."""
    table = rows_of(engine, rows)
    places = places_of(engine, table)
    lon, _ = degrees_of(places)
    cells = np.rint(lon * 100).astype(np.int32)
    return count(engine, table, places=places, cells=cells, clock=LONDON)


def by_slot(counts: Counts) -> Counter[tuple[date, int]]:
    found: Counter[tuple[date, int]] = Counter()
    for day, shift, n in zip(
        counts.day.tolist(), counts.shift.tolist(), counts.n.tolist(), strict=True
    ):
        found[day, shift] += n
    return found


@pytest.mark.parametrize("same_cell", [True, False])
def test_records_alike_are_spread_over_the_slots_of_their_interval_by_elapsed_hours(
    engine: Engine, *, same_cell: bool
) -> None:
    rows = [replace(WEEKEND, lon=0.0 if same_cell else n / 100) for n in range(124)]
    found = by_slot(counted(engine, rows))
    assert sum(HOURS.values()) == 62
    assert sum(found.values()) == 124
    assert set(found) == set(HOURS)
    assert all(abs(found[slot] - 2 * hours) <= 2 for slot, hours in HOURS.items()), found


def test_a_single_record_is_counted_once_in_one_slot_of_its_interval(engine: Engine) -> None:
    counts = counted(engine, [replace(WEEKEND, lon=0.0)])
    ((slot, n),) = by_slot(counts).items()
    assert n == counts.incidents.sum() == 1
    assert slot in HOURS
    assert not counts.vague.any()


def test_the_offences_of_one_incident_are_counted_in_the_same_slot(engine: Engine) -> None:
    row = replace(WEEKEND, lon=0.0)
    two = [replace(row, incident=1), replace(row, incident=1, offence="homicide")]
    more = [row] * 20
    counts = counted(engine, two + more)
    homicide = counts.where(counts.offence == "homicide")
    alone = by_slot(counted(engine, [row]))
    assert by_slot(homicide) == alone


def test_a_night_that_clocks_shorten_gets_an_hour_less(engine: Engine) -> None:
    # 24 March 2018, 15:00 to 07:00: eight hours of the late shift, seven of the night.
    spring = date(2018, 3, 24)
    row = Row(start=utc(spring, 15), end=utc(spring + timedelta(days=1), 6), lon=0.0)
    found = by_slot(counted(engine, [row] * 150))
    assert abs(found[spring, LATE] - 80) <= 2
    assert abs(found[spring, NIGHT] - 70) <= 2


def test_records_that_give_days_only_are_spread_over_days_and_never_over_shifts(
    engine: Engine,
) -> None:
    midnight = utc(date(2018, 5, 31), 23)
    row = Row(start=midnight, end=midnight + timedelta(days=3), precision="day", lon=0.0)
    found = by_slot(counted(engine, [row] * 30))
    days = ((FRIDAY, NO_SHIFT), (SATURDAY, NO_SHIFT), (SUNDAY, NO_SHIFT))
    assert set(found) == set(days)
    assert all(abs(found[day] - 10) <= 1 for day in days)


@pytest.mark.parametrize(("minutes_more", "vague"), [(0, False), (1, True)])
def test_an_interval_of_more_than_28_days_is_vague_and_stands_on_its_first_day(
    engine: Engine, *, minutes_more: int, vague: bool
) -> None:
    start = utc(FRIDAY, 17)
    end = start + timedelta(days=28, minutes=minutes_more)
    rows = [Row(start=start, end=end, lon=n / 100) for n in range(30)]
    counts = counted(engine, rows)
    assert (counts.vague == vague).all()
    if vague:
        assert by_slot(counts) == {(FRIDAY, NO_SHIFT): 30}
    else:
        assert len(set(counts.day.tolist())) > 20


def test_a_moment_does_not_depend_on_records_whose_intervals_end_later(engine: Engine) -> None:
    first = [replace(WEEKEND, lon=0.0, offence=f"first {n}") for n in range(5)]
    day = timedelta(days=1)
    later = [
        Row(start=utc(FRIDAY, 0) - day, end=utc(MONDAY, 7) + n * day, lon=0.0) for n in (1, 2, 3)
    ]

    def of_first(rows: Sequence[Row]) -> dict[str, tuple[date, int]]:
        counts = counted(engine, rows)
        slots = zip(counts.day.tolist(), counts.shift.tolist(), strict=True)
        named = zip(counts.offence.tolist(), slots, strict=True)
        return {name: slot for name, slot in named if name.startswith("first")}

    assert of_first(first) == of_first(first + later)


def test_turns_are_a_golden_step_of_elapsed_time_apart(engine: Engine) -> None:
    # Cell 0 begins at 0.414 of the interval; the next record stands 0.618 on, less 1: at 0.032.
    row = Row(start=utc(FRIDAY, 14), end=utc(SATURDAY, 6), lon=0.0)  # late 8 h, night 8 h
    found = [by_slot(counted(engine, [row] * n)) for n in (1, 2, 3, 4)]
    # At 0.414, 0.032, 0.650 and 0.268 of sixteen hours: late, late, night, late.
    assert [f[FRIDAY, LATE] for f in found] == [1, 2, 2, 3]
    assert [f[FRIDAY, NIGHT] for f in found] == [0, 0, 1, 1]
