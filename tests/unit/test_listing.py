"""Tables of pages as CSV: defused, and each row says where it comes from and what it is not."""

from __future__ import annotations

import csv
import io

import pytest

from rightplace.app.service.listing import Origin, listing_csv


def origin(*, is_synthetic: bool = False) -> Origin:
    return Origin(
        run_id="f-000000000001",
        marking="OFFICIAL-SENSITIVE",
        data_cut_off="2026-05-03",
        is_synthetic=is_synthetic,
        exported_by="=HYPERLINK(x)",
        exported_at="Tue 5 May 2026, 12:00",
    )


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\uff1d1"])
def test_no_text_starts_as_a_formula_does(words: str) -> None:
    (row,) = csv.DictReader(io.StringIO(listing_csv(["place"], [[words]], origin=origin())))
    assert row["place"].startswith("'")
    assert row["exported_by"] == "'=HYPERLINK(x)"


def test_numbers_stay_numbers_and_nothing_is_empty() -> None:
    rows = list(csv.DictReader(io.StringIO(listing_csv(["n"], [[-1.5], [None]], origin=origin()))))
    assert [row["n"] for row in rows] == ["-1.5", ""]


def test_quotes_lines_and_hidden_directions_stay_in_their_field() -> None:
    text = listing_csv(["place"], [['a"b,\nc\u202e']], origin=origin())
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["place"] == 'a"b, c'


def test_what_is_invented_says_so_on_each_row() -> None:
    text = listing_csv(["place"], [["a"], ["b"]], origin=origin(is_synthetic=True))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert all(row["notice"].startswith("SYNTHETIC") for row in rows)
    assert all("not reasonable grounds to stop or search" in row["notice"] for row in rows)
    assert {row["marking"] for row in rows} == {"OFFICIAL-SENSITIVE"}
