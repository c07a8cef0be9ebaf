"""What the verb ``documents`` answers with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - schemas are made from the annotations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rightplace.records.documents.document import Document
    from rightplace.records.documents.tables import ModelDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentShown:
    """One of the six, as it is now.

    Parameters
    ----------
    kind
        Which of the six.
    path
        File it stands in, or null.
    version
        Number of its version in the operational database, or null.
    code_version
        Code it was made for, or null where it is missing.
    dated, review_due
        Days of its review and of the next, or null.
    status
        ``draft``, ``approved`` or ``SYNTHETIC``, or null where it is missing.
    faults
        What keeps it from standing, each as the end of a sentence; none where it stands.
    """

    kind: str
    path: str | None
    version: int | None
    code_version: str | None
    dated: date | None
    review_due: date | None
    status: str | None
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsResult:
    """The six documents of a model.

    Parameters
    ----------
    subject
        The model, by its method's name.
    code_version
        Code that they were checked against.
    ready
        Whether all six stand, so that what the model made can be published.
    documents
        The six, in their order.
    """

    subject: str
    code_version: str
    ready: bool
    documents: tuple[DocumentShown, ...]


def shown(
    document: Document | None,
    kind: str,
    *,
    faults: tuple[str, ...],
    path: str | None = None,
    held: ModelDocument | None = None,
) -> DocumentShown:
    """Return a document as answers show it; None is one that is missing."""
    return DocumentShown(
        kind=kind,
        path=path,
        version=None if held is None else held.version,
        code_version=None if document is None else document.code_version,
        dated=None if document is None else document.dated,
        review_due=None if document is None else document.review_due,
        status=None if document is None else document.status.value,
        faults=faults,
    )


def result_of(
    subject: str, code_version: str, documents: tuple[DocumentShown, ...]
) -> DocumentsResult:
    """Return the six with whether all of them stand."""
    return DocumentsResult(
        subject=subject,
        code_version=code_version,
        ready=not any(each.faults for each in documents),
        documents=documents,
    )
