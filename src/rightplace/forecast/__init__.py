"""Rate models of recorded crime by place, their baselines, intervals and backtest.

Everything here is pure: arrays in, arrays out, no files and no clock. Names are loaded when
first used, because the numerical libraries behind them take longer than showing a help text.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.forecast.accuracy import (
        harm_weighted_hit_rate,
        hit_rate,
        predictive_accuracy_index,
        predictive_efficiency_index,
        recapture_rate_index,
    )
    from rightplace.forecast.aftermath import Ratio, aftermath_ratios
    from rightplace.forecast.aftermath_counts import Followers, first_of_incident, followers
    from rightplace.forecast.backtest import SHARES, Backtest, Design, rolling_backtest
    from rightplace.forecast.comparison import Pair
    from rightplace.forecast.distribution import ForecastDistribution, Noise
    from rightplace.forecast.drivers import Drivers, drivers_of
    from rightplace.forecast.history import History
    from rightplace.forecast.kernel import NarrowBandwidthWarning
    from rightplace.forecast.model import Forecaster
    from rightplace.forecast.near_repeat import NearRepeat, Preventable, preventable
    from rightplace.forecast.near_repeat_bands import Bands
    from rightplace.forecast.near_repeat_pairs import NearPairs, PairCounts, pair_counts
    from rightplace.forecast.pooling import Gains, Pooled, pooled
    from rightplace.forecast.registry import FORECASTERS, PRODUCT_DEFAULT, forecaster
    from rightplace.forecast.scores import coverage, crps, poisson_log_score, randomised_pit
    from rightplace.forecast.slots import SlotForecaster, SlotHistory
    from rightplace.forecast.trial import forecast_noise
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
    "accuracy": (
        "harm_weighted_hit_rate",
        "hit_rate",
        "predictive_accuracy_index",
        "predictive_efficiency_index",
        "recapture_rate_index",
    ),
    "aftermath": ("Ratio", "aftermath_ratios"),
    "aftermath_counts": ("Followers", "first_of_incident", "followers"),
    "backtest": ("SHARES", "Backtest", "Design", "rolling_backtest"),
    "comparison": ("Pair",),
    "distribution": ("ForecastDistribution", "Noise"),
    "drivers": ("Drivers", "drivers_of"),
    "model": ("Forecaster",),
    "history": ("History",),
    "kernel": ("NarrowBandwidthWarning",),
    "near_repeat": ("NearRepeat", "Preventable", "preventable"),
    "near_repeat_bands": ("Bands",),
    "near_repeat_pairs": ("NearPairs", "PairCounts", "pair_counts"),
    "pooling": ("Gains", "Pooled", "pooled"),
    "registry": ("FORECASTERS", "PRODUCT_DEFAULT", "forecaster"),
    "scores": ("coverage", "crps", "poisson_log_score", "randomised_pit"),
    "slots": ("SlotForecaster", "SlotHistory"),
    "trial": ("forecast_noise",),
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
