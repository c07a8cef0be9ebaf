"""``rightplace nightly``: what is done each night: nothing is kept longer than it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, dry_run, now, show

if TYPE_CHECKING:
    from rightplace.app.accountability.nightly import NightlyResult
    from rightplace.app.workspace import Workspace


def lines(result: NightlyResult) -> list[str]:
    """Return the certificate of the night, and what else was done."""
    whole = f"The audit chain is whole: {result.chain_lines:,} lines."
    broken = f"THE AUDIT CHAIN IS NOT WHOLE at line {result.first_bad}: nothing was deleted."
    said = [whole if result.intact else broken, *result.settled]
    if result.certificates:
        said.append("Certificate of deletion")
        said += [
            f"  {each.records:,} {each.record_type} ({each.grounds}), "
            f"{each.certified_at}, {each.id}"
            for each in result.certificates
        ]
    elif result.intact and not result.due:
        said.append("Nothing was past its period: no certificate.")
    said += [f"  would go: {each.records:,} {each.record_type}" for each in result.due]
    said += [
        f"  kept by a legal hold though its time is over: {each.records:,} {each.record_type}"
        for each in result.held_back
    ]
    ended, forgotten = result.sessions_ended, result.tries_forgotten
    if result.drafts_left:
        said.append(f"{result.drafts_left:,} drafts of section 60 that were left are closed.")
    return [*said, f"{ended:,} sessions ended, {forgotten:,} counts of tries to log in forgotten."]


@click.command()
@as_json
@dry_run
@click.pass_obj
def command(workspace: Workspace, *, wants_json: bool, dry_run: bool) -> int:
    """Do what is done each night: delete what is past its period, and print the certificate.

    Also verifies the audit chain and prunes its oldest lines, ends sessions whose time is over,
    forgets old tries to log in, and settles what a kill left open. Run it from a timer, once a
    night; killed at any point or run twice, it does what is left. If the chain is not whole,
    nothing is deleted and it leaves with exit 10: what is deleted is evidence of nothing.
    """
    from rightplace.app.accountability.nightly import run_night
    from rightplace.cli.acting import nightly_job

    answer = run_night(workspace, actor=nightly_job(), at=now(), dry_run=dry_run)
    return show(answer, lines, wants_json=wants_json)
