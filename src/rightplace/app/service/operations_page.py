"""Use case: one operation: its verdict, what was locked and when, its history, where it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.register.showing import notices_of
from rightplace.app.service.figures import moment_words
from rightplace.app.service.operations_held import (
    looked_at_operation,
    own_reports,
    places_of_plan,
    published_reports,
    standing_of,
)
from rightplace.app.service.operations_list import ZONE, operation_line
from rightplace.app.service.operations_places import PARTS, by_borough, named
from rightplace.app.service.operations_power import power_shown
from rightplace.app.service.operations_sight import may_act
from rightplace.app.service.searches_typed import capital
from rightplace.briefing.stamp import day_in_words
from rightplace.crime.offences import in_words
from rightplace.errors import RefusedError
from rightplace.evaluate.operations.entries import (
    Ended,
    Locked,
    Registered,
    ResultNoted,
    Started,
    UnitTold,
    Withdrawn,
)
from rightplace.evaluate.operations.operation import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from rightplace.app.service.operations_held import Report
    from rightplace.app.service.operations_list import OperationLine
    from rightplace.app.service.operations_power import PowerShown
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.operations.entries import Entry
    from rightplace.evaluate.operations.operation import Operation
    from rightplace.evaluate.operations.plan import OperationPlan
    from rightplace.evaluate.operations.register import Register
    from rightplace.places.study_area import StudyArea

CHOSEN: Final = {
    "high-counts": "because they had had many incidents; those would have fallen in any case",
    "lot": "by lot",
    "other": "otherwise",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationPage:
    """One operation as its page shows it.

    Parameters
    ----------
    line
        As the list tells it.
    reports
        Published evaluations by the very plan that is locked, newest first.
    lock_rows, plan_rows
        What is locked, by whom, when; and the plan: names and values in words.
    notices
        What whoever reads it must know beside it.
    history
        Moment, what happened, and who told it.
    places
        Borough, and how many cells of each part lie there.
    parts
        Names of the parts that there are, as the table heads them.
    named
        Number on the map, name and borough of each treated place; empty where they are many.
    has_map
        Whether the study area is held here, so that a map can be drawn.
    acts
        What this person may do now: word of the address, and words.
    is_draft, is_locked
        Whether nothing is locked yet; whether there is a lock to take away as a file.
    power
        What a draft could show; None once it is locked, or without records beside the service.
    """

    line: OperationLine
    question: str
    reports: tuple[Report, ...]
    lock_rows: tuple[tuple[str, str], ...]
    plan_rows: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    history: tuple[tuple[str, str, str], ...]
    parts: tuple[str, ...]
    places: tuple[tuple[str, tuple[int, ...]], ...]
    named: tuple[tuple[int, str, str], ...]
    has_map: bool
    acts: tuple[tuple[str, str], ...]
    is_draft: bool
    is_locked: bool
    power: PowerShown | None


def read_operation(
    shelf: Shelf, op_id: str, *, person: Person, at: datetime, workspace: Workspace | None
) -> OperationPage:
    """Return one operation; the look is written in the audit chain.

    Parameters
    ----------
    shelf
        Where it is kept.
    op_id
        Which.
    person
        Who looks.
    at
        The time now.
    workspace
        Whose study area tells where its cells lie.
    """
    from rightplace.records.audit.transaction import transaction

    purpose = f"Look at operation {op_id[:40]}."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        register, operation, area = looked_at_operation(
            shelf, tx, op_id, person=person, workspace=workspace
        )
        reports = own_reports(operation, published_reports(tx))
    on, places = at.astimezone(ZONE).date(), places_of_plan(area, operation.plan)
    line = operation_line(register.units, operation, reports, on=on, places=places)
    return OperationPage(
        line=line,
        question=operation.plan.question,
        reports=reports,
        lock_rows=tuple(_lock_rows(operation)),
        plan_rows=tuple(plan_rows(operation.plan, register, on=on)),
        notices=tuple(
            each.message
            for each in notices_of(operation, at=at)
            if each.code not in {"not-locked", "overdue"}
        ),
        history=tuple(_history(register, op_id)),
        parts=tuple(words for key, _, words in PARTS if getattr(operation.plan.where, key)),
        places=by_borough(area, operation.plan),
        named=named(area, operation.plan),
        has_map=area is not None,
        acts=acts_on(operation, reports, on=on) if may_act(person, places) else (),
        is_draft=operation.lock is None,
        is_locked=operation.lock is not None and operation.withdrawn is None,
        power=_power(shelf, workspace, area, operation, at=at),
    )


def _power(
    shelf: Shelf,
    workspace: Workspace | None,
    area: StudyArea | None,
    operation: Operation,
    *,
    at: datetime,
) -> PowerShown | None:
    """Return what a draft could show."""
    from rightplace.app.evaluation.register.held_to import results_held_to

    is_draft = operation.lock is None and operation.withdrawn is None
    if workspace is None or area is None or not is_draft:
        return None
    held_to = results_held_to(workspace, area, operation.plan)
    return power_shown(shelf, workspace, operation.plan, held_to=held_to, at=at)


def acts_on(
    operation: Operation, reports: tuple[Report, ...], *, on: date
) -> tuple[tuple[str, str], ...]:
    """Return what may be told of an operation now: word of the address, and words."""
    standing = standing_of(operation, reports, on=on)
    if standing in {Standing.WITHDRAWN, Standing.SUPERSEDED}:
        return ()
    if operation.lock is None:
        return (("lock", "Lock this plan"), ("withdraw", "Withdraw this draft"))
    found = []
    if operation.superseded_by is None and standing is not Standing.JUDGED:
        found.append(("change", "Change: a new plan that takes its place"))
    if on < operation.begins:
        found.append(("withdraw", "Withdraw this plan"))
    elif operation.started_on is None:
        found.append(("start", "Tell that it began on another day"))
    if on > operation.begins and operation.ended_on is None:
        found.append(("end", "Tell that it ended on another day"))
    return tuple(found)


def _lock_rows(operation: Operation) -> Iterator[tuple[str, str]]:
    lock = operation.lock
    if lock is None:
        return
    yield "Locked by", lock.locked_by
    yield "Locked at", moment_words(lock.locked_at, ZONE)
    yield "Digest of the plan", lock.sha256
    held = lock.results_held_to
    if held is None:
        yield "Results then", "No records of the outcome were held: no result could be seen."
    elif lock.results_could_be_seen:
        yield "Results then", f"Records to {day_in_words(held)} were held: results could be seen."
    else:
        words = f"Records to {day_in_words(held)} were held, before it begins: no result could be"
        yield "Results then", f"{words} seen."
    if operation.taken_in_from is not None:
        yield "Came from", operation.taken_in_from


def plan_rows(plan: OperationPlan, register: Register, *, on: date) -> Iterator[tuple[str, str]]:
    """Yield a plan as names and values in words, for the page and for whoever locks it."""
    judged, delivery, when = plan.judged, plan.delivery, plan.when
    credit = register.units.credit(plan.unit_id, worked_on=when.starts, as_of=max(on, when.starts))
    yield "Question", plan.question
    yield "Unit", capital(credit)
    names = [held.name for held in register.units.names[plan.unit_id]]
    if len(names) > 1:
        yield "Names the unit had", ", then ".join(names)
    yield "When", f"{day_in_words(when.starts)} to {day_in_words(when.ends)}"
    yield "Compared with the time from", f"{day_in_words(when.before_from)}, by {when.step.value}"
    yield "Outcome", f"{plan.outcome.words} ({in_words(plan.outcome.classes)})"
    yield "Harm beside the count", "yes" if plan.outcome.harm else "no"
    yield "Design", judged.design.value.replace("-", " ")
    yield "Smallest change that matters", f"{-judged.smallest_change:.0%} fewer".replace("%", " %")
    yield "Interval", f"{judged.level:.0%}".replace("%", " %")
    yield "Looks at the results", str(judged.looks)
    yield "Stopped early", judged.stop_rule
    yield "Seed of all chance", str(judged.seed)
    yield "Tactics", "; ".join(delivery.tactics)
    minutes, pounds = delivery.patrol_minutes, delivery.cost_pounds
    yield "Patrol", "none planned" if minutes is None else f"{minutes:,.0f} minutes, planned"
    yield "Cost", "nobody reckoned it" if pounds is None else f"{pounds:,.0f} pounds, planned"
    yield "Places were chosen", f"{CHOSEN[plan.chosen_by.value]}. {plan.chosen_because}"
    yield "Other operations there", plan.elsewhere
    released = plan.known_at
    yield "Data used", "what is held then" if released is None else f"as at {released}"
    if plan.supersedes is not None:
        yield "Takes the place of", f"{plan.supersedes}: {plan.because}"
    yield "Study area", plan.where.area_id


def _history(register: Register, op_id: str) -> Iterator[tuple[str, str, str]]:
    for entry in register.entries:
        content = entry.content
        if isinstance(content, UnitTold):
            continue
        about = content.plan.id if isinstance(content, Registered) else content.op_id
        if about == op_id:
            yield moment_words(entry.at, ZONE), _happened(entry), entry.by


def _happened(entry: Entry) -> str:
    content, words = entry.content, entry.content.kind
    match content:
        case Registered():
            words = "Laid down as a draft"
        case Locked():
            source = content.taken_in_from
            words = "Locked" if source is None else f"Taken in from {source} as locked there"
        case Withdrawn():
            words = f"Withdrawn: {content.because}"
        case Started():
            words = f"Began on {day_in_words(content.on)}"
        case Ended():
            why = f": {content.because}" if content.because else ", as planned"
            words = f"Ended on {day_in_words(content.on)}{why}"
        case ResultNoted():
            words = f"Judged as {content.run_id}"
    return words


def locked_file(
    shelf: Shelf, op_id: str, *, person: Person, at: datetime, workspace: Workspace | None
) -> str:
    """Return a locked plan as the file that ``operations import`` takes in; a draft is refused.

    Parameters as in ``read_operation``.

    Raises
    ------
    RefusedError
        If it is a draft or withdrawn, or its places are not all this person's.
    """
    from rightplace.evaluate.operations.travel import Travelling, to_file
    from rightplace.records.audit.transaction import transaction

    purpose = f"Take the locked plan of operation {op_id[:40]} away."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        register, operation, area = looked_at_operation(
            shelf, tx, op_id, person=person, workspace=workspace
        )
    if not may_act(person, places_of_plan(area, operation.plan)):
        msg = "Only who may register operations in all of its places takes the file away."
        raise RefusedError(msg, value=op_id, remedy="Ask an analyst.")
    lock = register.locked_plan(op_id)
    return to_file(Travelling(lock=lock, units=register.units.events))
