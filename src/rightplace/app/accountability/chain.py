"""Use cases: whether the audit chain is whole, and what it says of a person, officer or product."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rightplace.app.accountability.search import ActShown, AuditQuery, search_chain
from rightplace.app.answer import Answer, Problem
from rightplace.app.service.database import open_records
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database

REMEDY = (
    "Tell the data protection officer; leave the database and the folder apart as they are, and "
    "compare them with the last backup."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerdict:
    """Whether the audit chain is whole.

    Parameters
    ----------
    lines
        Lines found whole, from the first that is kept.
    intact
        Whether no line was altered, removed or put elsewhere.
    first_bad
        Number of the first line that is not as it was; null where all are.
    finding
        What was found of it, in words; null where nothing was.
    """

    lines: int
    intact: bool
    first_bad: int | None
    finding: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditShown:
    """What the audit chain says of a person, officer, product or record.

    Parameters
    ----------
    asked
        What was asked for, in words.
    found
        Acts found in all.
    acts
        The newest of them, newest first.
    """

    asked: str
    found: int
    acts: tuple[ActShown, ...]


def chain_verdict(database: Database) -> AuditVerdict:
    """Return whether the audit chain of an open database is whole."""
    from rightplace.records.audit.verifying import verify

    verdict = verify(database)
    broken = verdict.broken
    return AuditVerdict(
        lines=verdict.lines,
        intact=verdict.is_intact,
        first_bad=None if broken is None else broken.line,
        finding=None if broken is None else broken.finding,
    )


def broken_chain(verdict: AuditVerdict, database: Database) -> Problem | None:
    """Return a broken chain as a problem of the contract, or None where it is whole."""
    if verdict.intact:
        return None
    url = database.engine.url
    return Problem(
        code=BadInputError.code,
        message=f"Line {verdict.first_bad} of the audit chain {verdict.finding}.",
        file=url.database,
        value=str(verdict.first_bad),
        remedy=REMEDY,
    )


def verify_chain(workspace: Workspace) -> Answer[AuditVerdict]:
    """Return whether the audit chain is whole; a broken one leaves with exit 10.

    Parameters
    ----------
    workspace
        Whose operational database is looked at; nothing is written to it.
    """
    with closing(open_records(workspace)) as database:
        verdict = chain_verdict(database)
        problem = broken_chain(verdict, database)
    code = 0 if problem is None else BadInputError.exit_code
    return Answer(verb="audit", result=verdict, error=problem, exit_code=code)


def show_chain(
    workspace: Workspace, query: AuditQuery, *, purpose: str, actor: Actor, at: datetime
) -> Answer[AuditShown]:
    """Return what the audit chain says; the look itself is written to it.

    Parameters
    ----------
    workspace
        Whose operational database is looked at.
    query
        What is asked for.
    purpose
        Why, in words; sealed in the line that is written.
    actor
        Who looks.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.database.words import written

    said = written(purpose, what="The purpose of the look")
    with (
        closing(open_records(workspace)) as database,
        transaction(database, actor, purpose=said, at=at) as tx,
    ):
        found, acts = search_chain(tx, query)
    shown = AuditShown(asked=str(query), found=found, acts=acts)
    return Answer(verb="audit-show", result=shown)
