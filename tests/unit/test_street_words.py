"""Places in words a constable knows, from names as data.police.uk really writes them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from rightplace.crime.street_words import (
    is_generic,
    mended,
    station_labels,
    station_name,
    street_words,
)

Named = tuple[int, str, int]


def names(*rows: Named) -> pa.Table:
    """Names of cells (cell, name, n), all at one point but for the longitude of their order."""
    cells, words, counts = zip(*rows, strict=True)
    return pa.table(
        {
            "cell": pa.array(cells, pa.int32()),
            "place_name": pa.array(words),
            "n": pa.array(counts, pa.int64()),
            "lon": pa.array([-0.1 + 0.01 * i for i in range(len(rows))]),
            "lat": pa.array([51.5] * len(rows)),
        }
    )


CELLS = pa.table({"cell_id": ["E1", "E2"], "name": ["Camden 001A", "Camden 001B"]})


@pytest.mark.parametrize(
    ("published", "name"),
    [
        ("Brixton (lu Station)", "Brixton"),
        ("Brixton (Station)", "Brixton"),
        ("Victoria Lu Station (lu Station)", "Victoria"),
        ("Abbey Road (dlr)", "Abbey Road"),
        ("Worcester Park (station)", "Worcester Park"),
        ("Harrow On The Hill (underground)", "Harrow on the Hill"),
        ("Shepherds Bush Market (lu Staion)", "Shepherds Bush Market"),
        ("Waterloo (london) (station)", "Waterloo"),
        ("Waterloo (east) (station)", "Waterloo (East)"),
        ("Queen's Park (gt London) (lu Station)", "Queen's Park"),
        ("Edgware Road (bak) (lu Station)", "Edgware Road (Bakerloo line)"),
        ("Strawberry Hill Station", "Strawberry Hill"),
        ("Mitcham (tram Stop)", "Mitcham tram stop"),
        ("Dundonald Road (tstcr)", "Dundonald Road tram stop"),
    ],
)
def test_a_station_is_called_by_its_name(published: str, name: str) -> None:
    assert station_name(published) == name


@pytest.mark.parametrize(
    "published",
    [
        "Petrol Station",
        "Police Station",
        "Bus/coach Station",
        "Brixton Police Station",
        "Station Road",
        "Uxbridge Road (hatch End)",
        "High Street",
    ],
)
def test_what_is_no_railway_station_or_stop_is_not_called_one(published: str) -> None:
    assert station_name(published) is None


@pytest.mark.parametrize(
    ("published", "mended_name"),
    [
        ("St Paul'S Churchyard", "St Paul's Churchyard"),
        ("Alderman'S Walk", "Alderman's Walk"),
        ("Prince Of Wales' Road", "Prince of Wales' Road"),
        ("D'arblay Street", "D'Arblay Street"),
        ("Bowes Road (north Circular Road)", "Bowes Road (North Circular Road)"),
        ("The Avenue", "The Avenue"),
    ],
)
def test_slips_of_title_case_are_mended(published: str, mended_name: str) -> None:
    assert mended(published) == mended_name


@pytest.mark.parametrize(
    "published",
    [
        "Supermarket",
        "Further/higher Educational Building",
        "Further/Higher Educational Building",
        "Theme/adventure Park",
        "Park/open Space",
    ],
)
def test_a_kind_of_place_is_known_whatever_its_capitals(published: str) -> None:
    assert is_generic(published)


def test_words_name_two_streets_and_the_nearest_station_but_no_kind_of_place() -> None:
    found = street_words(
        names(
            (0, "Supermarket", 90),
            (0, "Brixton Road", 50),
            (0, "Brixton (lu Station)", 40),
            (0, "Electric Avenue", 30),
            (0, "Atlantic Road", 20),
            (0, "Loughborough Junction (station)", 10),
            (1, "Mitcham (tram Stop)", 3),
        ),
        CELLS,
    )
    assert found["words"].to_pylist() == [
        "Brixton Road and Electric Avenue, near Brixton station",
        "Mitcham tram stop",
    ]
    assert found["short"].to_pylist() == [
        "Brixton Road, near Brixton station",
        "Mitcham tram stop",
    ]
    assert found["kind"].to_pylist() == ["supermarket", "station"]


def test_a_cell_that_no_street_names_goes_by_its_own_name() -> None:
    found = street_words(names((1, "Parking Area", 4)), CELLS)
    assert found["words"].to_pylist() == ["Camden 001A", "Camden 001B"]
    assert found["kind"].to_pylist() == [None, "parking area"]


def test_a_street_published_in_two_spellings_is_named_once() -> None:
    found = street_words(
        names((0, "St Paul'S Road", 9), (0, "St Paul's Road", 5), (0, "High Street", 1)), CELLS
    )
    assert found["words"][0].as_py() == "St Paul's Road and High Street"


def test_a_station_stands_where_its_records_are_in_the_mean_the_busiest_first() -> None:
    # 10 records at -0.10 and 30 at -0.09: the mean is -0.0925.
    labels = station_labels(
        names((0, "Euston (station)", 10), (1, "Euston (lu Station)", 30), (1, "Angel (dlr)", 60))
    )
    assert labels["name"].to_pylist() == ["Angel", "Euston"]
    assert labels["n"].to_pylist() == [60, 40]
    assert labels["lon"][1].as_py() == pytest.approx(-0.0925)


def test_without_stations_the_table_of_labels_is_empty() -> None:
    labels = station_labels(names((0, "High Street", 1)))
    assert labels.num_rows == 0
    assert labels.column_names == ["name", "lon", "lat", "n"]
