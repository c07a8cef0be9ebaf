"""The file that ``section60 check`` reads, as histories; what is wrong with it is named exactly."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, NoReturn

from pydantic import BaseModel, ValidationError

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError
from rightplace.powers.section_60.file_history import history_of_row, searches_of_row
from rightplace.powers.section_60.file_rows import AuthorisationRow, Section60File

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from rightplace.powers.section_60.history import History
    from rightplace.powers.section_60.search_breaches import SearchFact

EXAMPLE = "example_section60.json"
_LIST = "authorisations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One authorisation of a file.

    Parameters
    ----------
    reference, force
        As written there.
    history
        What happened, as the file says.
    searches
        Searches that the file lists under it.
    """

    reference: str
    force: str
    history: History
    searches: tuple[SearchFact, ...]


def example() -> str:
    """Return the file that ships as an example."""
    return resources.files(__package__).joinpath(EXAMPLE).read_text("utf-8")


def read_section60(path: Path) -> tuple[Filed, ...]:
    """Return the authorisations of a file.

    Parameters
    ----------
    path
        JSON: ``{"authorisations": [...]}``, a list of authorisations, or one alone.

    Raises
    ------
    BadInputError
        If it cannot be read as that: the message names authorisation, field and value of every
        fault.
    """
    content = _read(path)
    try:
        file = Section60File.model_validate_json(json.dumps({_LIST: content}), strict=True)
    except ValidationError as error:
        _refuse(error, content, path)
    twice = [
        name for name, n in Counter(each.reference for each in file.authorisations).items() if n > 1
    ]
    if twice:
        msg = f"{twice[0]} stands in it twice."
        raise BadInputError(msg, file=path, value=twice[0], remedy="Give each its own reference.")
    return tuple(_filed(row, n, path) for n, row in enumerate(file.authorisations, 1))


def _read(path: Path) -> list[object]:
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        msg = f"The file cannot be read: {error.strerror}."
        raise BadInputError(msg, file=path, remedy="Check the path.") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        msg = f"Not JSON in UTF-8: {error}."
        raise BadInputError(msg, file=path, remedy="Correct the file.") from error
    if isinstance(content, dict) and _LIST in content:
        others = sorted(set(content) - {_LIST})
        if others:
            msg = f"Beside authorisations the file holds {others[0]!r}."
            raise BadInputError(msg, file=path, value=others[0], remedy="Leave it out.")
        content = content[_LIST]
    if isinstance(content, dict):
        content = [content]
    if not isinstance(content, list) or not content:
        msg = "The file holds no authorisation."
        raise BadInputError(
            msg, file=path, remedy='Write {"authorisations": [...]}; see `section60 check --help`.'
        )
    return content


def _filed(row: AuthorisationRow, number: int, path: Path) -> Filed:
    try:
        return Filed(
            reference=row.reference,
            force=row.force,
            history=history_of_row(row),
            searches=searches_of_row(row),
        )
    except BadInputError as error:
        fault = error.fault
        msg = f"Authorisation {row.reference}: {fault.message}"
        raise BadInputError(
            msg, file=path, row=number, value=fault.value, remedy=fault.remedy
        ) from error


def _refuse(error: ValidationError, content: list[object], path: Path) -> NoReturn:
    """Refuse a file; the first fault gives row and value, the message tells them all.

    Raises
    ------
    BadInputError
        Always.
    """
    every = error.errors(include_url=False)
    found = [each for each in every if each["type"] != "too_short"] or every
    said = [_said(each, content) for each in found]
    first = found[0]
    number = first["loc"][1] if len(first["loc"]) > 1 else None
    raise BadInputError(
        " ".join(said),
        file=path,
        row=int(number) + 1 if isinstance(number, int) else None,
        value=_value(first),
        remedy="See `rightplace section60 check --help` for what a file may say.",
    ) from error


def _value(fault: ErrorDetails) -> object:
    if fault["type"] == "extra_forbidden":
        return fault["loc"][-1]
    return None if fault["type"] == "missing" else fault["input"]


def _said(fault: ErrorDetails, content: list[object]) -> str:
    number = fault["loc"][1] if len(fault["loc"]) > 1 else 0
    row = content[number] if isinstance(number, int) else None
    name = row.get("reference") if isinstance(row, dict) else None
    whose = f"Authorisation {name or int(str(number)) + 1}"
    field = ".".join(
        str(part + 1 if isinstance(part, int) else part)
        for part in fault["loc"][2:]
        if part != "[key]"
    )
    if fault["type"] == "extra_forbidden":
        known = _known(fault["loc"][:-1])
        return f"{whose}: {field} is no key. {did_you_mean(str(fault['loc'][-1]), known)}"
    if fault["type"] == "missing":
        return f"{whose}: {field} is missing."
    if fault["type"] == "timezone_aware":
        given = str(fault["input"])[:80]
        return f"{whose}: {field} is {given!r}, without its offset; write +01:00 after it, or Z."
    if fault["type"] == "too_short":
        return f"{whose}: the file holds no authorisation that can be read."
    said = f"{whose}: {field or 'the whole'} is {str(fault['input'])[:80]!r}: {fault['msg']}."
    words = re.findall(r"'([^']+)'", str(fault.get("ctx", {}).get("expected", "")))
    if words and isinstance(fault["input"], str):
        return f"{said} {did_you_mean(fault['input'], words)}"
    return said


def _known(loc: Sequence[int | str]) -> list[str]:
    """Return the keys that the part of the file at a place may have."""
    here: Any = Section60File
    for part in loc:
        if isinstance(part, str) and isinstance(here, type) and issubclass(here, BaseModel):
            here = _inner(here.model_fields[part].annotation)
    known = isinstance(here, type) and issubclass(here, BaseModel)
    return list(here.model_fields) if known else []


def _inner(annotation: Any) -> Any:  # noqa: ANN401 - an annotation may be anything
    """Return the part that an annotation is about: of ``tuple[X, ...]`` or ``X | None`` it is X."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = [_inner(each) for each in getattr(annotation, "__args__", ()) if each is not ...]
    return next((each for each in found if each is not None), None)
