"""Forecasting methods: what each expects, its settings, and what it cannot do."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from docs import markdown
from rightplace.app.forecast.settings import ForecastSettings
from rightplace.cli.docstrings import described
from rightplace.forecast.limits import ALL, CANNOT
from rightplace.forecast.registry import FORECASTERS

INTRODUCTION = """\
A method is named with `forecast --method` and `backtest --methods`. Settings follow its name:
`name@key=value,key=value`; switches are written 0 or 1. When nothing is named the setting
`forecast.method` holds: `{default}`.

Every method expects a count for each place from past records of that study area. None knows why,
and none says anything about any person. All of them share these limits:

{limits}"""


def page() -> str:
    """Return the page: one section for each method.

    Raises
    ------
    LookupError
        If what a method cannot do is not said.
    """
    if set(CANNOT) != set(FORECASTERS):
        odd = ", ".join(sorted(set(CANNOT) ^ set(FORECASTERS)))
        msg = f"forecast/limits.py does not say what these cannot do: {odd}."
        raise LookupError(msg)
    parts = [part for name, method in FORECASTERS.items() for part in _method(name, method)]
    default = ForecastSettings().method
    return markdown.page(
        "Forecasting methods",
        INTRODUCTION.format(default=default, limits=markdown.bullets(ALL)),
        *parts,
    )


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
