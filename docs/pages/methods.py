"""Forecasting methods: what each expects, its settings, and what it cannot do."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from docs import markdown
from rightplace.app.forecast_settings import ForecastSettings
from rightplace.cli.docstrings import described
from rightplace.forecast.registry import FORECASTERS

INTRODUCTION = """\
A method is named with `forecast --method` and `backtest --methods`. Settings follow its name:
`name@key=value,key=value`; switches are written 0 or 1. When nothing is named the setting
`forecast.method` holds: `{default}`.

Every method expects a count for each place from past records of that study area. None knows why,
and none says anything about any person. All of them share these limits:

- Records are not all crime: what is not reported is not forecast.
- No data is not zero: where nothing was published no number is given.
- Monthly records give place and month only. Day and shift are refused (exit 21).
- A place that was never recorded has no history of its own; only `shrunk=1`, `uniform` and
  `additive_memory` expect anything there, and `kernel` what its neighbours lend it.
- No method knows events to come (a match, a carnival, a closing venue)."""

CANNOT = {
    "uniform": "tell one place from another. It is the floor: a method that does not beat it has "
    "learned nothing about where.",
    "last_28_days": "rank rare violence: most places have none in 28 days, and one incident lifts "
    "a place to the top until it ages out.",
    "last_12_months": "follow a change: what stopped eleven months ago counts as much as last "
    "week.",
    "counts_2y": "follow a change within two years.",
    "fading": "learn from neighbours. Its half-life is given, not learned; compare several with "
    "`backtest`.",
    "kernel": "tell two sides of a bandwidth apart, or see a river or railway between them. On "
    "snapped points it smooths the snapping too.",
    "additive_memory": "say why neighbours count, nor follow the season: it has no calendar. Its "
    "weights hold for the whole study area, and it needs a year of records to learn them.",
}


def page() -> str:
    """Return the page: one section for each method.

    Raises
    ------
    LookupError
        If what a method cannot do is not said.
    """
    if set(CANNOT) != set(FORECASTERS):
        odd = ", ".join(sorted(set(CANNOT) ^ set(FORECASTERS)))
        msg = f"docs/pages/methods.py does not say what these cannot do: {odd}."
        raise LookupError(msg)
    parts = [part for name, method in FORECASTERS.items() for part in _method(name, method)]
    default = ForecastSettings().method
    return markdown.page("Forecasting methods", INTRODUCTION.format(default=default), *parts)


def _method(name: str, method: type[Any]) -> list[str]:
    said = described(method)
    meanings = {key: text for kind in reversed(method.__mro__) for key, text in _fields(kind)}
    rows = [
        (markdown.code(field.name), markdown.code(_written(field.default)), meanings[field.name])
        for field in fields(method)
        if field.init
    ]
    settings = markdown.table(("setting", "default", "meaning"), rows) if rows else "No settings."
    return [
        f"## {name}",
        *(markdown.prose(text) for text in (said.summary, *said.prose)),
        f"**It cannot:** {CANNOT[name]}",
        settings,
    ]


def _fields(kind: type[Any]) -> list[tuple[str, str]]:
    """Return what a class's own docstring says of its parameters."""
    own = kind.__dict__.get("__doc__")
    return list(described(kind).fields.items()) if own else []


def _written(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else f"{value:g}"
