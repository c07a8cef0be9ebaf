"""A locked plan as a file that travels from one register to another with the same digest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rightplace.core.canonical import plain
from rightplace.errors import BadInputError, RefusedError
from rightplace.evaluate.operations.codec import event_from, parsed, read_as
from rightplace.evaluate.operations.entries import Locked, Registered, UnitTold
from rightplace.evaluate.operations.plan import LockedPlan

if TYPE_CHECKING:
    from rightplace.evaluate.operations.entries import Content
    from rightplace.evaluate.operations.register import Register
    from rightplace.evaluate.operations.units import UnitEvent

SCHEMA: Final = "rightplace/operation/1"
_KEYS: Final = frozenset({"schema", "op_id", "lock", "units"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Travelling:
    """What the file holds.

    Parameters
    ----------
    lock
        The plan as it was locked, with when, by whom, and what was held then.
    units
        All that became of units in the register it comes from, so that its unit is known.
    """

    lock: LockedPlan
    units: tuple[UnitEvent, ...]


def to_file(travelling: Travelling) -> str:
    """Return the text of the file, the same for the same plan."""
    events = [{**plain(event), "kind": event.kind} for event in travelling.units]
    lock = travelling.lock
    content = {"schema": SCHEMA, "op_id": lock.plan.id, "lock": plain(lock), "units": events}
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def from_file(text: str) -> Travelling:
    """Return what a file holds; a plan that was altered raises like what cannot be read.

    Raises
    ------
    BadInputError
        If it is no such file, or of another plan than it says.
    """
    content = parsed(text)
    lock, units = content.get("lock"), content.get("units")
    of_kind = content.get("schema") == SCHEMA and set(content) == _KEYS
    if not of_kind or not isinstance(lock, dict) or not isinstance(units, list):
        msg = f"This is no locked plan of schema {SCHEMA}."
        raise BadInputError(msg, remedy="Give a file that `operations export` wrote.")
    found = Travelling(
        lock=read_as(LockedPlan, lock, named="The locked plan"),
        units=tuple(event_from(_table(each), named="An event of a unit") for each in units),
    )
    if content["op_id"] != found.lock.plan.id:
        msg = f"The file says {content['op_id']!a} and holds {found.lock.plan.id}."
        raise BadInputError(msg, remedy="Give a file that `operations export` wrote.")
    return found


def _table(value: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON holds
    return value if isinstance(value, dict) else {}


def taking_in(register: Register, travelling: Travelling, *, source: str) -> list[Content]:
    """Return the entries by which a register takes a locked plan in; none where it holds it.

    A plan that is locked here by another lock raises ``RefusedError``.

    Parameters
    ----------
    register
        As it stands.
    travelling
        The plan as it was locked elsewhere, and the units there. Where its unit is not known
        here, what became of units is taken in with it.
    source
        Where it came from, in a word.
    """
    lock = travelling.lock
    plan = lock.plan
    held = register.operations.get(plan.id)
    if held is not None and held.lock is not None:
        _check_same(held.lock, lock)
        return []
    told: list[Content] = []
    if plan.unit_id not in register.units.names:
        known = set(register.units.events)
        told += [UnitTold(event=event) for event in travelling.units if event not in known]
    if held is None:
        told.append(Registered(plan=plan))
    told.append(
        Locked(
            op_id=plan.id,
            sha256=lock.sha256,
            locked_at=lock.locked_at,
            locked_by=lock.locked_by,
            results_held_to=lock.results_held_to,
            taken_in_from=source,
        )
    )
    return told


def _check_same(held: LockedPlan, lock: LockedPlan) -> None:
    """Check that two locks of one plan are the same lock.

    Raises
    ------
    RefusedError
        If not.
    """
    if held != lock:
        msg = f"{lock.plan.id} was locked here on {held.locked_at.isoformat()}, by another lock."
        raise RefusedError(msg, value=lock.plan.id, remedy="The lock that stands here holds.")
