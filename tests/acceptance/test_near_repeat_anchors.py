"""Published Knox tables: observed counts exactly, ratios and p within Monte Carlo error.

Sources: Steenbeek (2020), NearRepeat for R, vignettes "NearRepeat", "NRC" and "NearRepeat_breaks";
T. Davies, notebook "Usage of Knox test". Their ratios are by the mean (or median) of permutations
of their own generator; ours by the exact mean. So a published ratio may be off by the error of its
own mean alone: four standard deviations of the count over the square root of its permutations.
"""

from __future__ import annotations

import csv
from datetime import date, datetime
from functools import cache
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rightplace.forecast.near_repeat.bands import Bands, Closed
from rightplace.forecast.near_repeat.knox import NearRepeat, near_repeat
from tests.paths import SHARED, needs_shared

if TYPE_CHECKING:
    from rightplace.forecast.near_repeat.pairs import Metric

pytestmark = needs_shared
FOLDER = SHARED / "near_repeat"
MONTH, ARSON, CITY = "chicago_be_month1.csv", "chicago_arson.csv", "burglary 2016"
ERRORS = 4.0  # standard errors: one false alarm in 16,000


@cache
def events(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Places and days of a file, read without the product's own reader."""
    file = "chicago_burglary_2014_2017.csv" if name == CITY else name
    with (FOLDER / file).open(encoding="utf-8") as opened:
        rows = list(csv.reader(opened))
    if name == CITY:
        of_2016 = [row for row in rows[1:] if row[2].endswith("2016")]
        days = [datetime.strptime(row[2], "%d/%m/%Y").toordinal() for row in of_2016]  # noqa: DTZ007 - a day
        rows = of_2016
    else:
        days = [date.fromisoformat(row[2]).toordinal() for row in rows]
    return np.array([row[:2] for row in rows], dtype=float), np.array(days)


@cache
def knox(
    name: str, space: tuple[float, ...], time: tuple[float, ...], metric: Metric, closed: Closed
) -> NearRepeat:
    return near_repeat(
        *events(name),
        bands=(Bands(edges=space, closed=closed), Bands(edges=time, closed=closed)),
        metric=metric,
        permutations=999,
        generator=np.random.default_rng(9489),
    )


SAME = (0, 0.1, 200, 400, 600)
THREE_WEEKS = (0, 7, 14, 21)
OBSERVED = [
    (
        MONTH, SAME, THREE_WEEKS, "manhattan", "left",
        "28 5 5 | 141 69 27 | 186 140 100 | 237 192 128",
    ),
    (
        MONTH, (0, 1, 101, 201, 301, inf), (0, 8, 15, 22, inf), "manhattan", "left",
        "29 4 5 2 | 45 15 7 2 | 106 48 21 13 | 88 64 46 15 | 206611 138108 88321 36415",
    ),
    (
        MONTH, (0, 1, 100, 200, 300, inf), (0, 7, 14, 21, inf), "manhattan", "left",
        "28 5 5 2 | 44 13 8 4 | 97 56 19 16 | 77 67 45 20 | 182194 146149 95237 45879",
    ),
    (
        CITY, SAME, THREE_WEEKS, "euclidean", "right",
        "342 97 62 | 1892 1514 1362 | 4145 3643 3592 | 5805 5143 4919",
    ),
    (
        CITY, SAME, THREE_WEEKS, "euclidean", "left",
        "319 106 62 | 1647 1539 1400 | 3598 3660 3638 | 5028 5167 4935",
    ),
    (
        CITY, SAME, THREE_WEEKS, "manhattan", "right",
        "342 97 62 | 1502 1163 1038 | 2806 2431 2386 | 3968 3553 3395",
    ),
    (
        ARSON, (0, 0.01, 201, 401, 601), (0, 1, 2, 3), "manhattan", "left",
        "0 2 0 | 9 1 1 | 4 0 0 | 6 0 0",
    ),
]  # fmt: skip


def table(text: str) -> np.ndarray:
    return np.array([[float(cell) for cell in row.split()] for row in text.split("|")])


@pytest.mark.parametrize(("name", "space", "time", "metric", "closed", "published"), OBSERVED)
def test_observed_pairs_are_those_published(
    name: str,
    space: tuple[float, ...],
    time: tuple[float, ...],
    metric: Metric,
    closed: Closed,
    published: str,
) -> None:
    observed = knox(name, space, time, metric, closed).counts.observed
    assert observed.tolist() == table(published).astype(int).tolist()


def test_ratios_of_one_month_are_those_published_within_the_error_of_their_mean() -> None:
    found = knox(MONTH, SAME, THREE_WEEKS, "manhattan", "left")
    published = table(
        "1.803 0.404 0.613 | 1.412 0.862 0.517 | 1.014 0.950 1.051 | 0.975 0.981 1.007"
    )
    error = found.permuted.std(axis=0) / np.sqrt(999) / found.counts.expected
    ratio = found.counts.ratio
    assert (np.abs(published - ratio) <= ERRORS * error * ratio + 0.0005).all()
    by_mean = found.counts.observed / found.permuted.mean(axis=0)
    assert (np.abs(by_mean - ratio) <= ERRORS * error * ratio).all()


def test_p_of_one_month_are_those_published_within_the_error_of_both() -> None:
    found = knox(MONTH, SAME, THREE_WEEKS, "manhattan", "left")
    published = table(".001 1 .943 | .001 .929 1 | .435 .785 .312 | .696 .635 .479")
    error = np.sqrt(2 * found.p * (1 - found.p) / 999)
    assert (np.abs(published - found.p) <= ERRORS * error + 0.001).all()


def test_ratios_by_the_median_of_2016_are_those_published_within_the_error_of_their_median() -> (
    None
):
    found = knox(CITY, SAME, THREE_WEEKS, "euclidean", "right")
    published = table(
        "6.453 1.980 1.319 | 1.417 1.248 1.141 | 1.136 1.106 1.114 | 1.130 1.100 1.077"
    )
    median = np.median(found.permuted, axis=0)
    ours = found.counts.observed / median
    # A median errs 1.2533 times as much as a mean, and is a whole number of pairs.
    apart = 1.2533 * found.permuted.std(axis=0) * np.sqrt(1 / 99 + 1 / 999) * ERRORS + 1
    assert (np.abs(published - ours) <= ours * apart / median + 0.0005).all()
    assert found.p[0, 0] == 0.001
    assert found.significant()[:, 0].all()


def test_the_mean_behind_the_published_ratio_of_arson_is_within_its_error() -> None:
    found = knox(ARSON, (0, 0.01, 201, 401, 601), (0, 1, 2, 3), "manhattan", "left")
    error = found.permuted[:, 1, 0].std() / np.sqrt(100)
    for ratio in (69.23, 74.25):  # of the R package, and of the Near Repeat Calculator
        assert abs(9 / ratio - found.counts.expected[1, 0]) <= ERRORS * error


def test_where_the_calculator_puts_a_pair_its_label_is_one_too_high() -> None:
    """100 m and 3 days apart: it says '101 to 200 m' and '4 to 6 days'; both are [a - 1, b)."""
    found = near_repeat(
        np.array([[0.0, 0.0], [0.0, 100.0]]),
        np.array([1, 4]),
        bands=(Bands(edges=(0, 1, 100, 200), closed="left"), Bands(edges=(0, 3, 6), closed="left")),
        metric="manhattan",
        permutations=9,
        generator=np.random.default_rng(0),
    )
    assert np.argwhere(found.counts.observed).tolist() == [[2, 1]]
    assert found.space.distance_words(2) == "100 m to under 200 m"
    assert found.time.day_words(1) == "3 to 5 days"
