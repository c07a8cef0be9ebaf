"""A history as JSON and back: what is written in a record is read as the same thing again."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from rightplace.errors import BadInputError
from rightplace.powers.section_60.history import EVENTS

if TYPE_CHECKING:
    from rightplace.powers.section_60.happened import Happened

KINDS = {each.kind: each for each in EVENTS}


@cache
def _adapter(kind: str) -> TypeAdapter[Happened]:
    return TypeAdapter(KINDS[kind])


def to_json(event: Happened) -> str:
    """Return a thing that happened as JSON, with its kind apart from it."""
    return _adapter(event.kind).dump_json(event).decode()


def from_json(kind: str, content: str) -> Happened:
    """Return what ``to_json`` was given.

    Parameters
    ----------
    kind
        Which thing, as in ``Happened.kind``.
    content
        JSON.

    Raises
    ------
    BadInputError
        If nothing is of that kind, a value is missing or of the wrong kind, or no value that
        is known has that name.
    """
    if kind not in KINDS:
        msg = f"Nothing in the life of an authorisation is called {kind!r}."
        raise BadInputError(msg, value=kind, remedy=f"It is one of {', '.join(KINDS)}.")
    try:
        values: dict[str, Any] = json.loads(content)
        unknown = sorted(set(values) - set(KINDS[kind].__dataclass_fields__))
        if unknown:
            msg = f"{kind} has no {unknown[0]!r}."
            raise BadInputError(msg, value=unknown[0], remedy="Check the name.")
        return _adapter(kind).validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        msg = f"{kind}: {where or 'the whole'} cannot be read: {first['msg']}."
        raise BadInputError(msg, value=where, remedy="Check the value.") from error
    except json.JSONDecodeError as error:
        msg = f"{kind} is not JSON: {error.msg} at character {error.pos}."
        raise BadInputError(msg, remedy="Write one JSON object.") from error
