"""Arrays that the compiled simulation reads and writes, of one replication."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rightplace.deploy.investigation.lists import NONE, Agenda, Lists, empty_agenda, empty_lists

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEEK = 7.0
"""Days after which those present change, and after which is looked at what is open."""


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
    roles: int
    cap: int
    on_call_days: float
    starts: float
    ends: float


class State(NamedTuple):
    """How things stand; ``parts`` of works are numbered in the order in which they come up.

    Parameters
    ----------
    case, work, place
        Shape (parts,). Of each part, and who is at it (``NONE``: nobody).
    rest, since
        Shape (parts,). Hours left when it was last taken up, and when that was.
    made
        Shape (1,). How many parts have come up.
    stage, left, idle
        Shape (n,). Of each case the stage, what is left of it, and parts that wait.
    own
        Lists of parts: for each place those waiting that are urgent, the others, those at work.
    shared
        Lists of waiting parts by level for those who help, urgent and others.
    agenda
        Parts and, after them, waits of cases, by the day on which they end.
    busy, there
        Shape (places,). Officers at work and present.
    live, idle_cases, settled
        Shape (teams,). Open cases, those with parts waiting, and the day up to which is counted.
    idle_hours
        Shape (teams, roles). Hours that wait.
    """

    case: NDArray[np.int64]
    work: NDArray[np.int64]
    place: NDArray[np.int64]
    rest: NDArray[np.float64]
    since: NDArray[np.float64]
    made: NDArray[np.int64]
    stage: NDArray[np.int64]
    left: NDArray[np.int64]
    idle: NDArray[np.int64]
    own: Lists
    shared: Lists
    agenda: Agenda
    busy: NDArray[np.int64]
    there: NDArray[np.int64]
    live: NDArray[np.int64]
    idle_cases: NDArray[np.int64]
    settled: NDArray[np.float64]
    idle_hours: NDArray[np.float64]


class Found(NamedTuple):
    """What is kept of a replication; see ``Cases`` and ``Simulated``.

    Parameters
    ----------
    team, over_cap, stage_ends, closed
        By case.
    busy_hours
        Shape (places,). Hours worked in the days measured.
    live_days, over_cap_days, idle_hour_days, idle_case_days
        Shape (teams,).
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
    live_days: NDArray[np.float64]
    over_cap_days: NDArray[np.float64]
    idle_hour_days: NDArray[np.float64]
    idle_case_days: NDArray[np.float64]
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
    return State(
        case=np.zeros(parts, dtype=np.int64),
        work=np.zeros(parts, dtype=np.int64),
        place=np.full(parts, NONE, dtype=np.int64),
        rest=np.zeros(parts),
        since=np.full(parts, -1.0),
        made=np.zeros(1, dtype=np.int64),
        stage=np.zeros(cases, dtype=np.int64),
        left=np.zeros(cases, dtype=np.int64),
        idle=np.zeros(cases, dtype=np.int64),
        own=empty_lists(3 * places, parts),
        shared=empty_lists(2 * helping, parts),
        agenda=empty_agenda(parts + cases, most + 1),
        busy=np.zeros(places, dtype=np.int64),
        there=np.zeros(places, dtype=np.int64),
        live=np.zeros(rules.teams, dtype=np.int64),
        idle_cases=np.zeros(rules.teams, dtype=np.int64),
        settled=np.zeros(rules.teams),
        idle_hours=np.zeros((rules.teams, rules.roles)),
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
        live_days=np.zeros(rules.teams),
        over_cap_days=np.zeros(rules.teams),
        idle_hour_days=np.zeros(rules.teams),
        idle_case_days=np.zeros(rules.teams),
        open_hours=np.zeros((looks, rules.roles)),
        waiting_hours=np.zeros((looks, rules.roles)),
        live=np.zeros((looks, rules.teams), dtype=np.int64),
        callouts=np.zeros(turns, dtype=np.int64),
        passed=np.zeros(turns, dtype=np.int64),
    )
