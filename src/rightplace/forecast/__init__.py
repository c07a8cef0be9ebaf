"""Rate models of recorded crime by place, their baselines, intervals and backtest.

Everything here is pure: arrays in, arrays out, no files and no clock. Names are loaded when
first used, because the numerical libraries behind them take longer than showing a help text.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.forecast.aftermath.counts import Followers, first_of_incident, followers
    from rightplace.forecast.aftermath.ratios import Ratio, aftermath_ratios
    from rightplace.forecast.distribution import ForecastDistribution, Noise
    from rightplace.forecast.drivers import Drivers, drivers_of
    from rightplace.forecast.history import History
    from rightplace.forecast.judging.accuracy import (
        harm_weighted_hit_rate,
        hit_rate,
        predictive_accuracy_index,
        predictive_efficiency_index,
        recapture_rate_index,
    )
    from rightplace.forecast.judging.backtest import SHARES, Backtest, Design, rolling_backtest
    from rightplace.forecast.judging.comparison import Pair
    from rightplace.forecast.judging.pooling import Gains, Pooled, pooled
    from rightplace.forecast.judging.scores import coverage, crps, poisson_log_score, randomised_pit
    from rightplace.forecast.judging.trial import forecast_noise
    from rightplace.forecast.methods.kernel import NarrowBandwidthWarning
    from rightplace.forecast.model import Forecaster
    from rightplace.forecast.near_repeat.bands import Bands
    from rightplace.forecast.near_repeat.knox import NearRepeat, Preventable, preventable
    from rightplace.forecast.near_repeat.pairs import NearPairs, PairCounts, pair_counts
    from rightplace.forecast.registry import FORECASTERS, PRODUCT_DEFAULT, forecaster
    from rightplace.forecast.shifts.slots import SlotForecaster, SlotHistory
    from rightplace.forecast.wording import in_words

__all__ = [
    "FORECASTERS",
    "PRODUCT_DEFAULT",
    "SHARES",
    "Backtest",
    "Bands",
    "Design",
    "Drivers",
    "Followers",
    "ForecastDistribution",
    "Forecaster",
    "Gains",
    "History",
    "NarrowBandwidthWarning",
    "NearPairs",
    "NearRepeat",
    "Noise",
    "Pair",
    "PairCounts",
    "Pooled",
    "Preventable",
    "Ratio",
    "SlotForecaster",
    "SlotHistory",
    "aftermath_ratios",
    "coverage",
    "crps",
    "drivers_of",
    "first_of_incident",
    "followers",
    "forecast_noise",
    "forecaster",
    "harm_weighted_hit_rate",
    "hit_rate",
    "in_words",
    "pair_counts",
    "poisson_log_score",
    "pooled",
    "predictive_accuracy_index",
    "predictive_efficiency_index",
    "preventable",
    "randomised_pit",
    "recapture_rate_index",
    "rolling_backtest",
]

_MODULES = {
    "judging.accuracy": (
        "harm_weighted_hit_rate",
        "hit_rate",
        "predictive_accuracy_index",
        "predictive_efficiency_index",
        "recapture_rate_index",
    ),
    "aftermath.ratios": ("Ratio", "aftermath_ratios"),
    "aftermath.counts": ("Followers", "first_of_incident", "followers"),
    "judging.backtest": ("SHARES", "Backtest", "Design", "rolling_backtest"),
    "judging.comparison": ("Pair",),
    "distribution": ("ForecastDistribution", "Noise"),
    "drivers": ("Drivers", "drivers_of"),
    "model": ("Forecaster",),
    "history": ("History",),
    "methods.kernel": ("NarrowBandwidthWarning",),
    "near_repeat.knox": ("NearRepeat", "Preventable", "preventable"),
    "near_repeat.bands": ("Bands",),
    "near_repeat.pairs": ("NearPairs", "PairCounts", "pair_counts"),
    "judging.pooling": ("Gains", "Pooled", "pooled"),
    "registry": ("FORECASTERS", "PRODUCT_DEFAULT", "forecaster"),
    "judging.scores": ("coverage", "crps", "poisson_log_score", "randomised_pit"),
    "shifts.slots": ("SlotForecaster", "SlotHistory"),
    "judging.trial": ("forecast_noise",),
    "wording": ("in_words",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a public name from its module.

    Raises
    ------
    AttributeError
        If there is no such name.
    """
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
