"""The end of the demo: its runs published into a demo database, with examples and accounts."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rightplace.app.service.database import create_records, open_records
from rightplace.errors import NotHeldError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rightplace.app.evaluation.report_result import ReportResult
    from rightplace.app.workspace import Workspace
    from rightplace.records.accounts.demo import DemoAccount

ADDRESS: Final = "http://127.0.0.1:8080/"
"""Where `serve` answers unless it is told otherwise."""
BCU, BOROUGH = "Central North", "Camden"
"""Areas of the accounts that are for one; the borough lies in the BCU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoUser:
    """An account of the demo. Its password is shown once, beside this answer and never in it.

    Parameters
    ----------
    area
        BCU or borough that the role is for; empty is everywhere.
    """

    user_name: str
    role: str
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoService:
    """How to see the demo in the web application.

    Parameters
    ----------
    command
        What to type; it answers until it is stopped.
    address
        Where it answers.
    users
        Who can sign in.
    """

    command: str
    address: str
    users: tuple[DemoUser, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoShown:
    """What the service is to show.

    Parameters
    ----------
    run_ids
        The plan first, then the violence picture and the scrutiny pack.
    operation
        The report of the operation.
    """

    run_ids: tuple[str, ...]
    operation: ReportResult


def check_takes_demo(workspace: Workspace, *, at: datetime) -> None:
    """Check, before anything is made, that the workspace has no database of another kind.

    One that was created as a service raises ``RefusedError``.

    Parameters
    ----------
    workspace
        Where the demo would go.
    at
        The time now.
    """
    from rightplace.records.accounts.demo import MAKER

    try:
        open_records(workspace).close()
    except NotHeldError:
        return
    create_records(workspace, MAKER, kind="demo", at=at).close()


def put_into_service(
    workspace: Workspace,
    shown: DemoShown,
    *,
    program: str,
    at: datetime,
    progress: Callable[[str], None],
) -> tuple[DemoService, tuple[DemoAccount, ...]]:
    """Publish the demo's runs with what they rest on, and make accounts to see them.

    The accounts come with their passwords, beside what tells how to see it.

    Parameters
    ----------
    workspace
        Where the runs are kept.
    shown
        Runs and the operation.
    program
        How this program is called here.
    at
        The time now.
    progress
        Called with each step in words.
    """
    from rightplace.app.accounts.settings import account_settings
    from rightplace.app.demo_operation import put_operation_into_service
    from rightplace.app.demo_searches import invent_searches
    from rightplace.app.demo_section_60 import put_section_60_examples
    from rightplace.app.documents.filing import file_all
    from rightplace.app.documents.writing import document_texts
    from rightplace.app.service.publish import publish_run
    from rightplace.records.accounts.demo import MAKER, SECOND, make_demo_accounts
    from rightplace.records.documents.document import read_document
    from rightplace.records.documents.filing import day_of

    progress("filing the six documents of the model as SYNTHETIC examples, publishing the runs")
    texts = document_texts(workspace, shown.run_ids[0], example_on=day_of(at))
    documents = [read_document(text) for text in texts.values()]
    database = create_records(workspace, MAKER, kind="demo", at=at)
    try:
        file_all(workspace, database, documents, actor=MAKER, at=at)
        for run_id in shown.run_ids:
            publish_run(workspace, database, run_id, actor=MAKER, at=at)
        put_operation_into_service(workspace, database, shown.operation, actor=MAKER, at=at)
        settings = account_settings(workspace)
        accounts = make_demo_accounts(database, bcu=BCU, borough=BOROUGH, at=at, settings=settings)
        put_section_60_examples(database, bcu=BCU, borough=BOROUGH, at=at)
        invent_searches(database, maker=MAKER, second=SECOND, at=at)
    finally:
        database.close()
    service = DemoService(
        command=_command(workspace, program),
        address=ADDRESS,
        users=tuple(
            DemoUser(user_name=each.user_name, role=each.role.value, area=each.area)
            for each in accounts
        ),
    )
    return service, accounts


def _command(workspace: Workspace, program: str) -> str:
    """Return what to type to serve the pages of a workspace."""
    words = [program, "--workspace", str(workspace.root)]
    if workspace.config is not None:
        words += ["--config", str(workspace.config)]
    return shlex.join([*words, "serve"])
