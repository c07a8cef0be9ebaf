"""The sheet of each crew's round, in street words, and the files that carry it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rightplace.app.brief.settings import BriefSettings
from rightplace.app.brief.sheets import stamp_of
from rightplace.app.brief.words import around_words, day_words, hours_words, place_words
from rightplace.app.routes.facts import local
from rightplace.app.routes.result import RouteOutput
from rightplace.briefing import Copy
from rightplace.briefing.routes.sheet import BREAK, RouteLine, RouteSheet
from rightplace.core.canonical import file_digest
from rightplace.core.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from numpy.typing import NDArray

    from rightplace.app.routes.facts import RoundFacts
    from rightplace.app.routes.making import Routed
    from rightplace.app.routes.result import RoutesResult
    from rightplace.app.workspace import Workspace
    from rightplace.briefing import Stamp
    from rightplace.deploy.routes import Event, Route
    from rightplace.places.streets import Journey, TravelTimes


@dataclass(frozen=True, kw_only=True, eq=False)
class SheetJob:
    """Everything that sheets are made from.

    Parameters
    ----------
    facts, travel, result
        What was routed, on what, with what result.
    formats, out
        Which forms, and where they go.
    printed_at
        The time now, printed on each copy.
    """

    workspace: Workspace
    facts: RoundFacts
    travel: TravelTimes
    result: RoutesResult
    formats: tuple[str, ...]
    out: Path
    printed_at: datetime
    rows: dict[str, int] = field(init=False)
    reasons: dict[str, str] = field(init=False)
    settings: BriefSettings = field(init=False)
    stamp: Stamp = field(init=False)

    def __post_init__(self) -> None:
        """Look up once what every sheet needs."""
        cells = self.facts.plan.outlook.area.cells["cell_id"].to_pylist()
        visits = (row for rows in self.facts.visits.values() for row in rows)
        settings = self.workspace.settings("brief", BriefSettings)
        found = {
            "rows": {cell: row for row, cell in enumerate(cells)},
            "reasons": {row["visit_id"]: row["reason"] for row in visits},
            "settings": settings,
            "stamp": stamp_of(self.facts.plan, settings),
        }
        for name, value in found.items():
            object.__setattr__(self, name, value)


def written(
    job: SheetJob, found: Sequence[Routed], *, progress: Callable[[str], None]
) -> Iterator[RouteOutput]:
    """Write rounds and yield each file: by day, shift and borough, and one for maps.

    Parameters
    ----------
    job
        What sheets are made from.
    found
        The rounds to write.
    progress
        Called with the name of each borough and shift as its sheets are written.
    """
    from rightplace.briefing.routes.geojson import routes_geojson

    if not job.formats:
        return
    every = []
    for (slot, borough), mine in _by_slot(found).items():
        sheets = [sheet for each in mine for sheet in sheets_of(job, each)]
        if not sheets:
            continue
        progress(f"{borough}, {slot}")
        every += sheets
        yield from _pack(job, sheets, folder=job.out / slot / file_name(borough))
    if "geojson" in job.formats and every:
        path = job.out / "routes.geojson"
        write_whole(path, routes_geojson(every, job.stamp).encode())
        yield _output(path, None)


def _by_slot(found: Sequence[Routed]) -> dict[tuple[str, str], list[Routed]]:
    groups: dict[tuple[str, str], list[Routed]] = {}
    for each in found:
        slot = f"{each.of.slot.policing_day}-{file_name(each.of.slot.shift)}"
        groups.setdefault((slot, each.of.borough), []).append(each)
    return groups


def file_name(name: str) -> str:
    """Return a name as a file's ("barking-and-dagenham")."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "unnamed"


def _pack(job: SheetJob, sheets: list[RouteSheet], *, folder: Path) -> Iterator[RouteOutput]:
    """Write the rounds of one borough and shift: together on paper, each alone for a device."""
    from rightplace.briefing.routes.gpx import route_gpx
    from rightplace.briefing.routes.page import route_pages
    from rightplace.briefing.routes.pdf import route_pdf

    borough = sheets[0].borough
    for form, make in (("html", route_pages), ("pdf", route_pdf)):
        if form in job.formats:
            path = folder / f"rounds.{form}"
            content = make(sheets)
            write_whole(path, content if isinstance(content, bytes) else content.encode())
            yield _output(path, borough)
    taken = Counter[str]()
    for sheet in sheets if "gpx" in job.formats else ():
        stem = file_name(sheet.crew_id)
        taken[stem] += 1
        path = folder / (f"{stem}.gpx" if taken[stem] == 1 else f"{stem}-{taken[stem]}.gpx")
        write_whole(path, route_gpx(sheet).encode())
        yield _output(path, borough, crew_id=sheet.crew_id)


def _output(path: Path, borough: str | None, *, crew_id: str | None = None) -> RouteOutput:
    return RouteOutput(
        path=str(path),
        kind=path.suffix.removeprefix("."),
        borough=borough,
        crew_id=crew_id,
        sha256=file_digest(path),
    )


def sheets_of(job: SheetJob, found: Routed) -> list[RouteSheet]:
    """Return the sheet of each crew that goes out in a round.

    Parameters
    ----------
    job
        What sheets are made from.
    found
        The round's routes.
    """
    from rightplace.places import to_degrees

    routes = found.drawn.routes
    ways = [_journeys(job, found, route) for route in routes]
    paths = [_joined(way) for way in ways]
    if not paths:
        return []
    crs = job.facts.plan.outlook.area.crs
    whole = np.concatenate(paths)
    degrees = np.column_stack(to_degrees(crs, whole[:, 0], whole[:, 1]))
    cuts = np.cumsum([len(path) for path in paths])[:-1]
    names = _names(job, found)
    return [
        _sheet(job, found, route, way=way, path=(path, in_degrees), names=names)
        for route, way, path, in_degrees in zip(
            routes, ways, paths, np.split(degrees, cuts), strict=True
        )
    ]


def _journeys(job: SheetJob, found: Routed, route: Route) -> list[Journey]:
    """Return the way of each leg, the last one back to base."""
    base = found.rounds.problem.duties[route.duty].base
    points = [base, *(event.point for event in route.events), base]
    return [job.travel.path(found.ground.points, a, b) for a, b in pairwise(points)]


def _joined(way: Sequence[Journey]) -> NDArray[np.float64]:
    whole = np.concatenate([journey.xy for journey in way])
    moved = np.r_[True, (np.diff(whole, axis=0) != 0).any(axis=1)]
    return whole[moved] if moved.sum() > 1 else whole[:2]


def _names(job: SheetJob, found: Routed) -> dict[str, str]:
    """Return street words of each place of a round; where to look, where they are not enough."""
    plan = job.facts.plan
    cells = plan.outlook.area.cells
    visited = {task.cell_id for task in found.visit.values()}
    words = {
        cell: place_words(plan.words[job.rows[cell]], plan.short_words[job.rows[cell]])
        for cell in sorted(visited)
    }
    told = Counter(words.values())
    for cell, name in words.items():
        row = job.rows[cell]
        lat, lon = (cells[c][row].as_py() for c in ("lat", "lon"))
        if told[name] > 1 or plan.words[row] == cells["name"][row].as_py():
            words[cell] = around_words(name, lat, lon)
    return words


def way_words(journey: Journey) -> str:
    """Return a way in words: its streets where they are known, then length and time."""
    from rightplace.places.streets import street_words

    named = any(part.name for part in journey.stretches)
    length = f"{journey.metres / 1000:.1f} km, {np.ceil(journey.seconds / 60):.0f} min"
    if journey.metres == 0:
        return "you are there"
    return f"{street_words(journey)}; {length}" if named else length


def _sheet(
    job: SheetJob,
    found: Routed,
    route: Route,
    *,
    way: Sequence[Journey],
    path: tuple[NDArray[np.float64], NDArray[np.float64]],
    names: dict[str, str],
) -> RouteSheet:
    plan, crew = job.facts.plan, found.crews[route.duty]
    at = found.rounds.starts
    slot = found.of.slot
    leaves, returns = (
        local(at + timedelta(seconds=t), plan) for t in (route.leaves, route.returns)
    )
    base = found.ground.points.xy[found.rounds.problem.duties[route.duty].base]
    return RouteSheet(
        stamp=job.stamp,
        routes_id=job.result.routes_id,
        crew_id=crew.crew_id,
        borough=found.of.borough,
        period=day_words(slot.policing_day),
        shift=f"{slot.shift} shift, {hours_words(slot, plan.outlook)}",
        base=f"{crew.base_lat:.4f}, {crew.base_lon:.4f}",
        base_x=float(base[0]),
        base_y=float(base[1]),
        base_lon=crew.base_lon,
        base_lat=crew.base_lat,
        leaves=leaves,
        returns=returns,
        way_back=way_words(way[-1]),
        lines=_lines(job, found, route, way=way, names=names),
        path=path[0],
        path_degrees=path[1],
        headline=_headline(job, found, route, leaves=leaves, returns=returns),
        regularity=regularity_words(job.result),
        travel=job.travel.description,
        copy=_copy(job, found, crew.crew_id),
    )


def _lines(
    job: SheetJob,
    found: Routed,
    route: Route,
    *,
    way: Sequence[Journey],
    names: dict[str, str],
) -> tuple[RouteLine, ...]:
    lines, number = [], 0
    for event, journey in zip(route.events, way, strict=False):
        number += event.stop is not None
        lines.append(_line(job, found, event, journey, number=number, names=names))
    return tuple(lines)


def _line(
    job: SheetJob,
    found: Routed,
    event: Event,
    journey: Journey,
    *,
    number: int,
    names: dict[str, str],
) -> RouteLine:
    from rightplace.places import to_degrees

    plan = job.facts.plan
    task = None if event.stop is None else found.visit[event.stop]
    starts, ends = (
        local(found.rounds.starts + timedelta(seconds=t), plan) for t in (event.starts, event.ends)
    )
    x, y = found.ground.points.xy[event.point]
    lon, lat = to_degrees(plan.outlook.area.crs, np.array([x]), np.array([y]))
    return RouteLine(
        number=None if task is None else number,
        place=f"{BREAK}, at base" if task is None else names[task.cell_id],
        starts=starts,
        ends=ends,
        way=way_words(journey) + spare_words(event),
        why="" if task is None else first_fact(job.reasons[task.visit_id]),
        x=float(x),
        y=float(y),
        lon=float(lon[0]),
        lat=float(lat[0]),
    )


def spare_words(event: Event) -> str:
    """Return how long a crew has to spare before a visit; empty where it has next to none."""
    minutes = (event.starts - event.arrives) // 60
    return f"; {minutes} min to spare before it" if minutes > 1 else ""


def first_fact(reason: str) -> str:
    """Return the first of a visit's computed facts: as much as a row has room for."""
    fact, more, _ = reason.partition("), ")
    return f"{fact})" if more else fact


def _headline(
    job: SheetJob, found: Routed, route: Route, *, leaves: datetime, returns: datetime
) -> str:
    n = len(route.stops)
    how = {"car": "by car", "foot": "on foot"}[job.result.mode]
    said = (
        f"{n} visit{'s' if n > 1 else ''} {how}, {leaves:%H:%M} to {returns:%H:%M}. Times and "
        "order are drawn by lot, so that nobody can set a clock by them: keep to them."
    )
    lost = len(found.dropped)
    if lost:
        said += f" Left out here for want of time: {lost} planned visit{'s' if lost > 1 else ''}."
    return said


def regularity_words(result: RoutesResult) -> str:
    """Return how alike visit times are from day to day, in a sentence; empty if nobody can say."""
    index = result.variation.repeat_time_index
    if index is None:
        return ""
    return (
        f"Of pairs of visits to a place in the same shift on two days, {index:.0%} begin within "
        f"{result.variation.within_minutes} minutes of each other."
    )


def _copy(job: SheetJob, found: Routed, crew_id: str) -> Copy:
    destroy = found.of.slot.policing_day + timedelta(days=job.settings.destroy_after_days)
    return Copy(
        number=f"{job.result.routes_id}/{crew_id}",
        printed_by=job.settings.printed_by or "________________",
        printed_at=f"{local(job.printed_at, job.facts.plan):%d %B %Y, %H:%M}",
        destroy_by=day_words(destroy),
    )
