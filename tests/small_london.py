"""Two invented boroughs and a City without totals, small enough to check by hand."""

from __future__ import annotations

from functools import partial

import numpy as np
import shapely

from rightplace.core.time import Month, months_between
from rightplace.crime.simulate.outlines import CITY_OF_LONDON, CRS, DemoOutlines
from rightplace.crime.simulate.totals import BoroughTotals
from rightplace.places.projection import to_metres

STEP = 0.01  # degrees: about 690 m by 1,110 m


def outlines() -> DemoOutlines:
    """Three areas in Northbank, three in Southbank and one in the City, side by side."""
    boroughs = ["Northbank"] * 3 + ["Southbank"] * 3 + [CITY_OF_LONDON]
    west, south = -0.10, 51.50
    lonlat = shapely.box(
        west + STEP * np.arange(7), south, west + STEP * (np.arange(7) + 1), south + STEP
    )
    polygons = shapely.transform(lonlat, partial(to_metres, CRS), interleaved=False)
    return DemoOutlines(
        codes=np.array([f"E0100000{number}" for number in range(7)]),
        names=np.array([f"{borough} 00{number}A" for number, borough in enumerate(boroughs)]),
        boroughs=np.array(boroughs),
        polygons=polygons,
        polygons_lonlat=lonlat,
    )


def totals(*counts: int, months: int = 2) -> BoroughTotals:
    """Violence with injury and possession of weapons, by borough, from March 2023."""
    given = np.array(counts or (40, 30, 20, 10, 5, 0, 3, 60))
    return BoroughTotals(
        classes=("violence_with_injury", "possession_of_weapons"),
        boroughs=("Northbank", "Southbank"),
        months=tuple(months_between(Month(2023, 3), Month(2023, 3).plus(months - 1))),
        counts=given.reshape(2, 2, months).astype(np.int64),
    )
