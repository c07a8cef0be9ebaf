"""What publishers counted themselves: offences by area and month, officers by force and month.

These are held, shown by ``status`` and used to check totals; they are never forecast from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from rightplace.crime.intervals import clock_time
from rightplace.crime.published import lookup, text, whole_number
from rightplace.crime.wide import CELL, MONTH, RECORDED, STUB
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from rightplace.crime.mapping import Mapping
    from rightplace.engines.engine import Engine

MOST_RECORDED = 10_000_000
AREA_COUNT_COLUMNS = (
    "row_number cell population month major category offence area_code area_name borough apart "
    "recorded".split()
)
STRENGTH_COLUMNS = "row_number population month officers staff pcsos".split()


def _month_reason(table: ibis.Table) -> ibis.ir.StringValue:
    return ibis.cases(
        (table.written.isnull(), "missing_date"),
        (table.month.isnull(), "bad_date"),
        else_=ibis.null("string"),
    )


def area_counts(
    raw: ibis.Table, mapping: Mapping, *, words: ibis.Table, force: str | None
) -> ibis.Table:
    """Return each number of a lengthened table, sound or with its reason.

    Parameters
    ----------
    raw
        Columns as ``wide.lengthen`` gives them.
    mapping
        How they are to be read.
    words
        Published offence, without spaces and capitals (``word``), and its class (``offence``).
    force
        The force whose offences were counted, and by what kind of area.

    Returns
    -------
    ibis.Table
        ``recorded`` offences of a class in an area and month; ``apart`` where the area is none
        of the force's own: airports, or unknown.
    """
    borough = text(raw, mapping.source("borough"))
    nowhere = dict.fromkeys(mapping.places_without, "yes")
    category = text(raw, mapping.source("minor"))
    table = raw.select(
        row_number=raw.row_number,
        cell=raw[CELL],
        population=ibis.literal(f"{mapping.publisher}/{force}/{mapping.kind}"),
        written=text(raw, MONTH),
        month=clock_time(text(raw, MONTH), mapping.date_format).truncate("M").date(),
        major=text(raw, mapping.source("major")),
        category=category,
        word=category.re_replace(r"\s+", "").lower(),
        area_code=text(raw, mapping.source("area_code")),
        area_name=text(raw, mapping.source("area_name")),
        borough=borough,
        apart=borough.isnull() | lookup(borough, nowhere, None).notnull(),
        recorded=whole_number(text(raw, RECORDED), least=0, most=MOST_RECORDED),
        stub=raw[STUB],
    ).left_join(words, "word")
    reason = ibis.cases(
        (table.stub, "stub_month"),
        (table.category.isnull(), "missing_category"),
        (table.offence.isnull(), "unknown_category"),
        (table.recorded.isnull(), "bad_number"),
        else_=ibis.null("string"),
    )
    return table.mutate(reason=ibis.coalesce(_month_reason(table), reason)).select(
        *AREA_COUNT_COLUMNS, "reason"
    )


def strength(raw: ibis.Table, mapping: Mapping, *, force: str | None) -> ibis.Table:
    """Return each month's officers, staff and PCSOs, sound or with its reason."""
    written = text(raw, mapping.source("month"))
    numbers = {
        name: whole_number(text(raw, mapping.source(name)), least=0, most=MOST_RECORDED)
        for name in ("officers", "staff", "pcsos")
    }
    table = raw.select(
        row_number=raw.row_number,
        population=ibis.literal(f"{mapping.publisher}/{force}/{mapping.kind}"),
        written=written,
        month=clock_time(written, mapping.date_format).truncate("M").date(),
        **numbers,
    )
    uncounted = table.officers.isnull() | table.staff.isnull() | table.pcsos.isnull()
    no_number = ibis.ifelse(uncounted, "bad_number", ibis.null("string"))
    return table.mutate(reason=ibis.coalesce(_month_reason(table), no_number)).select(
        *STRENGTH_COLUMNS, "reason"
    )


def check_months_once(engine: Engine, rows: ibis.Table, *, file: str) -> None:
    """Check that a file of strength has each month once: which of two is meant nobody can say.

    Parameters
    ----------
    engine
        What reckons.
    rows
        Its sound rows, as ``strength`` gives them.
    file
        Its name.

    Raises
    ------
    BadInputError
        If a month stands twice; the later row is named, and the earlier.
    """
    months = rows.group_by("population", "month").agg(
        times=rows.count(), first=rows.row_number.min(), last=rows.row_number.max()
    )
    doubled = engine.run(months.filter(months.times > 1).order_by("last")).to_pylist()
    if doubled:
        found = doubled[0]
        month = f"{found['month']:%Y-%m}"
        more = f" {len(doubled) - 1} more months are doubled." if len(doubled) > 1 else ""
        msg = f"The strength of {month} stands in row {found['first']} and again.{more}"
        remedy = "Keep the row that is right; one month has one strength."
        raise BadInputError(msg, file=file, row=found["last"], value=month, remedy=remedy)
