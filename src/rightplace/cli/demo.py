"""``rightplace demo``: from nothing to a plan and briefs, on synthetic incidents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, now, say, seed, show

if TYPE_CHECKING:
    from rightplace.app.demo import DemoResult
    from rightplace.app.workspace import Workspace


def lines(result: DemoResult) -> list[str]:
    """Return the summary and where to look."""
    low, high = result.expected_interval80
    least, most = result.prevented_interval80
    expected = f"{result.expected_count:,.0f} ({low:,.0f} to {high:,.0f}, 80 % interval)"
    prevented = f"{result.prevented_mean:,.0f} ({least:,.0f} to {most:,.0f})"
    return [
        "SYNTHETIC: the incidents are invented; London's outlines and borough totals are real.",
        f"  read       {result.rows:,} rows, {result.quarantined} of them quarantined",
        f"  forecast   {result.forecast_id}: {expected} in the coming week",
        f"  plan       {result.plan_id}: {result.visits:,} visits, gap {result.gap:.2%}",
        f"  may prevent {prevented}, planned, not achieved",
        f"  open       {result.outputs[0]}",
        f"  workspace  {result.workspace}",
    ]


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Folder for the briefs.",
)
@as_json
@seed
@click.pass_obj
def command(workspace: Workspace, *, out: Path, wants_json: bool, seed: int) -> int:
    """Walk London on synthetic incidents: readers, forecast, plan, and one page per BCU.

    Nothing of it is for operational use. SYNTHETIC stands on every page, file and layer.
    """
    from rightplace.app.demo import demo

    answer = demo(workspace, out=out, seed=seed, made_at=now(), progress=say)
    return show(answer, lines, wants_json=wants_json)
