"""The few functions an engine has and Ibis does not name, in one place.

Each is declared once with the name DuckDB gives it; another engine maps the same names.
"""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt

LOCAL = dt.Timestamp()
INSTANT = dt.Timestamp(timezone="UTC")


@ibis.udf.scalar.builtin(name="try_strptime")
def parse_time(text: str, pattern: str) -> LOCAL:  # type: ignore[valid-type]  # ibis reads the signature
    """Return the local time written in a pattern, or null where the text does not fit it."""


@ibis.udf.scalar.builtin(name="timezone")
def to_instant(zone: str, local: LOCAL) -> INSTANT:  # type: ignore[valid-type]  # ibis reads the signature
    """Return the instant of a local clock time.

    A time that comes twice when clocks go back is taken as the later one (standard time); one
    that is skipped when clocks go forward is read as if they had not yet.
    """


@ibis.udf.scalar.builtin(name="timezone")
def to_clock(zone: str, instant: INSTANT) -> LOCAL:  # type: ignore[valid-type]  # ibis reads the signature
    """Return the local clock time of an instant."""
