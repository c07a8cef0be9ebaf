"""Six finished documents of a model, made from the templates that ship; none is an example."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from string import Template
from typing import TYPE_CHECKING

from rightplace.records.documents.document import EXAMPLE, read_document
from rightplace.records.documents.filing import file_document
from rightplace.records.documents.kinds import DocumentKind, template_of
from rightplace.records.documents.sections import BLANK
from rightplace.records.documents.settings import DocumentSettings

if TYPE_CHECKING:
    from pathlib import Path

    from rightplace.records.audit.transaction import Transaction

CODE = "0.1.0+000000000000"
DATED = date(2026, 5, 1)


class _AnyValue(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"what the run tells of {key}"


def finished(
    kind: DocumentKind,
    *,
    subject: str = "additive_memory",
    code: str = CODE,
    dated: date = DATED,
    status: str = "approved",
    review_days: int = 365,
) -> str:
    """One document with every blank filled in, dated and approved."""
    body = Template(BLANK.sub("what the force says", template_of(kind)))
    above = f"> {EXAMPLE}\n\n" if status == "SYNTHETIC" else ""
    return (
        f'+++\nkind = "{kind.value}"\nsubject = "{subject}"\ncode_version = "{code}"\n'
        f'dated = {dated}\nreviewed_by = "Head of analysis"\n'
        f"review_due = {dated + timedelta(days=review_days)}\n"
        f'status = "{status}"\n+++\n\n{above}{body.substitute(_AnyValue())}'
    )


def file_six(
    tx: Transaction,
    *,
    subject: str = "additive_memory",
    code: str = CODE,
    dated: date = DATED,
    status: str = "approved",
) -> None:
    """File all six, as they are asked for before anything is published."""
    for kind in DocumentKind:
        text = finished(kind, subject=subject, code=code, dated=dated, status=status)
        file_document(tx, read_document(text), settings=DocumentSettings())


def finish_files(folder: Path) -> None:
    """Finish drafts in a folder as a person would: blanks, reviewer, dates, approval."""
    today = datetime.now(UTC).date()  # noqa: TID251 - the command line reads the same clock
    for path in folder.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        for key, value in {
            "dated": str(today),
            "review_due": str(today + timedelta(days=180)),
            "reviewed_by": '"Head of analysis"',
            "status": '"approved"',
        }.items():
            text = re.sub(rf"^{key} = .*$", f"{key} = {value}", text, count=1, flags=re.MULTILINE)
        path.write_text(BLANK.sub("what the force says", text), encoding="utf-8")
