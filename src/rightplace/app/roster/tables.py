"""The tables of a roster: shifts, officers, wishes, crewing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from rightplace.deploy.roster.breaks import break_minutes
from rightplace.deploy.roster.costs import fair_nights, fair_weekends, idle_shifts
from rightplace.deploy.roster.problem import duties_of
from rightplace.deploy.roster.verify import crewing
from rightplace.deploy.roster.wishes import wish_answers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rightplace.deploy.roster.people import Duty
    from rightplace.deploy.roster.problem import RosterProblem
    from rightplace.deploy.roster.wishes import WishAnswer

_INSTANT = pa.timestamp("s", tz="UTC")
_WEEK = 7
ROSTER_SCHEMA = pa.schema(
    [
        ("officer_id", pa.string()),
        ("team", pa.string()),
        ("day", pa.date32()),
        ("shift", pa.string()),
        ("slot_start", _INSTANT),
        ("slot_end", _INSTANT),
        ("minutes", pa.int32()),
        ("break_minutes", pa.int32()),
    ]
)
OFFICERS_SCHEMA = pa.schema(
    [
        ("officer_id", pa.string()),
        ("team", pa.string()),
        ("hours", pa.float64()),
        ("contract_hours", pa.float64()),
        ("weekly_average_hours", pa.float64()),
        ("nights", pa.int32()),
        ("fair_nights", pa.int32()),
        ("weekend_shifts", pa.int32()),
        ("fair_weekend_shifts", pa.int32()),
        ("idle_shifts", pa.int32()),
    ]
)
WISHES_SCHEMA = pa.schema(
    [
        ("officer_id", pa.string()),
        ("day", pa.date32()),
        ("shift", pa.string()),
        ("weight", pa.int32()),
        ("granted", pa.bool_()),
        ("why", pa.string()),
        ("row", pa.int32()),
    ]
)
CREWING_SCHEMA = pa.schema(
    [
        ("day", pa.date32()),
        ("shift", pa.string()),
        ("teams", pa.string()),
        ("what", pa.string()),
        ("least", pa.int32()),
        ("have", pa.int32()),
        ("row", pa.int32()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RosterTables:
    """What is kept of a roster, one table for each field."""

    roster: pa.Table
    officers: pa.Table
    wishes: pa.Table
    crewing: pa.Table

    def by_name(self) -> dict[str, pa.Table]:
        """Return the tables by the names under which they are kept."""
        return {name: getattr(self, name) for name in ("roster", "officers", "wishes", "crewing")}


def roster_tables(problem: RosterProblem, duties: Sequence[Duty]) -> RosterTables:
    """Return the tables of a whole roster."""
    team_of = {officer.officer_id: officer.team for officer in problem.officers}
    shifts = [
        {
            "officer_id": duty.officer_id,
            "team": team_of[duty.officer_id],
            "day": duty.day,
            "shift": duty.shift,
            "slot_start": duty.start,
            "slot_end": duty.end,
            "minutes": duty.minutes,
            "break_minutes": break_minutes(duty.minutes, on=duty.day),
        }
        for each in duties_of(duties).values()
        for duty in each
    ]
    parts = [_crewing(part, duties) for part in problem.apart()]
    return RosterTables(
        roster=pa.Table.from_pylist(shifts, ROSTER_SCHEMA),
        officers=pa.Table.from_pylist(_officers(problem, duties), OFFICERS_SCHEMA),
        wishes=pa.Table.from_pylist(
            [_wish(answer) for answer in wish_answers(problem, duties)], WISHES_SCHEMA
        ),
        crewing=pa.Table.from_pylist([row for part in parts for row in part], CREWING_SCHEMA),
    )


def _officers(problem: RosterProblem, duties: Sequence[Duty]) -> list[dict[str, object]]:
    mine = duties_of(duties)
    nights, weekends = fair_nights(problem), fair_weekends(problem)
    rows: list[dict[str, object]] = []
    for officer in problem.officers:
        own = mine.get(officer.officer_id, ())
        count = Counter(duty.shift in problem.calendar.nights for duty in own)
        hours = sum(d.minutes for d in (*own, *problem.fixed(officer.officer_id))) / 60
        rows.append(
            {
                "officer_id": officer.officer_id,
                "team": officer.team,
                "hours": hours,
                "contract_hours": problem.contract_hours(officer),
                "weekly_average_hours": weekly_average(problem, officer.officer_id, hours),
                "nights": count[True],
                "fair_nights": nights[officer.officer_id],
                "weekend_shifts": sum(problem.calendar.is_weekend(d.day) for d in own),
                "fair_weekend_shifts": weekends[officer.officer_id],
                "idle_shifts": idle_shifts(problem, officer, own),
            }
        )
    return rows


def weekly_average(problem: RosterProblem, officer_id: str, hours: float) -> float | None:
    """Return an officer's hours a week over the reference period; None if it is unknown.

    Days of leave and sickness leave the reckoning.
    """
    officer = next(each for each in problem.officers if each.officer_id == officer_id)
    room = problem.average_room(officer)
    if room is None or officer.opening is None:
        return None
    weeks = (room + officer.opening.hours) / problem.rules.weekly_hours
    return (officer.opening.hours + hours) / weeks if weeks else None


def _wish(answer: WishAnswer) -> dict[str, object]:
    wish = answer.wish
    return {
        "officer_id": wish.officer_id,
        "day": wish.day,
        "shift": wish.shift,
        "weight": wish.weight,
        "granted": answer.granted,
        "why": answer.why,
        "row": wish.row,
    }


def _crewing(problem: RosterProblem, duties: Sequence[Duty]) -> list[dict[str, object]]:
    ids = {officer.officer_id for officer in problem.officers}
    mine = [duty for duty in duties if duty.officer_id in ids]
    return [
        {
            "day": need.day,
            "shift": need.shift,
            "teams": ", ".join(need.teams),
            "what": what,
            "least": least,
            "have": have,
            "row": need.row,
        }
        for need, what, least, have in crewing(problem, mine)
    ]


def month_of(day: date) -> str:
    """Return a day as people write it, such as ``Sat 14 Mar``."""
    return f"{day:%a} {day.day} {day:%b}"
