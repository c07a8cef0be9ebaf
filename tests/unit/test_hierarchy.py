"""From LSOA to ward, borough and BCU in London."""

from __future__ import annotations

import tomllib
from importlib import resources

import pyarrow as pa
import pytest

from rightplace.places import (
    attributions,
    bcu_of,
    bcus,
    boroughs,
    fill_hierarchy,
    in_london,
    london_borough,
    lsoa_vintage,
    lsoas,
    positions,
)

# DOMAIN 6.1, in its order: Central West, South West, South, South East, East, West, Central
# South, North, Central East, Central North, North West, North East.
COUNTS = {
    "Central West": 3,
    "South West": 4,
    "South": 3,
    "South East": 3,
    "East": 3,
    "West": 3,
    "Central South": 2,
    "North": 2,
    "Central East": 2,
    "Central North": 2,
    "North West": 3,
    "North East": 2,
}


def cells(*rows: tuple[str, str, str | None, str | None]) -> pa.Table:
    codes, names, wards, held = zip(*rows, strict=True)
    text = [pa.array(column, pa.string()) for column in (codes, names, wards, held)]
    names_of = ["cell_id", "name", "ward", "borough", "bcu"]
    return pa.table([*text, pa.nulls(len(rows), pa.string())], names=names_of)


def stand(*rows: tuple[str, str, str | None, str | None]) -> list[tuple[str | None, ...]]:
    filled = fill_hierarchy(cells(*rows))
    return list(zip(*(filled[c].to_pylist() for c in ("ward", "borough", "bcu")), strict=True))


def test_twelve_bcus_share_the_32_boroughs() -> None:
    assert {bcu.name: len(bcu.boroughs) for bcu in bcus()} == COUNTS
    assert sum(COUNTS.values()) == 32
    assert len({name for bcu in bcus() for name in bcu.boroughs}) == 32
    assert next(b for b in bcus() if b.name == "South").boroughs == ("Bromley", "Croydon", "Sutton")


def test_the_city_of_london_is_a_borough_without_a_bcu() -> None:
    assert [borough.name for borough in boroughs() if borough.bcu is None] == ["City of London"]
    assert len(boroughs()) == 33
    assert bcu_of("City of London") is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Camden", "Camden"),
        ("CAMDEN ", "Camden"),
        ("Hammersmith & Fulham", "Hammersmith and Fulham"),
        ("London Borough of Barking & Dagenham", "Barking and Dagenham"),
        ("Royal Borough of Kensington and Chelsea", "Kensington and Chelsea"),
        ("City of Westminster", "Westminster"),
        ("City of London", "City of London"),
        ("City and County of the City of London", "City of London"),
        ("Kingston", "Kingston upon Thames"),
        ("Richmond-upon-Thames", "Richmond upon Thames"),
    ],
)
def test_a_borough_is_known_under_its_usual_names(written: str, name: str) -> None:
    found = london_borough(written)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("written", ["Camdn", "Leeds", "", "North Yorkshire"])
def test_what_is_no_london_borough_is_not_taken_for_one(written: str) -> None:
    assert london_borough(written) is None
    assert bcu_of(written) is None


def test_every_london_lsoa_of_both_censuses_has_a_borough() -> None:
    # ONS: London had 4,835 LSOAs in 2011 and 4,994 in 2021.
    table = lsoas()
    assert len(set(table["lsoa11"].to_pylist())) == 4835
    assert len(set(table["lsoa21"].to_pylist())) == 4994
    assert all(positions()[code].borough for code in table["lsoa11"].to_pylist())
    assert all(positions()[code].borough for code in table["lsoa21"].to_pylist())
    known = {borough.name for borough in boroughs()}
    assert {place.borough for place in positions().values()} == known


def test_residents_add_up_to_london() -> None:
    # ONS, first results of Census 2021: 8,799,800 usual residents, to the nearest hundred.
    total = sum(borough.residents_2021 for borough in boroughs())
    assert total == pytest.approx(8_799_800, abs=150)


def test_an_lsoa_ward_or_borough_of_london_is_placed_by_its_code() -> None:
    assert stand(
        ("E01000001", "", None, None),
        ("E05009288", "", None, None),
        ("E09000007", "", None, None),
    ) == [
        ("Aldersgate", "City of London", None),
        ("Aldersgate", "City of London", None),
        (None, "Camden", "Central North"),
    ]


def test_an_lsoa_split_between_wards_goes_to_the_ward_of_most_residents() -> None:
    # E01000155: Colindale North has one part of 1,784 people, Colindale South 1,657 + 1,710.
    assert stand(("E01000155", "", None, None)) == [("Colindale South", "Barnet", "North West")]


def test_the_code_outranks_the_column_and_the_column_the_name() -> None:
    assert stand(
        ("E01000001", "Camden 001A", "Old ward", "Camden"),
        ("X1", "Camden 001A", "Old ward", "hackney"),
        ("X2", "Camden 028B", None, None),
        ("X3", "Leeds 111B", None, None),
        ("X4", "Somewhere", None, None),
    ) == [
        ("Aldersgate", "City of London", None),
        ("Old ward", "Hackney", "Central East"),
        (None, "Camden", "Central North"),
        (None, "Leeds", None),
        (None, None, None),
    ]


def test_codes_tell_their_census_only_if_one_of_them_changed() -> None:
    # E01000010 ended in 2021, E01033784 began then, E01000001 is of both.
    assert lsoa_vintage(["E01000001", "E01000010"]) == "2011"
    assert lsoa_vintage(["E01000001", "E01033784"]) == "2021"
    assert lsoa_vintage(["E01000001"]) is None
    assert lsoa_vintage(["E01000010", "E01033784"]) is None


def test_codes_outside_london_and_nulls_are_not_in_london() -> None:
    codes = pa.array(["E01000001", "E01011264", None, "E09000033"])
    assert in_london(codes).to_pylist() == [True, False, False, True]


def test_every_shipped_table_states_publisher_licence_and_attribution() -> None:
    folder = resources.files("rightplace.places").joinpath("data")
    tables = {item.name for item in folder.iterdir()} - {"sources.toml"}
    sources = tomllib.loads(folder.joinpath("sources.toml").read_text("utf-8"))["source"]
    assert {source["file"] for source in sources} == tables == set(attributions())
    for source in sources:
        assert {"publisher", "licence", "attribution", "date", "derived"} <= source.keys()
        assert source["licence"] == "Open Government Licence v3.0"
    assert sum(len(folder.joinpath(name).read_bytes()) for name in tables) < 200_000
