"""Use case: searches that a plan causes, by its kept visits and their dosage."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from rightplace.app.answer import Answer
from rightplace.app.searches.caused_result import CausedContrast, CausedResult, CausedRow
from rightplace.core.runs import read_run_of
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from rightplace.app.workspace import Workspace
    from rightplace.places import StudyArea
    from rightplace.powers.searches.caused import CausedLine, CausedSettings, Contrast

CAUTION: Final = (
    "It compares places and times, never crews or officers, and does not say whether any search "
    "was lawful. Searches elsewhere are made by others too: hours elsewhere must be of everybody "
    "who searches there."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CausedOptions:
    """Of which plan, and by which records.

    Parameters
    ----------
    plan_id, dosage_id
        The plan, and how much patrol its places got.
    elsewhere_hours
        Hours of patrol everywhere else in the plan's period, above 0; None where nobody knows.
    source
        Searches of the service's ``records``, or of ``files`` that were taken in.
    """

    plan_id: str
    dosage_id: str
    elsewhere_hours: float | None = None
    source: Literal["records", "files"] = "records"


def searches_caused(workspace: Workspace, options: CausedOptions) -> Answer[CausedResult]:
    """Set the searches of a plan's period during its visits beside those elsewhere.

    Parameters
    ----------
    workspace
        Where the plan, its dosage and the searches are held.
    options
        Of which plan, and by which records.

    Raises
    ------
    BadInputError
        If the dosage is of another plan.
    """
    from rightplace.app.areas import find_area
    from rightplace.app.plan.visits import crew_visits
    from rightplace.powers.searches.caused import (
        CausedSettings,
        Hours,
        Where,
        caused,
        check_exact_points,
    )
    from rightplace.powers.searches.flags import citing, grounds_recorded

    plan = read_run_of(workspace.runs, options.plan_id, kind="plan")
    dosage = read_run_of(workspace.runs, options.dosage_id, kind="dosage")
    if dosage["result"]["plan_id"] != plan["id"]:
        msg = f"{options.dosage_id} counts the patrol of {dosage['result']['plan_id']}."
        remedy = f"Name a dosage of {plan['id']}."
        raise BadInputError(msg, value=options.dosage_id, remedy=remedy)
    forecast = read_run_of(workspace.runs, plan["settings"]["forecast"], kind="forecast")
    area = find_area(workspace, forecast["settings"]["area"])
    settings = workspace.settings("searches_caused", CausedSettings)
    visits = crew_visits(workspace, plan["id"])
    start, end = min(visits["slot_start"].to_pylist()), max(visits["slot_end"].to_pylist())
    searches = _searches(workspace, options.source, zone=area.clock.tzinfo, span=(start, end))
    check_exact_points(searches)
    where = _where(searches, area, visits)
    minutes = dosage["result"]["patrol_minutes"]
    hours = Hours(visits=minutes / 60, elsewhere=options.elsewhere_hours)
    told = caused(searches, where, hours=hours, settings=settings)
    result = CausedResult(
        plan_id=options.plan_id,
        dosage_id=options.dosage_id,
        source=options.source,
        period_from=start.isoformat(),
        period_to=end.isoformat(),
        searches=searches.num_rows,
        without_point=int((where == Where.UNPLACED).sum()),
        visit_hours=hours.visits,
        elsewhere_hours=hours.elsewhere,
        rows=tuple(_row(each) for each in told.lines if each.searches or each.split == "all"),
        contrasts=tuple(_contrast(each) for each in told.contrasts),
        citing_a_plan=citing(searches).num_rows,
        grounds_recorded=grounds_recorded(searches),
        alarm=told.alarm.raised,
        alarm_words=told.alarm.words,
        rule=_rule(settings),
        level=settings.level,
        caution=CAUTION,
    )
    return Answer(verb="searches-caused", result=result, as_of=date.fromisoformat(plan["as_of"]))


def _rule(settings: CausedSettings) -> str:
    """Return the rule of the alarm in words."""
    return (
        f"Alarm: at least {settings.least_searches} searches during visits, the interval of their "
        f"rate by patrol-hour relative to elsewhere above {settings.ratio_above:g}, and fewer "
        f"finds than {settings.find_ratio_below:g} times the find rate elsewhere, or none."
    )


def _searches(
    workspace: Workspace, source: str, *, zone: ZoneInfo, span: tuple[datetime, datetime]
) -> pa.Table:
    """Return the searches of a period that began in it, half-open.

    Raises
    ------
    NotHeldError
        If there is none.
    """
    searches = _within(_held(workspace, source, zone=zone), *span)
    if not searches.num_rows:
        msg = f"No search of the {source} began from {span[0]} until {span[1]}."
        remedy = "Record searches of the plan's period, or name another plan."
        raise NotHeldError(msg, remedy=remedy)
    return searches


def _held(workspace: Workspace, source: str, *, zone: ZoneInfo) -> pa.Table:
    """Return the searches of the service's records, or of the files that were taken in."""
    if source == "files":
        from rightplace.app.searches.read import read_searches

        return read_searches(workspace).table
    from rightplace.app.service.database import open_records
    from rightplace.records.audit.transaction import reading
    from rightplace.records.searches.table import searches_table

    database = open_records(workspace)
    try:
        with reading(database) as quiet:
            return searches_table(quiet, zone=zone)
    finally:
        database.close()


def _within(searches: pa.Table, start: datetime, end: datetime) -> pa.Table:
    """Return the searches that began in a period, half-open; those without a time are left out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = searches.schema.field("started_at").type
    at = searches["started_at"]
    inside = pc.and_(
        pc.greater_equal(at, pa.scalar(start, kind)), pc.less(at, pa.scalar(end, kind))
    )
    return searches.filter(pc.and_(inside, searches["has_time"]))


def _where(searches: pa.Table, area: StudyArea, visits: pa.Table) -> NDArray[np.object_]:
    """Return where each search was made, as the plan sees it."""
    import numpy as np

    from rightplace.places.assignment import locate
    from rightplace.powers.searches.caused import NO_POINT, Visits, where_made

    row_of = {cell: row for row, cell in enumerate(area.cells["cell_id"].to_pylist())}
    planned = Visits(
        cell=np.array([row_of[each] for each in visits["cell_id"].to_pylist()], dtype=np.int64),
        opens=_seconds(visits["slot_start"]),
        closes=_seconds(visits["slot_end"]),
    )
    lon, lat = (
        searches[name].to_numpy(zero_copy_only=False).astype(np.float64) for name in ("lon", "lat")
    )
    cell = locate(area, lon, lat).astype(np.int64)
    cell[~(np.isfinite(lon) & np.isfinite(lat))] = NO_POINT
    return where_made(cell, _seconds(searches["started_at"]), planned)


def _seconds(times: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return moments as seconds since 1970."""
    import numpy as np

    return np.array([int(each.timestamp()) for each in times.to_pylist()], dtype=np.int64)


def _row(line: CausedLine) -> CausedRow:
    return CausedRow(
        split=line.split,
        group=line.group,
        where=line.where.value,
        searches=line.searches,
        per_patrol_hour=line.per_hour,
        found=line.found if line.found_known else None,
        found_known=line.found_known,
        find_rate=line.find_rate,
    )


def _contrast(each: Contrast) -> CausedContrast:
    ratio = each.ratio
    numbers = (None,) * 3 if ratio is None else (ratio.value, ratio.lo, ratio.hi)
    value, lo, hi = (None if x is None or math.isinf(x) else x for x in numbers)
    return CausedContrast(
        split=each.split, group=each.group, ratio=value, lo=lo, hi=hi, why_not=each.reason or None
    )
