"""The user's file of dated kinds of day, and what is refused in it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from rightplace.core.day_kinds import MOST_BYTES, DatedKind, kind_names, read_day_kinds
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "first_day,last_day,kind\n"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "days.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_days_and_their_kinds_are_read(tmp_path: Path) -> None:
    text = f"\ufeff{HEADER}2018-07-25,2018-09-03,school holiday\r\n2018-08-26,,Carnival\n,,\n"
    found = read_day_kinds(written(tmp_path, text))
    assert found == (
        DatedKind(first_day=date(2018, 7, 25), last_day=date(2018, 9, 3), kind="school holiday"),
        DatedKind(first_day=date(2018, 8, 26), last_day=date(2018, 8, 26), kind="Carnival"),
    )
    assert kind_names(found) == ("Carnival", "school holiday")


def test_columns_may_stand_in_any_order_and_names_hold_any_letters(tmp_path: Path) -> None:
    text = 'kind,last_day,first_day\n"Fête, ""la"" <b>été</b>",2018-07-02,2018-07-01\n'
    (found,) = read_day_kinds(written(tmp_path, text))
    assert found.kind == 'Fête, "la" <b>été</b>'
    assert found.first_day == date(2018, 7, 1)


def test_days_within_a_span_are_given_and_no_others() -> None:
    kind = DatedKind(first_day=date(2018, 7, 1), last_day=date(2018, 7, 3), kind="fair")
    assert list(kind.days(date(2018, 7, 3), date(2018, 7, 9))) == [date(2018, 7, 3)]
    assert list(kind.days(date(2018, 7, 4), date(2018, 7, 9))) == []
    assert len(list(kind.days(date(2018, 1, 1), date(2018, 12, 31)))) == 3


@pytest.mark.parametrize(
    ("row", "value", "words"),
    [
        ("2018-07-32,,fair", "2018-07-32", "not a day"),
        ("01/07/2018,,fair", "01/07/2018", "not a day"),
        ("20180701,,fair", "20180701", "not a day"),
        ("2018-W27-1,,fair", "2018-W27-1", "not a day"),
        ("٢٠١٨-07-01,,fair", "٢٠١٨-07-01", "not a day"),
        (",2018-07-01,fair", "", "not a day"),
        ("2018-07-02,2018-07-01,fair", "2018-07-01", "before the first"),
        ("2018-07-01,,", "", "1 to 60"),
        (f"2018-07-01,,{'x' * 61}", "x" * 61, "1 to 60"),
        ("2018-07-01,,fair\u202e", "fair\u202e", "cannot be printed"),
        ("2018-07-01,,fair\x00", "fair\x00", "cannot be printed"),
        ("2018-07-01,fair", "2018-07-01,fair", "2 values"),
        ("2018-07-01,,fair,London", "2018-07-01,,fair,London", "4 values"),
    ],
)
def test_a_row_that_is_no_kind_of_day_is_named(
    tmp_path: Path, row: str, value: str, words: str
) -> None:
    path = written(tmp_path, f"{HEADER}2018-07-01,,fair\n,,\n{row}\n")
    with pytest.raises(BadInputError, match=words) as caught:
        read_day_kinds(path)
    fault = caught.value.fault
    assert (fault.file, fault.row, fault.value) == (str(path), 3, value)
    assert fault.remedy


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "'first_day' stands 0 times"),
        (b"first_day,kind\n", "'last_day' stands 0 times"),
        (b"first_day,last_day,kind,kind\n", "'kind' stands 2 times"),
        (b"first_day,last_day,kind,borough\n", "'borough' stands 1 times"),
        (b"first_day,last_day,kind\n\xff\xfe\n", "cannot be read"),
        (b'first_day,last_day,kind\n2018-07-01,,"fair\n', "cannot be read"),
        (b" " * (MOST_BYTES + 1), "no list of days"),
    ],
)
def test_a_file_that_is_no_list_of_days_is_refused(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(BadInputError, match=words) as caught:
        read_day_kinds(path)
    assert caught.value.fault.file == str(path)
    assert caught.value.fault.remedy


def test_a_missing_file_and_too_many_kinds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="cannot be read"):
        read_day_kinds(tmp_path / "none.csv")
    many = "".join(f"2018-07-01,,kind {n:02d}\n" for n in range(13))
    with pytest.raises(BadInputError, match="13 kinds of day") as caught:
        read_day_kinds(written(tmp_path, HEADER + many))
    assert caught.value.fault.value == "kind 12"
