"""Use case: a plan of an operation as a file, read, drawn up and kept as a draft."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rightplace.app.areas import find_area
from rightplace.app.evaluation.outcome import outcome_classes
from rightplace.app.evaluation.register.places import drawn_up
from rightplace.app.service.operations_held import places_of_plan
from rightplace.app.service.operations_sight import may_act
from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.evaluate.operations.chosen import FILES
from rightplace.evaluate.operations.entries import Registered
from rightplace.evaluate.operations.plan_file import NOT_TOML, example, plan_of_text
from rightplace.records.accounts.roles import Permission
from rightplace.records.audit.transaction import transaction
from rightplace.records.operations.log import look_at, read_register, tell

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.operations.plan import OperationPlan
    from rightplace.evaluate.operations.plan_file import PlanFile
    from rightplace.evaluate.operations.register import Register
    from rightplace.places.study_area import StudyArea
    from rightplace.records.audit.transaction import Transaction

PURPOSE: Final = "Register a plan of an operation from a file."


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSent:
    """A plan's file as it was sent.

    Parameters
    ----------
    text
        TOML.
    form_id
        UUID of the form: the same form sent again keeps nothing more.
    supersedes
        Id of the locked plan whose place it takes; empty for none.
    because
        Why it does; empty where it takes none.
    """

    text: str
    form_id: str
    supersedes: str = ""
    because: str = ""


def example_plan(*, person: Person) -> str:
    """Return an example of a plan's file, to whoever may register operations."""
    person.check(Permission.REGISTER_OPERATIONS)
    return example()


def text_of(content: bytes) -> str:
    """Return the text of a file that was sent.

    Raises
    ------
    BadInputError
        If it is not in UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"{NOT_TOML}: {error}."
        raise BadInputError(msg, remedy="Save it as UTF-8 and send it again.") from error


def register_file(
    shelf: Shelf, sent: FileSent, *, person: Person, at: datetime, workspace: Workspace | None
) -> str:
    """Keep the plan of a file as a draft and return its id.

    What cannot be read, drawn up or counted is refused by name, as ``operations register`` does;
    what the register refuses raises as ``evaluate.operations.register`` says.

    Parameters
    ----------
    shelf
        Where the register is.
    sent
        The file.
    person
        Who registers; all treated places must be theirs.
    at
        The time now.
    workspace
        Whose study area; None: none is held here, and the plan is refused.
    """
    person.check(Permission.REGISTER_OPERATIONS)
    file = plan_of_text(sent.text)
    _check_whole(file)
    outcome_classes(file.outcome.classes)
    area = _area(workspace, file.places.area)
    where = drawn_up(file.places, area, folder=Path())
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        register = read_register(tx)
        plan = file.plan(
            where,
            _unit(register, file),
            supersedes=sent.supersedes or None,
            because=sent.because or None,
        )
        _check_own(person, plan, area)
        if plan.supersedes is not None:
            _check_replaced(tx, register, plan.supersedes, person=person, area=area)
        tell(tx, [Registered(plan=plan)], form_id=sent.form_id)
    return plan.id


def _check_whole(file: PlanFile) -> None:
    """Check that a plan names its places itself: no file of this machine is read for it.

    Raises
    ------
    BadInputError
        If it names a file.
    """
    places = file.places
    for part in (places.treated, places.ring, places.control, places.ring_control):
        if part is not None and part.how in FILES:
            msg = f"The plan names a file of places, {part.file!a}, which does not come with it."
            remedy = "List the cells in the plan, or name boroughs or wards."
            raise BadInputError(msg, value=ascii(part.file), remedy=remedy)


def _area(workspace: Workspace | None, area_id: str | None) -> StudyArea:
    """Return the study area of a plan; one that is not held raises as ``find_area``.

    Raises
    ------
    NotHeldError
        If no workspace stands beside the service.
    UsageError
        If there are several and the plan names none.
    """
    if workspace is None:
        msg = "No study area is held here, so no places can be drawn up."
        raise NotHeldError(msg, remedy="Register the plan in the workspace, then bring it here.")
    try:
        return find_area(workspace, area_id)
    except UsageError as error:
        raise UsageError(error.fault.message, remedy="Name one in the plan: where.area.") from error


def _unit(register: Register, file: PlanFile) -> str:
    """Return the id of the unit that a plan names by id or name; an unknown one raises."""
    named = file.texts.unit
    if named in register.units.names:
        return named
    return register.units.unit_named(named, file.when.starts)


def _check_own(person: Person, plan: OperationPlan, area: StudyArea) -> None:
    """Check that all treated places of a plan are somebody's to register operations in.

    Raises
    ------
    RefusedError
        If not.
    """
    if not may_act(person, places_of_plan(area, plan)):
        msg = f"Some places of {plan.title!a} lie outside your area ({person.area_words})."
        raise RefusedError(msg, value=plan.id, remedy="Ask who may register operations there.")


def _check_replaced(
    tx: Transaction, register: Register, op_id: str, *, person: Person, area: StudyArea
) -> None:
    """Check that a plan is somebody's to replace; the look at it is written.

    Raises
    ------
    NotHeldError
        If it is not registered where they may register, or restricted: which, is not told.
    """
    held = register.operations.get(op_id)
    try:
        if held is not None:
            _check_own(person, held.plan, area)
    except RefusedError:
        held = None
    if held is None or op_id not in look_at(tx, [op_id]):
        msg = f"No operation {op_id[:40]!a} is registered where you may change it."
        raise NotHeldError(msg, value=ascii(op_id[:40]), remedy="Choose one of the list.")
