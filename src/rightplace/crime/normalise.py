"""From what was published to our columns, set-wise: nothing is dropped, each fault has a name.

Every row comes out once, with a ``reason`` where it must go to quarantine and null where it is
sound. The same expression runs on every engine; ``crime.reference`` says the same row by row.
"""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from rightplace.crime.intervals import interval, interval_reason, moment
from rightplace.crime.points import LAT, LON, WGS84
from rightplace.crime.published import (
    MOST_VICTIMS,
    OURS,
    degrees,
    lookup,
    once_per_value,
    text,
    whole_number,
)
from rightplace.engines.dialect import to_instant

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict

    from rightplace.crime.mapping import Mapping

REASONS = {
    "malformed_row": "the row has more or fewer fields than the header",
    "missing_force": "no force, so nobody can say which publication it belongs to",
    "missing_reference": "no reference, in a feed that sends records again",
    "missing_date": "no date",
    "bad_date": "the date is not written as the mapping says",
    "ends_before_start": "it ends before it starts",
    "missing_category": "no category",
    "unknown_category": "a category that no table of words knows",
    "bad_coordinates": "one coordinate is missing or is not a number",
    "coordinates_outside": "the point lies outside the publisher's area",
    "bad_number": "a number is missing or is not a whole number in its range",
    "bad_yes_no": "a word that is neither yes nor no where one of them should stand",
    "contradicts_itself": "it says that no weapon was found and counts some, or the reverse",
    "stub_month": "the first month of the table is nearly empty, so it counts nothing",
}
# A notice that a record was deleted needs no date; it stands under a month that no source has.
UNDATED = date(1900, 1, 1)
FORCE_ENDING = r"\s+(police(\s+service)?|constabulary)$"


def _points(raw: ibis.Table, mapping: Mapping) -> dict[str, ibis.Value]:
    """Return the coordinates in degrees; other systems were converted before (``points``)."""
    converted = mapping.crs != WGS84
    lon, lon_given = degrees(raw, LON if converted else mapping.source("lon"))
    lat, lat_given = degrees(raw, LAT if converted else mapping.source("lat"))
    return {"lon_given": lon_given, "lat_given": lat_given, "lon": lon, "lat": lat}


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
        slug = named.re_replace(FORCE_ENDING, "").re_replace(r"[^a-z]+", "-")
        slug = slug.re_replace(r"^-|-$", "").nullif("")
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


def status(raw: ibis.Table, mapping: Mapping) -> ibis.ir.StringValue:
    """Return whether each record is current, cancelled or deleted."""
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


def _classified(raw: ibis.Table, mapping: Mapping) -> ibis.Table:
    """Add the published category and the folded word it is looked up by."""

    def category(table: ibis.Table) -> dict[str, ibis.Value]:
        written = _category(table, mapping)
        return {"category": written, "word": written.re_replace(r"\s+", "").lower()}

    of_category = [mapping.source("category"), *(rule[0] for rule in mapping.category_rules)]
    return once_per_value(raw, of_category, category)


def classes(words: Dict[str, str]) -> ibis.Table:
    """Return published words, folded, and the class each leads to, as a table."""
    table = pa.table(
        {
            "word": pa.array(list(words), pa.string()),
            "offence": pa.array(list(words.values()), pa.string()),
        }
    )
    return ibis.memtable(table)


def point_reason(table: ibis.Table, mapping: Mapping) -> ibis.ir.StringValue:
    """Return what is wrong with a point, null where it is sound or there is none."""
    west, south, east, north = mapping.bounds or (-180.0, -90.0, 180.0, 90.0)
    half = table.lon_given != table.lat_given
    no_number = (table.lon_given & table.lon.isnull()) | (table.lat_given & table.lat.isnull())
    outside = ~(table.lon.between(west, east) & table.lat.between(south, north))
    return ibis.cases(
        (half | no_number, "bad_coordinates"),
        (outside, "coordinates_outside"),
        else_=ibis.null("string"),
    )


def worked_out(
    raw: ibis.Table, mapping: Mapping, *, force: str | None, part: str | None
) -> ibis.Table:
    """Add what depends on few distinct values: population, place name and setting."""

    def population(table: ibis.Table) -> dict[str, ibis.Value]:
        named = _population(table, mapping, force=force)
        return {"population": named if part is None else named + f"/{part}"}

    def place(table: ibis.Table) -> dict[str, ibis.Value]:
        name = _place_name(table, mapping)
        return {"place_name": name, "setting": _setting(table, mapping, name)}

    rule = mapping.population
    of_force = (rule.force_column, rule.apart_column)
    of_place = [mapping.source(name) for name in ("place_name", "premises", "domestic")]
    return once_per_value(once_per_value(raw, of_force, population), of_place, place)


def common(raw: ibis.Table, mapping: Mapping) -> dict[str, ibis.Value]:
    """Return the columns that every kind has, of a table with what was worked out."""
    return {
        "row_number": raw["row_number"].cast("int32"),
        "record_id": text(raw, mapping.record_id),
        "population": raw.our_population,
        **_points(raw, mapping),
        "lsoa": text(raw, mapping.source("lsoa")),
        "ward": text(raw, mapping.source("ward")),
        "place_id": text(raw, mapping.source("place_id")),
        "place_name": raw.our_place_name,
    }


def _in_time(raw: ibis.Table, mapping: Mapping) -> ibis.Table:
    """Add the interval and the local month of each row; once per month where that is all."""

    def when(table: ibis.Table) -> dict[str, ibis.Value]:
        found = interval(table, mapping)
        return found | {"month": found["local_start"].truncate("M").date()}

    return once_per_value(raw, [mapping.source("month")], when)


def _interval_of(raw: ibis.Table) -> dict[str, ibis.Value]:
    return {name: raw[OURS + name] for name in INTERVAL_COLUMNS}


INTERVAL_COLUMNS = "written occurred_from occurred_to precision month".split()


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
    raw = _in_time(worked_out(raw, mapping, force=force, part=part), mapping)
    raw = _classified(raw, mapping)
    table = raw.select(
        **common(raw, mapping),
        **_interval_of(raw),
        reference=text(raw, mapping.source("reference")),
        reported_text=text(raw, mapping.source("reported_at")),
        reported_at=to_instant(mapping.zone, moment(raw, mapping, "reported_at")),
        category=raw.our_category,
        word=raw.our_word,
        victims_text=text(raw, mapping.source("victims")),
        setting=raw.our_setting,
        status=status(raw, mapping),
        outcome=text(raw, mapping.source("outcome")),
        incident_key=_incident_key(raw, mapping),
    )
    counted = whole_number(table.victims_text, least=1, most=MOST_VICTIMS)
    table = table.mutate(victims=ibis.ifelse(table.victims_text.isnull(), 1, counted))
    classed = table.left_join(classes(words), "word")
    return _finish(classed.mutate(reason=_crime_reason(classed, mapping)), mapping)


def _crime_reason(table: ibis.Table, mapping: Mapping) -> ibis.ir.StringValue:
    """Return what is wrong with a row; a notice of deletion needs force and reference only."""
    nothing = ibis.null("string")
    detail = ibis.coalesce(
        interval_reason(table),
        ibis.ifelse(
            table.reported_text.notnull() & table.reported_at.isnull(), "bad_date", nothing
        ),
        ibis.cases(
            (table.category.isnull(), "missing_category"),
            (table.offence.isnull(), "unknown_category"),
            else_=nothing,
        ),
        point_reason(table, mapping),
        ibis.ifelse(table.victims.isnull(), "bad_number", nothing),
    )
    if not mapping.upsert:
        return ibis.coalesce(force_reason(table), detail)
    unnamed = ibis.ifelse(table.reference.isnull(), "missing_reference", nothing)
    said = ibis.ifelse(table.status == "deleted", nothing, detail)
    return ibis.coalesce(force_reason(table), unnamed, said)


def force_reason(table: ibis.Table) -> ibis.ir.StringValue:
    """Return what is wrong where nobody says which force it is."""
    return ibis.ifelse(table.population.isnull(), "missing_force", ibis.null("string"))


def _incident_key(raw: ibis.Table, mapping: Mapping) -> ibis.ir.StringValue:
    """Return what the rows of one incident share, or null where each row is an incident."""
    if not mapping.incident:
        return ibis.null("string")
    columns = [text(raw, column) for column in mapping.incident]
    any_blank = reduce(or_, [column.isnull() for column in columns])
    return ibis.ifelse(any_blank, ibis.null("string"), ibis.literal("|").join(columns))


def _finish(table: ibis.Table, mapping: Mapping) -> ibis.Table:
    """Add the number of the incident's first row, and drop what was scaffolding."""
    per_incident = ibis.window(group_by="incident_key")
    first = ibis.ifelse(
        table.incident_key.isnull(), table.row_number, table.row_number.min().over(per_incident)
    )
    undated = ibis.literal(UNDATED)
    return table.mutate(
        incident=first if mapping.incident else table.row_number,
        month=table.month.fill_null(undated) if mapping.upsert else table.month,
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
    raw = _in_time(worked_out(raw, mapping, force=force, part=part), mapping)
    table = raw.select(
        **common(raw, mapping),
        **_interval_of(raw),
        reference=text(raw, mapping.source("reference")),
        outcome=text(raw, mapping.source("outcome")),
    )
    reason = ibis.coalesce(
        force_reason(table), interval_reason(table), point_reason(table, mapping)
    )
    return table.mutate(reason=reason).select(*OUTCOME_COLUMNS, "reason")


OUTCOME_COLUMNS = (
    "row_number record_id reference population month outcome lon lat lsoa ward place_id "
    "place_name".split()
)
