"""The words and numbers of each brief, from a kept plan: what a sergeant reads aloud."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.brief.map import layer_of
from rightplace.app.brief.words import (
    around_words,
    day_words,
    expected_words,
    harm_words,
    hours_words,
    period_words,
    place_words,
    planned_words,
    shift_words,
)
from rightplace.app.evidence import NO_PLACE, NOT_PUBLISHED, NOT_STREET, PART_WEEKS
from rightplace.briefing import BriefSheet, Copy, Stamp, Totals, VisitLine
from rightplace.briefing.sheet import MOST_LINES
from rightplace.deploy.activities import activity_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rightplace.app.brief.facts import PlanFacts, Scope
    from rightplace.app.brief.settings import BriefSettings
    from rightplace.deploy import Prospect

HANDLING = "For those on duty here. Do not copy, photograph or leave unattended."

# Why records were left out, in words that fit the foot of a page.
BRIEFLY = {
    NO_PLACE: "no place",
    NOT_STREET: "indoor or domestic",
    PART_WEEKS: "part weeks",
    NOT_PUBLISHED: "not published",
}


def stamp_of(facts: PlanFacts, settings: BriefSettings) -> Stamp:
    """Return the marking and provenance of every output of a plan."""
    forecast = facts.outlook.record["result"]
    others = sorted(forecast["left_out"], key=lambda item: -item["records"])
    left_out = [f"{o['records']:,} {BRIEFLY.get(o['reason'], o['reason'])}" for o in others]
    return Stamp(
        marking=settings.marking,
        handling=settings.handling or HANDLING,
        plan_id=facts.id,
        forecast_id=facts.outlook.id,
        as_of=date.fromisoformat(facts.record["as_of"]),
        data_cut_off=date.fromisoformat(forecast["trained_to"]),
        counted=forecast["title"],
        learnt_from=f"{forecast['records']:,} records, {forecast['trained_from']} to "
        f"{forecast['trained_to']}",
        left_out="; ".join(["police-generated", *left_out]),
        harm_version=forecast["harm_version"],
        profile=facts.result["shift_evidence"],
        month_only=facts.outlook.grain == "month",
        synthetic=forecast["synthetic"],
    )


def _window(scope: Scope, cell: int) -> str:
    """Return when a cell is visited: hours of the shift, or visits by shift over the week."""
    outlook = scope.facts.outlook
    if len(scope.slots) == 1:
        return hours_words(outlook.slots[scope.slots[0]], outlook)
    if not scope.facts.shift_known:
        return "not supported by the data"
    counts = Counter[str]()
    for slot, n in enumerate(scope.visits[cell]):
        counts[outlook.slots[slot].shift] += int(n)
    return ", ".join(f"{name} {n}" for name, n in counts.most_common() if n)


def _why(facts: PlanFacts, cell: int) -> tuple[str, str]:
    """Return two computed facts about a place; of one nominated why, and until when."""
    row = {n: facts.outlook.places[n][cell].as_py() for n in WHY_COLUMNS}
    rank = f"rank {row['rank']:,}, else {row['rank_without_last_12_months']:,}"
    label = row["recent_label"].replace("last 28 days", "28 days")
    year = f"{row['last_12_months']:,} in 12 months ({rank})"
    if cell in facts.nominations:
        # "Nominated until 2018-12-31. market: fights": why stands first, until when below it.
        until, _, asked = facts.nominations[cell].partition(". ")
        return asked, until
    recent = f"{row['last_28_days']:,} in {label} (else {row['rank_without_recent']:,})"
    return year, recent


WHY_COLUMNS = (
    "last_12_months last_28_days recent_label rank rank_without_last_12_months "
    "rank_without_recent".split()
)


def _place_names(scope: Scope) -> list[str]:
    """Return words for each place listed; where to look, where words are missing or repeat."""
    facts = scope.facts
    cells = facts.outlook.area.cells
    own = cells["name"].to_pylist()
    names = [place_words(facts.words[c], facts.short_words[c]) for c in scope.shown]
    told = Counter(names)
    unclear = [
        told[name] > 1 or (facts.outlook.area.unit.is_grid and facts.words[cell] == own[cell])
        for name, cell in zip(names, scope.shown, strict=True)
    ]
    lat, lon = (cells[c].to_pylist() for c in ("lat", "lon"))
    return [
        around_words(None if told[name] == 1 else name, lat[cell], lon[cell]) if vague else name
        for name, cell, vague in zip(names, scope.shown, unclear, strict=True)
    ]


def lines_of(scope: Scope) -> tuple[VisitLine, ...]:
    """Return the table of a sheet: at most twelve places."""
    facts = scope.facts
    visits = scope.visits.sum(axis=1)
    names = _place_names(scope)
    lines = []
    for number, cell in enumerate(scope.shown, start=1):
        activity = activity_for(facts.kinds[cell])
        lines.append(
            VisitLine(
                number=number,
                place=names[number - 1],
                window=_window(scope, cell),
                visits=int(visits[cell]),
                minutes_each=int(facts.record["settings"]["visit_minutes"]),
                why=_why(facts, cell),
                do=activity.do,
                avoid=activity.avoid,
            )
        )
    return tuple(lines)


def headline_of(scope: Scope, lines: Sequence[VisitLine]) -> str:
    """Return one sentence: what is expected, where mostly, how sure."""
    known = np.isfinite(scope.expected)
    if not known.any():
        return "Nothing can be expected or planned from these data."
    expected = expected_words(scope)
    if expected.endswith(")"):
        expected = f"{expected[:-1]}; 80 % interval)"
    if not lines:
        return f"Expect {expected}; no visit is planned."
    share = scope.expected[list(scope.shown)].sum() / np.nansum(scope.expected)
    return f"Expect {expected}, {share:.0%} of it in the {len(lines)} places below."


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
            crew_time=_idle_words(scope),
        )
    minutes = visits * int(scope.facts.record["settings"]["visit_minutes"])
    return Totals(
        expected=expected,
        in_visited=f"{planned_words(prospect.visited_count)}; {visits} visits to {places} places, "
        f"{min(places, MOST_LINES)} listed",
        prevented=planned_words(prospect.prevented_count),
        crew_time=f"{minutes:,} minutes in the places, travel apart",
    )


def _idle_words(scope: Scope) -> str:
    """Return the crew minutes of an area without a visit over the whole plan, and why."""
    boroughs = scope.facts.outlook.area.cells["borough"].to_pylist()
    mine = {boroughs[i] for i in np.flatnonzero(scope.cells)}
    rows = [row for row in scope.facts.result["crew_minutes"] if row["borough"] in mine]
    idle = sum(row["minutes"] for row in rows if row["reason"] is not None)
    if not idle:
        return "no crew on duty"
    why = "no data" if scope.no_data else "no visit planned"
    return f"none; {idle:,.0f} minutes of the plan idle, {why}"


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
    lines, no_data = lines_of(scope), scope.no_data
    period = period_words(scope)
    return BriefSheet(
        stamp=stamp,
        bcu=scope.bcu,
        period=period,
        shift=shift_words(scope),
        headline=headline_of(scope, lines),
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
    facts, first = scope.facts, scope.shown[0]
    year, recent = _why(facts, first)
    rate = facts.outlook.places["area_rate"][first].as_py()
    return f"1: {year}", recent, f"mean {rate:.2g} a place"


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
