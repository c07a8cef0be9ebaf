"""``rightplace work``: a worker of jobs of its own."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, dry_run, now, say, show

if TYPE_CHECKING:
    from rightplace.app.service.jobs_work import WorkResult
    from rightplace.app.workspace import Workspace


def lines(result: WorkResult) -> list[str]:
    """Return what was done and what waits."""
    return [f"{result.ended} jobs ended, {result.waiting} wait"]


@click.command()
@click.option("--until-idle", is_flag=True, help="End once no job waits.")
@as_json
@dry_run
@click.pass_obj
def command(workspace: Workspace, *, until_idle: bool, wants_json: bool, dry_run: bool) -> int:
    """Do the jobs that people asked for in the web application, until stopped with Ctrl+C.

    `rightplace serve` has a worker of its own; this one is for more of them, here or on another
    machine with the same workspace and database. What a killed worker left is taken up again; a
    worker that is stopped puts its job back into the queue.
    """
    from rightplace.app.service.jobs_work import to_work, work

    if dry_run:
        return show(to_work(workspace), lines, wants_json=wants_json)
    stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    answer = work(workspace, now=now, tell=say, stop=stop, until_idle=until_idle)
    return show(answer, lines, wants_json=wants_json)
