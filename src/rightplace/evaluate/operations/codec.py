"""Plans, locks and unit events as JSON and back: what is written is read as the same thing."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from rightplace.core.canonical import canonical_json, plain
from rightplace.errors import BadInputError, RightplaceError
from rightplace.evaluate.operations.free_text import unprintable
from rightplace.evaluate.operations.plan import LockedPlan, OperationPlan
from rightplace.evaluate.operations.units import UNIT_EVENTS, UnitEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

Thing = TypeVar("Thing")
_KIND = "kind"


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any dataclass
    return TypeAdapter(kind)


def plan_to_json(plan: OperationPlan) -> str:
    """Return a plan as JSON, the bytes that its digest is of."""
    return canonical_json(plan)


def plan_from_json(content: str) -> OperationPlan:
    """Return the plan that ``plan_to_json`` wrote; what cannot be read raises as ``read_as``."""
    return read_as(OperationPlan, parsed(content), named="The plan")


def lock_to_json(lock: LockedPlan) -> str:
    """Return a locked plan as JSON."""
    return canonical_json(lock)


def lock_from_json(content: str) -> LockedPlan:
    """Return a locked plan; one whose plan was altered raises, like what cannot be read."""
    return read_as(LockedPlan, parsed(content), named="The locked plan")


def event_to_json(event: UnitEvent) -> str:
    """Return an event of a unit as JSON, its kind with it."""
    return canonical_json({**plain(event), _KIND: event.kind})


def event_from_json(content: str) -> UnitEvent:
    """Return the event that ``event_to_json`` wrote; raises as ``event_from``."""
    return event_from(parsed(content))


def event_from(content: dict[str, Any], *, named: str = "The event") -> UnitEvent:
    """Return an event of a unit from the values of its JSON; raises as ``read_as`` too.

    Raises
    ------
    BadInputError
        If it has no kind that is known.
    """
    kind = content.get(_KIND)
    if kind not in UNIT_EVENTS:
        msg = f"{named} has the kind {kind!a}, which no unit knows."
        raise BadInputError(msg, value=ascii(kind), remedy=f"Kinds: {', '.join(UNIT_EVENTS)}.")
    rest = {name: value for name, value in content.items() if name != _KIND}
    return read_as(UNIT_EVENTS[kind], rest, named=f"{named} ({kind})")


def parsed(content: str) -> dict[str, Any]:
    """Return the one object of a JSON text.

    Raises
    ------
    BadInputError
        If it is no JSON, no object, or has a key twice.
    """
    try:
        values = json.loads(content, object_pairs_hook=_once)
    except (json.JSONDecodeError, RecursionError) as error:
        msg = f"This is not JSON: {error}."
        raise BadInputError(msg, remedy="Write one JSON object.") from error
    if not isinstance(values, dict):
        msg = "This is not one JSON object."
        raise BadInputError(msg, remedy="Write one JSON object.")
    return values


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of its pairs.

    Raises
    ------
    BadInputError
        If a key stands in it twice: nobody could say which is meant.
    """
    made = dict(pairs)
    if len(made) < len(pairs):
        msg = f"A key stands twice beside {', '.join(map(ascii, list(made)[:3]))}."
        raise BadInputError(msg, remedy="Leave it once.")
    return made


def read_as(kind: type[Thing], values: dict[str, Any], *, named: str) -> Thing:
    """Return a dataclass from the values of its JSON.

    Parameters
    ----------
    kind
        The dataclass.
    values
        JSON types only.
    named
        What it is, for messages.

    Raises
    ------
    BadInputError
        If a value is missing, of the wrong kind or not printable, a key is unknown, or the whole
        cannot be; all faults of the keys are named.
    """
    made, faults = tried(kind, values)
    if made is None:
        msg = f"{named}: {'; '.join(faults)}."
        raise BadInputError(msg, remedy="Correct what is named.")
    return made


def tried(kind: type[Thing], values: dict[str, Any]) -> tuple[Thing | None, list[str]]:
    """Return a dataclass from the values of its JSON, or None and every fault found."""
    faults = [f"{where} has characters that cannot be printed" for where in unprintable(values)]
    try:
        # mypy takes the hash of an instance for that of its class, and a class for unhashable.
        adapter: TypeAdapter[Thing] = _adapter(kind)  # type: ignore[arg-type]  # see above
        made = adapter.validate_json(json.dumps(values), strict=True)
    except ValidationError as error:
        return None, [*faults, *_in_words(error)]
    except RightplaceError as error:
        return None, [*faults, error.fault.message.rstrip(".")]
    except UnicodeEncodeError:  # an unpaired surrogate, which is named above
        return None, faults
    faults += [f"unknown key {key!a}" for key in _unknown(values, plain(made))]
    return (None, faults) if faults else (made, [])


def _in_words(error: ValidationError) -> Iterator[str]:
    """Yield what pydantic found, each with where it stands."""
    for each in error.errors(include_url=False):
        where = ".".join(str(part) for part in each["loc"]) or "the whole"
        cause = each.get("ctx", {}).get("error")
        if isinstance(cause, RightplaceError):
            yield cause.fault.message.rstrip(".")
        elif each["type"] == "missing":
            yield f"{where} is missing"
        else:
            shown = ascii(each["input"])[:80]
            yield f"{where} is {shown}: {each['msg'].lower()}"


def _unknown(given: Any, known: Any, within: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON trees
    """Yield each key of one tree that the other has not."""
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            if key in known:
                yield from _unknown(value, known[key], f"{within}{key}.")
            else:
                yield f"{within}{key}"
    elif isinstance(given, list) and isinstance(known, list):
        for one, other in zip(given, known, strict=False):
            yield from _unknown(one, other, within)
