"""Use cases of programs: who asks, which runs are published, and what is stopped.

What a program gets is what the pages show, in numbers instead of words.
"""

import json
from collections.abc import Sized
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rightplace.app.service.person import Person
from rightplace.app.service.published_lines import why_stopped
from rightplace.app.service.shelf import Shelf
from rightplace.errors import RefusedError
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import transaction

MOST_AT_ONCE = 1000
"""Rows in one answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which rows of a list are asked for.

    Parameters
    ----------
    offset
        Rows left out before.
    limit
        Rows at most.
    """

    offset: int = 0
    limit: int = 100

    def of(self, rows: Sized) -> slice:
        """Return which of the rows these are."""
        return slice(self.offset, min(self.offset + self.limit, len(rows)))

    def then(self, total: int) -> int | None:
        """Return the offset of the rows after these; None where none are left."""
        after = self.offset + self.limit
        return after if after < total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its 80 % interval; all three are null where there are no data."""

    mean: float | None
    lo80: float | None
    hi80: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleOf:
    """A role in force, for everywhere, a BCU or a borough."""

    role: str
    scope: str
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoAsks:
    """Whom a token stands for, and what may be done by it at this moment.

    Parameters
    ----------
    account_id
        Of the token's owner.
    roles
        The owner's, in force now.
    permissions
        What the token may do somewhere now: what its owner may, less what it was not made for.
    """

    account_id: str
    roles: tuple[RoleOf, ...]
    permissions: tuple[str, ...]


def who_asks(person: Person) -> WhoAsks:
    """Return whom a token stands for."""
    return WhoAsks(
        account_id=person.actor.id,
        roles=tuple(
            RoleOf(role=each.role.value, scope=each.scope.value, area=each.area)
            for each in person.grants
        ),
        permissions=tuple(sorted(each.value for each in Permission if person.may(each))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """A run that is published.

    Parameters
    ----------
    as_of
        Day up to which events were known.
    stopped
        Why it cannot be used; empty where it can.
    """

    id: str
    kind: str
    as_of: str
    is_synthetic: bool
    published_at: datetime
    stopped: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunList:
    """Published runs, the newest first.

    Parameters
    ----------
    total
        How many there are.
    next_offset
        Offset of the next part; null at the end.
    """

    items: tuple[RunLine, ...]
    total: int
    next_offset: int | None


KINDS = {"forecast": Permission.SEE_FORECAST, "plan": Permission.SEE_PLAN}


def list_runs(
    shelf: Shelf, kind: Literal["forecast", "plan"], *, person: Person, part: Part, at: datetime
) -> RunList:
    """Return the published forecasts or plans; which there are is no secret, what they say is.

    Parameters
    ----------
    shelf
        Where they are published.
    kind
        Which.
    person
        Who asks: they must be able to read some of that kind.
    part
        Which part of the list.
    at
        The time now.
    """
    from sqlalchemy import select

    from rightplace.records.published.tables import PublishedRun

    person.check(KINDS[kind])
    wanted = select(PublishedRun).where(PublishedRun.kind == kind)
    with transaction(shelf.database, person.actor, purpose=f"List each {kind}.", at=at) as tx:
        order = PublishedRun.published_at.desc(), PublishedRun.id
        found = tx.unshown(wanted.order_by(*order))
        lines = tuple(
            RunLine(
                id=run.id,
                kind=run.kind,
                as_of=str(json.loads(run.content)["as_of"]),
                is_synthetic=run.is_synthetic,
                published_at=run.published_at,
                stopped=why_stopped(tx, run.id),
            )
            for run in found[part.of(found)]
        )
    return RunList(items=lines, total=len(found), next_offset=part.then(len(found)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPlan:
    """A plan that waits for the person's decision for a BCU."""

    plan_id: str
    bcu: str
    is_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InForceNow:
    """The plan in force in a BCU now, or null; in words until when, or why none is."""

    bcu: str
    plan_id: str | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayFacts:
    """What needs the person now.

    Parameters
    ----------
    as_of, data_cut_off
        Of the newest forecast that is published; empty where none is.
    """

    as_of: str
    data_cut_off: str
    is_synthetic: bool
    waiting: tuple[WaitingPlan, ...]
    in_force: tuple[InForceNow, ...]


def today_facts(shelf: Shelf, *, person: Person, at: datetime) -> TodayFacts:
    """Return what needs a person now, as their page of today.

    Parameters
    ----------
    shelf
        Where it is published.
    person
        Who asks.
    at
        The time now.
    """
    from rightplace.app.service.today import read_today

    page = read_today(shelf, person=person, at=at)
    return TodayFacts(
        as_of=page.as_of,
        data_cut_off=page.data_cut_off,
        is_synthetic=page.is_synthetic,
        waiting=tuple(
            WaitingPlan(plan_id=each.plan_id, bcu=each.bcu, is_over=each.is_over)
            for each in page.waiting
        ),
        in_force=tuple(
            InForceNow(bcu=each.bcu, plan_id=each.plan_id, words=each.words)
            for each in page.in_force
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLine:
    """One suspension in force."""

    kind: str
    target: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StopState:
    """What is suspended now, the oldest first; whatever rests on it is stopped with it."""

    suspended: tuple[StopLine, ...]


READERS = (Permission.SEE_FORECAST, Permission.SEE_PLAN, Permission.SEE_BRIEF, Permission.STOP)
"""Who uses what can be stopped, or stops it."""


def stop_state(shelf: Shelf, *, person: Person, at: datetime) -> StopState:
    """Return what is suspended now.

    Parameters
    ----------
    shelf
        Whose database tells.
    person
        Who asks.
    at
        The time now.

    Raises
    ------
    RefusedError
        If they neither use nor stop anything that can be suspended.
    """
    from sqlalchemy import select

    from rightplace.records.stop.tables import Suspension

    if not any(person.may(each) for each in READERS):
        msg = f"Your roles ({person.role}) use nothing that can be suspended."
        raise RefusedError(msg, remedy="Ask the administrator, if it is part of your task.")
    wanted = select(Suspension).where(Suspension.restarted_at.is_(None))
    with transaction(shelf.database, person.actor, purpose="See what is stopped.", at=at) as tx:
        found = tx.view(wanted.order_by(Suspension.suspended_at, Suspension.id))
        return StopState(
            suspended=tuple(
                StopLine(
                    kind=each.target_kind,
                    target=each.target,
                    reason=each.reason,
                    since=each.suspended_at,
                )
                for each in found
            )
        )
