"""Forecasters by name, as written on the command line: ``name@key=value,key=value``."""

from __future__ import annotations

from dataclasses import fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rightplace.errors import UsageError
from rightplace.forecast.methods.additive import AdditiveMemory
from rightplace.forecast.methods.boosted import Boosted
from rightplace.forecast.methods.etas import Etas
from rightplace.forecast.methods.fading import Fading
from rightplace.forecast.methods.kernel import Kernel
from rightplace.forecast.methods.prospective import Prospective
from rightplace.forecast.methods.stack import Stack
from rightplace.forecast.methods.uniform import Uniform
from rightplace.forecast.methods.window import CountsTwoYears, Last12Months, Last28Days

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rightplace.forecast.model import Forecaster

FORECASTERS: dict[str, type[Any]] = {
    "uniform": Uniform,
    "last_28_days": Last28Days,
    "last_12_months": Last12Months,
    "counts_2y": CountsTwoYears,
    "fading": Fading,
    "kernel": Kernel,
    "additive_memory": AdditiveMemory,
    "etas": Etas,
    "prospective": Prospective,
    "boosted": Boosted,
    "stack": Stack,
}

# What the product forecasts with: better by log score than every baseline in the cities measured,
# and nowhere worse beyond the margins (decision 9, docs/benchmarks.md).
PRODUCT_DEFAULT = "additive_memory"
# Instead of it where there is less than the year of records it learns from: long memory, and no
# observed cell expected to stay empty. The half-life has the best log score of 40 to 208 weeks on
# Toronto in the years before the benchmark's test year.
SHORT_HISTORY_DEFAULT = "fading@half_life_weeks=104,shrunk=1"


def forecaster(spec: str) -> Forecaster:
    """Return the forecaster that a specification names, not yet fitted.

    Parameters
    ----------
    spec
        ``name`` or ``name@key=value,key=value``, such as ``fading@half_life_weeks=52``.
        Switches are written 0 or 1.

    Raises
    ------
    UsageError
        If the name or a key is unknown (the nearest is suggested), a key is given twice, or a
        value is no number in its range.
    """
    name, _, settings = spec.strip().partition("@")
    if name not in FORECASTERS:
        msg, remedy = _unknown("method", name, FORECASTERS)
        raise UsageError(msg, value=name, remedy=remedy)
    kind = FORECASTERS[name]
    known = {f.name: type(f.default) for f in fields(kind) if f.init}
    given: dict[str, float | bool] = {}
    for setting in settings.split(",") if settings else []:
        key, _, text = setting.partition("=")
        if key not in known:
            msg, remedy = _unknown(f"setting of {name}", key, known)
            raise UsageError(msg, value=key, remedy=remedy)
        if key in given:
            msg = f"{spec!r} gives {key} twice."
            raise UsageError(msg, value=spec)
        given[key] = _value(text, key=key, is_switch=known[key] is bool)
    made: Forecaster = kind(**given)
    return made


def _value(text: str, *, key: str, is_switch: bool) -> float | bool:
    if is_switch:
        if text not in {"0", "1"}:
            msg = f"{key} is a switch, not {text!r}."
            raise UsageError(msg, value=text, remedy=f"Write {key}=0 or {key}=1.")
        return text == "1"
    try:
        return float(text)
    except ValueError as error:
        msg = f"{key} must be a number, not {text!r}."
        raise UsageError(msg, value=text) from error


def _unknown(what: str, name: str, known: Iterable[str]) -> tuple[str, str]:
    """Return what to say about an unknown name, and the nearest known one as a remedy."""
    names = list(known)
    listed = f"Known: {', '.join(names)}." if names else "It takes none."
    near = get_close_matches(name, names, n=1, cutoff=0.0)
    remedy = f"Did you mean {near[0]}? {listed}" if near else listed
    return f"There is no {what} called {name!r}.", remedy
