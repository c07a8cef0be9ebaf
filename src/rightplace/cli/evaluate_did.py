"""``rightplace evaluate did``: treated places beside others, before and since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.evaluation_lines import interval, number
from rightplace.cli.evaluation_lines import lines as finding_lines
from rightplace.cli.table import table
from rightplace.cli.verb import DAY, as_json, seed, show

if TYPE_CHECKING:
    from datetime import date

    from rightplace.app.evaluation.table_designs import DifferenceResult, EventShown
    from rightplace.app.workspace import Workspace


def lines(result: DifferenceResult) -> list[str]:
    """Return the finding, then the effect by time since the start."""
    told = finding_lines(result)
    if result.events:
        told += ["", "By periods since the start, against the block just before it:"]
        told += table(("", "value", "interval"), [_event(each) for each in result.events])
    return [*told, "", f"Seed {result.seed}."]


def _event(each: EventShown) -> tuple[str, ...]:
    shown = each.estimate
    ends = interval(shown.lo, shown.hi, scale=shown.scale, level=shown.level)
    return (f"{each.first:+d} to {each.last:+d}", number(shown.value, shown.scale), ends)


@click.command("did")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--from", "treated_from", type=DAY,
    help="First day of the operation, where FILE has no column treated_from.",
)  # fmt: skip
@click.option("--outcome", default="incidents", show_default=True, help="What was counted.")
@click.option("--level", type=float, help="Of the intervals. Without it as in the settings.")
@click.option("--draws", type=int, help="Of bootstrap and lot. Without it as in the settings.")
@seed
@as_json
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    file: Path,
    treated_from: date | None,
    outcome: str,
    level: float | None,
    draws: int | None,
    seed: int,
    wants_json: bool,
) -> int:
    """Set the change where it was done beside the change where it was not.

    FILE is a CSV with a row for each unit and period: unit, part (treated, control, ring,
    ring-control), period_start, count (empty where nothing was published), and perhaps period_end
    and treated_from. Several starts are welcome: each is compared with places never treated, never
    with places treated already.

    Without the operation the treated places are taken to change by the same share as the others.
    You see whether they did so before, what false starts bring out, which place carries the
    answer, and what the same number instead of the same share would say. With few places the
    wild cluster bootstrap tells chance; with fewer than five treated, places change places.
    """
    from rightplace.app.evaluation.table_designs import did_answer

    answer = did_answer(
        file,
        treated_from=treated_from,
        outcome=outcome,
        workspace=workspace,
        asked={"level": level, "draws": draws},
        seed=seed,
    )
    return show(answer, lines, wants_json=wants_json)
