"""Use cases: lock a plan, withdraw it, tell on which days its operation began and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from rightplace.app.service.figures import moment_words
from rightplace.app.service.operations_held import (
    looked_at_operation,
    own_reports,
    places_of_plan,
    published_reports,
)
from rightplace.app.service.operations_list import ZONE, operation_line
from rightplace.app.service.operations_page import acts_on, plan_rows
from rightplace.app.service.operations_places import place_rows
from rightplace.app.service.operations_power import power_shown
from rightplace.app.service.operations_sight import may_act
from rightplace.core.time import day_of
from rightplace.errors import BadInputError, NotHeldError, RefusedError
from rightplace.evaluate.operations.entries import Ended, Locked, Started, Withdrawn
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rightplace.app.service.operations_list import OperationLine
    from rightplace.app.service.operations_power import PowerShown
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.operations.entries import Content
    from rightplace.evaluate.operations.plan import OperationPlan
    from rightplace.places.study_area import StudyArea

ACTS: Final = {
    "lock": ("Do you lock this plan?", "Lock this plan"),
    "withdraw": ("Why is this plan withdrawn?", "Withdraw this plan"),
    "start": ("On which day did it begin?", "Tell when it began"),
    "end": ("On which day did it end?", "Tell when it ended"),
}
"""Question and button of each act, by the word of its address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage:
    """The page of an act.

    Parameters
    ----------
    question, button
        In words.
    line
        The operation.
    offered
        Whether the act may be done now.
    lock
        What would be locked, by whom and when; None for other acts.
    """

    act: str
    question: str
    button: str
    line: OperationLine
    offered: bool
    lock: LockAsked | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LockAsked:
    """What would be locked, and what the lock would say for ever.

    Parameters
    ----------
    plan_rows
        All that is locked, its places too.
    by, moment
        Who would lock it, and when, in words.
    held_to
        Last day of the outcome's records held now, in ISO; empty where none are.
    could_be_seen
        Whether results could be seen, were it locked now.
    has_begun
        Whether its first day is over or today.
    power
        What it could show.
    """

    plan_rows: tuple[tuple[str, str], ...]
    by: str
    moment: str
    held_to: str
    could_be_seen: bool
    has_begun: bool
    power: PowerShown


@dataclass(frozen=True, slots=True, kw_only=True)
class ActSent:
    """An act as it was sent: which, with what was typed, by which form."""

    op_id: str
    act: str
    fields: Mapping[str, str]
    form_id: str


def check_act(act: str) -> None:
    """Check that there is such an act.

    Raises
    ------
    NotHeldError
        If not.
    """
    if act not in ACTS:
        msg = f"Nothing called {act[:40]!a} is told of an operation."
        raise NotHeldError(msg, value=ascii(act[:40]), remedy="Start from its page.")


def read_act(
    shelf: Shelf,
    op_id: str,
    act: str,
    *,
    person: Person,
    at: datetime,
    workspace: Workspace | None,
) -> ActPage:
    """Return the page of an act to somebody who may do it in all places of the operation.

    Parameters
    ----------
    shelf
        Where the operation is kept.
    op_id, act
        Which operation; a key of ``ACTS``.
    person
        Who asks.
    at
        The time now.
    workspace
        Whose records tell what could be seen.
    """
    from rightplace.records.audit.transaction import transaction

    check_act(act)
    purpose = f"Look at operation {op_id[:40]} before an act."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        register, operation, area = looked_at_operation(
            shelf, tx, op_id, person=person, workspace=workspace
        )
        reports = own_reports(operation, published_reports(tx))
    on, places = day_of(at), places_of_plan(area, operation.plan)
    _check_own(person, op_id, places)
    offered = act in dict(acts_on(operation, reports, on=on))
    lock = None
    if act == "lock" and offered:
        held, held_to = _held(workspace, area, operation.plan)
        lock = LockAsked(
            plan_rows=(
                *plan_rows(operation.plan, register, on=on),
                *place_rows(area, operation.plan),
            ),
            by=person.actor.name,
            moment=moment_words(at, ZONE),
            held_to="" if held_to is None else held_to.isoformat(),
            could_be_seen=held_to is not None and held_to >= operation.plan.when.starts,
            has_begun=on >= operation.plan.when.starts,
            power=power_shown(shelf, held, operation.plan, held_to=held_to, at=at),
        )
    return ActPage(
        act=act,
        question=ACTS[act][0],
        button=ACTS[act][1],
        line=operation_line(register.units, operation, reports, on=on, places=places),
        offered=offered,
        lock=lock,
    )


def do_act(
    shelf: Shelf, sent: ActSent, *, person: Person, at: datetime, workspace: Workspace | None
) -> None:
    """Do an act; what may not be told is refused as ``evaluate.operations.changes`` says.

    Parameters as in ``read_act``.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.operations.log import tell

    check_act(sent.act)
    purpose = f"{ACTS[sent.act][1]}: operation {sent.op_id[:40]}."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        _, operation, area = looked_at_operation(
            shelf, tx, sent.op_id, person=person, workspace=workspace
        )
    _check_own(person, sent.op_id, places_of_plan(area, operation.plan))
    content = _content(sent, operation.plan, area, person=person, at=at, workspace=workspace)
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        tell(tx, [content], form_id=sent.form_id)


def _check_own(
    person: Person, op_id: str, places: tuple[tuple[str | None, str | None], ...]
) -> None:
    """Check that somebody may register operations in all places of one.

    Raises
    ------
    RefusedError
        If not.
    """
    person.check(Permission.REGISTER_OPERATIONS)
    if not may_act(person, places):
        msg = f"{op_id} has places outside your area."
        raise RefusedError(msg, value=op_id, remedy="Ask who may register operations there.")


def _held(
    workspace: Workspace | None, area: StudyArea | None, plan: OperationPlan
) -> tuple[Workspace, date | None]:
    """Return the workspace, and the last day held from which the outcome could be counted.

    Raises
    ------
    NotHeldError
        If no workspace with the study area stands beside the service: whether results could be
        seen is then not known, and a lock that does not say it would be worth nothing.
    """
    from rightplace.app.evaluation.register.held_to import results_held_to

    if workspace is None or area is None:
        msg = "The plan's study area and records are not held here, so whether results could be "
        msg += "seen cannot be told."
        raise NotHeldError(msg, value=plan.where.area_id, remedy="Lock it where they are held.")
    return workspace, results_held_to(workspace, area, plan)


def _content(
    sent: ActSent,
    plan: OperationPlan,
    area: StudyArea | None,
    *,
    person: Person,
    at: datetime,
    workspace: Workspace | None,
) -> Content:
    because = " ".join(sent.fields.get("because", "").split())
    if sent.act == "lock":
        return Locked(
            op_id=plan.id,
            sha256=plan.sha256,
            locked_at=at,
            locked_by=person.actor.name,
            results_held_to=_held(workspace, area, plan)[1],
        )
    if sent.act == "withdraw":
        return Withdrawn(op_id=plan.id, because=because)
    day = _day(sent.fields.get("on", ""))
    if sent.act == "start":
        return Started(op_id=plan.id, on=day)
    return Ended(op_id=plan.id, on=day, because=because or None)


def _day(text: str) -> date:
    """Return a day as it was typed.

    Raises
    ------
    BadInputError
        If it is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        msg = "That is no day."
        raise BadInputError(msg, value=text[:40], remedy="Give it as 2026-05-04.") from error
