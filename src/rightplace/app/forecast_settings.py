"""Settings of forecasts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastSettings:
    """How violence is forecast when nothing else is asked for.

    Parameters
    ----------
    method
        Name of a method and its settings, as in ``backtest --methods``.
    published_cells_share
        Smallest share of a borough's cells with any record for its month to count as published.
    """

    method: str = "fading@half_life_weeks=104,shrunk=1"
    published_cells_share: float = 0.5
