"""Filing documents: each version is kept for good, and the last one is the one in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from rightplace.core.canonical import bytes_digest
from rightplace.core.time import Clock
from rightplace.errors import BadInputError, RefusedError
from rightplace.records.documents.kinds import DocumentKind
from rightplace.records.documents.tables import ModelDocument
from rightplace.records.published.creating import is_demo

if TYPE_CHECKING:
    from datetime import date

    from rightplace.records.audit.transaction import Reading, Transaction
    from rightplace.records.documents.document import Document
    from rightplace.records.documents.settings import DocumentSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What became of a document that was filed.

    Parameters
    ----------
    held
        The version in force now.
    is_new
        False where the same text was in force already.
    """

    held: ModelDocument
    is_new: bool


def day_of(at: datetime) -> date:
    """Return the day of a moment where the documents are signed."""
    return at.astimezone(ZoneInfo(Clock().zone)).date()


def file_document(tx: Transaction, document: Document, *, settings: DocumentSettings) -> Filed:
    """Keep a document that is ready; the same text again changes nothing.

    Parameters
    ----------
    tx
        The transaction of whoever files it.
    document
        As ``read_document`` returned it.
    settings
        How long it may stand until its review.

    Raises
    ------
    RefusedError
        If it is not ready, or is SYNTHETIC and this is no demo.
    BadInputError
        If it is older than the version in force.
    """
    kind, subject = document.kind, document.subject
    named = f"The {kind.words} of {subject}"
    if document.is_synthetic and not is_demo(tx):
        msg = f"{named} is SYNTHETIC: examples are filed only in a demo."
        raise RefusedError(msg, value=subject, remedy="Write one that is the force's own.")
    faults = [*document.faults(day=day_of(tx.at)), *_too_long(document, settings)]
    dated, review_due = document.dated, document.review_due
    if faults or dated is None or review_due is None:
        msg = f"{named} {'; '.join(faults)}."
        raise RefusedError(msg, value=kind, remedy="Finish it, then file it again.")
    before = documents_in_force(tx, subject).get(kind)
    digest = bytes_digest([document.text.encode()])
    if before is not None and before.digest == digest:
        return Filed(held=before, is_new=False)
    if before is not None and dated < before.dated:
        msg = f"{named} is dated {dated}, before the version in force ({before.dated})."
        raise BadInputError(msg, value=dated, remedy="Date it by the day of its own review.")
    held = ModelDocument(
        subject=subject,
        kind=kind.value,
        version=1 if before is None else before.version + 1,
        code_version=document.code_version,
        dated=dated,
        review_due=review_due,
        reviewed_by=document.reviewed_by,
        is_synthetic=document.is_synthetic,
        digest=digest,
        text=document.text,
        filed_at=tx.at,
    )
    return Filed(held=tx.add(held), is_new=True)


def _too_long(document: Document, settings: DocumentSettings) -> list[str]:
    days = settings.longest_review_days
    if document.dated is None or document.review_due is None:
        return []
    if document.review_due - document.dated <= timedelta(days=days):
        return []
    return [f"is due for review only on {document.review_due}, more than {days} days on"]


def documents_in_force(tx: Reading, subject: str) -> dict[DocumentKind, ModelDocument]:
    """Return the last version of each document of a model, for a check, in the order of kinds."""
    wanted = select(ModelDocument).where(ModelDocument.subject == subject)
    rows = tx.unshown(wanted.order_by(ModelDocument.version))
    last = {DocumentKind(row.kind): row for row in rows}
    return {kind: last[kind] for kind in DocumentKind if kind in last}


def subjects(tx: Reading) -> tuple[str, ...]:
    """Return the models that have documents, by name."""
    found = tx.unshown(select(ModelDocument).where(ModelDocument.version == 1))
    return tuple(sorted({row.subject for row in found}))
