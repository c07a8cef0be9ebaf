"""Refreshment breaks, and how many officers a post takes."""

from __future__ import annotations

import doctest
from datetime import date

import pytest

from rightplace.deploy.roster import cover
from rightplace.deploy.roster.breaks import break_minutes, break_tables
from rightplace.deploy.roster.cover import officers_per_post
from rightplace.errors import BadInputError


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [
        (4, 30),
        (5.99, 30),
        (6, 35),
        (6.5, 35),
        (7, 40),
        (8, 45),
        (8.99, 45),
        (9, 50),
        (10, 60),
        (12, 60),
    ],
)
def test_a_longer_shift_has_a_longer_break(hours: float, minutes: int) -> None:
    assert break_minutes(hours * 60) == minutes


@pytest.mark.parametrize("minutes", [0, -1, 1441, float("nan")])
def test_what_is_no_shift_has_no_break(minutes: float) -> None:
    with pytest.raises(BadInputError, match="is none"):
        break_minutes(minutes)


def test_a_day_before_the_first_table_is_refused() -> None:
    first = break_tables()[0].in_force_from
    assert break_minutes(480, on=first) == 45
    with pytest.raises(BadInputError, match="No table of refreshment breaks"):
        break_minutes(480, on=date(1990, 1, 1))


def test_every_table_says_what_sets_it_and_whether_that_was_read() -> None:
    for table in break_tables():
        assert table.provision
        assert table.source
        assert table.verified in {True, False}


def test_officers_for_a_post_are_as_the_example_says() -> None:
    assert doctest.testmod(cover).failed == 0


def test_half_a_day_takes_half_the_officers() -> None:
    assert officers_per_post(0.2, post_hours=84) == pytest.approx(officers_per_post(0.2) / 2)


@pytest.mark.parametrize("words", [{"abstraction_share": 1.0}, {"abstraction_share": -0.1}])
def test_a_share_that_cannot_be_lost_is_refused(words: dict[str, float]) -> None:
    with pytest.raises(BadInputError, match="cannot be lost"):
        officers_per_post(**words)


def test_posts_and_officers_without_hours_are_refused() -> None:
    with pytest.raises(BadInputError, match="make no post"):
        officers_per_post(0.2, weekly_hours=0)
