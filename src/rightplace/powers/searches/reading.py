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
from rightplace.powers.searches.facts import (
    CONSTANTS,
    FALSE,
    TRUE,
    MonthFacts,
    facts_table,
    is_midnight,
    month_facts,
    one_publisher,
    unrecorded,
)
from rightplace.powers.searches.read import UnknownWord, WordUse
from rightplace.powers.searches.vocabulary import NOT_GIVEN, PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rightplace.engines.engine import Engine
    from rightplace.powers.searches.read import LeftOut, Unrecorded
    from rightplace.powers.searches.settings import SearchSettings
    from rightplace.powers.searches.vocabulary import Vocabulary

OWN = (
    "weapon_found weapons intelligence_led intimate_parts appropriate_adult parent_told handcuffs "
    "body_worn_video in_uniform record_offered grounds authorisation"
).split()
"""Columns of a force's own records, stored as they are to be read."""


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
    cancelled: int


def read_rows(
    engine: Engine, rows: ibis.Table, *, vocabulary: Vocabulary, settings: SearchSettings
) -> ReadRows:
    """Return standing searches in closed words.

    Parameters
    ----------
    engine
        Runs what is asked.
    rows
        Standing searches of ``crime.standing``, words as published.
    vocabulary
        Which of our words each published one leads to.
    settings
        When a column counts as not recorded.
    """
    rows, cancelled = _current(engine, _with_force(rows))
    months, left_out = one_publisher(month_facts(engine, rows))
    if left_out:
        rows = rows.semi_join(_keys(months), ["publisher", "force", "month"])
    uses = _word_uses(engine, rows, vocabulary)
    facts = ibis.memtable(facts_table(months, settings)).drop("publisher")
    read = _in_our_words(rows.inner_join(facts, ["force", "month"]), uses)
    table = engine.run(read.order_by("force", "month", "entry", "row_number"))
    return ReadRows(
        table=table.cast(SCHEMA),
        uses=uses,
        unknown=_unknown_words(engine, rows, uses),
        unrecorded=unrecorded(months, settings),
        left_out=left_out,
        cancelled=cancelled,
    )


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


def _current(engine: Engine, rows: ibis.Table) -> tuple[ibis.Table, int]:
    """Return the searches without those recorded in error, and how many those are."""
    cancelled = rows.status.fill_null("current") == "cancelled"
    counted = engine.run(rows.agg(n=cancelled.sum()))["n"][0].as_py()
    return (rows.filter(~cancelled) if counted else rows), int(counted or 0)


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


def _word_uses(engine: Engine, rows: ibis.Table, vocabulary: Vocabulary) -> tuple[WordUse, ...]:
    """Return every published word of every column and force, with its months."""
    found = []
    for column, stored in PUBLISHED.items():
        named = rows.filter(rows[stored].notnull())
        counted = named.group_by("force", word=named[stored]).agg(
            first=named.month.min(), last=named.month.max(), n=named.count()
        )
        found += [
            WordUse(
                column=column,
                force=row["force"],
                word=row["word"],
                ours=vocabulary.ours(column, row["word"]),
                first_month=row["first"],
                last_month=row["last"],
                searches=row["n"],
            )
            for row in engine.run(counted.order_by("force", "first", "word")).to_pylist()
        ]
    return tuple(found)


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


def _unknown_words(
    engine: Engine, rows: ibis.Table, uses: Iterable[WordUse]
) -> tuple[UnknownWord, ...]:
    """Return the words that no table knows, each with one place where it stands."""
    found = []
    for use in (each for each in uses if each.ours is None):
        having = rows.filter(
            (rows[PUBLISHED[use.column]] == use.word)
            & (rows.force == use.force)
            & (rows.month == use.first_month)
        )
        first = engine.run(having.order_by("entry", "row_number").limit(1)).to_pylist()[0]
        found.append(UnknownWord(use=use, file=first["entry"], row=first["row_number"]))
    return tuple(found)
