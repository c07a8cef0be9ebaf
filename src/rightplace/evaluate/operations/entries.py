"""Entries of the register of operations: each names the digest of the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - the codec reads the annotations
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rightplace.core.canonical import canonical_json, digest, plain
from rightplace.errors import BadInputError
from rightplace.evaluate.operations.codec import event_from, parsed, read_as
from rightplace.evaluate.operations.free_text import named
from rightplace.evaluate.operations.plan import LockedPlan, OperationPlan

if TYPE_CHECKING:
    from rightplace.evaluate.operations.units import UnitEvent

FIRST: Final = "0" * 64
"""What the first entry names as the digest of the one before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A plan was laid down as a draft."""

    kind: ClassVar[str] = "registered"
    plan: OperationPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """A plan was locked.

    Parameters
    ----------
    op_id
        The plan.
    sha256
        Its digest.
    locked_at, locked_by
        When and by whom; those of the entry, but for a lock that was taken in.
    results_held_to
        Last day of the outcome's records held then; None where none were held.
    taken_in_from
        Where a lock made elsewhere came from; None for one made here.
    """

    kind: ClassVar[str] = "locked"
    op_id: str
    sha256: str
    locked_at: datetime
    locked_by: str
    results_held_to: date | None
    taken_in_from: str | None = None

    def __post_init__(self) -> None:
        """Check who locked it, and from where it came; see ``named``."""
        object.__setattr__(self, "locked_by", named(self.locked_by, "Who locks it"))
        if self.taken_in_from is not None:
            source = named(self.taken_in_from, "Where it came from")
            object.__setattr__(self, "taken_in_from", source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A plan was withdrawn before its operation began; it stays to be seen."""

    kind: ClassVar[str] = "withdrawn"
    op_id: str
    because: str

    def __post_init__(self) -> None:
        """Check that a reason is given; see ``named``."""
        object.__setattr__(self, "because", named(self.because, "The reason"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An operation began."""

    kind: ClassVar[str] = "started"
    op_id: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An operation ended.

    Parameters
    ----------
    on
        Its last day.
    because
        Why it ended on another day than planned; None where it did not.
    """

    kind: ClassVar[str] = "ended"
    op_id: str
    on: date
    because: str | None = None

    def __post_init__(self) -> None:
        """Check the reason where there is one; see ``named``."""
        if self.because is not None:
            object.__setattr__(self, "because", named(self.because, "The reason"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultNoted:
    """An evaluation by the locked plan was made, whatever it found.

    Parameters
    ----------
    run_id
        The evaluation.
    verdict
        Its sentence.
    plan_sha256
        Digest of the plan by which it was judged.
    """

    kind: ClassVar[str] = "result"
    op_id: str
    run_id: str
    verdict: str
    plan_sha256: str

    def __post_init__(self) -> None:
        """Check that run and verdict are named; see ``named``."""
        object.__setattr__(self, "run_id", named(self.run_id, "The run"))
        object.__setattr__(self, "verdict", named(self.verdict, "The verdict"))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTold:
    """Something that happened to a unit was told."""

    kind: ClassVar[str] = "unit"
    event: UnitEvent


Content = Registered | Locked | Withdrawn | Started | Ended | ResultNoted | UnitTold
_READ_BY_FIELDS: Final[dict[str, type[Any]]] = {
    each.kind: each for each in (Registered, Locked, Withdrawn, Started, Ended, ResultNoted)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the register.

    Parameters
    ----------
    number
        From 1 on, without gap.
    before
        Digest of the entry before it; ``FIRST`` for the first.
    content
        What happened.
    at, by
        When it was told, with offset, and by whom.
    """

    number: int
    before: str
    content: Content
    at: datetime
    by: str

    def __post_init__(self) -> None:
        """Check time and name; see ``named`` too.

        Raises
        ------
        BadInputError
            If the time has no offset.
        """
        if self.at.utcoffset() is None:
            msg = f"The time {self.at} has no offset."
            raise BadInputError(msg, value=self.at, remedy="State it with its offset.")
        object.__setattr__(self, "by", named(self.by, "Who did it"))

    @property
    def facts(self) -> dict[str, Any]:
        """All of it as JSON types, its digest apart."""
        content = plain(self.content)
        if isinstance(self.content, UnitTold):
            content["event"]["kind"] = self.content.event.kind
        return {
            "number": self.number,
            "before": self.before,
            "kind": self.content.kind,
            "content": content,
            "at": plain(self.at),
            "by": self.by,
        }

    @property
    def sha256(self) -> str:
        """Digest of the entry, which the next one names."""
        return digest(self.facts)

    @property
    def line(self) -> str:
        """The entry as one line of the register, its digest with it, without the line's end."""
        return canonical_json({**self.facts, "sha256": self.sha256})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What stands in a line beside its content."""

    number: int
    before: str
    kind: str
    at: datetime
    by: str
    sha256: str


def entry_of_line(line: str, *, number: int) -> Entry:
    """Return the entry that a line holds; what cannot be read raises as ``read_as``.

    Parameters
    ----------
    line
        One line, without its end.
    number
        Which line it is, from 1 on.

    Raises
    ------
    BadInputError
        If it is not the entry that was written: its digest, or a byte of it, is another.
    """
    here = f"Entry {number}"
    try:
        values = parsed(line)
        content = values.pop("content", None)
        head = read_as(_Head, values, named=here)
        made = Entry(
            number=head.number,
            before=head.before,
            content=_content(head.kind, content, here=here),
            at=head.at,
            by=head.by,
        )
    except BadInputError as error:
        msg = f"{here} was altered or damaged. {error.fault.message}"
        raise BadInputError(msg, row=number, remedy=MENDED_BY) from error
    if made.line != line:
        msg = f"{here} was altered: it is not what its digest stands for."
        raise BadInputError(msg, row=number, remedy=MENDED_BY)
    return made


def check_readable(entry: Entry) -> None:
    """Check that an entry will be read as it is written, before it is.

    Raises
    ------
    BadInputError
        If not: an entry that nobody can read would close the register for good.
    """
    try:
        same = entry_of_line(entry.line, number=entry.number) == entry
        why = "it would be read as something else"
    except (BadInputError, UnicodeEncodeError) as error:
        same, why = False, str(error)
    if not same:
        msg = f"This cannot be put into the register: {why}"
        raise BadInputError(msg, remedy="Write its words on one line each, in plain letters.")


MENDED_BY: Final = "Bring the register back from a backup; nothing is added to an altered one."


def _content(kind: str, values: object, *, here: str) -> Content:
    """Return what happened; what cannot be read raises as ``read_as``.

    Raises
    ------
    BadInputError
        If the kind is unknown, or there are no values.
    """
    if not isinstance(values, dict):
        msg = f"{here} has no content."
        raise BadInputError(msg, remedy=MENDED_BY)
    if kind == UnitTold.kind and isinstance(values.get("event"), dict) and len(values) == 1:
        return UnitTold(event=event_from(values["event"], named=here))
    if kind not in _READ_BY_FIELDS:
        msg = f"{here} is of the kind {kind!a}, which the register does not know."
        raise BadInputError(msg, value=ascii(kind), remedy=MENDED_BY)
    content: Content = read_as(_READ_BY_FIELDS[kind], values, named=here)
    return content


def lock_of(content: Locked, plan: OperationPlan) -> LockedPlan:
    """Return a plan as it was locked; one that is another raises ``BadInputError``."""
    return LockedPlan(
        plan=plan,
        sha256=content.sha256,
        locked_at=content.locked_at,
        locked_by=content.locked_by,
        results_held_to=content.results_held_to,
    )
