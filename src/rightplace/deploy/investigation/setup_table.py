"""Tables of a setup file, read key by key: every fault names the file, the table and the value."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

from rightplace.core.suggest import did_you_mean
from rightplace.deploy.investigation.bounds import MOST_WHOLE
from rightplace.errors import BadInputError, NotHeldError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

LONGEST: Final = 400
SHOWN: Final = 40
VERIFIED: Final = "verified"
"""Key by which a table of numbers says that somebody verified them."""
"""Characters of a value that a message shows."""
_NOT_PRINTED: Final = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the file.

    Parameters
    ----------
    where
        What it is called in messages, such as ``[[unit]] 1 (homicide), [duty]``; empty for the
        whole file.
    content
        Its keys and values.
    file
        The file, for messages.
    """

    where: str
    content: Mapping[str, Any]
    file: str

    def refuse(self, what: str, *, value: object = None, remedy: str) -> NoReturn:
        """Say what is wrong in this table.

        Raises
        ------
        BadInputError
            Always.
        """
        msg = f"{self.where or 'the file'}: {what}"
        said = None if value is None else str(value)[:SHOWN]
        raise BadInputError(msg, file=self.file, value=said, remedy=remedy)

    def check(self, needed: Iterable[str], *, optional: Iterable[str] = ()) -> None:
        """Check that the table has what it needs and no key that is not known."""
        wanted = tuple(needed)
        known = {*wanted, *optional}
        for key in self.content:
            if key not in known:
                what = f"unknown key {key!r}."
                self.refuse(what, value=key, remedy=did_you_mean(key, known))
        absent = [key for key in wanted if key not in self.content]
        if absent:
            remedy = f"Its keys are {', '.join(sorted(known))}."
            if "origin" in absent:
                remedy = 'Say where its numbers come from: origin = "local figures, May 2026".'
            self.refuse(f"{absent[0]} is missing.", value=absent[0], remedy=remedy)

    def check_numbers(self, wanted: tuple[str, ...], *, optional: tuple[str, ...] = ()) -> None:
        """Check the keys of a table of numbers, which may say that somebody verified them."""
        self.check(wanted, optional=(*optional, VERIFIED))

    @property
    def verified(self) -> bool:
        """Whether the table says that its numbers were verified."""
        return self.flag(VERIFIED, default=False)

    def text(self, name: str) -> str:
        """Return a text that can be printed, its spaces made single."""
        value = self.content[name]
        text = " ".join(value.split()) if isinstance(value, str) else ""
        odd = any(unicodedata.category(character) in _NOT_PRINTED for character in text)
        if not text or odd or len(text) > LONGEST:
            what = f"{name} is {shown(value)}, not a text of 1 to {LONGEST} characters."
            self.refuse(what, value=value, remedy="Write it in words, between quotes.")
        return text

    def number(self, name: str, *, default: float | None = None) -> float:
        """Return a finite number; what it may be is for its owner to check."""
        value = self.content.get(name, default)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not -MOST_WHOLE <= value <= MOST_WHOLE
        ):
            what = f"{name} is {shown(value)}, no number"
            self.refuse(f"{what} up to {MOST_WHOLE:,}.", value=value, remedy="Correct it.")
        return float(value)

    def whole(self, name: str, *, least: int = 0, default: int | None = None) -> int:
        """Return a whole number, ``least`` or more."""
        value = self.content.get(name, default)
        if type(value) is not int or not least <= value <= MOST_WHOLE:
            what = f"{name} is {shown(value)}, not a whole number from {least} to {MOST_WHOLE:,}."
            self.refuse(what, value=value, remedy="Correct it.")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.content.get(name, default)
        if not isinstance(value, bool):
            remedy = "Write true or false, without quotes."
            self.refuse(f"{name} is {value!r}.", value=value, remedy=remedy)
        return value

    def inner(self, name: str, *, where: str | None = None) -> Table:
        """Return a table of this one."""
        value = self.content[name]
        if not isinstance(value, dict):
            self.refuse(f"{name} is {value!r}.", value=value, remedy=f"Write a table [{name}].")
        before = f"{self.where}, " if self.where else ""
        called = f"{before}[{name}]" if where is None else where
        return Table(where=called, content=value, file=self.file)

    def each(self, name: str, *, least: int = 1) -> tuple[Table, ...]:
        """Return the tables of a list of tables; their number stands in their names."""
        value = self.content.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            remedy = f"Write tables [[{name}]]."
            self.refuse(f"{name} is no list of tables.", value=value, remedy=remedy)
        if len(value) < least:
            remedy = f"Write at least {least} [[{name}]]."
            self.refuse(f"no {name}.", value=name, remedy=remedy)
        before = f"{self.where}, " if self.where else ""
        return tuple(
            Table(where=f"{before}[[{name}]] {number}{_called(each)}", content=each, file=self.file)
            for number, each in enumerate(value, start=1)
        )


def shown(value: object) -> str:
    """Return a value as it was written, cut where it is long."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _called(content: Mapping[str, Any]) -> str:
    name = content.get("key", content.get("name"))
    return f" ({name})" if isinstance(name, str) and name.isprintable() else ""


def read_toml(path: Path) -> Table:
    """Return a file's outermost table.

    Raises
    ------
    NotHeldError
        If there is no such file.
    BadInputError
        If it is no TOML in UTF-8; a key that stands twice is named by its line.
    """
    if not path.is_file():
        msg = "There is no such file."
        remedy = "Write an example to begin with: `rightplace detectives example --out FILE`."
        raise NotHeldError(msg, file=path, remedy=remedy)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number of many digits
        msg = f"The file is no TOML in UTF-8: {error}."
        remedy = "Save it as UTF-8 and mend the place it names; no key may stand twice in a table."
        raise BadInputError(msg, file=path, remedy=remedy) from error
    return Table(where="", content=content, file=str(path))
