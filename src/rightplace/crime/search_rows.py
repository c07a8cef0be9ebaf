"""Stop and search, from what was published to our columns: set-wise, every row once.

Words stay as published: what they mean is told when they are read. A force's own records say
more than open data do; a word that should be yes or no and is neither goes to quarantine.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import ibis

from rightplace.crime.intervals import FIRST_YEAR, LAST_YEAR, moment
from rightplace.crime.normalise import (
    UNDATED,
    common,
    force_reason,
    point_reason,
    status,
    worked_out,
)
from rightplace.crime.published import text, whole_number
from rightplace.engines.dialect import to_clock, to_instant

if TYPE_CHECKING:
    from rightplace.crime.mapping import Mapping

# A time without its offset from UTC would be read an hour wrong in summer: it is no time, but
# where the mapping gives a pattern of local times.
TIME_WITH_OFFSET = (
    r"^\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):\d{2}:\d{2}(\.\d+)?(Z|[+-][01]\d:[0-5]\d)$"
)
YES = ("yes", "y", "true", "1")
NO = ("no", "n", "false", "0")
NOT_SAID = ("not recorded", "not known", "unknown", "not applicable", "n/a")
MOST_WEAPONS = 99
TEXTS = (
    "type part_of_operation operation gender age_range self_defined_ethnicity "
    "officer_defined_ethnicity legislation object outcome outcome_linked "
    "more_than_outer_clothing grounds authorisation"
).split()
"""Kept as published."""
FLAGS = (
    "weapon_found intelligence_led intimate_parts appropriate_adult parent_told handcuffs "
    "body_worn_video in_uniform record_offered"
).split()
"""Read as yes or no."""
FLAG_TEXTS = ("outcome_linked", "more_than_outer_clothing", "part_of_operation")
"""Yes or no, kept as published."""
SEARCH_COLUMNS = (
    *"row_number record_id reference population month started_at status lon lat lsoa ward".split(),
    *"place_id place_name weapons".split(),
    *TEXTS,
    *FLAGS,
)


def searches(
    raw: ibis.Table, mapping: Mapping, *, force: str | None, part: str | None
) -> ibis.Table:
    """Return each published row of a stop-and-search file, sound or with its reason.

    ``started_at`` is an instant; ``month`` is the month of the local clock, in which the file
    was published, not the month in UTC. A notice that a record was deleted needs force and
    reference only.
    """
    raw = worked_out(raw, mapping, force=force, part=part)
    flags = {name: text(raw, mapping.source(name)) for name in (*FLAGS, *FLAG_TEXTS)}
    written = text(raw, mapping.source("started_at"))
    table = raw.select(
        **common(raw, mapping),
        written=written,
        started_at=_started(raw, mapping, written),
        reference=text(raw, mapping.source("reference")),
        status=status(raw, mapping),
        weapons_text=text(raw, mapping.source("weapons")),
        **{name: text(raw, mapping.source(name)) for name in TEXTS},
        **{name: truth(flags[name]) for name in FLAGS},
        odd_flag=reduce(or_, [is_odd(word) for word in flags.values()]),
    )
    table = table.mutate(weapons=whole_number(table.weapons_text, least=0, most=MOST_WEAPONS))
    counted = table.weapons > 0
    contradicts = (table.weapon_found != counted).fill_null(ibis.literal(value=False))
    month = to_clock(mapping.zone, table.started_at).truncate("M").date()
    undated = ibis.literal(UNDATED)
    return table.mutate(
        reason=_reason(table, mapping, contradicts),
        weapon_found=table.weapon_found.fill_null(counted),
        month=month.fill_null(undated) if mapping.upsert else month,
    ).select(*SEARCH_COLUMNS, "reason")


def truth(word: ibis.ir.StringValue) -> ibis.ir.BooleanValue:
    """Return yes and no in any of the ways they are written; null where nothing is said."""
    lower = word.lower()
    return ibis.cases((lower.isin(YES), True), (lower.isin(NO), False), else_=ibis.null("boolean"))


def is_odd(word: ibis.ir.StringValue) -> ibis.ir.BooleanValue:
    """Return whether a word is neither yes nor no, nor says that nothing was recorded."""
    odd = ~word.lower().isin((*YES, *NO, *NOT_SAID))
    return odd.fill_null(ibis.literal(value=False))


def _reason(
    table: ibis.Table, mapping: Mapping, contradicts: ibis.ir.BooleanValue
) -> ibis.ir.StringValue:
    """Return what is wrong with a row, null where it is sound."""
    nothing = ibis.null("string")
    odd_number = table.weapons_text.notnull() & table.weapons.isnull()
    detail = ibis.coalesce(
        ibis.cases(
            (table.written.isnull(), "missing_date"),
            (table.started_at.isnull(), "bad_date"),
            else_=nothing,
        ),
        point_reason(table, mapping),
        ibis.cases(
            (table.odd_flag, "bad_yes_no"),
            (odd_number, "bad_number"),
            (contradicts, "contradicts_itself"),
            else_=nothing,
        ),
    )
    if not mapping.upsert:
        return ibis.coalesce(force_reason(table), detail)
    unnamed = ibis.ifelse(table.reference.isnull(), "missing_reference", nothing)
    said = ibis.ifelse(table.status == "deleted", nothing, detail)
    return ibis.coalesce(force_reason(table), unnamed, said)


def is_local(mapping: Mapping) -> bool:
    """Return whether a mapping gives a pattern of local times, without their offset."""
    return mapping.datetime_format is not None and "%z" not in mapping.datetime_format


def _started(
    raw: ibis.Table, mapping: Mapping, written: ibis.ir.StringValue
) -> ibis.ir.TimestampValue:
    """Return the instant at which each search began, null where none is told."""
    if is_local(mapping):
        return to_instant(mapping.zone, moment(raw, mapping, "started_at"))
    nothing = ibis.null("timestamp('UTC')")
    instant = written.try_cast("timestamp('UTC')")
    year = to_clock("UTC", instant).year()
    sound = written.re_search(TIME_WITH_OFFSET) & year.between(FIRST_YEAR, LAST_YEAR)
    return ibis.ifelse(sound, instant, nothing)
