"""How much of what came fell on a set of places, with an interval, and beside another set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import UndefinedMetricError, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSetScore:
    """What came in a set of places.

    Intervals are exact binomial ones (Clopper and Pearson 1934): each incident falls into the
    set or not, by itself. Incidents that follow each other make them too narrow.

    Parameters
    ----------
    places, area_km2
        The set.
    incidents
        That came there.
    hit_rate, hit_rate_lo95, hit_rate_hi95
        Share of all incidents, 0 to 1.
    index, index_lo95, index_hi95
        Predictive accuracy index: that share by the set's share of the ground. 1 is no better
        than chance; it favours small sets.
    """

    places: int
    area_km2: float
    incidents: int
    hit_rate: float
    hit_rate_lo95: float
    hit_rate_hi95: float
    index: float
    index_lo95: float
    index_hi95: float

    @property
    def incidents_per_place(self) -> float:
        """Incidents for each place."""
        return self.incidents / self.places

    @property
    def incidents_per_km2(self) -> float:
        """Incidents for each square kilometre."""
        return self.incidents / self.area_km2


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityRatio:
    """Incidents per square kilometre of one set by those of another, with its 95 % interval.

    The upper end is None where nothing came in the other set: no ratio is too great.
    """

    ratio: float | None
    lo95: float
    hi95: float | None


def score_places(
    incidents: NDArray[np.float64], area_km2: NDArray[np.float64], *, chosen: NDArray[np.bool_]
) -> PlaceSetScore:
    """Return what came in the chosen places.

    Parameters
    ----------
    incidents
        Shape (n_cells,). What came in each; NaN where that is not known, and such cells are left
        out of both sides.
    area_km2
        Shape (n_cells,). Ground.
    chosen
        Shape (n_cells,).

    Raises
    ------
    UsageError
        If the arrays speak of different cells.
    UndefinedMetricError
        If no place with data is chosen, or nothing came anywhere.
    """
    if not incidents.shape == area_km2.shape == chosen.shape:
        msg = f"Incidents, ground and choice differ in shape: {incidents.shape}, {chosen.shape}."
        raise UsageError(msg)
    known = np.isfinite(incidents)
    inside = chosen & known
    total, hits = int(incidents[known].sum()), int(incidents[inside].sum())
    if not inside.any() or total == 0:
        what = "no place with data is chosen" if total else "nothing came anywhere"
        msg = f"A hit rate cannot be told: {what}."
        raise UndefinedMetricError(msg)
    ground = float(area_km2[inside].sum())
    share = ground / float(area_km2[known].sum())
    low, high = binomial_interval(hits, total)
    return PlaceSetScore(
        places=int(inside.sum()),
        area_km2=ground,
        incidents=hits,
        hit_rate=hits / total,
        hit_rate_lo95=low,
        hit_rate_hi95=high,
        index=hits / total / share,
        index_lo95=low / share,
        index_hi95=high / share,
    )


def binomial_interval(hits: int, total: int) -> tuple[float, float]:
    """Return the exact central 95 % interval of a chance, given hits of a total above 0.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26, 404-413.
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - slow to import

    tail = (1 - _LEVEL) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, total - hits + 1, tail))
    high = 1.0 if hits == total else float(betaincinv(hits + 1, total - hits, 1 - tail))
    return low, high


def density_ratio(one: PlaceSetScore, other: PlaceSetScore) -> DensityRatio | None:
    """Return the incidents per square kilometre of one set by those of another.

    Given what came in both together, what came in the first is binomial; its interval is that of
    the ratio. None where nothing came in either.
    """
    both = one.incidents + other.incidents
    if both == 0:
        return None
    ground = other.area_km2 / one.area_km2
    low, high = binomial_interval(one.incidents, both)
    return DensityRatio(
        ratio=one.incidents / other.incidents * ground if other.incidents else None,
        lo95=low / (1 - low) * ground,
        hi95=high / (1 - high) * ground if high < 1 else None,
    )
