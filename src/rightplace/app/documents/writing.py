"""Use case: write the six documents for a kept run, with what is left to a person left blank."""

from __future__ import annotations

import textwrap
import tomllib
from datetime import date, timedelta
from string import Template
from typing import TYPE_CHECKING

from rightplace.app.answer import Answer
from rightplace.app.documents.result import DocumentsResult, result_of, shown
from rightplace.app.documents.values import template_values
from rightplace.core.files import make_folder, write_whole
from rightplace.core.suggest import did_you_mean
from rightplace.errors import BadInputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rightplace.app.workspace import Workspace
    from rightplace.records.documents.kinds import DocumentKind

WIDTH = 100
EXAMPLE_DAYS = 90
"""How long an example stands: so long a demo can be published anew without being made anew."""
HEAD = """+++
kind = "{kind}"
subject = "{subject}"
code_version = "{code_version}"
dated = {dated}
reviewed_by = {reviewed_by}
review_due = {review_due}
status = "{status}"
+++

"""
BLANK_HEAD = {
    "dated": '"[FILL IN dated: day of the review, 2026-05-04]"',
    "reviewed_by": '"[FILL IN reviewed_by: role or name of who reviewed it]"',
    "review_due": '"[FILL IN review_due: day of the next review]"',
    "status": "draft",
}


def write_documents(
    workspace: Workspace,
    run_id: str,
    *,
    folder: Path,
    answers: Path | None = None,
    example_on: date | None = None,
    dry_run: bool = False,
) -> Answer[DocumentsResult]:
    """Write the six documents as Markdown files: for a person to finish, or as examples.

    Parameters
    ----------
    workspace
        Where the run is kept.
    run_id
        A forecast, or a plan made from one.
    folder
        Where to write them; no file that stands there already is touched.
    answers
        TOML file of texts by key of blank, or None.
    example_on
        Day from which they shall stand as SYNTHETIC examples; None for drafts.
    dry_run
        Whether to write nothing.

    Raises
    ------
    UsageError
        If one of the files stands there already.
    """
    given = {} if answers is None else read_answers(answers)
    texts = document_texts(workspace, run_id, answers=given, example_on=example_on)
    paths = {kind: folder / f"{kind.value}.md" for kind in texts}
    there = [path for path in paths.values() if path.exists()]
    if there:
        msg = f"{there[0]} stands there already, and somebody may have worked on it."
        raise UsageError(msg, value=there[0], remedy="Name another folder with --out.")
    if not dry_run:
        make_folder(folder)
        for kind, text in texts.items():
            write_whole(paths[kind], text.encode())
    result = _written(texts, paths)
    return Answer(verb="documents", result=result, id=run_id)


def document_texts(
    workspace: Workspace,
    run_id: str,
    *,
    answers: Mapping[str, str] | None = None,
    example_on: date | None = None,
) -> dict[DocumentKind, str]:
    """Return the text of each of the six documents for a kept run.

    Parameters
    ----------
    workspace
        Where the run is kept.
    run_id
        A forecast, or a plan made from one.
    answers
        Texts by key of blank; blanks without one stay.
    example_on
        Day from which they shall stand as SYNTHETIC examples, every blank filled with the text
        that ships; None for drafts.
    """
    from rightplace.records.documents.document import EXAMPLE, Status
    from rightplace.records.documents.kinds import DocumentKind, example_answers, template_of

    values = template_values(workspace, run_id)
    said = dict(answers or {})
    head, above = BLANK_HEAD, ""
    if example_on is not None:
        said = tomllib.loads(example_answers()) | said
        above = f"> {EXAMPLE}\n\n"
        head = {
            "dated": example_on.isoformat(),
            "reviewed_by": '"SYNTHETIC: nobody; an example"',
            "review_due": (example_on + timedelta(days=EXAMPLE_DAYS)).isoformat(),
            "status": Status.SYNTHETIC.value,
        }
    return {
        kind: HEAD.format(
            kind=kind.value,
            subject=values["subject"],
            code_version=values["code_version"],
            **head,
        )
        + above
        + _wrapped(Template(_filled(template_of(kind), said)).substitute(values))
        for kind in DocumentKind
    }


def _filled(template: str, answers: Mapping[str, str]) -> str:
    """Return a template with the blanks filled for which there is an answer."""
    from rightplace.records.documents.sections import BLANK

    return BLANK.sub(
        lambda found: answers.get(found[1].lower(), found[0]).replace("$", "$$"), template
    )


def _wrapped(text: str) -> str:
    """Return Markdown without overlong lines, tables apart: people will edit it."""
    lines = []
    for line in text.splitlines():
        if len(line) <= WIDTH or line.startswith("|"):
            lines.append(line)
        else:
            under = "  " if line.startswith(("- ", "  ")) else ""
            lines += textwrap.wrap(
                line, WIDTH, subsequent_indent=under, break_long_words=False, break_on_hyphens=False
            )
    return "\n".join(lines) + "\n"


def read_answers(path: Path) -> dict[str, str]:
    """Return the texts of a TOML file by key of blank.

    Parameters
    ----------
    path
        The file; the keys are those of the blanks.

    Raises
    ------
    BadInputError
        If it cannot be read, is not TOML, has a key that no blank has, or a value is no text.
    """
    from rightplace.records.documents.kinds import DocumentKind, template_of
    from rightplace.records.documents.sections import blanks_of

    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"The answers cannot be read: {error}."
        raise BadInputError(msg, file=path, remedy="Give a TOML file of texts by key.") from error
    known = {key for kind in DocumentKind for key in blanks_of(template_of(kind))}
    for key, value in content.items():
        if key not in known:
            msg = f"No blank of the documents has the key {key!r}."
            raise BadInputError(msg, file=path, value=key, remedy=did_you_mean(key, known))
        if not isinstance(value, str) or not value.strip() or "\n## " in f"\n{value}":
            msg = f"The answer {key!r} is no text, or holds a heading."
            raise BadInputError(msg, file=path, value=key, remedy=f'Write {key} = "...".')
    return {key: str(value) for key, value in content.items()}


def _written(texts: dict[DocumentKind, str], paths: dict[DocumentKind, Path]) -> DocumentsResult:
    """Return the documents just written, with what is left to do."""
    from rightplace.records.documents.document import read_document

    documents = {kind: read_document(text) for kind, text in texts.items()}
    first = next(iter(documents.values()))
    listed = tuple(
        shown(
            document,
            kind.value,
            faults=document.faults(day=document.dated or date.max),
            path=str(paths[kind]),
        )
        for kind, document in documents.items()
    )
    return result_of(first.subject, first.code_version, listed)
