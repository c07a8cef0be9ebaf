"""Use case: every operation of the register, withdrawn, replaced and overdue ones too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.service.figures import moment_words
from rightplace.app.service.listing import Origin, listing_csv
from rightplace.app.service.operations_held import (
    held_area,
    held_register,
    own_reports,
    places_of_plan,
    published_reports,
    standing_of,
)
from rightplace.app.service.operations_sight import may_see
from rightplace.app.service.searches_typed import capital
from rightplace.briefing.stamp import day_in_words
from rightplace.core.time import Clock
from rightplace.evaluate.operations.operation import Standing
from rightplace.records.accounts.roles import Permission

if TYPE_CHECKING:
    from datetime import date, datetime

    from rightplace.app.service.operations_held import Report
    from rightplace.app.service.person import Person
    from rightplace.app.service.shelf import Shelf
    from rightplace.app.workspace import Workspace
    from rightplace.evaluate.operations.operation import Operation
    from rightplace.evaluate.operations.unit_history import UnitHistory
    from rightplace.records.audit.transaction import Transaction

ZONE = Clock().tzinfo
PURPOSE: Final = "Look at the register of operations."
WORDS: Final[dict[Standing, tuple[str, str]]] = {
    Standing.OVERDUE: ("Result overdue", "red"),
    Standing.RUNNING: ("Running", "green"),
    Standing.LOCKED: ("Locked", "blue"),
    Standing.DRAFT: ("Draft", "grey"),
    Standing.JUDGED: ("Result", "turquoise"),
    Standing.SUPERSEDED: ("Superseded", "grey"),
    Standing.WITHDRAWN: ("Withdrawn", "grey"),
}
"""What a standing is called and the colour of its tag, in the order of the list."""
COLUMNS: Final = (
    "operation", "title", "standing", "unit", "boroughs", "starts", "ends", "design", "outcome",
    "locked_at", "locked_by", "results_could_be_seen", "report", "evidence_level", "verdict",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWanted:
    """What the address of the list asks for; empty is no filter.

    Parameters
    ----------
    standing
        A value of ``Standing``.
    borough
        One with treated places.
    search
        Part of title, id, unit (past names too) or outcome.
    """

    standing: str = ""
    borough: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationLine:
    """One operation in the list.

    Parameters
    ----------
    standing, standing_words, colour
        Where it stands.
    unit
        Whose work it is by now, with what the unit was called then.
    boroughs
        Where treated places lie; empty where the study area is not held here.
    told
        What matters most now: the verdict, why it was withdrawn, what took its place, or whether
        results could be seen when it was locked.
    starts, ends, locked_at
        As ISO dates and time; ``when`` and ``locked`` in words.
    """

    op_id: str
    title: str
    standing: Standing
    standing_words: str
    colour: str
    unit: str
    boroughs: tuple[str, ...]
    when: str
    told: str
    locked: str
    starts: str
    ends: str
    design: str
    outcome: str
    locked_at: str | None
    locked_by: str | None
    results_could_be_seen: bool | None
    report_id: str | None
    level: int | None
    verdict: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsPage:
    """The list as its page shows it.

    Parameters
    ----------
    lines
        Those that the filters leave, what is owed first.
    registered
        How many there are where this person may see them.
    boroughs
        To choose from.
    standings
        Value and words to choose from.
    may_register
        Whether this person may begin a draft.
    """

    wanted: ListWanted
    lines: tuple[OperationLine, ...]
    registered: int
    boroughs: tuple[str, ...]
    standings: tuple[tuple[str, str], ...]
    may_register: bool


def list_operations(
    shelf: Shelf,
    wanted: ListWanted,
    *,
    person: Person,
    at: datetime,
    workspace: Workspace | None,
) -> OperationsPage:
    """Return the operations that somebody may see; a look at each that is shown.

    Parameters
    ----------
    shelf
        Where they are kept.
    wanted
        The filters.
    person
        Who looks.
    at
        The time now.
    workspace
        Whose study areas tell where cells lie; None: only who sees everything sees any.
    """
    from rightplace.records.audit.transaction import transaction

    person.check(Permission.SEE_OPERATIONS)
    with transaction(shelf.database, person.actor, purpose=PURPOSE, at=at) as tx:
        mine = operation_lines(tx, shelf, person=person, at=at, workspace=workspace)
        lines = _shown(tx, mine, wanted)
    return OperationsPage(
        wanted=wanted,
        lines=lines,
        registered=len(mine),
        boroughs=tuple(sorted({name for each, _ in mine for name in each.boroughs})),
        standings=tuple((each.value, words) for each, (words, _) in WORDS.items()),
        may_register=person.may(Permission.REGISTER_OPERATIONS),
    )


def operations_csv(
    shelf: Shelf,
    wanted: ListWanted,
    *,
    person: Person,
    at: datetime,
    workspace: Workspace | None,
    marking: str,
) -> str:
    """Return the list as CSV; each row says what a listing is no ground for.

    Parameters
    ----------
    shelf, wanted, person, at, workspace
        As in ``list_operations``.
    marking
        Protective marking.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.published.creating import is_demo

    person.check(Permission.SEE_OPERATIONS)
    purpose = "Take the register of operations away as CSV."
    with transaction(shelf.database, person.actor, purpose=purpose, at=at) as tx:
        mine = operation_lines(tx, shelf, person=person, at=at, workspace=workspace)
        lines, synthetic = _shown(tx, mine, wanted), is_demo(tx)
    origin = Origin(
        run_id="operations",
        marking=marking,
        data_cut_off=at.astimezone(ZONE).date().isoformat(),
        is_synthetic=synthetic,
        exported_by=person.actor.name,
        exported_at=moment_words(at, ZONE),
    )
    return listing_csv(COLUMNS, (_row(each) for each in lines), origin=origin)


def _row(each: OperationLine) -> tuple[object, ...]:
    seen = each.results_could_be_seen
    return (
        *(each.op_id, each.title, each.standing_words, each.unit, "; ".join(each.boroughs)),
        *(each.starts, each.ends, each.design, each.outcome, each.locked_at, each.locked_by),
        None if seen is None else ("yes" if seen else "no"),
        *(each.report_id, each.level, each.verdict),
    )


def operation_lines(
    tx: Transaction, shelf: Shelf, *, person: Person, at: datetime, workspace: Workspace | None
) -> list[tuple[OperationLine, str]]:
    """Return every operation that somebody may see, each with the words it is searched by.

    Parameters as in ``list_operations``; what is shown of them is still to be logged.
    """
    register, reports = held_register(shelf, tx), published_reports(tx)
    on, found = at.astimezone(ZONE).date(), []
    for operation in register.operations.values():
        plan = operation.plan
        places = places_of_plan(held_area(shelf, workspace, plan.where.area_id), plan)
        if not may_see(person, places):
            continue
        own = own_reports(operation, reports)
        line = operation_line(register.units, operation, own, on=on, places=places)
        names = [held.name for held in register.units.names[plan.unit_id]]
        words = (line.title, line.op_id, line.unit, *names, line.outcome, *line.boroughs)
        found.append((line, " ".join(words).casefold()))
    return found


def operation_line(
    units: UnitHistory,
    operation: Operation,
    reports: tuple[Report, ...],
    *,
    on: date,
    places: tuple[tuple[str | None, str | None], ...],
) -> OperationLine:
    """Return one operation as the list shows it.

    Parameters
    ----------
    units
        What became of units.
    operation
        The operation.
    reports
        By its very plan, newest first.
    on
        Today.
    places
        BCU and borough of its treated places.
    """
    plan, lock, first = operation.plan, operation.lock, operation.begins
    standing = standing_of(operation, reports, on=on)
    newest = reports[0] if reports else None
    starts, ends = day_in_words(first), day_in_words(operation.finishes)
    return OperationLine(
        op_id=plan.id,
        title=plan.title,
        standing=standing,
        standing_words=WORDS[standing][0],
        colour=WORDS[standing][1],
        unit=capital(units.credit(plan.unit_id, worked_on=first, as_of=max(on, first))),
        boroughs=tuple(sorted({borough for _, borough in places if borough})),
        when=f"{starts} to {ends}",
        told=_told(operation, newest),
        locked="" if lock is None else moment_words(lock.locked_at, ZONE),
        starts=first.isoformat(),
        ends=operation.finishes.isoformat(),
        design=plan.judged.design.value,
        outcome=plan.outcome.words,
        locked_at=None if lock is None else lock.locked_at.isoformat(),
        locked_by=None if lock is None else lock.locked_by,
        results_could_be_seen=None if lock is None else lock.results_could_be_seen,
        report_id=None if newest is None else newest.run_id,
        level=None if newest is None else newest.level,
        verdict=None if newest is None else newest.verdict,
    )


def _told(operation: Operation, newest: Report | None) -> str:
    if newest is not None:
        return f"{'So far: ' if newest.so_far and not newest.stopped else ''}{newest.verdict}"
    if operation.withdrawn is not None:
        return f"Withdrawn: {operation.withdrawn}"
    if operation.superseded_by is not None:
        return f"{operation.superseded_by} took its place."
    if operation.lock is None:
        return "Not locked: it cannot be judged yet."
    if operation.lock.results_could_be_seen:
        return "Results could be seen when it was locked."
    return "Locked before results could be seen."


def _shown(
    tx: Transaction, mine: list[tuple[OperationLine, str]], wanted: ListWanted
) -> tuple[OperationLine, ...]:
    """Return the lines that the filters leave, what is owed first; a look at each."""
    from rightplace.records.operations.log import look_at

    sought, order = wanted.search.casefold().strip(), list(WORDS)
    kept = [
        line
        for line, words in mine
        if wanted.standing in {"", line.standing.value}
        and wanted.borough in {"", *line.boroughs}
        and sought in words
    ]
    seen = look_at(tx, [each.op_id for each in kept])
    kept.sort(key=lambda each: (order.index(each.standing), each.starts, each.op_id))
    return tuple(each for each in kept if each.op_id in seen)
