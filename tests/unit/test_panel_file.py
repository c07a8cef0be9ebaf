"""A table of counts is read from a CSV file; every fault is named with its row."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.errors import BadInputError, NotHeldError
from rightplace.evaluate.designs.panel import NEVER, Part
from rightplace.evaluate.designs.panel_file import read_panel

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "unit,part,period_start,period_end,count,treated_from\n"


def written(folder: Path, text: str) -> Path:
    """Return a file with a text."""
    path = folder / "counts.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_become_counts_and_what_was_not_published_is_unknown(tmp_path: Path) -> None:
    panel = read_panel(
        written(
            tmp_path,
            "count,unit,part,period_start,treated_from\n"
            "9,B,treated,2018-02,2018-02-01\n"
            "7,B,treated,2018-01,2018-02-01\n"
            ",A,control,2018-01,\n"
            "0,A,control,2018-03,\n",
        )
    )

    assert panel.units == ("B", "A")
    assert panel.parts == (Part.TREATED, Part.CONTROL)
    np.testing.assert_array_equal(panel.counts, [[7, 9, 0], [0, 0, 0]])
    np.testing.assert_array_equal(panel.known, [[True, True, False], [False, False, True]])
    assert panel.treated_from.tolist() == [1, NEVER]
    assert panel.ends.tolist() == [date(2018, 2, 1), date(2018, 3, 1), date(2018, 4, 1)]


def test_an_end_is_the_last_day_and_a_period_may_be_left_out(tmp_path: Path) -> None:
    text = HEAD + "A,treated,2018-01-01,2018-12,30,\nA,treated,2020-01-01,2020-12-31,20,\n"

    panel = read_panel(written(tmp_path, text), treated_from=date(2019, 6, 1))

    assert panel.ends.tolist() == [date(2019, 1, 1), date(2021, 1, 1)]
    assert panel.treated_from.tolist() == [1]


def test_the_last_of_several_quarters_lasts_three_months_and_of_weeks_seven_days(
    tmp_path: Path,
) -> None:
    for second, end in (("2018-04-01", date(2018, 7, 1)), ("2018-01-08", date(2018, 1, 15))):
        text = f"unit,part,period_start,count\nA,ring,2018-01-01,3\nA,ring,{second},4\n"
        assert read_panel(written(tmp_path, text)).ends.tolist()[-1] == end


def test_all_faulty_rows_are_named_at_once(tmp_path: Path) -> None:
    text = HEAD + (
        "A,treated,2018-01-01,,5,2018-02-01\n"
        "A,treated,2018-01-01,,6,2018-02-01\n"
        "A,control,2018-02-01,,6,2018-02-01\n"
        "A,treated,2018-03-01,,6,2018-03-01\n"
        "B,elsewhere,soon,,-1,\n"
        "B,control,2018-02-01,2018-01-31,1,\n"
    )

    with pytest.raises(BadInputError) as refused:
        read_panel(written(tmp_path, text))

    said = str(refused.value)
    for each in (
        "row 2: period_start '2018-01-01' of 'A' stands in row 1 already",
        "row 3: part 'control' differs from 'treated'",
        "row 3: treated_from '2018-02-01' stands with part 'control'",
        "row 4: treated_from '2018-03-01' differs",
        "row 5: part 'elsewhere' is none of treated, control, ring, ring-control",
        "row 5: period_start 'soon' is no date",
        "row 5: count '-1' is no number",
        "row 6: period_end '2018-01-31' lies before 2018-02-01",
    ):
        assert each in said


@pytest.mark.parametrize(
    ("rows", "said", "row"),
    [
        ("A,control,2018-01-01,,1,\n", "only period, from 2018-01-01, has no end", 1),
        (
            "A,control,2018-01-01,2018-02-01,1,\nA,control,2018-02-01,,1,\n",
            "begins while that from 2018-01-01 lasts",
            2,
        ),
        (
            "A,control,2018-01-01,2018-01-31,1,\nB,control,2018-01-01,2018-01-30,1,\n",
            "ends on 2018-01-31 in an earlier row",
            2,
        ),
        ("A,treated,2018-01-01,2018-01-31,1,\n", "from when 'A' was treated", 1),
        ("A,treated,2018-01-01,2018-01-31,1,2018-01-15\n", "in the midst of the period", 1),
        ("A,treated,2018-01-01,2018-01-31,1,2018-02-15\n", "the last period begins", 1),
        ("A,treated,2018-01-01,2018-01-31,1,2018-01-01\n", "the first period begins", 1),
        ("A,treated,2018-01-01,2018-01-31,1,2017-06-01\n", "the first period begins", 1),
        ("A,control,2018-01-01,2018-01-31,2e12,\n", "is no number from 0 to 1e\\+12", 1),
        ("A,control,2018-01-01,2018-01-31,NaN,\n", "is no number from 0", 1),
        ("", "holds no row", 0),
    ],
)
def test_a_table_that_cannot_be_is_refused(
    tmp_path: Path, rows: str, said: str, row: int | None
) -> None:
    with pytest.raises(BadInputError, match=said) as refused:
        read_panel(written(tmp_path, HEAD + rows))

    assert refused.value.fault.row == row


def test_a_file_that_is_not_there_is_not_held(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError):
        read_panel(tmp_path / "none.csv")


def test_units_whose_start_is_no_start_of_a_period_are_all_named_with_their_rows(
    tmp_path: Path,
) -> None:
    rows = "".join(
        f"{unit},{part},{month}-01,,1,{begun}\n"
        for unit, part, begun in (
            ("A", "treated", "2018-02-15"),
            ("B", "control", ""),
            ("C", "treated", "2019-01-01"),
            ("D", "treated", ""),
        )
        for month in ("2018-01", "2018-02")
    )

    with pytest.raises(BadInputError) as refused:
        read_panel(written(tmp_path, HEAD + rows))

    said = str(refused.value)
    assert "3 faults:" in said
    assert "row 1: 'A' was treated from 2018-02-15, in the midst of the period" in said
    assert "row 5: 'C' was treated from 2019-01-01; the last period begins 2018-02-01" in said
    assert "row 7: Nobody says from when 'D' was treated" in said


def test_of_many_faulty_rows_a_few_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    rows = "".join(f"A{number},control,2018-01-01,2018-01-31,-1,\n" for number in range(30))

    with pytest.raises(BadInputError) as refused:
        read_panel(written(tmp_path, HEAD + rows))

    said = str(refused.value)
    assert said.count("is no number from 0") == 8
    assert "30 faults:" in said
    assert "and 22 more, the last in row 30." in said
    assert refused.value.fault.row == 1
