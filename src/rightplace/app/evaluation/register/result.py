"""What ``operations`` and the words below it answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedResult:
    """An evaluation by the locked plan, whatever it found.

    Parameters
    ----------
    run_id
        The evaluation.
    verdict
        Its sentence.
    noted_at, noted_by
        When and by whom it was noted.
    """

    run_id: str
    verdict: str
    noted_at: str
    noted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow:
    """One operation of the register.

    Parameters
    ----------
    op_id, sha256
        Name of the plan and the digest that it follows from.
    unit_id, credit
        The unit that does it, and whose work it is by now, in words.
    standing
        ``draft``, ``locked``, ``running``, ``overdue`` (ended without a result), ``judged``,
        ``superseded`` or ``withdrawn``.
    starts, ends
        First and last day, as planned; ``started_on`` and ``ended_on`` as told, null where
        nobody told otherwise.
    design, outcome
        How it is judged, and what is counted, in words.
    locked_at, locked_by
        When and by whom it was locked; null for a draft.
    results_held_to
        Last day of the outcome's records held when it was locked; null where none were.
    results_could_be_seen
        Whether records of the operation's time were held then; null for a draft.
    taken_in_at, taken_in_from
        When and from where a lock made elsewhere came; null for one made here.
    supersedes, because, superseded_by
        Plans that took each other's place, and why; null where none did.
    withdrawn, withdrawn_at
        Why and when it was withdrawn; null where it was not.
    results
        Every evaluation noted; none can be taken back.
    looks_planned
        How often the plan says that results will be looked at.
    """

    op_id: str
    sha256: str
    title: str
    unit_id: str
    credit: str
    standing: str
    starts: str
    ends: str
    started_on: str | None
    ended_on: str | None
    ended_because: str | None
    design: str
    outcome: str
    registered_at: str
    registered_by: str
    locked_at: str | None
    locked_by: str | None
    results_held_to: str | None
    results_could_be_seen: bool | None
    taken_in_at: str | None
    taken_in_from: str | None
    supersedes: str | None
    because: str | None
    superseded_by: str | None
    withdrawn: str | None
    withdrawn_at: str | None
    results: tuple[NotedResult, ...]
    looks_planned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsResult:
    """All operations of the register, withdrawn and replaced ones too.

    Parameters
    ----------
    operations
        In order of their coming.
    overdue
        Those that have ended and have no result.
    entries
        How many entries the register has.
    head
        Digest of the last one: note it elsewhere, and nobody can put another past in its place.
    """

    operations: tuple[OperationRow, ...]
    overdue: tuple[str, ...]
    entries: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationResult:
    """One operation, with its whole plan.

    Parameters
    ----------
    operation
        Where it stands and what was told of it.
    cells
        How many cells are treated, ring, control and ring_control.
    plan
        The plan, as its digest is of it.
    entry
        Number of the entry that was added to the register; null where none was.
    head
        Digest of the register's last entry.
    """

    operation: OperationRow
    cells: dict[str, int]
    plan: dict[str, Any]
    entry: int | None
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitName:
    """A name that a unit had, from a day until before another; null for still."""

    name: str
    since: str
    until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitWork:
    """An operation that is found under a unit.

    Parameters
    ----------
    op_id, title
        The operation.
    credit
        Whose work it is, in words.
    own
        Whether the unit itself did it; otherwise one that it came of did.
    """

    op_id: str
    title: str
    credit: str
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit on a day.

    Parameters
    ----------
    unit_id, name
        Its id, and its name on the day or the last it had.
    stands
        Whether there is such a unit on the day.
    names
        All names it had.
    made_of
        Earlier units whose work has come into it.
    came_of_it
        Units to which its work has gone.
    work
        Operations, its own and those that came with others; drafts are left out.
    """

    unit_id: str
    name: str
    stands: bool
    names: tuple[UnitName, ...]
    made_of: tuple[str, ...]
    came_of_it: tuple[str, ...]
    work: tuple[UnitWork, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsResult:
    """Units on a day.

    Parameters
    ----------
    on
        The day.
    added
        How many events were added to the register.
    """

    on: str
    units: tuple[UnitRow, ...]
    added: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterVerdict:
    """Whether the register is whole.

    Parameters
    ----------
    entries
        Entries found whole, from the first.
    intact
        Whether none is missing or was altered.
    first_bad
        Number of the first that is; null where all are whole.
    finding
        What was found of it, in words; null where nothing was.
    head
        Digest of the last whole entry.
    """

    entries: int
    intact: bool
    first_bad: int | None
    finding: str | None
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedOperation:
    """A locked plan that was written to a file."""

    op_id: str
    sha256: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleFile:
    """An example file, to begin with."""

    toml: str
