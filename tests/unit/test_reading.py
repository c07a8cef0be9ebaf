"""From bytes to rows: as published, numbered from 1, with what is no row set aside."""

from __future__ import annotations

import codecs
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rightplace.crime.mapping import Mapping, parse, shipped
from rightplace.crime.reading import ROW, RawTable, columns_of, read
from rightplace.crime.sources import SourceFile, find_sources
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = parse(
    """
    name = "plain"
    title = "Plain"
    publisher = "test"
    kind = "crimes"
    [columns]
    month = "Month"
    place_name = "Place"
    """,
    file="plain.toml",
)


def source_of(path: Path, content: bytes) -> SourceFile:
    path.write_bytes(content)
    (source,) = find_sources([path])
    return source


def table_of(tmp_path: Path, content: bytes, mapping: Mapping = PLAIN) -> RawTable:
    return read(source_of(tmp_path / "a.csv", content), mapping)


def rows_of(raw: RawTable) -> list[tuple[int, str | None, str | None]]:
    return [(r[ROW], r["Month"], r["Place"]) for r in raw.rows.to_pylist()]


def refused(source: SourceFile, mapping: Mapping = PLAIN) -> BadInputError:
    with pytest.raises(BadInputError) as caught:
        read(source, mapping)
    return caught.value


TWO_ROWS = [(1, "2018-06", "High Street"), (2, "2018-07", None)]


@pytest.mark.parametrize(
    "content",
    [
        b"Month,Place\n2018-06,High Street\n2018-07,\n",
        b"Month,Place\r\n2018-06,High Street\r\n2018-07,\r\n",
        b"Month,Place\n2018-06,High Street\n2018-07,",
        codecs.BOM_UTF8 + b'"Month","Place"\n"2018-06","High Street"\n"2018-07",""\n',
        b" Month , Place\n2018-06,High Street\n\n2018-07,\n\n",
    ],
    ids=["lf", "crlf", "no last newline", "mark and quotes", "blank lines"],
)
def test_the_same_rows_come_out_of_every_form(content: bytes, tmp_path: Path) -> None:
    raw = table_of(tmp_path, content)
    assert rows_of(raw) == TWO_ROWS
    assert (raw.read, raw.malformed) == (2, ())


def test_a_newline_in_quotes_is_part_of_its_row(tmp_path: Path) -> None:
    raw = table_of(tmp_path, b'Month,Place\n2018-06,"High\nStreet"\n2018-07\n2018-08,Mews\n')
    assert rows_of(raw) == [(1, "2018-06", "High\nStreet"), (3, "2018-08", "Mews")]
    assert raw.malformed == ((2, "2018-07"),)


def test_a_header_over_two_lines_counts_as_one(tmp_path: Path) -> None:
    raw = table_of(tmp_path, b'Month,Place,"Last\noutcome"\n2018-06,A,x\n2018-07\n2018-08,B,y\n')
    assert rows_of(raw) == [(1, "2018-06", "A"), (3, "2018-08", "B")]
    assert raw.malformed == ((2, "2018-07"),)


def test_rows_with_too_many_or_too_few_fields_keep_their_number(tmp_path: Path) -> None:
    lines = [f"2018-06,{n}" for n in range(1, 200_001)]
    lines[9] = "2018-06"
    lines[150_000] = "2018-06,a,b"  # beyond the first block that is read
    raw = table_of(tmp_path, "\n".join(["Month,Place", *lines]).encode())
    assert raw.malformed == ((10, "2018-06"), (150_001, "2018-06,a,b"))
    assert raw.read == 200_000
    assert all(str(row) == place for row, _, place in rows_of(raw)[149_990:])


def test_utf16_is_named_before_its_publisher_is_looked_for(tmp_path: Path) -> None:
    source = source_of(tmp_path / "a.csv", "Month,Place\n2018-06,A\n".encode("utf-16"))
    for attempt in (lambda: columns_of(source), lambda: read(source, PLAIN)):
        with pytest.raises(BadInputError, match="written in UTF-16"):
            attempt()


def test_a_byte_of_another_encoding_names_row_and_value(tmp_path: Path) -> None:
    content = "Month,Place\n2018-06,High Street\n2018-06,Café Row\n".encode("cp1252")
    fault = refused(source_of(tmp_path / "a.csv", content)).fault
    assert fault.row == 2
    assert "Café Row" in str(fault.value)
    assert 'encoding = "cp1252"' in str(fault.remedy)
    mapping = PLAIN.model_copy(update={"encoding": "cp1252"})
    assert rows_of(table_of(tmp_path, content, mapping))[1] == (2, "2018-06", "Café Row")


def test_an_empty_file_is_refused_and_a_header_alone_is_no_row(tmp_path: Path) -> None:
    for content in (b"", b" \n\n", codecs.BOM_UTF8):
        source = source_of(tmp_path / "a.csv", content)
        assert "The file is empty" in str(refused(source))
        with pytest.raises(BadInputError, match="The file is empty"):
            columns_of(source)
    assert table_of(tmp_path, b"Month,Place\n").read == 0
    assert table_of(tmp_path, b"Month,Place").read == 0


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    error = refused(source_of(tmp_path / "a.csv", b"Month,Place,Place\n2018-06,A,B\n"))
    assert "stand twice: 'Place'" in str(error)


def test_a_missing_column_suggests_what_may_be_meant(tmp_path: Path) -> None:
    fault = refused(source_of(tmp_path / "a.csv", b"Month,Plaice\n2018-06,A\n")).fault
    assert "missing: 'Place'" in fault.message
    assert (fault.row, fault.value) == (0, "Month, Plaice")
    assert "Did you mean 'Plaice'?" in str(fault.remedy)


@pytest.mark.parametrize(
    "rest", [b'2018-07,"A\n2018-08,B\n2018-09,C\n', b'"2018-07,A\n2018-08,B\n', b'2018-07,"A']
)
def test_a_quote_that_never_closes_swallows_no_row_unseen(rest: bytes, tmp_path: Path) -> None:
    error = refused(source_of(tmp_path / "a.csv", b"Month,Place\n2018-06,A\n" + rest))
    assert (error.fault.row, "never closes" in error.fault.message) == (2, True)


def test_a_quote_inside_a_word_is_a_letter_like_any_other(tmp_path: Path) -> None:
    raw = table_of(tmp_path, b'Month,Place\n2018-06,5" Street\n2018-07,\n')
    assert rows_of(raw) == [(1, "2018-06", '5" Street'), (2, "2018-07", None)]


def test_a_compressed_file_cut_short_is_refused(tmp_path: Path) -> None:
    content = gzip.compress(b"Month,Place\n" + b"2018-06,A\n" * 100)
    source = source_of(tmp_path / "a.csv.gz", content[:-8])
    assert "compressed file is damaged" in str(refused(source))


def parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


LONDON = shipped()["london_wards_api"]


def test_a_parquet_file_cut_short_or_damaged_inside_is_refused(tmp_path: Path) -> None:
    columns = {name: [str(n) for n in range(500)] for name in LONDON.columns.values()}
    content = parquet(pa.table(columns | {"location_type": ["Force"] * 500}))
    whole = read(source_of(tmp_path / "a.parquet", content), LONDON)
    assert whole.rows[ROW].to_pylist() == list(range(1, 501))
    cut = source_of(tmp_path / "cut.parquet", content[:-100])
    assert "not a whole Parquet file" in str(refused(cut, LONDON))
    damaged = bytearray(content)
    damaged[4:400] = b"\xff" * 396
    source = source_of(tmp_path / "damaged.parquet", bytes(damaged))
    assert "not a whole Parquet file" in str(refused(source, LONDON))


def test_a_parquet_file_without_the_columns_says_so(tmp_path: Path) -> None:
    source = source_of(tmp_path / "a.parquet", parquet(pa.table({"month": ["2018-06"]})))
    assert "Columns are missing" in str(refused(source, LONDON))


API = shipped()["police_uk_api_street"]
RECORD: dict[str, Any] = {
    "id": 1,
    "category": "robbery",
    "location": {"latitude": "51.5", "street": {"id": 7, "name": "On or near A"}},
    "month": "2018-06",
    "outcome_status": None,
}


def test_nested_records_are_laid_flat_and_what_is_left_out_is_blank(tmp_path: Path) -> None:
    source = source_of(tmp_path / "a.json", json.dumps([RECORD]).encode())
    (row,) = read(source, API).rows.to_pylist()
    assert row["location.street.id"] == "7"
    assert row["location.latitude"] == "51.5"
    assert row["location.longitude"] is None
    assert row["persistent_id"] is None


def test_an_empty_reply_among_others_hides_no_publisher(tmp_path: Path) -> None:
    (tmp_path / "replies").mkdir()
    (tmp_path / "replies" / "a.json").write_text("[]")
    (tmp_path / "replies" / "b.json").write_text(json.dumps([RECORD, RECORD]))
    (source,) = find_sources([tmp_path / "replies"])
    assert "location.street.id" in columns_of(source)
    assert read(source, API).read == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[{"id": 1}, {"id"', "damaged or cut short"),
        (b'{"error": "too many"}', "not a list of records"),
        (b"[1, 2]", "not a list of records"),
        (b"\xff\xfe\x00", "damaged or cut short"),
    ],
)
def test_json_that_is_no_whole_list_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    source = source_of(tmp_path / "a.json", content)
    assert said in str(refused(source, API))
    with pytest.raises(BadInputError, match=said):
        columns_of(source)


def test_json_without_a_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="holds no record"):
        columns_of(source_of(tmp_path / "a.json", b"[]"))
