"""Bad files through the command line: one clear error, exit 10, nothing lost or half-written."""

from __future__ import annotations

import codecs
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.command import rightplace
from tests.small_files import FEED, STREET, World, csv_bytes, record, street, write

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [street(n) for n in range(1, 31)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A workspace that holds one file already."""
    world = World(tmp_path)
    world.ingest(write(tmp_path / "held.csv", [street(1, Month="2018-01")]))
    return world


def refusal(world: World, *words: object) -> dict[str, Any]:
    """Return the error of a file that must be refused, once all the rest has been checked."""
    tables = sorted(path.name for path in world.root.rglob("*.parquet"))
    told = rightplace("ingest", "crimes", *words, "--json", workspace=world.workspace.root)
    assert told.exit_code == 10
    assert told.json["ok"] is False
    assert sorted(path.name for path in world.root.rglob("*.parquet")) == tables
    assert not list(world.workspace.root.rglob("*.part*"))
    assert world.stored() == 1
    error: dict[str, Any] = told.json["error"]
    assert set(error) == {"code", "message", "file", "row", "value", "remedy"}
    assert error["code"] == "bad-input"
    assert error["remedy"]
    assert str(error["message"]) in told.stderr
    return error


def bad(world: World, content: bytes, name: str = "bad.csv") -> dict[str, Any]:
    path = world.root / name
    path.write_bytes(content)
    error = refusal(world, path)
    assert error["file"].startswith(str(path))
    return error


def test_missing_columns_are_named_with_the_mapping_that_comes_closest(world: World) -> None:
    columns = [c for c in STREET if c != "Crime type"]
    rows = [{k: v for k, v in row.items() if k in columns} for row in ROWS]
    error = bad(world, csv_bytes(rows, columns))
    assert "police_uk_street, misses 'Crime type'" in error["message"]
    assert "--mapping" in error["remedy"]
    assert error["row"] == 0


def test_a_column_that_a_mapping_names_and_the_file_lacks_is_said(world: World) -> None:
    path = world.root / "bad.csv"
    path.write_bytes(csv_bytes(ROWS).replace(b"Latitude", b"Latitud"))
    error = refusal(world, path, "--mapping", "police_uk_street")
    assert "Columns are missing: 'Latitude'" in error["message"]
    assert "Did you mean 'Latitud'?" in error["remedy"]


def test_another_encoding_names_the_row_and_the_value(world: World) -> None:
    rows = [*ROWS[:4], street(5, Location="On or near Café Row"), *ROWS[5:]]
    content = csv_bytes(rows).decode().encode("cp1252")
    error = bad(world, content)
    assert error["row"] == 5
    assert "Café Row" in error["value"]
    assert "cp1252" in error["remedy"]


def test_utf16_is_said(world: World) -> None:
    assert "UTF-16" in bad(world, csv_bytes(ROWS).decode().encode("utf-16"))["message"]


@pytest.mark.parametrize(
    "content",
    [codecs.BOM_UTF8 + csv_bytes(ROWS), csv_bytes(ROWS, newline="\r\n")],
    ids=["byte-order mark", "crlf"],
)
def test_a_mark_or_carriage_returns_are_no_fault(content: bytes, world: World) -> None:
    path = world.root / "fine.csv"
    path.write_bytes(content)
    told = rightplace("ingest", "crimes", path, "--json", workspace=world.workspace.root)
    assert told.exit_code == 0
    (file,) = told.json["result"]["files"]
    assert (file["read"], file["stored"], file["quarantined"]) == (30, 30, 0)


def test_a_zip_cut_short_is_said(world: World) -> None:
    path = world.root / "whole.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2018-06/a.csv", csv_bytes(ROWS))
    error = bad(world, path.read_bytes()[:-30], "cut.zip")
    assert "not a whole zip archive" in error["message"]
    assert "fetch or copy it again" in error["remedy"]


def test_a_bad_file_among_good_ones_stops_none_of_them(world: World) -> None:
    folder = world.root / "folder"
    write(folder / "good.csv", ROWS)
    (folder / "cut.zip").write_bytes(b"PK\x03\x04 cut short")
    (folder / "empty.csv").write_bytes(b"")
    told = rightplace("ingest", "crimes", folder, "--json", workspace=world.workspace.root)
    assert told.exit_code == 10
    files = {file["path"].rsplit("/", 1)[-1]: file for file in told.json["result"]["files"]}
    assert {name: (f["stored"], f["refused"]) for name, f in files.items()} == {
        "good.csv": (30, False),
        "cut.zip": (0, True),
        "empty.csv": (0, True),
    }
    assert world.stored() == 31


@pytest.mark.parametrize("written", ["06/25/2018 22:00", "2018-06-25 22:00"])
def test_dates_in_another_order_name_row_value_and_format(written: str, world: World) -> None:
    rows = [record(f"R{n}", occurred_from=written, occurred_to="") for n in range(1, 5)]
    error = bad(world, csv_bytes(rows, FEED))
    assert (error["row"], error["value"]) == (1, written)
    assert "%d/%m/%Y %H:%M: are day and month the other way round?" in error["remedy"]


def test_swapped_coordinates_are_said(world: World) -> None:
    rows = [street(n, Longitude="51.515", Latitude="-0.09") for n in (1, 2)]
    error = bad(world, csv_bytes(rows))
    assert (error["row"], error["value"]) == (1, "51.515, -0.09")
    assert "swapped" in error["remedy"]


def test_metres_where_degrees_belong_are_said(world: World) -> None:
    rows = [street(n, Longitude="532500", Latitude="181500") for n in (1, 2)]
    error = bad(world, csv_bytes(rows))
    assert (error["row"], error["value"]) == (1, "532500, 181500")
    assert "crs = 27700" in error["remedy"]


def test_an_unknown_key_of_a_mapping_suggests_the_nearest(world: World) -> None:
    path = write(world.root / "a.csv", ROWS)
    mapping = world.root / "mine.toml"
    mapping.write_text('name = "m"\ntitle = "m"\npublisher = "m"\nkind = "crimes"\nbound = 1\n')
    told = rightplace(
        "ingest", "crimes", path, "--mapping", mapping, "--json", workspace=world.workspace.root
    )
    error = told.json["error"]
    assert (told.exit_code, error["file"]) == (10, str(mapping))
    assert "unknown key 'bound'" in error["message"]
    assert "Did you mean 'bounds'?" in error["remedy"]


def test_a_mapping_that_leads_to_no_class_we_have_suggests_the_nearest(world: World) -> None:
    mapping = world.root / "mine.toml"
    mapping.write_text(
        'name = "m"\ntitle = "m"\npublisher = "m"\nkind = "crimes"\n'
        '[columns]\nmonth = "Month"\n[category_words]\n"GBH" = "robery"\n'
    )
    path = write(world.root / "a.csv", ROWS)
    error = refusal(world, path, "--mapping", mapping)
    assert (error["value"], error["file"]) == ("robery", str(mapping))
    assert "Did you mean 'robbery'?" in error["remedy"]


def test_a_quote_that_never_closes_names_its_row(world: World) -> None:
    content = csv_bytes(ROWS).replace(b"id7,", b'"id7,', 1)
    error = bad(world, content)
    assert (error["row"], "never closes" in error["message"]) == (7, True)


def test_two_files_of_one_month_name_each_other(world: World) -> None:
    path = write(world.root / "other.csv", [street(2, Month="2018-01")])
    error = refusal(world, path)
    assert str(world.root / "held.csv") in error["message"]
    assert "--release" in error["remedy"]
