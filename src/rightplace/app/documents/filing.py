"""Use cases: check documents in a folder, file them, and say which stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.app.answer import Answer, Problem
from rightplace.app.documents.result import DocumentsResult, result_of, shown
from rightplace.errors import BadInputError, NotHeldError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from pathlib import Path

    from rightplace.app.workspace import Workspace
    from rightplace.records.audit.actor import Actor
    from rightplace.records.database.front import Database
    from rightplace.records.documents.document import Document
    from rightplace.records.documents.kinds import DocumentKind


def read_folder(folder: Path) -> dict[DocumentKind, tuple[Document, Path]]:
    """Return the documents of a folder's Markdown files, by kind.

    Parameters
    ----------
    folder
        Where they stand; files that are not Markdown are passed over.

    Raises
    ------
    NotHeldError
        If there is none.
    BadInputError
        If one cannot be read, two are of one kind, or they are about two models.
    """
    from rightplace.records.documents.document import read_document

    found: dict[DocumentKind, tuple[Document, Path]] = {}
    for path in sorted(folder.glob("*.md")):
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            msg = f"The document cannot be read: {error}."
            raise BadInputError(msg, file=path, remedy="Save it as UTF-8 text.") from error
        document = read_document(text, file=str(path))
        if document.kind in found:
            msg = f"Two files are the {document.kind.words}."
            raise BadInputError(msg, file=path, value=document.kind, remedy="Keep one of them.")
        found[document.kind] = (document, path)
    if not found:
        msg = f"{folder} holds no document."
        raise NotHeldError(msg, value=folder, remedy="Write them: `rightplace documents write`.")
    about = sorted({document.subject for document, _ in found.values()})
    if len(about) > 1:
        msg = f"The documents of one folder are about {' and '.join(about)}."
        raise BadInputError(msg, file=folder, value=about[1], remedy="Use a folder for each model.")
    return found


def check_folder(folder: Path, *, day: date, code_version: str) -> Answer[DocumentsResult]:
    """Say of each of the six whether it could stand for a version of the code.

    Parameters
    ----------
    folder
        Where the files stand.
    day
        Today.
    code_version
        The code that made, or will make, what shall be published.
    """
    from rightplace.records.documents.kinds import DocumentKind

    found = read_folder(folder)
    subject = next(iter(found.values()))[0].subject
    listed = []
    for kind in DocumentKind:
        document, path = found.get(kind, (None, None))
        faults = _faults(document, code_version, day=day)
        where = None if path is None else str(path)
        listed.append(shown(document, kind.value, faults=faults, path=where))
    result = result_of(subject, code_version, tuple(listed))
    first = next((each for each in listed if each.faults), None)
    if first is None:
        return Answer(verb="documents", result=result)
    problem = Problem(
        code=RefusedError.code,
        message=f"The {first.kind.replace('-', ' ')} of {subject} {'; '.join(first.faults)}.",
        file=first.path or str(folder),
        value=first.kind,
        remedy="Finish the files named, then check them again.",
    )
    return Answer(verb="documents", result=result, error=problem, exit_code=RefusedError.exit_code)


def file_folder(
    workspace: Workspace, database: Database, folder: Path, *, actor: Actor, at: datetime
) -> Answer[DocumentsResult]:
    """File the documents of a folder in the operational database, all or none of them.

    A document that is not ready, or SYNTHETIC outside a demo, is refused.

    Parameters
    ----------
    workspace
        Whose settings hold.
    database
        Where they are filed.
    folder
        Where the files stand; those of the six that are not in it stay as they are filed.
    actor
        Who files them.
    at
        The time now.
    """
    found = read_folder(folder)
    documents = [document for document, _ in found.values()]
    subject = documents[0].subject
    file_all(workspace, database, documents, actor=actor, at=at)
    return held_documents(database, subject, at=at, code_version=documents[0].code_version)


def file_all(
    workspace: Workspace,
    database: Database,
    documents: Sequence[Document],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """File documents in one transaction.

    Parameters
    ----------
    workspace
        Whose settings hold.
    database
        Where they are filed.
    documents
        As read.
    actor
        Who files them.
    at
        The time now.
    """
    from rightplace.records.audit.transaction import transaction
    from rightplace.records.documents.filing import file_document
    from rightplace.records.documents.settings import DocumentSettings

    settings = workspace.settings("documents", DocumentSettings)
    purpose = f"File documents of {documents[0].subject}."
    with transaction(database, actor, purpose=purpose, at=at) as tx:
        for document in documents:
            file_document(tx, document, settings=settings)


def held_documents(
    database: Database, subject: str, *, at: datetime, code_version: str
) -> Answer[DocumentsResult]:
    """Say of each of the six that are filed whether it stands now.

    Parameters
    ----------
    database
        Where they are filed.
    subject
        The model, by its method's name.
    at
        The time now.
    code_version
        The code that made, or will make, what shall be published.
    """
    from rightplace.records.audit.transaction import reading
    from rightplace.records.documents.document import read_document
    from rightplace.records.documents.filing import day_of, documents_in_force
    from rightplace.records.documents.kinds import DocumentKind

    listed = []
    with reading(database) as quiet:
        filed = documents_in_force(quiet, subject)
    for kind in DocumentKind:
        held = filed.get(kind)
        document = None if held is None else read_document(held.text)
        faults = _faults(document, code_version, day=day_of(at))
        listed.append(shown(document, kind.value, faults=faults, held=held))
    return Answer(verb="documents", result=result_of(subject, code_version, tuple(listed)))


def _faults(document: Document | None, code_version: str, *, day: date) -> tuple[str, ...]:
    if document is None:
        return ("is missing",)
    other = document.code_version != code_version
    return (
        *document.faults(day=day),
        *((f"is for code {document.code_version}, not {code_version}",) if other else ()),
    )
