"""When a published row says that it happened: an interval as wide as the publisher was vague.

A local time that comes twice, when clocks go back, is read as the later of the two; one that is
skipped, when they go forward, as if they had not gone forward yet. So an hour of the clock is
always an hour long, and nothing ends before it starts because clocks changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from rightplace.crime.published import text, whole_number
from rightplace.engines.dialect import parse_time, to_instant

if TYPE_CHECKING:
    from rightplace.crime.mapping import Mapping

DAY, HOUR, MINUTE = ibis.interval(days=1), ibis.interval(hours=1), ibis.interval(minutes=1)
# Years outside are slips of the pen, and 1 January 1900 is how databases write "unknown".
FIRST_YEAR, LAST_YEAR = 1901, 2100


def clock_time(value: ibis.ir.StringValue, pattern: str) -> ibis.ir.TimestampValue:
    """Return the local time written in a pattern, null where it is none or its year is absurd."""
    parsed = parse_time(value, pattern)
    return ibis.ifelse(parsed.year().between(FIRST_YEAR, LAST_YEAR), parsed, ibis.null("timestamp"))


def moment(raw: ibis.Table, mapping: Mapping, target: str) -> ibis.ir.TimestampValue:
    """Return one of our columns as local time, to the minute."""
    pattern = mapping.datetime_format or mapping.date_format
    return clock_time(text(raw, mapping.source(target)), pattern)


def _month_start(raw: ibis.Table, mapping: Mapping) -> ibis.ir.TimestampValue:
    value = text(raw, mapping.source("month"))
    if mapping.date_format == "%Y-%m-%d":
        value = ibis.ifelse(value.length() == len("2018-06"), value + "-01", value)
    return clock_time(value, mapping.date_format).truncate("M")


def _day(raw: ibis.Table, mapping: Mapping, target: str) -> ibis.ir.TimestampValue:
    value = text(raw, mapping.source(target))
    if mapping.date_pattern is not None:
        value = value.re_extract(mapping.date_pattern, 1)
    return clock_time(value, mapping.date_format)


def interval(raw: ibis.Table, mapping: Mapping) -> dict[str, ibis.Value]:
    """Return when each row happened, by the finest columns that the mapping names.

    Returns
    -------
    dict
        ``written``, the text it was read from; ``local_start`` on the publisher's clock;
        ``occurred_from`` and ``occurred_to`` as instants (half-open), null where a date is not
        written as the mapping says; ``precision``: month, day, hour or minute.
    """
    if mapping.source("month"):
        return _in_month(raw, mapping)
    if mapping.source("occurred_from"):
        return _to_the_minute(raw, mapping)
    return _on_a_day(raw, mapping)


def _in_month(raw: ibis.Table, mapping: Mapping) -> dict[str, ibis.Value]:
    start = _month_start(raw, mapping)
    return {
        "written": text(raw, mapping.source("month")),
        "local_start": start,
        "occurred_from": to_instant(mapping.zone, start),
        "occurred_to": to_instant(mapping.zone, start + ibis.interval(months=1)),
        "precision": ibis.literal("month", "string"),
    }


def _to_the_minute(raw: ibis.Table, mapping: Mapping) -> dict[str, ibis.Value]:
    start = moment(raw, mapping, "occurred_from")
    stated = moment(raw, mapping, "occurred_to")
    last = ibis.ifelse(text(raw, mapping.source("occurred_to")).isnull(), start, stated)
    return {
        "written": text(raw, mapping.source("occurred_from")),
        "local_start": start,
        "occurred_from": to_instant(mapping.zone, start),
        "occurred_to": to_instant(mapping.zone, last) + MINUTE,
        "precision": ibis.literal("minute", "string"),
    }


def _on_a_day(raw: ibis.Table, mapping: Mapping) -> dict[str, ibis.Value]:
    """Return days, and hours where one is given: an hour that no clock shows leaves the day."""
    day = _day(raw, mapping, "occurred_from_date")
    no_last_day = text(raw, mapping.source("occurred_to_date")).isnull()
    last_day = ibis.ifelse(no_last_day, day, _day(raw, mapping, "occurred_to_date"))
    hour = whole_number(text(raw, mapping.source("occurred_from_hour")), least=0, most=23)
    timed = hour.notnull() & no_last_day
    start = day + hour.fill_null(0).as_interval("h")
    starts = to_instant(mapping.zone, start)
    return {
        "written": text(raw, mapping.source("occurred_from_date")),
        "local_start": start,
        "occurred_from": starts,
        "occurred_to": ibis.ifelse(timed, starts + HOUR, to_instant(mapping.zone, last_day + DAY)),
        "precision": ibis.ifelse(timed, "hour", "day"),
    }


def interval_reason(table: ibis.Table) -> ibis.ir.StringValue:
    """Return what is wrong with a row's interval, null where nothing is."""
    return ibis.cases(
        (table.written.isnull(), "missing_date"),
        (table.occurred_from.isnull() | table.occurred_to.isnull(), "bad_date"),
        (table.occurred_to <= table.occurred_from, "ends_before_start"),
        else_=ibis.null("string"),
    )
