"""From what was published to our columns, set-wise: nothing is dropped, each fault has a name.

Every row comes out once, with a ``reason`` where it must go to quarantine and null where it is
sound. The same expression runs on every engine; ``engines.reference`` checks it row by row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from rightplace.crime.points import LAT, LON, WGS84
from rightplace.engines.dialect import parse_time, to_clock, to_instant

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict

    from rightplace.crime.mapping import Mapping

REASONS = {
    "malformed_row": "the row has more or fewer fields than the header",
    "missing_date": "no date",
    "bad_date": "the date is not written as the mapping says",
    "ends_before_start": "it ends before it starts",
    "missing_category": "no category",
    "unknown_category": "a category that no table of words knows",
    "bad_coordinates": "one coordinate is missing or is not a number",
    "coordinates_outside": "the point lies outside the publisher's area",
}
DAY, HOUR, MINUTE = ibis.interval(days=1), ibis.interval(hours=1), ibis.interval(minutes=1)


def text(table: ibis.Table, column: str | None) -> ibis.ir.StringValue:
    """Return a column as trimmed text, blank as null; null throughout where there is none."""
    if column is None or column not in table.columns:
        return ibis.null("string")
    return table[column].cast("string").strip().nullif("")


def lookup(
    value: ibis.ir.StringValue, words: Dict[str, str], otherwise: str | None
) -> ibis.ir.StringValue:
    """Return the word that each value leads to, whatever its case; ``otherwise`` for the rest."""
    cases = [(key.casefold(), to) for key, to in words.items()]
    if not cases:
        return ibis.literal(otherwise, "string")
    return value.lower().cases(*cases, else_=ibis.literal(otherwise, "string"))


def _month_start(raw: ibis.Table, mapping: Mapping) -> ibis.ir.TimestampValue:
    value = text(raw, mapping.source("month"))
    if mapping.date_format == "%Y-%m-%d":
        dated = ibis.ifelse(value.length() == len("2018-06"), value + "-01", value)
        return parse_time(dated, "%Y-%m-%d").truncate("M")
    return parse_time(value, mapping.date_format).truncate("M")


def _day_text(value: ibis.ir.StringValue, mapping: Mapping) -> ibis.ir.StringValue:
    if mapping.date_pattern is None:
        return value
    return value.re_extract(mapping.date_pattern, 1)


def _dated(raw: ibis.Table, mapping: Mapping, target: str) -> ibis.ir.TimestampValue:
    value = _day_text(text(raw, mapping.source(target)), mapping)
    return parse_time(value, mapping.date_format)


def _hour(raw: ibis.Table, mapping: Mapping) -> ibis.ir.IntegerValue:
    value = text(raw, mapping.source("occurred_from_hour")).try_cast("float64")
    return ibis.ifelse(value.between(0, 23), value, ibis.null("float64")).cast("int32")


def _moment(raw: ibis.Table, mapping: Mapping, target: str) -> ibis.ir.TimestampValue:
    pattern = mapping.datetime_format or mapping.date_format
    return parse_time(text(raw, mapping.source(target)), pattern)


def _interval(raw: ibis.Table, mapping: Mapping) -> dict[str, ibis.Value]:
    """Return the local start and end of each row, the text they came from, and the precision."""
    if mapping.source("month"):
        start = _month_start(raw, mapping)
        end = start + ibis.interval(months=1)
        return _spell(text(raw, mapping.source("month")), start, end, "month")
    if mapping.source("occurred_from"):
        start = _moment(raw, mapping, "occurred_from")
        end_text = text(raw, mapping.source("occurred_to"))
        stated = _moment(raw, mapping, "occurred_to")
        end = ibis.ifelse(end_text.isnull(), start, stated) + MINUTE
        return _spell(text(raw, mapping.source("occurred_from")), start, end, "minute")
    day = _dated(raw, mapping, "occurred_from_date")
    written = text(raw, mapping.source("occurred_from_date"))
    hour = _hour(raw, mapping)
    timed = hour.notnull()
    start = day + hour.fill_null(0).as_interval("h")
    last_day = _dated(raw, mapping, "occurred_to_date")
    end_of_days = ibis.coalesce(last_day, day) + DAY
    end = ibis.ifelse(timed & last_day.isnull(), start + HOUR, end_of_days)
    spelt = _spell(written, start, end, "day")
    return spelt | {"precision": ibis.ifelse(timed, "hour", "day")}


def _spell(
    written: ibis.Value, start: ibis.Value, end: ibis.Value, precision: str
) -> dict[str, ibis.Value]:
    return {
        "written": written,
        "local_start": start,
        "local_end": end,
        "precision": ibis.literal(precision, "string"),
    }


def _points(raw: ibis.Table, mapping: Mapping) -> dict[str, ibis.Value]:
    """Return the coordinates in degrees; other systems were converted before (``points``)."""
    converted = mapping.crs != WGS84
    lon = text(raw, LON if converted else mapping.source("lon"))
    lat = text(raw, LAT if converted else mapping.source("lat"))
    return {
        "lon_text": lon,
        "lat_text": lat,
        "lon": lon.try_cast("float64"),
        "lat": lat.try_cast("float64"),
    }


def _place_name(raw: ibis.Table, mapping: Mapping) -> ibis.ir.StringValue:
    name = text(raw, mapping.source("place_name")).re_replace(r"^On or near\s*", "")
    nowhere = [word.casefold() for word in mapping.places_without]
    blank = name.strip().nullif("")
    return ibis.ifelse(blank.lower().isin(nowhere), ibis.null("string"), blank)


def _population(raw: ibis.Table, mapping: Mapping, *, force: str | None) -> ibis.ir.StringValue:
    """Return which publication each row belongs to: publisher, force and kind."""
    rule = mapping.population
    if rule.force_column is not None:
        named = text(raw, rule.force_column).lower()
        slug = named.re_replace(r"\s+police(\s+service)?$", "").re_replace(r"[^a-z]+", "-")
    else:
        slug = ibis.literal(force, "string")
    if rule.apart_column is not None:
        apart = lookup(text(raw, rule.apart_column), rule.apart, None)
        slug = apart.fill_null(slug)
    return ibis.literal(f"{mapping.publisher}/") + slug + f"/{mapping.kind}"


def _setting(raw: ibis.Table, mapping: Mapping, place_name: ibis.Value) -> ibis.ir.StringValue:
    rule = mapping.setting
    value = place_name if rule.column == "place_name" else text(raw, mapping.source("premises"))
    setting = lookup(value, rule.words, "unknown").fill_null("unknown")
    domestic = text(raw, mapping.source("domestic")).lower()
    is_domestic = domestic.isin([w.casefold() for w in rule.domestic_words]).fill_null(
        ibis.literal(value=False)
    )
    return ibis.ifelse(is_domestic, "domestic", setting)


def _status(raw: ibis.Table, mapping: Mapping) -> ibis.ir.StringValue:
    words = dict.fromkeys(mapping.status.cancelled, "cancelled")
    words |= dict.fromkeys(mapping.status.deleted, "deleted")
    return lookup(text(raw, mapping.source("status")), words, "current").fill_null("current")


def _category(raw: ibis.Table, mapping: Mapping) -> ibis.ir.StringValue:
    written: ibis.ir.StringValue = (
        ibis.literal(mapping.category, "string")
        if mapping.category is not None
        else text(raw, mapping.source("category"))
    )
    for column, value, word in reversed(mapping.category_rules):
        written = ibis.ifelse(text(raw, column).lower() == value.casefold(), word, written)
    return written


def _classes(words: Dict[str, str]) -> ibis.Table:
    table = pa.table(
        {"word": pa.array(list(words), pa.string()), "offence": pa.array(list(words.values()))}
    )
    return ibis.memtable(table)


def _date_reason(table: ibis.Table) -> ibis.ir.StringValue:
    return ibis.cases(
        (table.written.isnull(), "missing_date"),
        (table.local_start.isnull() | table.local_end.isnull(), "bad_date"),
        (table.local_end <= table.local_start, "ends_before_start"),
        else_=ibis.null("string"),
    )


def _point_reason(table: ibis.Table, mapping: Mapping) -> ibis.ir.StringValue:
    west, south, east, north = mapping.bounds or (-180.0, -90.0, 180.0, 90.0)
    half = table.lon_text.isnull() != table.lat_text.isnull()
    no_number = (table.lon_text.notnull() & table.lon.isnull()) | (
        table.lat_text.notnull() & table.lat.isnull()
    )
    outside = ~(table.lon.between(west, east) & table.lat.between(south, north))
    return ibis.cases(
        (half | no_number, "bad_coordinates"),
        (outside, "coordinates_outside"),
        else_=ibis.null("string"),
    )


def _common(
    raw: ibis.Table, mapping: Mapping, *, force: str | None, part: str | None
) -> dict[str, ibis.Value]:
    population = _population(raw, mapping, force=force)
    return {
        "row_number": raw["row_number"].cast("int32"),
        "record_id": text(raw, mapping.record_id),
        "population": population if part is None else population + f"/{part}",
        **_points(raw, mapping),
        "lsoa": text(raw, mapping.source("lsoa")),
        "ward": text(raw, mapping.source("ward")),
        "place_id": text(raw, mapping.source("place_id")),
        "place_name": _place_name(raw, mapping),
    }


def crimes(
    raw: ibis.Table,
    mapping: Mapping,
    *,
    words: Dict[str, str],
    force: str | None,
    part: str | None,
) -> ibis.Table:
    """Return each published row of a crime file as an offence row, sound or with its reason.

    Parameters
    ----------
    raw
        Columns as published, and ``row_number``.
    mapping
        How they are to be read.
    words
        Published category, case-folded, to offence class.
    force
        The force whose file it is, where no column says.
    part
        Which part of one table the file is, where the publisher split it.

    Returns
    -------
    ibis.Table
        One row per published row: ``occurred_from`` and ``occurred_to`` as instants (half-open),
        ``month`` as the first day of the local month, ``reason`` null where sound.
    """
    common = _common(raw, mapping, force=force, part=part)
    table = raw.select(
        **common,
        **_interval(raw, mapping),
        reference=text(raw, mapping.source("reference")),
        reported_at=to_instant(mapping.zone, _moment(raw, mapping, "reported_at")),
        category=_category(raw, mapping),
        victims=text(raw, mapping.source("victims")).try_cast("int32").fill_null(1),
        setting=_setting(raw, mapping, common["place_name"]),
        status=_status(raw, mapping),
        outcome=text(raw, mapping.source("outcome")),
        incident_key=_incident_key(raw, mapping),
    )
    classed = table.mutate(word=table.category.re_replace(r"\s+", "").lower()).left_join(_classes(words), "word")
    class_reason = ibis.cases(
        (classed.category.isnull(), "missing_category"),
        (classed.offence.isnull(), "unknown_category"),
        else_=ibis.null("string"),
    )
    reason = ibis.coalesce(_date_reason(classed), class_reason, _point_reason(classed, mapping))
    return _finish(classed.mutate(reason=reason), mapping)


def _incident_key(raw: ibis.Table, mapping: Mapping) -> ibis.ir.StringValue:
    """Return what the rows of one incident share, or null where each row is an incident."""
    if not mapping.incident:
        return ibis.null("string")
    return ibis.literal("|").join([text(raw, column) for column in mapping.incident])


def _finish(table: ibis.Table, mapping: Mapping) -> ibis.Table:
    """Add instants and the number of the incident's first row, and drop what was scaffolding."""
    per_incident = ibis.window(group_by="incident_key")
    first = ibis.ifelse(
        table.incident_key.isnull(), table.row_number, table.row_number.min().over(per_incident)
    )
    incident = first if mapping.incident else table.row_number
    return table.mutate(
        incident=incident,
        month=table.local_start.truncate("M").date(),
        occurred_from=to_instant(mapping.zone, table.local_start),
        occurred_to=to_instant(mapping.zone, table.local_end),
    ).select(*CRIME_COLUMNS, "reason")


CRIME_COLUMNS = (
    "row_number incident record_id reference population month occurred_from occurred_to precision "
    "reported_at category offence victims lon lat lsoa ward place_id place_name setting "
    "status outcome".split()
)


def outcomes(
    raw: ibis.Table, mapping: Mapping, *, force: str | None, part: str | None
) -> ibis.Table:
    """Return each published row of an outcomes file, sound or with its reason."""
    table = raw.select(
        **_common(raw, mapping, force=force, part=part),
        **_interval(raw, mapping),
        reference=text(raw, mapping.source("reference")),
        outcome=text(raw, mapping.source("outcome")),
    )
    reason = ibis.coalesce(_date_reason(table), _point_reason(table, mapping))
    return table.mutate(
        reason=reason,
        month=table.local_start.truncate("M").date(),
    ).select(*OUTCOME_COLUMNS, "reason")


OUTCOME_COLUMNS = (
    "row_number record_id reference population month outcome lon lat lsoa ward place_id "
    "place_name".split()
)


def searches(
    raw: ibis.Table, mapping: Mapping, *, force: str | None, part: str | None
) -> ibis.Table:
    """Return each published row of a stop-and-search file, sound or with its reason.

    ``started_at`` is an instant; ``month`` is the month of the local clock, in which the file
    was published, not the month in UTC.
    """
    kept = (
        "type part_of_operation operation gender age_range self_defined_ethnicity "
        "officer_defined_ethnicity legislation object outcome outcome_linked "
        "more_than_outer_clothing".split()
    )
    written = text(raw, mapping.source("started_at"))
    instant = written.try_cast("timestamp('UTC')")
    local = to_clock(mapping.zone, instant)
    table = raw.select(
        **_common(raw, mapping, force=force, part=part),
        **_spell(written, local, local + MINUTE, "minute"),
        started_at=instant,
        **{name: text(raw, mapping.source(name)) for name in kept},
    )
    reason = ibis.coalesce(_date_reason(table), _point_reason(table, mapping))
    return table.mutate(
        reason=reason,
        month=table.local_start.truncate("M").date(),
    ).select(*SEARCH_COLUMNS, "reason")


SEARCH_COLUMNS = (
    "row_number record_id population month started_at type part_of_operation operation lon lat "
    "lsoa ward place_id place_name gender age_range self_defined_ethnicity "
    "officer_defined_ethnicity legislation object outcome outcome_linked "
    "more_than_outer_clothing".split()
)
