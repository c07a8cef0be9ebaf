"""One way to write JSON and one way to hash, so that the same facts give the same bytes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import date
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


_FORMS: dict[type, Callable[[Any], Any]] = {
    np.generic: lambda value: value.item(),
    Enum: lambda value: value.value,
    date: lambda value: value.isoformat(),  # and so datetime
    PurePath: str,
}


def plain(value: Any) -> Any:  # noqa: ANN401 - any dataclass tree goes in, JSON types come out
    """Return a value as JSON types: numbers, text, lists, dictionaries and null.

    Raises
    ------
    TypeError
        If the value has no agreed form.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    for kind, form in _FORMS.items():
        if isinstance(value, kind):
            return form(value)
    msg = f"{type(value).__name__} has no agreed JSON form: {value!r}"
    raise TypeError(msg)


def canonical_json(value: Any) -> str:  # noqa: ANN401 - see plain
    """Return JSON with sorted keys and no spare white space; NaN is refused."""
    return json.dumps(
        plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(value: Any) -> str:  # noqa: ANN401 - see plain
    """Return the SHA-256 of a value's canonical JSON, in hex."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bytes_digest(chunks: Iterable[bytes]) -> str:
    """Return the SHA-256 of bytes given in pieces, in hex."""
    total = hashlib.sha256()
    for chunk in chunks:
        total.update(chunk)
    return total.hexdigest()
