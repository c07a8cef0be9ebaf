"""Which band a value falls in, and how a band is called."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from rightplace.errors import UsageError
from rightplace.forecast.near_repeat.bands import Bands, Closed

VALUES = np.array([0.0, 0.05, 0.1, 100.0, 200.0, 200.5, nan])


@pytest.mark.parametrize(
    ("closed", "expected"),
    [("left", [0, 0, 1, 1, -1, -1, -1]), ("right", [0, 0, 0, 1, 1, -1, -1])],
)
def test_an_edge_belongs_to_the_band_that_is_closed_there(
    closed: Closed, expected: list[int]
) -> None:
    assert Bands(edges=(0, 0.1, 200), closed=closed).which(VALUES).tolist() == expected


def test_the_lowest_edge_belongs_to_the_first_band_even_when_closed_on_the_right() -> None:
    bands = Bands(edges=(5, 10), closed="right")
    assert bands.which(np.array([4.9, 5.0, 10.0, 10.1])).tolist() == [-1, 0, 0, -1]


@pytest.mark.parametrize("closed", ["left", "right"])
def test_an_open_end_takes_everything_beyond(closed: Closed) -> None:
    assert Bands(edges=(0, 1, inf), closed=closed).which(np.array([1e12])).tolist() == [1]


@pytest.mark.parametrize(
    ("closed", "expected"), [("left", [-1, 6, 13, 20]), ("right", [-1, 7, 14, 21])]
)
def test_days_of_a_band_end_before_or_at_its_edge(closed: Closed, expected: list[int]) -> None:
    assert Bands(edges=(0, 7, 14, 21), closed=closed).last_units().tolist() == expected


def test_a_band_without_a_whole_day_is_refused_with_its_edges() -> None:
    with pytest.raises(UsageError, match=r"No whole number .* from 0.2 to 0.8"):
        Bands(edges=(0, 0.2, 0.8), closed="right").last_units()


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        ((0.0,), "two or more are needed"),
        ((0, 200, 100), "100 stands after 200"),
        ((0, 7, 7), "7 stands after 7"),
        ((-1, 7), "numbers from 0"),
        ((0, nan), "numbers from 0"),
        ((0, inf, inf), "inf stands after inf"),
    ],
)
def test_edges_that_make_no_bands_are_refused_with_the_reason(
    edges: tuple[float, ...], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        Bands(edges=edges, closed="left")


def test_bands_are_told_in_words_and_as_intervals() -> None:
    space = Bands(edges=(0, 0.1, 200, inf), closed="left")
    assert [space.interval(band) for band in range(3)] == ["[0, 0.1)", "[0.1, 200)", "[200, inf)"]
    assert [space.distance_words(band) for band in range(3)] == [
        "same place (under 0.1 m)",
        "0.1 m to under 200 m",
        "200 m or more",
    ]
    time = Bands(edges=(0, 1, 2, 14, inf), closed="left")
    said = [time.day_words(band) for band in range(4)]
    assert said == ["same day", "1 day", "2 to 13 days", "14 days or more"]


def test_bands_closed_on_the_right_say_over_and_up_to() -> None:
    space = Bands(edges=(0, 0.1, 200, inf), closed="right")
    assert [space.interval(band) for band in range(3)] == ["[0, 0.1]", "(0.1, 200]", "(200, inf)"]
    assert [space.distance_words(band) for band in range(3)] == [
        "same place (up to 0.1 m)",
        "over 0.1 m to 200 m",
        "over 200 m",
    ]
    assert Bands(edges=(0, 7, 14), closed="right").day_words(1) == "8 to 14 days"
