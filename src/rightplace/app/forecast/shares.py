"""What a forecast rests on, in shares that sum to 1, with how surely they are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from rightplace.forecast.history import History
    from rightplace.forecast.methods.weighed import SharesOf
    from rightplace.forecast.model import Forecaster

LEVEL = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much of all that is expected rests on one part of the past.

    Parameters
    ----------
    of
        ``last month``, ``last year`` (the rest of it), ``long past``, ``neighbours`` or ``area``.
    share, lo80, hi80
        From 0 to 1, with the 80 % interval of what is not known of the weights.
    """

    of: str
    share: float
    lo80: float
    hi80: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForecastShares:
    """Shares of a forecast: of all cells together, and of each."""

    area: tuple[Share, ...]
    cells: SharesOf


def forecast_shares(model: Forecaster, history: History) -> ForecastShares | None:
    """Return what a fitted method's forecast rests on, or None if it does not weigh its past.

    Parameters
    ----------
    model
        A method fitted on ``history``.
    history
        What it was fitted on.
    """
    from rightplace.forecast.methods.weighed import SHARES_OF
    from rightplace.forecast.model import Sharing

    if not isinstance(model, Sharing):
        return None
    whole = model.shares_with_intervals(history, level=LEVEL, area_wide=True)
    return ForecastShares(
        area=tuple(
            Share(of=of, share=float(share), lo80=float(low), hi80=float(high))
            for of, share, low, high in zip(
                SHARES_OF, whole.share[0], whole.low[0], whole.high[0], strict=True
            )
        ),
        cells=model.shares_with_intervals(history, level=LEVEL),
    )


def shares_table(shares: ForecastShares, cell_ids: pa.ChunkedArray) -> pa.Table:
    """Return the shares of each cell: one row a cell, null without data."""
    from rightplace.forecast.methods.weighed import SHARES_OF

    columns: dict[str, Any] = {"cell_id": cell_ids}
    for number, of in enumerate(SHARES_OF):
        name = of.replace(" ", "_")
        for suffix, values in (
            ("", shares.cells.share),
            ("_lo80", shares.cells.low),
            ("_hi80", shares.cells.high),
        ):
            column = values[:, number]
            columns[f"{name}{suffix}"] = pa.array(column, mask=~np.isfinite(column))
    return pa.table(columns)
