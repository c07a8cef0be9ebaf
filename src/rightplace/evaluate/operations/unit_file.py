"""What became of units as a person writes it: a TOML file of dated events."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import TYPE_CHECKING

from rightplace.core.canonical import plain
from rightplace.errors import BadInputError, NotHeldError
from rightplace.evaluate.operations.codec import event_from

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.evaluate.operations.units import UnitEvent


def example_units() -> str:
    """Return the shipped example, with what each line means."""
    text = resources.files("rightplace.evaluate.operations") / "data" / "units.toml"
    return text.read_text("utf-8")


def read_unit_file(path: Path) -> tuple[UnitEvent, ...]:
    """Return the events of a TOML file, in its order.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it is no TOML in UTF-8, holds no event, or one cannot be read; all such are named.
    """
    if not path.is_file():
        msg = "There is no such file."
        raise NotHeldError(msg, file=path, remedy="`operations example --units` prints one.")
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        msg = f"Not a TOML file in UTF-8: {error}."
        raise BadInputError(msg, file=path, remedy="Correct the file.") from error
    given = content.get("event")
    sound = isinstance(given, list) and given and all(isinstance(each, dict) for each in given)
    if not sound or len(content) > 1:
        msg = "The file must hold tables [[event]], one or more, and nothing else."
        raise BadInputError(msg, file=path, remedy="`operations example --units` prints one.")
    return _events(content["event"], path)


def _events(given: list[dict[str, object]], path: Path) -> tuple[UnitEvent, ...]:
    """Return the events.

    Raises
    ------
    BadInputError
        If some cannot be read; all are named.
    """
    found, faults = [], []
    for number, each in enumerate(given, 1):
        try:
            found.append(event_from(plain(each), named=f"Event {number}"))
        except BadInputError as error:
            faults.append(error.fault.message.rstrip("."))
        except TypeError:  # a time of day, which no event has
            faults.append(f"Event {number} has a value of a kind that no event holds")
    if faults:
        msg = f"{'; '.join(faults)}."
        raise BadInputError(msg, file=path, remedy="Correct what is named.")
    return tuple(found)
