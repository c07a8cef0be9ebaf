"""``rightplace hold``: keep records of a case from the nightly deletion, until it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import DAY, as_json, dry_run, now, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.accountability.holds import HoldsDesk, HoldsResult
    from rightplace.app.workspace import Workspace


@click.group()
def command() -> None:
    """Place, review or release a legal hold: what it covers is not deleted."""


def at_desk(workspace: Workspace, *, dry_run: bool) -> HoldsDesk:
    """Return where and by whom holds are placed, reviewed and released."""
    from rightplace.app.accountability.holds import HoldsDesk
    from rightplace.cli.acting import at_the_command_line

    actor = at_the_command_line()
    return HoldsDesk(workspace=workspace, actor=actor, at=now(), is_rehearsal=dry_run)


def lines(result: HoldsResult) -> list[str]:
    """Return each hold: what it covers, why, whose, and when it is looked at again."""
    if not result.holds:
        return ["No hold is in force."]
    said = []
    for each in result.holds:
        due = " (DUE)" if each.is_due else ""
        state = "in force" if each.released_at is None else f"released {each.released_at}"
        said += [
            f"{each.id}: {each.covers}, {state}",
            f"  {each.reason}",
            f"  owner: {each.owner}; review: {each.review_on}{due}",
        ]
    return said


@command.command(name="place")
@click.option("--reason", required=True, help="The case, in words.")
@click.option("--owner", required=True, help="Who answers for the hold.")
@click.option("--review", "review_on", type=DAY, required=True, help="When it is looked at again.")
@click.option("--type", "record_type", help="Only records of this type: visit_log, say.")
@click.option("--record", "record_id", help="Only this record of the type.")
@click.option("--about", help="Only what is about this forecast or plan.")
@as_json
@dry_run
@click.pass_obj
def place_command(
    workspace: Workspace,
    /,
    *,
    reason: str,
    owner: str,
    wants_json: bool,
    dry_run: bool,
    **what: str | date | None,
) -> int:
    """Hold records back from deletion from now on, until somebody releases them.

    A hold does not end by itself: its owner is asked again on the day of its review.
    """
    from rightplace.app.accountability.holds import place
    from rightplace.records.retention.holds import HoldWanted

    wanted = HoldWanted(reason=reason, owner=owner, **what)  # type: ignore[arg-type]  # by click
    desk = at_desk(workspace, dry_run=dry_run)
    answer = place(desk, wanted)
    return show(answer, lines, wants_json=wants_json)


@command.command(name="review")
@click.argument("hold", required=False)
@click.option("--reason", default="", help="Why it is still needed.")
@click.option("--next", "next_review", type=DAY, help="When it is looked at again.")
@as_json
@dry_run
@click.pass_obj
def review_command(
    workspace: Workspace,
    *,
    hold: str | None,
    reason: str,
    next_review: date | None,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Keep HOLD on until its next review; without HOLD, show all in force, the next due first."""
    from rightplace.app.accountability.holds import review

    desk = at_desk(workspace, dry_run=dry_run)
    answer = review(desk, hold, reason=reason, next_review=next_review)
    return show(answer, lines, wants_json=wants_json)


@command.command(name="release")
@click.argument("hold")
@click.option("--reason", required=True, help="Why it is no longer needed.")
@as_json
@dry_run
@click.pass_obj
def release_command(
    workspace: Workspace, *, hold: str, reason: str, wants_json: bool, dry_run: bool
) -> int:
    """Release HOLD: what is past its period goes with the next night."""
    from rightplace.app.accountability.holds import release

    answer = release(at_desk(workspace, dry_run=dry_run), hold, reason=reason)
    return show(answer, lines, wants_json=wants_json)
