"""Settings: flag, then environment, then ``rightplace.toml``, then default; each with its origin.

A section is a frozen dataclass owned by the room that uses it; its fields and defaults are the
registry. An unknown key is an error that suggests the nearest known one.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Section = TypeVar("Section")

TRUTH = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(
    ("0", "false", "no", "off"), False
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One value in force and where it came from."""

    key: str
    value: Any
    origin: str


def load_file(path: Path | None) -> dict[str, dict[str, Any]]:
    """Return the sections of a settings file; none where no file is named.

    Raises
    ------
    NotHeldError
        If the named file does not exist.
    BadInputError
        If it is not TOML.
    """
    if path is None:
        return {}
    if not path.is_file():
        msg = "There is no such settings file."
        raise NotHeldError(msg, file=path, remedy="Check --config.")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"The settings are not TOML: {error}."
        raise BadInputError(msg, file=path, remedy="Mend the line it names.") from error


def check_sections(content: Mapping[str, Any], known: Mapping[str, type], *, file: object) -> None:
    """Check that a settings file names only sections and keys that exist.

    Raises
    ------
    BadInputError
        If it names another; the nearest known one is suggested.
    """
    for name, section in content.items():
        if name not in known:
            msg = f"Unknown section [{name}]."
            raise BadInputError(msg, file=str(file), value=name, remedy=did_you_mean(name, known))
        if not isinstance(section, dict):
            msg = f"{name} is a section, not a value."
            raise BadInputError(msg, file=str(file), value=section, remedy=f"Write [{name}].")
        keys = [field.name for field in dataclasses.fields(known[name])]
        for key in section:
            if key not in keys:
                msg = f"Unknown key {key!r} in [{name}]."
                remedy = did_you_mean(key, keys)
                raise BadInputError(msg, file=str(file), value=key, remedy=remedy)


def _coerce(text: str, default: object, *, key: str) -> object:
    """Return an environment variable's text as the type of the default.

    Raises
    ------
    BadInputError
        If it cannot be one.
    """
    try:
        if isinstance(default, bool):
            return TRUTH[text.casefold()]
        return type(default)(text) if isinstance(default, int | float) else text
    except (ValueError, KeyError) as error:
        msg = f"{key} must be a {type(default).__name__}."
        raise BadInputError(msg, value=text, remedy="Mend the variable.") from error


def resolve(
    name: str,
    section: type[Section],
    *,
    flags: Mapping[str, Any],
    content: Mapping[str, Mapping[str, Any]],
    file: object,
) -> tuple[Section, list[Setting]]:
    """Return a section's values in force, and where each came from.

    Parameters
    ----------
    name
        The section's name in the file.
    section
        Its dataclass; every field has a default.
    flags
        Values given on the command line, by ``section.key``.
    content
        The settings file.
    file
        Its name, for the origin.

    Raises
    ------
    BadInputError
        If a value is not of the type its default has.
    """
    found: list[Setting] = []
    for field in dataclasses.fields(section):  # type: ignore[arg-type]  # a dataclass type
        key, default = f"{name}.{field.name}", field.default
        variable = f"RIGHTPLACE_{name}_{field.name}".upper()
        if key in flags:
            setting = Setting(key=key, value=flags[key], origin="flag")
        elif variable in os.environ:
            value = _coerce(os.environ[variable], default, key=variable)
            setting = Setting(key=key, value=value, origin=variable)
        elif field.name in content.get(name, {}):
            setting = Setting(key=key, value=content[name][field.name], origin=str(file))
        else:
            setting = Setting(key=key, value=default, origin="default")
        if not _fits(setting.value, default):
            msg = f"{key} must be a {type(default).__name__}."
            remedy = f"It is {setting.value!r}, from {setting.origin}."
            raise BadInputError(msg, value=setting.value, remedy=remedy)
        found.append(setting)
    values = {setting.key.split(".")[1]: setting.value for setting in found}
    return section(**values), found


def _fits(value: object, default: object) -> bool:
    """Return whether a value has its default's type; true and false are no numbers."""
    if isinstance(value, bool) or isinstance(default, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    return isinstance(value, (int, float) if isinstance(default, float) else type(default))
