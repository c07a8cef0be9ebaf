"""``rightplace evaluate report``: whether a registered operation worked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rightplace.cli.acting import at_the_command_line
from rightplace.cli.evaluation_lines import lines as finding_lines
from rightplace.cli.evaluation_lines import wrapped
from rightplace.cli.operations_lines import operation_lines
from rightplace.cli.table import table
from rightplace.cli.verb import DAY, as_json, dry_run, now, show

if TYPE_CHECKING:
    from datetime import date, datetime

    from rightplace.app.answer import Answer
    from rightplace.app.evaluation.report import ReportOptions
    from rightplace.app.evaluation.report_result import PartShown, ReportResult
    from rightplace.app.workspace import Workspace

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def lines(result: ReportResult) -> list[str]:
    """Return the verdict with its numbers, then what stands beside it."""
    marked = " (SYNTHETIC)" if result.synthetic else ""
    told = [f"{result.report_id}: {result.plan.title}, {result.operation_id}{marked}", ""]
    told += finding_lines(result.finding)
    told += ["", *table(("", "before", "during", "per 28 days", "then"), _rows(result.parts))]
    others = [f"{each.design} level {each.evidence_level}" for each in result.others]
    if others:
        told += ["", *wrapped(f"Other designs, in the report: {', '.join(others)}.")]
    beside = (
        f"Patrol: {result.dosage.words}",
        f"Cost: {result.cost.words}",
        f"Complaints: {result.complaints}.",
        f"Community confidence: {result.confidence.words}",
    )
    told += ["", *(line for each in beside for line in wrapped(each, indent="  "))]
    return [*told, *(f"  {each.path}" for each in result.outputs)]


def _rows(parts: tuple[PartShown, ...]) -> list[tuple[str, ...]]:
    return [
        (
            f"{each.part} ({len(each.cells)})",
            f"{each.before:,.0f}",
            f"{each.during:,.0f}",
            f"{each.before_rate:,.1f}",
            f"{each.during_rate:,.1f}",
        )
        for each in parts
    ]


@click.command(name="report")
@click.argument("operation")
@click.option("--as-of", type=DAY, help="The day on which it is judged; default: today.")
@click.option("--source", help="Whose records, by the start of their name (see `status`).")
@click.option("--survey", type=_FILE, help="A public attitude survey: date, borough, measure, n.")
@click.option(
    "--beside", type=_FILE, help="TOML with cost_pounds, patrol_minutes given, complaints."
)
@click.option("--harm", "harm_file", type=_FILE, help="Your own sheet of harm weights.")
@click.option("--by", help="Who makes it; default: the name of whoever is logged in here.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for files.")
@click.option(
    "--format", "formats", default="html,pdf,json,csv", show_default=True, help="Which files."
)
@click.option("--own-only", is_flag=True, help="The plan's design alone, which is quicker.")
@click.option("--publish", is_flag=True, help="Publish what comes out for the web application.")
@click.option("--job", "job_id", help="The job that asks for it: who asked is named.")
@as_json
@dry_run
@click.pass_obj
def command(
    workspace: Workspace,
    *,
    operation: str,
    as_of: date | None,
    source: str | None,
    survey: Path | None,
    beside: Path | None,
    harm_file: Path | None,
    by: str | None,
    out: Path | None,
    formats: str,
    own_only: bool,
    publish: bool,
    job_id: str | None,
    wants_json: bool,
    dry_run: bool,
) -> int:
    """Judge a locked OPERATION (op-...) by the design that its plan names, and write the report.

    The verdict stands first, null results included. Other designs that the data allow are shown
    under it, never instead of it. What the data cannot tell is said so. Whatever is found is
    noted in the register; a dry run therefore shows the plan and nothing of the result.
    """
    from rightplace.app.evaluation.report import ReportOptions, planned_report, registered_report

    moment = now()
    options = ReportOptions(
        as_of=as_of or moment.date(),
        source=source,
        survey=survey,
        beside=beside,
        harm_file=harm_file,
        out=out,
        formats=tuple(each.strip() for each in formats.split(",") if each.strip()),
        own_only=own_only,
        dry_run=dry_run,
    )
    if dry_run:
        plan = planned_report(workspace, operation, options=options, at=moment)
        return show(plan, operation_lines, wants_json=wants_json)
    if publish:
        judging = Judging(options=options, at=moment, by=by, job_id=job_id)
        answer = _published(workspace, operation, judging)
    else:
        maker = by or at_the_command_line().name
        answer = registered_report(workspace, operation, options=options, at=moment, by=maker)
    return show(answer, lines, wants_json=wants_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """How a report is made that is published: when, by whom or by which job."""

    options: ReportOptions
    at: datetime
    by: str | None
    job_id: str | None


def _published(workspace: Workspace, op_id: str, judging: Judging) -> Answer[ReportResult]:
    from rightplace.app.service.database import open_records
    from rightplace.app.service.jobs_asker import judge_of
    from rightplace.app.service.operation_judged import judge_and_publish

    database = open_records(workspace)
    actor = at_the_command_line()
    try:
        if judging.job_id is not None:
            actor = judge_of(database, judging.job_id, op_id)
        elif judging.by:
            actor = replace(actor, name=judging.by)
        return judge_and_publish(
            workspace, database, op_id, options=judging.options, actor=actor, at=judging.at
        )
    finally:
        database.close()
