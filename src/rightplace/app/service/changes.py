"""Use cases: ask for a changed plan with a reason, and see what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.service.changes_asked import ChangedPlanAsked
from rightplace.app.service.changes_form import places_of_bcu
from rightplace.app.service.figures import moment_words
from rightplace.app.service.plan_visits import visits_of_bcu
from rightplace.errors import NotHeldError, RefusedError
from rightplace.records.accounts.roles import Permission
from rightplace.records.jobs.queue import ENDED, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from rightplace.app.changed.changes import Changes
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import PublishedPlan, Shelf
    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.decided.change_table import PlanChange

STATES = {
    State.QUEUED: "waits to be made anew",
    State.RUNNING: "is being made anew",
    State.DONE: "was made anew",
    State.FAILED: "could not be made anew",
    State.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWanted:
    """A change as a form asks for it.

    Parameters
    ----------
    id
        UUID of the form, so that one sent twice is one change and one job.
    """

    id: str
    plan_id: str
    bcu: str
    changes: Changes
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """A change that was asked for, and how it stands.

    Parameters
    ----------
    asked
        By whom and when.
    new_plan
        The plan that came of it; empty where none did, or not yet.
    """

    id: str
    asked: str
    reason: str
    state: str
    state_words: str
    outcome: str
    new_plan: str

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePage:
    """A change as its page shows it; what was changed in words, item by item."""

    plan_id: str
    bcu: str
    as_of: str
    data_cut_off: str
    is_synthetic: bool
    line: ChangeLine
    items: tuple[tuple[str, str], ...]
    said: tuple[str, ...]


def ask_for_change(shelf: Shelf, wanted: ChangeWanted, *, person: Person, at: datetime) -> bool:
    """Keep a change and put the job that makes the plan anew into the queue; or neither.

    Parameters
    ----------
    shelf
        Where the plan is published.
    wanted
        The change.
    person
        Who asks: their role must let them, for the whole BCU.
    at
        The time now.
    """
    from rightplace.app.service.jobs_asked import as_arguments
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.decided.changing import ChangeGiven, keep_change
    from rightplace.records.jobs.queue import JobAsked, ask

    person.check(Permission.CHANGE_PLAN, bcu=wanted.bcu)
    changes = wanted.changes
    asked = ChangedPlanAsked(
        change_id=wanted.id,
        plan_id=wanted.plan_id,
        by=person.actor.id,
        left_out=changes.left_out,
        wanted=changes.wanted,
        without=changes.without,
        minutes=changes.minutes,
    )
    given = ChangeGiven(
        id=wanted.id,
        plan_id=wanted.plan_id,
        bcu=wanted.bcu,
        items=changes.as_settings,
        reason=wanted.reason,
    )
    with transaction(shelf.database, person.actor, purpose="Change a plan.", at=at) as tx:
        plan = shelf.plan(tx, wanted.plan_id)
        _check_within(plan, wanted, person)
        is_new = keep_change(tx, given)
        ask(tx, JobAsked(id=wanted.id, verb=asked.verb, arguments=as_arguments(asked)))
    return is_new


def _check_within(plan: PublishedPlan, wanted: ChangeWanted, person: Person) -> None:
    """Check that only places and crews of the BCU are changed.

    Raises
    ------
    RefusedError
        If one is of elsewhere.
    """
    rows = visits_of_bcu(plan, wanted.bcu, person)
    changes = wanted.changes
    places = {*changes.left_out, *(cell_id for cell_id, _ in changes.wanted)}
    crews = {*changes.without, *(crew for crew, _ in changes.minutes)}
    own = {row["crew_id"] for row in rows}
    beyond = sorted(places - places_of_bcu(plan, wanted.bcu, person)) + sorted(crews - own)
    if beyond:
        msg = f"{beyond[0]} is not of {wanted.bcu}, or not in your area."
        raise RefusedError(msg, value=beyond[0], remedy="Change what is of this BCU alone.")


def change_lines(tx: Transaction, plan_id: str, bcu: str, zone: tzinfo) -> tuple[ChangeLine, ...]:
    """Return the changes asked for of a plan for a BCU, the newest first; a look at each.

    Parameters
    ----------
    tx
        The transaction in which they are shown.
    plan_id, bcu
        Of which.
    zone
        In whose time.
    """
    from rightplace.records.decided.changing import view_changes_of

    return tuple(_line(tx, change, zone) for change in view_changes_of(tx, plan_id, bcu))


def _line(tx: Reading, change: PlanChange, zone: tzinfo) -> ChangeLine:
    from rightplace.records.accounts.tables import known_as
    from rightplace.records.jobs.tables import Job

    job = tx.unshown_one(Job, change.id)
    asked_by, when = known_as(tx, change.asked_by), moment_words(change.asked_at, zone)
    state = State.CANCELLED if job is None else State(job.state)
    return ChangeLine(
        id=change.id,
        asked=f"asked for by {asked_by}, {when}",
        reason=change.reason,
        state=state.value,
        state_words=STATES[state],
        outcome="" if job is None else job.outcome or "",
        new_plan="" if job is None else job.run_id or "",
    )


def read_change(
    shelf: Shelf, plan_id: str, change_id: str, *, person: Person, at: datetime
) -> ChangePage:
    """Return a change with how it stands; the look is written in the audit chain.

    Parameters
    ----------
    shelf
        Where the plan is published.
    plan_id, change_id
        Which change of which plan.
    person
        Who looks: their role must let them change plans there.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.decided.change_table import PlanChange

    person.check(Permission.CHANGE_PLAN)
    purpose = "Look at a change of a plan."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        _held(tx, plan_id, change_id, person)
        change = tx.view_one(PlanChange, change_id)
        plan = shelf.plan(tx, plan_id)
        line = _line(tx, change, plan.forecast.area.clock.tzinfo)
        said = _said(tx, change_id)
    return ChangePage(
        plan_id=plan_id,
        bcu=change.bcu,
        as_of=plan.record["as_of"],
        data_cut_off=plan.forecast.result["trained_to"],
        is_synthetic=plan.is_synthetic,
        line=line,
        items=item_words(change.items, plan.forecast.words_of),
        said=said,
    )


def read_change_state(
    shelf: Shelf, plan_id: str, change_id: str, *, person: Person
) -> tuple[ChangeLine, tuple[str, ...]]:
    """Return how a change stands and what its job said last; no look is written.

    Parameters
    ----------
    shelf, plan_id, change_id, person
        As in ``read_change``.
    """
    from rightplace.core.time import Clock
    from rightplace.records.audit.transaction import reading

    person.check(Permission.CHANGE_PLAN)
    with reading(shelf.database) as quiet:
        change = _held(quiet, plan_id, change_id, person)
        return _line(quiet, change, Clock().tzinfo), _said(quiet, change_id)


def _held(tx: Reading | Transaction, plan_id: str, change_id: str, person: Person) -> PlanChange:
    """Return a change of a plan that a person may see, for a check; of one suspended, none is.

    Raises
    ------
    NotHeldError
        If there is none.
    """
    from rightplace.records.decided.change_table import PlanChange
    from rightplace.records.stop.switch import check_running

    change = tx.unshown_one(PlanChange, change_id)
    if change is None or change.plan_id != plan_id:
        msg = "There is no such change of this plan."
        raise NotHeldError(msg, value=change_id, remedy="Start from the plan's page.")
    person.check(Permission.CHANGE_PLAN, bcu=change.bcu)
    check_running(tx, plan_id)
    return change


def _said(tx: Reading, job_id: str) -> tuple[str, ...]:
    from rightplace.records.jobs.tables import JobProgress

    progress = tx.unshown_one(JobProgress, job_id)
    return () if progress is None else tuple(progress.said.splitlines()[-3:])


def item_words(items: str, words: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what a change changes, in words, item by item.

    Parameters
    ----------
    items
        As they are kept.
    words
        Street words of each place.
    """
    import json

    held = json.loads(items)

    def places(cell_ids: Sequence[str]) -> list[tuple[str, str]]:
        return [("Left out", words.get(each, each)) for each in cell_ids]

    return (
        *places(held["left_out"]),
        *(
            ("Visited at least", f"{words.get(c, c)}: {n} times" if n > 1 else words.get(c, c))
            for c, n in held["wanted"].items()
        ),
        *(("Taken away", each) for each in held["without"]),
        *(("Shortened", f"{c}: {n} minutes in each duty") for c, n in held["minutes"].items()),
    )
