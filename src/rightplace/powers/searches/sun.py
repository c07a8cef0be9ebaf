"""When the sun sets and civil twilight ends at a place, to within 2 minutes of an almanac.

The low-precision equations of Meeus as NOAA's Solar Calculator arranges them: position of the sun
by its mean elements, then the hour angle at which it stands at an altitude, worked out again at
that moment. The sun has set when its centre stands 50 minutes of arc below the horizon (refraction
and radius), civil twilight has ended when it stands 6 degrees below.

References
----------
Meeus (1998), Astronomical Algorithms, 2nd ed., 25 and 28; NOAA Global Monitoring Laboratory, Solar
Calculation Details; HM Nautical Almanac Office, Astronomical Information Sheet 7 (definitions).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SUNSET, CIVIL_DUSK = -50 / 60, -6.0
"""Altitudes of the centre of the sun, in degrees."""
_J2000 = 946_728_000  # noon of 1 January 2000, in seconds since 1970
_SECONDS_A_CENTURY = 36_525 * 86_400
_HALF_TURN = 180.0
_HIGHEST = 60.0  # degrees of latitude up to which the sun sets, and twilight ends, every day
_ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the sun is watched from.

    Parameters
    ----------
    lon, lat
        Degrees east and north; the latitude at most 60 on either side, so that the sun sets every
        day. Civil twilight then ends every day too.
    """

    lon: float
    lat: float

    def __post_init__(self) -> None:
        """Check that the sun sets there every day.

        Raises
        ------
        BadInputError
            If it may not.
        """
        if abs(self.lon) > _HALF_TURN or abs(self.lat) > _HIGHEST:
            msg = f"At {self.lat} north, {self.lon} east the sun or twilight may not end each day."
            remedy = f"Give a longitude and a latitude of at most {_HIGHEST:g} degrees."
            raise BadInputError(msg, value=self.lat, remedy=remedy)


LONDON = Place(lon=-0.1276, lat=51.5072)
"""Charing Cross. The sun sets at most 3 minutes earlier or later anywhere in Greater London."""


def evening(
    days: NDArray[np.datetime64], *, altitude: float, place: Place = LONDON
) -> NDArray[np.datetime64]:
    """Return when the sun sinks through an altitude on each day, in UTC.

    Parameters
    ----------
    days
        Shape (n,). Days of the place, datetime64[D].
    altitude
        Of the centre of the sun, in degrees; below 0 once it has set.
    place
        Where.

    Returns
    -------
    ndarray
        Shape (n,), datetime64[s].
    """
    noon = days.astype("datetime64[s]").astype(np.int64) + 43_200 + round(-place.lon * 240)
    seconds = noon + 21_600  # noon of the place by the mean sun, and six hours to begin with
    for _ in range(_ROUNDS):
        declination, equation = _sun(seconds)
        minutes = 4 * _hour_angle(declination, altitude=altitude, lat=place.lat) - equation
        seconds = noon + np.round(minutes * 60).astype(np.int64)
    return np.asarray(seconds.astype("datetime64[s]"))


def _sun(seconds: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return declination (radians) and equation of time (minutes), by seconds since 1970."""
    century = (seconds - _J2000) / _SECONDS_A_CENTURY
    longitude = np.radians((280.46646 + century * (36000.76983 + century * 0.0003032)) % 360)
    anomaly = np.radians(357.52911 + century * (35999.05029 - 0.0001537 * century))
    eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
    centre = (
        np.sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
        + np.sin(2 * anomaly) * (0.019993 - 0.000101 * century)
        + np.sin(3 * anomaly) * 0.000289
    )
    node = np.radians(125.04 - 1934.136 * century)
    apparent = longitude + np.radians(centre - 0.00569 - 0.00478 * np.sin(node))
    tilt = np.radians(23.4392911 - 0.0130042 * century + 0.00256 * np.cos(node))
    declination = np.arcsin(np.sin(tilt) * np.sin(apparent))
    y = np.tan(tilt / 2) ** 2
    equation = (
        y * np.sin(2 * longitude)
        - 2 * eccentricity * np.sin(anomaly)
        + 4 * eccentricity * y * np.sin(anomaly) * np.cos(2 * longitude)
        - 0.5 * y**2 * np.sin(4 * longitude)
        - 1.25 * eccentricity**2 * np.sin(2 * anomaly)
    )
    return declination, 4 * np.degrees(equation)


def _hour_angle(
    declination: NDArray[np.float64], *, altitude: float, lat: float
) -> NDArray[np.float64]:
    """Return the angle in degrees by which the earth has turned since noon."""
    phi = np.radians(lat)
    cosine = np.sin(np.radians(altitude)) - np.sin(phi) * np.sin(declination)
    return np.asarray(np.degrees(np.arccos(cosine / (np.cos(phi) * np.cos(declination)))))
