"""Use case: record searches from a file, each by the force's reference; all of it or nothing."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rightplace.app.answer import Answer
from rightplace.app.searches.record_result import RecordedResult
from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rightplace.app.service.searches_places import Places
    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.actor import Actor
    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.searches.given import SearchGiven

NEEDED: Final = (
    "reference",
    "started_at",
    "borough",
    "place",
    "power",
    "object",
    "grounds",
    "self_defined",
    "officer",
)
"""Columns that a file must have (PACE s3(6), and the reference by which a search is known)."""
DERIVED: Final = {"force", "bcu"}
"""Fields of a record that no column gives: the service knows them."""
MOST_FAULTS: Final = 20
"""Faults that a refusal names; a choice of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A search of the file, and who searched."""

    given: SearchGiven
    officer: str


def columns() -> tuple[str, ...]:
    """Return every column that a file may have, those that it must have first."""
    from rightplace.records.searches.given import SearchGiven

    named = [each.name for each in fields(SearchGiven) if each.name not in DERIVED]
    return tuple(dict.fromkeys((*NEEDED, *named)))


def record_searches(
    workspace: Workspace, path: Path, *, actor: Actor, at: datetime, dry_run: bool = False
) -> Answer[RecordedResult]:
    """Record the searches of a file, lawful or not; a row that lacks what it must hold stops it.

    Parameters
    ----------
    workspace
        Whose service records they go into.
    path
        CSV with the columns of ``columns``.
    actor
        Who records them.
    at
        The time now.
    dry_run
        Whether to check only.

    Raises
    ------
    BadInputError
        If a row is refused; the message names the first rows and fields.
    """
    from rightplace.app.service.database import open_records
    from rightplace.app.service.searches_places import places_of
    from rightplace.app.service.shelf import Shelf
    from rightplace.records.audit.transaction import transaction

    read = _read(path)
    database = open_records(workspace)
    try:
        with transaction(database, actor, purpose="Record searches from a file.", at=at) as tx:
            places = places_of(Shelf(database), tx)
            faults: list[str] = []
            rows = [_row(row, n, places, faults) for n, row in enumerate(read, start=1)]
            sound = [row for row in rows if row is not None]
            new = [row for row in sound if not _stands(tx, row, faults, at)]
            if faults:
                told = " ".join(faults[:MOST_FAULTS])
                msg = f"{len(faults):,} faults; nothing was recorded. {told}"
                raise BadInputError(msg, file=path, remedy="Correct the rows and send all again.")
            if not dry_run:
                _keep(tx, new)
    finally:
        database.close()
    result = RecordedResult(
        path=str(path),
        read=len(read),
        recorded=len(new),
        recorded_before=len(read) - len(new),
    )
    return Answer(verb="searches-record", result=result)


def _keep(tx: Transaction, rows: list[_Row]) -> None:
    from rightplace.records.searches.log import keep_search

    for row in rows:
        keep_search(tx, row.given, officer=row.officer)


def _read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a file, its columns checked.

    Raises
    ------
    BadInputError
        If it cannot be read, a column would hold who was searched, is unknown, or is missing.
    """
    from rightplace.records.searches.no_identity import identity_columns

    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path.name} cannot be read as text."
        raise BadInputError(msg, file=path, remedy="Give a CSV file in UTF-8.") from error
    reader = csv.DictReader(io.StringIO(text))
    found, known = list(reader.fieldnames or ()), columns()
    if about := identity_columns(each for each in found if each not in known):
        msg = f"The column {about[0]!r} would hold who was searched: none of that is kept."
        remedy = "Take it out; letters go by the search's reference."
        raise BadInputError(msg, file=path, value=about[0], remedy=remedy)
    unknown = [each for each in found if each not in known]
    missing = [each for each in NEEDED if each not in found]
    if unknown or missing:
        what = f"lacks {', '.join(missing)}" if missing else f"has {unknown[0]!r}"
        hint = "" if missing else did_you_mean(unknown[0], known)
        msg = f"{path.name} {what}. {hint}".strip()
        remedy = f"Columns: {', '.join(known)}."
        raise BadInputError(msg, file=path, value=(missing or unknown)[0], remedy=remedy)
    return [{name: value or "" for name, value in row.items() if name} for row in reader]


def _row(row: Mapping[str, str], number: int, places: Places, faults: list[str]) -> _Row | None:
    """Return a row as a search, or None with its faults told."""
    from rightplace.app.service.searches_record import FORCE
    from rightplace.app.service.searches_typed import read_search

    typed, moment = dict(row), None
    try:
        moment = datetime.fromisoformat(row["started_at"].strip())
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None:
        local = moment.astimezone(places.zone)
        typed |= {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
    if not row["reference"].strip():
        faults.append(f"Row {number}, reference: it is missing.")
    read = read_search(typed, places, boroughs=places.bcu_of, force=FORCE)
    faults += [f"Row {number}, {name}: {words}" for name, words in read.faults]
    if read.given is None or moment is None:
        return None
    return _Row(given=replace(read.given, started_at=moment), officer=read.officer)


def _stands(tx: Transaction, row: _Row, faults: list[str], at: datetime) -> bool:
    """Return whether a search is recorded as it is here; told otherwise it is a fault."""
    from rightplace.records.searches.log import search_by_reference

    if row.given.started_at > at:
        faults.append(f"{row.given.reference}: it would begin at a time to come.")
    held = search_by_reference(tx, row.given.reference)
    if held is None:
        return False
    if held.facts != row.given:
        faults.append(f"{row.given.reference}: it is recorded with other facts; correct it there.")
    return True
