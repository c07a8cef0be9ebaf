"""The words and numbers of each brief, from a kept plan: what a sergeant reads aloud."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.app.brief_facts import hours_words
from rightplace.briefing import (
    BcuRow,
    BriefSheet,
    ConstraintCost,
    Copy,
    MapBorough,
    MapCell,
    MapLabel,
    MapLayer,
    MapVisit,
    Named,
    PlanOverview,
    Stamp,
    Totals,
    VisitLine,
)
from rightplace.deploy.activities import activity_for
from rightplace.forecast.wording import in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rightplace.app.brief_facts import PlanFacts, Scope
    from rightplace.app.brief_settings import BriefSettings
    from rightplace.deploy import Prospect

MOST_LINES = 12
MOST_STATIONS = 14
HANDLING = "For those on duty in this BCU. Do not copy, photograph or leave unattended."
PLACE_LENGTH = 45


def stamp_of(facts: PlanFacts, settings: BriefSettings) -> Stamp:
    """Return the marking and provenance of every output of a plan."""
    forecast = facts.outlook.record["result"]
    left_out = [f"{item['records']:,} {item['reason']}" for item in forecast["left_out"]]
    police = "police-generated records (possession, searches, arrests)"
    return Stamp(
        marking=settings.marking,
        handling=settings.handling or HANDLING,
        plan_id=facts.id,
        forecast_id=facts.outlook.id,
        as_of=date.fromisoformat(facts.record["as_of"]),
        data_cut_off=date.fromisoformat(forecast["trained_to"]),
        counted=forecast["title"],
        learnt_from=f"{forecast['records']:,} records, {forecast['trained_from']} to "
        f"{forecast['trained_to']}, {forecast['method']}",
        left_out="; ".join([police, *left_out]),
        harm_version=forecast["harm_version"],
        profile=facts.result["shift_evidence"],
        month_only=facts.outlook.grain == "month",
        synthetic=forecast["synthetic"],
    )


def day_words(day: date) -> str:
    """Return a day as "Friday 6 July 2018"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def period_words(scope: Scope) -> str:
    """Return the days a sheet covers."""
    days = sorted({scope.facts.outlook.slots[i].policing_day for i in scope.slots})
    if len(days) == 1:
        return day_words(days[0])
    return f"{day_words(days[0])} to {day_words(days[-1])}"


def shift_words(scope: Scope) -> str:
    """Return the shift a sheet covers, or why it covers all."""
    outlook = scope.facts.outlook
    if len(scope.slots) == 1:
        slot = outlook.slots[scope.slots[0]]
        return f"{slot.shift} shift, {hours_words(slot, outlook)}"
    names = {outlook.slots[i].shift for i in scope.slots}
    return f"{names.pop()} shifts" if len(names) == 1 else "all shifts"


def ranked_cells(scope: Scope) -> list[int]:
    """Return the visited cells, those where most is expected per visit first."""
    visits = scope.visits.sum(axis=1)
    cells = np.flatnonzero(visits)
    order = np.lexsort((cells, -scope.expected[cells], -visits[cells]))
    by_value = np.lexsort((cells, -scope.expected[cells]))
    return [int(c) for c in (cells[by_value] if scope.whole_plan else cells[order])]


def _window(scope: Scope, cell: int) -> str:
    """Return when a cell is visited: hours of the shift, or visits by shift over the week."""
    outlook = scope.facts.outlook
    if len(scope.slots) == 1:
        return hours_words(outlook.slots[scope.slots[0]], outlook)
    if scope.facts.result["shift_evidence"].startswith("no shift evidence"):
        return "not supported by the data"
    counts = Counter[str]()
    for slot, n in enumerate(scope.visits[cell]):
        counts[outlook.slots[slot].shift] += int(n)
    return ", ".join(f"{name} {n}" for name, n in counts.most_common() if n)


def short_place(words: str) -> str:
    """Return street words that fit a line: the second street goes before the station does."""
    if len(words) <= PLACE_LENGTH:
        return words
    streets, _, station = words.partition(", near ")
    first = streets.split(" and ")[0]
    return f"{first}, near {station}" if station else first


def _why(facts: PlanFacts, cell: int) -> tuple[str, str]:
    """Return two computed facts about a place."""
    row = {n: facts.outlook.places[n][cell].as_py() for n in WHY_COLUMNS}
    rank = f"rank {row['rank']:,}, else {row['rank_without_last_12_months']:,}"
    label = row["recent_label"].replace("last 28 days", "28 days")
    recent = f"{row['last_28_days']:,} in {label} (else {row['rank_without_recent']:,})"
    return f"{row['last_12_months']:,} in 12 months ({rank})", recent


WHY_COLUMNS = (
    "last_12_months last_28_days recent_label rank rank_without_last_12_months "
    "rank_without_recent".split()
)


def lines_of(scope: Scope) -> tuple[VisitLine, ...]:
    """Return the table of a sheet: at most twelve places."""
    facts = scope.facts
    visits = scope.visits.sum(axis=1)
    lines = []
    for number, cell in enumerate(ranked_cells(scope)[:MOST_LINES], start=1):
        activity = activity_for(facts.kinds[cell])
        lines.append(
            VisitLine(
                number=number,
                place=short_place(facts.words[cell]),
                window=_window(scope, cell),
                visits=int(visits[cell]),
                minutes_each=int(facts.record["settings"]["visit_minutes"]),
                why=_why(facts, cell),
                do=activity.do,
                avoid=activity.avoid,
            )
        )
    return tuple(lines)


def expected_words(scope: Scope) -> str:
    """Return the expected count of the BCU with its 80 % interval, in words."""
    distribution = scope.facts.distribution(scope.expected)
    if not distribution.known.any():
        return "no data"
    low, high = distribution.interval_of_sum(level=0.8)
    period = "this shift" if len(scope.slots) == 1 else "in these days"
    return in_words(float(np.nansum(scope.expected)), low, high, period=period)


def harm_words(scope: Scope) -> str:
    """Return the expected harm of the BCU with its 80 % interval; it stands beside the count."""
    distribution = scope.facts.distribution(scope.expected)
    if not distribution.known.any():
        return "harm not known"
    each = scope.facts.outlook.harm_each
    low, high = distribution.interval_of_sum(np.nan_to_num(each), level=0.8)
    return f"harm {in_words(float(np.nansum(scope.expected * each)), low, high)}"


def headline_of(scope: Scope, lines: Sequence[VisitLine], no_data: Sequence[str]) -> str:
    """Return one sentence: what is expected, where mostly, how sure."""
    known = np.isfinite(scope.expected)
    if not known.any():
        return f"No data for {', '.join(no_data)}: nothing is known here, which is not quiet."
    expected = expected_words(scope)
    if expected.endswith(")"):
        expected = f"{expected[:-1]}; 80 % interval)"
    if not lines:
        return f"Expect {expected}; no visit is planned."
    shown = ranked_cells(scope)[: len(lines)]
    share = scope.expected[shown].sum() / np.nansum(scope.expected)
    return f"Expect {expected}, {share:.0%} of it in the {len(lines)} places below."


def _planned(estimate: Any) -> str:  # noqa: ANN401 - an Estimate of the deploy room
    return f"{estimate.mean:,.1f} ({estimate.lo80:,.0f} to {estimate.hi80:,.0f})"


def totals_of(scope: Scope, prospect: Prospect | None) -> Totals:
    """Return the sums of a sheet in words."""
    visits = int(scope.visits.sum())
    places = int((scope.visits.sum(axis=1) > 0).sum())
    expected = f"{expected_words(scope)}; {harm_words(scope)}"
    if prospect is None:
        return Totals(
            expected=expected,
            in_visited="no visit",
            prevented="nothing",
            crew_time="no crew time used",
        )
    minutes = visits * int(scope.facts.record["settings"]["visit_minutes"])
    return Totals(
        expected=expected,
        in_visited=f"{_planned(prospect.visited_count)}; {visits} visits to {places} places, "
        f"{min(places, MOST_LINES)} listed",
        prevented=_planned(prospect.prevented_count),
        crew_time=f"{minutes:,} minutes in the places, travel apart",
    )


def no_data_of(scope: Scope) -> tuple[str, ...]:
    """Return the BCU's boroughs without data."""
    masked = set(scope.facts.outlook.record["result"]["masked_boroughs"])
    boroughs = scope.facts.outlook.area.cells["borough"].to_pylist()
    return tuple(sorted({boroughs[i] for i in np.flatnonzero(scope.cells)} & masked))


def borough_outlines(facts: PlanFacts) -> dict[str, bytes]:
    """Return the outline of each borough as WKB in metres, from its cells."""
    import shapely

    shapes = facts.outlook.area.shapes
    names = np.array([b or "" for b in facts.outlook.area.cells["borough"].to_pylist()])
    return {
        str(name): shapely.to_wkb(shapely.union_all(shapes[names == name]))
        for name in np.unique(names)
        if name
    }


def layer_of(scope: Scope, outlines: dict[str, bytes], *, quantity: str) -> MapLayer:
    """Return the map of a sheet: its cells, boroughs, visited places and stations."""
    facts = scope.facts
    cells = facts.outlook.area.cells
    here = np.flatnonzero(scope.cells)
    geometry = cells["geometry"].to_pylist()
    boroughs = cells["borough"].to_pylist()
    masked = set(no_data_of(scope))
    excluded = cells["excluded"].to_numpy()
    shown = ranked_cells(scope)[:MOST_LINES]
    return MapLayer(
        quantity=quantity,
        cells=tuple(
            MapCell(
                outline=geometry[i],
                value=float(scope.expected[i]) if np.isfinite(scope.expected[i]) else None,
                excluded=bool(excluded[i]),
            )
            for i in here
        ),
        boroughs=tuple(
            MapBorough(name=name, outline=outlines[name], no_data=name in masked)
            for name in sorted({boroughs[i] for i in here if boroughs[i]})
        ),
        visits=tuple(
            MapVisit(number=number, outline=geometry[cell])
            for number, cell in enumerate(shown, start=1)
        ),
        labels=_labels(facts, cells, here),
    )


def _labels(facts: PlanFacts, cells: Any, here: NDArray[np.int64]) -> tuple[MapLabel, ...]:  # noqa: ANN401 - an Arrow table
    """Return the busiest stations within the frame of some cells."""
    from rightplace.places import to_metres

    lon, lat = (facts.stations[n].to_numpy() for n in ("lon", "lat"))
    x, y = to_metres(facts.outlook.area.crs, lon, lat)
    across, up = cells["x"].to_numpy()[here], cells["y"].to_numpy()[here]
    inside = (x >= across.min()) & (x <= across.max()) & (y >= up.min()) & (y <= up.max())
    names = facts.stations["name"].to_pylist()
    return tuple(
        MapLabel(text=names[i], x=float(x[i]), y=float(y[i]), kind="station")
        for i in np.flatnonzero(inside)[:MOST_STATIONS]
    )


def sheet_of(
    scope: Scope,
    *,
    stamp: Stamp,
    outlines: dict[str, bytes],
    copy: Copy,
    page: tuple[int, int],
) -> BriefSheet:
    """Return one BCU's sheet.

    Parameters
    ----------
    scope
        BCU and slots.
    stamp
        Marking and provenance.
    outlines
        Outline of each borough.
    copy
        Whose copy it is.
    page
        Page x of y.
    """
    lines, no_data = lines_of(scope), no_data_of(scope)
    period = period_words(scope)
    return BriefSheet(
        stamp=stamp,
        bcu=scope.bcu,
        period=period,
        shift=shift_words(scope),
        headline=headline_of(scope, lines, no_data),
        totals=totals_of(scope, scope.prospect()),
        lines=lines,
        layer=layer_of(scope, outlines, quantity=f"expected records, {period}"),
        in_force=None,
        no_data=no_data,
        drivers=_drivers(scope, lines),
        copy=copy,
        page=page[0],
        pages=page[1],
    )


def _drivers(scope: Scope, lines: Sequence[VisitLine]) -> tuple[str, ...]:
    """Return what moves the forecast of the first place, in words."""
    if not lines:
        return ()
    facts, first = scope.facts, ranked_cells(scope)[0]
    year, recent = _why(facts, first)
    rate = facts.outlook.places["area_rate"][first].as_py()
    return f"place 1: {year}", recent, f"mean {rate:.2g} a place"


def copy_of(settings: BriefSettings, scope: Scope, *, number: str, printed_at: datetime) -> Copy:
    """Return whose copy a sheet is, and when it must be gone."""
    last = max(scope.facts.outlook.slots[i].policing_day for i in scope.slots)
    destroy = last + timedelta(days=settings.destroy_after_days)
    zone = scope.facts.outlook.area.clock.tzinfo
    return Copy(
        number=number,
        printed_by=settings.printed_by or "________________",
        printed_at=f"{printed_at.astimezone(zone):%d %B %Y, %H:%M}",
        destroy_by=day_words(destroy),
    )


def overview_of(
    facts: PlanFacts, scopes: Sequence[Scope], stamp: Stamp, *, page_names: dict[str, str]
) -> PlanOverview:
    """Return the plan's index page: one row a BCU, costs, warnings."""
    result = facts.result
    slots = tuple(range(len(facts.outlook.slots)))
    prevented = result["prevented"]
    planned = f"{prevented['mean']:,.0f} ({prevented['lo80']:,.0f} to {prevented['hi80']:,.0f})"
    last = facts.outlook.first_day + timedelta(days=facts.outlook.days - 1)
    return PlanOverview(
        stamp=stamp,
        area=facts.outlook.area.name,
        period=f"{day_words(facts.outlook.first_day)} to {day_words(last)}",
        headline=f"{result['visits']:,} visits to {result['places']:,} places may prevent about "
        f"{planned} recorded incidents (80 % interval), planned, not achieved.",
        rows=tuple(_bcu_row(facts, scope.bcu, slots, page_names) for scope in scopes),
        facts=_plan_facts(facts),
        costs=tuple(
            ConstraintCost(name=c["name"], lo=c["lo"], hi=c["hi"])
            for c in result["constraint_costs"]
        ),
        cost_unit=f"{result['objective_unit']} prevented",
        warnings=tuple(w["message"] for w in facts.record["warnings"]),
        no_data=tuple(facts.outlook.record["result"]["masked_boroughs"]),
        downloads=(),
    )


def _bcu_row(
    facts: PlanFacts, bcu: str, slots: tuple[int, ...], page_names: dict[str, str]
) -> BcuRow:
    from rightplace.app.brief_facts import Scope
    from rightplace.briefing import Link

    whole = Scope(facts=facts, bcu=bcu, slots=slots)
    prospect = whole.prospect()
    boroughs = facts.outlook.area.cells["borough"].to_pylist()
    mine = {boroughs[i] for i in np.flatnonzero(whole.cells)}
    times = [row for row in facts.result["crew_minutes"] if row["borough"] in mine]
    total = sum(row["minutes"] for row in times)
    used = sum(row["minutes"] for row in times if row["reason"] is None)
    return BcuRow(
        bcu=bcu,
        visits=int(whole.visits.sum()),
        places=int((whole.visits.sum(axis=1) > 0).sum()),
        crew_time_used=used / total if total else None,
        expected=f"{expected_words(whole)}; {harm_words(whole)}",
        prevented="nothing" if prospect is None else _planned(prospect.prevented_count),
        no_data=no_data_of(whole),
        links=tuple(
            Link(words=f"{bcu}, {words}", href=f"{page_names[bcu]}.{form}")
            for form, words in (("html", "page"), ("pdf", "PDF"))
        ),
    )


def _plan_facts(facts: PlanFacts) -> tuple[Named, ...]:
    result = facts.result
    effect = result["effect"]
    change = f"{effect['change_mean']:.0%} ({effect['change_lo']:.0%} to {effect['change_hi']:.0%})"
    unit = result["objective_unit"]
    return (
        Named(name="Status", words=f"{result['status']}, gap {result['gap']:.2%}"),
        Named(name="Objective", words=f"{result['objective']:,.2f} {unit} at the mean effect"),
        Named(name="Bound", words=f"no plan exceeds {result['bound']:,.2f} {unit}"),
        Named(name="Crew time used", words=f"{result['crew_minutes_used_share']:.0%}"),
        Named(name="Shifts", words=result["shift_evidence"]),
        Named(name="Effect of the anchor dose", words=f"{change}; {effect['source']}"),
    )
