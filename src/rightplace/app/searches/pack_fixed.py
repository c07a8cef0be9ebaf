"""Sections of the pack that are made once, of the whole force, and kept with the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.searches.pack_periods import YEAR
from rightplace.app.searches.pack_sources import drift_section
from rightplace.core.time import months_between
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.searches.disproportion_result import Disproportion
    from rightplace.app.searches.pack_made import PackCounts
    from rightplace.app.searches.report import ReportOptions
    from rightplace.app.workspace import Workspace
    from rightplace.briefing.searches.values import Section
    from rightplace.core.time import Month
    from rightplace.powers.searches.read import Searches


def fixed_sections(
    workspace: Workspace, searches: Searches, counts: PackCounts, *, options: ReportOptions
) -> list[Section]:
    """Return what compares groups, and how the words of the files changed.

    Parameters
    ----------
    workspace
        Whose settings hold.
    searches
        Every search of the force that is held.
    counts
        Every count of the pack.
    options
        The user's own residents, whether the threshold test is run, and its seed.
    """
    made = _of_groups(workspace, searches, counts, residents=options.residents)
    made += _tests(workspace, searches, counts, options=options)
    made.append(_caused(of_months(searches.table, counts.months.period)))
    return [*made, drift_section(searches, counts.months)]


def _tests(
    workspace: Workspace, searches: Searches, counts: PackCounts, *, options: ReportOptions
) -> list[Section]:
    """Return the veil of darkness over a year, and the threshold test where it is asked for."""
    from rightplace.app.searches.disproportion_files import against_files
    from rightplace.app.searches.pack_tests import darkness_section, threshold_section

    period = counts.months.period
    first = min(period[0], period[-1].plus(1 - YEAR))
    year = of_months(searches.table, months_between(first, period[-1]))
    made = [darkness_section(workspace, year)]
    if options.threshold:
        residents = against_files(workspace, residents=options.residents).residents
        of_period = of_months(searches.table, period)
        made.append(threshold_section(workspace, of_period, residents, seed=options.seed))
    return made


def _of_groups(
    workspace: Workspace, searches: Searches, counts: PackCounts, *, residents: Path | None
) -> list[Section]:
    from rightplace.app.searches.disproportion import disproportion
    from rightplace.app.searches.disproportion_files import against_files
    from rightplace.app.searches.pack_disproportion import disproportion_sections

    against = against_files(workspace, residents=residents)
    period = counts.months.period
    try:
        held = disproportion(of_months(searches.table, period), against)
    except NotHeldError as error:
        return [_untold(str(error))]
    last = period[-1]
    year = months_between(last.plus(1 - YEAR), last)
    annual: Disproportion | None = held
    if len(period) < YEAR or last in counts.months.absent:
        try:
            annual = disproportion(of_months(searches.table, year), against)
        except NotHeldError:
            annual = None
    return disproportion_sections(held, annual, counts)


def _caused(searches: pa.Table) -> Section:
    """Return where it is told whether a plan's visits turned into searches, or why nobody can."""
    from rightplace.briefing.searches.values import Section
    from rightplace.errors import UnsupportedByDataError
    from rightplace.powers.searches.caused import check_exact_points

    try:
        check_exact_points(searches)
        why = (
            "it needs a plan and the hours of patrol beside the searches: `rightplace searches "
            "caused` sets searches in each patrol-hour at visits against those elsewhere."
        )
    except UnsupportedByDataError as error:
        why = error.fault.message
    return Section(key="caused", heading="Searches that the plan causes", refusals=(why,))


def _untold(why: str) -> Section:
    from rightplace.briefing.searches.values import Section

    return Section(
        key="disproportion", heading="Who was searched, beside who lives there", refusals=(why,)
    )


def of_months(table: pa.Table, months: Sequence[Month]) -> pa.Table:
    """Return the searches of some months."""
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array([month.first for month in months], pa.date32())
    return table.filter(pc.is_in(table["month"], value_set=wanted))
