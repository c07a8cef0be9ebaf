"""Use cases: units and what became of them; formed, renamed, merged, split and ended ones told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from rightplace.app.evaluation.register.showing import unit_row
from rightplace.app.service.operations_held import (
    held_area,
    held_register,
    places_of_plan,
)
from rightplace.app.service.operations_list import ZONE
from rightplace.app.service.operations_sight import may_see
from rightplace.briefing.stamp import day_in_words
from rightplace.errors import BadInputError
from rightplace.evaluate.operations.entries import UnitTold
from rightplace.evaluate.operations.units import Ended, Formed, Merged, Part, Renamed, Split
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.operations.register import Register
    from rightplace.evaluate.operations.units import UnitEvent

KINDS: Final = (
    ("formed", "formed, of no other"),
    ("renamed", "renamed"),
    ("merged", "merged into another"),
    ("split", "split: a new unit came of it"),
    ("ended", "ended, and nothing came of it"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """A unit: its names with their days, what it is made of and came to be, and its work.

    Parameters
    ----------
    names
        Each in words, the first first.
    made_of, came_of_it
        Names of other units.
    work
        Id, title, and whose work it is in words, of each operation this person may see.
    """

    unit_id: str
    name: str
    stands: bool
    names: tuple[str, ...]
    made_of: tuple[str, ...]
    came_of_it: tuple[str, ...]
    work: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsPage:
    """All units; ``choices`` are those that stand, with their names."""

    units: tuple[UnitLine, ...]
    choices: tuple[tuple[str, str], ...]
    may_tell: bool
    today: str


def read_units(
    shelf: Shelf, *, person: Person, at: datetime, workspace: Workspace | None
) -> UnitsPage:
    """Return all units, those that ended too.

    Parameters
    ----------
    shelf
        Where the register is.
    person
        Who looks.
    at
        The time now.
    workspace
        Whose study areas tell which operations this person may see.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.operations.log import look_at

    person.check(Permission.SEE_OPERATIONS)
    on = at.astimezone(ZONE).date()
    purpose = "Look at the units of the register."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        register = held_register(shelf, tx)
        mine = {
            op_id
            for op_id, each in register.operations.items()
            if each.lock is not None
            and may_see(
                person,
                places_of_plan(held_area(shelf, workspace, each.plan.where.area_id), each.plan),
            )
        }
        seen = look_at(tx, mine)
    lines = [_line(register, unit, on=on, seen=seen) for unit in register.units.names]
    return UnitsPage(
        units=tuple(sorted(lines, key=lambda each: (not each.stands, each.name.casefold()))),
        choices=tuple((each.unit_id, each.name) for each in lines if each.stands),
        may_tell=_may_tell(person),
        today=on.isoformat(),
    )


def _may_tell(person: Person) -> bool:
    """Whether somebody may tell of units: they belong to no borough."""
    return person.within(Permission.REGISTER_OPERATIONS, [None], [None])[0]


def _line(register: Register, unit_id: str, *, on: date, seen: set[str]) -> UnitLine:
    row, units = unit_row(register, unit_id, on=on), register.units
    return UnitLine(
        unit_id=unit_id,
        name=row.name,
        stands=row.stands,
        names=tuple(
            f"{each.name} from {_day(each.since)}"
            + (f" until before {_day(each.until)}" if each.until else "")
            for each in row.names
        ),
        made_of=tuple(units.name_of(each, on) for each in row.made_of),
        came_of_it=tuple(units.name_of(each, on) for each in row.came_of_it),
        work=tuple(
            (each.op_id, each.title, each.credit) for each in row.work if each.op_id in seen
        ),
    )


def _day(iso: str) -> str:
    return day_in_words(date.fromisoformat(iso))


def tell_unit(
    shelf: Shelf, fields: Mapping[str, str], *, form_id: str, person: Person, at: datetime
) -> None:
    """Tell what became of a unit; what cannot have happened is refused.

    Parameters
    ----------
    shelf
        Where the register is.
    fields
        As sent.
    form_id
        Of the form.
    person
        Who tells it, for the whole study area.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.operations.log import tell

    person.check_everywhere(Permission.REGISTER_OPERATIONS)
    event = _event(fields)
    purpose = "Tell what became of a unit."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        tell(tx, [UnitTold(event=event)], form_id=form_id)


def _event(fields: Mapping[str, str]) -> UnitEvent:
    """Return what became of a unit as the form tells it.

    Raises
    ------
    BadInputError
        If the day or the kind is none.
    """
    try:
        on = date.fromisoformat(fields.get("on", ""))
    except ValueError as error:
        msg = "The day is missing, or none."
        raise BadInputError(msg, remedy="Give the first day on which it is so.") from error
    unit, new_id, name = (fields.get(key, "").strip() for key in ("unit", "new_id", "name"))
    match fields.get("kind", ""):
        case "formed":
            return Formed(on=on, unit_id=new_id, name=name)
        case "renamed":
            return Renamed(on=on, unit_id=unit, name=name)
        case "merged":
            return Merged(on=on, units=(unit,), into=new_id, name=name or None)
        case "split":
            part = Part(unit_id=new_id, name=name)
            return Split(on=on, unit_id=unit, parts=(part,), goes_on=True)
        case "ended":
            return Ended(on=on, unit_id=unit)
        case _:
            msg = "Nothing of that kind becomes of a unit."
            raise BadInputError(msg, remedy="Choose what became of it.")
