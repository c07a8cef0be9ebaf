"""How much of what came fell on the ground that was flagged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import BadInputError, UndefinedMetricError
from rightplace.forecast.judging.ranking import Ranking

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A share of cells such as 0.07 x 100 comes out as 7.000000000000001; it means 7.
_ROUNDING = 1e-9


def flagged_count(share: float, n_cells: int) -> int:
    """Return how many cells a share of the study area is: ceil(share x n_cells).

    Raises
    ------
    BadInputError
        If the share is not above 0 and at most 1.
    """
    if not 0 < share <= 1:
        msg = f"A share of cells must be above 0 and at most 1, got {share:g}."
        raise BadInputError(msg, value=share)
    return max(1, int(np.ceil(share * n_cells - _ROUNDING)))


def expected_hits(
    events: NDArray[np.generic], forecast: NDArray[np.float64], *, flagged: int
) -> float:
    """Return the events in the cells of highest forecast, ties at the cut shared in expectation.

    When several cells tie for the last places, each is in with the same chance, so the result
    may be a fraction and does not depend on the order of cells.

    Parameters
    ----------
    events
        Shape (n_cells,). Events after the forecast (or their harm), 0 or more.
    forecast
        Shape (n_cells,). Any numbers that rank the cells, highest first.
    flagged
        How many cells are chosen, 1 to n_cells.

    Raises
    ------
    BadInputError
        If shapes differ, a forecast is not a number, or too few or too many are chosen.
    """
    n_cells = len(events)
    if forecast.shape != events.shape or not np.isfinite(forecast).all():
        msg = f"{n_cells} cells need {n_cells} finite forecasts, got shape {forecast.shape}."
        raise BadInputError(msg, remedy="Leave cells without data out of both.")
    if not 1 <= flagged <= n_cells:
        msg = f"{flagged} of {n_cells} cells cannot be chosen."
        raise BadInputError(msg, value=flagged)
    return float(Ranking.of(forecast).caught(events, np.array(flagged)))


def most_hits(events: NDArray[np.generic], *, flagged: int) -> float:
    """Return the most events that any so many cells could have had."""
    return float(np.sort(events)[len(events) - flagged :].sum())


def _share_caught(
    values: NDArray[np.generic], forecast: NDArray[np.float64], *, share: float, what: str
) -> float:
    """Return the share of events or harm in the cells of highest forecast.

    Raises
    ------
    UndefinedMetricError
        If there is none anywhere.
    """
    if not values.any():
        msg = f"No {what} in any of {values.size} cells; its share is 0/0."
        raise UndefinedMetricError(msg)
    flagged = flagged_count(share, values.size)
    return expected_hits(values, forecast, flagged=flagged) / float(values.sum())


def hit_rate(events: NDArray[np.integer], forecast: NDArray[np.float64], *, share: float) -> float:
    """Return the share of events in the cells of highest forecast (n / N).

    Refused (`UndefinedMetricError`) if no offence happened anywhere.

    Parameters
    ----------
    events
        Shape (n_cells,). Offences in each cell, all *after* the forecast.
    forecast
        Shape (n_cells,). Expected counts, or any numbers that rank the cells.
    share
        Share of cells chosen; ceil(share x n_cells) of them.

    Returns
    -------
    float
        From 0 to 1. Grows with the share, so name the share beside it.
    """
    return _share_caught(events, forecast, share=share, what="offence")


def harm_weighted_hit_rate(
    harm: NDArray[np.float64], forecast: NDArray[np.float64], *, share: float
) -> float:
    """Return the share of harm in the cells of highest forecast.

    Refused (`UndefinedMetricError`) if no harm came anywhere.

    Parameters
    ----------
    harm
        Shape (n_cells,). Summed harm weights of the offences that came, 0 or more. One rare
        grave offence may carry most of it: read it beside the plain hit rate.
    forecast
        Shape (n_cells,). Numbers that rank the cells.
    share
        Share of cells chosen.
    """
    return _share_caught(harm, forecast, share=share, what="harm")


def predictive_accuracy_index(
    events: NDArray[np.integer], area_km2: NDArray[np.float64], *, flagged: NDArray[np.bool_]
) -> float:
    """Return offence density on flagged ground relative to the whole area.

    One is no better than flagging ground at random. The index has no upper limit and favours
    very small flags, so report the flagged area beside it.

    Parameters
    ----------
    events
        Shape (n_cells,). Offences in each cell, all *after* the flags were set.
    area_km2
        Shape (n_cells,). Ground area of each cell, in square kilometres.
    flagged
        Shape (n_cells,). Cells chosen for deployment.

    Returns
    -------
    float
        Ratio of two shares, dimensionless, zero or more.

    Raises
    ------
    UndefinedMetricError
        If nothing is flagged, or no offence happened anywhere.

    References
    ----------
    Chainey, Tompson and Uhlig (2008), Security Journal 21, 4-28.
    """
    if not flagged.any():
        msg = f"No cell is flagged out of {flagged.size}; the index needs at least one."
        raise UndefinedMetricError(msg)
    if not events.any():
        msg = f"No offence in any of {events.size} cells; the hit rate is 0/0."
        raise UndefinedMetricError(msg)
    rate_of_hits = events[flagged].sum() / events.sum()
    area_share = area_km2[flagged].sum() / area_km2.sum()
    return float(rate_of_hits / area_share)


def predictive_efficiency_index(
    events: NDArray[np.integer], forecast: NDArray[np.float64], *, share: float
) -> float:
    """Return hits relative to the most that equally many cells could have had (PEI*).

    Parameters
    ----------
    events
        Shape (n_cells,). Offences in each cell, all *after* the forecast.
    forecast
        Shape (n_cells,). Numbers that rank the cells.
    share
        Share of cells chosen.

    Returns
    -------
    float
        From 0 to 1; 1 needs perfect hindsight, which chance alone puts out of reach.

    Raises
    ------
    UndefinedMetricError
        If no offence happened anywhere.

    References
    ----------
    National Institute of Justice (2017), Real-Time Crime Forecasting Challenge (n / n*).
    """
    if not events.any():
        msg = f"No offence in any of {events.size} cells; the most possible hits are 0."
        raise UndefinedMetricError(msg)
    flagged = flagged_count(share, events.size)
    return expected_hits(events, forecast, flagged=flagged) / most_hits(events, flagged=flagged)


def recapture_rate_index(
    before: NDArray[np.integer], after: NDArray[np.integer], *, flagged: NDArray[np.bool_]
) -> float:
    """Return whether flagged ground held its share: (n2 / n1) / (N2 / N1).

    One means that flagged ground changed as the whole area did; below one, that it lost part
    of its share, as hot spots chosen on their worst days do. (Some software gives the name to
    predicted over observed counts, which is another thing.)

    Parameters
    ----------
    before, after
        Shape (n_cells,). Offences in each cell in the earlier and the later period.
    flagged
        Shape (n_cells,). The hot spots, chosen on the earlier period.

    Raises
    ------
    UndefinedMetricError
        If there was no offence on flagged ground before, or none anywhere after.

    References
    ----------
    Levine (2008), Security Journal 21, 295-302.
    """
    if not before[flagged].any():
        msg = "No offence on flagged ground in the earlier period; its change is a ratio to 0."
        raise UndefinedMetricError(msg)
    if not after.any():
        msg = f"No offence in any of {after.size} cells in the later period; the ratio is 0/0."
        raise UndefinedMetricError(msg)
    flagged_change = after[flagged].sum() / before[flagged].sum()
    return float(flagged_change / (after.sum() / before.sum()))
