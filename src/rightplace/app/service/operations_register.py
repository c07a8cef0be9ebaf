"""Use cases: the form of a new plan, and keeping what it makes as a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.service.operations_form import (
    BY_NAME,
    CHOSEN_WORDS,
    DESIGNS,
    HOW_WORDS,
    check_fields,
    plan_of,
    typed_of,
)
from rightplace.app.service.operations_held import (
    held_area,
    held_register,
    looked_at_operation,
    places_of_plan,
)
from rightplace.app.service.operations_list import ZONE
from rightplace.app.service.operations_sight import may_act
from rightplace.crime.offences import offence_classes
from rightplace.errors import NotHeldError, RefusedError
from rightplace.evaluate.operations.entries import Registered
from rightplace.evaluate.operations.plan import Step
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.places.study_area import StudyArea

Options = tuple[tuple[str, str], ...]
CHOOSE: Final = ("", "choose")
STARTS_WITH: Final = {"step": "week", "looks": "1", "stop_rule": "none", "elsewhere": "none known"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanForm:
    """What the form of a plan offers.

    Parameters
    ----------
    areas
        Id and name of each study area.
    units
        Id and name of each unit that stands today.
    where, control, designs, steps, chosen
        Value and words of each choice.
    classes
        Slug and words of what may be an outcome.
    starts_with
        What the fields hold at first.
    supersedes
        The locked plan whose place the new one takes; empty where it takes none.
    """

    areas: Options
    units: Options
    where: Options
    control: Options
    designs: Options
    steps: Options
    chosen: Options
    classes: Options
    starts_with: Mapping[str, str]
    supersedes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSent:
    """A form as it was sent; ``supersedes`` names the locked plan whose place it takes."""

    fields: Mapping[str, str]
    form_id: str
    supersedes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What came of it: the id of the draft, or what is wrong, at its field."""

    op_id: str = ""
    faults: tuple[tuple[str, str], ...] = ()


def read_form(
    shelf: Shelf,
    *,
    person: Person,
    at: datetime,
    workspace: Workspace | None,
    supersedes: str = "",
) -> PlanForm:
    """Return what the form of a plan offers to somebody who may register operations.

    Parameters
    ----------
    shelf
        Where the register is.
    person
        Who asks.
    at
        The time now.
    workspace
        Whose study areas; None: none.
    supersedes
        The locked plan whose place the new one would take; empty for none.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.REGISTER_OPERATIONS)
    held, on = dict(STARTS_WITH), at.astimezone(ZONE).date()
    purpose = "Begin a plan of an operation."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        units = held_register(shelf, tx).units
        if supersedes:
            _, old, _ = looked_at_operation(
                shelf, tx, supersedes, person=person, workspace=workspace
            )
            held = typed_of(old.plan)
    standing = ((each, units.name_of(each, on)) for each in units.standing(on))
    return PlanForm(
        areas=tuple(_areas(shelf, workspace)),
        units=(CHOOSE, *standing),
        where=(CHOOSE, *((each.value, HOW_WORDS[each]) for each in BY_NAME)),
        control=(("", "none"), *((each.value, words) for each, words in HOW_WORDS.items())),
        designs=(CHOOSE, *((each.value, each.value.replace("-", " ")) for each in DESIGNS)),
        steps=tuple((each.value, each.value) for each in Step),
        chosen=(CHOOSE, *((each.value, words) for each, words in CHOSEN_WORDS.items())),
        classes=tuple(
            (slug, each.name)
            for slug, each in offence_classes().items()
            if not each.is_police_generated
        ),
        starts_with=held,
        supersedes=supersedes,
    )


def _areas(shelf: Shelf, workspace: Workspace | None) -> list[tuple[str, str]]:
    if workspace is None or not workspace.areas.is_dir():
        return []
    ids = sorted(path.name for path in workspace.areas.glob("area-*") if path.is_dir())
    found = ((each, held_area(shelf, workspace, each)) for each in ids)
    return [(each, area.name) for each, area in found if area is not None]


def register_plan(
    shelf: Shelf, sent: PlanSent, *, person: Person, at: datetime, workspace: Workspace | None
) -> Kept:
    """Keep a plan as a draft, or return what is wrong with it.

    What the register refuses raises as ``evaluate.operations.register`` says.

    Parameters
    ----------
    shelf
        Where the register is.
    sent
        The form.
    person
        Who registers; all treated places must be theirs.
    at
        The time now.
    workspace
        Whose study area.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.operations.log import tell

    person.check(Permission.REGISTER_OPERATIONS)
    check_fields(sent.fields)
    area = _area(shelf, workspace, sent.fields.get("area", ""))
    if sent.supersedes:
        purpose = "Change a plan of an operation."
        with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
            looked_at_operation(shelf, tx, sent.supersedes, person=person, workspace=workspace)
    made = plan_of(sent.fields, area, supersedes=sent.supersedes or None)
    if made.plan is None:
        return Kept(faults=made.faults)
    if not may_act(person, places_of_plan(area, made.plan)):
        return Kept(faults=(("where_names", "Some of these places lie outside your area."),))
    purpose = f"Register the plan {made.plan.id} as a draft."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        tell(tx, [Registered(plan=made.plan)], form_id=sent.form_id)
    return Kept(op_id=made.plan.id)


def _area(shelf: Shelf, workspace: Workspace | None, area_id: str) -> StudyArea:
    """Return the study area of a form.

    Raises
    ------
    NotHeldError
        If it is not held here.
    RefusedError
        If the id has the form of none.
    """
    if area_id and not (area_id.startswith("area-") and area_id[5:].isalnum()):
        msg = "That is no id of a study area."
        raise RefusedError(msg, value=ascii(area_id[:40]), remedy="Choose one of the list.")
    found = held_area(shelf, workspace, area_id or None)
    if found is None:
        msg = "No such study area is held here."
        remedy = "Choose one of the list; an analyst defines one on the command line."
        raise NotHeldError(msg, value=area_id, remedy=remedy)
    return found
