"""What came in a set of places: by hand, and beside published intervals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from rightplace.errors import UndefinedMetricError, UsageError
from rightplace.evaluate.place_scores import binomial_interval, density_ratio, score_places

INCIDENTS = np.array([8.0, 2.0, 0.0, 10.0, np.nan])
KM2 = np.array([0.5, 0.5, 1.0, 2.0, 7.0])


def chosen(*cells: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.isin(np.arange(5), cells)


def test_hits_density_and_index_are_as_by_hand() -> None:
    found = score_places(INCIDENTS, KM2, chosen=chosen(0, 2, 4))
    # 8 of 20 incidents on 1.5 of 4 square kilometres; the cell without data is in neither.
    assert (found.places, found.incidents, found.area_km2) == (2, 8, 1.5)
    assert found.hit_rate == 0.4
    assert found.index == pytest.approx(0.4 / (1.5 / 4))
    assert found.incidents_per_place == 4
    assert found.incidents_per_km2 == pytest.approx(8 / 1.5)
    assert found.index_lo95 == pytest.approx(found.hit_rate_lo95 / 0.375)
    assert found.hit_rate_lo95 < 0.4 < found.hit_rate_hi95


@pytest.mark.parametrize(("hits", "total"), [(0, 10), (10, 10), (3, 17), (81, 263)])
def test_the_interval_is_the_exact_one(hits: int, total: int) -> None:
    exact = binomtest(hits, total).proportion_ci(0.95, method="exact")
    assert binomial_interval(hits, total) == pytest.approx((exact.low, exact.high))


def test_two_sets_are_compared_by_ground() -> None:
    one, other = (score_places(INCIDENTS, KM2, chosen=chosen(cell)) for cell in (0, 3))
    found = density_ratio(one, other)
    assert found is not None
    # 16 a square kilometre against 5.
    assert found.ratio == pytest.approx(3.2)
    assert found.hi95 is not None
    assert found.lo95 < 3.2 < found.hi95


def test_a_set_where_nothing_came_leaves_the_ratio_open_above() -> None:
    none, some = (score_places(INCIDENTS, KM2, chosen=chosen(cell)) for cell in (2, 0))
    found = density_ratio(some, none)
    assert found is not None
    assert (found.ratio, found.hi95) == (None, None)
    assert found.lo95 > 0
    assert density_ratio(none, none) is None


def test_what_cannot_be_told_is_refused() -> None:
    with pytest.raises(UndefinedMetricError, match="no place with data"):
        score_places(INCIDENTS, KM2, chosen=chosen(4))
    with pytest.raises(UndefinedMetricError, match="nothing came"):
        score_places(np.zeros(5), KM2, chosen=chosen(0))
    with pytest.raises(UsageError, match="differ in shape"):
        score_places(INCIDENTS, KM2[:2], chosen=chosen(0))
