"""The plain reference of ``normalise``: slow, short, obviously right, row by row.

It says in ordinary Python what the set-wise expressions say to an engine. Tests generate tables
and demand that every engine agrees with it; nothing else uses it.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rightplace.core.time import Month
from rightplace.crime.intervals import FIRST_YEAR, LAST_YEAR
from rightplace.crime.normalise import (
    CRIME_COLUMNS,
    FORCE_ENDING,
    OUTCOME_COLUMNS,
    UNDATED,
)
from rightplace.crime.points import LAT, LON, WGS84
from rightplace.crime.published import MOST_VICTIMS
from rightplace.crime.search_rows import (
    FLAG_TEXTS,
    FLAGS,
    MOST_WEAPONS,
    NO,
    NOT_SAID,
    SEARCH_COLUMNS,
    TEXTS,
    TIME_WITH_OFFSET,
    YES,
    is_local,
)

if TYPE_CHECKING:
    from collections.abc import Mapping as Dict
    from collections.abc import Sequence

    from rightplace.crime.mapping import Mapping

Row = dict[str, Any]
BLANKS = " \t\n\r\v\f"


def text(row: Row, column: str | None) -> str | None:
    """Return a cell as trimmed text, blank as None."""
    written = None if column is None else row.get(column)
    return None if written is None else str(written).strip(BLANKS) or None


def looked_up(value: str | None, words: Dict[str, str], otherwise: str | None) -> str | None:
    """Return the word that a value leads to, whatever its case."""
    folded = {key.casefold(): to for key, to in words.items()}
    return otherwise if value is None else folded.get(value.lower(), otherwise)


def _number(value: str | None) -> float | None:
    try:
        parsed = float(value) if value is not None and value.isascii() else math.nan
    except ValueError:
        return None
    return parsed if math.isfinite(parsed) else None


def whole_number(value: str | None, *, least: int, most: int) -> int | None:
    """Return text as a whole number in a range, None where it is none."""
    parsed = _number(value)
    fits = parsed is not None and least <= parsed <= most and parsed == math.floor(parsed)
    return int(parsed) if parsed is not None and fits else None


def clock_time(value: str | None, pattern: str) -> datetime | None:
    """Return the local time written in a pattern, None where it is none."""
    if value is None or not value.isascii():
        return None
    try:
        parsed = datetime.strptime(value, pattern)  # noqa: DTZ007 - local time, zone comes later
    except ValueError:
        return None
    return parsed if FIRST_YEAR <= parsed.year <= LAST_YEAR else None


def _instant(zone: str, local: datetime | None) -> datetime | None:
    """Return the later of the two readings of a local time; where clocks never change, the one."""
    if local is None:
        return None
    readings = [local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1)]
    return max(reading.astimezone(UTC) for reading in readings)


def _plus(moment: datetime | None, length: timedelta) -> datetime | None:
    return None if moment is None else moment + length


def _month(row: Row, mapping: Mapping) -> Row:
    written = text(row, mapping.source("month"))
    dated = written
    if mapping.date_format == "%Y-%m-%d" and written is not None and len(written) == 7:  # noqa: PLR2004 - YYYY-MM
        dated = f"{written}-01"
    day = clock_time(dated, mapping.date_format)
    start = None if day is None else datetime.combine(day.replace(day=1), time(0))
    end = None if start is None else datetime.combine(Month.of(start).plus(1).first, time(0))
    return _interval(written, start, _instant(mapping.zone, end), "month", mapping)


def _minute(row: Row, mapping: Mapping) -> Row:
    pattern = mapping.datetime_format or mapping.date_format
    written = text(row, mapping.source("occurred_from"))
    start = clock_time(written, pattern)
    end = text(row, mapping.source("occurred_to"))
    last = start if end is None else clock_time(end, pattern)
    until = _plus(_instant(mapping.zone, last), timedelta(minutes=1))
    return _interval(written, start, until, "minute", mapping)


def _day_or_hour(row: Row, mapping: Mapping) -> Row:
    written = text(row, mapping.source("occurred_from_date"))
    ending = text(row, mapping.source("occurred_to_date"))
    hour = whole_number(text(row, mapping.source("occurred_from_hour")), least=0, most=23)
    start = _plus(_day(written, mapping), timedelta(hours=hour or 0))
    if hour is not None and ending is None:
        until = _plus(_instant(mapping.zone, start), timedelta(hours=1))
        return _interval(written, start, until, "hour", mapping)
    last_day = _day(written if ending is None else ending, mapping)
    until = _instant(mapping.zone, _plus(last_day, timedelta(days=1)))
    return _interval(written, start, until, "day", mapping)


def _day(value: str | None, mapping: Mapping) -> datetime | None:
    if value is not None and mapping.date_pattern is not None:
        found = re.search(mapping.date_pattern, value)
        value = found[1] if found else None
    return clock_time(value, mapping.date_format)


def _interval(
    written: str | None,
    start: datetime | None,
    until: datetime | None,
    precision: str,
    mapping: Mapping,
) -> Row:
    first = _instant(mapping.zone, start)
    reason = None
    if written is None:
        reason = "missing_date"
    elif first is None or until is None:
        reason = "bad_date"
    elif until <= first:
        reason = "ends_before_start"
    return {
        "month": None if start is None else start.date().replace(day=1),
        "occurred_from": first,
        "occurred_to": until,
        "precision": precision,
        "interval_reason": reason,
    }


def _when(row: Row, mapping: Mapping) -> Row:
    if mapping.source("month"):
        return _month(row, mapping)
    return _minute(row, mapping) if mapping.source("occurred_from") else _day_or_hour(row, mapping)


def _point(row: Row, mapping: Mapping) -> Row:
    converted = mapping.crs != WGS84
    lon_text = text(row, LON if converted else mapping.source("lon"))
    lat_text = text(row, LAT if converted else mapping.source("lat"))
    lon, lat = _number(lon_text), _number(lat_text)
    west, south, east, north = mapping.bounds or (-180.0, -90.0, 180.0, 90.0)
    reason = None
    half = (lon_text is None) != (lat_text is None)
    if half or (lon_text and lon is None) or (lat_text and lat is None):
        reason = "bad_coordinates"
    elif lon is not None and lat is not None:
        inside = west <= lon <= east and south <= lat <= north
        reason = None if inside else "coordinates_outside"
    return {"lon": lon, "lat": lat, "point_reason": reason}


def _population(row: Row, mapping: Mapping, *, force: str | None, part: str | None) -> str | None:
    rule = mapping.population
    slug = force
    if rule.force_column is not None:
        named = (text(row, rule.force_column) or "").lower()
        slug = (
            re.sub(r"[^a-z]+", "-", re.sub(FORCE_ENDING, "", named, flags=re.ASCII)).strip("-")
            or None
        )
    if rule.apart_column is not None:
        slug = looked_up(text(row, rule.apart_column), rule.apart, None) or slug
    if slug is None:
        return None
    return "/".join([mapping.publisher, slug, mapping.kind, *([part] if part else [])])


def _place_name(row: Row, mapping: Mapping) -> str | None:
    name = re.sub(
        r"^On or near\s*", "", text(row, mapping.source("place_name")) or "", flags=re.ASCII
    )
    blank = name.strip(BLANKS)
    nowhere = [word.casefold() for word in mapping.places_without]
    return None if blank.lower() in ["", *nowhere] else blank


def _common(row: Row, mapping: Mapping, *, force: str | None, part: str | None) -> Row:
    population = _population(row, mapping, force=force, part=part)
    return {
        "row_number": row["row_number"],
        "record_id": text(row, mapping.record_id),
        "population": population,
        "force_reason": "missing_force" if population is None else None,
        "lsoa": text(row, mapping.source("lsoa")),
        "ward": text(row, mapping.source("ward")),
        "place_id": text(row, mapping.source("place_id")),
        "place_name": _place_name(row, mapping),
        **_point(row, mapping),
    }


def _category(row: Row, mapping: Mapping) -> str | None:
    for column, value, word in mapping.category_rules:
        if (text(row, column) or "").lower() == value.casefold():
            return word
    return mapping.category or text(row, mapping.source("category"))


def _setting(row: Row, mapping: Mapping) -> str:
    rule = mapping.setting
    domestic = (text(row, mapping.source("domestic")) or "").lower()
    if domestic in [word.casefold() for word in rule.domestic_words]:
        return "domestic"
    named = rule.column == "place_name"
    value = _place_name(row, mapping) if named else text(row, mapping.source("premises"))
    return looked_up(value, rule.words, "unknown") or "unknown"


def _status(row: Row, mapping: Mapping) -> str:
    words = dict.fromkeys(mapping.status.cancelled, "cancelled")
    words |= dict.fromkeys(mapping.status.deleted, "deleted")
    return looked_up(text(row, mapping.source("status")), words, "current") or "current"


def _first(*reasons: str | None) -> str | None:
    return next((reason for reason in reasons if reason is not None), None)


def _crime_reason(row: Row, mapping: Mapping) -> str | None:
    category = None
    if row["category"] is None:
        category = "missing_category"
    elif row["offence"] is None:
        category = "unknown_category"
    late = row["reported_text"] is not None and row["reported_at"] is None
    detail = _first(
        row["interval_reason"],
        "bad_date" if late else None,
        category,
        row["point_reason"],
        "bad_number" if row["victims"] is None else None,
    )
    if not mapping.upsert:
        return _first(row["force_reason"], detail)
    unnamed = "missing_reference" if row["reference"] is None else None
    return _first(row["force_reason"], unnamed, None if row["status"] == "deleted" else detail)


def _crime(
    row: Row, mapping: Mapping, *, words: Dict[str, str], force: str | None, part: str | None
) -> Row:
    pattern = mapping.datetime_format or mapping.date_format
    category = _category(row, mapping)
    reported_text = text(row, mapping.source("reported_at"))
    victims = text(row, mapping.source("victims"))
    ours = {
        **_common(row, mapping, force=force, part=part),
        **_when(row, mapping),
        "reference": text(row, mapping.source("reference")),
        "reported_text": reported_text,
        "reported_at": _instant(mapping.zone, clock_time(reported_text, pattern)),
        "category": category,
        "offence": words.get(re.sub(r"\s+", "", category or "", flags=re.ASCII).lower()),
        "victims": 1 if victims is None else whole_number(victims, least=1, most=MOST_VICTIMS),
        "setting": _setting(row, mapping),
        "status": _status(row, mapping),
        "outcome": text(row, mapping.source("outcome")),
    }
    month = ours["month"] or (UNDATED if mapping.upsert else None)
    return ours | {"month": month, "reason": _crime_reason(ours, mapping)}


def crimes(
    raw: Sequence[Row],
    mapping: Mapping,
    *,
    words: Dict[str, str],
    force: str | None,
    part: str | None,
) -> list[Row]:
    """Return what ``normalise.crimes`` does."""
    found = [_crime(row, mapping, words=words, force=force, part=part) for row in raw]
    first_rows: dict[tuple[str | None, ...], int] = {}
    for published, ours in zip(raw, found, strict=True):
        key = tuple(text(published, column) for column in mapping.incident)
        number = ours["row_number"]
        whole = bool(key) and None not in key
        ours["incident"] = first_rows.setdefault(key, number) if whole else number
    return [{name: row[name] for name in (*CRIME_COLUMNS, "reason")} for row in found]


def outcomes(
    raw: Sequence[Row], mapping: Mapping, *, force: str | None, part: str | None
) -> list[Row]:
    """Return what ``normalise.outcomes`` does."""
    found = []
    for row in raw:
        ours = _common(row, mapping, force=force, part=part) | _when(row, mapping)
        ours["reference"] = text(row, mapping.source("reference"))
        ours["outcome"] = text(row, mapping.source("outcome"))
        ours["reason"] = _first(ours["force_reason"], ours["interval_reason"], ours["point_reason"])
        found.append({name: ours[name] for name in (*OUTCOME_COLUMNS, "reason")})
    return found


def _started(written: str | None) -> datetime | None:
    if written is None or not re.search(TIME_WITH_OFFSET, written, flags=re.ASCII):
        return None
    try:
        instant = datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if FIRST_YEAR <= instant.year <= LAST_YEAR else None


def _truth(word: str | None) -> bool | None:
    folded = None if word is None else word.lower()
    return True if folded in YES else False if folded in NO else None


def _search_reason(row: Row, mapping: Mapping, *, odd_flag: bool) -> str | None:
    written = row["written"]
    found, weapons = row["weapon_found"], row["weapons"]
    detail = _first(
        "missing_date" if written is None else "bad_date" if row["started_at"] is None else None,
        row["point_reason"],
        "bad_yes_no" if odd_flag else None,
        "bad_number" if row["weapons_text"] is not None and weapons is None else None,
        "contradicts_itself"
        if found is not None and weapons is not None and found != (weapons > 0)
        else None,
    )
    if not mapping.upsert:
        return _first(row["force_reason"], detail)
    unnamed = "missing_reference" if row["reference"] is None else None
    return _first(row["force_reason"], unnamed, None if row["status"] == "deleted" else detail)


def searches(
    raw: Sequence[Row], mapping: Mapping, *, force: str | None, part: str | None
) -> list[Row]:
    """Return what ``search_rows.searches`` does."""
    found = []
    for row in raw:
        written = text(row, mapping.source("started_at"))
        local = clock_time(written, mapping.datetime_format or "") if is_local(mapping) else None
        started = _instant(mapping.zone, local) if is_local(mapping) else _started(written)
        ours = _common(row, mapping, force=force, part=part)
        ours |= {name: text(row, mapping.source(name)) for name in (*TEXTS, "reference")}
        flags = {name: text(row, mapping.source(name)) for name in (*FLAGS, *FLAG_TEXTS)}
        ours |= {name: _truth(flags[name]) for name in FLAGS}
        ours |= {"written": written, "started_at": started, "status": _status(row, mapping)}
        ours["weapons_text"] = weapons = text(row, mapping.source("weapons"))
        ours["weapons"] = whole_number(weapons, least=0, most=MOST_WEAPONS)
        words = [word.lower() for word in flags.values() if word is not None]
        odd = any(word not in (*YES, *NO, *NOT_SAID) for word in words)
        ours["reason"] = _search_reason(ours, mapping, odd_flag=odd)
        if ours["weapon_found"] is None and ours["weapons"] is not None:
            ours["weapon_found"] = ours["weapons"] > 0
        on_clock = None if started is None else started.astimezone(mapping.tzinfo).date()
        month = None if on_clock is None else on_clock.replace(day=1)
        ours["month"] = month or (UNDATED if mapping.upsert else None)
        found.append({name: ours[name] for name in (*SEARCH_COLUMNS, "reason")})
    return found
