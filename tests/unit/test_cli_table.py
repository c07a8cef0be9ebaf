"""Tables for people, and the words that verbs print."""

from __future__ import annotations

import click
import pytest

from rightplace.cli.areas import EPSG
from rightplace.cli.backtest import split_methods, split_shares
from rightplace.cli.table import table


def test_numbers_stand_to_the_right_and_words_to_the_left() -> None:
    assert table(("file", "read"), [("a.csv", 12), ("long name.csv", 1234)]) == [
        "file            read",
        "a.csv             12",
        "long name.csv  1,234",
    ]


def test_numbers_have_two_decimals_and_thousands_apart() -> None:
    assert table(("x", "y"), [(1.005, 1234567.891), (10.0, 0.5)]) == [
        "    x             y",
        " 1.00  1,234,567.89",
        "10.00          0.50",
    ]


def test_true_and_false_are_words() -> None:
    assert table(("name", "held"), [("a", True), ("b", False)]) == [
        "name  held",
        "a     yes",
        "b     no",
    ]


def test_a_column_of_numbers_and_words_reads_as_words() -> None:
    assert table(("n",), [(7,), ("none",)]) == ["n", "7", "none"]


def test_a_table_without_rows_is_its_head() -> None:
    assert table(("method", "PAI"), []) == ["method  PAI"]


@pytest.mark.parametrize(
    ("text", "methods"),
    [
        ("uniform", ("uniform",)),
        ("uniform, last_28_days", ("uniform", "last_28_days")),
        (
            "fading@half_life_weeks=52,shrunk=1,uniform",
            ("fading@half_life_weeks=52,shrunk=1", "uniform"),
        ),
        (
            "fading@half_life_weeks=26,fading@half_life_weeks=52",
            ("fading@half_life_weeks=26", "fading@half_life_weeks=52"),
        ),
    ],
)
def test_a_comma_within_a_methods_settings_does_not_part_it(
    text: str, methods: tuple[str, ...]
) -> None:
    assert split_methods(text) == methods


@pytest.mark.parametrize("written", ["27700", "EPSG:27700", " epsg:27700 ", 27700])
def test_a_coordinate_system_is_named_by_its_code(written: str | int) -> None:
    assert EPSG.convert(written, None, None) == 27700


@pytest.mark.parametrize("written", ["", "EPSG:", "-27700", "British grid", "2\u00b2"])
def test_what_is_no_code_of_a_coordinate_system_is_said(written: str) -> None:
    with pytest.raises(click.BadParameter, match="is no EPSG code; write 27700, say"):
        EPSG.convert(written, None, None)


def test_shares_are_numbers_above_0_up_to_1_each_once() -> None:
    assert split_shares(".01, 0.01,1") == (0.01, 1.0)


@pytest.mark.parametrize("written", ["", "nan", "0", "-.1", "1.1", "inf", "a tenth", ".1;.2"])
def test_what_is_no_share_is_refused_before_anything_is_read(written: str) -> None:
    with pytest.raises(click.UsageError, match="above 0 and up to 1"):
        split_shares(written)
