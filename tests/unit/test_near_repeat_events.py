"""Files of events: columns by name, days in any order, incidents joined, what cannot be meant."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.app.near_repeat.events import Events, read_events
from rightplace.app.near_repeat.table import EventFile
from rightplace.errors import (
    BadInputError,
    NotHeldError,
    RightplaceError,
    UnsupportedByDataError,
    UsageError,
)

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "x,y,date"


def read(folder: Path, *rows: str, header: str = HEADER, **asked: Any) -> Events:  # noqa: ANN401 - options of any kind
    path = folder / "events.csv"
    path.write_text("\n".join([*([header] if header else []), *rows, ""]), encoding="utf-8")
    return read_events(EventFile(path=path, columns=asked.pop("columns", {}), **asked))


def refused(folder: Path, *rows: str, header: str = HEADER, **asked: Any) -> RightplaceError:  # noqa: ANN401 - as above
    with pytest.raises(RightplaceError) as caught:
        read(folder, *rows, header=header, **asked)
    return caught.value


def codes(events: Events) -> list[str]:
    return [notice.code for notice in events.notices]


def test_places_and_days_are_read_and_said(tmp_path: Path) -> None:
    events = read(tmp_path, "500000,200000,2016-01-01", "500100.5,200000,2016-01-03")
    assert events.xy.tolist() == [[500000, 200000], [500100.5, 200000]]
    assert (events.days - events.days[0]).tolist() == [0, 2]
    assert (str(events.first_day), str(events.last_day)) == ("2016-01-01", "2016-01-03")
    assert events.columns == "x and y as metres; date as year-month-day"
    assert (events.read, events.left_out, events.joined, events.alike) == (2, 0, 0, 0)
    assert events.notices == ()


def test_a_compressed_file_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "events.csv.gz"
    path.write_bytes(gzip.compress(b"Easting,Northing,Date\n1,2,2016-01-01\n"))
    assert read_events(EventFile(path=path, columns={})).xy.tolist() == [[1, 2]]


def test_three_columns_without_a_header_are_x_y_and_date(tmp_path: Path) -> None:
    events = read(tmp_path, "500000,200000,2016-01-01", "500000,200000,2016-01-02", header="")
    assert events.read == 2
    assert "the file has no header" in events.columns


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (("01/02/2016", "28/02/2016"), "day/month/year"),
        (("02/01/2016", "02/28/2016"), "month/day/year"),
        (("2016/02/01", "2016/02/28"), "year-month-day"),
        (("20160201", "20160228"), "year-month-day"),
        (("2016-02-01T00:00:00", "2016-02-28 00:00"), "year-month-day"),
        (("2016-02-01T00:00:00Z", "2016/02/28 00:00:00+00"), "year-month-day"),
        (("02/01/2016 12:00:00 AM", "02/28/2016 12:00:00 AM"), "month/day/year"),
    ],
)
def test_the_order_of_day_and_month_is_found_over_all_rows(
    tmp_path: Path, written: tuple[str, str], words: str
) -> None:
    events = read(tmp_path, *(f"500000,200000,{day}" for day in written))
    assert (str(events.first_day), str(events.last_day)) == ("2016-02-01", "2016-02-28")
    assert events.columns.endswith(f"date as {words}")


def test_days_that_could_be_months_need_a_word_from_the_user(tmp_path: Path) -> None:
    rows = ("500000,200000,01/02/2016", "500000,200000,03/02/2016")
    error = refused(tmp_path, *rows)
    assert isinstance(error, BadInputError)
    assert "--date-format dayfirst" in str(error)
    assert str(read(tmp_path, *rows, date_format="dayfirst").last_day) == "2016-02-03"
    assert str(read(tmp_path, *rows, date_format="%m/%d/%Y").last_day) == "2016-03-02"


def test_a_year_in_front_is_never_a_day(tmp_path: Path) -> None:
    events = read(tmp_path, "1,2,2016-02-03", "1,2,28/02/2016")
    assert (str(events.first_day), str(events.last_day)) == ("2016-02-03", "2016-02-28")


def test_rows_that_disagree_about_the_order_are_both_named(tmp_path: Path) -> None:
    error = refused(tmp_path, "1,2,13/01/2016", "1,2,01/02/2016", "1,2,01/13/2016")
    assert (error.fault.row, error.fault.value) == (3, "01/13/2016")
    assert "another order here than in row 1" in str(error)


def test_a_time_of_day_is_refused_unless_it_is_to_be_cut_off(tmp_path: Path) -> None:
    rows = ("1,2,2016-01-01", "1,2,2016-01-02 23:30:00")
    error = refused(tmp_path, *rows)
    assert (error.exit_code, error.fault.row, error.fault.value) == (10, 2, "2016-01-02 23:30:00")
    assert "--whole-days" in str(error)
    assert str(read(tmp_path, *rows, whole_days=True).last_day) == "2016-01-02"


@pytest.mark.parametrize("day", ["2016-13-01", "30/02/2016", "soon", "0016-01-01", "2016-01-01x"])
def test_what_is_no_day_is_refused_with_its_row(tmp_path: Path, day: str) -> None:
    error = refused(tmp_path, "1,2,2016-01-01", f"1,2,{day}", date_format=None)
    assert isinstance(error, BadInputError)
    assert (error.fault.row, error.fault.value) == (2, day)


def test_months_are_refused_however_they_are_written(tmp_path: Path) -> None:
    errors = [
        refused(tmp_path, "1,2,2016-01", "1,2,2016-02"),
        refused(tmp_path, "-.1,51.5,2016-01", header="Longitude,Latitude,Month"),
        refused(tmp_path, *(f"1,2,2016-{month:02d}-01" for month in range(1, 13))),
    ]
    assert [type(error) for error in errors] == [UnsupportedByDataError] * 3
    assert {error.exit_code for error in errors} == {21}
    assert "first of a month" in str(errors[2])


@pytest.mark.parametrize("cell", ["", "NA", "nan", "NULL"])
def test_a_row_without_a_place_is_refused_with_its_number_or_left_out(
    tmp_path: Path, cell: str
) -> None:
    rows = ("1,2,2016-01-01", f"{cell},2,2016-01-02", "1,2,2016-01-03")
    error = refused(tmp_path, *rows)
    assert (error.fault.row, error.exit_code) == (2, 10)
    assert "1 of 3 rows lack place or date" in str(error)
    events = read(tmp_path, *rows, skip_missing=True)
    assert (events.read, events.left_out, len(events.days)) == (3, 1, 2)
    assert "left-out" in codes(events)


def test_rows_keep_their_number_when_others_are_left_out(tmp_path: Path) -> None:
    rows = (",2,2016-01-01", "1,2,2016-01-02", "east,2,2016-01-03")
    assert refused(tmp_path, *rows, skip_missing=True).fault.row == 3


def test_rows_of_one_incident_are_joined_at_its_earliest_day(tmp_path: Path) -> None:
    rows = ("A,1,2,2016-01-05", "B,1,2,2016-01-05", "A,1,9,2016-01-04", ",1,2,2016-01-05")
    events = read(tmp_path, *rows, header="case_number,x,y,date")
    assert events.xy.tolist() == [[1, 2], [1, 2], [1, 2]]
    assert (events.days - events.days[0]).tolist() == [0, 1, 1]
    assert (events.joined, events.alike) == (1, 1)
    assert codes(events)[:2] == ["incident-differs", "same-place-and-day"]
    assert "case_number as key" in events.columns


def test_rows_alike_are_repeats_unless_the_user_says_otherwise(tmp_path: Path) -> None:
    rows = ("A,500000,200000,2016-01-05",) * 2 + ("B,500000,200000,2016-01-05",)
    header = "incident,x,y,date"
    alone = read(tmp_path, *rows, header=header, columns={"incident": "none"})
    assert (len(alone.days), alone.joined, alone.alike) == (3, 0, 2)
    assert "same-place-and-day" in codes(alone)
    by_place = read(tmp_path, *rows, header=header, columns={"incident": "place-and-day"})
    assert (len(by_place.days), by_place.joined, by_place.alike) == (1, 2, 0)
    assert "rows at one place on one day as one incident" in by_place.columns


def test_degrees_go_before_metres_of_unknown_unit_and_are_brought_to_a_map(tmp_path: Path) -> None:
    header = "X.Coordinate,Y.Coordinate,x,y,Latitude,Longitude,Date"
    # Ordnance Survey, A guide to coordinate systems in Great Britain: Caister Water Tower.
    row = "1,2,3,4,52.658007833,1.716073972,2016-01-01"
    events = read(tmp_path, row, header=header)
    assert events.xy[0] == pytest.approx([651409.8, 313177.45], abs=5)
    assert "EPSG:27700" in events.columns
    named = read(tmp_path, row, header=header, columns={"x": "x", "y": "y"})
    assert named.xy.tolist() == [[3, 4]]


@pytest.mark.parametrize("place", ["0,0", "-200,51", "-0.1,95"])
def test_what_is_no_place_on_earth_is_refused_with_its_row(tmp_path: Path, place: str) -> None:
    header = "lon,lat,date"
    error = refused(tmp_path, "-0.1,51.5,2016-01-01", f"{place},2016-01-02", header=header)
    assert (error.fault.row, error.exit_code) == (2, 10)


def test_events_outside_the_ground_of_the_map_are_refused(tmp_path: Path) -> None:
    rows = ("-0.1,51.5,2016-01-01", "-79.4,43.6,2016-01-02")
    header = "lon,lat,date"
    assert "spread over 79 degrees" in str(refused(tmp_path, *rows, header=header))
    error = refused(tmp_path, *rows, header=header, crs=27700)
    assert error.fault.row == 2
    assert "outside the ground of EPSG:27700" in str(error)
    with pytest.raises(UsageError, match="not a map in metres"):
        read(tmp_path, rows[0], header=header, crs=4326)


@pytest.mark.parametrize("place", ["0,0", "9500000,200000"])
def test_an_event_far_from_all_others_is_refused(tmp_path: Path, place: str) -> None:
    near = [f"{500000 + n},200000,2016-01-01" for n in range(3)]
    assert refused(tmp_path, *near, f"{place},2016-01-02").fault.row == 4


def test_metres_that_look_like_degrees_are_said(tmp_path: Path) -> None:
    assert "perhaps-degrees" in codes(read(tmp_path, "-0.1,51.5,2016-01-01"))


def test_places_that_many_share_are_said(tmp_path: Path) -> None:
    rows = [f"500000,200000,2016-01-{day:02d}" for day in range(1, 4)]
    assert "coarse-places" in codes(read(tmp_path, *rows))
    apart = [f"{500000 + day},200000,2016-01-{day:02d}" for day in range(1, 4)]
    assert codes(read(tmp_path, *apart)) == []


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        ("where,date", "1,2016-01-01", "hold the place"),
        ("x,y,when", "1,2,2016-01-01", "hold the date"),
        ("x,easting,y,date", "1,1,2,2016-01-01", "Several columns could be meant by x"),
        ("x,y,date", "1,2,2016-01-01,more", "4 cells; there are 3 columns"),
        ("x,y,date", "east,2,2016-01-01", "x is no number"),
        ("x,y,date", "inf,2,2016-01-01", "x is no number"),
        ("x,y,date", "", "No row of the file has place and date"),
        ("", "", "The file is empty"),
    ],
)
def test_files_that_are_none_of_events_are_refused_with_the_reason(
    tmp_path: Path, header: str, row: str, words: str
) -> None:
    error = refused(tmp_path, row, header=header)
    assert isinstance(error, BadInputError)
    assert words in str(error)


def test_a_column_that_is_not_there_is_a_slip_of_the_call(tmp_path: Path) -> None:
    error = refused(tmp_path, "1,2,2016-01-01", columns={"date": "dat"})
    assert isinstance(error, UsageError)
    assert "Did you mean 'date'?" in str(error)


def test_an_unknown_way_to_write_days_is_a_slip_of_the_call(tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path, "1,2,2016-01-01", date_format="us"), UsageError)


def test_a_file_that_is_not_there_or_no_csv_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError, match="no such file"):
        read_events(EventFile(path=tmp_path / "none.csv", columns={}))
    (tmp_path / "a.json").write_text("[]")
    with pytest.raises(BadInputError, match="reads one CSV file"):
        read_events(EventFile(path=tmp_path / "a.json", columns={}))
