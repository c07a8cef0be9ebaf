"""Which accreditation each action of an investigation needs, from a file."""

from __future__ import annotations

import tomllib
from pathlib import Path

from rightplace.deploy.surge.officers import HIGHEST_ACCREDITATION
from rightplace.errors import BadInputError

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "investigation_actions.toml"


def read_actions(path: Path | None = None) -> dict[str, int]:
    """Return the level that each action needs, by its name.

    Parameters
    ----------
    path
        TOML with a table ``actions``; what is shipped if nothing is given.

    Raises
    ------
    BadInputError
        If it is no such file.
    """
    file = SHIPPED if path is None else path
    remedy = "Write a table [actions] with lines such as cctv_trawl = 1."
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"The actions cannot be read: {error}."
        raise BadInputError(msg, file=file, remedy=remedy) from error
    actions = content.get("actions")
    if not isinstance(actions, dict) or not actions:
        msg = "The file has no table of actions."
        raise BadInputError(msg, file=file, remedy=remedy)
    for name, level in actions.items():
        if type(level) is not int or not 0 <= level <= HIGHEST_ACCREDITATION:
            msg = f"{name} needs a level from 0 to {HIGHEST_ACCREDITATION}, not {level!r}."
            raise BadInputError(msg, file=file, value=name, remedy=remedy)
    return dict(actions)
