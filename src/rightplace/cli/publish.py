"""``rightplace publish``: put a kept run where the pages read it."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Literal

import click

from rightplace.cli.verb import as_json, dry_run, now, show

if TYPE_CHECKING:
    from rightplace.app.service.publish import PublishResult
    from rightplace.app.workspace import Workspace


def lines(result: PublishResult) -> list[str]:
    """Return what was published, a line each."""
    marked = " (SYNTHETIC)" if result.synthetic else ""
    return [f"published {run_id}{marked}" for run_id in result.published]


@click.command()
@click.argument("run_id", metavar="RUN")
@click.option(
    "--create",
    type=click.Choice(["demo", "service"]),
    help="Create the operational database first, if there is none: only a demo takes SYNTHETIC "
    "runs, and a database stays what it was created as.",
)
@click.option(
    "--job", "job_id", help="The job that asks for it: who asked stands in the audit chain."
)
@as_json
@dry_run
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    run_id: str,
    create: Literal["demo", "service"] | None,
    job_id: str | None,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Publish a forecast, plan, routes, backtest, picture, roster or surge for the web application.

    What is published is an immutable copy: pages are made from it and from nothing else. It brings
    all that it rests on: a plan its forecast, a forecast its study area. Publishing the same run
    again changes nothing.
    """
    from rightplace.app.service.database import create_records, open_records
    from rightplace.app.service.jobs_asker import asker_of
    from rightplace.app.service.publish import publish_run, to_publish
    from rightplace.records.audit.actor import Actor

    if dry_run:
        return show(to_publish(workspace, run_id), lines, wants_json=wants_json)
    actor = Actor(id="command-line", name=f"{getpass.getuser()} at the command line")
    at = now()
    if create is None:
        database = open_records(workspace)
    else:
        database = create_records(workspace, actor, kind=create, at=at)
    try:
        if job_id is not None:
            actor = asker_of(database, job_id, run_id)
        answer = publish_run(workspace, database, run_id, actor=actor, at=at)
    finally:
        database.close()
    return show(answer, lines, wants_json=wants_json)
