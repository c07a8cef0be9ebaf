"""Effect-size records as they stand in a TOML file; one such file ships."""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields
from datetime import date, datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

from rightplace.core.suggest import did_you_mean
from rightplace.deploy.effect import EffectSize
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHIPPED = "effect_sizes.toml"
_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "float": (int, float),
    "int": (int,),
    "date": (date,),
    "date | None": (date,),
    "tuple[str, ...]": (list,),
}
_FIELDS = {field.name: field for field in fields(EffectSize)}


def read_effect_sizes(path: Path | None = None) -> tuple[EffectSize, ...]:
    """Return the effect-size records of a file, or those that ship.

    Raises
    ------
    BadInputError
        If the file is no TOML in UTF-8, holds no record, or a record has an unknown, missing or
        unfit key; all faults of the keys are named.
    """
    shown = _SHIPPED if path is None else str(path)
    raw = _shipped() if path is None else path.read_bytes()
    try:
        content = tomllib.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"Not a TOML file in UTF-8: {error}."
        raise BadInputError(msg, file=shown, remedy="Correct the file.") from error
    records = content.get("effect_size")
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        msg = "The file holds no [[effect_size]] record."
        raise BadInputError(msg, file=shown, remedy="Add one; see the shipped file.")
    faults = [
        f"record {number}: {fault}"
        for number, record in enumerate(records, 1)
        for fault in _faults(record)
    ]
    if faults:
        raise BadInputError(" ".join(faults), file=shown, remedy="Correct the records named.")
    return tuple(_record(record) for record in records)


def kept_effect(content: dict[str, Any]) -> EffectSize:
    """Return a record from what a run keeps of it, days written as text.

    Parameters
    ----------
    content
        A record as JSON has it.
    """
    days = {
        name: None if content[name] is None else date.fromisoformat(content[name])
        for name in ("in_force_from", "in_force_to")
    }
    return _record({**content, **days})


def _shipped() -> bytes:
    return resources.files("rightplace.deploy").joinpath("data", _SHIPPED).read_bytes()


def _faults(record: dict[str, Any]) -> Iterator[str]:
    for key in record:
        if key not in _FIELDS:
            yield f"unknown key {key!r}. {did_you_mean(key, _FIELDS)}"
    for name, field in _FIELDS.items():
        if name in record and not _fits(record[name], str(field.type)):
            yield f"{name} is {record[name]!r}, not {field.type}."
        if name not in record and field.default is MISSING:
            yield f"{name} is missing."


def _fits(value: object, kind: str) -> bool:
    """Return whether a TOML value is of the kind a field is annotated with."""
    if isinstance(value, bool | datetime) or not isinstance(value, _KINDS[kind]):
        return False
    return not isinstance(value, list) or all(isinstance(item, str) for item in value)


def _record(record: dict[str, Any]) -> EffectSize:
    return EffectSize(**{**record, "assumptions": tuple(record["assumptions"])})
