"""What rounds are made for: a plan's visits and crews, and travel between places and bases."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_args

import numpy as np

from rightplace.app.runs import read_table
from rightplace.core.canonical import file_digest
from rightplace.errors import BadInputError, NotHeldError, UnsupportedByDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from rightplace.app.brief.facts import PlanFacts
    from rightplace.app.routes.settings import RoutesSettings
    from rightplace.app.workspace import Workspace
    from rightplace.core.time import Slot
    from rightplace.deploy.crews import Crew
    from rightplace.places.streets import SnappedPoints, TravelTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Which part of a plan is routed; None takes all of it."""

    day: date | None = None
    shift: str | None = None
    borough: str | None = None

    def hold(self, slot: Slot, borough: str) -> bool:
        """Return whether a slot of a borough is to be routed."""
        return (
            self.day in {None, slot.policing_day}
            and self.shift in {None, slot.shift}
            and self.borough in {None, borough}
        )


class Round(NamedTuple):
    """What is routed by itself: crews of one kind in one slot of a borough."""

    slot: Slot
    borough: str
    specialist: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class RoundFacts:
    """Visits and crews of each round.

    Parameters
    ----------
    plan
        The plan with its forecast.
    crews_path
        The crew file, where the plan did not keep its crews; else None.
    visits
        Rows of the plan's visits, by round.
    crews
        Crews on duty, by round; specialists apart, because visits that need them stay theirs.
    """

    plan: PlanFacts
    crews_path: Path | None
    visits: dict[Round, list[dict[str, Any]]]
    crews: dict[Round, list[Crew]]

    @property
    def by_borough(self) -> dict[str, list[Round]]:
        """Rounds of each borough, in order of time."""
        found: defaultdict[str, list[Round]] = defaultdict(list)
        for each in sorted(self.visits, key=lambda r: (r.borough, r.slot.start, r.specialist)):
            found[each.borough].append(each)
        return dict(found)


def read_round_facts(
    workspace: Workspace, plan_id: str, *, crews_file: Path | None, limits: Limits
) -> RoundFacts:
    """Return a plan's visits and crews by round.

    Raises
    ------
    UnsupportedByDataError
        If the plan has no visit.
    UsageError
        If the part asked for has none.
    BadInputError
        If a visit's crew is not in the crew file.
    """
    from rightplace.app.brief.facts import read_facts
    from rightplace.app.plan.visits import crew_visits

    rows = crew_visits(workspace, plan_id).to_pylist()
    if not rows:
        msg = f"Plan {plan_id} has no visit."
        raise UnsupportedByDataError(msg, value=plan_id, remedy="Plan with crews and demand.")
    plan = read_facts(workspace, plan_id)
    crews, path = crews_of_plan(workspace, plan, crews_file)
    since = replanned_from(plan.record)
    slots = {slot.start: slot for slot in plan.outlook.slots}
    kind = {(crew.crew_id, _slot_of(crew, plan.outlook.slots)): crew for crew in crews}
    visits: defaultdict[Round, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        slot = slots[row["slot_start"]]
        crew = kind.get((row["crew_id"], slot))
        if crew is None:
            msg = f"Crew {row['crew_id']!r} of visit {row['visit_id']} is not on duty then."
            raise BadInputError(
                msg, file=path, value=row["crew_id"], remedy="Give the plan's own file: --crews."
            )
        if limits.hold(slot, row["borough"]) and (since is None or slot.start >= since):
            visits[Round(slot, row["borough"], crew.specialist)].append(row)
    if not visits:
        msg = "The plan has no visit in the part asked for."
        raise UsageError(msg, remedy=_what_there_is(plan, {crew.borough for crew in crews}))
    on_duty: defaultdict[Round, list[Crew]] = defaultdict(list)
    for (_, found), crew in kind.items():
        if found is not None:
            on_duty[Round(found, crew.borough, crew.specialist)].append(crew)
    teams = {each: sorted(on_duty[each], key=lambda c: c.crew_id) for each in visits}
    return RoundFacts(plan=plan, crews_path=path, visits=dict(visits), crews=teams)


def replanned_from(record: dict[str, Any]) -> datetime | None:
    """Return when a plan was made anew while it ran; None if it was not.

    The slots under way then are not routed: visits made and crews taken away are known there.
    """
    anew = record["settings"].get("replan")
    return None if anew is None else datetime.fromisoformat(anew["from"])


def _slot_of(crew: Crew, slots: Sequence[Slot]) -> Slot | None:
    inside = (s for s in slots if s.start <= crew.slot_start and crew.slot_end <= s.end)
    return next(inside, None)


def _what_there_is(plan: PlanFacts, boroughs: set[str]) -> str:
    outlook = plan.outlook
    shifts = ", ".join(shift.name for shift in outlook.area.clock.shifts)
    days = sorted({slot.policing_day for slot in outlook.slots})
    named = ", ".join(sorted(boroughs)[:3])
    return f"Days {days[0]} to {days[-1]}; shifts {shifts}; boroughs such as {named}."


def crews_of_plan(
    workspace: Workspace, plan: PlanFacts, given: Path | None
) -> tuple[tuple[Crew, ...], Path | None]:
    """Return the crews of a plan, and the file they come from where the plan did not keep them.

    Parameters
    ----------
    workspace
        Where the plan is.
    plan
        The plan.
    given
        Its crew file, if that is no longer where the plan found it.

    Raises
    ------
    NotHeldError
        If the crew file is needed and not there any more.
    BadInputError
        If a file is given that is not the one the plan was made with.
    """
    from rightplace.app.plan.inputs import bounds_of_bases
    from rightplace.deploy import Crew, read_crews

    record = plan.record
    known = {each["sha256"] for each in record["inputs"]}
    if given is not None and given.is_file() and file_digest(given) not in known:
        msg = f"{given.name} is not the crew file that plan {record['id']} was made with."
        raise BadInputError(msg, file=given, remedy="Give that file, or plan anew with this one.")
    if given is None and "crews.parquet" in record["tables"]:
        rows = read_table(workspace, record["id"], "crews").to_pylist()
        return tuple(Crew(**row) for row in rows), None
    path = given or Path(record["inputs"][0]["source"])
    if not path.is_file() or file_digest(path) not in known:
        msg = f"The crew file of plan {record['id']} is not at {path} any more."
        raise NotHeldError(msg, file=path, remedy="Name where it is now: --crews FILE.")
    area = plan.outlook.area
    boroughs = {name for name in area.cells["borough"].to_pylist() if name is not None}
    return read_crews(path, boroughs=boroughs, bounds=bounds_of_bases(area)), path


def travel_of_area(
    workspace: Workspace, plan: PlanFacts, *, streets: Path | None, mode: str
) -> TravelTimes:
    """Return travel on a street file, or in straight lines with the stated detour factor.

    Raises
    ------
    UsageError
        If the mode is neither foot nor car.
    """
    from rightplace.places.streets import (
        Mode,
        StreetSettings,
        StreetTravel,
        detour_travel,
        read_streets,
    )

    if mode not in get_args(Mode):
        msg = f"Crews go on foot or by car, not {mode!r}."
        raise UsageError(msg, value=mode, remedy="Give --mode foot or --mode car.")
    settings = workspace.settings("streets", StreetSettings)
    if streets is None:
        return detour_travel(settings, cast("Mode", mode))
    lines = read_streets(streets, crs=plan.outlook.area.crs)
    return StreetTravel(lines, mode=cast("Mode", mode), settings=settings)


@dataclass(frozen=True, kw_only=True, eq=False)
class BoroughGround:
    """Places and bases of a borough on the streets, and the time between all of them.

    Parameters
    ----------
    points
        Places first, then bases.
    seconds
        Shape (n_points, n_points). Travel times.
    place
        Position of each cell among the points.
    base
        Position of each base, by longitude and latitude.
    """

    points: SnappedPoints
    seconds: NDArray[np.float64]
    place: dict[str, int]
    base: dict[tuple[float, float], int]


def borough_ground(
    facts: RoundFacts, rounds: Sequence[Round], travel: TravelTimes
) -> BoroughGround:
    """Return the ground of a borough's rounds.

    Parameters
    ----------
    facts
        Visits and crews.
    rounds
        The borough's rounds.
    travel
        Travel times.

    Raises
    ------
    UnsupportedByDataError
        If no way leads from one of the points to another.
    """
    from rightplace.places import to_metres
    from rightplace.places.streets import SnappedPoints

    area = facts.plan.outlook.area
    row_of = {cell: row for row, cell in enumerate(area.cells["cell_id"].to_pylist())}
    cells = sorted({row["cell_id"] for each in rounds for row in facts.visits[each]})
    rows = np.array([row_of[cell] for cell in cells])
    xy = np.column_stack([area.cells[n].to_numpy()[rows] for n in ("x", "y")])
    first = {
        (c.base_lon, c.base_lat): c.row for each in rounds for c in reversed(facts.crews[each])
    }
    bases = sorted(first)
    lon_lat = np.array(bases)
    base_xy = np.column_stack(to_metres(area.crs, lon_lat[:, 0], lon_lat[:, 1]))
    where = [
        travel.snap(xy, what="the place of a visit, cell"),
        travel.snap(
            base_xy,
            file=facts.crews_path,
            rows=np.array([first[base] for base in bases]),
            what="the base in row",
        ),
    ]
    columns = ("xy", "off_metres", "moved", "edge", "along_metres")
    points = SnappedPoints(**{n: np.concatenate([getattr(w, n) for w in where]) for n in columns})
    seconds = travel.travel_seconds(points, points)
    if not np.isfinite(seconds).all():
        a, b = np.argwhere(~np.isfinite(seconds))[0].tolist()
        names = [*cells, *(f"base {lon:g}, {lat:g}" for lon, lat in bases)]
        msg = f"No way leads from {names[a]} to {names[b]} on these streets."
        raise UnsupportedByDataError(msg, value=names[a], remedy="Mend the street file, or --mode.")
    return BoroughGround(
        points=points,
        seconds=seconds,
        place={cell: i for i, cell in enumerate(cells)},
        base={base: len(cells) + i for i, base in enumerate(bases)},
    )


def prize_column(settings: RoutesSettings) -> str:
    """Return the column of the visits that holds what is lost least of.

    Raises
    ------
    UsageError
        If the setting names neither harm nor count.
    """
    columns = {"harm": "prevented_harm_mean", "count": "prevented_mean"}
    if settings.prize not in columns:
        msg = f"routes.prize is {settings.prize!r}; it can be harm or count."
        raise UsageError(msg, value=settings.prize, remedy="Mend routes.prize.")
    return columns[settings.prize]


def local(instant: datetime, plan: PlanFacts) -> datetime:
    """Return an instant on the study area's clock."""
    return instant.astimezone(plan.outlook.area.clock.tzinfo)
