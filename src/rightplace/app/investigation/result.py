"""What ``detectives`` answers: units as they are, and both ends of each what-if."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A mean over futures, and the ends of the interval in which the true one lies."""

    mean: float
    lo: float
    hi: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days from the report by which a share of cases had the first interview of a suspect.

    Parameters
    ----------
    share
        Which: 0.5 for the median.
    days
        Null if fewer cases come so far within what was looked at.
    lo, hi
        Ends of the interval; null where some group of futures does not come so far.
    """

    share: float
    days: float | None
    lo: float | None
    hi: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleUse:
    """How busy the officers of a role are, together; never of one officer.

    Parameters
    ----------
    role
        sio, di, ds or dc.
    officers
        How many the unit has.
    share
        Hours worked on cases over hours present; null where the unit has none of the role.
    amber_share
        Share of futures in which it is above the amber level.
    is_amber
        Whether its mean is.
    """

    role: str
    officers: int
    share: Figure | None
    amber_share: float
    is_amber: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamResult:
    """What one team carries.

    Parameters
    ----------
    team
        Its name.
    officers
        All its officers.
    live
        Cases open at a time.
    over_cap
        Share of time with more of them than the cap.
    callouts
        New cases in one turn of on-call; null if no turn lies within what was looked at.
    tiring
        Share of turns with so many that they are flagged for welfare.
    """

    team: str
    officers: int
    live: Figure
    over_cap: Figure
    callouts: Figure | None
    tiring: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitResult:
    """What becomes of a unit.

    Parameters
    ----------
    unit, title
        Its short name, and the one that people read.
    teams, officers
        How many.
    a_month
        Cases that come in a month, as it was put in.
    cap
        Live cases of a team from which it takes no new one while another has fewer.
    callouts_tiring, on_call_days
        Cases in a turn of so many days from which the turn is flagged for welfare.
    warm_up_days
        Days that ran before; 0 where the cases open at the start were given.
    opened, closed
        Cases a month.
    roles
        How busy each is.
    support
        How busy officers of a surge are who help; null without any.
    waiting_cases
        Cases in which work waits for somebody to be free, at a time.
    waiting_officer_days
        That work, in duty days of an officer.
    backlog_start, backlog_end, backlog_change
        Hours left of the stages that cases are in, in weeks of all hours of the unit.
    work_left_start, work_left_end
        The same with the hours of later stages that those cases are expected to come to.
    backlog_grows
        Whether the whole interval of the change lies above 0.
    over_cap
        Share of new cases that came when every team was at the cap.
    passed
        Share of new cases that the team on call, being at the cap, passed on to another.
    median, ninetieth
        Days from report to the first interview of a suspect, of the cases that come to one; cases
        still open are censored, those closed without one left out.
    cases, interviewed, closed_before
        Cases reported in all futures, those with an interview, those closed without one.
    team_loads
        Each team.
    """

    unit: str
    title: str
    teams: int
    officers: int
    a_month: float
    cap: int
    callouts_tiring: int
    on_call_days: int
    warm_up_days: int
    opened: Figure
    closed: Figure
    roles: tuple[RoleUse, ...]
    support: Figure | None
    waiting_cases: Figure
    waiting_officer_days: Figure
    backlog_start: Figure
    backlog_end: Figure
    backlog_change: Figure
    work_left_start: Figure
    work_left_end: Figure
    backlog_grows: bool
    over_cap: Figure
    passed: Figure
    median: Days | None
    ninetieth: Days | None
    cases: int
    interviewed: int
    closed_before: int
    team_loads: tuple[TeamResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How much one figure of a unit changes, the same cases coming in both.

    Parameters
    ----------
    name
        Which figure.
    base, other
        As the unit is, and under the what-if.
    change, lo, hi
        Other less base, and the ends of its interval.
    is_sure
        Whether the interval lies on one side of 0.
    narrowed_to
        Width of the interval over the one that separate draws would have given; null where nothing
        scatters.
    """

    name: str
    base: float
    other: float
    change: float
    lo: float
    hi: float
    is_sure: bool
    narrowed_to: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEnd:
    """One end of a what-if: a unit that gains, loses or is helped.

    Parameters
    ----------
    unit, title
        Which.
    before, after
        Officers by role.
    teams_before, teams_after
        How many teams.
    appointed
        Officers who came from no unit of the setup.
    helped_by
        Officers of a surge who help, who belong to no team.
    changes
        What that does.
    result
        The unit under the what-if.
    """

    unit: str
    title: str
    before: dict[str, int]
    after: dict[str, int]
    teams_before: int
    teams_after: int
    appointed: int
    helped_by: int
    changes: tuple[Change, ...]
    result: UnitResult


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfResult:
    """What is asked, and what it does at each end.

    Parameters
    ----------
    name
        What it is called.
    asked
        What is done, in words.
    origin
        Where the idea comes from; empty where nobody says.
    ends
        Each unit that changes.
    """

    name: str
    asked: tuple[str, ...]
    origin: str
    ends: tuple[UnitEnd, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginResult:
    """Where numbers come from.

    Parameters
    ----------
    unit
        Short name; empty for what holds for all.
    numbers
        Which.
    origin
        In the words of whoever wrote the setup.
    verified
        Whether the setup says that somebody verified them.
    """

    unit: str
    numbers: str
    origin: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectivesResult:
    """What units of detectives can carry, and what each what-if would do.

    Parameters
    ----------
    investigation_id
        The run.
    title
        Of the setup.
    synthetic
        Whether a unit of it is invented, or officers of the surge that helps.
    years, replications, seed
        How far ahead, how many futures, and by which draws.
    amber, level
        Above what share a role is amber; share of intervals that hold the true mean.
    units
        As they are.
    what_ifs
        Each with both its ends.
    origins
        Where every number comes from.
    cannot
        What this does not say.
    measures_path, changes_path, weeks_path
        Tables of every figure, of every change, and of each week by role.
    backlog_path, interviews_path
        Tables of the backlog by week, and of the share interviewed by day.
    """

    investigation_id: str
    title: str
    synthetic: bool
    years: int
    replications: int
    seed: int
    amber: float
    level: float
    units: tuple[UnitResult, ...]
    what_ifs: tuple[WhatIfResult, ...]
    origins: tuple[OriginResult, ...]
    cannot: tuple[str, ...]
    measures_path: str
    changes_path: str
    weeks_path: str
    backlog_path: str
    interviews_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleSetup:
    """An example of a setup file.

    Parameters
    ----------
    toml
        Its text.
    path
        Where it was written; null if it was only printed.
    """

    toml: str
    path: str | None
