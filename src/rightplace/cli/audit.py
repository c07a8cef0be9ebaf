"""``rightplace audit``: whether the audit chain is whole, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rightplace.cli.table import table
from rightplace.cli.verb import DAY, as_json, now, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.accountability.chain import AuditShown, AuditVerdict
    from rightplace.app.workspace import Workspace


@click.group()
def command() -> None:
    """Verify the audit chain, or ask it who looked at what, when and why."""


def verdict_lines(result: AuditVerdict) -> list[str]:
    """Return the verdict in a line."""
    if result.intact:
        return [f"The audit chain is whole: {result.lines:,} lines, none altered or removed."]
    return [f"NOT WHOLE: line {result.first_bad} {result.finding}. {result.lines:,} lines before."]


def shown_lines(result: AuditShown) -> list[str]:
    """Return the acts found, the newest first."""
    rows = [
        (
            each.number,
            each.at.isoformat(timespec="seconds"),
            each.operation,
            each.actor_id if each.actor_name is None else f"{each.actor_name} ({each.actor_id})",
            f"{each.record_type} {each.record_id}",
            "; ".join(part for part in (each.purpose, each.detail) if part),
        )
        for each in result.acts
    ]
    said = f"{result.asked}: {result.found:,} acts"
    if not rows:
        return [said, "This look is written to the chain."]
    said += f", the newest {len(rows):,} below" if len(rows) < result.found else ", newest first"
    heads = ("line", "at", "what", "who", "record", "why")
    return [said, "", *table(heads, rows), "", "This look is written to the chain too."]


@command.command(name="verify")
@as_json
@click.pass_obj
def verify_command(workspace: Workspace, *, wants_json: bool) -> int:
    """Verify the audit chain; name the first line that was altered, removed or put elsewhere.

    Exit code 10 says that it is not whole: leave database and folder apart as they are, and tell
    the data protection officer.
    """
    from rightplace.app.accountability.chain import verify_chain

    return show(verify_chain(workspace), verdict_lines, wants_json=wants_json)


@command.command(name="show")
@click.option("--person", help="Id of the person whose records were looked at.")
@click.option("--officer", help="Id of who looked.")
@click.option("--product", help="A forecast, plan or other product.")
@click.option("--record", help="One record, as TYPE/ID: decision/ID, say.")
@click.option("--since", type=DAY, help="Only from this day on (UTC).")
@click.option("--until", type=DAY, help="Only before this day (UTC).")
@click.option("--most", type=click.IntRange(1, 100_000), default=200, show_default=True,
              help="How many acts, the newest.")  # fmt: skip
@click.option("--purpose", required=True, help="Why you look; it is written to the chain.")
@as_json
@click.pass_obj
def show_command(
    workspace: Workspace,
    /,
    *,
    since: date | None,
    until: date | None,
    most: int,
    purpose: str,
    wants_json: bool,
    **asked: str | None,
) -> int:
    """Show who looked at or changed what, when and why: by person, officer, product or record.

    Name exactly one of the four. Values are not shown, only which fields changed. The look is
    itself a line of the chain, with your purpose.

    Raises
    ------
    UsageError
        If none or several of the four are named.
    """
    from datetime import UTC, datetime, time

    from rightplace.app.accountability.chain import show_chain
    from rightplace.app.accountability.search import AskedBy, AuditQuery
    from rightplace.cli.acting import at_the_command_line
    from rightplace.errors import UsageError

    named = {by: name for by, name in asked.items() if name is not None}
    if len(named) != 1:
        msg = f"{len(named)} of --person, --officer, --product, --record are given."
        raise UsageError(msg, remedy="Give exactly one.")
    ((by, name),) = named.items()
    bounds = [None if day is None else datetime.combine(day, time(), UTC) for day in (since, until)]
    query = AuditQuery(by=AskedBy(by), name=name, since=bounds[0], until=bounds[1], most=most)
    actor = at_the_command_line()
    answer = show_chain(workspace, query, purpose=purpose, actor=actor, at=now())
    return show(answer, shown_lines, wants_json=wants_json)
