"""Breaks of a series that are known by their day: recording, releases, lockdowns; windows."""

from __future__ import annotations

from datetime import date

import pytest

from rightplace.app.evaluation.vintages import UNDECLARED, same_recording, vintages
from rightplace.app.evaluation.windows import periods_of
from rightplace.crime.holdings import Entry, Holdings, Partition, holdings
from rightplace.errors import UnsupportedByDataError
from rightplace.evaluate.operations.plan import Step
from rightplace.evaluate.recording import (
    Recorded,
    lockdown_check,
    lockdowns,
    recording_changes,
    recording_found,
)
from tests.operation_plans import when

MET = "data.police.uk/metropolitan/crimes"
WARDS = "london-datastore/metropolitan-by-ward/area_counts"


def series(first: date, last: date, *, population: str = MET, england: bool = True) -> Recorded:
    return Recorded(
        first=first,
        last=last,
        populations=(population,),
        classes=frozenset({"robbery"}),
        in_england=england,
    )


@pytest.mark.parametrize(
    ("first", "last", "passed"),
    [
        (date(2019, 1, 1), date(2020, 3, 25), True),
        (date(2019, 1, 1), date(2020, 3, 26), False),
        (date(2020, 7, 4), date(2020, 11, 4), True),
        (date(2020, 12, 2), date(2021, 1, 5), False),
        (date(2021, 7, 18), date(2022, 1, 1), False),
        (date(2021, 7, 19), date(2022, 1, 1), True),
    ],
)
def test_a_day_inside_a_lockdown_fails_the_check(first: date, last: date, *, passed: bool) -> None:
    assert lockdown_check(series(first, last)).passed is passed


def test_lockdowns_of_england_say_nothing_of_other_countries() -> None:
    found = lockdown_check(series(date(2020, 1, 1), date(2020, 12, 31), england=False))
    assert found.passed
    assert "outside England" in found.words


def test_the_change_of_system_of_2024_breaks_the_tables_it_touches_and_is_said_unverified() -> None:
    across = (date(2024, 1, 1), date(2024, 6, 30))
    told = recording_found(series(*across, population=WARDS))
    assert len(told) == 1
    assert "CONNECT" in told[0]
    assert "not verified" in told[0]
    assert recording_found(series(*across, population="toronto/toronto/crimes")) == []
    assert recording_found(series(date(2024, 3, 1), date(2024, 6, 30), population=WARDS)) == []
    assert len(recording_found(series(date(2024, 2, 29), date(2024, 3, 1), population=WARDS))) == 1


def test_every_row_of_the_tables_has_its_origin() -> None:
    assert all(each.origin and each.what for each in recording_changes())
    assert all(each.origin and each.what for each in lockdowns())
    assert all(not each.what.endswith(".") for each in recording_changes())


def entry(name: str, release: date | None, *months: str, extent: tuple[str, ...] = ()) -> Entry:
    return Entry(
        entry_id=name,
        kind="crimes",
        path=f"{name}.csv",
        sha256=name * 8,
        mapping="police_uk",
        mapping_sha256="0",
        publisher="data.police.uk",
        release=release,
        upsert=False,
        dense=True,
        read=1,
        quarantined={},
        superseded={},
        partitions=tuple(Partition(population=MET, month=month, rows=1) for month in months),
        extent=extent,
    )


def held(*entries: Entry) -> Holdings:
    return holdings(entries, kind="crimes")


def test_two_releases_of_one_month_side_by_side_are_refused() -> None:
    north = entry("a", date(2018, 1, 1), "2018-01", extent=("north",))
    south = entry("b", date(2018, 6, 1), "2018-01", extent=("south",))
    with pytest.raises(UnsupportedByDataError, match="2018-01-01 and 2018-06-01"):
        vintages(held(north, south), {MET}, {"2018-01"})
    assert vintages(held(north, south), {MET}, {"2018-02"}) == {}


def test_a_later_release_of_a_month_replaces_the_earlier_and_is_no_mixture() -> None:
    old, new = entry("a", date(2018, 1, 1), "2018-01"), entry("b", date(2018, 6, 1), "2018-01")
    assert vintages(held(old, new), {MET}, {"2018-01"}) == {
        "2018-01": frozenset({f"{MET}, 2018-06-01"})
    }


def test_one_undeclared_release_of_both_windows_is_the_same_recording() -> None:
    found = vintages(held(entry("a", None, "2018-01", "2018-02")), {MET}, {"2018-01", "2018-02"})
    before, during = {"2018-01": found["2018-01"]}, {"2018-02": found["2018-02"]}
    assert same_recording(before, during, breaks=[]).passed
    assert UNDECLARED in same_recording(before, during, breaks=[]).words
    assert not same_recording(before, during, breaks=["The system changed."]).passed
    other = {"2018-02": frozenset({f"{MET}, 2018-06-01"})}
    assert not same_recording(before, other, breaks=[]).passed


def test_weeks_are_whole_and_end_where_the_operation_begins() -> None:
    found = periods_of(when(date(2018, 1, 1), date(2018, 1, 18), date(2018, 2, 2), step=Step.WEEK))
    # 17 days before hold two weeks, 16 days from the start hold two; three and two are left over.
    starts = [str(day) for day in found.starts]
    assert starts == ["2018-01-04", "2018-01-11", "2018-01-18", "2018-01-25"]
    assert (found.first_treated, found.part_days) == (2, 5)


def test_days_are_counted_each() -> None:
    found = periods_of(when(date(2018, 1, 1), date(2018, 1, 4), date(2018, 1, 5), step=Step.DAY))
    assert (found.starts.size, found.first_treated, found.part_days) == (5, 3, 0)


def test_a_window_without_a_whole_month_is_refused() -> None:
    with pytest.raises(UnsupportedByDataError, match="of the operation has no whole month"):
        periods_of(when(date(2018, 1, 1), date(2018, 3, 2), date(2018, 4, 29)))
    with pytest.raises(UnsupportedByDataError, match="before has no whole month"):
        periods_of(when(date(2018, 1, 2), date(2018, 2, 1), date(2018, 4, 30)))
