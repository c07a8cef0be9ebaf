"""Speeds, tolerances and limits of travel on streets."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from rightplace.errors import UsageError

KINDS = ("motorway", "main", "local", "service", "walkway")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetSettings:
    """How fast crews get about, and how far from a street a point may lie.

    Parameters
    ----------
    walk_metres_per_second
        Speed on foot (1.39 is 5 km/h, as in the foot profile of OSRM).
    motorway_metres_per_second
        Speed of a car on motorways and trunk roads; a choice of ours, below the 85 to 90 km/h of
        OSRM's car profile, which knows no queues.
    main_metres_per_second
        Speed of a car on primary, secondary and tertiary roads; a choice of ours for a town with
        limits of 20 or 30 mph (OSRM's 40 to 65 km/h are more than such limits allow).
    local_metres_per_second
        Speed of a car on residential and unclassified streets, and on every street of a file
        that does not tell kinds apart (6.94 is 25 km/h, as in OSRM's car profile).
    service_metres_per_second
        Speed of a car on service roads and living streets (2.78 and 4.17 are OSRM's 10 and
        15 km/h; the higher is taken).
    join_metres
        Ends of lines no further apart than this are one junction; a choice of ours, above the
        rounding of published files and far below the width of a street.
    snap_metres
        A point further than this from every street is refused; a choice of ours.
    move_metres
        A point by a street that is cut off from the rest is moved to the nearest street that is
        not, if that lies no further than this; beyond it is refused; a choice of ours.
    detour_factor
        Length of the way for each metre as the crow flies, where no street file is given;
        between places 500 to 2,000 m apart on Philadelphia's streets 1.3 as a whole, and 1.1 to
        1.5 for eight pairs in ten (measured by this project on 6,439 pairs).
    """

    walk_metres_per_second: float = 1.39
    motorway_metres_per_second: float = 20.0
    main_metres_per_second: float = 9.0
    local_metres_per_second: float = 6.94
    service_metres_per_second: float = 4.17
    join_metres: float = 0.01
    snap_metres: float = 500.0
    move_metres: float = 250.0
    detour_factor: float = 1.3

    def __post_init__(self) -> None:
        """Check that speeds are above 0, distances are not below 0, and a detour is no short cut.

        Raises
        ------
        UsageError
            If one is.
        """
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            lowest = 1.0 if field.name == "detour_factor" else 0.0
            needs_speed = field.name.endswith("per_second")
            if not math.isfinite(value) or value < lowest or (needs_speed and value == 0):
                msg = f"streets.{field.name} cannot be {value}."
                remedy = f"Give a number {'above' if needs_speed else 'of at least'} {lowest:g}."
                raise UsageError(msg, value=value, remedy=remedy)

    def car_metres_per_second(self) -> tuple[float, ...]:
        """Return the speed of a car on each of ``KINDS``; no car uses the last."""
        return (
            self.motorway_metres_per_second,
            self.main_metres_per_second,
            self.local_metres_per_second,
            self.service_metres_per_second,
            self.service_metres_per_second,
        )
