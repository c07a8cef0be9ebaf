"""Up to which day records of an outcome are held: what could be seen when a plan was locked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.core.time import Month

if TYPE_CHECKING:
    from datetime import date

    import ibis

    from rightplace.app.workspace import Workspace
    from rightplace.core.time import Clock
    from rightplace.evaluate.operations.plan import OperationPlan
    from rightplace.places.study_area import StudyArea


def results_held_to(workspace: Workspace, area: StudyArea, plan: OperationPlan) -> date | None:
    """Return the last day of what is held from which a plan's outcome could be counted.

    Of records, it is the newest, of whatever class, of every source that holds a record of the
    outcome in the study area: where none of the outcome follows, they tell that none happened.
    Every release counts, also those that the plan will not use: they could be seen. The day is
    the area's; of monthly records the last of the month. Of counts that a publisher gave by ward
    or borough it is the end of the newest month of a publication that counts the outcome in cells
    of the area. None where no source holds the outcome.

    Parameters
    ----------
    workspace
        Where the records are.
    area
        The plan's study area.
    plan
        Its outcome classes, with the narrower ones within them, are looked for.
    """
    from rightplace.app.evaluation.outcome import outcome_classes

    classes = outcome_classes(plan.outcome.classes)
    days = (_records_to(workspace, area, classes), _counts_to(workspace, area, classes))
    return max((day for day in days if day is not None), default=None)


def _held(workspace: Workspace, kind: str) -> ibis.Table | None:
    """Return the rows of a kind that stand, of every release; None where none is held."""
    from rightplace.crime.holdings import entries_of, holdings
    from rightplace.crime.standing import standing

    held = holdings(entries_of(workspace.store.manifest()), kind=kind)
    return standing(workspace.engine, workspace.store, held)


def _records_to(workspace: Workspace, area: StudyArea, classes: tuple[str, ...]) -> date | None:
    rows = _held(workspace, "crimes")
    if rows is None:
        return None
    sources = _sources_within(workspace, area, rows.filter(rows.offence.isin(classes)))
    return _newest(workspace, rows.filter(rows.population.isin(sources)), area.clock)


def _counts_to(workspace: Workspace, area: StudyArea, classes: tuple[str, ...]) -> date | None:
    """Return the last day of published counts that count some classes in cells of an area."""
    from rightplace.app.evaluation.published_counts import KIND, cell_of_row

    rows = _held(workspace, KIND)
    if rows is None:
        return None
    keys = ["population", "area_code", "borough", "apart"]
    named = rows.filter(rows.offence.isin(classes)).select(*keys).distinct().order_by(keys)
    cell_of = cell_of_row(area)
    found = workspace.engine.run(named).to_pylist()
    sources = sorted({row["population"] for row in found if cell_of(row) is not None})
    newest = workspace.engine.run(
        rows.filter(rows.population.isin(sources)).agg(month=rows.month.max())
    )
    month = newest["month"][0].as_py()
    return None if month is None else Month.of(month).last


def _sources_within(workspace: Workspace, area: StudyArea, rows: ibis.Table) -> list[str]:
    """Return the sources that hold one of some rows in a study area."""
    from rightplace.crime.counting import degrees_of, with_place_key
    from rightplace.places import locate

    keyed = with_place_key(rows)
    columns = "population lon_key lat_key lsoa_key".split()
    places = workspace.engine.run(keyed.select(*columns).distinct().order_by(columns))
    if places.num_rows == 0:
        return []
    lon, lat = degrees_of(places)
    inside = locate(area, lon, lat, codes=places["lsoa_key"]) >= 0
    return sorted(set(np.asarray(places["population"].to_pylist())[inside].tolist()))


def _newest(workspace: Workspace, rows: ibis.Table, clock: Clock) -> date | None:
    """Return the last day of the newest of some rows; None where there is none."""
    monthly = rows.precision == "month"
    found = workspace.engine.run(
        rows.agg(
            month=rows.month.max(where=monthly),
            moment=rows.occurred_to.max(where=~monthly),
        )
    )
    month, moment = (found[name][0].as_py() for name in ("month", "moment"))
    days = []
    if month is not None:
        days.append(Month.of(month).last)
    if moment is not None:
        # An interval ends before its end: one up to midnight lies in the day before.
        local = (moment - timedelta(microseconds=1)).astimezone(clock.tzinfo)
        days.append(local.date())
    return max(days, default=None)
