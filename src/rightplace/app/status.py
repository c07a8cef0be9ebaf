"""Use case: what is held, what is missing, what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.held import FileReport, report, standing_rows
from rightplace.core.time import Month

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rightplace.app.workspace import Workspace

KINDS = ("crimes", "outcomes", "searches", "strength", "area_counts")


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingCategory:
    """A category that its neighbouring months have and a month has not."""

    month: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRows:
    """How many rows a month holds."""

    month: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCoverage:
    """What one population holds.

    Parameters
    ----------
    gaps
        Months between the first and the last without any row.
    stubs
        Months with less than half the rows of the months around them.
    without_place_share
        Share of rows without a point, 0 to 1.
    months
        Rows of each month that has any, in order.
    unknown_setting_share
        Share of rows whose setting (street, indoor, domestic, custody) is unknown, 0 to 1;
        None for kinds that have none.
    """

    source: str
    from_: str
    to: str
    gaps: tuple[str, ...]
    stubs: tuple[str, ...]
    months: tuple[MonthRows, ...]
    rows: int
    without_place_share: float
    unknown_setting_share: float | None
    missing_categories: tuple[MissingCategory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusResult:
    """Every file's account and every source's coverage."""

    files: tuple[FileReport, ...]
    sources: tuple[SourceCoverage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineResult:
    """Where the quarantined rows were written, and how many."""

    rows: int
    path: str


def months_in_words(months: Sequence[str]) -> str:
    """Return months in order with those that follow on each other as one span."""
    spans: list[list[Month]] = []
    for month in map(Month.parse, months):
        if spans and spans[-1][-1].plus(1) == month:
            spans[-1].append(month)
        else:
            spans.append([month])
    return ", ".join(str(s[0]) if len(s) == 1 else f"{s[0]} to {s[-1]}" for s in spans)


def status(workspace: Workspace) -> Answer[StatusResult]:
    """Return what the workspace holds: each file's account, each source's months."""
    from rightplace.crime.coverage import coverage
    from rightplace.crime.holdings import entries_of, holdings
    from rightplace.crime.standing import standing

    entries = entries_of(workspace.store.manifest())
    files, sources, releases = [], [], set()
    for kind in KINDS:
        counts = standing_rows(workspace, workspace.store, kind)
        of_kind = [e for e in entries if e.kind == kind]
        files += [report(e, standing=counts.get(e.entry_id, 0)) for e in of_kind]
        held = holdings(entries, kind=kind)
        releases |= set(held.releases)
        rows = standing(workspace.engine, workspace.store, held)
        if rows is not None:
            sources += [
                SourceCoverage(
                    source=c.population,
                    from_=str(c.first),
                    to=str(c.last),
                    gaps=tuple(map(str, c.gaps)),
                    stubs=tuple(map(str, c.stubs)),
                    months=tuple(
                        MonthRows(month=str(m), rows=n) for m, n in sorted(c.rows_by_month.items())
                    ),
                    rows=c.rows,
                    without_place_share=c.without_place_share,
                    unknown_setting_share=c.unknown_setting_share,
                    missing_categories=tuple(
                        MissingCategory(month=str(m), category=category)
                        for m, category in c.missing_categories
                    ),
                )
                for c in coverage(workspace.engine, rows)
            ]
    return Answer(
        verb="status",
        result=StatusResult(files=tuple(files), sources=tuple(sources)),
        data_releases=tuple(sorted(releases)),
    )


def export_quarantine(
    workspace: Workspace, out: Path, *, dry_run: bool = False
) -> Answer[QuarantineResult]:
    """Write every quarantined row with its file, number, reason and text to a CSV file."""
    from rightplace.crime.holdings import entries_of
    from rightplace.crime.quarantine import export

    entries = [e for e in entries_of(workspace.store.manifest()) if e.is_held]
    rows = export(workspace.store, entries, None if dry_run else out)
    return Answer(verb="quarantine", result=QuarantineResult(rows=rows, path=str(out)))
