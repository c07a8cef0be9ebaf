"""What holds of every interval: engine and plain reference agree, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rightplace.core.time import Clock
from rightplace.crime.counting import count, degrees_of, places_of
from rightplace.crime.reference.spreading import Record, dated
from rightplace.engines.engine import Engine
from tests.crime_rows import Row, rows_of

ENGINE = Engine(memory="200MB", threads=1)
CLOCK = Clock()
# Round the night in which London's clocks go back, when 01:00 to 02:00 comes twice.
FIRST = datetime(2018, 10, 25, tzinfo=UTC)

record = st.builds(
    lambda cell, start, lasting, precision: Record(
        cell=cell,
        incident=0,
        start=FIRST + timedelta(minutes=30 * start),
        end=FIRST + timedelta(minutes=30 * (start + lasting)),
        precision=precision,
    ),
    cell=st.integers(0, 2),
    start=st.integers(0, 48 * 7),
    lasting=st.sampled_from([1, 2, 16, 48, 49, 48 * 3, 48 * 28, 48 * 28 + 1]),
    precision=st.sampled_from(["minute", "hour", "day"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(record, min_size=1, max_size=12))
def test_engine_and_reference_agree_on_when_each_record_is_counted(records: list[Record]) -> None:
    numbered = [
        Record(cell=r.cell, incident=n, start=r.start, end=r.end, precision=r.precision)
        for n, r in enumerate(records, start=1)
    ]
    rows = [
        Row(
            start=r.start,
            end=r.end,
            precision=r.precision,
            lon=r.cell / 100,
            offence=str(r.incident),
        )
        for r in numbered
    ]
    table = rows_of(ENGINE, rows)
    places = places_of(ENGINE, table)
    cells = np.rint(degrees_of(places)[0] * 100).astype(np.int32)
    counts = count(ENGINE, table, places=places, cells=cells, clock=CLOCK)
    assert counts.n.sum() == counts.incidents.sum() == len(records)
    found = {
        int(name): (day, shift, vague)
        for name, day, shift, vague in zip(
            counts.offence.tolist(),
            counts.day.tolist(),
            counts.shift.tolist(),
            counts.vague.tolist(),
            strict=True,
        )
    }
    assert [found[r.incident] for r in numbered] == dated(CLOCK, numbered)


@settings(max_examples=50, deadline=None)
@given(st.lists(record, min_size=1, max_size=12))
def test_the_order_of_records_does_not_matter(records: list[Record]) -> None:
    alike = sorted(dated(CLOCK, records))
    assert sorted(dated(CLOCK, records[::-1])) == alike


@settings(max_examples=50, deadline=None)
@given(st.lists(record, min_size=1, max_size=12))
def test_every_day_counted_lies_in_the_interval(records: list[Record]) -> None:
    for each, (day, _, _) in zip(records, dated(CLOCK, records), strict=True):
        a_day = timedelta(days=1)
        first = each.start.astimezone(CLOCK.tzinfo).date() - a_day
        assert first <= day <= each.end.astimezone(CLOCK.tzinfo).date()
