"""From standing rows, words as published, to the table of searches in closed words; set-wise.

Duplicates are kept: open files have no record id, and equal rows cannot be told from true
repeats (quirk 24). The month is that of the local clock, in which the file was published, not the
month in UTC (quirk 18).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from rightplace.powers.searches.columns import SCHEMA
from rightplace.powers.searches.completeness import HeldMonth, findings
from rightplace.powers.searches.facts import (
    CONSTANTS,
    FALSE,
    TRUE,
    facts_table,
    is_midnight,
    month_facts,
    one_publisher,
    unrecorded,
)
from rightplace.powers.searches.vocabulary import NOT_GIVEN, PUBLISHED
from rightplace.powers.searches.words_used import (
    categories_of,
    unknown_words,
    word_counts,
    word_uses,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from rightplace.engines.engine import Engine
    from rightplace.powers.searches.completeness import Finding
    from rightplace.powers.searches.facts import MonthFacts
    from rightplace.powers.searches.read import LeftOut, UnknownWord, Unrecorded, WordUse
    from rightplace.powers.searches.settings import SearchSettings
    from rightplace.powers.searches.vocabulary import Vocabulary
    from rightplace.powers.searches.words_used import WordCount

OWN = (
    "weapon_found weapons intelligence_led intimate_parts appropriate_adult parent_told handcuffs "
    "body_worn_video in_uniform record_offered grounds authorisation"
).split()
"""Columns of a force's own records, stored as they are to be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The months asked for, by the first days of the first and the last; None has no end."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRows:
    """The table without its boroughs, and what a reader must know about it.

    Parameters
    ----------
    table
        Columns of ``SCHEMA``; ``borough`` is null throughout.
    """

    table: pa.Table
    uses: tuple[WordUse, ...]
    unknown: tuple[UnknownWord, ...]
    unrecorded: tuple[Unrecorded, ...]
    left_out: tuple[LeftOut, ...]
    findings: tuple[Finding, ...]
    cancelled: int


def read_rows(
    engine: Engine,
    rows: ibis.Table,
    *,
    vocabulary: Vocabulary,
    settings: SearchSettings,
    span: Span,
) -> ReadRows:
    """Return standing searches in closed words.

    What was recorded and what is missing is judged on every month that is held, so that the
    months asked for are compared with those before them.

    Parameters
    ----------
    engine
        Runs what is asked.
    rows
        Standing searches of ``crime.standing``, words as published.
    vocabulary
        Which of our words each published one leads to.
    settings
        When a column counts as not recorded, and a month as incomplete.
    span
        The months asked for.
    """
    rows = _with_force(rows)
    cancelled = _cancelled(rows)
    errors = engine.run(_within(rows.filter(cancelled), span).count().as_table())
    rows = rows.filter(~cancelled)
    months, left_out = one_publisher(month_facts(engine, rows))
    if left_out:
        rows = rows.semi_join(_keys(months), ["publisher", "force", "month"])
    counts = word_counts(engine, rows, vocabulary)
    asked = _within(rows, span)
    uses = word_uses(each for each in counts if span_holds(span, each.month))
    facts = ibis.memtable(facts_table(months, settings)).drop("publisher")
    read = _in_our_words(asked.inner_join(facts, ["force", "month"]), uses)
    table = engine.run(read.order_by("force", "month", "entry", "row_number"))
    return ReadRows(
        table=table.cast(SCHEMA),
        uses=uses,
        unknown=unknown_words(engine, asked, uses),
        unrecorded=unrecorded([m for m in months if span_holds(span, m.month)], settings, months),
        left_out=tuple(each for each in left_out if span_holds(span, each.month)),
        findings=_findings(months, counts, settings, span),
        cancelled=int(errors.column(0)[0].as_py()),
    )


def _findings(
    months: Sequence[MonthFacts],
    counts: Sequence[WordCount],
    settings: SearchSettings,
    span: Span,
) -> tuple[Finding, ...]:
    categories = categories_of(counts)
    held = [
        HeldMonth(facts=facts, categories=categories.get((facts.force, facts.month), {}))
        for facts in months
    ]
    return findings(held, settings, first=span.first, last=span.last)


def span_holds(span: Span, month: date) -> bool:
    """Return whether a month, by its first day, was asked for."""
    after = span.first is None or month >= span.first
    return after and (span.last is None or month <= span.last)


def _within(rows: ibis.Table, span: Span) -> ibis.Table:
    """Return the rows of the months asked for."""
    if span.first is not None:
        rows = rows.filter(rows.month >= span.first)
    return rows if span.last is None else rows.filter(rows.month <= span.last)


def _with_force(rows: ibis.Table) -> ibis.Table:
    """Add publisher and force, and every column of a force's own records, null if not stored."""
    parts = rows.population.split("/")
    absent = {
        name: ibis.null(str(_stored_type(name)))
        for name in ("reference", "status", *OWN)
        if name not in rows.columns
    }
    return rows.mutate(publisher=parts[0], force=parts[1], **absent)


def _stored_type(name: str) -> str:
    """Return the type of a stored column of a force's own records."""
    if name in {"reference", "status", "grounds", "authorisation"}:
        return "string"
    return "int32" if name == "weapons" else "boolean"


def _cancelled(rows: ibis.Table) -> ibis.ir.BooleanValue:
    """Return which searches their force marked as recorded in error."""
    return rows.status.fill_null("current") == "cancelled"


def _keys(months: Sequence[MonthFacts]) -> ibis.Table:
    return ibis.memtable(
        pa.table(
            {
                "publisher": pa.array([f.publisher for f in months], pa.string()),
                "force": pa.array([f.force for f in months], pa.string()),
                "month": pa.array([f.month for f in months], pa.date32()),
            }
        )
    )


def _in_our_words(rows: ibis.Table, uses: Sequence[WordUse]) -> ibis.Table:
    """Return the columns of the table of searches of rows joined with their facts."""
    for column, stored in PUBLISHED.items():
        known = _lookup(column, uses)
        rows = rows.left_join(known, rows[stored] == known[f"word_{column}"])
    worked_out: dict[str, ibis.Value] = {
        column: rows[f"our_{column}"].fill_null(
            ibis.ifelse(rows[f"blank_{column}"], ibis.null("string"), NOT_GIVEN)
        )
        for column in PUBLISHED
    }
    for column, stored in CONSTANTS.items():
        truth = _truth(rows[stored])
        worked_out[column] = ibis.ifelse(rows[f"constant_{column}"], ibis.null("boolean"), truth)
    worked_out["has_time"] = ~(rows.no_time & is_midnight(rows))
    worked_out["borough"] = ibis.null("string")
    return rows.select(**{n: worked_out[n] if n in worked_out else rows[n] for n in SCHEMA.names})


def _lookup(column: str, uses: Iterable[WordUse]) -> ibis.Table:
    """Return each published word of a column and the word of ours that it leads to."""
    pairs = {use.word: use.ours for use in uses if use.column == column and use.ours}
    return ibis.memtable(
        pa.table(
            {
                f"word_{column}": pa.array(list(pairs), pa.string()),
                f"our_{column}": pa.array(list(pairs.values()), pa.string()),
            }
        )
    )


def _truth(text: ibis.ir.StringValue) -> ibis.ir.BooleanValue:
    """Return yes and no in any of the ways they are written; null where it is neither."""
    word = text.lower()
    return ibis.cases(
        (word.isin(TRUE), True), (word.isin(FALSE), False), else_=ibis.null("boolean")
    )
