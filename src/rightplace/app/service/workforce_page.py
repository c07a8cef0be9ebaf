"""Use case: read a published look ahead at a workforce. Officers are numbers here: no person is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from rightplace.app.workforce.report_document import document_of
from rightplace.app.workforce.report_kept import KIND, Kept, beside, what_of
from rightplace.core.time import Month
from rightplace.errors import BadInputError, NotHeldError
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.opened import OpenedRun
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workforce.history_result import HistoryResult
    from rightplace.briefing.workforce.values import StrengthReport
    from rightplace.records.audit.transaction import Transaction

MOST_LISTED: Final = 25
"""Newest runs that the list shows; a choice of ours."""
AHEAD: Final = frozenset({"forecast", "trend"})
"""What runs are of that look ahead; the others look back."""
_READ: Final = "Read how strong the force will be."


@dataclass(frozen=True, kw_only=True, eq=False)
class PublishedWorkforce:
    """A published run of a workforce, as it was made."""

    record: dict[str, Any]
    is_synthetic: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """A run that is looked at, with what stands beside it."""

    run: PublishedWorkforce
    kept: Kept

    def document(self, marking: str) -> StrengthReport:
        """Return it in words, under a protective marking."""
        return replace(document_of(self.kept, marking=marking), synthetic=self.run.is_synthetic)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkforcePage:
    """A run as its page shows it.

    Parameters
    ----------
    report
        In words, numbers and charts.
    has_months
        Whether there is a file of every month.
    data_to
        Last day that it or the history beside it covers.
    """

    id: str
    report: StrengthReport
    has_months: bool
    as_of: str
    data_to: str
    is_synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkforceLine:
    """A run in the list.

    Parameters
    ----------
    answer
        The sentence that stands first in its report.
    looks_ahead
        Whether it is about what will be.
    """

    id: str
    kind: str
    title: str
    period: str
    answer: str
    looks_ahead: bool
    is_synthetic: bool


def read_published_workforce(run: OpenedRun) -> PublishedWorkforce:
    """Return a published run, parsed; its tables stay closed."""
    return PublishedWorkforce(record=run.record, is_synthetic=run.is_synthetic)


def look(shelf: Shelf, run_id: str, *, person: Person, at: datetime, purpose: str) -> Seen:
    """Return a run to somebody who may see it; the look is written in the audit chain.

    Parameters
    ----------
    shelf, run_id
        Where it is published, and which.
    person
        Who looks: whoever may see the workforce somewhere, for each run is of the whole force.
    at
        The time now.
    purpose
        What for, as the audit chain keeps it.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_WORKFORCE)
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        return _opened(shelf, tx, run_id)


def _opened(shelf: Shelf, tx: Transaction, run_id: str) -> Seen:
    from rightplace.records.published.resting import rests_on

    run = shelf.opened(tx, run_id, kind=KIND, read=read_published_workforce)
    if what_of(run.record) != "forecast":
        return Seen(run=run, kept=Kept(record=run.record))
    below = [
        shelf.opened(tx, each, kind=KIND, read=read_published_workforce).record
        for each in sorted(rests_on(tx, run_id))
    ]
    return Seen(run=run, kept=beside(run.record, below, named=lambda _: None))


def read_workforce(
    shelf: Shelf, run_id: str, *, person: Person, at: datetime, marking: str
) -> WorkforcePage:
    """Return a run as its page shows it.

    Parameters
    ----------
    shelf, run_id, person, at
        As in ``look``.
    marking
        Protective marking.
    """
    from rightplace.app.workforce.report_writing import months_csv

    seen = look(shelf, run_id, person=person, at=at, purpose=_READ)
    report, as_of = seen.document(marking), str(seen.run.record["as_of"])
    return WorkforcePage(
        id=run_id,
        report=report,
        has_months=bool(months_csv(report, seen.run.record)),
        as_of=as_of,
        data_to=max(as_of, _last_day(seen.kept.history)),
        is_synthetic=seen.run.is_synthetic,
    )


def _last_day(history: HistoryResult | None) -> str:
    return "" if history is None else Month.parse(history.last_month).last.isoformat()


def workforce_chart(shelf: Shelf, run_id: str, ident: str, *, person: Person, at: datetime) -> str:
    """Return one chart of a run as an ``<svg>``.

    Parameters
    ----------
    shelf, run_id, person, at
        As in ``look``.
    ident
        Its name within the report.

    Raises
    ------
    NotHeldError
        If the report has no such chart.
    """
    from rightplace.briefing.workforce.charts import chart_svg

    report = look(shelf, run_id, person=person, at=at, purpose=_READ).document("-")
    found = [chart for chart in report.charts if chart.ident == ident]
    if not found:
        msg = f"The report has no chart {ident!r}."
        raise NotHeldError(msg, value=ident, remedy="Open the page of the report again.")
    return chart_svg(found[0])


def read_workforces(
    shelf: Shelf, *, person: Person, at: datetime
) -> tuple[tuple[WorkforceLine, ...], tuple[WorkforceLine, ...]]:
    """Return runs that look ahead, and runs that look back, the one published last first.

    Runs that are suspended are left out.

    Parameters
    ----------
    shelf
        Where they are published.
    person
        Who asks.
    at
        The time now.
    """
    from rightplace.app.service.published_lines import newest_runs, why_stopped
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_WORKFORCE)
    purpose = "Find looks ahead at the force's strength."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        ids = [run.id for run in newest_runs(tx, KIND, most=MOST_LISTED)]
        lines = [_line(_opened(shelf, tx, each)) for each in ids if not why_stopped(tx, each)]
    ahead = tuple(line for line in lines if line.looks_ahead)
    return ahead, tuple(line for line in lines if not line.looks_ahead)


def _line(seen: Seen) -> WorkforceLine:
    """Return a run in the list; one that an earlier version kept in another form says so."""
    of = what_of(seen.run.record)
    try:
        report = seen.document("-")
    except BadInputError as error:
        return WorkforceLine(
            id=str(seen.run.record["id"]),
            kind=of.capitalize(),
            title=str(seen.run.record["id"]),
            period=f"as of {seen.run.record['as_of']}",
            answer=f"{error.fault.message} {error.fault.remedy or ''}".strip(),
            looks_ahead=of in AHEAD,
            is_synthetic=seen.run.is_synthetic,
        )
    return WorkforceLine(
        id=report.run_id,
        kind=report.kind,
        title=report.title,
        period=report.period,
        answer=report.answer,
        looks_ahead=of in AHEAD,
        is_synthetic=seen.run.is_synthetic,
    )
