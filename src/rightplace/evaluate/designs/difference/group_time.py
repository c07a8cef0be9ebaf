"""Callaway and Sant'Anna's group-time effects by diff-diff, beside our own for staggered starts.

They take the last period before each start as base, ours all periods before; with monthly counts
theirs scatter more, and rest on less history.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from rightplace.errors import NotHeldError
from rightplace.evaluate.designs.finding import Estimate, Scale

if TYPE_CHECKING:
    from rightplace.evaluate.designs.difference.cohorts import Cohorts


def group_time(of: Cohorts, *, level: float) -> Estimate:
    """Return the effect in incidents over all treated units and periods, by difference.

    Parameters
    ----------
    level
        Of the interval, whose errors are clustered by unit.

    Raises
    ------
    NotHeldError
        If diff-diff is not installed.

    References
    ----------
    Callaway and Sant'Anna (2021), J. Econometrics 225, 200-230, with controls never treated and
    the simple aggregation: every treated unit and period counts the same.
    """
    try:
        import pandas as pd  # noqa: PLC0415 - an extra, and slow to import
        from diff_diff import CallawaySantAnna  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        msg = "Group-time effects need diff-diff, which is not installed."
        remedy = "Install it with `pip install rightplace[designs]`."
        raise NotHeldError(msg, value="designs", remedy=remedy) from error
    n_units, n_periods = of.counts.shape
    starts = np.array([begin + 1 for begin in of.begins])
    rows = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(n_units), n_periods),
            "period": np.tile(np.arange(1, n_periods + 1), n_units),
            "count": of.counts.ravel(),
            "begun": np.repeat(np.where(of.treated, starts[of.cohort], 0), n_periods),
        }
    )
    with warnings.catch_warnings():
        # Small cohorts, which is what the wild bootstrap beside it is for.
        warnings.simplefilter("ignore", UserWarning)
        found = CallawaySantAnna(alpha=1 - level).fit(
            rows, outcome="count", unit="unit", time="period", first_treat="begun"
        )
    cells = sum(n_periods - begin for begin in np.array(of.begins)[of.cohort[of.treated]])
    lo, hi = found.overall_conf_int
    return Estimate(
        value=float(found.overall_att * cells),
        lo=float(lo * cells),
        hi=float(hi * cells),
        scale=Scale.INCIDENTS,
        method="group-time effects of Callaway and Sant'Anna, clustered by unit",
        level=level,
        p=float(found.overall_p_value),
    )
