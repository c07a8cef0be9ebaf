"""``rightplace demo``: from nothing to plan, briefs and a service, on synthetic incidents."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, now, say, seed, show

if TYPE_CHECKING:
    from rightplace.app.demo import DemoResult
    from rightplace.app.workspace import Workspace
    from rightplace.records.accounts.demo import DemoAccount


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
        f"  operation  {result.operation.operation_id}: {_sentence(result.operation.verdict)}",
        f"  claim      {_sentence(result.claim.words)}",
        f"  open       {result.outputs[0]}",
        f"  report     {result.operation.outputs[0]}",
        f"  workspace  {result.workspace}",
        f"  serve      {result.service.command}",
        f"  address    {result.service.address}",
    ]


def _sentence(text: str) -> str:
    """Return the first sentence of a verdict; the report has all of it."""
    return text.partition(". ")[0].rstrip(".")


def account_lines(accounts: tuple[DemoAccount, ...]) -> list[str]:
    """Return who can sign in, with their passwords."""
    wide = max(len(each.user_name) for each in accounts)
    told = [
        f"  {each.user_name:<{wide}}  {each.password}" + (f"  ({each.area})" if each.area else "")
        for each in accounts
    ]
    return [
        "SYNTHETIC accounts, one or two for each role; passwords are shown this once.",
        *told,
        "Run the demo again for new passwords.",
    ]


def _program() -> str:
    """Return how this program is called where it does not stand on the path."""
    return "rightplace" if shutil.which("rightplace") else sys.argv[0]


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Folder for the briefs.",
)
@click.option(
    "--current",
    is_flag=True,
    help="Date the incidents so that the plan's week is this one; figures differ by the week.",
)
@as_json
@seed
@click.pass_obj
def command(workspace: Workspace, *, out: Path, current: bool, wants_json: bool, seed: int) -> int:
    """Walk London on synthetic incidents: readers, forecast, plan, one page per BCU, a service.

    Forecast and plan are published into a demo database, with the six documents as examples and
    accounts for each role; the last lines say how to serve them and who can sign in. Nothing is
    left running. Passwords go to standard error alone, so that no file of the answer holds them.
    Nothing of it is for operational use. SYNTHETIC stands on every page, file and layer.
    """
    from rightplace.app.demo import DemoWanted, demo

    wanted = DemoWanted(out=out, seed=seed, program=_program(), is_current=current)
    answer, accounts = demo(workspace, wanted, made_at=now(), progress=say)
    code = show(answer, lines, wants_json=wants_json)
    sys.stdout.flush()
    for line in account_lines(accounts):
        say(line)
    return code
