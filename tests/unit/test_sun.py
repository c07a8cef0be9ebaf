"""When the sun sets: beside published times, hand-worked geometry, and laws that always hold."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightplace.errors import BadInputError
from rightplace.powers.searches.sun import CIVIL_DUSK, LONDON, SUNSET, Place, evening


def days(*written: str) -> np.ndarray:
    return np.array(written, dtype="datetime64[D]")


def seconds_off(found: np.ndarray, published: str) -> float:
    return abs(float((found[0] - np.datetime64(published, "s")).astype(np.float64)))


def test_sunset_is_that_of_the_example_worked_in_full_by_reda_and_andreas() -> None:
    # NREL/TP-560-34302 (2003, revised 2008), appendix 5: at 39.742476 north, 105.1786 west the
    # sun sets at 17:20:19 by a clock 7 h behind UTC, of the day 17 October 2003 counted in UTC.
    # That is 0:20:19 UTC of the 17th, so the evening of the 16th by the clock of the place.
    found = evening(days("2003-10-16"), altitude=SUNSET, place=Place(lon=-105.1786, lat=39.742476))
    assert seconds_off(found, "2003-10-17T00:20:19") <= 5


@pytest.mark.parametrize(
    ("day", "sunset", "dusk"),
    [  # London as almanacs print it to the minute, here in UTC
        ("2018-06-21", "2018-06-21T20:21", "2018-06-21T21:09"),
        ("2018-12-21", "2018-12-21T15:53", "2018-12-21T16:33"),
        ("2018-03-20", "2018-03-20T18:14", "2018-03-20T18:47"),
        ("2018-11-03", "2018-11-03T16:31", "2018-11-03T17:05"),
    ],
)
def test_london_agrees_with_almanac_times_within_2_minutes(
    day: str, sunset: str, dusk: str
) -> None:
    assert seconds_off(evening(days(day), altitude=SUNSET), sunset) <= 120
    assert seconds_off(evening(days(day), altitude=CIVIL_DUSK), dusk) <= 120


def test_at_the_equator_an_equinox_day_ends_six_hours_and_a_bit_after_noon() -> None:
    # Worked by hand: declination 0, so the sun sinks 15 degrees an hour straight down; its centre
    # must sink 50' below the horizon: 6 h + 50/60/15 h = 6 h 3 min 20 s after solar noon, which
    # on 20 March 2018 is 12:07:30 at Greenwich (equation of time -7 min 30 s).
    found = evening(days("2018-03-20"), altitude=SUNSET, place=Place(lon=0, lat=0))
    assert seconds_off(found, "2018-03-20T18:10:50") <= 20


def test_nowhere_in_greater_london_is_the_sun_three_minutes_off() -> None:
    year = np.arange("2018-01-01", "2019-01-01", dtype="datetime64[D]")
    middle = evening(year, altitude=CIVIL_DUSK)
    for lon, lat in ((-0.51, 51.5), (0.334, 51.5), (-0.05, 51.286), (-0.05, 51.692)):
        corner = evening(year, altitude=CIVIL_DUSK, place=Place(lon=lon, lat=lat))
        assert np.abs((corner - middle).astype(np.int64)).max() < 180


any_day = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(any_day, st.floats(-179, 179), st.floats(-59, 59))
def test_twilight_ends_after_sunset_and_the_evening_follows_noon(
    day: date, lon: float, lat: float
) -> None:
    place = Place(lon=lon, lat=lat)
    sunset, dusk = (
        evening(days(str(day)), altitude=altitude, place=place)[0]
        for altitude in (SUNSET, CIVIL_DUSK)
    )
    noon = np.datetime64(str(day), "s") + np.timedelta64(round(43_200 - lon * 240), "s")
    assert sunset < dusk
    assert 0 < (sunset - noon) / np.timedelta64(1, "h") < 12


@given(any_day)
def test_a_degree_west_is_four_minutes_later(day: date) -> None:
    here = evening(days(str(day)), altitude=SUNSET)
    west = evening(days(str(day)), altitude=SUNSET, place=Place(lon=LONDON.lon - 1, lat=LONDON.lat))
    assert abs(float((west - here)[0].astype(np.float64)) - 240) <= 2


@pytest.mark.parametrize(("lon", "lat"), [(0, 60.5), (0, -70), (181, 0)])
def test_a_place_where_twilight_may_not_end_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(BadInputError, match="may not end"):
        Place(lon=lon, lat=lat)
