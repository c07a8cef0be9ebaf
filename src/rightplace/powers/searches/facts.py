"""What a force recorded at all, by month: blank columns, constant columns, days without times.

A column that is blank in every search of a month, or false in every search of a year, was not
recorded there (quirks 19 and 20): its value is null, and that is said. Searches of a month that
pile up at exactly midnight have a day and no time (DOMAIN 2.3.12).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from rightplace.engines.dialect import to_clock
from rightplace.powers.searches.read import LeftOut, Unrecorded
from rightplace.powers.searches.vocabulary import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import ibis

    from rightplace.engines.engine import Engine
    from rightplace.powers.searches.settings import SearchSettings

ZONE = "Europe/London"
OPEN_DATA = "data.police.uk"
CONSTANTS = {"linked": "outcome_linked", "more_than_outer": "more_than_outer_clothing"}
"""Columns that some forces fill with false throughout, and the stored column of each."""
GIVEN = {**PUBLISHED, "place": "lon"}
"""Columns that every search should hold, and the stored column of each."""
TRUE, FALSE = ("true", "yes", "y", "1"), ("false", "no", "n", "0")

Key = tuple[str, "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFacts:
    """What the searches of one publisher, force and month hold.

    Parameters
    ----------
    searches
        How many there are.
    midnight
        How many begin at exactly 00:00, by the local clock or in UTC.
    given
        How many hold a word, by our column; under ``place`` how many hold a point.
    true, false
        How many are true or false, by our column of ``CONSTANTS``.
    """

    publisher: str
    force: str
    month: date
    searches: int
    midnight: int
    given: dict[str, int]
    true: dict[str, int]
    false: dict[str, int]


def is_midnight(rows: ibis.Table) -> ibis.ir.BooleanValue:
    """Return which searches begin at exactly 00:00, by the local clock or in UTC."""
    local, utc = to_clock(ZONE, rows.started_at), to_clock("UTC", rows.started_at)
    return (local == local.truncate("D")) | (utc == utc.truncate("D"))


def month_facts(engine: Engine, rows: ibis.Table) -> list[MonthFacts]:
    """Return what the searches of each publisher, force and month hold.

    Parameters
    ----------
    engine
        Runs the count.
    rows
        Standing searches with the columns ``publisher`` and ``force``.
    """
    counted = rows.group_by("publisher", "force", "month").agg(
        searches=rows.count(),
        midnight=is_midnight(rows).sum(),
        **{f"given_{ours}": rows[stored].count() for ours, stored in GIVEN.items()},
        **{f"true_{o}": rows[s].lower().isin(TRUE).sum() for o, s in CONSTANTS.items()},
        **{f"false_{o}": rows[s].lower().isin(FALSE).sum() for o, s in CONSTANTS.items()},
    )
    found = engine.run(counted.order_by("force", "month", "publisher"))
    return [_facts(row) for row in found.to_pylist()]


def _facts(row: dict[str, Any]) -> MonthFacts:
    def each(start: str, names: Iterable[str]) -> dict[str, int]:
        return {name: int(row[f"{start}_{name}"] or 0) for name in names}

    return MonthFacts(
        publisher=row["publisher"],
        force=row["force"],
        month=row["month"],
        searches=row["searches"],
        midnight=int(row["midnight"] or 0),
        given=each("given", GIVEN),
        true=each("true", CONSTANTS),
        false=each("false", CONSTANTS),
    )


def one_publisher(months: Sequence[MonthFacts]) -> tuple[list[MonthFacts], tuple[LeftOut, ...]]:
    """Return one publisher's facts of each force and month, and what is left out.

    The same searches may lie in a force's own records and in open data; they are counted once.
    A force's own records stand before open data; among others the larger publication stands.
    """
    by_month: dict[Key, list[MonthFacts]] = defaultdict(list)
    for facts in months:
        by_month[facts.force, facts.month].append(facts)
    kept, left = [], []
    for (force, month), rivals in by_month.items():
        first, *others = sorted(
            rivals, key=lambda f: (f.publisher == OPEN_DATA, -f.searches, f.publisher)
        )
        kept.append(first)
        left += [
            LeftOut(
                force=force,
                month=month,
                publisher=other.publisher,
                searches=other.searches,
                kept=first.publisher,
                kept_searches=first.searches,
            )
            for other in others
        ]
    return kept, tuple(left)


def blank_columns(months: Sequence[MonthFacts], settings: SearchSettings) -> set[tuple[str, Key]]:
    """Return each column of words, force and month in which every search is blank."""
    return {
        (column, (facts.force, facts.month))
        for facts in months
        for column, given in facts.given.items()
        if given == 0 and facts.searches >= settings.least_rows
    }


def constant_years(
    months: Sequence[MonthFacts], settings: SearchSettings
) -> set[tuple[str, str, int]]:
    """Return each column, force and year in which no search is true and many are false."""
    true: dict[tuple[str, str, int], int] = defaultdict(int)
    false: dict[tuple[str, str, int], int] = defaultdict(int)
    for facts in months:
        for column in CONSTANTS:
            key = (column, facts.force, facts.month.year)
            true[key] += facts.true[column]
            false[key] += facts.false[column]
    return {key for key, n in false.items() if n >= settings.least_rows and not true[key]}


def untimed_months(months: Sequence[MonthFacts], settings: SearchSettings) -> set[Key]:
    """Return each force and month whose searches pile up at midnight."""
    return {
        (facts.force, facts.month)
        for facts in months
        if facts.searches >= settings.least_rows
        and facts.midnight >= settings.midnight_share * facts.searches
    }


def facts_table(months: Sequence[MonthFacts], settings: SearchSettings) -> pa.Table:
    """Return one row for each force and month: what is not recorded there, for a join.

    Columns: force, month, publisher, no_time, blank_... for each column of words, constant_...
    for each column that some forces fill with false.
    """
    blank, constant = blank_columns(months, settings), constant_years(months, settings)
    untimed = untimed_months(months, settings)
    columns: dict[str, pa.Array] = {
        "force": pa.array([f.force for f in months], pa.string()),
        "month": pa.array([f.month for f in months], pa.date32()),
        "publisher": pa.array([f.publisher for f in months], pa.string()),
        "no_time": pa.array([(f.force, f.month) in untimed for f in months], pa.bool_()),
    }
    for column in PUBLISHED:
        marks = [(column, (f.force, f.month)) in blank for f in months]
        columns[f"blank_{column}"] = pa.array(marks, pa.bool_())
    for column in CONSTANTS:
        marks = [(column, f.force, f.month.year) in constant for f in months]
        columns[f"constant_{column}"] = pa.array(marks, pa.bool_())
    return pa.table(columns)


def unrecorded(
    asked: Sequence[MonthFacts], settings: SearchSettings, held: Sequence[MonthFacts]
) -> tuple[Unrecorded, ...]:
    """Return what was not recorded in the months asked for, each run of months once.

    Parameters
    ----------
    asked
        Some of the months held.
    settings
        From how many searches on that is concluded.
    held
        All of them: a year is judged as a whole.
    """
    ordered = sorted(asked, key=lambda f: (f.force, f.month))
    blank, constant = blank_columns(held, settings), constant_years(held, settings)
    found: list[Unrecorded] = []
    for column in (*PUBLISHED, *CONSTANTS):
        for facts in ordered:
            why = _why(column, facts, blank=blank, constant=constant)
            if why is None:
                continue
            if found and _goes_on(found[-1], column, facts, why, ordered):
                found[-1] = _longer(found[-1], facts)
            else:
                found.append(_of(column, facts, why))
    return tuple(found)


def _why(
    column: str,
    facts: MonthFacts,
    *,
    blank: set[tuple[str, Key]],
    constant: set[tuple[str, str, int]],
) -> str | None:
    if column in CONSTANTS:
        if not facts.true[column] and not facts.false[column]:
            return "blank in every search"
        if (column, facts.force, facts.month.year) in constant:
            return "false in every search of the year, so nothing was recorded"
        return None
    return "blank in every search" if (column, (facts.force, facts.month)) in blank else None


def _goes_on(
    last: Unrecorded, column: str, facts: MonthFacts, why: str, ordered: Sequence[MonthFacts]
) -> bool:
    """Return whether a month follows, among those held, the last one of a run."""
    if (last.column, last.force, last.why) != (column, facts.force, why):
        return False
    return not any(
        f.force == facts.force and last.last_month < f.month < facts.month for f in ordered
    )


def _of(column: str, facts: MonthFacts, why: str) -> Unrecorded:
    return Unrecorded(
        column=column,
        force=facts.force,
        first_month=facts.month,
        last_month=facts.month,
        searches=facts.searches,
        why=why,
    )


def _longer(last: Unrecorded, facts: MonthFacts) -> Unrecorded:
    return Unrecorded(
        column=last.column,
        force=last.force,
        first_month=last.first_month,
        last_month=facts.month,
        searches=last.searches + facts.searches,
        why=last.why,
    )
