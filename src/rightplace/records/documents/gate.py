"""The gate before publication: six documents, dated, filled in, for the code that made the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rightplace.errors import RefusedError
from rightplace.records.documents.document import read_document
from rightplace.records.documents.filing import day_of, documents_in_force
from rightplace.records.documents.kinds import DocumentKind

if TYPE_CHECKING:
    from datetime import date

    from rightplace.records.audit.transaction import Transaction
    from rightplace.records.documents.tables import ModelDocument


def subject_of(model: str) -> str:
    """Return whose documents a model has: those of its method, with whatever settings."""
    return model.partition("@")[0]


def check_documents(
    tx: Transaction, run_id: str, model: str, *, code_version: str, is_synthetic: bool
) -> tuple[ModelDocument, ...]:
    """Return the six documents behind a model, all of which stand now.

    Parameters
    ----------
    tx
        The transaction that would publish.
    run_id
        What would be published, for the message.
    model
        Name of the method, with or without its settings.
    code_version
        Of the code that made the run.
    is_synthetic
        Whether invented data went into the run: only behind it may SYNTHETIC documents stand.

    Raises
    ------
    RefusedError
        If one is missing or does not stand; every one is named.
    """
    subject = subject_of(model)
    held = documents_in_force(tx, subject)
    day = day_of(tx.at)
    faults = {
        kind: _faults(held.get(kind), code_version, day=day, may_be_example=is_synthetic)
        for kind in DocumentKind
    }
    wanting = [f"{kind.words} {' and '.join(said)}" for kind, said in faults.items() if said]
    if wanting:
        listed = "; ".join(f"({n}) {each}" for n, each in enumerate(wanting, start=1))
        of_all = "all six" if len(wanting) == len(DocumentKind) else f"{len(wanting)} of the six"
        many = f"{of_all} documents of the model {subject}"
        verb = "does not stand" if len(wanting) == 1 else "do not stand"
        msg = f"{run_id} cannot be published: {many} {verb}: {listed}."
        remedy = (
            "Write them for a forecast by it (`rightplace documents write FORECAST --out FOLDER`), "
            "finish what they leave open, then `rightplace documents file FOLDER`."
        )
        raise RefusedError(msg, value=subject, remedy=remedy)
    return tuple(held.values())


def _faults(
    held: ModelDocument | None, code_version: str, *, day: date, may_be_example: bool
) -> list[str]:
    if held is None:
        return ["is missing"]
    document = read_document(held.text)
    found = list(document.faults(day=day))
    if held.code_version != code_version:
        made_by = f"the run was made by {code_version or 'an unknown version'}"
        found.append(f"is for code {held.code_version}, {made_by}")
    if document.is_synthetic and not may_be_example:
        found.append("is SYNTHETIC, the run is not")
    return found
