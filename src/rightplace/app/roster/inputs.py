"""From files and settings to the problem of a roster."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from rightplace.app.answer import Notice
from rightplace.app.roster.result import LimitUsed
from rightplace.app.roster.settings import RosterSettings
from rightplace.errors import NotHeldError, RefusedError

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.app.workspace import Workspace
    from rightplace.core import Clock
    from rightplace.deploy.roster.calendar import RosterCalendar
    from rightplace.deploy.roster.people import Duty, Officer
    from rightplace.deploy.roster.problem import RosterProblem
    from rightplace.deploy.roster.rules import RosterRules, RosterWeights


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFiles:
    """What a roster is made from.

    Parameters
    ----------
    officers, demand
        Always needed.
    absences, wishes
        None where there are none.
    published
        The roster in force, to be changed as little as notice allows; or the one to be judged.
    """

    officers: Path
    demand: Path
    absences: Path | None = None
    wishes: Path | None = None
    published: Path | None = None

    @property
    def given(self) -> tuple[Path, ...]:
        """The files named."""
        named = (self.officers, self.demand, self.absences, self.wishes, self.published)
        return tuple(path for path in named if path is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterOptions:
    """How a roster is asked for.

    Parameters
    ----------
    first, days
        Policing days.
    published_on
        Day on which it is handed out, from which notice counts.
    area_id
        Study area whose clock has the shifts; None for the only one, or London's clock.
    without_balances
        Why officers without opening balances are rostered; empty if they are not.
    may_lack
        Whether demand may be left uncovered.
    workforce
        Id of a kept workforce forecast, for what the roster takes of deployable strength; or None.
    """

    first: date
    days: int
    published_on: date
    area_id: str | None = None
    without_balances: str = ""
    may_lack: bool = False
    seed: int = 0
    dry_run: bool = False
    out: Path | None = None
    workforce: str | None = None

    @property
    def last(self) -> date:
        """The last policing day."""
        return self.first + timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RosterInputs:
    """A problem as read, with what must be said about it."""

    problem: RosterProblem
    published: tuple[Duty, ...]
    weights: RosterWeights
    settings: RosterSettings
    limits: tuple[LimitUsed, ...]
    notices: tuple[Notice, ...]
    without_balances: int


def read_inputs(workspace: Workspace, files: RosterFiles, options: RosterOptions) -> RosterInputs:
    """Return the problem that files and settings state.

    Parameters
    ----------
    workspace
        Where settings and study areas are.
    files
        Officers, demand and the rest.
    options
        Days, and what is allowed.
    """
    from rightplace.deploy.roster.calendar import RosterCalendar
    from rightplace.deploy.roster.demand import read_demand
    from rightplace.deploy.roster.files import read_absences, read_officers, read_wishes
    from rightplace.deploy.roster.problem import RosterProblem

    _check_files(files)
    settings = workspace.settings("roster", RosterSettings)
    rules, weights, limits = _rules(settings, day=options.first)
    clock, notices = _clock(workspace, options.area_id)
    calendar = RosterCalendar.of(clock, first=options.first, days=options.days)
    officers = read_officers(
        files.officers, calendar=calendar, reference_weeks=rules.reference_weeks
    )
    unknown = _check_balances(officers, options, files)
    problem = RosterProblem(
        calendar=calendar,
        rules=rules,
        officers=officers,
        absences=(
            () if files.absences is None else read_absences(files.absences, officers=officers)
        ),
        needs=read_demand(files.demand, officers=officers, calendar=calendar),
        wishes=(
            ()
            if files.wishes is None
            else read_wishes(files.wishes, officers=officers, calendar=calendar)
        ),
        notice_until=options.published_on + timedelta(days=rules.notice_days),
    )
    published = _published(files, officers, calendar)
    return RosterInputs(
        problem=replace(problem, published=_as_published(published, officers, calendar)),
        published=published,
        weights=weights,
        settings=settings,
        limits=limits,
        notices=(*notices, *_notices(limits, unknown, options)),
        without_balances=len(unknown),
    )


def _check_files(files: RosterFiles) -> None:
    """Check that the files named are there.

    Raises
    ------
    NotHeldError
        If one is not.
    """
    for path in files.given:
        if not path.is_file():
            msg = "There is no such file."
            raise NotHeldError(msg, file=path, remedy="Check the files named.")


def _rules(
    settings: RosterSettings, *, day: date
) -> tuple[RosterRules, RosterWeights, tuple[LimitUsed, ...]]:
    from rightplace.deploy.roster.rules import RosterRules, RosterWeights
    from rightplace.deploy.roster.working_time import check_policy, limits_in_force

    legal = limits_in_force(day)
    ours: dict[str, Any] = {
        name: getattr(settings, name)
        for name in RosterRules.__dataclass_fields__
        if hasattr(settings, name)
    }
    rules = RosterRules(**ours, reference_weeks=legal["reference_weeks"].value)
    check_policy(rules, day=day)
    weights = {n: getattr(settings, f"{n}_weight") for n in RosterWeights.__dataclass_fields__}
    limits = tuple(
        LimitUsed(
            name=name,
            value=float(getattr(rules, name)),
            legal=limit.value,
            provision=limit.provision,
            verified=limit.verified,
        )
        for name, limit in legal.items()
    )
    return rules, RosterWeights(**weights), limits


def _clock(workspace: Workspace, area_id: str | None) -> tuple[Clock, tuple[Notice, ...]]:
    from rightplace.app.areas import find_area
    from rightplace.core import Clock

    if area_id is None and not list(workspace.areas.glob("area-*")):
        message = "There is no study area: shifts are London's (07:00, 15:00, 23:00)."
        return Clock(), (Notice(code="london-clock", message=message),)
    return find_area(workspace, area_id).clock, ()


def _check_balances(
    officers: tuple[Officer, ...], options: RosterOptions, files: RosterFiles
) -> list[Officer]:
    """Return officers without opening balances.

    Raises
    ------
    RefusedError
        If there are any and no reason is given: their weekly average cannot be checked.
    """
    unknown = [officer for officer in officers if officer.opening is None]
    if unknown and not options.without_balances.strip():
        rows = ", ".join(str(officer.row) for officer in unknown[:12])
        more = f" and {len(unknown) - 12} more" if len(unknown) > len(unknown[:12]) else ""
        msg = (
            f"The opening balances of {len(unknown)} officers are empty (rows {rows}{more}): "
            "the 48 h average over 17 weeks cannot be checked."
        )
        remedy = "Fill them in, or give --without-balances with the reason."
        raise RefusedError(msg, file=files.officers, row=unknown[0].row, remedy=remedy)
    return unknown


def _published(
    files: RosterFiles, officers: tuple[Officer, ...], calendar: RosterCalendar
) -> tuple[Duty, ...]:
    from rightplace.deploy.roster.files import read_published

    if files.published is None:
        return ()
    return read_published(files.published, officers=officers, calendar=calendar)


def _as_published(
    duties: tuple[Duty, ...], officers: tuple[Officer, ...], calendar: RosterCalendar
) -> dict[tuple[str, date], str] | None:
    """Return what was published for each officer and day, days off too, up to its last day."""
    from rightplace.deploy.roster.people import OFF

    if not duties:
        return None
    last = max(duty.day for duty in duties)
    shifts = {(duty.officer_id, duty.day): duty.shift for duty in duties}
    days = [calendar.day(number) for number in range(calendar.number(last) + 1)]
    return {
        (officer.officer_id, day): shifts.get((officer.officer_id, day), OFF)
        for officer in officers
        for day in days
    }


def _notices(
    limits: tuple[LimitUsed, ...], unknown: list[Officer], options: RosterOptions
) -> tuple[Notice, ...]:
    found = []
    if unknown:
        message = (
            f"{len(unknown)} officers have no opening balances ({options.without_balances.strip()})"
            ": the 48 h average, and rests and rows over the roster's first day, are not checked "
            "for them."
        )
        found.append(Notice(code="balances-missing", message=message))
    unread = [limit.provision for limit in limits if not limit.verified]
    if unread:
        message = (
            f"Limits whose provisions were not read for this program: "
            f"{'; '.join(sorted(set(unread)))}. Have them confirmed before a roster is published."
        )
        found.append(Notice(code="limits-unverified", message=message))
    return tuple(found)
