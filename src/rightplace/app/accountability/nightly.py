"""Use case: what is done each night, so that nothing is kept longer than it may be.

It can be killed at any point and run again: what was committed stands, what was begun is settled,
and what is left is done. Run twice, it does the second time what is left, which is nothing.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rightplace.app.accountability.chain import broken_chain, chain_verdict
from rightplace.app.answer import Answer, Notice
from rightplace.app.service.database import open_records
from rightplace.errors import BadInputError

if TYPE_CHECKING:
    from datetime import datetime

    from rightplace.app.workspace import Workspace
    from rightplace.records.accounts.settings import AccountSettings
    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database
    from rightplace.records.retention.deleting import Certificate
    from rightplace.records.retention.periods import RetentionSettings
    from rightplace.records.retention.tables import DeletionCertificate

PURPOSE = "What is done each night."


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateShown:
    """What was deleted: how many records of which type, and under which period.

    Parameters
    ----------
    id
        Its id.
    record_type
        What was deleted.
    records
        How many.
    grounds
        The period that ended, with its length; or the request that was granted.
    before
        What is older than this went; null where a request was granted.
    certified_at
        When.
    """

    id: str
    record_type: str
    records: int
    grounds: str
    before: str | None
    certified_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsOfType:
    """Records whose time is over.

    Parameters
    ----------
    record_type
        Of which type.
    records
        How many.
    """

    record_type: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NightlyResult:
    """What a night's work did.

    Parameters
    ----------
    certificates
        What was deleted, one each for each type; also of a run that was killed before it could
        say so.
    due
        With --dry-run: what would be deleted.
    held_back
        What legal holds kept though its time was over.
    settled
        What a kill had left open, in sentences.
    sessions_ended
        Sessions whose time was over.
    tries_forgotten
        Counts of tries to log in that no longer count.
    drafts_left
        Drafts of section 60 with which nobody went on, and whose retention begins now.
    chain_lines
        Lines of the audit chain found whole before anything was deleted.
    intact
        Whether it is; where it is not, nothing is deleted, for it may be evidence.
    first_bad
        The first line that is not as it was, or null.
    """

    certificates: tuple[CertificateShown, ...]
    due: tuple[RecordsOfType, ...]
    held_back: tuple[RecordsOfType, ...]
    settled: tuple[str, ...]
    sessions_ended: int
    tries_forgotten: int
    drafts_left: int
    chain_lines: int
    intact: bool
    first_bad: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSettings:
    """How long what is kept, and how long one stays logged in."""

    retention: RetentionSettings
    accounts: AccountSettings


def night_settings(workspace: Workspace) -> NightSettings:
    """Return the settings of a workspace that a night's work goes by."""
    from rightplace.app.accounts.settings import account_settings
    from rightplace.records.retention.periods import RetentionSettings

    retention = workspace.settings("retention", RetentionSettings)
    return NightSettings(retention=retention, accounts=account_settings(workspace))


def run_night(
    workspace: Workspace, *, actor: Actor, at: datetime, dry_run: bool = False
) -> Answer[NightlyResult]:
    """Do a night's work on the operational database; a broken audit chain leaves with exit 10.

    Parameters
    ----------
    workspace
        Whose operational database it is.
    actor
        The job, as the audit chain names it.
    at
        The time now.
    dry_run
        Only say what would be deleted.
    """
    settings = night_settings(workspace)
    with closing(open_records(workspace)) as database:
        if dry_run:
            return _rehearse(database, settings, at=at)
        return work_through(database, actor, settings, at=at)


def work_through(
    database: Database, actor: Actor, settings: NightSettings, *, at: datetime
) -> Answer[NightlyResult]:
    """Do a night's work on an open database, as ``run_night``.

    The chain is verified first: what is deleted can be evidence of nothing any more.
    """
    from rightplace.records.retention.deleting import delete_expired

    found, earlier = _settled(database)
    verdict = chain_verdict(database)
    problem = broken_chain(verdict, database)
    sessions, tries = _forget_log_ins(database, actor, settings.accounts, at=at)
    left = _close_left(database, actor, settings.retention, at=at)
    report = None
    if problem is None:
        report = delete_expired(database, actor, at=at, settings=settings.retention)
    made = () if report is None else report.certificates
    result = NightlyResult(
        certificates=(*earlier, *(_shown(each) for each in made)),
        due=(),
        held_back=_by_type({} if report is None else report.held_back),
        settled=tuple(found),
        sessions_ended=sessions,
        tries_forgotten=tries,
        drafts_left=left,
        chain_lines=verdict.lines,
        intact=verdict.intact,
        first_bad=verdict.first_bad,
    )
    code = 0 if problem is None else BadInputError.exit_code
    return Answer(verb="nightly", result=result, error=problem, exit_code=code)


def _rehearse(
    database: Database, settings: NightSettings, *, at: datetime
) -> Answer[NightlyResult]:
    """Return what a night would delete and what holds would keep; nothing is changed."""
    from rightplace.records.retention.deleting import due_to_go

    verdict = chain_verdict(database)
    due, held = due_to_go(database, at=at, settings=settings.retention)
    result = NightlyResult(
        certificates=(),
        due=_by_type(due),
        held_back=_by_type(held),
        settled=(),
        sessions_ended=0,
        tries_forgotten=0,
        drafts_left=0,
        chain_lines=verdict.lines,
        intact=verdict.intact,
        first_bad=verdict.first_bad,
    )
    notice = Notice(code="dry-run", message="A rehearsal: nothing was deleted or ended.")
    return Answer(verb="nightly", result=result, warnings=(notice,))


def _by_type(counts: dict[str, int]) -> tuple[RecordsOfType, ...]:
    return tuple(RecordsOfType(record_type=name, records=n) for name, n in counts.items())


def _settled(database: Database) -> tuple[list[str], list[CertificateShown]]:
    """Settle what a kill left open; return it in sentences, and what it had certified."""
    from sqlalchemy import select

    from rightplace.records.audit.keys import read_keyring
    from rightplace.records.audit.transaction import reading
    from rightplace.records.retention.deleting import settle
    from rightplace.records.retention.ledger import Ledger, Stage
    from rightplace.records.retention.tables import DeletionCertificate

    ledger = Ledger(apart=database.apart, keyring=read_keyring(database.apart))
    moments = {each.at for each in ledger.entries().values() if each.stage is Stage.BEGUN}
    found = settle(database)
    if not moments:
        return found, []
    wanted = select(DeletionCertificate).where(DeletionCertificate.certified_at.in_(moments))
    with reading(database) as quiet:
        return found, [_shown(each) for each in quiet.unshown(wanted)]


def _shown(certificate: Certificate | DeletionCertificate) -> CertificateShown:
    before = certificate.before
    return CertificateShown(
        id=certificate.id,
        record_type=certificate.record_type,
        records=certificate.records,
        grounds=certificate.grounds,
        before=None if before is None else before.isoformat(),
        certified_at=certificate.certified_at.isoformat(),
    )


def _forget_log_ins(
    database: Database, actor: Actor, settings: AccountSettings, *, at: datetime
) -> tuple[int, int]:
    """End sessions whose time is over and forget old tries; return how many of each."""
    from rightplace.records.accounts.attempts import forget_old
    from rightplace.records.accounts.sessions import end_overdue
    from rightplace.records.accounts.tokens import forget_uses
    from rightplace.records.audit.transaction import transaction

    with transaction(database, actor, purpose=PURPOSE, at=at) as tx:
        ended = end_overdue(tx, settings=settings.sessions)
        forget_uses(tx)
        return ended, forget_old(tx, settings.log_in)


def _close_left(
    database: Database, actor: Actor, settings: RetentionSettings, *, at: datetime
) -> int:
    """Close drafts of section 60 with which nobody went on; return how many."""
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.section_60.log import close_left

    with transaction(database, actor, purpose=PURPOSE, at=at) as tx:
        return close_left(tx, before=at - timedelta(days=settings.left_days))
