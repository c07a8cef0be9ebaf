"""``rightplace change``: a plan changed within bounds and made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rightplace.cli.verb import as_json, dry_run, now, say, show

if TYPE_CHECKING:
    from rightplace.app.changed.result import ChangedPlan
    from rightplace.app.workspace import Workspace


class Counted(click.ParamType[tuple[str, int]]):
    """A name and a number, as NAME=NUMBER."""

    name = "name=number"

    def convert(
        self, value: str | tuple[str, int], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Return the two, or fail with how to write them."""
        if isinstance(value, tuple):
            return value
        name, _, number = value.rpartition("=")
        if not name or not (number.isascii() and number.isdigit() and len(number) < 7):  # noqa: PLR2004 - digits
            return self.fail(f"{value!r} is not NAME=NUMBER.", param, ctx)
        return name, int(number)


def lines(result: ChangedPlan) -> list[str]:
    """Return what the changed plan does and what the changes cost."""
    from rightplace.app.changed.use_case import changes_words

    unit = result.objective_unit
    price = f"{result.cost_lo:,.3f} to {result.cost_hi:,.3f} {unit} less prevented"
    return [
        f"{result.plan_id}: {result.parent_id} changed ({changes_words(result)})",
        f"  {result.reason} ({result.by})",
        f"  {result.visits:,} visits to {result.places:,} places, gap {result.gap:.2%}",
        f"  the changes cost {price}, {result.label}",
        *(f"  published {run_id}" for run_id in result.published),
        f"  {result.visits_path}",
    ]


@click.command()
@click.argument("plan_id", metavar="PLAN")
@click.option("--leave-out", "left_out", multiple=True, help="A place that must have no visit.")
@click.option(
    "--want",
    "wanted",
    multiple=True,
    type=Counted(),
    help="PLACE=VISITS that it must have at least; within plan.nominated_share_most.",
)
@click.option("--without", multiple=True, help="A crew that makes no visit.")
@click.option(
    "--shorten",
    "minutes",
    multiple=True,
    type=Counted(),
    help="CREW=MINUTES that it has at most in each of its duties.",
)
@click.option("--reason", required=True, help="Why; kept with the new plan.")
@click.option("--by", "author", required=True, help="Who says so; kept with it.")
@click.option(
    "--job",
    "job_id",
    help="The job that asks for it: the new plan is published in the name of who asked.",
)
@as_json
@dry_run
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    plan_id: str,
    left_out: tuple[str, ...],
    wanted: tuple[tuple[str, int], ...],
    without: tuple[str, ...],
    minutes: tuple[tuple[str, int], ...],
    reason: str,
    author: str,
    job_id: str | None,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Change a plan within bounds and make it anew; all else stays as it was.

    The new plan has its own id and names its parent. Crews, limits, demand and effect size come
    from what the parent kept. What is left out stays out when the new plan is changed or made
    anew again. A plan with a hold-out by lot is refused.
    """
    from rightplace.app.changed.changes import Changes
    from rightplace.app.changed.publishing import change_and_publish
    from rightplace.app.changed.use_case import ChangeOptions, change_plan

    changes = Changes(left_out=left_out, wanted=wanted, without=without, minutes=minutes)
    options = ChangeOptions(reason=reason, by=author, dry_run=dry_run, progress=say)
    if job_id is None or dry_run:
        answer = change_plan(workspace, plan_id, changes, options, made_at=now())
    else:
        answer = change_and_publish(
            workspace, plan_id, changes, options, job_id=job_id, made_at=now()
        )
    return show(answer, lines, wants_json=wants_json)
