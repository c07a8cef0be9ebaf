"""A simulated unit, and both ends of a what-if, as the result holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.investigation.result import (
    Change,
    Days,
    Figure,
    RoleUse,
    TeamResult,
    UnitEnd,
    UnitResult,
)
from rightplace.deploy.investigation.moving import by_role
from rightplace.deploy.investigation.unit import ROLES

if TYPE_CHECKING:
    from rightplace.deploy.investigation.measured import (
        Centile,
        Difference,
        Differences,
        FirstInterview,
        Interval,
        Measures,
    )
    from rightplace.deploy.investigation.moving import End
    from rightplace.deploy.investigation.setup import SetUnit


def unit_result(given: SetUnit, measures: Measures, *, warm_up_days: int) -> UnitResult:
    """Return what a simulation says of a unit.

    Parameters
    ----------
    given
        The unit and the names of its teams.
    measures
        What was found.
    warm_up_days
        Days that ran before.
    """
    unit, backlog, interview = given.unit, measures.backlog, measures.first_interview
    return UnitResult(
        unit=unit.key,
        title=unit.title,
        teams=len(unit.teams),
        officers=unit.strength,
        a_month=unit.arrivals.a_month,
        cap=unit.cap,
        callouts_tiring=unit.duty.callouts_tiring,
        on_call_days=unit.duty.on_call_days,
        warm_up_days=warm_up_days,
        opened=_figure(measures.opened),
        closed=_figure(measures.closed),
        roles=_roles(given, measures),
        support=_perhaps(measures.support),
        waiting_cases=_figure(measures.waiting_cases),
        waiting_officer_days=_figure(measures.waiting_officer_days),
        backlog_start=_figure(backlog.start),
        backlog_end=_figure(backlog.end),
        backlog_change=_figure(backlog.change),
        work_left_start=_figure(backlog.with_later_start),
        work_left_end=_figure(backlog.with_later_end),
        backlog_grows=backlog.grows,
        over_cap=_figure(measures.over_cap),
        passed=_figure(measures.passed),
        median=None if interview is None else _days(interview.median),
        ninetieth=None if interview is None else _days(interview.ninetieth),
        **_cases(interview),
        team_loads=_teams(given, measures),
    )


def _cases(interview: FirstInterview | None) -> dict[str, int]:
    names = ("cases", "interviewed", "closed_before")
    return {name: 0 if interview is None else getattr(interview, name) for name in names}


def _roles(given: SetUnit, measures: Measures) -> tuple[RoleUse, ...]:
    officers = dict(zip(ROLES, by_role(given), strict=True))
    return tuple(
        RoleUse(
            role=each.role.value,
            officers=officers[each.role],
            share=_perhaps(each.share),
            amber_share=each.share_of_futures_over,
            is_amber=each.is_amber,
        )
        for each in measures.utilisation
    )


def _teams(given: SetUnit, measures: Measures) -> tuple[TeamResult, ...]:
    return tuple(
        TeamResult(
            team=name,
            officers=team.strength,
            live=_figure(load.live),
            over_cap=_figure(load.over_cap),
            callouts=_perhaps(load.callouts),
            tiring=_perhaps(load.tiring),
        )
        for name, team, load in zip(given.team_names, given.unit.teams, measures.teams, strict=True)
    )


def unit_end(end: End, differences: Differences, result: UnitResult, *, helped_by: int) -> UnitEnd:
    """Return one end of a what-if.

    Parameters
    ----------
    end
        Who goes and comes.
    differences
        What that does.
    result
        The unit under the what-if.
    helped_by
        Officers of a surge who help it.
    """
    days = [each for each in (differences.median_days, differences.ninetieth_days) if each]
    names = [role.value for role in ROLES]
    return UnitEnd(
        unit=end.unit,
        title=end.title,
        before=dict(zip(names, end.before, strict=True)),
        after=dict(zip(names, end.after, strict=True)),
        teams_before=end.teams_before,
        teams_after=end.teams_after,
        appointed=end.appointed,
        helped_by=helped_by,
        changes=tuple(_change(each) for each in (*differences.figures, *days)),
        result=result,
    )


def _change(given: Difference) -> Change:
    return Change(
        name=given.name,
        base=given.base,
        other=given.other,
        change=given.change.mean,
        lo=given.change.low,
        hi=given.change.high,
        is_sure=given.change.excludes_none,
        narrowed_to=given.narrowed_to,
    )


def _figure(given: Interval) -> Figure:
    return Figure(mean=given.mean, lo=given.low, hi=given.high)


def _perhaps(given: Interval | None) -> Figure | None:
    return None if given is None else _figure(given)


def _days(given: Centile) -> Days:
    return Days(share=given.share, days=given.days, lo=given.low, hi=given.high)
