"""Use case: the find rates of the searches held, by any grouping."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer, Notice
from rightplace.app.searches.rates_result import (
    DriftRow,
    HeldTwice,
    Lacking,
    MeasureMeaning,
    NotRecorded,
    RatesResult,
    RatesRow,
    SourceFile,
    WordNotKnown,
)
from rightplace.errors import UnsupportedByDataError

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.workspace import Workspace
    from rightplace.core.time import Month
    from rightplace.powers.searches.rates import Group, Rate
    from rightplace.powers.searches.read import Searches
    from rightplace.powers.searches.settings import SearchSettings

USUAL_GROUPS = ("month", "force", "power")
LINKED = "linked_find_rate"
MONTH_RULE = (
    "Months are those of the London clock, in which files are published; equal rows are kept, "
    "because nothing tells them from true repeats."
)
CAUTION = (
    "No further action does not mean that nothing was found, and an outcome is not the object "
    "found. A rate says nothing of any one officer and ranks no borough."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesOptions:
    """Which searches, grouped how.

    Parameters
    ----------
    force
        One force; None for all.
    first, last
        First and last London month; None for no end.
    by
        Groupings.
    known_at
        Only files released up to this day.
    """

    force: str | None = None
    first: Month | None = None
    last: Month | None = None
    by: tuple[str, ...] = USUAL_GROUPS
    known_at: date | None = None


def searches_rates(workspace: Workspace, options: RatesOptions) -> Answer[RatesResult]:
    """Return the find rates of the searches held, and what the files cannot say.

    Parameters
    ----------
    workspace
        Where files are held.
    options
        Which searches, grouped how.

    Raises
    ------
    UnsupportedByDataError
        If boroughs are asked for, and no study area is held whose outlines tell them.
    """
    from rightplace.app.searches.read import read_searches
    from rightplace.powers.searches.rates import count_searches, rates
    from rightplace.powers.searches.settings import SearchSettings

    settings = workspace.settings("searches", SearchSettings)
    searches = read_searches(
        workspace,
        force=options.force,
        from_month=options.first,
        to_month=options.last,
        known_at=options.known_at,
    )
    if "borough" in options.by and searches.boroughs_from is None:
        msg = "No search can be told its borough: no study area with outlines is held."
        remedy = "Define one: `rightplace areas define POLYGONS --unit borough`."
        raise UnsupportedByDataError(msg, value="borough", remedy=remedy)
    groups = count_searches(searches.table, options.by)
    (whole,) = count_searches(searches.table)
    result = _result(
        searches,
        rows=tuple(_row(group, settings) for group in groups),
        total=rates(whole, least=settings.least_for_rate),
        options=options,
    )
    return Answer(
        verb="searches-rates",
        result=result,
        data_releases=searches.releases,
        warnings=tuple(_notices(searches)),
    )


def _row(group: Group, settings: SearchSettings) -> RatesRow:
    from rightplace.powers.searches.rates import rates

    told = rates(group, least=settings.least_for_rate)
    (linked,) = (each for each in told if each.measure == LINKED)
    return RatesRow(
        month=group.key.get("month"),
        force=group.key.get("force"),
        power=group.key.get("power"),
        group={name: value for name, value in group.key.items() if name not in USUAL_GROUPS},
        searches=group.searches,
        found=linked.found,
        found_reason=linked.reason if linked.found is None else None,
        small=group.searches < settings.least_in_cell,
        rates=told,
    )


def _result(
    searches: Searches,
    *,
    rows: tuple[RatesRow, ...],
    total: tuple[Rate, ...],
    options: RatesOptions,
) -> RatesResult:
    from rightplace.powers.searches.measures import MEASURES

    table = searches.table
    months = sorted(table["month"].unique().to_pylist())
    return RatesResult(
        forces=searches.forces,
        first_month=f"{months[0]:%Y-%m}",
        last_month=f"{months[-1]:%Y-%m}",
        searches=table.num_rows,
        by=options.by,
        rows=rows,
        total=total,
        measures=tuple(
            MeasureMeaning(name=m.name, title=m.title, definition=m.definition) for m in MEASURES
        ),
        findings=tuple(
            Lacking(**asdict(each) | {"kind": each.kind.value}) for each in searches.findings
        ),
        not_recorded=tuple(NotRecorded(**asdict(each)) for each in searches.unrecorded),
        unknown_words=_unknown(searches),
        drift=tuple(DriftRow(**asdict(each)) for each in searches.drift),
        held_twice=tuple(HeldTwice(**asdict(each)) for each in searches.left_out),
        boroughs_from=searches.boroughs_from,
        without_place_share=table["lon"].null_count / table.num_rows,
        cancelled=searches.cancelled,
        inputs=tuple(
            SourceFile(
                source=each.source,
                release=None if each.release is None else each.release.isoformat(),
                sha256=each.sha256,
            )
            for each in searches.inputs
        ),
        month_rule=MONTH_RULE,
        caution=CAUTION,
    )


def _unknown(searches: Searches) -> tuple[WordNotKnown, ...]:
    return tuple(
        WordNotKnown(
            column=word.use.column,
            force=word.use.force,
            word=word.use.word,
            searches=word.use.searches,
            file=word.file,
            row=word.row,
            message=word.message,
            remedy=word.remedy,
        )
        for word in searches.unknown
    )


def _notices(searches: Searches) -> list[Notice]:
    """Return what a reader must know before any number: gravest findings, unknown words."""
    from rightplace.powers.searches.completeness import Kind

    grave = {Kind.INCOMPLETE, Kind.MISSING, Kind.STUB}
    found = [
        Notice(code=each.kind.value.replace(" ", "-"), message=each.message)
        for each in searches.findings
        if each.kind in grave
    ]
    found += [
        Notice(code="unknown-word", message=f"{word.message} {word.remedy}")
        for word in searches.unknown
    ]
    if searches.left_out:
        lost = sum(each.searches for each in searches.left_out)
        message = (
            f"{lost:,} searches of open data are left out: the force's own records of the same "
            f"months stand in their place."
        )
        found.append(Notice(code="held-twice", message=message))
    return found
