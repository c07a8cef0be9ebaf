"""Arrays that the compiled simulation reads and writes, of one replication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from rightplace.deploy.investigation.lists import NONE, Agenda, Lists, empty_agenda, empty_lists

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEEK = 7.0
"""Days after which those present change, and after which is looked at what is open."""


PART: Final = np.dtype(
    [("case", "i8"), ("work", "i8"), ("place", "i8"), ("rest", "f8"), ("since", "f8")]
)
"""Of which case and work a part is, the place that is at it (``NONE``: nobody), the hours left when
it was last taken up, and the day of that (below 0: never)."""

CASE: Final = np.dtype([("stage", "i8"), ("left", "i8"), ("idle", "i8")])
"""The stage of a case, how much of it is left, and how many parts wait."""

TEAM: Final = np.dtype([("live", "i8"), ("idle_cases", "i8"), ("settled", "f8")])
"""Open cases of a team, those with parts waiting, and the day up to which is counted."""

COUNTED: Final = np.dtype(
    [
        ("live_days", "f8"),
        ("over_cap_days", "f8"),
        ("idle_hour_days", "f8"),
        ("idle_case_days", "f8"),
    ]
)
"""What is counted of a team; see ``Simulated``."""


class Drawn(NamedTuple):
    """Cases of one replication, in the order in which they come.

    Parameters
    ----------
    opened
        Shape (n,). Day on which each comes, ascending, 0 or more.
    stage
        Shape (n,). The stage at which it comes in: 0, or where it waited at the start.
    team
        Shape (n,). The team whose it is; ``NONE`` if the rota decides.
    hours
        Shape (n, works). Hours of each piece of work.
    waits
        Shape (n, stages). Days that pass in each stage beside the work.
    goes
        Shape (n, stages). Whether it goes into the stage once it comes to it.
    present
        Shape (weeks, places). Officers present at each place in each week.
    """

    opened: NDArray[np.float64]
    stage: NDArray[np.int64]
    team: NDArray[np.int64]
    hours: NDArray[np.float64]
    waits: NDArray[np.float64]
    goes: NDArray[np.bool_]
    present: NDArray[np.int64]


class Rules(NamedTuple):
    """How work is done; a place is a role of a team, or after them a level of those who help.

    Parameters
    ----------
    first_work
        Shape (stages + 1,). Where the works of each stage begin.
    role, parts, level
        Shape (works,). Whose work it is, in how many parts, and the level that one who helps needs
        (``NONE``: only the team).
    urgent
        Shape (stages,). Whether its work goes before that of other stages.
    rate
        Shape (places,). Hours that a present officer works in a day of the calendar.
    teams, roles, cap, on_call_days
        As in the unit.
    teams_before
        How many of the teams are in the rota up to the first day that is measured.
    starts, ends
        First and last day that is measured.
    """

    first_work: NDArray[np.int64]
    role: NDArray[np.int64]
    parts: NDArray[np.int64]
    level: NDArray[np.int64]
    urgent: NDArray[np.bool_]
    rate: NDArray[np.float64]
    teams: int
    teams_before: int
    roles: int
    cap: int
    on_call_days: float
    starts: float
    ends: float


class State(NamedTuple):
    """How things stand.

    Parameters
    ----------
    upcoming
        Shape (3,). The number of the next week, of the next case, and of the next look.
    parts
        Shape (parts,), of ``PART``, numbered in the order in which they come up.
    made
        Shape (1,). How many parts have come up.
    cases
        Shape (n,), of ``CASE``.
    teams
        Shape (teams,), of ``TEAM``.
    idle_hours
        Shape (teams, roles). Hours that wait.
    own
        Lists of parts: for each place those waiting that are urgent, the others, those at work.
    shared
        Lists of waiting parts by level for those who help, urgent and others.
    agenda
        Parts and, after them, waits of cases, by the day on which they end.
    busy, there
        Shape (places,). Officers at work and present.
    """

    upcoming: NDArray[np.int64]
    parts: NDArray[np.void]
    made: NDArray[np.int64]
    cases: NDArray[np.void]
    teams: NDArray[np.void]
    idle_hours: NDArray[np.float64]
    own: Lists
    shared: Lists
    agenda: Agenda
    busy: NDArray[np.int64]
    there: NDArray[np.int64]


class Found(NamedTuple):
    """What is kept of a replication; see ``Cases`` and ``Simulated``.

    Parameters
    ----------
    team, over_cap, stage_ends, closed
        By case.
    busy_hours
        Shape (places,). Hours worked in the days measured.
    teams
        Shape (teams,), of ``COUNTED``.
    open_hours, waiting_hours
        Shape (looks, roles).
    live
        Shape (looks, teams).
    callouts, passed
        Shape (turns,).
    """

    team: NDArray[np.int64]
    over_cap: NDArray[np.bool_]
    stage_ends: NDArray[np.float64]
    closed: NDArray[np.float64]
    busy_hours: NDArray[np.float64]
    teams: NDArray[np.void]
    open_hours: NDArray[np.float64]
    waiting_hours: NDArray[np.float64]
    live: NDArray[np.int64]
    callouts: NDArray[np.int64]
    passed: NDArray[np.int64]


def fresh_state(drawn: Drawn, rules: Rules) -> State:
    """Return how things stand before anything has come."""
    cases, places = drawn.opened.size, drawn.present.shape[1]
    parts = cases * int(rules.parts.sum())
    helping = places - rules.teams * rules.roles
    most = int(drawn.present.max(axis=0).sum()) + cases
    made = np.zeros(parts, dtype=PART)
    made["since"] = -1.0
    return State(
        upcoming=np.zeros(3, dtype=np.int64),
        parts=made,
        made=np.zeros(1, dtype=np.int64),
        cases=np.zeros(cases, dtype=CASE),
        teams=np.zeros(rules.teams, dtype=TEAM),
        idle_hours=np.zeros((rules.teams, rules.roles)),
        own=empty_lists(3 * places, parts),
        shared=empty_lists(2 * helping, parts),
        agenda=empty_agenda(parts + cases, most + 1),
        busy=np.zeros(places, dtype=np.int64),
        there=np.zeros(places, dtype=np.int64),
    )


def nothing_found(drawn: Drawn, rules: Rules) -> Found:
    """Return arrays of what is to be kept, with nothing in them."""
    cases, stages = drawn.goes.shape
    looks = int((rules.ends - rules.starts) // WEEK) + 1
    turns = int(rules.ends // rules.on_call_days) + 1
    return Found(
        team=np.full(cases, NONE),
        over_cap=np.zeros(cases, dtype=np.bool_),
        stage_ends=np.full((cases, stages), np.nan),
        closed=np.full(cases, np.nan),
        busy_hours=np.zeros(drawn.present.shape[1]),
        teams=np.zeros(rules.teams, dtype=COUNTED),
        open_hours=np.zeros((looks, rules.roles)),
        waiting_hours=np.zeros((looks, rules.roles)),
        live=np.zeros((looks, rules.teams), dtype=np.int64),
        callouts=np.zeros(turns, dtype=np.int64),
        passed=np.zeros(turns, dtype=np.int64),
    )
