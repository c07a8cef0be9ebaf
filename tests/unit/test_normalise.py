"""Single rows whose reading can be worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import ibis
import pyarrow as pa
import pytest

from rightplace.crime import normalise, search_rows
from rightplace.crime.mapping import parse, shipped
from rightplace.crime.offences import category_words
from rightplace.crime.points import with_degrees
from rightplace.engines.engine import Engine

ENGINE = Engine(threads=1)
WORDS = dict(category_words("police_uk").classes)
TORONTO = shipped()["toronto_mci"]
FEED = shipped()["force_extract"].model_copy(update={"crs": 4326})


def crime(mapping_name: str, **cells: str | None) -> dict[str, Any]:
    return crimes(mapping_name, [cells])[0]


def crimes(mapping_name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    mapping = FEED if mapping_name == "feed" else shipped()[mapping_name]
    names = sorted({*mapping.columns.values(), mapping.population.force_column or "x"})
    columns: dict[str, pa.Array] = {
        name: pa.array([row.get(name) for row in rows], pa.string()) for name in names
    }
    columns["row_number"] = pa.array(range(1, len(rows) + 1), pa.int32())
    table = with_degrees(pa.table(columns), mapping, file="test.csv")
    words = WORDS | dict(category_words(mapping.categories or "police_uk").classes)
    found = normalise.crimes(ibis.memtable(table), mapping, words=words, force="f", part=None)
    return list(ENGINE.run(found.order_by("row_number")).to_pylist())


def feed(**cells: str | None) -> dict[str, Any]:
    sound = {
        "crime_reference": "R1",
        "offence": "Robbery",
        "occurred_from": "01/06/2018 22:00",
        "easting": "-0.1",
        "northing": "51.5",
    }
    return crime("feed", **sound | cells)


def toronto(day: str, hour: str | None) -> dict[str, Any]:
    return crime(
        "toronto_mci",
        occurrencedate=f"{day} 05:00:00+00",
        occurrencehour=hour,
        MCI="Assault",
        Long="-79.4",
        Lat="43.7",
    )


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # six numbers or fewer


def test_a_month_lasts_from_local_midnight_to_local_midnight() -> None:
    row = crime("police_uk_street", Month="2018-06", **{"Crime type": "Drugs", "Reported by": "X"})
    assert (row["occurred_from"], row["occurred_to"]) == (
        utc(2018, 5, 31, 23),  # midnight of 1 June in London, one hour ahead of UTC
        utc(2018, 6, 30, 23),
    )
    assert (row["month"], row["precision"], row["reason"]) == (date(2018, 6, 1), "month", None)


def test_an_hour_that_clocks_skip_is_read_as_if_they_had_not_gone_forward() -> None:
    row = toronto("2018/03/11", "2")  # 02:00 to 03:00 did not exist; 02:00 EST is 07:00 UTC
    assert (row["occurred_from"], row["occurred_to"]) == (utc(2018, 3, 11, 7), utc(2018, 3, 11, 8))
    assert row["reason"] is None


def test_an_hour_that_comes_twice_is_read_as_the_later_one() -> None:
    row = toronto("2018/11/04", "1")  # 01:00 EST, not 01:00 EDT
    assert (row["occurred_from"], row["occurred_to"]) == (utc(2018, 11, 4, 6), utc(2018, 11, 4, 7))


def test_the_hour_before_the_one_that_comes_twice_is_one_hour_long() -> None:
    row = toronto("2018/11/04", "0")  # midnight EDT is 04:00 UTC
    assert (row["occurred_from"], row["occurred_to"]) == (utc(2018, 11, 4, 4), utc(2018, 11, 4, 5))


def test_a_day_of_25_hours_is_25_hours_long() -> None:
    row = toronto("2018/11/04", None)
    assert (row["occurred_from"], row["occurred_to"]) == (utc(2018, 11, 4, 4), utc(2018, 11, 5, 5))
    assert row["precision"] == "day"


@pytest.mark.parametrize("hour", ["24", "-1", "7.5", "noon"])
def test_an_hour_that_no_clock_shows_leaves_the_day(hour: str) -> None:
    row = toronto("2018/06/01", hour)
    assert (row["precision"], row["reason"]) == ("day", None)


def test_an_interval_over_the_spring_change_must_not_end_before_it_starts() -> None:
    # 01:30 is skipped and read as 01:30 UTC; 02:10 BST is 01:10 UTC, twenty minutes earlier.
    row = feed(occurred_from="25/03/2018 01:30", occurred_to="25/03/2018 02:10")
    assert row["reason"] == "ends_before_start"


def test_a_stated_end_is_the_last_minute_of_the_interval() -> None:
    row = feed(occurred_to="03/06/2018 07:30")
    assert row["occurred_from"] == utc(2018, 6, 1, 21)
    assert row["occurred_to"] == utc(2018, 6, 3, 6, 31)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"occurred_from": None}, "missing_date"),
        ({"occurred_from": "31/06/2018 22:00"}, "bad_date"),
        ({"occurred_from": "01/01/1900 00:00"}, "bad_date"),  # a database's "unknown"
        ({"occurred_from": "infinity"}, "bad_date"),
        ({"occurred_to": "yesterday"}, "bad_date"),
        ({"occurred_to": "31/05/2018 22:00"}, "ends_before_start"),
        ({"reported_at": "2018-06-02"}, "bad_date"),
        ({"offence": " "}, "missing_category"),
        ({"offence": "Piracy"}, "unknown_category"),
        ({"easting": None}, "bad_coordinates"),
        ({"easting": "nan"}, "bad_coordinates"),
        ({"northing": "north"}, "bad_coordinates"),
        ({"easting": "51.5", "northing": "-0.1"}, "coordinates_outside"),
        ({"easting": "530000", "northing": "180000"}, "coordinates_outside"),
        ({"crime_reference": ""}, "missing_reference"),
        ({"easting": None, "northing": None}, None),
        ({"status": "Deleted", "occurred_from": None, "offence": None}, None),
        ({"status": "Deleted", "crime_reference": None}, "missing_reference"),
    ],
)
def test_each_fault_has_its_own_reason(cells: dict[str, str | None], reason: str | None) -> None:
    assert feed(**cells)["reason"] == reason
    assert reason is None or reason in normalise.REASONS


def test_a_row_without_a_force_belongs_to_no_publication() -> None:
    row = crime("police_uk_street", Month="2018-06", **{"Crime type": "Drugs", "Reported by": " "})
    assert (row["population"], row["reason"]) == (None, "missing_force")


@pytest.mark.parametrize(
    ("named", "slug"),
    [
        ("City of London Police", "city-of-london"),
        ("Metropolitan Police Service", "metropolitan"),
        ("Devon & Cornwall Police", "devon-cornwall"),
        ("Avon and Somerset Constabulary", "avon-and-somerset"),
        ("British Transport Police", "british-transport"),
    ],
)
def test_a_force_is_named_as_its_files_are(named: str, slug: str) -> None:
    row = crime(
        "police_uk_street", Month="2018-06", **{"Crime type": "Drugs", "Reported by": named}
    )
    assert row["population"] == f"data.police.uk/{slug}/crimes"


def test_victims_of_one_incident_share_its_first_row_and_blank_keys_share_nothing() -> None:
    shot = {"date": "2018-06-01", "lng": "-75.1", "lat": "40.0", "is_fatal": "False"}
    rows = crimes(
        "philadelphia_shootings",
        [shot | {"dc_key": key} for key in ("A", "B", "A", None, None)],
    )
    assert [row["incident"] for row in rows] == [1, 2, 1, 4, 5]


@pytest.mark.parametrize(
    ("written", "victims", "reason"),
    [(None, 1, None), ("3", 3, None), ("0", None, "bad_number"), ("two", None, "bad_number")],
)
def test_victims_are_counted_or_the_row_is_set_aside(
    written: str | None, victims: int | None, reason: str | None
) -> None:
    text = """
        name = "v"
        title = "v"
        publisher = "v"
        kind = "crimes"
        category = "Robbery"
        [columns]
        month = "m"
        victims = "v"
        [population]
        force = "f"
    """
    table = pa.table({"m": ["2018-06"], "v": pa.array([written], pa.string()), "row_number": [1]})
    mapping = parse(text, file="v.toml")
    found = normalise.crimes(ibis.memtable(table), mapping, words=WORDS, force="f", part=None)
    row = ENGINE.run(found).to_pylist()[0]
    assert (row["victims"], row["reason"]) == (victims, reason)


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("2018-08-01T12:00:00+00:00", date(2018, 8, 1)),
        ("2018-07-31T23:30:00+00:00", date(2018, 8, 1)),  # 00:30 on 1 August in London
        ("2018-08-01T12:00:00", None),  # without its offset nobody knows the hour
        ("01/08/2018 12:00", None),
    ],
)
def test_a_search_belongs_to_the_month_of_the_london_clock(
    written: str, month: date | None
) -> None:
    mapping = shipped()["police_uk_searches"]
    columns = {name: pa.array([None], pa.string()) for name in mapping.columns.values()}
    table = pa.table(columns | {"Date": [written], "row_number": [1]})
    found = search_rows.searches(ibis.memtable(table), mapping, force="metropolitan", part=None)
    row = ENGINE.run(found).to_pylist()[0]
    assert row["month"] == month
    assert row["reason"] == (None if month else "bad_date")
