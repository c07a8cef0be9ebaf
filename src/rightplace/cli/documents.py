"""``rightplace documents``: the six without which nothing is published."""

from __future__ import annotations

import getpass
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from rightplace.cli.verb import as_json, dry_run, now, show

if TYPE_CHECKING:
    from rightplace.app.documents.result import DocumentShown, DocumentsResult
    from rightplace.app.workspace import Workspace

WIDTH = 96


@click.group()
def command() -> None:
    """Write, check and file the six documents without which nothing is published.

    For each model: data protection impact assessment, equality impact assessment, appropriate
    policy document, record of processing activities, model card and algorithmic transparency
    record. Each is dated, has a day of review, and is for one version of the code.
    """


def lines(result: DocumentsResult) -> list[str]:
    """Return the six, each with what it still needs."""
    standing = sum(not each.faults for each in result.documents)
    many = f"{standing} of {len(result.documents)} documents"
    told = [f"{result.subject}: {many} stand for code {result.code_version}"]
    for each in result.documents:
        told += _lines_of(each)
    return told


def _lines_of(document: DocumentShown) -> list[str]:
    name = document.kind.replace("-", " ")
    if document.faults:
        said = f"{name} {'; '.join(document.faults)}"
        return textwrap.wrap(said, WIDTH, initial_indent="  open   ", subsequent_indent=" " * 9)
    dates = f"{document.dated}, review by {document.review_due}"
    marked = " (SYNTHETIC)" if document.status == "SYNTHETIC" else ""
    return [f"  ready  {name}, {dates}{marked}"]


def written_lines(result: DocumentsResult) -> list[str]:
    """Return where the files are, and what to do with them."""
    paths = [f"  {each.path}" for each in result.documents]
    if result.ready:
        return [f"{result.subject}: six SYNTHETIC examples, for a demo alone", *paths]
    return [
        f"{result.subject}: six drafts for code {result.code_version}",
        *paths,
        "Fill in each [FILL IN ...], date and approve them, then `rightplace documents file`.",
    ]


@command.command()
@click.argument("run_id", metavar="FORECAST")
@click.option(
    "--out",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the six files; none that stands there already is touched.",
)
@click.option(
    "--answers",
    type=click.Path(dir_okay=False, path_type=Path),
    help="TOML: texts by the key of each blank, so that a new version of the code needs no typing "
    "anew.",
)
@click.option("--synthetic", is_flag=True, help="Fill every blank with an example, for a demo.")
@as_json
@dry_run
@click.pass_obj
def write(
    workspace: Workspace,
    *,
    run_id: str,
    folder: Path,
    answers: Path | None,
    synthetic: bool,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Write the six documents for the model of FORECAST (or of a plan made from one).

    What the run itself tells is filled in. What only your force can say is left as
    [FILL IN key: what to write], and so are the date, the reviewer and the day of review. A text
    with a blank left cannot be filed.
    """
    from rightplace.app.documents.writing import write_documents
    from rightplace.records.documents.filing import day_of

    answer = write_documents(
        workspace,
        run_id,
        folder=folder,
        answers=answers,
        example_on=day_of(now()) if synthetic else None,
        dry_run=dry_run,
    )
    return show(answer, written_lines, wants_json=wants_json)


@command.command()
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option("--run", "run_id", help="Run that shall be published; default: the code running.")
@as_json
@click.pass_obj
def check(workspace: Workspace, *, folder: Path, run_id: str | None, wants_json: bool) -> int:
    """Say of each document in FOLDER what keeps it from being filed (exit 20 if any is).

    Missing, undated, past its review, a draft, with blanks left, or for another version of the
    code than the one that is running, or that made the run named.
    """
    from rightplace.app.documents.filing import check_folder
    from rightplace.app.documents.values import forecast_and_code
    from rightplace.core.runs import code_version
    from rightplace.records.documents.filing import day_of

    wanted = code_version() if run_id is None else forecast_and_code(workspace, run_id)[1]
    answer = check_folder(folder, day=day_of(now()), code_version=wanted)
    return show(answer, lines, wants_json=wants_json)


@command.command(name="file")
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option(
    "--create",
    type=click.Choice(["demo", "service"]),
    help="Create the operational database first, if there is none: only a demo takes SYNTHETIC "
    "documents, and a database stays what it was created as.",
)
@as_json
@dry_run
@click.pass_obj
def file_command(
    workspace: Workspace,
    *,
    folder: Path,
    create: Literal["demo", "service"] | None,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """File the documents in FOLDER: kept for good, each later one in force instead.

    All of them are filed or none. One that is not ready is refused; `check` tells why without
    filing anything.
    """
    from rightplace.app.documents.filing import check_folder, file_folder, read_folder
    from rightplace.app.service.database import create_records, open_records
    from rightplace.records.audit.actor import Actor
    from rightplace.records.documents.filing import day_of

    if dry_run:
        own = next(document.code_version for document, _ in read_folder(folder).values())
        checked = check_folder(folder, day=day_of(now()), code_version=own)
        return show(checked, lines, wants_json=wants_json)
    actor = Actor(id="command-line", name=f"{getpass.getuser()} at the command line")
    at = now()
    if create is None:
        database = open_records(workspace)
    else:
        database = create_records(workspace, actor, kind=create, at=at)
    try:
        answer = file_folder(workspace, database, folder, actor=actor, at=at)
    finally:
        database.close()
    return show(answer, lines, wants_json=wants_json)


@command.command(name="show")
@click.argument("model")
@as_json
@click.pass_obj
def show_command(workspace: Workspace, *, model: str, wants_json: bool) -> int:
    """Say which documents of MODEL are filed and stand for the code that is running."""
    from rightplace.app.documents.filing import held_documents
    from rightplace.app.service.database import open_records
    from rightplace.core.runs import code_version
    from rightplace.records.documents.gate import subject_of

    database = open_records(workspace)
    try:
        held = held_documents(database, subject_of(model), at=now(), code_version=code_version())
    finally:
        database.close()
    return show(held, lines, wants_json=wants_json)
