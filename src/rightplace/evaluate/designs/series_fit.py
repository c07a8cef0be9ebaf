"""A regression of counts on trend, season and a break, with errors that know memory and scatter."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rightplace.errors import NotHeldError
from rightplace.evaluate.designs.series_memory import remembered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rightplace.evaluate.designs.series_memory import Memory
    from rightplace.evaluate.designs.series_settings import SeriesSettings

YEAR_DAYS: Final = 365.25
_SHORT: Final = 0.05
"""Years that so many calendar months may fall short of as many years in days."""
_SHORTEST_MONTH, _LONGEST_MONTH = 28, 31


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """A series of counts, beside that of a control if there is one.

    Parameters
    ----------
    starts
        Shape (n_periods,). First days.
    days
        Shape (n_periods,). Length of each period.
    treated
        Shape (n_periods,). Counts.
    control
        Shape (n_periods,); None without a control.
    begins
        First period of the operation, by index.
    """

    starts: NDArray[np.datetime64]
    days: NDArray[np.float64]
    treated: NDArray[np.float64]
    control: NDArray[np.float64] | None
    begins: int

    def part(self, first: int, end: int, begins: int) -> Counted:
        """Return the periods from ``first`` up to ``end``, with another beginning."""
        cut = slice(first, end)
        return Counted(
            starts=self.starts[cut],
            days=self.days[cut],
            treated=self.treated[cut],
            control=None if self.control is None else self.control[cut],
            begins=begins - first,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """A break, and what would have been without it.

    Parameters
    ----------
    effect
        Logarithm of counted over expected, since the break.
    error
        Its standard error.
    freedom
        Degrees of freedom left over.
    expected
        Shape (n_periods,). Without the break.
    reach
        Shape (n_periods,). Half the width of the band of single counts round it.
    dispersion
        Variance over that of Poisson (of chance, beside a control), at least 1.
    memory
        Correlation of what is left over with the period before, 0 to below 1.
    chance_left
        Chance that what is left over would remember so much more than that, 0 to 1.
    season
        How the season was fitted, in words.
    has_slope
        Whether a change of slope was fitted.
    """

    effect: float
    error: float
    freedom: int
    expected: NDArray[np.float64]
    reach: NDArray[np.float64]
    dispersion: float
    memory: float
    chance_left: float
    season: str
    has_slope: bool


def models() -> Any:  # noqa: ANN401 - statsmodels carries no types
    """Return statsmodels.

    Raises
    ------
    NotHeldError
        If the extra is not installed.
    """
    try:
        import statsmodels.api as sm  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        msg = "The interrupted time series needs statsmodels, which is not installed."
        remedy = "Install it with `pip install rightplace[designs]`."
        raise NotHeldError(msg, value="designs", remedy=remedy) from error
    return sm


def seasons(of: Counted, settings: SeriesSettings) -> tuple[list[NDArray[np.float64]], str]:
    """Return the columns of the season, and how it was fitted; none beside a control.

    Two years before show one wave of a year, three show two; months of their own need more years
    (``years_for_months``). A control shares the season and takes it out.
    """
    if of.control is not None:
        return [], "shared with the control"
    years = float(of.days[: of.begins].sum()) / YEAR_DAYS
    if years < settings.years_for_season:
        return [], "not fitted: less than two years before"
    monthly = ((of.days >= _SHORTEST_MONTH) & (of.days <= _LONGEST_MONTH)).all()
    if monthly and years >= settings.years_for_months - _SHORT:
        month = of.starts.astype("datetime64[M]").astype(np.int64) % 12
        return [(month == each).astype(np.float64) for each in range(1, 12)], "months of the year"
    waves = 1 if years < settings.years_for_season + 1 else 2
    day = (of.starts - of.starts[0]).astype("timedelta64[D]").astype(np.float64) + of.days / 2
    angle = 2 * np.pi * day / YEAR_DAYS
    columns = [turn(each * angle) for each in range(1, waves + 1) for turn in (np.sin, np.cos)]
    return columns, f"{waves} {'wave' if waves == 1 else 'waves'} of a year"


def fitted(of: Counted, settings: SeriesSettings) -> Fitted:
    """Return the break of a series, by quasi-likelihood.

    Without a control, counts are Poisson with the days of each period as exposure; beside one,
    the treated share of both together is binomial, so that whatever moves both drops out.

    Parameters
    ----------
    of
        With counts above 0 in total before and since.
    settings
        Of the model.
    """
    sm = models()
    season, words = seasons(of, settings)
    since = np.arange(of.treated.size) - of.begins
    on = (since >= 0).astype(np.float64)
    trend = since / max(of.begins, 1)
    base = [np.ones_like(trend), trend, *season]
    has_slope = of.treated.size - of.begins >= settings.slope_from
    centre = since - since[since >= 0].mean()
    change = [on, on * centre / of.begins] if has_slope else [on]
    x = np.column_stack([*base, *change])
    without = np.column_stack([*base, *(np.zeros_like(on) for _ in change)])
    scale, weights, residuals, theta = _regressed(sm, of, x)
    expected, course = scale * np.exp(without @ theta), scale * np.exp(x @ theta)
    covariance, left, freedom = _errors(x, weights, residuals, settings)
    late = on > 0
    pull = course[late] @ x[late] / course[late].sum()
    pull -= expected[late] @ without[late] / expected[late].sum()
    spread = np.einsum("ij,jk,ik->i", without, covariance, without) * expected**2
    chance = expected if of.control is None else expected * (1 + expected / _above_zero(scale))
    return Fitted(
        effect=math.log(of.treated[late].sum() / expected[late].sum()),
        error=math.sqrt(float(pull @ covariance @ pull)),
        freedom=freedom,
        expected=expected,
        reach=_student(settings.level, freedom) * np.sqrt(spread + left.dispersion * chance),
        dispersion=left.dispersion,
        memory=left.lag_one,
        chance_left=left.chance_left,
        season=words,
        has_slope=has_slope,
    )


def _above_zero(scale: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(scale, 0.5)


def _student(level: float, freedom: int) -> float:
    from scipy.stats import t  # noqa: PLC0415 - slow to import

    return float(t.ppf((1 + level) / 2, freedom))


def _regressed(
    sm: Any,  # noqa: ANN401 - statsmodels carries no types
    of: Counted,
    x: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return what a linear predictor of 0 stands for, weights, Pearson residuals, coefficients.

    statsmodels warns of a fit without any error; counts that lie on their course are no fault.
    """
    if of.control is None:
        poisson = sm.families.Poisson()
        model = sm.GLM(of.treated, x, family=poisson, offset=np.log(of.days))
    else:
        both = np.column_stack([of.treated, of.control])
        model = sm.GLM(both, x, family=sm.families.Binomial())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sm.tools.sm_exceptions.PerfectSeparationWarning)
        result = model.fit(maxiter=100)
    mean = np.asarray(result.fittedvalues, dtype=np.float64)
    scale, weights = of.days, mean
    if of.control is not None:
        scale, weights = of.control, (of.treated + of.control) * mean * (1 - mean)
    residuals = np.asarray(result.resid_pearson, dtype=np.float64)
    return scale, weights, residuals, np.asarray(result.params, dtype=np.float64)


def _errors(
    x: NDArray[np.float64],
    weights: NDArray[np.float64],
    residuals: NDArray[np.float64],
    settings: SeriesSettings,
) -> tuple[NDArray[np.float64], Memory, int]:
    """Return the covariance of the coefficients, what is left over, and the freedom."""
    root = np.sqrt(weights)[:, None] * x
    inner = np.linalg.pinv(root.T @ root)
    left = remembered(np.eye(x.shape[0]) - root @ inner @ root.T, residuals, settings)
    covariance = left.dispersion * inner @ root.T @ left.together @ root @ inner
    return covariance, left, x.shape[0] - x.shape[1]
