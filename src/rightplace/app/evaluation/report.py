"""Use case: whether a registered operation worked, kept as a run and written out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from rightplace.app.answer import Answer, Notice
from rightplace.app.evaluation.beside import read_beside
from rightplace.app.evaluation.counting import Asked, panel_of
from rightplace.app.evaluation.design_settings import DesignSettings
from rightplace.app.evaluation.judging import judged
from rightplace.app.evaluation.report_made import Made, made_result
from rightplace.app.evaluation.settings import EvaluationSettings
from rightplace.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

    import pyarrow as pa

    from rightplace.app.evaluation.register.result import OperationResult
    from rightplace.app.evaluation.report_result import ReportFile, ReportResult
    from rightplace.app.workspace import Workspace
    from rightplace.core.runs import RunInput, RunRecipe
    from rightplace.evaluate.operations.plan import LockedPlan

FORMATS: Final = ("html", "pdf", "json", "csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """How a report is made, beside the locked plan.

    Parameters
    ----------
    as_of
        The day on which it is judged.
    source
        Populations to use, by the start of their name; None for all of one publisher.
    survey
        File of a public attitude survey; None for none.
    beside
        File with what was spent and given, and complaints; None for none.
    harm_file
        The user's own weights; None takes those that ship.
    out
        Folder; None for ``reports/ID`` in the workspace.
    formats
        Of ``FORMATS``.
    own_only
        Whether the plan's design alone is made, and no other shown under it.
    dry_run
        Whether nothing is kept or written.
    """

    as_of: date
    source: str | None = None
    survey: Path | None = None
    beside: Path | None = None
    harm_file: Path | None = None
    out: Path | None = None
    formats: tuple[str, ...] = FORMATS
    own_only: bool = False
    dry_run: bool = False


def registered_report(
    workspace: Workspace, op_id: str, *, options: ReportOptions, at: datetime, by: str
) -> Answer[ReportResult]:
    """Judge an operation of the register; what was found is noted there before it is shown.

    One that is not registered or not locked is refused as ``locked_plan`` does.

    Parameters
    ----------
    workspace
        Where register, records and runs are.
    op_id
        The operation, ``op-`` and 12 hex digits.
    options
        How.
    at, by
        When, with its offset, and who judges.

    Raises
    ------
    RefusedError
        If nothing is to be kept: a result that is seen is noted.
    """
    from rightplace.app.evaluation.register import locked_plan, note_result

    if options.dry_run:
        msg = f"A result of {op_id} would be seen, and the register would not know."
        raise RefusedError(msg, value=op_id, remedy="Judge it in earnest, whatever it finds.")

    def noted(result: ReportResult) -> None:
        note_result(workspace, op_id, result.report_id, verdict=result.verdict, at=at, by=by)

    locked = locked_plan(workspace, op_id)
    return report(workspace, locked, options=options, made_at=at, before_kept=noted)


def planned_report(
    workspace: Workspace, op_id: str, *, options: ReportOptions, at: datetime
) -> Answer[OperationResult]:
    """Return what judging an operation would do, its plan with it, and nothing of its result.

    One that is not registered or not locked is refused as ``locked_plan`` does.

    Parameters
    ----------
    workspace
        Where the register is.
    op_id
        The operation.
    options
        How it would be judged.
    at
        The time now, with its offset.
    """
    from rightplace.app.evaluation.register import locked_plan
    from rightplace.app.evaluation.register.use_case import show_operation

    plan = locked_plan(workspace, op_id).plan
    _check_formats(options)
    day = min(options.as_of, plan.when.ends)
    words = (
        f"Nothing was judged, since a result that is seen is noted. In earnest {op_id} would be "
        f"judged by {plan.judged.design.value} with records to {day}, what is found noted in the "
        f"register, and the report written as {', '.join(options.formats)}."
    )
    answer = show_operation(workspace, op_id, at=at)
    return replace(answer, warnings=(Notice(code="dry-run", message=words), *answer.warnings))


def _check_formats(options: ReportOptions) -> None:
    """Check that every form of the report is known.

    Raises
    ------
    UsageError
        If one is not.
    """
    unknown = sorted(set(options.formats) - set(FORMATS))
    if unknown:
        msg = f"{unknown[0]!r} is not a form of the report."
        raise UsageError(msg, value=unknown[0], remedy=f"Choose from {', '.join(FORMATS)}.")


def report(
    workspace: Workspace,
    locked: LockedPlan,
    *,
    options: ReportOptions,
    made_at: datetime,
    before_kept: Callable[[ReportResult], None] | None = None,
) -> Answer[ReportResult]:
    """Judge a locked operation by its own design, keep the run, and write the report.

    Parameters
    ----------
    workspace
        Where records are held and runs go.
    locked
        The plan as it was locked.
    options
        How.
    made_at
        The time now, for the run's record alone.
    before_kept
        Called with the result before anything of it is kept or written.
    """
    from rightplace.app.runs import keep
    from rightplace.core.canonical import plain

    _check_formats(options)
    made = _made(workspace, locked, options)
    recipe = _recipe(workspace, made, options)
    result = made_result(workspace, made, report_id=recipe.id)
    notices = tuple(Notice(code=each.code, message=each.words) for each in result.flags)
    if not options.dry_run:
        if before_kept is not None:
            before_kept(result)
        record = recipe.record(
            made_at,
            result=plain(result),
            warnings=tuple({"code": n.code, "message": n.message} for n in notices),
        )
        tables = {"panel": panel_table(made), "places": places_table(made)}
        keep(workspace, record, tables)
        outputs = _written(workspace, made, result, tables=tables, options=options)
        result = replace(result, outputs=outputs)
    return Answer(
        verb="evaluate-report",
        result=result,
        id=recipe.id,
        as_of=recipe.as_of,
        data_releases=result.releases,
        warnings=notices,
    )


def _made(workspace: Workspace, locked: LockedPlan, options: ReportOptions) -> Made:
    from rightplace.app.forecast.use_case import harm_index

    settings = workspace.settings("evaluation", EvaluationSettings)
    harm = harm_index(options.harm_file)
    asked = Asked(as_of=options.as_of, source=options.source)
    counted = panel_of(workspace, locked.plan, asked, settings=settings, harm=harm)
    return Made(
        locked=locked,
        counted=counted,
        judgement=judged(
            counted,
            locked,
            settings=DesignSettings.of(workspace),
            own_only=options.own_only,
        ),
        beside=read_beside(options.beside),
        survey=options.survey,
        harm_version=harm.version,
        smallest_survey=settings.smallest_survey,
    )


def _recipe(workspace: Workspace, made: Made, options: ReportOptions) -> RunRecipe:
    from rightplace.core.canonical import plain
    from rightplace.core.runs import RunRecipe

    plan = made.locked.plan
    return RunRecipe(
        kind="evaluation",
        settings={
            "operation": plan.id,
            "area": made.counted.area.area_id,
            "plan": plain(plan),
            "locked_at": made.locked.locked_at.isoformat(),
            "source": options.source,
            "own_only": options.own_only,
            "harm": made.harm_version,
            "evaluation": plain(workspace.settings("evaluation", EvaluationSettings)),
            "designs": plain(DesignSettings.of(workspace)),
        },
        inputs=_inputs(made, options),
        as_of=min(options.as_of, plan.when.ends),
        known_at=plan.known_at,
        seed=plan.judged.seed,
    )


def _inputs(made: Made, options: ReportOptions) -> tuple[RunInput, ...]:
    """Return every file that was read: records that stand, survey, what the user gave."""
    from rightplace.app.runs import recipe_inputs
    from rightplace.core.canonical import file_digest
    from rightplace.core.runs import RunInput

    own = [
        RunInput(source=path.name, release=None, sha256=file_digest(path))
        for path in (options.survey, options.beside, options.harm_file)
        if path is not None
    ]
    return (*recipe_inputs(made.counted.tally.entries, made.counted.area), *own)


def _written(
    workspace: Workspace,
    made: Made,
    result: ReportResult,
    *,
    tables: dict[str, pa.Table],
    options: ReportOptions,
) -> tuple[ReportFile, ...]:
    from rightplace.app.brief.settings import BriefSettings
    from rightplace.app.evaluation.report_writing import document_of, write_report
    from rightplace.core.runs import code_version

    document = document_of(
        result,
        made.counted.area.cells,
        marking=workspace.settings("brief", BriefSettings).marking,
        places=tables["places"].to_pylist(),
        code_version=code_version(),
    )
    return write_report(
        document,
        options.out or workspace.root / "reports" / result.report_id,
        result=result,
        panel=tables["panel"],
        formats=options.formats,
    )


def panel_table(made: Made) -> pa.Table:
    """Return one row for each place and period: what it is, incidents, harm."""
    import numpy as np
    import pyarrow as pa

    panel, harm = made.counted.panel, made.counted.harm
    units, periods = panel.shape
    return pa.table(
        {
            "cell_id": np.repeat(panel.units, periods).tolist(),
            "part": np.repeat([part.value for part in panel.parts], periods).tolist(),
            "starts": np.tile(panel.starts, units),
            "ends": np.tile(panel.ends, units),
            "incidents": panel.counts.ravel(),
            "harm": harm.ravel(),
        }
    )


def places_table(made: Made) -> pa.Table:
    """Return each place of the operation with its part, name and outline (WKB, metres)."""
    import pyarrow as pa

    from rightplace.app.evaluation.counted import rows_of

    panel, cells = made.counted.panel, made.counted.area.cells
    rows = pa.array(rows_of(made.counted.area, made.locked.plan.where))
    named = cells.select(["cell_id", "name", "ward", "borough", "geometry"]).take(rows)
    return named.append_column("part", pa.array([part.value for part in panel.parts]))
