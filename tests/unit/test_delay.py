"""How much of a month is on file while it is young, and what is too little to say so."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rightplace.core.time import Month
from rightplace.crime.revisions import Revision
from rightplace.errors import BadInputError
from rightplace.forecast.delay import (
    Completeness,
    age_band,
    completeness,
    days_on_file,
    share_at,
    share_interval,
)

CITY, MET = "data.police.uk/city-of-london/crimes", "data.police.uk/metropolitan/crimes"
ASSAULT, ROBBERY = "assault", "robbery"


def revision(  # noqa: PLR0913 - one parameter for each fact that varies
    number: int,
    then: int,
    now: int,
    *,
    age: int = 2,
    newest: int = 12,
    offence: str = ASSAULT,
    population: str = CITY,
) -> Revision:
    return Revision(
        population=population,
        month=Month(2018, number),
        offence=offence,
        age_months=age,
        newest_age_months=newest,
        then=then,
        now=now,
    )


def learn(*revisions: Revision) -> tuple[Completeness, ...]:
    return completeness(revisions, offences=[ASSAULT, ROBBERY])


def together(*revisions: Revision) -> Completeness | None:
    """Return what was learned of all classes together in the one band there is."""
    return next((c for c in learn(*revisions) if c.offence is None), None)


@pytest.mark.parametrize(
    ("age", "band"),
    [(1, (1, 1)), (2, (2, 3)), (3, (2, 3)), (4, (4, 7)), (8, (8, 15)), (23, (16, 31))],
)
def test_ages_are_pooled_in_bands_that_double(age: int, band: tuple[int, int]) -> None:
    assert age_band(age) == band


def test_a_month_that_was_still_running_has_no_completeness() -> None:
    with pytest.raises(BadInputError, match="0 months after its month"):
        age_band(0)


def test_the_share_is_of_all_months_of_a_band_together() -> None:
    found = together(revision(1, 18, 20), revision(2, 9, 10), revision(3, 9, 10, age=3))
    assert found is not None
    assert (found.months, found.then, found.now, found.share) == (3, 36, 40, 0.9)
    assert (found.from_age_months, found.to_age_months) == (2, 3)
    assert found.lo95 < 0.9 < found.hi95 < 1


@pytest.mark.parametrize(
    "revisions",
    [
        [revision(1, 90, 100), revision(2, 90, 100)],  # two months
        [revision(n, 9, 9) for n in (1, 2, 3)],  # 27 records
        [revision(n, 90, 100, newest=3) for n in (1, 2, 3)],  # the newest is as young
    ],
)
def test_too_little_is_not_learned_from(revisions: list[Revision]) -> None:
    assert learn(*revisions) == ()


def test_thirty_records_of_three_months_are_enough() -> None:
    assert together(*[revision(n, 10, 10) for n in (1, 2, 3)]) is not None


def test_a_class_that_a_release_holds_nothing_of_is_not_late() -> None:
    # As anti-social behaviour in the City's December 2017: absent at first, 136 later.
    absent = [revision(n, 0, 136, offence=ROBBERY) for n in (1, 2, 3)]
    found = together(*[revision(n, 20, 20) for n in (1, 2, 3)], *absent)
    assert found is not None
    assert (found.then, found.now, found.share) == (60, 60, 1.0)
    few = [revision(n, 0, 4, offence=ROBBERY) for n in (1, 2, 3)]
    late = together(*[revision(n, 20, 20) for n in (1, 2, 3)], *few)
    assert late is not None
    assert (late.then, late.now) == (60, 72)


def test_classes_that_are_not_asked_for_say_nothing() -> None:
    assert learn(*[revision(n, 10, 90, offence="drug_possession") for n in (1, 2, 3)]) == ()


def test_several_releases_in_one_band_count_once_by_the_youngest() -> None:
    twice = [revision(n, 8, 10, age=2) for n in (1, 2, 3)]
    twice += [revision(n, 10, 10, age=3) for n in (1, 2, 3)]
    found = together(*twice)
    assert found is not None
    assert (found.then, found.now) == (24, 30)


def test_records_withdrawn_since_are_no_completeness_above_one() -> None:
    found = together(*[revision(n, 12, 10) for n in (1, 2, 3)])
    assert found is not None
    assert (found.share, found.hi95) == (1.0, 1.0)


def test_the_interval_is_jeffreys_where_months_agree() -> None:
    # One of two gives Beta(3/2, 3/2), half a circle, whose distribution has a closed form.
    def below(x: float) -> float:
        return 2 / math.pi * (math.asin(math.sqrt(x)) - math.sqrt(x * (1 - x)) * (1 - 2 * x))

    low, high = share_interval(np.array([1]), np.array([2]))
    assert below(low) == pytest.approx(0.025)
    assert below(high) == pytest.approx(0.975)


def test_months_that_differ_widen_the_interval() -> None:
    agree = share_interval(np.array([45, 45, 45]), np.array([50, 50, 50]))
    differ = share_interval(np.array([50, 50, 35]), np.array([50, 50, 50]))
    assert differ[1] - differ[0] > 1.5 * (agree[1] - agree[0])


def test_a_class_with_its_own_share_is_weighed_and_others_take_that_of_all() -> None:
    revisions = [revision(n, 10, 20) for n in (1, 2, 3)]
    revisions += [revision(n, 5, 5, offence=ROBBERY) for n in (1, 2, 3)]  # 15: too few alone
    learned = learn(*revisions)
    # Together 45 of 75; assault alone 30 of 60. Weighed 3 to 1: (3 x 0.5 + 1 x 0.6) / 4.
    found = share_at(learned, CITY, 2, records={ASSAULT: 300, ROBBERY: 100})
    assert found == pytest.approx(0.525)


def test_what_one_force_teaches_is_not_said_of_another() -> None:
    learned = learn(*[revision(n, 10, 20) for n in (1, 2, 3)])
    assert share_at(learned, CITY, 3, records={ASSAULT: 1}) == 0.5
    assert share_at(learned, MET, 3, records={ASSAULT: 1}) is None
    assert share_at(learned, CITY, 4, records={ASSAULT: 1}) is None
    assert share_at(learned, CITY, 0, records={ASSAULT: 1}) is None


def test_days_count_by_the_share_on_file_of_each_cells_forces() -> None:
    days = np.array([30.0, 31.0])
    one = days_on_file(days, np.array([[1.0, 0.5]]), np.ones((2, 1)))
    assert one.tolist() == [30.0, 15.5]
    mix = np.array([[1.0, 0.0], [0.5, 0.5]])
    two = days_on_file(days, np.array([[1.0, 0.5], [1.0, 1.0]]), mix)
    assert two.tolist() == [[30.0, 15.5], [30.0, 23.25]]
