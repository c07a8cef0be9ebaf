"""Units and what became of them: formed, merged, split, renamed, ended, each on a day.

Past work stays with the unit that did it, and is found under every unit that came of it as well:
what the Operation Venice team did is still its own after it joined the taskforce (CAPABILITIES
S4). Nothing here is about persons.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - the codec reads the annotations
from typing import TYPE_CHECKING, ClassVar, Final

from rightplace.errors import BadInputError
from rightplace.evaluate.operations.free_text import named

if TYPE_CHECKING:
    from collections.abc import Iterable

_ID_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_ID_LONGEST: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitEvent:
    """Something that happened to a unit, from the start of a day on.

    Parameters
    ----------
    on
        First day on which it is so.
    """

    kind: ClassVar[str]
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Formed(UnitEvent):
    """A unit came about, of no other.

    Parameters
    ----------
    unit_id
        Its id for ever, of small letters, digits and hyphens.
    name
        What it is called.
    """

    kind: ClassVar[str] = "formed"
    unit_id: str
    name: str

    def __post_init__(self) -> None:
        """Check id and name; see ``checked_id`` and ``named``."""
        object.__setattr__(self, "unit_id", checked_id(self.unit_id))
        object.__setattr__(self, "name", named(self.name, "The name of a unit"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(UnitEvent):
    """A unit took another name; it is the same unit."""

    kind: ClassVar[str] = "renamed"
    unit_id: str
    name: str

    def __post_init__(self) -> None:
        """Check the name; see ``named``."""
        object.__setattr__(self, "name", named(self.name, "The name of a unit"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(UnitEvent):
    """Units went into another and ended.

    Parameters
    ----------
    units
        Those that ended, one or more.
    into
        A unit that stood and goes on, or, with a name, a new one.
    name
        Of the new unit; None where ``into`` stood already.
    """

    kind: ClassVar[str] = "merged"
    units: tuple[str, ...]
    into: str
    name: str | None = None

    def __post_init__(self) -> None:
        """Check the units; see ``named`` and ``checked_id`` for what a new one needs.

        Raises
        ------
        BadInputError
            If none is named, one twice, or one is merged into itself.
        """
        if not self.units or len(set(self.units)) < len(self.units):
            msg = "A merger names each unit that ended, once."
            raise BadInputError(msg, value=", ".join(self.units), remedy="Correct the list.")
        if self.into in self.units:
            msg = f"{self.into} cannot be merged into itself."
            raise BadInputError(msg, value=self.into, remedy="Name the others only.")
        if self.name is not None:
            object.__setattr__(self, "into", checked_id(self.into))
            object.__setattr__(self, "name", named(self.name, "The name of a unit"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A new unit that came of a split."""

    unit_id: str
    name: str

    def __post_init__(self) -> None:
        """Check id and name; see ``checked_id`` and ``named``."""
        object.__setattr__(self, "unit_id", checked_id(self.unit_id))
        object.__setattr__(self, "name", named(self.name, "The name of a unit"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Split(UnitEvent):
    """New units came of one.

    Parameters
    ----------
    unit_id
        The unit that was split.
    parts
        New units, two or more; one or more where it goes on.
    goes_on
        Whether the unit itself goes on beside them.
    """

    kind: ClassVar[str] = "split"
    unit_id: str
    parts: tuple[Part, ...]
    goes_on: bool = False

    def __post_init__(self) -> None:
        """Check that something was split.

        Raises
        ------
        BadInputError
            If not.
        """
        if len(self.parts) + self.goes_on <= 1:
            msg = f"{self.unit_id} is split into fewer than two."
            raise BadInputError(msg, value=self.unit_id, remedy="Rename it, or name the parts.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(UnitEvent):
    """A unit ended, and nothing came of it."""

    kind: ClassVar[str] = "ended"
    unit_id: str


UNIT_EVENTS: Final[dict[str, type[UnitEvent]]] = {
    each.kind: each for each in (Formed, Renamed, Merged, Split, Ended)
}


def checked_id(unit_id: str) -> str:
    """Return the id of a unit.

    Raises
    ------
    BadInputError
        If it is not of small letters, digits and hyphens, or too long.
    """
    if not unit_id or len(unit_id) > _ID_LONGEST or not _ID_LETTERS.issuperset(unit_id):
        msg = f"{unit_id!a} is no id of a unit."
        remedy = f"Write up to {_ID_LONGEST} small letters, digits and hyphens: violence-taskforce."
        raise BadInputError(msg, value=ascii(unit_id), remedy=remedy)
    return unit_id


def same_name(name: str) -> str:
    """Return a name as it is compared: however it is spaced, in small letters or large."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def in_order(events: Iterable[UnitEvent]) -> tuple[UnitEvent, ...]:
    """Return events by day; those of one day in the order in which they were told."""
    return tuple(sorted(events, key=lambda event: event.on))
